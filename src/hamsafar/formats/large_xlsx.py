"""XLSX of many thousand rows: values by a fast reader, formulas and merged cells seen by a look at the sheets' XML.

The fast reader shows what a formula last came to, and lays out every cell up to the last one: so the XML is looked at
first, for formulas (told, never trusted) and for one stray cell far out (refused before anything is laid out).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from attrs import frozen

from hamsafar.errors import HamsafarError, InputError
from hamsafar.formats.large_tables import MOST_COLUMNS, MOST_ROWS, LargeTable, Value
from hamsafar.formats.xlsx_tables import ensure_harmless, quoted

_MOST_UNPACKED = 700_000_000  # bytes; 100,000 rows of sixty cells take five hundred million
_MOST_CELLS = 12_000_000  # laid out; each takes some thirty bytes, and the same again as a value
_SHOWN = 40  # characters of a formula that are kept

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\']')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br=["\'](\d{1,9})["\']')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*))'
)
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*?\bhidden="(?:1|true)"')


@frozen(kw_only=True)
class _Seen:
    """What a look at a sheet's XML showed."""

    formulas: dict[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...]
    hidden_rows: int


def xlsx_tables(content: bytes, *, where: str) -> tuple[LargeTable, ...]:
    """The visible sheets that hold something, in their order. Nothing is calculated, no link followed.

    Raises InputError for what is broken, encrypted, too large when unpacked, or another office format.
    """
    try:
        return _tables(content, where)
    except HamsafarError:
        raise
    except MemoryError as problem:
        raise InputError("is too large for the memory there is; save it as CSV", where=where) from problem
    except Exception as problem:  # a broken file may stop its reader anywhere, with anything
        raise _broken(problem, where) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # what a stumble of the fast reader comes out as
            raise
        raise _broken(problem, where) from problem


def _broken(problem: BaseException, where: str) -> InputError:
    what = f"can't be read as XLSX ({type(problem).__name__}); save it anew as .xlsx, or as CSV"
    return InputError(what, where=where)


def _tables(content: bytes, where: str) -> tuple[LargeTable, ...]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    ensure_harmless(content, where, most_unpacked=_MOST_UNPACKED)
    seen = _look(content, where)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    listed = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    visible = [one.name for one in listed if one.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise InputError("has no visible sheet", where=where)
    hidden = [one.name for one in listed if one.visible != SheetVisibleEnum.Visible]
    notes = [f"{where}: hidden sheets are passed over: {', '.join(hidden)}"] if hidden else []
    tables: list[LargeTable] = []
    for name in visible:
        at = f"{where}:{quoted(name)}"
        look = seen.get(name, _Seen(formulas={}, merged=(), hidden_rows=0))
        if look.hidden_rows:
            notes.append(f"{at}: hidden rows ({look.hidden_rows}) are read like the others")
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            rows = _rows(sheet, at)
            tables.append(
                LargeTable(
                    file=where,
                    at=at,
                    form="xlsx",
                    rows=rows,
                    formulas=look.formulas,
                    merged=look.merged,
                    notes=tuple(notes),
                )
            )
            notes = []
    if not tables:
        raise InputError("holds nothing", where=where)
    return tuple(tables)


def _rows(sheet: Any, at: str) -> Iterator[tuple[int, list[Value]]]:
    first_row, first_column = sheet.start or (0, 0)
    before: list[Value] = [None] * first_column
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first_row + 1):
        row = [None if type(cell) is str and (not cell or cell.isspace()) else cell for cell in cells]
        if row.count(None) < len(row):
            yield number, before + row


def _look(content: bytes, where: str) -> dict[str, _Seen]:
    """What each sheet's XML shows, by the sheet's name."""
    seen: dict[str, _Seen] = {}
    with ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
        for name, part in _parts(parts):
            if part in names:
                seen[name] = _looked(parts.read(part), f"{where}:{quoted(name)}")
    return seen


def _parts(parts: ZipFile) -> Iterator[tuple[str, str]]:
    """(name of a sheet, part that holds it)."""
    from xml.etree.ElementTree import fromstring  # ensure_harmless has refused entities

    targets = {
        one.get("Id"): one.get("Target", "") for one in fromstring(parts.read("xl/_rels/workbook.xml.rels")).iter()
    }
    for one in fromstring(parts.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet"):
            of = next((value for key, value in one.attrib.items() if key.endswith("}id")), None)
            target = targets.get(of, "")
            yield one.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _looked(text: bytes, at: str) -> _Seen:
    cells = _CELL.findall(text)
    columns = max(map(_number, {letters for letters, _ in cells}), default=0) + 1
    rows = max(map(int, {row for _, row in cells} | set(_ROW.findall(text))), default=0)
    del cells
    if rows > MOST_ROWS + 1_000 or columns > MOST_COLUMNS or rows * columns > _MOST_CELLS * 4:
        what = f"reaches to row {rows:,} and column {columns:,}: delete what lies beyond the table, or save it as CSV"
        raise InputError(what, where=at)
    formulas: dict[tuple[int, int], str] = {}
    tags = len(_FORMULA_TAG.findall(text)) if b"<f" in text or b":f" in text else 0
    for found in _FORMULA.finditer(text) if tags else ():
        said = (found[3] or b"").decode("utf-8", errors="replace")[:_SHOWN]
        formulas[int(found[2]), _number(found[1])] = said
    if len(formulas) < tags:
        raise InputError("has formulas in cells without an address; save it anew as .xlsx", where=at)
    merged = tuple(
        (int(one[1]), _number(one[0]), int(one[3]), _number(one[2]))
        for one in (_MERGED.findall(text) if b"mergeCell" in text else ())
    )
    return _Seen(formulas=formulas, merged=merged, hidden_rows=len(_HIDDEN.findall(text)) if b"hidden" in text else 0)


def _number(said: bytes) -> int:
    """A → 0, B → 1, … AA → 26."""
    number = 0
    for letter in said:
        number = number * 26 + letter - 64
    return number - 1
