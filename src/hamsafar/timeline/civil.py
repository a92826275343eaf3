"""Civil time: local labels and zones, and mission elapsed time.

A civil appointment keeps its label and zone, so a leap second cannot move breakfast: it is counted in UTC
minutes (`Instant.from_utc_minute`), never in elapsed seconds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hamsafar.errors import InputError
from hamsafar.timeline.instant import Instant


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; InputError if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise InputError(f"unknown time zone {name!r}; use an IANA name such as Asia/Karachi") from problem


def local_instant(day: date, clock: time, zone_name: str) -> Instant:
    """The Instant of a local label. In a repeated hour the first; InputError for a label that never happens."""
    label = datetime.combine(day, clock, zone(zone_name))
    if label.astimezone(UTC).astimezone(zone(zone_name)).replace(tzinfo=None) != label.replace(tzinfo=None):
        raise InputError(f"{label:%Y-%m-%d %H:%M} does not exist in {zone_name}: the clocks skip it")
    return Instant.from_datetime(label)


def local_date(moment: Instant, zone_name: str) -> date:
    """The calendar day on which a moment falls in a zone."""
    return moment.datetime(zone(zone_name)).date()


def local_label(moment: Instant, zone_name: str) -> str:
    """`2027-06-05 17:30 +05:00`: a moment on a zone's wall clock, always with its offset."""
    local = moment.datetime(zone(zone_name))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def days_between(first: date, last: date) -> list[date]:
    """Every date from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def mission_elapsed(moment: Instant, liftoff: Instant) -> str:
    """Mission elapsed time, `T+003d 04:05:06` after lift-off and `T-...` before, in elapsed seconds."""
    seconds = round(moment.seconds_since(liftoff))
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    days, rest = divmod(seconds, 86_400)
    return f"T{sign}{days:03}d {rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
