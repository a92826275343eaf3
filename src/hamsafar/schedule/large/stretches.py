"""What a peak is at least, by who can be in which stretch: a week for each activity, and no hours.

The loads of a peak cut the horizon into stretches. Every activity is in one that it can start in; what a thing is open
for, what other loads allow and the order of activities are asked stretch by stretch, each as far as it follows from
what is asked by the tick. So every schedule is a choice of stretches with the same loads, and what the best choice
comes to no schedule betters. It has a literal for each activity and stretch: of a term of 700 sessions 8,000, and its
bound comes in seconds where that of the whole model takes a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from math import gcd

from attrs import define, field
from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Capacity, Lag, Load, NoOverlap
from hamsafar.schedule.objectives import Peak
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges, clipped
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Task

MOST_CELLS = 30_000  # activities in stretches: beyond, a bound comes no sooner than from the whole model


@define
class Cell:
    """An activity in one stretch: the starts that it has there, and whether it is there."""

    starts: Ranges
    stretch: int
    there: cp_model.IntVar


@define(kw_only=True)
class Stretches:
    """The choice of stretches as a model whose objective, times `unit`, is never more than the peak."""

    problem: Problem
    peak: Peak
    model: cp_model.CpModel = field(factory=cp_model.CpModel, init=False)
    unit: int = field(init=False)
    edges: Sequence[int] = field(init=False)
    cells: Mapping[str, Sequence[Cell]] = field(init=False)
    _tasks: Mapping[str, Task] = field(init=False)

    def __attrs_post_init__(self) -> None:
        first, end = self.problem.first, self.problem.last + 1
        within = {edge for load in self.peak.loads for edge in (load.start, load.end) if first < edge < end}
        self._tasks = {task.id: task for task in self.problem.tasks}
        self.edges = [first, *sorted(within), end]
        self.unit = reduce(gcd, (weight for load in self.peak.loads for weight in load.weights.values()), 0) or 1
        self.cells = {task.id: tuple(self._cells_of(task)) for task in self.problem.tasks}
        self._ask_for_the_peak()
        for constraint in self.problem.constraints:
            if isinstance(constraint, NoOverlap | Capacity) and constraint.price is None:
                self._ask_for_room(constraint)
        for row in _rows(self.problem):
            self._ask_for_loads(row)
        for constraint in self.problem.constraints:
            if isinstance(constraint, Lag) and constraint.price is None:
                self._ask_for_order(constraint)

    def _cells_of(self, task: Task) -> Iterator[Cell]:
        possible, found = possible_starts(self.problem, task), list[cp_model.IntVar]()
        for number, (start, end) in enumerate(pairwise(self.edges)):
            if starts := clipped(possible, start, end):
                there = self.model.new_bool_var(f"{task.id} in {number}")
                found.append(there)
                yield Cell(starts, number, there)
        if not task.optional:
            self.model.add_exactly_one(found)
        else:
            self.model.add_at_most_one(found)

    def _ask_for_the_peak(self) -> None:
        most = sum(
            max((load.weights[name] for load in self.peak.loads if name in load.weights), default=0)
            for name in self.cells
        )
        value = self.model.new_int_var(0, most // self.unit + 1, self.peak.name)
        for load in self.peak.loads:
            if load.picked is None:
                counted = [
                    weight // self.unit * cell.there
                    for name, weight in load.weights.items()
                    for cell in self.cells[name]
                    if load.start <= self.edges[cell.stretch] and self.edges[cell.stretch + 1] <= load.end
                ]
                self.model.add(sum(counted) <= value)
        self.model.minimize(value)

    def _ask_for_room(self, limited: NoOverlap | Capacity) -> None:
        """What takes a thing in a stretch is, together, no more than there is of the thing while they may run."""
        most = (
            1 if isinstance(limited, NoOverlap) else max([limited.capacity, *(level for _, level in limited.changes)])
        )
        by_stretch: dict[int, list[tuple[int, int, Cell]]] = {}
        for task in self.problem.tasks:
            if _plain(task) and (amount := _taken(self.problem, task, limited.resource)):
                for cell in self.cells[task.id]:
                    by_stretch.setdefault(cell.stretch, []).append((amount, task.ways[0].duration, cell))
        for takers in by_stretch.values():
            room = most * _length((first, last + lasts) for _, lasts, cell in takers for first, last in cell.starts)
            if sum(amount * lasts for amount, lasts, _ in takers) > room:
                self.model.add(sum(amount * lasts * cell.there for amount, lasts, cell in takers) <= room)

    def _ask_for_loads(self, row: Sequence[Load]) -> None:
        """Loads of the same weights beside each other: what starts in some of them is at most what they allow."""
        for number, (start, end) in enumerate(pairwise(self.edges)):
            inside = [load for load in row if start <= load.start and load.end <= end]
            counted = [
                (row[0].weights[name], cell)
                for name in row[0].weights
                for cell in self.cells[name]
                if cell.stretch == number and all(_within(starts, inside) for starts in cell.starts)
            ]
            limit = sum(load.limit or 0 for load in inside if any(_meets(load, cell.starts) for _, cell in counted))
            if sum(weight for weight, _ in counted) > limit:
                self.model.add(sum(weight * cell.there for weight, cell in counted) <= limit)

    def _ask_for_order(self, lag: Lag) -> None:
        before, after = self._tasks[lag.before], self._tasks[lag.after]
        if not (_sure(before) and _sure(after)) or lag.before == lag.after:
            return
        shift = (before.duration if lag.since == "end" else 0) - (after.duration if lag.until == "end" else 0)
        if lag.min_gap is not None:
            self._ask_for_gap(lag.before, lag.after, lag.min_gap + shift)
        if lag.max_gap is not None:
            self._ask_for_gap(lag.after, lag.before, -lag.max_gap - shift)

    def _ask_for_gap(self, one: str, other: str, gap: int) -> None:
        """The other starts so long after the one, at least: in no stretch where that would be too soon."""
        cells = self.cells[other]
        for k, cell in enumerate(cells):
            soon = [first.there for first in self.cells[one] if first.starts[0][0] + gap <= cell.starts[-1][1]]
            if len(soon) < len(self.cells[one]):
                self.model.add(sum(earlier.there for earlier in cells[: k + 1]) <= sum(soon))


def stretches_of(problem: Problem, peak: Peak) -> Stretches | None:
    """The choice of stretches for a peak; None where there would be too many, or it has loads by picks alone."""
    edges = {edge for load in peak.loads for edge in (load.start, load.end)}
    if not any(load.picked is None for load in peak.loads) or len(edges) * len(problem.tasks) > MOST_CELLS:
        return None
    return Stretches(problem=problem, peak=peak)


def _rows(problem: Problem) -> Iterator[Sequence[Load]]:
    """Limits on the same weights, by starts, whose stretches don't overlap."""
    rows: dict[tuple[int, str], list[Load]] = {}
    for load in problem.constraints:
        if isinstance(load, Load) and _hard_by_starts(load):
            rows.setdefault((id(load.weights), load.tag.rule), []).append(load)
    for row in rows.values():
        row.sort(key=lambda load: (load.start, load.end))
        if all(one.end <= other.start for one, other in pairwise(row)):
            yield row


