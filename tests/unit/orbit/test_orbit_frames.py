"""Frames and the Sun against Skyfield, ERFA and closed forms."""

from __future__ import annotations

from datetime import date
from math import radians

import erfa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import load, wgs84
from skyfield.sgp4lib import TEME

from hamsafar.domain.places import Site
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit import frames
from hamsafar.orbit.frames import (
    earth_orientation_range,
    gcrs_from_teme,
    geodetic,
    gmst82_rad,
    itrs_from_teme,
    itrs_states_from_teme,
    site_axes,
    site_itrs_km,
    site_up,
    table_warnings,
    teme_from_gcrs,
    teme_from_itrs,
)
from hamsafar.orbit.nodes import Nodes
from hamsafar.orbit.sun import sun_elevation_deg, sun_hour_angle_rad, sun_itrs_km, sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs, grid, julian_date_tt, tai_ns_after, tai_ns_of
from hamsafar.resources import earth_orientation_text
from hamsafar.timeline import Instant, Span

SKYFIELD = load.timescale(builtin=True)
EPOCH = Instant.utc(2026, 9, 18, 7, 8, 44.68)
WEEKS = Span(Instant.utc(2026, 1, 5), Instant.utc(2026, 12, 20))
ISLAMABAD = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.54)


def vectors(n: int) -> Floats:
    """(n, 3) km, reproducible, at the height of a station."""
    raw = np.random.default_rng(n).normal(size=(n, 3))
    found: Floats = 6_770.0 * raw / np.linalg.norm(raw, axis=-1, keepdims=True)
    return found


def skyfield_time(tai_ns: TaiNs, *, our_ut1: bool = True) -> object:
    whole, fraction = julian_date_tt(tai_ns)
    t = SKYFIELD.tt_jd(whole, fraction)
    if our_ut1:  # Skyfield's built-in table ends years ago
        t.delta_t = 32.184 - frames.ut1_minus_tai_s(tai_ns)
    return t


def polar_motion(tai_ns: TaiNs) -> Floats:
    """ERFA's polar motion matrices (n, 3, 3), PEF → ITRS."""
    matrices: Floats = erfa.pom00(*frames.polar_motion_rad(tai_ns), 0.0)
    return matrices


def test_teme_to_itrs_is_that_of_skyfield_with_polar_motion() -> None:
    moments = grid(WEEKS, 86_400 * 7.3)
    r = vectors(moments.size)
    t = skyfield_time(moments)
    gmst = radians(360) * (SKYFIELD_GMST82(t) % 1.0)
    ours = itrs_from_teme(r, moments)
    pef = np.stack([erfa.rz(angle, np.eye(3)) @ one for angle, one in zip(gmst, r, strict=True)])
    theirs = np.einsum("nij,nj->ni", polar_motion(moments), pef)
    # Skyfield carries UT1 with 1e-9 d of a double's rounding in GMST: 5e-9 rad, 3 cm.
    assert np.abs(ours - theirs).max() < 5e-5
    assert np.abs(ours - pef).max() > 0.005  # polar motion is there: 0.3 arcsec are 10 m


def SKYFIELD_GMST82(t: object) -> Floats:  # noqa: N802  # one constant-like helper
    from skyfield.sgp4lib import theta_GMST1982

    theta, _ = theta_GMST1982(t.whole, t.ut1_fraction)  # type: ignore[attr-defined]
    turns: Floats = theta / radians(360)
    return turns


def test_teme_to_gcrs_is_that_of_skyfield() -> None:
    moments = grid(WEEKS, 86_400 * 7.3)
    r = vectors(moments.size)
    t = skyfield_time(moments)
    rotation = np.moveaxis(np.array(TEME.rotation_at(t)), -1, 0)  # GCRS → TEME
    theirs = np.einsum("nji,nj->ni", rotation, r)
    assert np.abs(gcrs_from_teme(r, moments) - theirs).max() < 1e-4  # km: 3 mas


def test_there_and_back() -> None:
    moments = grid(WEEKS, 86_400 * 3.1)
    r = vectors(moments.size)
    assert np.allclose(teme_from_itrs(itrs_from_teme(r, moments), moments), r, atol=1e-9)
    assert np.allclose(teme_from_gcrs(gcrs_from_teme(r, moments), moments), r, atol=1e-7)


def test_nodes_are_as_good_as_every_sample() -> None:
    moments = grid(Span(EPOCH, EPOCH.plus(days=30)), 7_777)
    direct = frames._gcrs_from_teme_nodes(moments)
    # 1e-10 rad is 0.02 mas.
    assert np.abs(frames._gcrs_from_teme.at(moments) - direct).max() < 3e-10


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    moments = grid(Span(EPOCH, EPOCH.plus(days=90)), 86_400 * 5.3)
    together = sun_teme_km(moments)
    for n in (0, 7, moments.size - 1):
        assert np.array_equal(sun_teme_km(moments[n : n + 1])[0], together[n])


