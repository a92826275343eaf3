"""Repairs of plans of middle size: near, proved where they can be, never worse than from scratch, repeatable."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

from hamsafar.schedule.causes import why_moved
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import NoOverlap
from hamsafar.schedule.engine import Engine, size_of
from hamsafar.schedule.model import assemble
from hamsafar.schedule.nearest import MOVED, SHIFT, Before, nearest_problem
from hamsafar.schedule.problem import Conflict, Problem, Solved, Unknown
from hamsafar.schedule.repair import BUILD_EFFORT, repair
from hamsafar.schedule.repairing.ejection import EFFORT_A_SLOT, Room, make_room
from hamsafar.schedule.repairing.master import Costs, Master
from hamsafar.schedule.repairing.slots import Needs, Slots
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.solve import Progress, solve
from hamsafar.schedule.tasks import Forbidden, Tag, Task
from planted import DAY, DEVICES, planted

SHUT = Tag("SHUT", "device")


def shut(problem: Problem, device: str, first_day: int, days: int) -> Problem:
    """A device is shut for some days."""
    stretch = Forbidden(stretches=((first_day * DAY, (first_day + days) * DAY),), tag=SHUT)
    tasks = (evolve(t, forbidden=(stretch,)) if device in t.occupies else t for t in problem.tasks)
    return evolve(problem, tasks=tuple(tasks))


def term(answer: Solved, name: str) -> tuple[int, int]:
    return next((one.value, one.bound) for one in answer.terms if one.name == name)


def test_nothing_changed_nothing_moved() -> None:
    made = planted(activities=60, windows=12, seed=1)
    answer = repair(made.problem, Before(placed=made.answer, promised=frozenset(made.answer)))
    assert isinstance(answer, Solved)
    assert term(answer, MOVED) == (0, 0) == term(answer, SHIFT)
    assert {name: place.start for name, place in answer.placed.items()} == {n: p.start for n, p in made.answer.items()}
    assert why_moved(made.problem, Before(placed=made.answer), answer) == {}


@pytest.mark.parametrize("device", DEVICES[:2])
def test_a_shut_device_moves_as_few_as_can_be(device: str) -> None:
    made = planted(activities=24, windows=8, load=0.8, seed=2)
    changed, before = shut(made.problem, device, 2, 1), Before(placed=made.answer)
    answer = repair(changed, before, effort=0.3)
    assert isinstance(answer, Solved)
    assert check(changed, answer.placed) == ()
    near = nearest_problem(changed, before)
    scratch = solve(near, effort=0.3)
    assert isinstance(scratch, Solved)
    assert evaluate(near, answer.placed)[:2] <= evaluate(near, scratch.placed)[:2]
    assert all(one.bound <= one.value for one in answer.terms)
    causes = why_moved(changed, before, answer)
    barred = {name for name, cause in causes.items() if cause.kind == "not allowed"}
    days = {name: made.answer[name].start // DAY for name in causes}
    assert barred == {t.id for t in changed.tasks if t.forbidden and made.answer[t.id].start // DAY == 2}
    assert all(causes[name].tags == (SHUT,) and causes[name].proved and days[name] == 2 for name in barred)
    assert all(causes[name].tasks for name in causes.keys() - barred if causes[name].kind == "clash")


def test_the_same_repair_again() -> None:
    made = planted(activities=24, windows=8, seed=3)
    changed, before = shut(made.problem, DEVICES[0], 1, 1), Before(placed=made.answer)
    one, other = (repair(changed, before, effort=0.2, seed=4) for _ in range(2))
    assert isinstance(one, Solved)
    assert one == other


def test_little_effort_ends_soon() -> None:
    """Building, running and making room are on the account: nothing goes on for long beside it."""
    made = planted(activities=150, windows=12, seed=1)
    changed, before = shut(made.problem, DEVICES[0], 3, 2), Before(placed=made.answer)
    heard: list[Progress] = []
    answer = repair(changed, before, effort=0.01, on_progress=heard.append)
    size = size_of(assemble(nearest_problem(changed, before)).model)
    assert isinstance(answer, Solved | Unknown)
    assert BUILD_EFFORT * size <= answer.effort <= 0.05
    assert len(heard) < 10


def test_room_is_made_within_its_effort() -> None:
    tasks = tuple(Task(id=name, duration=2, occupies={"lab": 1}) for name in "abc")
    lab = NoOverlap(resource="lab", tag=Tag("ONE", "lab"))
    problem = Problem(name="lab", first=0, last=9, tasks=tasks, constraints=(lab,), objectives=())
    possible = {task.id: possible_starts(problem, task) for task in tasks}
    costs = Costs(moved=dict.fromkeys("ab", 1), left_out={}, horizon=9)

    def made(effort: float, *, stopped: bool = False) -> Room:
        slots = Slots(needs=Needs(problem), starts={"a": 0, "b": 3}, possible=possible)
        return make_room(slots, costs, "c", Random(1), 3, effort, lambda: stopped)

    assert made(0.0) == made(1.0, stopped=True) == Room()
    room = made(1.0)
    assert room.starts is not None
    assert {*room.starts} == {"c"}
    assert room.starts["c"] >= 5
    assert room.effort == EFFORT_A_SLOT * 3  # in the way of a, of b, of nobody


def test_no_repair_is_a_conflict_that_names_pins() -> None:
    made = planted(activities=30, windows=6, seed=1)
    barred = next(task for task in made.problem.tasks if DEVICES[0] in task.occupies)
    day = made.answer[barred.id].start // DAY
    changed = shut(made.problem, DEVICES[0], day, 1)
    before = Before(placed=made.answer, pinned={barred.id: made.answer[barred.id].start})
    answer = repair(changed, before)
    assert isinstance(answer, Conflict)
    assert {SHUT, Tag("PIN-01", barred.id)} <= set(answer.tags)


def test_it_tells_what_it_does_and_stops_when_asked() -> None:
    made = planted(activities=24, windows=8, seed=2)
    heard: list[Progress] = []
    changed = shut(made.problem, DEVICES[0], 2, 1)
    repair(
        changed, Before(placed=made.answer), effort=0.1, on_progress=heard.append, should_stop=lambda: len(heard) > 2
    )
    assert [news.stage for news in heard][:2] == ["Comparing with the old plan", "Making room"]


def test_what_holds_for_the_better_is_forgotten_with_it() -> None:
    """That two can't both stay in a plan with fewer moves says nothing of plans with as many."""
    tasks = tuple(Task(id=name, duration=2, occupies={"lab": 1}) for name in "abc")
    lab = NoOverlap(resource="lab", tag=Tag("ONE", "lab"))
    problem = Problem(name="lab", first=0, last=9, tasks=tasks, constraints=(lab,), objectives=())
    possible = {task.id: possible_starts(problem, task) for task in tasks}
    slots = Slots(needs=Needs(problem), starts={"a": 0, "b": 2, "c": 4}, possible=possible)
    master = Master(slots=slots, costs=Costs(moved=dict.fromkeys("abc", 1), left_out={}, horizon=9))
    engine = Engine(left=9.0)
    master.some_move("ab")
    master.some_move("bc", for_now=True)
    master.some_move("ac", for_now=True)
    best = master.best(engine, lambda value, bound: None)
    assert best is not None
    assert (len(best.moved), master.bound) == (2, 2)
    master.no_worse_than(1)
    best = master.best(engine, lambda value, bound: None, of_shift=True)
    assert best is not None
    assert (best.moved, best.starts, master.bound) == ({"b"}, {"b": 6}, 4)


@pytest.mark.slow
def test_one_change_to_a_thousand() -> None:
    made = planted(activities=1000, seed=1)
    changed = shut(made.problem, DEVICES[0], 50, 2)
    answer = repair(changed, Before(placed=made.answer), workers=2, effort=20.0)
    assert isinstance(answer, Solved)
    assert check(changed, answer.placed) == ()
    value, bound = term(answer, MOVED)
    assert 0 < bound <= value < 60
