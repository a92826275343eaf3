"""What pulls and pushes at the sixteen nodes of a step, and what of it may jump.

Third bodies: Battin (1999, eq. 8.60-8.62), no small difference of large numbers. Sunlight: a cannonball in inverse
square light, the share of the Sun's disc that is seen by the overlap of two circles (Montenbruck & Gill 2000, eq.
3.85-3.94), behind the centre and behind the other of Earth and Moon. Air: a table along the path. Engines: constant
thrust in axes that turn along.
"""

from __future__ import annotations

from math import acos, asin, atan2, cos, exp, floor, pi, sin, sqrt
from typing import NamedTuple

from hamsafar.orbit.numerical.compiled import inner
from hamsafar.orbit.numerical.gravity import pull_of
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.times import Floats, TaiNs

SUN_RADIUS_KM = 695_700.0  # IAU 2015 resolution B3, nominal
SOLAR_PRESSURE_N_M2 = 4.56e-6  # at 1 au; Montenbruck & Gill 2000, section 3.4: what published coefficients go with
AU_KM = 149_597_870.7  # IAU 2012 resolution B2
NO_BODY = -1
MOST_BODIES = 8


class Numbers(NamedTuple):
    """The force model's numbers, handed to the kernel as one record. Lengths km, times s from the run's epoch."""

    mu_km3_s2: float
    field_radius_km: float
    table_start_s: float
    table_piece_s: float
    bodies: int  # in the table
    body_mu: Floats  # (MOST_BODIES,)
    sun: int
    other: int
    centre_radius_km: float
    other_radius_km: float
    light: float  # cr area pressure au^2, kg km^3/s^2
    air_drag: float  # 1/2 cd area in m^2, times 1000 (m -> km)
    spin_rad_s: float
    air_start_s: float
    air_step_s: float
    air_spread_km: float
    thrust_axes: int  # 0 ICRF, 1 RTN, 2 TNW
    thrust: Floats  # (3,)
    mass_kg: float
    loss_kg_s: float
    mass_at_s: float


class Forces(NamedTuple):
    """Everything a step needs to know, as the compiler takes it."""

    numbers: Numbers
    terms: Floats
    first: TaiNs
    seed: Floats
    reach: Floats
    table: Floats
    air_radius_km: Floats
    air_log_rho: Floats


@inner
def table_at(table: Floats, place: float, out: Floats) -> None:
    """The quantities of a table at so many pieces from its start, into `out` (quantities,)."""
    piece = min(max(floor(place), 0), table.shape[0] - 1)
    x = 2.0 * (place - piece) - 1.0
    for q in range(table.shape[1]):
        b1, b2 = 0.0, 0.0
        for k in range(table.shape[2] - 1, 0, -1):
            b1, b2 = table[piece, q, k] + 2.0 * x * b1 - b2, b1
        out[q] = table[piece, q, 0] + x * b1 - b2


@inner
def rotation(angles: Floats, out: Floats) -> None:
    """R3(c) R2(b) R1(a) into `out` (9,), by rows."""
    sa, ca = sin(angles[0]), cos(angles[0])
    sb, cb = sin(angles[1]), cos(angles[1])
    sc, cc = sin(angles[2]), cos(angles[2])
    out[0], out[1], out[2] = cc * cb, sc * ca + cc * sb * sa, sc * sa - cc * sb * ca
    out[3], out[4], out[5] = -sc * cb, cc * ca - sc * sb * sa, cc * sa + sc * sb * ca
    out[6], out[7], out[8] = sb, -cb * sa, cb * ca


@inner
def add_field(
    forces: Forces, degree: int, r: Floats, turned: Floats, body: Floats, scratch: Floats, out: Floats
) -> None:
    """Adds the field's pull less the point mass's, ICRF axes, at r (3, 16). `body` (6, 16): scratch."""
    for i in range(NODES):
        for j in range(3):
            body[j, i] = turned[3 * j, i] * r[0, i] + turned[3 * j + 1, i] * r[1, i] + turned[3 * j + 2, i] * r[2, i]
            body[3 + j, i] = 0.0
    pulled = body[3:6]
    pull_of(body[0:3], forces.terms, forces.first, forces.seed, forces.numbers.field_radius_km, degree, scratch, pulled)
    for i in range(NODES):
        for j in range(3):
            out[j, i] += turned[j, i] * pulled[0, i] + turned[3 + j, i] * pulled[1, i] + turned[6 + j, i] * pulled[2, i]


