"""Mark sheets that come back, XLSX or CSV → marks; every error with its sheet and cell.

A sheet is held against what its assessor is to mark now. Rows may be in any order; what is blank is not marked yet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta

from attrs import field, frozen

from hamsafar.domain.mark_sheets import MarkRow, MarkSheet
from hamsafar.domain.selection import Mark
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.many_errors import together
from hamsafar.formats.tables import Cell, NoValue, Row, Table, read_tables

_ASKED = ("candidate", "test", "item", "mark")  # headings, in any order
_KNOWN = (*_ASKED, "note", "assessor")
_FACTS = ("campaign", "stage", "assessor", "version", "digest")  # beside their values, above the headings
_NONE_GIVEN = frozenset({"-", "\u2013", "\u2014", "not seen"})
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_SHOWN = 40  # characters of what was found that an error shows


@frozen(kw_only=True)
class _Line:
    """One row of a sheet, its cells by heading."""

    row: Row
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.text("candidate"), self.text("test"), self.text("item")

    @property
    def at(self) -> str:
        return self.cells["candidate"].at


@frozen(kw_only=True)
class Returned:
    """A sheet as it came back, before anything is held against the record."""

    file: str
    facts: Mapping[str, Cell]  # `digest` and others, where the sheet says them
    lines: tuple[_Line, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def assessors(self) -> tuple[str, ...]:
        """Whose marks it holds, as it says itself: of the sheet, or row by row."""
        if "assessor" in self.facts:
            return (self.facts["assessor"].text,)
        return tuple(dict.fromkeys(line.text("assessor") for line in self.lines if line.text("assessor")))


@frozen(kw_only=True)
class SheetMarks:
    """The marks of a sheet; `blank`: rows that are not marked yet, those that are missing too."""

    file: str
    marks: tuple[Mark, ...]
    blank: int
    notes: tuple[str, ...]


def read_mark_sheet(content: bytes, *, where: str) -> Returned:
    """A sheet's rows and what it says of itself. Raises InputError where there are no headings, or one stands twice."""
    tables = read_tables(content, where=where)
    filled = [table for table in tables if table.rows]
    if len(filled) != 1:
        raise InputError(f"has {len(filled)} sheets with something in them; a mark sheet has one", where=where)
    (table,) = filled
    if table.merged:
        raise InputError("holds merged cells; unmerge them, or fill in the sheet as it came", where=table.merged[0].at)
    at = next((n for n, row in enumerate(table.rows) if _is_heading(row)), None)
    if at is None:
        asked = ", ".join(name.title() for name in _ASKED)
        raise InputError(f"has no row with the headings {asked}", where=table.at)
    columns = _columns(table.rows[at])
    lines = [_line(row, columns) for row in table.rows[at + 1 :]]
    return Returned(file=where, facts=_facts(table, at), lines=tuple(lines), notes=table.notes)


def _is_heading(row: Row) -> bool:
    return {"candidate", "mark"} <= {cell.text.lower() for cell in row.cells}


