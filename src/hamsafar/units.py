"""Quantities as people write them (`7 d`, `450 km`, `30 min`), and constants with their sources.

A quantity in a file is a string with a unit from a closed list; a bare number is refused, because a
number without its unit is how spacecraft are lost.
"""

from __future__ import annotations

import re
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from hamsafar.errors import InputError

Dimension = Literal[
    "duration", "length", "angle", "mass", "power", "speed", "rate",
    "area", "frequency", "energy", "data", "decibels", "temperature",
]  # fmt: skip

# Each unit's size in the base unit of its dimension: s, km, rad is never written by people so deg, kg, W, m/s, kbit/s,
# m2, MHz, Wh, kbit, dB, K.
_UNITS: dict[str, tuple[Dimension, Fraction]] = {
    "s": ("duration", Fraction(1)),
    "min": ("duration", Fraction(60)),
    "h": ("duration", Fraction(3_600)),
    "d": ("duration", Fraction(86_400)),
    "wk": ("duration", Fraction(604_800)),
    "m": ("length", Fraction(1, 1_000)),
    "km": ("length", Fraction(1)),
    "deg": ("angle", Fraction(1)),
    "g": ("mass", Fraction(1, 1_000)),
    "kg": ("mass", Fraction(1)),
    "W": ("power", Fraction(1)),
    "kW": ("power", Fraction(1_000)),
    "m/s": ("speed", Fraction(1)),
    "bit/s": ("rate", Fraction(1, 1_000)),
    "kbit/s": ("rate", Fraction(1)),
    "Mbit/s": ("rate", Fraction(1_000)),
    "cm2": ("area", Fraction(1, 10_000)),
    "m2": ("area", Fraction(1)),
    "kHz": ("frequency", Fraction(1, 1_000)),
    "MHz": ("frequency", Fraction(1)),
    "GHz": ("frequency", Fraction(1_000)),
    "Wh": ("energy", Fraction(1)),
    "bit": ("data", Fraction(1, 1_000)),
    "kbit": ("data", Fraction(1)),
    "Mbit": ("data", Fraction(1_000)),
    "Gbit": ("data", Fraction(1_000_000)),
    "dB": ("decibels", Fraction(1)),
    "dBi": ("decibels", Fraction(1)),
    "K": ("temperature", Fraction(1)),
}
_QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z/]+2?)\s*", re.ASCII)
_LONGEST_TEXT = 40  # characters; a quantity is never longer, and Fraction of a huge text would be slow


def units_of(dimension: Dimension) -> tuple[str, ...]:
    """The units accepted for one dimension, smallest first."""
    return tuple(name for name, (of, _) in sorted(_UNITS.items(), key=lambda kv: kv[1][1]) if of == dimension)


def parse_quantity(text: str, dimension: Dimension) -> Fraction:
    """The value of `text` in the dimension's base unit (s, km, deg, kg, W, m/s, kbit/s), exactly.

    Raises InputError for a bare number, an unknown unit, or a unit of another dimension.
    """
    expected = ", ".join(units_of(dimension))
    match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise InputError(f"should be {_said(dimension)} with a unit ({expected}), for instance {_EXAMPLE[dimension]!r}")
    number, unit = match.groups()
    if unit not in _UNITS:
        raise InputError(f"unknown unit {unit!r}; {_said(dimension)} is written in {expected}")
    found, size = _UNITS[unit]
    if found != dimension:
        raise InputError(f"is {_said(found)} in {unit!r}, but {_said(dimension)} is needed ({expected})")
    return Fraction(number) * size


def _said(dimension: Dimension) -> str:
    """With its article."""
    return _SAID.get(dimension, f"{'an' if dimension[0] in 'aeiou' else 'a'} {dimension}")


_SAID: dict[Dimension, str] = {"data": "an amount of data", "decibels": "a ratio in decibels"}
_EXAMPLE: dict[Dimension, str] = {
    "duration": "30 min",
    "length": "450 km",
    "angle": "10 deg",
    "mass": "2.5 kg",
    "power": "300 W",
    "speed": "1.5 m/s",
    "rate": "512 kbit/s",
    "area": "0.06 m2",
    "frequency": "435.4 MHz",
    "energy": "40 Wh",
    "data": "7.4 Mbit",
    "decibels": "3 dB",
    "temperature": "150 K",
}

# A name's last part says its unit; this is how a parameter called `max_day_min` knows what people write for it.
SUFFIXES = MappingProxyType(
    {
        "_m_s": ("speed", Fraction(1)),
        "_min": ("duration", Fraction(60)),
        "_s": ("duration", Fraction(1)),
        "_h": ("duration", Fraction(3_600)),
        "_d": ("duration", Fraction(86_400)),
        "_km": ("length", Fraction(1)),
        "_deg": ("angle", Fraction(1)),
        "_kg": ("mass", Fraction(1)),
        "_w": ("power", Fraction(1)),
        "_kbit_s": ("rate", Fraction(1)),
    }
)


def in_unit_of_name(text: str, name: str) -> float:
    """The value of a written quantity in the unit that a parameter's name ends with (`max_day_min`: minutes)."""
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            dimension, size = SUFFIXES[suffix]
            return float(parse_quantity(text, dimension) / size)  # type: ignore[arg-type]  # values of the table
    raise InputError(f"{name} has no unit; write a bare number")


def whole_minutes(text: str) -> int:
    """A written duration in whole minutes; a fraction of a minute is refused rather than rounded."""
    minutes = parse_quantity(text, "duration") / 60
    if minutes.denominator != 1:
        raise InputError("should be a whole number of minutes")
    return int(minutes)


# Constants. Each with its source; `verify` keeps its own copy of what it needs, on purpose.
EARTH_MU_KM3_S2 = 398_600.4418  # IERS Conventions (2010), TN36, table 1.1
EARTH_EQUATORIAL_RADIUS_KM = 6_378.137  # WGS 84 (NGA.STND.0036, 2014), table 3.1
EARTH_FLATTENING = 1 / 298.257223563  # WGS 84, table 3.1
EARTH_J2 = 1.08262668e-3  # WGS 84 / EGM96, C20 = -484.1667e-6 normalised
EARTH_ROTATION_RAD_S = 7.292115e-5  # WGS 84, table 3.1
SUN_RADIUS_KM = 695_700.0  # IAU 2015 resolution B3, nominal solar radius
ASTRONOMICAL_UNIT_KM = 149_597_870.7  # IAU 2012 resolution B2
MOON_MU_KM3_S2 = 4_902.800118  # DE440 (Park et al. 2021, AJ 161:105, table 2)
MOON_RADIUS_KM = 1_737.4  # IAU WGCCRE 2015 (Archinal et al. 2018), mean radius
