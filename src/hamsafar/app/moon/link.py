"""`moon link`: the radio links of a lunar CubeSat line by line, and what a picture costs in hours of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.asking import lacking
from hamsafar.app.moon.contacts import link_named, stations_named
from hamsafar.app.moon.following import Followed, followed
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import Link, LunarMission, Station
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.contacts import Contact
    from hamsafar.moon.link import Budget


@frozen(kw_only=True)
class StationLink:
    """A link with a station: the budget at the farthest range and the lowest elevation of its contacts, and at best.

    `hours_a_day`: in contact and closing with the margin asked, moment by moment. `kbit_a_day`: payload in those hours.
    """

    link: Link
    station: Station
    worst: Budget
    best: Budget
    hours_a_day: float
    kbit_a_day: float


@frozen(kw_only=True)
class Unable:
    """A station that can't work a link, and why."""

    link: str
    station: str
    why: str


@frozen(kw_only=True)
class ImageCost:
    """What one picture of a camera costs on a downlink. `pictures_a_day` with the best station."""

    camera: str
    link: str
    raw_kbit: float
    kbit: float
    minutes: float  # of link, as it is sent
    raw_minutes: float  # of link, were it not compressed
    pictures_a_day: float


@frozen(kw_only=True, eq=False)
class LunarLink:
    """Every link with every station that can work it, those that can't, and what pictures cost."""

    followed: Followed
    links: tuple[StationLink, ...]
    unable: tuple[Unable, ...]
    images: tuple[ImageCost, ...]


