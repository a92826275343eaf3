"""CRW-15: as many candidates as needed serve, in their function, and nobody else."""

from aboard import ABOARD, GUEST, OTHER, UP, activity, need, planned, programme, refused
from hamsafar.domain.plan import Assignment

CREW = {"aboard": (ABOARD, OTHER)}


def test_so_many_of_the_candidates_serve() -> None:
    asked = programme(activity("job", 30, need(UP, ABOARD, OTHER, count=2)), **CREW)
    people = planned(asked)["job#1"].person_ids
    assert len(people) == 2
    assert set(people) <= {UP, ABOARD, OTHER}


def test_each_need_has_its_function_and_people_of_its_own() -> None:
    asked = programme(
        activity(
            "job", 30, need(GUEST, function="subject"), need(UP, GUEST, count=1, function="operator"),
            need(UP, ABOARD, count=1, function="camera"),
        )
    )  # fmt: skip
    assert planned(asked)["job#1"].people == (
        Assignment(person=GUEST, function="subject"),
        Assignment(person=UP, function="operator"),
        Assignment(person=ABOARD, function="camera"),
    )


def test_two_needs_of_one_function_are_told_apart() -> None:
    asked = programme(activity("job", 30, need(UP, ABOARD, count=1), need(UP, ABOARD, count=1)))
    assert sorted(planned(asked)["job#1"].person_ids) == sorted([UP, ABOARD])


def test_too_few_aboard_is_a_conflict() -> None:
    assert refused(programme(activity("job", 30, need(UP, "nobody", count=2)))) >= {"CRW-15"}


def test_without_it_nobody_needs_be_free() -> None:
    busy = activity("busy", 600, need(UP), flight_days=(2,), hours=("08:00", "08:01"))
    also = activity("also", 600, need(ABOARD), flight_days=(2,), hours=("08:00", "08:01"))
    job = activity("job", 30, need(UP, ABOARD, count=1), flight_days=(2,), hours=("12:00", "12:01"))
    assert "CRW-15" in refused(programme(busy, also, job))
    assert planned(programme(busy, also, job), "CRW-15")["job#1"].people == ()
