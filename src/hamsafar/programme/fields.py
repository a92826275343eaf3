"""What may stand in one field of a programme file, as pydantic types: a text in, a domain value out.

Each type carries its own JSON Schema, so that an editor says the same as the reader.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from hamsafar.domain.calendars import Hours
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.timeline import zone as known_zone
from hamsafar.units import Dimension, parse_quantity, units_of, whole_minutes

LONGEST_MIN = 3_660 * 1_440  # ten years: a longer duration is a slip of the keyboard
LARGEST_WHOLE = 1_000_000_000
SMALLEST_FACTOR, LARGEST_FACTOR = 0.2, 20  # of a length aboard: beyond them a slip of the pen
FIRST_YEAR, LAST_YEAR = 1990, 2100  # outside them a year is mistyped
_LONGEST_TEXT = 400
_LONGEST_PLACEMENT = 200
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_PLACEMENT = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9-]+)?(?:@[a-z0-9-]+){0,2}(?:#\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_HOURS = re.compile(r"([0-9:]+)\s*[-–]\s*([0-9:]+)", re.ASCII)
_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}


def said(read: Callable[[Any], Any]) -> PlainValidator:
    """A pydantic validator that says what an InputError of ours says."""
    return PlainValidator(saying(read))


def saying(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same as a function."""

    def checked(value: Any) -> Any:
        try:
            return read(value)
        except (InputError, OutOfRangeError) as problem:
            what = problem.what if isinstance(problem, InputError) else str(problem)
            raise PydanticCustomError("said", "{what}", {"what": what}) from problem

    return checked


def _text_of(value: Any, example: str) -> str:
    if not isinstance(value, str):
        hint = "; put it in quotes" if isinstance(value, (int, float)) else ""
        raise InputError(f"should be a text such as {example!r}{hint}")
    return value


def read_text(value: Any) -> str:
    """A text that says something."""
    text = _text_of(value, "Prime trainee").strip()
    if not text:
        raise InputError("is empty; say something")
    if len(text) > _LONGEST_TEXT:
        raise InputError(f"is longer than {_LONGEST_TEXT} characters")
    return text


def read_id(value: Any) -> str:
    """An id: lower case letters, digits and hyphens."""
    text = _text_of(value, "trainee-prime")
    if not _ID.fullmatch(text):
        raise InputError("should be an id of lower case letters, digits and hyphens, at most 64 of them")
    return text


def read_session_name(value: Any) -> str:
    """`subject/session`."""
    text = _text_of(value, "station-fire/practice")
    subject, slash, session = text.partition("/")
    if not (slash and _ID.fullmatch(subject) and _ID.fullmatch(session)):
        raise InputError("should name a session as subject/session, for instance 'station-fire/practice'")
    return text


def read_work_name(value: Any) -> str:
    """An activity or a subject by its id, or a session as `subject/session`."""
    text = _text_of(value, "station-fire/practice")
    return read_session_name(text) if "/" in text else read_id(text)


def read_placement_name(value: Any) -> str:
    """The id of a placement, as the plan writes it."""
    text = _text_of(value, "fluids-run#1")
    if len(text) > _LONGEST_PLACEMENT or not _PLACEMENT.fullmatch(text):
        raise InputError("should be an id as the plan writes it, such as 'station-fire/practice' or 'fluids-run#1'")
    return text


def _quantity(value: Any, dimension: Dimension) -> float:
    if not isinstance(value, str):
        return float(parse_quantity("", dimension))  # says what a quantity looks like
    return float(parse_quantity(value, dimension))


def read_minutes(value: Any) -> int:
    """A duration in whole minutes, not negative and at most ten years."""
    minutes = whole_minutes(value) if isinstance(value, str) else int(_quantity(value, "duration"))
    if minutes < 0:
        raise InputError("should not be negative")
    if minutes > LONGEST_MIN:
        raise InputError("is longer than ten years")
    return minutes


def read_some_minutes(value: Any) -> int:
    """A duration of at least a minute."""
    minutes = read_minutes(value)
    if minutes == 0:
        raise InputError("should be longer than nothing")
    return minutes


