"""Orbits about the Earth and its air, against Orekit (tools/make_orekit_orbits.py) and an agency's ephemeris."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hamsafar.domain.orbits import Craft, Drag, OrbitState, SolarPressure
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.orbit.numerical.atmosphere import density_kg_m3
from hamsafar.orbit.sun import sun_itrs_km
from hamsafar.timeline import Instant

OREKIT: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "orekit_orbits.json").read_text("utf-8"))
STATION = Path(__file__).parents[3] / "shared" / "data" / "station_oem" / "ISS.OEM_J2K_EPH_2025-057.xml"
FORCES = ForceModel(centre="earth", degree=OREKIT["degree"], bodies=("moon", "sun"))
EPOCH = Instant.parse(OREKIT["start"])
FIGURES = OREKIT["craft"]


def apart_m(kind: str, name: str, craft: Craft) -> np.ndarray:
    """How far from Orekit the same orbit is, at Orekit's moments of a day."""
    rows = OREKIT[kind][name]
    start = OrbitState(
        epoch=EPOCH,
        centre="earth",
        position_km=tuple(rows[0]["r_gcrf_km"]),
        velocity_km_s=tuple(rows[0]["v_gcrf_km_s"]),
    )
    path = propagate(start, craft, FORCES, EPOCH.plus(days=1))
    moments = np.array([EPOCH.plus(hours=row["hours"]).tai_ns for row in rows])
    places = np.array([row["r_gcrf_km"] for row in rows])
    return np.asarray(np.linalg.norm(path.states_icrf(moments)[0] - places, axis=1) * 1_000)


@pytest.mark.parametrize("name", list(OREKIT["gravity_only"]))
def test_a_day_of_gravity_is_orekits(name: str) -> None:
    # Orekit goes between the days of UT1 along a cubic, we straight; dX and dY of the pole are left out: centimetres.
    assert apart_m("gravity_only", name, Craft(mass_kg=FIGURES["mass_kg"])).max() < 0.05


@pytest.mark.parametrize("name", list(OREKIT["with_sunlight"]))
def test_a_day_with_sunlight_is_orekits_to_a_metre(name: str) -> None:
    light = SolarPressure(area_m2=FIGURES["solar_area_m2"], cr=FIGURES["cr"])
    craft = Craft(mass_kg=FIGURES["mass_kg"], solar=light)
    # The bound of the issue. Orekit's shadow is that of the ellipsoid, ours of a sphere of the equator's radius.
    assert apart_m("with_sunlight", name, craft).max() < 1.0


@pytest.mark.parametrize("name", list(OREKIT["with_drag"]))
def test_a_day_with_air_is_orekits_to_half_a_percent_of_the_drag(name: str) -> None:
    braked = Craft(mass_kg=FIGURES["mass_kg"], drag=Drag(area_m2=FIGURES["drag_area_m2"], cd=FIGURES["cd"]))
    free = apart_m("with_drag", name, Craft(mass_kg=FIGURES["mass_kg"]))[-1]
    # Orekit takes the Sun's true hour angle for MSIS's local time, which is meant to be the mean one.
    assert apart_m("with_drag", name, braked)[-1] < 0.005 * free


def test_the_air_is_as_dense_as_orekit_has_it() -> None:
    rows = OREKIT["densities"]
    moments = np.array([row["tai_ns"] for row in rows])
    places = np.array([row["r_itrf_km"] for row in rows])
    # Orekit asks the model at the Sun's true hour angle, so ours is asked there too: the places turned by as much.
    sun = sun_itrs_km(moments)
    mean_rad = np.pi - (moments / 1e9 - 37.0) % 86_400 / 86_400 * 2 * np.pi
    turn = mean_rad - np.arctan2(sun[:, 1], sun[:, 0])
    x, y = places[:, 0], places[:, 1]
    places[:, 0], places[:, 1] = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
    ratio = density_kg_m3(moments, places) / np.array([row["density_kg_m3"] for row in rows])
    off = np.abs(ratio - 1.0)
    assert np.median(off) < 0.002
    assert np.quantile(off, 0.9) < 0.03  # the two take their ap of three hours from either side of a step
    assert off.max() < 0.1


@pytest.mark.skipif(not STATION.exists(), reason="the agency's ephemeris is not here")
def test_a_station_is_followed_for_a_day() -> None:
    import hamsafar

    carried = hamsafar.propagate(STATION)
    assert carried.against is not None
    hours = (carried.against.tai_ns - carried.start.tai_ns) / 3.6e12
    assert carried.against.apart_km[hours <= 1.6].max() < 0.1  # km; measured 0.003
    assert carried.against.apart_km.max() < 3.0  # km; measured 0.1
    fitted = hamsafar.propagate(STATION, fit_drag_h=6)
    assert fitted.against is not None
    assert fitted.fitted is not None
    assert fitted.fitted.rms_after_km < 0.002
    assert fitted.against.apart_km.max() < 0.5  # km; measured 0.33
