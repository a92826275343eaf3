"""Every rule of the flight: taken away, another flight comes out (or one where there was none)."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from attrs import evolve

from hamsafar.domain.changes import Unfit
from hamsafar.domain.people import Limits
from hamsafar.domain.programme import FlightRequest, Programme, Seat
from hamsafar.planning.choice import Chosen, NoFlight, choose_flight
from hamsafar.planning.flight_relaxing import no_flight
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant, Span

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def eve() -> Programme:
    return read_programme(EXAMPLES / "tiangong-eve")


@cache
def guest() -> Programme:
    return read_programme(EXAMPLES / "tiangong-guest")


def asking(**changes: object) -> Programme:
    return evolve(eve(), flight=evolve(eve().flight, **changes))  # type: ignore[arg-type]


def limited(rule: str, **params: float) -> Programme:
    rest = tuple(limits for limits in eve().limits if limits.rule != rule)
    old = next(limits for limits in eve().limits if limits.rule == rule)
    return evolve(eve(), limits=(*rest, Limits(rule=rule, params={**old.params, **params})))


def chosen(programme: Programme, *without: str) -> Chosen:
    found = choose_flight(programme, without=frozenset(without))
    assert isinstance(found, Chosen)
    return found


def clash(programme: Programme, *without: str) -> set[str]:
    found = choose_flight(programme, without=frozenset(without))
    assert isinstance(found, NoFlight)
    assert found.facts
    return {tag.rule for tag in found.tags}


LATE = Span(Instant.utc(2026, 5, 25), Instant.utc(2026, 5, 28))  # the phase fits on 24 May only


def test_the_flight_of_the_eve_is_the_one_whose_phase_fits() -> None:
    flight = chosen(eve()).flight
    request: FlightRequest = eve().flight
    assert flight.launch.launch.datetime().date().isoformat() == "2026-05-24"
    assert flight.profile == "fast-3h30"
    assert (
        abs(flight.landing.undocking.seconds_since(flight.docking) / 60 - request.stay_min)
        <= request.stay_tolerance_min
    )
    assert flight.landing.sun_elevation_deg > 0
    assert chosen(eve()).trajectory.basis == "near"


def test_flt_01_the_window_bars_the_earlier_launch() -> None:
    assert "FLT-01" in clash(asking(launch_window=LATE))
    assert chosen(asking(launch_window=LATE), "FLT-01").flight.launch.launch < LATE.start


def test_flt_02_without_the_plane_one_would_leave_at_once() -> None:
    without = ("FLT-02", "FLT-03", "FLT-04")
    assert chosen(eve(), *without).flight.launch.launch == eve().flight.launch_window.start
    assert chosen(eve(), *without[1:]).flight.launch.launch != eve().flight.launch_window.start


def test_flt_03_without_the_phase_any_day_would_do() -> None:
    assert "FLT-03" in clash(asking(launch_window=LATE))
    assert LATE.contains(chosen(asking(launch_window=LATE), "FLT-03").flight.launch.launch)


def test_flt_04_the_stay_picks_the_orbit_of_the_landing() -> None:
    tight = asking(stay_min=7 * 1_440 + 300, stay_tolerance_min=1)
    assert "FLT-04" in clash(tight)
    assert isinstance(choose_flight(tight, without=frozenset({"FLT-04"})), Chosen)


def test_flt_05_without_the_profile_one_lands_when_the_stay_is_over() -> None:
    free = chosen(eve(), "FLT-05").flight
    assert free.landing.undocking.seconds_since(free.docking) / 60 == eve().flight.stay_min
    assert free.landing.landing != chosen(eve()).flight.landing.landing


def test_flt_06_daylight_bars_landings() -> None:
    high = limited("FLT-06", min_sun_elevation_deg=89.0)
    assert "FLT-06" in clash(high)
    assert isinstance(choose_flight(high, without=frozenset({"FLT-06"})), Chosen)
    by_night = evolve(high, flight=evolve(high.flight, landing_by_daylight=False))
    assert isinstance(choose_flight(by_night), Chosen)


def test_flt_07_the_handover_needs_its_days() -> None:
    together_d = chosen(eve()).flight.hatch_close.seconds_since(chosen(eve()).flight.hatch_open) / 86_400
    assert isinstance(choose_flight(limited("FLT-07", min_handover_d=together_d)), Chosen)
    longer = limited("FLT-07", min_handover_d=8.5)
    assert "FLT-07" in clash(longer)
    assert isinstance(choose_flight(longer, without=frozenset({"FLT-07"})), Chosen)


def test_flt_07_three_who_find_nobody_aboard_hand_nothing_over() -> None:
    alone = limited("FLT-07", min_handover_d=8.5)
    alone = evolve(alone, flight=evolve(alone.flight, crew_aboard=(), crew_down=alone.flight.crew_up))
    assert isinstance(choose_flight(alone), Chosen)


def test_sea_01_who_stays_fits_into_the_ship_that_stays() -> None:
    request = eve().flight
    seats = tuple(Seat(person=one, ship=request.ship_down.id) for one in request.crew_aboard)
    full = asking(seats=seats)  # two of the three who came up stay, and one of those aboard
    assert isinstance(choose_flight(full), Chosen)
    more = evolve(full, flight=evolve(full.flight, crew_down=(request.guest,)))
    assert clash(more) == {"SEA-01"}


def test_sea_07_nobody_goes_home_in_a_ship_that_is_not_fit() -> None:
    broken = asking(unfit=(Unfit(ship=eve().flight.ship_down.id, since=eve().flight.launch_window.start),))
    assert clash(broken) == {"SEA-07"}
    assert isinstance(choose_flight(broken, without=frozenset({"SEA-07"})), Chosen)
    found = choose_flight(broken)
    assert isinstance(found, NoFlight)
    (way,) = no_flight(broken, found, frozenset()).relaxations
    assert way.sentence == "SEA-07: go home in ship-up instead of ship-down"
    other = asking(unfit=(Unfit(ship=eve().flight.ship_up.id, since=eve().flight.launch_window.start),))
    assert isinstance(choose_flight(other), Chosen)


def test_sea_01_a_fourth_person_finds_no_seat() -> None:
    four = asking(crew_up=(*eve().flight.crew_up, "trainee-backup"))
    assert clash(four, "SEA-03") == {"SEA-01"}
    assert isinstance(choose_flight(four, without=frozenset({"SEA-01", "SEA-03"})), Chosen)


def test_sea_03_a_seventh_person_finds_no_bed() -> None:
    crowded = evolve(eve(), station=evolve(eve().station, sleep_places=5))
    assert clash(crowded) == {"SEA-03"}
    assert isinstance(choose_flight(crowded, without=frozenset({"SEA-03"})), Chosen)


def test_for_01_old_elements_are_not_believed() -> None:
    far = chosen(guest())
    assert far.trajectory.basis == "far"
    assert far.trajectory.held is not None
    assert "provisional" in far.trajectory.held_note
    assert chosen(guest(), "FOR-01").trajectory.basis == "near"


@pytest.mark.parametrize("days", [0, 1, 2])
def test_backups_are_later_lift_offs_of_the_window(days: int) -> None:
    window = guest().flight.launch_window
    moved = Span(window.start.plus(days=days), window.end)
    flight = chosen(evolve(guest(), flight=evolve(guest().flight, launch_window=moved))).flight
    assert window.start.plus(days=days) <= flight.launch.launch < window.end
    assert list(flight.backups) == sorted(flight.backups)
    assert all(backup > flight.launch.launch for backup in flight.backups)
    assert flight.considered in (30 - days, 31 - days)  # one a day, a little earlier each day
    assert timedelta(days=7) - timedelta(hours=18) <= timedelta(seconds=flight.aboard.seconds)


def test_for_01_the_programme_s_own_figure_says_what_near_is() -> None:
    strict = limited("FOR-01", max_phase_sigma_deg=0.01)
    assert chosen(strict).trajectory.basis == "far"
    old = read_programme(EXAMPLES / "tiangong-eve", as_of=Instant.utc(2026, 5, 13))
    assert chosen(old, "FLT-03").trajectory.basis == "far"
    rest = tuple(limits for limits in old.limits if limits.rule != "FOR-01")
    generous = evolve(old, limits=(*rest, Limits(rule="FOR-01", params={"max_phase_sigma_deg": 20.0})))
    assert chosen(generous, "FLT-03").trajectory.basis == "near"


@pytest.mark.slow
def test_to_leave_a_rule_out_never_takes_a_flight_away() -> None:
    """Else shrinking by deletion ends at rules that can hold by themselves."""
    short = asking(stay_min=round(5.1 * 1_440), stay_tolerance_min=60)
    rules = ("FLT-02", "FLT-03", "FLT-04", "FLT-05")
    fits = {
        without: isinstance(choose_flight(short, without=frozenset(without)), Chosen)
        for number in (1, 2)
        for without in combinations(rules, number)
    }
    for pair in combinations(rules, 2):
        assert fits[pair] >= max(fits[rule,] for rule in pair), pair
    assert "FLT-04" in clash(short)
