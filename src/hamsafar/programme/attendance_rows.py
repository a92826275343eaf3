"""The rows of an attendance table against a plan: which session, who, what came of it and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar

from attrs import frozen

from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError
from hamsafar.formats.tables import Cell, Row, Table
from hamsafar.programme.attendance_columns import Columns, Says, columns_of, no_headings
from hamsafar.programme.attendance_values import Word, clock_of, day_of, outcome_of, trusted
from hamsafar.programme.problems import nearest
from hamsafar.timeline import Instant, Span, local_date, local_instant, zone

_Read = TypeVar("_Read")
_BETWEEN_PEOPLE = re.compile(r"[,;/\n]")


@frozen(kw_only=True)
class Line:
    """What one row says of one placement."""

    at: str  # the place of its session
    placement: Placement
    people: tuple[str, ...]  # of whom it is said; empty: of everybody in it
    word: Word
    day: date  # on which it was, or was to be, held, in the zone of the term
    span: Span  # when: as planned where the row doesn't say otherwise
    timed: bool = False  # whether the row says a time of day
    note: str = ""

    @property
    def was_held(self) -> bool:
        """Whether those it speaks of were there."""
        return self.word != "missed"


@frozen(kw_only=True, slots=False)
class Rows:
    """Reads the rows of tables against a plan that has a term; what is wrong goes to `errors`, in reading order."""

    plan: Plan
    errors: list[InputError]
    notes: list[str]

    def of(self, tables: Iterable[Table]) -> tuple[Line, ...]:
        """Every row that says what came of a session. Sheets of other things are passed over, unless all are."""
        given = list(tables)
        found: list[Line] = []
        spoken = 0
        for table in given:
            self.notes.extend(table.notes)
            try:
                columns = columns_of(table)
            except InputError as problem:
                self.errors.append(problem)
                spoken += 1
                continue
            if columns is None:
                if len(given) > 1 and table.rows:
                    self.notes.append(f"{table.at} has no columns of attendance and is passed over")
                continue
            spoken += 1
            found += self._of_table(table, columns)
        if not spoken and given:
            self.errors.append(no_headings(given[0]))
        return tuple(found)

    def _of_table(self, table: Table, columns: Columns) -> Iterator[Line]:
        if columns.others:
            self.notes.append(f"{table.at}: columns passed over: {', '.join(one[:40] for one in columns.others)}")
        for area in table.merged:
            if area.last_row > columns.row.number:
                what = "are merged cells; take them apart, so that every row says its own session and person"
                self.errors.append(InputError(what, where=area.at))
        for row in table.rows:
            if row.number > columns.row.number:
                try:
                    yield from _Row(rows=self, columns=columns, row=row).lines()
                except InputError as problem:
                    self.errors.append(problem)

    # What the rows are held against

    @cached_property
    def zone(self) -> str:
        """The zone of the term."""
        term = self.plan.programme.term
        assert term is not None, "attendance is kept of a term"
        return term.zone

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first day of the term, and that of lift-off."""
        term = self.plan.programme.term
        assert term is not None, "attendance is kept of a term"
        return term.start, local_date(self.plan.flight.launch.launch, term.zone)

    @cached_property
    def placed(self) -> Mapping[str, Placement]:
        """The sessions placed, by id; of milestones and nights no attendance is kept."""
        return {one.id: one for one in self.plan.placements if one.is_session}

    @cached_property
    def sessions(self) -> Mapping[str, tuple[Placement, ...]]:
        """Session → its placements: one of each person, where they attend alone."""
        found: dict[str, list[Placement]] = {}
        for one in self.placed.values():
            found.setdefault(one.of, []).append(one)
        return {id_: tuple(placements) for id_, placements in found.items()}

    @cached_property
    def people(self) -> Mapping[str, str]:
        """What a person may be called, in small letters → their id; titles that two have are no names."""
        people = self.plan.programme.people
        titles = [person.title.casefold() for person in people]
        named = {person.title.casefold(): person.id for person in people if titles.count(person.title.casefold()) == 1}
        return {**named, **{person.id: person.id for person in people}}


