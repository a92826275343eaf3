"""The verifier's own sky against closed forms, the IAU library and the planner-independent reference SGP4 values."""

import itertools
from math import acos, cos, degrees, radians, sin

import erfa
import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Relay, Site
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify import physics
from hamsafar.verify.windows import stage_of_day
from handmade import ELEMENTS, LINES

NOW = np.zeros(1)
YEARS = [Instant.utc(year, month, 11, 7) for year in (2021, 2024, 2026, 2027) for month in (1, 3, 6, 8, 10, 12)]


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return degrees(acos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1)))


def of_date(moment: Instant) -> np.ndarray:
    """The matrix from GCRS to the true equator of date and mean equinox (TEME), from IAU 2006/2000A."""
    tt = moment.julian_date_tt()
    spin = erfa.ee06a(*tt)
    turn = np.array([[np.cos(spin), np.sin(spin), 0], [-np.sin(spin), np.cos(spin), 0], [0, 0, 1]])
    return turn @ erfa.pnm06a(*tt)


@pytest.mark.parametrize("moment", YEARS, ids=str)
def test_the_sun_is_where_the_iau_puts_it(moment: Instant) -> None:
    earth = erfa.epv00(*moment.julian_date_tt())[0]
    to_sun = -np.array(earth["p"] if earth.dtype.names else earth)
    beta = np.array(erfa.epv00(*moment.julian_date_tt())[1]["v"]) / 173.144632674  # au/d by the speed of light
    apparent = to_sun / np.linalg.norm(to_sun) + beta
    ours = physics.sun_teme_km(moment, NOW)[0]
    assert angle_deg(of_date(moment) @ apparent, ours) <= 0.004  # 1 s of an hour angle
    assert np.linalg.norm(ours) == pytest.approx(np.linalg.norm(to_sun) * physics.AU_KM, rel=1e-4)


@pytest.mark.parametrize("moment", YEARS, ids=str)
def test_sidereal_time_is_gmst82(moment: Instant) -> None:
    whole, fraction = moment.julian_date_utc()
    reference = erfa.gmst82(whole, fraction + physics.ut1_minus_utc_s(moment) / 86_400)
    off = (float(physics.sidereal_rad(moment, NOW)[0]) - reference + np.pi) % (2 * np.pi) - np.pi
    assert abs(off) <= 1e-8  # 0.06 m on the equator


@pytest.mark.parametrize("moment", YEARS, ids=str)
def test_earth_fixed_agrees_with_full_earth_orientation(moment: Instant) -> None:
    whole, fraction = moment.julian_date_utc()
    ut1 = (whole, fraction + physics.ut1_minus_utc_s(moment) / 86_400)
    to_earth = erfa.c2t06a(*moment.julian_date_tt(), *ut1, 0.0, 0.0)
    r_teme_km = np.array([[6_000.0, 2_000.0, 2_500.0]])
    ours = physics.earth_fixed(moment, NOW, r_teme_km)[0]
    assert np.linalg.norm(ours - to_earth @ of_date(moment).T @ r_teme_km[0]) <= 0.02  # km


def test_later_seconds_turn_the_earth_on() -> None:
    start = Instant.utc(2026, 9, 18)
    late = physics.sidereal_rad(start, np.array([0.0, 86_400.0]))
    assert degrees(late[1] - late[0]) % 360 == pytest.approx(0.985647, abs=1e-5)  # a day's excess of sidereal time


def test_ut1_is_read_from_the_table() -> None:
    assert physics.ut1_minus_utc_s(Instant.utc(2020, 1, 1)) == pytest.approx(-0.17716, abs=5e-5)  # IERS bulletin B
    assert abs(physics.ut1_minus_utc_s(Instant.utc(2090, 1, 1))) < 0.9
    assert physics.ut1_minus_utc_s(Instant.utc(2017, 1, 1)) - physics.ut1_minus_utc_s(
        Instant.utc(2016, 12, 31, 23, 59)
    ) == pytest.approx(1.0, abs=0.01)  # the leap second of 2016


