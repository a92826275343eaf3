"""What is dropped, added, lasts otherwise or is promised; and what of it cannot be."""

from __future__ import annotations

import pytest
from attrs import evolve

from changing import AFTER_TERM, after, small_plan, told
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After, Session, Subject


def sessions(programme: Programme) -> dict[str, Session]:
    assert programme.term is not None
    return {session.id: session for subject in programme.term.subjects for session in subject.sessions}


def subject(programme: Programme, id_: str) -> Subject:
    assert programme.term is not None
    return next(one for one in programme.term.subjects if one.id == id_)


# Dropping


def test_a_dropped_activity_is_gone_and_what_came_after_it_is_free() -> None:
    programme = after("drop: [setup]")
    assert "setup" not in [one.id for one in programme.activities]
    assert programme.activity("run").after == ()


def test_what_came_after_something_dropped_comes_after_what_that_came_after_without_the_gap() -> None:
    programme = after("drop: [ship/practice, station/tour]")
    assert sessions(programme)["ship/reading"].after == (After(of="ship/theory"),)
    programme = after("drop: [ship/practice]")
    assert sessions(programme)["station/tour"].after == (After(of="ship/theory"),)


def test_order_leads_past_several_that_are_dropped() -> None:
    text = "add: {sessions: [{subject: ship, id: more, title: More, kind: practice, duration: 1 h}]}"
    programme = after("drop: [ship/practice, ship/reading, station/tour]\n" + text)
    assert sessions(programme)["ship/more"].after == (After(of="ship/theory"),)


def test_a_dropped_subject_goes_with_its_sessions() -> None:
    programme = after("drop: [station, run]")  # run needs the certificate that station gives
    assert programme.term is not None
    assert [one.id for one in programme.term.subjects] == ["ship"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("drop: [station]", "2:8", ("station-user", "run")),
        ("drop: [station/exam]", "2:8", ("station-user", "trainee-prime", "run")),
        ("drop: [ship]", "2:8", ("ship-user", "trainee-prime must hold for station/tour")),
        ("drop: [ship/reading]", "2:8", ("ship-user", "station/tour")),
    ],
)
def test_what_alone_gives_a_certificate_stays_while_somebody_needs_it(
    text: str, place: str, words: tuple[str, ...]
) -> None:
    ((where, what),) = told(text)
    assert where.startswith(f"change.yaml:{place} drop[0]")
    assert all(word in what for word in words)


def test_a_certificate_that_is_held_or_that_nobody_needs_may_go() -> None:
    assert told("drop: [ship, station/tour]") == []
    assert subject(after("drop: [ship/reading, station/tour]"), "ship").certificate is None
    plan = small_plan()
    free = tuple(evolve(one, who=one.who[1:]) if one.id == "run" else one for one in plan.programme.activities)
    assert told("drop: [station]", evolve(plan, programme=evolve(plan.programme, activities=free))) == []


def test_a_new_last_session_gives_the_certificate_instead() -> None:
    text = "drop: [ship/reading]\nadd: {sessions: [{subject: ship, id: exam, title: Exam, kind: exam, duration: 1 h}]}"
    programme = after(text)
    assert subject(programme, "ship").certificate == "ship-user"
    assert [one.id for one in subject(programme, "ship").sessions] == ["ship/theory", "ship/practice", "ship/exam"]


# Dropping what has begun


def test_what_is_done_stays_and_the_rest_of_an_activity_goes() -> None:
    programme = after("now: 2027-06-14T00:00Z\ndrop: [run, fajr]")
    assert programme.activity("run").times == 2
    assert programme.activity("fajr").flight_days == (2, 3)


def test_sessions_done_stay_and_the_rest_of_a_subject_goes() -> None:
    programme = after("now: 2027-01-05\ndrop: [ship, station/tour]")
    assert [one.id for one in subject(programme, "ship").sessions] == ["ship/theory"]
    assert subject(programme, "ship").certificate is None


@pytest.mark.parametrize("name", ["ship", "ship/theory", "setup", "run", "sleep", "station/exam"])
def test_what_is_past_cannot_be_dropped(name: str) -> None:
    ((where, what),) = told(f"now: 2027-06-16\ndrop: [{name}]")
    assert where == "change.yaml:3:8 drop[0]"
    assert "past stays" in what


def test_what_was_missed_can_be_dropped_and_its_record_goes() -> None:
    text = "now: 2027-06-14T00:00Z\nhappened: [{placement: setup#1, attended: false}]\n"
    assert "setup#1" in [one.placement for one in after(text).happened]
    assert "setup#1" not in [one.placement for one in after(text + "drop: [setup]").happened]


def test_what_comes_after_something_cut_short_is_not_bound_to_occurrences_that_are_gone() -> None:
    plan = small_plan()
    later = evolve(plan.programme.activity("setup"), id="look", times=3, after=(After(of="run"),))
    once = evolve(later, id="glance", times=2)
    plan = evolve(plan, programme=evolve(plan.programme, activities=(*plan.programme.activities, later, once)))
    programme = after("now: 2027-06-14T00:00Z\ndrop: [run]", plan)
    assert programme.activity("look").after == ()
    assert programme.activity("glance").after == (After(of="run"),)


# Adding


