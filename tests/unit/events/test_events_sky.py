"""Passes, links, shadows and the Sun's events against dense sampling by a plainer route, and against Skyfield."""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin

import erfa
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skyfield.api import EarthSatellite, load, wgs84

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Relay, Site
from hamsafar.events.finder import Crossing, follow
from hamsafar.events.light import beta_deg, daylight_target, is_sunlit, penumbra, shadow_depth, umbra
from hamsafar.events.pace import extrema_gap_s
from hamsafar.events.passes import elevation_deg, find_passes, look_angles, pass_windows, windows_of_passes
from hamsafar.events.relay import relay_links, relay_windows, relay_zenith_cosine, windows_of_links
from hamsafar.events.sun_events import sun_events, sun_up_windows
from hamsafar.formats.tle import read_tles
from hamsafar.orbit import frames
from hamsafar.orbit.sun import sun_elevation_deg, sun_teme_km
from hamsafar.orbit.times import TaiNs, grid, julian_date_tt, tai_ns_after, tai_ns_of
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span, Windows
from hamsafar.units import EARTH_MU_KM3_S2, EARTH_ROTATION_RAD_S

TIANGONG = """\
1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990
2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703
"""
ELEMENTS = read_tles(TIANGONG, where="tiangong.tle")[0]
STATION = Sgp4Trajectory(ELEMENTS)
START = ELEMENTS.epoch
DAYS = Span(START, START.plus(days=3))
ISLAMABAD = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.54)
ORBITS = st.builds(
    HeldOrbit,
    epoch=st.just(START),
    semi_major_axis_km=st.floats(6_650, 8_500),
    inclination_deg=st.floats(0, 120),
    raan_deg=st.floats(0, 360),
    argument_of_latitude_deg=st.floats(0, 360),
)
SITES = st.builds(
    Site, id=st.just("s"), name=st.just("S"), latitude_deg=st.floats(-90, 90), longitude_deg=st.floats(-180, 180)
)


def agrees(windows: Windows, tai_ns: TaiNs, is_open: NDArray[np.bool_], *, edge_s: float = 0.002) -> None:
    """Every sample is judged as the windows say, but for those within `edge_s` of an end."""
    edges = np.array([moment.tai_ns for span in windows.spans for moment in (span.start, span.end)], dtype=np.int64)
    inside = np.searchsorted(edges, tai_ns, side="right") % 2 == 1
    differ = np.flatnonzero(inside != is_open)
    for n in differ:
        assert np.abs(edges - tai_ns[n]).min(initial=2**62) <= edge_s * NS_PER_S, Instant(int(tai_ns[n]))


