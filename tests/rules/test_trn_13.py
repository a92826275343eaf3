"""TRN-13: so many days in a row with any training, of whatever kind, and then one without."""

from ground import local_start, planned, refused
from programmes import calendar, phase, session, subject, tiny_programme

WEEK = (calendar("work", weekdays=range(1, 8)),)


def days_of_four_hours(days: int, phase_d: float, kind: str = "theory", limit: int = 6):
    return tiny_programme(
        subject(*(session(f"a/x{n}", 240, kind=kind) for n in range(days))),
        calendars=(calendar("work", "08:00-12:00", weekdays=range(1, 8)),),
        in_term={"phases": (phase(from_d=14.2, to_d=14.2 - phase_d),)},
        rules={"TRN_13": {"max_days_in_row": limit}},
    )


def test_six_days_fit_and_seven_do_not() -> None:
    assert len(planned(days_of_four_hours(6, 6))) == 6
    said = refused(days_of_four_hours(7, 7))
    assert said["TRN-13"] == "TRN-13: trainee-prime trains at most 6 days in a row"
    assert len(planned(days_of_four_hours(7, 7), "TRN-13")) == 7


def test_the_seventh_day_comes_after_one_without() -> None:
    days = sorted(local_start(placement).toordinal() for placement in planned(days_of_four_hours(7, 8)).values())
    assert days[-1] - days[0] == 7


def test_self_study_counts_too() -> None:
    assert "TRN-13" in refused(days_of_four_hours(3, 3, "self-study", 2))
    assert len(planned(days_of_four_hours(2, 2, "self-study", 2))) == 2
