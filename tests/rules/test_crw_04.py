"""CRW-04: meals of one person start at least so far apart, to the minute."""

from aboard import ABOARD, UP, activity, label, need, planned, programme, refused


def two_meals(gap: int, first: str = "guest", second: str = "guest"):
    return programme(
        activity("soup", 30, need(first), kind="meal", flight_days=(2,), hours=("08:00", "08:01")),
        activity("rice", 30, need(second), kind="meal", flight_days=(2,), hours=("10:59", "11:00")),
        rules={"CRW_04": {"min_gap_min": gap}},
    )


def test_the_gap_is_kept_to_the_minute() -> None:
    found = planned(two_meals(180))
    assert [label(found[id_].start) for id_ in ("soup#1", "rice#1")] == ["2 08:00", "2 11:00"]
    assert "CRW-04" in refused(two_meals(181))
    assert len(planned(two_meals(181), "CRW-04")) == 2


def test_meals_of_different_people_are_free_of_each_other() -> None:
    assert len(planned(two_meals(900, UP, ABOARD))) == 2


def test_whoever_is_chosen_for_two_meals_keeps_the_gap() -> None:
    choice = need(UP, ABOARD, count=1)
    asked = programme(
        activity("soup", 30, choice, kind="meal", flight_days=(2,), hours=("08:00", "08:01")),
        activity("rice", 30, choice, kind="meal", flight_days=(2,), hours=("09:00", "09:01")),
    )
    found = planned(asked)
    assert found["soup#1"].person_ids != found["rice#1"].person_ids
