"""CRW-21 and CRW-22: the hosts' help within what was agreed, in the stay, of one host, on a day; accounted for."""

from __future__ import annotations

from attrs import evolve

from aboard import (
    ABOARD,
    FLIGHT,
    GUEST,
    UP,
    activity,
    at,
    need,
    planned,
    planned_and_dropped,
    problem_of,
    programme,
    refused,
)
from hamsafar.domain.changes import Happened
from hamsafar.domain.hosts_minutes import DayShare, HostDay, HostShare, HostsMinutes
from hamsafar.domain.programme import Programme
from hamsafar.planning.crew.stay import stay_of
from hamsafar.planning.happened import with_what_happened
from hamsafar.planning.hosts_minutes import account_of, overdrawn
from hamsafar.schedule.problem import Conflict, Solved
from hamsafar.schedule.solve import solve


def agreed(asked: Programme, total: int | None = None, **more) -> Programme:
    return evolve(asked, hosts_minutes=HostsMinutes(agreed="protocol 7", total_min=total, **more))


def help_(*names: str, minutes: int = 60, days: tuple[int, ...] = (2, 3), who: tuple[str, ...] = (UP,), **more):
    """As many jobs of the guest with one host each, on one of these flight days."""
    facts = {"flight_days": days, "guest_programme": True} | more
    helper = need(*who, count=1, function="helper")
    return [activity(f"job-{name}", minutes, need(GUEST), helper, **facts) for name in names]


def test_all_help_in_the_stay_within_the_total() -> None:
    jobs = programme(*help_("a", "b"))
    assert len(planned(agreed(jobs, 120))) == 2
    assert "CRW-21" in refused(agreed(jobs, 119))
    assert len(planned(agreed(jobs, 119), "CRW-21")) == 2


def test_every_host_counts_in_the_total() -> None:
    both = activity("job", 30, need(GUEST), need(UP, ABOARD), guest_programme=True)
    assert len(planned(agreed(programme(both), 60))) == 1
    assert "CRW-21" in refused(agreed(programme(both), 59))


def test_nothing_counts_but_help_of_hosts_for_the_guests_programme() -> None:
    alone = activity("alone", 200, need(GUEST), guest_programme=True)
    theirs = activity("theirs", 200, need(UP), flight_days=(2,))
    assert len(planned(agreed(programme(alone, theirs), 0))) == 2


def test_another_host_helps_where_one_may_not_any_more() -> None:
    jobs = programme(*help_("a", "b", who=(UP, ABOARD)))
    found = planned(agreed(jobs, people=(HostShare(person=UP, total_min=60),)))
    assert sorted(one.person_ids[1] for one in found.values()) == sorted([UP, ABOARD])
    none_of_one = agreed(jobs, people=(HostShare(person=UP, total_min=59),))
    assert {one.person_ids[1] for one in planned(none_of_one).values()} == {ABOARD}
    shares = tuple(HostShare(person=one, total_min=59) for one in (UP, ABOARD))
    assert "CRW-21" in refused(agreed(jobs, people=shares))
    assert len(planned(agreed(jobs, people=shares), "CRW-21")) == 2


def test_help_goes_to_another_day_where_one_is_full() -> None:
    jobs = programme(*help_("a", "b"), rules={"CRW_09": {"max_host_min": 300}})
    full = agreed(jobs, days=(DayShare(flight_day=2, total_min=60),))
    days = sorted(one.flight_day for one in account_of(full, FLIGHT, planned(full).values()))
    assert days in ([2, 3], [3])
    both_full = agreed(jobs, days=(DayShare(flight_day=2, total_min=60), DayShare(flight_day=3, total_min=59)))
    assert "CRW-21" in refused(both_full)
    assert len(planned(both_full, "CRW-21")) == 2
    both = tuple(DayShare(flight_day=day, total_min=60) for day in (2, 3))
    assert len(planned(agreed(jobs, days=both))) == 2


def test_the_minutes_a_day_of_one_host_stand_for_the_rules() -> None:
    jobs = programme(*help_("a", "b", days=(2,)))  # 120 min; the rule's figure is 90
    assert "CRW-09" in refused(jobs)
    assert len(planned(agreed(jobs, people=(HostShare(person=UP, a_day_min=120),)))) == 2
    assert "CRW-09" in refused(agreed(jobs, people=(HostShare(person=UP, a_day_min=119),)))


