"""Samples of the station's path, as `app` hands them to the exporters."""

from __future__ import annotations

from attrs import field, frozen

from hamsafar.timeline import Instant

Vector = tuple[float, float, float]


@frozen
class TrackPoint:
    """The point below the station at a moment: geodetic degrees, east positive; whether the Sun reaches it."""

    instant: Instant
    latitude_deg: float
    longitude_deg: float
    sunlit: bool


def _vector(values: tuple[float, float, float]) -> Vector:
    x, y, z = values
    return float(x), float(y), float(z)


@frozen
class StateRow:
    """Position (km) and velocity (km/s) at a moment, in the frame that the whole table is stated in."""

    instant: Instant
    position_km: Vector = field(converter=_vector)
    velocity_km_s: Vector = field(converter=_vector)
