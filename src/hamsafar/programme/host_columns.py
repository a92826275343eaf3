"""The columns of a host's table by their headings, in any order and case, each with the zone or unit it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.formats.tables import Cell, Row, Table
from hamsafar.programme.zones_said import zone_in_words, zone_said

Headings = Mapping[str, tuple[str, ...]]
UNITS_MIN: Mapping[str, int] = {"min": 1, "mins": 1, "minutes": 1, "h": 60, "hr": 60, "hrs": 60, "hours": 60}
_LOOKED_AT = 10  # rows in which the headings may stand, below a title
_SPACES = re.compile(r"[\s_()\[\],.]+")
_BRACKETS = re.compile(r"[(\[].*[)\]]\s*$")


@frozen(kw_only=True)
class Heading:
    """One column: where it is, what stands above it, and the zone or the unit that its heading names."""

    index: int
    cell: Cell
    zone: str | None = None
    unit_min: int | None = None
    strange: str = ""  # in brackets, and neither a zone nor a unit


@frozen(kw_only=True)
class Columns:
    """The row of the headings, the column of each thing that is said, and the zone that stands above the table."""

    row: Row
    of: Mapping[str, Heading]
    zone: str | None
    others: tuple[str, ...]

    def cell(self, row: Row, says: str) -> Cell | None:
        """The cell of a row that says something; None where the table, or this row, has none."""
        heading = self.of.get(says)
        return row.cells[heading.index] if heading is not None and heading.index < len(row.cells) else None

    def at(self, row: Row, *says: str) -> str:
        """The place of the first of these that the row has, with its column's heading."""
        for one in says:
            if (cell := self.cell(row, one)) is not None:
                return f"{cell.at} {self.of[one].cell.text[:40]}"
        return row.cells[0].at


def columns_of(table: Table, headings: Headings, needed: Iterable[str]) -> Columns | None:
    """The columns of a table; None where it is another one. Raises InputError where one is there twice, or missing."""
    wanted = tuple(needed)
    known = [(row, _known(row, headings)) for row in table.rows[:_LOOKED_AT]]
    row, found = max(known, key=lambda one: _alike(one[1], wanted), default=(None, ()))
    if row is None or not any(says in wanted for says, _ in found):
        return None
    of: dict[str, Heading] = {}
    for says, heading in found:
        if says in of:
            first = of[says].cell
            what = f"says the same as the column {first.text[:40]!r} ({first.at}); leave one of them"
            raise InputError(f"the column {heading.cell.text[:40]!r} {what}", where=heading.cell.at)
        of[says] = heading
    for says in wanted:
        if says not in of:
            names = ", ".join(headings[says][:6])
            raise InputError(f"no column is headed {says.capitalize()} (or {names})", where=row.cells[0].at)
    taken = {heading.index for heading in of.values()}
    others = tuple(cell.text for index, cell in enumerate(row.cells) if cell.text and index not in taken)
    return Columns(row=row, of=of, zone=_zone_above(table, row), others=others)


def _alike(found: Iterable[tuple[str, Heading]], wanted: tuple[str, ...]) -> tuple[int, int]:
    named = {says for says, _ in found}
    return len(named.intersection(wanted)), len(named)


def _known(row: Row, headings: Headings) -> tuple[tuple[str, Heading], ...]:
    return tuple(found for index, cell in enumerate(row.cells) if (found := _read(index, cell, headings)) is not None)


def _read(index: int, cell: Cell, headings: Headings) -> tuple[str, Heading] | None:
    """What a heading says: one that is known, with a zone or a unit behind it, or anything in brackets."""
    plain = _SPACES.sub(" ", cell.text).strip()
    for name, says in _longest_first(headings):
        if plain.casefold() == name:
            return says, Heading(index=index, cell=cell)
        if not plain.casefold().startswith(f"{name} "):
            continue
        rest = plain[len(name) :].strip()
        zone_name, unit = zone_said(rest), UNITS_MIN.get(rest.casefold())
        if zone_name is not None or unit is not None:
            return says, Heading(index=index, cell=cell, zone=zone_name, unit_min=unit)
        if _BRACKETS.search(cell.text):
            return says, Heading(index=index, cell=cell, strange=rest)
    return None


def _longest_first(headings: Headings) -> Iterator[tuple[str, str]]:
    named = ((name, says) for says, names in headings.items() for name in names)
    yield from sorted(named, key=lambda one: -len(one[0]))


def _zone_above(table: Table, headings: Row) -> str | None:
    """The zone that a line above the headings says: in one cell, or in a cell and the next."""
    for row in table.rows:
        if row is headings:
            return None
        texts = [cell.text for cell in row.cells if cell.text]
        pairs = [f"{one}: {other}" for one, other in pairwise(texts)]
        for text in (*texts, *pairs):
            for part in (text, *re.split(r"[.;]\s+", text)):
                if (found := zone_in_words(part)) is not None:
                    return found
    return None
