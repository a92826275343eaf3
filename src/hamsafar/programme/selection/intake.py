"""Applications as a file has them → what each says, and what is wrong with it, row by row.

A cell that can't be read makes its application invalid, and the applicant is told; a file whose columns can't be told
apart, or whose cells hold formulas, is refused whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as ReadOnly
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from itertools import chain, islice
from typing import Any

from attrs import frozen

from hamsafar.domain.campaign import Campaign, Field
from hamsafar.domain.selection import Value
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import LargeTable
from hamsafar.programme.selection.intake_days import moment_of, order_of, perhaps_swapped
from hamsafar.programme.selection.intake_headings import LOOKED_AT, Found, found_headings
from hamsafar.programme.selection.intake_kept import Kept
from hamsafar.programme.selection.intake_mapping import Column, Mapping, is_gone
from hamsafar.programme.selection.intake_numbers import Decimals, decimals_of, form_of, may_be_thousands, unit_named
from hamsafar.programme.selection.intake_text import Unreadable, folded, plain
from hamsafar.programme.selection.intake_values import Reading, value_of
from hamsafar.timeline import Instant, local_instant
from hamsafar.timeline.civil import zone

MOST_TOLD = 1_000  # errors of one file


@frozen(kw_only=True)
class Received:
    """One application of a file."""

    source_id: str
    submitted: Instant | None
    fields: ReadOnly[str, Value]
    why_invalid: tuple[str, ...]  # sentences for the applicant
    withdrawn: bool
    at: str


@frozen(kw_only=True)
class Unread:
    """A cell that could not be read: its place, and what is wrong, for the office."""

    where: str
    what: str


@frozen(kw_only=True)
class Intake:
    """What a file says. `unread` holds the first thousand cells that could not be read, `more` counts the rest."""

    file: str
    received: tuple[Received, ...]
    unread: tuple[Unread, ...] = ()
    more: int = 0
    notes: tuple[str, ...] = ()


def read_applications(table: LargeTable, campaign: Campaign, mapping: Mapping) -> Intake:
    """The applications of one table. Raises InputErrors with everything for which it must be refused whole."""
    rows = iter(table.rows)
    first = list(islice(rows, LOOKED_AT))
    found = found_headings(table, first, campaign, mapping)
    kept = Kept(table, found, first)
    for number, cells in chain((row for row in first if row[0] > found.last), rows):
        kept.add(number, cells)
    return _Reader(table, campaign, mapping, found, kept).intake()


class _Reader:
    """One table, column by column, then put together row by row."""

    def __init__(self, table: LargeTable, campaign: Campaign, mapping: Mapping, found: Found, kept: Kept) -> None:
        self._table, self._campaign, self._mapping = table, campaign, mapping
        self._headings, self._found, self._kept = found.headings, found, kept
        self._fields = {one.id: one for one in campaign.fields}
        self._zone = campaign.organisations[0].zone
        runs = {one.id: one.zone for one in campaign.organisations}
        if campaign.stages:
            self._zone = runs.get(campaign.stages[0].run_by, self._zone)
        self._unread: list[Unread] = []
        self._more = 0
        self._errors: list[InputError] = [*kept.shifted]
        self._why: dict[int, list[str]] = defaultdict(list)

    def intake(self) -> Intake:
        self._refuse_formulas()
        columns = self._by_field()
        values = {name: self._field(self._fields[name], each) for name, each in columns.items()}
        submitted = self._submitted()
        ids = self._ids(values)
        self._refuse_twice(ids)
        if self._errors:
            raise InputErrors(_at_most(self._errors))
        gone = self._gone()
        received = tuple(self._received(index, ids, values, submitted, gone) for index in range(len(ids)))
        self._unread.sort(key=lambda one: one.where)
        return Intake(
            file=self._table.at, received=received, unread=tuple(self._unread), more=self._more, notes=self._notes()
        )

    def _received(
        self,
        index: int,
        ids: list[str],
        values: dict[str, list[Value]],
        submitted: list[Instant | None],
        gone: list[bool],
    ) -> Received:
        fields = {name: column[index] for name, column in values.items()}
        why = self._why.get(index, [])
        unread = {sentence.split(":")[0] for sentence in why}
        for one in self._campaign.fields:
            if one.required and fields.get(one.id) in (None, ()) and one.title not in unread:
                why = [*why, f"{one.title}: the answer is missing."]
        return Received(
            source_id=ids[index],
            submitted=submitted[index],
            fields=fields,
            why_invalid=tuple(why),
            withdrawn=gone[index],
            at=self._table.place(self._kept.numbers[index]),
        )

    def _by_field(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = {}
        for column in self._headings.columns:
            if column.field is not None:
                found.setdefault(column.field, []).append(column)
        return found

    def _refuse_formulas(self) -> None:
        """Formulas in columns that are read: what they last came to is not trusted."""
        asked = {column.index: column for column in self._headings.columns}
        rows = set(self._kept.numbers)
        for (row, index), said in self._table.formulas.items():
            if index in asked and row in rows:
                what = f"is a formula ({said}); what it came to is not trusted: paste it as a value"
                self._errors.append(InputError(what, where=self._table.place(row, index, asked[index].heading)))
        merged = [area for area in self._table.merged if area[2] > self._found.last and area[2] in rows]
        for first_row, first, last_row, last in merged:
            if any(first <= index <= last for index in asked):
                at = self._table.place(first_row, first)
                self._errors.append(
                    InputError(f"is merged down to row {last_row}; part the cells, and fill each", where=at)
                )

    def _field(self, field: Field, columns: list[Column]) -> list[Value]:
        if columns[0].option is not None:
            return self._ticked(field, columns)
        column = columns[0]
        cells = self._kept.cells[column.index]
        reading = self._reading(field, column, cells)
        known: dict[Any, Value | Unreadable] = {None: None}
        values: list[Value] = []
        for index, raw in enumerate(cells):
            key = (type(raw), raw) if isinstance(raw, (bool, int, float)) else raw
            if key not in known:
                try:
                    known[key] = value_of(field, raw, reading)
                except Unreadable as problem:
                    known[key] = problem
            value = known[key]
            if isinstance(value, Unreadable):
                self._tell(field, index, column, raw, value.what)
                values.append(None)
            else:
                values.append(value)
        return values

    def _tell(self, field: Field, index: int, column: Column, raw: Any, what: str) -> None:
        self._why[index].append(f"{field.title}: the answer {what}" + ("" if what.endswith("?") else "."))
        if len(self._unread) == MOST_TOLD:
            self._more += 1
            return
        at = self._table.place(self._kept.numbers[index], column.index, column.heading)
        got = "personal" if field.identifies else f"got {str(raw)!r:.60}"
        self._unread.append(Unread(where=at, what=f"{what} ({got})"))

    def _reading(self, field: Field, column: Column, cells: list[Any]) -> Reading:
        """What the heading, the mapping and all cells of a column settle."""
        unit = self._mapping.units.get(field.id) or column.unit
        unit = None if unit is None else unit_named(unit)
        reading = Reading(unit=unit, values=self._mapping.values.get(field.id, ()))
        if field.kind == "date":
            return Reading(order=self._order(column, cells))
        if field.kind == "number":
            decimals = self._mapping.decimals or decimals_of(cells)
            if decimals is None:
                self._refuse_unsettled(column, cells)
            return Reading(unit=unit, decimals=decimals, values=reading.values)
        return reading

    def _order(self, column: Column, cells: list[Any]) -> Any:
        """Day or month first. Refuses the column where a day of it could be read either way."""
        swapped = perhaps_swapped(cells)
        if swapped:
            what = "may have day and month swapped by the spreadsheet, as days of other rows are still text"
            many = f" (and so {len(swapped) - 1:,} more)" if len(swapped) > 1 else ""
            said = f"{what}{many}; write the whole column as text such as 1995-04-03"
            self._refuse_cell(column, swapped[0], said)
        if self._mapping.dates is not None:
            return self._mapping.dates
        order, unsure = order_of(cells)
        if order is None and unsure:
            index = next(i for i, raw in enumerate(cells) if order_of([raw])[1])
            at = self._table.place(self._kept.numbers[index], column.index, column.heading)
            what = "may begin with the day or with the month, and no other row tells"
            self._errors.append(InputError(f"{what}; say `dates: day-first` or `month-first` in a mapping", where=at))
        return order

    def _refuse_unsettled(self, column: Column, cells: list[Any]) -> None:
        """Refuses a column whose decimal mark no cell tells, or whose cells contradict each other."""
        first: dict[Decimals, int] = {}
        for index, raw in enumerate(cells):
            form = form_of(raw)
            if form is not None:
                first.setdefault(form, index)
        say = "say `decimals: comma` or `point` in a mapping"
        for form, index in sorted(first.items(), key=lambda one: one[1]):
            other = self._at(column, first["comma" if form == "point" else "point"])
            self._refuse_cell(column, index, f"has a {form} as its decimal mark, unlike {other}; {say}")
        unsure = (index for index, raw in enumerate(cells) if isinstance(raw, str) and _with_comma(raw))
        what = "has a comma that may be a decimal or part the thousands, and no other row tells"
        for index in islice(unsure, MOST_TOLD if first else 1):
            self._refuse_cell(column, index, f"{what}; {say}")

    def _at(self, column: Column, index: int) -> str:
        return self._table.place(self._kept.numbers[index], column.index, column.heading)

    def _refuse_cell(self, column: Column, index: int, what: str) -> None:
        self._errors.append(InputError(what, where=self._at(column, index)))

    def _ticked(self, field: Field, columns: list[Column]) -> list[Value]:
        """Checkboxes, one column an answer: `1` or `Checked` ticks it."""
        ticked: list[list[str]] = [[] for _ in self._kept.numbers]
        for column in columns:
            for index, raw in enumerate(self._kept.cells[column.index]):
                said = folded(str(raw)) if raw is not None else ""
                if said in ("1", "1.0", "checked", "yes", "true", "x", "✓"):
                    ticked[index].append(column.option or "")
                elif said not in ("", "0", "0.0", "unchecked", "no", "false"):
                    self._tell(field, index, column, raw, "should be ticked or not (1 or 0)")
        return [tuple(each) for each in ticked]

    def _submitted(self) -> list[Instant | None]:
        column = self._headings.special("submitted")
        if column is None:
            return [None] * len(self._kept.numbers)
        cells = self._kept.cells[column.index]
        order = self._order(column, cells)
        found: list[Instant | None] = []
        for index, raw in enumerate(cells):
            try:
                found.append(None if raw is None else self._instant(moment_of(raw, order)))
            except Unreadable as problem:
                found.append(None)
                at = self._table.place(self._kept.numbers[index], column.index, column.heading)
                what = f"{problem.what.replace('a day', 'a day and time')} (got {str(raw)!r:.60})"
                self._errors.append(InputError(what, where=at))
        return found

    def _instant(self, moment: datetime) -> Instant:
        local = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone(self._zone))
        return Instant.from_datetime(local.astimezone(UTC))

    def _ids(self, values: dict[str, list[Value]]) -> list[str]:
        """What each application is known by on the next import: its number, or who it is from."""
        column = self._headings.special("number")
        if column is not None:
            return [self._number(index, raw, column) for index, raw in enumerate(self._kept.cells[column.index])]
        by = next((one for one in self._campaign.fields if one.same_person and one.id in values), None)
        if by is None:
            what = "has no column that numbers the applications, so a second import would double them"
            self._errors.append(
                InputError(f"{what}; name it in a mapping as `number`", where=f"{self._table.at}:{self._found.row}")
            )
            return [""] * len(self._kept.numbers)
        return [self._person(index, value, by) for index, value in enumerate(values[by.id])]

    def _number(self, index: int, raw: Any, column: Column) -> str:
        said = plain(f"{raw:.15g}" if isinstance(raw, float) else str(raw)) if raw is not None else ""
        if not said or len(said) > 200:
            at = self._table.place(self._kept.numbers[index], column.index, column.heading)
            self._errors.append(InputError("is a row without its number; fill it in, or delete the row", where=at))
        return said

    def _person(self, index: int, value: Value, by: Field) -> str:
        if value is None:
            at = self._table.place(self._kept.numbers[index])
            what = f"has neither a number nor {by.title!r}, so it could not be known again; fill in one of them"
            self._errors.append(InputError(what, where=at))
        digest = blake2b(
            same_text(value).encode("utf-8", "replace"), digest_size=12, key=self._campaign.id.encode()[:64]
        )
        return f"{by.id}:{digest.hexdigest()}"

    def _refuse_twice(self, ids: list[str]) -> None:
        first: dict[str, int] = {}
        for index, id_ in enumerate(ids):
            if id_ and id_ in first:
                here, there = self._kept.numbers[index], self._table.place(self._kept.numbers[first[id_]])
                what = f"is the same application as in row {there}; keep the one that counts"
                self._errors.append(InputError(what, where=self._table.place(here)))
            first.setdefault(id_, index)

    def _gone(self) -> list[bool]:
        column = self._headings.special("withdrawn")
        if column is None:
            return [False] * len(self._kept.numbers)
        return [is_gone(raw) for raw in self._kept.cells[column.index]]

    def _notes(self) -> tuple[str, ...]:
        notes = [*self._table.notes]
        if self._headings.unread:
            notes.append(f"{self._table.at}: columns that are not read: {', '.join(self._headings.unread)[:2_000]}")
        if self._kept.totals:
            rows = ", ".join(map(str, self._kept.totals))
            notes.append(f"{self._table.at}: rows that sum up others are passed over: {rows[:200]}")
        return tuple(notes)


def _with_comma(raw: str) -> bool:
    return "," in raw and may_be_thousands(raw.strip().split()[0])


def same_text(value: Value) -> str:
    """A value for telling whether two applications are of one person: case, spaces and hyphens made one."""
    if isinstance(value, tuple):
        return ";".join(value)
    said = folded(str(value)).replace(" ", "")
    return said if "@" in said else said.replace("-", "").replace(".", "")


def _at_most(errors: list[InputError]) -> list[InputError]:
    if len(errors) <= MOST_TOLD:
        return errors
    more = len(errors) - MOST_TOLD
    return [*errors[:MOST_TOLD], InputError(f"and {more:,} more errors in this file", where=errors[MOST_TOLD].where)]


def last_moment(campaign: Campaign) -> Instant:
    """The end of the last day on which applications count, on the clock of who runs the first stage."""
    zones = {one.id: one.zone for one in campaign.organisations}
    return local_instant(campaign.closes + timedelta(days=1), time(), zones[campaign.stages[0].run_by])
