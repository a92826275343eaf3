"""Relaxations by trying everything: what is told is enough, and nothing less is."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import KINDS, best_by_trying, every_schedule, problems

from hamsafar.schedule.asked import presence_tag
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Capacity
from hamsafar.schedule.giving import Change, softened
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.overfull import day_loads, overfull
from hamsafar.schedule.problem import Conflict, Problem
from hamsafar.schedule.relax import Relaxation, relaxations
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Mode, Tag, Task

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=SLOW)


def kinds() -> st.SearchStrategy[tuple[type, ...]]:
    """Up to three kinds of what may be asked."""
    return st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(tuple)


def possible(problem: Problem) -> bool:
    """Whether there is a schedule, by trying everything."""
    return next(every_schedule(evolve(problem, objectives=())), None) is not None


def least_by_trying(problem: Problem, tag: Tag) -> int | None:
    """The least amount by which the tag has to be broken, everything else holding; None where nothing helps."""
    asked = evolve(softened(problem, tag, "gives way"), objectives=(SoftCosts(name="gives way"),), hint={})
    best = best_by_trying(asked)
    return None if best is None else best[0]


def shorter(task: Task, by: int) -> list[Task]:
    """The task shorter by so much, in one of its modes."""
    if not task.modes:
        return [evolve(task, duration=task.duration - by)] if task.duration > by else []

    def modes(mode: Mode) -> tuple[Mode, ...]:
        return tuple(evolve(one, duration=one.duration - by) if one is mode else one for one in task.modes)

    return [evolve(task, modes=modes(mode)) for mode in task.modes if mode.duration > by]


def with_task(problem: Problem, task: Task) -> Problem:
    """The problem with this one in the place of the task of its name."""
    return evolve(problem, tasks=tuple(task if one.id == task.id else one for one in problem.tasks))


def holds_up(problem: Problem, one: Relaxation) -> None:
    """It is enough; and where it is said to be the least, nothing less is."""
    assert one.proved
    assert check(one.problem, one.placed) == ()
    assert possible(one.problem)
    assert one.problem.objectives == problem.objectives
    if one.together:
        return
    assert one.least
    if one.way == "shorter":
        own = [task for task in problem.tasks if not task.optional and presence_tag(task) == one.tag]
        if len(own) == 1:
            assert not any(
                possible(with_task(problem, less)) for by in range(one.amount) for less in shorter(own[0], by)
            )
    else:
        assert least_by_trying(problem, one.tag) == one.amount


def says_what_it_does(change: Change) -> None:
    """The figures told are those of the new problem, and no more starts are allowed than are told."""
    for instead in change.instead:
        figure = getattr(instead, change.what, None)
        if isinstance(figure, int) and change.what not in ("capacity", "optional"):
            assert figure == change.after
        if change.what in ("ranges", "stretches"):
            more = sum(end - first for first, end in change.stretches)
            wider = _ticks(instead, change.what) - _ticks(change.demand, change.what)
            assert wider == (more if change.what == "ranges" else -more)
        if isinstance(instead, Capacity) and isinstance(change.demand, Capacity):
            more = sum(end - first for first, end in change.stretches)
            assert sum(levels(instead, tick) > levels(change.demand, tick) for tick in range(-20, 60)) == more


def _ticks(asked: Any, what: str) -> int:
    return sum(last - first + (what == "ranges") for first, last in getattr(asked, what))


def levels(asked: Capacity, now: int) -> int:
    """The capacity at a tick."""
    return [asked.capacity, *(level for tick, level in asked.changes if tick <= now)][-1]


def relaxes(problem: Problem) -> None:
    """Every tag of the conflict gives way by the least that does."""
    answer = solve(problem, effort=5.0)
    assert isinstance(answer, Conflict)
    found = relaxations(problem, answer, effort=10.0)
    assert {one.tag for one in found} == set(answer.tags)
    for one in found:
        holds_up(problem, one)
        for change in (*one.changes, *one.together):
            says_what_it_does(change)


@tried(80)
@given(kinds().flatmap(lambda asked: problems(kinds=asked)))
def test_every_relaxation_is_enough_and_the_least(problem: Problem) -> None:
    if not possible(problem):
        relaxes(problem)


@pytest.mark.slow
@tried(1_500)
@given(kinds().flatmap(lambda asked: problems(kinds=asked)))
def test_every_relaxation_a_thousand_times(problem: Problem) -> None:
    if not possible(problem):
        relaxes(problem)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_gives_way(kind: type) -> None:
    @tried(100)
    @given(problems(kinds=(kind,)))
    def gives(problem: Problem) -> None:
        if not possible(problem):
            relaxes(problem)

    gives()


@tried(60)
@given(kinds().flatmap(lambda asked: problems(kinds=asked, most=4)))
def test_what_stretches_hold_is_never_less_than_what_fits(problem: Problem) -> None:
    fits = possible(problem)
    assert overfull(problem) is None or not fits
    assert possible(evolve(problem, constraints=problem.constraints + day_loads(problem))) == fits
