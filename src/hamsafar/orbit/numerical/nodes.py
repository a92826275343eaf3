"""The nodes of a step and the matrices of collocation at them.

A step of length h is mapped on x in [0, 1]. The acceleration is the polynomial through its values at the 16
Gauss-Legendre nodes; the velocity and the position are its integrals, exactly. That is the implicit Runge-Kutta method
of Gauss (Butcher 1964; Hairer, Norsett & Wanner 1993, II.7), of order 32 at the end of a step.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from attrs import frozen

from hamsafar.orbit.times import Floats

NODES = 16


@frozen(kw_only=True, eq=False)
class Collocation:
    """Nodes x (s,), and what takes accelerations at them to the rest: all for a step of length 1.

    `velocity_at` and `position_at` (s, s): integrals up to each node; `velocity_end`, `position_end` (s,): over the
    step; `series` (s, s): the coefficients of the shifted Legendre polynomials, [k, node].
    """

    x: Floats
    velocity_at: Floats
    position_at: Floats
    velocity_end: Floats
    position_end: Floats
    series: Floats


def _legendre(x: Floats, count: int) -> Floats:
    """P_k(2 x - 1) for k < count: (count, n)."""
    u = 2.0 * x - 1.0
    rows = [np.ones_like(u), u]
    for k in range(1, count - 1):
        rows.append(((2 * k + 1) * u * rows[k] - k * rows[k - 1]) / (k + 1))
    return np.array(rows[:count])


def integrals(x: Floats, count: int) -> tuple[Floats, Floats]:
    """Once and twice integrated shifted Legendre polynomials from 0 to x, k < count: (count, n) each."""
    p = _legendre(x, count + 2)
    k = np.arange(count + 1)[:, None]
    first = np.empty((count + 1, len(x)))
    first[0] = x
    first[1:] = (p[2 : count + 2] - p[:count]) / (2.0 * (2 * k[1:] + 1))
    second = np.empty((count, len(x)))
    second[0] = x * x / 2.0
    second[1] = x**3 / 3.0 - x * x / 2.0
    for row in range(2, count):
        second[row] = (first[row + 1] - first[row - 1]) / (2.0 * (2 * row + 1))
    return first[:count], second


@cache
def collocation(count: int = NODES) -> Collocation:
    """The matrices for so many nodes."""
    u, weights = np.polynomial.legendre.leggauss(count)
    x, weights = (u + 1.0) / 2.0, weights / 2.0
    series = (2.0 * np.arange(count) + 1.0)[:, None] * _legendre(x, count) * weights
    first, second = integrals(x, count)
    return Collocation(
        x=x,
        velocity_at=np.ascontiguousarray(first.T @ series),
        position_at=np.ascontiguousarray(second.T @ series),
        velocity_end=weights,
        position_end=weights * (1.0 - x),
        series=np.ascontiguousarray(series),
    )
