"""Second opinion on sleep in quarantine: every night there, one way towards lift-off, no faster and no further."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

from hamsafar.timeline import Instant, local_instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Said, checks

_DAY_MIN = 1_440


@checks("TRN-16")
def nights_in_quarantine(case: Case) -> Said:
    """Each person's nights, by evening: those that have been are facts, those to come are judged."""
    for person in sorted(case.may_fly):
        nights = [slot for slot in case.slots if slot.evening is not None and slot.person == person]
        coming = [slot for slot in nights if slot.id not in case.past]
        for slot in coming:
            yield from _as_a_night(case, slot, person)
        yield from _every_evening(case, person, nights, coming)
        yield from _one_way(case, person, nights, coming)
        yield from _before_lift_off(case, person, nights, coming)


def _as_a_night(case: Case, slot: Slot, person: str) -> Said:
    """Long enough, of one person alone, and told as what it is."""
    least = case.param("TRN-16", "min_sleep_min")
    if slot.minutes < least:
        short = least - slot.minutes
        yield Breach(f"{slot.id} lasts {at_length(slot.minutes)}, {at_length(short)} short.", (slot.id,), short, "min")
    said = [(each.person, each.function) for each in slot.placement.people]
    if said != [(person, "sleeper")]:
        yield Breach(f"{slot.id} should be of {person} alone, as sleeper.", (slot.id, person), 1, "people")
    term = case.programme.term
    told = (
        ("stage", slot.placement.stage, "training"),
        ("kind", slot.placement.kind, "sleep"),
        ("facilities", slot.placement.facilities, ()),
        ("zone", slot.placement.zone, term.zone if term else ""),
        ("occurrence", slot.placement.occurrence, 1),
    )
    for name, found, meant in told:
        if found != meant:
            yield Breach(f"{slot.id} has {name} {found!r} instead of {meant!r}.", (slot.id, name))


def _usual(case: Case, evening: date) -> tuple[Instant, Instant]:
    """A usual night: from the clock time of one date to that of the same or the next."""
    term = case.programme.term
    assert term is not None
    assert term.usual_night is not None
    begins, ends = term.usual_night
    start = local_instant(evening, begins, term.zone)
    return start, local_instant(evening if ends > begins else evening + timedelta(days=1), ends, term.zone)


def _asked(case: Case, person: str, first: date, last: date) -> Iterator[date]:
    """Evenings from one to another, but those of nights all through which somebody is away."""
    for evening in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        start, end = _usual(case, evening)
        away = [one for one in case.programme.absences if one.person == person and one.start <= start]
        if not any(one.end is None or one.end >= end for one in away):
            yield evening


def _first_evening(case: Case) -> date:
    """The first evening whose usual night begins in quarantine, and not before now."""
    term = case.programme.term
    assert term is not None
    opens = case.flight.launch.launch.plus(days=-term.quarantine_d)
    if case.now is not None and case.now > opens:
        opens = case.now
    evening = case.training_date(opens)
    return evening if _usual(case, evening)[0] >= opens else evening + timedelta(days=1)


def _every_evening(case: Case, person: str, nights: list[Slot], coming: list[Slot]) -> Said:
    first = _first_evening(case)
    wakes = case.flight.launch.launch.plus(minutes=-case.param("TRN-16", "min_awake_min"))
    last = max((slot.evening for slot in nights if slot.evening is not None), default=first)
    if not coming:
        last = first if _usual(case, first)[1] <= wakes else first - timedelta(days=1)  # none is left to be slept
    there = {slot.evening for slot in nights}
    begun = [slot.evening for slot in coming if slot.evening is not None]
    for evening in _asked(case, person, min([first, *begun]), last):
        if evening not in there:
            where = (person, evening.isoformat())
            yield Breach(f"{person} has no night of {evening} in quarantine.", where, 1, "nights")
    for evening, several in itertools.groupby(sorted(nights, key=lambda s: (s.evening, s.id)), lambda s: s.evening):
        if len(ids := [slot.id for slot in several]) > 1:
            yield Breach(f"{person} has {len(ids)} nights of {evening}.", (person, *ids), len(ids) - 1, "nights")


def _steps(case: Case, nights: list[Slot], coming: list[Slot]) -> Iterator[tuple[Slot, float, int]]:
    """Each night to come, how much later it starts than the one before (or the usual one), and over how many days."""
    before: Slot | None = None
    for slot in sorted(nights, key=lambda one: (one.evening, one.start)):
        if slot in coming and slot.evening is not None:
            days = 1
            usual = _usual(case, slot.evening)[0]
            if before is not None and before.evening is not None:
                days = (slot.evening - before.evening).days
            if before is None or (before not in coming and days != 1):
                yield slot, minutes_between(usual, slot.start), 1
            else:
                yield slot, slot.start_min - before.start_min - _DAY_MIN * days, days
        before = slot


def _one_way(case: Case, person: str, nights: list[Slot], coming: list[Slot]) -> Said:
    later, sooner = case.param("TRN-16", "max_delay_min"), case.param("TRN-16", "max_advance_min")
    steps = list(_steps(case, nights, coming))
    for slot, step, days in steps:
        over = max(step - days * later, -step - days * sooner)
        if over > 0:
            way, most = ("later", later) if step > 0 else ("sooner", sooner)
            sentence = f"{slot.id} is {at_length(abs(step))} {way} than the night before"
            yield Breach(f"{sentence} ({at_length(days * most)} at most).", (slot.id, person), over, "min")
    ways = {step > 0 for _, step, _ in steps if step}
    if len(ways) > 1:
        least = min(abs(step) for _, step, _ in steps if step)
        sentence = f"The nights of {person} move later and sooner both; they move one way only."
        yield Breach(sentence, (person, *(slot.id for slot, step, _ in steps if step)), least, "min")


def _before_lift_off(case: Case, person: str, nights: list[Slot], coming: list[Slot]) -> Said:
    if not coming:
        return
    lift_off, last = case.flight.launch.launch, max(coming, key=lambda slot: slot.end)
    if any(
        one.person == person and one.start < lift_off and (one.end is None or one.end > last.end)
        for one in case.programme.absences
    ):
        return  # the last night is slept elsewhere
    least, most = case.param("TRN-16", "min_awake_min"), case.param("TRN-16", "max_awake_min")
    awake = minutes_between(last.end, lift_off)
    if not least <= awake <= most:
        off = max(least - awake, awake - most)
        sentence = f"{last.id} ends {at_length(awake)} before lift-off"
        asked = f"{at_length(least)} to {at_length(most)} asked"
        yield Breach(f"{sentence} ({asked}).", (last.id, person), off, "min")
    moved = sum(step for _, step, _ in _steps(case, nights, coming))
    needless = (most - awake if moved > 0 else awake - least) if moved else 0
    if needless >= 1:  # a whole minute: starts are whole minutes, and lift-off needn't be
        sentence = f"The nights of {person} move {at_length(needless)} further than lift-off asks."
        yield Breach(sentence, (last.id, person), min(needless, abs(moved)), "min")
