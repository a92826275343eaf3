"""One cell of an application → the value of its field, or what is wrong with it. Never a guess.

What depends on a whole column (day or month first, comma as decimal or thousands) is settled before, in `Reading`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from attrs import frozen

from hamsafar.domain.campaign import Field
from hamsafar.domain.selection import Value
from hamsafar.programme.problems import nearest

DateOrder = Literal["day-first", "month-first"]
Decimals = Literal["point", "comma"]

_INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF, 0x200B])
_MISSING = frozenset(["", "-", "–", "—", "n/a", "na", "nil", "null", "none", "nan", ".", "?"])
_YES = frozenset(
    ["yes", "y", "true", "1", "checked", "ja", "oui", "si", "sí", "是", "对", "有", "ہاں", "جی ہاں", "✓", "x"]
)
_NO = frozenset(["no", "n", "false", "0", "unchecked", "nein", "non", "否", "不", "无", "没有", "نہیں", "جی نہیں"])
_FACTORS: dict[str, dict[str, Decimal]] = {  # of a unit, in the unit that the field is kept in
    "cm": {"cm": Decimal(1), "m": Decimal(100), "mm": Decimal("0.1"), "in": Decimal("2.54"), "ft": Decimal("30.48")},
    "m": {
        "m": Decimal(1),
        "cm": Decimal("0.01"),
        "mm": Decimal("0.001"),
        "in": Decimal("0.0254"),
        "ft": Decimal("0.3048"),
    },
    "kg": {"kg": Decimal(1), "g": Decimal("0.001"), "lb": Decimal("0.45359237")},
    "years": {"years": Decimal(1), "months": Decimal(1) / 12},
    "months": {"months": Decimal(1), "years": Decimal(12)},
    "days": {"days": Decimal(1), "weeks": Decimal(7)},
    "hours": {"hours": Decimal(1), "minutes": Decimal(1) / 60, "days": Decimal(24)},
}
_NAMES = {
    **dict.fromkeys(("cm", "cms", "centimetre", "centimetres", "centimeter", "centimeters", "厘米", "公分"), "cm"),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "米"), "m"),
    **dict.fromkeys(("mm", "millimetres", "millimeters"), "mm"),
    **dict.fromkeys(("in", "inch", "inches", '"', "”", "″"), "in"),
    **dict.fromkeys(("ft", "foot", "feet", "'", "’", "′"), "ft"),
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms", "公斤"), "kg"),
    **dict.fromkeys(("g", "grams"), "g"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("year", "years", "yr", "yrs", "y", "年", "سال"), "years"),
    **dict.fromkeys(("month", "months", "个月", "ماہ"), "months"),
    **dict.fromkeys(("week", "weeks"), "weeks"),
    **dict.fromkeys(("day", "days", "d"), "days"),
    **dict.fromkeys(("hour", "hours", "h", "hr", "hrs"), "hours"),
    **dict.fromkeys(("minute", "minutes", "min"), "minutes"),
}
_FEET = re.compile(
    r"""(\d+)\s*(?:ft|feet|foot|['’′])\s*(?:(\d+(?:[.,]\d+)?)\s*(?:in|inches|inch|["”″]|'')?)?""", re.IGNORECASE
)
_NUMBER = re.compile(r"([+-]?\d[\d.,' \u00a0\u202f]*)\s*(.*)", re.DOTALL)
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
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LARGEST = 1e12
_LONGEST_TEXT = 100_000


class Unreadable(Exception):
    """What is wrong with a cell: `what` says what it should be, and never what it is."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@frozen(kw_only=True)
class Reading:
    """How one column is read: what its heading, its mapping and all its cells together settle."""

    unit: str | None = None  # of bare numbers, where not the field's own
    order: DateOrder | None = None
    decimals: Decimals | None = None
    values: tuple[tuple[str, str], ...] = ()  # text → option id, of the mapping


def plain(text: str) -> str:
    """A text as it is kept: composed (NFC), without marks that only say in which direction it runs, spaces single."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    if "\n" not in composed and "\r" not in composed:
        return " ".join(composed.split())
    return "\n".join(" ".join(line.split()) for line in composed.splitlines()).strip()


def folded(text: str) -> str:
    """A text for comparing: widths, digits, case and spaces made one."""
    if text.isascii():
        return " ".join(text.casefold().split())
    wide = unicodedata.normalize("NFKC", plain(text))
    return " ".join(digits_of(wide).casefold().split())


def digits_of(text: str) -> str:
    """A text whose digits of any script are 0 to 9, and whose Arabic decimal and thousands marks are ours."""
    if text.isascii():
        return text
    text = text.replace("٫", ".").replace("٬", "")
    return "".join(str(unicodedata.digit(each, -1)) if each.isdigit() and not each.isascii() else each for each in text)


def unit_named(said: str) -> str:
    """A unit as its fields are kept in it; what is no unit we know stays as it is."""
    return _NAMES.get(said.strip().casefold(), said)


def value_of(field: Field, raw: Any, reading: Reading) -> Value:
    """The value of a cell that is not empty; None for one that says there is no answer. Raises Unreadable."""
    if (
        isinstance(raw, str)
        and raw.startswith("#")
        and raw.rstrip("!?").isupper()
        and len(raw) < 10
        and field.kind != "text"
    ):
        raise Unreadable("holds a spreadsheet's error; write what it should be")
    if field.kind == "text":
        return _text(raw)
    if isinstance(raw, str) and folded(raw) in _MISSING and not _is_option(field, raw, reading):
        return None
    if field.kind == "number":
        return _number(field, raw, reading)
    if field.kind == "date":
        return day_of(raw, reading.order)
    if field.kind == "yes-no":
        return _yes_no(raw, reading)
    return _choice(field, raw, reading) if field.kind == "choice" else _choices(field, raw, reading)


def _said(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date().isoformat()
    return raw if isinstance(raw, str) else str(raw)


def _text(raw: Any) -> str | None:
    text = plain(_said(raw))
    if len(text) > _LONGEST_TEXT:
        raise Unreadable(f"is longer than {_LONGEST_TEXT:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError as problem:  # half of a pair of surrogates, as broken JSON has it
        raise Unreadable("has characters that are no text") from problem
    if "\0" in text:
        raise Unreadable("has characters that are no text")
    return text or None


# Numbers


def _number(field: Field, raw: Any, reading: Reading) -> float:
    unit = field.unit
    if isinstance(raw, (bool, date, time, timedelta)):
        raise Unreadable(f"should be a number{_of(unit)}; the spreadsheet made something else of it")
    if isinstance(raw, (int, float)):
        return _kept(_decimal(repr(raw)), reading.unit or unit, unit)
    text = digits_of(unicodedata.normalize("NFKC", plain(raw).replace("″", '"').replace("′", "'")))
    feet = _FEET.fullmatch(text.strip()) if unit in ("cm", "m") else None
    if feet is not None:
        inches = _decimal(feet[1]) * 12 + _decimal((feet[2] or "0").replace(",", "."))
        return _kept(inches, "in", unit)
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Unreadable(f"should be a number{_of(unit)}")
    bare = _separated(found[1].strip(), reading.decimals)
    named = found[2].strip().casefold().rstrip(".")
    if not named:
        return _kept(bare, reading.unit or unit, unit)
    if named not in _NAMES:
        raise Unreadable(f"should be a number{_of(unit)}, with nothing behind it but its unit")
    return _kept(bare, _NAMES[named], unit)


def _of(unit: str | None) -> str:
    return f" of {unit}" if unit else ""


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as problem:
        raise Unreadable("should be a number") from problem
    if not number.is_finite() or abs(number) > _LARGEST:
        raise Unreadable("should be a number of ordinary size")
    return number


def _kept(number: Decimal, said: str | None, unit: str | None) -> float:
    """A number in the unit that its field is kept in, exact to twelve digits."""
    if said == unit or said is None:
        return float(number)
    factor = _FACTORS.get(unit or "", {}).get(said)
    if factor is None:
        raise Unreadable(f"should be a number{_of(unit) or ' without a unit'}, and is in {said}")
    return float(round(number * factor, 9))


_GROUPS = re.compile(r"[+-]?\d{1,3}([,.' \u00a0\u202f])\d{3}(?:\1\d{3})*")


def _separated(text: str, decimals: Decimals | None) -> Decimal:
    """A number as people separate it: 1,234.5 and 1.234,5 and 1 234,5. Raises Unreadable if it may be two."""
    spaceless = re.sub(r"(?<=\d)[ \u00a0\u202f'](?=\d{3}(?!\d))", "", text)
    commas, points = spaceless.count(","), spaceless.count(".")
    if commas and points:
        last = "," if spaceless.rfind(",") > spaceless.rfind(".") else "."
        other = "." if last == "," else ","
        if spaceless.count(last) > 1:
            raise Unreadable("should be one number")
        return _decimal(spaceless.replace(other, "").replace(last, "."))
    if commas > 1 or points > 1:
        if _GROUPS.fullmatch(spaceless) is None:
            raise Unreadable("should be one number")
        return _decimal(re.sub("[,.]", "", spaceless))
    if commas:
        if decimals == "point":
            return _decimal(spaceless.replace(",", ""))
        if decimals is None and may_be_thousands(spaceless):
            raise Unreadable("has a comma that may be a decimal or part the thousands")
        return _decimal(spaceless.replace(",", "."))
    if points and decimals == "comma" and _GROUPS.fullmatch(spaceless):
        return _decimal(spaceless.replace(".", ""))
    return _decimal(spaceless)


def may_be_thousands(text: str) -> bool:
    """Whether one comma stands where thousands are parted: 1,720 (and not 1,72 or 0,720)."""
    return re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text) is not None


def decimals_of(raws: Iterable[Any]) -> Decimals | None:
    """What commas are in a column, where some number in it can be read in one way only."""
    for raw in raws:
        if not isinstance(raw, str) or "," not in raw:
            continue
        text = digits_of(unicodedata.normalize("NFKC", raw)).strip()
        found = _NUMBER.fullmatch(text)
        number = found[1].strip() if found else ""
        if number.count(",") == 1 and "." not in number and not may_be_thousands(number):
            return "comma"
        if number.count(",") > 1 or 0 <= number.find(",") < number.find("."):
            return "point"
        if number.count(".") and number.rfind(",") > number.rfind("."):
            return "comma"
    return None


# Dates


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
    text = digits_of(unicodedata.normalize("NFKC", plain(raw)))
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
    if first > 12 or first == second:
        return _made(year, second, first)
    if second > 12:
        return _made(year, first, second)
    if order is None:
        raise Unreadable("may begin with the day or with the month; write it as 1995-04-03")
    return _made(year, second, first) if order == "day-first" else _made(year, first, second)


def _month(name: str) -> int:
    if name[:3] not in _MONTHS:
        raise Unreadable(_A_DAY)
    return _MONTHS.index(name[:3]) + 1


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
        parts = _PARTS.match(digits_of(unicodedata.normalize("NFKC", plain(raw)))) if isinstance(raw, str) else None
        if parts is None:
            continue
        first, second = int(parts[1]), int(parts[3])
        if first > 12 >= second:
            found.add("day-first")
        elif second > 12 >= first:
            found.add("month-first")
        elif first != second:
            unsure = True
    return (found.pop() if len(found) == 1 else None), unsure


# Choices


def _yes_no(raw: Any, reading: Reading) -> bool:
    if isinstance(raw, bool):
        return raw
    said = folded(_said(raw))
    said = dict(reading.values).get(said, said)
    if said in _YES or said in _NO:
        return said in _YES
    first = re.split(r"[\s,.;:]", said, maxsplit=1)[0]  # "Yes, I am"
    if first in ("yes", "no"):
        return first == "yes"
    raise Unreadable("should be yes or no")


def _is_option(field: Field, raw: str, reading: Reading) -> bool:
    return folded(raw) in _options(field, reading)


def _options(field: Field, reading: Reading) -> dict[str, str]:
    """Every spelling of every option, folded."""
    found: dict[str, str] = {}
    for option in field.options:
        for spelling in (*option.also, option.title, option.id):
            found[folded(spelling)] = option.id
    return found | dict(reading.values)


def _choice(field: Field, raw: Any, reading: Reading) -> str:
    options = _options(field, reading)
    said = folded(_said(raw))
    if said in options:
        return options[said]
    raise Unreadable(f"is none of the choices{nearest(said, [option.title for option in field.options])}")


def _choices(field: Field, raw: Any, reading: Reading) -> tuple[str, ...]:
    options = _options(field, reading)
    text = plain(_said(raw))
    if folded(text) in options:
        return (options[folded(text)],)
    found: list[str] = []
    for part in re.split(r"[;,\n|、，；]", text):
        said = folded(part)
        if said and said not in options:
            titles = [option.title for option in field.options]
            raise Unreadable(f"has an answer that is none of the choices{nearest(said, titles)}")
        if said and options[said] not in found:
            found.append(options[said])
    return tuple(found)


def moment_of(raw: Any, order: DateOrder | None) -> datetime:
    """The moment that a cell says, naive where it names no zone; the end of the day where it says no time."""
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        day, part = _serial(float(raw)), float(raw) % 1
        return datetime.combine(day, time()) + timedelta(seconds=round(part * 86_400))
    if not isinstance(raw, str):
        return datetime.combine(day_of(raw, order), time(23, 59, 59))
    text = digits_of(unicodedata.normalize("NFKC", plain(raw)))
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
