"""What binds only where one candidate is picked: PickAllowed."""

from __future__ import annotations

from ortools.sat.python import cp_model

from hamsafar.schedule.build.demands import distance_to_nearest
from hamsafar.schedule.constraints import PickAllowed
from hamsafar.schedule.ranges import merged
from hamsafar.schedule.variables import Literal, Variables


def pick_allowed(made: Variables, constraint: PickAllowed) -> None:
    """Where the candidate takes part in the task, it starts in one of the ranges."""
    taking = made.taking(constraint.task, constraint.candidate)
    if not taking or not made.possible[constraint.task]:
        return
    if constraint.price is None:
        for literal in taking:
            _inside(made, constraint, literal)
        return
    taken = made.any_of(taking, f"takes[{constraint.task} {constraint.candidate}]")
    ranges = merged(constraint.ranges)
    amount = made.amount(constraint, max(1, _farthest(made, constraint)))
    distance_to_nearest(made, constraint.task, ranges, amount, taken)


def _farthest(made: Variables, constraint: PickAllowed) -> int:
    starts = [edge for stretch in made.possible[constraint.task] for edge in stretch]
    return max((abs(edge - start) for stretch in constraint.ranges for edge in stretch for start in starts), default=1)


def _inside(made: Variables, constraint: PickAllowed, literal: Literal) -> None:
    first = made.problem.first
    if constraint.ranges:
        inside = cp_model.Domain.from_intervals([(a - first, b - first) for a, b in constraint.ranges])
        fits = made.model.add_linear_expression_in_domain(made.start[constraint.task], inside)
        fits.only_enforce_if(made.when(literal, made.present[constraint.task]))
    else:
        made.model.add_bool_or([literal.negated()])
