"""The station in GCRS and ITRS against Skyfield's, as it comes and with the Earth orientation it leaves out."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skyfield.api import EarthSatellite, load
from skyfield.framelib import itrs

from hamsafar.formats.tle import read_tles
from hamsafar.orbit.frames import polar_motion_rad, states_from_teme, ut1_minus_tai_s
from hamsafar.orbit.times import Floats, TaiNs, grid, julian_date_tt
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Span

ELEMENTS = (Path(str(files("hamsafar"))).parents[1] / "examples" / "tiangong-guest" / "elements.tle").read_text()
STATION = Sgp4Trajectory(read_tles(ELEMENTS, where="elements.tle")[-1])
EPOCH = STATION.elements.epoch
MOMENTS = grid(Span(EPOCH, EPOCH.plus(days=30)), 43_217)


def skyfield_states(tai_ns: TaiNs, *, our_ut1: bool, our_pole: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """GCRS and ITRS positions (n, 3) km and velocities km/s."""
    timescale = load.timescale(builtin=True)
    if our_pole:
        x_rad, y_rad = polar_motion_rad(tai_ns)
        tt = sum(julian_date_tt(tai_ns))
        timescale.polar_motion_table = tt, np.degrees(x_rad) * 3_600, np.degrees(y_rad) * 3_600
    t: Any = timescale.tt_jd(*julian_date_tt(tai_ns))
    if our_ut1:
        t.delta_t = 32.184 - ut1_minus_tai_s(tai_ns)
    seen = EarthSatellite(*STATION.elements.text[-2:], ts=timescale).at(t)
    r_itrs, v_itrs = seen.frame_xyz_and_velocity(itrs)
    return seen.position.km.T, seen.velocity.km_per_s.T, r_itrs.km.T, v_itrs.km_per_s.T


def ours(frame: Any) -> tuple[Floats, Floats]:
    return states_from_teme(frame, *STATION.states_teme(MOMENTS), MOMENTS)


def apart_m(left: Floats, right: Floats) -> Floats:
    found: Floats = np.linalg.norm(left - right, axis=-1) * 1_000
    return found


# What Skyfield leaves out as it comes, at the station's height, in metres (least and most of 60 moments over 30 days):
# its built-in delta T is a forecast of years ago, 0.12 s off by now, and its default has no polar motion (0.3 arcsec).
@pytest.mark.parametrize(
    ("our_ut1", "our_pole", "least_m", "most_m"),
    [(False, False, 20, 90), (False, True, 20, 90), (True, False, 0.5, 16)],
)
def test_what_skyfield_leaves_out(our_ut1: bool, our_pole: bool, least_m: float, most_m: float) -> None:
    _, _, r_itrs, _ = skyfield_states(MOMENTS, our_ut1=our_ut1, our_pole=our_pole)
    apart = apart_m(ours("ITRS")[0], r_itrs)
    assert least_m < apart.min() < apart.max() < most_m


def test_with_the_same_earth_orientation_states_are_those_of_skyfield() -> None:
    r_gcrs, v_gcrs, r_itrs, v_itrs = skyfield_states(MOMENTS, our_ut1=True, our_pole=True)
    r, v = ours("GCRS")
    # A metre is asked for; what is left is the rounding of its Julian dates (1e-8 s is 0.1 mm).
    assert apart_m(r, r_gcrs).max() < 0.005
    assert apart_m(v, v_gcrs).max() < 1e-5
    r, v = ours("ITRS")
    assert apart_m(r, r_itrs).max() < 0.005
    assert apart_m(v, v_itrs).max() < 2e-3  # it turns about the pole of ITRS, we about that of date


def test_gcrs_needs_none_of_it() -> None:
    r_gcrs, _, _, _ = skyfield_states(MOMENTS, our_ut1=False, our_pole=False)
    assert apart_m(ours("GCRS")[0], r_gcrs).max() < 0.005  # GMST and GAST take the same UT1, so that it cancels
