"""CRW-11: while something needs quiet nobody exercises; touching is no overlap."""

from aboard import UP, activity, label, need, planned, programme, refused


def quiet_and_run(last: str):
    return programme(
        activity("melt", 60, quiet=True, flight_days=(2,), hours=("12:00", "12:01")),
        activity("run", 60, need(UP), kind="exercise", flight_days=(2,), hours=("12:30", last)),
    )


def test_exercise_begins_when_quiet_ends() -> None:
    found = planned(quiet_and_run("13:00"))
    assert (label(found["melt#1"].start), label(found["run#1"].start)) == ("2 12:00", "2 13:00")
    assert "CRW-11" in refused(quiet_and_run("12:59"))
    assert len(planned(quiet_and_run("12:59"), "CRW-11")) == 2


def test_quiet_things_and_exercises_may_each_be_at_once() -> None:
    asked = programme(
        activity("melt", 60, quiet=True, flight_days=(2,), hours=("12:00", "12:01")),
        activity("freeze", 60, need(UP), quiet=True, flight_days=(2,), hours=("12:00", "12:01")),
        activity("run", 60, kind="exercise", flight_days=(2,), hours=("14:00", "14:01")),
        activity("ride", 60, need(UP), kind="exercise", flight_days=(2,), hours=("14:00", "14:01")),
    )
    assert len(planned(asked)) == 4
