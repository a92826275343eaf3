"""RES-02: nothing is used while it is shut: facilities of the term, things aboard."""

import aboard
from aboard import Use, activity, at, label
from ground import local, planned, refused
from hamsafar.domain.changes import Shut
from hamsafar.timeline import Instant, Span
from programmes import phase, session, subject, tiny_programme

MORNING = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}  # Monday 2027-02-15, 08:00 to 12:00
EIGHT = Instant.utc(2027, 2, 15, 0, 0)


def shut(of: str, start: Instant, end: Instant) -> tuple[Shut, ...]:
    return (Shut(of=of, span=Span(start, end), reason="flooded"),)


def morning(minutes: int, closures: tuple[Shut, ...]):
    in_room = subject(session("a/x", minutes, facilities=("room",)))
    return tiny_programme(in_room, in_term=MORNING, shut=closures)


def test_a_session_waits_until_its_room_opens_and_no_longer() -> None:
    flooded = shut("room", EIGHT.plus(days=-3), EIGHT.plus(minutes=60))
    assert local(planned(morning(180, flooded))["a/x@trainee-prime"].start) == "Mon 02-15 09:00"
    said = refused(morning(181, flooded))
    assert said["RES-02"] == (
        "RES-02: room is not used while it is shut; shut 2027-02-12 08:00 to 2027-02-15 09:00, flooded"
    )
    assert planned(morning(181, flooded), "RES-02")


def test_it_ends_before_the_room_shuts() -> None:
    early = shut("room", EIGHT.plus(minutes=100), EIGHT.plus(days=1))
    assert local(planned(morning(100, early))["a/x@trainee-prime"].end) == "Mon 02-15 09:40"
    assert "RES-02" in refused(morning(101, early))


def test_another_room_shut_is_nothing_to_it() -> None:
    assert planned(morning(240, shut("pool", EIGHT, EIGHT.plus(days=1))))


def test_a_rack_aboard_is_left_alone_while_it_is_shut() -> None:
    use = activity("use", 60, uses=(Use(resource="rack"),), flight_days=(2,), hours=("08:00", "09:00"))
    broken = shut("rack", at(2, "07:00"), at(2, "09:00"))
    asked = aboard.programme(use, resources=[("rack", 1)], shut=broken)
    assert label(aboard.planned(asked)["use#1"].start) == "2 09:00"
    longer = aboard.programme(use, resources=[("rack", 1)], shut=shut("rack", at(2, "07:00"), at(2, "09:01")))
    assert "RES-02" in aboard.refused(longer)
    assert len(aboard.planned(longer, "RES-02")) == 1
