"""Sunlit and visible passes, daylight below, targets by day and night, and shadows against rays past the ellipsoid."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from events_dense import START, STATION, Patchy, agrees, random_orbit, random_site
from numpy.typing import NDArray

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.errors import InputError
from hamsafar.events.daylight import daylight_gap_s, ground_daylight, sun_below_sine
from hamsafar.events.light import (
    daylight_target,
    is_sunlit,
    shadow_windows,
    sunlit_windows,
    visible_parts,
    visible_windows,
)
from hamsafar.events.pace import extrema_gap_s
from hamsafar.events.passes import Pass, elevation_deg, find_passes
from hamsafar.events.sun_events import dark_windows, sun_up_windows
from hamsafar.events.targets import off_nadir_windows, target_windows
from hamsafar.orbit.frames import geodetic, itrs_from_teme, site_itrs_km
from hamsafar.orbit.sun import sun_elevation_deg, sun_teme_km
from hamsafar.orbit.times import grid, tai_ns_of
from hamsafar.orbit.trajectory import HeldTrajectory
from hamsafar.timeline import NS_PER_S, Instant, Span, Windows

ISLAMABAD = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.54)
DAYS = Span(START.plus(days=20), START.plus(days=30))  # Islamabad has its passes by night, and at dawn later


def test_visible_is_up_and_lit_and_dark_below() -> None:
    windows = visible_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    moments = grid(DAYS, 4.0)
    up = elevation_deg(STATION, ISLAMABAD, moments) >= 10.0
    dark = sun_elevation_deg(ISLAMABAD, moments) <= -6.0
    agrees(windows, moments, up & dark & is_sunlit(STATION, moments))
    assert len(windows) > 2


def test_the_visible_parts_of_each_pass() -> None:
    passes = find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    sunlit = sunlit_windows(STATION, DAYS)
    parts = visible_parts(passes, sunlit=sunlit, dark=dark_windows(ISLAMABAD, DAYS, max_sun_deg=-6.0))
    assert len(parts) == len(passes)
    every = [span for of_pass in parts for span in of_pass]
    assert tuple(every) == visible_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0).spans
    for one, of_pass in zip(passes, parts, strict=True):
        assert all(one.span.covers(span) for span in of_pass)
    # Some pass begins or ends in the shadow: a part of it is visible, not the whole.
    assert any(of_pass and of_pass != (one.span,) for one, of_pass in zip(passes, parts, strict=True))
    assert any(not of_pass for of_pass in parts)


def test_unknown_is_neither_lit_nor_visible() -> None:
    patchy = Patchy(STATION, DAYS)
    sunlit = sunlit_windows(patchy, DAYS)
    assert sunlit.known == patchy.parts
    assert all(any(part.covers(span) for part in patchy.parts) for span in sunlit)
    visible = visible_windows(patchy, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    assert all(any(part.covers(span) for part in patchy.parts) for span in visible)
    by_day = next(span for span in sun_up_windows(ISLAMABAD, DAYS, min_sun_deg=0.0) if span.overlaps(DAYS))
    assert visible.state_at(by_day.middle) == "closed"  # whatever the station does, the site is not dark


def test_targets_by_night_by_day_and_in_twilight() -> None:
    moments = grid(DAYS, 4.0)
    up = elevation_deg(STATION, ISLAMABAD, moments) >= 40.0
    sun = sun_elevation_deg(ISLAMABAD, moments)
    night = target_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=40.0, max_sun_deg=-12.0)
    day = target_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=40.0, min_sun_deg=0.0)
    between = target_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=40.0, min_sun_deg=-12.0, max_sun_deg=0.0)
    agrees(night, moments, up & (sun <= -12.0))
    agrees(day, moments, up & (sun >= 0.0))
    agrees(between, moments, up & (sun >= -12.0) & (sun <= 0.0))
    assert len(night) > 0
    assert len(day) > 0
    assert day == daylight_target(STATION, ISLAMABAD, DAYS, min_elevation_deg=40.0, min_sun_deg=0.0)


def off_nadir_deg(trajectory: HeldTrajectory, site: Site, tai_ns: NDArray[np.int64]) -> NDArray[np.float64]:
    """The angle at the station between the Earth's centre and the site, by arctangent; 180 where the Earth hides it."""
    r = itrs_from_teme(trajectory.states_teme(tai_ns)[0], tai_ns)
    down, to_site = -r, site_itrs_km(site) - r
    angle = np.degrees(np.arctan2(np.linalg.norm(np.cross(down, to_site), axis=-1), np.sum(down * to_site, axis=-1)))
    beyond = np.sum(to_site * site_itrs_km(site), axis=-1) > 0  # past the tangent point of a ball through the site
    return np.where(beyond, 180.0, angle)


