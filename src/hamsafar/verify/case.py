"""The plan laid open once: indexes, days, presences and rule parameters that the checkers share.

Everything is computed when first asked for, so that one absurd value spoils only the rules that need it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from functools import cached_property
from typing import Protocol, TypeVar

from attrs import evolve, frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.calendars import Calendar
from hamsafar.domain.changes import Happened
from hamsafar.domain.host import Fixed
from hamsafar.domain.people import Person
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.training import MILESTONE, NIGHT, Facility, Milestone, Session, Subject
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant, local_date, local_instant
from hamsafar.verify import physics

LONGEST_STAY_D = 400  # no crew has stayed longer in one go than 438 days; a longer "stay" is a slip of the pen


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def first_of_each_id(things: Iterable[_T]) -> dict[str, _T]:
    """Things by id; the first wins where an id occurs twice (CMP-01 reports that)."""
    found: dict[str, _T] = {}
    for thing in things:
        found.setdefault(thing.id, thing)
    return found


@frozen(kw_only=True)
class Slot:
    """A placement with its start and end in minutes of UTC, and what it is an occurrence of."""

    placement: Placement
    start_min: float  # POSIX minutes of UTC, so that a leap second cannot lengthen an appointment
    end_min: float
    session: Session | None
    subject: Subject | None
    activity: Activity | None
    milestone: Milestone | None
    evening: date | None  # of a night in quarantine: the evening that it is called by
    day: int | None  # the flight day that the id names
    person: str | None  # the person (or trainee) that the id names
    number: int | None  # the n of the id

    @property
    def id(self) -> str:
        """The placement's id."""
        return self.placement.id

    @property
    def start(self) -> Instant:
        """When it starts."""
        return self.placement.start

    @property
    def end(self) -> Instant:
        """When it ends."""
        return self.placement.end

    @property
    def stage(self) -> str:
        """Where it belongs by what it is an occurrence of; what it claims, where the programme knows no such thing."""
        if self.session is not None or self.milestone is not None or self.evening is not None:
            return "training"
        return "flight" if self.activity is not None else self.placement.stage

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return self.end_min - self.start_min

    @property
    def people(self) -> frozenset[str]:
        """Everybody in it, in whatever function."""
        return frozenset(self.placement.person_ids)

    def serving(self, function: str) -> tuple[str, ...]:
        """Who serves in a function, in the order written."""
        return tuple(each.person for each in self.placement.people if each.function == function)


_OCCURRENCE = re.compile(r"(?:@(-?\d{1,6})(?:@(.+))?)?#(\d{1,6})", re.ASCII | re.DOTALL)


def _named(placement: Placement, *, of_session: bool) -> tuple[int | None, str | None, int | None]:
    """(flight day, person, n) as an id says them; None for what it doesn't say."""
    rest = placement.id.removeprefix(placement.of)
    if of_session:
        return None, rest[1:] if rest.startswith("@") else None, None
    match = _OCCURRENCE.fullmatch(rest)
    if match is None:
        return None, None, None
    day, person, number = match.groups()
    return (None if day is None else int(day)), person, int(number)


def _evening(of: str) -> date | None:
    """The evening of a night in quarantine; None for whatever is called otherwise."""
    subject, _, evening = of.partition("/")
    try:
        day = date.fromisoformat(evening) if subject == NIGHT else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == evening else None


def minutes_between(earlier: Instant, later: Instant) -> float:
    """Elapsed minutes."""
    return later.seconds_since(earlier) / 60


def at_length(minutes: float) -> str:
    """`8 h 05 min`: a length of time as people say it."""
    whole = int(minutes)
    if whole != minutes:
        return f"{minutes:.2f} min"
    return f"{whole} min" if abs(whole) < 60 else f"{whole // 60} h {whole % 60:02} min"


