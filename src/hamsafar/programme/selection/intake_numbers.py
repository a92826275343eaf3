"""Numbers as people write them: digits of any script, decimals and thousands, units in the cell. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from hamsafar.programme.selection.intake_text import Unreadable, digits_of, plain

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


def unit_named(said: str) -> str:
    """A unit as its fields are kept in it; what is no unit we know stays as it is."""
    return _NAMES.get(said.strip().casefold(), said)


def number_of(raw: Any, *, unit: str | None, said: str | None, decimals: Decimals | None) -> float:
    """A number in the unit that its field is kept in; `said`: the unit of bare ones, if another. Raises Unreadable."""
    if isinstance(raw, (bool, date, time, timedelta)):
        raise Unreadable(f"should be a number{_of(unit)}; the spreadsheet made something else of it")
    if isinstance(raw, (int, float)):
        return _kept(_decimal(repr(raw)), said or unit, unit)
    text = digits_of(unicodedata.normalize("NFKC", plain(raw).replace("″", '"').replace("′", "'")))
    feet = _FEET.fullmatch(text.strip()) if unit in ("cm", "m") else None
    if feet is not None:
        inches = _decimal(feet[1]) * 12 + _decimal((feet[2] or "0").replace(",", "."))
        return _kept(inches, "in", unit)
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Unreadable(f"should be a number{_of(unit)}")
    bare = _separated(found[1].strip(), decimals)
    named = found[2].strip().casefold().rstrip(".")
    if not named:
        return _kept(bare, said or unit, unit)
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
