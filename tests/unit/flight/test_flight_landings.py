"""Landing opportunities, reference orbits, profiles and forecasts."""

from __future__ import annotations

from math import pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.errors import InputError
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.flight import (
    landing_opportunities,
    phase_error_deg,
    phase_sigma_deg,
    reference_orbit,
    return_of,
    station_forecast,
    trim_m_s,
    window_sigma_s,
)
from hamsafar.flight.forecast import UNKNOWN_PHASE_SIGMA_DEG, quiet_plane_sigma_s
from hamsafar.flight.profiles import answer, middle_of_band_deg
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory
from hamsafar.timeline import Instant, Span

ELEMENTS = read_tles(Path(__file__).with_name("real_elements.tle").read_text(), where="real_elements.tle")
CATALOGUE = load()
STATION, SHIP, PAD = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("jiuquan")
SITE = CATALOGUE.site("dongfeng")
FIVE = SHIP.returns[0]
LATEST = ELEMENTS[-1]
FORECAST = station_forecast(ELEMENTS, STATION)
HELD = HeldTrajectory(FORECAST.held_orbit(LATEST, LATEST.epoch))


def _landings(trajectory, window, profile=FIVE, sigma=None, basis="near"):
    return landing_opportunities(
        trajectory,
        elements=LATEST,
        basis=basis,
        station=STATION,
        ship=SHIP,
        profile=profile,
        site=SITE,
        window=window,
        phase_sigma_deg_at=sigma,
    )


@pytest.mark.parametrize("basis", ["near", "far"])
def test_one_landing_an_orbit_while_the_site_is_near_the_plane_none_lost(basis):
    trajectory = Sgp4Trajectory(LATEST) if basis == "near" else HELD
    window = Span(LATEST.epoch, LATEST.epoch.plus(days=12))
    found = _landings(trajectory, window, basis=basis)
    assert [one.landing for one in found] == sorted(one.landing for one in found)
    dense = np.arange(window.start.tai_ns, window.end.tai_ns, 10_000_000_000, dtype=np.int64)
    place, r_km, normal = geometry(trajectory, SITE, dense)
    beyond = (np.degrees(phase_rad(place, r_km, normal)) - FIVE.station_lead_deg + 180) % 360 - 180
    off_deg = np.abs(np.degrees(off_plane_rad(place, normal)))
    at = (beyond[:-1] < 0) & (beyond[1:] >= 0) & (np.abs(beyond[1:]) < 10) & (off_deg[1:] <= FIVE.max_crossrange_deg)
    assert len(found) == at.sum() > 8
    assert max(abs(one.landing.tai_ns - t) for one, t in zip(found, dense[1:][at], strict=True)) <= 10_000_000_000
    for one in found:
        assert one.station_lead_deg == pytest.approx(FIVE.station_lead_deg, abs=1e-6)
        assert one.crossrange_km <= np.radians(FIVE.max_crossrange_deg) * 6_371
        assert one.landing.seconds_since(one.undocking) == FIVE.undocking_to_landing_min * 60
        assert one.landing.seconds_since(one.deorbit) == FIVE.deorbit_to_landing_min * 60
        assert one.free_flight_min == FIVE.undocking_to_landing_min
        assert one.basis == basis
        assert one.elements_epoch == LATEST.epoch
        assert one.elements_age_d == pytest.approx(one.landing.seconds_since(LATEST.epoch) / 86_400)


def test_the_landing_window_is_half_open():
    trajectory = Sgp4Trajectory(LATEST)
    first, *_ = _landings(trajectory, Span(LATEST.epoch, LATEST.epoch.plus(days=3)))
    one_ns = Instant(first.landing.tai_ns + 1)
    assert [one.landing for one in _landings(trajectory, Span(first.landing, one_ns))] == [first.landing]
    assert _landings(trajectory, Span(first.landing.plus(minutes=-30), first.landing)) == ()


def test_the_sigma_of_a_landing_is_time_along_the_orbit_and_uniform_where_nothing_is_known():
    trajectory, window = Sgp4Trajectory(LATEST), Span(LATEST.epoch, LATEST.epoch.plus(days=3))
    period_s = 2 * pi * sqrt((6_378.137 + STATION.mean_altitude_km) ** 3 / 398_600.4418)
    known = _landings(trajectory, window, sigma=lambda _: 3.0)[0]
    assert known.sigma_s == pytest.approx(np.hypot(FIVE.station_lead_sigma_deg, 3.0) / 360 * period_s, rel=1e-6)
    unknown = _landings(trajectory, window, sigma=None)[0]
    assert unknown.sigma_s == pytest.approx(period_s / sqrt(12), rel=0.01)


