"""The pictures of a lunar mission: levels over time, bars by day, the week as a strip, where it fell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, log10

from hamsafar.domain.lunar import Target
from hamsafar.domain.lunar_report import DayShown, Gauge, ImpactAt, Low, Swept
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.export.svg import drawing, label, line, num, rect, titled
from hamsafar.export.words import fit
from hamsafar.timeline import Instant, Span

WIDTH_PX, _LEFT_PX, _RIGHT_PX, _TOP_PX, _FOOT_PX = 1040, 64, 16, 14, 26
_ROOM_PX = WIDTH_PX - _LEFT_PX - _RIGHT_PX
_MOST_MARKS = 1_500  # points of a curve that are drawn
_COLOURS = 6  # of stations, in the style sheet
_LEAST_PX = 2.5  # what a task of two minutes needs to be seen


def round_step(reach: float, ticks: int) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides a reach into about so many parts."""
    if not reach > 0:
        return 1.0
    rough = reach / max(ticks, 1)
    power = 10.0 ** floor(log10(rough))
    return next((times * power for times in (1.0, 2.0, 5.0) if times * power >= rough), 10.0 * power)


class _Axes:
    """Time to the right, a quantity upwards."""

    def __init__(self, span: Span, low: float, high: float, height_px: float, unit: str) -> None:
        self.span, self.height_px, self.unit = span, height_px, unit
        self.seconds = max(span.end.seconds_since(span.start), 1.0)
        step = round_step(high - low, 5)
        self.low, self.high, self.step = floor(low / step) * step, max(ceil(high / step) * step, low + step), step

    def x(self, at: Instant) -> float:
        return _LEFT_PX + _ROOM_PX * at.seconds_since(self.span.start) / self.seconds

    def y(self, value: float) -> float:
        room = self.height_px - _TOP_PX - _FOOT_PX
        return _TOP_PX + room * (self.high - value) / (self.high - self.low)

    def drawn(self) -> str:
        parts = []
        for n in range(round((self.high - self.low) / self.step) + 1):
            value = self.low + n * self.step
            parts.append(line(_LEFT_PX, self.y(value), WIDTH_PX - _RIGHT_PX, self.y(value), "hour"))
            parts.append(label(_LEFT_PX - 6, self.y(value) + 4, f"{value:,.6g}", "axis", "end"))
        parts.append(label(_LEFT_PX + 4, _TOP_PX - 3, self.unit, "axis"))
        return "".join(parts) + _days(self.span, self.height_px)


def _days(span: Span, height_px: float) -> str:
    days = span.end.seconds_since(span.start) / 86_400
    step = max(1, round(round_step(days, 9)))
    midnight = Instant.parse(span.start.iso()[:10] + "T00:00Z")
    parts, told = [], ""
    for n in range(1, int(days) + 2, step):
        at = midnight.plus(days=n)
        if not at < span.end:
            break
        year = at.iso()[:4]
        x = _LEFT_PX + _ROOM_PX * at.seconds_since(span.start) / max(span.end.seconds_since(span.start), 1.0)
        parts.append(line(x, _TOP_PX, x, height_px - _FOOT_PX, "hour"))
        parts.append(label(x, height_px - 9, at.iso()[:10] if year != told else at.iso()[5:10], "axis", "middle"))
        told = year
    return "".join(parts)


