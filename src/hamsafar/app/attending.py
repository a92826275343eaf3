"""`attendance`: the sheet of a week to fill in; and what filled-in files, as people keep them, ask of a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_replaceable, read_bytes, write_file
from hamsafar.app.plan_files import plan_given
from hamsafar.domain.changes import Change
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError, InputErrors
from hamsafar.export.attendance import attendance_xlsx
from hamsafar.formats.tables import MOST_BYTES, Table, read_tables
from hamsafar.programme.attendance_fold import UNLISTED
from hamsafar.programme.change_attendance import Attended, Unlisted, change_of_attendance
from hamsafar.timeline import local_date

__all__ = ["UNLISTED", "Attendance", "Attended", "Unlisted", "attendance", "attended"]

_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)


@frozen(kw_only=True)
class Attendance:
    """A sheet that was written."""

    file: Path
    week: str | None  # None: the whole term
    sessions: int


def attendance(plan: Path | str | Plan, *, out: Path | str, week: str | None = None) -> Attendance:
    """Writes the attendance sheet of a week (`2027-W08`), or of the whole term, to fill in: XLSX.

    `plan`: a plan, its file, or the folder it lies in. Raises InputError where nothing is placed in that week.
    """
    file = Path(out)
    if file.suffix.lower() != ".xlsx":
        raise InputError("should end in .xlsx, the form in which the sheet is written", where=f"--out {file}")
    given = plan_given(plan)
    term = given.programme.term
    if term is None:
        raise InputError("has no training term, of which attendance could be kept", where=_said(plan))
    placed = [one for one in given.placements if one.is_session]
    found = placed if week is None else _of_week(placed, week, term.zone)
    ensure_replaceable(file)
    span = "the whole term" if week is None else week
    title = f"Attendance, {span}: {given.programme.title}. Times: {term.zone}. Fill in Outcome; change Date, Start, End"
    write_file(file, [attendance_xlsx(given, found, title=f"{title} where it was held otherwise.")])
    return Attendance(file=file, week=week, sessions=len(found))


def attended(
    plan: Plan, files: Sequence[Path | str], *, change: Change | None = None, unlisted: Unlisted | None = None
) -> Attended:
    """What attendance files ask of a plan. Raises InputErrors with everything wrong in them."""
    tables: list[Table] = []
    errors: list[InputError] = []
    for file in files:
        try:
            tables += read_tables(read_bytes(Path(file), most_bytes=MOST_BYTES), where=str(file))
        except InputErrors as problem:
            errors += problem.errors
        except InputError as problem:
            errors.append(problem)
    if errors:
        raise InputErrors(errors)
    return change_of_attendance(tables, plan, change=change, unlisted=unlisted)


def _of_week(placed: Sequence[Placement], week: str, zone_name: str) -> list[Placement]:
    wanted = _monday(week).isocalendar()[:2]
    found = [one for one in placed if local_date(one.start, zone_name).isocalendar()[:2] == wanted]
    if not found:
        days = [local_date(one.start, zone_name) for one in placed]
        span = f"; sessions lie from {_week_of(min(days))} to {_week_of(max(days))}" if days else ""
        raise InputError(f"has no session in this plan{span} (got {week!r})", where="--week")
    return found


def _monday(week: str) -> date:
    found = _WEEK.fullmatch(week)
    if found is not None:
        with suppress(ValueError):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    raise InputError(f"should be a week such as 2027-W08 (got {week!r:.40})", where="--week")


def _week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _said(plan: Path | str | Plan) -> str:
    return "the plan" if isinstance(plan, Plan) else str(plan)