@inner
def add_bodies(numbers: Numbers, r: Floats, places: Floats, out: Floats) -> None:
    """Adds the pull of the other bodies on the craft less that on the centre. `places` (3 bodies, 16)."""
    for body in range(numbers.bodies):
        mu = numbers.body_mu[body]
        if mu == 0.0:
            continue
        for i in range(NODES):
            x, y, z = r[0, i], r[1, i], r[2, i]
            sx, sy, sz = places[3 * body, i], places[3 * body + 1, i], places[3 * body + 2, i]
            s2 = sx * sx + sy * sy + sz * sz
            q = (x * (x - 2.0 * sx) + y * (y - 2.0 * sy) + z * (z - 2.0 * sz)) / s2
            root = sqrt(1.0 + q)
            f = q * (3.0 + q * (3.0 + q)) / (1.0 + (1.0 + q) * root)
            d2 = s2 * (1.0 + q)
            pull = -mu / (d2 * sqrt(d2))
            out[0, i] += pull * (x + f * sx)
            out[1, i] += pull * (y + f * sy)
            out[2, i] += pull * (z + f * sz)


@inner
def depth(
    x: float, y: float, z: float, sx: float, sy: float, sz: float, radius_km: float
) -> tuple[float, float, float]:
    """From a place relative to a body, the Sun at s from the place: (angle between, Sun's, body's angular radius)."""
    r = sqrt(x * x + y * y + z * z)
    s = sqrt(sx * sx + sy * sy + sz * sz)
    dot = -(x * sx + y * sy + z * sz)
    cx, cy, cz = y * sz - z * sy, z * sx - x * sz, x * sy - y * sx
    between = atan2(sqrt(cx * cx + cy * cy + cz * cz), dot)
    return between, asin(min(SUN_RADIUS_KM / s, 1.0)), asin(min(radius_km / r, 1.0))


@inner
def share_seen(between: float, sun: float, body: float) -> float:
    """The share of the Sun's disc that is seen past a body: overlap of two circles."""
    if between >= sun + body:
        return 1.0
    if between <= body - sun:
        return 0.0
    if between <= sun - body:
        return 1.0 - (body / sun) ** 2
    x = (between * between + sun * sun - body * body) / (2.0 * between)
    y = sqrt(max(sun * sun - x * x, 0.0))
    overlap = (
        sun * sun * acos(min(max(x / sun, -1.0), 1.0))
        + body * body * acos(min(max((between - x) / body, -1.0), 1.0))
        - between * y
    )
    return float(1.0 - overlap / (pi * sun * sun))


@inner
def mass_at(numbers: Numbers, t_s: float) -> float:
    """The mass at a time, kg: it falls while an engine burns."""
    return float(numbers.mass_kg - numbers.loss_kg_s * (t_s - numbers.mass_at_s))


@inner
def sunlight(
    numbers: Numbers, t_s: float, x: float, y: float, z: float, q: Floats, centre: bool, other: bool, out: Floats
) -> None:
    """The push of the light (km/s^2) at one place, into `out` (3,), in the shade of the centre, the other, or both.

    `q`: the table's quantities at the time.
    """
    at = 3 + 3 * numbers.sun
    sx, sy, sz = q[at] - x, q[at + 1] - y, q[at + 2] - z
    share = 1.0
    for which in range(2):
        if (which == 0 and centre) or (which == 1 and other):
            px, py, pz, radius_km = x, y, z, numbers.centre_radius_km
            if which == 1:
                at = 3 + 3 * numbers.other
                px, py, pz, radius_km = x - q[at], y - q[at + 1], z - q[at + 2], numbers.other_radius_km
            between, sun, body = depth(px, py, pz, sx, sy, sz, radius_km)
            share *= share_seen(between, sun, body)
    s2 = sx * sx + sy * sy + sz * sz
    push = -share * numbers.light / mass_at(numbers, t_s) / (s2 * sqrt(s2))
    out[0], out[1], out[2] = push * sx, push * sy, push * sz


