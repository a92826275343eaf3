"""The launch calendar: what `launches` found, laid out day by day for choosing."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from math import isfinite

from attrs import evolve

from hamsafar.app.asking import Asked
from hamsafar.app.launching import Launches
from hamsafar.catalog import known
from hamsafar.domain.launch_calendar import CrewDay, LaunchCalendar
from hamsafar.domain.places import Range, Site
from hamsafar.domain.vehicles import ReturnProfile, Ship
from hamsafar.errors import InputError
from hamsafar.flight.calendar import calendar_days
from hamsafar.flight.profiles import return_of

STAY_D = 7.0  # a guest's week
_LONGEST_STAY_D = 400.0  # ours: longer than anybody has stayed
_STAY = re.compile(r"\s*(?P<number>[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>d|h|min|s)?\s*")
_A_DAY = {"d": 1.0, "h": 24.0, "min": 1_440.0, "s": 86_400.0}
GUEST_ZONE = "Asia/Karachi"


def launch_calendar(
    launches: Launches,
    *,
    stay_d: float = STAY_D,
    return_profile: str | None = None,
    landing_site: Site | None = None,
    crew_day: CrewDay | None = None,
    launch_range: Range | None = None,
    closed_days: Collection[date | str] = (),
    zones: tuple[str, ...] | None = None,
) -> LaunchCalendar:
    """Every UTC day of the interval that `launches` was asked for, with what each lift-off would bring.

    `stay_d`: docking to undocking, days. `return_profile`: a way down of the ship, the first if it isn't said (a ship
    that has none lands nowhere); `landing_site` where its site is not in the catalogue of `launches`. `crew_day`: the
    waking day that the sleep shift counts from, by the station's clock if it isn't said. `launch_range`: instead of the
    pad's scrub probability and turnaround. `closed_days`: UTC dates on which the range is closed. `zones`: clocks
    beside UTC, the station's and the guest's if it isn't said.

    Raises InputError (InputErrors) for what is wrong in any of these.
    """
    ship, pad = launches.ship, launches.pad
    if launch_range is not None:
        pad = evolve(pad, range=launch_range)
    with Asked() as asked:
        stay_d = asked.read(_stay_of, stay_d)
        way_down = asked.read(_return_of, ship, return_profile)
        closed = asked.read(_days_of, closed_days)
    site = None if way_down is None else landing_site or known(launches.catalogue.sites, way_down.site, "site")
    if way_down is not None and site is not None and site.id != way_down.site:
        raise InputError(f"{way_down.name} lands at {way_down.site!r}, not at {site.id!r}", where="landing_site")
    usual = crew_day or CrewDay(zone=launches.station.zone)
    days = calendar_days(
        launches.forecast,
        ship,
        pad,
        launches.span,
        launches.opportunities,
        return_profile=way_down,
        landing_site=site,
        stay_d=stay_d,
        crew_day=usual,
        closed_days=closed,
        as_of=launches.as_of,
    )
    return LaunchCalendar(
        station=launches.station,
        ship=ship,
        pad=pad,
        landing_site=site,
        return_profile=None if way_down is None else way_down.name,
        stay_d=stay_d,
        span=launches.span,
        crew_day=usual,
        range=pad.range,
        days=days,
        words=launches.words,
        warnings=launches.warnings,
        zones=zones or tuple(dict.fromkeys((launches.station.zone, GUEST_ZONE))),
    )


def stay_of(text: str) -> float:
    """The days of a stay: a number of them (`7`), or a quantity with its unit (`7 d`, `7d`, `168 h`).

    Raises InputError.
    """
    found = _STAY.fullmatch(text)
    if found is None:
        what = f"should be a number of days, such as 7, or a time with its unit, such as 7 d or 168 h (got {text!r})"
        raise InputError(what, where="--stay")
    return float(found["number"]) / _A_DAY[found["unit"] or "d"]


def _stay_of(stay_d: float) -> float:
    if not (isfinite(stay_d) and 0 < stay_d <= _LONGEST_STAY_D):
        raise InputError(f"should be above 0 and at most {_LONGEST_STAY_D:g} days (got {stay_d:g})", where="--stay")
    return float(stay_d)


def _return_of(ship: Ship, name: str | None) -> ReturnProfile | None:
    if name is not None:
        return return_of(ship, name)
    return ship.returns[0] if ship.returns else None


def _days_of(closed_days: Collection[date | str]) -> frozenset[date]:
    with Asked() as each:
        return frozenset([each.read(_day_of, one) for one in closed_days])


def _day_of(given: date | str) -> date:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError as problem:
        raise InputError(f"should be a date such as 2027-06-05 (got {given!r})", where="--closed") from problem
