"""What a NoPlan tells is read as people read it: done to the programme, each way out gives a plan; each rule is needed.

The days aboard are small and drawn; nothing of the search is looked at, only its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aboard
from aboard import ABOARD, GUEST, UP, Use, activity, at, need
from hamsafar.domain.aboard import WindowNeed
from hamsafar.domain.changes import Absence, Happened, Pin, Shut
from hamsafar.domain.plan import OpenSpan, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan, Relaxed
from hamsafar.planning.change_of_figures import with_figure, with_length
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.figures import Asked
from hamsafar.planning.make import Options
from hamsafar.planning.relaxing import no_plan
from hamsafar.schedule.asked import limited
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Instant, Span, zone
from programmes import ZONE

Windows = tuple[WindowList, ...]
Changed = tuple[Programme, Windows]

HOURS = re.compile(r"on (\d{4}-\d\d-\d\d) from (\d\d:\d\d) to (?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d)")
OPEN = re.compile(r"(open|have) ([\w-]+)(?: there)? on ")
LEFT_OUT = re.compile(r"CMP-01: leave out ([\w-]+)(?:@(\d+))?#(\d+)")
LENGTH = re.compile(r"(?:(\d+) d ?)?(?:(\d+) h ?)?(?:(\d+) min)?")
SPACING = re.compile(r"CRW-13: ([\w-]+) min gap (.+?) instead of")


def problem_of(programme: Programme, windows: Windows, *, whole: bool = False) -> Problem:
    return crew_problem(
        programme, aboard.FLIGHT, windows, (), without=frozenset(aboard.SLEEP_RULES), hinted=False, whole=whole
    )


def fits(programme: Programme, windows: Windows) -> bool:
    answer = solve(evolve(problem_of(programme, windows), objectives=()), effort=2.0)
    assert isinstance(answer, Solved | Conflict)
    return isinstance(answer, Solved)


def answered(programme: Programme, windows: Windows) -> NoPlan | None:
    """What is told where nothing fits."""
    problem = problem_of(programme, windows)
    conflict = solve(problem, effort=2.0)
    if not isinstance(conflict, Conflict):
        return None
    build = partial(crew_problem, flight=aboard.FLIGHT, windows=windows, held=(), without=frozenset(aboard.SLEEP_RULES))
    asked = Asked(
        programme=programme, stage="flight", flight=aboard.FLIGHT, problem=problem, conflict=conflict, build=build,
        whole=partial(build, whole=True),
    )  # fmt: skip
    return no_plan(asked, Options(effort=1.0, workers=1))


# ---- a sentence done to the programme


def done(changed: Changed, sentence: str) -> Changed | None:
    """The programme and its windows after one sentence; None where it says what no programme can."""
    for phrase in re.sub(r"\([^)]*\)", "", sentence).split("; "):
        found = _done(changed, phrase if phrase[3:4] == "-" else sentence[:8] + phrase)
        if found is None:
            return None
        changed = found
    return changed


def _done(changed: Changed, phrase: str) -> Changed | None:
    programme, windows = changed
    if (gone := LEFT_OUT.match(phrase)) is not None:
        pins = tuple(pin for pin in programme.pins if f"CMP-01: leave out {pin.placement}" != phrase.strip())
        return _without(evolve(programme, pins=pins), gone[1], gone[2]), windows
    if (spacing := SPACING.match(phrase)) is not None:
        activities = (
            evolve(one, spacing_min=_minutes(spacing[2])) if one.id == spacing[1] else one
            for one in programme.activities
        )
        return evolve(programme, activities=tuple(activities)), windows
    when = HOURS.search(phrase)
    if when is None:
        return None
    first, end = _moment(when[1], when[2]), _moment(when[3] or when[1], when[4])
    if phrase.startswith("WIN-01"):
        return programme, tuple(evolve(one, spans=_spans(one, first, end)) for one in windows)
    opened = OPEN.search(phrase)
    if opened is None:
        return None
    absences = [left for one in programme.absences for left in _absences(one, opened[2], first, end)]
    shut = [left for one in programme.shut for left in _shut(one, opened[2], first, end)]
    return evolve(programme, absences=tuple(absences), shut=tuple(shut)), windows


def _without(programme: Programme, name: str, day: str | None) -> Programme:
    """Once less, on that day or at all."""
    kept = []
    for one in programme.activities:
        if one.id != name:
            kept.append(one)
        elif day is None and one.times > 1:
            kept.append(evolve(one, times=one.times - 1))
        elif day is not None and len(one.flight_days) > 1:
            kept.append(evolve(one, flight_days=tuple(other for other in one.flight_days if other != int(day))))
    return evolve(programme, activities=tuple(kept))


def _minutes(said: str) -> int:
    found = LENGTH.fullmatch(said)
    assert found is not None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * 1_440 + hours * 60 + minutes


def _moment(day: str, clock: str) -> Instant:
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone(ZONE))
    return Instant.from_utc_minute(int(local.timestamp()) // 60)


def _spans(windows: WindowList, first: Instant, end: Instant) -> tuple[OpenSpan, ...]:
    apart = (one for one in windows.spans if one.end < first or one.start > end)
    return tuple(sorted((*apart, OpenSpan(start=first, end=end, sigma_s=0.0)), key=lambda one: one.start))


def _parts(start: Instant, stop: Instant, first: Instant, end: Instant) -> Iterator[Span]:
    if start < min(stop, first):
        yield Span(start, min(stop, first))
    if max(start, end) < stop:
        yield Span(max(start, end), stop)


def _absences(away: Absence, who: str, first: Instant, end: Instant) -> Iterator[Absence]:
    if away.person != who:
        yield away
        return
    assert away.end is not None
    for span in _parts(away.start, away.end, first, end):
        yield evolve(away, start=span.start, end=span.end)


def _shut(shut: Shut, what: str, first: Instant, end: Instant) -> Iterator[Shut]:
    if shut.of != what:
        yield shut
        return
    for span in _parts(shut.span.start, shut.span.end, first, end):
        yield evolve(shut, span=span)


def changed_as_told(programme: Programme, windows: Windows, one: Relaxed) -> Changed | None:
    """With all that one way out says."""
    if one.as_change is not None and not one.as_change.drop:
        for limits in one.as_change.limits:
            for param, figure in limits.params.items():
                programme = with_figure(programme, limits.rule, param, figure)
        for lasting in one.as_change.durations:
            programme = with_length(programme, lasting)
        return programme, windows
    changed: Changed | None = (programme, windows)
    for sentence in (one.sentence, *one.together):
        changed = None if changed is None else done(changed, sentence)
    return changed


# ---- what is drawn


@st.composite
def stays(draw: st.DrawFn) -> Changed:
    """Two days with a rack that is shut, people who are away, meals, a run and a call, too full now and then."""
    days = draw(st.sampled_from([(2,), (2, 3)]))
    cell = activity(
        "cell", draw(st.sampled_from([60, 120, 300])), need(GUEST), need(UP, ABOARD, count=1, function="helper"),
        uses=(Use(resource="rack"),), times=draw(st.integers(1, 3)), flight_days=days,
        spacing_min=draw(st.sampled_from([0, 240, 1_200])), hours=draw(st.sampled_from([None, ("08:00", "18:00")])),
        work=True,
    )  # fmt: skip
    lunch = activity("lunch", 60, kind="meal", repeat="each-day", flight_days=days, hours=("12:00", "14:00"))
    supper = activity("supper", 60, kind="meal", repeat="each-day", flight_days=days, hours=("16:00", "19:00"))
    run = activity("run", 90, kind="exercise", repeat="each-day", flight_days=days, hours=("13:00", "17:00"))
    call = activity("call", 30, kind="link", flight_days=(2,), window=WindowNeed(kind="relay"))
    others = draw(st.lists(st.sampled_from([lunch, supper, run, call]), max_size=3, unique_by=lambda one: one.id))

    def stretch() -> Span:
        start = at(draw(st.sampled_from(days)), "06:00").plus(minutes=30 * draw(st.integers(0, 24)))
        return Span(start, start.plus(minutes=60 * draw(st.integers(1, 30))))

    shut = tuple(Shut(of="rack", span=stretch()) for _ in range(draw(st.integers(0, 2))))
    away = tuple(
        Absence(person=who, start=span.start, end=span.end)
        for who in draw(st.lists(st.sampled_from([GUEST, UP, ABOARD]), max_size=2, unique=True))
        for span in [stretch()]
    )
    pinned = draw(st.sampled_from([None, "09:00", "12:00", "15:30"]))
    pins = () if pinned is None else (Pin(placement="cell#1", start=at(2, pinned)),)
    rules = {"CRW_07": {"max_work_min": draw(st.sampled_from([200, 480]))}}
    programme = aboard.programme(
        cell, *others, resources=[("rack", 1)], shut=shut, absences=away, pins=pins, rules=rules
    )
    opens = at(2, draw(st.sampled_from(["12:30", "17:00"])))
    return programme, (aboard.windows((opens, opens.plus(minutes=draw(st.sampled_from([20, 45]))))),)


def is_true(programme: Programme, windows: Windows) -> int:
    """Checks all that is told; returns how many ways out were tried on the programme."""
    answer = answered(programme, windows)
    if answer is None:
        return 0
    whole = problem_of(programme, windows, whole=True)
    assert isinstance(solve(limited(whole, answer.tags), effort=2.0), Conflict)
    for tag in answer.tags if answer.minimal else ():
        fewer = limited(whole, [other for other in answer.tags if other != tag])
        assert isinstance(solve(fewer, effort=2.0), Solved), tag
    tried = 0
    for one in answer.relaxations:
        changed = changed_as_told(programme, windows, one) if one.proved else None
        if changed is not None:
            assert fits(*changed), (one.sentence, one.together)
            tried += 1
    return tried


def test_what_the_shut_rack_hid_still_holds_when_it_opens() -> None:
    """No start was left for the second, so its spacing was never asked: open at once, it would come too soon."""
    cell = activity(
        "cell", 60, uses=(Use(resource="rack"),), times=2, spacing_min=1_200, flight_days=(2, 3),
        hours=("08:00", "18:00"),
    )  # fmt: skip
    been = Happened(placement="cell#1", outcome="done", start=at(2, "12:00"), end=at(2, "13:00"), people=(GUEST,))
    programme = aboard.programme(
        cell,
        resources=[("rack", 1)],
        shut=(Shut(of="rack", span=Span(at(2, "13:00"), at(4, "23:00"))),),
        past_until=at(2, "13:00"),
        happened=(been,),
    )
    answer = answered(programme, ())
    assert answer is not None
    (opened,) = [one for one in answer.relaxations if one.rule == "RES-02"]
    assert opened.sentence.startswith("RES-02: open rack on 2027-03-03 from 08:00 to 09:00 (Asia/Shanghai; ")
    assert is_true(programme, ()) >= 2


def test_the_same_schedules_obey_the_whole_problem_and_the_other() -> None:
    """Nothing is asked in the whole that the other doesn't ask in other words."""
    cell = activity("cell", 60, uses=(Use(resource="rack"),), times=3, spacing_min=240, flight_days=(2, 3))
    lunch = activity("lunch", 60, kind="meal", repeat="each-day", flight_days=(2, 3), hours=("12:00", "14:00"))
    programme = aboard.programme(cell, lunch, resources=[("rack", 1)])
    problems = [problem_of(programme, (), whole=whole) for whole in (False, True)]
    assert len(problems[0].constraints) < len(problems[1].constraints)
    for problem in problems:
        answer = solve(problem, effort=2.0)
        assert isinstance(answer, Solved)
        assert not any(check(other, answer.placed) for other in problems)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(stays())
def test_every_way_out_that_is_told_is_one(stay: Changed) -> None:
    is_true(*stay)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(stays())
def test_every_way_out_hundreds_of_times(stay: Changed) -> None:
    is_true(*stay)
