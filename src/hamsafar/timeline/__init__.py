"""Instants, spans, windows, civil time and mission elapsed time."""

from hamsafar.timeline.barycentric import tai_ns_of_tdb, tdb_clock_of, tdb_minus_tt_s
from hamsafar.timeline.civil import (
    days_between,
    local_date,
    local_instant,
    local_label,
    mission_elapsed,
    zone,
)
from hamsafar.timeline.instant import NS_PER_S, Instant, leap_seconds_expire
from hamsafar.timeline.span import Span, Windows, WindowState

__all__ = [
    "NS_PER_S",
    "Instant",
    "Span",
    "WindowState",
    "Windows",
    "days_between",
    "leap_seconds_expire",
    "local_date",
    "local_instant",
    "local_label",
    "mission_elapsed",
    "tai_ns_of_tdb",
    "tdb_clock_of",
    "tdb_minus_tt_s",
    "zone",
]
