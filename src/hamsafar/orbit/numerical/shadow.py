"""Sunlight on a step: where shadows begin and end inside it, and the push between, so that no edge is smeared.

A push that jumps can't be told by its values at sixteen nodes. So the edges (umbra and penumbra of the centre and of
the other of Earth and Moon) are found inside the step on its own polynomial, the push is integrated from edge to edge
against each Legendre polynomial, and the nodes are given the values of that projection. What the step gains in velocity
and position is then exact, whatever lies between two nodes; inside, the position is out by the push times the square of
a node's gap (1e-9 km for a square metre on fifty kilograms).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from hamsafar.orbit.numerical.compiled import inner
from hamsafar.orbit.numerical.dense import within
from hamsafar.orbit.numerical.forces import NO_BODY, Numbers, depth, sunlight, table_at
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.times import Floats

PENUMBRA, UMBRA = 0, 1
PLACES = NODES + 2  # the start, the nodes and the end
_MOST_EDGES = 32
_WIDENING = 0.01  # a penumbra widens by less than this per km behind its body: (Sun + body) / distance, twice


@inner
def margin_at(
    numbers: Numbers,
    table: Floats,
    t0: float,
    h: float,
    y: Floats,
    series: Floats,
    x: float,
    body: int,
    kind: int,
    room: Floats,
) -> float:
    """How deep the place at a fraction of a step is in a shadow, rad: above 0 inside.

    `body`: of the table, or NO_BODY for the centre. `room`: scratch.
    """
    q = room[6:]
    within(y, h, series, x, room)
    table_at(table, (t0 + h * x - numbers.table_start_s) / numbers.table_piece_s, q)
    sun, at = 3 + 3 * numbers.sun, 3 + 3 * max(body, 0)
    px, py, pz, radius_km = room[0], room[1], room[2], numbers.centre_radius_km
    if body != NO_BODY:
        px, py, pz, radius_km = px - q[at], py - q[at + 1], pz - q[at + 2], numbers.other_radius_km
    between, disc, wide = depth(px, py, pz, q[sun] - room[0], q[sun + 1] - room[1], q[sun + 2] - room[2], radius_km)
    return float((disc + wide if kind == PENUMBRA else abs(wide - disc)) - between)


@inner
def near_shadow(r: Floats, places: Floats, sun: int, body: int, radius_km: float) -> bool:
    """Whether any part of a step may lie in a body's penumbra: with no angle taken, and the gap of nodes to spare."""
    gap2 = 0.0
    for i in range(1, NODES):
        gap2 = max(gap2, (r[0, i] - r[0, i - 1]) ** 2 + (r[1, i] - r[1, i - 1]) ** 2 + (r[2, i] - r[2, i - 1]) ** 2)
    gap = 1.5 * sqrt(gap2)
    for i in range(NODES):
        x, y, z = r[0, i], r[1, i], r[2, i]
        sx, sy, sz = places[3 * sun, i], places[3 * sun + 1, i], places[3 * sun + 2, i]
        if body != NO_BODY:
            bx, by, bz = places[3 * body, i], places[3 * body + 1, i], places[3 * body + 2, i]
            x, y, z, sx, sy, sz = x - bx, y - by, z - bz, sx - bx, sy - by, sz - bz
        along = (x * sx + y * sy + z * sz) / sqrt(sx * sx + sy * sy + sz * sz)
        if along < gap:
            reach = radius_km + _WIDENING * (gap - along) + gap
            if x * x + y * y + z * z - along * along < reach * reach:
                return True
    return False


# Each of these asks for the margin in one place only: numba copies a callee to every place that calls it.


@inner
def edge(
    numbers: Numbers,
    table: Floats,
    t0: float,
    h: float,
    y: Floats,
    series: Floats,
    a: float,
    b: float,
    body: int,
    kind: int,
    room: Floats,
) -> float:
    """The fraction of the step in [a, b] where a shadow's edge is passed: Illinois, to 1e-12 of the step."""
    fa, fb, side = 0.0, 0.0, 0
    x = a
    for turn in range(62):
        x = a if turn == 0 else b if turn == 1 else (a * fb - b * fa) / (fb - fa)
        f = margin_at(numbers, table, t0, h, y, series, x, body, kind, room)
        if turn == 0:
            fa = f
        elif turn == 1:
            fb = f
        elif (f > 0.0) == (fb > 0.0):
            b, fb = x, f
            if side == 1:
                fa *= 0.5
            side = 1
        else:
            a, fa = x, f
            if side == -1:
                fb *= 0.5
            side = -1
        if turn > 1 and (abs(b - a) < 1e-12 or abs(f) < 1e-14):
            break
    return x


@inner
def peak(
    numbers: Numbers,
    table: Floats,
    t0: float,
    h: float,
    y: Floats,
    series: Floats,
    a: float,
    b: float,
    sign: float,
    body: int,
    kind: int,
    room: Floats,
) -> float:
    """Where in [a, b] `sign * margin` is above 0, by golden section towards its greatest; below 0: nowhere."""
    first = 0.0
    for _ in range(40):
        for which in range(2):
            x = a + (0.3819660112501051 if which == 0 else 0.6180339887498949) * (b - a)
            f = sign * margin_at(numbers, table, t0, h, y, series, x, body, kind, room)
            if f > 0.0:
                return x
            if which == 0:
                first = f
            elif first > f:
                b = x
            else:
                a = a + 0.3819660112501051 * (b - a)
        if b - a < 1e-8:
            break
    return -1.0