def test_nodes_take_a_cubic_exactly() -> None:
    day_ns = 86_400 * 10**9

    def cubic(tai_ns: TaiNs) -> Floats:
        x = tai_ns / day_ns
        return np.stack([x**3 - 2 * x, 5 - x**2], axis=-1)

    moments = np.array([-3 * day_ns - 1, -1, 0, 1, 17, 64 * day_ns - 1, 64 * day_ns, 70 * day_ns + 12_345])
    assert Nodes(cubic, step_s=86_400).at(moments) == pytest.approx(cubic(moments), rel=1e-12, abs=1e-9)


def test_velocity_in_itrs_is_the_derivative() -> None:
    moments = np.array([EPOCH.tai_ns])
    v_teme = np.array([[1.0, -7.0, 2.5]])
    r_teme = vectors(1)
    r, v = itrs_states_from_teme(r_teme, v_teme, moments)
    half_s = 0.5

    def carried(sign: int) -> Floats:
        return itrs_from_teme(r_teme + sign * half_s * v_teme, moments + round(sign * half_s * 1e9))

    assert np.array_equal(r, itrs_from_teme(r_teme, moments))
    assert np.abs(carried(1) - carried(-1) - v).max() < 1e-6  # sidereal against WGS-84's rate: 1e-8 of 0.5 km/s


def test_earth_orientation_against_the_table() -> None:
    # The rows on both sides of the leap second at the end of 2016, and TAI-UTC on those days.
    rows = {line[7:12]: float(line[58:68]) for line in earth_orientation_text().splitlines() if line[58:68].strip()}
    for day, mjd, leaps in (((2016, 12, 31), "57753", 36), ((2017, 1, 1), "57754", 37)):
        found = frames.ut1_minus_tai_s(tai_ns_of(Instant.utc(*day)))[0]
        assert found + leaps == pytest.approx(rows[mjd], abs=1e-9)
    assert rows["57754"] - rows["57753"] > 0.9
    inside = frames.ut1_minus_tai_s(grid(Span(Instant.utc(2016, 12, 30), Instant.utc(2017, 1, 3)), 3_600))
    assert np.abs(np.diff(inside)).max() < 2e-4  # no leap left in it


def test_past_the_tables_end_the_last_value_is_held() -> None:
    first, last = earth_orientation_range()
    assert first == date(1973, 1, 2)
    assert last > date(2026, 12, 31)
    end = Instant.utc(last.year, last.month, last.day)
    held = frames.ut1_minus_tai_s(tai_ns_of((end, end.plus(days=400))))
    assert held[0] == held[1]
    early = frames.ut1_minus_tai_s(tai_ns_of((Instant.utc(1972, 3, 1), Instant.utc(1973, 1, 2))))
    assert early[0] == early[1]


def test_warnings_name_the_tables() -> None:
    assert table_warnings(Span(Instant.utc(2026, 1, 1), Instant.utc(2026, 6, 1))) == ()
    later = table_warnings(Span(Instant.utc(2026, 1, 1), Instant.utc(2040, 6, 1)))
    assert [text.split(" table")[0] for text in later] == ["the Earth orientation", "the leap second"]
    assert "begins on 1973-01-02" in table_warnings(Span(Instant.utc(1972, 1, 5), Instant.utc(1972, 1, 6)))[0]


def test_gmst_is_that_of_erfa() -> None:
    moments = tai_ns_of(EPOCH)
    midnight, fraction = EPOCH.julian_date_utc()
    ut1_utc_d = (frames.ut1_minus_tai_s(moments)[0] + 37) / 86_400
    assert gmst82_rad(moments)[0] == pytest.approx(erfa.gmst82(midnight, fraction + ut1_utc_d), abs=1e-11)


@settings(max_examples=100, deadline=None)
@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180, exclude_min=True), height=st.floats(-0.4, 9.0))
def test_sites_are_those_of_erfa(latitude: float, longitude: float, height: float) -> None:
    site = Site(id="s", name="S", latitude_deg=latitude, longitude_deg=longitude, height_km=height)
    reference = erfa.gd2gc(1, radians(longitude), radians(latitude), height * 1_000) / 1_000
    assert site_itrs_km(site) == pytest.approx(reference, abs=1e-9)
    axes = site_axes(site)
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-15)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    assert np.array_equal(site_up(site), axes[2])
    (back_latitude,), (back_longitude,), (back_height,) = geodetic(site_itrs_km(site)[None, :])
    assert (back_latitude, back_height) == pytest.approx((latitude, height), abs=1e-8)
    if abs(latitude) < 89.999:
        assert np.remainder(back_longitude - longitude + 180, 360) - 180 == pytest.approx(0, abs=1e-8)


