"""The Earth's magnetic field against another program, and the South Atlantic anomaly against dense samples."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from events_dense import START, STATION, Patchy, agrees, random_orbit

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.events.anomaly import (
    BOUNDARY_NT,
    CELL_SHARE,
    EAST_DEG,
    HIDDEN_NT,
    NORTH_DEG,
    SOUTH_DEG,
    WEST_DEG,
    anomaly_windows,
    surface_intensity_nt,
)
from hamsafar.events.below import below_deg, surface_km
from hamsafar.events.geomagnetic import field_intensity_nt, field_range
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.frames import site_itrs_km
from hamsafar.orbit.times import grid, tai_ns_of
from hamsafar.orbit.trajectory import HeldTrajectory
from hamsafar.timeline import Instant, Span

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parent / "igrf_reference.json").read_text(encoding="utf-8"))


def test_the_field_is_that_of_another_program() -> None:
    assert len(REFERENCE["field"]) > 100
    for row in REFERENCE["field"]:
        day = date.fromisoformat(row["day"])
        place = {name: row[name] for name in ("latitude_deg", "longitude_deg", "height_km")}
        r_km = site_itrs_km(Site(id="p", name="P", **place))[None]
        ours = field_intensity_nt(r_km, tai_ns_of(Instant.utc(day.year, day.month, day.day)))[0]
        assert ours == pytest.approx(row["intensity_nt"], abs=1e-3), row  # printed to 0.0001 nT


def test_a_dipole_alone_at_its_pole_and_equator(monkeypatch: pytest.MonkeyPatch) -> None:
    """With g(1, 0) alone the field is 2 g over the pole and g over the equator, falling with the cube of the radius."""
    from hamsafar.events import geomagnetic

    model = geomagnetic._model()
    alone = np.zeros_like(model.g)
    alone[:, 1, 0] = -30_000.0
    dipole = geomagnetic._Model(model.tai_ns, alone, np.zeros_like(alone))
    monkeypatch.setattr(geomagnetic, "_model", lambda: dipole)
    places = np.array([[0.0, 0.0, 6_371.2], [6_371.2, 0.0, 0.0], [0.0, -2 * 6_371.2, 0.0], [0.0, 0.0, -6_371.2]])
    found = field_intensity_nt(places, np.full(4, START.tai_ns))
    assert found == pytest.approx([60_000, 30_000, 3_750, 60_000], rel=1e-9)


def test_the_field_is_not_known_outside_its_model() -> None:
    covered = field_range()
    assert (covered.start, covered.end) == (Instant.utc(1975, 1, 1), Instant.utc(2030, 1, 1))
    place = np.array([[7_000.0, 0.0, 0.0]])
    for moment in (Instant.utc(1974, 12, 31, 23, 59, 59), covered.end):
        with pytest.raises(OutOfRangeError, match="magnetic field is known"):
            field_intensity_nt(place, tai_ns_of(moment))
    span = Span(covered.end.plus(days=-1), covered.end.plus(days=1))
    trajectory = HeldTrajectory(
        HeldOrbit(
            epoch=span.start,
            semi_major_axis_km=6_765,
            inclination_deg=41.5,
            raan_deg=0.0,
            argument_of_latitude_deg=0.0,
        )
    )
    windows = anomaly_windows(trajectory, span)
    assert windows.known == (Span(span.start, covered.end),)
    assert len(windows) > 5
    assert windows.state_at(span.end.plus(seconds=-1)) == "unknown"
    after = anomaly_windows(trajectory, Span(covered.end, span.end))
    assert (after.spans, after.known) == ((), ())


@pytest.mark.parametrize("year", [1975, 1990, 2005, 2015, 2026, 2029])
def test_the_boundary_is_one_closed_line_inside_the_box_that_is_searched(year: int) -> None:
    latitudes, longitudes = np.arange(-89.0, 90.0, 2.0), np.arange(-180.0, 180.0, 2.0)
    latitude, longitude = (one.ravel() for one in np.meshgrid(latitudes, longitudes, indexing="ij"))
    moments = np.full(latitude.size, Instant.utc(year, 7, 1).tai_ns)
    intensity = field_intensity_nt(surface_km(latitude, longitude)[0], moments)
    inside = (latitude > SOUTH_DEG + 3) & (latitude < NORTH_DEG - 3)
    inside &= (longitude > WEST_DEG + 3) & (longitude < EAST_DEG - 3)
    assert intensity[~inside].min() > BOUNDARY_NT + 2 * HIDDEN_NT
    low = (intensity <= BOUNDARY_NT).reshape(latitudes.size, longitudes.size)
    reached = np.zeros_like(low)
    reached[np.unravel_index(np.argmin(intensity), low.shape)] = True
    for _ in range(200):  # spread to neighbours until nothing is added
        spread = reached.copy()
        spread[1:] |= reached[:-1]
        spread[:-1] |= reached[1:]
        spread[:, 1:] |= reached[:, :-1]
        spread[:, :-1] |= reached[:, 1:]
        reached = spread & low
    assert np.array_equal(reached, low)
    assert 0.1 < low.mean() < 0.25


def case(seed: int) -> int:
    random = np.random.default_rng(seed)
    start = Instant.utc(int(random.integers(1975, 2029)), int(random.integers(1, 13)), 1)
    trajectory = random_orbit(random, start=start)
    span = Span(start, start.plus(days=1))
    boundary_nt = float(random.choice([BOUNDARY_NT, random.uniform(22_500, BOUNDARY_NT)]))
    windows = anomaly_windows(trajectory, span, boundary_nt=boundary_nt)
    moments = grid(span, 5.0)
    intensity = surface_intensity_nt(trajectory, moments)
    agrees(windows, moments, intensity <= boundary_nt)
    edges = [moment for one in windows for moment in (one.start, one.end) if moment not in (span.start, span.end)]
    at_edges = surface_intensity_nt(trajectory, tai_ns_of(tuple(edges)))
    assert np.all(at_edges <= boundary_nt + 1e-4)  # inside, but for what the polynomials are off
    assert np.all(at_edges > boundary_nt - 0.1)  # 1 ms of under 100 nT/s
    turns = np.flatnonzero(np.diff(np.sign(np.diff(intensity)))) + 1
    for one, after in pairwise(turns):
        weak = min(intensity[one], intensity[after]) < BOUNDARY_NT + 3_000
        if weak and (after - one) * 5.0 < CELL_SHARE * extrema_gap_s(trajectory, span):
            assert abs(intensity[after] - intensity[one]) < HIDDEN_NT / 2
    return len(windows)


@pytest.mark.parametrize("part", range(2))
def test_the_anomaly_sample_by_sample(part: int) -> None:
    assert sum(case(100 * part + n) for n in range(8)) > 30


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_the_anomaly_sample_by_sample_for_thousands_of_orbits(part: int) -> None:
    assert sum(case(10_000 + 1_000 * part + n) for n in range(350)) > 1_500


def test_a_grazing_passage_is_found_and_a_near_miss_is_not() -> None:
    """An orbit whose track's northern turn, or its southern one, only just reaches the boundary."""

    def station(inclination_deg: float) -> HeldTrajectory:
        return HeldTrajectory(
            HeldOrbit(
                epoch=START,
                semi_major_axis_km=6_765,
                inclination_deg=inclination_deg,
                raan_deg=200.0,
                argument_of_latitude_deg=0.0,
            )
        )

    span = Span(START, START.plus(days=1))
    moments = grid(span, 10.0)
    found = 0
    for inclination_deg in (5.0, 12.0, 20.0, 30.0, 41.0, 60.0, 95.0):
        trajectory = station(inclination_deg)
        intensity = surface_intensity_nt(trajectory, moments)
        here = intensity[1:-1]
        lows = np.flatnonzero((here < intensity[:-2]) & (here < intensity[2:]) & (here < BOUNDARY_NT - 1)) + 1
        for low in lows[:3]:
            fine = np.arange(moments[low] - 10**10, moments[low] + 10**10, 10**7)
            course = surface_intensity_nt(trajectory, fine)
            least = float(course.min())
            for off_nt, met in ((1e-4, True), (-1e-3, False)):
                windows = anomaly_windows(trajectory, span, boundary_nt=least + off_nt)
                at = Instant(int(fine[np.argmin(course)]))
                assert any(one.widened(1.0).contains(at) for one in windows) is met
                found += 1
    assert found > 30


