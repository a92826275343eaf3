"""CRW-10: the guest's first execution of an experiment is longer, and it is the first in time."""

from aboard import (
    ABOARD,
    GUEST,
    UP,
    WindowNeed,
    activity,
    at,
    need,
    planned,
    planned_and_dropped,
    programme,
    refused,
    windows,
)


def minutes(placement) -> float:
    return placement.span.seconds / 60


def test_only_the_first_is_longer_rounded_up() -> None:
    found = planned(programme(activity("look", 45, kind="experiment", times=3)), "CRW-20")
    assert [minutes(found[f"look#{n}"]) for n in (1, 2, 3)] == [68, 45, 45]
    assert found["look#1"].start < found["look#2"].start < found["look#3"].start
    free = planned(programme(activity("look", 45, kind="experiment", times=3)), "CRW-10", "CRW-20")
    assert {minutes(one) for one in free.values()} == {45}


def test_without_the_guest_nothing_is_longer() -> None:
    assert minutes(planned(programme(activity("look", 40, need(UP), kind="experiment")))["look#1"]) == 40
    assert minutes(planned(programme(activity("call", 40, kind="link")))["call#1"]) == 40


def test_the_longer_first_needs_its_window() -> None:
    asked = programme(activity("look", 40, kind="experiment", window=WindowNeed(kind="relay")))
    open_for = lambda length: (windows((at(2, "10:00"), at(2, f"10:{length}"))),)  # noqa: E731
    assert refused(asked, open_=open_for(59)) >= {"WIN-01"}
    assert len(planned(asked, "CRW-10", "CRW-20", open_=open_for(59))) == 1
    assert len(planned(asked, open_=(windows((at(2, "10:00"), at(2, "11:00"))),))) == 1


def test_an_optional_first_that_fits_nowhere_leaves_the_next_to_be_first() -> None:
    asked = programme(
        activity("look", 40, kind="experiment", repeat="each-day", optional=True, window=WindowNeed(kind="relay"))
    )
    short, long_ = (at(2, "10:00"), at(2, "10:45")), (at(3, "10:00"), at(3, "11:45"))
    found, out = planned_and_dropped(asked, open_=(windows(short, long_),))
    assert {id_: minutes(one) for id_, one in found.items()} == {"look@3#1": 60}
    assert set(out) == {"look@2#1", "look@4#1"}
    assert out["look@2#1"] == "no open window (relay) of 60 min in the hours and on the days it is meant for"


def test_the_guest_is_not_chosen_where_others_can() -> None:
    asked = programme(activity("look", 40, need(GUEST, UP, ABOARD, count=2), kind="experiment"))
    assert set(planned(asked)["look#1"].person_ids) == {UP, ABOARD}
