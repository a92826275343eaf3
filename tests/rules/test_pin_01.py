"""PIN-01: what is pinned stays where it is, on the ground and aboard."""

import aboard
from aboard import activity, at, label
from ground import local, planned, refused
from hamsafar.domain.changes import Pin
from hamsafar.timeline import Instant
from programmes import phase, session, subject, tiny_programme

MORNING = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}  # Monday 2027-02-15, 08:00 to 12:00
EIGHT = Instant.utc(2027, 2, 15, 0, 0)


def two(minutes: int, *pins: Pin):
    return tiny_programme(subject(session("a/x", 60), session("a/y", minutes)), in_term=MORNING, pins=pins)


def test_the_pinned_session_stays_and_the_other_goes_round_it() -> None:
    at_nine = Pin(placement="a/x@trainee-prime", start=EIGHT.plus(minutes=60))
    found = planned(two(60, at_nine))
    assert local(found["a/x@trainee-prime"].start) == "Mon 02-15 09:00"
    assert planned(two(120, at_nine))
    said = refused(two(121, at_nine))
    assert said["PIN-01"] == "PIN-01: a/x@trainee-prime stays where it is; at 2027-02-15 09:00"
    assert planned(two(121, at_nine), "PIN-01")


def test_a_pin_where_nothing_may_be_is_refused() -> None:
    assert "PIN-01" in refused(two(60, Pin(placement="a/x@trainee-prime", start=EIGHT.plus(minutes=-1))))


def test_a_pin_of_what_nothing_asks_for_is_refused() -> None:
    nobody = two(60, Pin(placement="a/x@trainee-other", start=EIGHT))
    assert refused(nobody)["PIN-01"].endswith("a/x@trainee-other stays where it is; nothing asks for it")
    assert len(planned(nobody, "PIN-01")) == 2
    gone = aboard.programme(activity("own", 60), pins=(Pin(placement="other#1", start=at(2, "10:00")),))
    assert aboard.refused(gone) == {"PIN-01"}
    assert len(aboard.planned(gone, "PIN-01")) == 1


def test_an_optional_thing_that_is_pinned_is_in_the_plan() -> None:
    busy = activity("busy", 60, flight_days=(2,), hours=("08:00", "10:00"), optional=True, value=99)
    mine = activity("mine", 60, flight_days=(2,), hours=("08:00", "10:00"), optional=True, prefer="08:00")
    pinned = aboard.programme(busy, mine, pins=(Pin(placement="mine#1", start=at(2, "09:00")),))
    found = aboard.planned(pinned)
    assert label(found["mine#1"].start) == "2 09:00"
    assert len(found) == 2
    crowded = aboard.programme(
        activity("busy", 60, flight_days=(2,), hours=("08:30", "09:30"), optional=True, value=99),
        mine,
        pins=(Pin(placement="mine#1", start=at(2, "09:00")),),
    )
    assert set(aboard.planned(crowded)) == {"mine#1"}
    assert set(aboard.planned(crowded, "PIN-01")) == {"busy#1", "mine#1"}
