"""When a pad passes through the plane that a station over it has: against SGP4 with the station put over the pad."""

from __future__ import annotations

from math import asin, atan, degrees, radians, sin, tan

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.domain.places import Site
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad, place_teme
from hamsafar.events.plane_crossings import plane_crossings
from hamsafar.flight import station_forecast
from hamsafar.flight.pad_crossings import PadPlane
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span
from made_history import FIRST, bare

STATION, PAD = load().station("tiangong"), load().site("jiuquan")
BRANCHES = st.sampled_from(["ascending", "descending"])


def _elements(inclination_deg=41.47, raan_deg=120.0, motion_rev_d=15.6, epoch=FIRST):
    return evolve(
        bare(motion_rev_d),
        norad=STATION.norad,
        epoch=epoch,
        inclination_deg=inclination_deg,
        raan_deg=raan_deg,
        eccentricity=1e-5,
    )


def _plane(elements, span, pad, branch):
    forecast = station_forecast([elements], STATION)
    return PadPlane(forecast, forecast.plane(elements, span.widened(2 * 86_400.0)), pad, branch)


def _pad(geocentric_deg):
    # (1 - f)^2 tan(geodetic) = tan(geocentric), WGS-84
    latitude = degrees(atan(tan(radians(geocentric_deg)) / (1 - 1 / 298.257223563) ** 2))
    return Site(id="pad", name="Pad", latitude_deg=latitude, longitude_deg=100.0)


def _put_over(elements, pad, tai_ns):
    """The set with its mean anomaly such that the station is over the pad at a moment."""
    at = np.array([tai_ns], dtype=np.int64)
    for _ in range(4):
        ahead_deg = float(np.degrees(phase_rad(*geometry(Sgp4Trajectory(elements), pad, at)))[0])
        elements = evolve(elements, mean_anomaly_deg=(elements.mean_anomaly_deg - ahead_deg) % 360.0)
    return elements


@settings(max_examples=60, deadline=None)
@given(
    inclination_deg=st.floats(20, 75),
    share=st.floats(-0.983, 0.983),  # of the latitudes that the orbit reaches; Jiuquan is at 0.983 of Tiangong's
    raan_deg=st.floats(0, 360, exclude_max=True),
    motion_rev_d=st.floats(15.5, 15.7),
    branch=BRANCHES,
)
def test_the_crossing_is_that_of_the_osculating_plane_of_a_station_over_the_pad(
    inclination_deg, share, raan_deg, motion_rev_d, branch
):
    pad = _pad(share * inclination_deg)
    rough = _elements(inclination_deg, raan_deg, motion_rev_d)
    span = Span(FIRST.plus(hours=1), FIRST.plus(hours=26))
    forecast = station_forecast([rough], STATION)
    mean = forecast.plane(rough, span.widened(2 * 86_400.0))
    found = PadPlane(forecast, mean, pad, branch).crossings(span)
    assert found.exists.all()
    crossing = Instant(int(found.tai_ns[0]))
    node, inclination = mean.at(found.tai_ns[:1])
    fresh = evolve(rough, epoch=crossing, raan_deg=degrees(node[0]) % 360, inclination_deg=degrees(inclination[0]))
    over = Sgp4Trajectory(_put_over(fresh, pad, crossing.tai_ns))
    near = Span(crossing.plus(minutes=-20), crossing.plus(minutes=20))
    by_sgp4 = [one.time.seconds_since(crossing) for one in plane_crossings(over, pad, near) if one.branch == branch]
    assert min(map(abs, by_sgp4)) < 0.5  # SGP4's ripple also swings with the station's momentary distance


@pytest.mark.parametrize("branch", ["ascending", "descending"])
@pytest.mark.parametrize("latitude_deg", [40.77, -33.0, 0.0])
def test_none_is_lost_against_dense_sampling(latitude_deg, branch):
    pad, elements = _pad(latitude_deg), _elements()
    span = Span(FIRST, FIRST.plus(days=40))
    plane = _plane(elements, span, pad, branch)
    found = plane.crossings(span)
    dense = np.arange(span.start.tai_ns, span.end.tai_ns, 60_000_000_000, dtype=np.int64)
    off = off_plane_rad(place_teme(pad, dense), plane.normals(dense))
    rises = (off[:-1] < 0) & (off[1:] >= 0) if branch == "descending" else (off[:-1] >= 0) & (off[1:] < 0)
    assert found.exists.all()
    assert len(found.tai_ns) == rises.sum()
    assert np.abs(found.tai_ns - dense[:-1][rises]).max() <= 60_000_000_000
    assert np.abs(off_plane_rad(place_teme(pad, found.tai_ns), plane.normals(found.tai_ns))).max() < 1e-9


@settings(max_examples=30, deadline=None)
@given(cut_h=st.floats(0.01, 239.9), branch=BRANCHES)
def test_a_span_cut_anywhere_has_the_same_crossings(cut_h, branch):
    elements, whole = _elements(), Span(FIRST, FIRST.plus(days=10))
    plane = _plane(elements, whole, PAD, branch)
    cut = FIRST.plus(hours=cut_h)
    parts = [plane.crossings(Span(whole.start, cut)), plane.crossings(Span(cut, whole.end))]
    together = np.concatenate([part.tai_ns for part in parts])
    one_piece = plane.crossings(whole).tai_ns
    assert together.size == one_piece.size
    assert np.abs(together - one_piece).max() <= 1_000  # a microsecond: the rounds of the search end that close


@pytest.mark.parametrize(("beyond_deg", "passes"), [(-0.05, True), (0.2, False)])
def test_a_pad_beyond_the_latitudes_of_the_plane_never_passes_it(beyond_deg, passes):
    elements, span = _elements(), Span(FIRST, FIRST.plus(days=5))
    found = _plane(elements, span, _pad(elements.inclination_deg + beyond_deg), "descending").crossings(span)
    assert found.exists.all() == passes
    assert found.exists.any() == passes
    assert found.tai_ns.size == 5  # the closest approaches, where there is no crossing


def test_the_ripple_at_the_pad_is_what_the_mean_plane_lacks():
    # At the northern turn J2 tilts the plane down by 3/4 J2 (R/a)^2 sin i cos i: half of it swings to either side.
    elements, span = _elements(), Span(FIRST, FIRST.plus(days=1))
    plane = _plane(elements, span, _pad(41.46), "descending")
    _, inclination, place = plane.at(np.array([span.middle.tai_ns]))
    assert degrees(asin(place[0, 2])) == pytest.approx(41.46, abs=2e-4)
    swing_deg = degrees(0.75 * 1.0826e-3 * (6_378.137 / 6_765) ** 2 * sin(radians(82.94)) / 2)
    assert degrees(inclination[0]) == pytest.approx(41.47 - swing_deg, abs=1e-3)
