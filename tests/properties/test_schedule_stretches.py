"""What a peak is at least, by who can be in which stretch: never more than what trying everything gives."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from test_schedule_enumeration import named, tried
from tiny_problems import every_schedule, problems

from hamsafar.schedule.constraints import Capacity, Lag, Load, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.large.stretches import stretches_of
from hamsafar.schedule.objectives import Peak, PeakLoad
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Mode, Pick, Tag, Task

ASKED = (NoOverlap, Capacity, Load, Lag, Allowed, Breaks, Mode, Pick)
TAG = Tag("T")


def least(problem: Problem) -> int | None:
    """What the choice of stretches says; None where it says nothing."""
    (peak,) = [objective for objective in problem.objectives if isinstance(objective, Peak)]
    stretches = stretches_of(problem, peak)
    if stretches is None:
        return None
    run = Engine(left=1.0).run(stretches.model, search="linear")
    assert run.status in ("optimal", "infeasible")
    return None if run.bound is None else stretches.unit * run.bound


@pytest.mark.parametrize("kind", ASKED, ids=named)
@given(data=st.data())
@tried(12)
def test_it_never_says_more_than_is_so(kind: type, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from(ASKED))
    problem = data.draw(problems(tuple(dict.fromkeys((kind, other))), (Peak,)))
    number = next(k for k, objective in enumerate(problem.objectives) if isinstance(objective, Peak))
    values = [values[number] for _, values in every_schedule(problem)]
    assume(values and problem.tasks)
    found = least(problem)
    assert found is None or found <= min(values)


def weeks(*constraints: NoOverlap | Load | Lag, spare: int = 0) -> Problem:
    """Six lessons of 30 in one room, which in three weeks is open for 60 (and what is spare), for 120, and for 60."""
    minutes = dict.fromkeys("abcdef", 30)
    starts = ((0, 30 + spare), (100, 190), (300, 330 + spare))
    tasks = tuple(
        Task(id=name, duration=30, allowed=(Allowed(ranges=starts, tag=TAG),), occupies={"room": 1}) for name in minutes
    )
    loads = tuple(PeakLoad(weights=minutes, start=first, end=end) for first, end in ((0, 100), (100, 300), (300, 400)))
    peak = Peak(name="busiest week", unit="min", loads=loads)
    return Problem(name="lessons", first=0, last=400, tasks=tasks, constraints=constraints, objectives=(peak,))


def test_evenly_spread_where_nothing_is_asked() -> None:
    assert least(weeks()) == 60


def test_what_a_load_allows_is_minded() -> None:
    minutes = dict.fromkeys("abcdef", 30)
    outside = [Load(weights=minutes, start=week, end=week + 100, limit=30, tag=TAG) for week in (0, 300)]
    assert least(weeks(*outside)) == 120
    assert least(weeks(outside[0], evolve(outside[1], limit=29))) == 150


def test_what_a_room_is_open_for_is_minded() -> None:
    alone = NoOverlap(resource="room", tag=TAG)
    assert least(weeks(alone)) == 60
    assert least(weeks(alone, spare=-1)) == 120  # 59 hold one lesson
    assert least(weeks(spare=-1)) == 60


def test_order_is_minded_as_far_as_weeks_tell() -> None:
    sooner = [Lag(before="a", after=name, min_gap=160, max_gap=None, tag=TAG) for name in "bcdef"]
    assert least(weeks(*sooner)) == 90  # 160 after the end of a, a lesson may begin as the last of the second week
    assert least(weeks(*(evolve(lag, min_gap=161) for lag in sooner))) == 150
    assert least(weeks(*(evolve(lag, min_gap=None, max_gap=-1) for lag in sooner))) == 60
