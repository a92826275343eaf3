"""The point of the Earth's surface straight below the station."""

from __future__ import annotations

import numpy as np

from hamsafar.orbit.frames import geodetic, itrs_from_teme
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING


def below_deg(trajectory: Trajectory, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Geodetic latitude and longitude (-180 to 180) below the station, each (n,) degrees."""
    return geodetic(itrs_from_teme(trajectory.states_teme(tai_ns)[0], tai_ns))[:2]


def surface_km(latitude_deg: Floats, longitude_deg: Floats) -> tuple[Floats, Floats]:
    """Points of the WGS-84 ellipsoid, (n, 3) km, and the vertical there, unit vectors (n, 3): ITRS."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    cosine, sine = np.cos(latitude), np.sin(latitude)
    up = np.stack([cosine * np.cos(longitude), cosine * np.sin(longitude), sine], axis=-1)
    e2 = EARTH_FLATTENING * (2 - EARTH_FLATTENING)
    prime_vertical_km = EARTH_EQUATORIAL_RADIUS_KM / np.sqrt(1 - e2 * sine**2)
    return prime_vertical_km[:, None] * up * np.array([1.0, 1.0, 1.0 - e2]), up
