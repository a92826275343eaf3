"""Second opinion on the term: hours, facilities, phases, loads, rest, teachers, quarantine, attendance."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from attrs import frozen

from hamsafar.domain.calendars import Calendar
from hamsafar.domain.training import Session, Subject
from hamsafar.timeline import Instant, local_date, local_instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Gap, Said, checks

_NO_LOAD = ("self-study", "travel")


def _stretch_around(calendar: Calendar, slot: Slot) -> tuple[Instant, Instant] | None:
    """The stretch of opening hours in which a placement starts; touching hours are one stretch."""
    day = local_date(slot.start, calendar.zone)
    found: tuple[Instant, Instant] | None = None
    for hours in calendar.hours_on(day):
        opens = local_instant(day, hours.opens, calendar.zone)
        closes = local_instant(day, hours.closes, calendar.zone)
        if found is not None and opens == found[1]:
            found = (found[0], closes)
        elif opens <= slot.start:
            found = (opens, closes)
    return found if found and found[0] <= slot.start < found[1] else None


def outside(calendar: Calendar, slot: Slot, whose: str) -> Breach | None:
    """A breach where a placement doesn't lie in one stretch of a calendar."""
    stretch = _stretch_around(calendar, slot)
    if stretch is not None and slot.end <= stretch[1]:
        return None
    where = (slot.id, whose, calendar.id)
    if stretch is None:
        return Breach(f"{slot.id} starts at {slot.start}, when {calendar.id} of {whose} is shut.", where)
    over = minutes_between(stretch[1], slot.end)
    return Breach(f"{slot.id} runs {over:g} min past the hours of {calendar.id} of {whose}.", where, over, "min")


@checks("TRN-01")
def working_hours(case: Case) -> Said:
    """Each session in one stretch of opening hours of each calendar of each person in it."""
    for slot, _ in case.training:
        for id_ in sorted(slot.people):
            person = case.people.get(id_)
            if person is None:
                yield Gap(f"{id_!r} in {slot.id} is nobody of the programme.", (slot.id, id_))
                continue
            for name in person.calendars:
                yield from _in_calendar(case, slot, name, id_)


def _in_calendar(case: Case, slot: Slot, name: str, whose: str) -> Said:
    calendar = case.calendars.get(name)
    if calendar is None:
        yield Gap(f"The calendar {name!r} of {whose} is not among the programme's.", (slot.id, whose, name))
        return
    breach = outside(calendar, slot, whose)
    if breach is not None:
        yield breach


@checks("TRN-02")
def facility_hours(case: Case) -> Said:
    """Each session in one stretch of its facilities' calendars, on a date on which they aren't closed."""
    for slot, session in case.training:
        for id_ in sorted({*slot.placement.facilities, *session.facilities}):
            facility = case.facilities.get(id_)
            if facility is None:
                yield Gap(f"The facility {id_!r} of {slot.id} is not among the programme's.", (slot.id, id_))
                continue
            yield from _in_calendar(case, slot, facility.calendar, id_)
            calendar = case.calendars.get(facility.calendar)
            day = local_date(slot.start, calendar.zone) if calendar else case.training_date(slot.start)
            if facility.seasons and not any(season.contains(day) for season in facility.seasons):
                yield Breach(f"{slot.id} uses {id_} on {day}, out of its season.", (slot.id, id_), 1, "d")
            for range_ in facility.closed:
                if range_.contains(day):
                    sentence = f"{slot.id} uses {id_} on {day}, when it is closed"
                    yield Breach(f"{sentence} ({range_.reason or 'no reason given'}).", (slot.id, id_), 1, "d")


