"""The crew timeline: a panel for each flight day, a row for each person, bands of windows beneath.

Midnight to midnight on the station's clock. A bar that runs past midnight is drawn on both days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from hamsafar.domain.aboard import WindowKind
from hamsafar.domain.people import Person
from hamsafar.domain.plan import OpenSpan, Placement, Plan, WindowList
from hamsafar.export.clocks import clock_label, clocks_of, four_times, liftoff_of
from hamsafar.export.flight_days import FlightDay, crew_of, flight_days, presence
from hamsafar.export.svg import chart, drawing, label, line, names_column, rect, titled
from hamsafar.export.words import (
    dated,
    duration_text,
    facility_titles,
    fit,
    mark,
    people_short,
    sigma_text,
    text_width_px,
)
from hamsafar.timeline import Instant, Span, mission_elapsed, zone

PLOT_PX = 1152
_HEAD_PX, _ROW_PX, _GAP_PX, _BAND_PX = 40, 30, 3, 17
_TEXT_PX, _CODE_PX = 11.0, 9.5
_TWO_LINES_PX, _FEWEST_LETTERS = 26, 6
_BAND_ORDER: tuple[WindowKind, ...] = (
    "relay", "daylight-target", "night-target", "pass", "visible-pass",
    "daylight", "sunlight", "darkness", "clear-of-anomaly", "prayer",
)  # fmt: skip
_BAND_NAMES: dict[WindowKind, str] = {
    "relay": "Relay link",
    "daylight": "Daylight below",
    "sunlight": "Sunlight",
    "darkness": "Darkness (umbra)",
    "clear-of-anomaly": "Clear of the anomaly",
    "prayer": "Prayer times",
}


@frozen
class DayPanel:
    """One flight day: its headline, a line of figures, and the drawing."""

    number: int
    headline: str
    figures: str
    svg: str


def _x(day: FlightDay, moment: Instant) -> float:
    return day.share(moment) * PLOT_PX


def day_panels(plan: Plan, flagged: Mapping[str, str]) -> list[DayPanel]:
    """A panel for each flight day, docking's date to undocking's, and any day on which something else is placed."""
    return [_panel(plan, day, flagged) for day in flight_days(plan)]


def _panel(plan: Plan, day: FlightDay, flagged: Mapping[str, str]) -> DayPanel:
    people, bands = crew_of(plan), bands_of(plan)
    placed = [one for one in plan.placements if one.stage == "flight" and one.span.overlaps(day.span)]
    bands_top = _HEAD_PX + len(people) * (_ROW_PX + _GAP_PX) + 6
    height = bands_top + len(bands) * (_BAND_PX + 2) + 4
    names: list[tuple[float, str, str]] = [(14, clock_label(plan.programme.station.zone), "unit"), (31, "UTC", "unit")]
    parts = [_axis(plan, day, height)]
    for n, person in enumerate(people):
        y = _HEAD_PX + n * (_ROW_PX + _GAP_PX)
        names.append((y + 19, person.title, "name guest" if n == 0 else "name"))
        parts.append(rect(0, y, PLOT_PX, _ROW_PX, "lane"))
        parts += _absence(plan, day, person, y)
        parts += _bars(plan, day, [one for one in placed if person.id in one.person_ids], y, flagged)
    for n, (title, lists) in enumerate(bands):
        y = bands_top + n * (_BAND_PX + 2)
        names.append((y + 12, title, "band"))
        parts.append(_band(plan, day, lists, y))
    parts += _marks(plan, day, bands_top - 3)
    title = f"Flight day {day.number}, arrow keys move between activities"
    svg = chart(names_column(height, names), drawing(PLOT_PX, height, "".join(parts), css="plot crew", title=title))
    return DayPanel(day.number, _headline(plan, day), _figures(plan, day, placed), svg)


def _headline(plan: Plan, day: FlightDay) -> str:
    return f"{dated(day.date, '%A %-d %B %Y')} in {clock_label(plan.programme.station.zone)}"


def _figures(plan: Plan, day: FlightDay, placed: Sequence[Placement]) -> str:
    """Starts in UTC and MET, and what the guest has that day."""
    work = {activity.id: activity.work for activity in plan.programme.activities}
    guest = plan.programme.flight.guest
    own = [one for one in placed if guest in one.person_ids and day.span.contains(one.start)]
    minutes = sum(round(one.span.seconds / 60) for one in own if work.get(one.of, True))
    links = sum(one.kind in ("link", "outreach") for one in own)
    utc = dated(day.span.start.datetime(), "%-d %b %H:%M")
    elapsed = mission_elapsed(day.span.start, liftoff_of(plan))
    linked = f"{links} link{'' if links == 1 else 's'}"
    return f"starts {utc} UTC, {elapsed} · guest: {duration_text(minutes)} of work, {linked}"


def _axis(plan: Plan, day: FlightDay, height: float) -> str:
    """Station hours above, UTC hours below, full-height lines."""
    found = []
    local = zone(plan.programme.station.zone)
    for hour in range(25):
        moment = day.span.start.plus(seconds=day.span.seconds * hour / 24)
        x = _x(day, moment)
        found.append(line(x, 18 if hour % 3 else 4, x, height, "hour" if hour % 3 else "hour third"))
        if hour < 24:
            found.append(label(x + 3, 14, f"{moment.datetime(local):%H:%M}", "axis"))
            found.append(label(x + 3, 31, f"{moment.datetime():%H:%M}", "unit"))
    return "".join(found)


def _absence(plan: Plan, day: FlightDay, person: Person, y: float) -> Iterator[str]:
    aboard = presence(plan, person)
    for away, text in (
        (_x(day, aboard.start), "not aboard yet"),
        (_x(day, aboard.end) - PLOT_PX, "hatch closed"),
    ):
        x, wide = (0.0, away) if away > 0 else (PLOT_PX + away, -away)
        if wide > 1:
            yield rect(x, y, wide, _ROW_PX, "away")
            yield label(x + 6, y + 19, fit(text, wide - 12, _TEXT_PX), "awaytext")


def _lanes(placed: Sequence[Placement]) -> list[tuple[int, int]]:
    """(lane, lanes) of each: one lane, unless things overlap, as they may in a broken plan."""
    lanes: list[int] = []
    free: list[Instant] = []
    for one in placed:
        lane = next((n for n, until in enumerate(free) if until <= one.start), len(free))
        free[lane : lane + 1] = [one.end]
        lanes.append(lane)
    crowded = [any(one.span.overlaps(other.span) for other in placed if other is not one) for one in placed]
    return [(lane, len(free)) if is_crowded else (0, 1) for lane, is_crowded in zip(lanes, crowded, strict=True)]


def _bars(
    plan: Plan, day: FlightDay, placed: Sequence[Placement], top: float, flagged: Mapping[str, str]
) -> Iterator[str]:
    for n, (one, (lane, lanes)) in enumerate(zip(placed, _lanes(placed), strict=True)):
        tall = _ROW_PX / lanes
        key, code = mark(one)
        bad = " bad" if one.id in flagged else ""
        inside = _bar(_x(day, one.start), _x(day, one.end), top + lane * tall, tall, one.title, code, bool(bad))
        yield titled(f"b {key}{bad}", _said(plan, one, flagged), inside, first=n == 0)


def _bar(x1: float, x2: float, y: float, tall: float, title: str, code: str, bad: bool) -> str:
    """A bar: fill, pattern, edge, and its title in one line or two, or else its two letters."""
    wide = max(x2 - x1 - 1, 1.5)
    shape = rect(x1, y, wide, tall, "f", 2) + rect(x1, y, wide, tall, "p", 2) + rect(x1, y, min(3, wide), tall, "e")
    lines = _lines(("! " if bad else "") + title, wide - 6, 2 if tall >= _TWO_LINES_PX else 1)
    if tall < _TEXT_PX + 1 or (not lines and wide < 1.5 * _CODE_PX):
        return shape
    if not lines:
        return shape + label(x1 + 4, y + tall / 2 + 4, code, "code")
    first = y + tall / 2 + 4 - 6.5 * (len(lines) - 1)
    return shape + "".join(label(x1 + 5, first + 13 * n, text) for n, text in enumerate(lines))


def _lines(title: str, room: float, most: int) -> list[str]:
    """The title on at most so many lines; cut where it must be, empty where too little of it would stay."""
    words = title.split()
    if most > 1 and text_width_px(title, _TEXT_PX) > room:
        fits = [n for n in range(1, len(words)) if text_width_px(" ".join(words[:n]), _TEXT_PX) <= room]
        rest = fit(" ".join(words[fits[-1] :]), room, _TEXT_PX) if fits else ""
        if rest and len(rest) >= min(_FEWEST_LETTERS, len(words[fits[-1]])):
            return [" ".join(words[: fits[-1]]), rest]
    text = fit(title, room, _TEXT_PX)
    return [text] if text and (not text.endswith("…") or len(text) >= _FEWEST_LETTERS) else []


def _said(plan: Plan, one: Placement, flagged: Mapping[str, str]) -> list[str]:
    titles = facility_titles(plan)
    minutes = round(one.span.seconds / 60)
    return [
        f"{one.title} · {one.kind} · {duration_text(minutes)}",
        people_short(plan, one),
        *four_times(plan, clocks_of(plan), one.start, one.end),
        ", ".join(titles.get(facility, facility) for facility in one.facilities),
        "PROVISIONAL: on the reference trajectory" if plan.trajectory.basis == "far" else "",
        flagged.get(one.id, ""),
    ]


def bands_of(plan: Plan) -> list[tuple[str, list[WindowList]]]:
    """(row name, window lists): one row for each list, but all prayers share one."""
    rows: list[tuple[str, list[WindowList]]] = []
    for kind in _BAND_ORDER:
        lists = [listed for listed in plan.windows if listed.kind == kind]
        if kind == "prayer" and lists:
            rows.append((_BAND_NAMES[kind], lists))
        elif kind in _BAND_NAMES:
            rows += [(_BAND_NAMES[kind], [listed]) for listed in lists]
        else:
            rows += [(listed.title, [listed]) for listed in lists]
    return rows


def _band(plan: Plan, day: FlightDay, lists: Sequence[WindowList], y: float) -> str:
    parts = [rect(0, y, PLOT_PX, _BAND_PX, "lane")]
    for gap in unknown_of(lists[0], day.span):
        parts += [rect(_x(day, gap.start), y, _x(day, gap.end) - _x(day, gap.start), _BAND_PX, "unknown")]
    shown = [(listed, one) for listed in lists for one in listed.spans if one.span.overlaps(day.span)]
    for n, (listed, one) in enumerate(shown):
        parts.append(_window(plan, day, listed, one, y, first=n == 0))
    return "".join(parts)


def unknown_of(listed: WindowList, span: Span) -> Iterator[Span]:
    """The parts of a span of which nothing is known."""
    start = span.start
    for known in listed.known:
        if known.start > start and known.start < span.end:
            yield Span(start, known.start)
        start = max(start, min(known.end, span.end))
    if start < span.end:
        yield Span(start, span.end)


def _window(plan: Plan, day: FlightDay, listed: WindowList, one: OpenSpan, y: float, *, first: bool) -> str:
    x1, x2 = _x(day, one.start), _x(day, one.end)
    room = x2 - x1 - 4
    far = listed.basis == "far"
    sigma = sigma_text(one.sigma_s)
    written = listed.title if listed.basis == "sun" else "prov." if far else sigma
    lines = [
        listed.title,
        one.note,
        *four_times(plan, clocks_of(plan), one.start, one.end),
        f"{window_basis(listed)}, {sigma}" if listed.basis != "sun" else window_basis(listed),
    ]
    inside = rect(x1, y + 1.5, x2 - x1, _BAND_PX - 3, "f", 2) + label(x1 + 2.5, y + 12.5, fit(written, room, 9), "code")
    return titled(f"b w {listed.kind}{' far' if far else ''}", lines, inside, first=first)


def window_basis(listed: WindowList) -> str:
    """What a list of windows rests on, in words."""
    return {"near": "near: forecast", "far": "far: PROVISIONAL", "sun": "Sun: known"}[listed.basis]


def _marks(plan: Plan, day: FlightDay, height: float) -> Iterator[str]:
    flight = plan.flight
    events = (
        (flight.launch.launch, "Lift-off"),
        (flight.docking, "Docking"),
        (flight.hatch_open, "Hatch opens"),
        (flight.hatch_close, "Hatch closes"),
        (flight.landing.undocking, "Undocking"),
        (flight.landing.landing, "Landing"),
    )
    seen = [
        (_x(day, moment), f"{text} {moment.datetime():%H:%M}Z") for moment, text in events if day.span.contains(moment)
    ]
    for number, (x, text) in enumerate(seen):
        following = seen[number + 1][0] if number + 1 < len(seen) else float("inf")
        yield line(x, 36, x, height, "now")
        yield _flag(x, text, leftward=following - x < _flag_px(text))


def _flag_px(text: str) -> float:
    return 6.2 * len(text) + 8


def _flag(x: float, text: str, *, leftward: bool) -> str:
    """The label of a moment; to the left of its line where the next moment's label needs the right."""
    wide = _flag_px(text)
    left = min(max(x - wide + 2 if leftward else x - 2, 0), PLOT_PX - wide)
    return f'<g class="flagged">{rect(left, 20, wide, 16, "", 3)}{label(left + 5, 32, text)}</g>'
