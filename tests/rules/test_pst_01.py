"""PST-01: what has happened is in the plan as it happened, and nothing else begins before now."""

from datetime import date

import pytest
from attrs import evolve

import aboard
from aboard import ABOARD, GUEST, UP, WindowNeed, activity, at, label, need, windows
from ground import local, planned, refused
from hamsafar.domain.changes import Happened, Pin
from hamsafar.domain.people import Certificate
from hamsafar.planning.crew import crew_problem, left_undone
from hamsafar.planning.training import certificates_held, training_problem
from hamsafar.timeline import Instant
from programmes import LAUNCH, After, person, phase, session, subject, tiny_programme

MONDAY_AT_8 = Instant.utc(2027, 2, 15, 0, 0)
WEEK = {"phases": (phase(from_d=14 + 4 / 24, to_d=9),)}  # Monday 2027-02-15 08:00 to that Saturday
TEACHER = person("teacher", "instructor", qualifications=("ship",))
COURSE = subject(
    session("a/theory"), session("a/exam", kind="exam", after=(After(of="a/theory"),)), certificate="paper"
)


def been(id_: str, start: Instant, minutes: int, *people: str, outcome="done") -> Happened:
    who = people or ("trainee-prime",)
    return Happened(placement=id_, start=start, end=start.plus(minutes=minutes), people=who, outcome=outcome)


def term_of(*subjects, now: Instant | None, happened=(), **more):
    """A week of training; a failed exam is sat again at once."""
    more.setdefault("rules", {"TRN_15": {"min_gap_d": 0}})
    more.setdefault("in_term", WEEK)
    return tiny_programme(*subjects, now=date(2027, 2, 15), past_until=now, happened=happened, **more)


def test_nothing_begins_before_now() -> None:
    now = MONDAY_AT_8.plus(minutes=95)
    asked = term_of(subject(session("a/x", 60)), now=now)
    assert local(planned(asked)["a/x@trainee-prime"].start) == "Mon 02-15 09:35"
    morning = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}
    said = refused(term_of(subject(session("a/x", 146)), now=now, in_term=morning))
    assert said["PST-01"] == "PST-01: nothing begins before now; 2027-02-15T01:35Z"
    assert planned(term_of(subject(session("a/x", 146)), now=now, in_term=morning), "PST-01")
    assert planned(term_of(subject(session("a/x", 145)), now=now, in_term=morning))


def test_a_second_past_the_minute_begins_with_the_next() -> None:
    asked = term_of(subject(session("a/x", 60)), now=MONDAY_AT_8.plus(seconds=1))
    assert local(planned(asked)["a/x@trainee-prime"].start) == "Mon 02-15 08:01"


def test_what_has_been_held_lies_where_it_was_by_those_who_were_there() -> None:
    # On a Sunday, for 75 minutes instead of 60, before the phase begins, and by two.
    then = been("a/x@trainee-prime", MONDAY_AT_8.plus(hours=-20), 75, "trainee-prime", "teacher")
    taught = subject(session("a/x", 60, instructor="ship"), session("a/y", 60))
    found = planned(term_of(taught, now=MONDAY_AT_8, happened=(then,), people=(TEACHER,)))
    first = found["a/x@trainee-prime"]
    assert (first.start, first.end, sorted(first.person_ids)) == (then.start, then.end, ["teacher", "trainee-prime"])
    assert found["a/y@trainee-prime"].start >= MONDAY_AT_8


def test_its_own_minutes_count_for_the_day() -> None:
    then = been("a/x@trainee-prime", MONDAY_AT_8, 90)
    at = {"now": MONDAY_AT_8.plus(minutes=90), "happened": (then,), "rules": {"TRN_04": {"max_day_min": 120}}}
    rest = planned(term_of(subject(session("a/x", 60), session("a/y", 30)), **at))
    assert local(rest["a/y@trainee-prime"].start) == "Mon 02-15 09:30"
    rest = planned(term_of(subject(session("a/x", 60), session("a/y", 31)), **at))
    assert local(rest["a/y@trainee-prime"].start) == "Tue 02-16 08:00"


