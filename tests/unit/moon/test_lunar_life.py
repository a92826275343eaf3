"""One life: its perilunes and its end, against closed forms, and what has no life."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from lunar_missions import RELEASE, mission

from hamsafar.domain.orbits import OrbitState
from hamsafar.errors import HamsafarError, InputError
from hamsafar.moon.life import life
from hamsafar.orbit.bodies import GM_KM3_S2
from hamsafar.timeline import Instant

MU = GM_KM3_S2["moon"]


def test_a_free_fall_ends_when_kepler_says() -> None:
    """A point mass alone: an ellipse of perilune 1,500 km reaches 1,737.4 km at a time in closed form."""
    a, e = 4_000.0, 1.0 - 1_500.0 / 4_000.0
    found = life(mission(semi_major_axis_km=a, eccentricity=e, true_anomaly_deg=180.0, degree=0, bodies=(), solar=None))
    eccentric = 2 * np.pi - np.arccos((1 - 1_737.4 / a) / e)
    expected_s = (eccentric - e * np.sin(eccentric) - np.pi) / np.sqrt(MU / a**3)
    assert found.ended_by == "impact"
    assert found.impact is not None
    assert found.end.seconds_since(RELEASE) == pytest.approx(expected_s, abs=1e-3)  # mu of field and DE440: 1e-9
    assert found.impact.radius_km == pytest.approx(1_737.4, abs=1e-6)
    assert found.impact.descent_deg > 0
    inertial_km_s = np.sqrt(MU * (2 / 1_737.4 - 1 / a))
    assert found.impact.speed_km_s == pytest.approx(inertial_km_s, abs=0.005)  # the ground moves 4.6 m/s
    assert abs(found.impact.latitude_deg - found.impact.latitude_pa_deg) < 0.04  # the two frames: 0.03 deg
    assert found.lowest_km == found.impact.radius_km


def test_a_kepler_orbit_keeps_its_perilune_and_elements() -> None:
    found = life(mission(degree=0, bodies=(), solar=None), until=RELEASE.plus(days=3))
    assert found.ended_by == "until"
    assert found.days == 3.0
    assert found.periapsis_km == pytest.approx(np.full(6, 6_137.4 * (1 - 0.684313)), abs=1e-5)
    told = found.elements.elements
    assert told.inclination_deg == pytest.approx(75.0, abs=0.02)  # the equator of date moves half of that in three days
    assert told.eccentricity == pytest.approx(0.684313, abs=1e-8)
    assert np.all(np.diff(found.elements.tai_ns) > 0)


def test_ground_given_higher_ends_it_sooner() -> None:
    low = mission(semi_major_axis_km=4_000.0, eccentricity=0.6)
    sphere, hill = life(low), life(low, surface_km=1_742.0)
    assert sphere.impact is not None
    assert hill.impact is not None
    assert hill.impact.radius_km == pytest.approx(1_742.0, abs=1e-6)
    assert 1.0 < sphere.end.seconds_since(hill.end) < 60.0


def _with(position_km: tuple[float, float, float], velocity_km_s: tuple[float, float, float], **more: object):
    state = {"epoch": RELEASE, "centre": "moon", "frame": "ICRF", **more}
    return evolve(mission(), state=OrbitState(position_km=position_km, velocity_km_s=velocity_km_s, **state))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        (_with((1_000.0, 0.0, 0.0), (0.0, 1.6, 0.0)), InputError, "inside the Moon"),
        (_with((2_000.0, 0.0, 0.0), (0.0, 2.5, 0.0)), InputError, "leaves it"),
        (_with((2_000.0, 0.0, 0.0), (0.0, 1.5, 0.0), frame="MARS"), InputError, "unknown frame 'MARS'"),
        (_with((7_000.0, 0.0, 0.0), (0.0, 7.0, 0.0), centre="earth"), InputError, "about the Moon"),
        (_with((2_000.0, 0.0, 0.0), (0.0, 1.5, 0.0), epoch=Instant.utc(2075, 1, 1)), InputError, "1960 to 2060"),
        (evolve(mission(), bodies=("vulcan",)), InputError, "vulcan"),
    ],
)
def test_what_has_no_life_says_why(given, error: type[HamsafarError], says: str) -> None:
    with pytest.raises(error, match=says):
        life(given)


def test_an_end_before_the_release_is_refused() -> None:
    with pytest.raises(InputError, match="after the release"):
        life(mission(), until=RELEASE)


def test_time_that_runs_out_says_how_far_it_came() -> None:
    found = life(mission(degree=40), deadline_s=0.01)
    assert found.ended_by == "time"
    assert RELEASE < found.end < RELEASE.plus(days=366)
