"""The ground track map: coastlines, night, one day of track at a time, sites and relays.

Equirectangular, cut to the latitudes where anybody is. Coastlines only: where borders run is disputed by the very
agencies that this page is for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.export.sun import subsolar_point, terminator
from hamsafar.export.svg import drawing, esc, label, line, num
from hamsafar.export.track import TrackPoint
from hamsafar.export.words import dated, text_width_px
from hamsafar.resources import read_text
from hamsafar.timeline import days_between, local_date

WIDTH_PX = 1292
PX_PER_DEG = WIDTH_PX / 360
NORTH_DEG, SOUTH_DEG = 78.0, -58.0
HEIGHT_PX = (NORTH_DEG - SOUTH_DEG) * PX_PER_DEG
_LABEL_PX = 12.0
_CLOSE_S = 120.0  # a track sampled each minute reaches this close to any of its moments
Box = tuple[float, float, float, float]


def x_of(longitude_deg: float) -> float:
    """Pixels from the left edge (180 degrees west)."""
    return ((longitude_deg + 180) % 360) * PX_PER_DEG


def y_of(latitude_deg: float) -> float:
    """Pixels from the upper edge."""
    return (NORTH_DEG - latitude_deg) * PX_PER_DEG


def ground_map(plan: Plan, track: Sequence[TrackPoint]) -> str:
    """The map as an SVG element; of the track, only the first day shows until another is chosen."""
    layers = [
        f'<path class="sea" d="M0 0H{WIDTH_PX}V{num(HEIGHT_PX)}H0z"/>',
        f'<path class="land" d="{_land()}"/>',
        _grid(),
        _night(plan),
        *(_day_of_track(day, points, first=n == 0) for n, (day, points) in enumerate(track_days(plan, track))),
        _places(plan, _ends(plan, track)),
    ]
    title = "World map with the station's ground track, the night side at docking, sites and relay satellites"
    return drawing(WIDTH_PX, HEIGHT_PX, "".join(layers), css="map", title=title)


def track_days(plan: Plan, track: Sequence[TrackPoint]) -> list[tuple[int, list[TrackPoint]]]:
    """(flight day, its points): flight day 1 is the station's date of docking; a day keeps its first next point."""
    station_zone = plan.programme.station.zone
    first = local_date(plan.flight.docking, station_zone)
    days: dict[int, list[TrackPoint]] = {}
    last: tuple[int, TrackPoint] | None = None
    for point in track:
        day = (local_date(point.instant, station_zone) - first).days + 1
        if last is not None and last[0] != day:
            days[last[0]].append(point)
        days.setdefault(day, []).append(point)
        last = day, point
    return sorted(days.items())


@cache
def _land() -> str:
    """Coastlines as path data, cut where the map ends so that nothing off the map is shipped."""
    paths = []
    for ring in json.loads(read_text("export/data/land-110m.json"))["rings"]:
        if any(SOUTH_DEG <= latitude <= NORTH_DEG for _, latitude in ring):
            longitudes = [longitude for longitude, _ in ring]
            # A ring that runs on past the date line is drawn again where the rest of it comes in.
            shifts = [0] + [360] * (min(longitudes) < -180) + [-360] * (max(longitudes) > 180)
            paths += [_ring(ring, shift) for shift in shifts]
    return "".join(paths)


def _ring(ring: Iterable[Sequence[float]], shift_deg: float) -> str:
    # 180 degrees east is the right edge here, which x_of would fold to the left.
    return "M" + "L".join(f"{num((lon + shift_deg + 180) * PX_PER_DEG)} {num(y_of(lat))}" for lon, lat in ring) + "z"


def _grid() -> str:
    lines = [line(x_of(x), 0, x_of(x), HEIGHT_PX, "grid") for x in range(-150, 180, 30)]
    lines += [line(0, y_of(y), WIDTH_PX, y_of(y), "grid equator" if y == 0 else "grid") for y in range(-30, 61, 30)]
    lines += [label(4, y_of(y) - 3, _degrees(y, "N", "S"), "gridtext") for y in (-30, 0, 30, 60)]
    lines += [label(x_of(x) + 3, HEIGHT_PX - 4, _degrees(x, "E", "W"), "gridtext") for x in range(-150, 180, 30)]
    return "".join(lines)


def _degrees(value: int, positive: str, negative: str) -> str:
    return "0°" if value == 0 else f"{abs(value)}°{positive if value > 0 else negative}"


def _night(plan: Plan) -> str:
    """The night side at docking, and the point below the Sun."""
    latitude_deg, longitude_deg = subsolar_point(plan.flight.docking)
    dark_edge = HEIGHT_PX + 10 if latitude_deg >= 0 else -10  # the pole turned away from the Sun
    edge = "L".join(f"{num((lon + 180) * PX_PER_DEG)} {num(y_of(lat))}" for lon, lat in terminator(plan.flight.docking))
    shade = f'<path class="night" d="M{edge}L{WIDTH_PX} {num(dark_edge)}L0 {num(dark_edge)}z"/>'
    x, y = x_of(longitude_deg), y_of(latitude_deg)
    name = label(x + 11, y + 4, "Sun overhead", "maptext")
    return f'{shade}<g class="sun"><circle cx="{num(x)}" cy="{num(y)}" r="7"/>{name}</g>'


