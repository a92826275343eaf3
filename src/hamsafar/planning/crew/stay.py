"""The stay: flight days, who is aboard when, and who belongs to which group, in ticks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta

from attrs import evolve, field, frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Flight
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.planning import ticks
from hamsafar.planning.brought import Brought, brought
from hamsafar.planning.ticks import Stretch
from hamsafar.timeline import days_between, local_date

_FULL_DAY = (time(8), time(20))  # a flight day is full when the guest is present for all of this


@frozen(kw_only=True)
class Stay:
    """What everything aboard is measured against. Ticks are whole UTC minutes."""

    programme: Programme
    flight: Flight
    dates: tuple[date, ...]  # station dates, flight day 1 first
    edges: tuple[int, ...]  # 00:00 of each flight day, and the end of the last: one more than dates
    presence: Mapping[str, Stretch]  # everybody aboard, in the order of the crew lists
    past: Brought = field(factory=Brought)  # what has happened, and what is pinned

    @property
    def request(self) -> FlightRequest:
        """The flight as asked for."""
        return self.programme.flight

    @property
    def zone(self) -> str:
        """The station's zone."""
        return self.programme.station.zone

    @property
    def guest(self) -> str:
        """Who is flown as the guest."""
        return self.request.guest

    @property
    def hosts(self) -> tuple[str, ...]:
        """Everybody aboard but the guest."""
        return tuple(person for person in self.presence if person != self.guest)

    @property
    def first(self) -> int:
        """00:00 of flight day 1."""
        return self.edges[0]

    @property
    def last(self) -> int:
        """24:00 of the last flight day."""
        return self.edges[-1]

    @property
    def days(self) -> range:
        """The flight days, from 1."""
        return range(1, len(self.dates) + 1)

    def day_stretch(self, day: int) -> Stretch:
        """The ticks of one flight day."""
        return self.edges[day - 1], self.edges[day]

    def label(self, day: int, clock: time) -> int:
        """The tick of a station-local clock time on a flight day; also on days before the first or past the last."""
        return ticks.label_tick(self.dates[0] + timedelta(days=day - 1), clock, self.zone)

    def arriving(self, person: str) -> bool:
        """Whether they come up on this flight."""
        return person in self.request.crew_up

    def returning(self, person: str) -> bool:
        """Whether they go down on this flight."""
        return person in self.request.crew_down

    def is_full(self, day: int) -> bool:
        """Whether the guest is present for the whole of 08:00 to 20:00 of a flight day."""
        start, end = self.presence[self.guest]
        return start <= self.label(day, _FULL_DAY[0]) and self.label(day, _FULL_DAY[1]) <= end

    def starts_on(self, day: int, between: tuple[time, time] | None) -> tuple[int, int]:
        """The first and the last start that a flight day offers, both included.

        All of the date where nothing is said; else from the one clock time to the other, which lies on the next
        date when it isn't after the first.
        """
        start, end = self.day_stretch(day)
        if between is None:
            return start, end - 1
        opens, closes = between
        return self.label(day, opens), self.label(day if closes > opens else day + 1, closes)


def stay_of(programme: Programme, flight: Flight) -> Stay:
    """The stay of a flight: from 00:00 of the station date of docking to 24:00 of that of undocking."""
    zone_name = programme.station.zone
    last_date = local_date(flight.landing.undocking, zone_name)
    dates = tuple(days_between(local_date(flight.docking, zone_name), last_date))
    edges = tuple(ticks.day_start(day, zone_name) for day in (*dates, last_date + timedelta(days=1)))
    request = programme.flight
    opens, closes = ticks.tick_at_or_after(flight.hatch_open), ticks.tick_at_or_before(flight.hatch_close)
    presence = {
        person: (
            opens if person in request.crew_up else edges[0],
            closes if person in request.crew_down else edges[-1],
        )
        for person in (*request.crew_up, *request.crew_aboard)
    }
    return Stay(
        programme=_with_last_days(programme, len(dates)),
        flight=flight,
        dates=dates,
        edges=edges,
        presence=presence,
        past=brought(programme),
    )


def _day_done(record: Happened, activity: str) -> int | None:
    """The flight day of an occurrence of this that was done; None for all else."""
    name, _, day = record.placement.partition("#")[0].partition("@")
    day = day.partition("@")[0]
    return int(day) if name == activity and record.outcome == "done" and day.isdecimal() else None


def _with_last_days(programme: Programme, last: int) -> Programme:
    """The programme in which days counted back from that of undocking are flight days; 0, which is none, if none is.

    Days on which it has been done stay, wherever undocking has moved since.
    """
    if not any(activity.days_before_end for activity in programme.activities):
        return programme
    activities: list[Activity] = []
    for activity in programme.activities:
        if activity.days_before_end:
            back = (last - days for days in activity.days_before_end if days < last)
            done = (_day_done(one, activity.id) for one in programme.happened)
            days = tuple(sorted({*activity.flight_days, *back, *filter(None, done)})) or (0,)
            activity = evolve(activity, flight_days=days, days_before_end=())
        activities.append(activity)
    return evolve(programme, activities=tuple(activities))
