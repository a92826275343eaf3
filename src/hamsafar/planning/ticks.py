"""Ticks, and sets of them. A tick is a whole UTC minute, counted from 1970 as POSIX counts.

Two kinds of sets live here, and their names keep them apart:

- *Stretches*: half-open `[first, end)` pieces of time, ascending and disjoint. Two may touch and stay two: a session
  lies in one of them. `merged` joins what touches.
- *Starts*: inclusive ranges `[first, last]` of start ticks, as `schedule.problem.Allowed` takes them.

`fit` leads from the first to the second. We round against ourselves: a window's opening up, its closing down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hamsafar.domain.calendars import Calendar
from hamsafar.timeline import Instant, Span, days_between, zone

Stretch = tuple[int, int]  # [first, end)
Stretches = tuple[Stretch, ...]
Starts = tuple[tuple[int, int], ...]  # each [first, last], both included

_MIDNIGHT = time(0, 0)


# Instants and ticks


def tick_at_or_after(moment: Instant) -> int:
    """The first tick not before a moment: for openings, and for whatever must have happened by then."""
    return moment.ceil_utc_minute()


def tick_at_or_before(moment: Instant) -> int:
    """The last tick not after a moment: for closings and deadlines."""
    return moment.floor_utc_minute()


def instant_of(tick: int) -> Instant:
    """The Instant of a tick."""
    return Instant.from_utc_minute(tick)


def span_of(first: int, end: int) -> Span:
    """The Span of the ticks `[first, end)`; InputError when it is empty."""
    return Span(instant_of(first), instant_of(end))


def whole_ticks(span: Span) -> Stretch | None:
    """The ticks `[first, end)` lying wholly inside a span, or None where there are none."""
    first, end = tick_at_or_after(span.start), tick_at_or_before(span.end)
    return (first, end) if first < end else None


def whole_stretches(spans: Iterable[Span]) -> Stretches:
    """Each span rounded inward, ascending; spans too short to hold a tick fall away. Touching ones stay apart."""
    return tuple(sorted(found for span in spans if (found := whole_ticks(span)) is not None))


# Civil time and ticks


def label_tick(day: date, clock: time, zone_name: str) -> int:
    """The tick of a local label. In a repeated hour the first; a label that the clocks skip moves past the gap."""
    moment = datetime.combine(day, clock, zone(zone_name)).astimezone(UTC)
    return -int(-moment.timestamp() // 60)


def day_start(day: date, zone_name: str) -> int:
    """The first tick of a calendar date in a zone (00:00, or the first minute there is)."""
    return label_tick(day, _MIDNIGHT, zone_name)


def day_stretch(day: date, zone_name: str) -> Stretch:
    """The ticks `[first, end)` of one calendar date in a zone."""
    return day_start(day, zone_name), day_start(day + timedelta(days=1), zone_name)


def date_at(tick: int, zone_name: str) -> date:
    """The calendar date on which a tick falls in a zone."""
    return datetime.fromtimestamp(tick * 60, UTC).astimezone(zone(zone_name)).date()


def clock_at(tick: int, zone_name: str) -> time:
    """The wall clock of a tick in a zone."""
    return datetime.fromtimestamp(tick * 60, UTC).astimezone(zone(zone_name)).time()


def day_edges(first: int, end: int, zone_name: str) -> tuple[int, ...]:
    """The starts of every date in a zone that `[first, end)` touches, and the end of the last: n + 1 ticks."""
    days = days_between(date_at(first, zone_name), date_at(end - 1, zone_name))
    return tuple(day_start(day, zone_name) for day in (*days, days[-1] + timedelta(days=1)))


def week_edges(first: int, end: int, zone_name: str) -> tuple[int, ...]:
    """The starts of every week (Monday 00:00 in a zone) that `[first, end)` touches, and the end of the last."""
    monday = monday_of(date_at(first, zone_name))
    weeks = (date_at(end - 1, zone_name) - monday).days // 7 + 1
    return tuple(day_start(monday + timedelta(weeks=n), zone_name) for n in range(weeks + 1))


def monday_of(day: date) -> date:
    """The Monday of the week in which a date lies."""
    return day - timedelta(days=day.isoweekday() - 1)


def buckets(edges: Sequence[int]) -> Stretches:
    """The stretches between consecutive edges."""
    return tuple(pairwise(edges))


def open_stretches(calendar: Calendar, first: int, end: int) -> Stretches:
    """The opening hours of a calendar that touch `[first, end)`, whole, in ticks; back-to-back hours stay apart."""
    found: list[Stretch] = []
    for day in days_between(date_at(first, calendar.zone), date_at(end - 1, calendar.zone)):
        for hours in calendar.hours_on(day):
            opens = label_tick(day, hours.opens, calendar.zone)
            closes = label_tick(day, hours.closes, calendar.zone)
            if opens < closes and opens < end and closes > first:
                found.append((opens, closes))
    return tuple(sorted(found))


# Algebra of stretches


def merged(stretches: Iterable[Stretch]) -> Stretches:
    """The union, ascending, with overlapping and touching stretches joined; empty ones fall away."""
    found: list[Stretch] = []
    for first, end in sorted(stretches):
        if first >= end:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return tuple(found)


def intersection(left: Iterable[Stretch], right: Iterable[Stretch]) -> Stretches:
    """What both have, by one sweep; both must be ascending and disjoint."""
    a, b = list(left), list(right)
    found: list[Stretch] = []
    i = j = 0
    while i < len(a) and j < len(b):
        first, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if first < end:
            found.append((first, end))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def complement(stretches: Iterable[Stretch], first: int, end: int) -> Stretches:
    """What of `[first, end)` lies in none of the stretches."""
    found: list[Stretch] = []
    at = first
    for opens, closes in merged(stretches):
        if opens > at:
            found.append((at, min(opens, end)))
        at = max(at, closes)
        if at >= end:
            break
    if at < end:
        found.append((at, end))
    return tuple(piece for piece in found if piece[0] < piece[1])


def subtraction(left: Iterable[Stretch], right: Iterable[Stretch]) -> Stretches:
    """What the left has and the right has not; touching pieces of the left stay apart."""
    pieces = tuple(left)
    if not pieces:
        return ()
    return intersection(pieces, complement(right, pieces[0][0], max(end for _, end in pieces)))


# Starts


def fit(stretches: Iterable[Stretch], duration: int) -> Starts:
    """The starts s for which `[s, s + duration)` lies inside one stretch."""
    return joined((first, end - duration) for first, end in stretches)


def joined(starts: Iterable[tuple[int, int]]) -> Starts:
    """Start ranges in ascending order, those that overlap or follow each other joined; empty ones fall away."""
    return inclusive(merged((first, last + 1) for first, last in starts))


def inclusive(stretches: Iterable[Stretch]) -> Starts:
    """Every tick of the stretches, as start ranges."""
    return tuple((first, end - 1) for first, end in stretches)


def exclusive(starts: Iterable[tuple[int, int]]) -> Stretches:
    """Start ranges as the stretches of those ticks."""
    return tuple((first, last + 1) for first, last in starts)


def shared_starts(first: Iterable[tuple[int, int]], *others: Iterable[tuple[int, int]]) -> Starts:
    """The starts that lie in all of these sets."""
    found = exclusive(first)
    for other in others:
        found = intersection(found, exclusive(other))
    return inclusive(found)


def clear_of(blocked: Iterable[Stretch], duration: int, first: int, end: int) -> Starts:
    """The starts s for which `[s, s + duration)` lies in `[first, end)` and touches nothing that is blocked."""
    return fit(complement(blocked, first, end), duration)


def earliest(starts: Starts, at: int) -> int | None:
    """The first start not before a tick, or None."""
    return next((max(first, at) for first, last in starts if last >= at), None)
