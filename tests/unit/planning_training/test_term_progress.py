"""Progress against the syllabus, on plans counted by hand: LAUNCH is 1 March 2027 at noon in Beijing, a Monday."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.people import Certificate, HeldCertificate
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.progress import Risk, ValidDays
from hamsafar.domain.training import Resit
from hamsafar.errors import InputError
from hamsafar.planning.training.progress import progress_of, uncovered
from hamsafar.timeline import Instant
from programmes import person, phase, session, subject, tiny_programme
from termed import BACKUP, PRIME, asking, placed, record, termed_plan

TRAINEES = (person(PRIME), person(BACKUP, backs_up=PRIME))
PAPER = {"certificate": "paper"}


def two_subjects() -> Programme:
    """A lecture for both and a run for each, then reading; in two hours, one, and three."""
    return tiny_programme(
        subject(session("a/lecture", 120, attendance="together"), session("a/run", 60, kind="practice")),
        subject(session("b/reading", 180, kind="self-study")),
        trainees=TRAINEES,
    )


def lecture_run_reading(known: Programme) -> list[Any]:
    return [
        placed(known, "a/lecture", "2027-02-02T01:00", PRIME, BACKUP),
        placed(known, f"a/run@{PRIME}", "2027-02-03T01:00", PRIME),
        placed(known, f"a/run@{BACKUP}", "2027-02-03T03:00", BACKUP),
        placed(known, f"b/reading@{PRIME}", "2027-02-04T01:00", PRIME),
        placed(known, f"b/reading@{BACKUP}", "2027-02-04T01:00", BACKUP),
    ]


def risks(plan: Plan, who: str = PRIME) -> list[tuple[str, str]]:
    return [(one.kind, one.of) for one in progress_of(plan, who).risks]


def test_before_the_term_all_is_to_come_and_self_study_is_told_apart() -> None:
    known = two_subjects()
    found = progress_of(termed_plan(known, *lecture_run_reading(known)), PRIME)
    (one,) = found.classes
    assert (one.done_min, one.to_come_min, one.missing_min, one.planned_min) == (0, 180, 0, 180)
    assert found.self_study.to_come_min == 180
    assert found.as_of == date(2027, 1, 1)
    assert found.risks == ()


def test_what_was_done_missed_and_done_without_somebody_is_counted_for_each() -> None:
    known = two_subjects()
    lecture, run, other_run, *reading = lecture_run_reading(known)
    happened = (record(lecture, "done", PRIME), record(run, "missed"), record(other_run, "done"))
    again = evolve(run, start=Instant.parse("2027-02-10T01:00Z"), end=Instant.parse("2027-02-10T02:00Z"))
    now = Instant.parse("2027-02-03T16:30Z")  # Thursday in Beijing
    plan = termed_plan(known, lecture, again, other_run, *reading, now=now, happened=happened)
    prime, backup = progress_of(plan, PRIME), progress_of(plan, BACKUP)
    assert prime.as_of == date(2027, 2, 4)
    assert [(one.done_min, one.to_come_min, one.missing_min) for one in prime.classes] == [(120, 60, 0)]
    assert [(one.done, one.to_come, one.missing, one.missed) for one in prime.subjects] == [(1, 1, 0, 1), (0, 1, 0, 0)]
    assert prime.risks == ()
    assert [(one.done_min, one.to_come_min, one.missing_min) for one in backup.classes] == [(60, 0, 120)]
    assert [(one.done, one.missing, one.missed) for one in backup.subjects] == [(1, 1, 1), (0, 0, 0)]
    assert [(one.kind, one.of) for one in backup.risks] == [("missed", "a/lecture")]
    unplaced = termed_plan(known, lecture, other_run, *reading, now=now, happened=happened)
    assert risks(unplaced) == [("missed", f"a/run@{PRIME}")]


def test_what_is_nowhere_in_the_plan_is_missing() -> None:
    known = two_subjects()
    plan = termed_plan(known, *lecture_run_reading(known)[:1])
    assert risks(plan) == [("not placed", f"a/run@{PRIME}"), ("not placed", f"b/reading@{PRIME}")]
    assert progress_of(plan, PRIME).self_study.missing_min == 180


def test_what_lies_before_now_without_a_record_did_not_happen_as_far_as_is_known() -> None:
    known = two_subjects()
    plan = termed_plan(known, *lecture_run_reading(known), now=Instant.parse("2027-02-02T01:01Z"))
    assert risks(plan) == [("not placed", "a/lecture")]


def test_what_was_held_without_somebody_counts_as_long_as_it_should_have_been_for_them() -> None:
    known = two_subjects()
    lecture = lecture_run_reading(known)[0]
    longer = evolve(record(lecture, "done", PRIME), end=lecture.end.plus(minutes=45))
    plan = termed_plan(known, lecture, now=Instant.parse("2027-02-03T00:00Z"), happened=(longer,))
    assert [progress_of(plan, who).classes[0].done_min for who in (PRIME, BACKUP)] == [165, 0]
    assert progress_of(plan, BACKUP).classes[0].missing_min == 180  # lecture and run


def examined(valid_d: int = 365, **more: Any) -> Programme:
    """An exam that gives `paper`, and a practice that asks for it."""
    exam = session("exam/sit", 60, kind="exam", resit=Resit(min_gap_min=3 * 1_440), **more)
    return tiny_programme(
        subject(exam, **PAPER),
        subject(session("use/it", 60, kind="practice", needs=("paper",))),
        trainees=TRAINEES[:1],
        certificates=(Certificate(id="paper", title="Paper", valid_d=valid_d),),
        activities=(asking("paper", PRIME),),
    )


def exam_then_use(exam: str, use: str, **more: Any) -> Plan:
    known = examined(**more)
    return termed_plan(
        known, placed(known, f"exam/sit@{PRIME}", exam, PRIME), placed(known, f"use/it@{PRIME}", use, PRIME)
    )


def test_a_failed_exam_gives_no_certificate_until_it_is_sat_again() -> None:
    known = examined()
    exam = placed(known, f"exam/sit@{PRIME}", "2027-02-02T01:00", PRIME)
    use = placed(known, f"use/it@{PRIME}", "2027-02-24T01:00", PRIME)
    now = Instant.parse("2027-02-03T00:00Z")
    failed = {"now": now, "happened": (record(exam, "failed"),)}
    found = progress_of(termed_plan(known, use, **failed), PRIME)
    assert [(one.kind, one.day) for one in found.risks] == [("failed", None), ("not valid", date(2027, 2, 24))]
    assert (found.subjects[0].failed, found.subjects[0].resits) == (1, 0)
    again = evolve(exam, start=Instant.parse("2027-02-08T01:00Z"), end=Instant.parse("2027-02-08T02:00Z"))
    found = progress_of(termed_plan(known, again, use, **failed), PRIME)
    assert found.risks == ()
    assert (found.subjects[0].failed, found.subjects[0].resits) == (1, 1)
    assert found.certificates[0].valid == (ValidDays(first=date(2027, 2, 8), last=date(2028, 2, 7), earned=True),)


def test_certificates_tell_when_they_are_earned_and_needed() -> None:
    (line,) = progress_of(exam_then_use("2027-02-02T01:00", "2027-02-24T01:00"), PRIME).certificates
    assert line.valid == (ValidDays(first=date(2027, 2, 2), last=date(2028, 2, 1), earned=True),)
    assert line.needed == (date(2027, 2, 24),)
    assert line.needed_aboard == (date(2027, 3, 1), date(2027, 3, 9))
    assert line.all_needed == (date(2027, 2, 24), date(2027, 3, 1), date(2027, 3, 9))


def test_a_refresher_is_a_second_stretch_and_what_was_brought_is_not_earned() -> None:
    held = HeldCertificate(certificate="paper", valid_from=date(2026, 1, 1), valid_until=date(2027, 2, 20))
    known = tiny_programme(
        subject(session("again/short", 30, kind="exam"), refreshes="paper"),
        trainees=(person(PRIME, certificates=(held,)),),
        activities=(asking("paper", PRIME),),
    )
    plan = termed_plan(known, placed(known, f"again/short@{PRIME}", "2027-02-05T01:00", PRIME))
    (line,) = progress_of(plan, PRIME).certificates
    assert [(one.first, one.earned) for one in line.valid] == [(date(2026, 1, 1), False), (date(2027, 2, 5), True)]
    assert ("not valid", "paper") not in risks(plan)
    assert ("not valid", "paper") in risks(termed_plan(known))


@pytest.mark.parametrize(("day", "spare_d"), [("11", 13), ("10", None)])
def test_a_certificate_that_comes_less_than_two_weeks_before_it_is_needed_is_at_risk(
    day: str, spare_d: int | None
) -> None:
    plan = exam_then_use(f"2027-02-{day}T01:00", "2027-02-24T01:00")
    found = [one for one in progress_of(plan, PRIME).risks if one.kind == "late certificate"]
    wanted = Risk(kind="late certificate", of="paper", title="Paper", day=date(2027, 2, 24), spare_d=spare_d)
    assert found == ([] if spare_d is None else [wanted])


@pytest.mark.parametrize(("valid_d", "lapses"), [(36, False), (35, True)])
def test_a_certificate_must_last_to_the_day_of_landing(valid_d: int, lapses: bool) -> None:
    plan = exam_then_use("2027-02-02T01:00", "2027-02-24T01:00", valid_d=valid_d)  # landing on 9 March
    assert (("not valid", "paper") in risks(plan)) == lapses


def test_an_exam_needs_room_to_be_sat_again_before_its_certificate_is_needed() -> None:
    """Three days after an exam on Thursday is Sunday: Monday, 22 February is the first day that is left."""
    name = ("no room for a re-sit", f"exam/sit@{PRIME}")
    assert name not in risks(exam_then_use("2027-02-18T01:00", "2027-02-23T01:00"))
    assert name in risks(exam_then_use("2027-02-18T01:00", "2027-02-22T01:00"))


@pytest.mark.parametrize(("start", "room"), [("02:00", True), ("02:01", False)])
def test_an_exam_needs_room_to_be_sat_again_in_its_phase_to_the_minute(start: str, room: bool) -> None:
    """The phase ends ten days before lift-off, Friday the 19th at noon: the last re-sit begins at eleven."""
    known = examined(phase="early")
    known = evolve(known, term=evolve(known.term, phases=(phase(), phase("early", 28, 10))))
    exam = placed(known, f"exam/sit@{PRIME}", f"2027-02-16T{start}", PRIME)  # until eleven in Beijing, or later
    use = placed(known, f"use/it@{PRIME}", "2027-02-26T01:00", PRIME)
    assert (("no room for a re-sit", exam.id) in risks(termed_plan(known, exam, use))) != room


def test_a_session_on_the_last_day_that_its_phase_leaves_is_at_risk() -> None:
    known = two_subjects()
    known = evolve(known, term=evolve(known.term, phases=(phase("basics", 28, 10),)))  # to Friday the 19th, noon
    on = {day: placed(known, f"a/run@{PRIME}", f"2027-02-{day}T01:00", PRIME) for day in ("18", "19")}
    assert ("last possible day", f"a/run@{PRIME}") in risks(termed_plan(known, on["19"]))
    assert ("last possible day", f"a/run@{PRIME}") not in risks(termed_plan(known, on["18"]))


def test_the_last_day_before_quarantine_is_a_last_day() -> None:
    known = two_subjects()
    known = evolve(known, term=evolve(known.term, quarantine_d=10))  # from Friday the 19th, noon
    on = {day: placed(known, f"a/run@{PRIME}", f"2027-02-{day}T01:00", PRIME) for day in ("18", "19")}
    assert ("last possible day", f"a/run@{PRIME}") in risks(termed_plan(known, on["19"]))
    assert ("last possible day", f"a/run@{PRIME}") not in risks(termed_plan(known, on["18"]))


def test_a_plan_without_a_term_or_another_person_is_refused() -> None:
    known = two_subjects()
    with pytest.raises(InputError, match="no training term"):
        progress_of(termed_plan(evolve(known, term=None)), PRIME)
    with pytest.raises(InputError, match="no trainee 'somebody'"):
        progress_of(termed_plan(known), "somebody")


FIRST = date(2027, 2, 1)
_spans = st.lists(st.tuples(st.integers(-10, 40), st.integers(0, 20)), max_size=6)


@given(_spans, st.integers(0, 30))
def test_uncovered_days_are_those_of_a_count_day_by_day(spans: list[tuple[int, int]], length: int) -> None:
    valid = [
        ValidDays(first=FIRST + timedelta(days=at), last=FIRST + timedelta(days=at + long), earned=True)
        for at, long in spans
    ]
    last = FIRST + timedelta(days=length)
    found = uncovered(valid, FIRST, last)
    told = {since + timedelta(days=n) for since, until in found for n in range((until - since).days + 1)}
    every = [FIRST + timedelta(days=n) for n in range(length + 1)]
    assert told == {day for day in every if not any(one.first <= day <= one.last for one in valid)}
    assert all(until + timedelta(days=1) < since for (_, until), (since, _) in pairwise(found))
