"""Two tasks in order, one of them held: what that leaves of the other's starts, so that no constraint need say it."""

from __future__ import annotations

from collections.abc import Collection

from hamsafar.schedule.check_facts import Present
from hamsafar.schedule.constraints import Apart, Constraint, Lag
from hamsafar.schedule.ranges import Ranges, intersection

_FAR = 2**62  # beyond every tick


def pair_of(constraint: Constraint) -> tuple[str, str] | None:
    """The two tasks of a hard order that speaks of these two alone, whoever is picked; None for anything else."""
    match constraint:
        case Lag() if constraint.price is None and constraint.before != constraint.after:
            return constraint.before, constraint.after
        case Apart() if (
            constraint.price is None and constraint.picked is None and constraint.first != constraint.second
        ):
            return constraint.first, constraint.second
    return None


def free_one(constraint: Constraint, free: Collection[str]) -> str | None:
    """The task that is free where the other one of its pair is not."""
    pair = pair_of(constraint)
    loose = [name for name in pair or () if name in free]
    return loose[0] if len(loose) == 1 else None


def in_order(starts: Ranges, duration: int, constraint: Constraint, name: str, other: Present) -> Ranges:
    """Of the starts of a task that runs for so long, those that the order leaves beside the other as it lies."""
    match constraint:
        case Lag() if name == constraint.after:
            since = other.start if constraint.since == "start" else other.end
            shift = since - (duration if constraint.until == "end" else 0)
            least = -_FAR if constraint.min_gap is None else shift + constraint.min_gap
            return intersection(starts, ((least, _FAR if constraint.max_gap is None else shift + constraint.max_gap),))
        case Lag():
            until = other.start if constraint.until == "start" else other.end
            shift = until - (duration if constraint.since == "end" else 0)
            least = -_FAR if constraint.max_gap is None else shift - constraint.max_gap
            return intersection(starts, ((least, _FAR if constraint.min_gap is None else shift - constraint.min_gap),))
        case Apart():
            back = constraint.gap if constraint.both_ways else 0
            before, behind = (constraint.gap, back) if name == constraint.first else (back, constraint.gap)
            first, last = other.start - before - duration, other.end + behind
            return starts if first + 1 >= last else intersection(starts, ((-_FAR, first), (last, _FAR)))
    return starts
