"""How the mean plane of a low, nearly circular orbit drifts over months, better than SGP4 does it.

SGP4 turns the node by J2 and J4 only. At a station's orbit the even zonals from 6 up add 0.0023 deg a day, which moves
a launch by half a second for every day of age, and the Sun and the Moon tilt the plane by some thousandths of a degree
within weeks, which moves a launch near the northern turn of the track by seconds. Both are here; the altitude, on
which all of it rests, is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from hamsafar.orbit.moon import moon_teme_km
from hamsafar.orbit.sun import sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_J2, EARTH_MU_KM3_S2, MOON_MU_KM3_S2

# Even zonal coefficients J_n = -C_n0 sqrt(2 n + 1) of EGM2008 (Pavlis et al. 2012, tide-free), by degree.
_EGM2008_RADIUS_KM = 6378.1363
_EVEN_ZONALS = {
    2: 1.08262617e-03,
    4: -1.61989760e-06,
    6: 5.40666576e-07,
    8: -2.03993126e-07,
    10: -2.44390770e-07,
    12: -1.82180961e-07,
    14: 1.22071537e-07,
    16: 2.70590300e-08,
    18: -3.70965103e-08,
    20: -1.38045920e-07,
}
SUN_MU_KM3_S2 = 1.327_124_400_41e11  # IAU 2015 resolution B3
_STEP_NS = 43_200 * NS_PER_S  # half a day: the Moon's pull swings in 13.7 d, and half steps leave 2e-6 deg


@lru_cache
def _zonal_polynomials() -> tuple[tuple[int, float, Floats], ...]:
    """(degree, J_n P_n(0), Legendre series of P_n') of each even zonal."""
    from numpy.polynomial import legendre

    rows = []
    for degree, j in _EVEN_ZONALS.items():
        alone = np.zeros(degree + 1)
        alone[degree] = 1.0
        slope = np.asarray(legendre.legder(alone), dtype=np.float64)
        rows.append((degree, j * float(legendre.legval(0.0, alone)), slope))
    return tuple(rows)


def node_rate_rad_s(semi_major_axis_km: Floats, inclination_rad: Floats) -> Floats:
    """The secular rate (n,) of the mean node of a circular orbit, by the even zonals to degree 20, and J2 squared.

    For each zonal the potential averaged over the circle is -(mu/a) J_n (R/a)^n P_n(0) P_n(cos i), so by Lagrange's
    equation the node turns by n (R/a)^n J_n P_n(0) P_n'(cos i) (Kaula 1966, eq. 3.76 for e = 0); the second order of
    J2 as in SGP4 (Hoots & Roehrich 1980, the term in k2^2). `semi_major_axis_km` is Brouwer's mean one.
    """
    from numpy.polynomial import legendre

    a_km, cos_i = np.asarray(semi_major_axis_km, dtype=float), np.cos(inclination_rad)
    motion_rad_s = np.sqrt(EARTH_MU_KM3_S2 / a_km**3)
    of_zonals = sum(
        (_EGM2008_RADIUS_KM / a_km) ** degree * strength * legendre.legval(cos_i, slope)
        for degree, strength, slope in _zonal_polynomials()
    )
    j2 = EARTH_J2 * (EARTH_EQUATORIAL_RADIUS_KM / a_km) ** 2
    of_j2_squared = 0.375 * j2**2 * (4.0 - 19.0 * cos_i**2) * cos_i
    rate: Floats = motion_rad_s * (of_zonals + of_j2_squared)
    return rate


def pull_on_normal_rad_s(normal: Floats, semi_major_axis_km: Floats, body_km: Floats, body_mu_km3_s2: float) -> Floats:
    """How a distant body turns the unit normal (n, 3) of a circular orbit, averaged over the orbit, (n, 3) rad/s.

    -(3 mu_b / 2 n r_b^3) (normal . s) (normal x s), s towards the body: the torque of its tide on a ring
    (Murray & Dermott 1999, section 7.2, to the second degree).
    """
    distance_km = np.linalg.norm(body_km, axis=-1, keepdims=True)
    towards = body_km / distance_km
    motion_rad_s = np.sqrt(EARTH_MU_KM3_S2 / np.asarray(semi_major_axis_km, dtype=float) ** 3)[:, None]
    strength = -1.5 * body_mu_km3_s2 / (motion_rad_s * distance_km**3)
    turned: Floats = strength * np.sum(normal * towards, axis=-1, keepdims=True) * np.cross(normal, towards)
    return turned


KnownPlane: TypeAlias = tuple[int, float, float]  # TAI ns, node rad, inclination rad


class DriftingPlane:
    """The mean node and inclination of a low circular orbit over a span, from what is known at an epoch, TEME.

    `known`: (TAI ns, node rad, inclination rad); the plane starts there. `also_known`: the same at other epochs, at
    most one before and one after; what is missing to them is made up for evenly on the way. `semi_major_axis_km`
    gives Brouwer's mean semi-major axis (n,) at moments (n,), TAI ns. The pull of Sun and Moon is taken along a node
    that turns evenly; that it does not quite costs less than 3e-4 deg of the node in half a year. The
    equator's own precession, 0.013 deg a year of the node, is in.
    """

    def __init__(
        self,
        known: KnownPlane,
        semi_major_axis_km: Callable[[TaiNs], Floats],
        span: Span,
        also_known: Sequence[KnownPlane] = (),
    ) -> None:
        epoch_ns, raan_rad, inclination_rad = known
        first = min([span.start.tai_ns, *(other[0] for other in also_known)])
        last = max([span.end.tai_ns, *(other[0] for other in also_known)])
        before = max(0, -((first - epoch_ns) // _STEP_NS)) + 1
        after = max(0, -((epoch_ns - last) // _STEP_NS)) + 1
        edges = epoch_ns + np.arange(-before, after + 1, dtype=np.int64) * _STEP_NS
        middles = edges[:-1] + _STEP_NS // 2
        a_km = semi_major_axis_km(middles)
        even_rate = node_rate_rad_s(semi_major_axis_km(np.array([epoch_ns])), np.array([inclination_rad]))[0]
        node = raan_rad + even_rate * (middles - epoch_ns) / NS_PER_S
        sin_i, cos_i = np.sin(inclination_rad), np.cos(inclination_rad)
        normal = np.stack([np.sin(node) * sin_i, -np.cos(node) * sin_i, np.full_like(node, cos_i)], axis=-1)
        turned = pull_on_normal_rad_s(normal, a_km, sun_teme_km(middles), SUN_MU_KM3_S2)
        turned += pull_on_normal_rad_s(normal, a_km, moon_teme_km(middles), MOON_MU_KM3_S2)
        step_s = _STEP_NS / NS_PER_S
        tilted = -turned[:, 2] / sin_i * step_s
        node_pulled = (turned[:, 0] * np.cos(node) + turned[:, 1] * np.sin(node)) / sin_i * step_s
        inclination = np.concatenate([[0.0], np.cumsum(tilted)])
        inclination += inclination_rad - inclination[before]
        halfway = (inclination[:-1] + inclination[1:]) / 2
        turning = (node_rate_rad_s(a_km, halfway) + _EQUATOR_RAD_S) * step_s + node_pulled
        raan = np.concatenate([[0.0], np.cumsum(turning)])
        self._edges = edges
        self._raan_rad, self._inclination_rad = raan + raan_rad - raan[before], inclination
        self._close(epoch_ns, also_known)

    def _close(self, epoch_ns: int, also_known: Sequence[KnownPlane]) -> None:
        """Adds what is missing to the other known planes, nothing at the epoch, evenly in between."""
        missing = [(epoch_ns, 0.0, 0.0)]
        for moment_ns, raan_rad, inclination_rad in also_known:
            raan, inclination = self.at(np.array([moment_ns], dtype=np.int64))
            turned = (raan_rad - float(raan[0]) + np.pi) % (2 * np.pi) - np.pi
            missing.append((moment_ns, turned, inclination_rad - float(inclination[0])))
        moments, raans, inclinations = zip(*sorted(missing), strict=True)
        since = np.array([moment - epoch_ns for moment in moments], dtype=float)
        self._raan_rad = self._raan_rad + np.interp(self._edges - epoch_ns, since, raans)
        self._inclination_rad = self._inclination_rad + np.interp(self._edges - epoch_ns, since, inclinations)

    def at(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """(node, inclination), each (n,) rad, at moments of the span; the node counts on past 2 pi."""
        since = np.asarray(tai_ns, dtype=np.int64) - self._edges[0]
        edges = self._edges - self._edges[0]
        return np.interp(since, edges, self._raan_rad), np.interp(since, edges, self._inclination_rad)


# General precession in right ascension at the equator, 46.124 arcsec a Julian year (Capitaine et al. 2003, m of P03).
_EQUATOR_RAD_S = np.radians(46.124 / 3_600.0) / (365.25 * 86_400.0)


def short_period_tilt(
    semi_major_axis_km: Floats, inclination_rad: Floats, argument_of_latitude_rad: Floats
) -> tuple[Floats, Floats]:
    """What J2 adds, twice an orbit, to the mean node and inclination of a circular orbit where it is: (n,) rad each.

    Kozai 1959, as in SGP4 (Hoots & Roehrich 1980): node + 3/4 k sin 2u cos i, inclination + 3/4 k cos 2u sin i cos i,
    with k = J2 (R/a)^2. 0.02 deg: where a track turns north, 44 s of a launch.
    """
    k = EARTH_J2 * (EARTH_EQUATORIAL_RADIUS_KM / np.asarray(semi_major_axis_km, dtype=float)) ** 2
    cos_i, sin_i = np.cos(inclination_rad), np.sin(inclination_rad)
    twice = 2.0 * np.asarray(argument_of_latitude_rad)
    return 0.75 * k * np.sin(twice) * cos_i, 0.75 * k * np.cos(twice) * sin_i * cos_i
