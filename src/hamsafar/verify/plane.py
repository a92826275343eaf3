"""The verifier's own plane of a station over a pad: SGP4's where it passes there, and what SGP4 leaves out.

The planner turns a mean plane by closed formulas; here forces are averaged numerically along the orbit.
"""

from __future__ import annotations

from collections.abc import Callable
from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_J2 as J2
from hamsafar.units import EARTH_MU_KM3_S2 as MU_KM3_S2
from hamsafar.verify.physics import (
    RADIUS_KM,
    Array,
    HeldPath,
    Path,
    Sgp4Path,
    held_rates,
    sidereal_rad,
    site_km,
    site_up,
    sun_teme_km,
    turned,
)

J2000_JD = 2_451_545.0
SUN_MU_KM3_S2 = 1.32712440018e11  # Vallado 2013, table D-5
MOON_MU_KM3_S2 = 4_902.799  # Vallado 2013, table D-4
# Normalised zonal coefficients C_n0 of EGM2008 (Pavlis et al. 2012, tide-free) that SGP4 has not; J_n = -C sqrt(2n+1).
HIGHER_ZONALS = {6: -1.4995392798e-07, 8: 4.9475600301e-08, 10: 5.3330438173e-08, 12: 3.6436192261e-08}
_STEP_S = 21_600.0
_RING = 48  # points along the orbit
_AROUND_S = np.arange(-3_300.0, 3_300.1, 20.0)  # more than one revolution
_NEAR_S = np.arange(-1_800.0, 1_800.1, 5.0)


def crossing_misfit_s(path: Path, pad: Site, branch: str, expected: Instant) -> float | None:
    """From `expected` to the nearest moment at which the pad passes through the plane that an orbit over it has, s.

    None where there is none on that branch within half an hour. Sampled every 5 s, then straight between samples:
    the angle bends by less than 1e-6 deg in 5 s.
    """
    normals = _normals(path, pad, branch, expected)(_NEAR_S)
    here = _unit(turned(site_km(pad), sidereal_rad(expected, _NEAR_S)))
    off = np.sum(normals * here, axis=1)
    below = _unit(here - off[:, None] * normals)
    right = (np.cross(normals, below)[:, 2] > 0) == (branch == "ascending")
    turns = np.flatnonzero((off[:-1] < 0) != (off[1:] < 0))
    found = [_NEAR_S[i] + 5.0 * off[i] / (off[i] - off[i + 1]) for i in turns if right[i] and right[i + 1]]
    return float(min(found, key=abs)) if found else None


@frozen(kw_only=True)
class OverPad:
    """How a pad stands to the plane at a moment, degrees."""

    off_plane_deg: float  # positive to the side of the angular momentum
    azimuth_deg: float  # of the plane's motion at the pad, from geodetic north, clockwise
    beta_deg: float  # of the Sun above the plane


def over_pad(path: Path, pad: Site, branch: str, moment: Instant) -> OverPad:
    """The pad and the Sun against the plane that an orbit over the pad has."""
    now = np.zeros(1)
    normal = _normals(path, pad, branch, moment)(now)[0]
    here = _unit(turned(site_km(pad), sidereal_rad(moment, now)))[0]
    up = turned(site_up(pad), sidereal_rad(moment, now))[0]
    below = here - (here @ normal) * normal
    forward = np.cross(normal, below)
    east = np.cross(np.array([0.0, 0.0, 1.0]), up)
    north = np.cross(up, east)
    # The direction is told at the point in the plane nearest to the pad, against the pad's own north.
    across = np.cross(north, here)
    azimuth = atan2(
        float(forward @ across) / float(np.linalg.norm(across)), float(forward @ north) / float(np.linalg.norm(north))
    )
    sun = _unit(sun_teme_km(moment, now))[0]
    return OverPad(
        off_plane_deg=degrees(asin(float(here @ normal))),
        azimuth_deg=degrees(azimuth) % 360,
        beta_deg=degrees(asin(float(sun @ normal))),
    )