@checks("TRN-03")
def in_phase(case: Case) -> Said:
    """Not before the phase, the term or the day of planning; over before the phase ends."""
    term = case.programme.term
    if term is None:
        return
    phases = {phase.id: phase for phase in reversed(term.phases)}
    lift_off = case.flight.launch.launch
    floors = (("the term begins", term.start), ("the day the plan was made for", case.programme.now))
    bounds = [(what, local_instant(day, time(), term.zone)) for what, day in floors]
    for slot, session in case.training:
        phase = phases.get(session.phase)
        if phase is None:
            yield Gap(f"The phase {session.phase!r} of {slot.id} is not in the term.", (slot.id,))
            continue
        opened = lift_off.plus(days=-phase.from_d)
        if phase.begun is not None:  # before lift-off was moved
            opened = min(opened, local_instant(phase.begun, time(), term.zone))
        opens = [*bounds, (f"phase {phase.id} opens", opened)]
        for what, moment in opens:
            early = minutes_between(slot.start, moment)
            if early > 0:
                sentence = f"{slot.id} starts {at_length(early)} before {what} ({moment})."
                yield Breach(sentence, (slot.id, phase.id), early, "min")
        late = minutes_between(lift_off.plus(days=-phase.to_d), slot.end)
        if late > 0:
            sentence = f"{slot.id} ends {at_length(late)} after phase {phase.id} closes."
            yield Breach(sentence, (slot.id, phase.id), late, "min")


def _load(case: Case, key: Callable[[date], date]) -> dict[tuple[str, date], list[Slot]]:
    """Sessions that count as load, by trainee and date (or whatever `key` makes of it)."""
    found: dict[tuple[str, date], list[Slot]] = defaultdict(list)
    for trainee in case.trainees:
        for slot, session in case.attended(trainee):
            if session.kind not in _NO_LOAD:
                found[trainee, key(case.training_date(slot.start))].append(slot)
    return found


def _too_much(case: Case, loads: dict[tuple[str, date], list[Slot]], most: float, stretch: str) -> Said:
    for (trainee, day), slots in loads.items():
        total = sum(slot.minutes for slot in slots)
        if total > most:
            sentence = f"{trainee} trains {at_length(total)} {stretch} {day}, {at_length(total - most)} over."
            yield Breach(sentence, (trainee, *(slot.id for slot in slots)), total - most, "min")


@checks("TRN-04")
def day_load(case: Case) -> Said:
    """Minutes of sessions attended on one training date."""
    yield from _too_much(case, _load(case, lambda day: day), case.param("TRN-04", "max_day_min"), "on")


@checks("TRN-05")
def week_load(case: Case) -> Said:
    """Minutes of sessions attended in one week, Monday to Sunday."""
    loads = _load(case, lambda day: day - timedelta(days=day.weekday()))
    yield from _too_much(case, loads, case.param("TRN-05", "max_week_min"), "in the week of")


@checks("TRN-06")
def nights_rest(case: Case) -> Said:
    """From the last end of one training date to the first start of the next that has any."""
    least = case.param("TRN-06", "min_rest_min")
    for trainee in case.trainees:
        days: dict[date, list[Slot]] = defaultdict(list)
        for slot, _ in case.attended(trainee):
            days[case.training_date(slot.start)].append(slot)
        ordered = [days[day] for day in sorted(days)]
        for earlier, later in itertools.pairwise(ordered):
            last, first = max(earlier, key=lambda s: s.end_min), min(later, key=lambda s: s.start_min)
            rest = first.start_min - last.end_min
            if rest < least:
                sentence = f"{trainee} rests {at_length(rest)} between {last.id} and {first.id}"
                where = (trainee, last.id, first.id)
                yield Breach(f"{sentence} ({at_length(least)} are asked).", where, least - rest, "min")


@checks("TRN-07")
def recovery(case: Case) -> Said:
    """No demanding session starts while somebody recovers from another."""
    for slot, session in case.training:
        if not session.recovery_min:
            continue
        for person in sorted(set(slot.serving("attendee"))):
            for other, next_ in case.attended(person):
                gap = other.start_min - slot.end_min
                if next_.demanding and other is not slot and other.start >= slot.start and gap < session.recovery_min:
                    sentence = f"{other.id} starts {at_length(gap)} after {slot.id}, from which {person} recovers"
                    where = (person, slot.id, other.id)
                    by = session.recovery_min - gap
                    yield Breach(f"{sentence} for {at_length(session.recovery_min)}.", where, by, "min")


def _one_helper(case: Case, slot: Slot, function: str, wanted: str | None) -> Said:
    """Exactly one qualified helper in a function where one is wanted, none where not."""
    serving = slot.serving(function)
    if len(serving) != (0 if wanted is None else 1):
        need = "nobody" if wanted is None else f"one person qualified for {wanted}"
        sentence = f"{slot.id} has {len(serving)} people as {function}, and needs {need}."
        yield Breach(sentence, (slot.id, *serving), abs(len(serving) - (wanted is not None)), "people")
    for id_ in serving if wanted is not None else ():
        person = case.people.get(id_)
        if person is None or person.function != function:
            yield Breach(f"{id_} serves as {function} in {slot.id} and is none.", (slot.id, id_), 1, "people")
        elif wanted not in person.qualifications:
            sentence = f"{id_} serves as {function} in {slot.id} without the qualification {wanted}."
            yield Breach(sentence, (slot.id, id_), 1, "people")


