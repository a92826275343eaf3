"""Numbers as people write them: digits of any script, decimals and thousands, units in the cell. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from hamsafar.programme.selection.intake_text import Unreadable, figures

Decimals = Literal["point", "comma"]

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
_LARGEST = 1e12
_INCHES = 12  # in a foot
_SENSE: dict[str, tuple[float, float]] = {  # what is outside is another unit or a slip, of whatever field
    "cm": (10, 1_000),
    "m": (0, _LARGEST),
    "kg": (0, 1_000),
    "years": (0, 150),
    "months": (0, 1_800),
    "days": (0, _LARGEST),
    "hours": (0, _LARGEST),
}


def unit_named(said: str) -> str:
    """A unit as its fields are kept in it; what is no unit we know stays as it is."""
    return _NAMES.get(said.strip().casefold(), said)


def number_of(raw: Any, *, unit: str | None, said: str | None, decimals: Decimals | None) -> float:
    """A number in the unit that its field is kept in; `said`: the unit of bare ones, if another. Raises Unreadable."""
    if isinstance(raw, (bool, date, time, timedelta)):
        raise Unreadable(f"should be a number{_of(unit)}; the spreadsheet made something else of it")
    if isinstance(raw, (int, float)):
        return _sensible(_kept(_decimal(repr(raw)), said or unit, unit), unit)
    return _sensible(_written(raw, unit, said, "point" if "٫" in raw else decimals), unit)


def _written(raw: str, unit: str | None, said: str | None, decimals: Decimals | None) -> float:
    text = figures(raw)
    feet = _FEET.fullmatch(text) if unit in ("cm", "m") else None
    if feet is not None:
        inches = _separated(feet[2] or "0", decimals)
        if inches >= _INCHES:
            raise Unreadable("has twelve inches or more behind its feet")
        return _kept(_decimal(feet[1]) * _INCHES + inches, "in", unit)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Unreadable(f"should be a number{_of(unit)}")
    bare = _separated(found[1].strip(), decimals)
    named = found[2].strip().casefold().rstrip(".")
    if not named:
        return _kept(bare, said or unit, unit)
    if named not in _NAMES:
        raise Unreadable(f"should be a number{_of(unit)}, with nothing behind it but its unit")
    return _kept(bare, _NAMES[named], unit)


def _sensible(number: float, unit: str | None) -> float:
    """A number that may be so of a person. Raises Unreadable for what is another unit, or a slip."""
    least, most = _SENSE.get(unit or "", (-_LARGEST, _LARGEST))
    if least <= number <= most:
        return number
    if unit == "cm" and 0 < number < least:
        raise Unreadable(f"is less than {least:g} cm; if it is in metres, write m behind it")
    if number < least:
        raise Unreadable(f"should be {least:g} {unit} or more")
    raise Unreadable(f"is more than {most:,g} {unit}; if it is in another unit, write the unit behind it")


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


def _strict(decimal: str, thousands: str) -> re.Pattern[str]:
    groups = rf"[1-9]\d{{0,2}}(?P<mark>[{thousands}' \u00a0\u202f])\d{{3}}(?:(?P=mark)\d{{3}})*"
    return re.compile(rf"(?P<whole>[+-]?(?:{groups}|\d+))(?:[{decimal}](?P<part>\d+))?")


_FORMS: dict[Decimals, re.Pattern[str]] = {"point": _strict(".", ","), "comma": _strict(",", ".")}


def _separated(text: str, decimals: Decimals | None) -> Decimal:
    """A number as people separate it: 1,234.5 and 1.234,5 and 1 234,5. Raises Unreadable if it may be two."""
    as_point, as_comma = _as(text, "point"), _as(text, "comma")
    if decimals is not None:
        settled = as_point if decimals == "point" else as_comma
        if settled is None:
            if as_point is None and as_comma is None:
                raise Unreadable("should be one number")
            raise Unreadable(f"should have a {decimals} as its decimal mark, and thousands in groups of three")
        return _decimal(settled)
    if as_comma is not None and may_be_thousands(text):
        raise Unreadable("has a comma that may be a decimal or part the thousands")
    found = as_point or as_comma
    if found is None:
        raise Unreadable("should be one number")
    return _decimal(found)


def _as(text: str, decimals: Decimals) -> str | None:
    """A number with a point and without thousands, read strictly in one form; None where it does not fit."""
    found = _FORMS[decimals].fullmatch(text)
    if found is None:
        return None
    return re.sub("[,.' \u00a0\u202f]", "", found["whole"]) + (f".{found['part']}" if found["part"] else "")


def may_be_thousands(text: str) -> bool:
    """Whether one comma stands where thousands are parted: 1,720 (and not 1,72 or 0,720)."""
    return re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text) is not None


def form_of(raw: Any) -> Decimals | None:
    """The decimal mark that a cell proves; None where it has none, or may be read with either, or not at all."""
    if not isinstance(raw, str) or not any(mark in raw for mark in ",.，．"):
        return None  # an Arabic decimal mark is nothing else, in any column
    try:
        found = None if "٫" in raw else _NUMBER.fullmatch(figures(raw))
    except Unreadable:
        return None
    number = found[1].strip() if found else ""
    as_point, as_comma = _as(number, "point"), _as(number, "comma")
    if (as_point is None) == (as_comma is None):
        return None
    return "point" if as_comma is None else "comma"


def decimals_of(raws: Iterable[Any]) -> Decimals | None:
    """The decimal mark of a column, where some cell proves it and none the other."""
    proved = {form_of(raw) for raw in raws} - {None}
    return proved.pop() if len(proved) == 1 else None
