"""Launch opportunities: closed forms, nothing lost, footing, bad input."""

from __future__ import annotations

from math import acos, cos, degrees, radians, sin, tan
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.errors import InputError
from hamsafar.events.plane import azimuth_deg, geometry, hour_angle_rad, off_plane_rad, phase_rad, place_teme
from hamsafar.events.plane_crossings import crossings_ns, middles_ns
from hamsafar.flight import launch_opportunities, phase_sigma_deg, station_forecast
from hamsafar.flight.forecast import FOLLOWED_PHASE_SIGMA_DEG, NEAR_PHASE_SIGMA_DEG, quiet_plane_sigma_s
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory
from hamsafar.timeline import Instant, Span

ELEMENTS = read_tles(Path(__file__).with_name("real_elements.tle").read_text(), where="real_elements.tle")
CATALOGUE = load()
STATION, SHIP, PAD = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("jiuquan")
BOTH = ("fast-3h30", "standard-6h30")
BEFORE_MAY_24 = tuple(one for one in ELEMENTS if one.epoch < Instant.utc(2026, 5, 24))
FORECAST, LATEST = station_forecast(BEFORE_MAY_24, STATION), station_forecast(ELEMENTS[-1:], STATION)


def _launches(window, forecast=FORECAST, pad=PAD, ship=SHIP, profiles=BOTH):
    return launch_opportunities(forecast, ship, pad, window, profiles=profiles)


def _held(inclination_deg=41.47, raan_deg=20.0, u_deg=0.0):
    return HeldTrajectory(
        HeldOrbit(
            epoch=Instant.utc(2027, 1, 1),
            semi_major_axis_km=6_760.0,
            inclination_deg=inclination_deg,
            raan_deg=raan_deg,
            argument_of_latitude_deg=u_deg,
        )
    )


def _pad(geocentric_deg):
    # (1 - f)^2 tan(geodetic) = tan(geocentric), WGS-84
    latitude = degrees(np.arctan(tan(radians(geocentric_deg)) / (1 - 1 / 298.257223563) ** 2))
    return Site(id="pad", name="Pad", latitude_deg=latitude, longitude_deg=100.0)


@settings(max_examples=25, deadline=None)
@given(
    inclination_deg=st.floats(5, 175),
    share=st.floats(-0.999, 0.999),
    branch=st.sampled_from(["ascending", "descending"]),
)
def test_a_crossing_is_where_spherical_trigonometry_says(inclination_deg, share, branch):
    reach_deg = min(inclination_deg, 180 - inclination_deg)
    latitude_deg = share * reach_deg
    trajectory, pad = _held(inclination_deg), _pad(latitude_deg)
    span = Span(Instant.utc(2027, 1, 2), Instant.utc(2027, 1, 3))
    found, exists = crossings_ns(trajectory, pad, middles_ns(trajectory, pad, span, branch), branch)
    assert exists.all()
    place, _, normal = geometry(trajectory, pad, found)
    assert np.abs(off_plane_rad(place, normal)).max() < 1e-9
    # Bate, Mueller & White 1971, sec. 6.5: sin(hour angle from the node) = tan(latitude) / tan(inclination)
    seen_rad = np.arcsin(place[:, 2])  # polar motion moves the pad's latitude by up to 1e-4 deg
    assert np.abs(np.degrees(seen_rad) - latitude_deg).max() < 2e-4
    rising_deg = np.degrees(np.arcsin(np.tan(seen_rad) / tan(radians(inclination_deg))))
    expected = rising_deg if branch == "ascending" else 180 - rising_deg
    apart = (np.degrees(hour_angle_rad(place, normal)) - expected + 180) % 360 - 180
    assert np.abs(apart).max() < 1e-3  # near grazing 1e-9 rad off the plane is 1e-4 deg along it
    # and cos i = cos(latitude) sin(azimuth), azimuth from geocentric north
    north = np.cross(np.cross(place, [0.0, 0.0, 1.0]), place)
    north /= np.linalg.norm(north, axis=1, keepdims=True)
    azimuth = np.radians(azimuth_deg(place, north, normal))
    assert np.abs(np.sin(azimuth) - cos(radians(inclination_deg)) / np.cos(seen_rad)).max() < 1e-9
    assert ((np.cos(azimuth) >= -1e-6) == (branch == "ascending")).all() or abs(share) > 0.99


