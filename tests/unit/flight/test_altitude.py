"""The mean altitude of a station: what its sets show, and what is to be expected after them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.flight.altitude import altitude_of
from hamsafar.flight.forecast import station_forecast
from hamsafar.flight.history import history_of
from hamsafar.timeline import Instant
from made_history import FIRST, catalogue_epochs, made_history

STATION = load().station("tiangong")


@cache
def _altitude(decay_km_d=0.13, start_km=386.0, burns=(), days=30.0):
    sets = made_history(catalogue_epochs(days, 1), burns=burns, start_km=start_km, decay_km_d=decay_km_d, seed=1)
    history = history_of(sets)
    return history, altitude_of(history, STATION)


def test_it_is_exact_at_the_sets_and_straight_between_them():
    history, altitude = _altitude(burns=((12.3, 4.0),))
    epochs = np.array([one.epoch.tai_ns for one in history.sets])
    assert altitude.km(epochs) == pytest.approx(history.altitude_km, abs=1e-12)
    middles = (epochs[:-1] + epochs[1:]) // 2
    halves = (np.array(history.altitude_km[:-1]) + np.array(history.altitude_km[1:])) / 2
    assert altitude.km(middles) == pytest.approx(halves, abs=1e-9)


@pytest.mark.parametrize("decay_km_d", [0.05, 0.13, 0.3])
def test_the_rate_of_sinking_is_that_of_the_last_days(decay_km_d):
    _, altitude = _altitude(decay_km_d=decay_km_d)
    # 30 sets over 6 d, each good to 8 m: a slope is good to 2 m/d; the middle of slopes to a little more
    assert altitude.sinking_km_per_day == pytest.approx(decay_km_d, abs=0.008)


def test_a_boost_does_not_spoil_the_rate_of_sinking():
    for burn_d in (29.0, 27.0, 24.0):
        _, altitude = _altitude(burns=((burn_d, 3.0),))
        assert altitude.sinking_km_per_day == pytest.approx(0.13, abs=0.06)


def test_just_after_the_last_set_it_sinks_and_long_after_it_is_what_the_operator_keeps():
    history, altitude = _altitude()
    last_km = history.altitude_km[-1]
    assert altitude.expected_km(np.array([0.0]))[0] == last_km
    soon = altitude.expected_km(np.array([2.0]))[0]
    assert soon == pytest.approx(last_km - 2 * altitude.sinking_km_per_day, abs=0.02)
    late = altitude.expected_km(np.array([900.0, 1_000.0]))
    assert late[0] == pytest.approx(late[1], abs=1e-3)
    spread_km = 3 * STATION.mean_altitude_sigma_km
    assert abs(late[1] - STATION.mean_altitude_km) < spread_km


@settings(max_examples=60, deadline=None)
@given(start_km=st.floats(382, 396), decay_km_d=st.sampled_from([0.05, 0.13, 0.3]), days=st.floats(-900, 900))
def test_it_never_leaves_what_lies_between_the_last_set_the_floor_and_the_mean(start_km, decay_km_d, days):
    history, altitude = _altitude(decay_km_d=decay_km_d, start_km=float(round(start_km)))
    at = np.array([history.sets[-1 if days > 0 else 0].epoch.tai_ns + int(days * 86_400e9)])
    km = float(altitude.km(at)[0])
    known = history.altitude_km
    sunk_km = altitude.sinking_km_per_day * STATION.keeping.longest_quiet_d
    low = min(*known, STATION.keeping.floor_km, STATION.mean_altitude_km)
    high = max(*known, STATION.mean_altitude_km)
    margin_km = max(sunk_km, 3 * STATION.mean_altitude_sigma_km)
    assert low - margin_km <= km <= high + margin_km


@settings(max_examples=40, deadline=None)
@given(from_km=st.floats(370, 400), decay_km_d=st.sampled_from([0.05, 0.13, 0.3]))
def test_the_sum_is_the_less_sure_the_longer_it_runs(from_km, decay_km_d):
    _, altitude = _altitude(decay_km_d=decay_km_d)
    days = np.linspace(0, 400, 801)
    sigma = altitude.integral_sigma_km_d(from_km, days)
    assert sigma[0] == 0
    assert all(np.diff(sigma) >= -1e-9)
    assert np.array_equal(altitude.integral_sigma_km_d(from_km, -days), sigma)
    # It can't grow faster than altitudes spread, by more than the way from this altitude to the mean.
    apart_km = abs(from_km - STATION.mean_altitude_km) + 5 * STATION.mean_altitude_sigma_km + 0.3 * 60
    assert sigma[-1] <= apart_km * 400


def test_a_single_set_has_a_forecast_too():
    sets = made_history([0.0], noise=0.0)
    history = history_of(sets)
    altitude = altitude_of(history, STATION)
    assert altitude.km(np.array([FIRST.tai_ns]))[0] == pytest.approx(385.0, abs=0.01)
    assert altitude.sinking_km_per_day > 0
    assert np.isfinite(altitude.km(np.array([Instant.utc(2024, 1, 1).tai_ns, Instant.utc(2027, 1, 1).tai_ns]))).all()


def test_the_chance_of_a_boost_is_that_of_its_history():
    made = made_history(catalogue_epochs(60, 1), start_km=390.0, seed=1)
    station = evolve(STATION, norad=made[0].norad)
    quiet = station_forecast(made, station)
    busy_burns = tuple((float(day), 1.0) for day in (5, 15, 25, 35, 45, 55))
    busy = station_forecast(made_history(catalogue_epochs(60, 1), burns=busy_burns, start_km=390.0, seed=1), station)
    assert len([boost for boost in busy.history.boosts if not boost.net]) == 6
    for forecast, boosts in ((quiet, 0), (busy, 6)):
        last = forecast.sets[-1].epoch
        assert forecast.boost_chance(last) == forecast.boost_chance(last.plus(days=-3)) == 0.0
        chances = [forecast.boost_chance(last.plus(days=days)) for days in (1, 7, 30, 365)]
        assert chances == sorted(chances)
        # (boosts + 2) in (the days followed + 30 d), spread by chance
        days = last.seconds_since(forecast.sets[0].epoch) / 86_400
        assert chances[1] == pytest.approx(1 - np.exp(-7 * (boosts + 2) / (days + 30)), rel=1e-6)
        assert chances[3] > 0.99 or boosts == 0
