"""CRW-27: what needs quiet keeps clear of docking, undocking and announced boosts."""

from aboard import ABOARD, activity, at, label, need, planned, planned_and_dropped, programme, refused
from hamsafar.domain.programme import PlannedBoost
from hamsafar.timeline import Span


def still(minutes: int = 60, *, day: int = 2, hours: tuple[str, str], **more):
    return activity("still", minutes, need(ABOARD), quiet=True, flight_days=(day,), hours=hours, **more)


def boosted(*activities, start: str = "12:00", end: str = "12:10", **more):
    boost = PlannedBoost(span=Span(at(2, start), at(2, end)), reason="raises the orbit")
    return programme(*activities, boosts=(boost,), down=(), **more)


def test_quiet_begins_half_an_hour_after_docking() -> None:
    """The ship docks at 15:30; those aboard are there."""
    assert label(planned(programme(still(day=1, hours=("15:00", "16:00"))))["still#1"].start) == "1 16:00"
    early = programme(still(day=1, hours=("15:00", "15:59")))
    assert "CRW-27" in refused(early)
    assert len(planned(early, "CRW-27")) == 1


def test_quiet_is_over_half_an_hour_before_undocking() -> None:
    """The ship leaves at 14:00; whoever stays is there after its hatch has closed."""
    asked = programme(still(day=4, hours=("12:30", "13:30")), down=())
    assert label(planned(asked)["still#1"].end) == "4 13:30"
    late = programme(still(day=4, hours=("12:31", "14:29")), down=())
    assert "CRW-27" in refused(late)
    assert label(planned(programme(still(day=4, hours=("12:31", "14:30")), down=()))["still#1"].start) == "4 14:30"


def test_it_lies_before_or_after_a_boost_by_the_margins() -> None:
    assert label(planned(boosted(still(hours=("10:30", "12:39"))))["still#1"].end) == "2 11:30"
    assert "CRW-27" in refused(boosted(still(hours=("10:31", "12:39"))))
    assert label(planned(boosted(still(hours=("10:31", "12:40"))))["still#1"].start) == "2 12:40"
    nearer = {"rules": {"CRW_27": {"before_min": 10, "after_min": 20}}}
    assert label(planned(boosted(still(hours=("10:31", "12:00")), **nearer))["still#1"].end) in ("2 11:31", "2 11:50")
    assert label(planned(boosted(still(hours=("10:51", "12:30")), **nearer))["still#1"].start) == "2 12:30"


def test_what_needs_no_quiet_may_go_on() -> None:
    asked = boosted(activity("run", 60, need(ABOARD), flight_days=(2,), hours=("11:30", "11:31")))
    assert len(planned(asked)) == 1


def test_what_is_optional_is_left_out_with_its_reason() -> None:
    _, out = planned_and_dropped(boosted(still(hours=("11:31", "11:32"), optional=True, value=3)))
    assert "boost" in out["still#1"] or "no start" in out["still#1"]
