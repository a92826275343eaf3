"""A schedule to start from: one occurrence after the other, each as near as can be to when it would best start.

Every constraint of the problem is read as ranges of starts that what is placed already forbids, so the result is
feasible as far as it goes. Those with the fewest starts go first; a mandatory one that finds no place is put in
front and all begins again, a few times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from attrs import define, field

from hamsafar.planning import ticks
from hamsafar.planning.ticks import Starts, Stretch
from hamsafar.schedule.problem import (
    Apart,
    Capacity,
    Implies,
    Lag,
    Load,
    NoOverlap,
    PickAllowed,
    Problem,
    StartLag,
    StartsApart,
    Task,
)

_ROUNDS = 24  # beginnings; each puts one more task that found no place in front
_PASSES = 40  # over the lags, to draw in the bounds of chains


def first_schedule(problem: Problem, preferred: Mapping[str, int]) -> dict[str, int]:
    """Starts to try first, for as many tasks as found a place. The same for the same problem, always."""
    ground = _Ground.of(problem)
    urgent: dict[str, int] = {}
    best: dict[str, int] = {}
    fewest: int | None = None
    for round_ in range(_ROUNDS):
        run = _Run(ground=ground, preferred=preferred)
        failed = run.place_all(urgent)
        if fewest is None or len(failed) < fewest:
            best, fewest = run.at, len(failed)
        if not failed:
            break
        for name in failed:
            urgent[name] = round_ + 1
    return best


@define(kw_only=True)
class _Ground:
    """What doesn't change: domains, and which constraints each task is in."""

    problem: Problem
    tasks: dict[str, Task]
    domains: dict[str, Starts]
    touching: dict[str, list[Lag | StartLag | Apart | StartsApart]]
    loads: dict[str, list[Load]]
    allowed: dict[tuple[str, str], list[Starts]]
    needs: dict[str, list[str]]
    capacity: dict[str, int]

    @classmethod
    def of(cls, problem: Problem) -> _Ground:
        """The ground of a problem."""
        tasks = {task.id: task for task in problem.tasks}
        ground = cls(
            problem=problem,
            tasks=tasks,
            domains={task.id: _domain(problem, task) for task in problem.tasks},
            touching={name: [] for name in tasks},
            loads={name: [] for name in tasks},
            allowed={},
            needs={name: [] for name in tasks},
            capacity={},
        )
        ground._index()
        ground._draw_in()
        return ground

    def _index(self) -> None:
        for constraint in self.problem.constraints:
            match constraint:
                case Lag() | StartLag():
                    self.touching[constraint.before].append(constraint)
                    self.touching[constraint.after].append(constraint)
                case Apart():
                    self.touching[constraint.first].append(constraint)
                    self.touching[constraint.second].append(constraint)
                case StartsApart():
                    for name in constraint.tasks:
                        self.touching[name].append(constraint)
                case Load():
                    for name in constraint.weights:
                        self.loads[name].append(constraint)
                case PickAllowed():
                    self.allowed.setdefault((constraint.task, constraint.candidate), []).append(constraint.ranges)
                case Implies():
                    self.needs[constraint.task].append(constraint.needs)
                case NoOverlap():
                    self.capacity[constraint.resource] = 1
                case Capacity():
                    self.capacity[constraint.resource] = constraint.capacity
                case _:
                    pass

    def _draw_in(self) -> None:
        """Takes from the domains what the lags between mandatory tasks rule out at the ends."""
        lags = [one for one in self.problem.constraints if isinstance(one, Lag | StartLag)]
        hard = [one for one in lags if not (self.tasks[one.before].optional or self.tasks[one.after].optional)]
        for _ in range(_PASSES):
            moved = [self._drawn_in(lag) for lag in hard]
            if not any(moved):
                break

    def _drawn_in(self, lag: Lag | StartLag) -> bool:
        before, after = self.domains[lag.before], self.domains[lag.after]
        if not before or not after:
            return False
        least, most = _start_gap(lag, self.tasks)
        low, high = before[0][0], before[-1][1]
        kept_after = _clipped(after, low + least, self.problem.last if most is None else high + most)
        first, last = (after[0][0], after[-1][1])
        kept_before = _clipped(before, self.problem.first if most is None else first - most, last - least)
        if kept_after == after and kept_before == before:
            return False
        self.domains[lag.after], self.domains[lag.before] = kept_after, kept_before
        return True