def read_grams(value: Any) -> int:
    """A mass of at least a gram, in whole grams."""
    grams = parse_quantity(value if isinstance(value, str) else "", "mass") * 1_000
    if grams.denominator != 1:
        raise InputError("should be a whole number of grams")
    if not 0 < grams <= LARGEST_WHOLE:
        raise InputError("should be a mass of at least a gram, and one that somebody can carry")
    return int(grams)


def read_days(value: Any) -> int:
    """A duration in whole days."""
    days, rest = divmod(read_minutes(value), 1_440)
    if rest:
        raise InputError("should be a whole number of days")
    return days


def read_some_days(value: Any) -> int:
    """A duration of at least a day, in whole days."""
    if (days := read_days(value)) == 0:
        raise InputError("should be at least a day")
    return days


def read_part_days(value: Any) -> float:
    """A duration in days and their fractions."""
    return read_minutes(value) / 1_440


def read_twilight(value: Any) -> float:
    """An angle of the Sun below the horizon, in degrees."""
    degrees = _quantity(value, "angle")
    if not 0 < degrees <= 30:
        raise InputError("should lie between 0 deg and 30 deg: the Sun's angle below the horizon")
    return degrees


def read_instant(value: Any) -> Instant:
    """An instant with its zone."""
    text = _text_of(value, "2027-06-05T00:00Z")
    moment = Instant.parse(text[:64])
    _known_year(int(moment.iso()[:4]))
    return moment


def read_date(value: Any) -> date:
    """A calendar date."""
    text = _text_of(value, "2026-12-07").strip()
    if not _DATE.fullmatch(text):
        raise InputError("should be a date such as 2026-12-07 (year-month-day)")
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise InputError("is no day of the calendar; check month and day") from problem
    _known_year(day.year)
    return day


def read_day_or_instant(value: Any) -> date | Instant:
    """A whole day of some zone, or an instant."""
    if isinstance(value, str) and ("T" in value or ":" in value):
        return read_instant(value)
    return read_date(value)


def _known_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}; is the year mistyped?")


def read_clock(value: Any) -> time:
    """A wall clock time, 00:00 to 23:59."""
    match = _CLOCK.fullmatch(_text_of(value, "07:30").strip())
    if match is None:
        raise InputError("should be a wall clock time from 00:00 to 23:59, for instance '07:30'")
    return time(int(match.group(1)), int(match.group(2)))


def read_month_day(value: Any) -> tuple[int, int]:
    """A day of every year, `04-15`."""
    match = _MONTH_DAY.fullmatch(_text_of(value, "04-15").strip())
    try:
        day = date(2000, int(match.group(1)), int(match.group(2))) if match else None
    except ValueError as problem:
        raise InputError("is no day of the calendar; check month and day") from problem
    if day is None:
        raise InputError("should be a day of every year as month-day, for instance '04-15'")
    return day.month, day.day


def read_hours(value: Any) -> Hours:
    """Opening hours of one stretch, `08:00-12:00`."""
    match = _HOURS.fullmatch(_text_of(value, "08:00-12:00").strip())
    if match is None:
        raise InputError("should be opening hours such as '08:00-12:00'")
    return Hours(opens=read_clock(match.group(1)), closes=read_clock(match.group(2)))


def read_zone(value: Any) -> str:
    """The name of an IANA time zone."""
    text = _text_of(value, "Asia/Karachi")
    if len(text) > 64 or not text.isascii() or not text.isprintable():
        raise InputError("should be an IANA time zone such as Asia/Karachi")
    known_zone(text)
    return text


