"""The programme: all that people wrote down, resolved against the catalogue. The plan is judged against it."""

from __future__ import annotations

from datetime import date
from typing import Protocol, TypeVar

from attrs import evolve, frozen

from hamsafar.domain.aboard import Activity, Cargo, CrewDaySource, ListItem, PrayerTimes, Resource, WindowNeed
from hamsafar.domain.calendars import Calendar
from hamsafar.domain.changes import Absence, Happened, Outage, Pin, Shut, Unfit, Unseated
from hamsafar.domain.elements import Elements
from hamsafar.domain.host import Fixed, HostRequest
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.domain.people import Agency, Certificate, Limits, Person
from hamsafar.domain.places import Relay, Site
from hamsafar.domain.training import Milestone, Term
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.timeline import Instant, Span


@frozen(kw_only=True)
class Seat:
    """In which ship somebody has seat liner and suit when the ship up docks, or at `seats_since`."""

    person: str
    ship: str


@frozen(kw_only=True)
class FlightRequest:
    """What is asked of the flight."""

    launch_window: Span
    stay_min: int  # docking to undocking
    stay_tolerance_min: int
    ship_up: Ship
    ship_down: Ship
    pad: str  # a site
    landing_site: str  # a site
    landing_by_daylight: bool
    profiles: tuple[str, ...]  # accepted rendezvous profiles, best first
    return_profile: str
    crew_up: tuple[str, ...]
    crew_aboard: tuple[str, ...]  # those already aboard at docking
    crew_down: tuple[str, ...]
    guest: str  # the trainee who flies
    seats: tuple[Seat, ...] = ()  # of those aboard already, where that is known
    docking: Instant | None = None  # told by the host after lift-off, in place of the profile's
    seats_since: Instant | None = None  # when the ships changed: then `seats` are of all, and nothing before it counts
    unfit: tuple[Unfit, ...] = ()  # ships at the station
    unseated: tuple[Unseated, ...] = ()  # what is accepted meanwhile

    def seat_of(self, person: str) -> str | None:
        """The ship that somebody has seat liner and suit in at docking, or at `seats_since`.

        None where only that it is another one than they go home in is known, or nothing.
        """
        told = next((seat.ship for seat in self.seats if seat.person == person), None)
        if self.seats_since is not None:
            return told
        if person in self.crew_up:
            return self.ship_up.id
        if told is None and person in self.crew_down and self.ship_up.id != self.ship_down.id:
            return self.ship_down.id
        return told


@frozen(kw_only=True)
class PlannedBoost:
    """A manoeuvre of the station that its operator has announced: what needs quiet keeps clear of it."""

    span: Span
    reason: str = ""


@frozen(kw_only=True)
class Programme:
    """All that is known of one guest flight."""

    id: str
    title: str
    as_of: Instant | None  # elements after this are not looked at
    now: date  # the day the plan is made for: nothing is planned before it
    agencies: tuple[Agency, ...]
    people: tuple[Person, ...]
    certificates: tuple[Certificate, ...]
    calendars: tuple[Calendar, ...]
    sites: tuple[Site, ...]
    relays: tuple[Relay, ...]
    station: Station
    elements: tuple[Elements, ...]  # ascending in epoch, none after `as_of`
    flight: FlightRequest
    term: Term | None  # None when the term is done and the certificates given
    resources: tuple[Resource, ...]
    activities: tuple[Activity, ...]
    prayer: PrayerTimes | None
    limits: tuple[Limits, ...]  # every rule's parameters, defaults and overrides merged
    absences: tuple[Absence, ...] = ()
    shut: tuple[Shut, ...] = ()
    outages: tuple[Outage, ...] = ()
    pins: tuple[Pin, ...] = ()
    past_until: Instant | None = None  # what begins before it has happened, as `happened` says
    happened: tuple[Happened, ...] = ()
    milestones: tuple[Milestone, ...] = ()  # held in the term; where it is done, so are they
    cargo: tuple[Cargo, ...] = ()
    fixed: tuple[Fixed, ...] = ()  # by the host; each is among the activities too
    requests: tuple[HostRequest, ...] = ()  # to the host, by number, with what it answered
    hosts_minutes: HostsMinutes | None = None  # what the agencies agreed besides rule CRW-09's figure
    crew_day: CrewDaySource | None = None
    task_list: tuple[ListItem, ...] = ()
    boosts: tuple[PlannedBoost, ...] = ()  # announced by the operator

    def person(self, id_: str) -> Person:
        """The person of that id; KeyError if there is none."""
        return _find(self.people, id_)

    def site(self, id_: str) -> Site:
        """The site of that id; KeyError if there is none."""
        return _find(self.sites, id_)

    def calendar(self, id_: str) -> Calendar:
        """The calendar of that id; KeyError if there is none."""
        return _find(self.calendars, id_)

    def activity(self, id_: str) -> Activity:
        """The activity of that id; KeyError if there is none."""
        return _find(self.activities, id_)

    def agency(self, id_: str) -> Agency:
        """The agency of that id; KeyError if there is none."""
        return _find(self.agencies, id_)

    @property
    def window_needs(self) -> frozenset[WindowNeed]:
        """All windows that activities ask for, and what they use."""
        asked = [*(one.window for one in self.activities), *(one.window for one in self.resources)]
        return frozenset(need for need in asked if need is not None)

    def limit(self, rule: str, param: str) -> float:
        """One rule's parameter, in the unit that its name ends with; KeyError if there is none."""
        return next(limits.params[param] for limits in self.limits if limits.rule == rule)

    def host_day_min(self, person: str) -> float:
        """Minutes that one host may help the guest's programme on one day: their own, where agreed, else the rule's."""
        own = None if self.hosts_minutes is None else self.hosts_minutes.of(person)
        return self.limit("CRW-09", "max_host_min") if own is None or own.a_day_min is None else float(own.a_day_min)


def with_fixed(programme: Programme, fixed: tuple[Fixed, ...], *, kept: frozenset[str] = frozenset()) -> Programme:
    """The programme in which the host has fixed this and nothing else; `kept`: activities fixed before that stay so."""
    gone = {one.activity for one in programme.fixed} - kept
    new = tuple(one for one in fixed if one.activity not in kept)
    own = (activity for activity in programme.activities if activity.id not in gone)
    stays = (one for one in programme.fixed if one.activity in kept)
    return evolve(
        programme,
        activities=(*own, *(one.as_activity() for one in new)),
        fixed=tuple(sorted((*stays, *new), key=lambda one: (one.start, one.activity))),
    )


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Identified = TypeVar("_Identified", bound=_HasId)


def _find(things: tuple[_Identified, ...], id_: str) -> _Identified:
    for thing in things:
        if thing.id == id_:
            return thing
    raise KeyError(id_)
