"""CRW-05: no exercise sooner than so long after a meal; CRW-19 asks for the other order."""

from aboard import ABOARD, UP, activity, label, need, planned, programme, refused


def meal_and_run(gap: int, run: tuple[str, str]):
    return programme(
        activity("lunch", 30, kind="meal", flight_days=(2,), hours=("12:00", "12:01")),
        activity("run", 60, kind="exercise", flight_days=(2,), hours=run),
        rules={"CRW_05": {"min_gap_min": gap}},
    )


def test_the_gap_counts_from_the_end_of_the_meal() -> None:
    found = planned(meal_and_run(60, ("13:29", "13:30")))
    assert label(found["run#1"].start) == "2 13:30"
    assert label(found["lunch#1"].start) == "2 12:00"
    assert "CRW-05" in refused(meal_and_run(61, ("13:29", "13:30")))
    assert len(planned(meal_and_run(61, ("13:29", "13:30")), "CRW-05")) == 2


def test_exercise_may_end_as_the_meal_begins() -> None:
    found = planned(meal_and_run(60, ("11:00", "11:01")), "CRW-19")
    assert label(found["run#1"].start) in ("2 11:00", "2 11:01")


def test_it_binds_whoever_is_chosen() -> None:
    asked = programme(
        activity("lunch", 30, need(UP), kind="meal", flight_days=(2,), hours=("12:00", "12:01")),
        activity("run", 60, need(UP, ABOARD, count=1), kind="exercise", flight_days=(2,), hours=("12:40", "12:41")),
    )
    assert planned(asked)["run#1"].person_ids == (ABOARD,)
