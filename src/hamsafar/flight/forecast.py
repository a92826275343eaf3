"""How much a forecast of the station is worth at the age of its elements: sigmas from its history, boosts included."""

from __future__ import annotations

from bisect import bisect_left
from math import exp, log, sqrt

from hamsafar.domain.vehicles import ForecastError, Station
from hamsafar.errors import InputError

LARGEST_PHASE_SIGMA_DEG = 180.0  # beyond this a phase is simply not known
NEAR_PHASE_SIGMA_DEG = 5.0  # up to here a phase forecast counts as near (rule FOR-01 says the same)


def plane_sigma_s(station: Station, age_d: float) -> float:
    """One sigma of a plane crossing, in seconds, for elements `age_d` days before or after it.

    Log-log between the ages of the station's table; below the first age that one's error holds; beyond the last the
    error grows in proportion to the age, as a wrong node rate makes it.
    """
    table = _table(station)
    if abs(age_d) > table[-1].age_d:
        return table[-1].plane_s * abs(age_d) / table[-1].age_d
    return _interpolated([(row.age_d, row.plane_s) for row in table], abs(age_d))


def phase_sigma_deg(station: Station, age_d: float) -> float:
    """One sigma of the station's place along its orbit, in degrees, capped at 180: then nothing is known.

    Log-log between the ages of the table; beyond the last it grows with the square of the age, as an unmodelled
    change of drag makes it.
    """
    table = _table(station)
    if abs(age_d) > table[-1].age_d:
        return min(table[-1].phase_deg * (abs(age_d) / table[-1].age_d) ** 2, LARGEST_PHASE_SIGMA_DEG)
    return min(_interpolated([(row.age_d, row.phase_deg) for row in table], abs(age_d)), LARGEST_PHASE_SIGMA_DEG)


def window_sigma_s(phase_sigma_deg: float, period_s: float) -> float:
    """How far an error along the track moves whatever waits for the station to come by, in seconds."""
    return phase_sigma_deg / 360.0 * period_s


def unknown_phase_sigma_deg() -> float:
    """The sigma of a phase of which nothing is known: uniform over the orbit."""
    return 360.0 / sqrt(12.0)


def _table(station: Station) -> tuple[ForecastError, ...]:
    if not station.forecast_errors:
        raise InputError(f"station {station.id!r} has no forecast errors, so no sigma can be given")
    return station.forecast_errors


def _interpolated(points: list[tuple[float, float]], age_d: float) -> float:
    """Log-log through ascending (age, error) points, age not beyond the last.

    Before the first age the error of the first holds: fresh elements are not perfect either.
    """
    ages = [age for age, _ in points]
    index = bisect_left(ages, age_d)
    if index == 0:
        return points[0][1]
    (age_0, error_0), (age_1, error_1) = points[index - 1], points[index]
    share = log(age_d / age_0) / log(age_1 / age_0)
    return exp(log(error_0) + share * log(error_1 / error_0))
