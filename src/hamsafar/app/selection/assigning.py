"""`select assign`: who marks whom in a stage, when and where; mark sheets and calendars out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from attrs import evolve, field, frozen

from hamsafar.app.files import ensure_writable, read_bytes, write_whole
from hamsafar.app.selection.campaigns import record_of
from hamsafar.app.selection.dossiers import applications_for
from hamsafar.app.selection.sheets import role_named, sheets_of, stage_named, unmarked
from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.selection import Assigned, Declaration
from hamsafar.errors import InputError
from hamsafar.selection.assignment import Assignment, Mixing, NoAssignment, Shortage, assign
from hamsafar.selection.timetable import Days, DaysUndecided, NoDays, timetable
from hamsafar.store import Record

__all__ = [
    "Assigning",
    "Assignment",
    "Days",
    "DaysUndecided",
    "Mixing",
    "NoAssignment",
    "NoDays",
    "Shortage",
    "assign_stage",
    "versions",
    "zone_of",
]


@frozen(kw_only=True)
class Assigning:
    """What came of it. Where there is no assignment, or no timetable, only the declarations were recorded."""

    stage: str
    version: int  # how many times the stage has been assigned, this one counted
    declared: int  # declarations read
    result: Assignment | NoAssignment
    days: Days | NoDays | DaysUndecided | None = None  # None: no test has appointments, or there is no assignment
    marked_already: tuple[Assigned, ...] = ()  # withdrawn, though marks of it are in
    files: tuple[Path, ...] = field(default=())

    @property
    def done(self) -> bool:
        """Whether it was recorded."""
        return isinstance(self.result, Assignment) and (self.days is None or isinstance(self.days, Days))


def assign_stage(
    folder: Path | str,
    *,
    stage: str,
    by: str,
    reason: str,
    declarations: Path | str | None = None,
    sheets: Path | str | None = None,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Assigning:
    """Assigns assessors to all who reached a stage, with appointments where tests have a length, and records it.

    Declarations are recorded first, whatever comes of the rest. What was assigned before is kept as far as it can be.
    `sheets`: a folder for the mark sheets, the applications that each assessor marks (by code), the workbook of the
    days, and calendars. Raises InputError for an unknown stage or role, for what is wrong in the declarations, and
    while somebody is not screened.
    """
    record = record_of(folder)
    found, who = stage_named(record.campaign, stage), role_named(record.campaign, by)
    if "office" not in who.rights:
        raise InputError("only the office assigns assessors", where=f"--by {by}")
    if sheets is not None:
        ensure_writable(Path(sheets))
    told = _declared(record, found, declarations, by=by, reason=reason)
    answer = _assigned(record, found, len(told), seed, tell)
    if not answer.done:
        return answer
    assert isinstance(answer.result, Assignment), "it is done"
    _write(record, found, answer, by=by, reason=reason)
    files = () if sheets is None else _hand_out(record, found, Path(sheets), answer, seed, by)
    return evolve(answer, files=files)


def _declared(
    record: Record, stage: Stage, path: Path | str | None, *, by: str, reason: str
) -> tuple[Declaration, ...]:
    """Reads and records what assessors declared."""
    if path is None:
        return ()
    from hamsafar.programme.selection.declarations import read_declarations

    people = [role.id for role in record.campaign.roles]
    told = read_declarations(
        read_bytes(Path(path)), where=str(path), stage=stage.id, assessors=people, candidates=set(record.codes())
    )
    with record.change(command="declare", by=by, reason=reason) as change:
        change.declared(told)
        change.body.update(stage=stage.id, declarations=len(told), conflicts=sum(one.conflict for one in told))
    return told


def _assigned(record: Record, stage: Stage, declared: int, seed: int, tell: Callable[[str], None] | None) -> Assigning:
    campaign = record.campaign
    before = record.assignments(stage.id)
    rooms = {room.id: room for room in campaign.rooms}
    places = {rooms[room].place for room in stage.rooms if room in rooms}
    far = frozenset(role.id for role in campaign.roles if role.home is not None and places and role.home not in places)
    people = [one for one in before if one.assessor != one.test]
    _ensure_screened(record, stage)
    candidates = record.to_mark(stage.id)
    result = assign(
        stage,
        campaign.roles,
        candidates,
        record.declarations(stage.id),
        before=people,
        travellers=far,
        seed=seed,
        tell=tell,
    )
    version = 1 + versions(record, stage.id)
    if isinstance(result, NoAssignment):
        return Assigning(stage=stage.id, version=version, declared=declared, result=result)
    days = _days(campaign, stage, (*result.rows, *_papers(stage, candidates)), seed, tell)
    given = {(one.test, one.candidate, one.assessor) for one in record.marks(stage.id, by=_office(campaign))}
    gone = tuple(one for one in result.withdrawn if (one.test, one.candidate, one.assessor) in given)
    return Assigning(stage=stage.id, version=version, declared=declared, result=result, days=days, marked_already=gone)


def _ensure_screened(record: Record, stage: Stage) -> None:
    """Raises InputError while somebody who reached the stage was not held against its criteria."""
    if not stage.criteria:
        return
    judged = {one.candidate for one in record.screenings(stage.id)}
    left = [code for code in record.in_stage(stage.id) if code not in judged]
    if left:
        some = ", ".join(left[:5]) + (" and more" if len(left) > 5 else "")
        what = f"{len(left)} candidates are not screened yet ({some}); `hamsafar select screen` comes first"
        raise InputError(what, where=f"--stage {stage.id}")


def _office(campaign: Campaign) -> str:
    return next(role.id for role in campaign.roles if "office" in role.rights)


def versions(record: Record, stage: str) -> int:
    """How many times a stage has been assigned."""
    return sum(one.command == "assign" and one.body.get("stage") == stage for one in record.events())


def _papers(stage: Stage, candidates: Sequence[str]) -> tuple[Assigned, ...]:
    """Appointments of tests that nobody marks."""
    timed = {test.id for test in stage.tests if test.duration_min is not None}
    return tuple(one for one in unmarked(stage, candidates) if one.test in timed)


def _days(
    campaign: Campaign,
    stage: Stage,
    rows: Sequence[Assigned],
    seed: int,
    tell: Callable[[str], None] | None,
) -> Days | NoDays | DaysUndecided | None:
    if all(test.duration_min is None for test in stage.tests):
        return None
    return timetable(
        stage, rows, campaign.roles, campaign.rooms, zone_name=zone_of(campaign, stage), seed=seed, tell=tell
    )


def zone_of(campaign: Campaign, stage: Stage) -> str:
    """The zone of whoever runs a stage."""
    return next(one.zone for one in campaign.organisations if one.id == stage.run_by)


def _write(record: Record, stage: Stage, answer: Assigning, *, by: str, reason: str) -> None:
    result, days = answer.result, answer.days
    assert isinstance(result, Assignment), "only what is done is written"
    rows = days.rows if isinstance(days, Days) else result.rows
    with record.change(command="assign", by=by, reason=reason) as change:
        change.assigned(rows)
        change.body.update(
            stage=stage.id,
            pairs=len(rows),
            kept=result.kept,
            withdrawn=len(result.withdrawn),
            loads=[min(result.loads.values(), default=0), max(result.loads.values(), default=0)],
        )


def _hand_out(record: Record, stage: Stage, folder: Path, answer: Assigning, seed: int, by: str) -> tuple[Path, ...]:
    """The files that go out, all made before the first is written."""
    from hamsafar.export.mark_sheets import mark_sheet_xlsx

    rows = record.assignments(stage.id)
    placed = {(row.test, row.candidate) for row in rows}
    papers = [one for one in unmarked(stage, record.to_mark(stage.id)) if (one.test, one.candidate) not in placed]
    made = sheets_of(record.campaign, stage, (*rows, *papers), version=answer.version, seed=seed)
    files = {f"{who}.xlsx": mark_sheet_xlsx(sheet) for who, sheet in made.items()}
    files |= applications_for(record, stage, rows, by=by)
    if isinstance(answer.days, Days):
        files |= _day_files(record.campaign, stage, rows)
    return write_whole(folder, files)


def _day_files(campaign: Campaign, stage: Stage, rows: Iterable[Assigned]) -> Mapping[str, bytes]:
    from hamsafar.export.appointments import appointments_ics, appointments_of, days_xlsx

    every = appointments_of(rows, {test.id: test.title for test in stage.tests})
    zone_name, title = zone_of(campaign, stage), f"{campaign.title}: {stage.title}"
    files = {"days.xlsx": days_xlsx(every, title=title, zone_name=zone_name)}
    everybody = sorted({who for one in every for who in (*one.assessors, one.candidate)})
    for who in everybody:
        own = [one for one in every if who == one.candidate or who in one.assessors]
        files[f"calendars/{who}.ics"] = appointments_ics(
            own, campaign=campaign.id, title=f"{title}: {who}", zone_name=zone_name, as_of=_today()
        )
    return files


def _today() -> date:
    return datetime.now(UTC).date()
