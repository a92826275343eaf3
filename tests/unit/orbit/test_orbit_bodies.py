"""Where the Sun, the Earth, the Moon and the planets are; against DE440s itself see tests/oracles/test_lunar_spice.py."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit import bodies
from hamsafar.orbit.bodies import ephemeris_range, position_icrf_km, state_icrf, tdb_minus_tt_s, velocity_icrf_km_s
from hamsafar.orbit.sun import sun_teme_km
from hamsafar.orbit.times import grid, tai_ns_of
from hamsafar.timeline import Instant, Span

SPAN = Span(Instant.utc(2024, 5, 8), Instant.utc(2024, 8, 8))


def test_there_and_back_is_nothing() -> None:
    at = grid(SPAN, 43_200.0)
    assert np.array_equal(position_icrf_km("moon", "earth", at), -position_icrf_km("earth", "moon", at))
    assert not position_icrf_km("moon", "moon", at).any()


def test_the_barycentre_divides_by_the_mass_ratio() -> None:
    at = grid(SPAN, 86_400.0)
    to_moon, to_earth = position_icrf_km("moon", "emb", at), position_icrf_km("earth", "emb", at)
    assert np.allclose(to_moon, -to_earth * bodies.EARTH_MOON_MASS_RATIO, rtol=1e-14)
    # 405,500 and 356,400 km bound the Moon's distance within a fraction of a percent.
    distance_km = np.linalg.norm(to_moon - to_earth, axis=1)
    assert 356_000 < distance_km.min() < 370_000
    assert 404_000 < distance_km.max() < 407_000


def test_velocity_is_the_slope_of_position() -> None:
    at = grid(SPAN, 86_400.0)
    for body in ("moon", "sun", "jupiter"):
        ahead, behind = position_icrf_km(body, "earth", at + 10**10), position_icrf_km(body, "earth", at - 10**10)
        slope = (ahead - behind) / 20.0
        # The third derivative over 10 s is far under this; rounding of 1e9 km over 20 s is 1e-8 km/s.
        assert np.abs(slope - velocity_icrf_km_s(body, "earth", at)).max() < 3e-8


def test_the_sun_that_passes_know_is_the_same() -> None:
    from hamsafar.orbit.frames import gcrs_from_teme

    at = grid(SPAN, 86_400.0)
    known, here = gcrs_from_teme(sun_teme_km(at), at), position_icrf_km("sun", "earth", at, light_time=True)
    cosine = np.einsum("ij,ij->i", known, here) / np.linalg.norm(known, axis=1) / np.linalg.norm(here, axis=1)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 0.01  # the passes' Sun is a short series


def test_tdb_is_within_two_milliseconds_of_tt() -> None:
    # 1.657 ms a quarter of a year after the Earth's perihelion; smaller waves add up to 40 us.
    at = tai_ns_of(Instant.utc(2024, 4, 4))
    assert tdb_minus_tt_s(at)[0] == pytest.approx(1.657e-3, abs=4e-5)
    assert np.abs(tdb_minus_tt_s(grid(SPAN, 86_400.0))).max() < 1.7e-3


def test_an_answer_depends_on_nothing_else_asked() -> None:
    at = grid(SPAN, 40_000.0)
    alone = np.concatenate([state_icrf("moon", "earth", at[i : i + 1])[0] for i in range(0, len(at), 17)])
    assert np.array_equal(alone, state_icrf("moon", "earth", at)[0][::17])


@pytest.mark.parametrize("year", [1959, 2061])
def test_a_year_outside_is_told_with_the_years_inside(year: int) -> None:
    shift = (year - 2000) * 31_557_600 * 10**9
    with pytest.raises(OutOfRangeError, match="1960 to 2060") as caught:
        position_icrf_km("sun", "moon", np.array([shift, 0]))
    first, last = ephemeris_range()
    assert (caught.value.first, caught.value.last) == (first, last)
    assert caught.value.asked == Instant(shift)
    assert last > Instant.utc(2060, 1, 1)


def test_the_ends_themselves_answer() -> None:
    for end in ephemeris_range():
        assert position_icrf_km("saturn", "moon", tai_ns_of(end)).shape == (1, 3)


def test_opening_it_is_quick() -> None:
    bodies._pieces.cache_clear()
    started = time.perf_counter()
    bodies._pieces()
    assert time.perf_counter() - started < 0.5  # 14 ms measured; the bound is for a machine under load
