"""Days and moments as people write them; which of day and month comes first is settled by a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from hamsafar.programme.selection.intake_text import Unreadable, figures

DateOrder = Literal["day-first", "month-first"]

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PARTS = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.\-]+([a-z]{3,9})\.?,?[\s\-]+(\d{4})")
_NAMED_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CLOCK = re.compile(
    r"[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 3_654, 73_050  # 1910 to 2099, as spreadsheets count days
_NAMED = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS = {said: number for number, name in enumerate(_NAMED, 1) for said in (name, name[:3])} | {"sept": 9}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def day_of(raw: Any, order: DateOrder | None) -> date:
    """The day that a cell says. Raises Unreadable."""
    if isinstance(raw, datetime):
        return _known(raw.date())
    if isinstance(raw, date):
        return _known(raw)
    if isinstance(raw, (bool, time, timedelta)):
        raise Unreadable(_A_DAY)
    if isinstance(raw, (int, float)):
        return _serial(float(raw))
    text = figures(raw)
    clock = _CLOCK.search(text)
    return _day(text[: clock.start()] if clock and clock.end() == len(text) else text, order)


_A_DAY = "should be a day such as 1995-04-03 or 3 April 1995"


def _day(text: str, order: DateOrder | None) -> date:
    text = text.strip().casefold()
    for pattern in (_ISO, _CHINESE):
        if found := pattern.fullmatch(text):
            return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_NAMED.fullmatch(text):
        return _made(int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAMED_DAY.fullmatch(text):
        return _made(int(found[3]), _month(found[1]), int(found[2]))
    if found := _PARTS.fullmatch(text):
        return _ordered(int(found[1]), int(found[3]), int(found[4]), order)
    if found := _SERIAL.fullmatch(text):
        return _serial(float(text))
    raise Unreadable(_A_DAY)


def _ordered(first: int, second: int, year: int, order: DateOrder | None) -> date:
    if order is None and first <= 12 and second <= 12 and first != second:
        raise Unreadable("may begin with the day or with the month; write it as 1995-04-03")
    day, month = (first, second) if (order or _proved(first, second)) == "day-first" else (second, first)
    if month > 12 >= day:
        raise Unreadable(f"does not have its {(order or '').removesuffix('-first')} first; write it as 1995-04-03")
    return _made(year, month, day)


def _proved(first: int, second: int) -> DateOrder | None:
    """Which of day and month comes first, where one of the two can't be a month."""
    if (first > 12) == (second > 12):
        return None
    return "day-first" if first > 12 else "month-first"


def _month(name: str) -> int:
    if name not in _MONTHS:
        raise Unreadable(_A_DAY)
    return _MONTHS[name]


def _made(year: int, month: int, day: int) -> date:
    try:
        return _known(date(year, month, day))
    except ValueError as problem:
        raise Unreadable("is no day of the calendar") from problem


def _known(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Unreadable(f"lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def _serial(days: float) -> date:
    """A day as spreadsheets count them, from 1899-12-30 (true from March 1900 on)."""
    if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
        raise Unreadable(_A_DAY)
    return date(1899, 12, 30) + timedelta(days=int(days))


def order_of(raws: Iterable[Any]) -> tuple[DateOrder | None, bool]:
    """Whether days or months come first in a column, and whether some day in it could be read either way."""
    found: set[DateOrder] = set()
    unsure = False
    for raw in raws:
        parts = _parts(raw)
        if parts is None:
            continue
        order = _proved(*parts)
        if order is not None:
            found.add(order)
        elif parts[0] != parts[1]:
            unsure = True
    return (found.pop() if len(found) == 1 else None), unsure


def _parts(raw: Any) -> tuple[int, int] | None:
    """The two numbers before the year of a day in text, such as (3, 4) of 03/04/1995."""
    try:
        found = _PARTS.match(figures(raw)) if isinstance(raw, str) else None
    except Unreadable:
        return None
    return None if found is None else (int(found[1]), int(found[3]))


def perhaps_swapped(raws: Sequence[Any]) -> list[int]:
    """The cells of a column that a spreadsheet may have made days of with day and month swapped.

    A spreadsheet turns the texts that fit its own order into days and leaves the others: so where 25/04/1995 is still
    text, what is a day with two numbers up to 12 may have been written the other way round.
    """
    days = [index for index, raw in enumerate(raws) if _could_be_swapped(raw)]
    if not days or not any(parts is not None and _proved(*parts) for parts in map(_parts, raws)):
        return []
    return days


def _could_be_swapped(raw: Any) -> bool:
    if isinstance(raw, (str, bool, time, timedelta)) or raw is None:
        return False
    try:
        day = day_of(raw, None)
    except Unreadable:
        return False
    return day.day <= 12 and day.day != day.month


def moment_of(raw: Any, order: DateOrder | None) -> datetime:
    """The moment that a cell says, naive where it names no zone; the end of the day where it says no time."""
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        day, part = _serial(float(raw)), float(raw) % 1
        return datetime.combine(day, time()) + timedelta(seconds=round(part * 86_400))
    if not isinstance(raw, str):
        return datetime.combine(day_of(raw, order), time(23, 59, 59))
    text = figures(raw)
    clock = _CLOCK.search(text)
    if clock is None or clock.end() != len(text):
        return datetime.combine(_day(text, order), time(23, 59, 59))
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = (clock[4] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if not (hour < 24 and minute < 60 and second < 60):
        raise Unreadable("is no time of the day")
    found = datetime.combine(_day(text[: clock.start()], order), time(hour, minute, second))
    zone = (clock[5] or "").casefold()
    if zone in ("z", "utc", "gmt"):
        return found.replace(tzinfo=UTC)
    if zone:
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return (found - shift if zone[0] == "+" else found + shift).replace(tzinfo=UTC)
    return found
