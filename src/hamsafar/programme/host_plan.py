"""The host's own timeline, as hosts send it (XLSX, CSV, ICS) → what is fixed aboard, or all that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import TypeVar, get_args

from attrs import evolve, field, frozen

from hamsafar.domain.aboard import ActivityKind
from hamsafar.domain.host import Fixed
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ics_events import Appointment, Calendar, is_ics, read_ics
from hamsafar.formats.tables import Cell, Row, Table, read_tables
from hamsafar.programme.attendance_values import trusted
from hamsafar.programme.host_columns import Columns, Headings, columns_of
from hamsafar.programme.host_people import Aboard
from hamsafar.programme.host_values import IN_ICS, date_of, instant_in, length_min, moment_of
from hamsafar.programme.problems import nearest
from hamsafar.programme.zones_said import A_ZONE, zone_said
from hamsafar.timeline import Instant

HEADINGS: Headings = {
    "title": ("title", "activity", "event", "name", "task", "summary", "description", "活动", "标题", "名称"),
    "id": ("id", "activity id", "event id", "no", "no.", "number", "code", "ref", "reference", "编号"),
    "start": ("start", "from", "begin", "begins", "start time", "start date/time", "begin time", "开始", "开始时间"),
    "end": ("end", "to", "until", "ends", "finish", "end time", "end date/time", "stop", "结束", "结束时间"),
    "date": ("date", "day", "start date", "日期"),
    "end date": ("end date",),
    "length": ("length", "duration", "dur", "lasts", "时长"),
    "people": ("people", "crew", "who", "person", "crew member", "crew members", "participants", "astronauts", "人员"),
    "zone": ("zone", "time zone", "timezone", "tz", "时区"),
    "kind": ("kind", "type", "category", "类别"),
}
_NEEDED = ("title", "start")
_KINDS: tuple[str, ...] = get_args(ActivityKind)
NOT_FIXED = ("sleep", "experiment", "prayer")  # the plan's own: each has rules that ask for its activity and length
_LONGEST_ID = 48
_CELL_ZONE = re.compile(r"(.*\d)\s*([A-Za-z][A-Za-z/_]*|(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?)")
_Read = TypeVar("_Read")


@frozen(kw_only=True)
class HostFile:
    """A file of the host's: its name, what is in it, and whose clock it keeps where it doesn't say so itself."""

    name: str
    content: bytes = field(repr=False)
    zone: str | None = None


@frozen(kw_only=True)
class HostPlan:
    """What is fixed, by start, and what a reader of the files should know."""

    fixed: tuple[Fixed, ...]
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class _Line:
    """One row, or one appointment."""

    at: str
    key: str  # what it is called in the file: its id, else its title
    title: str
    kind: str
    start: Instant
    end: Instant
    people: tuple[str, ...]
    source: str = ""  # the same place without the folder, as the plan carries it


def read_host_plan(files: Iterable[HostFile], aboard: Aboard) -> HostPlan:
    """What the host has fixed. Rows of one id, start and end are one activity of all their people.

    Raises InputErrors with everything wrong in all files, each with file, sheet, row and column, or line.
    """
    errors: list[InputError] = []
    notes: list[str] = []
    lines: list[_Line] = []
    given = tuple(files)
    for one in given:
        try:
            folder = one.name.removesuffix(PurePath(one.name).name)
            found = _lines(one, aboard, errors, notes)
            lines += (evolve(line, source=line.at.removeprefix(folder)) for line in found)
        except InputErrors as problem:
            errors += problem.errors
        except InputError as problem:
            errors.append(problem)
    if not lines and not errors and given:
        errors.append(InputError("fixes nothing: no row names an activity with its start", where=given[0].name))
    if errors:
        raise InputErrors(errors)
    return HostPlan(fixed=tuple(_fixed(lines, aboard)), notes=tuple(notes))


def _lines(one: HostFile, aboard: Aboard, errors: list[InputError], notes: list[str]) -> Iterator[_Line]:
    if is_ics(one.content):
        calendar = read_ics(one.content, where=one.name)
        zone_name = _zone_of(calendar, one)
        for each in calendar.appointments:
            with _Into(errors):
                yield _of_appointment(each, zone_name, calendar.zone or "", aboard)
        return
    tables = read_tables(one.content, where=one.name)
    known = 0
    for table in tables:
        notes.extend(table.notes)
        columns = columns_of(table, HEADINGS, _NEEDED)
        if columns is None:
            if table.rows and len(tables) > 1:
                notes.append(f"{table.at} has no columns of a timeline and is passed over")
            continue
        known += 1
        yield from _of_table(table, columns, one.zone, aboard, errors, notes)
    if not known:
        what = "has no columns that are known: it should have Activity (or Title), Start, End (or Duration) and Crew"
        raise InputError(what, where=tables[0].at)


class _Into:
    """Whatever InputError comes up within goes to a list."""

    def __init__(self, errors: list[InputError]) -> None:
        self.errors = errors

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> bool:
        if isinstance(problem, InputErrors):
            self.errors.extend(problem.errors)
        elif isinstance(problem, InputError):
            self.errors.append(problem)
        return isinstance(problem, InputError)


# Tables


def _of_table(
    table: Table, columns: Columns, zone_name: str | None, aboard: Aboard, errors: list[InputError], notes: list[str]
) -> Iterator[_Line]:
    if columns.others:
        notes.append(f"{table.at}: columns passed over: {', '.join(one[:40] for one in columns.others)}")
    for area in table.merged:
        if area.last_row > columns.row.number:
            what = "are merged cells; take them apart, so that every row says its own activity, times and people"
            errors.append(InputError(what, where=area.at))
    for row in table.rows:
        if row.number > columns.row.number:
            with _Into(errors):
                yield _Reading(columns=columns, row=row, zone_name=zone_name, aboard=aboard).line()


@frozen(kw_only=True)
class _Reading:
    """One row being read; every error has the place of its cell."""

    columns: Columns
    row: Row
    zone_name: str | None
    aboard: Aboard

    def line(self) -> _Line:
        title, id_ = self._text("title"), self._text("id")
        if not title and not id_:
            raise InputError("names no activity", where=self._at("title"))
        start, end = self._span()
        kind = self._read("kind", lambda: kind_of(self._text("kind")))
        people = self._read("people", lambda: self.aboard.people(self._text("people")))
        if not people:
            what = "says nobody whom it takes; name them, or write everyone"
            raise InputError(what, where=self._at("people", "title"))
        return _Line(
            at=self._at("title"),
            key=id_ or title,
            title=title or id_,
            kind=kind,
            start=start,
            end=end,
            people=people,
        )

    def _span(self) -> tuple[Instant, Instant]:
        """Start and end, whole minutes that hold all of it."""
        begins, own = self._moment("start")
        if begins is None:
            raise InputError("says no start", where=self._at("start"))
        day = self._read("date", lambda: self._of("date", date_of))
        start_label = self._label("start", begins, day)
        start = self._instant("start", start_label, own)
        ends, own_end = self._moment("end")
        unit = self.columns.of["length"].unit_min if "length" in self.columns.of else None
        lasts = self._read("length", lambda: self._of("length", lambda cell: length_min(cell, unit)))
        if ends is None and lasts is None:
            raise InputError("says neither an end nor a length", where=self._at("end", "length", "start"))
        end = start.plus(minutes=lasts or 0) if ends is None else self._end(start_label, start, ends, own_end or own)
        if ends is not None and lasts is not None and abs(end.seconds_since(start) / 60 - lasts) >= 1:
            what = f"says {lasts} min, but from start to end it is {end.seconds_since(start) / 60:.0f} min"
            raise InputError(what, where=self._at("length"))
        if end <= start:
            raise InputError("ends before it starts", where=self._at("end", "start"))
        return Instant.from_utc_minute(start.floor_utc_minute()), Instant.from_utc_minute(end.ceil_utc_minute())

    def _end(self, start_label: datetime, start: Instant, ends: datetime | time, own: str | None) -> Instant:
        """A clock alone is on the day of the end's date, else on the day of the start, or the day after."""
        last = self._read("end date", lambda: self._of("end date", date_of))
        label = self._label("end", ends, last or start_label.date())
        end = self._instant("end", label, own)
        if end <= start and last is None and isinstance(ends, time):
            return self._instant("end", label + timedelta(days=1), own)
        return end

    def _label(self, says: str, said: datetime | time, day: date | None) -> datetime:
        if isinstance(said, datetime):
            if day is not None and says == "start" and said.date() != day:
                raise InputError(f"is on {said:%Y-%m-%d}, not on the row's date {day}", where=self._at(says))
            return said
        if day is None:
            raise InputError(f"has no date (got {said:%H:%M})", where=self._at(says))
        return datetime.combine(day, said)

    def _moment(self, says: str) -> tuple[datetime | time | None, str | None]:
        """What is said, and the zone that its cell names behind it."""
        cell = self.columns.cell(self.row, says)
        if cell is None:
            return None, None
        found = _CELL_ZONE.fullmatch(cell.text) if isinstance(cell.value, str) else None
        zone_name = None if found is None else zone_said(found[2])
        if found is not None and zone_name is not None:
            cell = Cell(found[1], cell.at)
        return self._read(says, lambda: moment_of(cell)), zone_name

    def _instant(self, says: str, label: datetime, own: str | None) -> Instant:
        heading = self.columns.of[says]
        named = self._text("zone")
        zone_of_row = zone_said(named)
        if named and zone_of_row is None:
            raise InputError(f"is no zone that is known: {A_ZONE} (got {named[:30]!r})", where=self._at("zone"))
        if own is None and heading.zone and zone_of_row and heading.zone != zone_of_row:
            what = f"contradicts the heading {heading.cell.text[:40]!r}; leave one of them (got {named[:30]!r})"
            raise InputError(what, where=self._at("zone"))
        zone_name = own or zone_of_row or heading.zone or self.columns.of["start"].zone or self.columns.zone
        strange = heading.strange or self.columns.of["start"].strange
        return self._read(says, lambda: instant_in(label, zone_name or self.zone_name, strange=strange))

    def _of(self, says: str, read: Callable[[Cell], _Read]) -> _Read | None:
        cell = self.columns.cell(self.row, says)
        return None if cell is None else read(cell)

    def _text(self, says: str) -> str:
        cell = self.columns.cell(self.row, says)
        return "" if cell is None else self._read(says, lambda: "" if trusted(cell) is None else cell.text)

    def _read(self, says: str, read: Callable[[], _Read]) -> _Read:
        """What is read of a cell; an error gets its place."""
        try:
            return read()
        except InputError as problem:
            raise InputError(problem.what, where=self._at(says, "start")) from problem

    def _at(self, *says: str) -> str:
        return self.columns.at(self.row, *says)


