"""Writes reference intensities of the Earth's main field, for tests: python tools/make_igrf_reference.py

Run in an environment of its own that has `ppigrf` (2.1.0 wrote what is committed); Hamsafar does not need it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import ppigrf

TARGET = Path(__file__).parents[1] / "tests" / "unit" / "events" / "igrf_reference.json"
PLACES = 120


def main() -> None:
    """Random places from pole to pole, on the ground and in orbit, 1975 to 2030, and the poles' neighbourhood."""
    random = np.random.default_rng(14)
    rows: list[dict[str, Any]] = []
    for number in range(PLACES):
        latitude = round(float(np.degrees(np.arcsin(random.uniform(-1, 1)))), 4)
        if number < 4:
            latitude = round(89.99 - 0.02 * number, 4)
        longitude, height_km = (
            float(np.round(random.uniform(-180, 180), 4)),
            float(random.choice([0.0, 390.0, 2_000.0])),
        )
        year, month, day_of_month = (int(random.integers(*of)) for of in ((1975, 2030), (1, 13), (1, 28)))
        day = datetime(year, month, day_of_month)  # noqa: DTZ001  # ppigrf wants it naive
        field = [float(np.ravel(part)[0]) for part in ppigrf.igrf(longitude, latitude, height_km, day)]
        rows.append(
            {
                "latitude_deg": latitude,
                "longitude_deg": longitude,
                "height_km": height_km,
                "day": day.date().isoformat(),
                "intensity_nt": round(float(np.linalg.norm(field)), 4),
            }
        )
    body = {
        "origin": f"ppigrf {version('ppigrf')}, IGRF-14",
        "date": datetime.now(UTC).date().isoformat(),
        "command": "python tools/make_igrf_reference.py",
        "field": rows,
    }
    TARGET.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"wrote {TARGET.name}: {len(rows)} places")


if __name__ == "__main__":
    main()
