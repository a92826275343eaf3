"""A part taken out of a problem has just the schedules that the problem has when all others stay where they lie.

Every kind of constraint, of demand and of objective, alone and in pairs, tried by enumeration: the same places for what
is free, and the same gains in every objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, combinations, combinations_with_replacement
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from test_schedule_enumeration import named, tried
from tiny_problems import GOALS, KINDS, best_by_trying, every_schedule, problems

from hamsafar.schedule.constraints import Constraint, Load, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.large.part import Whole
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, Makespan, Objective, Peak, PeakLoad
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

PAIRS = tuple(combinations_with_replacement(KINDS, 2))
Values = tuple[int, ...]
Schedule = Mapping[str, Placed]
Known = tuple[dict[str, Placed], Values]
Places = frozenset[tuple[str, int, str, tuple[tuple[str, tuple[str, ...]], ...]]]


def places(placed: Mapping[str, Placed], free: frozenset[str]) -> Places:
    """Where the free tasks lie, as something to be compared."""
    return frozenset(
        (name, place.start, place.mode, tuple(sorted((pick, tuple(sorted(who))) for pick, who in place.picked.items())))
        for name, place in placed.items()
        if name in free
    )


def has_just_the_same_schedules(problem: Problem, data: st.DataObject) -> None:
    """The part has those of the problem in which all others stay, each with the same gain."""
    known = list(every_schedule(problem))
    if not known or not problem.tasks:
        return
    placed, values = known[data.draw(st.integers(0, len(known) - 1), label="schedule")]
    free = frozenset(data.draw(st.sets(st.sampled_from([task.id for task in problem.tasks])), label="free"))
    same(problem, placed, values, free, known)


def same(problem: Problem, placed: Schedule, values: Values, free: frozenset[str], known: list[Known]) -> None:
    """The part with these tasks free has the same schedules, and each gains the same."""
    part = Whole(problem, dict(placed)).part(free)
    others = frozenset(task.id for task in problem.tasks) - free
    stay = places(placed, others)
    wanted = {places(one, free): gains(values, now) for one, now in known if places(one, others) == stay}
    (before,) = [now for one, now in every_schedule(part.problem) if one == part.placed]
    assert {places(one, free): gains(before, now) for one, now in every_schedule(part.problem)} == wanted


def gains(before: Values, after: Values) -> Values:
    """By how much each objective changes."""
    return tuple(b - a for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("kind", KINDS, ids=named)
@given(data=st.data())
@tried(4)
def test_every_kind(kind: type, data: st.DataObject) -> None:
    has_just_the_same_schedules(data.draw(problems((kind,), data.draw(st.tuples(st.sampled_from(GOALS))))), data)


@pytest.mark.parametrize("goal", GOALS, ids=named)
@given(data=st.data())
@tried(4)
def test_every_objective(goal: type, data: st.DataObject) -> None:
    has_just_the_same_schedules(data.draw(problems((data.draw(st.sampled_from(KINDS)),), (goal,))), data)


@pytest.mark.slow
@pytest.mark.parametrize("kinds", PAIRS, ids=named)
@given(data=st.data())
@tried(40)
def test_every_pair_of_kinds(kinds: tuple[type, ...], data: st.DataObject) -> None:
    goals = data.draw(st.lists(st.sampled_from(GOALS), unique=True, max_size=2).map(tuple))
    has_just_the_same_schedules(data.draw(problems(kinds, goals)), data)


HERE = Tag("RULE-1", "here")
ONE = NoOverlap(resource="r", tag=HERE)
WINDOWS = (Allowed(ranges=((1, 2), (4, 5), (7, 8)), tag=HERE),)


def morning(**weights: int) -> PeakLoad:
    """What starts early."""
    return PeakLoad(weights=weights, start=0, end=5)


def afternoon(**weights: int) -> PeakLoad:
    """What starts late."""
    return PeakLoad(weights=weights, start=5, end=12)


def crowded(*constraints: Constraint, optional: bool = False, wanted: tuple[Objective, ...] = ()) -> Problem:
    """Three tasks with windows on one thing."""
    tasks = tuple(
        Task(id=name, duration=length, occupies={"r": 1}, allowed=WINDOWS, optional=optional, value=1)
        for name, length in (("a", 3), ("b", 2), ("c", 1))
    )
    wishes = (
        LostValue(name="left out"),
        AwayFromPreferred(name="away", unit="min", preferred={"a": 4, "b": 5, "c": 0}),
        Makespan(name="makespan", unit="min"),
    )
    return Problem(
        name="crowded", first=0, last=12, tasks=tasks, constraints=(ONE, *constraints), objectives=(*wishes, *wanted)
    )


def load(**asked: Any) -> Load:
    """So much of the three in the first hours."""
    return Load(weights={"a": 3, "b": 2, "c": 1}, start=0, end=6, tag=HERE, **asked)


PEAK = Peak(name="peak", unit="min", loads=(morning(a=2, b=1, c=1), afternoon(a=1, b=2, c=3)))
CROWDED = {
    "a peak": crowded(wanted=(PEAK,)),
    "windows": crowded(),
    "windows that may be left out": crowded(optional=True),
    "at least so much": crowded(load(limit=None, least=3)),
    "at most so much": crowded(load(limit=3), optional=True),
    "so many ticks": crowded(load(limit=12, least=6, by="ticks")),
}


@pytest.mark.parametrize("problem", CROWDED.values(), ids=CROWDED)
def test_every_part_of_a_crowd(problem: Problem) -> None:
    """Each schedule that holds, and each set of tasks set free in it."""
    known = list(every_schedule(problem))
    assert known
    for placed, values in known[:: max(1, len(known) // 12)]:
        for free in chain.from_iterable(combinations("abc", count) for count in (1, 2)):
            same(problem, placed, values, frozenset(free), known)


@pytest.mark.parametrize("problem", CROWDED.values(), ids=CROWDED)
def test_literals_for_windows_leave_a_crowd_its_schedules(problem: Problem) -> None:
    """Each objective alone, and what is possible at all."""
    for objective in problem.objectives:
        best_with_windows_is_best(evolve(problem, objectives=(objective,)))


@given(data=st.data())
@tried(60)
def test_literals_for_windows_exclude_no_schedule(data: st.DataObject) -> None:
    """The best of a model with a literal for each window is the best of the one without."""
    kinds = data.draw(st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)), label="kinds")
    problem = data.draw(problems(kinds, (data.draw(st.sampled_from(GOALS)),)))
    best_with_windows_is_best(evolve(problem, hint={}))


def best_with_windows_is_best(problem: Problem) -> None:
    """The objectives come out as enumeration has them, one after the other."""
    best = best_by_trying(problem)
    built = assemble(problem, windows=True)
    found: list[int] = []
    for term in built.terms:
        built.model.minimize(term.cost)
        run = Engine(left=60.0).run(built.model)
        assert (run.status == "infeasible") == (best is None)
        if best is None:
            return
        assert run.status == "optimal"
        assert run.bound is not None
        found.append(run.bound)
        built.model.add(term.cost <= run.bound)
    assert best is None or tuple(found) == best
