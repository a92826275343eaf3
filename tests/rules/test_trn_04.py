"""TRN-04: 150 minutes fit into a day of 150, not into one of 149; self-study isn't counted."""

import pytest

from ground import planned, refused
from programmes import phase, session, subject, tiny_programme

ONE_DAY = {"phases": (phase(from_d=14.2, to_d=13.6),)}  # Monday 2027-02-15, 07:12 to 21:36


def of_two(minutes: float, kind: str = "theory"):
    return tiny_programme(
        subject(session("a/x", 75), session("a/y", 75, kind=kind)),
        in_term=ONE_DAY,
        rules={"TRN_04": {"max_day_min": minutes}},
    )


def test_a_day_is_filled_exactly_and_not_a_minute_more() -> None:
    assert len(planned(of_two(150))) == 2
    assert refused(of_two(149))["TRN-04"] == "TRN-04: trainee-prime trains at most 149 min a day; day 2027-02-15"
    assert len(planned(of_two(149), "TRN-04")) == 2


@pytest.mark.parametrize("kind", ["self-study", "travel"])
def test_some_kinds_are_not_counted(kind: str) -> None:
    assert len(planned(of_two(149, kind))) == 2
