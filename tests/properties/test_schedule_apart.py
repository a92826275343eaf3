"""What wishes for starts come to at least, day by day: never more than what trying everything gives."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_schedule_enumeration import named, tried
from tiny_problems import every_schedule, problems

from hamsafar.schedule.constraints import Constraint, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.large.apart import Floors, days_of, floors_by_days
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Mode, Pick, Tag, Task

ASKED = (*get_args(Constraint), Allowed, Mode, Pick)
TAG = Tag("T")


def floors(problem: Problem, number: int, values: tuple[int, ...], day: int) -> Floors | None:
    """What the days say, each solved to its end; None where they say nothing."""
    days = days_of(problem, number, day)
    return floors_by_days(problem, number, values, Engine(left=10.0), 1.0, days) if days else None


@pytest.mark.parametrize("kind", ASKED, ids=named)
@given(data=st.data())
@tried(12)
def test_they_never_say_more_than_is_so(kind: type, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from((*ASKED, LostValue)))
    problem = data.draw(problems(tuple(dict.fromkeys((kind, other))), (LostValue, AwayFromPreferred)))
    number = next(k for k, one in enumerate(problem.objectives) if isinstance(one, AwayFromPreferred))
    every = [values for _, values in every_schedule(problem)]
    assume(every and problem.tasks)
    best = min(every)
    found = floors(problem, number, best, data.draw(st.integers(2, 12)))
    assert found is None or found.whole <= best[number]


def two_days(*, wanted: int = 1) -> Problem:
    """Four hours' work of two for one machine in each of two days of ten hours, all wished for the same hour."""
    days = {"a": 0, "b": 0, "c": 10, "d": 10}
    tasks = tuple(
        Task(id=name, duration=2, allowed=(Allowed(ranges=((first, first + 6),), tag=TAG),), occupies={"machine": 1})
        for name, first in days.items()
    )
    wishes = AwayFromPreferred(name="wishes", unit="h", preferred={name: at + wanted for name, at in days.items()})
    alone = NoOverlap(resource="machine", tag=TAG)
    return Problem(name="two days", first=0, last=20, tasks=tasks, constraints=(alone,), objectives=(wishes,))


def test_each_day_is_as_good_as_it_can_be() -> None:
    found = floors(two_days(), 0, (4,), 10)
    assert found is not None
    assert (found.whole, found.by_day) == (4, (2, 2))  # of two that want the same start, one is two hours away


def test_what_is_at_home_in_no_day_is_counted_alone() -> None:
    problem = two_days()
    assert days_of(problem, 0, 3) == ()  # starts reach over six hours
    assert {day.wishes for day in days_of(problem, 0, 10)} == {frozenset("ab"), frozenset("cd")}
