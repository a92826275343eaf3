"""Every passage of a pad through an orbit plane, against the sign of the angle between them every few seconds."""

from __future__ import annotations

from math import asin, atan, cos, degrees, radians, sin, tan

import numpy as np
import pytest
from events_dense import START, STATION, random_orbit

from hamsafar.domain.places import Site
from hamsafar.events.plane_crossings import plane_crossings
from hamsafar.orbit.frames import site_itrs_km, teme_from_itrs
from hamsafar.orbit.times import grid
from hamsafar.timeline import NS_PER_S, Span

JIUQUAN = Site(id="jiuquan", name="Jiuquan", latitude_deg=40.958, longitude_deg=100.291, height_km=1.0)


def case(seed: int) -> int:
    random = np.random.default_rng(seed)
    trajectory = random_orbit(random)
    span = Span(START.plus(hours=float(random.uniform(0, 24))), START.plus(days=4))
    latitude = float(np.degrees(np.arcsin(random.uniform(-1, 1))))
    pad = Site(id="p", name="P", latitude_deg=latitude, longitude_deg=float(random.uniform(-180, 180)))
    found = plane_crossings(trajectory, pad, span)
    moments = grid(span, 10.0)
    r_km, v_km_s = trajectory.states_teme(moments)
    side = np.sum(teme_from_itrs(site_itrs_km(pad), moments) * np.cross(r_km, v_km_s), axis=-1) > 0
    changes = np.flatnonzero(side[1:] != side[:-1])
    assert len(found) == len(changes)
    for one, change in zip(found, changes, strict=True):
        assert moments[change] <= one.time.tai_ns <= moments[change] + 10 * NS_PER_S
        # The pad is carried east, from the plane's one side to the other: on the descending branch to the side of
        # the angular momentum of a prograde orbit.
        assert one.branch == ("descending" if side[change + 1] else "ascending")
        southward = 90 < one.azimuth_deg < 270
        assert southward == (one.branch == "descending")
    return len(found)


@pytest.mark.parametrize("part", range(2))
def test_every_crossing_and_no_other(part: int) -> None:
    assert sum(case(100 * part + n) for n in range(20)) > 60


@pytest.mark.slow
def test_every_crossing_and_no_other_of_a_thousand_pads() -> None:
    assert sum(case(10_000 + n) for n in range(1_000)) > 3_000


def test_the_azimuth_is_that_of_the_spherical_triangle() -> None:
    found = plane_crossings(STATION, JIUQUAN, Span(START, START.plus(days=10)))
    assert {one.branch for one in found} == {"ascending", "descending"}
    assert len(found) in (20, 21)  # two in 23 h 32 min
    geocentric = atan((1 - 1 / 298.257223563) ** 2 * tan(radians(JIUQUAN.latitude_deg)))
    for one in found:
        # sin(azimuth) = cos i / cos(latitude), from geocentric north; the geodetic one differs in the third decimal.
        # The osculating inclination ripples by 0.04 deg, which this close to the orbit's highest latitude is 0.5 deg.
        northward = degrees(asin(min(1.0, cos(radians(41.4677)) / cos(geocentric))))
        expected = northward if one.branch == "ascending" else 180 - northward
        assert one.azimuth_deg == pytest.approx(expected, abs=1.0)
        assert sin(radians(one.azimuth_deg)) > 0.98


def test_a_pad_beyond_the_orbit_has_none() -> None:
    north = Site(id="n", name="N", latitude_deg=62.9, longitude_deg=40.5)
    assert plane_crossings(STATION, north, Span(START, START.plus(days=5))) == ()
