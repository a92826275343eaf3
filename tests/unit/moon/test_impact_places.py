"""The ellipse of impacts: against clouds of known shape, at poles and across the 180th meridian too."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.moon.places import MOON_RADIUS_KM, impact_ellipse, units_of
from hamsafar.orbit.lunar_frames import selenographic


def cloud(lat_deg: float, lon_deg: float, major_km: float, minor_km: float, azimuth_deg: float, n: int = 4_000):
    """Places normally spread about one, by moving along great circles: (n,), (n,)."""
    along, across = np.random.default_rng(1).standard_normal((2, n)) * np.array([[major_km], [minor_km]])
    a = radians(azimuth_deg)
    north, east = along * cos(a) - across * sin(a), along * sin(a) + across * cos(a)
    angle, azimuth = np.hypot(north, east) / MOON_RADIUS_KM, np.arctan2(east, north)
    lat0, lon0 = radians(lat_deg), radians(lon_deg)
    lat = np.arcsin(np.sin(lat0) * np.cos(angle) + np.cos(lat0) * np.sin(angle) * np.cos(azimuth))
    turned = np.arctan2(np.sin(azimuth) * np.sin(angle) * np.cos(lat0), np.cos(angle) - np.sin(lat0) * np.sin(lat))
    return np.degrees(lat), (np.degrees(lon0 + turned) + 180.0) % 360.0 - 180.0


@given(st.floats(-89.0, 89.0), st.floats(-180.0, 180.0), st.floats(20.0, 150.0), st.floats(0.1, 0.7), st.floats(0, 179))
def test_an_ellipse_is_found_again(lat: float, lon: float, major_km: float, flat: float, azimuth: float) -> None:
    places = cloud(lat, lon, major_km, major_km * flat, azimuth)
    found = impact_ellipse(*places)
    assert found is not None
    assert found.semi_major_km == pytest.approx(major_km, rel=0.05)  # 4,000 draws: 1.1 % of sigma, four times
    assert found.semi_minor_km == pytest.approx(major_km * flat, rel=0.05)
    turn = (found.azimuth_deg - azimuth + 90.0) % 180.0 - 90.0
    assert abs(turn) < (4.0 + 0.2 * abs(lat)) / (1.0 - flat)  # near a pole north turns across the cloud
    apart = units_of(np.array([found.latitude_deg, lat]), np.array([found.longitude_deg, lon]))
    assert float(np.linalg.norm(apart[0] - apart[1])) * MOON_RADIUS_KM < 0.08 * major_km + 0.5
    assert found.share_inside == pytest.approx(0.95, abs=0.015)
    assert found.semi_major_95_km == pytest.approx(2.4477 * found.semi_major_km, rel=1e-4)


def test_a_cloud_about_the_pole_and_one_across_the_meridian() -> None:
    assert impact_ellipse(*cloud(90.0, 0.0, 60.0, 20.0, 30.0)).latitude_deg > 89.8  # type: ignore[union-attr]
    across = impact_ellipse(*cloud(0.0, 180.0, 60.0, 20.0, 90.0))
    assert across is not None
    assert abs(abs(across.longitude_deg) - 180.0) < 0.2
    assert across.azimuth_deg == pytest.approx(90.0, abs=3.0)


def test_few_or_scattered_impacts_have_none() -> None:
    assert impact_ellipse(np.zeros(9), np.zeros(9)) is None
    everywhere = np.random.default_rng(2).standard_normal((500, 3))
    assert impact_ellipse(*selenographic(everywhere)[:2]) is None


def test_all_in_one_place_is_an_ellipse_without_size() -> None:
    found = impact_ellipse(np.full(12, 10.0), np.full(12, 20.0))
    assert found is not None
    assert found.semi_major_95_km < 1e-6
    assert found.share_inside == 1.0
