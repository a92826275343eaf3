"""Two lunar orbits at 50 x 50 against heyoka's at a tolerance of 1e-15 (`tools/make_lunar_orbit_reference.py`)."""

import json
from pathlib import Path

import numpy as np
import pytest

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.orbit.bodies import tdb_minus_tt_s
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.timeline import NS_PER_S, Instant

REFERENCE = json.loads((Path(__file__).parent / "data" / "lunar_orbits.json").read_text(encoding="utf-8"))


def epoch() -> Instant:
    """2026-10-01T00:00:00 TDB, from that label in UTC, 69.184 s and a millisecond or two later."""
    label = Instant.utc(2026, 10, 1)
    late_s = 69.184 + float(tdb_minus_tt_s(np.array([label.tai_ns]))[0])
    return Instant(label.tai_ns - round(late_s * NS_PER_S))


@pytest.mark.parametrize("orbit", ["low", "high"])
@pytest.mark.parametrize("days", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_within_five_centimetres_of_heyoka(orbit, days):
    start, theirs = REFERENCE["starts"][orbit], REFERENCE["heyoka"][orbit]["ends"]
    state = OrbitState(epoch=epoch(), centre="moon", position_km=tuple(start[:3]), velocity_km_s=tuple(start[3:]))
    path = propagate(state, Craft(mass_kg=1.0), ForceModel(centre="moon", degree=50), epoch().plus(days=days))
    for day in (1, 3, 30):
        if day <= days:
            r, _ = path.states_icrf(np.array([epoch().plus(days=day).tai_ns]))
            assert np.linalg.norm(r[0] - theirs[str(day)][:3]) < (5e-5 if day == 30 else 2e-6)  # km
