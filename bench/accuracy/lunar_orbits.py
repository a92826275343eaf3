"""How far two lunar orbits at 50 x 50 are from heyoka's at 1e-15 after 1, 3 and 30 days, and what a day of steps costs.

python bench/accuracy/lunar_orbits.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.orbit.bodies import tdb_minus_tt_s
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.timeline import NS_PER_S, Instant

REFERENCE = Path(__file__).parents[2] / "tests" / "oracles" / "data" / "lunar_orbits.json"


def epoch() -> Instant:
    """2026-10-01T00:00:00 TDB."""
    label = Instant.utc(2026, 10, 1)
    late_s = 69.184 + float(tdb_minus_tt_s(np.array([label.tai_ns]))[0])
    return Instant(label.tai_ns - round(late_s * NS_PER_S))


def main() -> None:
    """Prints one line an orbit and day."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    for name, start in reference["starts"].items():
        state = OrbitState(epoch=epoch(), centre="moon", position_km=tuple(start[:3]), velocity_km_s=tuple(start[3:]))
        path = propagate(state, Craft(mass_kg=1.0), ForceModel(centre="moon", degree=50), epoch().plus(days=30))
        for day, end in reference["heyoka"][name]["ends"].items():
            r, v = path.states_icrf(np.array([epoch().plus(days=int(day)).tai_ns]))
            apart_mm, speed_um_s = np.linalg.norm(r[0] - end[:3]) * 1e6, np.linalg.norm(v[0] - end[3:]) * 1e9
            print(f"{name} {day:>2} d: {apart_mm:8.3f} mm {speed_um_s:8.3f} um/s ({path.steps_taken} steps)")


if __name__ == "__main__":
    main()