@pytest.mark.parametrize("boundary_nt", [19_999.0, 32_001.0, float("nan")])
def test_a_boundary_that_is_none_of_the_anomaly_is_refused(boundary_nt: float) -> None:
    with pytest.raises(InputError, match="anomaly's boundary"):
        anomaly_windows(STATION, Span(START, START.plus(days=1)), boundary_nt=boundary_nt)


def test_a_day_of_the_station() -> None:
    """Several passages in a row each day, over the South Atlantic and what lies around it."""
    windows = anomaly_windows(STATION, Span(START, START.plus(days=1)))
    assert 8 <= len(windows) <= 18
    # The boundary is 160 deg of longitude wide: along it the station takes nearly half a turn.
    assert 2_000 < max(one.seconds for one in windows) < 3_000
    share = sum(one.seconds for one in windows) / 86_400
    assert 0.1 < share < 0.3
    for one in windows:
        latitude, longitude = below_deg(STATION, tai_ns_of(one.middle))
        assert SOUTH_DEG < latitude[0] < NORTH_DEG
        assert -160 < longitude[0] < 40


def test_where_the_trajectory_is_unknown_so_is_the_anomaly() -> None:
    span = Span(START, START.plus(days=1))
    patchy = Patchy(STATION, span)
    windows = anomaly_windows(patchy, span)
    assert windows.known == patchy.parts
    assert len(windows) > 3
