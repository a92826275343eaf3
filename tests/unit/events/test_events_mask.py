"""Passes over horizons of any shape, against dense samples, grazing ones and walls included."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from events_dense import START, STATION, Patchy, agrees, random_orbit, random_site

from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.errors import InputError
from hamsafar.events.mask import horizon_deg, masked_passes, masked_windows
from hamsafar.events.passes import find_passes, look_angles, windows_of_passes
from hamsafar.orbit.times import grid
from hamsafar.timeline import Span

ISLAMABAD = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.54)
DAYS = Span(START, START.plus(days=3))


def horizon(*points: tuple[float, float]) -> Horizon:
    return Horizon(points=tuple(HorizonPoint(azimuth_deg=a, elevation_deg=e) for a, e in points))


def random_horizon(random: np.random.Generator) -> Horizon:
    """Up to 40 points, some walls, from below the level up to near the zenith."""
    count = int(random.integers(1, 40))
    azimuths = np.sort(random.uniform(0, 360, count))
    if random.random() < 0.3:
        azimuths = np.unique(np.round(azimuths, -1))
    highest = random.choice([20.0, 45.0, 89.0])
    points: list[tuple[float, float]] = []
    for azimuth in azimuths:
        points.append((float(azimuth), float(random.uniform(-5, highest))))
        if random.random() < 0.3:
            points.append((float(azimuth), float(random.uniform(-5, 60))))
    if points[0][0] == 0.0 and points[-1][0] == 360.0:
        points = [point for point in points if point[0] != 360.0]
    return horizon(*points)


def against_samples(seed: int) -> int:
    """How many passes one random case has; each second of half a day is judged as the passes say."""
    random = np.random.default_rng(seed)
    span = Span(START, START.plus(hours=12))
    trajectory = random_orbit(random, most_km=float(random.choice([7_000.0, 8_500.0, 45_000.0], p=[0.6, 0.3, 0.1])))
    site, mask = random_site(random, trajectory, span), random_horizon(random)
    passes = masked_passes(trajectory, site, span, mask)
    moments = grid(span, 1.0)
    azimuth, elevation, _ = look_angles(trajectory, site, moments)
    agrees(windows_of_passes(passes, span), moments, elevation >= horizon_deg(mask, azimuth))
    assert masked_windows(trajectory, site, span, mask).known == (span,)
    for one, after in pairwise(passes):
        assert one.set < after.rise
    for one in passes:
        assert one.rise <= one.culmination <= one.set
        inside = look_angles(trajectory, site, grid(one.span, max(0.2, one.span.seconds / 40)))[1]
        # The cone about the zenith turns over in 1 ms, at 8 km/s and 250 km.
        assert inside.max() <= one.max_elevation_deg + 2e-3
    return len(passes)


@pytest.mark.parametrize("part", range(2))
def test_every_second_of_random_cases(part: int) -> None:
    assert sum(against_samples(100 * part + n) for n in range(15)) > 15


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_every_second_of_thousands_of_random_cases(part: int) -> None:
    assert sum(against_samples(10_000 + 1_000 * part + n) for n in range(400)) > 400


def grazes(seed: int) -> int:
    """How many times a horizon raised to just touch a turn of the height is met, and one just short of it is not.

    The turns are those of the height above a random horizon; they are sampled every millisecond. A touch that lasts
    some milliseconds is the shortest that one can expect: ends are met to 1 ms.
    """
    random = np.random.default_rng(seed)
    span = Span(START, START.plus(hours=6))
    trajectory = random_orbit(random)
    site, mask = random_site(random, trajectory, span), random_horizon(random)
    moments = grid(span, 1.0)
    azimuth, elevation, _ = look_angles(trajectory, site, moments)
    height = elevation - horizon_deg(mask, azimuth)
    before, here, after = height[:-2], height[1:-1], height[2:]
    near = np.abs(here) < 25
    found = 0
    for sign in (1.0, -1.0):
        turns = np.flatnonzero((sign * here > sign * before) & (sign * here > sign * after) & near) + 1
        for turn in random.permutation(turns)[:2]:
            fine = np.arange(moments[turn] - 10**9, moments[turn] + 10**9, 10**6)
            azimuth, elevation, _ = look_angles(trajectory, site, fine)
            course = elevation - horizon_deg(mask, azimuth)
            top = int(np.argmax(sign * course))
            steepest = np.abs(np.diff(course)).max()
            if steepest > 0.05:  # a wall, which no raising makes graze
                continue
            step = np.abs(np.diff(course))[max(0, top - 4) : top + 4].max()
            for off_deg, touches in ((4 * step + 1e-9, True), (-step - 1e-9, False)):
                raised = tuple((p.azimuth_deg, p.elevation_deg + course[top] - sign * off_deg) for p in mask.points)
                if any(abs(elevation_deg) > 90 for _, elevation_deg in raised):
                    continue
                passes = masked_passes(trajectory, site, span, horizon(*raised))
                at = int(fine[top])
                if sign > 0:
                    met = any(p.rise.tai_ns - 5e6 <= at <= p.set.tai_ns + 5e6 for p in passes)
                else:
                    met = not any(p.rise.tai_ns + 2e6 < at < p.set.tai_ns - 2e6 for p in passes)
                assert met is touches, (seed, turn, sign, off_deg)
                found += 1
    return found


@pytest.mark.parametrize("part", range(2))
def test_grazing_and_near_misses(part: int) -> None:
    assert sum(grazes(100 * part + n) for n in range(10)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_grazing_and_near_misses_of_a_thousand_cases(part: int) -> None:
    assert sum(grazes(50_000 + 1_000 * part + n) for n in range(200)) > 400


def test_a_level_horizon_is_a_minimum_elevation() -> None:
    level = find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    assert masked_passes(STATION, ISLAMABAD, DAYS, horizon((0.0, 10.0))) == level
    # A hair of slope makes it a horizon of straight pieces: the same passes by the other way.
    almost = masked_passes(STATION, ISLAMABAD, DAYS, horizon((0.0, 10.0), (90.0, 10.0 + 1e-7), (180.0, 10.0)))
    assert len(almost) == len(level)
    for one, other in zip(almost, level, strict=True):
        assert abs(one.rise.seconds_since(other.rise)) < 0.003
        assert abs(one.set.seconds_since(other.set)) < 0.003
        assert abs(one.culmination.seconds_since(other.culmination)) < 0.05  # as flat as the top of a pass
        assert one.max_elevation_deg == pytest.approx(other.max_elevation_deg, abs=1e-6)


def test_a_tower_cuts_a_pass_in_two() -> None:
    whole = max(find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0), key=lambda one: one.max_elevation_deg)
    middle = whole.culmination_azimuth_deg
    left, right = (middle - 8) % 360, (middle + 8) % 360
    assert left < right, "the tower of this test does not stand in the north"
    tower = horizon((0.0, 10.0), (left, 10.0), (left, 89.9), (right, 89.9), (right, 10.0))
    pieces = [one for one in masked_passes(STATION, ISLAMABAD, DAYS, tower) if whole.span.covers(one.span)]
    assert len(pieces) == 2
    first, second = pieces
    assert abs(first.rise.seconds_since(whole.rise)) < 0.003
    assert abs(second.set.seconds_since(whole.set)) < 0.003
    edges = sorted([first.set_azimuth_deg, second.rise_azimuth_deg])
    assert edges == pytest.approx([left, right], abs=0.01)  # 1 ms of a degree a second, and a sight outside the wall
    # Behind the tower the pass culminates: each piece is highest at the tower's edge.
    assert (first.culmination, second.culmination) == (first.set, second.rise)
    assert not any(one.cut_at_start or one.cut_at_end for one in pieces)


def test_a_horizon_cut_by_the_span_says_so() -> None:
    mask = horizon((0.0, 5.0), (180.0, 15.0))
    whole = masked_passes(STATION, ISLAMABAD, DAYS, mask)[1]
    inner = Span(whole.rise.plus(seconds=60), whole.set.plus(seconds=-60))
    (cut,) = masked_passes(STATION, ISLAMABAD, inner, mask)
    assert (cut.rise, cut.set, cut.cut_at_start, cut.cut_at_end) == (inner.start, inner.end, True, True)


def test_where_the_trajectory_is_unknown_so_are_the_windows() -> None:
    patchy = Patchy(STATION, DAYS)
    mask = horizon((0.0, 5.0), (180.0, 15.0))
    windows = masked_windows(patchy, ISLAMABAD, DAYS, mask)
    assert windows.known == patchy.parts
    whole = masked_windows(STATION, ISLAMABAD, DAYS, mask)
    for part in patchy.parts:
        cut = [span for one in whole if (span := one.intersect(part)) is not None]
        ours = [span for span in windows if part.covers(span)]
        assert len(ours) == len(cut)
        for one, other in zip(ours, cut, strict=True):
            assert abs(one.start.seconds_since(other.start)) < 0.003
            assert abs(one.end.seconds_since(other.end)) < 0.003


def test_a_horizon_runs_straight_from_point_to_point_and_through_north() -> None:
    mask = horizon((10.0, 5.0), (100.0, 14.0), (100.0, 2.0), (350.0, 3.0))
    azimuths = np.array([10.0, 55.0, 99.999999, 100.0, 225.0, 350.0, 0.0, 360.0, 365.0, -5.0])
    assert horizon_deg(mask, azimuths) == pytest.approx([5, 9.5, 14, 2, 2.5, 3, 4, 4, 4.5, 3.5], abs=1e-6)
    north_wall = horizon((0.0, 1.0), (180.0, 1.0), (360.0, 7.0))
    assert horizon_deg(north_wall, np.array([0.0, 1e-9, 359.999999])) == pytest.approx([1, 1, 7], abs=1e-6)


@pytest.mark.parametrize(
    ("points", "what"),
    [
        ((), "at least one point"),
        (((10.0, 1.0), (9.0, 1.0)), "point 2 of a horizon goes back in azimuth, to 9 deg"),
        (((10.0, 1.0), (10.0, 2.0), (10.0, 3.0)), "3 points at azimuth 10 deg"),
        (((0.0, 1.0), (0.0, 2.0), (360.0, 3.0)), "3 points at azimuth 0 deg"),
    ],
)
def test_a_horizon_without_sense_is_refused(points: tuple[tuple[float, float], ...], what: str) -> None:
    with pytest.raises(InputError, match=what):
        horizon(*points)


@pytest.mark.parametrize("point", [(-0.1, 0.0), (360.1, 0.0), (0.0, 90.1), (0.0, -90.1), (float("nan"), 0.0)])
def test_a_point_outside_the_sky_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        horizon(point)