@frozen(kw_only=True)
class _Row:
    """One row being read; each step raises InputError with the place of its cell."""

    rows: Rows
    columns: Columns
    row: Row

    def lines(self) -> Iterator[Line]:
        """What it says; nothing where its outcome is blank. A row of several people is one line."""
        session = self._cell("session")
        word = self._read("outcome", lambda: outcome_of(self.columns.cells(self.row, "outcome")))
        mark = self._text("mark")
        if word is None:
            if mark:
                raise InputError("has a mark and no outcome; say passed or failed", where=self._at("mark"))
            return
        if session is None or not session.text:
            raise InputError("names no session", where=self._at("session"))
        people = tuple(self._people())
        placement = self._placement(people)
        self._tell_strangers(placement, people)
        self._tell_misfit(placement, people, word)
        span = self._span(placement)
        yield Line(
            at=session.at,
            placement=placement,
            people=people,
            word=word,
            day=local_date(span.start, self.rows.zone),
            span=span,
            timed=any((cell := self._cell(says)) is not None and cell.text for says in ("start", "end")),
            note="; ".join(part for part in (f"mark {mark}" if mark else "", self._text("note")) if part),
        )

    # Who and what

    def _people(self) -> Iterator[str]:
        text = self._text("person")
        known = self.rows.people
        whole = known.get(text.casefold())
        names = [text] if whole else [name for part in _BETWEEN_PEOPLE.split(text) if (name := part.strip())]
        for name in names:
            if name.casefold() not in known:
                ids = [person.id for person in self.rows.plan.programme.people]
                what = f"is not a person of this programme{nearest(name.casefold(), ids)} (got {name[:40]!r})"
                raise InputError(what, where=self._at("person"))
            yield known[name.casefold()]

    def _placement(self, people: tuple[str, ...]) -> Placement:
        id_, placed, sessions = self._text("session"), self.rows.placed, self.rows.sessions
        if id_ in placed:
            return placed[id_]
        if id_ not in sessions:
            if any(id_ in (one.id, one.of) for one in self.rows.plan.placements):
                what = f"{id_!r} is not of the term; what happened aboard is said in a change file"
                raise InputError(what, where=self._at("session"))
            what = f"is not a session placed in this plan{nearest(id_, {*placed, *sessions})} (got {id_[:60]!r})"
            raise InputError(what, where=self._at("session"))
        own = [one for one in sessions[id_] if not people or set(people) <= set(one.person_ids)]
        if len(own) == 1:
            return own[0]
        if not own:
            names = ", ".join(sorted({person for one in sessions[id_] for person in one.person_ids}))
            raise InputError(self._stranger(people, id_, names), where=self._at("person"))
        names = ", ".join(one.id for one in own[:8])
        raise InputError(f"{id_!r} is held for each apart; name one of {names}", where=self._at("session"))

    def _tell_strangers(self, placement: Placement, people: tuple[str, ...]) -> None:
        """The attendance of somebody who isn't in the session."""
        strangers = [person for person in people if person not in placement.person_ids]
        if strangers:
            names = ", ".join(placement.person_ids)
            raise InputError(self._stranger(strangers, placement.id, names), where=self._at("person"))

    def _stranger(self, people: Iterable[str], id_: str, names: str) -> str:
        what = f"{', '.join(people)} isn't in {id_}, which is of {names}"
        return f"{what}: is this another person's file? Who stood in for somebody is said in a change file"

    def _tell_misfit(self, placement: Placement, people: tuple[str, ...], word: Word) -> None:
        """An outcome that such a session, or such a person, can't have."""
        trainees = trainees_of(self.rows.plan, placement)
        if word == "failed" and placement.kind != "exam":
            what = f"only an exam can be failed; {placement.id} is of kind {placement.kind}"
            raise InputError(what, where=self._at("outcome"))
        of_trainees = not people or bool(trainees & set(people))
        if word == "attended" and placement.kind == "exam" and of_trainees:
            raise InputError(f"{placement.id} is an exam: say passed or failed", where=self._at("outcome"))
        if word == "failed" and not of_trainees:
            raise InputError(f"{', '.join(people)} is no trainee, who could fail", where=self._at("outcome"))

    # When

    def _span(self, placement: Placement) -> Span:
        """As the row says; what it leaves out as planned."""
        zone_name = self._text("zone") or self.rows.zone
        zone_ = self._read("zone", lambda: zone(zone_name))
        planned_start, planned_end = placement.start.datetime(zone_), placement.end.datetime(zone_)
        said_day = self._of_cell("date", day_of)
        said_start: time | datetime | None = self._of_cell("start", clock_of)
        said_end: time | datetime | None = self._of_cell("end", clock_of)
        if isinstance(said_day, datetime):
            said_start, said_day = said_start or said_day, said_day.date()
        day = said_day or planned_start.date()
        start = _label(day, said_start or planned_start.time())
        if said_day is not None and start.date() != said_day:
            raise InputError(f"begins on {start:%Y-%m-%d}, not on the row's date {said_day}", where=self._at("start"))
        nights = planned_end.date() - planned_start.date()
        end = None if said_end is None else _label(start.date() + nights, said_end)
        self._tell_outside("date" if said_day else "start", start)
        begin = placement.start if _same(start, planned_start) else self._instant("start", start, zone_name)
        if end is None:
            return Span(begin, begin.plus(seconds=placement.end.seconds_since(placement.start)))
        self._tell_outside("end", end)
        until = placement.end if _same(end, planned_end) else self._instant("end", end, zone_name)
        if until <= begin:
            raise InputError(f"ends ({end:%Y-%m-%d %H:%M}) before it starts ({start:%H:%M})", where=self._at("end"))
        return Span(begin, until)

    def _tell_outside(self, says: Says, label: datetime) -> None:
        first, last = self.rows.days
        if not first - timedelta(days=1) <= label.date() <= last + timedelta(days=1):
            what = f"{label:%Y-%m-%d} lies outside the term, {first} to {last}"
            raise InputError(what, where=self._at(says))

    def _instant(self, says: Says, label: datetime, zone_name: str) -> Instant:
        """The instant of a label, and within the term."""
        if label.tzinfo is not None:
            moment = Instant.from_datetime(label)
        else:
            moment = self._read(says, lambda: local_instant(label.date(), label.time(), zone_name))
        first, last = self.rows.days
        if not first <= local_date(moment, self.rows.zone) <= last:
            what = f"{label:%Y-%m-%d} lies outside the term, {first} to {last}"
            raise InputError(what, where=self._at("date" if says == "start" else says))
        return moment

    # Cells

    def _cell(self, says: Says) -> Cell | None:
        return self.columns.cell(self.row, says)

    def _text(self, says: Says) -> str:
        cell = self._cell(says)
        return "" if cell is None else self._read(says, lambda: "" if trusted(cell) is None else cell.text)

    def _of_cell(self, says: Says, read: Callable[[Cell], _Read]) -> _Read | None:
        cell = self._cell(says)
        return None if cell is None else self._read(says, lambda: read(cell))

    def _read(self, says: Says, read: Callable[[], _Read]) -> _Read:
        """What is read of a cell; an error gets its place."""
        try:
            return read()
        except InputError as problem:
            raise InputError(problem.what, where=self._at(says)) from problem

    def _at(self, says: Says) -> str:
        """The place of what a row says, with the column's heading; where it has no such cell, that of its session."""
        for wanted in (says, "session"):
            cell, heading = self._cell(wanted), self.columns.cell(self.columns.row, wanted)
            if cell is not None and heading is not None:
                return f"{cell.at} {heading.text[:40]}"
        return self.row.cells[0].at


def trainees_of(plan: Plan, placement: Placement) -> frozenset[str]:
    """Those in a placement who are trained, whatever else they do there."""
    trainees = {person.id for person in plan.programme.people if person.function == "trainee"}
    return frozenset(placement.person_ids) & trainees


def _label(day: date, said: time | datetime) -> datetime:
    """A wall clock's label on a day; what says its own day keeps it."""
    return said if isinstance(said, datetime) else datetime.combine(day, said)


def _same(label: datetime, planned: datetime) -> bool:
    """Whether a label is that of the plan, to the minute."""
    if label.tzinfo is None:
        planned = planned.replace(tzinfo=None)
    return label == planned.replace(second=0, microsecond=0)