def link(
    spec: Path | str | LunarMission,
    *,
    links: Sequence[str] = (),
    stations: Sequence[str] = (),
    start: Instant | str | None = None,
    end: Instant | str | None = None,
    degree: int | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> LunarLink:
    """The links of a mission over its contacts from the release for 30 days, unless asked otherwise.

    Raises InputError (InputErrors) for a mission without links or stations, a link that lacks a number or that none of
    the stations can work; OutOfRangeError beyond the ephemeris.
    """
    from hamsafar.moon.contacts import contacts_along

    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    with Asked() as asked:
        chosen = asked.read(stations_named, mission, stations)
        radios = asked.read(_links_of, mission, links)
        asked.read(_ensure_workable, mission, radios, chosen)
    way = followed(
        mission,
        start=start,
        end=end,
        degree=degree,
        time_limit_s=time_limit_s,
        tell=tell,
        rests_on=("links", "stations", "cameras"),
    )
    tell("Searching contacts")
    seen = contacts_along(chosen, way.looks)
    able, unable = [], []
    for radio in radios:
        for station in chosen:
            why = _why_not(radio, station)
            if why is not None:
                unable.append(Unable(link=radio.id, station=station.id, why=why))
            elif any(one.station == station.id for one in seen):
                tell(f"Following {radio.id} with {station.id}")
                able.append(_station_link(radio, station, way, seen))
            else:
                unable.append(Unable(link=radio.id, station=station.id, why="it never sees the craft in this time"))
    return LunarLink(followed=way, links=tuple(able), unable=tuple(unable), images=tuple(_images(mission, able)))


def _links_of(mission: LunarMission, names: Sequence[str]) -> tuple[Link, ...]:
    if not mission.links:
        raise lacking(mission, "links", "radio links")
    return tuple(link_named(mission, name) for name in dict.fromkeys(names)) or mission.links


def _ensure_workable(mission: LunarMission, links: tuple[Link, ...], stations: tuple[Station, ...]) -> None:
    """Every link has a station that can work it, and all its numbers."""
    from hamsafar.moon.link import Radio, stations_of

    where = mission.source or mission.id
    with Asked() as asked:
        for one in links:
            asked.read(_placed, where, lambda one=one: Radio.of(one, stations_of(one, stations)[0]))


def _placed(where: str, run: Callable[[], object]) -> None:
    try:
        run()
    except InputError as problem:
        raise InputError(problem.what, where=problem.where or where) from problem


def _why_not(radio: Link, station: Station) -> str | None:
    from hamsafar.moon.link import Radio

    try:
        Radio.of(radio, station)
    except InputError as problem:
        return problem.what
    return None


def _station_link(radio: Link, station: Station, way: Followed, seen: tuple[Contact, ...]) -> StationLink:
    from hamsafar.moon.contacts import hours_of_windows
    from hamsafar.moon.link import budget, link_windows_along

    mine = [one for one in seen if one.station == station.id]
    far_km, near_km = max(one.range_km[1] for one in mine), min(one.range_km[0] for one in mine)
    high_deg = max(one.max_elevation_deg for one in mine)
    hours = hours_of_windows(link_windows_along(radio, station, way.looks, seen)) / (way.span.seconds / 86_400)
    return StationLink(
        link=radio,
        station=station,
        worst=budget(radio, station, range_km=far_km, elevation_deg=station.min_elevation_deg),
        best=budget(radio, station, range_km=near_km, elevation_deg=high_deg),
        hours_a_day=hours,
        kbit_a_day=hours * 3.6 * radio.rate_bit_s * radio.efficiency,
    )


def _images(mission: LunarMission, able: list[StationLink]) -> Iterator[ImageCost]:
    """One picture of each camera over each downlink that closes with some station."""
    for radio in mission.links:
        mine = [one for one in able if one.link.id == radio.id and radio.direction == "down"]
        if not mine:
            continue
        kbit_a_min = radio.rate_bit_s * radio.efficiency * 60 / 1_000
        most_kbit = max(one.kbit_a_day for one in mine)
        for camera in mission.cameras:
            yield ImageCost(
                camera=camera.id,
                link=radio.id,
                raw_kbit=camera.raw_kbit,
                kbit=camera.image_kbit,
                minutes=camera.image_kbit / kbit_a_min,
                raw_minutes=camera.raw_kbit / kbit_a_min,
                pictures_a_day=most_kbit / camera.image_kbit,
            )


def link_document(found: LunarLink) -> dict[str, Any]:
    """The answer as JSON carries it."""
    return {
        **found.followed.head(),
        "budgets": [_link_row(one) for one in found.links],
        "unable": [{"link": one.link, "station": one.station, "why": one.why} for one in found.unable],
        "images": [
            {
                "camera": one.camera,
                "link": one.link,
                "raw_kbit": round(one.raw_kbit, 3),
                "kbit": round(one.kbit, 3),
                "minutes_of_link": round(one.minutes, 3),
                "hours_of_link": round(one.minutes / 60, 4),
                "raw_hours_of_link": round(one.raw_minutes / 60, 4),
                "pictures_a_day": round(one.pictures_a_day, 3),
            }
            for one in found.images
        ],
        "assumed": list(found.followed.assumed),
    }


def _link_row(one: StationLink) -> dict[str, Any]:
    return {
        "link": one.link.id,
        "station": one.station.id,
        "direction": one.link.direction,
        "frequency_mhz": one.link.frequency_mhz,
        "rate_bit_s": one.link.rate_bit_s,
        **_budget_row(one.worst),
        "best": _budget_row(one.best),
        "hours_a_day": round(one.hours_a_day, 4),
        "kbit_a_day": round(one.kbit_a_day, 3),
    }


def _budget_row(one: Budget) -> dict[str, Any]:
    return {
        "range_km": round(one.range_km, 3),
        "elevation_deg": round(one.elevation_deg, 4),
        "lines": [{"title": line.title, "value": round(line.value, 4), "unit": line.unit} for line in one.lines],
        "c_n0_db_hz": round(one.c_n0_db_hz, 4),
        "margin_db": round(one.margin_db, 4),
        "spare_db": round(one.spare_db, 4),
        "closes": one.closes,
        "highest_rate_bit_s": round(one.highest_rate_bit_s, 3),
        "shannon_rate_bit_s": round(one.shannon_rate_bit_s, 3),
    }


def link_rows(found: LunarLink) -> Iterator[str]:
    """The budgets as CSV: one row a line of a budget, at its worst and at its best."""
    yield "link,station,moment,range_km,elevation_deg,title,value,unit\n"
    for one in found.links:
        for moment, each in (("worst", one.worst), ("best", one.best)):
            head = f"{one.link.id},{one.station.id},{moment},{each.range_km:.3f},{each.elevation_deg:.4f}"
            for line in each.lines:
                title = line.title.replace('"', '""')
                yield f'{head},"{title}",{line.value:.4f},{line.unit}\n'
