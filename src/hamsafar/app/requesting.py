"""`requests`: what the host is asked for, as a list that goes out; and what its files ask of a plan when they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from hamsafar.app.files import ensure_replaceable, read_bytes, write_file
from hamsafar.app.plan_files import plan_given
from hamsafar.domain.changes import Change
from hamsafar.domain.host import HostRequest
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError, InputErrors
from hamsafar.export.requests import RequestRow, requests_csv, requests_xlsx
from hamsafar.formats.tables import MOST_BYTES, Table, read_tables
from hamsafar.planning.crew.occurrences import activity_of
from hamsafar.planning.holding import broken_in_words, holding
from hamsafar.planning.rebuilt import StageAgain, stage_again
from hamsafar.planning.requested import (
    answer_due,
    counted,
    host_needs,
    next_due,
    overdue,
    requests_of,
    said_of_requests,
)
from hamsafar.planning.ticks import fit, instant_of, shared_starts
from hamsafar.programme.change_of_host import change_of_host
from hamsafar.programme.host_answers import Answered, read_answers
from hamsafar.programme.host_people import Aboard
from hamsafar.programme.host_plan import HostFile, HostPlan, read_host_plan
from hamsafar.programme.zones_said import A_ZONE, zone_said
from hamsafar.schedule.check import Violation
from hamsafar.schedule.slack import Room, room_about
from hamsafar.timeline import Instant

__all__ = ["RequestRow", "Requests", "counted", "from_host", "next_due", "overdue", "requests", "said_of_requests"]

_FORMS = {".xlsx": requests_xlsx, ".csv": requests_csv}
_Read = TypeVar("_Read")
_OURS = ("PIN-01", "HST-02", "PST-01")  # what was agreed, and the past, are not where it could be


@frozen(kw_only=True)
class Requests:
    """Everything that the host is asked for, by number."""

    rows: tuple[RequestRow, ...]
    zone: str  # the station's
    said: str  # how many are open, granted, moved, refused; empty where there are none
    file: Path | None = None  # the list, where it was written


def requests(plan: Path | str | Plan, *, out: Path | str | None = None) -> Requests:
    """What a plan asks of the host, each with when it could be and how far it may move; written to `out` if said.

    `plan`: a plan, its file, or the folder it lies in; `out` ends in .xlsx or .csv. Raises InputError for others.
    """
    file = None if out is None else Path(out)
    if file is not None:
        if file.suffix.lower() not in _FORMS:
            raise InputError(
                "should end in .xlsx or .csv, the forms in which the list is written", where=f"--out {file}"
            )
        ensure_replaceable(file)
    given = plan_given(plan)
    rows = tuple(_rows(given))
    if file is not None:
        write_file(file, [_FORMS[file.suffix.lower()](given, rows)])
    return Requests(rows=rows, zone=given.programme.station.zone, said=said_of_requests(given), file=file)


def _rows(plan: Plan) -> Iterator[RequestRow]:
    asked = requests_of(plan)
    again = stage_again(plan, "flight") if asked else None
    placed = {one.id: one for one in plan.placements}
    for request in asked:
        assert again is not None, "there are requests"
        yield _row(plan, request, placed.get(request.placement), again)


def _row(plan: Plan, request: HostRequest, placement: Placement | None, again: StageAgain) -> RequestRow:
    activity = next((one for one in plan.programme.activities if one.id == activity_of(request.placement)), None)
    people = () if placement is None else placement.person_ids
    room = _room(again, request)
    lasts = None if placement is None else round(placement.end.utc_minute() - placement.start.utc_minute())
    return RequestRow(
        number=request.number,
        placement=request.placement,
        title=request.placement if activity is None else activity.title,
        kind="" if activity is None else activity.kind,
        start=None if placement is None else placement.start,
        end=None if placement is None else placement.end,
        duration_min=lasts if lasts is not None else 0 if activity is None else activity.duration_min,
        people=people,
        needs=() if activity is None else host_needs(plan.programme, activity, people),
        could_start=tuple(_could_start(again, request.placement)),
        may_move=None if room is None else (instant_of(room.first), instant_of(room.last)),
        stopped_before_by=() if room is None else _said(plan, room.before, request.placement),
        stopped_after_by=() if room is None else _said(plan, room.after, request.placement),
        held_by=() if placement is None else tuple(_held_by(plan, placement, again)),
        promised=activity is not None and activity.promised,
        value=0 if activity is None else activity.value,
        due=answer_due(plan, request),
        state=request.state,
        by=request.by,
        on=request.on,
        reason=request.reason,
    )


def _could_start(again: StageAgain, placement: str) -> Iterator[tuple[Instant, Instant]]:
    """The starts that its windows, days, hours and people leave, whatever else the plan has there."""
    for task in again.problem.tasks:
        if task.id == placement:
            bounds = (one.ranges for one in task.allowed if one.tag.rule not in _OURS)
            whole = fit([(again.problem.first, again.problem.last)], task.duration)
            yield from ((instant_of(first), instant_of(last)) for first, last in shared_starts(whole, *bounds))


def _room(again: StageAgain, request: HostRequest) -> Room | None:
    """How far it may move while all else stays; only of what is open, in a plan that breaks nothing."""
    if request.state != "open" or again.broken or request.placement not in again.placed:
        return None
    return room_about(again.problem, again.placed, request.placement)


def _said(plan: Plan, found: Iterable[Violation], about: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(broken_in_words(plan, one, about) for one in found))


def _held_by(plan: Plan, placement: Placement, again: StageAgain) -> Iterator[str]:
    """Whom and what it takes stands beside it anyhow."""
    for reason in holding(plan, placement, again.problem):
        if reason.kind not in ("people", "things"):
            yield reason.sentence


# What comes back


def from_host(
    plan: Plan,
    change: Change | None,
    host_plan: Sequence[Path | str],
    answers: Sequence[Path | str],
    *,
    zone: str | None = None,
    mind: Callable[[str], None] = lambda note: None,
) -> Change:
    """The change that a host's own plan and its answers are. Raises InputErrors with everything wrong in all files."""
    zone_name = None if zone is None else zone_said(zone)
    if zone is not None and zone_name is None:
        raise InputError(f"is no zone that is known: {A_ZONE} (got {zone[:30]!r})", where="--host-zone")
    errors: list[InputError] = []
    fixed: HostPlan = _told(errors, lambda: _fixed(plan, host_plan, zone_name), HostPlan(fixed=()))
    said: tuple[Answered, ...] = _told(errors, lambda: read_answers(_tables(answers), requests_of(plan)), ())
    if errors:
        raise InputErrors(errors)
    for note in fixed.notes:
        mind(note)
    return change_of_host(plan, change, fixed.fixed, said, [str(file) for file in (*host_plan, *answers)])


def _told(errors: list[InputError], read: Callable[[], _Read], otherwise: _Read) -> _Read:
    """What is read; where it can't be, the errors are told and something else stands in its place."""
    try:
        return read()
    except InputErrors as problem:
        errors += problem.errors
    except InputError as problem:
        errors.append(problem)
    return otherwise


def _fixed(plan: Plan, files: Sequence[Path | str], zone_name: str | None) -> HostPlan:
    given = (
        HostFile(name=str(file), content=read_bytes(Path(file), most_bytes=MOST_BYTES), zone=zone_name)
        for file in files
    )
    return read_host_plan(given, Aboard.of(plan.programme))


def _tables(files: Sequence[Path | str]) -> list[Table]:
    return [
        table for file in files for table in read_tables(read_bytes(Path(file), most_bytes=MOST_BYTES), where=str(file))
    ]
