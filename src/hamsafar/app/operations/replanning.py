"""`replan` and `diff` of a week: what a change makes of it, and what differs between two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_writable
from hamsafar.app.operations.files import week_at, week_given
from hamsafar.app.operations.planning import written
from hamsafar.app.planning import Clock
from hamsafar.domain.operations import OperationsPlan
from hamsafar.domain.operations_changes import WeekChange, WeekMove
from hamsafar.domain.plan import Judgement
from hamsafar.errors import InputError
from hamsafar.planning.operations.answer import NoWeek, no_week
from hamsafar.planning.operations.make import MadeWeek, make_week
from hamsafar.planning.operations.replan import changed, moves, names_of
from hamsafar.planning.operations.solve import Effort, Impossible, NotFound
from hamsafar.programme.lunar.changes import read_week_change

__all__ = ["Effort", "NoWeek", "NotFound", "ReplannedWeek", "diff_weeks", "replan_week"]


@frozen(kw_only=True)
class ReplannedWeek:
    """A week after a change: found, written and verified."""

    before: OperationsPlan
    plan: OperationsPlan
    judgement: Judgement
    moves: tuple[WeekMove, ...]
    files: tuple[Path, ...]
    seconds: Mapping[str, float]


def replan_week(
    plan: Path | str | OperationsPlan,
    change: Path | str | WeekChange,
    *,
    out: Path | str | None = None,
    effort: Effort | None = None,
) -> ReplannedWeek | NoWeek | NotFound:
    """The week in which a change holds, as near to the old one as can be; what began before `now` stays.

    Files go to `out`, or to a new folder beside the plan's: NAME.v2, NAME.v3, ... Raises InputErrors naming everything
    wrong with the input; nothing is written then, nor when no week is found.
    """
    effort, clock = effort or Effort(), Clock()
    effort.tell("Reading the week and the change")
    given = week_given(plan)
    asked = change if isinstance(change, WeekChange) else read_week_change(Path(change), given)
    folder = _beside(plan, given) if out is None else Path(out)
    ensure_writable(folder)
    again = changed(given, asked, effort.tell)
    clock.lap("windows")
    answer = make_week(again.prepared, effort, adjust=again.adjust, names=names_of(given), before=given)
    if isinstance(answer, Impossible):
        return no_week(again.prepared.facts, answer, effort)
    clock.lap("plan")
    if not isinstance(answer, MadeWeek):
        return answer
    made, judgement, files = written(answer.plan, again.prepared, folder, clock, effort.tell)
    return ReplannedWeek(
        before=given,
        plan=made,
        judgement=judgement,
        moves=moves(given, made),
        files=files,
        seconds=clock.seconds,
    )


def _beside(plan: Path | str | OperationsPlan, given: OperationsPlan) -> Path:
    if isinstance(plan, OperationsPlan):
        folder = Path("out") / given.mission.id
    else:
        folder = Path(plan) if Path(plan).is_dir() else Path(plan).parent
    known = re.fullmatch(r"(?P<name>.+)\.v\d+", folder.name)
    name, number = known["name"] if known else folder.name, 2
    while (found := folder.parent / f"{name}.v{number}").exists():
        number += 1
    return found


def diff_weeks(before: Path | str | OperationsPlan, after: Path | str | OperationsPlan) -> tuple[WeekMove, ...]:
    """What differs from one week to another. Raises InputError where one is none."""
    return moves(_one(before), _one(after))


def _one(plan: Path | str | OperationsPlan) -> OperationsPlan:
    if isinstance(plan, OperationsPlan):
        return plan
    try:
        return week_at(plan)
    except InputError as problem:
        raise InputError(f"{problem.what}; a week is compared with a week only", where=problem.where) from problem
