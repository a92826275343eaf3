"""TRN-05: a training week is Monday to Sunday of the term's zone, and filled to the minute."""

from ground import local_start, planned, refused
from programmes import phase, session, subject, tiny_programme

ONE_WEEK = {"phases": (phase(from_d=14.2, to_d=8.6),)}  # Monday 2027-02-15 to Saturday night


def of_three(minutes: float, phases: dict = ONE_WEEK):
    return tiny_programme(
        subject(*(session(f"a/{name}", 200) for name in "xyz")),
        in_term=phases,
        rules={"TRN_05": {"max_week_min": minutes}},
    )


def test_a_week_is_filled_exactly_and_not_a_minute_more() -> None:
    assert len(planned(of_three(600))) == 3
    said = refused(of_three(599))
    assert said["TRN-05"] == "TRN-05: trainee-prime trains at most 599 min a week; week of 2027-02-15"
    assert len(planned(of_three(599), "TRN-05")) == 3


def test_what_does_not_fit_goes_to_the_next_week() -> None:
    two_weeks = {"phases": (phase(from_d=14.2, to_d=1.6),)}
    weeks = [local_start(placement).isocalendar().week for placement in planned(of_three(599, two_weeks)).values()]
    assert sorted(set(weeks)) == [7, 8]
