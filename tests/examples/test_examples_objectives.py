"""No objective of a plan is dead weight: without it the plan is another, and worse by just that objective."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

from aboard import UP, activity, need, problem_of, programme, sleep
from hamsafar.domain.programme import Programme
from hamsafar.planning.choice import Chosen, choose_flight
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.crew.hint import first_schedule as days_to_start_from
from hamsafar.planning.make import DEFAULT_EFFORT
from hamsafar.planning.training import certificates_held, training_placements, training_problem
from hamsafar.planning.training.hint import first_schedule as term_to_start_from
from hamsafar.planning.windows import open_windows
from hamsafar.programme import read_programme
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve
from programmes import LAUNCH, After, session, subject, tiny_programme

EXAMPLES = Path(__file__).parents[2] / "examples"
EFFORT = DEFAULT_EFFORT / 2  # of each of the two stages, as `hamsafar plan` shares it
TERM, DAYS = "training", "flight"
OF_TERM = ("too late for a re-sit", "busiest week")
OF_DAYS = ("bedtimes away from the sleep plan", "left undone", "away from preferred times")
MOVED = 5  # placements at the least: a person who looks at the plan sees it


def answered(problem: Problem, effort: float = EFFORT) -> Solved:
    answer = solve(problem, workers=2, effort=effort)
    assert isinstance(answer, Solved), answer
    assert check(problem, answer.placed) == ()
    return answer


def without(problem: Problem, name: str, stage: str) -> Problem:
    """The problem as the planner makes it, but for one objective: what the search starts from knows nothing of it."""
    less = evolve(problem, objectives=tuple(one for one in problem.objectives if one.name != name), hint={})
    assert len(less.objectives) == len(problem.objectives) - 1
    start_from = term_to_start_from if stage == TERM else days_to_start_from
    return evolve(less, hint=start_from(less))


def changed(one: Solved, other: Solved) -> list[str]:
    """What lies elsewhere, is done by others, or is in only one of two schedules."""
    return [name for name in {**one.placed, **other.placed} if one.placed.get(name) != other.placed.get(name)]


def assert_wanted(problem: Problem, whole: Solved, name: str, stage: str, moved: int, effort: float = EFFORT) -> None:
    k = [objective.name for objective in problem.objectives].index(name)
    placed = answered(without(problem, name, stage), effort)
    assert len(changed(whole, placed)) >= moved
    assert evaluate(problem, placed.placed)[k] > evaluate(problem, whole.placed)[k]


# ---- the shipped programmes


@cache
def stages(example: str) -> dict[str, tuple[Problem, Solved]]:
    """Each stage's problem as the planner makes it, and its answer."""
    asked = read_programme(EXAMPLES / example)
    chosen = choose_flight(asked)
    assert isinstance(chosen, Chosen)
    return dict(_stages(asked, chosen))


def _stages(asked: Programme, chosen: Chosen) -> Iterator[tuple[str, tuple[Problem, Solved]]]:
    term = None
    if asked.term is not None:
        problem = training_problem(asked, chosen.flight.launch.launch)
        answer = answered(problem)
        term = training_placements(asked, problem, answer)
        yield TERM, (problem, answer)
    windows = open_windows(asked, chosen.flight, chosen.trajectory)
    problem = crew_problem(asked, chosen.flight, windows, certificates_held(asked, term))
    yield DAYS, (problem, answered(problem))


SHIPPED = [
    *(("tiangong-guest", TERM, name) for name in OF_TERM),
    *((example, DAYS, name) for example in ("tiangong-guest", "tiangong-eve") for name in OF_DAYS),
]


@pytest.mark.slow
@pytest.mark.parametrize(("example", "stage", "name"), SHIPPED)
def test_without_an_objective_a_shipped_plan_is_visibly_another(example: str, stage: str, name: str) -> None:
    problem, whole = stages(example)[stage]
    assert_wanted(problem, whole, name, stage, MOVED)


@pytest.mark.slow
@pytest.mark.parametrize("example", ["tiangong-guest", "tiangong-eve"])
def test_no_objective_of_a_shipped_plan_is_left_out_above(example: str) -> None:
    found = [
        (example, stage, one.name) for stage, (problem, _) in stages(example).items() for one in problem.objectives
    ]
    assert found == [asked for asked in SHIPPED if asked[0] == example]


@pytest.mark.slow
@pytest.mark.parametrize("example", ["tiangong-guest", "tiangong-eve"])
def test_the_search_begins_with_all_that_must_be_there(example: str) -> None:
    """Else it begins anywhere: prayers that fall into the sleep once displaced a sleep, and days moved by hours."""
    for problem, _ in stages(example).values():
        assert [task.id for task in problem.tasks if not task.optional and task.id not in problem.hint] == []


# ---- the same in small, proved optimal


def short_stay() -> Problem:
    """A talk wished for at bedtime, and a job wished for at the only time at which something optional can be."""
    return problem_of(
        programme(
            sleep(480),
            activity("talk", 60, need(UP), flight_days=(2,), prefer="22:00"),
            activity("job", 60, need(UP), flight_days=(3,), prefer="12:00"),
            activity("extra", 30, need(UP), flight_days=(3,), hours=("12:00", "12:01"), optional=True, value=5),
        )
    )


def short_term() -> Problem:
    """A chain that would take a session a week, its exam in the last one: too late to be sat again."""
    lessons = [session("z/a", 120), *(session(f"z/{n}", 120, after=(After(of=f"z/{m}"),)) for m, n in ("ab", "bc"))]
    exam = session("z/exam", 120, kind="exam", after=(After(of="z/c"),))
    return training_problem(tiny_programme(subject(*lessons, exam, certificate="paper")), LAUNCH)


@pytest.mark.parametrize(("stage", "name"), [*((TERM, name) for name in OF_TERM), *((DAYS, name) for name in OF_DAYS)])
def test_without_an_objective_a_small_plan_is_another(stage: str, name: str) -> None:
    problem = short_term() if stage == TERM else short_stay()
    whole = answered(problem, 0.5)
    assert whole.optimal
    assert_wanted(problem, whole, name, stage, 1, 0.5)