@pytest.mark.parametrize("latitude_deg", [41.0, -41.0, 5.0])
@pytest.mark.parametrize("branch", ["ascending", "descending"])
def test_none_is_lost_against_dense_sampling(latitude_deg, branch):
    trajectory, pad = _held(), _pad(latitude_deg)
    span = Span(Instant.utc(2027, 1, 2), Instant.utc(2027, 3, 2))
    found, exists = crossings_ns(trajectory, pad, middles_ns(trajectory, pad, span, branch), branch)
    found = np.sort(found[exists])
    found = found[(found >= span.start.tai_ns) & (found < span.end.tai_ns)]
    dense = np.arange(span.start.tai_ns, span.end.tai_ns, 60_000_000_000, dtype=np.int64)
    place, _, normal = geometry(trajectory, pad, dense)
    off = off_plane_rad(place, normal)
    rises = (off[:-1] < 0) & (off[1:] >= 0) if branch == "descending" else (off[:-1] >= 0) & (off[1:] < 0)
    assert len(found) == rises.sum()
    assert np.abs(found - dense[:-1][rises]).max() <= 60_000_000_000


def test_a_pad_exactly_as_far_north_as_the_orbit_touches_its_plane():
    span = Span(Instant.utc(2029, 1, 2), Instant.utc(2029, 1, 12))  # after the tables: polar motion stands still
    pad = _pad(41.47)
    north_deg = float(np.degrees(np.arcsin(place_teme(pad, np.array([span.middle.tai_ns]))[0, 2])))
    counts = {}
    for short_deg in (-1e-4, 0.0, 1e-4):
        trajectory = _held(north_deg - short_deg)
        found, exists = crossings_ns(trajectory, pad, middles_ns(trajectory, pad, span, "descending"), "descending")
        counts[short_deg] = int(exists.sum())
        place, _, normal = geometry(trajectory, pad, found)
        assert np.abs(np.degrees(off_plane_rad(place, normal))).max() <= 1e-4 + 1e-9
    assert counts[-1e-4] == counts[0.0] >= 10
    assert counts[1e-4] == 0


def test_the_phase_is_the_angle_along_the_track_from_the_pad():
    at = np.array([Instant.utc(2027, 1, 1).tai_ns], dtype=np.int64)
    pad = _pad(0.0)
    meridian_deg = degrees(np.arctan2(*place_teme(pad, at)[0][[1, 0]]))
    # The pad on the equator under the ascending node: the phase is the argument of latitude.
    trajectory = _held(raan_deg=meridian_deg % 360, u_deg=77.0)
    assert np.degrees(phase_rad(*geometry(trajectory, pad, at)))[0] == pytest.approx(77.0, abs=1e-3)


def test_a_year_gives_one_opportunity_a_turn_of_the_plane_sorted_and_none_lost():
    window = Span(Instant.utc(2026, 10, 1), Instant.utc(2027, 10, 1))
    found = _launches(window, LATEST)
    launches = [one.launch for one in found]
    assert launches == sorted(launches)
    gaps_h = np.diff([launch.tai_ns for launch in launches]) / 3.6e12
    # 360.986 deg a day of the Earth and 6.09 of the node: 23 h 32 min 15 s
    assert gaps_h.min() == pytest.approx(23.537, abs=0.01)
    assert gaps_h.max() == pytest.approx(23.537, abs=0.01)
    assert len(found) in (372, 373)
    assert all(window.contains(one.launch) for one in found)
    unknown = [one for one in found if LATEST.phase_sigma_deg(ELEMENTS[-1], one.launch) > FOLLOWED_PHASE_SIGMA_DEG]
    assert len(unknown) > 340
    assert {one.basis for one in unknown} == {"far"}
    assert all(one.phase_deg is None and one.phase_sigma_deg is None for one in unknown)
    assert all(answer.feasible == "unknown" for one in unknown for answer in one.profiles)
    # Half a turn is the most that any phase can need, and it is told so.
    assert all(answer.phase_error_deg is None and answer.trim[0].delta_v_m_s > 0 for answer in unknown[0].profiles)


