"""Published lives of low lunar orbits: PFS-2's 35 days, and inclinations that last. The whole: bench/accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.lunar import LunarMission
from hamsafar.moon.sweep import sweep
from hamsafar.orbit.states import from_keplerian
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM


def low(low_km: float, high_km: float, inclination_deg: float, epoch: Instant) -> LunarMission:
    axis_km = MOON_RADIUS_KM + (low_km + high_km) / 2.0
    state = from_keplerian(
        epoch=epoch,
        centre="moon",
        frame="MOON_EQUATOR",
        semi_major_axis_km=axis_km,
        eccentricity=(high_km - low_km) / 2.0 / axis_km,
        inclination_deg=inclination_deg,
        node_deg=0.0,
        periapsis_deg=0.0,
        true_anomaly_deg=0.0,
    )
    return LunarMission(id="low", title="Low", state=state, mass_kg=36.3, degree=50)


@pytest.mark.slow
def test_the_35_days_of_the_subsatellite_of_apollo_16() -> None:
    """NSSDC 1972-031D; NASA, Bizarre Lunar Orbits (2006): 89 x 122 km, 11 deg, 24 April to 29 May 1972."""
    released = Instant.utc(1972, 4, 24, 21, 56)
    values = {"node": (0.0, 120.0, 240.0), "argument_of_periapsis": (90.0, 180.0)}
    days = sweep(low(89.0, 122.0, 11.0, released), values, until=released.plus(days=70)).lives.end_s / 86_400.0
    assert days.min() < 20.0
    assert days.max() > 50.0
    assert np.any(np.abs(days - 35.0) < 5.0)


@pytest.mark.slow
def test_frozen_inclinations_keep_higher_than_their_neighbours() -> None:
    """The same source; Folta and Quinn (2006): low orbits last at 27, 50, 76 and 86 deg. Circular, 100 km, 40 days."""
    epoch = Instant.utc(2026, 1, 1)
    inclinations = (15.0, 27.0, 38.0, 50.0, 63.0)
    found = sweep(low(100.0, 100.0, 50.0, epoch), {"inclination": inclinations}, until=epoch.plus(days=40))
    altitude = dict(zip(inclinations, (found.lives.lowest_km() - MOON_RADIUS_KM).tolist(), strict=True))
    assert altitude[27.0] > max(altitude[15.0], altitude[38.0]) + 20.0
    assert altitude[50.0] > max(altitude[38.0], altitude[63.0]) + 20.0
