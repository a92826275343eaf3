"""Cuts the bundled space weather (F10.7 and ap since 1957, with predictions) out of a data package.

Use, in an environment with `pip install ssa-data-core numpy`:

    python tools/cut_space_weather.py            # writes src/hamsafar/orbit/data/space_weather.npz
    python tools/cut_space_weather.py --check    # says whether the bundled file holds what the package holds

What each array is stands in src/hamsafar/orbit/data/space_weather.md.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "hamsafar" / "orbit" / "data" / "space_weather.npz"
SOURCE = ("data", "environment", "space_weather", "SW-All.csv")
KINDS = {"OBS": 0, "INT": 1, "PRD": 2}
_MJD_0 = date(1858, 11, 17).toordinal()


def rows() -> list[dict[str, str]]:
    """Every row of the package's table."""
    text = files("ssa_data_core").joinpath(*SOURCE).read_text(encoding="ascii")
    return list(csv.DictReader(text.splitlines()))


def mjd(row: dict[str, str]) -> int:
    """The Modified Julian Date of a row's day."""
    return date.fromisoformat(row["DATE"]).toordinal() - _MJD_0


def tenths(row: dict[str, str], name: str) -> int:
    """A flux in tenths of a solar flux unit: all the digits that the table has."""
    return round(float(row[name]) * 10)


def cut(table: list[dict[str, str]]) -> dict[str, Any]:
    """The arrays of the bundled file."""
    days = [row for row in table if row["F10.7_DATA_TYPE"] in KINDS]
    months = [row for row in table if row["F10.7_DATA_TYPE"] == "PRM"]
    first = mjd(days[0])
    if [mjd(row) for row in days] != list(range(first, first + len(days))):
        raise SystemExit("the days of the table do not follow each other without a gap")
    return {
        "first_mjd": np.array(first, dtype=np.int32),
        "f107_tenths": np.array([tenths(row, "F10.7_OBS") for row in days], dtype=np.uint16),
        "f107_mean_tenths": np.array([tenths(row, "F10.7_OBS_CENTER81") for row in days], dtype=np.uint16),
        "ap": np.array([[int(row[f"AP{k}"]) for k in range(1, 9)] for row in days], dtype=np.uint16),
        "kind": np.array([KINDS[row["F10.7_DATA_TYPE"]] for row in days], dtype=np.uint8),
        "month_mjd": np.array([mjd(row) for row in months], dtype=np.int32),
        "month_f107_tenths": np.array([tenths(row, "F10.7_OBS") for row in months], dtype=np.uint16),
        "month_f107_mean_tenths": np.array([tenths(row, "F10.7_OBS_CENTER81") for row in months], dtype=np.uint16),
    }


def main() -> None:
    made = cut(rows())
    if "--check" not in sys.argv[1:]:
        np.savez_compressed(TARGET, **made)
        print(f"wrote {TARGET.relative_to(ROOT)}, {TARGET.stat().st_size:,} bytes")
        return
    with np.load(TARGET) as bundled:
        differing = [name for name, array in made.items() if not np.array_equal(bundled[name], array)]
    if differing:
        raise SystemExit(f"{TARGET.relative_to(ROOT)} differs from the package in {', '.join(differing)}")
    print("the bundled space weather is the package's")


if __name__ == "__main__":
    main()
