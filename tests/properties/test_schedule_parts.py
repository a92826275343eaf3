"""A part taken out of a problem has just the schedules that the problem has when all others stay where they lie.

Every kind of constraint, of demand and of objective, alone and in pairs, tried by enumeration: the same places for what
is free, and the same gains in every objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from test_schedule_enumeration import named, tried
from tiny_problems import GOALS, KINDS, every_schedule, problems

from hamsafar.schedule.engine import Engine
from hamsafar.schedule.large.part import Whole
from hamsafar.schedule.model import assemble
from hamsafar.schedule.problem import Placed, Problem

PAIRS = tuple(combinations_with_replacement(KINDS, 2))
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
    whole = Whole(problem, dict(placed))
    part = whole.part(free)
    others = frozenset(task.id for task in problem.tasks) - free
    stay = places(placed, others)
    wanted = {places(one, free): gains(values, now) for one, now in known if places(one, others) == stay}
    (before,) = [now for one, now in every_schedule(part.problem) if one == part.placed]
    found = {places(one, free): gains(before, now) for one, now in every_schedule(part.problem)}
    assert found == wanted


def gains(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
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


@given(data=st.data())
@tried(60)
def test_literals_for_windows_exclude_no_schedule(data: st.DataObject) -> None:
    """The best of a model with a literal for each window is the best of the one without."""
    kinds = data.draw(st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)), label="kinds")
    problem = evolve(data.draw(problems(kinds, (data.draw(st.sampled_from(GOALS)),))), hint={})
    known = min((values for _, values in every_schedule(problem)), default=None)
    engine = Engine(left=60.0)
    built = assemble(problem, windows=True)
    found: list[int] = []
    for term in built.terms:
        if isinstance(term.cost, int):
            found.append(term.cost)
            continue
        built.model.minimize(term.cost)
        run = engine.run(built.model)
        if run.status == "infeasible":
            assert known is None
            return
        assert run.status == "optimal"
        assert run.bound is not None
        found.append(run.bound)
        built.model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
        built.model.add(term.cost <= run.bound)
    if known is not None:
        assert tuple(found) == known
