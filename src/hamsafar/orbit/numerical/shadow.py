"""Sunlight on a step: where shadows begin and end inside it, and the push between, so that no edge is smeared.

A push that jumps can't be told by its values at sixteen nodes. So the edges (umbra and penumbra of the centre and of the
other of Earth and Moon) are found inside the step on its own polynomial, the push is integrated from edge to edge
against each Legendre polynomial, and the nodes are given the values of that projection. What the step gains in velocity
and position is then exact, whatever lies between two nodes; inside, the position is out by the push times the square of
a node's gap (1e-9 km for a square metre on fifty kilograms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hamsafar.orbit.numerical.compiled import compiled
from hamsafar.orbit.numerical.dense import within
from hamsafar.orbit.numerical.forces import NO_BODY, Forces, depth, sunlight, table_at
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.times import Floats

if TYPE_CHECKING:
    from hamsafar.orbit.numerical.step import Work

PENUMBRA, UMBRA = 0, 1
_KINDS = 4  # penumbra and umbra of the centre, penumbra and umbra of the other body
_MOST_EDGES = 32


@compiled
def margin(forces: Forces, q: Floats, r: Floats, kind: int) -> float:
    """How deep a place is in a shadow, rad: above 0 inside. `q`: the table's quantities at the time."""
    sun = 3 + 3 * forces.sun
    sx, sy, sz = q[sun] - r[0], q[sun + 1] - r[1], q[sun + 2] - r[2]
    if kind < 2:
        between, disc, body = depth(r[0], r[1], r[2], sx, sy, sz, forces.centre_radius_km)
    else:
        at = 3 + 3 * forces.other
        x, y, z = r[0] - q[at], r[1] - q[at + 1], r[2] - q[at + 2]
        between, disc, body = depth(x, y, z, sx, sy, sz, forces.other_radius_km)
    return (disc + body if kind % 2 == PENUMBRA else abs(body - disc)) - between


@compiled
def _margin_at(forces: Forces, work: Work, t0: float, h: float, y: Floats, x: float, kind: int, state: Floats) -> float:
    within(y, h, work.coefficients, x, state)
    table_at(forces, t0 + h * x, work.quantities)
    return margin(forces, work.quantities, state, kind)


@compiled
def _edge(
    forces: Forces, work: Work, t0: float, h: float, y: Floats, a: float, b: float, fa: float, fb: float, kind: int
) -> float:
    """The fraction of the step in [a, b] where a shadow's edge is passed: Illinois, to 1e-12 of the step."""
    state = np.empty(6)
    side = 0
    x = a
    for _ in range(60):
        x = (a * fb - b * fa) / (fb - fa)
        f = _margin_at(forces, work, t0, h, y, x, kind, state)
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
        if abs(b - a) < 1e-12 or abs(f) < 1e-14:
            break
    return x


@compiled
def _peak(
    forces: Forces, work: Work, t0: float, h: float, y: Floats, a: float, b: float, sign: float, kind: int
) -> tuple[float, float]:
    """The greatest `sign * margin` in [a, b], by golden section until it is above 0: (fraction, margin)."""
    state = np.empty(6)
    golden = 0.6180339887498949
    x1, x2 = b - golden * (b - a), a + golden * (b - a)
    f1 = sign * _margin_at(forces, work, t0, h, y, x1, kind, state)
    f2 = sign * _margin_at(forces, work, t0, h, y, x2, kind, state)
    for _ in range(40):
        if max(f1, f2) > 0.0 or b - a < 1e-8:
            break
        if f1 > f2:
            b, x2, f2 = x2, x1, f1
            x1 = b - golden * (b - a)
            f1 = sign * _margin_at(forces, work, t0, h, y, x1, kind, state)
        else:
            a, x1, f1 = x1, x2, f2
            x2 = a + golden * (b - a)
            f2 = sign * _margin_at(forces, work, t0, h, y, x2, kind, state)
    return (x1, sign * f1) if f1 > f2 else (x2, sign * f2)


