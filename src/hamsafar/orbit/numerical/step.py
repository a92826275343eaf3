"""One step: the collocation polynomial through sixteen nodes, solved so that the costly field is asked few times.

The acceleration is split into the point mass's, cheap and strong, and the rest, costly and gentle. Inside, the rest is
held at the nodes while the point mass is iterated to rounding level; outside, the rest is asked again at the improved
places, which shrinks the error by (its gradient) h^2/2, a thousandth or less. (The split is that of Bradley et al. 2014
and Macomber et al. 2016 for Picard iterations.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hamsafar.orbit.numerical.compiled import compiled
from hamsafar.orbit.numerical.forces import (
    Forces,
    add_air,
    add_bodies,
    add_field,
    add_thrust,
    rotation,
    table_at,
)
from hamsafar.orbit.numerical.gravity import SCRATCH, degree_needed
from hamsafar.orbit.numerical.nodes import NODES, collocation
from hamsafar.orbit.numerical.shadow import add_light, series
from hamsafar.orbit.times import Floats

MOST_ASKINGS = 14
MOST_INNER = 40
ROUNDING = 2.3e-16


class Work(NamedTuple):
    """The scratch of one run, and the step's matrices."""

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


def new_work(quantities: int) -> Work:
    """Scratch for one run (one thread)."""
    c = collocation()
    return Work(
        c.x,
        np.ascontiguousarray(c.velocity_at.T),
        np.ascontiguousarray(c.position_at.T),
        c.velocity_end,
        c.position_end,
        c.series,
        np.zeros(NODES),
        *(np.zeros((3, NODES)) for _ in range(7)),
        np.zeros((9, NODES)),
        np.zeros((max(quantities - 3, 3), NODES)),
        np.zeros((6, NODES)),
        np.zeros(SCRATCH),
        np.zeros(quantities + 9),
        np.zeros((3, NODES)),
        np.zeros(6),
    )


@compiled
def look_up(forces: Forces, work: Work, t0: float, h: float) -> None:
    """Where the bodies are and how the centre is turned, at every node: once a step."""
    q = work.quantities
    count = forces.table.shape[1]
    turn = q[count:]
    for i in range(NODES):
        t = t0 + h * work.x[i]
        work.t[i] = t
        table_at(forces, t, q)
        rotation(q, turn)
        for j in range(9):
            work.turned[j, i] = turn[j]
        for j in range(count - 3):
            work.places[j, i] = q[3 + j]


@compiled
def ask(forces: Forces, work: Work, degree: int, y: Floats, h: float, askings: int) -> None:
    """The costly rest of the acceleration at the nodes: the smooth part and the part that may jump."""
    for j in range(3):
        for i in range(NODES):
            work.smooth[j, i] = 0.0
            work.rough[j, i] = 0.0
    if degree > 0:
        add_field(forces, degree, work.r, work.turned, work.body, work.scratch, work.smooth)
    add_bodies(forces, work.r, work.places, work.smooth)
    air, thrust = forces.air_drag > 0.0, forces.thrust_axes >= 0
    if air or thrust:
        speeds(work, y, h)
        if thrust:
            add_thrust(forces, work.t, work.r, work.v, work.smooth)
        if air:
            add_air(forces, work.t, work.r, work.v, work.turned, work.rough)
    if forces.light > 0.0:
        add_light(forces, work, y, h, askings)


@compiled
def speeds(work: Work, y: Floats, h: float) -> None:
    """Velocities at the nodes from the accelerations there."""
    for j in range(3):
        for i in range(NODES):
            work.v[j, i] = 0.0
        for k in range(NODES):
            a = work.total[j, k]
            for i in range(NODES):
                work.v[j, i] += work.velocity_at[k, i] * a
        for i in range(NODES):
            work.v[j, i] = y[3 + j] + h * work.v[j, i]


