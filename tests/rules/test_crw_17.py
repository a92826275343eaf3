"""CRW-17: what is done on waking comes soon after a sleep, and before all else of that person but hygiene."""

from attrs import evolve

from aboard import (
    GUEST,
    SLEEP_RULES,
    UP,
    activity,
    at,
    label,
    need,
    planned,
    planned_and_dropped,
    problem_of,
    programme,
    refused,
    sleep,
)  # fmt: skip
from hamsafar.planning.crew.waking import with_mornings
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Placed

FIXED = sleep(480, hours=("21:30", "21:31"))


def saliva(within: int = 45, **more):
    return activity("saliva", 15, kind="experiment", on_waking_min=within, **({"flight_days": (3,)} | more))


def woken(plan, day: int) -> str:
    return label(next(one.end for one in plan.values() if one.id == f"sleep@{day}@{GUEST}#1"))


def test_it_waits_for_the_end_of_the_sleep_and_no_longer_than_asked() -> None:
    until_ten = activity("busy", 45, kind="hygiene", flight_days=(3,), hours=("05:30", "05:31"))
    late = evolve(until_ten, duration_min=46)
    assert woken(planned(programme(sleep())), 2) == "3 05:30"
    found = planned(programme(FIXED, until_ten, saliva()), *SLEEP_RULES)
    assert label(found["saliva#1"].start) in ("3 06:15", "3 06:16")
    assert "CRW-17" in refused(programme(FIXED, late, saliva()), *SLEEP_RULES)
    assert len(planned(programme(FIXED, late, saliva()), "CRW-17", *SLEEP_RULES)) > 2


def test_nothing_comes_before_it_but_hygiene() -> None:
    early = activity("breakfast", 15, kind="meal", flight_days=(3,), hours=("05:30", "05:53"))
    found = planned(programme(FIXED, early, saliva(hours=("05:30", "05:45"))), *SLEEP_RULES)
    assert found["saliva#1"].end <= found["breakfast#1"].start
    pressed = programme(FIXED, evolve(early, starts_between=saliva(hours=("05:30", "05:31")).starts_between), saliva())
    assert "CRW-17" in refused(pressed, *SLEEP_RULES)
    assert len(planned(pressed, "CRW-17", *SLEEP_RULES)) > 2


def test_what_was_done_before_the_sleep_is_no_matter() -> None:
    supper = activity("supper", 30, kind="meal", flight_days=(2,), hours=("21:00", "21:01"))
    found = planned(programme(FIXED, supper, saliva(480, hours=("05:30", "05:31"))), *SLEEP_RULES)
    assert label(found["saliva#1"].start) in ("3 05:30", "3 05:31")


def test_two_things_on_waking_share_a_morning_and_others_days_are_their_own() -> None:
    blood = evolve(saliva(), id="blood", title="blood")
    others = activity("theirs", 30, need(UP), flight_days=(3,), hours=("05:30", "05:31"))
    found = planned(programme(FIXED, saliva(), blood, others), *SLEEP_RULES)
    assert {label(found[f"{id_}#1"].start)[:4] for id_ in ("saliva", "blood")} == {"3 05"}


def test_repeats_take_mornings_of_their_own() -> None:
    found = planned(programme(sleep(), saliva(30, times=2, flight_days=(), spacing_min=1_200)))
    ends = [one.end for one in found.values() if one.kind == "sleep" and GUEST in one.person_ids]
    for n in (1, 2):
        start = found[f"saliva#{n}"].start
        assert any(0 <= start.seconds_since(end) <= 1_800 for end in ends)


def test_what_is_optional_is_left_out_where_there_is_no_morning_left() -> None:
    evening = saliva(30, hours=("14:00", "18:00"), optional=True, value=9)
    found, out = planned_and_dropped(programme(sleep(), evening))
    assert "saliva#1" not in found
    assert "saliva#1" in out
    assert all("waking" not in id_ for id_ in (*found, *out))


def test_a_plan_read_back_stands_without_its_stand_ins() -> None:
    asked = programme(sleep(), saliva())
    problem, found = problem_of(asked), planned(asked)
    told = {id_: Placed(start=one.start.floor_utc_minute()) for id_, one in found.items()}
    assert check(problem, told) != ()
    assert check(problem, with_mornings(problem, told)) == ()
    late = told | {"saliva#1": Placed(start=told["saliva#1"].start + 200)}
    assert {one.tag.rule for one in check(problem, with_mornings(problem, late)) if one.tag} == {"CRW-17"}


def test_it_is_asked_of_the_first_of_those_in_it() -> None:
    helped = saliva(who=(need(GUEST, function="subject"), need(UP, function="operator")))
    helping = activity("early", 15, need(UP), flight_days=(3,), hours=("05:31", "05:32"))
    found = planned(programme(FIXED, helped, helping), *SLEEP_RULES)
    assert found["early#1"].end <= found["saliva#1"].start <= at(3, "06:16")
    assert "CRW-17" in refused(programme(FIXED, evolve(helped, who=helped.who[::-1]), helping), *SLEEP_RULES)
