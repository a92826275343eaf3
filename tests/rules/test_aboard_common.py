"""PPL-01, RES-01, ORD-01, CMP-01, CER-01, WIN-01, SEA-02 aboard."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from aboard import (
    ABOARD,
    GUEST,
    OTHER,
    UP,
    Held,
    Use,
    WindowNeed,
    activity,
    at,
    label,
    need,
    planned,
    planned_and_dropped,
    programme,
    refused,
    windows,
)  # fmt: skip
from hamsafar.domain.training import After


def starts(found) -> dict[str, str]:
    return {id_: label(one.start) for id_, one in found.items()}


# PPL-01


def back_to_back(last: str):
    return programme(
        activity("one", 60, flight_days=(2,), hours=("08:00", "08:01")),
        activity("two", 60, flight_days=(2,), hours=("08:30", last)),
    )


def test_one_thing_after_the_other() -> None:
    assert starts(planned(back_to_back("09:00"))) == {"one#1": "2 08:00", "two#1": "2 09:00"}
    assert "PPL-01" in refused(back_to_back("08:59"))
    assert len(planned(back_to_back("08:59"), "PPL-01")) == 2


# RES-01


def two_at_once(watts: int):
    power = {"uses": (Use(resource="power", amount=watts),), "flight_days": (2,), "hours": ("08:00", "08:30")}
    return programme(
        activity("one", 60, **power), activity("two", 60, need(UP), **power), resources=[("power", 1_000)]
    )  # fmt: skip


def test_power_is_shared_up_to_the_last_watt() -> None:
    assert planned(two_at_once(500))["one#1"].facilities == ("power",)
    assert "RES-01" in refused(two_at_once(501))
    assert len(planned(two_at_once(501), "RES-01")) == 2


def test_a_rack_takes_one_at_a_time() -> None:
    rack = {"uses": (Use(resource="rack"),), "flight_days": (2,), "hours": ("08:00", "09:00")}
    asked = programme(activity("one", 60, **rack), activity("two", 60, need(UP), **rack), resources=[("rack", 1)])
    assert sorted(starts(planned(asked)).values()) == ["2 08:00", "2 09:00"]


# ORD-01


def then(min_gap: int, max_gap: int | None = None, **more):
    return programme(
        activity("mix", 60, flight_days=(2,), hours=("08:00", "08:01")),
        activity(
            "look", 30, flight_days=(2,), after=(After(of="mix", min_gap_min=min_gap, max_gap_min=max_gap),), **more
        ),
    )


def test_gaps_count_from_end_to_start() -> None:
    assert starts(planned(then(60, hours=("09:00", "10:00"))))["look#1"] == "2 10:00"
    assert "ORD-01" in refused(then(61, hours=("09:00", "10:00")))
    assert len(planned(then(61, hours=("09:00", "10:00")), "ORD-01")) == 2
    assert starts(planned(then(0, 59, hours=("10:00", "12:00"))))["look#1"] == "2 10:00"
    assert "ORD-01" in refused(then(0, 58, hours=("10:00", "12:00")))


def test_the_nth_follows_the_nth_and_all_follow_the_only_one() -> None:
    asked = programme(
        activity("start", 30, flight_days=(2,)),
        activity("mix", 30, times=2, spacing_min=600, after=(After(of="start"),)),
        activity("look", 30, times=2, after=(After(of="mix", max_gap_min=0),)),
    )
    found = planned(asked)
    assert found["start#1"].end <= found["mix#1"].start
    assert [found[f"look#{n}"].start for n in (1, 2)] == [found[f"mix#{n}"].end for n in (1, 2)]


def test_daily_things_follow_those_of_their_day_and_person() -> None:
    asked = programme(
        activity("run", 60, need(GUEST, UP, count=1), repeat="each-person-day", hours=("08:00", "18:00")),
        activity(
            "wash", 20, need(GUEST, UP, count=1), repeat="each-person-day", after=(After(of="run", max_gap_min=10),)
        ),
    )
    found = planned(asked)
    pairs = [(found[id_.replace("wash", "run")], one) for id_, one in found.items() if one.of == "wash"]
    assert len(pairs) == 8
    assert all(0 <= wash.start.seconds_since(run.end) <= 600 for run, wash in pairs)


def test_what_follows_something_left_out_is_left_out_too() -> None:
    busy = activity("busy", 600, flight_days=(2,), hours=("08:00", "08:01"))
    mix = activity("mix", 60, flight_days=(2,), hours=("10:00", "12:00"), optional=True, value=9)
    look = activity("look", 60, flight_days=(3,), optional=True, value=7, after=(After(of="mix"),))
    found, out = planned_and_dropped(programme(busy, mix, look))
    assert set(found) == {"busy#1"}
    assert out == {
        "mix#1": "no room: left out by the objective",
        "look#1": "mix#1, which comes before it, was left out",
    }
    assert set(planned(programme(busy, mix, look), "ORD-01")) == {"busy#1", "look#1"}


# CMP-01


def test_everything_mandatory_is_there_as_often_as_asked() -> None:
    busy = activity("busy", 600, flight_days=(2,), hours=("08:00", "08:01"))
    talk = activity("talk", 60, times=2, flight_days=(2,), hours=("07:00", "17:30"))
    asked = programme(busy, talk)
    assert "CMP-01" in refused(asked)
    assert len(planned(asked, "CMP-01")) == 2  # the long one, and the one talk that fits before it


def test_the_more_valuable_is_kept() -> None:
    small = activity("small", 60, flight_days=(2,), hours=("08:00", "08:30"), optional=True, value=5)
    large = activity("large", 60, flight_days=(2,), hours=("08:00", "08:30"), optional=True, value=6)
    found, out = planned_and_dropped(programme(small, large))
    assert (set(found), set(out)) == ({"large#1"}, {"small#1"})


def test_nothing_optional_is_left_out_for_nothing() -> None:
    assert planned(programme(activity("extra", 30, optional=True), activity("late", 30, optional=True, prefer="09:00")))


# CER-01

VALID = (date(2027, 1, 1), date(2028, 1, 1))


def held(who: str, until: date = VALID[1]) -> Held:
    return Held(person=who, certificate="paper", valid_from=VALID[0], valid_until=until)


def test_only_who_holds_it_is_chosen() -> None:
    asked = programme(activity("job", 30, need(UP, ABOARD, count=1, certificate="paper")))
    assert planned(asked, held=(held(ABOARD),))["job#1"].person_ids == (ABOARD,)
    assert "CER-01" in refused(asked)
    assert len(planned(asked, "CER-01")) == 1


def test_it_is_held_to_its_last_day() -> None:
    asked = programme(
        activity("job", 30, need(ABOARD, certificate="paper"), flight_days=(2, 3), hours=("08:00", "09:00"))
    )
    assert label(planned(asked, held=(held(ABOARD, date(2027, 3, 2)),))["job#1"].start)[0] == "2"
    third = programme(activity("job", 30, need(ABOARD, certificate="paper"), flight_days=(3,)))
    assert "CER-01" in refused(third, held=(held(ABOARD, date(2027, 3, 2)),))
    assert planned(third, held=(held(ABOARD, date(2027, 3, 3)),))


def test_whoever_is_chosen_holds_it_on_that_day() -> None:
    asked = programme(activity("job", 30, need(UP, ABOARD, count=1, certificate="paper"), flight_days=(3,)))
    assert planned(asked, held=(held(UP), held(ABOARD, date(2027, 3, 2))))["job#1"].person_ids == (UP,)


# WIN-01


def call(minutes: int, of: str | None = None):
    return programme(activity("call", minutes, kind="family", window=WindowNeed(kind="pass", of=of)))


def test_the_window_holds_all_of_it_rounded_inward() -> None:
    ten = (at(2, "10:00"), at(2, "10:10"))
    assert starts(planned(call(10), open_=(windows(ten, kind="pass"),))) == {"call#1": "2 10:00"}
    late = (ten[0].plus(seconds=1), ten[1].plus(seconds=59))
    assert "WIN-01" in refused(call(10), open_=(windows(late, kind="pass"),))
    assert starts(planned(call(9), open_=(windows(late, kind="pass"),))) == {"call#1": "2 10:01"}
    assert len(planned(call(11), "WIN-01", open_=(windows(ten, kind="pass"),))) == 1


def test_sigmas_are_kept_clear_at_both_ends() -> None:
    hour = (at(2, "10:00"), at(2, "11:00"))
    assert starts(planned(call(58), open_=(windows(hour, kind="pass", sigma_s=60),))) == {"call#1": "2 10:01"}
    assert "WIN-01" in refused(call(59), open_=(windows(hour, kind="pass", sigma_s=60),))
    assert len(planned(call(60), open_=(windows(hour, kind="pass", sigma_s=None),))) == 1


def test_two_windows_that_touch_are_still_two() -> None:
    spans = (at(2, "10:00"), at(2, "10:10")), (at(2, "10:10"), at(2, "10:20"))
    assert "WIN-01" in refused(call(11), open_=(windows(*spans, kind="pass"),))


def test_kind_and_place_must_match() -> None:
    open_ = (windows((at(2, "10:00"), at(2, "11:00")), kind="pass", of="city"),)
    assert len(planned(call(10, "city"), open_=open_)) == 1
    assert len(planned(call(10), open_=open_)) == 1  # any place will do
    assert "WIN-01" in refused(call(10, "village"), open_=open_)
    relay = (windows((at(2, "10:00"), at(2, "11:00")), kind="relay"),)
    assert "WIN-01" in refused(call(10, "city"), open_=relay)


# SEA-02

CHANGING = {"down": (GUEST, ABOARD), "aboard": (ABOARD, OTHER)}


def test_the_liner_is_moved_a_day_before_hatch_closing() -> None:
    liner = activity("liner", 90, kind="transfer", flight_days=(3,), hours=("11:00", "20:00"))
    found = planned(programme(liner, **CHANGING))  # hatches close at 12:30 of flight day 4
    assert label(found["liner#1"].start) == "3 11:00"
    late = activity("liner", 91, kind="transfer", flight_days=(3,), hours=("11:00", "20:00"))
    assert "SEA-02" in refused(programme(late, **CHANGING))
    assert len(planned(programme(late, **CHANGING), "SEA-02")) == 1


def test_without_any_transfer_there_is_no_plan() -> None:
    assert refused(programme(**CHANGING)) == {"SEA-02"}
    assert planned(programme(**CHANGING), "SEA-02") == {}


def test_whoever_goes_home_in_the_ship_they_came_in_moves_nothing() -> None:
    asked = programme(down=(GUEST, UP))
    same = evolve(asked, flight=evolve(asked.flight, ship_down=asked.flight.ship_up))
    assert planned(same) == {}


def test_an_optional_transfer_becomes_needed_and_its_owner_is_chosen() -> None:
    liner = activity("liner", 90, need(UP, GUEST, count=1), kind="transfer", optional=True)
    found = planned(programme(liner, **CHANGING))
    assert found["liner#1"].person_ids == (GUEST,)
    assert found["liner#1"].end <= at(3, "12:30")


def test_others_transfers_are_left_alone() -> None:
    mine = activity("liner", 60, kind="transfer", flight_days=(2,))
    theirs = activity("ready", 60, need(ABOARD), kind="transfer", flight_days=(4,))
    assert len(planned(programme(mine, theirs, **CHANGING))) == 2


@pytest.mark.parametrize("rule", ["PPL-01", "RES-01", "ORD-01", "CMP-01", "CER-01", "WIN-01", "SEA-02"])
def test_every_rule_can_be_left_out(rule: str) -> None:
    asked = programme(activity("liner", 60, kind="transfer", flight_days=(2,)), **CHANGING)
    assert len(planned(asked, rule)) == 1
