"""The dense solution: a step's position and velocity anywhere in it, and its extrema and crossings of a radius.

A step is (t0, h, y0, c): where it starts, how long it is, the state there and the Legendre series of its acceleration.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from hamsafar.orbit.numerical.compiled import compiled, inner
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.times import Floats, TaiNs

TURNS = 24  # room for extrema of one step


@inner
def within(y: Floats, h: float, c: Floats, x: float, out: Floats) -> None:
    """State (6,) at the fraction x of a step: the series (3, 16), once and twice integrated."""
    u = 2.0 * x - 1.0
    below, at = 1.0, u  # P_(k-1), P_k
    above = 1.5 * u * u - 0.5
    first_below, first = x, x * x - x  # once integrated: k - 1, k
    vx = c[0, 0] * first_below + c[0, 1] * first
    vy = c[1, 0] * first_below + c[1, 1] * first
    vz = c[2, 0] * first_below + c[2, 1] * first
    second0, second1 = 0.5 * x * x, x * x * (x / 3.0 - 0.5)
    rx = c[0, 0] * second0 + c[0, 1] * second1
    ry = c[1, 0] * second0 + c[1, 1] * second1
    rz = c[2, 0] * second0 + c[2, 1] * second1
    for k in range(2, NODES + 1):
        below, at = at, above
        above = ((2 * k + 1) * u * at - k * below) / (k + 1)
        next_first = (above - below) / (2.0 * (2 * k + 1))
        if k < NODES:
            vx += c[0, k] * next_first
            vy += c[1, k] * next_first
            vz += c[2, k] * next_first
        if k > 2:
            second = (next_first - first_below) / (2.0 * (2 * k - 1))
            rx += c[0, k - 1] * second
            ry += c[1, k - 1] * second
            rz += c[2, k - 1] * second
        first_below, first = first, next_first
    out[0] = y[0] + h * (y[3] * x + h * rx)
    out[1] = y[1] + h * (y[4] * x + h * ry)
    out[2] = y[2] + h * (y[5] * x + h * rz)
    out[3] = y[3] + h * vx
    out[4] = y[4] + h * vy
    out[5] = y[5] + h * vz


@compiled
def states_at(
    starts: Floats, lengths: Floats, states: Floats, series: Floats, whole_s: TaiNs, part_s: Floats, out: Floats
) -> None:
    """States at sorted or unsorted times (whole seconds plus a part), each from the step it lies in, into (n, 6)."""
    count = starts.shape[0]
    forward = lengths[0] >= 0.0
    step = 0
    for i in range(whole_s.shape[0]):
        t = whole_s[i] + part_s[i]
        if not (forward and starts[step] <= t and (step + 1 == count or t < starts[step + 1])):
            low, high = 0, count - 1
            while low < high:
                middle = (low + high + 1) // 2
                if (starts[middle] < t) == forward or starts[middle] == t:
                    low = middle
                else:
                    high = middle - 1
            step = low
        x = ((whole_s[i] - starts[step]) + part_s[i]) / lengths[step]
        within(states[step], lengths[step], series[step], x, out[i])


@inner
def rise(y: Floats) -> float:
    """r times the rate of the radius."""
    return float(y[0] * y[3] + y[1] * y[4] + y[2] * y[5])


@inner
def _radius(y: Floats) -> float:
    return float(sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2]))


@inner
def turn_between(y: Floats, h: float, c: Floats, a: float, b: float, fa: float, fb: float, state: Floats) -> float:
    """The fraction in [a, b] where the radius stops changing, by the Illinois rule; `state` is left there."""
    side = 0
    x = a
    for _ in range(80):
        x = (a * fb - b * fa) / (fb - fa)
        if not (a <= x <= b):
            x = 0.5 * (a + b)
        within(y, h, c, x, state)
        f = rise(state)
        if f == 0.0 or abs(b - a) < 1e-14:
            break
        if (f > 0.0) == (fb > 0.0):
            b, fb = x, f
            if side == 1:
                fa *= 0.5
            side = 1
        else:
            a, fa = x, f
            if side == -1:
                fb *= 0.5
            side = -1
        if abs(b - a) < 1e-13:
            break
    return x


@inner
def turns(y: Floats, h: float, c: Floats, nodes: Floats, last: float, way: float, at: Floats, radius: Floats) -> int:
    """Extrema of |r| in the fraction [0, last) of a step: how many; fractions and radii into `at`, `radius`.

    Looked for between neighbours of the seventeen places 0, nodes, 1, which lie far closer together than two extrema
    of the radius of an orbit in a field whose shortest wave those same nodes resolve. The end of a step belongs to the
    next. `way`: 1 for minima, -1 for maxima.
    """
    state = np.empty(6)
    found = 0
    a, fa = 0.0, 0.0
    sign = way if h > 0.0 else -way  # which way the rate changes along x
    for i in range(-1, NODES + 1):
        b = 0.0 if i < 0 else min(nodes[i] if i < NODES else 1.0, last)
        within(y, h, c, b, state)
        fb = rise(state)
        if i >= 0 and sign * fa <= 0.0 < sign * fb and found < at.shape[0]:
            at[found] = turn_between(y, h, c, a, b, fa, fb, state)
            radius[found] = _radius(state)
            found += 1
        a, fa = b, fb
        if b >= last:
            break
    return found


@inner
def falling(y: Floats, h: float, c: Floats, nodes: Floats, floor_km: float, last: float) -> float:
    """The first fraction in (0, last] of a step where |r| falls to a radius; above 1 (2.0) if it does not.

    The minima of |r| within the step are examined too, so that a touch between two nodes is seen.
    """
    state = np.empty(6)
    at, radius = np.empty(TURNS), np.empty(TURNS)
    found = turns(y, h, c, nodes, last, 1.0, at, radius)
    a = 0.0
    mark = 0
    for i in range(NODES + 1):
        end = min(nodes[i] if i < NODES else 1.0, last)
        while True:
            b = end
            if mark < found and at[mark] <= end:
                b = at[mark]
                mark += 1
            within(y, h, c, b, state)
            if _radius(state) <= floor_km:
                return _reaches(y, h, c, a, b, floor_km)
            a = b
            if b >= end:
                break
        if end >= last:
            break
    return 2.0


@inner
def _reaches(y: Floats, h: float, c: Floats, a: float, b: float, floor_km: float) -> float:
    """Bisection between a place above and a place below a radius: 60 halvings, past rounding level."""
    state = np.empty(6)
    for _ in range(60):
        x = 0.5 * (a + b)
        within(y, h, c, x, state)
        if _radius(state) > floor_km:
            a = x
        else:
            b = x
    return b


@compiled
def all_turns(
    starts: Floats, lengths: Floats, states: Floats, series: Floats, nodes: Floats, end_s: float, lowest: bool
) -> tuple[Floats, Floats]:
    """Every extremum of |r| of a run, up to its end: times s from the epoch (n,), radii km (n,)."""
    room = 64
    times, radii = np.empty(room), np.empty(room)
    at, radius = np.empty(TURNS), np.empty(TURNS)
    count = 0
    for step in range(starts.shape[0]):
        last = min((end_s - starts[step]) / lengths[step], 1.0)
        found = turns(states[step], lengths[step], series[step], nodes, last, 1.0 if lowest else -1.0, at, radius)
        for k in range(found):
            if count == room:
                room *= 2
                more_times, more_radii = np.empty(room), np.empty(room)
                for j in range(count):
                    more_times[j], more_radii[j] = times[j], radii[j]
                times, radii = more_times, more_radii
            times[count] = starts[step] + lengths[step] * at[k]
            radii[count] = radius[k]
            count += 1
    return times[:count].copy(), radii[:count].copy()


@compiled
def falls_to(y: Floats, h: float, c: Floats, nodes: Floats, floor_km: float, last: float) -> float:
    """`falling`, for callers from Python."""
    return falling(y, h, c, nodes, floor_km, last)