def read_weekday(value: Any) -> int:
    """A day of the week as its ISO number."""
    if not isinstance(value, str) or value not in _WEEKDAYS:
        raise InputError(f"should be one of {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS[value]


def read_file_name(value: Any) -> str:
    """The name of a file beside the programme's own."""
    text = _text_of(value, "elements.tle")
    if not text.strip() or text in (".", "..") or set(text) & set("/\\:\0") or len(text) > 200:
        raise InputError("should be the name of a file in the programme's folder, without a path")
    return text


def read_factor(value: Any) -> float:
    """A factor on a length: from a fifth to twenty times."""
    factor = read_number(value)
    if not SMALLEST_FACTOR <= factor <= LARGEST_FACTOR:
        raise InputError(f"is a factor on a length: it should lie between {SMALLEST_FACTOR} and {LARGEST_FACTOR}")
    return factor


def read_number(value: Any) -> float:
    """A bare number, finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError("should be a bare number, without quotes or unit")
    if not math.isfinite(value) or abs(value) > LARGEST_WHOLE:
        raise InputError("should be a number of ordinary size")
    return float(value)


def quantity_schema(dimension: Dimension, example: str) -> dict[str, Any]:
    """The JSON Schema of a quantity: a text with one of the dimension's units."""
    units = "|".join(units_of(dimension))
    return {"type": "string", "pattern": rf"^\s*[+-]?\d+(\.\d+)?\s*({units})\s*$", "examples": [example]}


def _pattern(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


_ID_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
_CLOCK_PATTERN = r"([01]\d|2[0-3]):[0-5]\d"
_DAY_PATTERN = r"\d{4}-\d{2}-\d{2}"
_TIME_PATTERN = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})"
_DURATION = WithJsonSchema(quantity_schema("duration", "30 min"))

Text = Annotated[str, said(read_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LONGEST_TEXT})]
Id = Annotated[str, said(read_id), _pattern(_ID_PATTERN, "trainee-prime")]
SessionName = Annotated[str, said(read_session_name), _pattern(r"^[a-z0-9-]+/[a-z0-9-]+$", "station-fire/practice")]
WorkName = Annotated[
    str, said(read_work_name), _pattern(r"^[a-z0-9-]+(/[a-z0-9-]+)?$", "fluids-run", "station-fire/practice")
]
PlacementName = Annotated[
    str,
    said(read_placement_name),
    _pattern(rf"^{_PLACEMENT.pattern}$", "fluids-run#1", "station-fire/exam@trainee-prime"),
]
Minutes = Annotated[int, said(read_minutes), _DURATION]
SomeMinutes = Annotated[int, said(read_some_minutes), _DURATION]
Days = Annotated[int, said(read_days), _DURATION]
Grams = Annotated[int, said(read_grams), WithJsonSchema(quantity_schema("mass", "200 g"))]
SomeDays = Annotated[int, said(read_some_days), _DURATION]
PartDays = Annotated[float, said(read_part_days), _DURATION]
Twilight = Annotated[float, said(read_twilight), WithJsonSchema(quantity_schema("angle", "18 deg"))]
Moment = Annotated[
    Instant,
    said(read_instant),
    _pattern(rf"^{_DAY_PATTERN}{_TIME_PATTERN}$", "2027-06-05T00:00Z", "2027-06-05T05:00+05:00"),
]
DayOrMoment = Annotated[
    date | Instant,
    said(read_day_or_instant),
    _pattern(rf"^{_DAY_PATTERN}({_TIME_PATTERN})?$", "2027-01-11", "2027-01-11T06:30Z"),
]
Day = Annotated[date, said(read_date), _pattern(r"^\d{4}-\d{2}-\d{2}$", "2026-12-07")]
EveryYearsDay = Annotated[tuple[int, int], said(read_month_day), _pattern(r"^\d{2}-\d{2}$", "04-15")]
Clock = Annotated[time, said(read_clock), _pattern(f"^{_CLOCK_PATTERN}$", "07:30")]
OpeningHours = Annotated[
    Hours, said(read_hours), _pattern(f"^{_CLOCK_PATTERN}\\s*[-–]\\s*{_CLOCK_PATTERN}$", "08:00-12:00")
]
Zone = Annotated[str, said(read_zone), _pattern(r"^[A-Za-z0-9_+/-]+$", "Asia/Karachi", "Asia/Shanghai")]
Weekday = Annotated[int, said(read_weekday), WithJsonSchema({"enum": list(_WEEKDAYS)})]
FileName = Annotated[str, said(read_file_name), _pattern(r"^[^/\\:]+$", "elements.tle")]
Factor = Annotated[
    float,
    said(read_factor),
    WithJsonSchema({"type": "number", "minimum": SMALLEST_FACTOR, "maximum": LARGEST_FACTOR}),
]
Number = Annotated[float, said(read_number), WithJsonSchema({"type": "number"})]
Count = Annotated[int, Field(ge=1, le=LARGEST_WHOLE)]
Whole = Annotated[int, Field(ge=0, le=LARGEST_WHOLE)]
