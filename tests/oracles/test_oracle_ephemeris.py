"""Events along a table of states are those along the orbit that the states are of; gaps are unknown."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np

from hamsafar.domain.places import Site
from hamsafar.events.light import umbra
from hamsafar.events.passes import find_passes, pass_windows
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.ephemeris import EphemerisTrajectory, StateTable
from hamsafar.orbit.frames import Frame, states_from_teme
from hamsafar.orbit.times import grid
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span

ELEMENTS = Path(str(files("hamsafar"))).parents[1] / "examples" / "tiangong-guest" / "elements.tle"
STATION = Sgp4Trajectory(read_tles(ELEMENTS.read_text(encoding="ascii"), where="elements.tle")[-1])
START = Instant.utc(2026, 9, 19)
SITE = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.54)


def tabulated(start: Instant, days: float, frame: Frame) -> StateTable:
    at_ns = grid(Span(start, start.plus(days=days, seconds=0.001)), 240)
    r, v = states_from_teme(frame, *STATION.states_teme(at_ns), at_ns)
    return StateTable(tai_ns=at_ns, position_km=r, velocity_km_s=v, frame=frame)


def test_passes_and_shadows_along_a_table_are_those_along_the_orbit() -> None:
    table = EphemerisTrajectory([tabulated(START, 5, "EME2000"), tabulated(START.plus(days=5), 5, "ITRS")])
    span = table.span
    ours, true = (find_passes(of, SITE, span, min_elevation_deg=5.0) for of in (table, STATION))
    assert len(ours) == len(true) > 40
    edges = np.array(
        [
            [one.rise.tai_ns - other.rise.tai_ns, one.set.tai_ns - other.set.tai_ns]
            for one, other in zip(ours, true, strict=True)
        ]
    )
    # The table is met to 0.7 m, 0.1 ms of flight, and ten times that on a low pass.
    assert np.abs(edges).max() < 0.002 * NS_PER_S
    dark, truly_dark = umbra(table, span), umbra(STATION, span)
    assert len(dark) == len(truly_dark) > 150
    entries = np.array([one.start.tai_ns - other.start.tai_ns for one, other in zip(dark, truly_dark, strict=True)])
    assert np.abs(entries).max() < 0.002 * NS_PER_S


def test_what_a_gap_hides_is_unknown_and_never_closed() -> None:
    table = EphemerisTrajectory([tabulated(START, 2, "GCRS"), tabulated(START.plus(days=3), 2, "GCRS")])
    week = Span(START.plus(days=-1), START.plus(days=6))
    windows = pass_windows(table, SITE, week, min_elevation_deg=5.0)
    true = pass_windows(STATION, SITE, week, min_elevation_deg=5.0)
    assert windows.known == table.coverage
    for one in true:
        state = windows.state_at(one.middle)
        inside = any(part.contains(one.middle) for part in table.coverage)
        assert state == ("open" if inside else "unknown")
    assert 0 < len(windows) < len(true)
