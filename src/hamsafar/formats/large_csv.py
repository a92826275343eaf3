"""CSV as forms and spreadsheets export it (RFC 4180; comma, semicolon or tab; UTF-8 or UTF-16), row by row."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from hamsafar.errors import InputError
from hamsafar.formats.large_tables import MOST_COLUMNS, MOST_ROWS, LargeTable, Value

_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*"')
_LOOKED_AT = 10  # lines that tell which delimiter it is
_LONGEST_CELL = 1_000_000  # characters


def csv_table(path: Path, begins: bytes) -> LargeTable:
    """The table of a CSV file, of which `begins` is the beginning."""
    encoding = _encoding(begins, str(path))
    head = begins.decode(encoding, errors="ignore")
    said = re.match(r"sep=([,;\t])\r?\n", head)
    lines = [_QUOTED.sub("", line) for line in head.splitlines()[:_LOOKED_AT]]
    delimiter = max(
        _DELIMITERS, key=lambda one: (sum(one in line for line in lines), sum(line.count(one) for line in lines))
    )
    rows = _rows(path, encoding, said[1] if said else delimiter, 1 if said else 0)
    return LargeTable(file=str(path), at=str(path), form="csv", rows=rows)


def _encoding(begins: bytes, where: str) -> str:
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in begins:
        raise InputError("is neither a table in text nor XLSX; save it as 'CSV UTF-8' or as .xlsx", where=where)
    return "utf-8-sig"


def _rows(path: Path, encoding: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[Value]]]:
    csv.field_size_limit(_LONGEST_CELL)
    number, last, count = 1, 0, 0
    try:
        with path.open(encoding=encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            for cells in reader:
                number, last = last + 1, reader.line_num
                if number <= skipped or not any(map(str.strip, cells)):
                    continue
                count += 1
                _ensure_small(path, number, count, cells)
                yield number, [cell if cell.strip() else None for cell in cells]
    except UnicodeDecodeError as problem:
        raise _undecodable(path, encoding) from problem
    except csv.Error as problem:
        raise InputError(_in_words(str(problem)), where=f"{path}:{last + 1}") from problem
    except OSError as problem:
        raise InputError(f"can't be read: {problem.strerror}", where=str(path)) from problem


def _ensure_small(path: Path, number: int, count: int, cells: list[str]) -> None:
    if count > MOST_ROWS:
        what = f"has more than {MOST_ROWS:,} rows, the most that is read; split it, each part with the headings"
        raise InputError(what, where=f"{path}:{number}")
    if len(cells) > MOST_COLUMNS:
        raise InputError(f"has more than {MOST_COLUMNS:,} columns", where=f"{path}:{number}:{MOST_COLUMNS + 1}")


def _in_words(problem: str) -> str:
    if "unexpected end of data" in problem:
        return 'has a quote " that is never closed from this row on; close it, or write it twice'
    if "expected after" in problem:
        return "has a cell that goes on after its closing quote; write quotes inside a cell twice"
    if "field larger" in problem:
        return f"has a cell longer than {_LONGEST_CELL:,} characters; is a quote not closed?"
    return f"can't be read as CSV ({problem})"


def _undecodable(path: Path, encoding: str) -> InputError:
    """The place of the first byte that is no text in this encoding."""
    if encoding == "utf-16":
        return InputError("is not whole UTF-16 text; save it anew as 'CSV UTF-8'", where=str(path))
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                decoder.decode(line)
            except UnicodeDecodeError as problem:
                byte = problem.object[problem.start]
                what = f"is not UTF-8 text from here on (byte 0x{byte:02X}); save it as 'CSV UTF-8' or as .xlsx"
                return InputError(what, where=f"{path}:{number}:{problem.start + 1}")
    return InputError("is not UTF-8 text to its end; save it as 'CSV UTF-8' or as .xlsx", where=str(path))
