"""The Earth's main magnetic field: IGRF-14, at places fixed to the turning Earth."""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
from attrs import frozen

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.resources import read_text
from hamsafar.timeline import Instant, Span

_RADIUS_KM = 6_371.2  # the sphere to which the coefficients are referred (Alken et al. 2021)
_DEGREE = 13
_LEAST_SINE = 1e-12  # at a pole itself the eastward part is that of a place a few micrometres away


@frozen(eq=False)
class _Model:
    """Coefficients at some years: `g` and `h` (years, n, m) in nT, zero where there is none."""

    tai_ns: TaiNs  # (years,) 1 January, 0h UTC
    g: Floats
    h: Floats


@cache
def _model() -> _Model:
    lines = [line for line in read_text("events/data/igrf14.txt").splitlines() if not line.startswith("#")]
    years = [int(float(year)) for year in lines[0].split()[2:]]
    g, h = np.zeros((2, len(years), _DEGREE + 1, _DEGREE + 1))
    for line in lines[1:]:
        n, m, *values = line.split()
        (g if int(m) >= 0 else h)[:, int(n), abs(int(m))] = [float(value) for value in values]
    return _Model(np.array([Instant.utc(year, 1, 1).tai_ns for year in years], dtype=np.int64), g, h)


def field_range() -> Span:
    """The time that the model covers: 1975 to 2030, the last five years foretold."""
    tai_ns = _model().tai_ns
    return Span(Instant(int(tai_ns[0])), Instant(int(tai_ns[-1])))


def field_intensity_nt(r_itrs_km: Floats, tai_ns: TaiNs) -> Floats:
    """Intensity of the main field at places (n, 3) km, ITRS, outside the core, at moments (n,): (n,) nT.

    IGRF-14 to degree 13 (IAGA 2024; Alken et al. 2021, eq. 1 and 2), linear in time between its years. Against
    measurements at the surface the model is good to some 150 nT, the magnetism of rocks above all; currents in space
    add tens, in storms hundreds. Raises OutOfRangeError outside 1975-2030.
    """
    places, moments = np.asarray(r_itrs_km, dtype=np.float64), np.asarray(tai_ns, dtype=np.int64)
    years = _model().tai_ns
    if moments.size and (moments.min() < years[0] or moments.max() >= years[-1]):
        covered = field_range()
        asked = Instant(int(moments.min() if moments.min() < years[0] else moments.max()))
        what = f"the magnetic field is known from {covered.start} to {covered.end}"
        raise OutOfRangeError(what, asked=asked, first=covered.start, last=covered.end)
    before = np.searchsorted(years, moments, side="right") - 1
    intensity = np.empty(moments.size)
    for index in np.unique(before):
        which = before == index
        share = (moments[which] - years[index]) / (years[index + 1] - years[index])
        intensity[which] = np.linalg.norm(_field_nt(places[which], int(index), share), axis=0)
    return intensity


def _field_nt(r_km: Floats, index: int, share: Floats) -> Floats:
    """Field (3, n) in nT, outward, southward and eastward, between year `index` and the next."""
    model = _model()
    radius_km = np.linalg.norm(r_km, axis=-1)
    cos_colatitude = r_km[:, 2] / radius_km
    sin_colatitude = np.maximum(np.hypot(r_km[:, 0], r_km[:, 1]) / radius_km, _LEAST_SINE)
    longitude = np.arctan2(r_km[:, 1], r_km[:, 0])
    degree = np.arange(_DEGREE + 1)[:, None]
    falling = (_RADIUS_KM / radius_km) ** (degree + 2)
    years = slice(index, index + 2)
    outward, southward, eastward = np.zeros((3, radius_km.size))
    sectoral = np.ones(radius_km.size)  # P(m, m) by sin(colatitude), for m > 0
    for m in range(_DEGREE + 1):
        if m > 1:
            sectoral = sectoral * (sqrt((2 * m - 1) / (2 * m)) * sin_colatitude)
        over_sine = _column(m, sectoral / sin_colatitude if m == 0 else sectoral, cos_colatitude) * falling[m:]
        value = over_sine * sin_colatitude
        n = degree[m:]
        # dP/d(colatitude) sin(colatitude) = n cos(colatitude) P(n, m) - sqrt(n^2 - m^2) P(n - 1, m)
        slope = n * cos_colatitude * over_sine
        slope[1:] -= np.sqrt(n[1:] ** 2 - m**2) * over_sine[:-1] * (_RADIUS_KM / radius_km)
        cos_m, sin_m = np.cos(m * longitude), np.sin(m * longitude)
        g, h = model.g[years, m:, m], model.h[years, m:, m]
        weight = n[:, 0] + 1.0
        outward += cos_m * _between((g * weight) @ value, share) + sin_m * _between((h * weight) @ value, share)
        southward -= cos_m * _between(g @ slope, share) + sin_m * _between(h @ slope, share)
        if m:
            eastward += m * (sin_m * _between(g @ over_sine, share) - cos_m * _between(h @ over_sine, share))
    return np.stack([outward, southward, eastward])


def _between(two: Floats, share: Floats) -> Floats:
    """(2, n) of two years, linear between them: (n,)."""
    between: Floats = two[0] + share * (two[1] - two[0])
    return between


def _column(m: int, first: Floats, cos_colatitude: Floats) -> Floats:
    """Schmidt's quasi-normalised P(n, m) for n from m to 13, from the first of them: (14 - m, points)."""
    column = np.empty((_DEGREE + 1 - m, first.size))
    column[0] = first
    for n in range(m + 1, _DEGREE + 1):
        value = (2 * n - 1) * cos_colatitude * column[n - m - 1]
        if n > m + 1:
            value -= sqrt((n - 1) ** 2 - m**2) * column[n - m - 2]
        column[n - m] = value / sqrt(n**2 - m**2)
    return column
