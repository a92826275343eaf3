"""The fixed form of rows and events that hashes are taken of: the same on every database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from math import isfinite

from sqlalchemy import Table

START = "0" * 64  # the chain before the first event

_ROW, _EVENT = b"hamsafar-row/1\0", b"hamsafar-event/1\0"
EVENT_COLUMNS = ("at", "body", "command", "digest", "number", "reason", "role", "tables")  # all that the chain covers


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no blanks and ASCII alone; what JSON can't hold raises."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def hashed_columns(table: Table) -> tuple[str, ...]:
    """The columns a row's hash covers, in the order of their names."""
    return tuple(sorted(column.name for column in table.columns if column.name != "row_hash"))


def row_hash(table: str, columns: Sequence[str], values: Sequence[object]) -> bytes:
    """SHA-256 of one row. What is null is left out, so that a column added later changes no older hash."""
    return hashlib.sha256(_ROW + row_text(table, columns, values).encode("ascii")).digest()


def row_text(table: str, columns: Sequence[str], values: Sequence[object]) -> str:
    """`["table",{"column":value,...}]`: JSON with no blanks, ASCII alone, bytes as `{"hex":"..."}`.

    Written out, because the general encoder takes four times as long and a campaign has 300,000 marks.
    """
    said = [f'"{name}":{_written(value)}' for name, value in zip(columns, values, strict=True) if value is not None]
    return f'["{table}",{{{",".join(said)}}}]'


def _written(value: object) -> str:
    if type(value) is str:
        return quoted(value)
    if type(value) is int:
        return int.__repr__(value)
    if type(value) is float and isfinite(value):
        return float.__repr__(value)
    if type(value) is bytes:
        return f'{{"hex":"{value.hex()}"}}'
    raise TypeError(f"{value!r} has no fixed form")


def rows_digest(hashes: Iterable[bytes]) -> str:
    """SHA-256 of the hashes of one event's rows in one table, in the order of their lines."""
    whole = hashlib.sha256()
    for one in hashes:
        whole.update(one)
    return whole.hexdigest()


def tables_digest(tables: str) -> str:
    """SHA-256 of the canonical JSON that says how many rows an event wrote where, and their digests."""
    return hashlib.sha256(tables.encode("utf-8")).hexdigest()


def chained(before: str, columns: Mapping[str, object]) -> str:
    """The chain after an event: SHA-256 over the chain before it and all its columns."""
    said = {name: columns[name] for name in EVENT_COLUMNS}
    return hashlib.sha256(_EVENT + before.encode("ascii") + canonical_json(said).encode("ascii")).hexdigest()
