"""Burns: impulses, long burns and the mass they use, against closed forms."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.orbits import Burn, Craft, OrbitState
from hamsafar.errors import InputError
from hamsafar.orbit.bodies import GM_KM3_S2
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.orbit.numerical.field import bundled_field
from hamsafar.orbit.numerical.run import legs_of, local_axes
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2026, 10, 1)
POINT_MASS = ForceModel(centre="moon", degree=0, bodies=("venus",))  # Venus moves nothing by a micrometre in an hour
MU = bundled_field("moon", 0).mu_km3_s2
RADIUS_KM = 1_937.4
SPEED = sqrt(MU / RADIUS_KM)
CIRCLE = OrbitState(
    epoch=EPOCH, centre="moon", position_km=(RADIUS_KM, 0.0, 0.0), velocity_km_s=(0.0, SPEED * 0.6, SPEED * 0.8)
)
CRAFT = Craft(mass_kg=9.0)


def flown(*burns: Burn, until_s: float = 3_600.0, start: OrbitState = CIRCLE) -> tuple[np.ndarray, np.ndarray]:
    """Position and velocity at the end, a point mass pulling alone."""
    path = propagate(start, evolve(CRAFT, burns=burns), POINT_MASS, EPOCH.plus(seconds=until_s))
    r, v = path.states_icrf(np.array([path.end.tai_ns]))
    return r[0], v[0]


def semi_major_axis_km(r: np.ndarray, v: np.ndarray) -> float:
    return float(1.0 / (2.0 / np.linalg.norm(r) - v @ v / MU))


def test_the_moons_pull_is_about_what_the_ephemeris_says() -> None:
    assert GM_KM3_S2["moon"] == pytest.approx(MU, rel=1e-6)


@pytest.mark.parametrize(
    ("axes", "delta_v"),
    [("TNW", (0.02, 0.0, 0.0)), ("RTN", (0.0, 0.02, 0.0)), ("ICRF", (0.0, 0.012, 0.016))],
)
def test_an_impulse_along_the_velocity_is_vis_viva(axes: str, delta_v: tuple[float, float, float]) -> None:
    burn = Burn(start=EPOCH, delta_v_km_s=delta_v, axes=axes)  # type: ignore[arg-type]
    expected = 1.0 / (2.0 / RADIUS_KM - (SPEED + 0.02) ** 2 / MU)
    assert semi_major_axis_km(*flown(burn)) == pytest.approx(expected, abs=1e-8)


def test_an_impulse_on_the_way_is_two_runs_with_a_jump_between() -> None:
    at = EPOCH.plus(seconds=1_800)
    r, v = flown(until_s=1_800)
    jumped = v + np.array([0.003, -0.01, 0.002]) @ local_axes("RTN", r, v)
    second = OrbitState(epoch=at, centre="moon", position_km=tuple(r.tolist()), velocity_km_s=tuple(jumped.tolist()))
    end = EPOCH.plus(seconds=3_600)
    path = propagate(second, CRAFT, POINT_MASS, end)
    expected = path.states_icrf(np.array([end.tai_ns]))[0][0]
    found = flown(Burn(start=at, delta_v_km_s=(0.003, -0.01, 0.002), axes="RTN"))[0]
    assert found == pytest.approx(expected, abs=1e-9)  # km: the same arcs


def test_at_an_impulse_the_state_is_the_one_after_it() -> None:
    at = EPOCH.plus(seconds=600)
    burn = Burn(start=at, delta_v_km_s=(0.1, 0.0, 0.0), axes="TNW")
    path = propagate(CIRCLE, evolve(CRAFT, burns=(burn,)), POINT_MASS, EPOCH.plus(seconds=1_200))
    v = path.states_icrf(np.array([at.tai_ns - 1, at.tai_ns]))[1]
    assert np.linalg.norm(v, axis=1) == pytest.approx([SPEED, SPEED + 0.1], abs=1e-6)


def test_local_axes_are_right_handed_and_as_ccsds_names_them() -> None:
    r, v = np.array([7_000.0, 0.0, 0.0]), np.array([1.0, 7.5, 0.0])
    for axes in ("RTN", "TNW"):
        rows = local_axes(axes, r, v)
        assert rows @ rows.T == pytest.approx(np.eye(3), abs=1e-15)
        assert np.linalg.det(rows) == pytest.approx(1.0, abs=1e-12)
    assert local_axes("RTN", r, v)[[0, 2]] == pytest.approx(np.array([[1.0, 0, 0], [0, 0, 1.0]]))
    t, n, w = local_axes("TNW", r, v)
    assert (t @ v, w @ np.cross(r, v)) == pytest.approx((np.linalg.norm(v), np.linalg.norm(np.cross(r, v))))
    assert n @ r < 0.0  # inward


def test_a_long_burn_far_from_any_pull_obeys_the_rocket_equation() -> None:
    # So far out that the Moon pulls across the burn by 1e-8 km/s only.
    far = OrbitState(epoch=EPOCH, centre="moon", position_km=(300_000.0, 0.0, 0.0), velocity_km_s=(0.0, 0.01, 0.0))
    burn = Burn(start=EPOCH, delta_v_km_s=(0.0, 0.2, 0.0), axes="ICRF", duration_s=600.0, mass_loss_kg=2.0)
    r, v = flown(burn, until_s=600.0, start=far)
    assert v[1] - 0.01 == pytest.approx(0.2, abs=2e-8)  # km/s
    # With m(t) = m0 - k t and exhaust speed c: dy = c (t + (m/k) ln(m/m0)) + v0 t (Tsiolkovsky, integrated once).
    c, k, m0, m1 = 0.2 / log(9.0 / 7.0), 2.0 / 600.0, 9.0, 7.0
    assert m0 * exp(-0.2 / c) == pytest.approx(m1)
    assert r[1] == pytest.approx(0.01 * 600 + c * (600 + m1 / k * log(m1 / m0)), abs=5e-6)  # km


@pytest.mark.parametrize("axes", ["RTN", "TNW", "ICRF"])
def test_a_shorter_and_shorter_burn_becomes_an_impulse(axes: str) -> None:
    middle = EPOCH.plus(seconds=900)
    delta_v = (4e-7, 1.2e-6, -3e-7)  # so small that local axes turn with the orbit and hardly with the burn
    impulse = flown(Burn(start=middle, delta_v_km_s=delta_v, axes=axes), until_s=1_800)[0]  # type: ignore[arg-type]
    apart = []
    for duration_s in (40.0, 20.0):
        burn = Burn(
            start=middle.plus(seconds=-duration_s / 2),
            delta_v_km_s=delta_v,
            axes=axes,  # type: ignore[arg-type]
            duration_s=duration_s,
        )
        apart.append(float(np.linalg.norm(flown(burn, until_s=1_800)[0] - impulse)))
    assert apart[0] == pytest.approx(4.0 * apart[1], rel=0.05)  # centred: the error falls with the square
    assert apart[1] < 1e-7  # km


def test_mass_that_is_gone_is_gone_for_the_next_burn() -> None:
    first = Burn(start=EPOCH.plus(seconds=10), delta_v_km_s=(0.01, 0, 0), duration_s=10.0, mass_loss_kg=1.5)
    second = Burn(start=EPOCH.plus(seconds=100), delta_v_km_s=(0.01, 0, 0), duration_s=10.0, mass_loss_kg=1.5)
    legs = list(legs_of(evolve(CRAFT, burns=(second, first)), EPOCH, EPOCH.plus(seconds=300)))
    assert [leg.mass_kg for leg in legs] == [9.0, 9.0, 7.5, 7.5, 6.0]
    assert [leg.thrust is not None for leg in legs] == [False, True, False, True, False]


def test_burns_that_overlap_or_use_more_than_there_is_are_refused() -> None:
    long = Burn(start=EPOCH.plus(seconds=10), delta_v_km_s=(0.01, 0, 0), duration_s=100.0)
    inside = Burn(start=EPOCH.plus(seconds=50), delta_v_km_s=(0.01, 0, 0))
    with pytest.raises(InputError, match="begins before"):
        flown(long, inside)
    with pytest.raises(InputError, match="more mass"):
        flown(evolve(long, mass_loss_kg=9.0))
    with pytest.raises(InputError, match="more mass"):
        flown(evolve(inside, mass_loss_kg=9.0))


def test_a_run_does_not_go_backwards() -> None:
    with pytest.raises(InputError, match="should come after"):
        flown(until_s=-60.0)