def test_what_is_optional_goes_without() -> None:
    jobs = programme(*help_("a", "b", "c", optional=True, value=5))
    found, out = planned_and_dropped(agreed(jobs, 150))
    assert (len(found), len(out)) == (2, 1)


def test_a_host_counts_even_where_the_guest_may_be_chosen() -> None:
    """The planner can't weigh who is chosen: it counts on its own account."""
    either = activity("job", 60, need(GUEST, UP, count=1), guest_programme=True)
    assert "CRW-21" in refused(agreed(programme(either), 59))
    assert len(planned(agreed(programme(either), 60))) == 1


def test_what_the_past_took_is_gone() -> None:
    """Two of three are done, the first 20 min longer than planned: of 200 min 60 are left for the third."""
    jobs = programme(*help_("a", "b", "c"), rules={"CRW_09": {"max_host_min": 300}})
    taken = (GUEST, UP)
    done = (
        Happened(placement="job-a#1", start=at(2, "10:00"), end=at(2, "11:20"), people=taken),
        Happened(placement="job-b#1", start=at(2, "14:00"), end=at(2, "15:00"), people=taken),
    )
    since = evolve(jobs, past_until=at(2, "20:00"), happened=done)
    assert len(planned(agreed(since, 200))) == 3
    assert "CRW-21" in refused(agreed(since, 199))


def test_what_the_past_alone_overdraws_forbids_only_more() -> None:
    jobs = programme(*help_("a"), *help_("b", optional=True, value=5))
    done = Happened(placement="job-a#1", start=at(2, "10:00"), end=at(2, "11:20"), people=(GUEST, UP))
    since = agreed(evolve(jobs, past_until=at(2, "20:00"), happened=(done,)), 60)
    problem = problem_of(since)
    assert isinstance(solve(problem, effort=2.0), Conflict)
    been = [one for one in planned(since, "CRW-21").values() if one.id == "job-a#1"]
    answer = solve(with_what_happened(problem, stay_of(since, FLIGHT).past, been), effort=2.0)
    assert isinstance(answer, Solved)
    assert set(answer.placed) == {"job-a#1"}


# The account


def test_the_account_tells_each_host_and_day_with_what_was_agreed() -> None:
    jobs = programme(
        *help_("a", minutes=40, days=(2,), hours=("09:00", "09:01")),
        *help_("b", minutes=30, days=(2,), hours=("14:00", "14:01"), who=(ABOARD,)),
        *help_("c", minutes=25, days=(3,), hours=("09:00", "09:01")),
        activity("theirs", 200, need(UP), flight_days=(2,)),
    )
    asked = agreed(jobs, people=(HostShare(person=ABOARD, a_day_min=45),))
    assert account_of(asked, FLIGHT, planned(asked, "CRW-22").values()) == (
        HostDay(person=UP, flight_day=2, used_min=40, agreed_min=90.0),
        HostDay(person=ABOARD, flight_day=2, used_min=30, agreed_min=45.0),
        HostDay(person=UP, flight_day=3, used_min=25, agreed_min=90.0),
    )


def test_a_part_of_a_minute_counts_as_one() -> None:
    (job,) = planned(programme(*help_("a"))).values()
    late = evolve(job, end=job.end.plus(seconds=1))
    (row,) = account_of(programme(*help_("a")), FLIGHT, [late])
    assert row.used_min == 61


def test_what_is_overdrawn_is_told() -> None:
    people = (HostShare(person=UP, total_min=100), HostShare(person=ABOARD, a_day_min=40))
    asked = agreed(programme(), 150, people=people, days=(DayShare(flight_day=2, total_min=130),))
    rows = [(UP, 2, 91, 90.0), (ABOARD, 2, 40, 40.0), (UP, 3, 20, 90.0)]
    account = tuple(HostDay(person=p, flight_day=d, used_min=u, agreed_min=a) for p, d, u, a in rows)
    assert list(overdrawn(asked, account)) == [
        "Hosts' minutes overdrawn: host-up on flight day 2, 91 min used and 90 agreed, 1 too many.",
        "Hosts' minutes overdrawn: all hosts, 151 min used and 150 agreed, 1 too many.",
        "Hosts' minutes overdrawn: host-up, 111 min used and 100 agreed, 11 too many.",
        "Hosts' minutes overdrawn: flight day 2, 131 min used and 130 agreed, 1 too many.",
    ]
    assert list(overdrawn(programme(), account[1:])) == []
