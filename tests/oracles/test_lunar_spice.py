"""Bodies, and how the Moon is turned, against SPICE reading NAIF's own kernels (`tools/make_lunar_reference.py`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import frozen

from hamsafar.app.propagating import _impact_of
from hamsafar.moon.life import impact_of
from hamsafar.orbit.bodies import Point, dynamical_time, position_icrf_km, state_icrf
from hamsafar.orbit.lunar_frames import LunarAxes, moon_fixed_states
from hamsafar.orbit.numerical import Surface
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_of
from hamsafar.timeline import Instant

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "spice_lunar.json").read_text())
NAMES: dict[str, Point] = {"MOON": "moon", "EARTH": "earth", "SUN": "sun", "VENUS": "venus"}
NAMES |= {"4": "mars", "5": "jupiter", "6": "saturn"}


def tai_ns_at(tdb_s: list[float]) -> TaiNs:
    """The nanoseconds of TAI at which TDB shows so many seconds from J2000."""
    wanted_ns = np.array([round(value * 1e9) for value in tdb_s], dtype=np.int64)
    found = wanted_ns.copy()
    for _ in range(4):
        tt_ns, further_s = dynamical_time(found)
        found -= (tt_ns - wanted_ns) + np.rint(further_s * 1e9).astype(np.int64)
    return found


ROWS = REFERENCE["rows"]
MOMENTS = tai_ns_at([row["tdb_s"] for row in ROWS])


@pytest.mark.parametrize("pair", sorted(ROWS[0]["states"]))
def test_bodies_are_where_spice_has_them(pair: str) -> None:
    body, centre = (NAMES[name] for name in pair.split())
    expected = np.array([row["states"][pair] for row in ROWS])
    r_km, v_km_s = state_icrf(body, centre, MOMENTS)
    # Under 0.1 mm for the Moon from the Earth: 0.1 us of SPICE's own seconds (doubles from J2000) at 1 km/s.
    # For the rest rounding, at 1e9 km, and 0.1 us at 30 km/s.
    assert np.abs(r_km - expected[:, :3]).max() < (2e-7 if pair == "MOON EARTH" else 2e-5)
    assert np.abs(v_km_s - expected[:, 3:]).max() < 1e-11


def test_light_time_is_that_of_spice() -> None:
    expected = np.array([row["sun_seen_from_moon_km"] for row in ROWS])
    # SPICE's LT takes the Sun where it was, and the Moon where it is: 8 minutes of the Sun are under 10 km.
    found = position_icrf_km("sun", "moon", MOMENTS, light_time=True)
    assert np.abs(found - expected).max() < 2e-5  # as above
    assert np.abs(found - position_icrf_km("sun", "moon", MOMENTS)).max() > 1.0


@pytest.mark.parametrize(("axes", "frame"), [("MOON_PA", "MOON_PA_DE440"), ("MOON_ME", "MOON_ME_DE440_ME421")])
def test_the_moon_is_turned_as_in_spice(axes: LunarAxes, frame: str) -> None:
    given = np.tile(REFERENCE["state"], (len(MOMENTS), 1))
    expected: Floats = np.array([row["turned"][frame] for row in ROWS])
    r_km, v_km_s = moon_fixed_states(axes, given[:, :3], given[:, 3:], MOMENTS)
    # 1e-12 rad (the angle psi is thousands of radians in the kernel) of 2,000 km.
    assert np.abs(r_km - expected[:, :3]).max() < 4e-9
    assert np.abs(v_km_s - expected[:, 3:]).max() < 1e-11


def test_our_clock_is_that_of_spice() -> None:
    # SPICE's own formula for TDB leaves out waves of up to 50 us (its Time Required Reading); the Moon goes 5 cm.
    moments = tai_ns_of(tuple(Instant.parse(utc + "Z") for utc in REFERENCE["clock_tdb_s"]))
    tt_ns, further_s = dynamical_time(moments)
    found_s = tt_ns / 1e9 + further_s
    assert np.abs(found_s - np.array(list(REFERENCE["clock_tdb_s"].values()))).max() < 6e-5


def place_deg(row: dict[str, Any], frame: str) -> tuple[float, float]:
    """Latitude and east longitude that SPICE's turning gives."""
    x, y, z = row["turned"][frame][:3]
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


@pytest.mark.parametrize("index", range(len(ROWS)))
def test_an_impact_is_told_in_the_frame_that_its_name_says(index: int) -> None:
    """Mean Earth first, principal axes beside it: they differ by up to 0.03 deg, and an exchange must not pass."""
    ended = Ended(Instant(int(MOMENTS[index])))
    mean_earth, principal = (place_deg(ROWS[index], frame) for frame in ("MOON_ME_DE440_ME421", "MOON_PA_DE440"))
    of_life = impact_of(ended)  # type: ignore[arg-type]  # as much of a trajectory as is looked at
    assert (of_life.latitude_deg, of_life.longitude_deg) == pytest.approx(mean_earth, abs=1e-9)
    assert (of_life.latitude_pa_deg, of_life.longitude_pa_deg) == pytest.approx(principal, abs=1e-9)
    told = _impact_of(ended, "moon")  # type: ignore[arg-type]
    assert (told.latitude_deg, told.longitude_deg) == pytest.approx(mean_earth, abs=1e-9)
    assert mean_earth != pytest.approx(principal, abs=1e-3)


@frozen
class Ended:
    """A path that ends at the reference's state."""

    end: Instant
    met: str = "moon"
    centre: str = "moon"

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """The state, whenever."""
        given = np.tile(REFERENCE["state"], (len(tai_ns), 1))
        return given[:, :3], given[:, 3:]


def test_the_hook_for_terrain_is_asked_with_mean_earth_places() -> None:
    asked: list[Floats] = []

    def ground(longitude: Floats, latitude: Floats) -> Floats:
        asked.append(np.degrees(np.stack([latitude, longitude], axis=1)))
        return np.full(len(longitude), 1_730.0)

    r_km = np.tile(REFERENCE["state"][:3], (len(MOMENTS), 1))
    heights_km = Surface(radius_km=ground).heights_km(r_km, MOMENTS)
    assert heights_km == pytest.approx(np.linalg.norm(r_km, axis=1) - 1_730.0, abs=1e-9)
    (places,) = asked
    assert places == pytest.approx(np.array([place_deg(row, "MOON_ME_DE440_ME421") for row in ROWS]), abs=1e-9)
