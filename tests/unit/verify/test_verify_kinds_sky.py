"""Azimuths, horizons and the point straight below, against the IAU library and against a plain scan."""

from __future__ import annotations

from itertools import pairwise
from math import radians

import erfa
import numpy as np
import pytest

from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.errors import OutOfRangeError
from hamsafar.verify import physics

SITE = Site(id="s", name="s", latitude_deg=33.69, longitude_deg=73.05, height_km=0.5)


def on_earth(latitude_deg: float, longitude_deg: float, height_km: float) -> np.ndarray:
    return erfa.gd2gc(1, radians(longitude_deg), radians(latitude_deg), height_km * 1_000) / 1_000


def horizon(*points: tuple[float, float]) -> Horizon:
    return Horizon(points=tuple(HorizonPoint(azimuth_deg=a, elevation_deg=e) for a, e in points))


@pytest.mark.parametrize(
    ("north", "east", "azimuth"), [(1, 0, 0), (0, 1, 90), (-1, 0, 180), (0, -1, 270), (1, 1, 45), (1, -2, 296.565051)]
)
def test_azimuths_count_from_north_over_east(north: float, east: float, azimuth: float) -> None:
    small = 1e-4  # deg; the directions are those in which latitude and longitude grow
    here = on_earth(33.69, 73.05, 0.5)
    to_north = on_earth(33.69 + small, 73.05, 0.5) - here
    to_east = on_earth(33.69, 73.05 + small, 0.5) - here
    up = on_earth(33.69, 73.05, 1.5) - here
    there = (
        here + 500 * (north * to_north / np.linalg.norm(to_north) + east * to_east / np.linalg.norm(to_east)) + 300 * up
    )
    found = float(physics.azimuth_deg(SITE, there[None, :])[0])
    assert abs((found - azimuth + 180) % 360 - 180) <= 1e-4  # the small step bends by half of itself


def test_a_lonely_point_is_a_level_horizon() -> None:
    for at in (0.0, 17.0, 360.0):
        found = physics.horizon_deg(horizon((at, 12.0)), np.array([0.0, 16.9, 17.0, 180.0, 359.9, 360.0]))
        assert found == pytest.approx([12.0] * 6)


def test_straight_between_points_and_over_north() -> None:
    hills = horizon((10.0, 4.0), (100.0, 13.0), (350.0, 8.0))
    found = physics.horizon_deg(hills, np.array([10.0, 55.0, 100.0, 225.0, 350.0, 355.0, 0.0, 5.0, 360.0]))
    assert found == pytest.approx([4.0, 8.5, 13.0, 10.5, 8.0, 7.0, 6.0, 5.0, 6.0])


def test_a_wall_stands_at_its_azimuth_and_its_full_height() -> None:
    wall = horizon((90.0, 0.0), (90.0, 40.0), (180.0, 40.0), (180.0, 0.0))
    found = physics.horizon_deg(wall, np.array([89.999, 90.0, 90.001, 135.0, 179.999, 180.0, 180.001, 0.0]))
    assert found == pytest.approx([0.0, 40.0, 40.0, 40.0, 40.0, 40.0, 0.0, 0.0])
    north = horizon((0.0, 30.0), (90.0, 30.0), (90.0, 5.0), (360.0, 5.0))  # a wall at north, written 360 and 0
    found = physics.horizon_deg(north, np.array([359.999, 0.0, 360.0, 0.001]))
    assert found == pytest.approx([5.0, 30.0, 30.0, 30.0])
    fence = horizon((20.0, 1.0), (20.0, 5.0))  # a whole turn down from 5 to 1
    assert physics.horizon_deg(fence, np.array([110.0, 200.0, 290.0, 19.999])) == pytest.approx([4, 3, 2, 1], abs=1e-4)


def scanned_deg(hills: Horizon, azimuth_deg: float) -> float:
    """The horizon's height in one direction, looked for piece by piece."""
    points = [(p.azimuth_deg, p.elevation_deg) for p in hills.points]
    ring = [*points, (points[0][0] + 360, points[0][1])]
    turned = [azimuth_deg + turn for turn in (-360, 0, 360, 720)]
    heights = [
        low + (high - low) * (at - a) / (b - a)
        for (a, low), (b, high) in pairwise(ring)
        for at in turned
        if a < b and a <= at <= b
    ]
    return max(heights)


def test_any_horizon_is_what_a_scan_finds() -> None:
    luck = np.random.default_rng(8)
    for _ in range(60):
        azimuths = np.unique(luck.integers(0, 73, size=luck.integers(1, 9)) * 5.0)
        rows = [(a, float(luck.uniform(-5, 60))) for a in azimuths for _ in range(luck.integers(1, 3))]
        if {0.0, 360.0} <= set(azimuths):
            rows = [row for row in rows if row[0] != 360.0]  # north written twice would be a wall of three
        hills = horizon(*rows)
        asked = np.concatenate([luck.uniform(0, 360, 40), azimuths % 360])
        assert physics.horizon_deg(hills, asked) == pytest.approx([scanned_deg(hills, float(a)) for a in asked])


def test_behind_a_hill_is_not_above_the_horizon() -> None:
    there = physics.site_km(SITE) + 400 * physics.site_up(SITE) + np.array([[300.0, 0.0, 0.0], [0.0, 0.0, 900.0]])
    high = physics.elevation_deg(SITE, there)
    where = physics.azimuth_deg(SITE, there)
    assert list(physics.above_horizon(SITE, None, there)) == [True, True]
    for i in (0, 1):
        for lift, seen in ((-0.01, True), (0.01, False)):
            level = horizon((float(where[i]), float(high[i]) + lift))
            assert physics.above_horizon(SITE, level, there)[i] == seen


def test_the_point_straight_below_is_the_geodetic_one() -> None:
    luck = np.random.default_rng(5)
    latitudes = np.append(np.degrees(np.arcsin(luck.uniform(-1, 1, 200))), [0.0, 90.0, -90.0, 45.0])
    longitudes, heights = (
        luck.uniform(-180, 180, 204),
        np.append(luck.uniform(150, 2_000, 200), [0.001, 400, 0.1, 36_000]),
    )
    above = np.array([on_earth(*each) for each in zip(latitudes, longitudes, heights, strict=True)])
    below = np.array([on_earth(la, lo, 0.0) for la, lo in zip(latitudes, longitudes, strict=True)])
    places_km, normals = physics.straight_below(above)
    assert np.abs(places_km - below).max() <= 2e-7  # 0.1 mm lie between the two reference ellipsoids
    assert np.abs(normals - (above - below) / heights[:, None])[heights > 1].max() <= 1e-9
    assert np.abs(np.linalg.norm(normals, axis=1) - 1).max() <= 1e-12


def test_a_place_that_is_none_has_nothing_below() -> None:
    with pytest.raises(OutOfRangeError, match="straight below"):
        physics.straight_below(np.array([[6_778.0, 0.0, 0.0], [np.nan, 0.0, 0.0]]))


def test_the_sun_overhead_and_on_the_rim() -> None:
    au = physics.AU_KM
    places = np.array([[6_378.137, 0.0, 0.0]] * 3)
    normals = np.array([[1.0, 0.0, 0.0]] * 3)
    suns = np.array([[au, 0.0, 0.0], [6_378.137, au, 0.0], [6_378.137 + au, 0.0, -au]])
    assert physics.sun_over_deg(places, normals, suns) == pytest.approx([90.0, 0.0, 45.0], abs=1e-6)
