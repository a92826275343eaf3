"""CRW-06: no link or outreach sooner than so long after exercise of anybody in it."""

import pytest

from aboard import ABOARD, GUEST, UP, activity, label, need, planned, programme, refused


def run_and_link(gap: int, kind: str = "link"):
    return programme(
        activity("run", 60, kind="exercise", flight_days=(2,), hours=("12:00", "12:01")),
        activity("call", 10, kind=kind, flight_days=(2,), hours=("13:29", "13:30")),
        rules={"CRW_06": {"min_gap_min": gap}},
    )


@pytest.mark.parametrize("kind", ["link", "outreach"])
def test_the_gap_counts_from_the_end_of_exercise(kind: str) -> None:
    assert label(planned(run_and_link(30, kind))["call#1"].start) == "2 13:30"
    assert "CRW-06" in refused(run_and_link(31, kind))
    assert len(planned(run_and_link(31, kind), "CRW-06")) == 2


def test_a_family_call_is_free_of_it() -> None:
    assert len(planned(run_and_link(31, "family"))) == 2


def test_it_binds_whoever_is_chosen_for_the_camera() -> None:
    asked = programme(
        activity("run", 60, need(UP), kind="exercise", flight_days=(2,), hours=("12:00", "12:01")),
        activity(
            "call", 10, need(GUEST, function="speaker"), need(UP, ABOARD, count=1, function="camera"),
            kind="link", flight_days=(2,), hours=("13:10", "13:11"),
        ),
    )  # fmt: skip
    assert planned(asked)["call#1"].person_ids == (GUEST, ABOARD)
