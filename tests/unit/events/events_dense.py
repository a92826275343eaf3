"""What the tests of events share: random orbits and sites, and windows held against dense samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.frames import geodetic, itrs_from_teme
from hamsafar.orbit.times import TaiNs, tai_ns_of
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span, Windows

TIANGONG = """\
1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990
2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703
"""
ELEMENTS = read_tles(TIANGONG, where="tiangong.tle")[0]
STATION = Sgp4Trajectory(ELEMENTS)
START = ELEMENTS.epoch


def random_orbit(random: np.random.Generator, *, start: Instant = START, most_km: float = 8_500.0) -> HeldTrajectory:
    """A circular orbit of any plane, 270 km high or more."""
    return HeldTrajectory(
        HeldOrbit(
            epoch=start,
            semi_major_axis_km=float(random.uniform(6_650, most_km)),
            inclination_deg=float(random.uniform(0, 120)),
            raan_deg=float(random.uniform(0, 360)),
            argument_of_latitude_deg=float(random.uniform(0, 360)),
        )
    )


def random_site(random: np.random.Generator, trajectory: HeldTrajectory, span: Span) -> Site:
    """Any place of the Earth, or, every third time, one within 10 km of the ground track."""
    latitude = float(np.degrees(np.arcsin(random.uniform(-1, 1))))
    longitude = float(random.uniform(-180, 180))
    if random.random() < 1 / 3:
        at = tai_ns_of(span.start.plus(seconds=float(random.uniform(0, span.seconds))))
        track = geodetic(itrs_from_teme(trajectory.states_teme(at)[0], at))
        latitude, longitude = (float(one[0] + random.normal(0, 0.05)) for one in track[:2])
    return Site(id="s", name="S", latitude_deg=float(np.clip(latitude, -90, 90)), longitude_deg=longitude)


def agrees(windows: Windows, tai_ns: TaiNs, is_open: NDArray[np.bool_], *, edge_s: float = 0.002) -> None:
    """Every sample is judged as the windows say, but for those within `edge_s` of an end."""
    edges = np.array([moment.tai_ns for span in windows.spans for moment in (span.start, span.end)], dtype=np.int64)
    inside = np.searchsorted(edges, tai_ns, side="right") % 2 == 1
    for n in np.flatnonzero(inside != is_open):
        assert np.abs(edges - tai_ns[n]).min(initial=2**62) <= edge_s * NS_PER_S, Instant(int(tai_ns[n]))


class Patchy:
    """A trajectory that has no states in the middle third of a span."""

    def __init__(self, trajectory: HeldTrajectory | Sgp4Trajectory, span: Span) -> None:
        self.trajectory = trajectory
        third_s = span.seconds / 3
        self.parts = (
            Span(span.start, span.start.plus(seconds=third_s)),
            Span(span.end.plus(seconds=-third_s), span.end),
        )

    def states_teme(self, tai_ns: TaiNs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        for moment in tai_ns:
            assert any(part.start.tai_ns <= moment <= part.end.tai_ns for part in self.parts)
        return self.trajectory.states_teme(tai_ns)

    def known(self, span: Span) -> tuple[Span, ...]:
        cut = (part.intersect(span) for part in self.parts)
        return tuple(part for part in cut if part is not None)