def test_what_was_missed_is_placed_again() -> None:
    missed = been("a/x@trainee-prime", MONDAY_AT_8, 60, outcome="missed")
    found = planned(term_of(subject(session("a/x", 60)), now=MONDAY_AT_8.plus(hours=1), happened=(missed,)))
    assert found["a/x@trainee-prime"].start >= MONDAY_AT_8.plus(hours=1)


def test_a_failed_exam_gives_no_certificate_and_the_one_placed_again_does() -> None:
    drill = subject(session("b/drill", needs=("paper",)))
    theory = been("a/theory@trainee-prime", MONDAY_AT_8, 60)
    failed = been("a/exam@trainee-prime", MONDAY_AT_8.plus(hours=1), 60, outcome="failed")
    papers = (Certificate(id="paper", title="Paper", valid_d=10),)
    asked = term_of(
        COURSE, drill, now=MONDAY_AT_8.plus(hours=2), happened=(theory, failed), certificates=papers
    )  # fmt: skip
    found = planned(asked)
    assert local(found["a/exam@trainee-prime"].start) == "Mon 02-15 10:00"
    assert found["b/drill@trainee-prime"].start >= found["a/exam@trainee-prime"].end
    (given,) = certificates_held(asked, found.values())
    assert given.valid_from == date(2027, 2, 15)
    as_it_was = [p for p in found.values() if p.of == "a/theory"]
    assert certificates_held(asked, as_it_was) == ()
    stale = found["a/exam@trainee-prime"]
    assert certificates_held(asked, [evolve(stale, start=failed.start, end=failed.end)]) == ()


def test_what_was_held_out_of_turn_does_not_hold_up_what_it_should_have_followed() -> None:
    drill = subject(session("b/drill", needs=("paper",), after=(After(of="a/exam"),)))
    done = (
        been("a/theory@trainee-prime", MONDAY_AT_8, 60),
        been("a/exam@trainee-prime", MONDAY_AT_8.plus(hours=1), 60, outcome="failed"),
        been("b/drill@trainee-prime", MONDAY_AT_8.plus(hours=2), 60),
    )
    found = planned(term_of(COURSE, drill, now=MONDAY_AT_8.plus(hours=3), happened=done))
    assert local(found["a/exam@trainee-prime"].start) == "Mon 02-15 11:00"


def test_who_was_not_there_has_no_certificate() -> None:
    two = (person("trainee-prime"), person("trainee-backup"))
    joint = subject(session("a/exam", kind="exam", attendance="together"), certificate="paper")
    drill = subject(session("b/drill", needs=("paper",)))
    done = (been("a/exam", MONDAY_AT_8, 60),)  # by the first alone
    asked = term_of(joint, drill, now=MONDAY_AT_8.plus(hours=1), happened=done, trainees=two)
    assert refused(asked)["CER-01"].startswith("CER-01: trainee-backup holds")


def test_what_is_done_is_not_pinned_any_more() -> None:
    then = been("a/x@trainee-prime", MONDAY_AT_8, 60)
    pins = (Pin(placement="a/x@trainee-prime", start=MONDAY_AT_8.plus(hours=1)),)
    asked = term_of(subject(session("a/x")), now=MONDAY_AT_8.plus(hours=1), happened=(then,), pins=pins)
    assert local(planned(asked)["a/x@trainee-prime"].start) == "Mon 02-15 08:00"


def test_what_is_done_and_asked_for_no_more_may_have_been_pinned() -> None:
    then = been("gone#1", at(1, "18:00"), 60, GUEST)
    pins = (Pin(placement="gone#1", start=at(2, "18:00")),)
    assert set(aboard.planned(flown(activity("own"), now=at(2, "08:00"), happened=(then,), pins=pins))) == {"own#1"}


def test_the_problem_keeps_the_past_also_where_it_breaks_other_rules() -> None:
    """What planning alone can't mend (schedule.past does) is at least there, just as it was."""
    long_ago = been("a/x@trainee-prime", MONDAY_AT_8.plus(days=-30, hours=3), 600)
    asked = term_of(subject(session("a/x"), session("a/y")), now=MONDAY_AT_8, happened=(long_ago,))
    problem = training_problem(asked, LAUNCH)
    task = next(one for one in problem.tasks if one.id == "a/x@trainee-prime")
    start = long_ago.start.floor_utc_minute()
    assert (task.duration, [one.ranges for one in task.allowed]) == (600, [((start, start),)])
    assert problem.first <= start


