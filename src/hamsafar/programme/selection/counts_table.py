"""A table `stage,group,entered,passed` (CSV or XLSX) → counts; every error with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import Cell, NoValue, Row, Table, read_tables

MOST_PEOPLE = 10_000_000  # in one group of one stage
MOST_GROUPS = 60  # in one stage: beyond, what is given is no grouping
_NEEDED = ("stage", "group", "entered", "passed")
_OPTIONAL = ("by", "component")
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+")

CountRow = tuple[str, str, int, int, str, str]  # stage, group, entered, passed, by, component


def read_counts(content: bytes, *, where: str) -> tuple[CountRow, ...]:
    """Rows of (stage, group, entered, passed, by, component), in the order of the file.

    Headings stand in the first row, in any order; `by` and `component` may be left out, other columns are passed over.
    Raises InputErrors with everything that is wrong.
    """
    table = next((one for one in read_tables(content, where=where) if one.rows), None)
    if table is None:
        raise InputError(f"has no rows; it needs the headings {', '.join(_NEEDED)}", where=where)
    columns = _columns(table)
    errors: list[InputError] = []
    rows: list[CountRow] = []
    places: dict[tuple[str, str, str, str], str] = {}
    for row in table.rows[1:]:
        read = _row(row, columns, table.at, errors)
        if read is not None:
            rows.append(read)
            _refuse_twice(read, row, places, errors)
    errors += _too_many_groups(rows, table.at)
    if not rows and not errors:
        errors.append(InputError("has headings and no counts below them", where=table.at))
    if errors:
        raise InputErrors(errors)
    return tuple(rows)


def _columns(table: Table) -> Mapping[str, int]:
    """Heading → its column."""
    headings = [cell.text.casefold() for cell in table.rows[0].cells]
    errors = []
    for name in (*_NEEDED, *_OPTIONAL):
        if headings.count(name) > 1:
            at = table.rows[0].cells[len(headings) - 1 - headings[::-1].index(name)].at
            errors.append(InputError(f"the heading {name} stands twice; keep one of them", where=at))
        elif name in _NEEDED and name not in headings:
            got = ", ".join(one[:40] for one in headings[:10] if one) or "nothing"
            errors.append(InputError(f"has no column {name} (got {got})", where=table.rows[0].cells[0].at))
    if errors:
        raise InputErrors(errors)
    return {name: headings.index(name) for name in (*_NEEDED, *_OPTIONAL) if name in headings}


def _row(row: Row, columns: Mapping[str, int], at: str, errors: list[InputError]) -> CountRow | None:
    """What a row says; None, and its errors told, where it can't be read."""
    before = len(errors)
    cells = {name: _cell(row, place, at) for name, place in columns.items()}
    texts = {name: _text(name, cells[name], errors) for name in ("stage", "group")}
    numbers = {name: _number(name, cells[name], errors) for name in ("entered", "passed")}
    entered, passed = numbers["entered"], numbers["passed"]
    if entered is not None and passed is not None and passed > entered:
        what = f"more passed than entered (got {passed} of {entered})"
        errors.append(InputError(what, where=cells["passed"].at))
    if len(errors) > before or entered is None or passed is None:
        return None
    by, component = (cells[name].text if name in cells else "" for name in _OPTIONAL)
    return texts["stage"], texts["group"], entered, passed, by, component


def _cell(row: Row, place: int, at: str) -> Cell:
    if place < len(row.cells):
        return row.cells[place]
    return Cell(None, row.cells[-1].at if row.cells else f"{at}:{row.number}")


def _text(name: str, cell: Cell, errors: list[InputError]) -> str:
    if isinstance(cell.value, NoValue):
        errors.append(InputError(cell.value.what, where=cell.at))
    elif not cell.text:
        errors.append(InputError(f"names no {name}", where=cell.at))
    elif len(cell.text) > 200:
        errors.append(InputError(f"is no name of a {name}: longer than 200 letters", where=cell.at))
    return cell.text


def _number(name: str, cell: Cell, errors: list[InputError]) -> int | None:
    """A whole number of people, at least none; thousands may be set apart."""
    value = cell.value
    if isinstance(value, NoValue):
        errors.append(InputError(value.what, where=cell.at))
        return None
    found = None
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        found = int(value)
    elif isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        found = int(re.sub(r"[^0-9]", "", value.strip())) if len(value) <= 20 else MOST_PEOPLE + 1
    if found is None or not 0 <= found <= MOST_PEOPLE:
        what = (
            f"{name} should be a whole number of people from 0 to {MOST_PEOPLE:,} (got {cell.text[:40] or 'nothing'})"
        )
        errors.append(InputError(what, where=cell.at))
        return None
    return found


def _refuse_twice(
    read: CountRow, row: Row, places: dict[tuple[str, str, str, str], str], errors: list[InputError]
) -> None:
    stage, group, _, _, by, component = read
    key = (by, stage, component, group)
    if key in places:
        what = f"says {group} in {stage} again; it stands at {places[key]} (add them up, or name what each is by)"
        errors.append(InputError(what, where=row.cells[0].at))
    places.setdefault(key, row.cells[0].at)


def _too_many_groups(rows: Sequence[CountRow], at: str) -> list[InputError]:
    sizes: dict[tuple[str, str, str], int] = {}
    for stage, _, _, _, by, component in rows:
        sizes[(by, stage, component)] = sizes.get((by, stage, component), 0) + 1
    return [
        InputError(f"stage {stage} has {size} groups, more than {MOST_GROUPS}; put small ones together", where=at)
        for (_, stage, _), size in sizes.items()
        if size > MOST_GROUPS
    ]
