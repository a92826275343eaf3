"""`landings`: when a ship can come down from a station to a site, and what remains when a landing is missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from math import hypot

import numpy as np
from attrs import evolve, frozen

from hamsafar.app.asking import Asked, instant_of, site_of, span_of
from hamsafar.app.catalogues import CatalogueEntry, CatalogueGiven, catalogue_of, entries_of_file
from hamsafar.app.elements import ElementsGiven, Tracked
from hamsafar.app.landing_words import warnings_of
from hamsafar.app.nearest import Sighting, seen_in_turns
from hamsafar.app.vessels import (
    ShipGiven,
    StationGiven,
    ensure_in_reach,
    forecast_of,
    sets_of,
    ship_of,
    station_of,
    told_at,
)
from hamsafar.app.wind import Wind, WindCheck, WindGiven, wind_of
from hamsafar.catalog import Catalogue
from hamsafar.domain.launch_calendar import Light
from hamsafar.domain.places import LandingArea, Site
from hamsafar.domain.plan import LandingOpportunity
from hamsafar.domain.vehicles import ReturnProfile, Ship, Station
from hamsafar.errors import InputError
from hamsafar.export.clocks import clock_label
from hamsafar.export.words import sigma_text
from hamsafar.flight.far_landings import SitePlane, landing_passages
from hamsafar.flight.forecast import StationForecast
from hamsafar.flight.landing_light import light_of
from hamsafar.flight.landings import longest_crossrange_km, period_s
from hamsafar.flight.profiles import return_of
from hamsafar.orbit.frames import site_itrs_km, table_warnings
from hamsafar.timeline import Instant, Span

__all__ = ["EmptyDay", "Landing", "Landings", "clock_label", "landings", "sigma_text"]

_TELL_FROM_SETS = 20  # fewer are searched before anybody wonders
_MARGINAL = 1.1  # ours: nobody knows how far beside it a ship may land to better than a tenth
_RIPPLE_DEG = 0.05  # an orbit reaches a little beyond its mean inclination; what is closer the search itself judges


@frozen(kw_only=True)
class Landing:
    """One opportunity to land, by one return profile."""

    opportunity: LandingOpportunity
    profile: ReturnProfile
    undocking_sigma_s: float
    backups: tuple[Instant, ...]  # later landings, same profile, that the ship can wait for
    wind: WindCheck | None  # None where no wind was fed in for it
    boost_chance: float  # 0 to 1, of a boost between the newest elements and the landing, which no sigma allows for

    @property
    def landing(self) -> Instant:
        """When it lands."""
        return self.opportunity.landing

    @property
    def light(self) -> Light:
        """Day, twilight or night at the site."""
        return light_of(self.opportunity.sun_elevation_deg)


@frozen(kw_only=True)
class EmptyDay:
    """A UTC day, or what of it was asked about, without a landing by some profiles, and why."""

    span: Span
    profiles: tuple[str, ...]
    closest: Instant  # when the site is nearest to the plane, of the station's passages if it has any
    crossrange_km: float  # how far it is then
    why: str


@frozen(kw_only=True)
class Landings:
    """Every opportunity to land of an interval, by time, and what the answers rest on."""

    catalogue: Catalogue  # that names were looked up in
    station: Station
    ship: Ship
    site: Site
    changed: tuple[CatalogueEntry, ...]  # of these three those that the catalogue's file says otherwise
    profiles: tuple[ReturnProfile, ...]  # asked about, in the ship's order
    span: Span
    as_of: Instant | None  # later elements were not looked at
    name: str  # of the object, as its elements have it
    opportunities: tuple[Landing, ...]
    empty_days: tuple[EmptyDay, ...]
    forecast: StationForecast
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Landing]:
        return iter(self.opportunities)

    def __len__(self) -> int:
        return len(self.opportunities)

    @property
    def times(self) -> tuple[Instant, ...]:
        """When one can land, ascending; each once, whatever the number of profiles that lead to it."""
        return tuple(dict.fromkeys(one.landing for one in self.opportunities))

    def longest_crossrange_km(self, profile: ReturnProfile) -> float:
        """How far beside the plane the site may lie, on the ground."""
        return longest_crossrange_km(profile, self.site)


def landings(
    station: StationGiven,
    elements: ElementsGiven,
    site: Site | str,
    ship: ShipGiven,
    start: Instant | str,
    end: Instant | str,
    *,
    profiles: Sequence[str] = (),
    wind: WindGiven = (),
    as_of: Instant | str | None = None,
    catalogue: CatalogueGiven = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Landings:
    """Every opportunity of a ship to land at a site between two instants, the end left out.

    `station`: an id of the catalogue or a NORAD number. `elements`: a file (TLE, 3LE, CCSDS OMM), or sets already
    read; of many epochs the nearest to each landing counts, and `as_of` leaves later ones out. `site`: a name of the
    catalogue, or `LAT,LON[,HEIGHT_M]` inside the landing area of one. `profiles`: names of the ship's return profiles
    to that site, all of them if none is given. `wind`: the forecast in m/s at the height of the site's rule, for all
    landings (`8`) or those of a UTC day (`"2026-11-03=12"`). Stations, ships and sites of one's own may be given as
    nouns, or by name with a `catalogue` that has them: one already made, or a file that changes the bundled one
    (docs/how-to/find-a-launch.md). Within 3 min of real landings with elements under two days old (tests/unit/app).

    Raises InputError (InputErrors) for anything wrong in what is asked, and for elements of another object.
    """
    with Asked() as asked:
        book = asked.read(catalogue_of, catalogue)
        station = asked.read(station_of, station, book)
        tracked = asked.read(sets_of, elements, as_of)
        site = asked.read(site_of, site, book)
        ship = asked.read(ship_of, ship, book)
        span = asked.read(span_of, start, end)
    changed = entries_of_file(book, station, ship, site)
    with Asked() as asked:
        forecast = asked.read(forecast_of, tracked, station)
        site, ship = asked.read(_fitted, site, ship, station, tracked, book) or (site, ship)
    with Asked() as asked:
        wanted = asked.read(_profiles_of, ship, site, profiles)
        winds = asked.read(wind_of, wind, site, span)
    ensure_in_reach(forecast, span)
    search = _Search(forecast, site, span, tell)
    found = [one for profile in wanted for one in search.landings(profile, winds)]
    found.sort(key=lambda one: one.landing)  # of one time in the ship's order
    return Landings(
        catalogue=book,
        station=station,
        ship=ship,
        site=site,
        changed=changed,
        profiles=wanted,
        span=span,
        as_of=None if as_of is None else instant_of(as_of, "--as-of"),
        name=tracked.name,
        opportunities=tuple(found),
        empty_days=_together([one for profile in wanted for one in search.empty_days(profile)]),
        forecast=forecast,
        warnings=(
            *tracked.doubts,
            *warnings_of(forecast, [one.opportunity for one in found]),
            *winds.unused(one.landing for one in found),
            *table_warnings(span),
        ),
    )


def _profiles_of(ship: Ship, site: Site, names: Sequence[str]) -> tuple[ReturnProfile, ...]:
    """The return profiles asked about, in the ship's order; all that lead to the site where none is named."""
    asked = {told_at("--profile", return_of, ship, name).name for name in names}
    if not names:
        return tuple(one for one in ship.returns if one.site == site.id)
    wanted = tuple(one for one in ship.returns if one.name in asked)
    for one in wanted:
        if one.site != site.id:
            what = f"return profile {one.name!r} lands at {one.site!r}, not at {site.id!r}"
            raise InputError(what, where="--profile")
    return wanted


