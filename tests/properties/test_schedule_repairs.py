"""Repairs of tiny problems are the nearest there are: found by trying everything, objective by objective."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tiny_problems import GOALS, KINDS, THINGS, best_by_trying, every_schedule, problems, projects

from hamsafar.schedule.causes import why_moved
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import Capacity, Constraint, Lag, NoOverlap
from hamsafar.schedule.nearest import Before, nearest_problem
from hamsafar.schedule.problem import Conflict, Placed, Problem, Solved
from hamsafar.schedule.repair import repair
from hamsafar.schedule.repairing.slots import Needs, Slots
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Task
from hamsafar.schedule.validate import faults_of


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    slow = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


@st.composite
def befores(draw: st.DrawFn, problem: Problem) -> Before:
    """An old plan of some of the tasks, one that holds or not, and of a task that is no more."""
    placed = {}
    for task in (*problem.tasks, None):
        if task is None or draw(st.integers(0, 4)):
            way = draw(st.sampled_from([way.id for way in task.ways])) if task is not None else ""
            team = draw(st.lists(st.sampled_from(THINGS), max_size=2, unique=True))
            start = draw(st.integers(problem.first - 1, problem.last + 1))
            name = task.id if task is not None else "gone"
            placed[name] = Placed(start=start, mode=way, picked={"pick": tuple(team)} if team else {})
    names = sorted(placed)
    pinned = {name: placed[name].start for name in names if name != "gone" and draw(st.integers(0, 9)) == 9}
    return Before(placed=placed, promised=frozenset(draw(st.lists(st.sampled_from(names)))), pinned=pinned)


def is_nearest(problem: Problem, before: Before) -> None:
    """The repair is what trying everything gives, and whatever moved in it is told why."""
    assume(not list(faults_of(problem)))
    near = nearest_problem(problem, before)
    best, answer = best_by_trying(near), repair(problem, before)
    if best is None:
        assert isinstance(answer, Conflict)
        return
    assert isinstance(answer, Solved)
    assert check(near, answer.placed) == ()
    assert evaluate(near, answer.placed) == best == tuple(term.value for term in answer.terms)
    assert best == tuple(term.bound for term in answer.terms)
    assert answer.optimal
    causes_hold(problem, before, near, answer)


def causes_hold(problem: Problem, before: Before, near: Problem, answer: Solved) -> None:
    """Each that moved has a cause; what is proved to be needed is, by trying; what is said to do instead does."""
    causes = why_moved(problem, before, answer)
    there = {task.id for task in problem.tasks}
    moved = {
        name
        for name, place in before.placed.items()
        if name in there and (name not in answer.placed or answer.placed[name].start != place.start)
    }
    assert causes.keys() == moved
    names = [objective.name for objective in near.objectives]
    count = sum(name in ("promised ones moved or left out", "value left out of the old plan") for name in names) + 1
    as_near = [
        placed
        for placed, values in every_schedule(near)
        if all(a <= b.value for a, b in zip(values[:count], answer.terms[:count], strict=True))
    ]
    for name, cause in causes.items():
        start = before.placed[name].start
        staying = [placed for placed in as_near if name in placed and placed[name].start == start]
        if cause.proved:
            assert not staying
        if cause.kind == "one of":
            assert staying


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@tried(4)
@given(data=st.data())
def test_each_kind_is_repaired(kind: type, data: st.DataObject) -> None:
    problem = data.draw(problems(kinds=(kind,)))
    is_nearest(problem, data.draw(befores(problem)))


@tried(25)
@given(st.data())
def test_with_wishes_of_its_own(data: st.DataObject) -> None:
    goals = data.draw(st.lists(st.sampled_from(GOALS), max_size=2, unique=True))
    problem = data.draw(projects() | problems(kinds=(data.draw(st.sampled_from(KINDS)),), goals=tuple(goals)))
    is_nearest(problem, data.draw(befores(problem)))


@tried(60)
@given(projects(), st.data())
def test_who_is_in_the_way_is(project: Problem, data: st.DataObject) -> None:
    """Of two tasks the one at some start and the other at its old place: they clash just when the one is named."""
    starts = {task.id: data.draw(st.integers(project.first, project.last)) for task in project.tasks}
    slots = Slots(
        needs=Needs(project), starts=starts, possible={t.id: possible_starts(project, t) for t in project.tasks}
    )
    for one, other in permutations(project.tasks, 2):
        pair = evolve(project, tasks=(one, other), constraints=tuple(_of_two(project, one.id, other.id)))
        for start in range(project.first, project.last + 1):
            blocked = other.id in slots.blockers_at(one.id, start)
            both = {one.id: _with_all(project, one, start), other.id: _with_all(project, other, starts[other.id])}
            broken = [b for b in check(pair, both) if set(b.tasks) == {one.id, other.id}]
            assert blocked <= bool(broken)
            if not (one.picks or other.picks or any(isinstance(c, Capacity) and c.changes for c in pair.constraints)):
                assert blocked == bool(broken)


def _with_all(problem: Problem, task: Task, start: int) -> Placed:
    """The task with those who must come whoever is picked: all of a team that has no others."""
    asked = ((pick, problem.candidates(pick)) for pick in task.picks)
    teams = {pick.name: found for pick, found in asked if pick.count == len(found)}
    return Placed(start=start, picked=teams)


def _of_two(problem: Problem, one: str, other: str) -> Iterator[Constraint]:
    for asked in problem.constraints:
        if asked.price is not None or (isinstance(asked, Lag) and {asked.before, asked.after} != {one, other}):
            continue
        yield evolve(asked, setup=()) if isinstance(asked, NoOverlap) else asked


@pytest.mark.slow
@tried(400)
@given(st.data())
def test_pairs_of_kinds_are_repaired(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))
    problem = data.draw(problems(kinds=tuple(kinds)))
    is_nearest(problem, data.draw(befores(problem)))
