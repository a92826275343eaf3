"""CRW-19: no meal sooner than so long after exercise; CRW-05 asks for the other order."""

from aboard import ABOARD, UP, activity, label, need, planned, programme, refused


def run_and_meal(gap: int, *people):
    return programme(
        activity("run", 60, *people, kind="exercise", flight_days=(2,), hours=("11:00", "11:01")),
        activity("lunch", 30, need(UP), kind="meal", flight_days=(2,), hours=("12:14", "12:15")),
        rules={"CRW_19": {"min_gap_min": gap}},
    )


def test_the_gap_counts_from_the_end_of_exercise() -> None:
    assert label(planned(run_and_meal(15, need(UP)))["lunch#1"].start) == "2 12:15"
    assert "CRW-19" in refused(run_and_meal(16, need(UP)))
    assert len(planned(run_and_meal(16, need(UP)), "CRW-19")) == 2


def test_it_binds_whoever_is_chosen() -> None:
    assert planned(run_and_meal(16, need(UP, ABOARD, count=1)))["run#1"].person_ids == (ABOARD,)
