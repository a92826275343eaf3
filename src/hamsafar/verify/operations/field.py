"""What pulls a craft about the Moon, by the second opinion: LP165P to degree 10, Earth, Sun, and sunlight.

The planner's field is GRAIL's. This one is Lunar Prospector's, a decade older and from other spacecraft.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.orbits import SolarPressure
from hamsafar.resources import read_text
from hamsafar.timeline import Instant
from hamsafar.verify.operations.sky import AU_KM, Array, Complex, Sky, moon_axes, visible_share

MU_KM3_S2 = 4_902.801056  # with the field
FIELD_KM = 1_738.0  # its radius
DEGREE = 10
EARTH_MU_KM3_S2 = 398_600.4415  # Tapley et al. 1996
SUN_MU_KM3_S2 = 132_712_440_041.9  # JPL DE430, Folkner et al. 2014
PRESSURE_N_M2 = 4.56e-6  # of sunlight on what swallows it, at 1 au: 1361 W/m2 over the speed of light, and 0.4 % more
KAULA = 2.5e-4  # size of a coefficient of degree n is this over n^2 (Konopliv et al. 2001)
_FURTHEST = 80  # degree to which what is left out counts


@frozen(eq=False)
class Surroundings:
    """How Moon, Earth and Sun stand at moments (n,)."""

    axes: Array  # (n, 3, 3), ICRF to the Moon's
    earth_km: Array  # (n, 3), Moon-centred ICRF
    sun_km: Array


@frozen(eq=False)
class Pull:
    """Everything that pulls a craft about the Moon, and sunlight."""

    base: Instant
    sky: Sky
    mass_kg: float
    solar: SolarPressure | None

    def around(self, *seconds: Array) -> list[Surroundings]:
        """What stands where at each of some rows of moments, each (n,) seconds from the base."""
        every = np.concatenate(seconds)
        axes, earth_km, sun_km = moon_axes(self.base, every), self.sky.earth(every), self.sky.sun(every)
        count = len(seconds[0])
        rows = [slice(n * count, (n + 1) * count) for n in range(len(seconds))]
        return [Surroundings(axes[row], earth_km[row], sun_km[row]) for row in rows]

    def at(self, around: Surroundings, r_icrf_km: Array) -> Array:
        """The acceleration at places (n, 3), Moon-centred ICRF, km/s2."""
        body_km = np.einsum("nij,nj->ni", around.axes, r_icrf_km)
        pull = np.einsum("nij,ni->nj", around.axes, field_km_s2(body_km))
        pull += _third(r_icrf_km, around.earth_km, EARTH_MU_KM3_S2) + _third(r_icrf_km, around.sun_km, SUN_MU_KM3_S2)
        return np.asarray(pull)

    def sunlight(self, around: Surroundings, r_icrf_km: Array) -> Array | float:
        """What sunlight adds, km/s2 (n, 3): it changes little within a step, but for a shadow's edge."""
        if self.solar is None:
            return 0.0
        away = r_icrf_km - around.sun_km
        far_km = np.linalg.norm(away, axis=1)
        push_km_s2 = self.solar.cr * self.solar.area_m2 / self.mass_kg * PRESSURE_N_M2 * (AU_KM / far_km) ** 2 / 1_000
        lit = visible_share(r_icrf_km, around.sun_km, around.earth_km)
        return np.asarray((lit * push_km_s2 / far_km)[:, None] * away)


def _third(r_km: Array, body_km: Array, mu_km3_s2: float) -> Array:
    """The pull of a far body on the craft less that on the Moon (Battin 1999, eq. 8.61, which loses no digits)."""
    body2 = np.sum(body_km * body_km, axis=1)
    q = np.sum(r_km * (r_km - 2 * body_km), axis=1) / body2
    f = q * (3 + 3 * q + q * q) / (1 + (1 + q) ** 1.5)
    away = body_km - r_km
    return np.asarray(-mu_km3_s2 / np.sum(away * away, axis=1)[:, None] ** 1.5 * (r_km + f[:, None] * body_km))


