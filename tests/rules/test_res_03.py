"""RES-03: what is there only in somebody's hours, or while a window is open, is used only then."""

from datetime import time

from attrs import evolve

from aboard import Use, activity, at, label, planned, planned_and_dropped, programme, refused, windows
from hamsafar.domain.aboard import Resource, WindowNeed
from hamsafar.domain.calendars import Calendar, Hours

WEEK = tuple(range(1, 8))


def console(*hours: tuple[str, str], zone: str = "Asia/Shanghai") -> Calendar:
    stretches = tuple(Hours(opens=time.fromisoformat(a), closes=time.fromisoformat(b)) for a, b in hours)
    return Calendar(id="console", zone=zone, weekdays=WEEK, hours=stretches)


def with_ground(calendar: Calendar, *activities, capacity: int = 1):
    team = Resource(id="team", title="Team on the ground", capacity=capacity, calendar="console")
    asked = programme(*activities)
    return evolve(asked, resources=(team,), calendars=(*asked.calendars, calendar))


def watched(minutes: int = 60, hours: tuple[str, str] = ("08:00", "11:00"), **more):
    return activity("watched", minutes, uses=(Use(resource="team"),), flight_days=(2,), hours=hours, **more)


def test_it_is_used_from_its_opening_to_its_closing() -> None:
    assert label(planned(with_ground(console(("10:00", "11:00")), watched(60)))["watched#1"].start) == "2 10:00"
    asked = with_ground(console(("10:00", "11:00")), watched(61))
    assert "RES-03" in refused(asked)
    assert len(planned(asked, "RES-03")) == 1


def test_hours_that_touch_are_one_stretch_and_a_break_is_none() -> None:
    touching = with_ground(console(("10:00", "10:30"), ("10:30", "11:00")), watched(60))
    assert label(planned(touching)["watched#1"].start) == "2 10:00"
    assert "RES-03" in refused(with_ground(console(("10:00", "10:30"), ("10:31", "11:30")), watched(60)))


def test_the_hours_are_those_of_its_own_zone() -> None:
    """10:00 in Karachi is 13:00 aboard."""
    asked = with_ground(console(("10:00", "11:00"), zone="Asia/Karachi"), watched(60, ("08:00", "20:00")))
    assert label(planned(asked)["watched#1"].start) == "2 13:00"


def test_what_is_optional_is_left_out_with_its_reason() -> None:
    asked = with_ground(console(("10:00", "10:59")), watched(60, optional=True, value=5))
    found, out = planned_and_dropped(asked)
    assert found == {}
    assert out["watched#1"].startswith("RES-03: team in the hours of console")


def test_data_rate_is_there_while_a_relay_link_is_open() -> None:
    rate = Resource(id="rate", title="Data rate", capacity=1_000, unit="kbit/s", window=WindowNeed(kind="relay"))
    send = activity("send", 30, uses=(Use(resource="rate", amount=600),), flight_days=(2,), hours=("08:00", "20:00"))
    other = evolve(send, id="other")
    asked = evolve(programme(send), resources=(rate,))
    link = windows((at(2, "12:00"), at(2, "12:30")), (at(2, "15:00"), at(2, "15:30")))
    assert label(planned(asked, open_=(link,))["send#1"].start) in ("2 12:00", "2 15:00")
    both = planned(evolve(asked, activities=(send, other)), open_=(link,))
    assert {label(one.start) for one in both.values()} == {"2 12:00", "2 15:00"}
    short = windows((at(2, "12:00"), at(2, "12:29")))
    assert "RES-03" in refused(asked, open_=(short,))
    unsure = windows((at(2, "12:00"), at(2, "12:30")), sigma_s=1.0)
    assert "RES-03" in refused(asked, open_=(unsure,))
    assert len(planned(asked, "RES-03", open_=(short,))) == 1