def _fitted(site: Site, ship: Ship, station: Station, tracked: Tracked, catalogue: Catalogue) -> tuple[Site, Ship]:
    """The site with its rule and the ship with profiles to it; a place in a landing area is that of its site."""
    if ship.station != station.id:
        raise InputError(f"ship {ship.id!r} flies to {ship.station!r}, not to {station.id!r}", where="--ship")
    if not any(one.site == site.id for one in ship.returns):
        around = [one for one in _landed_at(ship, catalogue) if one.landing and _holds(one.landing.area, site)]
        if not around or site.id in {one.id for one in catalogue.sites}:  # a pad or a town in the area is not meant
            raise InputError(_no_return(site, ship, tracked), where="--site")
        site = evolve(site, landing=around[0].landing)
        lent = tuple(evolve(one, site=site.id) for one in ship.returns if one.site == around[0].id)
        ship = evolve(ship, returns=lent)
    _ensure_below(site, ship, tracked)
    return site, ship


def _landed_at(ship: Ship, catalogue: Catalogue) -> Iterator[Site]:
    of_ship = {one.site for one in ship.returns}
    return (one for one in catalogue.sites if one.id in of_ship)


def _holds(area: LandingArea, site: Site) -> bool:
    east_of_west_deg = (site.longitude_deg - area.west_deg) % 360.0
    return (
        area.south_deg <= site.latitude_deg <= area.north_deg
        and east_of_west_deg <= (area.east_deg - area.west_deg) % 360.0
    )


