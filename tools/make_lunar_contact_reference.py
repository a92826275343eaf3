"""A craft at the Moon as stations see it, by Skyfield: tests/oracles/data/lunar_contacts_skyfield.json.

    python tools/make_lunar_contact_reference.py DE440S_BSP

Needs `skyfield` and JPL's DE440s. The craft are two-body orbits (closed form, here again by hand); `observe` counts
light time, `apparent` aberration; the Moon hides the craft where its direction comes within the Moon's disc and lies
beyond. Rates of range are differences over two seconds. Times are TAI seconds after 2000-01-01T00:00:00 TAI.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from skyfield.api import load, load_file, wgs84
from skyfield.constants import AU_KM, DAY_S
from skyfield.vectorlib import VectorFunction

OUT = Path(__file__).parents[1] / "tests/oracles/data/lunar_contacts_skyfield.json"
MU, MOON_KM = 4_902.800118, 1_737.4
START_TAI_S = 654_825_600  # 2020-10-01T00:00:00 TAI: UT1 is known to all
ORBITS = {
    "12 h": {"a_km": 6_137.4, "e": 0.684, "i": 2.4, "node": 1.0, "periapsis": 2.6},
    "low": {"a_km": 1_837.4, "e": 0.001, "i": 1.5708, "node": 0.4, "periapsis": 0.0},
}
SITES = {"guest": (33.65, 73.08, 0.54), "dwingeloo": (52.812, 6.396, 0.07), "south": (-75.1, -123.35, 3.2)}
SAMPLES, DAYS, STEP_S = 40, 1.5, 5.0


class Craft(VectorFunction):
    """The craft from the Moon's centre."""

    center, target = 301, -990_001

    def __init__(self, a_km: float, e: float, i: float, node: float, periapsis: float) -> None:
        self.a, self.e, self.n = a_km, e, np.sqrt(MU / a_km**3)
        (ci, si), (cn, sn), (cw, sw) = ((np.cos(x), np.sin(x)) for x in (i, node, periapsis))
        self.p = np.array([cn * cw - sn * sw * ci, sn * cw + cn * sw * ci, sw * si])
        self.q = np.array([-cn * sw - sn * cw * ci, -sn * sw + cn * cw * ci, cw * si])

    def _at(self, t):
        # TDB to 2 ms, as days from the start; Skyfield's TAI is TT less 32.184 s.
        seconds = ((t.whole - 2_451_544.5) * DAY_S - START_TAI_S) + t.tdb_fraction * DAY_S - 32.184
        mean = self.n * np.atleast_1d(seconds)
        anomaly = mean.copy()
        for _ in range(60):
            anomaly = anomaly - (anomaly - self.e * np.sin(anomaly) - mean) / (1 - self.e * np.cos(anomaly))
        rate = self.n / (1 - self.e * np.cos(anomaly))
        b = np.sqrt(1 - self.e**2)
        along, across = self.a * (np.cos(anomaly) - self.e), self.a * b * np.sin(anomaly)
        r = np.outer(self.p, along) + np.outer(self.q, across)
        v = np.outer(self.p, -self.a * rate * np.sin(anomaly)) + np.outer(self.q, self.a * b * rate * np.cos(anomaly))
        if np.ndim(t.whole) == 0:
            r, v = r[:, 0], v[:, 0]
        return r / AU_KM, v * DAY_S / AU_KM, None, None


def main() -> None:
    """Sampled directions and ranges, and contacts by dense sampling."""
    ephemeris, ts = load_file(sys.argv[1]), load.timescale(builtin=True)
    rows = []
    for orbit, elements in ORBITS.items():
        craft = ephemeris["moon"] + Craft(**elements)
        for site, (latitude, longitude, height_km) in SITES.items():
            station = ephemeris["earth"] + wgs84.latlon(latitude, longitude, height_km * 1_000)
            at_s = np.linspace(3_600.0, DAYS * 86_400 - 3_600, SAMPLES).round(3)
            elevation, azimuth, range_km, _ = _seen(station, craft, ephemeris, ts, at_s)
            before, after = (_seen(station, craft, ephemeris, ts, at_s + step)[2] for step in (-1.0, 1.0))
            dense_s = np.arange(600.0, DAYS * 86_400 - 600, STEP_S)
            high, _, _, hidden = _seen(station, craft, ephemeris, ts, dense_s)
            seen = (high >= 5.0) & ~hidden
            turns = np.flatnonzero(seen[1:] != seen[:-1])
            rows.append({
                "orbit": orbit, "elements": elements, "site": site, "place": [latitude, longitude, height_km],
                "at_s": at_s.tolist(),
                "elevation_deg": elevation.round(6).tolist(), "azimuth_deg": azimuth.round(6).tolist(),
                "range_km": range_km.round(5).tolist(), "range_rate_km_s": ((after - before) / 2).round(6).tolist(),
                "dense_from_s": 600.0, "dense_step_s": STEP_S, "first_seen": bool(seen[0]),
                "turns_after_s": dense_s[turns].tolist(),
            })  # fmt: skip
    made = f"Skyfield {version('skyfield')}, {Path(sys.argv[1]).name}"
    document = {"made_by": made, "command": "python tools/make_lunar_contact_reference.py", "start_tai_s": START_TAI_S}
    OUT.write_text(json.dumps({**document, "days": DAYS, "rows": rows}, indent=None, separators=(",", ":")) + "\n")


def _seen(station, craft, ephemeris, ts, at_s):
    t = ts.tai_jd(2_451_544.5 + START_TAI_S / DAY_S, at_s / DAY_S)
    there, moon = (station.at(t).observe(one).apparent() for one in (craft, ephemeris["moon"]))
    elevation, azimuth, away = there.altaz()
    u, m = there.position.km, moon.position.km
    apart = np.arctan2(np.linalg.norm(np.cross(u, m, axis=0), axis=0), (u * m).sum(axis=0))
    disc = np.arcsin(MOON_KM / np.linalg.norm(m, axis=0))
    beyond = np.linalg.norm(u, axis=0) > np.sqrt((m**2).sum(axis=0) - MOON_KM**2)
    return elevation.degrees, azimuth.degrees, away.km, (apart < disc) & beyond


if __name__ == "__main__":
    main()