def _normals(path: Path, pad: Site, branch: str, expected: Instant) -> Callable[[Array], Array]:
    """The plane's unit normal, seconds (n,) after a moment -> (n, 3), TEME."""
    if isinstance(path, HeldPath):
        return _held_normals(path, pad, branch, expected)
    assert isinstance(path, Sgp4Path)
    at_s, normal, radius_km = _over(path, pad, expected)
    rate_rad_s, _ = held_rates(radius_km, float(np.arccos(np.clip(normal[2], -1, 1))))
    left_out = _left_out(path.epoch, expected, normal, radius_km, rate_rad_s)

    def normals(seconds: Array) -> Array:
        return _unit(turned(normal, rate_rad_s * (seconds - at_s)) + left_out)

    return normals


def _over(path: Sgp4Path, pad: Site, moment: Instant) -> tuple[float, Array, float]:
    """When, about a moment, the station passes the pad most closely along its track; the plane and radius then."""
    r_km, v_km_s = path.states(moment, _AROUND_S)
    normals = _unit(np.cross(r_km, v_km_s))
    here = _unit(turned(site_km(pad), sidereal_rad(moment, np.zeros(1))))[0]
    # The pad stands where it is at that moment: the plane is wanted for then, the station only lends its ripple.
    nearness = np.sum(_unit(r_km) * here, axis=1)
    best = int(np.argmax(nearness))
    return float(_AROUND_S[best]), normals[best], float(np.linalg.norm(r_km[best]))


def _held_normals(path: HeldPath, pad: Site, branch: str, expected: Instant) -> Callable[[Array], Array]:
    """The held mean plane with the ripple of J2 at the pad (Kozai 1959)."""
    held = path.held
    tilt = radians(held.inclination_deg)
    place = _unit(site_km(pad)[None])[0]
    u = asin(max(-1.0, min(1.0, float(place[2]) / sin(tilt))))
    u = pi - u if branch == "descending" else u
    k = 0.75 * J2 * (RADIUS_KM / held.semi_major_axis_km) ** 2 * cos(tilt)
    wobbled = tilt + k * sin(tilt) * cos(2 * u)

    def normals(seconds: Array) -> Array:
        elapsed_s = expected.seconds_since(held.epoch) + seconds
        node = radians(held.raan_deg) + k * sin(2 * u) + path.raan_dot_rad_s * elapsed_s
        x, y = np.sin(node) * sin(wobbled), -np.cos(node) * sin(wobbled)
        return np.stack([x, y, np.full_like(x, cos(wobbled))], axis=1)

    return normals


def _left_out(epoch: Instant, moment: Instant, normal: Array, radius_km: float, rate_rad_s: float) -> Array:
    """What higher zonals, Sun and Moon add to the normal between the epoch and a moment, seen at that moment."""
    whole_s = moment.seconds_since(epoch)
    steps = max(1, round(abs(whole_s) / _STEP_S))
    step_s = whole_s / steps
    middles_s: Array = np.asarray(-step_s * (np.arange(steps) + 0.5), dtype=np.float64)  # before the moment
    then = turned(normal, rate_rad_s * middles_s)
    sun_km, moon_km = sun_teme_km(moment, middles_s), moon_teme_km(moment, middles_s)
    added = np.zeros(3)
    for index in range(steps):
        pushed = _push(then[index], radius_km, sun_km[index], moon_km[index]) * step_s
        added = added + turned(pushed, np.array([-rate_rad_s * middles_s[index]]))[0]
    return np.asarray(added, dtype=np.float64)


def _push(normal: Array, radius_km: float, sun_km: Array, moon_km: Array) -> Array:
    """The rate of the normal, (3,) rad/s: the mean torque on a ring of points over the angular momentum."""
    to_node = _unit(np.array([[-normal[1], normal[0], 0.0]]))[0]
    across = np.cross(normal, to_node)
    turns = 2 * pi * np.arange(_RING)[:, None] / _RING
    ring_km = radius_km * (np.cos(turns) * to_node + np.sin(turns) * across)
    force = _zonal_force(ring_km)
    for body_km, mu in ((sun_km, SUN_MU_KM3_S2), (moon_km, MOON_MU_KM3_S2)):
        distance_km = float(np.linalg.norm(body_km))
        towards = body_km / distance_km
        force = force + mu / distance_km**3 * (3 * (ring_km @ towards)[:, None] * towards - ring_km)
    torque = np.mean(np.cross(ring_km, force), axis=0)
    rate = torque / sqrt(MU_KM3_S2 * radius_km)
    return np.asarray(rate - (rate @ normal) * normal, dtype=np.float64)