@checks("TRN-08")
def teachers(case: Case) -> Said:
    """One qualified instructor where the session names a qualification, none where it doesn't."""
    for slot, session in case.training:
        wanted = None if session.kind == "self-study" else session.instructor
        yield from _one_helper(case, slot, "instructor", wanted)


@checks("TRN-09")
def interpreters(case: Case) -> Said:
    """One interpreter where an attending trainee lacks the session's language, none otherwise."""
    for slot, session in case.training:
        attending = [case.people[id_] for id_ in slot.serving("attendee") if id_ in case.trainees]
        lacking = any(session.language not in person.languages for person in attending)
        wanted = f"interpret-{session.language}" if lacking and session.kind != "self-study" else None
        yield from _one_helper(case, slot, "interpreter", wanted)


@checks("TRN-10")
def quarantine(case: Case) -> Said:
    """From the start of quarantine only sessions meant for it, in facilities inside it."""
    term = case.programme.term
    if term is None:
        return
    begins = case.flight.launch.launch.plus(days=-term.quarantine_d)
    for slot, session in case.training:
        inside = minutes_between(begins, slot.end)
        if inside <= 0:
            continue
        if not session.in_quarantine:
            sentence = f"{slot.id} ends {at_length(inside)} into quarantine and isn't meant for it."
            yield Breach(sentence, (slot.id,), inside, "min")
        for id_ in sorted({*slot.placement.facilities, *session.facilities}):
            facility = case.facilities.get(id_)
            if facility is not None and not facility.open_in_quarantine:
                sentence = f"{slot.id} uses {id_} in quarantine, which lies outside it."
                yield Breach(sentence, (slot.id, id_), inside, "min")


@checks("TRN-11")
def exams(case: Case) -> Said:
    """Exams of one trainee on one training date."""
    most = case.param("TRN-11", "max_exams")
    for trainee in case.trainees:
        sat: dict[date, list[str]] = defaultdict(list)
        for slot, session in case.attended(trainee):
            if session.kind == "exam":
                sat[case.training_date(slot.start)].append(slot.id)
        for day, ids in sat.items():
            if len(ids) > most:
                yield Breach(f"{trainee} sits {len(ids)} exams on {day}.", (trainee, *ids), len(ids) - most, "exams")


def _expected(case: Case, slot: Slot, session: Session, subject: Subject) -> set[str]:
    trainees = case.trainees_of(subject) if session.attendance == "together" else (slot.person,)
    return {id_ for id_ in (*trainees, *session.joined_by) if id_ is not None}


@checks("TRN-12")
def attendance(case: Case) -> Said:
    """Exactly those attend who should; nobody is there in a function that sessions don't have."""
    for slot, session in case.training:
        if slot.subject is None:
            continue
        expected, attending = _expected(case, slot, session, slot.subject), Counter(slot.serving("attendee"))
        if slot.subject.refreshes is not None and session.attendance == "together" and attending:
            expected &= set(attending)  # who needs no refreshing may stay away
        for person in sorted(expected - set(attending)):
            yield Breach(f"{person} should attend {slot.id} and doesn't.", (slot.id, person), 1, "people")
        for person in sorted(set(attending) - expected):
            yield Breach(f"{person} attends {slot.id}, which isn't theirs.", (slot.id, person), 1, "people")
        for each in slot.placement.people:
            if each.function not in ("attendee", "instructor", "interpreter"):
                sentence = f"{each.person} is in {slot.id} as {each.function!r}, which no session has."
                yield Breach(sentence, (slot.id, each.person), 1, "people")