@compiled
def edges(forces: Forces, work: Work, t0: float, h: float, y: Floats, found: Floats) -> int:
    """Edges of shadows inside a step, sorted fractions into `found`: how many."""
    count = 0
    state = np.empty(6)
    places = np.empty(NODES + 2)
    places[0], places[NODES + 1] = 0.0, 1.0
    places[1 : NODES + 1] = work.x
    f = np.empty(NODES + 2)
    for kind in range(_KINDS if forces.other != NO_BODY else 2):
        for k in range(NODES + 2):
            f[k] = _margin_at(forces, work, t0, h, y, places[k], kind, state)
        for k in range(NODES + 1):
            if (f[k] > 0.0) != (f[k + 1] > 0.0) and count < _MOST_EDGES:
                found[count] = _edge(forces, work, t0, h, y, places[k], places[k + 1], f[k], f[k + 1], kind)
                count += 1
        for k in range(NODES + 2):
            low, high = max(k - 1, 0), min(k + 1, NODES + 1)
            sign = -1.0 if f[k] > 0.0 else 1.0
            here, left, right = sign * f[k], sign * f[low], sign * f[high]
            reach = max(here - left, here - right)
            if left > 0.0 or right > 0.0 or here < left or here < right or here + reach < 0.0:
                continue
            x, value = _peak(forces, work, t0, h, y, places[low], places[high], sign, kind)
            if sign * value > 0.0 and count + 1 < _MOST_EDGES:
                found[count] = _edge(forces, work, t0, h, y, places[low], x, f[low], value, kind)
                found[count + 1] = _edge(forces, work, t0, h, y, x, places[high], value, f[high], kind)
                count += 2
    found[:count].sort()
    return count


@compiled
def add_light(forces: Forces, work: Work, y: Floats, h: float, askings: int) -> None:
    """Adds the push of the light at the nodes to `work.rough`."""
    state, push, q = np.empty(6), np.empty(3), work.quantities
    t0 = work.t[0] - h * work.x[0]
    found = np.empty(_MOST_EDGES + 2)
    count = 0
    if askings > 0:
        series(work)
        count = edges(forces, work, t0, h, y, found)
    if count == 0:
        for i in range(NODES):
            table_at(forces, work.t[i], q)
            sunlight(forces, work.t[i], work.r[0, i], work.r[1, i], work.r[2, i], q, push)
            for j in range(3):
                work.rough[j, i] += push[j]
        return
    moments = np.zeros((3, NODES))
    p = np.empty(NODES)
    a = 0.0
    for piece in range(count + 1):
        b = found[piece] if piece < count else 1.0
        for i in range(NODES):
            x = a + (b - a) * work.x[i]
            within(y, h, work.coefficients, x, state)
            table_at(forces, t0 + h * x, q)
            sunlight(forces, t0 + h * x, state[0], state[1], state[2], q, push)
            legendre(x, p)
            for k in range(NODES):
                weight = (2 * k + 1) * (b - a) * work.velocity_end[i] * p[k]
                for j in range(3):
                    moments[j, k] += weight * push[j]
        a = b
    for i in range(NODES):
        legendre(work.x[i], p)
        for j in range(3):
            for k in range(NODES):
                work.rough[j, i] += moments[j, k] * p[k]


@compiled
def legendre(x: float, out: Floats) -> None:
    """P_k(2 x - 1), k < 16, into `out`."""
    u = 2.0 * x - 1.0
    out[0], out[1] = 1.0, u
    for k in range(1, NODES - 1):
        out[k + 1] = ((2 * k + 1) * u * out[k] - k * out[k - 1]) / (k + 1)


@compiled
def series(work: Work) -> None:
    """The Legendre series of the accelerations at the nodes, into `work.coefficients`."""
    for j in range(3):
        for k in range(NODES):
            c = 0.0
            for i in range(NODES):
                c += work.series[k, i] * work.total[j, i]
            work.coefficients[j, k] = c