@settings(max_examples=15, deadline=None)
@given(orbit=ORBITS, site=SITES, mask=st.floats(-3, 60))
def test_passes_of_any_orbit_over_any_site(orbit: HeldOrbit, site: Site, mask: float) -> None:
    trajectory, span = HeldTrajectory(orbit), Span(START, START.plus(days=1))
    passes = find_passes(trajectory, site, span, min_elevation_deg=mask)
    moments = grid(span, 5.0)
    agrees(windows_of_passes(passes, span), moments, elevation_deg(trajectory, site, moments) >= mask)
    for one in passes:
        assert one.rise <= one.culmination <= one.set
        within = elevation_deg(trajectory, site, grid(one.span, max(0.5, one.span.seconds / 50)))
        assert within.max() <= one.max_elevation_deg + 2e-3  # 1 ms through the zenith, at 8 km/s and 250 km
        if not one.cut_at_start:
            assert elevation_deg(trajectory, site, tai_ns_of(one.rise))[0] == pytest.approx(mask, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(orbit=ORBITS, site=SITES, hours=st.floats(0, 20))
def test_a_grazing_pass_is_found_and_a_near_miss_is_not(orbit: HeldOrbit, site: Site, hours: float) -> None:
    trajectory = HeldTrajectory(orbit)
    span = Span(START.plus(hours=hours), START.plus(hours=hours + 8))
    for one in find_passes(trajectory, site, span, min_elevation_deg=5.0):
        if one.cut_at_start or one.cut_at_end or one.max_elevation_deg > 89:
            continue
        # Lower the mask from just above to just under the peak: the pass appears, of about a second or less.
        for under_deg, wanted in ((-1e-6, 0), (1e-6, 1)):
            again = find_passes(trajectory, site, span, min_elevation_deg=one.max_elevation_deg - under_deg)
            near = [x for x in again if abs(x.culmination.seconds_since(one.culmination)) < 30]
            assert len(near) == wanted
            assert all(x.span.seconds < 2 for x in near)


def test_passes_are_those_of_skyfield() -> None:
    timescale = load.timescale(builtin=True)
    satellite = EarthSatellite(*ELEMENTS.text, ts=timescale)
    place = wgs84.latlon(ISLAMABAD.latitude_deg, ISLAMABAD.longitude_deg, ISLAMABAD.height_km * 1_000)
    whole, fraction = julian_date_tt(tai_ns_of((DAYS.start, DAYS.end)))
    t0, t1 = (timescale.tt_jd(w, f) for w, f in zip(whole, fraction, strict=True))
    times, kinds = satellite.find_events(place, t0, t1, altitude_degrees=10.0)
    found = find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    start_tt = whole[0] + fraction[0]
    for kind, ours in ((0, [one.rise for one in found]), (1, [one.culmination for one in found])):
        theirs = [(t.tt - start_tt) * 86_400 for t, k in zip(times, kinds, strict=True) if k == kind]
        # Its built-in UT1 of years ago is a quarter of a second off, and it has no polar motion: 0.3 s at a pass's end.
        assert [x.seconds_since(START) for x in ours] == pytest.approx(theirs, abs=0.5)
    at = found[0].culmination
    w, f = julian_date_tt(tai_ns_of(at))
    altitude, azimuth, distance = (satellite - place).at(timescale.tt_jd(w[0], f[0])).altaz()
    assert found[0].max_elevation_deg == pytest.approx(altitude.degrees, abs=0.02)
    assert found[0].culmination_azimuth_deg == pytest.approx(azimuth.degrees, abs=0.05)
    assert found[0].range_km == pytest.approx(distance.km, abs=0.5)


def test_a_pass_cut_by_the_span_says_so() -> None:
    whole = find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)[1]
    assert (whole.cut_at_start, whole.cut_at_end) == (False, False)
    (first,) = find_passes(
        STATION, ISLAMABAD, Span(whole.culmination, whole.set.plus(seconds=60)), min_elevation_deg=10
    )
    assert (first.cut_at_start, first.cut_at_end, first.rise) == (True, False, whole.culmination)
    assert abs(first.set.seconds_since(whole.set)) < 0.002
    (last,) = find_passes(
        STATION, ISLAMABAD, Span(whole.rise.plus(seconds=-60), whole.culmination), min_elevation_deg=10
    )
    assert (last.cut_at_start, last.cut_at_end, last.set) == (False, True, whole.culmination)
    windows = pass_windows(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0)
    assert windows == windows_of_passes(find_passes(STATION, ISLAMABAD, DAYS, min_elevation_deg=10.0), DAYS)


def test_look_angles_by_hand() -> None:
    moments = grid(DAYS, 3_601)
    azimuth, elevation, range_km = look_angles(STATION, ISLAMABAD, moments)
    assert np.all((azimuth >= 0) & (azimuth < 360))
    latitude, longitude = radians(ISLAMABAD.latitude_deg), radians(ISLAMABAD.longitude_deg)
    up = np.array([cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)])
    r = frames.itrs_from_teme(STATION.states_teme(moments)[0], moments) - frames.site_itrs_km(ISLAMABAD)
    assert np.sin(np.radians(elevation)) * range_km == pytest.approx(r @ up, abs=1e-8)


