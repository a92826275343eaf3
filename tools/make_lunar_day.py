"""Writes tests/oracles/data/lunar_day.json: 30 h of a 200 x 8,600 km orbit, for the second opinion's tests.

Run with the package on the path. The orbit is the numerical propagator's: GRGM1200A to 50 x 50, Earth, Sun, light.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from hamsafar.domain.orbits import Craft, OrbitState, SolarPressure
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2026, 3, 1)
STEP_S, ROWS = 120, 901
STATE = OrbitState(
    epoch=EPOCH,
    centre="moon",
    position_km=(2927.291, -6490.562, 1217.216),
    velocity_km_s=(0.491988, -0.241494, 0.508192),
)


def main() -> None:
    """Writes the file."""
    craft = Craft(mass_kg=8.0, solar=SolarPressure(area_m2=0.1, cr=1.3))
    path = propagate(STATE, craft, ForceModel(centre="moon", degree=50), EPOCH.plus(seconds=STEP_S * ROWS))
    times = EPOCH.tai_ns + np.arange(ROWS, dtype=np.int64) * STEP_S * 1_000_000_000
    r_icrf_km, v_icrf_km_s = path.states_icrf(times)
    rows = [
        [*(round(float(x), 6) for x in r), *(round(float(x), 9) for x in v)]
        for r, v in zip(r_icrf_km, v_icrf_km_s, strict=True)
    ]
    found = {"epoch": EPOCH.iso(), "step_s": STEP_S, "rows": rows}
    where = Path(__file__).parents[1] / "tests/oracles/data/lunar_day.json"
    where.write_text(json.dumps(found).replace("], [", "],\n[") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
