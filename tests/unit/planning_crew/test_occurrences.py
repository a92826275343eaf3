"""Occurrences, needs, sleeps and reasons, one by one."""

from __future__ import annotations

import pytest

from aboard import (
    ABOARD,
    FLIGHT,
    GUEST,
    UP,
    WindowNeed,
    activity,
    at,
    flight_of,
    label,
    need,
    planned_and_dropped,
    problem_of,
    programme,
    sleep,
    windows,
)  # fmt: skip
from hamsafar.planning.crew.occurrences import activity_of, number_of, occurrence_id, occurrences_of, person_of
from hamsafar.planning.crew.people import need_names
from hamsafar.planning.crew.sleep import sleeps_of
from hamsafar.planning.crew.stay import stay_of
from hamsafar.planning.enforces import enforced
from hamsafar.planning.ticks import instant_of


@pytest.mark.parametrize(
    ("parts", "id_"),
    [
        (("look", 2), "look#2"),
        (("look", 1, 3), "look@3#1"),
        (("sleep", 1, 0, "host-up"), "sleep@0@host-up#1"),
    ],
)
def test_ids_say_what_they_are_and_read_back(parts: tuple, id_: str) -> None:
    assert occurrence_id(*parts) == id_
    assert (activity_of(id_), number_of(id_)) == parts[:2]
    assert person_of(id_) == (parts[3] if len(parts) == 4 else None)


def test_the_stay_in_ticks() -> None:
    stay = stay_of(programme(), FLIGHT)
    assert [day.isoformat() for day in stay.dates] == ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"]
    assert {who: tuple(label(instant_of(tick)) for tick in span) for who, span in stay.presence.items()} == {
        GUEST: ("1 17:00", "5 00:00"),
        UP: ("1 17:00", "5 00:00"),
        ABOARD: ("1 00:00", "4 12:30"),
    }
    assert [stay.is_full(day) for day in stay.days] == [False, True, True, True]
    assert stay.hosts == (UP, ABOARD)


def test_seconds_round_against_us() -> None:
    off = flight_of(
        FLIGHT.launch.launch, at(1, "15:30").plus(seconds=1), at(4, "14:00").plus(seconds=59), at(4, "20:00")
    )
    presence = stay_of(programme(down=(GUEST, ABOARD)), off).presence[GUEST]
    assert tuple(label(instant_of(tick)) for tick in presence) == ("1 17:01", "4 12:30")


def test_occurrences_of_each_kind() -> None:
    stay = stay_of(programme(), FLIGHT)
    ids = lambda one: [found.id for found in occurrences_of(stay, one)]  # noqa: E731
    assert ids(activity("once", times=2)) == ["once#1", "once#2"]
    assert ids(activity("daily", repeat="each-day", times=2, flight_days=(1, 3))) == ["daily@3#1", "daily@3#2"]
    own = activity("own", 60, need(UP, "nobody", count=1), repeat="each-person-day", flight_days=(1, 2))
    assert ids(own) == ["own@1@host-up#1", "own@2@host-up#1"]


def test_needs_of_one_function_have_names_of_their_own() -> None:
    assert need_names((need(UP), need(ABOARD), need(UP, function="camera"))) == ("worker", "worker 2", "camera")


def test_a_docking_at_dawn_sends_the_arriving_to_bed_in_the_morning_and_back_in_steps() -> None:
    flight = flight_of(at(1, "00:10"), at(1, "03:40"), at(8, "18:00"), at(9, "03:00"))
    asked = programme(sleep(), down=(ABOARD,))
    found = sleeps_of(stay_of(asked, flight), GUEST, asked.activities[0], frozenset())
    assert [(one.occurrence.id, label(instant_of(one.best))) for one in found][:5] == [
        ("sleep@0@guest#1", "1 05:10"),
        ("sleep@1@guest#1", "2 03:10"),
        ("sleep@2@guest#1", "3 01:10"),
        ("sleep@3@guest#1", "3 23:10"),
        ("sleep@4@guest#1", "4 21:30"),
    ]


def test_hours_of_sleep_are_kept_where_a_programme_has_them() -> None:
    asked = programme(sleep(hours=("20:00", "23:00")))
    found = sleeps_of(stay_of(asked, FLIGHT), ABOARD, asked.activities[0], frozenset())
    assert [label(instant_of(one.best)) for one in found] == ["1 21:30", "2 21:30", "3 21:30"]


def test_reasons_for_leaving_out() -> None:
    relay = WindowNeed(kind="relay")
    asked = programme(
        activity("blind", 30, optional=True, window=WindowNeed(kind="darkness")),
        activity("late", 30, optional=True, window=relay, flight_days=(3,)),
        activity("past", 30, optional=True, flight_days=(12,)),
        activity("gone", 30, need(ABOARD), optional=True, flight_days=(4,), hours=("13:00", "14:00")),
        activity("unknown", 30, need(UP, certificate="paper"), optional=True),
        activity("alone", 30, need(UP, "nobody"), optional=True),
    )
    open_ = (windows((at(2, "10:00"), at(2, "11:00"))),)
    assert planned_and_dropped(asked, open_=open_) == (
        {},
        {
            "blind#1": "no open window (darkness) is 30 min long",
            "late#1": "no open window (relay) of 30 min in the hours and on the days it is meant for",
            "past#1": "none of its flight days is in the stay",
            "gone#1": "no start on its days while those in it are aboard and certified",
            "unknown#1": "host-up does not hold the certificate paper",
            "alone#1": "CRW-15: alone worker: 1 of 2 aboard",
        },
    )


def test_the_hint_holds_all_that_fits() -> None:
    asked = programme(sleep(), *(activity(f"job-{n}", 60, flight_days=(2,), prefer="10:00") for n in range(5)))
    problem = problem_of(asked)
    assert set(problem.hint) == {task.id for task in problem.tasks}


def test_the_same_programme_gives_the_same_problem() -> None:
    asked = programme(sleep(), activity("look", 30, need(UP, ABOARD, count=1), times=3, kind="experiment"))
    assert problem_of(asked) == problem_of(asked)


def test_every_rule_aboard_has_its_function() -> None:
    aboard = {f"CRW-{n:02}" for n in range(1, 16)} | {
        "PPL-01",
        "RES-01",
        "ORD-01",
        "CMP-01",
        "CER-01",
        "WIN-01",
        "SEA-02",
    }
    ours = {rule for rule, found in enforced().items() if any(".crew." in one.__module__ for one in found)}
    assert aboard <= ours