@pytest.mark.parametrize(("latitude", "height"), [(0.0, 0.0), (41.1, 1.2), (-67.0, 0.3), (90.0, 0.0)])
def test_sites_stand_on_the_ellipsoid(latitude: float, height: float) -> None:
    site = Site(id="s", name="s", latitude_deg=latitude, longitude_deg=100.3, height_km=height)
    reference = erfa.gd2gc(1, radians(100.3), radians(latitude), height * 1_000) / 1_000
    assert np.linalg.norm(physics.site_km(site) - reference) <= 1e-5
    above = physics.site_km(site) + 400 * physics.site_up(site)
    assert physics.elevation_deg(site, above[None, :])[0] == pytest.approx(90.0, abs=1e-5)


def test_sgp4_reproduces_its_published_case() -> None:
    lines = (  # AIAA 2006-6753, satellite 00005, at 360 min
        "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753",
        "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667",
    )
    epoch = Instant.utc(2000, 6, 27, 18, 50, 19.733568)
    path = physics.Sgp4Path(evolve(ELEMENTS, epoch=epoch, text=lines))
    r_teme_km, v_teme_km_s = path.states(epoch, np.array([360.0 * 60]))
    assert r_teme_km[0] == pytest.approx([-7154.03120202, -3783.17682504, -3536.19412294], abs=1e-5)
    assert v_teme_km_s[0] == pytest.approx([4.741887409, -4.151817765, -2.093935425], abs=1e-8)


def test_lines_and_numbers_give_the_same_orbit() -> None:
    from_lines, from_numbers = physics.Sgp4Path(ELEMENTS), physics.Sgp4Path(evolve(ELEMENTS, text=()))
    late = np.array([0.0, 86_400.0 * 5])
    apart = from_lines.states(ELEMENTS.epoch, late)[0] - from_numbers.states(ELEMENTS.epoch, late)[0]
    assert np.abs(apart).max() <= 0.01  # the lines' epoch ends at 0.9 ms, in which the station flies 7 m
    assert physics.lines_against_numbers(ELEMENTS) == []
    assert physics.element_lines(ELEMENTS) == LINES
    wrong = evolve(ELEMENTS, raan_deg=ELEMENTS.raan_deg + 0.001, epoch=ELEMENTS.epoch.plus(seconds=0.01))
    assert len(physics.lines_against_numbers(wrong)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"eccentricity": 1.5, "text": ()},
        {"mean_motion_rev_d": 0.0, "text": ()},
        {"mean_motion_rev_d": -1e300, "text": ()},
        {"text": ("1 " + "x" * 67, "2 " + "y" * 67)},
    ],
)
def test_elements_that_are_none_are_out_of_range(changes: dict[str, object]) -> None:
    with pytest.raises(OutOfRangeError):
        physics.Sgp4Path(evolve(ELEMENTS, **changes)).states(ELEMENTS.epoch, NOW)


def test_a_held_orbit_stays_near_sgp4_for_an_orbit() -> None:
    """The rates of J2 against SGP4's own, over a day: node and phase."""
    path = physics.Sgp4Path(evolve(ELEMENTS, bstar_per_er=0.0, eccentricity=1e-5, text=()))
    site = Site(id="s", name="s", latitude_deg=0.0, longitude_deg=0.0)
    n = 15.60068670 * 2 * np.pi / 86_400
    radius = (physics.MU_KM3_S2 / n**2) ** (1 / 3)
    tilt = radians(ELEMENTS.inclination_deg)
    for _ in range(20):  # the radius at which argument of latitude turns once a revolution of the elements
        dot = physics.held_rates(radius, tilt)[1]
        kozai = n + 0.75 * n * physics.J2 * (physics.RADIUS_KM / radius) ** 2 * (4 - 5 * sin(tilt) ** 2)
        radius *= (dot / kozai) ** (2 / 3)
    held = physics.HeldPath(
        HeldOrbit(
            epoch=ELEMENTS.epoch,
            semi_major_axis_km=radius,
            inclination_deg=ELEMENTS.inclination_deg,
            raan_deg=ELEMENTS.raan_deg,
            argument_of_latitude_deg=(ELEMENTS.argument_of_perigee_deg + ELEMENTS.mean_anomaly_deg) % 360,
        )
    )
    late = np.array([0.0, 86_400.0])
    theirs = physics.Standing(path, site, ELEMENTS.epoch, late)
    ours = physics.Standing(held, site, ELEMENTS.epoch, late)
    assert np.abs(theirs.off_plane_deg - ours.off_plane_deg).max() <= 0.05
    assert np.abs((theirs.lead_deg - ours.lead_deg + 180) % 360 - 180).max() <= 0.5