def test_geodetic_and_geocentric_are_told_apart() -> None:
    site = Site(id="s", name="S", latitude_deg=45.0, longitude_deg=0.0)
    r = site_itrs_km(site)
    geocentric_deg = np.degrees(np.arctan2(r[2], r[0]))
    assert 45.0 - geocentric_deg == pytest.approx(0.19242, abs=1e-4)  # 11.5 arcmin at 45 deg
    assert r == pytest.approx(wgs84.latlon(45.0, 0.0).itrs_xyz.km, abs=1e-9)


@pytest.mark.parametrize("label", [(2026, 3, 20, 14, 46), (2026, 9, 23, 0, 5)])
def test_the_sun_crosses_the_equator_when_almanacs_print_it(label: tuple[int, int, int, int, int]) -> None:
    sun = sun_teme_km(tai_ns_of(Instant.utc(*label)))[0]
    # Printed to the minute, in which the declination moves by 0.0003 deg.
    assert np.degrees(np.arcsin(sun[2] / np.linalg.norm(sun))) == pytest.approx(0.0, abs=0.0003)


def test_the_sun_stands_highest_at_the_true_obliquity() -> None:
    moments = tai_ns_of(Instant.utc(2026, 6, 21, 8, 24))
    tt = julian_date_tt(moments)
    obliquity = np.degrees(erfa.obl06(*tt) + erfa.nut06a(*tt)[1])[0]
    sun = sun_teme_km(moments)[0]
    assert np.degrees(np.arcsin(sun[2] / np.linalg.norm(sun))) == pytest.approx(obliquity, abs=3e-4)  # Sun's latitude


def test_the_sun_is_that_of_erfa_sample_by_sample() -> None:
    moments = grid(Span(Instant.utc(2024, 1, 1), Instant.utc(2032, 1, 1)), 86_400 * 11.7)
    heliocentric, barycentric = erfa.epv00(*julian_date_tt(moments))
    r, beta = -heliocentric["p"], barycentric["v"] / 173.1446326846693
    unit = r / np.linalg.norm(r, axis=-1, keepdims=True)
    gamma = np.sqrt(1 - np.einsum("ni,ni->n", beta, beta))
    apparent = erfa.ab(unit, beta, np.linalg.norm(r, axis=-1), gamma)  # with light bending and relativity
    ours = gcrs_from_teme(sun_teme_km(moments), moments)
    ours /= np.linalg.norm(ours, axis=-1, keepdims=True)
    apart_deg = np.degrees(np.linalg.norm(np.cross(ours, apparent), axis=-1))
    assert apart_deg.max() < 1e-5  # 0.04 arcsec; 0.005 deg is promised


def test_sun_elevation_and_hour_angle() -> None:
    noon = Instant.utc(2026, 9, 19, 7, 1, 40)
    moments = tai_ns_after(noon, np.array([-3_600.0, 0.0, 3_600.0, 43_200.0]))
    elevation, angle = sun_elevation_deg(ISLAMABAD, moments), sun_hour_angle_rad(ISLAMABAD, moments)
    assert np.argmax(elevation) == 1
    assert np.degrees(angle[:3]) == pytest.approx([-15, 0, 15], abs=0.05)
    assert abs(np.degrees(angle[3])) == pytest.approx(180, abs=0.1)
    # At the meridian the elevation is 90 - latitude + declination, less the parallax of 8.8 arcsec x cos.
    sun = sun_itrs_km(moments)[1]
    declination = np.degrees(np.arcsin(sun[2] / np.linalg.norm(sun)))
    assert elevation[1] == pytest.approx(90 - 33.69 + declination - 0.0024 * np.cos(np.radians(57.6)), abs=2e-4)


def test_the_sun_says_when_it_is_not_known() -> None:
    for year in (1972, 2099):
        assert sun_teme_km(tai_ns_of(Instant.utc(year, 11, 30) if year == 2099 else Instant.utc(year, 1, 1))).shape
    with pytest.raises(OutOfRangeError, match="2099") as caught:
        sun_teme_km(tai_ns_of((EPOCH, Instant.utc(2150, 1, 1))))
    assert caught.value.asked == Instant.utc(2150, 1, 1)
    assert sun_teme_km(np.array([], dtype=np.int64)).shape == (0, 3)


def test_grid_is_half_open() -> None:
    span = Span(EPOCH, EPOCH.plus(seconds=10))
    assert (grid(span, 2.5) - EPOCH.tai_ns).tolist() == [0, 2_500_000_000, 5_000_000_000, 7_500_000_000]
    with pytest.raises(InputError):
        grid(span, 0.0)
    with pytest.raises(InputError):
        grid(span, -1.0)
