"""CRW-01, CRW-02, CRW-03: sleep, over every hour of lift-off and many stays, judged by code of its own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboard import (
    ABOARD,
    FLIGHT,
    GUEST,
    LAUNCH,
    OTHER,
    UP,
    at,
    flight_of,
    label,
    planned,
    problem_of,
    programme,
    refused,
    sleep,
)  # fmt: skip
from hamsafar.domain.plan import Flight, Placement
from hamsafar.planning.crew import crew_placements
from hamsafar.schedule.problem import Conflict, Solved
from hamsafar.schedule.solve import solve

RULES = {"CRW-01", "CRW-02", "CRW-03"}


def minutes(one, other) -> float:
    return other.seconds_since(one) / 60


def faults(flight: Flight, person: str, sleeps: list[Placement]) -> list[str]:
    """What one person's sleeps break of the three rules: said straight from the page, by default figures.

    The people of this file: guest and host-up come up; the guest and host-aboard go down.
    """
    first_midnight = at(int(label(flight.docking).split()[0]), "00:00")
    last_day = int(label(flight.landing.undocking).split()[0])
    begin = flight.hatch_open if person in (GUEST, UP) else first_midnight
    end = flight.hatch_close if person in (GUEST, ABOARD) else at(last_day + 1, "00:00")
    awake_from = flight.launch.launch.plus(minutes=-480) if person in (GUEST, UP) else first_midnight.plus(hours=6)
    awake_to = flight.landing.landing if person in (GUEST, ABOARD) else end
    limit = 1_260 if person in (GUEST, UP) else 1_080
    starts = [one.start for one in sleeps]
    found = [f"{one.id} is short" for one in sleeps if one.span.seconds < 480 * 60]
    found += [f"{one.id} lies outside" for one in sleeps if one.start < begin or end < one.end]
    if not sleeps:
        return [*found, "never sleeps"]
    if minutes(awake_from, starts[0]) > limit:
        found.append("awake too long before the first")
    if minutes(sleeps[-1].end, awake_to) > 1_260:
        found.append("awake too long after the last")
    for one, other in pairwise(sleeps):
        if minutes(one.end, other.start) > 1_080:
            found.append(f"awake too long before {other.id}")
        if abs(minutes(one.start, other.start) - 1_440) > 120:
            found.append(f"{other.id} is shifted too far")
    whole = 26 * 60
    edges = [begin, *starts, end]
    if minutes(begin, end) >= whole:
        found += ["no sleep in 26 h" for one, other in pairwise(edges) if minutes(one, other) > whole]
    return found


def everyone() -> list[str]:
    return [GUEST, UP, ABOARD, OTHER]


CREW = {"aboard": (ABOARD, OTHER), "down": (GUEST, ABOARD)}
CHANGING = "SEA-02"


def flight_at(lift_off_hour: int, ride_h: float, stay_h: int, way_down_h: float) -> Flight:
    launch = at(1, f"{lift_off_hour:02}:07")
    docking = launch.plus(hours=ride_h)
    undocking = docking.plus(hours=stay_h)
    return flight_of(launch, docking, undocking, undocking.plus(hours=way_down_h), hatch_min=120)


def sleeps_by_person(flight: Flight) -> dict[str, list[Placement]] | Conflict:
    asked = programme(sleep(480, *everyone()), **CREW)
    problem = problem_of(asked, CHANGING, flight=flight)
    answer = solve(problem, effort=2.0)
    if isinstance(answer, Conflict):
        return answer
    assert isinstance(answer, Solved)
    found = crew_placements(asked, flight, problem, answer)
    return {person: [one for one in found if one.person_ids == (person,)] for person in everyone()}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    lift_off_hour=st.integers(0, 23),
    ride_h=st.sampled_from([3.5, 6.5]),
    stay_h=st.integers(40, 200),
    way_down_h=st.sampled_from([6.0, 9.13]),
)
def test_sleeps_keep_the_rules_or_the_rules_are_named(lift_off_hour, ride_h, stay_h, way_down_h) -> None:
    flight = flight_at(lift_off_hour, ride_h, stay_h, way_down_h)
    found = sleeps_by_person(flight)
    if isinstance(found, Conflict):
        assert {tag.rule for tag in found.tags} & RULES
    else:
        assert {person: faults(flight, person, sleeps) for person, sleeps in found.items()} == {
            person: [] for person in everyone()
        }


@pytest.mark.parametrize("lift_off_hour", range(24))
def test_a_week_can_be_slept_through_after_lift_off_at_any_hour(lift_off_hour: int) -> None:
    flight = flight_at(lift_off_hour, 3.5, 168, 9.13)
    found = sleeps_by_person(flight)
    assert not isinstance(found, Conflict), found
    assert all(faults(flight, person, sleeps) == [] for person, sleeps in found.items())


def test_the_usual_evening_is_kept_where_it_can_be() -> None:
    found = planned(programme(sleep()))
    mine = sorted((one for one in found.values() if one.person_ids == (GUEST,)), key=lambda one: one.start)
    # the last one moves: from its start to 24:00 of the last day there may be no more than 26 h
    assert [(one.id, label(one.start)) for one in mine] == [
        ("sleep@1@guest#1", "1 21:30"), ("sleep@2@guest#1", "2 21:30"), ("sleep@3@guest#1", "3 22:00"),
    ]  # fmt: skip


def test_sleep_lasts_as_long_as_asked() -> None:
    assert len(planned(programme(sleep(480)))) == 9
    assert refused(programme(sleep(479))) >= {"CRW-01"}
    assert len(planned(programme(sleep(479)), "CRW-01")) == 9


def test_everyone_aboard_has_a_sleep_of_their_own() -> None:
    assert refused(programme(sleep(480, GUEST, UP))) == {"CRW-01"}


def awake(minutes: int):
    return programme(sleep(), rules={"CRW_02": {"max_awake_min": minutes}})


def test_waking_hours_end_to_the_minute() -> None:
    # each night at most 2 h earlier than the last: 22 h from start to start, 14 h of them awake
    mine = sorted(one.start for one in planned(awake(840)).values() if one.person_ids == (GUEST,))
    assert [label(one) for one in mine] == ["1 21:30", "2 19:30", "3 17:30", "4 15:30"]
    assert refused(awake(839)) >= {"CRW-02", "CRW-03"}
    assert len(planned(awake(839), "CRW-02")) == 9


def test_the_arriving_sleep_in_time_after_waking_before_lift_off() -> None:
    limit = lambda minutes: {"CRW_02": {"max_awake_event_min": minutes}}  # noqa: E731
    only = {"aboard": (), "down": ()}
    # awake from 04:00; hatches open at 17:00, 13 h later
    first = min(
        planned(programme(sleep(480, GUEST, UP), **only, rules=limit(1_140))).values(), key=lambda one: one.start
    )
    assert label(first.start) == "1 21:30"
    earlier = planned(programme(sleep(480, GUEST, UP), **only, rules=limit(960))).values()
    assert label(min(one.start for one in earlier)) == "1 20:00"
    assert "CRW-02" in refused(programme(sleep(480, GUEST, UP), **only, rules=limit(779)))


def test_shifts_are_kept_small() -> None:
    # lift-off at noon, docking late at night: the guest begins the stay with a shifted sleep
    flight = flight_of(at(1, "20:00"), at(1, "23:30"), at(6, "14:00"), at(6, "20:00"))
    narrow = {"rules": {"CRW_03": {"max_shift_min": 30}}}
    starts = sorted(one.start for one in planned(programme(sleep(), **narrow), flight=flight).values()
                    if one.person_ids == (GUEST,))  # fmt: skip
    assert label(starts[0]) == "2 01:00"
    assert [label(one) for one in starts[1:3]] == ["3 00:30", "4 00:00"]
    free = sorted(one.start for one in planned(programme(sleep(), **narrow), "CRW-03", flight=flight).values()
                  if one.person_ids == (GUEST,))  # fmt: skip
    assert label(free[1]) == "2 22:00"  # with CRW-01: 24 h 30 min from one to the next, and to the end of the stay


def landing_at(clock: str) -> Flight:
    return flight_of(FLIGHT.launch.launch, FLIGHT.docking, FLIGHT.landing.undocking, at(5, clock))


def test_landing_comes_soon_enough_after_the_last_sleep() -> None:
    # residents: at the latest midnight, then 02:00, then 04:00 to 12:00, which is 21 h before landing at 09:00
    found = planned(programme(sleep()), flight=landing_at("09:00"))
    mine = sorted(one.start for one in found.values() if one.person_ids == (ABOARD,))
    assert [label(one) for one in mine] == ["2 00:00", "3 02:00", "4 04:00"]
    # hatches close at 12:30: no sleep can end later, and none sooner will do for a landing after 09:30
    assert planned(programme(sleep()), flight=landing_at("09:30"))
    assert refused(programme(sleep()), flight=landing_at("09:31")) >= {"CRW-02", "CRW-14"}


def test_on_a_way_up_too_long_to_stay_awake_they_sleep_in_the_ship() -> None:
    """Lift-off at noon, docking 27.5 h later: up from 07:30, 8 h before docking, they sleep by 04:30, 21 h later."""
    late = flight_of(LAUNCH, at(2, "15:30"), at(5, "14:00"), at(5, "20:00"))
    found = planned(programme(sleep()), flight=late)
    first = min(one.start for one in found.values() if GUEST in one.person_ids)
    assert at(2, "15:30") < first <= at(3, "04:30")
