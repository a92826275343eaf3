"""TRN-06: from the last end of a day to the first start of the next, to the minute."""

from ground import minutes_between, planned, refused
from programmes import calendar, phase, session, subject, tiny_programme

# Monday 2027-02-15, 20:00 to 22:00, then Tuesday from 07:00 to 09:00, and no more.
NIGHT = {"phases": (phase(from_d=14 - 8 / 24, to_d=13 + 3 / 24),)}


def around_a_night(rest_min: float, morning_min: int = 60):
    return tiny_programme(
        subject(session("a/evening", 120), session("a/morning", morning_min)),
        calendars=(calendar("work", "07:00-09:00", "20:00-22:00"),),
        in_term=NIGHT,
        rules={"TRN_06": {"min_rest_min": rest_min}},
    )


def test_rest_is_kept_to_the_minute() -> None:
    fits = planned(around_a_night(600))  # until 08:00, then one hour to 09:00
    assert minutes_between(fits["a/evening@trainee-prime"], fits["a/morning@trainee-prime"]) == 600
    said = refused(around_a_night(601))
    assert said["TRN-06"] == "TRN-06: trainee-prime rests at least 601 min between two days"
    assert len(planned(around_a_night(601), "TRN-06")) == 2
