"""The run: step after step, their lengths chosen from the tail of each step's series, sums compensated."""

from __future__ import annotations

from math import isfinite, sqrt

from hamsafar.orbit.numerical.compiled import compiled, inner
from hamsafar.orbit.numerical.dense import falling
from hamsafar.orbit.numerical.forces import Forces
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.numerical.step import Work, attempt
from hamsafar.orbit.times import Floats

# How a call of `march` ends.
GOING, DONE, IMPACT, ESCAPE, STUCK = 0, 1, 2, 3, 4

TAIL = 3e-10  # the wanted tail of a step against its first term: 3e-9 lets energy drift by 2e-15 a revolution
_REJECT = 6.0
_ORDER = 14.0  # the tail shrinks with about this power of the step
_SHORTEST_S = 1e-4


@compiled
def march(
    forces: Forces,
    work: Work,
    now: Floats,
    until_s: float,
    floor_km: float,
    escape_km: float,
    starts: Floats,
    lengths: Floats,
    states: Floats,
    series: Floats,
) -> tuple[int, int]:
    """Takes steps until the end, an event, or the buffers are full: (how it ended, steps taken).

    `now` (16,), read and left as the run's state: t, r, v, what the sums lost (7), the next step, steps refused.
    """
    direction = 1.0 if until_s >= now[0] else -1.0
    count = 0
    y, coefficients, delta = work.y, work.coefficients, work.delta
    while count < starts.shape[0]:
        t = now[0]
        if t == until_s:
            return DONE, count
        h = direction * abs(now[13])
        if abs(h) >= abs(until_s - t) * (1.0 - 1e-9):
            end = until_s
        elif abs(h) > 0.5 * abs(until_s - t):
            end = t + 0.5 * (until_s - t)
        else:
            end = t + h
        h = end - t
        for j in range(6):
            y[j] = now[1 + j]
        tail = attempt(forces, work, t, h, y, _REJECT * TAIL)
        if not tail <= _REJECT * TAIL:
            now[14] += 1.0
            now[13] = abs(h) * (0.5 if not isfinite(tail) else max(0.2, 0.9 * (TAIL / tail) ** (1.0 / _ORDER)))
            if now[13] < _SHORTEST_S:
                return STUCK, count
            continue
        starts[count] = t
        lengths[count] = h
        for j in range(6):
            states[count, j] = y[j]
        for j in range(3):
            for k in range(NODES):
                series[count, j, k] = coefficients[j, k]
        count += 1
        _advance(now, delta)
        now[0] = end
        grown = min(2.5, max(0.3, 0.95 * (TAIL / max(tail, 1e-300)) ** (1.0 / _ORDER)))
        now[13] = abs(h) * grown * _ahead(now, y, direction)
        if floor_km > 0.0 and _may_fall(work.r, now, floor_km):
            x = falling(states[count - 1], h, series[count - 1], work.x[:], floor_km, 1.0)
            if x <= 1.0:
                now[0] = t + h * x
                return IMPACT, count
        if now[1] ** 2 + now[2] ** 2 + now[3] ** 2 > escape_km**2:
            return ESCAPE, count
    return GOING, count


@inner
def _advance(now: Floats, delta: Floats) -> None:
    """Adds a step's gain to the state, keeping what rounding loses (Kahan 1965)."""
    for j in range(6):
        gain = delta[j] + now[7 + j]
        total = now[1 + j] + gain
        now[7 + j] = gain - (total - now[1 + j])
        now[1 + j] = total


@inner
def _ahead(now: Floats, y: Floats, direction: float) -> float:
    """How much longer the next step may be because the radius grows or shrinks: Kepler's 3/2 power."""
    before = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    after = sqrt(now[1] * now[1] + now[2] * now[2] + now[3] * now[3])
    return float(min(max((after / before) ** 1.5, 0.5), 2.0))


@inner
def _may_fall(r: Floats, now: Floats, floor_km: float) -> bool:
    """Whether a step comes near a radius: its nodes are close enough together that 5 % more is a safe margin."""
    nearest = now[1] ** 2 + now[2] ** 2 + now[3] ** 2
    for i in range(NODES):
        nearest = min(nearest, r[0, i] ** 2 + r[1, i] ** 2 + r[2, i] ** 2)
    return bool(nearest < (1.05 * floor_km) ** 2)