def _no_return(site: Site, ship: Ship, tracked: Tracked) -> str:
    lands_at = ", ".join(sorted({one.site for one in ship.returns})) or "no site: it is not made to come back"
    what = f"ship {ship.id!r} has no return profile to {site.id!r}; it lands at {lands_at}"
    beyond_deg = _beyond_deg(site, tracked)
    return what if beyond_deg <= 0 else f"{what}. {_beyond(site, beyond_deg)}"


def _ensure_below(site: Site, ship: Ship, tracked: Tracked) -> None:
    """Raises InputError for a site that lies clearly farther from the orbit than a ship can fly across."""
    crossrange_deg = max(one.max_crossrange_deg for one in ship.returns if one.site == site.id)
    beyond_deg = _beyond_deg(site, tracked)
    if beyond_deg > crossrange_deg + _RIPPLE_DEG:
        what = f"{_beyond(site, beyond_deg)}, and the ship lands up to {crossrange_deg:g} deg beside it"
        raise InputError(what, where="--site")


def _beyond_deg(site: Site, tracked: Tracked) -> float:
    """How far a site lies beyond the latitudes of the orbit; below 0 inside."""
    reach_deg = max(min(one.inclination_deg, 180.0 - one.inclination_deg) for one in tracked.sets)
    return abs(_geocentric_deg(site)) - reach_deg


def _geocentric_deg(site: Site) -> float:
    place_km = site_itrs_km(site)
    return float(np.degrees(np.arcsin(place_km[2] / np.linalg.norm(place_km))))


def _beyond(site: Site, beyond_deg: float) -> str:
    latitude_deg = _geocentric_deg(site)
    return (
        f"{site.id!r} lies at a geocentric latitude of {latitude_deg:.2f} deg, {beyond_deg:.2f} deg outside the "
        f"orbit's, which reaches {abs(latitude_deg) - beyond_deg:.2f} deg"
    )