# Aboard


def flown(*activities, now, happened=(), **more):
    return aboard.programme(*activities, past_until=now, happened=happened, **more)


def test_aboard_nothing_begins_before_now() -> None:
    look = activity("look", 60, flight_days=(2,), hours=("08:00", "10:00"))
    assert label(aboard.planned(flown(look, now=at(2, "09:30")))["look#1"].start) == "2 09:30"
    assert "PST-01" in aboard.refused(flown(look, now=at(2, "10:01")))
    assert len(aboard.planned(flown(look, now=at(2, "10:01")), "PST-01")) == 1


def test_aboard_what_has_been_lies_where_it_was() -> None:
    job = activity("job", 60, need(UP, ABOARD, count=1), flight_days=(3,))
    found = aboard.planned(
        flown(job, activity("next", 30), now=at(2, "08:00"), happened=(been("job#1", at(1, "19:10"), 45, ABOARD),))
    )
    assert (label(found["job#1"].start), label(found["job#1"].end)) == ("1 19:10", "1 19:55")
    assert found["job#1"].person_ids == (ABOARD,)
    assert found["next#1"].start >= at(2, "08:00")


def asked_for(*activities, now, happened=(), **more):
    """The ids in the plan, and id → why of what isn't."""
    found, out = aboard.planned_and_dropped(flown(*activities, now=now, happened=happened), **more)
    return set(found), out


def test_what_is_daily_and_was_missed_is_made_up_for_while_its_day_lasts() -> None:
    daily = activity("run", 60, repeat="each-day", hours=("08:00", "12:00"), flight_days=(2, 3))
    missed = been("run@2#1", at(2, "08:00"), 60, GUEST, outcome="missed")
    again = aboard.planned(flown(daily, now=at(2, "09:30"), happened=(missed,)))
    assert again.keys() == {"run@2#1", "run@3#1"}
    assert at(2, "09:30") <= again["run@2#1"].start <= at(2, "12:00")
    assert asked_for(daily, now=at(2, "12:00"), happened=(missed,)) == ({"run@2#1", "run@3#1"}, {})
    over = {"run@2#1": "was missed on 2027-03-02; its day is over"}
    assert asked_for(daily, now=at(2, "12:01"), happened=(missed,)) == ({"run@3#1"}, over)


def test_what_is_daily_and_went_by_is_listed() -> None:
    daily = activity("run", 60, repeat="each-day", hours=("08:00", "12:00"), flight_days=(2, 3))
    assert asked_for(daily, now=at(2, "12:00")) == ({"run@2#1", "run@3#1"}, {})
    assert asked_for(daily, now=at(2, "12:01")) == ({"run@3#1"}, {"run@2#1": "its day is over"})
    done = been("run@2#1", at(2, "06:00"), 60, GUEST)
    assert asked_for(daily, now=at(3, "13:00"), happened=(done,)) == ({"run@2#1"}, {"run@3#1": "its day is over"})


def test_the_day_of_what_is_daily_ends_with_the_presence_and_with_its_last_window() -> None:
    own = activity("own", 60, need(ABOARD), repeat="each-person-day", flight_days=(4,))  # who leaves at 12:30
    assert asked_for(own, now=at(4, "11:30"))[1] == {}
    assert asked_for(own, now=at(4, "11:31"))[1] == {"own@4@host-aboard#1": "its day is over"}
    link = activity("link", 20, repeat="each-day", flight_days=(2,), window=WindowNeed(kind="relay"))
    open_ = (windows((at(2, "09:00"), at(2, "09:30")), (at(2, "14:00"), at(2, "14:30"))),)
    assert asked_for(link, now=at(2, "14:10"), open_=open_) == ({"link@2#1"}, {})
    assert asked_for(link, now=at(2, "14:11"), open_=open_) == (set(), {"link@2#1": "its day is over"})


def test_what_is_optional_and_was_missed_says_so_when_it_is_left_out() -> None:
    look = activity("look", 60, flight_days=(2,), hours=("08:00", "10:00"), optional=True, value=5)
    missed = been("look#1", at(2, "08:00"), 60, GUEST, outcome="missed")
    out = asked_for(look, now=at(3, "08:00"), happened=(missed,))[1]
    assert out == {"look#1": "was missed on 2027-03-02; all that it could have been at has gone by"}


