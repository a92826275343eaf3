"""One step: the collocation polynomial through sixteen nodes, solved so that the costly field is asked few times.

The acceleration is split into the point mass's, cheap and strong, and the rest, costly and gentle. Inside, the rest is
held at the nodes while the point mass is iterated to rounding level; outside, the rest is asked again at the improved
places, which shrinks the error by (its gradient) h^2/2, a thousandth or less. (The split is that of Bradley et al. 2014
and Macomber et al. 2016 for Picard iterations.)
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from hamsafar.orbit.numerical.compiled import inner, record
from hamsafar.orbit.numerical.forces import (
    MOST_BODIES,
    Forces,
    Numbers,
    add_air,
    add_bodies,
    add_field,
    add_thrust,
    rotation,
    table_at,
)
from hamsafar.orbit.numerical.gravity import SCRATCH, degree_needed
from hamsafar.orbit.numerical.nodes import NODES, collocation
from hamsafar.orbit.numerical.shadow import shine
from hamsafar.orbit.times import Floats

MOST_ASKINGS = 14
MOST_INNER = 40
ROUNDING = 2.3e-16


class Work(NamedTuple):
    """The scratch of one run, and the step's matrices: one record, so that they cost the compiler nothing."""

    x: Floats
    velocity_at: Floats  # (node, node), transposed: [from, to]
    position_at: Floats
    velocity_end: Floats
    position_end: Floats
    series: Floats  # (k, node)
    t: Floats
    r: Floats
    v: Floats
    smooth: Floats
    rough: Floats
    light: Floats
    total: Floats
    fresh: Floats
    held: Floats
    turned: Floats
    places: Floats
    body: Floats
    scratch: Floats
    quantities: Floats
    coefficients: Floats  # (3, k): Legendre series of the total acceleration
    delta: Floats  # (6,): what the step adds to r and v
    y: Floats  # (6,): the state a step begins with


def new_work() -> Work:
    """Scratch for one run (one thread)."""
    c = collocation()
    return record(
        Work(
            c.x,
            np.ascontiguousarray(c.velocity_at.T),
            np.ascontiguousarray(c.position_at.T),
            c.velocity_end,
            c.position_end,
            c.series,
            np.zeros(NODES),
            *np.zeros((8, 3, NODES)),  # type: ignore[call-arg]
            np.zeros((9, NODES)),
            np.zeros((3 * MOST_BODIES, NODES)),
            np.zeros((6, NODES)),
            np.zeros(SCRATCH),
            np.zeros(3 + 3 * MOST_BODIES + 9),
            np.zeros((3, NODES)),
            np.zeros(6),
            np.zeros(6),
        )
    )


@inner
def look_up(numbers: Numbers, table: Floats, work: Work, t0: float, h: float) -> None:
    """Where the bodies are and how the centre is turned, at every node: once a step."""
    q, x, t, turned, places = work.quantities[:], work.x, work.t, work.turned, work.places
    start_s, piece_s = numbers.table_start_s, numbers.table_piece_s
    count = table.shape[1]
    turn = q[count:]
    for i in range(NODES):
        now = t0 + h * x[i]
        t[i] = now
        table_at(table, (now - start_s) / piece_s, q)
        rotation(q, turn)
        for j in range(9):
            turned[j, i] = turn[j]
        for j in range(count - 3):
            places[j, i] = q[3 + j]


@inner
def ask(forces: Forces, work: Work, degree: int, y: Floats, h: float, askings: int) -> None:
    """The costly rest of the acceleration at the nodes: the smooth part and the part that may jump.

    The light is asked twice: at once, without edges, and when the path is known to a metre or better, with them.
    """
    numbers = forces.numbers
    r, smooth, rough, turned, places = work.r, work.smooth, work.rough, work.turned, work.places
    for j in range(3):
        for i in range(NODES):
            smooth[j, i] = 0.0
            rough[j, i] = 0.0
    if degree > 0:
        add_field(forces, degree, r, turned, work.body, work.scratch, smooth)
    add_bodies(numbers, r, places, smooth)
    if numbers.air_drag > 0.0 or numbers.thrust_axes >= 0:
        t, v = work.t, work.v
        speeds(work.velocity_at, work.total, y, h, v)
        if numbers.thrust_axes >= 0:
            add_thrust(numbers, t, r, v, smooth)
        if numbers.air_drag > 0.0:
            add_air(forces, t, r, v, turned, rough)
    if numbers.light > 0.0:
        light = work.light
        if askings < 2:
            into_series(work.series, work.total, work.coefficients)
            edgeless = askings == 0
            shine(
                numbers,
                forces.table,
                work.t,
                h,
                y[:],
                r,
                places,
                work.x,
                work.velocity_end,
                work.coefficients[:],
                edgeless,
                light,
            )
        for j in range(3):
            for i in range(NODES):
                rough[j, i] += light[j, i]


@inner
def speeds(velocity_at: Floats, total: Floats, y: Floats, h: float, v: Floats) -> None:
    """Velocities at the nodes from the accelerations there."""
    for j in range(3):
        for i in range(NODES):
            v[j, i] = 0.0
        for k in range(NODES):
            a = total[j, k]
            for i in range(NODES):
                v[j, i] += velocity_at[k, i] * a
        for i in range(NODES):
            v[j, i] = y[3 + j] + h * v[j, i]