def _day_of_track(day: int, points: Sequence[TrackPoint], *, first: bool) -> str:
    """One day's track: a bold line in sunlight, a dashed one in the Earth's shadow."""
    lit, dark = _runs(points)
    hidden = "" if first else " off"
    return (
        f'<g class="track{hidden}" data-day="{day}"><path class="halo" d="{lit}{dark}"/>'
        f'<path class="lit" d="{lit}"/><path class="dark" d="{dark}"/></g>'
    )


def _runs(points: Sequence[TrackPoint]) -> tuple[str, str]:
    """Path data of the sunlit and the dark stretches, broken where the map's edge is crossed."""
    data: dict[bool, list[str]] = {True: [], False: []}
    pen: tuple[bool, TrackPoint] | None = None
    for a, b in pairwise(points):
        if abs(_folded(a) - _folded(b)) > 180:
            pen = None
            continue
        if pen != (a.sunlit, a):
            data[a.sunlit].append(f"M{_at(a)}")
        data[a.sunlit].append(f"L{_at(b)}")
        pen = (a.sunlit, b)
    return "".join(data[True]), "".join(data[False])


def _folded(point: TrackPoint) -> float:
    return (point.longitude_deg + 180) % 360


def _at(point: TrackPoint) -> str:
    return f"{num(x_of(point.longitude_deg))} {num(y_of(point.latitude_deg))}"


@frozen
class _Mark:
    x: float
    y: float
    text: str
    css: str


def _ends(plan: Plan, track: Sequence[TrackPoint]) -> list[_Mark]:
    """Where the station is at docking and undocking, as far as the track reaches."""
    found = []
    for name, moment in (("Docking", plan.flight.docking), ("Undocking", plan.flight.landing.undocking)):
        near = min(track, key=lambda point: abs(point.instant.tai_ns - moment.tai_ns), default=None)
        if near is not None and abs(near.instant.seconds_since(moment)) <= _CLOSE_S:
            found.append(_Mark(x_of(near.longitude_deg), y_of(near.latitude_deg), name, "end"))
    return found


def _places(plan: Plan, ends: list[_Mark]) -> str:
    """Sites as dots, relays as diamonds on the equator, each with a name that covers no other."""
    marks = [_Mark(x_of(s.longitude_deg), y_of(s.latitude_deg), s.name, "site") for s in plan.programme.sites]
    marks += [_Mark(x_of(r.longitude_deg), y_of(0), r.name, "relay") for r in plan.programme.relays] + ends
    marks = [one for one in marks if 0 <= one.y <= HEIGHT_PX]
    taken: list[Box] = [(one.x - 5, one.y - 5, one.x + 5, one.y + 5) for one in marks]
    return "".join(_place(one, taken) for one in marks)


def _place(one: _Mark, taken: list[Box]) -> str:
    width = text_width_px(one.text, _LABEL_PX)
    x, y = next((spot for spot in _spots(one, width) if _free(_box(*spot, width), taken)), (one.x + 9, one.y + 4))
    taken.append(_box(x, y, width))
    far = abs(y - 4 - one.y) > 12
    leader = line(one.x, one.y, min(max(one.x, x - 2), x + width + 2), y - 4, "leader") if far else ""
    if one.css == "relay":
        shape = f'<path d="M{num(one.x)} {num(one.y - 6)}l6 6l-6 6l-6 -6z"/>'
    else:
        shape = f'<circle cx="{num(one.x)}" cy="{num(one.y)}" r="{5 if one.css == "end" else 4}"/>'
    return f'<g class="{one.css}">{leader}{shape}{label(x, y, one.text, "maptext")}<title>{esc(one.text)}</title></g>'


def _spots(one: _Mark, width: float) -> Iterable[tuple[float, float]]:
    """Baselines for a name, nearest first: right, left, and further up and down on both sides."""
    for lift in (0, -15, 15, -30, 30, -45, 45, -60, 60):
        for x in (one.x + 9 + abs(lift) / 3, one.x - 9 - width - abs(lift) / 3):
            if x >= 0 and x + width <= WIDTH_PX:
                yield x, one.y + 4 + lift


def _box(x: float, y: float, width: float) -> Box:
    return x - 1, y - _LABEL_PX + 1, x + width + 1, y + 3


def _free(box: Box, taken: Iterable[Box]) -> bool:
    return all(box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken)


def day_choices(plan: Plan, track: Sequence[TrackPoint]) -> list[tuple[str, str]]:
    """(value, what people read) for choosing the day of track; the whole stay last."""
    if not track:
        return []
    station_zone = plan.programme.station.zone
    first = local_date(plan.flight.docking, station_zone)
    dates = days_between(first, local_date(track[-1].instant, station_zone))
    days = [
        (str(day), f"FD {day} · {dated(dates[day - 1], '%-d %b')}") for day, _ in track_days(plan, track) if day >= 1
    ]
    return [*days, ("all", "Whole stay")]
