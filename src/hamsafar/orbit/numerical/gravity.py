"""The pull of a gravity field, less that of its mass as a point, at sixteen places at once.

Each Cartesian component of the gradient of an exterior harmonic is again a sum of exterior harmonics, one degree higher
(Cunningham 1970; Montenbruck & Gill 2000, eq. 3.33). So the three sums are written out beforehand, and the kernel only
adds up

    a_x = sum over n, m of  Q_nm (X_nm cos + X'_nm sin),   likewise y and z,

with Q_nm = (R/r)^(n+1) H_nm(z/r), H the fully normalised Legendre function over cos^m of the latitude (Pines 1973),
which is regular at the poles, and cos, sin the real and imaginary part of ((x + i y)/r)^m. Per m, H rises in n by the
standard three-term recursion (Holmes & Featherstone 2002, eq. 11), which is stable.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.orbit.numerical.compiled import compiled, inner
from hamsafar.orbit.numerical.model import GravityField
from hamsafar.orbit.numerical.nodes import NODES
from hamsafar.orbit.times import Floats, TaiNs

# Offsets of the lanes' rows in the scratch array; the direction's x is at 0.
_Y, _UR, _RR, _COS, _SIN, _RISE, _RHO, _Q, _LAST = (NODES * row for row in range(1, 10))
_Q0, _SUM, _OUT = NODES * 10, NODES * 14, NODES * 20
SCRATCH = NODES * 23
_BLOCK = 4  # degrees taken together by the kernel
_LOST_KM_S2 = 1e-19  # what is left out far from the centre pulls less than this: 0.4 mm in 30 days if it never turned


@frozen(kw_only=True, eq=False)
class PackedField:
    """A field as the kernel wants it.

    `terms` (t, 8): recursion a, b and the six coefficients of one (n, m), by m and then n, filled up with zeros to
    blocks of four. `first` (m + 1,): where each m begins; `seed` (m + 1,): H_mm. `reach` (degree + 1,): beyond
    `reach[n]` km from the centre, degrees above n pull less than 1e-19 km/s^2 together.
    """

    mu_km3_s2: float
    radius_km: float
    terms: Floats
    first: TaiNs
    seed: Floats
    reach: Floats


def pack(field: GravityField, degree: int, order: int | None = None) -> PackedField:
    """The field cut to a degree and order, ready for the kernel. InputError if the field doesn't hold that much."""
    if degree > field.degree:
        raise InputError(f"gravity field {field.name} goes to degree {field.degree} (asked: {degree}); ask for less")
    c, s = _cut(field.c, degree, order), _cut(field.s, degree, order)
    c[0, 0] -= 1.0  # the point mass is taken apart; what the source has beyond 1 stays
    sums = _gradient(c, s, degree) * (field.mu_km3_s2 / field.radius_km**2)
    first, rows = [0], []
    for m in range(degree + 2):
        block = _recursion(m, degree + 1, sums)
        rows.append(block)
        first.append(first[-1] + len(block))
    return PackedField(
        mu_km3_s2=field.mu_km3_s2,
        radius_km=field.radius_km,
        terms=np.ascontiguousarray(np.concatenate(rows)),
        first=np.array(first, dtype=np.int64),
        seed=_seeds(degree + 1),
        reach=_reach(field, c, s),
    )


def _cut(values: Floats, degree: int, order: int | None) -> Floats:
    kept = np.array(values[: degree + 1, : degree + 1], dtype=np.float64)
    if order is not None:
        kept[:, order + 1 :] = 0.0
    return kept


def _seeds(top: int) -> Floats:
    m = np.arange(1, top + 1)
    ratios = np.sqrt((2.0 * m + 1.0) / (2.0 * m))
    ratios[0] = np.sqrt(3.0)
    return np.concatenate([[1.0], np.cumprod(ratios)])


