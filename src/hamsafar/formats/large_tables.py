"""Large tables, CSV, XLSX or JSON, read row by row: each row with its number, each cell with a place on request.

For what thousands of people filled in. Small tables that people keep themselves are `tables.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import TypeAlias

from attrs import field, frozen

from hamsafar.errors import InputError

MOST_CSV_BYTES = 320_000_000
MOST_OTHER_BYTES = 100_000_000
MOST_ROWS = 400_000
MOST_COLUMNS = 2_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Value: TypeAlias = str | bool | int | float | date | time | timedelta | None


@frozen(kw_only=True, eq=False)
class LargeTable:
    """A table whose rows are read once, in their order, as (number, cells); empty rows are left out.

    `formulas`: (row, column from 0) → what is written there, as its value is not trusted. `merged`: areas as (first
    row, first column, last row, last column), rows from 1 and columns from 0. `notes`: what was passed over.
    """

    file: str
    at: str  # `apply.csv`, `apply.xlsx:Answers`
    form: str  # csv, xlsx, json
    rows: Iterator[tuple[int, list[Value]]]
    formulas: Mapping[tuple[int, int], str] = field(factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, row: int, column: int | None = None, heading: str = "") -> str:
        """`apply.csv:17:5 height`, `apply.xlsx:Answers!E17 height`, or `apply.json:[16] height`."""
        said = f" {heading[:80]}" if heading else ""
        if self.form == "xlsx":
            return f"{self.at}!{'' if column is None else letters(column)}{row}{said}"
        if self.form == "json":
            return f"{self.at}:[{row - 2}]{said}"  # row 1 is made of the keys
        return f"{self.at}:{row}{'' if column is None else f':{column + 1}'}{said}"


def letters(column: int) -> str:
    """The letters of a spreadsheet's column, from 0: A, B, … Z, AA."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def read_large(path: Path) -> tuple[LargeTable, ...]:
    """The table of a CSV or JSON file, or every visible sheet of an XLSX file, told apart by what they begin with.

    Raises InputErrors for what is none of them, encrypted, wrongly encoded, or too large: with its size and what to
    do. Rows may raise them too, while they are read.
    """
    from hamsafar.formats.large_csv import csv_table
    from hamsafar.formats.large_json import json_table
    from hamsafar.formats.large_xlsx import xlsx_tables

    begins, size = _beginning(path)
    if not begins.strip():
        raise InputError("is empty", where=str(path))
    if begins.startswith(_OLD_OFFICE):
        what = "is encrypted, or in the old form .xls; save it without a password as .xlsx or as CSV"
        raise InputError(what, where=str(path))
    packed = begins.startswith(_ZIP)
    as_json = begins.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")
    most = MOST_OTHER_BYTES if packed or as_json else MOST_CSV_BYTES
    if size > most:
        rest = "save it as CSV" if packed or as_json else "split it by rows, each part with the headings"
        what = f"has {size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read of this form: {rest}"
        raise InputError(what, where=str(path))
    if packed:
        return xlsx_tables(path.read_bytes(), where=str(path))
    return (json_table(path.read_bytes(), where=str(path)) if as_json else csv_table(path, begins),)


def _beginning(path: Path) -> tuple[bytes, int]:
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "there is no such file"
            raise InputError(what, where=str(path))
        with path.open("rb") as stream:
            return stream.read(65_536), path.stat().st_size
    except (OSError, ValueError) as problem:
        if isinstance(problem, InputError):
            raise
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise InputError(f"can't be read: {reason}", where=str(path).replace("\0", "\\0")) from problem
