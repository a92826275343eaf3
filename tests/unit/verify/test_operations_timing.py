"""The second opinion's own estimate of how uncertain a week's times are, and what it says of a plan's."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.lunar import Spread
from hamsafar.domain.operations import OperationsPlan, OperationsSpan, OperationsWindow
from hamsafar.domain.orbits import KeplerElements
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.field import MU_KM3_S2
from hamsafar.verify.operations.registry import Breach, Gap
from hamsafar.verify.operations.timing import Release, _followed, estimated_s, release_of, sigmas_stated
from operated_day import at, plan

FIGURES = {"OPS-12": {"timing_sigmas": 2.0, "tolerance_s": 5.0}}
A_KM = 4_000.0
SPEED_KM_S = sqrt(MU_KM3_S2 / A_KM)
PERIOD_S = 2 * pi * A_KM / SPEED_KM_S


def around(*sigma: float) -> Release:
    """A round orbit with a spread (km, km/s; radial, transverse, normal)."""
    return Release(0.0, np.array([A_KM, 0.0, 0.0]), np.array([0.0, SPEED_KM_S, 0.0]), np.array(sigma), 0.0)


@pytest.mark.parametrize("turns", [5, 12, 40])
def test_a_faster_release_is_late_by_three_times_its_share_of_all_that_passed(turns: int) -> None:
    """dT/T = 3 dv/v on a round orbit; Hill's along-track swing of 4 dv/n comes and goes with every revolution."""
    faster = 1e-4  # km/s
    least, most = estimated_s(around(0, 0, 0, 0, faster, 0), np.array([turns * PERIOD_S]))
    grown_s = 3 * turns * PERIOD_S * faster / SPEED_KM_S
    swing_s = (4 / (2 * pi) + 3 / 4) * PERIOD_S * faster / SPEED_KM_S
    assert grown_s - swing_s * 1.01 < least[0] < grown_s < most[0] < grown_s + swing_s * 1.01


def test_higher_is_later_and_ahead_stays_ahead() -> None:
    """dr outwards: dE = mu/r2 dr, as a dv of v/r dr; a place ahead is a time ahead and no more; sideways is nothing."""
    when = np.array([20 * PERIOD_S])
    outwards = estimated_s(around(1.0, 0, 0, 0, 0, 0), when)[0][0]
    assert outwards == pytest.approx(3 * 20 * PERIOD_S / A_KM, rel=0.05)
    ahead_least, ahead_most = estimated_s(around(0, 1.0, 0, 0, 0, 0), when)
    assert 0 < ahead_least[0] <= ahead_most[0] < 4 / SPEED_KM_S
    assert estimated_s(around(0, 0, 1.0, 0, 0, 1e-4), when)[1][0] < 1e-3


def test_components_add_in_squares_and_the_past_is_as_far() -> None:
    when = np.array([20 * PERIOD_S])
    one = estimated_s(around(0, 0, 0, 0, 1e-4, 0), when)[0][0]
    twice = estimated_s(around(1e-4 * A_KM / SPEED_KM_S, 0, 0, 0, 1e-4, 0), when)[0][0]
    assert twice == pytest.approx(sqrt(2) * one, rel=0.05)
    assert estimated_s(around(0, 0, 0, 0, 1e-4, 0), -when)[0][0] == pytest.approx(one, rel=0.05)


def test_followed_along_an_ellipse() -> None:
    """Against the true anomaly of a full and a half revolution, and energy and angular momentum anywhere."""
    made = KeplerElements(
        semi_major_axis_km=6_000.0,
        eccentricity=0.6,
        inclination_deg=40.0,
        raan_deg=20.0,
        argument_of_periapsis_deg=30.0,
        true_anomaly_deg=0.0,
    )
    r, v = (np.array(part) for part in made.vectors(MU_KM3_S2))
    period_s = 2 * pi * sqrt(6_000.0**3 / MU_KM3_S2)
    there, speeds = _followed(r, v, np.array([-period_s, -1_000.0, 0.0, 0.5 * period_s, 7.0 * period_s, 31_234.0]))
    far, _ = evolve(made, true_anomaly_deg=180.0).vectors(MU_KM3_S2)
    for n in (0, 2, 4):
        assert np.abs(there[n] - r).max() < 1e-6  # km
    assert np.abs(there[3] - far).max() < 1e-6
    energy = np.sum(speeds**2, axis=1) / 2 - MU_KM3_S2 / np.linalg.norm(there, axis=1)
    assert np.ptp(energy) < 1e-12
    assert np.abs(np.cross(there, speeds) - np.cross(r, v)).max() < 1e-7


def said(spread: Spread, sigma_s: float | None, plan_: OperationsPlan | None = None) -> list[Breach | Gap]:
    """Of one stretch of light late in the thirty hours."""
    given = plan() if plan_ is None else plan_
    case = OperationsCase(evolve(given, mission=evolve(given.mission, spread=spread)), FIGURES)
    span = OperationsSpan(start=at(1_500), end=at(1_700), sigma_s=sigma_s)
    return list(sigmas_stated(case, OperationsWindow(kind="sunlight", of=None, spans=(span,)), "OPS-12"))


def with_state(**changes: object) -> OperationsPlan:
    given = plan()
    return evolve(given, mission=evolve(given.mission, state=evolve(given.mission.state, **changes)))


def test_no_spread_asks_for_no_sigma_and_a_little_one_for_none() -> None:
    assert said(Spread(), None) == []
    assert said(Spread(velocity_m_s=(0.001, 0.001, 0.001)), None) == []
    assert said(Spread(gravity=True), None) == []


def test_half_is_let_pass_less_is_broken() -> None:
    spread = Spread(velocity_m_s=(0.0, 0.1, 0.0))
    case = OperationsCase(evolve(plan(), mission=evolve(plan().mission, spread=spread)), FIGURES)
    least = estimated_s(release_of(case), np.array([1_700 * 60.0]))[0][0]
    assert least > 5.0
    assert said(spread, 0.501 * least) == []
    for sigma_s in (0.499 * least, 0.0, None):
        (found,) = said(spread, sigma_s)
        assert isinstance(found, Breach)
        assert found.by == pytest.approx(least - (sigma_s or 0.0))


def test_sunlight_alone_is_not_silently_nothing() -> None:
    given = plan()
    bright = evolve(given.mission, solar=evolve(given.mission.solar, area_m2=10.0))
    (found,) = said(Spread(solar_share=0.5), None, evolve(given, mission=bright))
    assert isinstance(found, Gap)
    assert said(Spread(solar_share=0.5), 1.0, evolve(given, mission=bright)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"centre": "earth"},
        {"frame": "ITRF"},
        {"velocity_km_s": (3.0, 3.0, 3.0)},
        {"velocity_km_s": (0.0, 0.1, 0.0)},
        {"epoch": at(-600 * 1_440)},
    ],
)
def test_what_it_cannot_estimate_is_not_checked(changes: dict[str, object]) -> None:
    (found,) = said(Spread(velocity_m_s=(0.0, 0.1, 0.0)), 100.0, with_state(**changes))
    assert isinstance(found, Gap)


def test_a_turning_frame_is_stopped_first() -> None:
    state = plan().mission.state
    slower = np.array(state.velocity_km_s) - np.cross([0, 0, 2.6616995e-6], state.position_km)
    turning = with_state(frame="MOON_ME", velocity_km_s=tuple(slower.tolist()))
    still, turned = (release_of(OperationsCase(one, {})) for one in (plan(), turning))
    assert np.abs(still.v_km_s - turned.v_km_s).max() < 1e-12