def _hard_by_starts(load: Load) -> bool:
    return load.price is None and load.limit is not None and load.by == "starts" and load.picked is None


def _within(starts: tuple[int, int], row: Iterable[Load]) -> bool:
    return any(load.start <= starts[0] and starts[1] < load.end for load in row)


def _meets(load: Load, ranges: Ranges) -> bool:
    return any(first < load.end and last >= load.start for first, last in ranges)


def _plain(task: Task) -> bool:
    return len(task.ways) == 1 and task.breaks is None


def _sure(task: Task) -> bool:
    return not task.optional and not task.modes and task.breaks is None


def _taken(problem: Problem, task: Task, resource: str) -> int:
    """How much of a thing it takes for certain: what it occupies, and picks where all that may be picked are."""
    way, taken = task.ways[0], task.ways[0].occupies.get(resource, 0)
    for pick in (*task.picks, *way.picks):
        candidates = set(problem.candidates(pick))
        taken += pick.price is None and resource in candidates and pick.count >= len(candidates)
    return taken


def _length(runs: Iterable[tuple[int, int]]) -> int:
    """How many ticks lie in some of these half-open runs."""
    found, until = 0, -(2**62)
    for start, end in sorted(runs):
        found += max(0, end - max(start, until))
        until = max(until, end)
    return found