def _clipped(starts: Starts, first: int, last: int) -> Starts:
    return ticks.shared_starts(starts, ((first, last),)) if first <= last else ()


def _domain(problem: Problem, task: Task) -> Starts:
    horizon = ticks.fit([(problem.first, problem.last)], task.duration)
    return ticks.shared_starts(horizon, *(allowed.ranges for allowed in task.allowed))


def _start_gap(lag: Lag | StartLag, tasks: Mapping[str, Task]) -> tuple[int, int | None]:
    """The least and the largest distance of the starts."""
    length = tasks[lag.before].duration if isinstance(lag, Lag) else 0
    least = -(10**9) if lag.min_gap is None else lag.min_gap + length
    return least, None if lag.max_gap is None else lag.max_gap + length


@define(kw_only=True)
class _Run:
    """One pass."""

    ground: _Ground
    preferred: Mapping[str, int]
    at: dict[str, int] = field(factory=dict)
    people: dict[str, set[str]] = field(factory=dict)  # task → resources it takes
    busy: dict[str, list[tuple[int, int, int]]] = field(factory=dict)  # resource → (start, end, amount)
    used: dict[int, int] = field(factory=dict)  # id of a load → its sum so far

    def place_all(self, urgent: Mapping[str, int]) -> list[str]:
        """Places what finds a place, and returns the mandatory tasks that did not."""
        failed: list[str] = []
        for task in self._order(urgent):
            if any(name not in self.at for name in self.ground.needs[task.id]):
                continue
            found = self._place_of(task)
            if found is not None:
                self._place(task, *found)
            elif not task.optional:
                failed.append(task.id)
        return failed

    def _order(self, urgent: Mapping[str, int]) -> list[Task]:
        """What failed before first, then mandatory by how few starts there are, then optional by value a minute."""

        def key(task: Task) -> tuple[int, int, float, str]:
            if task.optional and self.ground.needs[task.id]:
                return 2, 0, -task.value / task.duration, task.id
            if task.optional:
                return 1, 0, -task.value / task.duration, task.id
            size = sum(last - first + 1 for first, last in self.ground.domains[task.id])
            return 0, -urgent.get(task.id, 0), size, task.id

        return sorted(self.ground.problem.tasks, key=key)

    def _place_of(self, task: Task) -> tuple[int, list[str]] | None:
        """The start nearest to the preferred one (the earliest where there is none), and who is chosen."""
        starts = self._free(task, self.ground.domains[task.id], task.occupies.items(), None)
        if not task.picks:
            start = _nearest(starts, self.preferred.get(task.id))
            return None if start is None else (start, [])
        open_to = {
            candidate: self._open_to(task, candidate, starts) for pick in task.picks for candidate in pick.candidates
        }
        for start in self._tries(task, starts, open_to):
            chosen = self._chosen(task, start, open_to)
            if chosen is not None:
                return start, chosen
        return None

    def _open_to(self, task: Task, candidate: str, starts: Starts) -> Starts:
        own = self.ground.allowed.get((task.id, candidate), [])
        return self._free(task, ticks.shared_starts(starts, *own), [(candidate, 1)], candidate)

    def _tries(self, task: Task, starts: Starts, open_to: Mapping[str, Starts]) -> list[int]:
        """Starts worth a try: the ends of every range that is open to somebody, and the one preferred."""
        wanted = self.preferred.get(task.id)
        tries = {tick for ranges in open_to.values() for first, last in ranges for tick in (first, last)}
        if wanted is not None:
            tries |= {wanted} if any(first <= wanted <= last for first, last in starts) else set()
            return sorted(tries, key=lambda tick: (abs(tick - wanted), tick))
        return sorted(tries)

    def _chosen(self, task: Task, start: int, open_to: Mapping[str, Starts]) -> list[str] | None:
        chosen: list[str] = []
        for pick in task.picks:
            free = [
                one
                for one in pick.candidates
                if one not in chosen and any(first <= start <= last for first, last in open_to[one])
            ]
            if len(free) < pick.count:
                return None
            free.sort(key=lambda one: sum(end - first for first, end, _ in self.busy.get(one, ())))
            chosen.extend(free[: pick.count])
        return chosen

    def _free(self, task: Task, starts: Starts, takes: Iterable[tuple[str, int]], candidate: str | None) -> Starts:
        """The starts that nothing placed forbids; what hangs on one candidate only where one is named."""
        blocked: list[Stretch] = []
        for resource, amount in takes:
            blocked.extend(self._full(resource, amount, task.duration))
        if candidate is None:
            for constraint in self.ground.touching[task.id]:
                blocked.extend(self._forbidden(task, constraint, None))
            blocked.extend(self._overloaded(task, frozenset(task.occupies)))
        else:
            for constraint in self.ground.touching[task.id]:
                if isinstance(constraint, Apart) and constraint.picked == candidate:
                    blocked.extend(self._forbidden(task, constraint, candidate))
            blocked.extend(self._overloaded(task, frozenset({candidate})))
        return ticks.inclusive(ticks.subtraction(ticks.exclusive(starts), ticks.merged(blocked)))

    def _full(self, resource: str, amount: int, duration: int) -> Iterator[Stretch]:
        """Starts at which a resource would be taken beyond its capacity."""
        room = self.ground.capacity.get(resource)
        if room is None:
            return
        taken = self.busy.get(resource, [])
        if amount + max((size for _, _, size in taken), default=0) > room:
            yield from ((first - duration + 1, end) for first, end, size in taken if size + amount > room)
        edges = sorted({tick for first, end, _ in taken for tick in (first, end)})
        for first, end in pairwise(edges):
            used = sum(size for start, stop, size in taken if start <= first < stop)
            if used + amount > room:
                yield first - duration + 1, end

    def _forbidden(
        self, task: Task, constraint: Lag | StartLag | Apart | StartsApart, candidate: str | None
    ) -> Iterator[Stretch]:
        """Starts that one constraint with something placed forbids."""
        first, last = self.ground.problem.first, self.ground.problem.last
        match constraint:
            case Lag() | StartLag():
                least, most = _start_gap(constraint, self.ground.tasks)
                if task.id == constraint.after and constraint.before in self.at:
                    other = self.at[constraint.before]
                    yield first, other + least
                    if most is not None:
                        yield other + most + 1, last + 1
                elif task.id == constraint.before and constraint.after in self.at:
                    other = self.at[constraint.after]
                    yield other - least + 1, last + 1
                    if most is not None:
                        yield first, other - most
            case StartsApart():
                for name in constraint.tasks:
                    if name != task.id and name in self.at:
                        yield self.at[name] - constraint.gap + 1, self.at[name] + constraint.gap
            case Apart():
                yield from self._too_close(task, constraint, candidate)

    def _too_close(self, task: Task, rule: Apart, candidate: str | None) -> Iterator[Stretch]:
        other = rule.second if task.id == rule.first else rule.first
        if other not in self.at or (rule.picked is not None and not self._both_take(task, other, rule, candidate)):
            return
        start = self.at[other]
        end = start + self.ground.tasks[other].duration
        back = rule.gap if rule.both_ways else 0
        if task.id == rule.first:  # the other comes `gap` after us, or we come `back` after it
            yield start - rule.gap - task.duration + 1, end + back
        else:
            yield start - back - task.duration + 1, end + rule.gap

    def _both_take(self, task: Task, other: str, rule: Apart, candidate: str | None) -> bool:
        mine = rule.picked == candidate or rule.picked in task.occupies
        return mine and rule.picked in self.people[other]

    def _overloaded(self, task: Task, takes: frozenset[str]) -> Iterator[Stretch]:
        for load in self.ground.loads[task.id]:
            counts = load.picked is None or load.picked in takes
            if counts and self.used.get(id(load), 0) + load.weights[task.id] > load.limit:
                yield load.start, load.end

    def _place(self, task: Task, start: int, chosen: list[str]) -> None:
        self.at[task.id] = start
        self.people[task.id] = {*task.occupies, *chosen}
        for resource, amount in (*task.occupies.items(), *((one, 1) for one in chosen)):
            self.busy.setdefault(resource, []).append((start, start + task.duration, amount))
        for load in self.ground.loads[task.id]:
            if load.start <= start < load.end and (load.picked is None or load.picked in self.people[task.id]):
                self.used[id(load)] = self.used.get(id(load), 0) + load.weights[task.id]


def _nearest(starts: Starts, wanted: int | None) -> int | None:
    """The start nearest to the one wanted; the earliest where none is."""
    if not starts:
        return None
    if wanted is None:
        return starts[0][0]
    return min((min(max(wanted, first), last) for first, last in starts), key=lambda tick: (abs(tick - wanted), tick))
