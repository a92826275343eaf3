"""Many activities: first schedules by hand, better ones part by part, and nothing claimed that isn't so."""

from __future__ import annotations

from math import inf

import pytest

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.large.search import Descent
from hamsafar.schedule.large.start import insertion_of, placed_of
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import Progress, solve
from planted import Wish, planted

EFFORT = 0.1


@pytest.fixture(scope="module")
def problem() -> Problem:
    return planted(activities=100, windows=5, wish="value", seed=2).problem


def test_a_schedule_made_by_hand_holds() -> None:
    made = planted(activities=100, windows=6, wish="value", seed=4)
    insertion = insertion_of(made.problem, seed=0)
    assert insertion is not None
    insertion.run(0.2, lambda: False)
    placed = placed_of(insertion)
    assert placed
    assert check(made.problem, placed) == ()


def test_parts_make_it_better_and_keep_it_whole() -> None:
    made = planted(activities=100, windows=6, wish="preferred", seed=2)
    descent = Descent(problem=made.problem, placed=made.answer, number=0)
    before = descent.value
    descent.run(0.08, lambda: False, floor=0)
    assert descent.value < before
    assert check(made.problem, descent.whole.placed) == ()
    assert evaluate(made.problem, descent.whole.placed) == (descent.value,)


@pytest.mark.slow
def test_the_same_effort_gives_the_same_schedule_and_bounds_hold(problem: Problem) -> None:
    one, other = (solve(problem, effort=EFFORT, seed=7) for _ in range(2))
    assert isinstance(one, Solved)
    assert one == other
    assert check(problem, one.placed) == ()
    assert evaluate(problem, one.placed) == tuple(term.value for term in one.terms)
    assert one.terms[0].bound == 0  # the planted answer loses nothing
    assert all(term.bound <= term.value for term in one.terms)


def test_who_asks_to_stop_is_heard_and_news_come_first() -> None:
    made = planted(activities=100, windows=6, wish="value", seed=3)
    news: list[Progress] = []

    def stop() -> bool:
        return any(one.value is not None for one in news)

    answer = solve(made.problem, effort=60, on_progress=news.append, should_stop=stop)
    assert news[0].stage == "Checking the problem"
    assert isinstance(answer, Solved)
    assert answer.stopped_by == "asked to stop"
    assert check(made.problem, answer.placed) == ()


@pytest.mark.slow
@pytest.mark.parametrize("wish", ["value", "preferred", "both"])
def test_a_thousand_activities_have_a_schedule_within_a_minute(wish: Wish) -> None:
    made = planted(activities=1_000, wish=wish, seed=1)
    answer = solve(made.problem, workers=2, effort=inf, time_limit_s=60)
    assert isinstance(answer, Solved)
    assert check(made.problem, answer.placed) == ()
    if wish == "value":
        assert answer.terms[0].value <= 0.02 * sum(task.value for task in made.problem.tasks)
    if wish == "preferred":
        assert answer.terms[0].bound <= answer.terms[0].value <= evaluate(made.problem, made.answer)[0]
