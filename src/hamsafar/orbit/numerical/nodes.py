"""The nodes of a step and the matrices of collocation at them.

A step of length h is mapped on x in [0, 1]. The acceleration is the polynomial through its values at the 16
Gauss-Legendre nodes; the velocity and the position are its integrals, exactly. That is the implicit Runge-Kutta method
of Gauss (Butcher 1964; Hairer, Norsett & Wanner 1993, II.7), of order 32 at the end of a step.

All is calculated in forty digits and rounded once: a rounding of a weight is the same in every step, and so adds up
(Hairer, McLachlan & Razakarivony 2008, "Achieving Brouwer's law with implicit Runge-Kutta methods").
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from math import cos, pi
from typing import Any

import numpy as np
from attrs import frozen

from hamsafar.orbit.times import Floats

NODES = 16
_DIGITS = 40


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


def _legendre(u: Any, count: int) -> list[Any]:
    """P_k(u), k < count, of numbers of any kind."""
    rows = [u * 0 + 1, u]
    for k in range(1, count - 1):
        rows.append(((2 * k + 1) * u * rows[k] - k * rows[k - 1]) / (k + 1))
    return rows[:count]


def _roots(count: int) -> list[tuple[Decimal, Decimal]]:
    """The roots of P_count with the weights of Gauss's rule on [-1, 1], ascending, by Newton."""
    found = []
    for i in range(count, 0, -1):
        u = Decimal(cos(pi * (i - 0.25) / (count + 0.5)))
        slope = Decimal(1)
        for _ in range(8):
            p = _legendre(u, count + 1)
            slope = count * (p[count - 1] - u * p[count]) / (1 - u * u)
            u -= p[count] / slope
        found.append((u, 2 / ((1 - u * u) * slope * slope)))
    return found


def _integrals(x: Decimal, count: int) -> tuple[list[Decimal], list[Decimal]]:
    """Shifted Legendre polynomials integrated from 0 to x once and twice, k < count."""
    p = _legendre(2 * x - 1, count + 2)
    first = [x] + [(p[k + 1] - p[k - 1]) / (2 * (2 * k + 1)) for k in range(1, count + 1)]
    second = [x * x / 2, x * x * x / 3 - x * x / 2]
    second += [(first[k + 1] - first[k - 1]) / (2 * (2 * k + 1)) for k in range(2, count)]
    return first[:count], second


@cache
def collocation(count: int = NODES) -> Collocation:
    """The matrices for so many nodes."""
    with localcontext() as context:
        context.prec = _DIGITS
        roots = _roots(count)
        x = [(u + 1) / 2 for u, _ in roots]
        weights = np.array([weight / 2 for _, weight in roots], dtype=object)
        values = np.array([_legendre(u, count) for u, _ in roots], dtype=object)  # [node, k]
        series = (values * np.array([2 * k + 1 for k in range(count)], dtype=object)).T * weights
        once, twice = zip(*(_integrals(place, count) for place in x), strict=True)
        exact = {
            "x": np.array(x, dtype=object),
            "velocity_at": np.array(once, dtype=object) @ series,
            "position_at": np.array(twice, dtype=object) @ series,
            "velocity_end": weights,
            "position_end": weights * np.array([1 - place for place in x], dtype=object),
            "series": series,
        }
        return Collocation(**{name: np.ascontiguousarray(table.astype(np.float64)) for name, table in exact.items()})
