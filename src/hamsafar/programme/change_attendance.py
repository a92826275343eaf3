"""Attendance tables → what happened, as a change of a plan: records for what lies before now, and nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import PurePath

from attrs import evolve, field, frozen

from hamsafar.domain.changes import Change, Happened, Record, last_records
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import Table
from hamsafar.programme.attendance_fold import Folded, Unlisted, folded
from hamsafar.programme.attendance_rows import Line, Rows, trainees_of
from hamsafar.timeline import Instant, local_date, local_label

__all__ = ["Attended", "Unlisted", "change_of_attendance"]

_NAMED = 5  # sessions that a note names
_LONGEST_WHY = 200  # characters


@frozen(kw_only=True)
class Attended:
    """What attendance tables ask of a plan, and what a reader of them should know."""

    change: Change
    notes: tuple[str, ...]


def change_of_attendance(
    tables: Sequence[Table], plan: Plan, *, change: Change | None = None, unlisted: Unlisted | None = None
) -> Attended:
    """The change that tables of attendance are: `happened`, and `now` as the change says or at the end of the last row.

    `change` is what else is asked; where it speaks of a placement itself, that counts. Sessions before now without
    a row are an error, or were done as planned, or missed, as `unlisted` says.
    Raises InputErrors with everything wrong in the tables, each with file, sheet, row and column.
    """
    term = plan.programme.term
    if term is None:
        raise InputError("this plan has no training term, of which attendance could be kept", where=_name(tables))
    errors: list[InputError] = []
    notes: list[str] = []
    lines = Rows(plan=plan, errors=errors, notes=notes).of(tables)
    if not lines and not errors:
        what = "says nothing of any session yet; fill in the column Outcome: attended, absent, passed, failed"
        raise InputError(what, where=_name(tables))
    if errors:
        raise InputErrors(errors)
    held = _Held(plan=plan, change=change, unlisted=unlisted, lines=lines, tables=tables, errors=errors, notes=notes)
    found = list(held.records())
    if errors:
        raise InputErrors(errors)
    return Attended(change=_with(held, found), notes=tuple(notes))


@frozen(kw_only=True, slots=False)
class _Held:
    """The lines of all tables together, against what the plan and the change know already."""

    plan: Plan
    change: Change | None
    unlisted: Unlisted | None
    lines: Sequence[Line]
    tables: Sequence[Table]
    errors: list[InputError]
    notes: list[str] = field(repr=False)

    def records(self) -> Iterator[Folded]:
        """What is new, by placement; what a plan's records say already is passed over."""
        of: dict[str, list[Line]] = {}
        late = [line for line in self.lines if line.span.start >= self.now]
        for line in self.lines:
            if line.span.start < self.now:
                of.setdefault(line.placement.id, []).append(line)
        self._tell(f"rows of sessions after now ({self.label(self.now)}) are passed over", _ids(late))
        listed: dict[str, Folded] = {}
        broken: set[str] = set()
        for id_, lines in of.items():
            try:
                one = self._newest(lines[0].placement, lines)
            except InputError as problem:
                self.errors.append(problem)
                broken.add(id_)
            else:
                listed |= {} if one is None else {id_: one}
        silent = [one for one in self._unrecorded() if one.id not in {*listed, *broken}]
        self._tell_unlisted(silent, listed.values())
        for one in listed.values():
            if not self._is_said(one):
                self._tell_held_without(one)
                yield one
        if self.unlisted == "missed":
            yield from map(self._missed, silent)

    @cached_property
    def now(self) -> Instant:
        """Up to when it is known what happened."""
        if self.change is not None and self.change.now is not None:
            return self.change.now
        last = max(line.span.end for line in self.lines)
        return max(last, self.plan.programme.past_until or last)

    @cached_property
    def said(self) -> Mapping[str, Record]:
        """Placement → what the change says of it itself."""
        return {} if self.change is None else {record.placement: record for record in self.change.happened}

    @cached_property
    def known(self) -> Mapping[str, list[Happened]]:
        """Placement → the plan's own records of it."""
        found: dict[str, list[Happened]] = {}
        for record in self.plan.programme.happened:
            found.setdefault(record.placement, []).append(record)
        return found

    @cached_property
    def trainees(self) -> Mapping[str, frozenset[str]]:
        """Placement → the trainees in it."""
        return {one.id: trainees_of(self.plan, one) for one in self.plan.placements if one.stage == "training"}

    # One placement

    def _newest(self, placement: Placement, lines: Sequence[Line]) -> Folded | None:
        """What counts of a placement: the last day, once those before were missed or failed; None: nothing new.

        Raises InputError where the rows contradict each other.
        """
        new: list[Folded] = []
        for day in sorted({line.day for line in lines}):
            of_day = [line for line in lines if line.day == day]
            one = folded(placement, self.trainees[placement.id], of_day, self.unlisted)
            if not self._is_known(placement, one, of_day):
                new.append(one)
        for before, after in pairwise(new):
            if before.record.outcome == "done":
                what = f"{placement.id} was done by this row, and held again by {after.at}; leave one of them"
                raise InputError(what, where=before.at)
        if len(new) > 1:
            earlier = ", ".join(f"{one.record.outcome} on {self.label(one.span.start)[:10]}" for one in new[:-1])
            self.notes.append(f"{placement.id} was held more than once ({earlier}); the last counts")
        return new[-1] if new else None

    def _is_known(self, placement: Placement, one: Folded, lines: Sequence[Line]) -> bool:
        """Whether the plan has such a record, or one of a later day that a missed or failed one led to."""
        records, outcome = self.known.get(placement.id, []), one.record.outcome
        day = lines[0].day
        timed = any(line.timed for line in lines)
        for record in records:
            own = local_date(record.start, placement.zone)
            if outcome != "done" and own > day:
                return True
            came = {*(one.record.people or placement.person_ids)}
            same_people = outcome == "missed" or {*record.people} - {*one.without} == came - {*one.without}
            same_time = outcome == "missed" or not timed or (record.start, record.end) == (one.span.start, one.span.end)
            if (own, record.outcome) == (day, outcome) and same_people and same_time:
                return True
        return False

    def _is_said(self, one: Folded) -> bool:
        """Whether the change says it itself; if it says another outcome, that is told."""
        record = self.said.get(one.record.placement)
        if record is not None and record.outcome != one.record.outcome:
            what = f"{record.placement} is {one.record.outcome} by this row, and {record.outcome} by the change file"
            self.errors.append(InputError(f"{what}; leave one of them", where=one.at))
        return record is not None

    def _tell_held_without(self, one: Folded) -> None:
        people, id_ = one.record.people, one.record.placement
        away = sorted(self.trainees[id_] - {*(people or self.trainees[id_])})
        if one.record.outcome == "done" and away:
            mend = "it is not placed again for them; a change file can add a session"
            self.notes.append(f"{id_} was held without {', '.join(away)}: {mend}")

    # Of what no row speaks

    def _tell_unlisted(self, silent: Sequence[Placement], listed: Iterable[Folded]) -> None:
        missing = [one.id for one in silent]
        missing += [f"{one.record.placement} ({', '.join(one.without)})" for one in listed if self._lacks(one)]
        if self.unlisted is not None:
            as_said = "done as planned" if self.unlisted == "done" else "missed"
            self._tell(f"without a row before now ({self.label(self.now)}), taken as {as_said}", missing)
        elif missing:
            what = f"{_counted(missing)} before now ({self.label(self.now)}) without a row: {_first(missing)}"
            mend = "add their rows, or say --unlisted done (they were held as planned) or --unlisted missed"
            self.errors.append(InputError(f"{what}; {mend}", where=_name(self.tables)))

    def _lacks(self, one: Folded) -> bool:
        """Whether rows speak of some of its trainees only, and the change doesn't speak of it."""
        return bool(one.without) and one.record.placement not in self.said

    def _unrecorded(self) -> Iterator[Placement]:
        """Sessions before now of which neither a record nor the change says anything."""
        last = last_records(self.plan.programme.happened)
        done = {id_ for id_, record in last.items() if record.outcome == "done"}
        for one in self.plan.placements:
            if one.is_session and one.start < self.now and one.id not in {*done, *self.said}:
                yield one

    def _missed(self, one: Placement) -> Folded:
        record = Record(placement=one.id, outcome="missed", note="no row in the attendance")
        return Folded(record=record, at=_name(self.tables), span=one.span, without=())

    # Words

    def _tell(self, what: str, names: Sequence[str]) -> None:
        if names:
            self.notes.append(f"{what} ({len(names)}): {_first(names)}")

    def label(self, moment: Instant) -> str:
        """A moment on the clock of the term."""
        term = self.plan.programme.term
        return local_label(moment, term.zone if term is not None else "UTC")


