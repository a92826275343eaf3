"""What planning allows under absences, closures, pins and the past is just what the verifier lets hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import aboard
from aboard import ABOARD, GUEST, UP, Use, activity, need
from hamsafar.domain.changes import Absence, Outage, Pin, Shut
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.planning.training import training_problem
from hamsafar.planning.windows import open_to_us
from hamsafar.schedule.constraints import PickAllowed
from hamsafar.schedule.problem import Problem
from hamsafar.timeline import Instant, Span
from hamsafar.verify import CHECKERS
from hamsafar.verify.case import Case
from handmade import far_plan
from programmes import ZONE, facility, person, phase, session, subject, tiny_programme

RULES = ("PPL-02", "RES-02", "PIN-01", "PST-01")
FIRST = Instant.utc(2027, 1, 31, 16, 0)  # 00:00 of the term's first day
HORIZON_MIN = 160
LENGTH_MIN = 45
STAFF = (
    person("teacher", "instructor", qualifications=("ship",)),
    person("second", "instructor", qualifications=("ship",)),
)

moments = st.one_of(
    st.integers(-30, HORIZON_MIN + 30).map(lambda minute: minute * 60),
    st.integers(-1_800, HORIZON_MIN * 60 + 1_800),
)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[int, int]:
    """From and to, in seconds from the beginning."""
    start = draw(moments)
    return start, start + draw(st.integers(1, 60 * 60))


def at(first: Instant, second: int) -> Instant:
    return first.plus(seconds=second)


def span(first: Instant, stretch: tuple[int, int]) -> Span:
    return Span(at(first, stretch[0]), at(first, stretch[1]))


@st.composite
def changes(draw: st.DrawFn, people: tuple[str, ...], things: tuple[str, ...], placement: str, first: Instant):
    """The fields of a programme that a change fills in."""
    absences = tuple(
        Absence(person=who, start=at(first, start), end=draw(st.sampled_from([at(first, end), at(first, end), None])))
        for who, (start, end) in draw(st.lists(st.tuples(st.sampled_from(people), stretches()), max_size=3))
    )
    shut = tuple(
        Shut(of=of, span=span(first, stretch))
        for of, stretch in draw(st.lists(st.tuples(st.sampled_from(things), stretches()), max_size=2))
    )
    pinned = draw(st.one_of(st.none(), st.integers(0, HORIZON_MIN - LENGTH_MIN)))
    pins = () if pinned is None else (Pin(placement=placement, start=at(first, pinned * 60)),)
    now = draw(st.one_of(st.none(), moments.map(lambda second: at(first, second))))
    return {"absences": absences, "shut": shut, "pins": pins, "past_until": now}


def holds(programme: Programme, placement: Placement) -> bool:
    plan: Plan = evolve(far_plan(), programme=programme, placements=(placement,))
    case = Case(plan, {})
    return not any(list(CHECKERS[rule](case)) for rule in RULES)


def allowed(problem: Problem, task_id: str, start: int, picked: Iterable[str]) -> bool:
    """Whether what the four rules asked of this task lets it start there, with these picked."""
    (task,) = (one for one in problem.tasks if one.id == task_id)
    ranges = [one.ranges for one in task.allowed if one.tag.rule in RULES]
    ranges += [
        one.ranges
        for one in problem.constraints
        if isinstance(one, PickAllowed) and one.tag.rule in RULES and one.task == task_id and one.candidate in picked
    ]
    return all(any(low <= start <= high for low, high in one) for one in ranges)


@settings(max_examples=15, deadline=None)
@given(
    changes(("trainee-prime", "teacher", "second", "nobody"), ("room", "pool"), "a/x@trainee-prime", FIRST),
    st.sampled_from(["teacher", "second"]),
)
def test_on_the_ground(fields: dict, teacher: str) -> None:
    launch = FIRST.plus(minutes=HORIZON_MIN)
    programme = tiny_programme(
        subject(session("a/x", LENGTH_MIN, instructor="ship", facilities=("room",))),
        people=STAFF,
        now=date(2027, 2, 1),
        in_term={"phases": (phase(from_d=2),), "facilities": (facility(), facility("pool"))},
        **fields,
    )
    problem = training_problem(programme, launch, hinted=False)
    roles = (
        Assignment(person="trainee-prime", function="attendee"),
        Assignment(person=teacher, function="instructor"),
    )
    for minute in range(HORIZON_MIN - LENGTH_MIN + 1):
        start = FIRST.plus(minutes=minute)
        placement = Placement(
            id="a/x@trainee-prime", of="a/x", stage="training", title="", kind="theory", start=start,
            end=start.plus(minutes=LENGTH_MIN), zone=ZONE, people=roles, facilities=("room",),
        )  # fmt: skip
        tick = start.floor_utc_minute()
        assert allowed(problem, placement.id, tick, [f"person:{teacher}"]) == holds(programme, placement), minute


DAY = aboard.at(2, "08:00")


@settings(max_examples=15, deadline=None)
@given(changes((GUEST, UP, ABOARD), ("rack", "oven"), "job#1", DAY), st.sampled_from([UP, ABOARD]))
def test_aboard(fields: dict, helper: str) -> None:
    job = activity(
        "job", LENGTH_MIN, need(GUEST), need(UP, ABOARD, count=1, function="helper"), uses=(Use(resource="rack"),)
    )
    programme = aboard.programme(job, resources=[("rack", 1), ("oven", 1)], **fields)
    problem = aboard.problem_of(programme)
    roles = (Assignment(person=GUEST, function="worker"), Assignment(person=helper, function="helper"))
    for minute in range(-30, HORIZON_MIN + 30):
        start = DAY.plus(minutes=minute)
        placement = Placement(
            id="job#1", of="job", stage="flight", title="", kind="free", start=start,
            end=start.plus(minutes=LENGTH_MIN), zone=ZONE, people=roles, facilities=("rack",),
        )  # fmt: skip
        tick = start.floor_utc_minute()
        assert allowed(problem, "job#1", tick, [f"person:{helper}"]) == holds(programme, placement), minute


@given(st.lists(stretches(), max_size=4), st.lists(stretches(), max_size=4))
def test_what_outages_leave_of_windows(windows: list[tuple[int, int]], outages: list[tuple[int, int]]) -> None:
    """Second by second: open where a window is and no outage; each piece inside the window it was."""
    closed = [Outage(kind="pass", of=None, span=span(FIRST, one)) for one in outages]
    for window in windows:
        left = open_to_us([span(FIRST, window)], closed, "pass", "city")
        inside = [second for second in range(*window) if not any(start <= second < end for start, end in outages)]
        open_s = {
            int(second)
            for one in left
            for second in range(int(one.start.seconds_since(FIRST)), int(one.end.seconds_since(FIRST)))
        }
        assert open_s == set(inside)
        assert all(one.end < other.start for one, other in pairwise(left))
