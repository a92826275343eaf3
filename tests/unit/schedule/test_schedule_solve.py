"""Answers, and how a search is steered, stopped and repeated."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from schedule_terms import term

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import Capacity, Lag, NoOverlap
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, WeightedStarts
from hamsafar.schedule.problem import Conflict, Problem, Solved, Unknown
from hamsafar.schedule.solve import Progress, solve
from hamsafar.schedule.tasks import Tag, Task

TAG = Tag("PPL-01", "trainee-prime")


def line(count: int, last: int, *, optional: bool = False) -> Problem:
    """Tasks of 3, 4, 5, 3 … ticks of one person, to be as early as possible by weight."""
    tasks = tuple(
        Task(id=f"t{k}", duration=3 + k % 3, occupies={"p": 1}, optional=optional, value=1 + k % 4)
        for k in range(count)
    )
    return Problem(
        name="line",
        first=0,
        last=last,
        tasks=tasks,
        constraints=(NoOverlap(resource="p", tag=TAG),),
        objectives=(
            WeightedStarts(name="early", unit="min", weights={task.id: 1 + k for k, task in enumerate(tasks)}),
        ),
    )


def hard() -> Problem:
    """Too much for seconds: seventy tasks on two benches, weighted starts."""
    base = line(70, 400)
    return evolve(base, constraints=(Capacity(resource="p", capacity=2, tag=TAG),))


def test_the_known_best_order() -> None:
    """On one person, weight over duration decides the order (Smith 1956)."""
    asked = line(7, 40)
    answer = solve(asked)
    assert isinstance(answer, Solved)
    order, clock, total = sorted(range(7), key=lambda k: -(1 + k) / (3 + k % 3)), 0, 0
    for k in order:
        total, clock = total + (1 + k) * clock, clock + 3 + k % 3
    assert answer.optimal
    assert [(term.value, term.bound, term.unit) for term in answer.terms] == [(total, total, "min")]
    assert 0 < answer.effort < 10


def test_no_objective_is_optimal_once_it_holds() -> None:
    asked = evolve(line(5, 20), objectives=())
    answer = solve(asked)
    assert isinstance(answer, Solved)
    assert answer.optimal
    assert answer.terms == ()
    assert check(asked, answer.placed) == ()


def test_nothing_to_do() -> None:
    asked = Problem(name="idle", first=0, last=0, tasks=(), constraints=(), objectives=(LostValue(name="lost"),))
    answer = solve(asked)
    assert isinstance(answer, Solved)
    assert answer.placed == {}
    assert answer.optimal


@pytest.mark.parametrize("workers", [1, 2])
def test_same_effort_same_answer(workers: int) -> None:
    asked = hard()
    first, again = (solve(asked, seed=3, workers=workers, effort=0.05) for _ in range(2))
    assert isinstance(first, Solved)
    assert first == again
    assert not first.optimal
    assert first.terms[0].bound <= first.terms[0].value
    assert check(asked, first.placed) == ()


def test_more_effort_is_never_worse_on_the_first_objective() -> None:
    values = []
    for effort in (0.03, 0.06, 0.2):
        answer = solve(hard(), effort=effort)
        assert isinstance(answer, Solved)
        values.append(answer.terms[0].value)
    assert values == sorted(values, reverse=True)


def test_a_later_objective_never_spoils_an_earlier_one() -> None:
    asked = line(6, 16, optional=True)
    lost, moved = LostValue(name="lost"), AwayFromPreferred(name="moved", unit="min", preferred={"t0": 15, "t1": 15})
    alone, both = solve(evolve(asked, objectives=(lost,))), solve(evolve(asked, objectives=(lost, moved)))
    assert isinstance(alone, Solved)
    assert isinstance(both, Solved)
    assert both.optimal
    assert both.terms[0] == alone.terms[0]
    assert evaluate(evolve(asked, objectives=(lost, moved)), both.placed) == tuple(t.value for t in both.terms)


def test_a_hint_that_holds_is_where_the_search_begins() -> None:
    asked = evolve(line(6, 60), objectives=(), hint={f"t{k}": 50 - 7 * k for k in range(6)})
    answer = solve(asked)
    assert isinstance(answer, Solved)
    assert {name: place.start for name, place in answer.placed.items()} == asked.hint


def test_a_hint_that_cannot_hold_does_no_harm() -> None:
    asked = evolve(line(6, 26), hint={"t0": 0, "t1": 0, "t2": 999})
    answer, plain = solve(asked), solve(evolve(asked, hint={}))
    assert isinstance(answer, Solved)
    assert isinstance(plain, Solved)
    assert answer.terms == plain.terms


def test_the_conflict_is_told_in_tags() -> None:
    answer = solve(line(6, 22))  # 24 ticks of work
    assert isinstance(answer, Conflict)
    assert answer.minimal
    assert TAG in answer.tags
    assert {tag.rule for tag in answer.tags} == {"PPL-01", "CMP-01"}


def test_no_effort_is_no_answer() -> None:
    answer = solve(hard(), effort=0.0)
    assert answer == Unknown(effort=0.0, stopped_by="effort")


def test_out_of_time_is_never_infeasible() -> None:
    answer = solve(line(60, 190), time_limit_s=0.0)  # too short by far
    assert isinstance(answer, Unknown)
    assert answer.stopped_by == "time limit"


def test_a_time_limit_keeps_what_was_found() -> None:
    began = time.monotonic()
    answer = solve(hard(), effort=1e6, time_limit_s=0.6)
    assert isinstance(answer, Solved)
    assert not answer.optimal
    assert time.monotonic() - began < 10  # generous: the machine may be busy


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"effort": 0.1}, "effort"),
        ({"effort": 0.1, "time_limit_s": 600.0}, "effort"),
        ({"effort": math.inf, "time_limit_s": 0.2}, "time limit"),
        ({"effort": 1e6, "time_limit_s": 0.2}, "time limit"),
        ({"effort": math.inf, "time_limit_s": 0.4, "should_stop": lambda: False}, "time limit"),
    ],
)
@pytest.mark.parametrize("several", [False, True], ids=["one objective", "two"])
def test_what_stopped_the_search_is_told(given: dict[str, Any], why: str, several: bool) -> None:
    """Also where each objective had a share of it only, and no limit was reached to the last drop."""
    asked = hard()
    away = AwayFromPreferred(name="moved", unit="min", preferred={"t1": 40})
    answer = solve(evolve(asked, objectives=(*asked.objectives, away)) if several else asked, **given)
    assert isinstance(answer, Solved)
    assert (answer.optimal, answer.stopped_by) == (False, why)


def test_nothing_stopped_what_is_proved() -> None:
    answer = solve(line(4, 40), time_limit_s=60.0)
    assert isinstance(answer, Solved)
    assert (answer.optimal, answer.stopped_by) == (True, None)


def test_a_conflict_out_of_time_is_not_out_of_effort() -> None:
    """That the lag can't hold is seen at once; the second proof then finds no time, and no effort was spent."""
    maximum = Lag(before="t0", after="t1", min_gap=9, max_gap=5, tag=TAG)
    answer = solve(evolve(line(6, 60), constraints=(maximum,)), effort=math.inf, time_limit_s=1e-6)
    assert isinstance(answer, Unknown)
    assert answer.stopped_by.startswith("time limit")