class Case:
    """One plan under judgement."""

    def __init__(self, plan: Plan, params: Mapping[str, Mapping[str, float]], *, like: Case | None = None) -> None:
        """`like`: the case of a plan with other placements and the same programme and flight, whose clock is known."""
        self.plan = plan
        self.programme = plan.programme
        self.request = plan.programme.flight
        self.flight = plan.flight
        self._params = params
        self._clocks: dict[tuple[int, time, int], Instant] = {} if like is None else like._clocks
        self._presences: dict[str, tuple[Instant, Instant] | None] = {} if like is None else like._presences

    @property
    def params(self) -> Mapping[str, Mapping[str, float]]:
        """All figures by rule, for a case of a part of the plan."""
        return self._params

    def param(self, rule: str, name: str) -> float:
        """A rule's parameter as the programme asks for it."""
        return self._params[rule][name]

    # Who and what

    @cached_property
    def people(self) -> dict[str, Person]:
        """People by id."""
        return first_of_each_id(self.programme.people)

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Sites by id."""
        return first_of_each_id(self.programme.sites)

    @cached_property
    def calendars(self) -> dict[str, Calendar]:
        """Calendars by id."""
        return first_of_each_id(self.programme.calendars)

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Activities by id, with the flight days that are counted back from that of undocking among the others."""
        known = first_of_each_id(self.programme.activities)
        return {id_: self._on_its_days(each) if each.days_before_end else each for id_, each in known.items()}

    def _on_its_days(self, activity: Activity) -> Activity:
        back = {self.last_day - days for days in activity.days_before_end}
        flown = (_OCCURRENCE.fullmatch(id_.removeprefix(activity.id)) for id_ in self.done)
        been = {int(found[1]) for found in flown if found is not None and found[1] is not None}
        days = sorted(day for day in {*activity.flight_days, *back, *been} if day >= 1)
        return evolve(activity, flight_days=tuple(days or [0]))

    @cached_property
    def fixed(self) -> dict[str, Fixed]:
        """What the host has fixed, by activity."""
        return {one.activity: one for one in self.programme.fixed}

    @cached_property
    def facilities(self) -> dict[str, Facility]:
        """Training facilities by id; empty when the term is done."""
        return first_of_each_id(self.programme.term.facilities) if self.programme.term else {}

    @cached_property
    def sessions(self) -> dict[str, tuple[Session, Subject]]:
        """Sessions by id, with their subjects."""
        found: dict[str, tuple[Session, Subject]] = {}
        for subject in self.programme.term.subjects if self.programme.term else ():
            for session in subject.sessions:
                found.setdefault(session.id, (session, subject))
        return found

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        """Milestones by what their placements are called; empty when the term is done."""
        if self.programme.term is None:
            return {}
        return {f"{MILESTONE}/{id_}": one for id_, one in first_of_each_id(self.programme.milestones).items()}

    @cached_property
    def refused(self) -> frozenset[str]:
        """Ids of milestones that were refused or can't be held because one before them was."""
        found: set[str] = set()
        for _ in self.programme.milestones:  # each round reaches one further along the road
            for each in self.programme.milestones:
                if each.refused or any(after.of == f"{MILESTONE}/{name}" for after in each.after for name in found):
                    found.add(each.id)
        return frozenset(found)

    @cached_property
    def flight_asks(self) -> frozenset[str]:
        """Certificates that flying itself, or some activity that may be flown, asks of somebody who trains."""
        found = {each.id for each in self.programme.certificates if each.for_flight}
        for activity in self.programme.activities:
            if activity.milestone in self.refused:
                continue
            for need in activity.who:
                if need.certificate is not None and not set(self.trainees).isdisjoint(need.candidates):
                    found.add(need.certificate)
        return frozenset(found)

    @cached_property
    def held(self) -> frozenset[str]:
        """The subjects that are held whatever comes: all but refreshers, and but what nobody needs."""
        subjects = self.programme.term.subjects if self.programme.term else ()
        found = {each.id for each in subjects if each.refreshes is None and not each.only_when_needed}
        asked, grows = set(self.flight_asks), True
        while grows:
            grows = False
            for each in subjects:
                if each.only_when_needed and each.id not in found and each.certificate in asked:
                    found.add(each.id)
                    asked.update(name for session in each.sessions for name in session.needs)
                    grows = True
        return frozenset(found)

    @cached_property
    def trainees(self) -> tuple[str, ...]:
        """Ids of people of function trainee."""
        return tuple(each.id for each in self.programme.people if each.function == "trainee")

    @cached_property
    def may_fly(self) -> frozenset[str]:
        """Who sleeps in quarantine: trainees, and the crew of the ship up; nobody where no usual night is said."""
        term = self.programme.term
        if term is None or term.usual_night is None:
            return frozenset()
        return frozenset((*self.trainees, *self.request.crew_up))

    def trainees_of(self, subject: Subject) -> tuple[str, ...]:
        """Who takes a subject: those it names, or all trainees."""
        return subject.trainees or self.trainees

    @cached_property
    def aboard(self) -> tuple[str, ...]:
        """Everyone aboard at some time: arriving, then residents."""
        return tuple(dict.fromkeys((*self.request.crew_up, *self.request.crew_aboard)))

    @cached_property
    def followers(self) -> dict[str, set[str]]:
        """Activity → the activities that come after it."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in self.activities.values():
            for after in each.after:
                found[after.of].add(each.id)
        return found

    # Placements

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every placement, by start and then id."""
        made = [self._slot(placement) for placement in self.plan.placements]
        return tuple(sorted(made, key=lambda slot: (slot.start, slot.end, slot.id)))

    def _slot(self, placement: Placement) -> Slot:
        # What it is follows from what it is an occurrence of, never from the stage it claims (CMP-01 judges that).
        session, subject = self.sessions.get(placement.of, (None, None))
        milestone = self.milestones.get(placement.of) if session is None else None
        evening = _evening(placement.of) if self.programme.term is not None else None
        on_ground = session is not None or evening is not None
        day, person, number = _named(placement, of_session=on_ground)
        return Slot(
            placement=placement,
            start_min=placement.start.utc_minute(),
            end_min=placement.end.utc_minute(),
            session=session,
            subject=subject,
            activity=self.activities.get(placement.of) if not on_ground and milestone is None else None,
            milestone=milestone,
            evening=evening,
            day=day,
            person=person,
            number=number,
        )

    @cached_property
    def training(self) -> tuple[tuple[Slot, Session], ...]:
        """Placements that are sessions of the syllabus, by start."""
        return tuple((slot, slot.session) for slot in self.slots if slot.session is not None)

    @cached_property
    def flown(self) -> tuple[tuple[Slot, Activity], ...]:
        """Placements that are occurrences of activities of the programme, by start."""
        return tuple((slot, slot.activity) for slot in self.slots if slot.activity is not None)

    @cached_property
    def by_id(self) -> dict[str, Slot]:
        """Placements by id, the first where one occurs twice."""
        return first_of_each_id(self.slots)

    @cached_property
    def of_what(self) -> dict[str, list[Slot]]:
        """Placements by what they are occurrences of, by start."""
        found: dict[str, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            found[slot.placement.of].append(slot)
        return found

    @cached_property
    def of_person(self) -> dict[str, list[Slot]]:
        """Placements by person, by start; once each."""
        found: dict[str, list[Slot]] = defaultdict(list)
        for slot in self.slots:
            for person in sorted(slot.people):
                found[person].append(slot)
        return found

    def attended(self, person: str) -> list[tuple[Slot, Session]]:
        """The sessions one person attends, by start."""
        return [(slot, session) for slot, session in self.training if person in slot.serving("attendee")]

    def doing(self, person: str, *kinds: str) -> list[Slot]:
        """One person's placements whose activity is of one of the kinds, by start."""
        mine = self.of_person.get(person, [])
        return [slot for slot in mine if slot.activity is not None and slot.activity.kind in kinds]

    # The past

    @cached_property
    def now(self) -> Instant | None:
        """What begins before it has happened; None where nothing has."""
        return self.programme.past_until

    @cached_property
    def records(self) -> dict[str, Happened]:
        """What came of each placement in the end: of several records the last in time."""
        in_time = sorted(self.programme.happened, key=lambda record: (record.start, record.end))
        return {record.placement: record for record in in_time}

    @cached_property
    def done(self) -> dict[str, Happened]:
        """What was done, by placement."""
        return {id_: record for id_, record in self.records.items() if record.outcome == "done"}

    @cached_property
    def to_be_repeated(self) -> frozenset[str]:
        """Placements that were missed or failed, and not done since."""
        return frozenset(self.records.keys() - self.done.keys())

    @cached_property
    def past(self) -> frozenset[str]:
        """Placements that are facts: done before now, and in the plan once and just so."""
        times = Counter(placement.id for placement in self.plan.placements)
        return frozenset(slot.id for slot in self.slots if times[slot.id] == 1 and self._is_as_it_was(slot))

    def _is_as_it_was(self, slot: Slot) -> bool:
        record = self.done.get(slot.id)
        if record is None or self.now is None or record.start >= self.now:
            return False
        of = slot.id.partition("#")[0].partition("@")[0]
        same_people = sorted(slot.placement.person_ids) == sorted(record.people)
        return (slot.start, slot.end, slot.placement.of) == (record.start, record.end, of) and same_people

    def is_over(self, moment: Instant) -> bool:
        """Whether a moment lies in the past."""
        return self.now is not None and moment <= self.now

    def are_facts(self, ids: Iterable[str]) -> bool:
        """Whether placements are among these ids, and only past ones."""
        placements = [id_ for id_ in ids if id_ in self.by_id]
        return bool(placements) and all(id_ in self.past for id_ in placements)

    # Days

    def training_date(self, moment: Instant) -> date:
        """The calendar date in the term's zone."""
        term = self.programme.term
        return local_date(moment, term.zone if term else "UTC")

    def station_date(self, moment: Instant) -> date:
        """The calendar date in the station's zone."""
        return local_date(moment, self.programme.station.zone)

    @cached_property
    def first_date(self) -> date:
        """The station date of docking: flight day 1."""
        return self.station_date(self.flight.docking)

    @cached_property
    def last_day(self) -> int:
        """The flight day of undocking. Raises OutOfRangeError where the stay cannot be one."""
        day = self.flight_day(self.flight.landing.undocking)
        if not 1 <= day <= LONGEST_STAY_D:
            raise OutOfRangeError(f"undocking would be on flight day {day}, so the flight days cannot be counted")
        return day

    def flight_day(self, moment: Instant) -> int:
        """The flight day on which a moment falls."""
        return (self.station_date(moment) - self.first_date).days + 1

    def clock(self, day: int, at: time, *, days_later: int = 0) -> Instant:
        """Wall clock `at` of the station, on a flight day."""
        if abs(day) > 10 * LONGEST_STAY_D:
            raise OutOfRangeError(f"there is no flight day {day}")
        if (day, at, days_later) not in self._clocks:
            on = self.first_date + timedelta(days=day - 1 + days_later)
            self._clocks[day, at, days_later] = local_instant(on, at, self.programme.station.zone)
        return self._clocks[day, at, days_later]

    def starts_allowed(self, activity: Activity, day: int) -> tuple[Instant, Instant]:
        """The first and the last start that an activity may have on a flight day, both included."""
        if activity.starts_between is None:
            return self.clock(day, time()), self.clock(day, time(), days_later=1).plus(minutes=-1)
        first, last = activity.starts_between
        return self.clock(day, first), self.clock(day, last, days_later=0 if last > first else 1)

    def presence(self, person: str) -> tuple[Instant, Instant] | None:
        """From when until when somebody is aboard; None for who never is."""
        if person not in self._presences:
            self._presences[person] = self._presence(person)
        return self._presences[person]

    def _presence(self, person: str) -> tuple[Instant, Instant] | None:
        if person in self.request.crew_up:
            start = self.flight.hatch_open
        elif person in self.request.crew_aboard:
            start = self.clock(1, time())
        else:
            return None
        if person in self.request.crew_down:
            return start, self.flight.hatch_close
        return start, self.clock(self.last_day, time(), days_later=1)

    @cached_property
    def full_days(self) -> tuple[int, ...]:
        """The flight days on which the guest is present for the whole of 08:00-20:00 station time."""
        there = self.presence(self.request.guest)
        if there is None:
            return ()
        days = range(1, self.last_day + 1)
        return tuple(d for d in days if there[0] <= self.clock(d, time(8)) and self.clock(d, time(20)) <= there[1])

    def can_do_on(self, activity: Activity, person: str, day: int) -> bool:
        """Whether some start of that day lets the whole activity lie in the person's presence."""
        there = self.presence(person)
        if there is None:
            return False
        first, last = self.starts_allowed(activity, day)
        earliest = max(first, Instant.from_utc_minute(there[0].ceil_utc_minute()))
        return earliest <= last and earliest.plus(minutes=activity.duration_min) <= there[1]

    # The station's path

    @cached_property
    def path(self) -> physics.Path:
        """The station's path that the plan rests on: SGP4 where near, the held orbit where far."""
        trajectory = self.plan.trajectory
        if trajectory.basis == "near":
            return physics.Sgp4Path(trajectory.elements)
        if trajectory.held is None:
            raise OutOfRangeError("the plan rests on a reference trajectory and doesn't carry one")
        return physics.HeldPath(trajectory.held)


def lies_in_the_stay(case: Case, fixed: Fixed) -> bool:
    """Whether any of it lies between 00:00 of flight day 1 and 24:00 of the last."""
    return fixed.start < case.clock(case.last_day, time(), days_later=1) and case.clock(1, time()) < fixed.end


def pairs(slots: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Each slot and the next, in time."""
    return itertools.pairwise(slots)