def _zonal_force(ring_km: Array) -> Array:
    """The northward part of the higher zonals' pull, (n, 3) km/s^2: the gradient of the potential in latitude."""
    radius_km = np.linalg.norm(ring_km, axis=1)
    sine = ring_km[:, 2] / radius_km
    east = _unit(np.stack([-ring_km[:, 1], ring_km[:, 0], np.zeros_like(sine)], axis=1))
    north = np.cross(ring_km / radius_km[:, None], east)
    slopes = _legendre_slopes(sine, max(HIGHER_ZONALS))
    pull = sum(-c * sqrt(2 * n + 1) * (RADIUS_KM / radius_km) ** n * slopes[n] for n, c in HIGHER_ZONALS.items())
    return np.asarray((-MU_KM3_S2 / radius_km**2 * pull * np.sqrt(1 - sine**2))[:, None] * north, dtype=np.float64)


def _legendre_slopes(x: Array, highest: int) -> list[Array]:
    """P_n'(x) for n up to the highest, by Bonnet's recursion and P_n' = n P_(n-1) + x P_(n-1)'."""
    values, slopes = [np.ones_like(x), x], [np.zeros_like(x), np.ones_like(x)]
    for n in range(2, highest + 1):
        slopes.append(n * values[n - 1] + x * slopes[n - 1])
        values.append(((2 * n - 1) * x * values[n - 1] - (n - 1) * values[n - 2]) / n)
    return slopes


def moon_teme_km(base: Instant, seconds: Array) -> Array:
    """The Moon, (n, 3) km, to about 0.3 deg (the Astronomical Almanac's low precision; Vallado 2013, alg. 31)."""
    whole, fraction = base.julian_date_tt()
    t = ((whole - J2000_JD) + (fraction + seconds / 86_400)) / 36_525
    longitude = 218.32 + 481_267.8813 * t
    for size, start, speed in (
        (6.29, 134.9, 477_198.85),
        (-1.27, 259.2, -413_335.38),
        (0.66, 235.7, 890_534.23),
        (0.21, 269.9, 954_397.70),
        (-0.19, 357.5, 35_999.05),
        (-0.11, 186.6, 966_404.05),
    ):
        longitude = longitude + size * np.sin(np.radians(start + speed * t))
    latitude = np.zeros_like(t)
    for size, start, speed in (
        (5.13, 93.3, 483_202.03),
        (0.28, 228.2, 960_400.87),
        (-0.28, 318.3, 6_003.18),
        (-0.17, 217.6, -407_332.20),
    ):
        latitude = latitude + size * np.sin(np.radians(start + speed * t))
    parallax = np.full_like(t, 0.9508)
    for size, start, speed in (
        (0.0518, 134.9, 477_198.85),
        (0.0095, 259.2, -413_335.38),
        (0.0078, 235.7, 890_534.23),
        (0.0028, 269.9, 954_397.70),
    ):
        parallax = parallax + size * np.cos(np.radians(start + speed * t))
    east, b, tilt = np.radians(longitude), np.radians(latitude), np.radians(23.439291 - 0.0130042 * t)
    across = np.cos(b) * np.sin(east)
    towards = np.stack(
        [
            np.cos(b) * np.cos(east),
            np.cos(tilt) * across - np.sin(tilt) * np.sin(b),
            np.sin(tilt) * across + np.cos(tilt) * np.sin(b),
        ],
        axis=1,
    )
    return np.asarray(towards * (RADIUS_KM / np.sin(np.radians(parallax)))[:, None], dtype=np.float64)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None], dtype=np.float64)