def test_landings_refuse_what_does_not_fit_together():
    window, trajectory = Span(LATEST.epoch, LATEST.epoch.plus(days=1)), Sgp4Trajectory(LATEST)
    with pytest.raises(InputError, match=r"'six-orbits'.*did you mean 'five-orbits'"):
        _landings(trajectory, window, profile=evolve(FIVE, name="six-orbits"))
    with pytest.raises(InputError, match="lands at 'wenchang', not at 'dongfeng'"):
        _landings(trajectory, window, profile=evolve(FIVE, site="wenchang"))
    with pytest.raises(InputError, match="belongs to station 'elsewhere'"):
        landing_opportunities(
            trajectory,
            elements=LATEST,
            basis="near",
            station=STATION,
            ship=evolve(SHIP, station="elsewhere"),
            profile=FIVE,
            site=SITE,
            window=window,
            phase_sigma_deg_at=None,
        )
    with pytest.raises(InputError, match="unknown return profile"):
        return_of(SHIP, "tomorrow")


@settings(max_examples=25, deadline=None)
@given(hours=st.floats(0, 9_000), low=st.floats(0, 360), width=st.floats(0, 100))
def test_a_reference_orbit_stands_in_the_middle_of_the_band_at_lift_off(hours, low, width):
    profile = evolve(SHIP.profiles[0], phase_low_deg=low, phase_high_deg=(low + width) % 360)
    ship = evolve(SHIP, profiles=(profile,))
    launch = LATEST.epoch.plus(hours=hours)
    held = reference_orbit(FORECAST, LATEST, ship, PAD, launch, profile)
    assert held.epoch == launch
    at = np.array([launch.tai_ns], dtype=np.int64)
    phase_deg = np.degrees(phase_rad(*geometry(HeldTrajectory(held), PAD, at)))[0]
    assert abs((phase_deg - low - width / 2 + 180) % 360 - 180) < 1e-6
    same_plane = FORECAST.held_orbit(LATEST, launch)
    assert (held.raan_deg, held.inclination_deg) == (same_plane.raan_deg, same_plane.inclination_deg)


def test_a_held_plane_follows_the_real_one_as_well_as_its_sigma_says():
    # Over 323 days to the last real set, from the last but a few, as it was known then.
    known = tuple(one for one in ELEMENTS if one.epoch < Instant.utc(2025, 11, 2))
    then = station_forecast(known, STATION)
    held = then.held_orbit(known[-1], LATEST.epoch)
    apart_deg = (held.raan_deg - LATEST.raan_deg + 180) % 360 - 180
    assert abs(apart_deg) / 367.08 * 86_400 <= 2 * then.plane_sigma_s(known[-1], LATEST.epoch)


def test_sigmas_only_grow_with_age_and_do_not_care_for_its_sign():
    ages = np.geomspace(0.01, 1_000, 400)
    for sigma in (quiet_plane_sigma_s, phase_sigma_deg):
        values = [sigma(STATION, age) for age in ages]
        assert all(np.diff(values) >= -1e-9)
        assert sigma(STATION, -5.0) == sigma(STATION, 5.0)
        assert sigma(STATION, 0.0) > 0
    most_deg = UNKNOWN_PHASE_SIGMA_DEG
    assert most_deg == pytest.approx(360 / sqrt(12))  # anywhere on the orbit
    for error in STATION.forecast_errors:
        assert quiet_plane_sigma_s(STATION, error.age_d) == pytest.approx(error.plane_s)
        assert phase_sigma_deg(STATION, error.age_d) == pytest.approx(min(error.phase_deg, most_deg))
    last_d = STATION.forecast_errors[-1].age_d
    assert phase_sigma_deg(STATION, 10_000) == most_deg
    assert quiet_plane_sigma_s(STATION, 6 * last_d) == pytest.approx(2 * quiet_plane_sigma_s(STATION, 3 * last_d))
    assert window_sigma_s(5.0, 5_540) == pytest.approx(76.9, abs=0.1)
    with pytest.raises(InputError, match="no forecast errors"):
        quiet_plane_sigma_s(evolve(STATION, forecast_errors=()), 1.0)


def test_a_crossing_is_less_sure_than_a_quiet_history_alone_would_have_it():
    alone = station_forecast([LATEST], STATION)
    ages_d = np.linspace(-300, 300, 61)
    sigmas_s = alone.plane_sigmas_s(LATEST, LATEST.epoch.tai_ns + np.round(ages_d * 86_400e9).astype(np.int64))
    assert all(sigmas_s >= [quiet_plane_sigma_s(STATION, float(age)) for age in ages_d])
    assert all(np.diff(sigmas_s[30:]) > 0)  # forwards
    assert all(np.diff(sigmas_s[:31]) < 0)  # backwards


