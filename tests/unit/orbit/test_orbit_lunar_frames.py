"""How the Moon is turned; against SPICE see tests/oracles/test_lunar_spice.py."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.orbit.bodies import position_icrf_km
from hamsafar.orbit.lunar_frames import (
    LunarAxes,
    icrf_states,
    me_from_icrf,
    me_from_pa,
    moon_fixed_states,
    moon_turn,
    pa_from_icrf,
    selenographic,
)
from hamsafar.orbit.times import grid
from hamsafar.timeline import Instant, Span

AT = grid(Span(Instant.utc(2019, 7, 1), Instant.utc(2019, 8, 15)), 50_000.0)


def test_matrices_are_rotations() -> None:
    for matrices in (pa_from_icrf(AT), me_from_icrf(AT)):
        assert np.allclose(matrices @ np.swapaxes(matrices, 1, 2), np.eye(3), atol=1e-14)
        assert np.allclose(np.linalg.det(matrices), 1.0, atol=1e-14)


def test_mean_earth_axes_point_at_the_earth_but_for_libration() -> None:
    earth_me = np.einsum("nij,nj->ni", me_from_icrf(AT), position_icrf_km("earth", "moon", AT))
    latitude_deg, longitude_deg, _ = selenographic(earth_me)
    assert np.abs(longitude_deg).max() < 8.2  # libration in longitude stays under 8 degrees, in latitude under 7
    assert np.abs(latitude_deg).max() < 7.0
    assert np.abs(longitude_deg).max() > 3.0


def test_the_two_kinds_of_axes_are_875_metres_apart() -> None:
    angle_rad = np.arccos((np.trace(me_from_pa()) - 1) / 2)
    assert angle_rad * 1_737.4 == pytest.approx(0.875, abs=0.001)  # 103.9" of arc (LRO Project 2008, about 860 m)


@pytest.mark.parametrize("axes", ["MOON_PA", "MOON_ME"])
def test_turning_is_the_slope_of_the_matrix(axes: LunarAxes) -> None:
    ahead, behind = moon_turn(axes, AT + 10**10)[0], moon_turn(axes, AT - 10**10)[0]
    matrices, spin = moon_turn(axes, AT)
    slope = (ahead - behind) / 20.0 @ np.swapaxes(matrices, 1, 2)  # minus the cross product matrix of the spin
    found = np.stack([slope[:, 1, 2], slope[:, 2, 0], slope[:, 0, 1]], axis=-1)
    assert (
        np.abs(found - spin).max() < 1e-13
    )  # psi, a thousand turns, is rounded to 1e-12, over 20 s; the turn is 2.7e-6 rad/s


@pytest.mark.parametrize("axes", ["MOON_PA", "MOON_ME"])
def test_states_go_and_come_back(axes: LunarAxes) -> None:
    rng = np.random.default_rng(4)
    r_km, v_km_s = rng.normal(0, 5_000, (len(AT), 3)), rng.normal(0, 1, (len(AT), 3))
    back = icrf_states(axes, *moon_fixed_states(axes, r_km, v_km_s, AT), AT)
    assert np.abs(back[0] - r_km).max() < 1e-11
    assert np.abs(back[1] - v_km_s).max() < 1e-14


def test_a_place_on_the_moon_stands_still() -> None:
    place = np.tile([1_000.0, -1_200.0, 700.0], (len(AT), 1))
    r_km, v_km_s = icrf_states("MOON_ME", place, np.zeros_like(place), AT)
    assert np.linalg.norm(v_km_s, axis=1).max() < 0.0047  # 2.66e-6 rad/s of 1,737 km
    assert np.linalg.norm(v_km_s, axis=1).min() > 0.003
    assert np.abs(moon_fixed_states("MOON_ME", r_km, v_km_s, AT)[1]).max() < 1e-17


def test_places_are_told_in_degrees() -> None:
    latitude, longitude, radius = selenographic(np.array([[0, 0, 5.0], [0, -2.0, 0], [-1.0, 1e-9, -1.0]]))
    assert latitude == pytest.approx([90, 0, -45])
    assert longitude == pytest.approx([0, -90, 180])
    assert radius == pytest.approx([5, 2, 2**0.5])
