"""Flights that happened: the rows of the calibration, predictions of flights held out, and the catalogue's figures."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from hamsafar.catalog import load
from hamsafar.flight import landing_opportunities, launch_opportunities, station_forecast
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span

ROOT = Path(__file__).parents[3]
SHARED = [ROOT.parent / "shared" / "data" / name for name in ("tiangong_elements.tle", "tiangong_latest.tle")]


def _tool():
    spec = importlib.util.spec_from_file_location("calibrate_flights", ROOT / "tools" / "calibrate_flights.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
TABLE = TOOL.flights()
CATALOGUE = load()
STATION = CATALOGUE.station("tiangong")


@cache
def forecast():
    return station_forecast(TOOL.read_sets([TOOL.FOLDER / "elements.tle"], STATION), STATION)


@cache
def lift_offs():
    return {row["flight"]: TOOL.lifted(forecast(), row) for row in TABLE["launches"]}


@cache
def landings():
    return {row["flight"]: TOOL.landed(forecast(), row, CATALOGUE.site("dongfeng")) for row in TABLE["landings"]}


# Phases of the facts of November 2026, from other element sets in part; deg.
PHASES = {"Shenzhou-13": 16.1, "Shenzhou-15": 0.9, "Shenzhou-21": 352.1, "Tianzhou-4": 354.8}


@pytest.mark.parametrize("flight", PHASES)
def test_phases_of_the_facts_come_out_again(flight):
    assert abs(lift_offs()[flight].phase_deg - PHASES[flight]) <= 0.2


# Crossing minus launch of the facts, min, by the osculating plane at the station's place. The plane over the pad that
# counts here differs from it by the ripple of J2 between phase 0 and theirs: up to 13 s for phases up to 16 deg.
CROSSINGS = {"Shenzhou-13": 0.01, "Shenzhou-15": -7.10, "Shenzhou-18": -7.27, "Shenzhou-21": -7.06, "Tianzhou-4": 5.32}


@pytest.mark.parametrize("flight", CROSSINGS)
def test_crossings_of_the_facts_come_out_again(flight):
    seen = lift_offs()[flight]
    assert abs(-seen.after_crossing_s / 60 - CROSSINGS[flight]) * 60 <= 25 + seen.sigma_s


WELL_KNOWN = (
    *("Shenzhou-15", "Shenzhou-17", "Shenzhou-21", "Shenzhou-22", "Shenzhou-23"),
    *("Tianzhou-4", "Tianzhou-5", "Tianzhou-8", "Tianzhou-9"),
)


@pytest.mark.parametrize("flight", WELL_KNOWN)
def test_a_lift_off_is_predicted_without_having_been_looked_at(flight):
    held_out = lift_offs()[flight]
    rest = [one for one in TOOL.counted(lift_offs().values(), held_out.row["ship"]) if one.flight != flight]
    offset_s, spread_s = TOOL.offset_s(rest)
    ship = CATALOGUE.ship(held_out.row["ship"])
    blind = evolve(ship, launches=(evolve(ship.launches[0], offset_s=offset_s, offset_sigma_s=spread_s),))
    window = Span(held_out.launch.plus(hours=-12), held_out.launch.plus(hours=11))
    pad = CATALOGUE.site(held_out.row["pad"])
    names = tuple(profile.name for profile in ship.profiles)
    (found,) = launch_opportunities(forecast(), blind, pad, window, profiles=names)
    off_s = abs(found.launch.seconds_since(held_out.launch))
    assert off_s <= 15  # seconds: twice the spread of what the operator does
    assert off_s <= 2 * found.sigma_s
    flown = [name for name, flights in TABLE["profiles"][ship.id].items() if flight in flights]
    flown += [name for name, flights in TABLE["phases_also"].get(ship.id, {}).items() if flight in flights]
    answers = {answer.name: answer for answer in found.profiles}
    assert answers[flown[0]].feasible in ("yes", "unknown")
    if found.phase_sigma_deg is not None and found.phase_sigma_deg <= TOOL.PHASE_COUNTS_DEG:
        assert answers[flown[0]].feasible == "yes"
        assert answers[flown[0]].trim == ()
    if "docking" in held_out.row:
        docking = Instant.parse(held_out.row["docking"])
        assert abs(answers[flown[0]].docking.seconds_since(docking)) <= 120  # known to the minute


@pytest.mark.parametrize(
    "flight",
    ["Shenzhou-14", "Shenzhou-16", "Shenzhou-17", "Shenzhou-20 (empty)", "Shenzhou-21 (three orbits)", "Shenzhou-19"],
)
def test_a_landing_is_predicted_without_having_been_looked_at(flight):
    held_out = landings()[flight]
    leads = TOOL.leads_of(one for name, one in landings().items() if name != flight)
    profile = CATALOGUE.ship("shenzhou").returns[0]
    blind = evolve(profile, station_lead_deg=float(np.mean(leads)))
    elements = forecast().nearest(held_out.landing)
    (found,) = landing_opportunities(
        Sgp4Trajectory(elements),
        elements=elements,
        basis="near",
        station=STATION,
        ship=CATALOGUE.ship("shenzhou"),
        profile=blind,
        site=CATALOGUE.site("dongfeng"),
        window=Span(held_out.landing.plus(hours=-0.7), held_out.landing.plus(hours=0.7)),
        phase_sigma_deg_at=lambda moment: forecast().phase_sigma_deg(elements, moment),
    )
    off_s = abs(found.landing.seconds_since(held_out.landing))
    assert off_s <= (180 if abs(held_out.set_d) < 2 else 480)  # s, as the project asks
    assert off_s <= 2.5 * found.sigma_s


def test_every_landing_lay_within_the_crossrange_of_the_catalogue():
    profile = CATALOGUE.ship("shenzhou").returns[0]
    offs = [abs(one.off_plane_deg) for one in landings().values() if abs(one.set_d) < 20]
    assert len(offs) >= 10
    assert max(offs) <= profile.max_crossrange_deg
    assert sorted(offs)[len(offs) // 2] <= 0.1  # the site of the catalogue is where they land


def test_docked_craft_and_the_station_tell_the_same_plane():
    paths = [TOOL.FOLDER / "elements.tle"]
    sets = TOOL.read_sets(paths, STATION)
    assert {one.norad for one in sets} == {STATION.norad}
    assert len(sets) > len(forecast().sets) >= 170
    assert all(one.doubtful is False for one in forecast().history.rejected)


def test_the_catalogue_says_what_the_tool_prints(capsys):
    assert TOOL.main([]) == 0
    printed = capsys.readouterr().out
    for ship in (CATALOGUE.ship("shenzhou"), CATALOGUE.ship("tianzhou")):
        (offset,) = ship.launches
        said = f"OFFSET {ship.id}: {offset.offset_s:.1f} s, spread {offset.offset_sigma_s:.1f} s; "
        assert said + ", ".join(offset.flights) in printed
        assert {profile.name for profile in ship.profiles} == set(TABLE["profiles"][ship.id])
        for profile in ship.profiles:
            assert list(profile.flights) == TABLE["profiles"][ship.id][profile.name]
            assert f"PROFILE {ship.id} {profile.name}: {profile.duration_min:.1f} min, spread " in printed
            line = next(line for line in printed.splitlines() if line.startswith(f"PROFILE {ship.id} {profile.name}:"))
            if profile.phase_low_deg is None:
                assert "phases unknown" in line
            else:
                assert f"phases {profile.phase_low_deg:.1f} to {profile.phase_high_deg:.1f} deg" in line
            spread = line.split("spread ")[1].split(";")[0]
            assert spread == "unknown" or profile.duration_sigma_min >= float(spread) - 0.05
    five, three = CATALOGUE.ship("shenzhou").returns
    assert f"LEAD: {five.station_lead_deg:.1f} deg, spread {five.station_lead_sigma_deg:.1f}" in printed
    assert three.station_lead_deg == five.station_lead_deg
    assert f"RETURN five-orbits: {five.undocking_to_landing_min:.0f} min, spread " in printed
    assert f"RETURN three-orbits: {three.undocking_to_landing_min:.0f} min" in printed
    assert f"BURN to landing: {five.deorbit_to_landing_min:.0f} min" in printed
    keeping = STATION.keeping
    assert f"mean {STATION.mean_altitude_km:.1f} km, spread {STATION.mean_altitude_sigma_km:.1f} km" in printed
    assert f"floor {keeping.floor_km:.1f} km" in printed
    assert f"sinking {keeping.sinking_km_per_day:.2f} km/d" in printed
    assert f"{STATION.relay_cone_deg:.0f} deg\n" in printed


# What the project asks of forecasts, medians in s by days, over sets of 2026 (issue 3/9).
EVERY_D = 2.0  # between the sets that forecasts are made from; slow tests take those of every day
MEDIANS_S = {3: 1.5, 7: 3.5, 14: 9.0, 30: 20.0, 60: 150.0, 90: 250.0}


@cache
def _tries(paths, every_d=1.0):
    known = station_forecast(TOOL.read_sets(paths, STATION), STATION)
    found = TOOL.tries(known, without_month=False, every_d=every_d)
    return [one for one in found if one.made >= Instant.utc(2026, 1, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("every_d", [EVERY_D, 1.0])
@pytest.mark.parametrize("age", MEDIANS_S)
def test_forecasts_of_crossings_keep_their_medians(age, every_d):
    errors = [abs(one.error_s) for one in _tries((TOOL.FOLDER / "elements.tle",), every_d) if one.age == age]
    assert len(errors) >= 20
    assert np.median(errors) <= MEDIANS_S[age]


@pytest.mark.skipif(not all(path.exists() for path in SHARED), reason="the shared element sets are not here")
@pytest.mark.slow
@pytest.mark.parametrize("age", MEDIANS_S)
def test_forecasts_of_crossings_keep_their_medians_on_the_whole_history(age):
    errors = [abs(one.error_s) for one in _tries(tuple(SHARED)) if one.age == age]
    assert len(errors) >= 10
    assert np.median(errors) <= MEDIANS_S[age]


def test_sigmas_of_crossings_are_honest():
    """One sigma holds two thirds or more of the forecasts, two sigmas nine tenths: boosts have long tails."""
    for age in TOOL.AGES_D:
        mine = [one for one in _tries((TOOL.FOLDER / "elements.tle",), EVERY_D) if one.age == age]
        ratios = np.array([abs(one.error_s) / one.sigma_s for one in mine])
        assert np.mean(ratios <= 1) >= 0.6
        assert np.mean(ratios <= 2) >= 0.85
        assert np.median(ratios) >= 0.05  # nor are they just huge