def test_asked_to_stop_it_stops_and_keeps_what_was_found() -> None:
    found = threading.Event()
    began = time.monotonic()

    def heard(news: Progress) -> None:
        if news.value is not None:
            found.set()

    answer = solve(hard(), effort=1e6, on_progress=heard, should_stop=found.is_set)
    assert isinstance(answer, Solved)
    assert not answer.optimal
    assert time.monotonic() - began < 10


def test_an_interrupt_goes_through() -> None:
    def interrupt(news: Progress) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        solve(hard(), effort=1e6, on_progress=interrupt)
    assert threading.active_count() == before  # the solver's thread is gone


def test_progress_tells_stage_value_and_bound() -> None:
    news: list[Progress] = []
    answer = solve(hard(), effort=0.1, on_progress=news.append)
    assert isinstance(answer, Solved)
    told = [one for one in news if one.stage == "early" and one.value is not None]
    assert told
    assert all(one.bound is None or one.bound <= one.value for one in told if one.value is not None)
    assert told[-1].value is not None
    assert told[-1].value >= answer.terms[0].value


def test_the_problem_form_does_not_load_the_solver() -> None:
    code = "import sys, hamsafar.schedule.problem, hamsafar.schedule.check; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_half_a_year_of_training_gets_a_schedule(record_property: Callable[[str, object], None]) -> None:
    """250 sessions, 26 weeks, 6 days: feasible. How long it took is told, not judged."""
    asked = evolve(term(250), objectives=())
    began = time.monotonic()
    answer = solve(asked, workers=2)
    record_property("seconds", round(time.monotonic() - began, 1))
    assert isinstance(answer, Solved)
    assert check(asked, answer.placed) == ()


def test_a_month_of_training_gets_a_schedule() -> None:
    asked = evolve(term(50, weeks=10), objectives=term(50, weeks=10).objectives[:1])
    answer = solve(asked, effort=0.1)
    assert isinstance(answer, Solved)
    assert check(asked, answer.placed) == ()
    assert answer.terms[0].bound <= answer.terms[0].value == evaluate(asked, answer.placed)[0]
