"""Bodies, and how the Moon is turned, against SPICE reading NAIF's own kernels (`tools/make_lunar_reference.py`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hamsafar.orbit.bodies import Point, dynamical_time, position_icrf_km, state_icrf
from hamsafar.orbit.lunar_frames import LunarAxes, moon_fixed_states
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
