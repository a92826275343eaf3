"""The cells of a host's table: moments, lengths and names as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from hamsafar.errors import InputError
from hamsafar.formats.tables import Cell
from hamsafar.programme.attendance_values import clock_of, day_of, trusted
from hamsafar.programme.zones_said import A_ZONE, instant_on
from hamsafar.timeline import Instant

_SPLIT = re.compile(r"(.+?)(?:,\s*|\s+|T)(\d{1,2}[:.]\d{2}(?::\d{2})?)", re.ASCII)
_PARTS = re.compile(
    r"(?:(\d{1,3})\s*(?:h|hr|hrs|hours?))?\s*(?:(\d{1,4})\s*(?:min|mins|minutes?|m)?)?", re.ASCII | re.I
)
_CLOCKLIKE = re.compile(r"(\d{1,3}):([0-5]\d)(?::00)?", re.ASCII)
_LONGEST_MIN = 30 * 1_440
IN_A_TABLE = f"name it in the heading, as in 'Start (UTC)', or in a column Zone: {A_ZONE}"
IN_ICS = f"write it with a Z (UTC) or a TZID, or name it beside the file (`zone` of `host_plan`, --host-zone): {A_ZONE}"
_A_LENGTH = "should be a length such as 90 min, 1 h 30 min or 1:30"


def moment_of(cell: Cell) -> datetime | time | None:
    """A day with its clock, or a clock alone; None where the cell is blank. Raises InputError for anything else."""
    value = trusted(cell)
    if value is None or isinstance(value, (datetime, time, timedelta)):
        return clock_of(cell)
    if isinstance(value, date):
        raise InputError(f"has no time of day (got {cell.text[:30]!r})")
    found = _SPLIT.fullmatch(cell.text)
    if found is not None and not found[1].isdigit():
        day, clock = day_of(Cell(found[1].strip(" ,"), cell.at)), clock_of(Cell(found[2], cell.at))
        if isinstance(day, date) and not isinstance(day, datetime) and isinstance(clock, time):
            return datetime.combine(day, clock)
    return clock_of(cell)


def date_of(cell: Cell) -> date | None:
    """A day; None where the cell is blank."""
    day = day_of(cell)
    if isinstance(day, datetime):
        raise InputError(f"should be a day without a time (got {cell.text[:30]!r})")
    return day


def length_min(cell: Cell, unit_min: int | None) -> int | None:
    """Whole minutes, rounded up; a number alone counts in the unit of the heading. None where the cell is blank."""
    value = trusted(cell)
    if value is None:
        return None
    if isinstance(value, (time, datetime)):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return _whole(value.total_seconds() / 60, cell)
    number = _number(cell.text)
    if number is not None:
        if unit_min is None:
            raise InputError(
                f"is in no unit: write 90 min, or head the column 'Duration (min)' (got {cell.text[:30]!r})"
            )
        return _whole(number * unit_min, cell)
    if (clock := _CLOCKLIKE.fullmatch(cell.text)) is not None:
        return _whole(int(clock[1]) * 60 + int(clock[2]), cell)
    parts = _PARTS.fullmatch(cell.text)
    if parts is None or parts[0].strip() == "":
        raise InputError(f"{_A_LENGTH} (got {cell.text[:30]!r})")
    return _whole(int(parts[1] or 0) * 60 + int(parts[2] or 0), cell)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text, re.ASCII) else None


def _whole(minutes: float, cell: Cell) -> int:
    whole = int(minutes) + (minutes > int(minutes))
    if not 1 <= whole <= _LONGEST_MIN:
        raise InputError(f"{_A_LENGTH}, of at most 30 days (got {cell.text[:30]!r})")
    return whole


def instant_in(label: datetime, zone_name: str | None, *, strange: str = "", how: str = IN_A_TABLE) -> Instant:
    """The instant of a label; what has an offset of its own needs no zone. Raises InputError where nobody says one."""
    if label.tzinfo is not None:
        return Instant.from_datetime(label)
    if zone_name is None:
        said = f"; {strange[:30]!r} is none that is known" if strange else ""
        raise InputError(f"says no zone, so nobody knows when {label:%Y-%m-%d %H:%M} is{said}; {how}")
    return instant_on(label, zone_name)
