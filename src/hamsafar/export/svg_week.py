"""One week drawn: a column a day, the hours downwards to scale, a block for each session, a band over days away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil, floor

from attrs import frozen

from hamsafar.export.clocks import Clock
from hamsafar.export.seen_by import Entry, Trip, Viewer
from hamsafar.export.svg import drawing, esc, label, line, rect, titled
from hamsafar.export.weeks import Week, last_day
from hamsafar.export.words import dated, fit, mark, text_width_px
from hamsafar.timeline import Instant, local_date, local_instant, zone

WIDTH_PX, _HEIGHT_PX = 1040, 618
_CLOCK_PX, _HEAD_PX, _BAND_PX = 54, 40, 19
_TALLEST_HOUR_PX = 60.0
_TEXT_PX, _LINE_PX, _INSET_PX = 10.0, 11.2, 7
_DAY_OPENS_H, _DAY_CLOSES_H = 8, 18  # drawn even where nothing is that early or late


@frozen(kw_only=True)
class Hours:
    """The hours of the day that a sheet's weeks show, all of them alike."""

    opens: int
    closes: int


WHOLE_DAY = Hours(opens=0, closes=24)


@frozen(kw_only=True)
class _Block:
    """The part of a session that lies on one day, and its lane beside others at the same time."""

    entry: Entry
    opens_h: float
    closes_h: float
    lane: int = 0
    lanes: int = 1


@frozen(kw_only=True)
class _Frame:
    week: Week
    hours: Hours
    clocks: tuple[Clock, ...]
    top: float
    hour_px: float

    @property
    def left(self) -> float:
        return _CLOCK_PX * len(self.clocks) + 4

    @property
    def day_px(self) -> float:
        return (WIDTH_PX - self.left - 1) / 7

    def x(self, day: date) -> float:
        return self.left + (day - self.week.monday).days * self.day_px

    def y(self, hour: float) -> float:
        return self.top + (min(max(hour, self.hours.opens), self.hours.closes) - self.hours.opens) * self.hour_px

    @property
    def bottom(self) -> float:
        return self.y(self.hours.closes)


def hours_of(entries: Sequence[Entry], zone_name: str) -> Hours:
    """The hours that a sheet needs: those of the working day, and of all sessions but journeys and sleep by night."""
    found = [(float(_DAY_OPENS_H), float(_DAY_CLOSES_H))]
    for entry in entries:
        first, last = _days(entry, zone_name)
        if first == last or entry.kind not in ("travel", "sleep"):
            found += [_on(entry, day, zone_name) for day in {first, last}]
    return Hours(opens=floor(min(opens for opens, _ in found)), closes=ceil(max(closes for _, closes in found)))


def week_picture(
    week: Week,
    viewer: Viewer,
    entries: Sequence[Entry],
    trips: Sequence[Trip],
    hours: Hours,
    liftoff: Instant | None = None,
) -> str:
    """The week as SVG; every session can be focused, and says all of itself. Lift-off is marked where it is told."""
    zone_name = viewer.clocks[0].zone
    bands = [one for one in trips if week.holds(one.span.start, one.span.end, zone_name)]
    top = _HEAD_PX + _BAND_PX * len(bands) + (4 if bands else 0)
    hour_px = min(_TALLEST_HOUR_PX, (_HEIGHT_PX - top) / (hours.closes - hours.opens))
    frame = _Frame(week=week, hours=hours, clocks=viewer.clocks, top=top, hour_px=hour_px)
    parts = [*_grid(frame), *_bands(frame, bands)]
    number = 0
    for day in week.days:
        for block in _blocks(entries, day, zone_name):
            parts.append(_drawn(frame, viewer, block, day, first=number == 0))
            number += 1
    if liftoff is not None and week.holds(liftoff, liftoff.plus(seconds=1), zone_name):
        parts.append(_liftoff(frame, liftoff))
    title = f"Week {week.name} of {viewer.title}"
    return drawing(WIDTH_PX, frame.bottom + 8, "".join(parts), css="week", title=title)


