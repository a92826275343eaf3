"""Epochs as CCSDS writes them (502.0-B-3, 7.5.10; 301.0-B-4, ASCII time codes A and B): text ↔ count on a clock.

`2025-02-26T12:00:00.000` and `2025-057T12:00:00.000Z` are the same. Read to the nearest nanosecond, written with as
many decimals as it takes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from attrs import frozen

from hamsafar.domain.messages import LARGEST_CLOCK_NS, Epoch
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import NS_PER_S, Instant

_DAY_NS = 86_400 * NS_PER_S
_EPOCH = re.compile(
    r"(\d{4}-(?:\d{2}-\d{2}|\d{3}))T(\d{2}):(\d{2}):(\d{2})(?:\.(\d*))?Z?",
    re.ASCII,
)
_ORIGIN = date(2000, 1, 1).toordinal()


def read_epoch(text: str, time_system: str) -> Epoch:
    """The epoch of a text. Raises InputError for a text of another form and for a time that never happens."""
    clock_ns = clock_of(text, time_system)
    if not -LARGEST_CLOCK_NS <= clock_ns <= LARGEST_CLOCK_NS:
        raise InputError(f"lies outside the years 1709 to 2291 (got {text!r:.60})")
    return Epoch(clock_ns=clock_ns, time_system=time_system)


def clock_of(text: str, time_system: str) -> int:
    """Nanoseconds on the clock of a time system, as `Epoch` counts them. Raises InputError."""
    match = _EPOCH.fullmatch(text)
    if match is None:
        raise InputError(
            f"should be a time such as 2026-09-18T07:08:44.680704 or 2026-261T07:08:44.680704 (got {text!r:.60})"
        )
    day, hour, minute, second, decimals = match.groups()
    h, m, s = int(hour), int(minute), int(second)
    fraction_ns = _fraction_ns(decimals) if decimals else 0
    try:
        midnight_ns, last_s = _midnight(day, time_system == "UTC")
    except OutOfRangeError as problem:
        raise InputError(f"{problem} (got {text!r:.60})") from problem
    except (ValueError, OverflowError) as problem:
        raise InputError(f"no such date: {day}") from problem
    if h > 23 or m > 59 or s > (last_s if (h, m) == (23, 59) else 59):
        raise InputError(f"no such time of day in {time_system}: {text[:60]}")
    return midnight_ns + (h * 3_600 + m * 60 + s) * NS_PER_S + fraction_ns


def _fraction_ns(decimals: str) -> int:
    """Nanoseconds of the decimals of a second, to the nearest; half goes up."""
    nine = int(decimals[:9].ljust(9, "0"))
    return nine + (len(decimals) > 9 and decimals[9] >= "5")


@lru_cache(maxsize=4_096)
def _midnight(day: str, utc: bool) -> tuple[int, int]:
    """(clock at 00:00 of a day, the last second its last minute has)."""
    if len(day) == 10:
        found = date.fromisoformat(day)
    else:
        year, number = int(day[:4]), int(day[5:])
        found = date(year, 1, 1) + timedelta(days=number - 1)
        if found.year != year:
            raise ValueError(f"{year} has no day {number}")
    days = found.toordinal() - _ORIGIN
    if not utc:
        return days * _DAY_NS, 59
    midnight = Instant.utc(found.year, found.month, found.day)
    try:
        Instant.utc(found.year, found.month, found.day, 23, 59, 60)
    except InputError:
        return midnight.tai_ns, 59
    return midnight.tai_ns, 60


@frozen
class Clocks:
    """Counts of many epochs, and (index, error) of those that are none; the counts of those are 0."""

    clocks_ns: list[int]
    wrong: list[tuple[int, InputError]]


def read_clocks(texts: Sequence[str], time_system: str) -> Clocks:
    """The counts of many texts on the clock of a time system."""
    found = Clocks([], [])
    for index, text in enumerate(texts):
        try:
            clock_ns = clock_of(text, time_system)
            if not -LARGEST_CLOCK_NS <= clock_ns <= LARGEST_CLOCK_NS:
                raise InputError(f"lies outside the years 1709 to 2291 (got {text!r:.60})")
        except InputError as problem:
            clock_ns = 0
            found.wrong.append((index, problem))
        found.clocks_ns.append(clock_ns)
    return found


def write_epoch(epoch: Epoch) -> str:
    """An epoch's text, read back equal."""
    return write_clock(epoch.clock_ns, epoch.time_system)


def write_clock(clock_ns: int, time_system: str) -> str:
    """The text of a count on the clock of a time system."""
    if time_system == "UTC":
        return Instant(clock_ns).exact_iso().removesuffix("Z")
    days, of_day_ns = divmod(clock_ns, _DAY_NS)
    seconds, ns = divmod(of_day_ns, NS_PER_S)
    clock = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{date.fromordinal(days + _ORIGIN).isoformat()}T{clock}" + (f".{ns:09}".rstrip("0") if ns else "")


def write_clocks(clocks_ns: Sequence[int], time_system: str) -> list[str]:
    """The text of every count."""
    return [write_clock(clock_ns, time_system) for clock_ns in clocks_ns]
