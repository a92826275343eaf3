"""CRW-12: flight days and hours as asked, both ends of the hours included, also past midnight."""

from attrs import evolve

from aboard import (
    ABOARD,
    GUEST,
    UP,
    Use,
    activity,
    at,
    label,
    need,
    planned,
    planned_and_dropped,
    programme,
    refused,
)
from hamsafar.domain.aboard import Resource
from hamsafar.domain.changes import Happened


def test_the_last_start_is_allowed_and_no_later_one() -> None:
    block = activity("block", 600, need(UP), flight_days=(2,), hours=("08:00", "08:01"))
    after = lambda last: activity("next", 30, need(UP), flight_days=(2,), hours=("17:00", last))  # noqa: E731
    assert label(planned(programme(block, after("18:00")))["next#1"].start) == "2 18:00"
    assert "CRW-12" in refused(programme(block, after("17:59")))
    assert len(planned(programme(block, after("17:59")), "CRW-12")) == 2


def test_hours_past_midnight_belong_to_the_evening() -> None:
    asked = programme(activity("late", 30, need(ABOARD), flight_days=(2,), hours=("23:00", "00:30"), prefer="00:30"))
    assert label(planned(asked)["late#1"].start) == "3 00:30"


def test_full_days_are_those_the_guest_is_there_from_eight_to_eight() -> None:
    found = planned(programme(activity("talk", 15, repeat="each-day", times=2)))
    assert list(found) == ["talk@2#1", "talk@2#2", "talk@3#1", "talk@3#2", "talk@4#1", "talk@4#2"]
    leaving = planned(programme(activity("talk", 15, repeat="each-day"), down=("guest",)), "SEA-02")
    assert list(leaving) == ["talk@2#1", "talk@3#1"]


def test_each_person_has_it_where_it_fits_their_presence() -> None:
    wash = activity("wash", 30, need("guest", ABOARD, count=1), repeat="each-person-day", hours=("06:00", "16:30"))
    assert [id_ for id_ in sorted(planned(programme(wash))) if "@1@" in id_] == ["wash@1@host-aboard#1"]
    later = activity("wash", 30, need("guest", ABOARD, count=1), repeat="each-person-day", hours=("06:00", "17:00"))
    found = planned(programme(later))
    assert label(found["wash@1@guest#1"].start) == "1 17:00"
    assert "wash@4@host-aboard#1" in found  # hatches close at 12:30
    assert found["wash@4@host-aboard#1"].people[0].function == "worker"


def test_days_past_the_stay_leave_it_nowhere() -> None:
    assert refused(programme(activity("talk", 15, flight_days=(9,)))) >= {"CRW-12"}


def test_days_are_counted_back_from_that_of_undocking() -> None:
    """The ship leaves on flight day 4, the guest stays."""
    asked = programme(activity("look", 30, days_before_end=(0, 1), repeat="each-day"))
    assert set(planned(asked)) == {"look@3#1", "look@4#1"}
    both = programme(activity("look", 30, flight_days=(1,), days_before_end=(1,), repeat="each-person-day"))
    assert set(planned(both)) == {"look@1@guest#1", "look@3@guest#1"}
    once = programme(activity("look", 30, days_before_end=(1,), hours=("08:00", "09:00")))
    assert label(planned(once)["look#1"].start)[0] == "3"
    before = programme(activity("look", 30, days_before_end=(9,), hours=("08:00", "09:00")))
    assert "CRW-12" in refused(before)


def test_days_on_which_it_was_done_stay_wherever_undocking_is() -> None:
    """Day 2 was one of the last days when the ship was to leave sooner; now days 3 and 4 are."""
    look = activity("look", 30, repeat="each-day", days_before_end=(0, 1))
    been = Happened(placement="look@2#1", start=at(2, "09:00"), end=at(2, "09:30"), people=(GUEST,))
    found = planned(programme(look, past_until=at(2, "12:00"), happened=(been,)))
    assert set(found) == {"look@2#1", "look@3#1", "look@4#1"}


def test_what_is_daily_is_over_when_what_it_uses_is_there_no_more_that_day() -> None:
    """The team is there to 18:00; at 17:31 nothing of half an hour is left of day 2."""
    team = Resource(id="team", title="Team", capacity=1, calendar="work")
    look = activity("look", 30, repeat="each-day", flight_days=(2, 3), uses=(Use(resource="team"),))
    asked = evolve(programme(look, past_until=at(2, "17:30")), resources=(team,))
    assert set(planned(asked)) == {"look@2#1", "look@3#1"}
    found, out = planned_and_dropped(evolve(asked, past_until=at(2, "17:31")))
    assert set(found) == {"look@3#1"}
    assert out == {"look@2#1": "its day is over"}
