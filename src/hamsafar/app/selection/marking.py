"""`select marks`: sheets that came back into the record, and what a role may see of a stage's marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import read_bytes
from hamsafar.app.selection.assigning import versions
from hamsafar.app.selection.campaigns import record_of
from hamsafar.app.selection.sheets import role_named, sheets_of, stage_named, unmarked
from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.mark_sheets import MarkSheet
from hamsafar.domain.selection import Mark
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection.mark_sheets import Returned, SheetMarks, given_twice, marks_in, read_mark_sheet
from hamsafar.store import Record

__all__ = ["MarksRead", "MarksSeen", "import_marks", "marks_seen"]


@frozen(kw_only=True)
class MarksRead:
    """What an import came to. `waiting`: marks that are not in yet, by assessor, over the whole stage."""

    stage: str
    files: int
    new: int
    changed: int  # a new version each; the old ones stay in the record
    same: int
    blank: int
    waiting: Mapping[str, int]
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class MarksSeen:
    """What a role may see: of others only on candidates on whom all of one's own marks are in."""

    stage: str
    by: str
    marks: tuple[Mark, ...]
    own: int
    waiting: int  # of their own, not in yet


def import_marks(
    folder: Path | str,
    files: Sequence[Path | str],
    *,
    by: str,
    reason: str,
    stage: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> MarksRead:
    """Reads mark sheets and records what is new in them, all or nothing; sheets of one stage at a time.

    `stage` where the files don't say it themselves (a CSV). An assessor brings in their own marks alone, the office
    anybody's. Raises InputErrors with everything wrong in all files, each with sheet and cell; nothing is written then.
    """
    record = record_of(folder)
    role = role_named(record.campaign, by)
    if not {"office", "assessor"} & set(role.rights):
        raise InputError("only the office and assessors bring in marks", where=f"--by {by}")
    only = None if "office" in role.rights else by
    files = _each(files)
    found, asked, read = _read(record, files, stage, only, tell)
    before = {_key(one): one for one in record.marks(found.id, by=by)}
    given = {_key(one): one for marks in read for one in marks.marks}
    fresh = [one for key, one in given.items() if before.get(key) != one]
    changed = sum(_key(one) in before for one in fresh)
    if fresh:
        if tell is not None:
            tell(f"Recording: {len(fresh):,} marks")
        _record(record, found, fresh, changed, by=by, reason=reason)
    after = before.keys() | given.keys()
    return MarksRead(
        stage=found.id,
        files=len(files),
        new=len(fresh) - changed,
        changed=changed,
        same=len(given) - len(fresh),
        blank=sum(marks.blank for marks in read),
        waiting=_waiting(asked, after, only),
        notes=tuple(note for marks in read for note in marks.notes),
    )


def _each(files: Sequence[Path | str]) -> list[Path]:
    """The files, and of each folder the sheets that lie in it; the workbook of the test days is passed over."""
    found: list[Path] = []
    for path in map(Path, files):
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() == ".xlsx") if path.is_dir() else None
        found += [path] if inside is None else [one for one in inside if not one.name.startswith(("days", "~", "."))]
        if inside is not None and not inside:
            raise InputError("holds no mark sheet (XLSX)", where=str(path))
    return found


def _read(
    record: Record,
    files: Sequence[Path | str],
    given: str | None,
    only: str | None,
    tell: Callable[[str], None] | None,
) -> tuple[Stage, _Asked, list[SheetMarks]]:
    """The marks of all files, one after another: of 200 sheets the cells together would fill a gigabyte."""
    if not files:
        raise InputError("name a file at least", where="--import")
    errors: list[InputError] = []
    read: list[SheetMarks] = []
    found = None if given is None else stage_named(record.campaign, given)
    asked = None if found is None else _Asked.of(record, found)
    for number, path in enumerate(files, 1):
        if tell is not None:
            tell(f"Reading: sheet {number} of {len(files)}")
        try:
            sheet = read_mark_sheet(read_bytes(Path(path)), where=str(path))
            if found is None or asked is None:
                found = _stage_of(record.campaign, sheet)
                asked = _Asked.of(record, found)
            read += marks_in(sheet, asked.sheet, only=only)
        except InputErrors as problem:
            errors.extend(problem.errors)
        except InputError as problem:
            errors.append(problem)
    errors += given_twice(read)
    if errors:
        raise InputErrors(errors)
    assert found is not None, "a file was read"
    assert asked is not None, "likewise"
    return found, asked, read


def _stage_of(campaign: Campaign, sheet: Returned) -> Stage:
    """The stage that a sheet says it is of; those that come after it must be of the same."""
    cell = sheet.facts.get("stage")
    if cell is None:
        raise InputError("says nowhere which stage it is of; name it with --stage", where=sheet.file)
    for stage in campaign.stages:
        if stage.id == cell.text:
            return stage
    known = ", ".join(stage.id for stage in campaign.stages)
    raise InputError(f"is no stage of the campaign, which has {known} (got {cell.text!r:.40})", where=cell.at)


@frozen(kw_only=True)
class _Asked:
    """What everybody is to mark in a stage now; a test that nobody marks is its own assessor."""

    stage: str
    sheets: Mapping[str, MarkSheet]

    @classmethod
    def of(cls, record: Record, stage: Stage) -> _Asked:
        rows = record.assignments(stage.id)
        placed = {(row.test, row.candidate) for row in rows}
        every = unmarked(stage, record.to_mark(stage.id))
        papers = [one for one in every if (one.test, one.candidate) not in placed]
        version = versions(record, stage.id)
        return cls(stage=stage.id, sheets=sheets_of(record.campaign, stage, (*rows, *papers), version=version))

    def sheet(self, assessor: str) -> MarkSheet:
        """What somebody is to mark. Raises InputError where that is nothing."""
        if assessor not in self.sheets:
            raise InputError(f"{assessor!r:.60} is assigned to nobody in the stage {self.stage}")
        return self.sheets[assessor]


def _key(mark: Mark) -> tuple[str, str, str, str]:
    return mark.assessor, mark.candidate, mark.test, mark.item


def _record(record: Record, stage: Stage, marks: Sequence[Mark], changed: int, *, by: str, reason: str) -> None:
    with record.change(command="marks", by=by, reason=reason) as change:
        change.marked(marks)
        change.body.update(stage=stage.id, new=len(marks) - changed, changed=changed)


def _waiting(asked: _Asked, given: Set[tuple[str, str, str, str]], only: str | None) -> dict[str, int]:
    """Marks that are not in yet, by assessor; an assessor is told of their own alone."""
    counted = {
        who: sum((who, *row.key) not in given for row in sheet.rows)
        for who, sheet in asked.sheets.items()
        if only is None or who == only
    }
    return {who: number for who, number in counted.items() if number}


def marks_seen(folder: Path | str, *, stage: str, by: str) -> MarksSeen:
    """The marks of a stage as far as a role may see them; the record decides. Raises InputError for other roles."""
    record = record_of(folder)
    found = stage_named(record.campaign, stage)
    role_named(record.campaign, by)
    marks = record.marks(found.id, by=by)
    asked = _Asked.of(record, found).sheets.get(by)
    counted = Counter(one.assessor for one in marks)
    owed = 0 if asked is None else len(asked.rows)
    ordered = sorted(marks, key=lambda one: (one.candidate, one.test, one.item, one.assessor))
    return MarksSeen(stage=found.id, by=by, marks=tuple(ordered), own=counted[by], waiting=max(0, owed - counted[by]))
