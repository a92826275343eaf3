"""What widens a forecast's sigma beside its age: a newest set that nothing bears out, and boosts in a long gap."""

from __future__ import annotations

from math import hypot

import pytest
from attrs import evolve

from hamsafar.catalog import load
from hamsafar.flight.forecast import phase_sigma_deg, quiet_plane_sigma_s, station_forecast
from made_history import catalogue_epochs, made_history

STATION = load().station("tiangong")


def _forecast(sets):
    return station_forecast(sets, evolve(STATION, norad=sets[0].norad))


def test_a_doubtful_newest_set_widens_both_sigmas_by_as_much_as_it_disagrees():
    sets = made_history(catalogue_epochs(20, 1), start_km=388.0, seed=1)
    sound = _forecast(sets)
    tilted = evolve(sets[-1], inclination_deg=sets[-1].inclination_deg + 0.02)
    doubted = _forecast([*sets[:-1], tilted])
    assert [one.elements for one in doubted.history.rejected if one.doubtful] == [tilted]
    last, moment = doubted.sets[-1], sets[-1].epoch.plus(days=2)
    assert last.epoch == sets[-2].epoch
    # 0.02 deg of inclination, ninefold where the track turns, at 240 s of the Earth's turning a degree
    assert doubted.plane_sigma_s(last, moment) >= 0.02 * 9 * 239
    assert sound.plane_sigma_s(sound.sets[-1], moment) < 5
    ahead = evolve(sets[-1], mean_anomaly_deg=(sets[-1].mean_anomaly_deg + 20.0) % 360)
    displaced = _forecast([*sets[:-1], ahead])
    assert [one.elements for one in displaced.history.rejected if one.doubtful] == [ahead]
    assert displaced.phase_sigma_deg(last, moment) == pytest.approx(20.0, abs=1.0)
    # once a later set bears out the old ones, the bad one counts for nothing
    cleared = _forecast([*sets[:-2], evolve(sets[-2], mean_anomaly_deg=ahead.mean_anomaly_deg), sets[-1]])
    assert cleared.phase_sigma_deg(cleared.sets[-1], moment) < 1.0


def test_a_boost_somewhere_in_a_long_gap_widens_the_phase_by_what_it_would_do():
    epochs = [epoch for epoch in catalogue_epochs(60, 1) if not 20 < epoch < 40]
    forecast = _forecast(made_history(epochs, burns=((30.0, 8.0),), start_km=386.0, seed=1))
    (boost,) = [one for one in forecast.history.boosts if one.net]
    after = next(one for one in forecast.sets if one.epoch == boost.latest)
    moment = after.epoch.plus(days=-8)
    gap_d = boost.latest.seconds_since(boost.earliest) / 86_400
    # -3/2 n da/a for t days behind it, t as likely anywhere in the 8 of the gap's days: the root of its mean square
    by_boost_deg = 1.5 * abs(boost.delta_altitude_km) / 6_770 * 360 * 15.6 * 8 * (8 / gap_d / 3) ** 0.5
    wanted = min(hypot(by_boost_deg, phase_sigma_deg(STATION, 8.0)), 103.9)
    assert forecast.phase_sigma_deg(after, moment) == pytest.approx(wanted, rel=0.02)
    assert by_boost_deg > 20
    close = after.epoch.plus(days=-1)  # one of the gap's twenty days: hardly likely
    assert forecast.phase_sigma_deg(after, close) == pytest.approx(phase_sigma_deg(STATION, 1.0))


def test_beyond_the_table_a_plane_is_off_in_proportion_and_a_phase_with_the_square():
    last = STATION.forecast_errors[-1]
    assert quiet_plane_sigma_s(STATION, 2 * last.age_d) == pytest.approx(2 * last.plane_s)
    assert phase_sigma_deg(STATION, 1.2 * last.age_d) == pytest.approx(1.44 * last.phase_deg)
    assert phase_sigma_deg(STATION, -1.2 * last.age_d) == phase_sigma_deg(STATION, 1.2 * last.age_d)
