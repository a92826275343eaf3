"""What would make a flight fit: the least that each rule gives, applied to the programme and chosen again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan, Relaxed
from hamsafar.planning.change_of_figures import with_figure
from hamsafar.planning.choice import Chosen, NoFlight, choose_flight, fitting_flights
from hamsafar.planning.flight_relaxing import no_flight
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant, Span

EXAMPLES = Path(__file__).parents[3] / "examples"
LATE = Span(Instant.utc(2026, 5, 25), Instant.utc(2026, 5, 28))  # the phase fits on 24 May and on 2 June


@cache
def eve() -> Programme:
    return read_programme(EXAMPLES / "tiangong-eve")


def asking(**changes: object) -> Programme:
    return evolve(eve(), flight=evolve(eve().flight, **changes))  # type: ignore[arg-type]


def answered(programme: Programme) -> NoPlan:
    found = choose_flight(programme)
    assert isinstance(found, NoFlight)
    return no_flight(programme, found, frozenset())


def of_rule(answer: NoPlan, rule: str) -> list[Relaxed]:
    found = [one for one in answer.relaxations if one.rule == rule]
    assert all(one.proved and one.least for one in found)
    return found


def test_every_flight_that_fits_begins_with_the_one_chosen() -> None:
    every = list(fitting_flights(eve()))
    assert every[0] == choose_flight(eve())
    free = list(fitting_flights(eve(), without=frozenset({"FLT-04"})))
    landings = [one.flight.landing.landing for one in free]
    assert every[0].flight.landing.landing in landings
    assert len(set(landings)) == len(landings) > len(every)


def test_the_window_opens_as_far_as_the_next_lift_off_and_no_further() -> None:
    later, earlier = of_rule(answered(asking(launch_window=LATE)), "FLT-01")
    assert later.sentence.startswith("FLT-01: let the launch window end 5 d 11 h later, at 2026-06-02T11:00:00Z: ")
    assert "2026-06-02 18:59 +08:00" in later.sentence  # the pad's own clock beside UTC
    assert earlier.sentence.startswith("FLT-01: let the launch window begin 8 h 52 min earlier, at 2026-05-24T15:08")
    for one in (later, earlier):
        assert one.as_change is not None
        assert one.as_change.launch is not None
        assert one.as_change.launch.window is not None
        window = one.as_change.launch.window
        assert isinstance(choose_flight(asking(launch_window=window)), Chosen)
        less = Span(max(window.start.plus(minutes=1), LATE.start.plus(days=-99)), window.end.plus(minutes=-1))
        assert isinstance(choose_flight(asking(launch_window=less)), NoFlight)


@pytest.mark.slow
def test_the_stay_gives_to_the_minute() -> None:
    tight = asking(stay_min=7 * 1_440 + 300, stay_tolerance_min=1)
    (one,) = of_rule(answered(tight), "FLT-04")
    tolerance = 1 + int(one.amount)
    assert f"a stay of 7 d 6 h 56 min instead of 7 d 5 h, so a tolerance of 1 h {tolerance - 60} min" in one.sentence
    assert isinstance(choose_flight(asking(stay_min=10_380, stay_tolerance_min=tolerance)), Chosen)
    assert isinstance(choose_flight(asking(stay_min=10_380, stay_tolerance_min=tolerance - 1)), NoFlight)


@pytest.mark.parametrize(
    ("rule", "param", "figure", "less"),
    [("FLT-06", "min_sun_elevation_deg", 89.0, 0.2), ("FLT-07", "min_handover_d", 8.5, 0.002)],
)
def test_a_figure_gives_as_far_as_the_best_flight_needs(rule: str, param: str, figure: float, less: float) -> None:
    asked = with_figure(eve(), rule, param, figure)
    (one,) = of_rule(answered(asked), rule)
    assert one.as_change is not None
    (limits,) = one.as_change.limits
    assert isinstance(choose_flight(with_figure(asked, rule, param, limits.params[param])), Chosen)
    assert isinstance(choose_flight(with_figure(asked, rule, param, limits.params[param] + less)), NoFlight)


def test_two_conflicts_are_both_told_and_each_names_the_other() -> None:
    four = asking(crew_up=(*eve().flight.crew_up, "trainee-backup"))
    answer = answered(four)
    assert [[clash.rule for clash in conflict] for conflict in (answer.clashes, *answer.others)] == [
        ["SEA-03"],
        ["SEA-01"],
    ]
    beds, seats = answer.relaxations
    assert beds.sentence == "SEA-03: leave out 1 of the 7 who would be aboard; 6 can sleep there"
    assert beds.together == ("SEA-01 has to give as well",)
    assert seats.sentence == "SEA-01: leave out 1 of the 4 who go up (ship-up has 3 seats)"
    assert isinstance(choose_flight(asking(crew_up=four.flight.crew_up[:-1])), Chosen)


def test_orbits_give_nothing() -> None:
    answer = answered(asking(launch_window=LATE))
    assert {one.rule for one in answer.relaxations} <= {"FLT-01", "FLT-03"}
    assert "FLT-03" in {clash.rule for clash in answer.clashes}
