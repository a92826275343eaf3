"""The station and the ship that people ask about, and the element sets that a station's forecast rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from hamsafar.app.asking import Answer
from hamsafar.app.elements import ElementsGiven, Tracked, object_of
from hamsafar.catalog import Catalogue, known
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.errors import InputError, InputErrors
from hamsafar.flight.forecast import LONGEST_D, StationForecast, age_d, station_forecast
from hamsafar.timeline import Instant, Span

StationGiven: TypeAlias = Station | str | int
ShipGiven: TypeAlias = Ship | str
_MOST_NAMED = 5  # sets that are not used


def told_at(where: str, ask: Callable[..., Answer], *arguments: object, **more: object) -> Answer:
    """What a function answers; its complaint told with the option that it is about."""
    try:
        return ask(*arguments, **more)
    except InputErrors:
        raise
    except InputError as problem:
        raise InputError(problem.what, where=problem.where or where) from problem


def station_of(given: StationGiven, catalogue: Catalogue) -> Station:
    """A station by its id in the catalogue or its NORAD number. Raises InputError naming those that are known."""
    if isinstance(given, Station):
        return given
    name = str(given).strip()
    stations = catalogue.stations
    if not (name.isascii() and name.isdigit()):
        return known(stations, name.lower(), "station", where="--station")
    found = [one for one in stations if one.norad == int(name)]
    if not found:
        listed = ", ".join(f"{one.norad} ({one.id})" for one in stations)
        raise InputError(f"no station of the catalogue has the number {name}; known: {listed}", where="--station")
    if len(found) > 1:
        listed = ", ".join(one.id for one in found)
        raise InputError(f"several stations of the catalogue have the number {name}: {listed}", where="--station")
    return found[0]


def ship_of(given: ShipGiven, catalogue: Catalogue) -> Ship:
    """A ship by its id in the catalogue. Raises InputError naming the nearest known one."""
    return given if isinstance(given, Ship) else known(catalogue.ships, given.strip().lower(), "ship", where="--ship")


def sets_of(given: ElementsGiven, as_of: Instant | str | None) -> Tracked:
    """The element sets of one object, those up to `as_of`. Raises InputError for an ephemeris, which has none."""
    tracked = object_of(given)
    if not tracked.sets:
        what = "is an ephemeris, whose states end; a forecast needs element sets: a TLE or an OMM"
        raise InputError(what, where=str(given) if isinstance(given, (str, Path)) else "--elements")
    return object_of(tracked, as_of)


def forecast_of(tracked: Tracked, station: Station) -> StationForecast:
    """What the sets let one say of the station. Raises InputError for those of another object."""
    return told_at("--elements", station_forecast, tracked.sets, station)


def ensure_in_reach(forecast: StationForecast, span: Span) -> None:
    """Raises InputError for a span farther from every element set than a plane can be forecast."""
    for moment, option in ((span.start, "--from"), (span.end, "--to")):
        elements = forecast.nearest(moment)
        apart_d = abs(age_d(elements, moment))
        if apart_d > LONGEST_D:
            raise InputError(
                f"is {apart_d:.0f} d from the nearest element set, of {elements.epoch}; beyond {LONGEST_D:.0f} d not "
                f"even the orbit's plane is known (got {moment})",
                where=option,
            )


def rejected_sets(forecast: StationForecast) -> Iterator[str]:
    """The element sets that are not used; why is told of those that later sets may still clear."""
    rejected = forecast.history.rejected
    for one in rejected:
        if one.doubtful:
            yield f"the element set of {one.elements.epoch.iso()} is doubtful and not used: {one.why}"
    bad = [one.elements.epoch.iso() for one in rejected if not one.doubtful]
    if bad:
        more = f" and {len(bad) - _MOST_NAMED} earlier ones" if len(bad) > _MOST_NAMED else ""
        yield f"element sets that do not fit their neighbours are not used: {', '.join(bad[-_MOST_NAMED:])}{more}"
