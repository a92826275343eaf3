"""How far forecasts of launch times were off, by age of the elements, and how honest their sigmas were.

Use: python bench/accuracy/forecasts.py [ELEMENTS.tle ...]. Without files, on the sets of tools/calibration, and on the
shared history where it lies beside the project. Prints the table of tools/calibrate_flights.py; exits 1 where a median
over the forecasts made in 2026 is above what the project asks. Two minutes with the shared history.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import calibrate_flights as tool
from hamsafar.catalog import load
from hamsafar.flight import station_forecast
from hamsafar.timeline import Instant

ROOT = Path(__file__).resolve().parents[2]

MEDIANS_S = {3: 1.5, 7: 3.5, 30: 20.0, 60: 150.0, 90: 250.0}
SHARED = [ROOT.parent / "shared" / "data" / name for name in ("tiangong_elements.tle", "tiangong_latest.tle")]


def main(paths: list[Path]) -> int:
    histories = [paths] if paths else [[tool.FOLDER / "elements.tle"], [path for path in SHARED if path.exists()]]
    missed = 0
    for files in histories:
        if files:
            print(", ".join(path.name for path in files))
            missed += judged(files)
    return 1 if missed else 0


def judged(files: list[Path]) -> int:
    """How many medians are above what is asked."""
    station = load().station("tiangong")
    forecast = station_forecast(tool.read_sets(files, station), station)
    found = tool.tries(forecast, without_month=False, every_d=0.5)
    made_2026 = [one for one in found if one.made >= Instant.utc(2026, 1, 1)]
    missed = 0
    for age, bound_s in MEDIANS_S.items():
        mine = [one for one in made_2026 if one.age == age]
        if not mine:
            print(f"  {age:3d} d  none in 2026")
            continue
        errors = np.abs([one.error_s for one in mine])
        shares = [tool.coverage([one for one in found if one.age == age], n, "plane", station) for n in (1, 2)]
        said = ", ".join(f"{share:.2f} [{low:.2f}, {high:.2f}]" for share, low, high in shares)
        good = float(np.median(errors)) <= bound_s
        missed += not good
        print(
            f"  {age:3d} d  median {np.median(errors):6.1f} s (asked {bound_s:g}), "
            f"90 % {np.percentile(errors, 90):6.1f} s, n {len(mine)}; "
            f"within one and two sigma {said}{'' if good else '  MISSED'}"
        )
    return missed


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
