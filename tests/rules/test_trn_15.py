"""TRN-15: a failed exam is sat again so long after it, not sooner and not later."""

from attrs import evolve

from ground import planned, refused
from hamsafar.domain.changes import Happened
from hamsafar.domain.training import Resit
from hamsafar.timeline import Instant
from programmes import phase, session, subject, tiny_programme

FAILED = Instant.utc(2027, 2, 3, 1, 0)  # a Wednesday, 09:00
EXAM = session("a/exam", 60, kind="exam")


def again(exam=EXAM, **more):
    end = FAILED.plus(hours=1)
    record = Happened(
        placement="a/exam@trainee-prime", start=FAILED, end=end, people=("trainee-prime",), outcome="failed"
    )
    return tiny_programme(subject(exam), past_until=end, happened=(record,), **more)


def gap_d(programme, *without: str) -> float:
    return planned(programme, *without)["a/exam@trainee-prime"].start.seconds_since(FAILED.plus(hours=1)) / 86_400


def test_not_before_three_days_and_not_after_three_weeks() -> None:
    assert 3 <= gap_d(again()) <= 21
    soon = {"phases": (phase(to_d=24),)}  # until two days after it
    assert "TRN-15" in refused(again(in_term=soon))
    assert gap_d(again(in_term=soon), "TRN-15") < 3
    late = {"phases": (phase(from_d=4, to_d=0),)}  # from 2027-02-25 on
    assert refused(again(in_term=late))["TRN-15"].startswith("TRN-15: a/exam@trainee-prime is sat again in its time")
    assert planned(again(in_term=late), "TRN-15")


def test_a_session_says_its_own_gaps() -> None:
    own = evolve(EXAM, resit=Resit(min_gap_min=7 * 1_440, max_gap_min=9 * 1_440))
    assert 7 <= gap_d(again(own)) <= 9


def test_a_missed_exam_waits_for_nothing() -> None:
    missed = again(in_term={"phases": (phase(to_d=24),)})
    record = evolve(missed.happened[0], outcome="missed")
    assert gap_d(evolve(missed, happened=(record,))) < 3
