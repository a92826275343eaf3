"""`launches`: when a ship can leave a pad for a station, and what each lift-off gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import numpy as np
from attrs import evolve, frozen

from hamsafar.app.asking import Asked, instant_of, site_of, span_of
from hamsafar.app.catalogues import CatalogueEntry, CatalogueGiven, catalogue_of, entries_of_file
from hamsafar.app.elements import ElementsGiven, Tracked
from hamsafar.app.vessels import (
    ShipGiven,
    StationGiven,
    ensure_in_reach,
    forecast_of,
    rejected_sets,
    sets_of,
    ship_of,
    station_of,
    told_at,
)
from hamsafar.catalog import Catalogue
from hamsafar.domain.history import Boost, said_of_boost, said_of_last_boost
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LaunchOpportunity, ProfileAnswer, Trim
from hamsafar.domain.vehicles import LaunchOffset, Ship, Station
from hamsafar.errors import InputError
from hamsafar.export.clocks import clock_label
from hamsafar.export.words import dated, sigma_text
from hamsafar.flight.calendar import best_profile, burns_after, burns_told
from hamsafar.flight.forecast import StationForecast
from hamsafar.flight.launches import launch_opportunities, offsets_at
from hamsafar.flight.profiles import profile_of
from hamsafar.orbit.frames import site_itrs_km, table_warnings
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from hamsafar.domain.launch_calendar import LaunchCalendar

__all__ = ["Launches", "clock_label", "drawn", "launches", "picture_of", "sigma_text"]

Picture: TypeAlias = Literal["png", "html"]

_LONGEST_D = 3_653  # ten years; no forecast of a plane lives that long, but a history may
_SAME_PAD_KM = 20.0  # ours: pads of one centre lie closer together, centres much farther apart
_RIPPLE_DEG = 0.05  # an orbit reaches a little beyond its mean inclination; what is closer the search itself judges
_MINUTES_FROM_S = 120.0  # from here the sigma of a lift-off is worth a warning


@frozen(kw_only=True)
class Launches:
    """Every lift-off of an interval, by time, and what the answers rest on."""

    catalogue: Catalogue  # that names were looked up in
    station: Station
    ship: Ship
    pad: Site
    changed: tuple[CatalogueEntry, ...]  # of these three those that the catalogue's file says otherwise
    offsets: tuple[LaunchOffset, ...]  # those of the ship at this pad, one a branch
    profiles: tuple[str, ...]  # rendezvous profiles asked about, in the ship's order
    span: Span
    as_of: Instant | None  # later elements were not looked at
    opportunities: tuple[LaunchOpportunity, ...]
    forecast: StationForecast
    words: str  # last boost, age of the elements, and how well the first lift-off is known
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[LaunchOpportunity]:
        return iter(self.opportunities)

    def __len__(self) -> int:
        return len(self.opportunities)

    def boost_chance(self, one: LaunchOpportunity) -> float:
        """The chance of a boost between the newest element set and a lift-off; its phase sigma is for none."""
        return self.forecast.boost_chance(one.launch)

    @property
    def boost_words(self) -> str | None:
        """How likely a boost is before the lift-offs whose phase is told; None where none is told or none is likely."""
        told = [one for one in self if one.phase_deg is not None]
        chances = {one.launch: round(100 * self.boost_chance(one)) for one in (told[:1] + told[1:][-1:])}
        if not any(chances.values()):
            return None
        said = ", ".join(
            f"{chance} % on {dated(launch.datetime().date(), '%-d %B')}" for launch, chance in chances.items()
        )
        return (
            f"Chance of a boost between the newest elements and lift-off: {said}. "
            "A boost moves the phase by tens of degrees; sigma is for no boost"
        )

    def best_profile(self, one: LaunchOpportunity) -> ProfileAnswer:
        """The profile of a lift-off that the calendar tells: yes before unknown before no, then the nearest phase."""
        return best_profile(one)

    @property
    def largest_boost(self) -> Boost | None:
        """The costliest boost that the history dates; one more costly than that would be unheard of."""
        dated = [one for one in self.forecast.history.boosts if not one.net]
        return max(dated, key=lambda one: abs(one.delta_v_m_s), default=None)

    def burns(self, one: LaunchOpportunity, answer: ProfileAnswer) -> tuple[Trim, ...]:
        """The burns worth telling that would bring a profile's phase into its band, by days ahead.

        None that would lie before the newest element set or before `as_of`: the calendar tells of the same.
        """
        return burns_told(one.launch, answer, burns_after(self.forecast, self.as_of))


def launches(
    station: StationGiven,
    elements: ElementsGiven,
    site: Site | str,
    ship: ShipGiven,
    start: Instant | str,
    end: Instant | str,
    *,
    profiles: Sequence[str] = (),
    as_of: Instant | str | None = None,
    catalogue: CatalogueGiven = None,
) -> Launches:
    """Every lift-off of a ship from a pad to a station between two instants, the end left out.

    `station`: an id of the catalogue or a NORAD number. `elements`: a file (TLE, 3LE, CCSDS OMM), or sets already
    read; of many epochs the nearest to each lift-off counts, and `as_of` leaves later ones out. `site`: the pad, a name
    of the catalogue for which the ship has a launch offset, or `LAT,LON[,HEIGHT_M]` within 20 km of such a pad, whose
    offset then holds. `profiles`: names of the ship's rendezvous profiles, all of them if none is given. Stations,
    ships and sites of one's own may be given as nouns, or by name with a `catalogue` that has them: one already made,
    or a file that changes the bundled one (docs/how-to/find-a-launch.md). Times are UTC, angles degrees; every lift-off
    and phase carries one sigma. Held against every lift-off that happened (docs/explanation/launch-and-landing.md).

    Raises InputError (InputErrors) for anything wrong in what is asked, and for elements of another object.
    """
    with Asked() as asked:
        book = asked.read(catalogue_of, catalogue)
        station = asked.read(station_of, station, book)
        tracked = asked.read(sets_of, elements, as_of)
        pad = asked.read(site_of, site, book)
        ship = asked.read(ship_of, ship, book)
        span = asked.read(_span_of, start, end)
    changed = entries_of_file(book, station, ship, pad)
    with Asked() as asked:
        forecast = asked.read(forecast_of, tracked, station)
        wanted = asked.read(_profiles_of, ship, profiles)
        ship, lent = asked.read(_fitted, ship, station, pad, tracked, book) or (ship, ())
    ensure_in_reach(forecast, span)
    moment = None if as_of is None else instant_of(as_of, "--as-of")
    found = told_at("--site", launch_opportunities, forecast, ship, pad, span, profiles=wanted)
    return Launches(
        catalogue=book,
        station=station,
        ship=ship,
        pad=pad,
        changed=changed,
        offsets=offsets_at(ship, pad),
        profiles=wanted,
        span=span,
        as_of=moment,
        opportunities=found,
        forecast=forecast,
        words=_words(forecast, span, found, moment),
        warnings=(*tracked.doubts, *lent, *rejected_sets(forecast), *_aged(forecast, found), *table_warnings(span)),
    )


def picture_of(name: str) -> Picture:
    """The form of a picture that a file of this name holds. Raises InputError for any but .png and .html."""
    ending = Path(name).suffix.lower().removeprefix(".")
    if ending not in get_args(Picture):
        raise InputError(f"should be a file that ends in .png or .html (got {name!r})", where="--calendar")
    return cast(Picture, ending)


def drawn(calendar: LaunchCalendar, form: Picture) -> bytes:
    """A launch calendar as a picture (PNG), or as a page that needs nothing else (HTML)."""
    from hamsafar.export.launch_calendar import calendar_html, calendar_png  # slow, and seldom asked for

    return calendar_png(calendar) if form == "png" else calendar_html(calendar)


def _span_of(start: Instant | str, end: Instant | str) -> Span:
    span = span_of(start, end)
    if span.seconds > _LONGEST_D * 86_400:
        what = f"is more than 10 years after --from ({span.start}); ask for less (got {span.end})"
        raise InputError(what, where="--to")
    return span


def _profiles_of(ship: Ship, names: Sequence[str]) -> tuple[str, ...]:
    """The names asked about, in the ship's order; all of them where none is."""
    asked = {told_at("--profile", profile_of, ship, name).name for name in names}
    return tuple(one.name for one in ship.profiles if one.name in asked or not names)


