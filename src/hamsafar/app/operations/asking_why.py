"""`why` of a week: why a task is where it is, or why it was left out and what putting it in would cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hamsafar.app.operations.files import week_given
from hamsafar.domain.operations import OperationsPlan
from hamsafar.errors import InputError
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.solve import Effort
from hamsafar.planning.operations.why import WhyTask, why_left_out, why_placed
from hamsafar.planning.operations.windows import prepare
from hamsafar.programme.problems import nearest

__all__ = ["WhyTask", "why_week"]


def why_week(plan: Path | str | OperationsPlan, task: str, *, tell: Callable[[str], None] = lambda _: None) -> WhyTask:
    """Why a task lies where it does, or why it was left out. Raises InputError for an id that the plan doesn't know."""
    given = week_given(plan)
    placed = {one.id: one for one in given.tasks}
    undone = {one.id for one in given.undone}
    if task in placed:
        return why_placed(given, WeekFacts(mission=given.mission, windows=given.windows), placed[task])
    if task not in undone:
        what = f"{task!r} is neither in the plan nor left out of it{nearest(task, [*placed, *undone])}"
        raise InputError(what, where="the plan" if isinstance(plan, OperationsPlan) else str(plan))
    return why_left_out(given, prepare(given.mission, tell).facts, task, Effort(tell=tell))
