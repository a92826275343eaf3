"""Who and what can be in one place only: taken once (NoOverlap), or up to an amount (Capacity)."""

from __future__ import annotations

from hamsafar.schedule.problem import Capacity, NoOverlap
from hamsafar.schedule.variables import Variables


def no_overlap(made: Variables, constraint: NoOverlap) -> None:
    """No two takings of the resource at a time, whether always taken or picked."""
    takes = made.takes.get(constraint.resource, [])
    if len(takes) > 1:
        made.model.add_no_overlap(
            made.interval(take.task, made.tasks[take.task].duration, take.literal) for take in takes
        )


def capacity(made: Variables, constraint: Capacity) -> None:
    """Amounts taken at a time stay within the capacity."""
    takes = made.takes.get(constraint.resource, [])
    if sum(take.amount for take in takes) <= constraint.capacity:
        return
    intervals = [made.interval(take.task, made.tasks[take.task].duration, take.literal) for take in takes]
    if constraint.capacity == 1 and all(take.amount == 1 for take in takes):
        made.model.add_no_overlap(intervals)
    else:
        made.model.add_cumulative(intervals, [take.amount for take in takes], constraint.capacity)
