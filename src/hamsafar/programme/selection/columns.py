"""What small tables share: which column is which, by the headings of the first row, and days in cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import Cell, Table
from hamsafar.programme.problems import nearest


def places_of(table: Table, columns: Sequence[str], needed: Sequence[str], *, of: str) -> dict[str, int]:
    """Heading → position. Raises InputErrors for headings that are unknown, stand twice or are missing."""
    places: dict[str, int] = {}
    errors: list[InputError] = []
    for index, cell in enumerate(table.rows[0].cells):
        name = cell.text.casefold()
        if not name:
            continue
        if name not in columns:
            what = f"is no column of {of} (got {cell.text[:40]!r}){nearest(name, columns)}"
            errors.append(InputError(what, where=cell.at))
        elif name in places:
            errors.append(InputError(f"stands twice (got {cell.text!r})", where=cell.at))
        places.setdefault(name, index)
    missing = [name for name in needed if name not in places]
    if missing:
        errors.append(InputError(f"has no column {' or '.join(missing)}", where=table.at))
    if errors:
        raise InputErrors(errors)
    return places


def day_of(cell: Cell | None) -> date | None:
    """The day in a cell, None where it is empty. Raises InputError for what is none."""
    if cell is None or not cell.text:
        return None
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    try:
        return date.fromisoformat(cell.text)
    except ValueError as problem:
        raise InputError(f"should be a day such as 2027-06-05 (got {cell.text[:40]!r})", where=cell.at) from problem