def _fitted(
    ship: Ship, station: Station, pad: Site, tracked: Tracked, catalogue: Catalogue
) -> tuple[Ship, tuple[str, ...]]:
    """The ship with a launch offset for the pad, and what is to be said of it.

    A pad given by its numbers takes the offset of the ship's own pad that it lies at.
    """
    if ship.station != station.id:
        raise InputError(f"ship {ship.id!r} flies to {ship.station!r}, not to {station.id!r}", where="--ship")
    _ensure_below(tracked, pad)
    if any(one.pad == pad.id for one in ship.launches):
        return ship, ()
    sites = {one.id: one for one in catalogue.sites}
    near = [
        (_apart_km(pad, sites[one.pad]), one)
        for one in ship.launches
        if one.pad in sites and _apart_km(pad, sites[one.pad]) <= _SAME_PAD_KM
    ]
    if not near:
        known_at = ", ".join(sorted({one.pad for one in ship.launches})) or "no pad"
        what = (
            f"ship {ship.id!r} has no launch offset for {pad.id!r}, so its lift-off after the crossing of the plane is "
            f"not known; it has one for: {known_at} (a place within {_SAME_PAD_KM:.0f} km of a pad counts as that pad)"
        )
        raise InputError(what, where="--site")
    lent = tuple(evolve(one, pad=pad.id) for _, one in near)
    apart_km, first = min(near, key=lambda each: each[0])
    said = f"the launch offset is that of {first.pad}, {apart_km:.1f} km from the place given"
    return evolve(ship, launches=(*ship.launches, *lent)), (said,)


