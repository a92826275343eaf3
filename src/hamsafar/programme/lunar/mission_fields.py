"""What may stand in one field of a mission's file: measures with their units, vectors, instants, frames."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import WithJsonSchema

from hamsafar.errors import InputError
from hamsafar.programme.fields import quantity_schema, read_number, said
from hamsafar.timeline import Instant
from hamsafar.units import Dimension, parse_quantity

FIRST, LAST = Instant.utc(1972, 1, 1), Instant.utc(2059, 12, 31)  # UTC as it is now; the bundled ephemeris
Triple: TypeAlias = tuple[float, float, float]


def _between(value: float, least: float | None, most: float | None, unit: str) -> float:
    if least is not None and value < least:
        raise InputError(f"should be at least {least:g} {unit}".rstrip())
    if most is not None and value > most:
        raise InputError(f"should be at most {most:g} {unit}".rstrip())
    return value


def read_measure(
    dimension: Dimension,
    unit: str,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
) -> Callable[[Any], float]:
    """A reader of a quantity in the dimension's base unit, within bounds; `unit` is how that base is written."""

    def read(value: Any) -> float:
        number = float(parse_quantity(value if isinstance(value, str) else "", dimension))
        if above is not None and not number > above:
            raise InputError(f"should be more than {above:g} {unit}")
        return _between(number, least, most, unit)

    return read


def _measured(read: Callable[[Any], float], dimension: Dimension, example: str) -> Any:
    return Annotated[float, said(read), WithJsonSchema(quantity_schema(dimension, example))]


def read_share(value: Any) -> float:
    """A share from 0 to 1."""
    return _between(read_number(value), 0.0, 1.0, "(a share, such as 0.3)")


def _read_within(least: float, most: float, *, above: float | None = None) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        number = read_number(value)
        if above is not None and not number > above:
            raise InputError(f"should be more than {above:g}")
        return _between(number, least, most, "")

    return read


def _numbered(least: float, most: float, *, above: float | None = None) -> Any:
    limits = {"minimum": least, "maximum": most} | ({} if above is None else {"exclusiveMinimum": above})
    return Annotated[float, said(_read_within(least, most, above=above)), WithJsonSchema({"type": "number", **limits})]


def _read_numbers(value: Any) -> Triple:
    if not isinstance(value, list) or len(value) != 3:
        raise InputError("should be three numbers, such as [0, 0, 1]")
    one, two, three = map(read_number, value)
    return one, two, three


def read_direction(value: Any) -> Triple:
    """Three numbers that point somewhere, made a unit vector."""
    numbers = _read_numbers(value)
    length = math.hypot(*numbers)
    if not length > 0:
        raise InputError("points nowhere; should be three numbers of which one is not 0")
    one, two, three = (number / length for number in numbers)
    return one, two, three


def _read_pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError("should be an azimuth and an elevation in degrees, such as [90, 12.5]")
    one, two = map(read_number, value)
    return one, two


def _read_measures(read: Callable[[Any], float], example: str) -> Callable[[Any], Triple]:
    def checked(value: Any) -> Triple:
        if not isinstance(value, list) or len(value) != 3:
            raise InputError(f"should be three quantities with their units, such as [{example}, {example}, {example}]")
        one, two, three = map(read, value)
        return one, two, three

    return checked


def read_moment(value: Any) -> Instant:
    """An instant with its zone, in the years of the bundled ephemeris."""
    if not isinstance(value, str):
        raise InputError("should be an instant with its zone, such as '2024-05-08T08:14Z'")
    moment = Instant.parse(value[:64])
    if not FIRST <= moment < LAST:
        raise InputError("lies outside the years 1972 to 2059, in which UTC and the bundled ephemeris are known")
    return moment


_MOMENT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$"
_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}


def _listed(dimension: Dimension, example: str) -> WithJsonSchema:
    return WithJsonSchema({**_NUMBERS, "items": quantity_schema(dimension, example)})


_angle = read_measure("angle", "deg", least=-360, most=360)
_length = read_measure("length", "km", least=-1_000_000, most=1_000_000)
_speed = read_measure("speed", "m/s", least=-20_000, most=20_000)

Moment = Annotated[Instant, said(read_moment), WithJsonSchema({"type": "string", "pattern": _MOMENT})]
Pair = Annotated[
    tuple[float, float],
    said(_read_pair),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
Share = Annotated[float, said(read_share), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
SomeShare = _numbered(0, 1, above=0)
Eccentricity = _numbered(0, 100)
Reflectivity = _numbered(0, 3)
Compression = _numbered(1, 1_000)
Direction = Annotated[Triple, said(read_direction), WithJsonSchema({**_NUMBERS, "examples": [[0, 0, 1]]})]
Lengths = Annotated[Triple, said(_read_measures(_length, "1 km")), _listed("length", "1 km")]
Speeds = Annotated[Triple, said(_read_measures(_speed, "0.1 m/s")), _listed("speed", "0.1 m/s")]
Angle = _measured(_angle, "angle", "55 deg")
Inclination = _measured(read_measure("angle", "deg", least=0, most=180), "angle", "55 deg")
Latitude = _measured(read_measure("angle", "deg", least=-90, most=90), "angle", "-12.5 deg")
Elevation = _measured(read_measure("angle", "deg", least=-90, most=90), "angle", "5 deg")
Separation = _measured(read_measure("angle", "deg", least=0, most=180), "angle", "30 deg")
Look = _measured(read_measure("angle", "deg", above=0, most=90), "angle", "60 deg")
Opening = _measured(read_measure("angle", "deg", above=0, most=180), "angle", "40 deg")
Altitude = _measured(read_measure("length", "km", above=0, most=500_000), "length", "200 km")
Height = _measured(read_measure("length", "km", least=-1, most=9), "length", "150 m")
Range = _measured(read_measure("length", "km", least=0, most=1_000_000), "length", "3000 km")
Speed = _measured(read_measure("speed", "m/s", above=0, most=100), "speed", "0.3 m/s")
Mass = _measured(read_measure("mass", "kg", above=0, most=100_000), "mass", "7 kg")
Area = _measured(read_measure("area", "m2", least=0, most=1_000), "area", "0.06 m2")
SomeArea = _measured(read_measure("area", "m2", above=0, most=1_000), "area", "300 cm2")
Watts = _measured(read_measure("power", "W", least=0, most=100_000), "power", "4.5 W")
SomeWatts = _measured(read_measure("power", "W", above=0, most=1_000_000), "power", "1 W")
Energy = _measured(read_measure("energy", "Wh", above=0, most=100_000), "energy", "40 Wh")
Frequency = _measured(read_measure("frequency", "MHz", least=1, most=100_000), "frequency", "435.4 MHz")
Rate = _measured(read_measure("rate", "kbit/s", above=0, most=10_000_000), "rate", "1 kbit/s")
RateOrNone = _measured(read_measure("rate", "kbit/s", least=0, most=10_000_000), "rate", "1 kbit/s")
Data = _measured(read_measure("data", "kbit", least=0, most=1e9), "data", "7.4 Mbit")
SomeData = _measured(read_measure("data", "kbit", above=0, most=1e9), "data", "512 Mbit")
Decibels = _measured(read_measure("decibels", "dB", least=-200, most=200), "decibels", "3 dB")
Kelvin = _measured(read_measure("temperature", "K", above=0, most=100_000), "temperature", "150 K")
Dish = _measured(read_measure("length", "km", above=0, most=0.6), "length", "12 m")
Hours = _measured(read_measure("duration", "s", least=0, most=3.2e8), "duration", "6 h")  # in s
