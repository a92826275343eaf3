"""A board's decisions as a table people keep, CSV or XLSX: one candidate a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast, get_args

from attrs import frozen

from hamsafar.domain.selection import Outcome
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import Cell, NoValue, Row, Table
from hamsafar.programme.selection.columns import day_of, places_of

COLUMNS = ("candidate", "outcome", "reason", "condition", "due", "seat")
NEEDED = COLUMNS[:3]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@frozen(kw_only=True)
class Decided:
    """What one row says; `at` is its place."""

    at: str
    candidate: str
    outcome: Outcome
    reason: str
    condition: str = ""
    due: date | None = None
    seat: str | None = None


def decisions_of(tables: Sequence[Table]) -> tuple[Decided, ...]:
    """The decisions of a file's first sheet. Raises InputErrors with every error, each with its cell."""
    table = next((one for one in tables if one.rows), None)
    if table is None:
        raise InputError("holds no rows", where=tables[0].at if tables else "")
    places = places_of(table, COLUMNS, NEEDED, of="decisions")
    found: list[Decided] = []
    errors: list[InputError] = []
    for row in table.rows[1:]:
        try:
            found.append(_decided(row, places))
        except InputErrors as problem:
            errors += problem.errors
    seen: dict[str, str] = {}
    for one in found:
        if one.candidate in seen:
            errors.append(InputError(f"is decided twice (also at {seen[one.candidate]})", where=one.at))
        seen.setdefault(one.candidate, one.at)
    if not found and not errors:
        errors.append(InputError("holds no decision below its headings", where=table.at))
    if errors:
        raise InputErrors(errors)
    return tuple(found)


def _decided(row: Row, places: dict[str, int]) -> Decided:
    cells = {name: row.cells[index] for name, index in places.items() if index < len(row.cells)}
    errors = list(_faults(row, cells))
    if errors:
        raise InputErrors(errors)
    said = {name: cell.text for name, cell in cells.items()}
    return Decided(
        at=cells["candidate"].at,
        candidate=said["candidate"],
        outcome=cast(Outcome, said["outcome"].casefold()),
        reason=said["reason"],
        condition=said.get("condition", ""),
        due=day_of(cells.get("due")),
        seat=said.get("seat") or None,
    )


def _faults(row: Row, cells: dict[str, Cell]) -> Iterator[InputError]:
    for cell in cells.values():
        if isinstance(cell.value, NoValue):
            yield InputError(cell.value.what, where=cell.at)
    for name in NEEDED:
        if name not in cells or (cells[name].value is None):
            yield InputError(f"has no {name}", where=cells[name].at if name in cells else row.cells[0].at)
    outcome = cells.get("outcome")
    if outcome is not None and outcome.text and outcome.text.casefold() not in OUTCOMES:
        yield InputError(f"should be one of {', '.join(OUTCOMES)} (got {outcome.text[:40]!r})", where=outcome.at)
    try:
        day_of(cells.get("due"))
    except InputError as problem:
        yield problem
