"""Daylight on the ground below: the Sun's elevation at the point under the station."""

from __future__ import annotations

from math import radians, sin

import numpy as np

from hamsafar.errors import InputError
from hamsafar.events.along import windows_along
from hamsafar.events.below import below_deg, surface_km
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.sun import sun_itrs_km, sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs, grid
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span, Windows

_NEAR_POLE_COSINE = 0.05  # the Sun within 2.9 deg of the orbit's pole
_RIPPLE_SHARE = 1 / 16


def sun_below_sine(trajectory: Trajectory, tai_ns: TaiNs) -> Floats:
    """Sine of the Sun's elevation at the point below the station, (n,): geodetic, parallax in, refraction not.

    The point below is the nearest of the WGS-84 ellipsoid, so that the station is on its vertical.
    """
    place_km, up = surface_km(*below_deg(trajectory, tai_ns))
    to_sun_km = sun_itrs_km(tai_ns) - place_km
    sine: Floats = np.einsum("ni,ni->n", up, to_sun_km) / np.linalg.norm(to_sun_km, axis=-1)
    return sine


def ground_daylight(trajectory: Trajectory, span: Span, *, min_sun_deg: float) -> Windows:
    """When the Sun is at or above an elevation (-90 to 90 deg) at the point below the station.

    Where the Sun stands within 2.9 deg of the orbit's pole, its elevation below hardly changes along the orbit and
    the flattening of the Earth ripples it: there the search is sixteen times finer, and what could hide between its
    points is shallower than 0.0001 deg.
    """
    if not -90.0 <= min_sun_deg <= 90.0:
        raise InputError(f"an elevation of the Sun is between -90 and 90 deg (got {min_sun_deg})")
    least = sin(radians(min_sun_deg))

    def light(tai_ns: TaiNs) -> Floats:
        return sun_below_sine(trajectory, tai_ns) - least

    return windows_along(trajectory, span, light, min_extrema_gap_s=daylight_gap_s(trajectory, span))


def daylight_gap_s(trajectory: Trajectory, span: Span) -> float:
    """No two extrema of the Sun's elevation below the station that matter are closer than this, s."""
    known = trajectory.known(span)
    if not known:
        return 1.0
    gap_s = min(extrema_gap_s(trajectory, part) for part in known)
    moments = np.concatenate([grid(part, 3_600.0) for part in known])  # a plane turns by under half a degree an hour
    r_km, v_km_s = trajectory.states_teme(moments)
    normal, sun_km = np.cross(r_km, v_km_s), sun_teme_km(moments)
    sine = np.einsum("ni,ni->n", normal, sun_km) / np.linalg.norm(normal, axis=-1) / np.linalg.norm(sun_km, axis=-1)
    rippled = bool(np.any(1.0 - sine**2 < _NEAR_POLE_COSINE**2))
    return gap_s * _RIPPLE_SHARE if rippled else gap_s
