"""The stretches in which a task with breaks runs, against the task's own account of them."""

from __future__ import annotations

from typing import Any

import pytest
from fixed_schedules import PRICE, TAG, least_amount, problem_of
from ortools.sat.python import cp_model

from hamsafar.schedule.build.overlap import overlap_of
from hamsafar.schedule.constraints import Capacity, NoOverlap
from hamsafar.schedule.making import variables_of
from hamsafar.schedule.tasks import Breaks, Mode, Task

FIRST, LAST = 2, 16
PAUSES = ((4, 6), (7, 8), (11, 13))


@pytest.mark.parametrize("modes", [(5,), (1, 3), (0, 4), (2,)])
def test_parts_lie_where_the_task_runs(modes: tuple[int, ...]) -> None:
    """For every start and mode: the ticks in every stretch, which pins both edges of every part."""
    task = Task(
        id="a",
        modes=tuple(Mode(id=str(k), duration=k) for k in modes),
        breaks=Breaks(stretches=PAUSES, holds=False, tag=TAG),
    )
    problem = problem_of((task,), LAST, first=FIRST)
    for mode in task.modes:
        if not mode.duration:
            continue
        for start in range(FIRST, LAST):
            if task.end(start, mode.id) > LAST or any(a <= start < b for a, b in PAUSES):
                continue
            running = task.running(start, mode.id)
            assert found_running(problem, start, mode.id) == [tick for a, b in running for tick in range(a, b)]


def found_running(problem: Any, start: int, mode: str) -> list[int]:
    """The ticks at which the parts of the one task lie when it starts then, done so."""
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    made = variables_of(problem, model, ())
    model.add(made.start["a"] == start - FIRST)
    model.add_bool_and([way.literal for way in made.ways["a"] if way.mode.id == mode])
    ticks = {
        tick: sum(overlap_of(made, part, tick - FIRST, tick + 1 - FIRST) for part in made.parts_of("a"))
        for tick in range(FIRST, LAST)
    }
    solver.parameters.num_workers = 1
    assert solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return [tick for tick, inside in ticks.items() if solver.value(inside)]


@pytest.mark.parametrize(("holds", "overlap"), [(False, None), (True, 1)])
def test_what_is_not_held_is_free_in_a_pause(holds: bool, overlap: int | None) -> None:
    long = Task(id="a", duration=4, occupies={"arm": 1}, breaks=Breaks(stretches=((4, 6),), holds=holds, tag=TAG))
    short = Task(id="b", duration=2, occupies={"arm": 1})
    problem = problem_of((long, short), 9, Capacity(resource="arm", capacity=1, tag=TAG, price=PRICE))
    assert least_amount(problem, {"a": 2, "b": 4}) == (overlap or 0)
    assert least_amount(problem, {"a": 2, "b": 5}) == 1
    hard = problem_of((long, short), 9, NoOverlap(resource="arm", tag=TAG))
    assert least_amount(hard, {"a": 2, "b": 4}) == (None if holds else 0)
    assert least_amount(hard, {"a": 2, "b": 8}) is None  # it would end after the horizon