class _Search:
    """One question, asked by one return profile after another."""

    def __init__(self, forecast: StationForecast, site: Site, span: Span, tell: Callable[[str], None]) -> None:
        self._forecast, self._site, self._span = forecast, site, span
        self._epochs = tuple(one.epoch for one in forecast.sets)
        self._tell = tell if len(self._epochs) >= _TELL_FROM_SETS else lambda _: None
        self._seen: dict[str, tuple[LandingOpportunity, ...]] = {}

    def landings(self, profile: ReturnProfile, winds: Wind) -> Iterator[Landing]:
        """The landings of the interval by one profile, by time, each with the later ones that the ship can wait for."""
        good = self._good(profile)
        for number, one in enumerate(good):
            if not self._span.contains(one.landing):
                continue
            last = one.landing.plus(hours=profile.longest_wait_h)
            yield Landing(
                opportunity=one,
                profile=profile,
                undocking_sigma_s=hypot(one.sigma_s, profile.undocking_to_landing_sigma_min * 60.0),
                backups=tuple(other.landing for other in good[number + 1 :] if other.landing <= last),
                wind=winds.check(one.landing),
                boost_chance=self._forecast.boost_chance(one.landing),
            )

    def empty_days(self, profile: ReturnProfile) -> Iterator[EmptyDay]:
        """The days of the interval without a landing by one profile, and why."""
        landed = {one.landing.datetime().date() for one in self._good(profile) if self._span.contains(one.landing)}
        by_day = defaultdict(list)
        for one in self._passages(profile):
            by_day[one.landing.datetime().date()].append(one)
        for day in _utc_days(self._span):
            date = day.start.datetime().date()
            if date not in landed:
                passed = [one for one in by_day[date] if day.contains(one.landing)]
                yield self._why_empty(profile, day, passed)

    def _why_empty(self, profile: ReturnProfile, day: Span, passed: Sequence[LandingOpportunity]) -> EmptyDay:
        limit_km = longest_crossrange_km(profile, self._site)
        if passed:
            best = min(passed, key=lambda one: one.crossrange_km)
            closest, off_km = best.landing, best.crossrange_km
            what = f"the station comes by nearest to the site at {closest.iso()}"
        else:
            elements = self._forecast.nearest(day.middle)
            closest, off_km = SitePlane(self._forecast, elements, profile, self._site, day).closest(day)
            what = f"the plane is nearest to the site at {closest.iso()}"
        if off_km > _MARGINAL * limit_km:
            why = f"{what}, {off_km:,.0f} km to the side; the ship lands up to {limit_km:.0f} km beside it"
        elif off_km > limit_km:  # to a tenth, lest the two look the same
            why = (
                f"{what}, {off_km:,.1f} km to the side, just beyond the {limit_km:.1f} km up to which the ship lands "
                "beside it (marginal)"
            )
        else:
            why = f"{what}, {off_km:,.0f} km to the side, but no landing is due in this part of the day"
        if self._forecast.basis(self._forecast.nearest(closest), closest) == "far":
            why += "; by elements so far away that is likely, not sure"
        return EmptyDay(span=day, profiles=(profile.name,), closest=closest, crossrange_km=off_km, why=why)

    def _good(self, profile: ReturnProfile) -> list[LandingOpportunity]:
        limit_km = longest_crossrange_km(profile, self._site)
        return [one for one in self._passages(profile) if one.crossrange_km <= limit_km]

    def _passages(self, profile: ReturnProfile) -> tuple[LandingOpportunity, ...]:
        """Every landing that could be due, in the interval and as long after it as a ship can wait, told once each."""
        if profile.name not in self._seen:
            self._seen[profile.name] = self._searched(profile)
        return self._seen[profile.name]

    def _searched(self, profile: ReturnProfile) -> tuple[LandingOpportunity, ...]:
        orbit_s, wait_s = period_s(self._forecast.station), profile.longest_wait_h * 3_600.0

        def look(of: int, part: Span) -> Iterator[Sighting[LandingOpportunity]]:
            elements = self._forecast.sets[of]
            self._tell(f"Searching landings at {self._site.name}: elements of {elements.epoch.iso()}")
            for one in landing_passages(self._forecast, elements, profile, self._site, part):
                yield Sighting(of=of, at=one.landing, span=Span(one.landing, Instant(one.landing.tai_ns + 1)), what=one)

        # Wider than asked, so that sets which put a landing on two sides of an end of the interval agree on it.
        wide = self._span.widened(2 * orbit_s, wait_s + 2 * orbit_s)
        return tuple(
            one.what
            for one in seen_in_turns(self._epochs, wide, orbit_s, look)
            if self._span.start <= one.at <= self._span.end.plus(seconds=wait_s)
        )


def _utc_days(span: Span) -> Iterator[Span]:
    """The parts of a span that lie in one UTC day each, ascending."""
    start = span.start
    while start < span.end:
        after = start.datetime().date() + timedelta(days=1)
        end = min(Instant.utc(after.year, after.month, after.day), span.end)
        yield Span(start, end)
        start = end


def _together(days: Sequence[EmptyDay]) -> tuple[EmptyDay, ...]:
    """Days that are empty for one reason by several profiles are told once; by time."""
    found: dict[tuple[Span, str], EmptyDay] = {}
    for one in days:
        before = found.get((one.span, one.why))
        found[one.span, one.why] = one if before is None else evolve(before, profiles=before.profiles + one.profiles)
    return tuple(sorted(found.values(), key=lambda one: one.span))