def held(semi_major_axis_km: float, inclination_deg: float, raan_deg: float) -> HeldOrbit:
    return HeldOrbit(
        epoch=START,
        semi_major_axis_km=semi_major_axis_km,
        inclination_deg=inclination_deg,
        raan_deg=raan_deg,
        argument_of_latitude_deg=0.0,
    )


@settings(max_examples=20, deadline=None)
@given(orbit=ORBITS, site=SITES)
@example(orbit=held(7705.0, 84.0, 1.0), site=Site(id="s", name="S", latitude_deg=0.0, longitude_deg=0.5))
def test_the_promise_about_extrema_is_kept(orbit: HeldOrbit, site: Site) -> None:
    trajectory, span = HeldTrajectory(orbit), Span(START, START.plus(hours=30))
    gap_s = extrema_gap_s(trajectory, span)
    moments = grid(span, 15.0)
    # Of the angle from the site's place on the turning Earth; a pass is where it is small.
    r = frames.itrs_from_teme(trajectory.states_teme(moments)[0], moments)
    cosine = r @ frames.site_up(site) / np.linalg.norm(r, axis=-1)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(cosine)))) + 1
    close = np.flatnonzero(np.diff(turns) * 15.0 <= gap_s - 30.0)
    # Only where the swing dies out, the site near the orbit's pole: `finder` looks into such cells. With e the site's
    # pace over the orbit's, the cosine goes there like e (x cos(x + c) + m sin(x + c)); whatever c and m, two extrema
    # of that within a fifth of a turn lie within 2 e of zero and 0.38 e of each other. A tenth more for what is left
    # out: the site's turning within that fifth, and the node's drift.
    pace_rad_s = (EARTH_MU_KM3_S2 / orbit.semi_major_axis_km**3) ** 0.5
    share = EARTH_ROTATION_RAD_S / pace_rad_s
    assert np.abs(cosine[turns[close]]).max(initial=0.0) < 1.1 * 2 * share
    assert np.abs(cosine[turns[close + 1]] - cosine[turns[close]]).max(initial=0.0) < 1.1 * 0.38 * share


def through_the_earth(a_km: NDArray[np.float64], b_km: NDArray[np.float64], radius_km: float) -> NDArray[np.bool_]:
    """Whether straight lines a-b (n, 3) come within a ball about the origin, by walking along them."""
    along = np.linspace(0.0, 1.0, 400)[:, None, None]
    return np.linalg.norm(a_km + along * (b_km - a_km), axis=-1).min(axis=0) < radius_km  # type: ignore[no-any-return]


