"""Whatever counts by day or week: Load, ActiveBuckets, RestBetween. Told by the cells in which tasks start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import nlargest, nsmallest
from itertools import pairwise

from attrs import frozen
from ortools.sat.python.cp_model import IntVar

from hamsafar.schedule.build.overlap import Bounded, at, counts, ticks_within
from hamsafar.schedule.constraints import ActiveBuckets, Load, RestBetween
from hamsafar.schedule.parts import Expression
from hamsafar.schedule.ranges import Ranges, clipped
from hamsafar.schedule.tasks import Task
from hamsafar.schedule.variables import Stretch, Variables

Possible = Mapping[str, Ranges]
Tasks = Mapping[str, Task]


def load_stretches(constraint: Load, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """The one bucket, for each task that weighs something; by ticks, where all starts in it weigh the same."""
    for name, weight in constraint.weights.items():
        if not weight:
            continue
        if constraint.by == "starts":
            yield name, constraint.start, constraint.end
        elif (even := _even(tasks[name], possible[name], constraint)) is not None:
            yield name, even.start, even.end


def load(made: Variables, constraint: Load) -> None:
    """The weights of what starts, or of the ticks that run, in the bucket add up to no more and no less."""
    most, terms = 0, []
    for name, weight in constraint.weights.items():
        if not weight or not made.possible[name]:
            continue
        inside = _starts_inside(made, constraint, name) if constraint.by == "starts" else _ticks(made, constraint, name)
        if inside.high:
            terms.append(weight * inside.value)
            most += max(0, weight) * inside.high
    too_much = 0 if constraint.limit is None else most - constraint.limit
    amount = made.amount(constraint, max(too_much, constraint.least))
    if constraint.limit is not None and too_much > 0:
        made.model.add(sum(terms) <= constraint.limit + amount)
    if constraint.least > 0:
        made.model.add(sum(terms) + amount >= constraint.least)


def _starts_inside(made: Variables, constraint: Load, name: str) -> Bounded:
    return _literals_in(made, constraint, name, constraint.start, constraint.end)


def _literals_in(made: Variables, constraint: Load, name: str, start: int, end: int) -> Bounded:
    """1 when the task counts and starts in [start, end), 0 otherwise."""
    if constraint.picked is None:
        literals = made.starts_in(name, start, end)
    else:
        literals = made.picked_in(name, constraint.picked, start, end)
    return Bounded(sum(literals), 0, 1) if literals else at(0)


def _ticks(made: Variables, constraint: Load, name: str) -> Bounded:
    """The ticks of the bucket at which the task runs and counts.

    Fewer starts may be left than when stretches were announced: then the cells need not tell the even ones apart.
    """
    even = _even(made.tasks[name], made.possible[name], constraint)
    if even is not None and made.parted_at(name, even.start) and made.parted_at(name, even.end):
        inside = _literals_in(made, constraint, name, even.start, even.end)
        return Bounded(even.ticks * inside.value, 0, even.ticks * inside.high)
    if (whole := _whole_length(made, constraint, name)) is not None:
        return whole
    when, first = counts(made, name, constraint.picked), made.problem.first
    if when is None:
        return at(0)
    ticks = ticks_within(made, name, at(constraint.start - first), at(constraint.end - first), when)
    _nearly_all(made, constraint, name, ticks)
    return ticks


def _nearly_all(made: Variables, constraint: Load, name: str, ticks: Bounded) -> None:
    """Of a task of open length, no more lies outside than there is room for: said besides, for linear programs."""
    if constraint.picked is not None or made.tasks[name].breaks is not None or not ticks.high:
        return
    out = max(0, constraint.start - made.possible[name][0][0]) + max(0, made.latest_end(name) - constraint.end)
    ways = [way for way in made.ways[name] if way.starts]
    if out < max(way.mode.duration for way in ways):
        length = sum(way.mode.duration * way.literal for way in ways)
        made.model.add(ticks.value >= length - out * made.present[name])


def _whole_length(made: Variables, constraint: Load, name: str) -> Bounded | None:
    """The length of a task that never lies across an edge of the bucket, in whichever way it is done."""
    if constraint.picked is not None or made.tasks[name].breaks is not None:
        return None
    if made.possible[name][0][0] < constraint.start or made.latest_end(name) > constraint.end:
        return None
    ways = [way for way in made.ways[name] if way.starts]
    longest = max(way.mode.duration for way in ways)
    return Bounded(sum(way.mode.duration * way.literal for way in ways), 0, longest)


@frozen
class _Even:
    """All starts at which a task runs in the bucket lie in [start, end), and there it runs so many ticks of it."""

    start: int
    end: int
    ticks: int


def _even(task: Task, possible: Ranges, constraint: Load) -> _Even | None:
    """Where the task never lies across an edge of the bucket (days with nights between them), or covers it whole."""
    if len(task.ways) > 1 or task.breaks is not None:
        return None
    duration = task.ways[0].duration
    meeting = clipped(possible, constraint.start - duration + 1, constraint.end) if duration else ()
    if not meeting:
        return _Even(constraint.start, constraint.end, 0)
    edges = sorted((constraint.start, constraint.end - duration))
    if edges[0] <= meeting[0][0] and meeting[-1][1] <= edges[1]:
        return _Even(edges[0], edges[1] + 1, min(duration, constraint.end - constraint.start))
    return None


def active_stretches(constraint: ActiveBuckets, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """Every bucket, for every task."""
    if constraint.limit < constraint.window:
        for start, end in pairwise(constraint.edges):
            yield from ((name, start, end) for name in constraint.tasks)


def active_buckets(made: Variables, constraint: ActiveBuckets) -> None:
    """A bucket is in use as soon as one task starts in it; sliding sums of buckets in use stay within the limit."""
    if constraint.limit >= constraint.window:
        return
    used: list[IntVar | None] = []  # bounded from below only
    for start, end in pairwise(constraint.edges):
        inside = [literal for name in constraint.tasks for literal in made.starts_in(name, start, end)]
        if not inside:
            used.append(None)
            continue
        in_use = made.model.new_bool_var(f"used[{start}..{end}]")
        used.append(in_use)
        for literal in inside:
            made.model.add_implication(literal, in_use)
    windows = [
        [literal for literal in used[first : first + constraint.window] if literal is not None]
        for first in range(max(1, len(used) - constraint.window + 1))
    ]
    amount = made.amount(constraint, max(len(window) for window in windows) - constraint.limit)
    for window in windows:
        if len(window) > constraint.limit:
            made.model.add(sum(window) <= constraint.limit + amount)


@frozen
class Night:
    """Two neighbouring buckets, the tasks that may end too late in the one, and those that may start too early in
    the other. `earliest` and `latest_end` are problem ticks."""

    evening: tuple[int, int]
    morning: tuple[int, int]
    late: tuple[str, ...]
    early: tuple[str, ...]
    earliest: int
    latest_end: int


def nights(constraint: RestBetween, tasks: Tasks, possible: Possible) -> Iterator[Night]:
    """The nights on which two tasks could come too close; where none could, there is nothing to say."""
    buckets = list(pairwise(constraint.edges))
    inside = [
        {name: part for name in constraint.tasks if (part := clipped(possible[name], *bucket))} for bucket in buckets
    ]
    for (evening, before), (morning, after) in pairwise(zip(buckets, inside, strict=True)):
        ends = {name: _latest_end(tasks[name], part[-1][1]) for name, part in before.items()}
        starts = {name: part[0][0] for name, part in after.items()}
        first_two, last_two = nsmallest(2, starts, key=starts.__getitem__), nlargest(2, ends, key=ends.__getitem__)
        late = tuple(a for a in ends if any(starts[b] < ends[a] + constraint.gap for b in first_two if b != a))
        early = tuple(b for b in starts if any(starts[b] < ends[a] + constraint.gap for a in last_two if a != b))
        if late and early:
            earliest = min(starts[b] for b in early)
            yield Night(evening, morning, late, early, earliest, max(ends[a] for a in late))


def _latest_end(task: Task, start: int) -> int:
    """The latest end of the task, in any mode, when it starts by then."""
    return max(task.end(start, way.id) for way in task.ways)


def rest_stretches(constraint: RestBetween, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """Only the buckets beside nights on which something could go wrong."""
    for night in nights(constraint, tasks, possible):
        yield from ((name, *night.evening) for name in night.late)
        yield from ((name, *night.morning) for name in night.early)


def rest_between(made: Variables, constraint: RestBetween) -> None:
    """Each night has a bedtime: what is of the evening ends by then, what is of the morning starts a gap later."""
    found = list(nights(constraint, made.tasks, made.possible))
    gap = constraint.gap - made.amount(
        constraint, max((night.latest_end + constraint.gap - night.earliest for night in found), default=0)
    )
    for night in found:
        if len(night.late) * len(night.early) <= len(night.late) + len(night.early):
            _pair_by_pair(made, night, gap)
        else:
            _by_bedtime(made, night, constraint.gap, gap)


def _pair_by_pair(made: Variables, night: Night, gap: Expression) -> None:
    for a in night.late:
        for b in night.early:
            if a == b:
                continue
            for evening in made.starts_in(a, *night.evening):
                for morning in made.starts_in(b, *night.morning):
                    follows = made.model.add(made.start[b] >= made.end(a) + gap)
                    follows.only_enforce_if(made.when(evening, morning))


def _by_bedtime(made: Variables, night: Night, full_gap: int, gap: Expression) -> None:
    first = made.problem.first
    low, high = sorted((night.earliest - full_gap - first, night.latest_end - first))
    bedtime = made.model.new_int_var(low, high, f"bedtime[{night.morning[0]}]")
    for a in night.late:
        for literal in made.starts_in(a, *night.evening):
            made.model.add(made.end(a) <= bedtime).only_enforce_if(made.when(literal))
    for b in night.early:
        for literal in made.starts_in(b, *night.morning):
            made.model.add(made.start[b] >= bedtime + gap).only_enforce_if(made.when(literal))
