"""The verifier's own main field of the Earth: IGRF-14 in Cartesian solid harmonics, no latitude and no longitude.

The coefficients are those of the bundled table; everything done with them is this module's own. Positions are
Earth-fixed, shape (n, 3), km; the field is in nT along the same axes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import factorial, sqrt

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.errors import OutOfRangeError
from hamsafar.resources import read_text
from hamsafar.timeline import Instant
from hamsafar.verify.physics import Array

REFERENCE_RADIUS_KM = 6_371.2  # the radius to which IGRF's coefficients belong (Alken et al. 2021, eq. 1)
ROW = 2_048  # points worked on at a time, so that the harmonics stay in the processor's cache


@frozen(eq=False)
class _Model:
    """The bundled model: the Januaries it is given for, and the weights of each degree in each of them.

    Weights of degree k, shape (Januaries, 3, 2k + 2), are what the cosine and then the sine parts of its solid
    harmonics are multiplied with in the field's x, y and z, nT.
    """

    moments: tuple[Instant, ...]
    weights: tuple[Array, ...]

    def at(self, moment: Instant) -> list[Array]:
        """The weights of a moment, on the straight line between two Januaries; raises OutOfRangeError."""
        first, last = self.moments[0], self.moments[-1]
        if not first <= moment <= last:
            raise OutOfRangeError(
                f"the Earth's field at {moment} is not known: the model IGRF-14 covers {first} to {last}",
                asked=moment,
                first=first,
                last=last,
            )
        after = next(k for k in range(1, len(self.moments)) if moment <= self.moments[k])
        start, end = self.moments[after - 1], self.moments[after]
        share = moment.seconds_since(start) / end.seconds_since(start)
        return [of[after - 1] + share * (of[after] - of[after - 1]) for of in self.weights]


@cache
def _model() -> _Model:
    rows = [line.split() for line in read_text("events/data/igrf14.txt").splitlines() if not line.startswith("#")]
    years, body = [float(text) for text in rows[0][2:]], rows[1:]
    degree = max(int(row[0]) for row in body)
    table = np.zeros((len(years), degree + 1, degree + 1), dtype=np.complex128)  # g - i h, by year, degree and order
    for row in body:
        n, m = int(row[0]), int(row[1])
        # Schmidt's functions are sqrt(2 (n-m)!/(n+m)!) times the bare ones, and the bare ones themselves at m = 0.
        size = sqrt(2 * factorial(n - abs(m)) / factorial(n + abs(m))) if m else 1.0
        table[:, n, abs(m)] += np.array([float(text) for text in row[2:]]) * size * (-1j if m < 0 else 1)
    return _Model(
        moments=tuple(Instant.utc(int(year), 1, 1) for year in years),
        weights=tuple(np.array([_weights(of_year[k - 1], k) for of_year in table]) for k in range(1, degree + 2)),
    )


def _weights(row: NDArray[np.complex128], k: int) -> Array:
    """The weights (3, 2k + 2) of the harmonics of degree k, from the coefficients g - i h of degree k - 1, bare.

    The gradient of a solid harmonic is solid harmonics one degree up: Cunningham 1970, Celestial Mechanics 2, 207;
    Montenbruck and Gill 2000, eq. 3.33.
    """
    m = np.arange(k)
    up = np.append(0, np.where(m == 0, 2 * row[:k], row[:k]))  # from order m - 1
    down = np.append((k - 1 - m[:-1]) * (k - m[:-1]) * row[1:k], [0, 0])  # from order m + 1
    along = np.append((k - m) * row[:k], 0)
    of_all = np.stack([(up - down) / 2, (up + down) / 2j, along])
    return np.concatenate([of_all.real, -of_all.imag], axis=1)  # the real part of a product


def _solid_harmonics(points_km: Array, degree: int) -> Iterator[Array]:
    """(a/r)^(k+1) P_km(sin latitude) times cos(m longitude), then sin, for k = 1 ... degree; each (2k + 2, n).

    Recursion: Montenbruck and Gill 2000, eq. 3.29 to 3.31; without normalisation, as there.
    """
    a = REFERENCE_RADIUS_KM
    x, y, z = np.ascontiguousarray(points_km.T)
    square = a * a / (x * x + y * y + z * z)
    along_x, along_y, along_z = x / a * square, y / a * square, z / a * square
    before = np.zeros((2, 0, len(z)))
    here = np.stack([np.sqrt(square), np.zeros_like(square)])[:, None, :]
    for k in range(1, degree + 1):
        m = np.arange(k)[:, None]
        above = np.empty((2, k + 1, len(z)))
        above[:, :k] = here * ((2 * k - 1) / (k - m) * along_z)
        above[:, : k - 1] -= before * (((k - 1 + m) / (k - m))[: k - 1] * square)
        cosine, sine = here[:, -1] * (2 * k - 1)
        above[:, k] = along_x * cosine - along_y * sine, along_x * sine + along_y * cosine
        before, here = here, above
        yield here.reshape(2 * k + 2, len(z))


def main_field_nt(base: Instant, seconds: Array, fixed_km: Array) -> Array:
    """IGRF-14's main field along the Earth-fixed axes, shape (n, 3), nT, at `base + seconds` and positions (n, 3).

    Between the first and the last of the moments (a month at most) it moves in a straight line, as the model itself
    does within its five years. Against another program: 0.001 nT (`tests/unit/verify`). Raises OutOfRangeError where
    a moment lies outside the model's years. Alken et al. 2021, Earth, Planets and Space 73, 49, eq. 1 and 2.
    """
    if len(seconds) == 0:
        return np.zeros((0, 3))
    first, last = float(np.min(seconds)), float(np.max(seconds))
    early, late = (_model().at(base.plus(seconds=at)) for at in (first, last))
    weights = [np.concatenate(both) for both in zip(early, late, strict=True)]
    share = (seconds - first) / (last - first) if last > first else np.zeros_like(seconds)
    field = np.empty((len(seconds), 3))
    for start in range(0, len(seconds), ROW):
        row = slice(start, start + ROW)
        terms = _solid_harmonics(fixed_km[row], len(weights))
        # Not `@`: its threads would wait for each other over matrices this small.
        both = np.sum([np.einsum("wk,kn->wn", *pair) for pair in zip(weights, terms, strict=True)], axis=0)
        field[row] = (both[:3] + share[row] * (both[3:] - both[:3])).T
    return field