@inner
def add_air(forces: Forces, t: Floats, r: Floats, v: Floats, turned: Floats, out: Floats) -> None:
    """Adds the drag of air that turns along with the body, its density from the table along the path."""
    numbers = forces.numbers
    for i in range(NODES):
        count = forces.air_radius_km.shape[0]
        place = min(max((t[i] - numbers.air_start_s) / numbers.air_step_s, 0.0), count - 1.0)  # held beyond its ends
        index = min(max(floor(place) - 1, 0), count - 4)
        u = place - index
        w0, w1 = -(u - 1.0) * (u - 2.0) * (u - 3.0) / 6.0, u * (u - 2.0) * (u - 3.0) / 2.0
        w2, w3 = -u * (u - 1.0) * (u - 3.0) / 2.0, u * (u - 1.0) * (u - 2.0) / 6.0
        level = forces.air_radius_km
        radius = w0 * level[index] + w1 * level[index + 1] + w2 * level[index + 2] + w3 * level[index + 3]
        log = forces.air_log_rho
        a = w0 * log[index, 0] + w1 * log[index + 1, 0] + w2 * log[index + 2, 0] + w3 * log[index + 3, 0]
        b = w0 * log[index, 1] + w1 * log[index + 1, 1] + w2 * log[index + 2, 1] + w3 * log[index + 3, 1]
        c = w0 * log[index, 2] + w1 * log[index + 1, 2] + w2 * log[index + 2, 2] + w3 * log[index + 3, 2]
        size = sqrt(r[0, i] * r[0, i] + r[1, i] * r[1, i] + r[2, i] * r[2, i])
        s = (size - radius) / numbers.air_spread_km
        density = exp(b + 0.5 * s * (c - a) + 0.5 * s * s * (a - 2.0 * b + c))
        wx, wy, wz = (
            numbers.spin_rad_s * turned[6, i],
            numbers.spin_rad_s * turned[7, i],
            numbers.spin_rad_s * turned[8, i],
        )
        ux = v[0, i] - (wy * r[2, i] - wz * r[1, i])
        uy = v[1, i] - (wz * r[0, i] - wx * r[2, i])
        uz = v[2, i] - (wx * r[1, i] - wy * r[0, i])
        push = -numbers.air_drag * density / mass_at(numbers, t[i]) * sqrt(ux * ux + uy * uy + uz * uz)
        out[0, i] += push * ux
        out[1, i] += push * uy
        out[2, i] += push * uz


@inner
def add_thrust(numbers: Numbers, t: Floats, r: Floats, v: Floats, out: Floats) -> None:
    """Adds the engine's push, in ICRF, RTN or TNW axes."""
    p, q, n = numbers.thrust[0], numbers.thrust[1], numbers.thrust[2]
    for i in range(NODES):
        mass = mass_at(numbers, t[i])
        x, y, z = r[0, i], r[1, i], r[2, i]
        vx, vy, vz = v[0, i], v[1, i], v[2, i]
        if numbers.thrust_axes == 0:
            out[0, i] += p / mass
            out[1, i] += q / mass
            out[2, i] += n / mass
            continue
        hx, hy, hz = y * vz - z * vy, z * vx - x * vz, x * vy - y * vx
        h = sqrt(hx * hx + hy * hy + hz * hz)
        hx, hy, hz = hx / h, hy / h, hz / h
        if numbers.thrust_axes == 1:
            ax, ay, az = x, y, z
        else:
            ax, ay, az = vx, vy, vz
        size = sqrt(ax * ax + ay * ay + az * az)
        ax, ay, az = ax / size, ay / size, az / size
        bx, by, bz = hy * az - hz * ay, hz * ax - hx * az, hx * ay - hy * ax  # normal x first: along-track for RTN
        out[0, i] += (p * ax + q * bx + n * hx) / mass
        out[1, i] += (p * ay + q * by + n * hy) / mass
        out[2, i] += (p * az + q * bz + n * hz) / mass