def kind_of(text: str) -> str:
    """The kind of activity that is said; station work where nothing is. Raises InputError for what is none."""
    kind = text.casefold().replace(" ", "-") or "station-work"
    if kind in NOT_FIXED:
        what = f"is of kind {kind}, which the plan places itself by rules of its own; leave it out of this file"
        raise InputError(f"{what}, or call it station-work")
    if kind not in _KINDS:
        raise InputError(f"is not a kind of activity{nearest(kind, _KINDS)} (got {text[:40]!r})")
    return kind


# Calendars


def _zone_of(calendar: Calendar, one: HostFile) -> str | None:
    return zone_said(calendar.zone or "") or one.zone


def _of_appointment(one: Appointment, zone_name: str | None, strange: str, aboard: Aboard) -> _Line:
    def placed(read: Callable[[], _Read]) -> _Read:
        try:
            return read()
        except InputError as problem:
            raise InputError(problem.what, where=one.at) from problem

    start = placed(lambda: instant_in(one.start, zone_name, strange=strange, how=IN_ICS))
    end = placed(lambda: instant_in(one.end, zone_name, strange=strange, how=IN_ICS))
    if end <= start:
        raise InputError("ends before it starts", where=one.at)
    if not one.title:
        raise InputError("has no SUMMARY, so nobody knows what it is", where=one.at)
    people = placed(lambda: aboard.people("; ".join(one.people)))
    if not people:
        raise InputError("has no ATTENDEE: say whom it takes, or everyone", where=one.at)
    return _Line(
        at=one.at,
        key=one.title,
        title=one.title,
        kind=placed(lambda: kind_of(one.kind if one.kind.casefold().replace(" ", "-") in _KINDS else "")),
        start=Instant.from_utc_minute(start.floor_utc_minute()),
        end=Instant.from_utc_minute(end.ceil_utc_minute()),
        people=people,
    )


# What they come to


def _fixed(lines: Sequence[_Line], aboard: Aboard) -> Iterator[Fixed]:
    """By start; what is called alike is numbered in time from the second on."""
    together: dict[tuple[Instant, Instant, str, str], _Line] = {}
    for line in lines:
        key = line.start, line.end, line.key.casefold(), line.kind
        same = together.get(key)
        everybody = {*line.people, *(same.people if same is not None else ())}
        people = tuple(person for person in aboard.order if person in everybody)
        together[key] = evolve(same or line, people=people)
    taken: set[str] = set()
    for _, line in sorted(together.items(), key=lambda one: one[0]):
        base = _named(line)
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        yield Fixed(
            activity=name,
            title=line.title,
            kind=line.kind,  # type: ignore[arg-type]  # one of the kinds: kind_of says so
            start=line.start,
            end=line.end,
            people=line.people,
            source=line.source,
        )


def _named(line: _Line) -> str:
    """`host-` and the letters of its key; where it has none that an id can have, its start."""
    letters = re.sub(r"[^a-z0-9]+", "-", line.key.casefold()).strip("-")[:_LONGEST_ID].strip("-")
    return f"host-{letters or line.start.iso()[:16].replace(':', '').lower()}"
