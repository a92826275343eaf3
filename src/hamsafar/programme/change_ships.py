"""Sections of a change file about ships and days: who goes home in which, what is done when, what may be left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from hamsafar.domain.changes import NowOptional, OnDays, ShipsMove, Unfit, Unseated
from hamsafar.programme import change_sections as the
from hamsafar.programme.change_draft import ChangeDraft
from hamsafar.programme.change_names import Known
from hamsafar.programme.change_times import begin_of, end_of
from hamsafar.programme.draft import Entry
from hamsafar.programme.shapes import Step
from hamsafar.timeline import Instant, Span


def ships_of(draft: ChangeDraft, known: Known, now: Instant | None) -> ShipsMove | None:
    """What is said of the ships; what makes no sense is told. Days are the station's."""
    found = draft.value("ships", the.ShipsEntry)
    if found is None:
        return None
    entry, asked = found
    if not (asked.down or asked.crew_down or asked.unfit or asked.without_seat):
        draft.problems.add(entry.place("ships"), "says nothing")
    _tell_names(draft, known, entry, ("ships", "crew_down"), asked.crew_down)
    unfit = []
    for index, one in enumerate(asked.unfit):
        since = _begin(draft, known, entry, ("ships", "unfit", index), one.begins, now)
        if since is not None:
            unfit.append(Unfit(ship=one.ship, since=since, reason=one.why))
    return ShipsMove(
        down=asked.down,
        crew_down=tuple(asked.crew_down),
        unfit=tuple(unfit),
        unseated=tuple(_unseated(draft, known, entry, asked, now)),
    )


def _unseated(
    draft: ChangeDraft, known: Known, entry: Entry[Any], asked: the.ShipsEntry, now: Instant | None
) -> Iterator[Unseated]:
    for index, one in enumerate(asked.without_seat):
        path: tuple[Step, ...] = ("ships", "without_seat", index)
        _tell_names(draft, known, entry, (*path, "people"), one.people)
        known.tell_unknown(entry.place(*path, "accepted_by"), one.accepted_by, known.askers, "an agency or a person")
        begin = _begin(draft, known, entry, path, one.begins, now)
        end = end_of(one.ends, known.programme.station.zone)
        if begin is None:
            continue
        if end <= begin:
            what = f"ends before it starts ({one.begins if one.begins is not None else begin})"
            draft.problems.add(entry.place(*path, "to"), what, got=entry.value(*path, "to"))
            continue
        yield Unseated(people=tuple(one.people), span=Span(begin, end), accepted_by=one.accepted_by, reason=one.why)


def _begin(
    draft: ChangeDraft,
    known: Known,
    entry: Entry[Any],
    path: tuple[Step, ...],
    begins: date | Instant | None,
    now: Instant | None,
) -> Instant | None:
    """Where it says from when on; else `now`; None, with the reason told, where neither is said."""
    if begins is not None:
        return begin_of(begins, known.programme.station.zone)
    if now is None:
        draft.problems.add(entry.place(*path), "should say `from`, since the change says no `now`")
    return now


def _tell_names(
    draft: ChangeDraft, known: Known, entry: Entry[Any], path: tuple[Step, ...], people: Sequence[str]
) -> None:
    request = known.programme.flight
    seen: set[str] = set()
    for index, person in enumerate(people):
        known.tell_unknown(
            entry.place(*path, index), person, (*request.crew_up, *request.crew_aboard), "somebody aboard"
        )
        known.tell_twice(entry.place(*path, index), person, seen)


def on_days_of(draft: ChangeDraft, known: Known) -> Iterator[OnDays]:
    """On which flight days what is done from now on."""
    seen: set[str] = set()
    for entry, asked in draft.of("flight_days", the.OnDaysEntry):
        known.tell_unknown(entry.place("of"), asked.of, known.activities, "an activity")
        known.tell_twice(entry.place("of"), asked.of, seen)
        yield OnDays(of=asked.of, days=tuple(sorted(set(asked.days))))


def optional_of(draft: ChangeDraft, known: Known) -> Iterator[NowOptional]:
    """What may be left out from now on."""
    seen: set[str] = set()
    for entry, asked in draft.of("optional", the.OptionalEntry):
        known.tell_unknown(entry.place("of"), asked.of, known.activities, "an activity")
        known.tell_twice(entry.place("of"), asked.of, seen)
        yield NowOptional(of=asked.of, value=asked.value)