def _with(held: _Held, found: Sequence[Folded]) -> Change:
    """The records put into the change, each with its row as its place."""
    change = held.change or _own(held)
    where = dict(change.where)
    for number, one in enumerate(found, len(change.happened)):
        where[f"happened[{number}]"] = one.at
    where.setdefault("now", _name(held.tables))
    return evolve(change, now=held.now, happened=(*change.happened, *(one.record for one in found)), where=where)


def _own(held: _Held) -> Change:
    """A change of its own, asked for by the host, who keeps the attendance."""
    agencies = held.plan.programme.agencies
    host = next((agency for agency in agencies if agency.role == "host"), agencies[0])
    files = ", ".join(dict.fromkeys(PurePath(table.file).name for table in held.tables))
    why = "".join(letter for letter in f"from {files}" if letter.isprintable())[:_LONGEST_WHY].strip()
    return Change(title=f"Attendance up to {held.label(held.now)}", asked_by=host.id, why=why)


def _ids(lines: Iterable[Line]) -> list[str]:
    return list(dict.fromkeys(line.placement.id for line in lines))


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} session{'s' if len(names) != 1 else ''}"


def _first(names: Sequence[str]) -> str:
    return ", ".join([*names[:_NAMED], *(["..."] if len(names) > _NAMED else [])])


def _name(tables: Sequence[Table]) -> str:
    return tables[0].at if tables else "--attendance"