def test_numbers_go_on_after_what_has_been() -> None:
    twice = activity("look", 30, times=3, spacing_min=120, hours=("08:00", "20:00"), flight_days=(2,))
    happened = (
        been("look#1", at(2, "08:00"), 30, GUEST, outcome="missed"),
        been("look#2", at(2, "11:00"), 30, GUEST),
    )
    found = aboard.planned(flown(twice, now=at(2, "12:00"), happened=happened))
    assert label(found["look#2"].start) == "2 11:00"
    assert found["look#1"].start >= at(2, "13:00")
    assert found["look#3"].start >= found["look#1"].start.plus(minutes=120)


@pytest.mark.parametrize("done_by", [GUEST, UP])
def test_a_first_time_that_has_been_is_over(done_by: str) -> None:
    look = activity("look", 60, need(GUEST), kind="experiment", times=2, flight_days=(2, 3))
    found = aboard.planned(flown(look, now=at(2, "12:00"), happened=(been("look#1", at(2, "08:00"), 60, done_by),)))
    minutes = found["look#2"].span.seconds / 60
    assert minutes == (79 if done_by == GUEST else 90)  # the second, or the first


def test_what_could_only_have_been_before_now_is_told_so() -> None:
    look = activity("look", 60, flight_days=(2,), hours=("08:00", "10:00"), optional=True, value=5)
    out = aboard.planned_and_dropped(flown(look, now=at(3, "08:00")))[1]
    assert out == {"look#1": "all that it could have been at has gone by"}


def test_a_sleep_that_has_been_is_one_and_one_that_was_missed_is_none() -> None:
    night = been("sleep@1@guest#1", at(1, "21:40"), 400, GUEST)
    missed = been("sleep@1@host-up#1", at(1, "21:30"), 480, UP, outcome="missed")
    asked = flown(aboard.sleep(), now=at(2, "08:00"), happened=(night, missed))
    problem = crew_problem(asked, aboard.FLIGHT, (), ())
    tasks = {task.id: task for task in problem.tasks}
    assert tasks["sleep@1@guest#1"].duration == 400
    assert [one.tag.rule for one in tasks["sleep@1@guest#1"].allowed] == ["PST-01"]
    assert "sleep@1@host-up#1" not in tasks
    out = left_undone(asked, aboard.FLIGHT, (), tasks)
    assert [(one.id, one.why) for one in out] == [("sleep@1@host-up#1", "was missed on 2027-03-01; its day is over")]
    assert {"sleep@2@guest#1", "sleep@2@host-up#1"} <= tasks.keys()


def test_a_sleep_of_an_odd_evening_that_has_been_is_there_and_one_that_can_not_be_any_more_is_not() -> None:
    odd = been("sleep@0@host-aboard#1", at(1, "02:00"), 300, ABOARD)
    problem = crew_problem(flown(aboard.sleep(), now=at(2, "08:00"), happened=(odd,)), aboard.FLIGHT, (), ())
    evenings = {task.id for task in problem.tasks if "host-aboard" in task.id}
    assert evenings == {f"sleep@{day}@host-aboard#1" for day in (0, 2, 3)}


@pytest.mark.parametrize("optional", [False, True])
def test_aboard_what_has_been_waits_for_nothing(optional: bool) -> None:
    """The cell is mixed after it was looked at; or left out, where it may be."""
    mix = activity("mix", 60, flight_days=(2,), optional=optional, hours=("08:00", "19:00"))
    look = activity("look", 30, flight_days=(2,), after=(After(of="mix"),), hours=("08:00", "19:00"))
    full = activity("full", 421, flight_days=(2,), hours=("12:00", "12:01"))
    happened = (
        been("mix#1", at(2, "08:00"), 60, GUEST, outcome="missed"),
        been("look#1", at(2, "10:00"), 30, GUEST),
    )
    found = aboard.planned(flown(mix, look, now=at(2, "12:00"), happened=happened))
    assert found["mix#1"].start >= at(2, "12:00")
    assert label(found["look#1"].start) == "2 10:00"
    if optional:
        crowded = aboard.planned(flown(mix, look, full, now=at(2, "12:00"), happened=happened))
        assert set(crowded) == {"look#1", "full#1"}
