"""The field's pull against finite differences of its potential, summed another way, at the poles too."""

import numpy as np
import pytest
from scipy.special import gammaln, lpmv

from hamsafar.errors import InputError
from hamsafar.orbit.numerical.gravity import SCRATCH, add_pull, degree_needed, pack
from hamsafar.orbit.numerical.model import GravityField

MU, RADIUS = 4902.8, 1738.0


def made_up(degree: int) -> GravityField:
    """A lumpy field with a Kaula-like fall and no degree 1."""
    draw = np.random.default_rng(5)
    n = np.maximum(np.arange(degree + 1)[:, None], 1)
    c, s = (np.tril(draw.normal(size=(degree + 1, degree + 1))) * 1e-4 / n**2 for _ in range(2))
    c[0, 0], s[:, 0], c[1], s[1] = 1.0, 0.0, 0.0, 0.0
    return GravityField(name="made up", mu_km3_s2=MU, radius_km=RADIUS, c=c, s=s, axes="MOON_PA")


def potential(field: GravityField, degree: int, place: np.ndarray) -> float:
    """The disturbing potential by scipy's Legendre functions, term by term."""
    r = float(np.linalg.norm(place))
    u, longitude = place[2] / r, np.arctan2(place[1], place[0])
    total = 0.0
    for n in range(2, degree + 1):
        m = np.arange(n + 1)
        norm = np.sqrt((2 - (m == 0)) * (2 * n + 1) * np.exp(gammaln(n - m + 1) - gammaln(n + m + 1))) * (-1.0) ** m
        waves = field.c[n, : n + 1] * np.cos(m * longitude) + field.s[n, : n + 1] * np.sin(m * longitude)
        total += (RADIUS / r) ** n * float(np.sum(norm * lpmv(m, n, u) * waves))
    return MU / r * total


def pull(field: GravityField, degree: int, places: np.ndarray) -> np.ndarray:
    packed = pack(field, degree)
    out = np.zeros((3, 16))
    rows = np.ascontiguousarray(places)
    add_pull(rows, packed.terms, packed.first, packed.seed, packed.radius_km, degree, np.empty(SCRATCH), out)
    return out


def places() -> np.ndarray:
    draw = np.random.default_rng(1).normal(size=(3, 16))
    found = draw / np.linalg.norm(draw, axis=0) * 1838.0
    found[:, 0] = [0.0, 0.0, 1838.0]
    found[:, 1] = [0.0, 0.0, -1900.0]
    found[:, 2] = [1e-6, 0.0, 1838.0]
    return found


@pytest.mark.parametrize("degree", [2, 3, 7, 20])
def test_the_pull_is_the_gradient_of_the_potential(degree):
    field, where = made_up(20), places()
    found = pull(field, degree, where)
    for i in range(6):
        for axis in range(3):
            step = np.zeros(3)
            step[axis] = 0.5
            near = potential(field, degree, where[:, i] + step) - potential(field, degree, where[:, i] - step)
            far = potential(field, degree, where[:, i] + 2 * step) - potential(field, degree, where[:, i] - 2 * step)
            # a pull of 5e-7 km/s^2; fourth-order differences over half a km leave 1e-9 of it
            assert abs(found[axis, i] - (8 * near - far) / 6.0) < 5e-15


def test_a_high_degree_stays_finite_and_small_terms_stay_small_at_the_poles():
    found = pull(made_up(360), 360, places())
    assert np.isfinite(found).all()
    assert np.abs(found[:, 0] - found[:, 2]).max() < 1e-13  # a millimetre beside the pole is as good as at it


def test_what_is_left_out_far_away_pulls_less_than_promised():
    field = made_up(50)
    packed = pack(field, 50)
    for radius_km in (2000.0, 3000.0, 6000.0, 10_000.0):
        degree = degree_needed(packed.reach, radius_km)
        where = places() / 1838.0 * radius_km
        where[:, 1] *= 1838.0 / 1900.0
        whole = pull(field, 50, where)
        cut = pull(field, degree, where)
        assert np.abs(whole - cut).max() < 3e-19 + 1e-15 * np.abs(whole).max()  # promised 1e-19, and rounding
    assert degree_needed(packed.reach, 1838.0) == 50
    assert degree_needed(packed.reach, 10_000.0) < 25


def test_an_order_may_be_cut_and_too_high_a_degree_is_refused():
    field = made_up(6)
    zonal = GravityField(
        name="zonal",
        mu_km3_s2=MU,
        radius_km=RADIUS,
        c=np.diag(np.zeros(7)) + field.c * 0,
        s=field.s * 0,
        axes="MOON_PA",
    )
    zonal.c[:, 0] = field.c[:, 0]
    packed, other = pack(field, 6, 0), pack(zonal, 6)
    assert np.array_equal(packed.terms, other.terms)
    with pytest.raises(InputError, match="goes to degree 6"):
        pack(field, 7)