@inner
def edges(
    numbers: Numbers,
    table: Floats,
    t0: float,
    h: float,
    y: Floats,
    series: Floats,
    body: int,
    x: Floats,
    found: Floats,
    count: int,
) -> int:
    """Adds the edges of a body's shadows inside a step to the `count` fractions in `found`: how many there are then."""
    room = np.empty(6 + table.shape[1])
    f = np.empty(PLACES)
    low, high = np.empty(_MOST_EDGES), np.empty(_MOST_EDGES)
    for kind in range(2):
        for k in range(PLACES):
            f[k] = margin_at(numbers, table, t0, h, y, series, x[k], body, kind, room)
        brackets = 0
        for k in range(PLACES):
            before, after = max(k - 1, 0), min(k + 1, PLACES - 1)
            if count + brackets + 3 > _MOST_EDGES:
                break
            if (f[k] > 0.0) != (f[after] > 0.0):
                low[brackets], high[brackets] = x[k], x[after]
                brackets += 1
            sign = -1.0 if f[k] > 0.0 else 1.0
            here, left, right = sign * f[k], sign * f[before], sign * f[after]
            if left > 0.0 or right > 0.0 or here < left or here < right or here + max(here - left, here - right) < 0.0:
                continue  # no turn of the margin between these three, or one too far from 0
            top = peak(numbers, table, t0, h, y, series, x[before], x[after], sign, body, kind, room)
            if top >= 0.0:
                low[brackets], high[brackets] = x[before], top
                low[brackets + 1], high[brackets + 1] = top, x[after]
                brackets += 2
        for k in range(brackets):
            found[count] = edge(numbers, table, t0, h, y, series, low[k], high[k], body, kind, room)
            count += 1
    return count


@inner
def sort(values: Floats, count: int) -> None:
    """Insertion: there are few, and numba's own sort takes seconds to compile."""
    for i in range(1, count):
        value, j = values[i], i - 1
        while j >= 0 and values[j] > value:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = value


@inner
def light_at_nodes(
    numbers: Numbers, t: Floats, r: Floats, places: Floats, centre: bool, other: bool, light: Floats
) -> None:
    """The push of the light at the nodes, shaded by the bodies that may shade, into `light` (3, 16)."""
    rows = 3 * numbers.bodies
    q, push = np.zeros(3 + rows), np.empty(3)
    for i in range(NODES):
        for j in range(rows):
            q[3 + j] = places[j, i]
        sunlight(numbers, t[i], r[0, i], r[1, i], r[2, i], q, centre, other, push)
        light[0, i], light[1, i], light[2, i] = push[0], push[1], push[2]


@inner
def add_light(
    numbers: Numbers,
    table: Floats,
    t0: float,
    h: float,
    y: Floats,
    nodes: Floats,
    weights: Floats,
    series: Floats,
    found: Floats,
    pieces: int,
    light: Floats,
) -> None:
    """The projection of the push of the light between sorted edges, at the nodes, into `light` (3, 16).

    `found`: 0, the edges and 1, so many pieces between them.
    """
    room, push = np.empty(6 + table.shape[1]), np.empty(3)
    q = room[6:]
    p = np.empty(NODES)
    moments = np.zeros((3, NODES))
    for piece in range(pieces):
        a, width = found[piece], found[piece + 1] - found[piece]
        for i in range(NODES):
            x = a + width * nodes[i]
            within(y, h, series, x, room)
            table_at(table, (t0 + h * x - numbers.table_start_s) / numbers.table_piece_s, q)
            sunlight(
                numbers,
                t0 + h * x,
                room[0],
                room[1],
                room[2],
                q,
                numbers.sun != NO_BODY,
                numbers.other != NO_BODY,
                push,
            )
            legendre(x, p)
            for k in range(NODES):
                weight = (2 * k + 1) * width * weights[i] * p[k]
                for j in range(3):
                    moments[j, k] += weight * push[j]
    for i in range(NODES):
        legendre(nodes[i], p)
        for j in range(3):
            total = 0.0
            for k in range(NODES):
                total += moments[j, k] * p[k]
            light[j, i] = total


@inner
def legendre(x: float, out: Floats) -> None:
    """P_k(2 x - 1), k < 16, into `out`."""
    u = 2.0 * x - 1.0
    out[0], out[1] = 1.0, u
    for k in range(1, NODES - 1):
        out[k + 1] = ((2 * k + 1) * u * out[k] - k * out[k - 1]) / (k + 1)


@inner
def shine(
    numbers: Numbers,
    table: Floats,
    t: Floats,
    h: float,
    y: Floats,
    r: Floats,
    places: Floats,
    nodes: Floats,
    weights: Floats,
    series: Floats,
    edgeless: bool,
    light: Floats,
) -> None:
    """The push of the light for a step whose path is nearly known (`series`), into `light` (3, 16).

    `edgeless`: a first guess, without shadows.
    """
    t0 = t[0] - h * nodes[0]
    found, x = np.empty(_MOST_EDGES + 2), np.empty(PLACES)
    x[0], x[PLACES - 1] = 0.0, 1.0
    for k in range(NODES):
        x[k + 1] = nodes[k]
    centre, other, count = bool(np.bool_(False)), bool(np.bool_(False)), int(np.int64(0))  # no literals, see `inner`
    for which in range(2):
        body = NO_BODY if which == 0 else numbers.other
        radius_km = numbers.centre_radius_km if which == 0 else numbers.other_radius_km
        if edgeless or (which == 1 and body == NO_BODY):
            continue
        if near_shadow(r, places, numbers.sun, body, radius_km):
            count = edges(numbers, table, t0, h, y, series, body, x, found, count)
            if which == 0:
                centre = True
            else:
                other = True
    if count == 0:
        light_at_nodes(numbers, t, r, places, centre, other, light)
        return
    found[count], found[count + 1] = 0.0, 1.0
    sort(found, count + 2)
    add_light(numbers, table, t0, h, y, nodes, weights, series, found, count + 1, light)