@pytest.mark.parametrize(
    ("phase", "error"),
    [(355, 0), (5, 0), (350, 0), (10, 0), (349, -1), (11, 1), (180, 170), (181, -169)],
)
def test_a_band_may_run_through_zero(phase, error):
    profile = evolve(SHIP.profiles[0], phase_low_deg=350, phase_high_deg=10)
    assert phase_error_deg(profile, phase) == pytest.approx(error)
    assert middle_of_band_deg(profile) == pytest.approx(0)


BAND = evolve(SHIP.profiles[0], phase_low_deg=351.1, phase_high_deg=353.1, phase_margin_deg=5.0, duration_min=217)


LAUNCH = Instant.utc(2027, 6, 5)


def _answer(profile, phase, sigma, *, near=True):
    return answer(
        profile,
        launch=LAUNCH,
        launch_sigma_s=8.0,
        phase_deg=phase,
        phase_sigma_deg=sigma,
        near=near,
        semi_major_axis_km=6_764.0,
    )


@pytest.mark.parametrize(
    ("phase", "sigma", "feasible", "error"),
    [
        (352.0, 0.1, "yes", 0.0),
        (355.0, 0.1, "unknown", 1.9),  # within the margin of 5 deg
        (358.05, 0.1, "unknown", 4.95),
        (358.3, 0.1, "no", 5.2),
        (358.3, 4.0, "unknown", 5.2),  # within its sigma it may still be inside the margin
        (172.0, 4.9, "no", 178.9),
        (None, None, "unknown", None),
    ],
)
def test_what_a_profile_answers(phase, sigma, feasible, error):
    said = _answer(BAND, phase, sigma)
    assert said.feasible == feasible
    assert said.phase_error_deg == (None if error is None else pytest.approx(error, abs=0.01))
    assert said.docking == LAUNCH.plus(minutes=217)
    assert said.docking_sigma_s == pytest.approx(np.hypot(BAND.duration_sigma_min * 60, 8))
    assert said.why.endswith(".")
    assert "351.1 to 353.1 deg" in said.why
    assert bool(said.trim) == (error != 0)


def test_a_far_phase_is_never_judged_not_even_inside_the_band():
    for phase in (352.0, 172.0, None):
        assert _answer(BAND, phase, 30.0, near=False).feasible == "unknown"


@settings(max_examples=200, deadline=None)
@given(phase=st.floats(0, 360, exclude_max=True), low=st.floats(0, 360), width=st.floats(0, 100))
def test_the_trims_bring_the_phase_to_the_band_the_shorter_way(phase, low, width):
    band = evolve(BAND, phase_low_deg=low, phase_high_deg=(low + width) % 360)
    said = _answer(band, phase, 0.1)
    moved_deg = -phase_error_deg(band, phase)  # forwards where the phase is too small
    assert abs(moved_deg) <= 180
    assert abs(phase_error_deg(band, phase + moved_deg)) < 1e-6
    assert said.phase_error_deg == abs(moved_deg)
    days = [trim.days_ahead for trim in said.trim]
    assert days == sorted(set(days))
    for trim in said.trim:
        assert trim.delta_v_m_s * moved_deg <= 0  # to come forward the station brakes
        # At 6 764 km v = 7 676.56 m/s and n = 5 618.25 deg a day; d(angle) = -3 n t dv / v.
        turned_deg = trim.delta_v_m_s * trim.days_ahead * -3 * 5_618.25 / 7_676.56
        assert turned_deg == pytest.approx(moved_deg, rel=1e-5, abs=1e-9)


def test_where_no_phase_is_known_the_trim_is_that_of_half_a_turn():
    most = {trim.days_ahead: trim.delta_v_m_s for trim in _answer(BAND, None, None, near=False).trim}
    narrow = evolve(BAND, phase_low_deg=353.1)
    half = {trim.days_ahead: trim.delta_v_m_s for trim in _answer(narrow, 353.1 + 179.9999, 0.1).trim}
    assert most.keys() == half.keys()
    for days, burn in most.items():
        assert burn == pytest.approx(half[days], rel=1e-5)
        assert burn > 0


def test_a_trim_burn_moves_the_station_as_kepler_says():
    a_km, days = 6_760.0, 5.0
    burn_m_s = trim_m_s(40.0, days, a_km)
    assert burn_m_s < 0  # to come forward the station brakes and sinks
    # Vis-viva at the burn, then two Kepler periods.
    mu = 398_600.4418
    speed = sqrt(mu / a_km) + burn_m_s / 1_000
    lower_km = 1 / (2 / a_km - speed**2 / mu)
    gained = (sqrt(mu / lower_km**3) - sqrt(mu / a_km**3)) * days * 86_400
    assert np.degrees(gained) == pytest.approx(40.0, rel=0.01)
    with pytest.raises(InputError, match="some days"):
        trim_m_s(10, 0, a_km)
