"""What the search has come to, in words for somebody who waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hamsafar.schedule.problem import Problem

if TYPE_CHECKING:
    from hamsafar.schedule.solve import Progress


def units_of(problem: Problem) -> Mapping[str, str]:
    """Each objective's unit, by name."""
    return {one.name: one.unit for one in problem.objectives}


def news(step: Progress, units: Mapping[str, str]) -> str:
    """`left undone 120 points (80 at least)`; of a stage that is no objective, its name alone."""
    if step.value is None or step.stage not in units:
        return step.stage
    least = "" if step.bound is None or step.bound == step.value else f" ({step.bound:,} at least)"
    return f"{step.stage} {step.value:,} {units[step.stage]}{least}"
