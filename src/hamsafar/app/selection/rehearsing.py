"""`select rehearse`: made-up applications, declarations and marks, to practise a campaign before real people apply."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import read_bytes, write_file, write_whole
from hamsafar.app.selection.campaigns import campaign_given
from hamsafar.errors import InputError
from hamsafar.selection import rehearsal

FOLDER = "rehearsal"
_MOST = 100_000
_HEADING = "Mark"  # of the column that is filled in


@frozen(kw_only=True)
class Rehearsal:
    """What was written."""

    files: tuple[Path, ...]
    applicants: int = 0
    marks: int = 0


def rehearse(campaign: Path | str, *, applicants: int = 1_200, seed: int = 0, not_meeting: float = 0.2) -> Rehearsal:
    """Writes `rehearsal/applications.csv` and `declarations.csv` below a campaign; nobody in them is real.

    `not_meeting`: share that fails a criterion. Every assessor declares to be free of conflicts. Raises InputError for
    numbers that can't be.
    """
    if not 1 <= applicants <= _MOST:
        raise InputError(f"must be 1 to {_MOST:,} (got {applicants})", where="--applicants")
    given = campaign_given(campaign)
    rows = [["id", *(field.title for field in given.fields)]]
    made = rehearsal.applications(given, applicants, seed=seed, not_meeting=not_meeting)
    for number, fields in enumerate(made, start=1):
        rows.append([str(number), *(rehearsal.written(field, fields[field.id]) for field in given.fields)])
    free = [[role.id, "", "no", ""] for role in given.roles if "assessor" in role.rights]
    files = {
        "applications.csv": _csv(rows),
        "declarations.csv": _csv([["assessor", "candidate", "conflict", "kind"], *free]),
    }
    return Rehearsal(files=write_whole(Path(campaign) / FOLDER, files), applicants=applicants)


def rehearse_marks(sheets: Path | str, *, seed: int = 0) -> Rehearsal:
    """Fills every mark sheet (XLSX) of a folder with made-up marks, in place.

    Raises InputError where there is no sheet, or a file is none of ours.
    """
    folder = Path(sheets)
    found = [path for path in sorted(folder.glob("*.xlsx")) if _is_sheet(path)] if folder.is_dir() else []
    if not found:
        raise InputError("holds no mark sheet (XLSX) of `hamsafar select assign --sheets`", where=str(folder))
    count = sum(_filled(path, seed) for path in found)
    return Rehearsal(files=tuple(found), marks=count)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")  # so that spreadsheets take the letters for what they are


def _is_sheet(path: Path) -> bool:
    from hamsafar.formats.tables import read_tables

    tables = read_tables(read_bytes(path), where=str(path))
    return any(cell.text == "Digest" for table in tables for row in table.rows[:12] for cell in row.cells)


def _filled(path: Path, seed: int) -> int:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(read_bytes(path)))
    page = book.worksheets[0]
    head = next(row for row in page.iter_rows() if any(cell.value == _HEADING for cell in row))
    at = {str(cell.value): cell.column for cell in head if cell.value is not None}
    facts = {str(row[0].value): row[1].value for row in page.iter_rows(max_row=head[0].row - 1) if len(row) > 1}
    lines = range(head[0].row + 1, page.max_row + 1)
    rows = [
        (
            *(str(page.cell(line, at[name]).value) for name in ("Candidate", "Test", "Item")),
            *(float(page.cell(line, at[name]).value) for name in ("Lowest", "Highest")),
        )
        for line in lines
        if page.cell(line, at["Candidate"]).value
    ]
    given = rehearsal.marks(rows, str(facts.get("Assessor", "")), seed=seed)  # type: ignore[arg-type]
    for line in lines:
        key = tuple(str(page.cell(line, at[name]).value) for name in ("Candidate", "Test", "Item"))
        if key in given:
            page.cell(line, at[_HEADING]).value = given[key]  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    write_file(path, [out.getvalue()])
    return len(given)
