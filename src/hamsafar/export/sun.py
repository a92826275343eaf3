"""Where the Sun stands overhead, well enough to draw a map by."""

from __future__ import annotations

from math import asin, atan, atan2, copysign, cos, degrees, radians, sin, tan

from hamsafar.timeline import Instant

_J2000 = 2_451_545.0
_SMALLEST_DECLINATION_RAD = 1e-4  # at an equinox the terminator runs through the poles; its slope stays finite


def subsolar_point(moment: Instant) -> tuple[float, float]:
    """Latitude and longitude (degrees, east positive, -180..180) of the point below the Sun.

    To about 0.01 degree between 1950 and 2050 (Astronomical Almanac, low-precision formulae for the Sun, section C);
    UTC stands in for UT1, at most 0.004 degree.
    """
    midnight, fraction = moment.julian_date_utc()
    days = midnight - _J2000 + fraction
    anomaly = radians(357.528 + 0.9856003 * days)
    ecliptic_deg = 280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly)
    ecliptic, obliquity = radians(ecliptic_deg), radians(23.439 - 4e-7 * days)
    declination = asin(sin(obliquity) * sin(ecliptic))
    ascension_deg = degrees(atan2(cos(obliquity) * sin(ecliptic), cos(ecliptic)))
    sidereal_deg = 280.46061837 + 360.98564736629 * days
    return degrees(declination), (ascension_deg - sidereal_deg + 180) % 360 - 180


def terminator(moment: Instant, step_deg: int = 4) -> list[tuple[float, float]]:
    """The sunrise and sunset line as (longitude, latitude) in degrees, from 180 west to 180 east."""
    latitude_deg, longitude_deg = subsolar_point(moment)
    declination = radians(latitude_deg)
    if abs(declination) < _SMALLEST_DECLINATION_RAD:
        declination = copysign(_SMALLEST_DECLINATION_RAD, declination)
    return [
        (float(x), degrees(atan(-cos(radians(x - longitude_deg)) / tan(declination))))
        for x in range(-180, 181, step_deg)
    ]
