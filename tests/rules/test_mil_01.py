"""MIL-01: a milestone lies in its days before lift-off, in hours of its calendar, after what it comes after."""

from datetime import date

import pytest

from ground import local, minutes_between, planned, refused
from hamsafar.domain.changes import Absence, Happened
from hamsafar.domain.training import Milestone
from hamsafar.timeline import Instant
from programmes import LAUNCH, After, person, session, subject, tiny_programme

REVIEW = "milestone/review"


def milestone(id_: str = "review", **more) -> Milestone:
    """A review of two hours, from ten to nine days before lift-off: Friday noon to Saturday noon."""
    facts = {"kind": "review", "from_d": 10, "to_d": 9, "duration_min": 120, "calendar": "work", "owner": "host"}
    return Milestone(id=id_, title="Review", **(facts | more))


def asked(*milestones: Milestone, sessions=(), **more):
    return tiny_programme(subject(session("a/x"), *sessions), milestones=milestones, **more)


def test_it_is_placed_as_a_placement_of_its_own() -> None:
    found = planned(asked(milestone(attended_by=("trainee-prime",))))[REVIEW]
    assert (found.kind, found.stage, found.of, found.title) == ("milestone", "training", REVIEW, "Review")
    assert [(one.person, one.function) for one in found.people] == [("trainee-prime", "attendee")]
    assert found.end.seconds_since(found.start) == 7_200


def test_it_lies_in_its_days_and_in_its_hours() -> None:
    # Friday noon to Saturday noon: only the afternoon of Friday, 14:00 to 18:00, is open, and takes four hours.
    assert local(planned(asked(milestone(duration_min=240)))[REVIEW].start) == "Fri 02-19 14:00"
    told = refused(asked(milestone(duration_min=241)))
    assert told["MIL-01"].startswith("MIL-01: the milestone review is held in its time; ")
    assert REVIEW in planned(asked(milestone(duration_min=241)), "MIL-01")
    inside = 6 / 24 + 10 - 0.5  # from Friday 18:00 on, when nothing is open
    assert "MIL-01" in refused(asked(milestone(from_d=inside)))


def test_not_before_the_day_the_plan_is_made_for() -> None:
    assert "MIL-01" in refused(asked(milestone(), now=date(2027, 2, 20)))


def test_it_comes_after_sessions_and_milestones_with_its_gaps() -> None:
    first = milestone("first", from_d=20)
    after = (After(of="milestone/first", min_gap_min=1_440, max_gap_min=4_320), After(of="a/x", min_gap_min=60))
    found = planned(asked(first, milestone("second", from_d=20, after=after)))
    assert 1_440 <= minutes_between(found["milestone/first"], found["milestone/second"]) <= 4_320
    assert minutes_between(found["a/x@trainee-prime"], found["milestone/second"]) >= 60
    tight = (After(of="milestone/first", min_gap_min=1_440),)
    told = refused(asked(milestone("first"), milestone("second", after=tight)))  # a day's gap within one afternoon
    assert told["MIL-01"].endswith("second is held in its time; 2027-02-19 to 2027-02-20, after milestone/first")


def test_whoever_takes_part_does_nothing_else_and_is_not_away() -> None:
    alone = asked(milestone(duration_min=240, attended_by=("trainee-prime",)), absences=(_away(20, 21),))
    assert REVIEW in planned(alone)
    away = asked(milestone(duration_min=240, attended_by=("trainee-prime",)), absences=(_away(19, 20),))
    assert "PPL-02" in refused(away)
    crew = person("commander", "crew", calendars=())
    two = [milestone(f"review-{n}", duration_min=240, attended_by=("commander",)) for n in (1, 2)]
    assert "PPL-01" in refused(asked(*two, people=(crew,)))
    assert len(planned(asked(*two, people=(crew,)), "PPL-01")) == 3


def _away(first: int, last: int) -> Absence:
    start, end = (Instant.utc(2027, 2, day - 1, 16, 0) for day in (first, last))
    return Absence(person="trainee-prime", start=start, end=end)


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_what_was_held_stays_and_what_was_refused_then_is_held_again(outcome) -> None:
    start = LAUNCH.plus(days=-12)
    record = Happened(placement=REVIEW, start=start, end=start.plus(hours=1), people=(), outcome=outcome)
    past = {"past_until": start.plus(hours=2), "happened": (record,)}
    found = planned(asked(milestone(), **past))[REVIEW]
    assert (found.start == start) == (outcome == "done")


def test_a_slip_moves_it() -> None:
    found = planned(asked(milestone()), launch=LAUNCH.plus(days=3))[REVIEW]
    assert local(found.start)[:9] == "Mon 02-22"