def _columns(heading: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(heading.cells):
        name = cell.text.lower()
        if name in columns and name in _KNOWN:
            raise InputError(f"the heading {name!r} stands twice", where=cell.at)
        if name in _KNOWN:
            columns[name] = at
    missing = [name for name in _ASKED if name not in columns]
    if missing:
        raise InputError(f"the headings lack {', '.join(missing)}", where=heading.cells[0].at)
    return columns


def _line(row: Row, columns: Mapping[str, int]) -> _Line:
    place = row.cells[0].at
    empty = Cell(None, place)
    return _Line(row=row, cells={name: row.cells[at] if at < len(row.cells) else empty for name, at in columns.items()})


def _facts(table: Table, heading: int) -> dict[str, Cell]:
    """What stands beside `Campaign`, `Stage` and the others above the headings."""
    found: dict[str, Cell] = {}
    for row in table.rows[:heading]:
        if len(row.cells) > 1 and (name := row.cells[0].text.lower()) in _FACTS:
            found.setdefault(name, row.cells[1])
    return found


# ---- held against what is to be marked


def marks_of(returned: Returned, sheet: MarkSheet) -> SheetMarks:
    """The marks of one assessor in a sheet that came back. Raises InputErrors with everything wrong in it.

    `sheet` is what that assessor is to mark now. In a table of several assessors only their rows count.
    """
    wrong = _wrong_sheet(returned, sheet)
    if wrong is not None:
        raise wrong
    asked = {row.key: row for row in sheet.rows}
    errors: list[InputError] = []
    seen: dict[tuple[str, str, str], str] = {}
    marks: list[Mark] = []
    for line in returned.lines:
        if line.text("assessor") not in ("", sheet.assessor):
            continue
        try:
            _ensure_asked(line, asked, seen, sheet)
            mark = _mark(line, asked[line.key], sheet)
        except InputError as problem:
            errors.append(problem)
            continue
        if mark is not None:
            marks.append(mark)
    if errors:
        raise together(errors, returned.file)
    return SheetMarks(file=returned.file, marks=tuple(marks), blank=len(asked) - len(marks), notes=returned.notes)


def _wrong_sheet(returned: Returned, sheet: MarkSheet) -> InputError | None:
    """Why this is not the sheet that it should be: another campaign's, stage's, person's, or an older one."""
    own = {"campaign": sheet.campaign, "stage": sheet.stage, "assessor": sheet.assessor}
    for name, value in own.items():
        cell = returned.facts.get(name)
        if cell is not None and cell.text != value:
            return InputError(f"is a sheet of another {name}: it should be {value} (got {_shown(cell)})", where=cell.at)
    digest = returned.facts.get("digest")
    if digest is None or digest.text == sheet.digest:
        return None
    version = returned.facts.get("version")
    if version is not None and version.text == str(sheet.version):
        what = f"is not the digest of {sheet.assessor}'s sheet {sheet.version}, {sheet.digest} (got {_shown(digest)})"
        return InputError(f"{what}; fill in the sheet as it came", where=digest.at)
    told = "an older version" if version is None else f"version {version.text:.20}"
    what = f"is {told}; {sheet.assessor} was assigned others since: fill in version {sheet.version}"
    return InputError(what, where=digest.at if version is None else version.at)


def _ensure_asked(
    line: _Line,
    asked: Mapping[tuple[str, str, str], MarkRow],
    seen: dict[tuple[str, str, str], str],
    sheet: MarkSheet,
) -> None:
    for name in ("candidate", "test", "item"):
        value = line.cells[name].value
        if isinstance(value, NoValue):
            raise InputError(value.what, where=line.cells[name].at)
        if not line.text(name):
            raise InputError(f"the row has no {name}; was it added? Fill in the rows that came", where=line.at)
    if line.key not in asked:
        raise InputError(_why_not_asked(line, asked, sheet.assessor), where=line.at)
    if line.key in seen:
        raise InputError(f"{' '.join(line.key)} stands twice, first at {seen[line.key]}", where=line.at)
    seen[line.key] = line.at


def _why_not_asked(line: _Line, asked: Mapping[tuple[str, str, str], MarkRow], assessor: str) -> str:
    code, test, item = line.key
    if all(key[:2] != (code, test) for key in asked):
        return f"{_cut(code)} in {_cut(test)} is not assigned to {assessor}; take the row out"
    known = ", ".join(key[2] for key in asked if key[:2] == (code, test))
    return f"{_cut(item)} is no item of {test}, which has {known}"


def _mark(line: _Line, row: MarkRow, sheet: MarkSheet) -> Mark | None:
    """The mark of a row; None where it is not marked yet. Raises InputError for what is none."""
    cell, note = line.cells["mark"], line.text("note")
    figure = _figure(cell, row)
    if "note" in line.cells and isinstance(unread := line.cells["note"].value, NoValue):
        raise InputError(unread.what, where=line.cells["note"].at)
    if cell.value is None:
        if note:
            raise InputError("has a note but no mark; write - where none could be given", where=cell.at)
        return None
    if figure is None and not note:
        raise InputError("no mark could be given: say why in Note", where=cell.at)
    return Mark(
        stage=sheet.stage,
        test=row.test,
        item=row.item,
        candidate=row.candidate,
        assessor=sheet.assessor,
        mark=figure,
        note=note,
    )


def _figure(cell: Cell, row: MarkRow) -> float | None:
    """A number on the row's scale; None where the cell is blank or says that none could be given."""
    value = cell.value
    if isinstance(value, NoValue):
        raise InputError(value.what, where=cell.at)
    if value is None or (isinstance(value, str) and cell.text.lower() in _NONE_GIVEN):
        return None
    number = _number(value)
    scale = f"from {row.lowest:g} to {row.highest:g}"
    if number is None:
        raise InputError(f"is no mark: it should be a number {scale}, or - (got {_shown(cell)})", where=cell.at)
    if not row.lowest <= number <= row.highest:
        raise InputError(f"is off the scale: it should be {scale} (got {_shown(cell)})", where=cell.at)
    return number


def _number(value: str | bool | int | float | date | time | timedelta) -> float | None:
    """A number, or a text that is one; a decimal comma is read."""
    if isinstance(value, str):
        text = value.strip()
        return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _shown(cell: Cell) -> str:
    return _cut(cell.text)


def _cut(text: str) -> str:
    return f"{text!r:.{_SHOWN}}"


def marks_in(
    sheet: Returned, sheet_of: Callable[[str], MarkSheet], *, only: str | None = None
) -> tuple[SheetMarks, ...]:
    """The marks in one file, of each assessor whose marks it holds. Raises InputErrors with everything wrong in it.

    `sheet_of` gives what an assessor is to mark now, or raises InputError. `only`: the one whose marks these may be.
    """
    told = sheet.assessors or ((only,) if only is not None else ())
    if not told:
        raise InputError("says nowhere whose marks these are; add a column Assessor", where=sheet.file)
    errors: list[InputError] = []
    read: list[SheetMarks] = []
    for who in told:
        if only is not None and who != only:
            errors.append(InputError(f"holds marks of {_cut(who)}, which {only} can't bring in", where=sheet.file))
            continue
        try:
            read.append(marks_of(sheet, sheet_of(who)))
        except InputErrors as problem:
            errors.extend(problem.errors)
        except InputError as problem:
            errors.append(problem if problem.where else InputError(problem.what, where=sheet.file))
    if errors:
        raise InputErrors(errors)
    return tuple(read)


def given_twice(read: Sequence[SheetMarks]) -> list[InputError]:
    """An error for each mark that comes in two files and differs."""
    first: dict[tuple[str, str, str, str], Mark] = {}
    found = []
    for marks in read:
        for one in marks.marks:
            if first.setdefault((one.assessor, one.candidate, one.test, one.item), one) != one:
                what = f"{one.assessor} marks {one.candidate} {one.test} {one.item} differently in two files"
                found.append(InputError(what, where=marks.file))
    return found
