"""TRN-03: a session lies in its phase, and neither before the term nor before today."""

from datetime import date

from attrs import evolve

from ground import local, local_start, planned, refused
from programmes import LAUNCH, phase, session, subject, tiny_programme

# Lift-off is on Monday 2027-03-01 at 12:00 of the term's zone.


def test_a_phase_is_filled_exactly_and_not_a_minute_more() -> None:
    # From Monday 09:30 to 12:00 a fortnight before: 150 minutes.
    stretch = {"phases": (phase(from_d=14 + 2.5 / 24, to_d=14),)}
    fits = planned(tiny_programme(subject(session("a/x", 150)), in_term=stretch))["a/x@trainee-prime"]
    assert (local(fits.start), local(fits.end)) == ("Mon 02-15 09:30", "Mon 02-15 12:00")
    assert refused(tiny_programme(subject(session("a/x", 151)), in_term=stretch))["TRN-03"]
    assert planned(tiny_programme(subject(session("a/x", 151)), in_term=stretch), "TRN-03")


def test_lift_off_at_a_second_is_rounded_against_us() -> None:
    # 30 s later the phase runs from 09:30:30 to 12:00:30: whole minutes from 09:31 to 12:00.
    stretch = {"phases": (phase(from_d=14 + 2.5 / 24, to_d=14),)}
    launch = LAUNCH.plus(seconds=30)
    fits = planned(tiny_programme(subject(session("a/x", 149)), in_term=stretch), launch=launch)["a/x@trainee-prime"]
    assert (local(fits.start), local(fits.end)) == ("Mon 02-15 09:31", "Mon 02-15 12:00")
    assert refused(tiny_programme(subject(session("a/x", 150)), in_term=stretch), launch=launch)


def test_nothing_before_the_first_day_of_the_term() -> None:
    programme = tiny_programme(subject(session("a/x")), in_term={"start": date(2027, 2, 25)})
    assert local(planned(programme)["a/x@trainee-prime"].start) == "Thu 02-25 08:00"
    late = tiny_programme(subject(session("a/x")), in_term={"start": date(2027, 2, 25), "phases": (phase(to_d=7),)})
    assert refused(late).keys() == {"CMP-01", "TRN-03"}
    assert planned(late, "TRN-03")


def test_nothing_before_today() -> None:
    programme = tiny_programme(subject(session("a/x")), now=date(2027, 2, 26))
    assert local(planned(programme)["a/x@trainee-prime"].start) == "Fri 02-26 08:00"


def test_a_phase_that_had_begun_when_lift_off_moved_does_not_begin_again() -> None:
    # Counted from lift-off the phase is 150 minutes long; it had begun on the 8th, a Monday.
    begun = {"phases": (phase(from_d=14 + 2.5 / 24, to_d=14, begun=date(2027, 2, 8)),)}
    programme = tiny_programme(subject(session("a/x", 151)), in_term=begun)
    assert local_start(planned(programme)["a/x@trainee-prime"]).date() >= date(2027, 2, 8)
    assert refused(evolve(programme, now=date(2027, 2, 16)))
    later = {"phases": (phase(from_d=14 + 2.5 / 24, to_d=14, begun=date(2027, 2, 16)),)}
    assert local(planned(tiny_programme(subject(session("a/x", 150)), in_term=later))["a/x@trainee-prime"].start) == (
        "Mon 02-15 09:30"
    )
