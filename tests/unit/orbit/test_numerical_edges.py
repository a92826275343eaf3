"""What `propagate` and `propagate_many` refuse of surfaces and fields, and how the hook for terrain asks for ground."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.errors import InputError
from hamsafar.orbit.numerical import ForceModel, Surface, propagate, propagate_many
from hamsafar.orbit.numerical.field import bundled_field
from hamsafar.orbit.states import from_keplerian
from hamsafar.orbit.times import Floats, tai_ns_of
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2025, 3, 10)
CRAFT = Craft(mass_kg=10.0)
FORCES = ForceModel(centre="moon", degree=2, bodies=("earth",))


def orbit(low_km: float, high_km: float) -> OrbitState:
    return from_keplerian(
        epoch=EPOCH,
        centre="moon",
        frame="ICRF",
        semi_major_axis_km=(low_km + high_km) / 2.0,
        eccentricity=(high_km - low_km) / (high_km + low_km),
        inclination_deg=50.0,
        node_deg=20.0,
        periapsis_deg=70.0,
        true_anomaly_deg=170.0,
    )


def row_of(state: OrbitState) -> Floats:
    return np.array([[*state.position_km, *state.velocity_km_s]])


@pytest.mark.parametrize("surface_km", [float("nan"), float("inf"), 0.0, -5.0])
def test_a_surface_is_a_number_above_0(surface_km: float) -> None:
    state = orbit(1_800.0, 1_900.0)
    with pytest.raises(InputError, match="km above 0 from the centre"):
        propagate(state, CRAFT, FORCES, EPOCH.plus(hours=1), surface_km=surface_km)
    with pytest.raises(InputError, match="km above 0 from the centre"):
        propagate_many(row_of(state), EPOCH, 0.0, FORCES, EPOCH.plus(hours=1), surface_km=surface_km)


@pytest.mark.parametrize(
    ("radius_km", "says"),
    [(float("nan"), "its radius is nan km"), (1_760.0, "its radius is 1760 km"), (1_747.0, r"km below the ground")],
)
def test_ground_that_cannot_be_is_refused(radius_km: float, says: str) -> None:
    ground = Surface(radius_km=lambda longitude, _: np.full(len(longitude), radius_km))
    with pytest.raises(InputError, match=says):
        propagate(orbit(1_730.0, 1_746.0), CRAFT, FORCES, EPOCH.plus(hours=1), surface_km=ground)


@pytest.mark.parametrize("other", ["earth", "moon"])
def test_a_field_belongs_to_the_centre(other: str) -> None:
    field = bundled_field("earth", 2) if other == "earth" else evolve(bundled_field("moon", 2), axes="MOON_ME")
    with pytest.raises(InputError, match="told in MOON_PA"):
        propagate(orbit(1_800.0, 1_900.0), CRAFT, FORCES, EPOCH.plus(hours=1), field=field)
    with pytest.raises(InputError, match="told in MOON_PA"):
        propagate_many(row_of(orbit(1_800.0, 1_900.0)), EPOCH, 0.0, FORCES, EPOCH.plus(hours=1), field=field)


@pytest.mark.parametrize("middle_deg", [-135.0, -45.0, 45.0, 135.0])
def test_a_wall_is_met_at_its_east_longitude(middle_deg: float) -> None:
    """A ring of hills on one meridian of an equatorial orbit: it is met there, and nowhere else."""

    def wall(longitude: Floats, latitude: Floats) -> Floats:
        apart = np.abs((np.degrees(longitude) - middle_deg + 180.0) % 360.0 - 180.0)
        return np.where(apart < 2.0, 1_747.0, 1_730.0)

    low = from_keplerian(
        epoch=EPOCH,
        centre="moon",
        frame="MOON_EQUATOR",
        semi_major_axis_km=1_745.0,
        eccentricity=1e-4,
        inclination_deg=0.1,
        node_deg=0.0,
        periapsis_deg=0.0,
        true_anomaly_deg=0.0,
    )
    found = propagate(
        low,
        CRAFT,
        ForceModel(centre="moon", degree=0, bodies=()),
        EPOCH.plus(hours=2),
        surface_km=Surface(radius_km=wall),
    )
    from hamsafar.orbit.lunar_frames import moon_fixed_states

    at = tai_ns_of(found.end)
    place = moon_fixed_states("MOON_ME", *found.states_icrf(at), at)[0][0]
    assert found.ended_by == "impact"
    assert np.degrees(np.arctan2(place[1], place[0])) == pytest.approx(middle_deg - 2.0, abs=0.01)


def test_a_life_that_begins_later_is_that_life() -> None:
    """`start_s`: the same path, entered three hours on; begun at the epoch instead, the Earth and field turn on it."""
    forces = ForceModel(centre="moon", degree=8, bodies=("earth", "sun"))
    start, until = orbit(1_800.0, 9_000.0), EPOCH.plus(days=2)
    whole = propagate(start, CRAFT, forces, until)
    later = EPOCH.plus(hours=3)
    r, v = whole.states_icrf(tai_ns_of(later))
    both = np.concatenate([row_of(start), np.concatenate([r, v], axis=1)])
    found = propagate_many(both, EPOCH, 0.0, forces, until, start_s=np.array([0.0, 10_800.0]))
    assert found.end_s.tolist() == [172_800.0, 172_800.0]
    assert np.abs(found.states_icrf[0, :3] - found.states_icrf[1, :3]).max() < 1e-6  # km: rounding, over two days
    assert np.abs(found.states_icrf[0, :3] - whole.states_icrf(tai_ns_of(until))[0][0]).max() < 1e-6
    early = propagate_many(both[1:], EPOCH, 0.0, forces, until)
    assert np.abs(early.states_icrf[0, :3] - found.states_icrf[1, :3]).max() > 100.0
