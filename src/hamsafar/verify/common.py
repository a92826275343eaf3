"""Second opinion on what holds on ground and aboard: people, capacities, order, completeness, certificates."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import inf

from hamsafar.domain.aboard import Activity, Use
from hamsafar.domain.training import MILESTONE, Session, Subject
from hamsafar.errors import OutOfRangeError
from hamsafar.verify import pace
from hamsafar.verify.asked import expected_of, undone_of
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.crew import executions
from hamsafar.verify.registry import Breach, Gap, Said, checks

_MOST_EXPECTED = 200_000  # occurrences of a whole programme; a sane one has a thousand


@checks("PPL-01")
def one_thing_at_a_time(case: Case) -> Said:
    """No two placements of one person overlap, and nobody serves twice in one."""
    for person, slots in sorted(case.of_person.items()):
        for index, first in enumerate(slots):
            for second in slots[index + 1 :]:
                if second.start >= first.end:
                    break  # sorted by start: nothing later overlaps either
                shared = min(first.end_min, second.end_min) - second.start_min
                if shared > 0:
                    sentence = f"{person} is in {first.id} and in {second.id} at once, for {at_length(shared)}."
                    yield Breach(sentence, (person, first.id, second.id), shared, "min")
    for slot in case.slots:
        for person, times in sorted(Counter(slot.placement.person_ids).items()):
            if times > 1:
                sentence = f"{person} serves {times} times over in {slot.id}."
                yield Breach(sentence, (person, slot.id), slot.minutes, "min")


def _amounts(slot: Slot) -> dict[str, int]:
    """What a placement uses of what."""
    used = dict.fromkeys(slot.placement.facilities, 1)
    for facility in slot.session.facilities if slot.session else ():
        used[facility] = 1
    asked: Counter[str] = Counter()
    for use in slot.activity.uses if slot.activity else ():
        asked[use.resource] += use.amount
    return used | dict(asked)


@checks("RES-01")
def capacities(case: Case) -> Said:
    """At every start, what is in use of each facility and resource is within its capacity."""
    room = {("training", each.id): each.capacity for each in case.facilities.values()}
    for each in case.programme.resources:
        room.setdefault(("flight", each.id), each.capacity)
    users: dict[tuple[str, str], list[tuple[Slot, int]]] = defaultdict(list)
    for slot in case.slots:
        for id_, amount in _amounts(slot).items():
            users[slot.stage, id_].append((slot, amount))
    for (stage, id_), uses in sorted(users.items()):
        if (stage, id_) not in room:
            where = tuple(slot.id for slot, _ in uses)
            yield Gap(f"{id_!r} is used and is neither a facility nor a resource of the programme.", (id_, *where))
            continue
        for slot, _ in uses:
            together = [(other, n) for other, n in uses if other.start <= slot.start < other.end]
            over = sum(n for _, n in together) - room[stage, id_]
            # Told once: at the last start of those that meet, and where several start at once, by the first id.
            if over > 0 and slot.id == min(other.id for other, _ in together if other.start == slot.start):
                sentence = f"{id_} is used beyond its capacity of {room[stage, id_]} at {slot.start}, by {over}."
                yield Breach(sentence, (id_, *(other.id for other, _ in together)), over, "units")


# Order


@checks("ORD-01")
def order(case: Case) -> Said:
    """Everything that comes after something else starts within its gaps; what has been comes after what it came."""
    for slot in case.slots:
        thing = slot.session or slot.activity
        for after in thing.after if thing and slot.id not in case.past else ():
            if after.of.startswith(f"{MILESTONE}/"):
                continue  # MIL-02 judges that
            found = list(counterparts(case, slot, after.of))
            if not found and _not_held(case, after.of):
                continue
            if not found:
                yield Breach(f"{slot.id} comes after {after.of}, which isn't in the plan for it.", (slot.id, after.of))
            for before in found:
                gap = slot.start_min - before.end_min
                short = after.min_gap_min - gap
                long_ = gap - after.max_gap_min if after.max_gap_min is not None else 0
                if short > 0 or long_ > 0:
                    limit = at_length(after.min_gap_min if short > 0 else after.max_gap_min or 0)
                    sentence = f"{slot.id} starts {at_length(gap)} after {before.id} ends"
                    asked = f"at {'least' if short > 0 else 'most'} {limit} asked"
                    yield Breach(f"{sentence} ({asked}).", (before.id, slot.id), max(short, long_), "min")


def _not_held(case: Case, of: str) -> bool:
    """Whether a session belongs to a subject that nothing asks for."""
    known = case.sessions.get(of)
    return known is not None and known[1].id not in case.held


def counterparts(case: Case, slot: Slot, of: str) -> Iterator[Slot]:
    """The placements that one placement has to come after, for one `after`."""
    others = [other for other in case.of_what.get(of, []) if other.stage == slot.stage]
    if slot.milestone is not None:
        yield from others
        return
    if slot.session is not None:
        alone = slot.session.attendance == "each"
        yield from (o for o in others if not alone or o.person is None or o.person == slot.person)
        return
    before = case.activities.get(of)
    if before is None or slot.activity is None:
        return
    yield from (o for o in others if _paired(case, slot, slot.activity, o, before))


def _paired(case: Case, slot: Slot, activity: Activity, other: Slot, before: Activity) -> bool:
    if before.repeat == "once" and before.times == 1:
        return True
    if "once" in (activity.repeat, before.repeat) and activity.repeat != before.repeat:
        return _rank(case, slot) == _rank(case, other)  # the n-th over the stay with the n-th over the stay
    same_person = slot.person == other.person or None in (slot.person, other.person)
    return (slot.day, slot.number) == (other.day, other.number) and same_person


def _rank(case: Case, slot: Slot) -> int:
    return case.of_what[slot.placement.of].index(slot)


# Completeness


@checks("CMP-01")
def complete(case: Case) -> Said:
    """All that is asked is there, once, in full length; what is left out is optional and listed."""
    yield from _doubled(case)
    expected: dict[str, tuple[str, bool]] = {}
    for id_, of, optional in expected_of(case):
        expected[id_] = (of, optional)
        if len(expected) > _MOST_EXPECTED:
            raise OutOfRangeError(f"the programme asks for more than {_MOST_EXPECTED} occurrences")
    undone = frozenset(undone_of(case))
    yield from _missing(case, expected, undone)
    yield from _unasked(case, expected, undone)
    yield from _as_asked(case)
    yield from _numbering(case)


def _doubled(case: Case) -> Said:
    programme, term, minutes = case.programme, case.programme.term, case.programme.hosts_minutes
    for what, ids in (
        ("placement", [placement.id for placement in case.plan.placements]),
        ("occurrence left out", [dropped.id for dropped in case.plan.dropped]),
        ("person", [each.id for each in programme.people]),
        ("activity", [each.id for each in programme.activities]),
        ("session", [s.id for subject in (term.subjects if term else ()) for s in subject.sessions]),
        ("facility", [each.id for each in (term.facilities if term else ())]),
        ("phase", [each.id for each in (term.phases if term else ())]),
        ("milestone", [each.id for each in programme.milestones]),
        ("resource", [each.id for each in programme.resources]),
        ("cargo", [each.id for each in programme.cargo]),
        ("calendar", [each.id for each in programme.calendars]),
        ("site", [each.id for each in programme.sites]),
        ("set of figures of", [each.rule for each in programme.limits]),
        ("host with minutes agreed", [each.person for each in (minutes.people if minutes else ())]),
        ("flight day with minutes agreed", [str(each.flight_day) for each in (minutes.days if minutes else ())]),
        ("person aboard", [*case.request.crew_up, *case.request.crew_aboard]),
    ):
        for id_, times in sorted(Counter(ids).items()):
            if times > 1:
                yield Breach(f"The {what} {id_} is there {times} times.", (id_,), times - 1, "times")


def _missing(case: Case, expected: dict[str, tuple[str, bool]], undone: frozenset[str]) -> Said:
    dropped = {each.id for each in case.plan.dropped}
    for id_ in sorted(undone - dropped - case.by_id.keys()):
        said = "was not done when it could have been, and is not listed as left out"
        yield Breach(f"{id_} {said}.", (id_, id_.partition("#")[0].partition("@")[0]), 1, "occurrences")
    for id_, (of, optional) in expected.items():
        if id_ in case.by_id:
            if id_ in dropped:
                yield Breach(f"{id_} is in the plan and listed as left out too.", (id_,))
        elif id_ not in dropped:
            said = "optional, and neither in the plan nor listed as left out" if optional else "not in the plan"
            yield Breach(f"{id_} is {said}.", (id_, of), 1, "occurrences")
        elif not optional and not _follows_dropped(case, id_, of, dropped, set()):
            yield Breach(f"{id_} is left out and is not optional.", (id_, of), 1, "occurrences")


def _follows_dropped(case: Case, id_: str, of: str, dropped: set[str], seen: set[str]) -> bool:
    """Whether what an occurrence comes after was rightly left out itself, at whatever remove."""
    activity = case.activities.get(of)
    if activity is None or id_ in seen:
        return False
    seen.add(id_)
    for after in activity.after:
        before = case.activities.get(after.of)
        if before is None:
            continue
        for gone in _counterpart_ids(id_, activity, before) & dropped:
            if before.optional or _follows_dropped(case, gone, before.id, dropped, seen):
                return True
    return False


def _counterpart_ids(id_: str, activity: Activity, before: Activity) -> set[str]:
    """The ids of what one occurrence comes after, where they can be said without looking at times."""
    rest = id_.removeprefix(activity.id)
    if before.repeat == "once" and before.times == 1:
        return {f"{before.id}#1"}
    if activity.repeat == before.repeat:
        return {before.id + rest}
    stem, _, number = rest.rpartition("#")
    day = stem.split("@")[1] if stem.count("@") else ""
    if activity.repeat == "each-person-day" and before.repeat == "each-day":
        return {f"{before.id}@{day}#{number}"}
    people = before.who[0].candidates if before.who else ()
    return {f"{before.id}@{day}@{person}#{number}" for person in people}


def _unasked(case: Case, expected: dict[str, tuple[str, bool]], undone: frozenset[str]) -> Said:
    for slot in case.slots:
        if slot.evening is not None:
            if slot.person not in case.may_fly:
                yield Breach(f"{slot.id} does not name a night of anybody who may fly.", (slot.id,), 1, "occurrences")
        elif slot.activity is not None and slot.activity.kind == "sleep":
            candidates = {id_ for need in slot.activity.who for id_ in need.candidates}
            if slot.person not in candidates or slot.day is None or slot.number != 1:
                yield Breach(f"{slot.id} does not name a sleep of anybody it is for.", (slot.id,), 1, "occurrences")
        elif slot.subject is not None and slot.subject.id not in case.held:
            if slot.id not in case.past and not _may_refresh(case, slot):
                yield Breach(
                    f"{slot.id} is in the plan, and nothing asks for its subject.", (slot.id,), 1, "occurrences"
                )
        elif expected.get(slot.id, ("",))[0] != slot.placement.of:
            yield Breach(f"{slot.id} is in the plan and nobody asked for it.", (slot.id,), 1, "occurrences")
    for each in case.plan.dropped:
        if each.id not in expected and each.id not in undone:
            yield Breach(f"{each.id} is listed as left out and nobody asked for it.", (each.id,), 1, "occurrences")


def _may_refresh(case: Case, slot: Slot) -> bool:
    """Whether a placement is an occurrence of a refresher, for somebody who takes it."""
    if slot.subject is None or slot.subject.refreshes is None:
        return False
    return slot.person is None or slot.person in case.trainees_of(slot.subject)


def _as_asked(case: Case) -> Said:
    paced = {slot.id: _at_their_pace(case, activity, count) for slot, activity, count in executions(case)}
    term_zone = case.programme.term.zone if case.programme.term else ""
    for slot in case.slots:
        placement = slot.placement
        if not (slot.start_min == int(slot.start_min) and slot.end_min == int(slot.end_min)):
            yield Breach(f"{slot.id} doesn't start and end on whole minutes.", (slot.id,))
        if slot.end <= slot.start:
            yield Breach(f"{slot.id} ends at {slot.end}, not after its start.", (slot.id,), -slot.minutes, "min")
        if slot.evening is not None:
            continue  # TRN-16 judges the rest of a night in quarantine
        thing = slot.session or slot.milestone or slot.activity
        if thing is None:
            sentence = f"{slot.id} is an occurrence of {placement.of!r}, which the programme doesn't know."
            yield Breach(sentence, (slot.id,), 1, "occurrences")
            continue
        least, most = paced.get(slot.id, (thing.duration_min, thing.duration_min))
        off = max(least - slot.minutes, slot.minutes - most)
        if off > 0:
            asked = at_length(least if slot.minutes < least else most)
            yield Breach(f"{slot.id} lasts {at_length(slot.minutes)} instead of {asked}.", (slot.id,), off, "min")
        on_ground = slot.activity is None
        used = slot.session.facilities if slot.session else tuple(u.resource for u in _uses(slot))
        zone = term_zone if on_ground else case.programme.station.zone
        number = 1 if on_ground else slot.number
        told = (
            ("stage", placement.stage, slot.stage),
            ("kind", placement.kind, MILESTONE if slot.milestone else thing.kind),
            ("facilities", sorted(placement.facilities), sorted(set(used))),
            ("zone", placement.zone, zone),
            ("occurrence", placement.occurrence, number),
        )
        for name, said, meant in told:
            if said != meant:
                yield Breach(f"{slot.id} has {name} {said!r} instead of {meant!r}.", (slot.id, name))


def _at_their_pace(case: Case, activity: Activity, count: int) -> tuple[float, float]:
    """The fewest and the most minutes of a newcomer's execution: a first time may be as long as anybody likes.

    It is never shorter than on the ground, but where that is its pace; CRW-10 and CRW-20 say if it is long enough.
    """
    least, most = pace.needed_min(case, activity, count)
    return min(least, activity.duration_min), inf if count == 1 else max(most, activity.duration_min)


def _uses(slot: Slot) -> tuple[Use, ...]:
    return slot.activity.uses if slot.activity else ()


def _numbering(case: Case) -> Said:
    """Occurrences of one activity that are still to come are numbered in order of time."""
    for id_, activity in case.activities.items():
        if activity.repeat == "once":
            coming = [slot for slot in case.of_what.get(id_, []) if slot.id not in case.past]
            slots = [slot for slot in coming if slot.number is not None]
            for earlier, later in itertools.pairwise(slots):
                if (later.number or 0) < (earlier.number or 0) and later.start > earlier.start:
                    yield Breach(f"{later.id} comes after {earlier.id}.", (earlier.id, later.id))


# Certificates


@checks("CER-01")
def certificates(case: Case) -> Said:
    """Whoever needs a certificate holds it on the day: from the course that gives it, or already."""
    for slot, session in case.training:
        needs = [name for name in session.needs if not _given_by_nothing_held(case, name)]
        for person in dict.fromkeys(slot.serving("attendee")):
            if person in case.trainees:
                yield from _held(case, slot, person, needs)
    for slot, activity in case.flown:
        yield from certificates_of(case, slot, activity)


def certificates_of(case: Case, slot: Slot, activity: Activity) -> Said:
    """Whoever serves in one thing done aboard holds what it needs on its day."""
    for need in activity.who:
        if need.certificate is not None:
            for person in dict.fromkeys(slot.serving(need.function)):
                if person in need.candidates:
                    yield from _held(case, slot, person, (need.certificate,))


def holds_through(case: Case, person: str, certificate: str, first: date, last: date) -> bool:
    """Whether somebody holds a certificate on all days of the stay from one date to another, by one proof of it."""
    holder = case.people.get(person)
    own = [one for one in (holder.certificates if holder else ()) if one.certificate == certificate]
    valid_d = next((one.valid_d for one in case.programme.certificates if one.id == certificate), 0)
    given = [case.training_date(slot.end) for _, slot in _given(case, person, certificate)]
    proofs = [(one.valid_from, one.valid_until) for one in own]
    proofs += [(day, day + timedelta(days=valid_d - 1)) for day in given if valid_d > 0]
    return any(begin <= first and last <= end for begin, end in proofs)


def _given_by_nothing_held(case: Case, certificate: str) -> bool:
    """Whether a certificate is one that the syllabus gives only in subjects that nothing asks for."""
    givers = [each.id for each in _subjects(case) if each.certificate == certificate]
    return bool(givers) and case.held.isdisjoint(givers)


def _subjects(case: Case) -> tuple[Subject, ...]:
    return case.programme.term.subjects if case.programme.term else ()


@checks("CER-02")
def ready_until_landing(case: Case) -> Said:
    """On the day of landing every trainee still holds what the flight asks of trainees."""
    if case.programme.term is None:
        return
    landing = case.flight.landing.landing
    if case.is_over(landing):
        return
    last = max(case.training_date(landing), case.station_date(landing))
    valid = {each.id: each.valid_d for each in case.programme.certificates}
    for person in case.trainees:
        for certificate in sorted(case.flight_asks):
            own = [held.valid_until for held in case.people[person].certificates if held.certificate == certificate]
            given = [
                case.training_date(slot.end) + timedelta(days=valid.get(certificate, 1) - 1)
                for _, slot in _given(case, person, certificate)
            ]
            until = max((*own, *given), default=None)
            if until is None:
                yield Breach(f"{person} never holds {certificate}, which the flight asks for.", (person,), None, "d")
            elif until < last:
                days = (last - until).days
                sentence = f"{person} holds {certificate} until {until}, {days} d short of landing on {last}."
                yield Breach(sentence, (person,), days, "d")


def _held(case: Case, slot: Slot, person: str, needs: Iterable[str]) -> Said:
    for certificate in needs:
        late = _misses(case, slot, person, certificate)
        if late is not None:
            told, by = late
            yield Breach(f"{person} does not hold {certificate} in {slot.id}: {told}.", (slot.id, person), by, "d")


def _misses(case: Case, slot: Slot, person: str, certificate: str) -> tuple[str, float | None] | None:
    """Why a certificate isn't held by somebody at a placement, and by how many days; None where it is."""
    day = case.training_date(slot.start) if slot.session else case.station_date(slot.start)
    misses: list[tuple[str, float]] = []
    holder = case.people.get(person)
    for held in holder.certificates if holder else ():
        if held.certificate != certificate:
            continue
        if held.valid_from <= day <= held.valid_until:
            return None
        off = max((held.valid_from - day).days, (day - held.valid_until).days)
        misses.append((f"their own is valid from {held.valid_from} to {held.valid_until}", off))
    valid_d = next((each.valid_d for each in case.programme.certificates if each.id == certificate), None)
    for final, passed in _given(case, person, certificate):
        if valid_d is None:
            misses.append((f"{final.id} gives it, but the programme doesn't say for how long", 0.0))
            continue
        day_given = case.training_date(passed.end) if slot.session else case.station_date(passed.end)
        if passed.end <= slot.start and (day - day_given).days < valid_d:
            return None
        early = minutes_between(slot.start, passed.end) / 1_440
        misses.append(
            (f"{passed.id} ends at {passed.end}", max(early, (day - day_given) / timedelta(days=1) + 1 - valid_d))
        )
    return min(misses, key=lambda miss: miss[1], default=("nothing in the plan gives it", None))


def _given(case: Case, person: str, certificate: str) -> Iterator[tuple[Session, Slot]]:
    """The placements of the last sessions that give a certificate and that a person attends, and didn't fail."""
    for subject in _subjects(case):
        if certificate in (subject.certificate, subject.refreshes) and subject.sessions:
            taught = [session for session in subject.sessions if session.kind != "travel"]
            final = (taught or subject.sessions)[-1]
            for slot in case.of_what.get(final.id, []):
                failed = slot.id in case.to_be_repeated and case.now is not None and slot.start < case.now
                if person in slot.serving("attendee") and not failed:
                    yield final, slot