def _grid(frame: _Frame) -> Iterator[str]:
    """Days as columns, hours as lines, and what each clock says at them."""
    for day in frame.week.days:
        x = frame.x(day)
        shade = "lane weekend" if day.isoweekday() > 5 else "lane"
        yield rect(x, frame.top, frame.day_px, frame.bottom - frame.top, shade)
        yield label(x + frame.day_px / 2, 17, dated(day, "%a %-d %b"), "day", "middle")
        yield line(x, 24, x, frame.bottom, "edge")
    for n, clock in enumerate(frame.clocks):
        yield label(_CLOCK_PX * (n + 1) - 2, 28, fit(clock.label, _CLOCK_PX - 4, 9.5), "clock", "end")
    for hour in range(frame.hours.opens, frame.hours.closes + 1):
        yield line(frame.left - 4, frame.y(hour), WIDTH_PX - 1, frame.y(hour), "hour")
        for n, text in enumerate(_hour_labels(frame, hour)):
            yield label(_CLOCK_PX * (n + 1) - 2, frame.y(hour) + 3.5, text, "tick", "end")


def _hour_labels(frame: _Frame, hour: int) -> list[str]:
    """An hour of the first clock on each of them, on the week's Monday."""
    day = frame.week.monday + timedelta(days=hour // 24)
    moment = local_instant(day, time(hour % 24), frame.clocks[0].zone)
    return ["24:00" if hour == 24 else f"{hour:02}:00", *(clock(moment, "%H:%M") for clock in frame.clocks[1:])]


def _bands(frame: _Frame, trips: Sequence[Trip]) -> Iterator[str]:
    zone_name = frame.clocks[0].zone
    for n, trip in enumerate(trips):
        first = max(local_date(trip.span.start, zone_name), frame.week.monday)
        last = min(last_day(trip.span.end, zone_name), frame.week.days[-1])
        x, y = frame.x(first) + 1, _HEAD_PX + n * _BAND_PX
        wide = frame.x(last) + frame.day_px - 1 - x
        text = label(x + 6, y + 12.5, fit(trip.title, wide - 10, 10.5))
        inside = rect(x, y, wide, _BAND_PX - 3, "f", rx=3) + text
        yield f'<g class="away">{inside}<title>{esc(trip.title)}</title></g>'


def _liftoff(frame: _Frame, liftoff: Instant) -> str:
    """A line across its day; above or below the hours drawn, at their edge."""
    moment = liftoff.datetime(zone(frame.clocks[0].zone))
    x, y = frame.x(moment.date()), frame.y(_hour(moment))
    text = label(
        x + frame.day_px / 2, y - 4 if y > frame.top + 16 else y + 13, f"Lift-off {moment:%H:%M}", "off", "middle"
    )
    return f'<g class="liftoff-mark">{line(x, y, x + frame.day_px, y, "now")}{text}</g>'


# Blocks


def _days(entry: Entry, zone_name: str) -> tuple[date, date]:
    return local_date(entry.placement.start, zone_name), last_day(entry.placement.end, zone_name)


def _on(entry: Entry, day: date, zone_name: str) -> tuple[float, float]:
    """From which hour to which a session goes on on a day."""
    first, last = _days(entry, zone_name)
    opens = _hour(entry.placement.start.datetime(zone(zone_name))) if first == day else 0.0
    ends = entry.placement.end.datetime(zone(zone_name))
    return opens, _hour(ends) if last == day and ends.date() == day else 24.0


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60


def _blocks(entries: Sequence[Entry], day: date, zone_name: str) -> list[_Block]:
    """The day's blocks by start; those at the same time in lanes beside each other, as shared rooms have them."""
    spans = []
    for entry in entries:
        first, last = _days(entry, zone_name)
        if first <= day <= last:
            spans.append((*_on(entry, day, zone_name), entry))
    found: list[_Block] = []
    cluster: list[_Block] = []
    for opens, closes, entry in sorted(spans, key=lambda one: (one[0], one[1], one[2].placement.id)):
        if cluster and opens >= max(one.closes_h for one in cluster):
            found += _widened(cluster)
            cluster = []
        taken = {one.lane for one in cluster if one.closes_h > opens}
        lane = next(n for n in range(len(cluster) + 1) if n not in taken)
        cluster.append(_Block(entry=entry, opens_h=opens, closes_h=closes, lane=lane))
    return found + _widened(cluster)


def _widened(cluster: Sequence[_Block]) -> list[_Block]:
    lanes = max((one.lane for one in cluster), default=0) + 1
    return [
        _Block(entry=one.entry, opens_h=one.opens_h, closes_h=one.closes_h, lane=one.lane, lanes=lanes)
        for one in cluster
    ]


def _drawn(frame: _Frame, viewer: Viewer, block: _Block, day: date, *, first: bool) -> str:
    wide = (frame.day_px - 3) / block.lanes
    x, y = frame.x(day) + 1.5 + block.lane * wide, frame.y(block.opens_h)
    tall = max(frame.y(block.closes_h) - y - 1, 3)
    key, _ = mark(block.entry.placement)
    inside = rect(x, y, wide - 1, tall, "f", rx=2) + rect(x, y, 4, tall, "e")
    room = int((tall - 1) // _LINE_PX)
    for n, (text, css) in enumerate(_lines(viewer, block.entry, wide - _INSET_PX - 4, room)):
        inside += label(x + _INSET_PX, y + (n + 1) * _LINE_PX - 1.2, text, css)
    return titled(f"b {key}", said_lines(viewer, block.entry), inside, first=first)


def _lines(viewer: Viewer, entry: Entry, width: float, room: int) -> list[tuple[str, str]]:
    """What fits into a block: time and kind, title, place, teacher, then subject and the rest as far as they go.

    Where it is too short for these, the end and the kind go first: the block's length and colour show them.
    """
    start, end = (
        moment.datetime(zone(viewer.clocks[0].zone)) for moment in (entry.placement.start, entry.placement.end)
    )
    when = fit(f"{start:%H:%M}–{end:%H:%M} {entry.kind}", width, _TEXT_PX) or f"{start:%H:%M}"
    others = f"with {entry.others}" if entry.others else ""
    needed = [one for one in (entry.place, entry.teacher) if one]
    more = [*needed, *(one for one in (entry.subject, entry.interpreter, entry.language, others) if one)]
    title = f"{entry.again}: {entry.title}" if entry.again else entry.title
    if room < 2 + len(needed):
        told = [(fit(f"{start:%H:%M} {title}", width, _TEXT_PX), "title")]
    else:
        lines = _wrapped(title, width, min(3, room - 1 - len(needed)))
        told = [(when, "when"), *((text, "title") for text in lines)]
    return (told + [(fit(text, width, _TEXT_PX), "more") for text in more])[:room]


def _wrapped(text: str, width: float, most: int) -> list[str]:
    """A text on at most so many lines; the last ends in an ellipsis where it is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and text_width_px(longer, _TEXT_PX) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [fit(one, width, _TEXT_PX) for one in lines]


def said_lines(viewer: Viewer, entry: Entry) -> list[str]:
    """All that a sheet says of a session, a line each."""
    one = entry.placement
    return [
        f"{entry.full_title} · {entry.kind}",
        *(f"{clock.label} {clock.span(one.start, one.end)}" for clock in viewer.clocks),
        f"Place: {entry.place}" if entry.place else "",
        f"Teacher: {entry.teacher}" if entry.teacher else "",
        f"Interpreter: {entry.interpreter}" if entry.interpreter else "",
        f"In {entry.language}" if entry.language else "",
        f"With {entry.others}" if entry.others else "",
    ]
