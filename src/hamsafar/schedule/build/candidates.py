"""What binds only where one candidate is picked: PickAllowed."""

from __future__ import annotations

from ortools.sat.python import cp_model

from hamsafar.schedule.problem import PickAllowed
from hamsafar.schedule.variables import Variables


def pick_allowed(made: Variables, constraint: PickAllowed) -> None:
    """Where the candidate takes part in the task, it starts in one of the ranges."""
    first = made.problem.first
    inside = cp_model.Domain.from_intervals([(a - first, b - first) for a, b in constraint.ranges])
    for take in made.takes.get(constraint.candidate, ()):
        if take.task != constraint.task:
            continue
        if constraint.ranges:
            fits = made.model.add_linear_expression_in_domain(made.start[constraint.task], inside)
            fits.only_enforce_if(made.when(take.literal, made.present[constraint.task]))
        else:
            made.model.add_bool_or([take.literal.negated()])
