"""The flight days: midnight to midnight on the station's clock, numbered from the date of docking; who is aboard."""

from __future__ import annotations

from datetime import date, time, timedelta

from attrs import frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Plan
from hamsafar.timeline import Instant, Span, days_between, local_date, local_instant


@frozen
class FlightDay:
    """One station day."""

    number: int
    date: date
    span: Span

    def share(self, moment: Instant) -> float:
        """How much of the day has gone by: 0 before it, 1 after it."""
        share = moment.seconds_since(self.span.start) / self.span.seconds
        return min(max(share, 0.0), 1.0)


def flight_days(plan: Plan) -> tuple[FlightDay, ...]:
    """Docking's date to undocking's, and any day on which something else is placed."""
    station_zone = plan.programme.station.zone
    first = local_date(plan.flight.docking, station_zone)
    placed = [local_date(one.start, station_zone) for one in plan.placements if one.stage == "flight"]
    last = max([local_date(plan.flight.landing.undocking, station_zone), *placed])
    days = days_between(min([first, *placed]), last)
    return tuple(_day(day, (day - first).days + 1, station_zone) for day in days)


def _day(day: date, number: int, zone_name: str) -> FlightDay:
    midnight = local_instant(day, time(0), zone_name)
    return FlightDay(number, day, Span(midnight, local_instant(day + timedelta(days=1), time(0), zone_name)))


def crew_of(plan: Plan) -> tuple[Person, ...]:
    """Everybody aboard at some time: the guest, those who go up, those already there."""
    asked = plan.programme.flight
    ids = dict.fromkeys([asked.guest, *asked.crew_up, *asked.crew_aboard])
    return tuple(person for id_ in ids for person in plan.programme.people if person.id == id_)


def presence(plan: Plan, person: Person) -> Span:
    """From hatch opening, or from the first flight day; to hatch closing, or to the end of the last."""
    asked, flight, station_zone = plan.programme.flight, plan.flight, plan.programme.station.zone
    first = local_instant(local_date(flight.docking, station_zone), time(0), station_zone)
    last = local_date(flight.landing.undocking, station_zone) + timedelta(days=1)
    start = flight.hatch_open if person.id in asked.crew_up else first
    end = flight.hatch_close if person.id in asked.crew_down else local_instant(last, time(0), station_zone)
    return Span(start, end)
