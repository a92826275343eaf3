"""When a task may start, way by way: its horizon, its windows, its breaks and what it must keep clear of.

With breaks, the end of a task is a step-like function of its start: each *piece* is a range of starts that share the
segments of running time in which the task starts and ends, and so the length of its pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from attrs import frozen

from hamsafar.schedule.constraints import Capacity
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges, clipped, intersection, merged
from hamsafar.schedule.tasks import Mode, Task

Stretches = Sequence[tuple[int, int]]


@frozen
class Piece:
    """Starts [first, last] whose pauses add up to `pause`, and the running time between start and end.

    The task runs from its start to the end of `segments[0]`, through those between, and from the beginning of the
    last to its end; where there is one segment only, from start to end.
    """

    first: int
    last: int
    pause: int
    segments: tuple[tuple[int, int], ...]


def segments_between(stretches: Stretches, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """The half-open stretches of [first, last) outside the given ones."""
    edges = [first, *(edge for stretch in stretches for edge in stretch), last]
    clamped = [min(max(edge, first), last) for edge in edges]
    return tuple((a, b) for a, b in zip(clamped[::2], clamped[1::2], strict=True) if a < b)


def pieces_of(problem: Problem, task: Task, way: Mode) -> tuple[Piece, ...]:
    """All starts at which the task ends in the horizon, cut where its pauses change; ascending."""
    duration = way.duration
    if task.breaks is None:
        latest = problem.last - duration
        alone = ((problem.first, problem.last),)
        return (Piece(problem.first, latest, 0, alone),) if problem.first <= latest else ()
    if not duration:  # a milestone lies outside every pause
        outside = segments_between(task.breaks.stretches, problem.first, problem.last + 1)
        return tuple(Piece(first, end - 1, 0, ((first, end),)) for first, end in outside)
    segments = segments_between(task.breaks.stretches, problem.first, problem.last)
    return tuple(piece for k in range(len(segments)) for piece in _pieces_from(segments, k, duration))


def _pieces_from(segments: Sequence[tuple[int, int]], k: int, duration: int) -> Iterator[Piece]:
    """The pieces whose starts lie in one segment: later starts reach further segments."""
    opens, closes = segments[k]
    between = pause = 0  # running time, and pauses, after this segment and before the one where it ends
    for j in range(k, len(segments)):
        if j == k:
            yield from _piece(opens, min(closes - 1, closes - duration), 0, (segments[k],))
            continue
        pause += segments[j][0] - segments[j - 1][1]
        in_last = segments[j][1] - segments[j][0]
        # run in the first segment: closes - start; it must leave 1 to in_last ticks for the last one
        latest = closes - max(1, duration - between - in_last)
        earliest = closes - (duration - between - 1)
        yield from _piece(max(opens, earliest), min(closes - 1, latest), pause, tuple(segments[k : j + 1]))
        between += in_last
        if duration - between - 1 <= 0:
            return


def _piece(first: int, last: int, pause: int, segments: tuple[tuple[int, int], ...]) -> Iterator[Piece]:
    if first <= last:
        yield Piece(first, last, pause, segments)


def starts_clear_of(pieces: Sequence[Piece], duration: int, stretches: Stretches) -> Ranges:
    """The starts of these pieces at which the task runs in none of the stretches."""
    clear = merged((piece.first, piece.last) for piece in pieces)
    if not duration:
        return clear
    for piece in pieces:
        blocked = merged(part for stretch in stretches for part in _blocked(piece, duration, *stretch))
        if blocked:
            clear = _less(clear, blocked)
    return clear


def _blocked(piece: Piece, duration: int, opens: int, closes: int) -> Iterator[tuple[int, int]]:
    """Starts of the piece at which the task runs somewhere in [opens, closes)."""
    if opens >= closes:
        return
    end_after_start = duration + piece.pause
    first_part_meets = (opens - duration + 1, closes - 1)
    if len(piece.segments) == 1:
        found = [first_part_meets]
    elif any(max(a, opens) < min(b, closes) for a, b in piece.segments[1:-1]):
        found = [(piece.first, piece.last)]
    else:
        found = [(piece.first, closes - 1)] if opens < piece.segments[0][1] else []
        if closes > piece.segments[-1][0]:
            found.append((opens - end_after_start + 1, piece.last))
    for first, last in found:
        if max(first, piece.first) <= min(last, piece.last):
            yield max(first, piece.first), min(last, piece.last)


def _less(ranges: Ranges, taken: Ranges) -> Ranges:
    """The ticks of the one that are not in the other."""
    low, high = ranges[0][0] if ranges else 0, ranges[-1][1] if ranges else 0
    edges = [low - 1, *(edge for first, last in taken for edge in (first, last)), high + 1]
    gaps = tuple((a + 1, b - 1) for a, b in zip(edges[::2], edges[1::2], strict=True) if a + 1 <= b - 1)
    return intersection(ranges, gaps)


def way_starts(problem: Problem, task: Task, way: Mode, shut: Stretches = ()) -> Ranges:
    """Where the task may start when done this way; `shut` are stretches in which it can't run for other reasons."""
    pieces = pieces_of(problem, task, way)
    hard = [*shut, *(s for forbidden in task.forbidden if forbidden.price is None for s in forbidden.stretches)]
    if task.breaks is None and not hard:
        possible: Ranges = clipped(((problem.first, problem.last),), problem.first, problem.last - way.duration + 1)
    else:
        possible = starts_clear_of(pieces, way.duration, hard)
    for allowed in task.allowed:
        if allowed.price is None:
            possible = _meeting(possible, allowed.ranges)
    return possible


@lru_cache(maxsize=2_048)  # sessions of one length share their calendars: most meetings have been worked out before
def _meeting(possible: Ranges, allowed: Ranges) -> Ranges:
    return intersection(possible, merged(allowed))


def possible_starts(problem: Problem, task: Task) -> Ranges:
    """Where the task may start at all, in some way."""
    return merged(part for way in task.ways for part in way_starts(problem, task, way))


def shut_by_capacity(problem: Problem) -> Mapping[str, tuple[tuple[int, int, int], ...]]:
    """By resource, the stretches with less than its full capacity, as (first, end, capacity), where it must hold."""
    found: dict[str, tuple[tuple[int, int, int], ...]] = {}
    for constraint in problem.constraints:
        if isinstance(constraint, Capacity) and constraint.price is None and constraint.changes:
            found[constraint.resource] = found.get(constraint.resource, ()) + steps(constraint, problem)
    return found


def steps(constraint: Capacity, problem: Problem) -> tuple[tuple[int, int, int], ...]:
    """The capacity over the horizon as (first, end, capacity)."""
    changes = [(problem.first, constraint.capacity), *constraint.changes, (problem.last, 0)]
    stretches = ((a, b, capacity) for (a, capacity), (b, _) in pairwise(changes))
    clamped = ((max(a, problem.first), min(b, problem.last), capacity) for a, b, capacity in stretches)
    return tuple(step for step in clamped if step[0] < step[1])