@pytest.mark.parametrize("cone_deg", [25.0, 60.0, 90.0, 104.0, 150.0])
def test_relay_links_by_walking_along_the_line(cone_deg: float) -> None:
    relay = Relay(id="r", name="R", longitude_deg=77.0)
    span = Span(START, START.plus(days=1))
    moments = grid(span, 30.0)
    r_itrs = frames.itrs_from_teme(STATION.states_teme(moments)[0], moments)
    relay_km = 42_164.17 * np.array([cos(radians(77.0)), sin(radians(77.0)), 0.0])
    line = relay_km - r_itrs
    cosine = np.einsum("ni,ni->n", line, r_itrs) / np.linalg.norm(line, axis=-1) / np.linalg.norm(r_itrs, axis=-1)
    clear = ~through_the_earth(r_itrs, np.broadcast_to(relay_km, r_itrs.shape), 6_478.137)
    is_open = (np.degrees(np.arccos(cosine)) <= cone_deg) & clear
    # The walk's steps of 90 km miss the closest point by under 0.4 km: half a second.
    agrees(relay_windows(STATION, relay, cone_deg, span), moments, is_open, edge_s=1.0)
    assert np.allclose(relay_zenith_cosine(STATION, relay, moments)[0], cosine, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(orbit=ORBITS, longitude=st.floats(-180, 180), cone_deg=st.floats(5, 150))
def test_relay_windows_of_any_orbit(orbit: HeldOrbit, longitude: float, cone_deg: float) -> None:
    trajectory, relay = HeldTrajectory(orbit), Relay(id="r", name="R", longitude_deg=longitude)
    span = Span(START, START.plus(days=1))
    moments = grid(span, 10.0)
    cosine, radius = relay_zenith_cosine(trajectory, relay, moments)
    angle = np.degrees(np.arccos(cosine))
    limb = 180 - np.degrees(np.arcsin(6_478.137 / radius))
    agrees(relay_windows(trajectory, relay, cone_deg, span), moments, angle <= np.minimum(cone_deg, limb))


def test_links_are_listed_by_relay_and_joined_as_windows() -> None:
    relays = [Relay(id=f"relay-{n}", name="R", longitude_deg=lon) for n, lon in enumerate((10.0, 77.0, -171.0))]
    links = relay_links(STATION, relays, 60.0, DAYS)
    assert {link.relay_id for link in links} == {"relay-0", "relay-1", "relay-2"}
    assert [link.start for link in links] == sorted(link.start for link in links)
    joined = windows_of_links(links, DAYS)
    assert len(joined) <= len(links)
    assert all(joined.covers(link.span) for link in links)
    assert joined.known == (DAYS,)


def in_umbra_by_rays(r_km: NDArray[np.float64], sun_km: NDArray[np.float64]) -> bool:
    """Whether no ray from the Sun's rim reaches a point, the Earth an ellipsoid: ray by ray, a quadratic each."""
    squash = np.array([1.0, 1.0, 1 / (1 - 1 / 298.257223563)])
    axis = sun_km / np.linalg.norm(sun_km)
    side = np.cross(axis, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    turn = np.linspace(0, 2 * np.pi, 721)[:, None]
    rim = sun_km + 695_700.0 * (np.cos(turn) * side + np.sin(turn) * other)
    point, way = r_km * squash, (rim - r_km) * squash
    way /= np.linalg.norm(way, axis=-1, keepdims=True)
    towards = way @ point
    return bool(np.all((towards < 0) & (point @ point - towards**2 < 6_378.137**2)))


def test_umbra_ray_by_ray() -> None:
    shadows = umbra(STATION, DAYS)
    assert len(shadows) in range(45, 49)
    for one in shadows.spans[1:-1:5]:
        for edge, way in ((one.start, 1), (one.end, -1)):
            for off_s, dark in ((-0.3, False), (0.3, True)):  # 0.3 s: the Sun stretched with the Earth, 2 km of rim
                moments = tai_ns_of(edge.plus(seconds=off_s * way))
                assert in_umbra_by_rays(STATION.states_teme(moments)[0][0], sun_teme_km(moments)[0]) is dark


@settings(max_examples=20, deadline=None)
@given(orbit=ORBITS)
def test_shadows_of_any_orbit(orbit: HeldOrbit) -> None:
    trajectory, span = HeldTrajectory(orbit), Span(START, START.plus(days=1))
    moments = grid(span, 10.0)
    dark, half = umbra(trajectory, span), penumbra(trajectory, span)
    agrees(dark, moments, ~is_sunlit(trajectory, moments))
    for one in dark:
        assert half.covers(one)
    # A plain cone about a ball: within 21 km of height and the grazing of it.
    r, sun = trajectory.states_teme(moments)[0], sun_teme_km(moments)
    s = sun / np.linalg.norm(sun, axis=-1, keepdims=True)
    behind = -np.einsum("ni,ni->n", r, s)
    off_axis = np.linalg.norm(r + behind[:, None] * s, axis=-1)
    cone_km = 6_378.137 - behind * (695_700 - 6_378.137) / np.linalg.norm(sun, axis=-1)
    deep, shallow = (behind > 0) & (off_axis < cone_km - 22), (behind > 0) & (off_axis < cone_km + 1)
    lit = is_sunlit(trajectory, moments)
    assert not np.any(deep & lit)
    assert not np.any(~shallow & ~lit)


def test_beyond_the_tip_of_the_umbra_there_is_none() -> None:
    moments = tai_ns_of(START)
    axis = -sun_teme_km(moments) / np.linalg.norm(sun_teme_km(moments))
    assert shadow_depth(axis * 1.3e6, moments, "umbra")[0] >= 0
    assert shadow_depth(axis * 1.5e6, moments, "umbra")[0] < 0
    assert shadow_depth(axis * 1.5e6, moments, "penumbra")[0] >= 0
    assert shadow_depth(-axis * 7e3, moments, "penumbra")[0] < 0


def test_beta_is_the_suns_angle_above_the_plane() -> None:
    orbit = HeldOrbit(
        epoch=START, semi_major_axis_km=6_770, inclination_deg=41.5, raan_deg=100.0, argument_of_latitude_deg=0.0
    )
    moments = tai_ns_of((START, START.plus(days=30)))
    trajectory = HeldTrajectory(orbit)
    sun = sun_teme_km(moments)
    ra, dec = np.arctan2(sun[:, 1], sun[:, 0]), np.arcsin(sun[:, 2] / np.linalg.norm(sun, axis=-1))
    node = radians(100.0) + trajectory.raan_dot_rad_s * np.array([0.0, 30 * 86_400.0])
    i = radians(41.5)
    expected = np.arcsin(np.cos(i) * np.sin(dec) + np.sin(i) * np.cos(dec) * np.sin(node - ra))
    assert beta_deg(trajectory, moments) == pytest.approx(np.degrees(expected), abs=1e-9)


def test_daylight_target_sample_by_sample() -> None:
    moments = grid(DAYS, 5.0)
    windows = daylight_target(STATION, ISLAMABAD, DAYS, min_elevation_deg=30.0, min_sun_deg=10.0)
    up = elevation_deg(STATION, ISLAMABAD, moments) >= 30.0
    agrees(windows, moments, up & (sun_elevation_deg(ISLAMABAD, moments) >= 10.0))
    assert len(windows) > 0


@cache
def plain_sun(tai_ns: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The Sun's direction of date (n, 3) and the Earth's turn, rad, by ERFA alone: apparent place, IAU 2000B."""
    moments = np.array(tai_ns, dtype=np.int64)
    tt = julian_date_tt(moments)
    heliocentric, barycentric = erfa.epv00(*tt)
    unit = -heliocentric["p"] / np.linalg.norm(heliocentric["p"], axis=-1, keepdims=True)
    apparent = unit + barycentric["v"] / 173.1446
    apparent /= np.linalg.norm(apparent, axis=-1, keepdims=True)
    of_date = np.einsum("nij,nj->ni", erfa.c2i00b(*tt), apparent)
    ut1_tai = frames.ut1_minus_tai_s(moments)
    return of_date, erfa.era00(tt[0], tt[1] + (ut1_tai - 32.184) / 86_400)


def plain_sun_elevation_deg(site: Site, tai_ns: TaiNs) -> NDArray[np.float64]:
    """Sample by sample, with the parallax."""
    of_date, era = plain_sun(tuple(tai_ns.tolist()))
    latitude, longitude = radians(site.latitude_deg), radians(site.longitude_deg)
    hour_angle = era + longitude - np.arctan2(of_date[:, 1], of_date[:, 0])
    sine = sin(latitude) * of_date[:, 2] + cos(latitude) * np.hypot(of_date[:, 0], of_date[:, 1]) * np.cos(hour_angle)
    elevation = np.degrees(np.arcsin(sine))
    return elevation - 8.794 / 3_600 * np.cos(np.radians(elevation))  # type: ignore[no-any-return]


@pytest.mark.parametrize("latitude", [-78.0, -33.0, 0.0, 23.44, 40.96, 66.6, 69.65, 89.0])
def test_sun_events_against_erfa_minute_by_minute(latitude: float) -> None:
    site = Site(id="s", name="S", latitude_deg=latitude, longitude_deg=100.3)
    span = Span(Instant.utc(2026, 5, 12), Instant.utc(2026, 6, 1))
    found = sun_events(site, span, 18.0)
    moments = grid(span, 60.0)
    elevation = plain_sun_elevation_deg(site, moments)
    for limit, up, down in ((-18.0, "dawn", "dusk"), (-0.8333, "sunrise", "sunset")):
        above = elevation >= limit
        change = np.flatnonzero(above[1:] != above[:-1])
        expected = [(int(n), up if above[n + 1] else down) for n in change]
        ours = [one for one in found if one.kind in (up, down)]
        assert [one.kind for one in ours] == [kind for _, kind in expected]
        for one, (n, _) in zip(ours, expected, strict=True):
            assert n * 60 - 1 <= one.time.seconds_since(span.start) <= n * 60 + 61
        # 1e-4 deg are 0.36 arcsec, 0.03 s of the Sun's daily way; the parallax on the ellipsoid takes 0.03 arcsec.
        at_events = plain_sun_elevation_deg(site, tai_ns_of(tuple(one.time for one in ours)))
        assert at_events == pytest.approx(np.full(len(ours), limit), abs=1e-4)
    noons = [one.time for one in found if one.kind == "noon"]
    assert len(noons) == 20
    for one in noons:
        # The highest of the day is within half a minute of the transit, less so where the season moves the Sun more.
        assert abs(after_s(site, one)) < 90


def after_s(site: Site, noon: Instant) -> float:
    """How far the Sun is past the meridian, in seconds, by the equation of the horizon: east and west alike."""
    moments = tai_ns_after(noon, np.array([-7_200.0, 7_200.0]))
    east, west = plain_sun_elevation_deg(site, moments)
    slope = np.diff(plain_sun_elevation_deg(site, tai_ns_after(noon, np.array([7_199.0, 7_201.0]))))[0] / 2
    if abs(slope) < 1e-4:  # so close to the pole that elevation says nothing about noon
        return 0.0
    return float((west - east) / 2 / slope)


def test_polar_night_and_midnight_sun_have_a_noon_and_no_sunrise() -> None:
    tromso = Site(id="s", name="S", latitude_deg=69.65, longitude_deg=18.96)
    for month in (6, 12):
        found = sun_events(tromso, Span(Instant.utc(2026, month, 10), Instant.utc(2026, month, 20)), 18.0)
        assert {one.kind for one in found} == ({"noon"} if month == 6 else {"noon", "dawn", "dusk"})
        assert sum(one.kind == "noon" for one in found) == 10
    assert len(sun_up_windows(tromso, Span(Instant.utc(2026, 6, 10), Instant.utc(2026, 6, 20)), min_sun_deg=0.0)) == 1


def test_events_come_in_the_order_of_a_day() -> None:
    found = sun_events(ISLAMABAD, Span(Instant.utc(2026, 9, 18, 20), Instant.utc(2026, 9, 19, 20)), 18.0)
    assert [one.kind for one in found] == ["dawn", "sunrise", "noon", "sunset", "dusk"]


def test_a_course_does_not_miss_the_peak_of_a_pass() -> None:
    def height(at_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return elevation_deg(STATION, ISLAMABAD, tai_ns_after(START, at_s))

    course = follow(Crossing(quantity=height, min_extrema_gap_s=extrema_gap_s(STATION, DAYS)), DAYS.seconds)
    dense = height(np.arange(0.0, DAYS.seconds, 7.0))
    peaks = dense[1:-1][(dense[1:-1] > dense[:-2]) & (dense[1:-1] >= dense[2:])]
    for one in peaks:
        assert np.abs(course.value - one).min() < 0.5