@cache
def _coefficients() -> Complex:
    """Complex C - iS, not normalised, [n, m]; the central term is [0, 0]."""
    table = np.zeros((DEGREE + 1, DEGREE + 1), dtype=np.complex128)
    table[0, 0] = 1.0
    for line in read_text("verify/operations/data/lp165p_10.csv").splitlines():
        if not line.startswith("#"):
            n, m, c, s = (float(part) for part in line.split(","))
            table[int(n), int(m)] = _size(int(n), int(m)) * complex(c, -s)
    return table


def _size(n: int, m: int) -> float:
    """Not normalised over fully normalised: sqrt((2 - d0m) (2n + 1) (n - m)! / (n + m)!)."""
    ratio = 1.0
    for k in range(n - m + 1, n + m + 1):
        ratio /= k
    return sqrt((1 if m == 0 else 2) * (2 * n + 1) * ratio)


def field_km_s2(body_km: Array) -> Array:
    """The field's pull at body-fixed places (n, 3), km/s2.

    Cunningham 1970, as in Montenbruck and Gill 2000, eq. 3.29 to 3.33. Exact at the poles too, because nothing is
    divided by the distance from the axis.
    """
    x, y, z = (part / FIELD_KM for part in body_km.T)
    solids = _solids(x + 1j * y, z, x * x + y * y + z * z)
    up, higher, lower = (np.einsum("i,in->n", weights, solids) for weights in _weights())  # no threads for so little
    along = higher + np.conj(lower)
    scale = MU_KM3_S2 / FIELD_KM**2
    return np.stack([scale * along.real, scale * along.imag, scale * up.real], axis=1)


@cache
def _weights() -> tuple[Complex, Complex, Complex]:
    """What V + iW of each degree and order weigh: in the pull along z, and (two parts) in that along x + iy.

    Half of the latter comes from the order above and, conjugate, half from that below; of order 0 all from above.
    """
    coefficients = _coefficients()
    up, higher, lower = (np.zeros(_at(DEGREE + 2, 0), dtype=np.complex128) for _ in range(3))
    for n in range(DEGREE + 1):
        for m in range(n + 1):
            c = coefficients[n, m]
            up[_at(n + 1, m)] -= (n - m + 1) * c
            higher[_at(n + 1, m + 1)] -= c if m == 0 else c / 2
            if m > 0:
                lower[_at(n + 1, m - 1)] += (n - m + 2) * (n - m + 1) / 2 * c
    return up, higher, lower


def _at(n: int, m: int) -> int:
    """Where degree and order stand in a row of all of them."""
    return n * (n + 1) // 2 + m


def _solids(w: Complex, z: Array, r2: Array) -> Complex:
    """V + iW of all degrees to one above the field's, all orders, (their number, points)."""
    answer = np.empty((_at(DEGREE + 2, 0), len(z)), dtype=np.complex128)
    answer[0] = 1 / np.sqrt(r2)
    wide, tall, inward = w / r2, z / r2, 1 / r2
    last, before = answer[:1], answer[:0]
    for n in range(1, DEGREE + 2):
        row, m = answer[_at(n, 0) : _at(n + 1, 0)], np.arange(n)[:, None]
        row[:n] = ((2 * n - 1) / (n - m)) * (tall * last)
        row[: n - 1] -= ((n + m - 1) / (n - m))[: n - 1] * (inward * before)
        row[n] = (2 * n - 1) * wide * last[n - 1]
        last, before = row, last
    return answer


def left_out_km_s2(radius_km: Array) -> Array:
    """The usual size of the pull of the degrees above this field's, with what this field itself is wrong by, (n,).

    Kaula's rule for the Moon, all degrees together as a root of squares; and 1e-7 of each lower coefficient's weight.
    """
    share = FIELD_KM / np.asarray(radius_km)
    total = np.zeros_like(share)
    for n in range(2, _FURTHEST + 1):
        each = KAULA / n**2 if n > DEGREE else 1e-7
        total += (share ** (n + 2) * (n + 1) * each) ** 2 * (2 * n + 1)
    return np.asarray(MU_KM3_S2 / FIELD_KM**2 * np.sqrt(total))
