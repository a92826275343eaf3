"""Whatever counts by day or week: Load, ActiveBuckets, RestBetween. Told by the cells in which tasks start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from attrs import frozen
from ortools.sat.python.cp_model import IntVar, LinearExprT

from hamsafar.schedule.problem import ActiveBuckets, Load, RestBetween, Task
from hamsafar.schedule.ranges import Ranges, clipped
from hamsafar.schedule.variables import Stretch, Variables

Possible = Mapping[str, Ranges]
Tasks = Mapping[str, Task]


def load_stretches(constraint: Load, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """The one bucket, for each task that weighs something."""
    return ((name, constraint.start, constraint.end) for name, weight in constraint.weights.items() if weight)


def load(made: Variables, constraint: Load) -> None:
    """The weights of what starts in the bucket add up to at most the limit."""
    terms: list[LinearExprT] = []
    most = 0
    for name, weight in constraint.weights.items():
        if not weight:
            continue
        if constraint.picked is None:
            literals = made.starts_in(name, constraint.start, constraint.end)
        else:
            literals = made.picked_in(name, constraint.picked, constraint.start, constraint.end)
        terms.extend(weight * literal for literal in literals)
        most += weight if literals else 0
    if most > constraint.limit:
        made.model.add(sum(terms) <= constraint.limit)


def active_stretches(constraint: ActiveBuckets, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """Every bucket, for every task."""
    if constraint.limit < constraint.window:
        for start, end in pairwise(constraint.edges):
            yield from ((name, start, end) for name in constraint.tasks)


def active_buckets(made: Variables, constraint: ActiveBuckets) -> None:
    """A bucket is in use as soon as one task starts in it; sliding sums of buckets in use stay within the limit."""
    if constraint.limit >= constraint.window:
        return
    used: list[IntVar | None] = []
    for start, end in pairwise(constraint.edges):
        inside = [literal for name in constraint.tasks for literal in made.starts_in(name, start, end)]
        if not inside:
            used.append(None)
            continue
        in_use = made.model.new_bool_var(f"used[{start}..{end}]")
        used.append(in_use)
        for literal in inside:
            made.model.add_implication(literal, in_use)
    for first in range(max(1, len(used) - constraint.window + 1)):
        counted = [literal for literal in used[first : first + constraint.window] if literal is not None]
        if len(counted) > constraint.limit:
            made.model.add(sum(counted) <= constraint.limit)


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
        ends = {name: part[-1][1] + tasks[name].duration for name, part in before.items()}
        starts = {name: part[0][0] for name, part in after.items()}
        late = tuple(a for a in ends if _too_close(ends[a], (starts[b] for b in starts if b != a), constraint.gap))
        early = tuple(b for b in starts if any(a != b and starts[b] < ends[a] + constraint.gap for a in ends))
        if late and early:
            earliest = min(starts[b] for b in early)
            yield Night(evening, morning, late, early, earliest, max(ends[a] for a in late))


def _too_close(end: int, starts: Iterator[int], gap: int) -> bool:
    return any(start < end + gap for start in starts)


def rest_stretches(constraint: RestBetween, tasks: Tasks, possible: Possible) -> Iterator[Stretch]:
    """Only the buckets beside nights on which something could go wrong."""
    for night in nights(constraint, tasks, possible):
        yield from ((name, *night.evening) for name in night.late)
        yield from ((name, *night.morning) for name in night.early)


def rest_between(made: Variables, constraint: RestBetween) -> None:
    """Each night has a bedtime: what is of the evening ends by then, what is of the morning starts a gap later."""
    for night in nights(constraint, made.tasks, made.possible):
        if len(night.late) * len(night.early) <= len(night.late) + len(night.early):
            _pair_by_pair(made, night, constraint.gap)
        else:
            _by_bedtime(made, night, constraint.gap)


def _pair_by_pair(made: Variables, night: Night, gap: int) -> None:
    for a in night.late:
        for b in night.early:
            if a == b:
                continue
            for evening in made.starts_in(a, *night.evening):
                for morning in made.starts_in(b, *night.morning):
                    follows = made.model.add(made.start[b] >= made.end(a) + gap)
                    follows.only_enforce_if(made.when(evening, morning))


def _by_bedtime(made: Variables, night: Night, gap: int) -> None:
    first = made.problem.first
    low, high = sorted((night.earliest - gap - first, night.latest_end - first))
    bedtime = made.model.new_int_var(low, high, f"bedtime[{night.morning[0]}]")
    for a in night.late:
        for literal in made.starts_in(a, *night.evening):
            made.model.add(made.end(a) <= bedtime).only_enforce_if(made.when(literal))
    for b in night.early:
        for literal in made.starts_in(b, *night.morning):
            made.model.add(made.start[b] >= bedtime + gap).only_enforce_if(made.when(literal))
