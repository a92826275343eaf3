"""MIL-02: what waits for a milestone comes after it; where it was refused, that is neither held nor flown."""

from attrs import evolve

import aboard
from ground import minutes_between, planned, refused
from hamsafar.domain.training import Milestone
from programmes import After, session, subject, tiny_programme

REVIEW = Milestone(
    id="review", title="Review", kind="review", from_d=20, to_d=9, duration_min=120, calendar="work", owner="host"
)
NEXT = evolve(REVIEW, id="next", after=(After(of="milestone/review"),))
NO = evolve(REVIEW, refused=True)
WAITING = session("a/run", after=(After(of="milestone/review", min_gap_min=1_440, max_gap_min=2_880),))


def on_ground(*milestones: Milestone, run=WAITING, **more):
    return tiny_programme(subject(run, **more), milestones=milestones)


def test_a_session_comes_after_the_milestone_it_waits_for() -> None:
    found = planned(on_ground(REVIEW))
    assert 1_440 <= minutes_between(found["milestone/review"], found["a/run@trainee-prime"]) <= 2_880
    early = evolve(WAITING, after=(After(of="milestone/review", min_gap_min=21 * 1_440),))
    assert refused(on_ground(REVIEW, run=early))["MIL-02"] == (
        "MIL-02: a/run@trainee-prime waits for its milestone; after milestone/review"
    )
    assert len(planned(on_ground(REVIEW, run=early), "MIL-02")) == 2


def test_what_was_refused_is_not_held_again_and_nothing_waits_for_it() -> None:
    told = refused(on_ground(NO))["MIL-02"]
    assert told == "MIL-02: a/run@trainee-prime waits for its milestone; milestone/review was refused"
    assert list(planned(on_ground(NO, run=session("a/run")))) == ["a/run@trainee-prime"]


def test_what_comes_after_a_refused_one_is_not_held_either() -> None:
    assert list(planned(on_ground(NO, NEXT, run=session("a/run")))) == ["a/run@trainee-prime"]


def test_what_is_taught_for_a_flight_refused_is_not_taught() -> None:
    run = aboard.activity("run", 60, aboard.need("trainee-prime", certificate="paper"), optional=True, milestone="next")
    asked = on_ground(REVIEW, NEXT, run=session("a/run"), certificate="paper", only_when_needed=True)
    assert "a/run@trainee-prime" in planned(evolve(asked, activities=(run,)))
    no = evolve(asked, activities=(run,), milestones=(NO, NEXT))
    assert planned(evolve(no, term=evolve(no.term, subjects=(*no.term.subjects, subject(session("b/x")))))).keys() == {
        "b/x@trainee-prime"
    }


def flown(*milestones: Milestone, **more):
    return evolve(aboard.programme(aboard.activity("job", 30, milestone="next", **more)), milestones=milestones)


def test_what_needs_a_refused_milestone_is_not_flown() -> None:
    assert set(aboard.planned(flown(REVIEW, NEXT))) == {"job#1"}
    found, out = aboard.planned_and_dropped(flown(NO, NEXT, optional=True, value=5))
    assert found == {}
    assert out == {"job#1": "milestone/next was refused, and without it this is not flown"}
    assert "MIL-02" in aboard.refused(flown(NO, NEXT))
    assert set(aboard.planned(flown(NO, NEXT), "MIL-02")) == {"job#1"}