@inner
def settle(
    mu: float,
    x: Floats,
    position_at: Floats,
    y: Floats,
    h: float,
    r: Floats,
    smooth: Floats,
    rough: Floats,
    total: Floats,
    fresh: Floats,
) -> bool:
    """Iterates the point mass with the rest held, to rounding level. False if it doesn't settle."""
    size = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    last = 1e300
    for _ in range(MOST_INNER):
        for i in range(NODES):
            r2 = r[0, i] * r[0, i] + r[1, i] * r[1, i] + r[2, i] * r[2, i]
            pull = -mu / (r2 * sqrt(r2))
            for j in range(3):
                total[j, i] = pull * r[j, i] + smooth[j, i] + rough[j, i]
        change = 0.0
        for j in range(3):
            for i in range(NODES):
                fresh[j, i] = 0.0
            for k in range(NODES):
                a = total[j, k]
                for i in range(NODES):
                    fresh[j, i] += position_at[k, i] * a
            for i in range(NODES):
                value = y[j] + h * (y[3 + j] * x[i] + h * fresh[j, i])
                change = max(change, abs(value - r[j, i]))
                r[j, i] = value
        if change < 4.0 * ROUNDING * size or (change >= last and change < 64.0 * ROUNDING * size):
            return True
        if not change < 1e6 * size:
            return False
        last = change
    return False


@inner
def guess(mu: float, x: Floats, y: Floats, h: float, r: Floats, smooth: Floats, rough: Floats) -> float:
    """A parabola to begin with, and no rest: the distance from the centre."""
    r0 = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    for j in range(3):
        pull = -mu / (r0 * r0 * r0) * y[j]
        for i in range(NODES):
            smooth[j, i] = 0.0
            rough[j, i] = 0.0
            s = x[i] * h
            r[j, i] = y[j] + s * (y[3 + j] + 0.5 * s * pull)
    return float(r0)


@inner
def attempt(forces: Forces, work: Work, t0: float, h: float, y: Floats, worst: float) -> float:
    """Tries a step: the tail of its series against its first term; infinite if it doesn't converge.

    Leaves the accelerations at the nodes in `work.total`, their series in `coefficients`, the step's gain in `delta`.
    """
    mu, x, position_at = forces.numbers.mu_km3_s2, work.x, work.position_at
    r, held, smooth, rough, total, fresh = work.r, work.held, work.smooth, work.rough, work.total, work.fresh
    look_up(forces.numbers, forces.table, work, t0, h)
    r0 = guess(mu, x, y, h, r, smooth, rough)
    degree, last = 0, 1e300
    for askings in range(-1, MOST_ASKINGS):
        if askings == 0:
            degree = degree_needed(forces.reach, 0.99 * nearest_km(r))
        if askings >= 0:
            ask(forces, work, degree, y, h, askings)
        for j in range(3):
            for i in range(NODES):
                held[j, i] = r[j, i]
        if not settle(mu, x, position_at, y, h, r, smooth, rough, total, fresh):
            return np.inf
        moved = 0.0
        for j in range(3):
            for i in range(NODES):
                moved = max(moved, abs(r[j, i] - held[j, i]))
        shrinking = min(moved / last, 1.0) if last > 0.0 else 0.0
        done = askings > 0 and moved * shrinking < 4.0 * ROUNDING * r0
        if done or askings == 0:
            end = tail(work.series, total, rough)
            if done or end > worst:
                into_series(work.series, total, work.coefficients)
                gain(work.velocity_end, work.position_end, total, y, h, work.delta)
                return end
        last = moved
    return np.inf


@inner
def nearest_km(r: Floats) -> float:
    """The least distance of the nodes from the centre."""
    nearest = 1e300
    for i in range(NODES):
        nearest = min(nearest, r[0, i] ** 2 + r[1, i] ** 2 + r[2, i] ** 2)
    return float(sqrt(nearest))


@inner
def tail(series: Floats, total: Floats, rough: Floats) -> float:
    """The last three coefficients of the smooth acceleration's Legendre series against the first."""
    first, end = 0.0, 0.0
    for j in range(3):
        c0, c1, c2, c3 = 0.0, 0.0, 0.0, 0.0
        for i in range(NODES):
            a = total[j, i] - rough[j, i]
            c0 += series[0, i] * a
            c1 += series[NODES - 3, i] * a
            c2 += series[NODES - 2, i] * a
            c3 += series[NODES - 1, i] * a
        first += c0 * c0
        end = max(end, abs(c1), abs(c2), abs(c3))
    return float(end / sqrt(first))


@inner
def into_series(series: Floats, total: Floats, out: Floats) -> None:
    """The Legendre series (3, 16) of the accelerations at the nodes: what the dense solution is made of."""
    for j in range(3):
        for k in range(NODES):
            c = 0.0
            for i in range(NODES):
                c += series[k, i] * total[j, i]
            out[j, k] = c


@inner
def gain(velocity_end: Floats, position_end: Floats, total: Floats, y: Floats, h: float, delta: Floats) -> None:
    """What the step adds to position and velocity."""
    for j in range(3):
        dv, dr = 0.0, 0.0
        for i in range(NODES):
            dv += velocity_end[i] * total[j, i]
            dr += position_end[i] * total[j, i]
        delta[3 + j] = h * dv
        delta[j] = h * (y[3 + j] + h * dr)
