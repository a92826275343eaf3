"""What wishes for starts come to at least, day by day: never more than what trying everything gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from test_schedule_enumeration import named, tried
from tiny_problems import every_schedule, problems

from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Constraint, Load, NoOverlap, Repeats, Rolling
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.large.apart import Floors, days_of, floors_by_days
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Mode, Pick, Tag, Task

ASKED = (*get_args(Constraint), Allowed, Mode, Pick)
TAG = Tag("T")


def named_kind(asked: object) -> str:
    """A constraint by its kind."""
    return type(asked).__name__


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


# ---- what days share: in the whole it is kept by others than those of a day


def wished(
    ranges: dict[str, tuple[int, int]], wishes: dict[str, int], left_out: int, optional: str, *asked: Constraint
) -> Problem:
    """Two days of six hours, an hour's work for one machine each; `optional` are the letters that may be left out."""
    tasks = tuple(
        Task(
            id=name,
            duration=1,
            allowed=(Allowed(ranges=(reach,), tag=TAG),),
            occupies={"machine": 1},
            optional=name in optional,
        )
        for name, reach in ranges.items()
    )
    away = AwayFromPreferred(name="wishes", unit="h", preferred=wishes, left_out=left_out)
    alone = NoOverlap(resource="machine", tag=TAG)
    return Problem(name="shared", first=0, last=13, tasks=tasks, constraints=(alone, *asked), objectives=(away,))


LATE = {"a": (0, 4), "b": (0, 4), "c": (6, 10), "d": (6, 10)}
SAME_HOURS = {"a": 2, "b": 2, "c": 8, "d": 8}


@pytest.mark.parametrize(
    "least",
    [
        Load(weights=dict.fromkeys("abcd", 1), start=0, end=12, limit=4, least=2, tag=TAG),
        Rolling(weights=dict.fromkeys("abcd", 1), span=12, limit=4, least=2, tag=TAG),
    ],
    ids=named_kind,
)
def test_what_the_days_owe_together_no_day_owes_alone(least: Constraint) -> None:
    """One in each day is enough, and none is then away; a day that owed both would have one an hour away."""
    problem = wished(LATE, SAME_HOURS, 0, "abcd", least)
    assert min(values for _, values in every_schedule(problem)) == (0,)
    found = floors(problem, 0, (0,), 6)
    assert found is not None
    assert found.whole == 0


def test_what_one_of_another_day_bridges_is_no_gap() -> None:
    """Two hours from one to the next, with one between them that is at home in no day."""
    ranges = {"a": (0, 4), "m": (0, 12), "b": (0, 5)}
    chain = Repeats(tasks=("a", "m", "b"), least=1, most=2, tag=TAG)
    problem = wished(ranges, {"a": 0, "b": 4}, 9, "", chain)
    assert min(values for _, values in every_schedule(problem)) == (0,)
    found = floors(problem, 0, (0,), 6)
    assert found is not None
    assert found.whole == 0


@st.composite
def shared(draw: st.DrawFn) -> Problem:
    """Three or four of two days or of both, and something that they owe together."""
    ranges, wishes = dict[str, tuple[int, int]](), dict[str, int]()
    for name in "abcd"[: draw(st.integers(3, 4))]:
        if name != "a" and draw(st.integers(0, 3)) == 0:
            ranges[name] = (0, 12)  # at home in no day, and wished for at no hour
            continue
        first = draw(st.sampled_from((0, 1, 3, 6, 7)))
        ranges[name] = (first, first + draw(st.integers(1, 4)))
        if draw(st.integers(0, 3)):
            wishes[name] = draw(st.integers(first - 1, first + 4))
    names = tuple(ranges)
    weights = {name: draw(st.integers(1, 2)) for name in names}
    least, limit = draw(st.integers(1, 4)), draw(st.sampled_from((None, 4, 8)))
    owed = draw(st.sampled_from(("load", "rolling", "repeats")))
    asked: Constraint
    if owed == "load":
        by = draw(st.sampled_from(("starts", "ticks")))
        end = draw(st.sampled_from((6, 9, 13)))
        asked = Load(
            weights=weights, start=draw(st.sampled_from((0, 3))), end=end, limit=limit, least=least, by=by, tag=TAG
        )
    elif owed == "rolling":
        asked = Rolling(weights=weights, span=draw(st.sampled_from((6, 9, 13))), limit=limit, least=least, tag=TAG)
    else:
        gap = draw(st.integers(0, 2))
        order = tuple(draw(st.permutations(names)))
        asked = Repeats(tasks=order, least=gap, most=gap + draw(st.integers(0, 2)), tag=TAG)
    often = draw(st.integers(0, 2))
    optional = "".join(name for name in names if draw(st.integers(0, 3)) < 2 * often)
    return wished(ranges, wishes or {"a": 0}, draw(st.integers(0, 3)), optional, asked)


@given(problem=shared())
@tried(250)
def test_what_days_owe_together_makes_none_of_them_dearer(problem: Problem) -> None:
    every = [values for _, values in every_schedule(problem)]
    assume(every)
    best = min(every)
    found = floors(problem, 0, best, 6)
    assert found is None or found.whole <= best[0]


# ---- the whole search, with days where there are only a few activities


@pytest.fixture(scope="module")
def few_are_many() -> Iterator[None]:
    """Every problem is taken for a large one, of days of six hours; nothing is proved at a glance, nor in parts."""
    solving, days = sys.modules["hamsafar.schedule.solve"], sys.modules["hamsafar.schedule.large.apart"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MANY", 1)
        patch.setattr(solving, "GLANCE_MOST", 0)
        patch.setattr(days, "A_DAY", {"tick": 6})
        yield


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("by_parts", [False, True], ids=["days alone", "after parts"])
@given(problem=shared())
@tried(20)
def test_what_is_proved_by_days_is_the_best(by_parts: bool, problem: Problem) -> None:
    best = min((values for _, values in every_schedule(problem)), default=None)
    assume(best is not None)
    with pytest.MonkeyPatch.context() as patch:
        if not by_parts:
            patch.setattr(sys.modules["hamsafar.schedule.solve"]._Search, "_by_parts", lambda *_: False)
        answer = solve(problem)
    assert isinstance(answer, Solved)
    assert tuple(term.value for term in answer.terms) == best
    assert answer.optimal
    assert check(problem, answer.placed) == ()


@pytest.mark.usefixtures("few_are_many")
def test_parts_that_are_the_whole_prove_it_and_leave_what_is_known() -> None:
    """Wished for at one hour, and after that at the next: of all set free, nothing better is found."""
    early = wished({"a": (0, 12)}, {"a": 0}, 0, "")
    late = AwayFromPreferred(name="later", unit="h", preferred={"a": 1})
    answer = solve(evolve(early, objectives=(*early.objectives, late)))
    assert isinstance(answer, Solved)
    assert (answer.optimal, [term.value for term in answer.terms]) == (True, [0, 1])
