"""Landings by one element set: near it by SGP4, far from it by the plane alone, and nothing lost between."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LandingOpportunity
from hamsafar.domain.vehicles import ReturnProfile
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.flight.far_landings import SitePlane, landing_passages
from hamsafar.flight.forecast import FOLLOWED_PHASE_SIGMA_DEG, station_forecast
from hamsafar.flight.landings import longest_crossrange_km, period_s
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.times import grid
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span

PATH = Path(__file__).parents[3] / "examples" / "tiangong-guest" / "elements.tle"
(SET,) = read_tles(PATH.read_text(encoding="utf-8"), where=str(PATH))
CATALOGUE = load()
STATION, SITE = CATALOGUE.station("tiangong"), CATALOGUE.site("dongfeng")
FIVE = CATALOGUE.ship("shenzhou").returns[0]
FORECAST = station_forecast([SET], STATION)
ORBIT_S = period_s(STATION)


def after(first_d: float, last_d: float) -> Span:
    return Span(SET.epoch.plus(days=first_d), SET.epoch.plus(days=last_d))


def in_reach(
    span: Span, profile: ReturnProfile = FIVE, site: Site = SITE, elements=SET
) -> tuple[LandingOpportunity, ...]:
    found = landing_passages(FORECAST, elements, profile, site, span)
    return tuple(one for one in found if one.crossrange_km <= longest_crossrange_km(profile, site))


def is_followed(one: LandingOpportunity) -> bool:
    return FORECAST.phase_sigma_deg(SET, one.landing) <= FOLLOWED_PHASE_SIGMA_DEG


@cache
def followed_d() -> float:
    """The first age, to an hour, at which the phase is no longer followed."""
    ages_h = np.arange(24, 24 * 200)
    lost = [
        FORECAST.phase_sigma_deg(SET, SET.epoch.plus(hours=float(age))) > FOLLOWED_PHASE_SIGMA_DEG for age in ages_h
    ]
    return float(ages_h[lost.index(True)]) / 24


@pytest.mark.parametrize("wide", [1.0, 8.0])
def test_near_every_second_looked_at_finds_the_same_landings(wide: float) -> None:
    profile = evolve(FIVE, max_crossrange_deg=FIVE.max_crossrange_deg * wide)
    span, path = after(0.3, 2.3), Sgp4Trajectory(SET)
    seconds = grid(span, 1.0)
    place, r_teme_km, normal = geometry(path, SITE, seconds)
    beyond = np.mod(np.degrees(phase_rad(place, r_teme_km, normal)) - profile.station_lead_deg + 180, 360) - 180
    close = np.abs(np.degrees(off_plane_rad(place, normal))) <= profile.max_crossrange_deg
    due = (beyond[:-1] < 0) & (beyond[1:] >= 0) & (beyond[1:] - beyond[:-1] < 180) & close[1:]
    found = in_reach(span, profile)
    assert len(found) == due.sum() >= 1
    for one, second in zip(found, seconds[1:][due], strict=True):
        assert 0 <= second - one.landing.tai_ns <= 1_000_000_000
        assert one.basis == "near"
        assert (one.elements_epoch, one.free_flight_min) == (SET.epoch, profile.undocking_to_landing_min)


def test_the_plane_over_the_site_is_that_of_sgp4_near_the_elements() -> None:
    found = landing_passages(FORECAST, SET, FIVE, SITE, after(-2.0, 2.0))
    tai_ns = np.array([one.landing.tai_ns for one in found], dtype=np.int64)
    place, _, normal = geometry(Sgp4Trajectory(SET), SITE, tai_ns)
    ours = SitePlane(FORECAST, SET, FIVE, SITE, after(-3.0, 3.0)).off_rad(tai_ns)
    assert len(found) > 20
    # 2e-3 deg: what SGP4's drift lacks (0.0023 deg a day) and its eccentricity adds, 0.2 km on the ground.
    np.testing.assert_allclose(np.degrees(ours), np.degrees(off_plane_rad(place, normal)), atol=4e-3)


@pytest.mark.parametrize("latitude_deg", [41.6, 35.0, -20.0])
def test_far_each_reach_of_the_plane_is_told_once_at_its_middle(latitude_deg: float) -> None:
    site = evolve(SITE, latitude_deg=latitude_deg)
    span = after(120.0, 125.0)
    plane = SitePlane(FORECAST, SET, FIVE, site, span.widened(86_400))
    moments = grid(span.widened(40_000), 5.0)
    inside = np.abs(np.degrees(plane.off_rad(moments))) <= FIVE.max_crossrange_deg
    opens, closes = (np.flatnonzero(np.diff(inside.astype(int)) == step) for step in (1, -1))
    closes = closes[closes > opens[0]]
    middles = [(moments[a] + moments[b]) // 2 for a, b in zip(opens, closes, strict=False)]
    wanted = [middle for middle in middles if span.start.tai_ns <= middle < span.end.tai_ns]
    found = landing_passages(FORECAST, SET, FIVE, site, span)
    assert len(found) == len(wanted) >= 4
    for one, middle in zip(found, wanted, strict=True):
        assert abs(one.landing.tai_ns - middle) <= 5_000_000_000  # the step
        assert one.basis == "far"
        plane_s = FORECAST.plane_sigma_s(SET, one.landing)
        # anywhere on the orbit, and the reach itself as unsure as the plane; the lead's own spread is in it
        assert one.sigma_s == pytest.approx(np.hypot(ORBIT_S / np.sqrt(12), plane_s), rel=0.01)
        assert one.crossrange_km <= longest_crossrange_km(FIVE, site)


def test_a_reach_of_several_orbits_holds_several_landings() -> None:
    wide = evolve(FIVE, max_crossrange_deg=5.0)
    span = after(100.0, 101.0)
    plane = SitePlane(FORECAST, SET, wide, SITE, span.widened(86_400 * 2))
    (reach,) = plane.reaches(span)
    number = int(reach.seconds // ORBIT_S)
    found = [one for one in landing_passages(FORECAST, SET, wide, SITE, reach) if one.basis == "far"]
    assert len(found) == number >= 2
    apart = [b.landing.seconds_since(a.landing) for a, b in pairwise(found)]
    assert apart == pytest.approx([ORBIT_S] * (number - 1), abs=1e-6)


@pytest.mark.parametrize("side", [-1, 1])
def test_where_the_phase_is_lost_no_reach_is_told_twice_or_not_at_all(side: int) -> None:
    """Day by day across the border: by the phase, and beyond it by the plane, never both in one reach."""
    border_d = side * followed_d()
    span = after(border_d - 4, border_d + 4)
    found = in_reach(span)
    sure = [one.sigma_s < 0.9 * ORBIT_S / np.sqrt(12) for one in found]
    assert sure == sorted(sure, reverse=side > 0)
    assert 0 < sum(sure) < len(sure)
    reaches = SitePlane(FORECAST, SET, FIVE, SITE, span.widened(3 * 86_400)).reaches(span)
    for reach in reaches:
        ways = {one.sigma_s < 0.9 * ORBIT_S / np.sqrt(12) for one in found if reach.contains(one.landing)}
        assert len(ways) <= 1
        if abs(reach.middle.seconds_since(SET.epoch)) > abs(border_d) * 86_400 + 3_600:
            assert ways == {False}


@settings(max_examples=20, deadline=None)
@given(first_d=st.floats(-60, 60), long_d=st.floats(0.5, 3), share=st.floats(0.01, 0.99))
def test_a_window_cut_anywhere_holds_the_same(first_d: float, long_d: float, share: float) -> None:
    whole = after(first_d, first_d + long_d)
    cut = SET.epoch.plus(days=first_d + share * long_d)
    parts = [*in_reach(Span(whole.start, cut)), *in_reach(Span(cut, whole.end))]
    together = in_reach(whole)
    assert len(parts) == len(together)
    for a, b in zip(parts, together, strict=True):
        assert abs(a.landing.tai_ns - b.landing.tai_ns) <= 1_000  # ns: rounding of a plane summed from elsewhere
        assert (a.basis, a.crossrange_km) == (b.basis, pytest.approx(b.crossrange_km, abs=1e-6))


def test_a_landing_on_the_end_of_a_window_belongs_to_the_next() -> None:
    for span in (after(1.0, 3.0), after(100.0, 102.0)):
        first = in_reach(span)[0].landing
        assert in_reach(Span(span.start, first)) == ()
        assert in_reach(Span(first, span.end))[0].landing == first


def test_years_are_searched_in_seconds() -> None:
    assert 330 <= len(in_reach(after(100.0, 465.0))) <= 375


def test_a_leap_second_moves_no_landing() -> None:
    """Over the last of 2016: the same seconds, counted as they pass, and the same landings however it is cut."""
    leap = Instant.utc(2017, 1, 1)
    elements = evolve(SET, epoch=leap.plus(hours=-30))
    forecast = station_forecast([elements], STATION)
    wide = evolve(FIVE, max_crossrange_deg=25.0)

    def found(span: Span) -> list[int]:
        return [one.landing.tai_ns for one in landing_passages(forecast, elements, wide, SITE, span)]

    span = Span(leap.plus(hours=-12), leap.plus(hours=12))
    seconds = grid(span, 1.0)
    place, r_teme_km, normal = geometry(Sgp4Trajectory(elements), SITE, seconds)
    beyond = np.mod(np.degrees(phase_rad(place, r_teme_km, normal)) - FIVE.station_lead_deg + 180, 360) - 180
    close = np.abs(np.degrees(off_plane_rad(place, normal))) < 30
    due = (beyond[:-1] < 0) & (beyond[1:] >= 0) & (beyond[1:] - beyond[:-1] < 180) & close[1:]
    landed = found(span)
    assert len(landed) == due.sum() >= 6
    assert all(0 <= second - at <= 1_000_000_000 for at, second in zip(landed, seconds[1:][due], strict=True))
    for cut in (leap, leap.plus(seconds=-1), leap.plus(seconds=-0.5)):
        assert found(Span(span.start, cut)) + found(Span(cut, span.end)) == landed
