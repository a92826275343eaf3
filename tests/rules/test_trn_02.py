"""TRN-02: a facility's own hours, and the dates on which it is closed."""

from datetime import date

from ground import local, planned, refused
from hamsafar.domain.calendars import DateRange
from programmes import calendar, facility, phase, session, subject, tiny_programme

IN_ROOM = subject(session("a/x", 120, facilities=("room",)))
CALENDARS = (calendar(), calendar("late", "16:00-20:00"))


def test_a_session_keeps_to_the_hours_of_its_facility() -> None:
    late = tiny_programme(IN_ROOM, in_term={"facilities": (facility(calendar="late"),)}, calendars=CALENDARS)
    assert local(planned(late)["a/x@trainee-prime"].start)[-5:] == "16:00"
    longer = subject(session("a/x", 121, facilities=("room",)))
    too_long = tiny_programme(longer, in_term={"facilities": (facility(calendar="late"),)}, calendars=CALENDARS)
    assert "TRN-02" in refused(too_long)
    assert planned(too_long, "TRN-02")


def test_a_closed_facility_is_not_used_on_that_date() -> None:
    days = DateRange(first=date(2027, 2, 22), last=date(2027, 2, 28), reason="maintenance")
    closed = tiny_programme(
        IN_ROOM, in_term={"facilities": (facility(closed=(days,)),), "phases": (phase(from_d=7.5),)}
    )
    # The phase begins on Sunday night; lift-off is on Monday noon, so one morning is left.
    assert local(planned(closed)["a/x@trainee-prime"].start)[:9] == "Mon 03-01"
    assert local(planned(closed, "TRN-02")["a/x@trainee-prime"].start)[:9] == "Mon 02-22"
    nothing_left = tiny_programme(
        IN_ROOM, in_term={"facilities": (facility(closed=(days,)),), "phases": (phase(from_d=7.5, to_d=1),)}
    )
    assert refused(nothing_left)["TRN-02"].endswith("room is used only while it is open; closed 2027-02-22 to "
                                                    "2027-02-28, maintenance")  # fmt: skip
