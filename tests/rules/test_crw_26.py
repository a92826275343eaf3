"""CRW-26: what is to be kept apart never runs at the same time; touching is apart."""

from itertools import pairwise

from aboard import UP, activity, label, need, planned, programme, refused


def microscope_and_pump(last: str):
    return programme(
        activity("look", 60, flight_days=(2,), hours=("12:00", "12:01"), apart_from=("pump",)),
        activity("pump", 60, need(UP), flight_days=(2,), hours=("12:30", last)),
    )


def test_one_begins_when_the_other_ends() -> None:
    found = planned(microscope_and_pump("13:00"))
    assert (label(found["look#1"].start), label(found["pump#1"].start)) == ("2 12:00", "2 13:00")
    assert "CRW-26" in refused(microscope_and_pump("12:59"))
    assert len(planned(microscope_and_pump("12:59"), "CRW-26")) == 2


def test_every_time_of_one_keeps_clear_of_every_time_of_the_other() -> None:
    look = activity("look", 60, times=2, flight_days=(2,), hours=("12:00", "14:00"), apart_from=("pump",))
    pump = activity("pump", 60, need(UP), times=2, flight_days=(2,), hours=("12:00", "15:00"))
    found = sorted((one.start, one.end) for one in planned(programme(look, pump)).values())
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    short = activity("pump", 60, need(UP), times=2, flight_days=(2,), hours=("12:00", "14:59"))
    assert "CRW-26" in refused(programme(look, short))


def test_its_own_times_by_several_people() -> None:
    two = activity("run", 60, need(UP, "host-aboard", count=1), times=2, flight_days=(2,), hours=("12:00", "12:59"))
    assert len(planned(programme(two))) == 2
    asked = activity(
        "run", 60, need(UP, "host-aboard", count=1), times=2, flight_days=(2,), hours=("12:00", "12:59"),
        apart_from=("run",),
    )  # fmt: skip
    assert "CRW-26" in refused(programme(asked))
