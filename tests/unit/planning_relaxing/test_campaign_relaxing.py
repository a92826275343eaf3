"""What would make a launch campaign fit: the milestone, what waits for it, or the nights."""

from __future__ import annotations

from datetime import time
from functools import partial

from attrs import evolve
from test_stage_relaxing import asked_of, of_rule, stay_of

import aboard
from hamsafar.domain.training import Milestone
from hamsafar.planning.training import training_problem
from programmes import LAUNCH, After, phase, session, subject, tiny_programme

REVIEW = Milestone(
    id="review", title="Review", kind="review", from_d=10, to_d=9, duration_min=241, calendar="work", owner="host"
)


def term_of(programme, hours: int = 0):
    return asked_of(programme, "training", partial(training_problem, launch=LAUNCH.plus(hours=hours)))


def test_a_milestone_longer_than_any_opening_hours_is_told_with_them() -> None:
    answer = term_of(tiny_programme(subject(session("a/x")), milestones=(REVIEW,)))
    assert answer.conflict == (
        "CMP-01: milestone/review (241 min) must be in the plan",
        "MIL-01: the milestone review is held in its time; calendar work",
    )
    (one,) = of_rule(answer, "MIL-01")
    assert one.sentence.startswith("MIL-01: hold milestone/review on 2027-02-19 from ")


def test_a_session_that_waits_too_long_may_wait_less() -> None:
    waiting = session("a/x", after=(After(of="milestone/review", min_gap_min=14 * 1_440),))
    answer = term_of(tiny_programme(subject(waiting), milestones=(evolve(REVIEW, duration_min=60),)))
    (one,) = of_rule(answer, "MIL-02")
    assert one.sentence.startswith("MIL-02: let a/x@trainee-prime begin 9 d ")
    assert one.sentence.endswith(" instead of 14 d after milestone/review")


def test_a_quarantine_too_short_is_one_conflict_with_one_way_out() -> None:
    in_term = {"quarantine_d": 5, "usual_night": (time(22), time(6)), "phases": (phase(from_d=28, to_d=20),)}
    answer = term_of(tiny_programme(subject(session("a/x")), in_term=in_term), hours=14)
    (one,) = of_rule(answer, "TRN-16")
    assert one.sentence == (
        "TRN-16: don't ask that the nights of trainee-prime lead to lift-off, 10 h later in 4 nights"
    )


def test_what_was_refused_is_told_of_what_should_be_flown() -> None:
    job = aboard.activity("job", 30, milestone="review")
    answer = stay_of(evolve(aboard.programme(job), milestones=(evolve(REVIEW, refused=True),)))
    assert "MIL-02: job#1 waits for its milestone; milestone/review was refused" in answer.conflict
    assert any(one.sentence == "CMP-01: leave out job#1" for one in answer.relaxations)