def test_umbra_of_a_ball_in_closed_form() -> None:
    """Over the equator a station is dark within asin(R/r) less the radius of the Sun of the axis."""
    sun = np.array([[physics.AU_KM, 0.0, 0.0]])
    radius = 6_770.0
    edge = np.arcsin(physics.RADIUS_KM / radius) - np.arcsin(physics.SUN_RADIUS_KM / (physics.AU_KM + radius))
    for angle, dark in ((edge - 1e-4, True), (edge + 1e-4, False), (np.pi, False), (0.0, True)):
        here = radius * np.array([[-np.cos(angle), np.sin(angle), 0.0]])
        assert bool(physics.in_umbra(here, sun)[0]) is dark


def test_the_flat_poles_shorten_the_shadow() -> None:
    sun = np.array([[physics.AU_KM, 0.0, 0.0]])
    angle = np.arcsin(physics.RADIUS_KM / 6_770) - 0.006  # dark behind the equator, light behind the pole
    here = 6_770.0 * np.array([[-np.cos(angle), np.sin(angle), 0.0], [-np.cos(angle), 0.0, np.sin(angle)]])
    assert list(physics.in_umbra(here, np.repeat(sun, 2, axis=0))) == [True, False]


def test_relays_by_cone_and_by_the_earths_rim() -> None:
    relay = Relay(id="r", name="r", longitude_deg=0.0)

    def seen(longitude: float, cone: float) -> bool:
        angle = radians(longitude)
        here = 6_770.0 * np.array([[cos(angle), sin(angle), 0.0]])
        return bool(physics.sees_relay(here, relay, cone)[0])

    assert seen(0, 1)
    # At geocentric angle g the relay is atan2(R sin g, R cos g - r) off the zenith; the ray touches the rim where
    # acos(rim/r) + acos(rim/R) = g.
    rim = physics.RADIUS_KM + physics.AIR_KM
    touch = degrees(acos(rim / 6_770.0) + acos(rim / physics.GEO_RADIUS_KM))
    assert seen(touch - 0.01, 180)
    assert not seen(touch + 0.01, 180)
    off = degrees(np.arctan2(physics.GEO_RADIUS_KM * sin(1.0), physics.GEO_RADIUS_KM * cos(1.0) - 6_770.0))
    assert seen(degrees(1.0), off + 0.001)
    assert not seen(degrees(1.0), off - 0.001)


def test_stages_of_a_day_come_in_order() -> None:
    place = Site(id="s", name="s", latitude_deg=33.69, longitude_deg=73.05)
    start = Instant.utc(2027, 6, 5, 19, 30)  # shortly after local midnight
    stages = stage_of_day(place, 18.0, start, np.arange(0.0, 86_400.0, 60.0))
    changes = [int(stages[0]), *(int(b) for a, b in itertools.pairwise(stages) if a != b)]
    assert changes == [4, 0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("age", "sigma"), [(0.1, 0.02), (1, 0.02), (3, 0.1), (3**0.5, (0.02 * 0.1) ** 0.5), (9, 0.5), (-3, 0.1)]
)
def test_forecast_sigma_is_straight_in_log_log(age: float, sigma: float) -> None:
    assert physics.forecast_sigma((1.0, 3.0), (0.02, 0.1), age) == pytest.approx(sigma)


@pytest.mark.parametrize(
    ("angle", "outside"), [(350.0, 0), (5.0, 0), (10.1, 0), (10.3, 0.3), (349.9, 0), (349.0, 1.0), (180.0, 170.0)]
)
def test_a_band_may_run_through_zero(angle: float, outside: float) -> None:
    assert physics.within_band(angle, 350.0, 10.0, 0.2) == pytest.approx(outside)


def test_planes_apart() -> None:
    assert physics.plane_angle_deg(41.5, 10.0, 41.5, 10.0) == pytest.approx(0, abs=1e-6)
    assert physics.plane_angle_deg(41.5, 10.0, 42.5, 10.0) == pytest.approx(1.0)
    assert physics.plane_angle_deg(90.0, 10.0, 90.0, 40.0) == pytest.approx(30.0)
