"""TRN-10: before quarantine to the minute; inside it only what is meant for it, where it may be."""

from ground import local, planned, refused
from programmes import facility, phase, session, subject, tiny_programme

# Quarantine begins a week before lift-off: Monday 2027-02-22, 12:00. The phase begins that day at 09:30.
ROOMS = (facility("quarters", open_in_quarantine=True), facility("room"))
TERM = {"quarantine_d": 7, "phases": (phase(from_d=7 + 2.5 / 24),), "facilities": ROOMS}


def one(minutes: int, **more):
    return tiny_programme(subject(session("a/x", minutes, **more)), in_term=TERM)


def test_a_session_may_end_as_quarantine_begins_and_not_a_minute_later() -> None:
    assert local(planned(one(150))["a/x@trainee-prime"].end) == "Mon 02-22 12:00"
    said = refused(one(151))
    assert said["TRN-10"] == "TRN-10: quarantine keeps out what isn't meant for quarantine; from 2027-02-22"
    assert local(planned(one(151), "TRN-10")["a/x@trainee-prime"].start) == "Mon 02-22 14:00"


def test_what_is_meant_for_quarantine_may_be_in_it() -> None:
    assert planned(one(240, in_quarantine=True))
    assert planned(one(240, in_quarantine=True, facilities=("quarters",)))


def test_and_only_in_facilities_inside_it() -> None:
    outside = one(240, in_quarantine=True, facilities=("room",))
    assert refused(outside)["TRN-10"] == "TRN-10: room is outside quarantine; from 2027-02-22"
    assert planned(outside, "TRN-10")