@pytest.mark.parametrize("limit_deg", [3.0, 30.0, 60.0, 75.0, 90.0])
def test_off_nadir_against_the_angle_itself(limit_deg: float) -> None:
    random = np.random.default_rng(int(limit_deg))
    span = Span(START, START.plus(days=1))
    for _ in range(6):
        trajectory = random_orbit(random)
        site = random_site(random, trajectory, span)
        moments = grid(span, 3.0)
        windows = off_nadir_windows(trajectory, site, span, max_off_nadir_deg=limit_deg)
        agrees(windows, moments, off_nadir_deg(trajectory, site, moments) <= limit_deg)


@pytest.mark.parametrize("limit_deg", [0.0, -1.0, 90.5, float("nan")])
def test_an_angle_off_nadir_outside_the_half_sky_is_refused(limit_deg: float) -> None:
    with pytest.raises(InputError, match="off the nadir"):
        off_nadir_windows(STATION, ISLAMABAD, DAYS, max_off_nadir_deg=limit_deg)


# Daylight below


def towards_the_sun(random: np.random.Generator, off_deg: float) -> HeldTrajectory:
    """An orbit whose pole is about `off_deg` from the Sun: it runs along the terminator."""
    sun = sun_teme_km(tai_ns_of(START))[0]
    pole = sun / np.linalg.norm(sun) + np.radians(off_deg) * random.normal(size=3)
    pole /= np.linalg.norm(pole)
    return HeldTrajectory(
        HeldOrbit(
            epoch=START,
            semi_major_axis_km=float(random.uniform(6_650, 8_500)),
            inclination_deg=float(np.degrees(np.arccos(pole[2]))),
            raan_deg=float(np.degrees(np.arctan2(pole[0], -pole[1]))) % 360,
            argument_of_latitude_deg=float(random.uniform(0, 360)),
        )
    )


def daylight_case(seed: int) -> None:
    random = np.random.default_rng(seed)
    span = Span(START, START.plus(days=1))
    along = random.random() < 0.5
    trajectory = towards_the_sun(random, float(random.choice([0.05, 0.3, 3.0]))) if along else random_orbit(random)
    limit_deg = float(random.normal(0, 0.2)) if along else float(random.uniform(-30, 60))
    moments = grid(span, 4.0)
    sine = sun_below_sine(trajectory, moments)
    agrees(ground_daylight(trajectory, span, min_sun_deg=limit_deg), moments, sine >= np.sin(np.radians(limit_deg)))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(sine)))) + 1
    gap_s = daylight_gap_s(trajectory, span)
    assert gap_s <= extrema_gap_s(trajectory, span)
    # Closer ones there may be where the ripple of the flattening folds, but only such as hardly differ: in degrees.
    for one, after in pairwise(turns):
        if (after - one) * 4.0 < gap_s - 8.0:
            assert abs(sine[after] - sine[one]) < np.radians(1e-4)


@pytest.mark.parametrize("part", range(2))
def test_daylight_below_sample_by_sample(part: int) -> None:
    for n in range(12):
        daylight_case(100 * part + n)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_daylight_below_of_a_thousand_orbits(part: int) -> None:
    for n in range(200):
        daylight_case(10_000 + 1_000 * part + n)


def test_the_suns_elevation_below_is_that_of_a_site_there() -> None:
    moments = grid(Span(START, START.plus(hours=20)), 977.0)
    latitude, longitude, _ = geodetic(itrs_from_teme(STATION.states_teme(moments)[0], moments))
    for n, moment in enumerate(moments):
        below = Site(id="b", name="B", latitude_deg=latitude[n], longitude_deg=longitude[n])
        expected = sun_elevation_deg(below, moments[n : n + 1])[0]
        ours = np.degrees(np.arcsin(sun_below_sine(STATION, moments[n : n + 1])[0]))
        assert ours == pytest.approx(expected, abs=1e-9), Instant(int(moment))


@pytest.mark.parametrize("limit_deg", [-91.0, 90.1, float("nan")])
def test_an_elevation_of_the_sun_beyond_the_sky_is_refused(limit_deg: float) -> None:
    with pytest.raises(InputError, match="elevation of the Sun"):
        ground_daylight(STATION, DAYS, min_sun_deg=limit_deg)


# The Sun close to a pole


@pytest.mark.parametrize("latitude", [90.0, 89.97, 89.95, 89.935, 89.93, 89.9, -89.94, -89.85])
@pytest.mark.parametrize("month", [3, 9])
def test_the_equinox_close_to_a_pole(latitude: float, month: int) -> None:
    """Where the Sun's daily rise is as small as the season's: every ten seconds, by the hour."""
    site = Site(id="p", name="P", latitude_deg=latitude, longitude_deg=20.0)
    span = Span(Instant.utc(2026, month, 17), Instant.utc(2026, month, 29))
    moments = grid(span, 10.0)
    elevation = sun_elevation_deg(site, moments)
    turns = elevation[1:-1][np.diff(np.sign(np.diff(elevation))) != 0]
    for limit_deg in {-0.8333, 0.0, *(float(turn) + sign * 1e-5 for turn in turns[:4] for sign in (1, -1))}:
        agrees(sun_up_windows(site, span, min_sun_deg=limit_deg), moments, elevation >= limit_deg)
        agrees(dark_windows(site, span, max_sun_deg=limit_deg), moments, elevation <= limit_deg)