@checks("TRN-13")
def days_in_row(case: Case) -> Said:
    """Training dates without a day off between them."""
    most = case.param("TRN-13", "max_days_in_row")
    for trainee in case.trainees:
        attended = case.attended(trainee)
        used = {case.training_date(slot.start) for slot, _ in attended if slot.id in case.past}
        days = sorted({case.training_date(slot.start) for slot, _ in attended})
        row: list[date] = []
        for day in [*days, None]:
            if day is not None and row and day == row[-1] + timedelta(days=1):
                row.append(day)
                continue
            if len(row) > most and not used.issuperset(row):
                sentence = f"{trainee} trains {len(row)} days in a row from {row[0]} to {row[-1]}."
                yield Breach(sentence, (trainee, row[0].isoformat(), row[-1].isoformat()), len(row) - most, "d")
            row = [] if day is None else [day]


@checks("TRN-14")
def one_site(case: Case) -> Said:
    """Away sessions between the ways of a journey to their site; no session at the base between them."""
    term = case.programme.term
    if term is None:
        return
    base = term.sites[0].id if term.sites else ""
    trips = list(_trips(case))
    for slot, session in case.training:
        places = {case.facilities[id_].site or base for id_ in session.facilities if id_ in case.facilities}
        for person in sorted(set(slot.serving("attendee"))):
            mine = [trip for trip in trips if person in trip.people]
            for place in sorted(places - {base}):
                if not any(trip.site == place and trip.first <= slot.start and slot.end <= trip.last for trip in mine):
                    sentence = f"{slot.id} is held at {place}, where {person} is not at that time."
                    yield Breach(sentence, (slot.id, person), slot.minutes, "min")
            for trip in mine if base in places else ():
                shared = minutes_between(max(slot.start, trip.leaves), min(slot.end, trip.returns))
                if shared > 0:
                    sentence = f"{slot.id} is held at the base while {person} is away for {trip.subject}"
                    yield Breach(f"{sentence}, for {at_length(shared)}.", (slot.id, person), shared, "min")
    for trip in trips:
        if trip.lasts is not None and trip.lasts != minutes_between(trip.leaves, trip.returns):
            lasts = minutes_between(trip.leaves, trip.returns)
            sentence = f"The journey for {trip.subject} lasts {at_length(lasts)} instead of {at_length(trip.lasts)}."
            yield Breach(sentence, trip.ways, abs(lasts - trip.lasts), "min")


@frozen(kw_only=True)
class _Trip:
    """A journey as the plan has it: from leaving the base to the site, from there back."""

    subject: str
    ways: tuple[str, ...]  # the placements that they are
    site: str
    people: frozenset[str]
    leaves: Instant
    first: Instant
    last: Instant
    returns: Instant
    lasts: float | None  # asked; None for one way


def _trips(case: Case) -> Iterator[_Trip]:
    lift_off = case.flight.launch.launch
    for subject in case.programme.term.subjects if case.programme.term else ():
        if subject.trip is None:
            continue
        lasts = subject.trip.duration_min
        homeward = case.of_what.get(subject.sessions[-1].id, []) if lasts is not None else []
        for out in case.of_what.get(subject.sessions[0].id, []):
            back = next((slot for slot in homeward if slot.start >= out.end), None)
            if back is None and lasts is not None:
                continue  # CMP-01 says what lacks
            yield _Trip(
                subject=subject.id,
                ways=tuple(way.id for way in (out, back) if way is not None),
                site=subject.trip.to,
                people=frozenset(out.serving("attendee")),
                leaves=out.start,
                first=out.end,
                last=lift_off if back is None else back.start,
                returns=lift_off if back is None else back.end,
                lasts=lasts,
            )


@checks("TRN-15")
def sat_again(case: Case) -> Said:
    """A failed exam in its time after the one that was failed."""
    for slot, session in case.training:
        record = case.records.get(slot.id)
        if record is None or record.outcome != "failed" or session.kind != "exam" or slot.start < record.end:
            continue
        gap = minutes_between(record.end, slot.start)
        least = session.resit.min_gap_min if session.resit else case.param("TRN-15", "min_gap_d") * 1_440
        most = session.resit.max_gap_min if session.resit else case.param("TRN-15", "max_gap_d") * 1_440
        if gap < least:
            sentence = f"{slot.id} is sat again {at_length(gap)} after it was failed"
            yield Breach(f"{sentence} ({at_length(least)} at least).", (slot.id,), least - gap, "min")
        if most is not None and gap > most:
            sentence = f"{slot.id} is sat again {at_length(gap)} after it was failed"
            yield Breach(f"{sentence} ({at_length(most)} at most).", (slot.id,), gap - most, "min")
