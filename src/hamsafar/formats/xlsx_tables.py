"""XLSX → tables: every visible sheet, its cells as values. Hostile files end in an InputError, formulas as no value."""

from __future__ import annotations

import io
import warnings
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from attrs import evolve

from hamsafar.errors import HamsafarError, InputError
from hamsafar.formats.tables import MOST_COLUMNS, MOST_ROWS, Cell, Merged, NoValue, Row, Table, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_UNPACKED = 20_000_000  # bytes; seven thousand rows of twelve cells take four million
_MOST_PARTS = 1_000
_ENCRYPTED = 0x1
_SHOWN = 40  # characters of a formula that an error shows


def read_xlsx(content: bytes, *, where: str) -> tuple[Table, ...]:
    """The visible sheets, in their order. Nothing is calculated, no link followed, no macro looked at.

    Raises InputError for what is broken, encrypted, too large when unpacked, or another office format.
    """
    from openpyxl import load_workbook

    try:
        ensure_harmless(content, where)
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # it prints what styles it can't find
            warnings.simplefilter("ignore")  # of fonts, themes and extensions that it doesn't know
            book = load_workbook(io.BytesIO(content), keep_links=False, data_only=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
            tables = [_table(sheet, where) for sheet in sheets]
    except HamsafarError:
        raise
    except Exception as problem:  # a broken file may stop its reader anywhere, with anything
        what = f"can't be read as XLSX ({type(problem).__name__}); save it anew as .xlsx, or as CSV"
        raise InputError(what, where=where) from problem
    if not tables:
        raise InputError("has no visible sheet", where=where)
    if hidden:
        told = f"{where}: hidden sheets are passed over: {', '.join(hidden)}"
        tables[0] = evolve(tables[0], notes=(told, *tables[0].notes))
    return tuple(tables)


def ensure_harmless(content: bytes, where: str, *, most_unpacked: int = _MOST_UNPACKED) -> None:
    """Raises InputError for a bomb, for what is no workbook, and for XML that declares entities."""
    with ZipFile(io.BytesIO(content)) as parts:
        listed = parts.infolist()
        if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > most_unpacked:
            most = f"{most_unpacked:,} bytes in {_MOST_PARTS:,} parts"
            raise InputError(f"is larger than {most} when unpacked, the most that is read", where=where)
        if any(part.flag_bits & _ENCRYPTED for part in listed):
            raise InputError("is encrypted; save it without a password", where=where)
        if "[Content_Types].xml" not in parts.namelist():
            raise InputError("is not XLSX; save it as .xlsx or as CSV", where=where)
        for part in listed:
            text = parts.read(part) if part.filename.endswith((".xml", ".rels", ".vml")) else b""
            if b"<!" in text.replace(b"<!--", b"").replace(b"<![CDATA[", b"") or b"\0" in text:
                what = f"declares a document type in {part.filename!r:.60}, as no spreadsheet does; it is not read"
                raise InputError(what, where=where)


def _table(sheet: Worksheet, where: str) -> Table:
    at = f"{where}:{quoted(sheet.title)}"
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        most = f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
        what = f"reaches to row {sheet.max_row:,} and column {sheet.max_column:,}; at most {most} are read"
        raise InputError(f"{what}: delete what lies beyond the table", where=at)
    rows = [_row(cells, at) for cells in sheet.iter_rows()]
    hidden = sum(1 for row in rows if row.cells and sheet.row_dimensions[row.number].hidden)
    return Table(
        file=where,
        at=at,
        rows=tuple(row for row in rows if any(cell.value is not None for cell in row.cells)),
        merged=tuple(Merged(at=f"{at}!{area.coord}", last_row=area.max_row) for area in sheet.merged_cells.ranges),
        notes=(f"{at}: hidden rows ({hidden}) are read like the others",) if hidden else (),
    )


def _row(cells: Any, at: str) -> Row:
    return Row(number=cells[0].row, cells=tuple(Cell(_value(cell), f"{at}!{cell.coordinate}") for cell in cells))


def quoted(title: str) -> str:
    """A sheet's name as spreadsheets write it in front of a cell's."""
    return title if title.isalnum() else "'{}'".format(title.replace("'", "''"))


def _value(cell: Any) -> Value:
    value = cell.value
    if cell.data_type == "f":
        written = value if isinstance(value, str) else getattr(value, "text", None) or "an array"
        return NoValue(f"is a formula ({written!s:.{_SHOWN}}); what it came to is not trusted: paste it as a value")
    if cell.data_type == "e":
        return NoValue(f"holds the error {value!s:.{_SHOWN}}; write what it should be")
    return None if isinstance(value, str) and not value.strip() else value
