"""What a task asks for itself, where it is soft: Allowed, Forbidden. (What must hold is in the domains.)"""

from __future__ import annotations

from itertools import pairwise

from ortools.sat.python import cp_model

from hamsafar.schedule.build.overlap import overlap_of, parts_of
from hamsafar.schedule.ranges import Ranges, clipped, intersection, merged
from hamsafar.schedule.tasks import Allowed, Forbidden, Task
from hamsafar.schedule.variables import Literal, Variables


def soft_demands(made: Variables, task: Task) -> None:
    """Every soft window and soft forbidden stretch of the task."""
    for allowed in task.allowed:
        if allowed.price is not None and made.possible[task.id]:
            _allowed(made, task.id, allowed)
    for forbidden in task.forbidden:
        if forbidden.price is not None and made.possible[task.id]:
            _forbidden(made, task.id, forbidden)


def _forbidden(made: Variables, task: str, forbidden: Forbidden) -> None:
    """The amount is at least the ticks that the task runs inside the stretches."""
    first = made.problem.first
    stretches = [(a - first, b - first) for a, b in forbidden.stretches]
    inside = sum(overlap_of(made, part, a, b) for part in parts_of(made, task) for a, b in stretches)
    made.model.add(made.amount(forbidden, made.problem.last - first, task=task) >= inside)


def _allowed(made: Variables, task: str, allowed: Allowed) -> None:
    """The amount is at least the way to the nearest allowed start."""
    amount = made.amount(allowed, _farthest(made, task, allowed.ranges), task=task)
    distance_to_nearest(made, task, merged(allowed.ranges), amount, made.present[task])


def _farthest(made: Variables, task: str, ranges: Ranges) -> int:
    if not ranges:
        return 1
    (low, _), (_, high) = made.possible[task][0], made.possible[task][-1]
    return max(abs(edge - start) for edge in (ranges[0][0], ranges[-1][1]) for start in (low, high))


def distance_to_nearest(
    made: Variables, task: str, ranges: Ranges, amount: cp_model.LinearExprT, when: Literal
) -> None:
    """`amount` is at least the ticks from the task's start to the nearest of the ranges (1 where there is none)."""
    model, start, origin = made.model, made.start[task], made.problem.first
    if isinstance(amount, int):
        return
    if not ranges:
        model.add(amount >= 1).only_enforce_if(made.when(when))
        return
    possible = made.possible[task]
    zones: list[tuple[Ranges, int | None, int]] = [(intersection(possible, ranges), None, 0)]
    zones.append((clipped(possible, possible[0][0], ranges[0][0]), ranges[0][0], -1))
    for (_, opens), (closes, _) in pairwise(ranges):
        middle = (opens + closes) // 2
        zones.append((clipped(possible, opens + 1, middle + 1), opens, 1))
        zones.append((clipped(possible, middle + 1, closes), closes, -1))
    zones.append((clipped(possible, ranges[-1][1] + 1, possible[-1][1] + 1), ranges[-1][1], 1))
    literals = []
    for starts, nearest, side in zones:
        if not starts:
            continue
        literal = model.new_bool_var(f"nearest[{task} {nearest} {side}]")
        literals.append(literal)
        inside = cp_model.Domain.from_intervals([(a - origin, b - origin) for a, b in starts])
        model.add_linear_expression_in_domain(start, inside).only_enforce_if(literal)
        if nearest is not None:
            model.add(amount >= side * (start - (nearest - origin))).only_enforce_if(literal)
    model.add_bool_or(literals).only_enforce_if(made.when(when))
