"""JSON exports, a list of records, as a table: its first row the keys, then a row for each record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from hamsafar.errors import InputError
from hamsafar.formats.large_tables import MOST_COLUMNS, MOST_ROWS, LargeTable, Value

_DEEPEST = 4  # mappings inside a record


def json_table(content: bytes, *, where: str) -> LargeTable:
    """The table of the one list of records that a document holds. A list of texts in a record becomes one text.

    Raises InputError where the document is not JSON, or holds no such list or several.
    """
    records = _records(_loaded(content, where), where)
    if len(records) > MOST_ROWS:
        raise InputError(f"has more than {MOST_ROWS:,} records, the most that is read", where=where)
    flat = [_flat(record, f"{where}:[{index}]") for index, record in enumerate(records)]
    keys = list(dict.fromkeys(key for record in flat for key in record))
    if len(keys) > MOST_COLUMNS:
        raise InputError(f"has records with more than {MOST_COLUMNS:,} keys", where=where)
    return LargeTable(file=where, at=where, form="json", rows=_rows(keys, flat))


def _rows(keys: list[str], flat: list[dict[str, Value]]) -> Iterator[tuple[int, list[Value]]]:
    yield 1, [*keys]
    for number, record in enumerate(flat, 2):
        cells = [record.get(key) for key in keys]
        if any(cell is not None for cell in cells):
            yield number, cells


def _loaded(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refused)
    except UnicodeDecodeError as problem:
        raise InputError(f"is not UTF-8 text (byte {problem.start})", where=where) from problem
    except json.JSONDecodeError as problem:
        what = f"is not JSON from here on ({problem.msg})"
        raise InputError(what, where=f"{where}:{problem.lineno}:{problem.colno}") from problem
    except RecursionError as problem:
        raise InputError("is nested too deep to be a list of records", where=where) from problem
    except ValueError as problem:
        raise InputError(f"can't be read as JSON ({problem!s:.120})", where=where) from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"a record has the key {twice!r} twice")
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _records(document: Any, where: str) -> list[dict[str, Any]]:
    lists = [document] if isinstance(document, list) else []
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list) and _all_records(value)]
    if len(lists) != 1 or not _all_records(lists[0]):
        what = "should be a list of records, such as [{...}, {...}], or hold one such list under some key"
        raise InputError(what, where=where)
    found: list[dict[str, Any]] = lists[0]
    return found


def _all_records(entries: list[Any]) -> bool:
    return bool(entries) and all(isinstance(entry, dict) for entry in entries)


def _flat(record: dict[str, Any], at: str, head: str = "", depth: int = 0) -> dict[str, Value]:
    """A record whose mappings are opened: {"data": {"height": 172}} has the key data.height."""
    found: dict[str, Value] = {}
    for key, value in record.items():
        name = f"{head}.{key}" if head else key
        if isinstance(value, dict):
            if depth == _DEEPEST:
                raise InputError("is nested too deep", where=f"{at} {name[:80]}")
            found |= _flat(value, at, name, depth + 1)
        elif isinstance(value, list):
            if any(isinstance(entry, (dict, list)) for entry in value):
                raise InputError(
                    "is a list of records inside a record; export one flat record each", where=f"{at} {name[:80]}"
                )
            found[name] = "; ".join(str(entry) for entry in value if entry is not None) or None
        else:
            found[name] = None if isinstance(value, str) and not value.strip() else value
    return found
