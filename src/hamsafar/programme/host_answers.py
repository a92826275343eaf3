"""The host's answers, as they come back in the list of requests or in another table → answers to a plan's requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import TypeVar

from attrs import frozen

from hamsafar.domain.host import HostAnswer, HostRequest, HostWord
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import Cell, Row, Table
from hamsafar.programme.attendance_values import trusted
from hamsafar.programme.host_columns import Columns, Headings, columns_of
from hamsafar.programme.host_values import date_of, instant_in, moment_of
from hamsafar.programme.zones_said import A_ZONE, zone_said
from hamsafar.timeline import Instant

HEADINGS: Headings = {
    "request": ("request", "request no", "request number", "no", "number", "req", "编号"),
    "answer": ("answer", "decision", "reply", "response", "host answer", "答复"),
    "moved to": ("moved to", "move to", "new start", "new time", "granted at"),
    "date": ("new date", "moved to date"),
    "start": ("start", "lies at", "asked start", "asked at"),
    "placement": ("activity", "placement", "id"),
    "reason": ("reason", "why", "remark", "remarks", "comment", "comments", "note", "notes"),
    "by": ("by", "answered by"),
    "on": ("on", "answered on", "answer date", "date of answer"),
    "zone": ("zone", "time zone", "timezone", "tz"),
}
_NEEDED = ("request", "answer")
WORDS: Mapping[HostWord, tuple[str, ...]] = {
    "granted": ("granted", "grant", "yes", "y", "ok", "approved", "agreed", "accepted", "同意"),
    "moved": ("moved", "move", "shifted", "rescheduled", "granted at another time", "改期"),
    "refused": ("refused", "refuse", "no", "n", "denied", "rejected", "declined", "拒绝"),
}
_WORD: Mapping[str, HostWord] = {text: word for word, texts in WORDS.items() for text in texts}
_NUMBER = re.compile(r"(?:r|req|request|no\.?)?\s*#?\s*(\d{1,6})(?:\.0+)?", re.ASCII | re.IGNORECASE)
_LONGEST = 300  # characters of a reason
_Read = TypeVar("_Read")


@frozen(kw_only=True)
class Answered:
    """An answer and the places of its row: of its word, and of its number."""

    answer: HostAnswer
    at: str
    at_number: str


def read_answers(tables: Iterable[Table], requests: Iterable[HostRequest]) -> tuple[Answered, ...]:
    """Every answer that is new; rows without one, and answers that the plan has already, are passed over.

    Raises InputErrors with everything wrong in all tables, each with file, sheet, row and column: numbers that nobody
    asked under, contradictions, and grants of a time at which the request doesn't lie any more.
    """
    given, errors = tuple(tables), list[InputError]()
    known = {request.number: request for request in requests}
    found: dict[int, Answered] = {}
    spoken = 0
    for table in given:
        try:
            columns = columns_of(table, HEADINGS, _NEEDED)
        except InputError as problem:
            errors.append(problem)
            spoken += 1
            continue
        if columns is not None:
            spoken += 1
            _read_table(table, columns, known, found, errors)
    if not spoken and given:
        errors.append(InputError("has no columns of answers: it should have Request and Answer", where=given[0].at))
    if errors:
        raise InputErrors(errors)
    new = tuple(one for one in found.values() if not _is_known(one.answer, known[one.answer.request]))
    if not new and given:
        what = "answers nothing that the plan doesn't know yet; fill in Answer: granted, moved or refused"
        raise InputError(what, where=given[0].at)
    return new


def _read_table(
    table: Table,
    columns: Columns,
    known: Mapping[int, HostRequest],
    found: dict[int, Answered],
    errors: list[InputError],
) -> None:
    merged = (area.at for area in table.merged if area.last_row > columns.row.number)
    errors.extend(InputError("are merged cells; take them apart, a row a request", where=at) for at in merged)
    for row in table.rows:
        if row.number <= columns.row.number:
            continue
        try:
            for one in _Reading(columns=columns, row=row, known=known).answer():
                _tell_contradiction(one, found.setdefault(one.answer.request, one))
        except InputError as problem:
            errors.append(problem)


def _tell_contradiction(one: Answered, first: Answered) -> None:
    if (one.answer.word, one.answer.start) != (first.answer.word, first.answer.start):
        what = f"says {one.answer.word} of request {one.answer.request}, and {first.at} says {first.answer.word}"
        raise InputError(f"{what}; leave one of them", where=one.at)


def _is_known(answer: HostAnswer, request: HostRequest) -> bool:
    """Whether the plan has this answer already: a list that comes back is often the whole list."""
    return answer.word == request.state and answer.start in (None, request.start) and answer.reason == request.reason


@frozen(kw_only=True)
class _Reading:
    """One row being read; every error has the place of its cell."""

    columns: Columns
    row: Row
    known: Mapping[int, HostRequest]

    def answer(self) -> Iterator[Answered]:
        """What it says; nothing where its answer is blank."""
        text, to = self._text("answer"), self._moved_to()
        if not text:
            if to is not None:
                raise InputError("says when, and not the answer: moved", where=self._at("answer"))
            return
        word = _WORD.get(text.casefold().strip(" ."))
        if word is None:
            raise InputError(f"should be granted, moved or refused (got {text[:30]!r})", where=self._at("answer"))
        request = self._request()
        self._tell_other(request)
        start = self._start(word, request, to)
        yield Answered(
            answer=HostAnswer(
                request=request.number,
                word=word,
                start=start,
                by=self._line("by"),
                on=self._read("on", lambda: self._date("on")),
                reason=self._line("reason"),
            ),
            at=self._at("answer"),
            at_number=self._at("request"),
        )

    def _request(self) -> HostRequest:
        text = self._text("request")
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise InputError(f"should be the number of a request (got {text[:30]!r})", where=self._at("request"))
        request = self.known.get(int(found[1]))
        if request is None:
            there = f"there are {len(self.known)}, up to {max(self.known)}" if self.known else "there are none"
            raise InputError(f"is no request of this plan; {there} (got {text[:30]!r})", where=self._at("request"))
        return request

    def _tell_other(self, request: HostRequest) -> None:
        """A row that speaks of something else than its number does."""
        said = self._text("placement")
        if ("@" in said or "#" in said) and said != request.placement:
            what = f"request {request.number} is {request.placement}, not {said[:60]}"
            raise InputError(f"{what}: is this the list of another plan?", where=self._at("placement"))

    def _start(self, word: HostWord, request: HostRequest, to: Instant | None) -> Instant | None:
        """When it is, where it is moved; a grant is of where it lies."""
        if word == "moved":
            if to is None:
                raise InputError("is moved, and nothing says to when: fill in 'Moved to'", where=self._at("answer"))
            return to
        if word == "refused":
            if to is not None:
                raise InputError(
                    "is refused, and has a time in 'Moved to'; leave one of them", where=self._at("moved to")
                )
            return None
        if to is not None and to != request.start:
            what = f"is granted, and has another time in 'Moved to' ({to}); say moved"
            raise InputError(what, where=self._at("moved to", "date"))
        asked = self._read("start", lambda: self._moment("start", None))
        if asked is not None and request.start is not None and asked != request.start:
            what = (
                f"was asked for at {asked}, and lies at {request.start} in this plan: the grant is of an older version"
            )
            raise InputError(f"{what}; say moved, or answer the list of this plan", where=self._at("start"))
        return None

    def _moved_to(self) -> Instant | None:
        day = self._read("date", lambda: self._date("date"))
        return self._read("moved to", lambda: self._moment("moved to", day))

    def _moment(self, says: str, day: date | None) -> Instant | None:
        cell = self.columns.cell(self.row, says)
        said: datetime | time | None = None if cell is None else moment_of(cell)
        if said is None:
            return None
        if isinstance(said, time):
            if day is None:
                raise InputError(f"has no date (got {said:%H:%M})")
            said = datetime.combine(day, said)
        heading, named = self.columns.of[says], self._text("zone")
        if named and zone_said(named) is None:
            raise InputError(f"the row's zone {named[:30]!r} is none that is known: {A_ZONE}")
        return instant_in(said, heading.zone or zone_said(named) or self.columns.zone, strange=heading.strange)

    def _date(self, says: str) -> date | None:
        cell = self.columns.cell(self.row, says)
        return None if cell is None else date_of(cell)

    def _line(self, says: str) -> str:
        return "".join(one if one.isprintable() else " " for one in self._text(says))[:_LONGEST].strip()

    def _text(self, says: str) -> str:
        cell: Cell | None = self.columns.cell(self.row, says)
        return "" if cell is None else self._read(says, lambda: "" if trusted(cell) is None else cell.text)

    def _read(self, says: str, read: Callable[[], _Read]) -> _Read:
        """What is read of a cell; an error gets its place."""
        try:
            return read()
        except InputError as problem:
            raise InputError(problem.what, where=self._at(says)) from problem

    def _at(self, *says: str) -> str:
        return self.columns.at(self.row, *says, "answer")