def test_the_window_is_half_open_at_the_second_of_a_lift_off():
    window = Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 28))
    first, *_ = _launches(window)
    one_ns = Instant(first.launch.tai_ns + 1)
    assert [one.launch for one in _launches(Span(first.launch, one_ns))] == [first.launch]
    assert _launches(Span(first.launch.plus(hours=-3), first.launch)) == ()
    halves = [Span(window.start, first.launch), Span(first.launch, window.end)]
    assert [len(_launches(half)) for half in halves] == [0, 4]


def test_near_becomes_far_when_the_phase_is_no_longer_known():
    found = _launches(Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 6, 20)))
    kinds = [one.basis for one in found]
    assert kinds == sorted(kinds, reverse=True)  # near first, far after
    assert set(kinds) == {"near", "far"}
    for one in found:
        sigma = phase_sigma_deg(STATION, one.elements_age_d)
        assert (sigma <= NEAR_PHASE_SIGMA_DEG) == (one.basis == "near")
        assert (sigma <= FOLLOWED_PHASE_SIGMA_DEG) == (one.phase_deg is not None)
        assert one.sigma_s >= quiet_plane_sigma_s(STATION, one.elements_age_d)
        if one.basis == "far":
            assert {answer.feasible for answer in one.profiles} == {"unknown"}
    # One plane carries all of them: no lift-off steps aside where the footing changes.
    gaps_s = np.diff([one.launch.tai_ns for one in found]) / 1e9
    assert np.abs(np.diff(gaps_s)).max() < 2  # the Moon's pull moves neighbours by about a second


def test_each_lift_off_rests_on_the_set_nearest_in_time():
    forecast = station_forecast(ELEMENTS[::-1], STATION)
    found = _launches(Span(Instant.utc(2025, 10, 25), Instant.utc(2025, 11, 5)), forecast, profiles=("fast-3h30",))
    for one in found:
        nearest = min(forecast.sets, key=lambda each: abs(one.crossing.tai_ns - each.epoch.tai_ns))
        assert one.elements_epoch == nearest.epoch
    assert any(one.elements_age_d < 0 for one in found)


def test_the_ship_leaves_jiuquan_to_the_south_east_in_the_plane():
    (one,) = _launches(Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 25)))
    (offset,) = SHIP.launches
    assert one.branch == "descending"
    assert 90 < one.azimuth_deg < 105
    assert one.launch.seconds_since(one.crossing) == pytest.approx(offset.offset_s, abs=1e-9)
    plane_s = FORECAST.plane_sigma_s(FORECAST.nearest(one.launch), one.launch)
    assert 0.3 < plane_s < 3  # fresh elements
    assert one.sigma_s == pytest.approx(np.hypot(offset.offset_sigma_s, plane_s), rel=1e-6)
    assert one.pad_sun_elevation_deg < 0  # 23:08 in Beijing
    assert -65 < one.beta_deg < 65
    fast = SHIP.profiles[0]
    assert one.profiles[0].docking == one.launch.plus(minutes=fast.duration_min)
    assert [answer.name for answer in one.profiles] == list(BOTH)


