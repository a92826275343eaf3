"""HST-01: what the host has fixed lies where it lies, and nothing touches it."""

from aboard import ABOARD, GUEST, OTHER, UP, activity, at, label, need, planned, programme, refused
from hamsafar.domain.host import Fixed
from hamsafar.domain.programme import Programme, with_fixed

WORK = {"flight_days": (2,), "hours": ("08:00", "11:00")}


def fixed(start: str = "08:30", end: str = "09:30", *people: str, day: int = 2, name: str = "host-arm") -> Fixed:
    return Fixed(
        activity=name, title="Arm", kind="station-work", start=at(day, start), end=at(day, end),
        people=people or (GUEST, UP), source="host.csv:2:1 Activity",
    )  # fmt: skip


def asked(*of_host: Fixed, minutes: int = 60) -> Programme:
    return with_fixed(programme(activity("own", minutes, **WORK)), of_host)


def test_it_lies_to_the_minute_where_the_host_has_it_and_others_go_round() -> None:
    found = planned(asked(fixed()))
    assert label(found["host-arm#1"].start) == "2 08:30"
    assert found["host-arm#1"].person_ids == (GUEST, UP)
    assert found["own#1"].start >= found["host-arm#1"].end
    assert (
        label(planned(asked(fixed("08:00", "09:00"), fixed("10:00", "10:59", name="host-b")))["own#1"].start)
        == "2 09:00"
    )


def test_what_has_no_room_beside_it_is_a_conflict_that_names_it() -> None:
    tight = asked(fixed("08:01", "11:59"), minutes=60)
    assert refused(tight) == {"HST-01", "CMP-01", "CRW-12", "PPL-01"}
    assert planned(tight, "HST-01")


def test_two_of_the_host_may_not_take_somebody_at_once() -> None:
    twice = asked(fixed(), fixed("09:29", "10:00", UP, name="host-b"))
    assert "HST-01" in refused(twice)
    assert planned(asked(fixed(), fixed("09:30", "10:00", UP, name="host-b")))
    assert planned(asked(fixed(), fixed("09:29", "10:00", ABOARD, name="host-b")))


def test_what_lies_outside_the_stay_is_nobodys_and_what_sticks_out_is_a_conflict() -> None:
    assert set(planned(asked(fixed("08:00", "09:00", ABOARD, day=9)))) == {"own#1"}
    assert "CRW-14" in refused(asked(fixed("13:00", "14:00", ABOARD, day=4)))  # hatches close at 12:30


def test_a_new_plan_of_the_hosts_takes_the_old_ones_place() -> None:
    old = asked(fixed(), fixed("10:00", "10:30", name="host-b"))
    new = with_fixed(old, (fixed("09:00", "09:10"),), kept=frozenset({"host-b"}))
    assert [one.activity for one in new.fixed] == ["host-arm", "host-b"]
    assert [one.id for one in new.activities] == ["own", "host-b", "host-arm"]
    assert new.activities[-1].duration_min == 10
    assert new.activities[-1].who == (need(GUEST, UP, function="crew"),)
    assert OTHER not in new.activities[-1].who[0].candidates
