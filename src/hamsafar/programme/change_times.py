"""Days and instants of a change file as instants: a day is meant in the zone of what it is said of."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hamsafar.timeline import Instant, zone


def begin_of(value: date | Instant, zone_name: str) -> Instant:
    """The first instant of a day in a zone; an instant is itself."""
    return value if isinstance(value, Instant) else _midnight(value, zone_name)


def end_of(value: date | Instant, zone_name: str) -> Instant:
    """The instant after the last: a day is included, an instant is not."""
    return value if isinstance(value, Instant) else _midnight(value + timedelta(days=1), zone_name)


def _midnight(day: date, zone_name: str) -> Instant:
    """00:00 of a day; where the clocks skip it, the moment when they do."""
    return Instant.from_datetime(datetime.combine(day, time(), zone(zone_name)))
