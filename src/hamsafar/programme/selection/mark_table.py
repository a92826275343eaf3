"""A table `candidate,assessor,item,mark` (CSV or XLSX) → columns; every error with its line and column.

Of CSV hundreds of thousands of rows are read in a second or two: different texts are looked at once, and the place of
a cell is only worked out for one that is wrong.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.csv_table import read_csv
from hamsafar.formats.tables import NoValue, Table, read_tables

MOST_MARKS = 2_000_000
MOST_BYTES = 200_000_000
ONE_ITEM = "mark"  # what the item is called where the table has no column for it
_NEEDED = ("candidate", "assessor", "mark")
_LONGEST = 200  # letters of an id
_LARGEST = 1e12  # of a mark; far beyond, its square would be no number any more
_MOST_TOLD = 1_000
_NUMBER = re.compile(r"[+\-\u2212]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+\-\u2212]?[0-9]+,[0-9]+")
_HARMLESS = re.compile(r"'(?=[=+\-@])")


@frozen(kw_only=True, eq=False)
class MarkColumns:
    """Marks as a file gives them, row by row; `mark` is NaN where the cell was blank, as none was given."""

    candidates: tuple[str, ...]  # different ones, sorted
    assessors: tuple[str, ...]
    items: tuple[str, ...]
    candidate: NDArray[np.intp]  # (rows,), into `candidates`
    assessor: NDArray[np.intp]
    item: NDArray[np.intp]
    mark: NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class _Rows:
    """Cells as texts, and how to find the place of one."""

    where: str
    heads: Sequence[str]
    cells: Sequence[Sequence[str]]
    lines: Sequence[int]  # of each row
    at: Callable[[int, int], str]  # (row or -1 for the headings, column) → its place


def read_marks(content: bytes, *, where: str) -> MarkColumns:
    """The marks of a file. Headings stand in the first row, in any order; `item` may be missing, others don't count.

    Raises InputErrors with everything that is wrong.
    """
    rows = _of_workbook(content, where) if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else None
    rows = rows or _of_text(_decoded(content, where), where)
    columns = _columns(rows)
    errors: list[tuple[int, int, str]] = _too_wide(rows)  # row, column, what
    read = {name: _ids(rows, columns[name], name, errors) for name in columns if name != "mark"}
    if "item" not in read:
        read["item"] = (ONE_ITEM,), np.zeros(len(rows.cells), dtype=np.intp)
    marks = _marks(rows, columns["mark"], errors)
    codes = {name: code for name, (_, code) in read.items()}
    if not errors:
        errors = _twice(rows, codes, {name: ids for name, (ids, _) in read.items()}, columns["mark"])
    if errors:
        errors.sort()
        raise InputErrors([InputError(what, where=rows.at(row, column)) for row, column, what in errors[:_MOST_TOLD]])
    if not len(rows.cells):
        raise InputError("has headings and no marks below them", where=where)
    return MarkColumns(
        candidates=read["candidate"][0],
        assessors=read["assessor"][0],
        items=read["item"][0],
        candidate=codes["candidate"],
        assessor=codes["assessor"],
        item=codes["item"],
        mark=marks,
    )


def _decoded(content: bytes, where: str) -> str:
    if len(content) > MOST_BYTES:
        raise InputError(f"is longer than {MOST_BYTES:,} bytes, the most that is read", where=where)
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        what = f"is not UTF-8 text (byte {problem.start}); save it as 'CSV UTF-8' or as .xlsx"
        raise InputError(what, where=where) from problem
    if "\0" in text:
        raise InputError("is neither a table in text nor XLSX; save it as one of them", where=where)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _of_workbook(content: bytes, where: str) -> _Rows:
    table: Table | None = next((one for one in read_tables(content, where=where) if one.rows), None)
    if table is None:
        raise InputError(f"has no rows; it needs the headings {', '.join(_NEEDED)}", where=where)
    kept = table.rows

    def text(value: object) -> str:
        # A formula is no mark: what a spreadsheet last made of it may be old.
        return "=" + value.what if isinstance(value, NoValue) else ""

    cells = [[text(cell.value) or cell.text for cell in row.cells] for row in kept]

    def at(row: int, column: int) -> str:
        found = kept[row + 1].cells
        return found[column].at if column < len(found) else f"{table.at}:{kept[row + 1].number}"

    lines = [row.number for row in kept[1:]]
    return _Rows(where=where, heads=cells[0], cells=cells[1:], lines=lines, at=at)


def _of_text(text: str, where: str) -> _Rows:
    said = re.match(r"sep=([,;\t])\n", text)
    first = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(first)
    lines, cells = _parsed(first, delimiter, where, 1 if said else 0)
    if not cells:
        raise InputError(f"has no rows; it needs the headings {', '.join(_NEEDED)}", where=where)

    def at(row: int, column: int) -> str:
        return _place(text, lines[row + 1], delimiter, column, where)

    return _Rows(where=where, heads=cells[0], cells=cells[1:], lines=lines[1:], at=at)


def _delimiter(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text.lstrip("\n").split("\n", 1)[0])
    return max((",", ";", "\t"), key=head.count)


def _parsed(text: str, delimiter: str, where: str, before: int) -> tuple[list[int], list[list[str]]]:
    """The line of each row that holds something, and its cells."""
    reader = csv.reader(text.split("\n"), delimiter=delimiter, strict=True)
    lines, cells, begins = [], [], 1 + before
    try:
        for row in reader:
            if any(map(str.strip, row)):
                lines.append(begins)
                cells.append(row)
                if len(cells) > MOST_MARKS:
                    what = f"has more than {MOST_MARKS:,} rows, the most that is read"
                    raise InputError(what, where=f"{where}:{begins}")
            begins = reader.line_num + 1 + before
    except csv.Error as problem:
        raise InputError(_said_plainly(problem), where=f"{where}:{begins}:1") from problem
    return lines, cells


def _said_plainly(problem: csv.Error) -> str:
    said = str(problem)
    if "limit" in said:
        return f"has a cell of more than {csv.field_size_limit():,} letters; is a quote open?"
    if "expected after" in said:
        return "has a cell that goes on after its closing quote; write quotes inside a cell twice"
    return 'has a quote " that is never closed; close it, or write it twice'


def _place(text: str, line: int, delimiter: str, column: int, where: str) -> str:
    """Where a cell of a row stands that begins on this line."""
    rest = text.split("\n", line - 1)[-1]
    try:
        cells = read_csv(f"sep={delimiter}\n" + "\n".join(rest.split("\n", 20)[:20]), where="").rows[0].cells
    except InputError:
        return f"{where}:{line}:1"
    found = cells[min(column, len(cells) - 1)].at.split(":")
    return f"{where}:{line + int(found[-2]) - 2}:{found[-1]}"


def _columns(rows: _Rows) -> Mapping[str, int]:
    """Heading → its column."""
    heads = [" ".join(head.split()).casefold() for head in rows.heads]
    errors = []
    for name in ("candidate", "assessor", "item", "mark"):
        if heads.count(name) > 1:
            place = rows.at(-1, len(heads) - 1 - heads[::-1].index(name))
            errors.append(InputError(f"the heading {name} stands twice; keep one of them", where=place))
        elif name in _NEEDED and name not in heads:
            got = ", ".join(head[:40] for head in heads[:10] if head) or "nothing"
            errors.append(InputError(f"has no column {name} (got {got})", where=rows.at(-1, 0)))
    if errors:
        raise InputErrors(errors)
    return {name: heads.index(name) for name in ("candidate", "assessor", "item", "mark") if name in heads}


def _too_wide(rows: _Rows) -> list[tuple[int, int, str]]:
    wide = len(rows.heads)
    what = "stands beyond the last heading; a mark with a decimal comma must be in quotes, or have a point"
    return [
        (number, wide, f"{what} (got {_shown(row[wide])})")
        for number, row in enumerate(rows.cells)
        if len(row) > wide and any(cell.strip() for cell in row[wide:])
    ]


def _texts(rows: _Rows, column: int) -> tuple[list[str], NDArray[np.intp]]:
    """The different texts of a column, and which each row has."""
    texts = [row[column] if column < len(row) else "" for row in rows.cells]
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return list(number), np.fromiter((number[text] for text in texts), dtype=np.intp, count=len(texts))


def _ids(
    rows: _Rows, column: int, name: str, errors: list[tuple[int, int, str]]
) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    texts, which = _texts(rows, column)
    cleaned = [unicodedata.normalize("NFC", _HARMLESS.sub("", " ".join(text.split()), count=1)) for text in texts]
    wrong = {place: what for place, one in enumerate(cleaned) if (what := _wrong_id(one, name))}
    _tell(wrong, which, column, errors)
    ids = sorted(set(cleaned))
    number = {one: place for place, one in enumerate(ids)}
    back = np.array([number[one] for one in cleaned], dtype=np.intp)
    return tuple(ids), back[which]


def _wrong_id(one: str, name: str) -> str | None:
    if not one:
        return f"is blank; each row needs its {name}"
    if len(one) > _LONGEST:
        return f"an id may have up to {_LONGEST} letters (got {len(one):,}: {_shown(one)})"
    if any(unicodedata.category(letter) == "Cc" for letter in one):
        return f"an id can't have control characters in it (got {one[:40]!r})"
    return None


def _marks(rows: _Rows, column: int, errors: list[tuple[int, int, str]]) -> NDArray[np.float64]:
    texts, which = _texts(rows, column)
    values, wrong = np.full(len(texts), np.nan), {}
    for place, text in enumerate(texts):
        value = _mark(text.strip())
        if isinstance(value, str):
            wrong[place] = value
        elif value is not None:
            values[place] = value
    _tell(wrong, which, column, errors)
    return values[which]


def _mark(text: str) -> float | str | None:
    """The number; None where blank; a sentence where it can't be one."""
    if not text:
        return None
    if _COMMA.fullmatch(text):
        if len(text.rsplit(",", 1)[1]) == 3:
            return f"could be a decimal comma or thousands; write it with a point or without (got {text[:40]})"
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return f"a mark must be a number, or blank where none was given (got {_shown(text)})"
    value = float(text.replace("\u2212", "-"))
    return value if abs(value) <= _LARGEST else f"a mark must lie between ±{_LARGEST:g} (got {_shown(text)})"


def _tell(wrong: Mapping[int, str], which: NDArray[np.intp], column: int, errors: list[tuple[int, int, str]]) -> None:
    if wrong:
        bad = np.flatnonzero(np.isin(which, list(wrong)))[:_MOST_TOLD]
        errors += [(int(row), column, wrong[int(which[row])]) for row in bad]


def _twice(
    rows: _Rows, codes: Mapping[str, NDArray[np.intp]], ids: Mapping[str, tuple[str, ...]], column: int
) -> list[tuple[int, int, str]]:
    """Candidates marked twice by one assessor on one item; a blank mark counts too, as one of the two is wrong."""
    order = np.lexsort((codes["item"], codes["assessor"], codes["candidate"]))
    same = np.all([code[order][1:] == code[order][:-1] for code in codes.values()], axis=0)
    out = []
    for place in np.flatnonzero(same)[:_MOST_TOLD]:
        first, again = int(order[place]), int(order[place + 1])
        who = ", ".join(ids[name][codes[name][again]] for name in ("candidate", "assessor", "item"))
        out.append((again, column, f"{who}: is marked twice, first in row {rows.lines[first]}; keep one of them"))
    return out


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
