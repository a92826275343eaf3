"""CSV as spreadsheets save it (RFC 4180; comma, semicolon or tab) → a table whose cells know line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hamsafar.errors import InputError
from hamsafar.formats.tables import MOST_COLUMNS, MOST_ROWS, Cell, Row, Table

_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_SAID = re.compile(r"sep=([,;\t])\n")  # the commonest spreadsheet's own first line
_LOOKED_AT = 10  # lines that tell which delimiter it is
_HARMLESS = re.compile(r"'(?=[=+\-@])")  # in front of what a spreadsheet would take for a formula


def read_csv(text: str, *, where: str) -> Table:
    """The table of a text whose lines end in newlines. Raises InputError where its quotes don't close."""
    said = _SAID.match(text)
    delimiter = said[1] if said else _delimiter(text)
    rows: list[Row] = []
    for row in _rows(text, said.end() if said else 0, delimiter, where):
        if len(rows) == MOST_ROWS:
            raise InputError(f"has more than {MOST_ROWS:,} rows, the most that is read", where=f"{where}:{row.number}")
        if len(row.cells) > MOST_COLUMNS:
            raise InputError(f"has more than {MOST_COLUMNS} columns", where=row.cells[MOST_COLUMNS].at)
        rows.append(row)
    return Table(file=where, at=where, rows=tuple(rows))


def _delimiter(text: str) -> str:
    """The one that stands in most of the first lines, outside quotes; of several, the one that stands most often."""
    lines = [_QUOTED.sub("", line) for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT]]
    return max(
        _DELIMITERS, key=lambda one: (sum(one in line for line in lines), max(line.count(one) for line in lines))
    )


def _rows(text: str, position: int, delimiter: str, where: str) -> Iterator[Row]:
    """The rows that hold something. A row may run over several lines in quotes; its number is that of the first."""
    line, begins = 1 + text.count("\n", 0, position), position  # where this line begins
    plain = re.compile(f"[^{delimiter}\n]*")
    cells: list[Cell] = []
    number = line
    while position <= len(text):
        at = f"{where}:{line}:{position - begins + 1}"
        quoted = _QUOTED.match(text, position)
        if quoted is None and text.startswith('"', position):
            raise InputError('begins with a quote " that is never closed; close it, or write it twice', where=at)
        found = quoted or plain.match(text, position)
        assert found is not None, "a cell may be empty"
        cells.append(Cell(_value(quoted[1].replace('""', '"') if quoted else found[0]), at))
        if quoted and (breaks := quoted[0].count("\n")):
            line, begins = line + breaks, text.rindex("\n", 0, found.end()) + 1
        position = found.end()
        ended = text[position : position + 1]
        if ended not in (delimiter, "\n", ""):
            place = f"{where}:{line}:{position - begins + 1}"
            raise InputError("goes on after its closing quote; write quotes inside a cell twice", where=place)
        position += 1
        if ended != delimiter:
            if any(cell.value is not None for cell in cells):
                yield Row(number=number, cells=tuple(cells))
            line, begins, cells = line + 1, position, []
            number = line


def _value(text: str) -> str | None:
    """The text of a cell, without the apostrophe that kept it from acting as a formula; None where it is blank."""
    return _HARMLESS.sub("", text, count=1) if text.strip() and text.startswith("'") else text if text.strip() else None
