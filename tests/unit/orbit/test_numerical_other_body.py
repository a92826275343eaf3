"""Paths about the Earth that meet the Moon, and about the Moon that meet the Earth: they end there, told as what."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.errors import InputError
from hamsafar.orbit.bodies import position_icrf_km, state_icrf
from hamsafar.orbit.numerical import ForceModel, propagate, propagate_many
from hamsafar.orbit.states import about, from_keplerian
from hamsafar.orbit.times import tai_ns_of
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2025, 3, 10)
CRAFT = Craft(mass_kg=10.0)
EARTH = ForceModel(centre="earth", degree=2, bodies=("moon", "sun"))
MOON = ForceModel(centre="moon", degree=0, bodies=("earth", "sun"))


def towards_moon(aside_km: float = 0.0) -> OrbitState:
    """A hyperbola about the Moon, 20,000 km away and falling, that would pass so far aside of its centre."""
    r, v = np.array([20_000.0, aside_km, 0.0]), np.array([-1.5, 0.0, 0.0])
    state = OrbitState(
        epoch=EPOCH, centre="moon", frame="ICRF", position_km=tuple(r.tolist()), velocity_km_s=tuple(v.tolist())
    )
    return about(state, "earth")


@pytest.mark.parametrize("aside_km", [0.0, 1_000.0, 3_000.0])
def test_a_path_about_the_earth_ends_on_the_moon_as_one_about_the_moon_does(aside_km: float) -> None:
    start = towards_moon(aside_km)
    found = propagate(start, CRAFT, EARTH, EPOCH.plus(days=2))
    same = propagate(about(start, "moon"), CRAFT, MOON, EPOCH.plus(days=2))
    assert (found.ended_by, found.met, same.met) == ("impact", "moon", "moon")
    assert abs(found.end.seconds_since(same.end)) < 0.01  # s: the Earth's flattening and millimetres of the tables
    at = tai_ns_of(found.end)
    apart = found.states_icrf(at)[0] - position_icrf_km("moon", "earth", at)
    assert np.linalg.norm(apart) == pytest.approx(1_737.4, abs=1e-3)


def test_a_path_that_passes_the_moon_goes_on() -> None:
    found = propagate(towards_moon(6_000.0), CRAFT, EARTH, EPOCH.plus(days=1))
    assert (found.ended_by, found.met) == ("until", None)


def test_a_path_that_begins_inside_the_moon_is_refused() -> None:
    r, v = state_icrf("moon", "earth", tai_ns_of(EPOCH))
    inside = evolve(
        towards_moon(), position_km=tuple((r[0] + [900.0, 0.0, 0.0]).tolist()), velocity_km_s=tuple(v[0].tolist())
    )
    with pytest.raises(InputError, match="inside the Moon"):
        propagate(inside, CRAFT, EARTH, EPOCH.plus(days=1))


def test_a_path_about_the_moon_that_meets_the_earth_ends_there() -> None:
    low = from_keplerian(
        epoch=EPOCH,
        centre="earth",
        frame="ICRF",
        semi_major_axis_km=100_000.0,
        eccentricity=0.95,
        inclination_deg=30.0,
        node_deg=40.0,
        periapsis_deg=0.0,
        true_anomaly_deg=185.0,
    )
    start = about(low, "moon")
    found = propagate(start, CRAFT, MOON, EPOCH.plus(days=4))
    assert (found.ended_by, found.met) == ("impact", "earth")
    at = tai_ns_of(found.end)
    apart = found.states_icrf(at)[0] - position_icrf_km("earth", "moon", at)
    assert np.linalg.norm(apart) == pytest.approx(6_458.137, abs=2e-3)
    many = propagate_many(np.array([[*start.position_km, *start.velocity_km_s]]), EPOCH, 0.0, MOON, EPOCH.plus(days=4))
    assert many.ended_by.tolist() == [3]
    assert many.end_s[0] == pytest.approx(found.end.seconds_since(EPOCH), abs=1e-3)