# Shadows against rays


def clearance_km(r_km: NDArray[np.float64], sun_km: NDArray[np.float64], *, greatest: bool) -> float:
    """How far the ray that passes the Earth's ellipsoid furthest (or nearest) from the Sun's rim stays clear of it.

    The Sun is a ball of 695,700 km seen from the station, its rim a cone of rays; each ray's distance is taken in the
    space in which the ellipsoid is a ball. 360 rays, then closer ones around the best.
    """
    to_sun = sun_km - r_km
    distance = np.linalg.norm(to_sun)
    axis, sine = to_sun / distance, 695_700.0 / distance
    side = np.cross(axis, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    stretch = np.array([1.0, 1.0, 1 / (1 - 1 / 298.257223563)])
    point = r_km * stretch
    turn, half = np.linspace(0, 2 * np.pi, 361), 2 * np.pi / 360
    for _ in range(4):
        rim = sine * (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * other)
        ray = (np.sqrt(1 - sine**2) * axis + rim) * stretch
        ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
        towards = ray @ point
        nearest = np.sqrt(np.maximum(0.0, point @ point - np.minimum(towards, 0.0) ** 2))
        best = int(np.argmax(nearest) if greatest else np.argmin(nearest))
        turn = turn[best] + np.linspace(-half, half, 41)
        half /= 20
    return float(nearest.max() if greatest else nearest.min()) - 6_378.137


def edge_errors_s(seed: int, kind: Literal["umbra", "penumbra"]) -> list[float]:
    """How far our edges of the shadow are from those of the rays, s, over four hours of a random orbit and day."""
    random = np.random.default_rng(seed)
    trajectory = random_orbit(random, start=START.plus(days=float(random.uniform(0, 365))))
    span = Span(trajectory.held.epoch, trajectory.held.epoch.plus(hours=4))
    found = []
    for one in shadow_windows(trajectory, span, kind).spans[:2]:
        for edge, into in ((one.start, 1), (one.end, -1)):
            if edge in (span.start, span.end):
                continue

            def lit(at_ns: int) -> bool:
                at = np.array([at_ns])
                r_km, sun_km = trajectory.states_teme(at)[0][0], sun_teme_km(at)[0]
                return clearance_km(r_km, sun_km, greatest=kind == "umbra") > 0

            reach_ns = 10 * NS_PER_S // 1_000
            assert lit(edge.tai_ns - into * reach_ns), (seed, kind, edge)
            assert not lit(edge.tai_ns + into * reach_ns), (seed, kind, edge)
            outside, inside = edge.tai_ns - into * reach_ns, edge.tai_ns + into * reach_ns
            while abs(inside - outside) > 50_000:
                middle = (outside + inside) // 2
                outside, inside = (middle, inside) if lit(middle) else (outside, middle)
            found.append(abs(edge.tai_ns - outside) / NS_PER_S)
    return found


@pytest.mark.parametrize("kind", ["umbra", "penumbra"])
def test_shadow_edges_against_rays(kind: Literal["umbra", "penumbra"]) -> None:
    errors = [error for seed in range(20) for error in edge_errors_s(seed, kind)]
    assert len(errors) > 20
    assert max(errors) < 0.003  # 1 ms of the search, and 1 to 2 ms of the Sun's stretching where an orbit grazes


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["umbra", "penumbra"])
def test_shadow_edges_against_rays_for_hundreds_of_orbits(kind: Literal["umbra", "penumbra"]) -> None:
    errors = [error for seed in range(1_000, 1_400) for error in edge_errors_s(seed, kind)]
    assert np.percentile(errors, 99) < 0.0012
    assert max(errors) < 0.006


def test_a_pass_keeps_its_first_visible_part() -> None:
    start = Instant.utc(2026, 9, 19)

    def span(first_s: float, last_s: float) -> Span:
        return Span(start.plus(seconds=first_s), start.plus(seconds=last_s))

    whole = span(-1_000, 2_000)
    # Lit from before the pass on, and again later in it: both parts count.
    lit = Windows.within(whole, [span(-50, 60), span(200, 260), span(500, 900)])
    dark = Windows.within(whole, [whole])
    one = Pass(
        rise=start,
        culmination=start.plus(seconds=150),
        set=start.plus(seconds=300),
        rise_azimuth_deg=0.0,
        culmination_azimuth_deg=0.0,
        set_azimuth_deg=0.0,
        max_elevation_deg=30.0,
        range_km=800.0,
    )
    assert visible_parts([one], sunlit=lit, dark=dark) == ((span(0, 60), span(200, 260)),)
