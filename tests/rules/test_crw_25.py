"""CRW-25: the same people, or others: whoever may do both does both or neither; nobody does both."""

from itertools import product

import pytest

from aboard import ABOARD, GUEST, OTHER, UP, activity, need, planned, programme, refused

CREW = {"aboard": (ABOARD, OTHER)}
HOSTS = (UP, ABOARD, OTHER)


def operator(*people: str):
    return need(*(people or HOSTS), count=1, function="operator")


def busy(person: str, day: int):
    """Somebody who has no time on a day."""
    return activity(f"busy-{person}-{day}", 600, need(person), flight_days=(day,), hours=("08:00", "08:01"))


def on(day: int) -> dict:
    return {"flight_days": (day,), "hours": ("09:00", "16:00")}


def test_whoever_set_it_up_runs_it() -> None:
    """Each day only one has time for one of the two: then only the third can do both."""
    jobs = (
        activity("setup", 30, operator(), **on(2)),
        activity("run", 30, operator(), same_people_as=("setup",), **on(3)),
        busy(UP, 2),
        busy(ABOARD, 3),
    )
    found = planned(programme(*jobs, **CREW))
    assert found["setup#1"].person_ids == found["run#1"].person_ids == (OTHER,)
    taken = programme(*jobs, busy(OTHER, 3), **CREW)
    assert "CRW-25" in refused(taken)
    assert len(planned(taken, "CRW-25")) == 5


def test_who_cannot_do_both_is_not_asked() -> None:
    """The guest runs it and can't set it up; the assistant may do both."""
    asked = programme(
        activity("setup", 30, operator(UP, ABOARD), **on(2)),
        activity(
            "run", 30, need(GUEST, function="operator"), operator(ABOARD, OTHER), same_people_as=("setup",), **on(3)
        ),
        busy(OTHER, 3),
        **CREW,
    )
    found = planned(asked)
    assert found["setup#1"].person_ids == (ABOARD,)
    assert ABOARD in found["run#1"].person_ids


def test_all_times_of_one_activity_by_the_same() -> None:
    runs = activity("run", 30, operator(), repeat="each-day", hours=("09:00", "16:00"), same_people_as=("run",))
    asked = programme(runs, busy(UP, 2), busy(ABOARD, 3), **CREW)
    assert {one.person_ids for id_, one in planned(asked).items() if id_.startswith("run")} == {(OTHER,)}
    assert "CRW-25" in refused(programme(runs, busy(UP, 2), busy(ABOARD, 3), busy(OTHER, 3), **CREW))


def test_each_time_by_others() -> None:
    runs = activity("run", 30, operator(), times=3, other_people_than=("run",))
    assert sorted(one.person_ids[0] for one in planned(programme(runs, **CREW)).values()) == sorted(HOSTS)
    four = activity("run", 30, operator(), times=4, other_people_than=("run",))
    assert "CRW-25" in refused(programme(four, **CREW))
    assert len(planned(programme(four, **CREW), "CRW-25")) == 4


def test_the_nth_goes_with_the_nth() -> None:
    """Day by day, whoever draws doesn't read; on another day they may."""
    draw = activity("draw", 30, operator(UP, ABOARD), repeat="each-day", hours=("09:00", "16:00"))
    read = activity(
        "read", 30, operator(UP, ABOARD), repeat="each-day", hours=("09:00", "16:00"), other_people_than=("draw",)
    )
    found = planned(programme(draw, read, busy(UP, 2), **CREW), "CRW-25")
    assert found["draw@2#1"].person_ids == found["read@2#1"].person_ids == (ABOARD,)
    assert "CRW-25" in refused(programme(draw, read, busy(UP, 2), **CREW))
    apart = planned(programme(draw, read, **CREW))
    for day in (2, 3):
        assert {apart[f"{what}@{day}#1"].person_ids[0] for what in ("draw", "read")} == {UP, ABOARD}


@pytest.mark.parametrize(("first", "second"), list(product((HOSTS, HOSTS[:2], HOSTS[1:], HOSTS[:1]), repeat=2)))
@pytest.mark.parametrize("same", [True, False])
def test_it_can_be_done_just_where_some_choice_of_people_obeys(first, second, same) -> None:
    """Every pair of operators tried by hand: where none obeys, there is no plan."""
    link = {"same_people_as" if same else "other_people_than": ("one",)}
    both = set(first) & set(second)
    good = [
        (a, b) for a, b in product(first, second) if (all((a == who) == (b == who) for who in both) if same else a != b)
    ]
    asked = programme(activity("one", 30, operator(*first)), activity("two", 30, operator(*second), **link), **CREW)
    if good:
        found = planned(asked)
        assert (found["one#1"].person_ids[0], found["two#1"].person_ids[0]) in good
    else:
        assert "CRW-25" in refused(asked)