def test_an_added_session_stands_where_it_is_put_and_what_is_behind_comes_after_it() -> None:
    text = "add: {sessions: [{subject: ship, before: practice, id: more, title: More, kind: theory, duration: 1 h}]}"
    programme = after(text)
    ship = subject(programme, "ship")
    assert [one.id for one in ship.sessions] == ["ship/theory", "ship/more", "ship/practice", "ship/reading"]
    more, practice = ship.sessions[1:3]
    assert (more.phase, more.language, more.attendance, more.facilities, more.instructor) == (
        "basics", "zh", "together", ("classroom",), "ship-systems",
    )  # fmt: skip
    assert more.after == (After(of="ship/theory"),)
    assert practice.after[1:] == (After(of="ship/more"),)
    assert ship.certificate == "ship-user"


def test_sessions_added_one_after_another_stand_in_that_order() -> None:
    one = "{subject: ship, before: reading, id: %s, title: More, kind: theory, duration: 1 h}"
    programme = after(f"add: {{sessions: [{one % 'first'}, {one % 'second'}]}}")
    names = [session.id.partition("/")[2] for session in subject(programme, "ship").sessions]
    assert names == ["theory", "practice", "first", "second", "reading"]
    assert sessions(programme)["ship/second"].after == (After(of="ship/first"),)
    assert sessions(programme)["ship/reading"].after == tuple(
        After(of=f"ship/{name}") for name in ("practice", "first", "second")
    )


def test_a_subject_without_order_gives_an_added_session_none() -> None:
    text = "add: {sessions: [{subject: station, before: exam, id: more, title: More, kind: theory, duration: 1 h}]}"
    programme = after(text)
    assert sessions(programme)["station/more"].after == ()
    assert sessions(programme)["station/exam"].after == ()


def test_activities_subjects_and_the_sites_they_look_at_are_added() -> None:
    programme = after("""
add:
  activities:
    - {id: call, title: Call, kind: outreach, duration: 10 min, who: [{function: speaker, from: [hosts], count: 2}],
       window: {kind: pass, of: karachi}, after: [{of: setup}]}
  subjects:
    - {id: news, title: News, class: technical, phase: last, language: en, attendance: together,
       sessions: [{id: a, title: A, kind: theory, duration: 1 h}]}
""")
    call = programme.activity("call")
    assert (call.promised, call.who[0].candidates) == (True, ("commander-up", "commander-aboard"))
    assert programme.site("karachi").zone == "Asia/Karachi"
    assert subject(programme, "news").trainees == ("trainee-prime", "trainee-backup")


def test_an_activity_may_be_dropped_and_added_in_another_form() -> None:
    text = (
        "drop: [setup]\nadd: {activities: [{id: setup, title: Set up anew, kind: experiment, duration: 1 h,"
        " who: [{function: operator, from: [hosts]}]}]}"
    )
    assert after(text).activity("setup").duration_min == 60


# Lasting, promised


def test_durations_and_promises_change_and_nothing_else() -> None:
    text = """durations: [{of: run, minutes: 150}, {of: ship/theory, minutes: 90}]
promise: [run]
unpromise: [station/exam]"""
    programme, before = after(text), small_plan().programme
    assert programme.activity("run") == evolve(before.activity("run"), duration_min=150, promised=True)
    assert sessions(programme)["ship/theory"].duration_min == 90
    assert sessions(programme)["station/exam"] == evolve(sessions(before)["station/exam"], promised=False)
    assert programme.activity("setup") == before.activity("setup")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("now: 2027-06-12\ndurations: [{of: setup, minutes: 45}]", "happened already"),
        ("drop: [picture]\ndurations: [{of: picture, minutes: 45}]", "dropped"),
        ("drop: [ship, station/tour]\npromise: [ship/theory]", "dropped"),
        ("promise: [run]\nunpromise: [run]", "same change"),
        ("drop: [ship/theory, ship/practice, ship/reading, station/tour]\n"
         "add: {sessions: [{subject: ship, id: x, title: X, kind: theory, duration: 1 h, phase: last,"
         " language: en, attendance: each}]}", "no session is left"),
    ],
)  # fmt: skip
def test_what_contradicts_itself(text: str, words: str) -> None:
    ((_, what),) = told(text)
    assert words in what


def test_a_duration_may_change_while_some_of_it_is_still_to_come() -> None:
    assert after("now: 2027-06-12\ndurations: [{of: run, minutes: 45}]").activity("run").duration_min == 45


def test_without_a_term_work_aboard_changes_and_training_cannot() -> None:
    plan = small_plan()
    aboard = tuple(one for one in plan.placements if one.stage == "flight")
    plan: Plan = evolve(plan, programme=evolve(plan.programme, term=None), placements=aboard)
    assert after("drop: [picture]\ndurations: [{of: setup, minutes: 45}]", plan).term is None
    ((where, what),) = told("add: {sessions: [{subject: ship, id: x, title: X, kind: theory, duration: 1 h}]}", plan)
    assert where == "change.yaml:2:18 add.sessions[0]"
    assert "training is done" in what


def test_the_term_stays_whole_when_it_is_past() -> None:
    before, term = small_plan().programme.term, after(f"now: {AFTER_TERM}\ndrop: [picture]").term
    assert before is not None
    assert term is not None
    assert [phase.begun is not None for phase in term.phases] == [True, False]  # the last hangs on lift-off
    assert evolve(term, phases=before.phases) == before
