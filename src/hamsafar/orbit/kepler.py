"""Keplerian elements and states, elliptic and hyperbolic (Vallado 2013, sections 2.2 and 2.5)."""

from __future__ import annotations

from math import asinh, atan, atan2, atanh, cos, cosh, hypot, isfinite, pi, sin, sinh, sqrt, tan, tanh

import numpy as np
from attrs import field, frozen

from hamsafar.errors import ConvergenceError, InputError
from hamsafar.orbit.times import Floats

_ROUND = 1e-11  # below this an eccentricity or a tilt has no direction that means anything


@frozen(kw_only=True)
class Elements:
    """Keplerian elements: km and radians; `semi_major_axis_km` is below 0 for a hyperbola (eccentricity above 1).

    A circle's periapsis is its node, and the node of an orbit in the plane is the x axis.
    """

    semi_major_axis_km: float = field()
    eccentricity: float = field()
    inclination_rad: float = field()
    node_rad: float = field()
    periapsis_rad: float = field()
    true_anomaly_rad: float = field()

    def __attrs_post_init__(self) -> None:
        a, e = self.semi_major_axis_km, self.eccentricity
        angles = (self.inclination_rad, self.node_rad, self.periapsis_rad, self.true_anomaly_rad)
        if not all(isfinite(value) for value in (a, e, *angles)):
            raise InputError("elements should be finite numbers")
        if e < 0.0:
            raise InputError(f"an eccentricity is 0 or more (got {e})")
        if e == 1.0 or (a > 0.0) != (e < 1.0) or a == 0.0:
            raise InputError(
                "a semi-major axis is above 0 with an eccentricity below 1, and below 0 with one above 1; a parabola "
                f"has none (got {a} km and {e})"
            )
        if not 0.0 <= self.inclination_rad <= pi:
            raise InputError(f"an inclination is 0 to 180 degrees (got {np.degrees(self.inclination_rad):g})")
        if 1.0 + e * cos(self.true_anomaly_rad) <= 0.0:
            raise InputError(
                f"a hyperbola of eccentricity {e:g} never reaches a true anomaly of "
                f"{np.degrees(self.true_anomaly_rad):g} degrees"
            )

    @property
    def periapsis_km(self) -> float:
        """The lowest radius."""
        return self.semi_major_axis_km * (1.0 - self.eccentricity)

    @property
    def mean_anomaly_rad(self) -> float:
        """The mean anomaly, -pi to pi on an ellipse, unbounded on a hyperbola."""
        e, half = self.eccentricity, tan(self.true_anomaly_rad / 2.0)
        if e < 1.0:
            eccentric = 2.0 * atan2(
                sqrt(1.0 - e) * sin(self.true_anomaly_rad / 2.0), sqrt(1.0 + e) * cos(self.true_anomaly_rad / 2.0)
            )
            mean = eccentric - e * sin(eccentric)
            return (mean + pi) % (2.0 * pi) - pi
        hyperbolic = 2.0 * atanh(sqrt((e - 1.0) / (e + 1.0)) * half)
        return e * sinh(hyperbolic) - hyperbolic


def true_anomaly_rad(mean_anomaly_rad: float, eccentricity: float) -> float:
    """The true anomaly of a mean one, -pi to pi (Vallado 2013, algorithms 2 and 4).

    Raises ConvergenceError when Kepler's equation doesn't come to rest, InputError for a parabola.
    """
    e = eccentricity
    if e < 0.0 or e == 1.0:
        raise InputError(f"an eccentricity is 0 or more, and not 1 (got {e})")
    if e < 1.0:
        mean = (mean_anomaly_rad + pi) % (2.0 * pi) - pi
        at = mean if e < 0.8 else pi if mean > 0.0 else -pi
        for _ in range(60):
            step = (at - e * sin(at) - mean) / (1.0 - e * cos(at))
            at -= step
            if abs(step) < 1e-14:
                return 2.0 * atan2(sqrt(1.0 + e) * sin(at / 2.0), sqrt(1.0 - e) * cos(at / 2.0))
    else:
        at = asinh(mean_anomaly_rad / e)
        for _ in range(100):
            step = (e * sinh(at) - at - mean_anomaly_rad) / (e * cosh(at) - 1.0)
            at -= step
            if abs(step) < 1e-14 * max(1.0, abs(at)):
                return 2.0 * atan(sqrt((e + 1.0) / (e - 1.0)) * tanh(at / 2.0))
    raise ConvergenceError(
        f"Kepler's equation did not come to rest at mean anomaly {mean_anomaly_rad}, eccentricity {e}"
    )


