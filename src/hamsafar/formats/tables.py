"""Tables as people keep them, XLSX or CSV → rows of cells, each with its place. Nothing in them is calculated.

A formula is no value: what a spreadsheet last made of it may be old, so it is told where it counts.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from attrs import field, frozen

from hamsafar.errors import InputError

MOST_BYTES = 5_000_000  # of a file; a term of a thousand sessions for ten people takes one
MOST_ROWS = 20_000
MOST_COLUMNS = 100
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@frozen
class NoValue:
    """What stands in a cell in place of a value: a formula, an error. `what` says what to do about it."""

    what: str


Value: TypeAlias = str | bool | int | float | date | time | timedelta | NoValue | None


@frozen
class Cell:
    """A value and its place, `week.csv:3:14` or `week.xlsx:Attendance!E3`. Empty cells are None."""

    value: Value
    at: str

    @property
    def text(self) -> str:
        """What people see, its spaces made single; empty where there is no value."""
        if self.value is None or isinstance(self.value, NoValue):
            return ""
        if isinstance(self.value, datetime):
            return self.value.isoformat(sep=" ", timespec="minutes")
        return " ".join(f"{self.value:.15g}".split() if isinstance(self.value, float) else str(self.value).split())


@frozen(kw_only=True)
class Row:
    """A row that is not empty; `number` as the file counts its rows (of CSV its lines), from 1."""

    number: int
    cells: tuple[Cell, ...]


@frozen(kw_only=True)
class Merged:
    """Cells that were made one; only the first holds a value."""

    at: str
    last_row: int


@frozen(kw_only=True)
class Table:
    """A sheet of a workbook, or a CSV file. `notes` tell what was passed over and why."""

    file: str
    at: str  # `week.csv` or `week.xlsx:Attendance`
    rows: tuple[Row, ...]
    merged: tuple[Merged, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read_tables(content: bytes, *, where: str) -> tuple[Table, ...]:
    """Every visible sheet of an XLSX file, or the one table of a CSV text (UTF-8; UTF-16 with its mark).

    `where` names the file and begins every place. Raises InputErrors for what is neither, or too large.
    """
    from hamsafar.formats.csv_table import read_csv
    from hamsafar.formats.xlsx_tables import read_xlsx

    if len(content) > MOST_BYTES:
        raise InputError(f"is longer than {MOST_BYTES:,} bytes, the most that is read of a table", where=where)
    if content.startswith(_OLD_OFFICE):
        what = "is encrypted, or in the old form .xls; save it without a password as .xlsx or as CSV"
        raise InputError(what, where=where)
    if content.startswith(_ZIP):
        return read_xlsx(content, where=where)
    return (read_csv(_decoded(content, where), where=where),)


def _decoded(content: bytes, where: str) -> str:
    """The text, its lines ended by a newline each."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        what = f"is not UTF-8 text (byte {problem.start}); save it as 'CSV UTF-8' or as .xlsx"
        raise InputError(what, where=where) from problem
    if "\0" in text:
        raise InputError("is neither a table in text nor XLSX; save it as one of them", where=where)
    return text.replace("\r\n", "\n").replace("\r", "\n")
