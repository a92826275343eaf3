"""Where the headings of a table stand, and what they name: in one row, in two, or not to be found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice

from attrs import evolve, frozen

from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import LargeTable, Value
from hamsafar.formats.xlsx_tables import quoted
from hamsafar.programme.selection.intake_mapping import Column, Headings, Mapping, Namer, no_column
from hamsafar.programme.selection.intake_text import folded, plain

LOOKED_AT = 15  # rows in which headings are looked for
Rows = Sequence[tuple[int, list[Value]]]


@frozen(kw_only=True)
class Found:
    """The headings of a table, and the number of the last row that they take."""

    headings: Headings
    row: int  # of their first row
    last: int


def found_headings(table: LargeTable, first: Rows, campaign: Campaign, mapping: Mapping) -> Found:
    """The headings among the first rows that name most. Raises InputErrors where they name too little, or twice."""
    namer = Namer(campaign, mapping)
    best: Found | None = None
    for index, (number, cells) in enumerate(first):
        for texts, last in _candidates(table, first, index):
            headings = _named(namer, texts)
            if best is None or headings.known > best.headings.known:
                best = Found(headings=headings, row=number, last=last)
        del cells
    if best is None or best.headings.known < 1:
        names = ", ".join(one.title for one in campaign.fields[:6])
        what = f"has no row of headings that we know among its first {LOOKED_AT}; headings are such as {names}"
        raise InputError(f"{what}; say in a mapping (--mapping FILE) what its columns are", where=table.at)
    _ensure_whole(table, best, campaign, mapping)
    return best


def _candidates(table: LargeTable, first: Rows, index: int) -> list[tuple[list[str], int]]:
    """The texts of a row as headings, and of it with the row below, where the upper spans several columns."""
    number, cells = first[index]
    upper = [_text(cell) for cell in cells]
    found = [(upper, number)]
    if index + 1 < len(first) and index + 1 < LOOKED_AT:
        below_number, below = first[index + 1]
        lower = [_text(cell) for cell in below]
        width = max(len(upper), len(lower))
        upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
        spread = _spread(table, number, upper)
        found.append(([low or up for up, low in zip(upper, lower, strict=True)], below_number))
        found.append(
            ([f"{up} {low}".strip() if low else up for up, low in zip(spread, lower, strict=True)], below_number)
        )
    return found


def _spread(table: LargeTable, number: int, upper: list[str]) -> list[str]:
    """A row of headings whose merged cells count for each column they span."""
    spread = [*upper]
    for first_row, first_column, _, last_column in table.merged:
        if first_row == number and first_column < len(spread):
            for column in range(first_column + 1, min(last_column + 1, len(spread))):
                spread[column] = spread[first_column]
    return spread


def _text(cell: Value) -> str:
    return plain(cell).replace("\n", " ") if isinstance(cell, str) else "" if cell is None else str(cell)


def _named(namer: Namer, texts: list[str]) -> Headings:
    columns: list[Column] = []
    unread: list[str] = []
    for index, text in enumerate(texts):
        if not text:
            continue
        column = namer.column(index, text)
        if column is None:
            unread.append(text)
        else:
            columns.append(column)
    return Headings(columns=tuple(columns), unread=tuple(unread))


def _ensure_whole(table: LargeTable, found: Found, campaign: Campaign, mapping: Mapping) -> None:
    errors: list[InputError] = []
    seen: dict[tuple[str | None, str | None], Column] = {}
    for column in found.headings.columns:
        at = table.place(found.row, column.index, column.heading)
        if column.option == "":
            errors.append(
                InputError("ticks an answer that the field has not; add it under `also`, or map it", where=at)
            )
            continue
        key = (column.field or column.special, column.option)
        if key in seen:
            first = table.place(found.row, seen[key].index)
            errors.append(InputError(f"is a second column for {key[0]!r}; the first is {first}; keep one", where=at))
        seen.setdefault(key, column)
    there = {column.field for column in found.headings.columns}
    at = f"{table.at}:{found.row}"
    missing = [one for one in campaign.fields if one.required and one.id not in there]
    errors += [no_column(one, at, found.headings.unread) for one in missing]
    named = {*mapping.columns, *(heading for _, heading in mapping.special)}
    headings = {folded(column.heading) for column in found.headings.columns}
    said = "which the mapping names"
    errors += [InputError(f"has no column {one!r}, {said}", where=at) for one in sorted(named - headings)]
    if errors:
        raise InputErrors(errors)


def fitting(tables: Sequence[LargeTable], campaign: Campaign, mapping: Mapping) -> LargeTable:
    """The one sheet that holds applications. Raises InputError where there is none, or several may."""
    if mapping.sheet is not None:
        named = [one for one in tables if one.at.endswith(f":{quoted(mapping.sheet)}")]
        if not named:
            what = f"has no visible sheet {mapping.sheet!r}, which the mapping names"
            raise InputError(what, where=tables[0].file)
        return named[0]
    whole: list[LargeTable] = []
    errors: list[InputError] = []
    for table in tables:
        first = list(islice(table.rows, LOOKED_AT))
        try:
            found_headings(table, first, campaign, mapping)
        except InputErrors as problem:
            errors += problem.errors
        except InputError as problem:
            errors.append(problem)
        else:
            whole.append(evolve(table, rows=chain(first, table.rows)))
    if len(whole) > 1:
        sheets = " and ".join(one.at for one in whole[:3])
        raise InputError(
            f"has several sheets of applications ({sheets}); say `sheet` in a mapping", where=tables[0].file
        )
    if not whole:
        raise InputErrors(errors)
    return whole[0]
