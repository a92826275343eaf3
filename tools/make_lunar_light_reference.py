"""Eclipses of craft on two-body orbits, by SPICE: tests/oracles/data/lunar_light_spice.json.

    python tools/make_lunar_light_reference.py DE440S_BSP

Needs `spiceypy` and JPL's DE440s (both only here). The craft are type 5 segments (two-body), the search is `gfoclt`:
light time converged, ellipsoids, ANY for the penumbra, FULL for the umbra, ANNULAR. Times come out as TAI seconds after
2000-01-01T00:00:00 TAI.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import spiceypy as spice

OUT = Path(__file__).parents[1] / "tests/oracles/data/lunar_light_spice.json"
CRAFT = -990_001
MU = {"MOON": 4_902.800118, "EARTH": 398_600.4415}
KINDS = {"penumbra": "ANY", "umbra": "FULL", "annular": "ANNULAR"}
LEAPS = [(10, "1972-JAN-1"), (32, "1999-JAN-1"), (33, "2006-JAN-1"), (34, "2009-JAN-1"), (35, "2012-JUL-1")]
LEAPS += [(36, "2015-JUL-1"), (37, "2017-JAN-1")]

# name, centre, start (TAI s), days, a, e, i, node, periapsis, bodies
CASES = [
    ("12 h, three days in a season", "MOON", "2024-05-08T08:00:00", 3.0, 6_137.4, 0.684, 2.4, 1.0, 2.6, ["MOON"]),
    ("low, a day", "MOON", "2026-10-01T00:00:00", 1.0, 1_837.4, 0.001, 1.5708, 0.4, 0.0, ["MOON"]),
    (
        "Longjiang-like, 27 Jul 2018",
        "MOON",
        "2018-07-27T00:00:00",
        2.0,
        8_765.4,
        0.762,
        0.5,
        5.4,
        2.0,
        ["MOON", "EARTH"],
    ),
    ("12 h, 7 Sep 2025", "MOON", "2025-09-07T06:00:00", 1.5, 6_137.4, 0.684, 0.7, 2.0, 1.0, ["MOON", "EARTH"]),
    ("low, 3 Mar 2026", "MOON", "2026-03-03T06:00:00", 0.5, 1_900.0, 0.01, 1.2, 2.0, 1.0, ["EARTH"]),
    ("12 h, partial, 28 Aug 2026", "MOON", "2026-08-27T18:00:00", 1.5, 6_137.4, 0.684, 2.0, 0.0, 0.5, ["EARTH"]),
    (
        "beyond the tip of the Moon's umbra",
        "MOON",
        "2026-10-01T00:00:00",
        4.0,
        480_000.0,
        0.001,
        2.7325,
        3.14159,
        2.951,
        ["MOON"],
    ),
]


def main() -> None:
    ephemeris = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        spice.furnsh(ephemeris)
        spice.furnsh(str(_constants(Path(folder))))
        cases = [_case(Path(folder), number, *case) for number, case in enumerate(CASES)]
    made = f"SPICE {spice.tkvrsn('TOOLKIT')}, spiceypy {spice.__version__}, {Path(ephemeris).name}"
    OUT.write_text(
        json.dumps({"made_by": made, "command": "python tools/make_lunar_light_reference.py", "cases": cases}, indent=1)
        + "\n"
    )


def _constants(folder: Path) -> Path:
    leaps = "\n ".join(f"{count} @{day}" for count, day in LEAPS)
    text = f"""KPL/PCK
\\begindata
DELTET/DELTA_T_A = 32.184
DELTET/K = 1.657D-3
DELTET/EB = 1.671D-2
DELTET/M = ( 6.239996D0 1.99096871D-7 )
DELTET/DELTA_AT = ( {leaps} )
BODY10_RADII = ( 695700.0 695700.0 695700.0 )
BODY399_RADII = ( 6378.137 6378.137 6356.752314245 )
BODY301_RADII = ( 1737.4 1737.4 1737.4 )
BODY399_POLE_RA = ( 0.0 -0.641 0.0 )
BODY399_POLE_DEC = ( 90.0 -0.557 0.0 )
BODY399_PM = ( 190.147 360.9856235 0.0 )
BODY301_POLE_RA = ( 269.9949 0.0031 0.0 )
BODY301_POLE_DEC = ( 66.5392 0.0130 0.0 )
BODY301_PM = ( 38.3213 13.17635815 -1.4D-12 )
BODY10_POLE_RA = ( 286.13 0.0 0.0 )
BODY10_POLE_DEC = ( 63.87 0.0 0.0 )
BODY10_PM = ( 84.176 14.18440 0.0 )
\\begintext
"""
    path = folder / "constants.tpc"
    path.write_text(text)
    return path


def _case(
    folder: Path,
    number: int,
    name: str,
    centre: str,
    start: str,
    days: float,
    a: float,
    e: float,
    i: float,
    node: float,
    periapsis: float,
    bodies: list[str],
) -> dict[str, object]:
    tai_s = (np.datetime64(start, "s") - np.datetime64("2000-01-01T00:00:00", "s")).astype(int)
    et = spice.unitim(float(tai_s) - 43_200.0, "TAI", "TDB")
    end = et + days * 86_400.0
    state = spice.conics([a * (1 - e), e, i, node, periapsis, 0.0, et, MU[centre]], et)
    path = folder / f"craft{number}.bsp"
    handle = spice.spkopn(str(path), "craft", 0)
    body = CRAFT - number
    spice.spkw05(
        handle, body, spice.bodn2c(centre), "J2000", et - 600, end + 600, "craft", MU[centre], 1, [state], [et]
    )
    spice.spkcls(handle)
    spice.furnsh(str(path))
    found = [row for front in bodies for kind in KINDS for row in _eclipses(front, kind, str(body), et, end)]
    return {
        "name": name, "centre": centre.lower(), "start_tai_s": int(tai_s), "days": days,
        "elements": {"a_km": a, "e": e, "i": i, "node": node, "periapsis": periapsis},
        "bodies": [one.lower() for one in bodies],
        "eclipses": found,
    }  # fmt: skip


def _eclipses(front: str, kind: str, craft: str, first: float, last: float) -> list[dict[str, object]]:
    confine, result = spice.cell_double(4), spice.cell_double(2_000)
    spice.wninsd(first, last, confine)
    frames = {"EARTH": "IAU_EARTH", "MOON": "IAU_MOON"}
    shapes = front, "ELLIPSOID", frames[front], "SUN", "ELLIPSOID", "IAU_SUN"
    spice.gfoclt(KINDS[kind], *shapes, "CN", craft, 20.0, confine, result)
    rows = []
    for n in range(spice.wncard(result)):
        ends = [spice.unitim(one, "TDB", "TAI") + 43_200.0 for one in spice.wnfetd(result, n)]
        rows.append(
            {"body": front.lower(), "kind": kind, "enter_tai_s": round(ends[0], 4), "leave_tai_s": round(ends[1], 4)}
        )
    return rows


if __name__ == "__main__":
    main()