def test_the_plane_offset_is_what_the_earth_turns_in_the_ships_offset():
    (one,) = _launches(Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 25)))
    # Near the northern turn of the track the pad leaves the plane by the second order of the time since the middle
    # between both crossings of the day; the rate at the crossing itself is cos(latitude) sin(hour angle) omega sin(i).
    (offset,) = SHIP.launches
    at = np.array([one.crossing.tai_ns, one.launch.tai_ns], dtype=np.int64)
    place = place_teme(PAD, at)
    turned = np.degrees(np.arccos(place[0] @ place[1]))
    assert turned == pytest.approx(360.9856 * offset.offset_s / 86_400 * cos(np.arcsin(place[0, 2])), rel=1e-4)
    assert 0 < one.plane_offset_deg < turned
    nowhere = evolve(SHIP, launches=(evolve(offset, offset_s=0.0),))
    (at_crossing,) = _launches(Span(one.crossing.plus(seconds=-60), one.crossing.plus(seconds=60)), ship=nowhere)
    assert abs(at_crossing.plane_offset_deg) < 1e-5
    assert at_crossing.crossing == at_crossing.launch
    assert abs(at_crossing.launch.seconds_since(one.crossing)) < 1e-3


def test_a_near_phase_is_that_of_sgp4_itself():
    found = [one for one in _launches(Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 30))) if one.basis == "near"]
    for one in found:
        path = Sgp4Trajectory(FORECAST.nearest(one.launch))
        place, r_km, normal = geometry(path, PAD, np.array([one.launch.tai_ns], dtype=np.int64))
        # The osculating plane ripples by 0.02 deg: seen along it the phase is the same to a thousandth.
        assert one.phase_deg == pytest.approx(np.degrees(phase_rad(place, r_km, normal))[0], abs=2e-3)


def test_beta_is_the_angle_of_the_sun_above_the_plane():
    # Almanac: at the June solstice the Sun stands at declination 23.44 deg, right ascension 90 deg.
    (one,) = _launches(Span(Instant.utc(2027, 6, 21), Instant.utc(2027, 6, 22)), LATEST, profiles=())
    held = LATEST.held_orbit(ELEMENTS[-1], one.launch)
    tilt, node = radians(held.inclination_deg), radians(held.raan_deg)
    normal = np.array([sin(node) * sin(tilt), -cos(node) * sin(tilt), cos(tilt)])
    sun = np.array([0.0, cos(radians(23.44)), sin(radians(23.44))])
    assert one.beta_deg == pytest.approx(90 - degrees(acos(normal @ sun)), abs=1.0)


def test_bad_input_says_what_and_what_to_do():
    window = Span(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 25))
    with pytest.raises(InputError, match="no elements"):
        station_forecast((), STATION)
    with pytest.raises(InputError, match="those of 48274, but Elsewhere is 1"):
        station_forecast(ELEMENTS, evolve(STATION, norad=1, name="Elsewhere"))
    with pytest.raises(InputError, match="'fast-3h31'; did you mean 'fast-3h30'"):
        _launches(window, profiles=("fast-3h31",))
    with pytest.raises(InputError, match="no launch offset for pad 'islamabad'; it has them for: jiuquan"):
        _launches(window, pad=CATALOGUE.site("islamabad"))
    with pytest.raises(InputError, match="flies to 'elsewhere', not to 'tiangong'"):
        _launches(window, ship=evolve(SHIP, station="elsewhere"))
    with pytest.raises(InputError, match=r"61\.8. deg, outside the orbit's, which reaches 41\.4. deg"):
        _launches(window, pad=evolve(PAD, latitude_deg=62.0))
    with pytest.raises(InputError, match=r"1[0-9]{3} d from the nearest element set, of 2026-05-2"):
        _launches(Span(Instant.utc(2030, 5, 24), Instant.utc(2030, 5, 25)))


def test_a_path_rests_on_sgp4_while_the_phase_is_worth_following_then_on_the_held_orbit():
    elements = FORECAST.sets[-1]
    near, far = elements.epoch.plus(days=3), elements.epoch.plus(days=200)
    assert isinstance(FORECAST.path(elements, near), Sgp4Trajectory)
    assert isinstance(FORECAST.path(elements, far), HeldTrajectory)
    held = FORECAST.held_orbit(elements, far)
    assert held.epoch == far
    # Long after the last boost the altitude to be expected is the one that the operator keeps.
    assert held.semi_major_axis_km == pytest.approx(6_378.137 + STATION.mean_altitude_km, abs=1.0)
