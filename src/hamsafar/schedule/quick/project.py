"""A problem seen as a project: tasks of fixed length, amounts of renewable resources, and least distances of starts.

The resource use of a tick is one whole number: each resource has a field in it with a guard bit on top, so that one
subtraction and one mask say whether a demand fits on every resource at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from attrs import define, field

from hamsafar.schedule.constraints import Capacity, Constraint, Lag, NoOverlap
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Task

ALL_UNIONS = 5  # groups of candidates up to which every union is looked at; beyond it single ones, pairs and all
Arc = tuple[int, int, int]  # before, after, and the least distance of their starts


@define
class Project:
    """Tasks by their number. `needs[i][k]` is what task i takes of resource k, of which there are `capacities[k]`."""

    durations: Sequence[int]
    needs: Sequence[Sequence[int]]
    capacities: Sequence[int]
    arcs: Sequence[Arc]
    order: list[int] = field(init=False)  # every task after all that come before it
    before: list[list[tuple[int, int]]] = field(init=False)  # (task, least distance of starts) of its predecessors
    after: list[list[tuple[int, int]]] = field(init=False)  # likewise of its successors
    heads: list[int] = field(init=False)  # the earliest start
    tails: list[int] = field(init=False)  # the least time from its end to the end of all
    packed: list[int] = field(init=False)
    guard: int = field(init=False)
    free: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        n = len(self.durations)
        self.before, self.after = [[] for _ in range(n)], [[] for _ in range(n)]
        for i, j, distance in self.arcs:
            self.after[i].append((j, distance))
            self.before[j].append((i, distance))
        self.order = _topological(self.before, self.after)
        self.heads, self.tails = [0] * n, [0] * n
        for j in self.order:
            self.heads[j] = max([0, *(self.heads[i] + distance for i, distance in self.before[j])])
        for i in reversed(self.order):
            later = (distance + self.durations[j] + self.tails[j] for j, distance in self.after[i])
            self.tails[i] = max([0, *(length - self.durations[i] for length in later)])
        self._pack()

    def _pack(self) -> None:
        self.packed = [0] * len(self.durations)
        self.guard = self.free = offset = 0
        for k, capacity in enumerate(self.capacities):
            top = max(capacity.bit_length(), 1)
            self.guard |= 1 << (offset + top)
            self.free |= (capacity | 1 << top) << offset
            for i, need in enumerate(self.needs):
                self.packed[i] |= need[k] << offset
            offset += top + 1

    @property
    def acyclic(self) -> bool:
        """Whether there is an order at all."""
        return len(self.order) == len(self.durations)

    def span(self, starts: Sequence[int]) -> int:
        """The end of the last task."""
        return max((start + duration for start, duration in zip(starts, self.durations, strict=True)), default=0)

    def reversed(self) -> Project:
        """The same project with time running backwards: a start there is the time from an end here to the last."""
        arcs = [(j, i, distance + self.durations[j] - self.durations[i]) for i, j, distance in self.arcs]
        return Project(self.durations, self.needs, self.capacities, arcs)


def _topological(before: Sequence[Sequence[tuple[int, int]]], after: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    waiting = [len(arcs) for arcs in before]
    order = [i for i, count in enumerate(waiting) if not count]
    for i in order:
        for j, _ in after[i]:
            waiting[j] -= 1
            if not waiting[j]:
                order.append(j)
    return order


def project_of(problem: Problem) -> Project | None:
    """The problem as a project; None where it asks for anything that a project doesn't know, or never fits.

    Who is picked is told in groups: of the people who may do some picks, no more can be busy with these than there are
    (a relaxation: `teams` says who).
    """
    if not all(_plain_task(task) for task in problem.tasks) or not all(_plain(c) for c in problem.constraints):
        return None
    number = {task.id: i for i, task in enumerate(problem.tasks)}
    durations = [task.ways[0].duration for task in problem.tasks]
    arcs = [_arc(c, number, durations) for c in problem.constraints if isinstance(c, Lag)]
    groups = picked_groups(problem)
    everyone = frozenset().union(*groups)
    if not everyone <= only_once(problem) or _busy_otherwise(problem, everyone):
        return None
    taken = [c for c in problem.constraints if isinstance(c, Capacity | NoOverlap) and c.resource not in everyone]
    needs = [[_need(task, constraint) for constraint in taken] for task in problem.tasks]
    capacities = [constraint.capacity if isinstance(constraint, Capacity) else 1 for constraint in taken]
    for people in unions(groups):
        capacities.append(len(people))
        for row, task in zip(needs, problem.tasks, strict=True):
            row.append(picked_of(problem, task, people) if task.ways[0].duration else 0)
    project = Project(durations, needs, capacities, arcs)
    fits = all(need <= limit for row in needs for need, limit in zip(row, capacities, strict=True))
    return project if project.acyclic and fits else None


def _busy_otherwise(problem: Problem, people: frozenset[str]) -> bool:
    """Whether some of them are taken by other ways than a pick, or are not there at all."""
    occupied = {name for task in problem.tasks for name, amount in task.ways[0].occupies.items() if amount}
    shut = {c.resource for c in problem.constraints if isinstance(c, Capacity) and not c.capacity}
    return bool((occupied | shut) & people)


def only_once(problem: Problem) -> frozenset[str]:
    """Who, and what, can be in one place only."""
    return frozenset(
        c.resource
        for c in problem.constraints
        if (isinstance(c, NoOverlap) or (isinstance(c, Capacity) and c.capacity == 1 and not c.changes))
        and c.price is None
    )


def picked_groups(problem: Problem) -> list[frozenset[str]]:
    """The different groups of candidates that tasks pick from."""
    picks = (pick for task in problem.tasks for pick in task.picks if pick.count)
    return list(dict.fromkeys(frozenset(problem.candidates(pick)) for pick in picks))


def unions(groups: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Groups put together: all ways where there are few of them; else each, each two, and all."""
    sizes = range(1, len(groups) + 1) if len(groups) <= ALL_UNIONS else (1, 2, len(groups))
    return list(dict.fromkeys(frozenset().union(*some) for size in sizes for some in combinations(groups, size)))


def picked_of(problem: Problem, task: Task, people: frozenset[str]) -> int:
    """How many the task must pick from among these people."""
    return sum(pick.count for pick in task.picks if people.issuperset(problem.candidates(pick)))


def _plain_task(task: Task) -> bool:
    asks = task.allowed or task.forbidden or task.breaks or task.optional
    return not asks and len(task.ways) == 1 and not task.ways[0].picks and not any(pick.price for pick in task.picks)


def _plain(constraint: Constraint) -> bool:
    match constraint:
        case Capacity():
            return not constraint.changes and constraint.price is None
        case NoOverlap():
            return not constraint.setup and constraint.price is None
        case Lag():
            return constraint.min_gap is not None and constraint.max_gap is None and constraint.price is None
    return False


def _need(task: Task, constraint: Capacity | NoOverlap) -> int:
    """What the task takes; where nothing may overlap, any amount is all of it, and a milestone takes nothing."""
    amount = task.ways[0].occupies.get(constraint.resource, 0) if task.ways[0].duration else 0
    return min(amount, 1) if isinstance(constraint, NoOverlap) else amount


def _arc(lag: Lag, number: Mapping[str, int], durations: Sequence[int]) -> Arc:
    before, after = number[lag.before], number[lag.after]
    distance = lag.min_gap or 0
    distance += durations[before] if lag.since == "end" else 0
    return before, after, distance - (durations[after] if lag.until == "end" else 0)
