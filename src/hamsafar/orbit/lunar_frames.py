"""How the Moon is turned: principal axes (PA) and mean Earth (ME) axes of DE440, 1960 to 2060.

PA is frame 31008 of NAIF's `moon_pa_de440_200625.bpc`, the axes that gravity fields are told in. ME is 31009, DE421's
mean Earth axes, the ones maps and places on the Moon are told in; it differs from PA by constant angles, together 0.03
degrees (875 m on the ground). Matrices turn ICRF vectors into body ones: r_body = M r_icrf.
"""

from __future__ import annotations

from functools import cache
from math import radians
from typing import Literal, TypeAlias

import numpy as np

from hamsafar.orbit.bodies import dynamical_time, refuse_outside_ephemeris
from hamsafar.orbit.chebyshev import Pieces
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.resources import read_arrays

LunarAxes: TypeAlias = Literal["MOON_PA", "MOON_ME"]

# ME to PA, arcseconds about axes 3, 2, 1: moon_de440_220930.tf, TKFRAME_31009_ANGLES; Park et al. 2021.
_PA_FROM_ME_ARCSEC = (67.8526, 78.6944, 0.2785)


@cache
def _pieces() -> Pieces:
    return Pieces.of(read_arrays("orbit/data/moon_pa_de440_1960_2060.npz"))


def _time(tai_ns: TaiNs) -> tuple[TaiNs, Floats]:
    moments = np.atleast_1d(np.asarray(tai_ns, dtype=np.int64))
    refuse_outside_ephemeris(moments)
    return dynamical_time(moments)


def moon_angles_rad(tai_ns: TaiNs) -> Floats:
    """DE440's Euler angles phi, theta, psi (n, 3) rad of R3(psi) R1(theta) R3(phi), from the ICRF to MOON_PA.

    Raises OutOfRangeError outside `bodies.ephemeris_range`.
    """
    return _pieces().at(*_time(tai_ns))


def turn_about(axis: int, angle_rad: Floats) -> Floats:
    """R_axis(angle): matrices (n, 3, 3) that turn the axes by angles (n,) about axis 1, 2 or 3."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    found = np.zeros((*np.shape(angle_rad), 3, 3))
    i, j, k = axis - 1, axis % 3, (axis + 1) % 3
    found[..., i, i] = 1.0
    found[..., j, j], found[..., k, k] = c, c
    found[..., j, k], found[..., k, j] = s, -s
    return found


def _pa_from_angles(angles_rad: Floats) -> Floats:
    """R3(psi) R1(theta) R3(phi), multiplied out: (n, 3, 3)."""
    (cos_f, cos_t, cos_p), (sin_f, sin_t, sin_p) = np.cos(angles_rad).T, np.sin(angles_rad).T
    found = np.empty((len(angles_rad), 3, 3))
    found[:, 0, 0] = cos_p * cos_f - sin_p * cos_t * sin_f
    found[:, 0, 1] = cos_p * sin_f + sin_p * cos_t * cos_f
    found[:, 0, 2] = sin_p * sin_t
    found[:, 1, 0] = -sin_p * cos_f - cos_p * cos_t * sin_f
    found[:, 1, 1] = -sin_p * sin_f + cos_p * cos_t * cos_f
    found[:, 1, 2] = cos_p * sin_t
    found[:, 2, 0] = sin_t * sin_f
    found[:, 2, 1] = -sin_t * cos_f
    found[:, 2, 2] = cos_t
    return found


@cache
def me_from_pa() -> Floats:
    """The constant matrix (3, 3) from principal axes to mean Earth axes."""
    third, second, first = (radians(angle / 3_600) for angle in _PA_FROM_ME_ARCSEC)
    turns = [turn_about(axis, np.array(angle)) for axis, angle in ((1, -first), (2, -second), (3, -third))]
    matrix: Floats = turns[0] @ turns[1] @ turns[2]
    return matrix


def pa_from_icrf(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 3, 3) from the ICRF to the lunar principal axes."""
    return _pa_from_angles(moon_angles_rad(tai_ns))


def me_from_icrf(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 3, 3) from the ICRF to the mean Earth axes."""
    matrices: Floats = me_from_pa() @ pa_from_icrf(tai_ns)
    return matrices


def moon_turn(axes: LunarAxes, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Matrices (n, 3, 3) from the ICRF to the body axes, and how fast those turn: (n, 3) rad/s, along body axes."""
    time = _time(tai_ns)
    angles, rates = _pieces().at(*time), _pieces().rates_at(*time)
    theta, psi = angles[:, 1], angles[:, 2]
    phi_rate, theta_rate, psi_rate = rates.T
    spin = np.stack(
        [
            phi_rate * np.sin(theta) * np.sin(psi) + theta_rate * np.cos(psi),
            phi_rate * np.sin(theta) * np.cos(psi) - theta_rate * np.sin(psi),
            phi_rate * np.cos(theta) + psi_rate,
        ],
        axis=-1,
    )
    matrices = _pa_from_angles(angles)
    if axes == "MOON_PA":
        return matrices, spin
    return me_from_pa() @ matrices, spin @ me_from_pa().T


def moon_fixed_states(axes: LunarAxes, r_icrf_km: Floats, v_icrf_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s as seen from the turning Moon, from ICRF ones about the Moon."""
    matrices, spin = moon_turn(axes, tai_ns)
    r_body = np.einsum("nij,nj->ni", matrices, r_icrf_km)
    return r_body, np.einsum("nij,nj->ni", matrices, v_icrf_km_s) - np.cross(spin, r_body)


def icrf_states(axes: LunarAxes, r_body_km: Floats, v_body_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s along ICRF axes, from ones seen from the turning Moon."""
    matrices, spin = moon_turn(axes, tai_ns)
    carried = v_body_km_s + np.cross(spin, r_body_km)
    return np.einsum("nji,nj->ni", matrices, r_body_km), np.einsum("nji,nj->ni", matrices, carried)


def selenographic(r_me_km: Floats) -> tuple[Floats, Floats, Floats]:
    """Latitude and longitude (east, -180 to 180) in degrees and distance from the centre in km, each (n,).

    They are told on the axes the positions (n, 3) are given in: mean Earth, as maps have it.
    """
    r = np.asarray(r_me_km, dtype=np.float64)
    across = np.hypot(r[..., 0], r[..., 1])
    latitude, longitude = np.arctan2(r[..., 2], across), np.arctan2(r[..., 1], r[..., 0])
    return np.degrees(latitude), np.degrees(longitude), np.hypot(across, r[..., 2])