@compiled
def settle(forces: Forces, work: Work, y: Floats, h: float) -> bool:
    """Iterates the point mass with the rest held, to rounding level. False if it doesn't settle."""
    r, total, fresh = work.r, work.total, work.fresh
    size = np.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    last = 1e300
    for _ in range(MOST_INNER):
        for i in range(NODES):
            r2 = r[0, i] * r[0, i] + r[1, i] * r[1, i] + r[2, i] * r[2, i]
            pull = -forces.mu_km3_s2 / (r2 * np.sqrt(r2))
            for j in range(3):
                total[j, i] = pull * r[j, i] + work.smooth[j, i] + work.rough[j, i]
        change = 0.0
        for j in range(3):
            for i in range(NODES):
                fresh[j, i] = 0.0
            for k in range(NODES):
                a = total[j, k]
                for i in range(NODES):
                    fresh[j, i] += work.position_at[k, i] * a
            for i in range(NODES):
                value = y[j] + h * (y[3 + j] * work.x[i] + h * fresh[j, i])
                change = max(change, abs(value - r[j, i]))
                r[j, i] = value
        if change < 4.0 * ROUNDING * size or (change >= last and change < 64.0 * ROUNDING * size):
            return True
        if not change < 1e6 * size:
            return False
        last = change
    return False


@compiled
def attempt(forces: Forces, work: Work, t0: float, h: float, y: Floats, worst: float) -> float:
    """Tries a step: the tail of its series against its first term; infinite if it doesn't converge.

    Leaves the accelerations at the nodes in `work.total`, their series in `coefficients`, the step's gain in `delta`.
    """
    look_up(forces, work, t0, h)
    r0 = np.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    for j in range(3):
        pull = -forces.mu_km3_s2 / (r0 * r0 * r0) * y[j]
        for i in range(NODES):
            work.smooth[j, i] = 0.0
            work.rough[j, i] = 0.0
            x = work.x[i] * h
            work.r[j, i] = y[j] + x * (y[3 + j] + 0.5 * x * pull)
    if not settle(forces, work, y, h):
        return np.inf
    nearest = 1e300
    for i in range(NODES):
        nearest = min(nearest, work.r[0, i] ** 2 + work.r[1, i] ** 2 + work.r[2, i] ** 2)
    degree = degree_needed(forces.reach, 0.99 * np.sqrt(nearest))
    last = 1e300
    for askings in range(MOST_ASKINGS):
        ask(forces, work, degree, y, h, askings)
        for j in range(3):
            for i in range(NODES):
                work.held[j, i] = work.r[j, i]
        if not settle(forces, work, y, h):
            return np.inf
        moved = 0.0
        for j in range(3):
            for i in range(NODES):
                moved = max(moved, abs(work.r[j, i] - work.held[j, i]))
        if askings == 0 and tail(work) > worst:
            return np.inf
        if moved * min(moved / last, 1.0) < 4.0 * ROUNDING * r0 and askings > 0:
            finish(work, y, h)
            return tail(work)
        last = moved
    return np.inf


@compiled
def tail(work: Work) -> float:
    """The last three coefficients of the smooth acceleration's Legendre series against the first."""
    first, end = 0.0, 0.0
    for j in range(3):
        c0, c1, c2, c3 = 0.0, 0.0, 0.0, 0.0
        for i in range(NODES):
            a = work.total[j, i] - work.rough[j, i]
            c0 += work.series[0, i] * a
            c1 += work.series[NODES - 3, i] * a
            c2 += work.series[NODES - 2, i] * a
            c3 += work.series[NODES - 1, i] * a
        first += c0 * c0
        end = max(end, abs(c1), abs(c2), abs(c3))
    return end / np.sqrt(first)


@compiled
def finish(work: Work, y: Floats, h: float) -> None:
    """The step's gain, and the series that the dense solution is made of."""
    series(work)
    for j in range(3):
        dv, dr = 0.0, 0.0
        for i in range(NODES):
            dv += work.velocity_end[i] * work.total[j, i]
            dr += work.position_end[i] * work.total[j, i]
        work.delta[3 + j] = h * dv
        work.delta[j] = h * (y[3 + j] + h * dr)