def _path(points: Sequence[tuple[float, float]], css: str) -> str:
    if not points:
        return ""
    every = max(1, len(points) // _MOST_MARKS)
    kept = [*points[::every], points[-1]]
    steps = "L".join(f"{num(x)} {num(y)}" for x, y in kept)
    return f'<path class="{css}" d="M{steps}"/>'


def life_picture(lows: Sequence[Low], span: Span) -> str:
    """The height of each periapsis over the life; zero is the ground."""
    height = 240.0
    axes = _Axes(span, 0.0, max((low.altitude_km for low in lows), default=1.0), height, "km above 1,737.4 km")
    points = [(axes.x(low.at), axes.y(low.altitude_km)) for low in lows]
    ground = line(_LEFT_PX, axes.y(0.0), WIDTH_PX - _RIGHT_PX, axes.y(0.0), "ground")
    return drawing(
        WIDTH_PX, height, axes.drawn() + ground + _path(points, "curve"), css="moon", title="Periapsis over life"
    )


def gauge_picture(levels: Sequence[Gauge], span: Span, *, unit: str, limits: Sequence[tuple[float, str]]) -> str:
    """A level over the week, with its limits."""
    height = 170.0
    high = max([level.value for level in levels] + [value for value, _ in limits], default=1.0)
    axes = _Axes(span, 0.0, high, height, unit)
    parts = [axes.drawn()]
    for value, said in limits:
        parts.append(line(_LEFT_PX, axes.y(value), WIDTH_PX - _RIGHT_PX, axes.y(value), "cut"))
        parts.append(label(WIDTH_PX - _RIGHT_PX - 4, axes.y(value) - 4, said, "axis", "end"))
    parts.append(_path([(axes.x(level.at), axes.y(level.value)) for level in levels], "curve"))
    return drawing(WIDTH_PX, height, "".join(parts), css="moon", title=unit)


def home_picture(plan: OperationsPlan) -> str:
    """How many pictures are taken, and how many of them are home, over the week."""
    taken = sorted(task.end for task in plan.tasks if task.kind == "image")
    home = sorted(at for id_ in plan.home if (at := home_at(plan, id_)) is not None)
    height = 150.0
    axes = _Axes(plan.span, 0.0, float(max(len(taken), 1)), height, "pictures")
    body = axes.drawn() + _stairs(axes, taken, "curve soft") + _stairs(axes, home, "curve")
    return drawing(WIDTH_PX, height, body, css="moon", title="Pictures taken, and pictures home")


def home_at(plan: OperationsPlan, picture: str) -> Instant | None:
    """When the last of a picture's data is on the ground; None where none of it is sent."""
    return max((task.end for task in plan.tasks if any(sent.of == picture for sent in task.sends)), default=None)


def _stairs(axes: _Axes, moments: Sequence[Instant], css: str) -> str:
    points = [(axes.x(axes.span.start), axes.y(0.0))]
    for n, at in enumerate(moments):
        points += [(axes.x(at), axes.y(float(n))), (axes.x(at), axes.y(float(n + 1)))]
    return _path([*points, (axes.x(axes.span.end), axes.y(float(len(moments))))], css)


def contacts_picture(days: Sequence[DayShown], stations: Sequence[str]) -> str:
    """Hours of link a day, a colour a station."""
    height = 220.0
    high = max((sum(hours for _, hours in day.contact_h) for day in days), default=1.0)
    axes = _Axes(_span_of(days), 0.0, high, height, "h of link a day, stations added up")
    parts = [axes.drawn()]
    for day in days:
        low = 0.0
        x, wide = _bar(axes, day.day)
        inside = ""
        for station, hours in day.contact_h:
            css = f"s{stations.index(station) % _COLOURS}"
            inside += rect(x, axes.y(low + hours), wide, axes.y(low) - axes.y(low + hours), css)
            low += hours
        told = [f"{day.day}: {low:.1f} h", *(f"{station}: {hours:.1f} h" for station, hours in day.contact_h)]
        parts.append(titled("bar", told, inside, first=day is days[0]))
    return drawing(WIDTH_PX, height, "".join(parts), css="moon", title="Hours of link a day")


def dark_picture(days: Sequence[DayShown]) -> str:
    """The longest dark of each day: behind the Moon below, behind the Earth on top of it."""
    height = 180.0
    high = max((max(day.dark_moon_min, day.dark_earth_min) for day in days), default=1.0)
    axes = _Axes(_span_of(days), 0.0, high, height, "min of dark, longest of a day")
    parts = [axes.drawn()]
    for day in days:
        x, wide = _bar(axes, day.day)
        inside = rect(x, axes.y(day.dark_moon_min), wide, axes.y(0) - axes.y(day.dark_moon_min), "dark-moon")
        if day.dark_earth_min > 0:
            inside += rect(
                x, axes.y(day.dark_earth_min), wide / 2, axes.y(0) - axes.y(day.dark_earth_min), "dark-earth"
            )
        told = [
            f"{day.day}",
            f"behind the Moon {day.dark_moon_min:.0f} min",
            f"behind the Earth {day.dark_earth_min:.0f} min",
        ]
        parts.append(titled("bar", told, inside, first=day is days[0]))
    return drawing(WIDTH_PX, height, "".join(parts), css="moon", title="The longest dark of each day")


def data_picture(days: Sequence[DayShown]) -> str:
    """What the link could bring each day, in Mbit of payload."""
    height = 160.0
    axes = _Axes(_span_of(days), 0.0, max((day.could_kbit / 1_000 for day in days), default=1.0), height, "Mbit a day")
    parts = [axes.drawn()]
    for day in days:
        x, wide = _bar(axes, day.day)
        y = axes.y(day.could_kbit / 1_000)
        told = [f"{day.day}: {day.could_kbit / 1_000:.1f} Mbit could come home"]
        parts.append(titled("bar", told, rect(x, y, wide, axes.y(0) - y, "s0"), first=day is days[0]))
    return drawing(WIDTH_PX, height, "".join(parts), css="moon", title="Data that the link could bring")


def _span_of(days: Sequence[DayShown]) -> Span:
    first, last = Instant.parse(f"{days[0].day}T00:00Z"), Instant.parse(f"{days[-1].day}T00:00Z")
    return Span(first, last.plus(days=1))


def _bar(axes: _Axes, day: date) -> tuple[float, float]:
    start = Instant.parse(f"{day}T00:00Z")
    x = axes.x(start)
    return x, max(axes.x(start.plus(days=1)) - x - 0.5, 0.5)


def swept_picture(rows: Sequence[Swept], unit: str) -> str:
    """A bar a value: days of life; hatched where it outlived what was looked at."""
    looked = max((row.looked_d for row in rows), default=1.0)
    room = WIDTH_PX - _LEFT_PX - 330
    parts = []
    for n, row in enumerate(rows):
        y = 4 + n * 20
        life_d = row.looked_d if row.life_d is None else row.life_d
        told = f"more than {row.looked_d:.0f} d" if row.life_d is None else f"{row.life_d:.1f} d"
        told += f", lowest periapsis {row.lowest_km:,.0f} km" if row.life_d is None else ", then the ground"
        inside = label(_LEFT_PX - 8, y + 12, f"{row.value:g} {unit}", "row", "end")
        inside += rect(_LEFT_PX, y, room * life_d / looked, 15, "lives" if row.life_d is None else "falls")
        inside += label(_LEFT_PX + room * life_d / looked + 8, y + 12, told, "axis")
        parts.append(titled("swept", [f"{row.of} {row.value:g}: {told}"], inside, first=n == 0))
    return drawing(WIDTH_PX, 8 + 20 * len(rows), "".join(parts), css="moon", title="Life by assumption")


def impact_picture(places: Sequence[ImpactAt], drawn: Sequence[ImpactAt] = (), targets: Sequence[Target] = ()) -> str:
    """The Moon as a grid, longitude 0 in the middle: where the life ends, where drawn ones do, and the targets."""
    wide, high = 720.0, 360.0
    parts = [rect(0, 0, wide, high, "moonface")]
    parts += [line(wide * (lon + 180) / 360, 0, wide * (lon + 180) / 360, high, "hour") for lon in range(-150, 180, 30)]
    parts += [line(0, high * (90 - lat) / 180, wide, high * (90 - lat) / 180, "hour") for lat in range(-60, 90, 30)]
    parts += [label(wide * (lon + 180) / 360 + 3, 12, f"{lon}°", "axis") for lon in (-150, -90, -30, 30, 90, 150)]
    parts += [label(4, high * (90 - lat) / 180 - 3, f"{lat}°", "axis") for lat in (-60, -30, 0, 30, 60)]
    for target in targets:
        if target.latitude_deg is not None and target.longitude_deg is not None:
            x, y = wide * ((target.longitude_deg + 180) % 360) / 360, high * (90 - target.latitude_deg) / 180
            said, right = fit(target.title, 150, 10.5), x > wide - 160
            parts.append(rect(x - 3, y - 3, 6, 6, "mark"))
            parts.append(label(x - 6 if right else x + 6, y + 4, said, "axis", "end" if right else ""))
    for place in drawn:
        x, y = wide * ((place.longitude_deg + 180) % 360) / 360, high * (90 - place.latitude_deg) / 180
        parts.append(f'<circle class="drawn" cx="{num(x)}" cy="{num(y)}" r="2.5"/>')
    for n, place in enumerate(places):
        x, y = wide * ((place.longitude_deg + 180) % 360) / 360, high * (90 - place.latitude_deg) / 180
        told = f"{place.at.iso()}: {place.latitude_deg:.2f}°, {place.longitude_deg:.2f}°"
        dot = f'<circle class="dot" cx="{num(x)}" cy="{num(y)}" r="5"/>'
        parts.append(titled("impact", [told], dot, first=n == 0))
    return drawing(wide, high, "".join(parts), css="moon", title="Where it ends, mean-Earth latitude and longitude")


def week_picture(plan: OperationsPlan) -> str:
    """The week: a lane for each station's contacts, sunlight, pictures in view; what is done on top of it."""
    names = {station.id: station.site.name for station in plan.mission.stations}
    lanes = [("Done", None), *((window.kind, window) for window in plan.windows if window.spans)]
    height = _TOP_PX + 22.0 * len(lanes) + _FOOT_PX + 8
    seconds = max(plan.span.end.seconds_since(plan.span.start), 1.0)
    room = WIDTH_PX - 190

    def x_of(at: Instant) -> float:
        inside = min(max(at, plan.span.start), plan.span.end)
        return 180 + room * inside.seconds_since(plan.span.start) / seconds

    parts = []
    for n, (kind, window) in enumerate(lanes):
        y = _TOP_PX + 22 * n
        title = "What is done" if window is None else _lane_title(kind, window.of, names)
        parts.append(label(172, y + 13, fit(title, 166, 11.5), "row", "end"))
        parts.append(rect(180, y, room, 18, "lane"))
        if window is not None:
            parts += [rect(x_of(one.start), y + 4, x_of(one.end) - x_of(one.start), 10, kind) for one in window.spans]
            parts += [rect(x_of(a), y + 15, x_of(b) - x_of(a), 3, "booked") for a, b in _booked(plan, window.of)]
    for n, task in enumerate(plan.tasks):
        wide = max(x_of(task.end) - x_of(task.start), _LEAST_PX)
        box = rect(x_of(task.start), _TOP_PX + 1, wide, 16, f"task {task.kind}")
        parts.append(titled("task", _told(task, names), box, first=n == 0))
        if task.station is not None:
            row = next(
                (n for n, (_, window) in enumerate(lanes) if window is not None and window.of == task.station), None
            )
            if row is not None:
                y = _TOP_PX + 22 * row
                parts.append(rect(x_of(task.start), y + 1, wide, 16, f"task {task.kind}"))
    midnight = Instant.parse(plan.span.start.iso()[:10] + "T00:00Z")
    for n in range(int(seconds / 86_400) + 2):
        at = midnight.plus(days=n)
        if plan.span.start <= at <= plan.span.end:
            parts.append(line(x_of(at), _TOP_PX, x_of(at), height - _FOOT_PX, "edge"))
            if at < plan.span.end:
                parts.append(label(x_of(at) + 3, height - 10, at.iso()[5:10], "axis"))
    return drawing(WIDTH_PX, height, "".join(parts), css="moon week", title="The week, UTC")


def _booked(plan: OperationsPlan, station: str | None) -> list[tuple[Instant, Instant]]:
    """When a station is booked, within the week; none for those that need no booking."""
    found = next((one for one in plan.mission.stations if one.id == station), None)
    spans = [] if found is None or found.booked is None else [one.span for one in found.booked]
    return [(one.start, one.end) for one in spans if one.start < plan.span.end and plan.span.start < one.end]


def _lane_title(kind: str, of: str | None, names: dict[str, str]) -> str:
    if kind == "contact":
        return names.get(of or "", of or "contact")
    return f"view of {of}" if kind == "target" else "sunlight"


def _told(task: OperationsTask, names: dict[str, str]) -> list[str]:
    told = [task.title, f"{task.start.iso()} to {task.end.iso()[11:]}"]
    if task.station is not None:
        told.append(f"with {names.get(task.station, task.station)}")
    told += [f"sends {sent.kbit:,.0f} kbit of {sent.of}" for sent in task.sends]
    return told