def vectors(elements: Elements, mu_km3_s2: float) -> tuple[Floats, Floats]:
    """Position (3,) km and velocity (3,) km/s on the axes the elements are told on."""
    e, nu = elements.eccentricity, elements.true_anomaly_rad
    p_km = elements.semi_major_axis_km * (1.0 - e * e)
    r_km = p_km / (1.0 + e * cos(nu))
    speed_km_s = sqrt(mu_km3_s2 / p_km)
    towards, ahead = _axes(elements)
    position: Floats = r_km * (cos(nu) * towards + sin(nu) * ahead)
    velocity: Floats = speed_km_s * (-sin(nu) * towards + (e + cos(nu)) * ahead)
    return position, velocity


def _axes(elements: Elements) -> tuple[Floats, Floats]:
    """Unit vectors towards the periapsis, and a quarter turn ahead of it."""
    cos_i, sin_i = cos(elements.inclination_rad), sin(elements.inclination_rad)
    cos_n, sin_n = cos(elements.node_rad), sin(elements.node_rad)
    cos_w, sin_w = cos(elements.periapsis_rad), sin(elements.periapsis_rad)
    node = np.array([cos_n, sin_n, 0.0])
    up = np.array([-cos_i * sin_n, cos_i * cos_n, sin_i])
    return cos_w * node + sin_w * up, -sin_w * node + cos_w * up


def elements_of(r_km: Floats, v_km_s: Floats, mu_km3_s2: float) -> Elements:
    """The elements of a position (3,) km and velocity (3,) km/s (Vallado 2013, algorithm 9).

    Raises InputError for a straight fall or a parabola, which have none.
    """
    r, v = np.asarray(r_km, dtype=np.float64), np.asarray(v_km_s, dtype=np.float64)
    radius, momentum = float(np.linalg.norm(r)), np.cross(r, v)
    h = float(np.linalg.norm(momentum))
    if h <= 1e-12 * radius * float(np.linalg.norm(v)) or h == 0.0:
        raise InputError("moves straight up or down, so it has no Keplerian elements")
    alpha = 2.0 / radius - float(v @ v) / mu_km3_s2  # 1 / a
    if abs(alpha) * radius < 1e-12:
        raise InputError("is a parabola, which has no semi-major axis")
    towards = np.cross(v, momentum) / mu_km3_s2 - r / radius
    e = float(np.linalg.norm(towards))
    pole = momentum / h
    tilt = hypot(pole[0], pole[1])
    node = np.array([-pole[1], pole[0], 0.0]) / tilt if tilt > _ROUND else np.array([1.0, 0.0, 0.0])
    periapsis = towards / e if e > _ROUND else node
    return Elements(
        semi_major_axis_km=1.0 / alpha,
        eccentricity=e,
        inclination_rad=atan2(tilt, float(pole[2])),
        node_rad=atan2(node[1], node[0]) % (2.0 * pi),
        periapsis_rad=_turn(node, periapsis, pole) % (2.0 * pi),
        true_anomaly_rad=_turn(periapsis, r / radius, pole),
    )


def _turn(start: Floats, end: Floats, pole: Floats) -> float:
    """The angle from one unit vector to another about a pole, -pi to pi."""
    return atan2(float(pole @ np.cross(start, end)), float(start @ end))


def period_s(semi_major_axis_km: float, mu_km3_s2: float) -> float:
    """How long a revolution lasts; InputError on a hyperbola."""
    if semi_major_axis_km <= 0.0:
        raise InputError("a hyperbola is flown once, so it has no period")
    return 2.0 * pi * sqrt(semi_major_axis_km**3 / mu_km3_s2)