def _recursion(m: int, top: int, sums: Floats) -> Floats:
    """The rows of one m: n from m to `top`, filled up to whole blocks. The row of n = m + k makes H_(m+k+1)."""
    count = top - m + 1
    rows = np.zeros((-(-count // _BLOCK) * _BLOCK, 8))
    n = np.arange(m + 1, top + 1, dtype=np.float64)
    rows[: count - 1, 0] = np.sqrt((2 * n - 1) * (2 * n + 1) / ((n - m) * (n + m)))
    lower = (n - m) * (n + m) * (2 * n - 3)
    rows[: count - 1, 1] = np.sqrt(
        np.maximum((2 * n + 1) * (n + m - 1) * (n - m - 1) / np.where(lower > 0, lower, 1.0), 0)
    )
    rows[:count, 2:] = sums[m : top + 1, m]
    return rows


def _gradient(c: Floats, s: Floats, degree: int) -> Floats:
    """Coefficients of the gradient's harmonics, [n + 1, m, (Cx, Sx, Cy, Sy, Cz, Sz)], for mu / R^2 = 1."""
    out = np.zeros((degree + 2, degree + 2, 6))
    for n in range(degree + 1):
        shrink = (2 * n + 1) / (2 * n + 3)
        m = np.arange(n + 1, dtype=np.float64)
        cn, sn = c[n, : n + 1], s[n, : n + 1]
        zonal = np.where(m == 0, 0.5, 1.0)
        up = np.sqrt(zonal * shrink * (n + m + 1) * (n + m + 2))
        up[0] *= 2.0  # m = 0: the whole, not the half
        row = out[n + 1]
        row[1 : n + 2, 0] += -0.5 * up * cn
        row[1 : n + 2, 1] += -0.5 * up * sn
        row[1 : n + 2, 2] += 0.5 * up * sn
        row[1 : n + 2, 3] += -0.5 * up * cn
        if n > 0:
            down = np.sqrt(np.where(m == 1, 2.0, 1.0) * shrink * (n - m + 1) * (n - m + 2))[1:]
            row[:n, 0] += 0.5 * down * cn[1:]
            row[:n, 1] += 0.5 * down * sn[1:]
            row[:n, 2] += 0.5 * down * sn[1:]
            row[:n, 3] += -0.5 * down * cn[1:]
        along = np.sqrt(shrink * (n - m + 1) * (n + m + 1))
        row[: n + 1, 4] += -along * cn
        row[: n + 1, 5] += -along * sn
    return out


def _reach(field: GravityField, c: Floats, s: Floats) -> Floats:
    """From which radius on the degrees above n may be left out, bounded with the power of each degree."""
    degree = c.shape[0] - 1
    n = np.arange(degree + 1)
    power = np.sqrt((c * c + s * s).sum(axis=1)) * np.sqrt(2.0 * n + 1.0) * (n + 1.0)
    strength = field.mu_km3_s2 / field.radius_km**2 * power * np.maximum(degree, 1)
    with np.errstate(divide="ignore"):
        alone = field.radius_km * np.exp(np.log(strength / _LOST_KM_S2) / (n + 2.0))
    reach = np.zeros(degree + 1)
    reach[:-1] = np.maximum.accumulate(alone[:0:-1])[::-1]
    return reach


@compiled
def degree_needed(reach: Floats, radius_km: float) -> int:
    """The least degree that is enough at a radius and everywhere outside."""
    low, high = 0, reach.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if reach[middle] <= radius_km:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def pull_of(
    r: Floats, terms: Floats, first: TaiNs, seed: Floats, radius_km: float, degree: int, work: Floats, out: Floats
) -> None:
    """Adds the pull of the field (km/s^2) at r, (3, 16) in body-fixed axes, to `out` (3, 16), up to a degree.

    `work` (SCRATCH,): rows of sixteen lanes at fixed offsets in one flat array, so that the compiler sees that
    they don't overlap and takes several lanes at a time.
    """
    for i in range(NODES):
        inverse = 1.0 / sqrt(r[0, i] * r[0, i] + r[1, i] * r[1, i] + r[2, i] * r[2, i])
        rho = radius_km * inverse
        work[i] = r[0, i] * inverse
        work[_Y + i] = r[1, i] * inverse
        work[_UR + i] = rho * r[2, i] * inverse
        work[_RR + i] = -rho * rho
        work[_COS + i] = 1.0
        work[_SIN + i] = 0.0
        work[_RISE + i] = rho  # rho^(m+1)
        work[_RHO + i] = rho
        work[_OUT + i] = 0.0
        work[_OUT + NODES + i] = 0.0
        work[_OUT + 2 * NODES + i] = 0.0
    for m in range(degree + 2):
        h = seed[m]
        for i in range(NODES):
            work[_Q + i] = work[_RISE + i] * h  # Q at this block's first degree, and the one before
            work[_LAST + i] = 0.0
        for j in range(_SUM, _SUM + 6 * NODES):
            work[j] = 0.0
        for row in range(first[m], first[m] + degree + 2 - m, _BLOCK):
            _four(terms, row, work)
        for i in range(NODES):
            real, imaginary = work[_COS + i], work[_SIN + i]
            x, y = work[i], work[_Y + i]
            work[_OUT + i] += work[_SUM + i] * real + work[_SUM + NODES + i] * imaginary
            work[_OUT + NODES + i] += work[_SUM + 2 * NODES + i] * real + work[_SUM + 3 * NODES + i] * imaginary
            work[_OUT + 2 * NODES + i] += work[_SUM + 4 * NODES + i] * real + work[_SUM + 5 * NODES + i] * imaginary
            work[_COS + i] = real * x - imaginary * y
            work[_SIN + i] = real * y + imaginary * x
            work[_RISE + i] *= work[_RHO + i]
    for i in range(NODES):
        out[0, i] += work[_OUT + i]
        out[1, i] += work[_OUT + NODES + i]
        out[2, i] += work[_OUT + 2 * NODES + i]


@inner
def _four(t: Floats, row: int, work: Floats) -> None:
    """Four degrees of one m: their sums, and Q carried up to the next block's first degree; all lanes alike."""
    a1, a2, a3, a4 = t[row, 0], t[row + 1, 0], t[row + 2, 0], t[row + 3, 0]
    b1, b2, b3, b4 = t[row, 1], t[row + 1, 1], t[row + 2, 1], t[row + 3, 1]
    for i in range(NODES):
        ur, rr = work[_UR + i], work[_RR + i]
        q0 = work[_Q + i]
        q1 = a1 * ur * q0 + b1 * rr * work[_LAST + i]
        q2 = a2 * ur * q1 + b2 * rr * q0
        q3 = a3 * ur * q2 + b3 * rr * q1
        work[_Q0 + i] = q0
        work[_Q0 + NODES + i] = q1
        work[_Q0 + 2 * NODES + i] = q2
        work[_Q0 + 3 * NODES + i] = q3
        work[_Q + i] = a4 * ur * q3 + b4 * rr * q2
        work[_LAST + i] = q3
    for j in range(6):
        c0, c1, c2, c3 = t[row, 2 + j], t[row + 1, 2 + j], t[row + 2, 2 + j], t[row + 3, 2 + j]
        for i in range(NODES):
            work[_SUM + j * NODES + i] += (
                c0 * work[_Q0 + i]
                + c1 * work[_Q0 + NODES + i]
                + c2 * work[_Q0 + 2 * NODES + i]
                + c3 * work[_Q0 + 3 * NODES + i]
            )


@compiled
def add_pull(
    r: Floats, terms: Floats, first: TaiNs, seed: Floats, radius_km: float, degree: int, work: Floats, out: Floats
) -> None:
    """`pull_of`, for callers from Python."""
    pull_of(r, terms, first, seed, radius_km, degree, work, out)