def _apart_km(one: Site, other: Site) -> float:
    return float(np.linalg.norm(site_itrs_km(one) - site_itrs_km(other)))


def _ensure_below(tracked: Tracked, pad: Site) -> None:
    """Raises InputError for a pad that lies clearly outside the latitudes of the orbit."""
    place_km = site_itrs_km(pad)
    latitude_deg = float(np.degrees(np.arcsin(place_km[2] / np.linalg.norm(place_km))))
    reach_deg = max(min(one.inclination_deg, 180.0 - one.inclination_deg) for one in tracked.sets)
    if abs(latitude_deg) > reach_deg + _RIPPLE_DEG:
        what = (
            f"{pad.id!r} lies at a geocentric latitude of {latitude_deg:.2f} deg, outside the orbit's, which reaches "
            f"{reach_deg:.2f} deg: it never passes through the station's plane"
        )
        raise InputError(what, where="--site")


def _words(forecast: StationForecast, span: Span, found: Sequence[LaunchOpportunity], as_of: Instant | None) -> str:
    """`boosted by 4.1 km about 8 May; elements 2 days old; first lift-off ±6 s, phase ±0.1°`.

    Boost and age are told as of the first lift-off, or of `as_of` where that is later.
    """
    start = found[0].launch if found else span.start
    last = said_of_last_boost(forecast.history, start if as_of is None else max(start, as_of))
    if not found:
        return f"{last}; no lift-off"
    first = found[0]
    said = [last]
    if first.elements_age_d < 0:
        said.append(f"used backwards: elements of {first.elements_epoch.iso()[:10]}")
    phase = "phase unknown" if first.phase_sigma_deg is None else f"phase ±{first.phase_sigma_deg:.2g}°"
    return "; ".join([*said, f"first lift-off {sigma_text(first.sigma_s)}, {phase}"])


def _aged(forecast: StationForecast, found: Sequence[LaunchOpportunity]) -> Iterator[str]:
    """What the ages of the elements do to the answers."""
    far = [one for one in found if one.basis == "far"]
    if far:
        first = f"{'the first, ' if len(far) > 1 else ''}{far[0].launch.iso()}, by {abs(far[0].elements_age_d):.0f} d"
        which = _count(len(far), "lift-off is", "lift-offs are")
        yield f"{which} too far from the elements to judge the phase ({first}): profiles are unknown there"
    worst = max(found, key=lambda one: one.sigma_s, default=None)
    if worst is not None and worst.sigma_s >= _MINUTES_FROM_S:
        yield (
            f"with elements {abs(worst.elements_age_d):.0f} d away lift-off is known to {sigma_text(worst.sigma_s)} "
            "only (one sigma)"
        )
    backwards = [one for one in found if one.elements_age_d < 0]
    if backwards:
        yield (
            f"{_count(len(backwards), 'lift-off rests', 'lift-offs rest')} on later elements, used backwards; "
            "--as-of leaves such elements out"
        )
    yield from _over_boosts(forecast, found)


def _over_boosts(forecast: StationForecast, found: Sequence[LaunchOpportunity]) -> Iterator[str]:
    """Boosts between lift-offs and their elements: no sigma by age knows of them."""
    for boost in forecast.history.boosts:
        if boost.net:
            continue  # on no particular day
        hidden = [one for one in found if one.basis == "near" and _is_between(boost.time, one)]
        if hidden:
            which = hidden[0].launch.iso() + (f" and {len(hidden) - 1} later ones" if len(hidden) > 1 else "")
            yield (
                f"the station was {said_of_boost(boost, hidden[0].launch)}, between the lift-off of {which} and its "
                "elements: the phase there may be off by more than its sigma"
            )


def _is_between(moment: Instant, one: LaunchOpportunity) -> bool:
    return min(one.launch, one.elements_epoch) < moment < max(one.launch, one.elements_epoch)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
