"""`moon contacts`: when which station sees a lunar CubeSat, and how its signal shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.asking import lacking
from hamsafar.app.moon.following import Followed, followed
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import Link, LunarMission, Station
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.contacts import Contact


@frozen(kw_only=True, eq=False)
class LunarContacts:
    """Every contact of the time with the stations asked about, ascending by acquisition.

    `link`: whose frequency the Doppler is of; None where the mission has none. `hours_a_day`: by station; `any_h` with
    at least one of them.
    """

    followed: Followed
    stations: tuple[Station, ...]
    link: Link | None
    two_way: bool
    contacts: tuple[Contact, ...]
    hours_a_day: dict[str, float]
    any_hours_a_day: float


def contacts(
    spec: Path | str | LunarMission,
    *,
    stations: Sequence[str] = (),
    link: str | None = None,
    two_way: bool = False,
    start: Instant | str | None = None,
    end: Instant | str | None = None,
    degree: int | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> LunarContacts:
    """Contacts of a mission's craft with its stations: above their horizons, not behind the Moon.

    From the release for 30 days unless asked otherwise; all stations unless some are named. Raises InputError
    (InputErrors) for a mission without stations or an unknown name, OutOfRangeError beyond the ephemeris.
    """
    from hamsafar.moon.contacts import contacts_along, hours_a_day

    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    with Asked() as asked:
        chosen = asked.read(stations_named, mission, stations)
        radio = asked.read(_link_of, mission, link)
    way = followed(
        mission,
        start=start,
        end=end,
        degree=degree,
        time_limit_s=time_limit_s,
        tell=tell,
        rests_on=("links", "stations"),
    )
    tell("Searching contacts")
    found = contacts_along(chosen, way.looks)
    each = {one.id: hours_a_day([two for two in found if two.station == one.id], way.span) for one in chosen}
    return LunarContacts(
        followed=way,
        stations=chosen,
        link=radio,
        two_way=two_way,
        contacts=found,
        hours_a_day=each,
        any_hours_a_day=hours_a_day(found, way.span),
    )


def stations_named(mission: LunarMission, names: Sequence[str]) -> tuple[Station, ...]:
    """The stations of a mission with these ids, or all. Raises InputError naming one that isn't there."""
    if not mission.stations:
        raise lacking(mission, "stations", "ground stations")
    known = {one.id: one for one in mission.stations}
    for name in names:
        if name not in known:
            raise InputError(f"the mission has no station {name!r}; it has {', '.join(known)}", where="--station")
    return tuple(known[name] for name in dict.fromkeys(names)) or mission.stations


def _link_of(mission: LunarMission, name: str | None) -> Link | None:
    known = {one.id: one for one in mission.links}
    if name is not None:
        return link_named(mission, name)
    if mission.operations is not None and mission.operations.downlink in known:
        return known[mission.operations.downlink]
    return next((one for one in mission.links if one.direction == "down"), None)


def link_named(mission: LunarMission, name: str) -> Link:
    """A link of a mission. Raises InputError listing those there are."""
    known = {one.id: one for one in mission.links}
    if name not in known:
        there = f"it has {', '.join(known)}" if known else "it has none"
        raise InputError(f"the mission has no link {name!r}; {there}", where="--link")
    return known[name]


def contacts_document(found: LunarContacts) -> dict[str, Any]:
    """The answer as JSON carries it."""
    link = found.link
    return {
        **found.followed.head(),
        "stations": [one.id for one in found.stations],
        "link": None
        if link is None
        else {"id": link.id, "frequency_mhz": link.frequency_mhz, "two_way": found.two_way},
        "contacts": [_contact_row(found, one) for one in found.contacts],
        "hours_a_day": {id_: round(hours, 4) for id_, hours in found.hours_a_day.items()},
        "any_station_hours_a_day": round(found.any_hours_a_day, 4),
        "assumed": list(found.followed.assumed),
    }


def _contact_row(found: LunarContacts, one: Contact) -> dict[str, Any]:
    shift = doppler_of(found, one)
    return {
        "station": one.station,
        "aos": one.aos.iso(3),
        "los": one.los.iso(3),
        "seconds": round(one.seconds, 3),
        "begins": one.begins,
        "ends": one.ends,
        "highest": one.highest.iso(3),
        "max_elevation_deg": round(one.max_elevation_deg, 4),
        "range_km": [round(each, 3) for each in one.range_km],
        "range_rate_km_s": [round(each, 6) for each in one.range_rate_km_s],
        "doppler_hz": None if shift is None else [round(each, 2) for each in shift],
        "light_time_s": round(one.light_time_s, 6),
        "occulted": "moon" in (one.begins, one.ends),
    }


def doppler_of(found: LunarContacts, one: Contact) -> tuple[float, float] | None:
    """Least and most shift of the link's frequency in a contact."""
    return None if found.link is None else one.doppler_hz(found.link.frequency_mhz, two_way=found.two_way)


def contacts_rows(found: LunarContacts) -> Iterator[str]:
    """The contacts as CSV, line by line."""
    yield (
        "station,aos,los,seconds,begins,ends,highest,max_elevation_deg,least_range_km,most_range_km,"
        "least_doppler_hz,most_doppler_hz,light_time_s\n"
    )
    for one in found.contacts:
        shift = doppler_of(found, one)
        hertz = "," if shift is None else f"{shift[0]:.2f},{shift[1]:.2f}"
        times = f"{one.aos.iso(3)},{one.los.iso(3)},{one.seconds:.3f},{one.begins},{one.ends},{one.highest.iso(3)}"
        ranges = f"{one.range_km[0]:.3f},{one.range_km[1]:.3f}"
        yield f"{one.station},{times},{one.max_elevation_deg:.4f},{ranges},{hertz},{one.light_time_s:.6f}\n"
