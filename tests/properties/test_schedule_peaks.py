"""What a peak is said to be at least is never more than what some schedule has."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.schedule.large.peaks import peak_floor
from hamsafar.schedule.objectives import Peak, PeakLoad
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Tag, Task

TAG = Tag("given")


def problem_of(starts: list[tuple[int, int]], stretches: list[tuple[int, int]], weights: list[int]) -> Problem:
    """Activities that may start in these ranges, and the loads of these stretches."""
    tasks = tuple(
        Task(id=f"t{k}", duration=1, allowed=(Allowed(ranges=(one,), tag=TAG),), required=TAG)
        for k, one in enumerate(starts)
    )
    by_name = {task.id: weight for task, weight in zip(tasks, weights, strict=False)}
    loads = tuple(PeakLoad(weights=by_name, start=first, end=end) for first, end in stretches)
    return Problem(
        name="peak",
        first=0,
        last=20,
        tasks=tasks,
        constraints=(),
        objectives=(Peak(name="peak", unit="min", loads=loads),),
    )


def lowest(problem: Problem) -> int:
    answer = solve(problem, effort=1.0)
    assert isinstance(answer, Solved)
    assert answer.optimal
    return answer.terms[0].value


def floor_of(problem: Problem) -> int:
    (peak,) = problem.objectives
    assert isinstance(peak, Peak)
    return peak_floor(problem, peak)


def test_what_may_start_between_two_stretches_counts_in_none() -> None:
    assert (
        floor_of(problem_of([(0, 11)], [(0, 4), (8, 12)], [60]))
        == lowest(problem_of([(0, 11)], [(0, 4), (8, 12)], [60]))
        == 0
    )


def test_what_can_be_nowhere_else_is_spread_evenly() -> None:
    asked = problem_of([(0, 7)] * 5, [(0, 4), (4, 8), (8, 12)], [60] * 5)
    assert floor_of(asked) == 150
    assert lowest(asked) == 180


edges = st.tuples(st.integers(0, 16), st.integers(0, 4))


@given(
    st.lists(edges.map(lambda one: (one[0], one[0] + one[1])), min_size=1, max_size=5),
    st.lists(edges.map(lambda one: (one[0], one[0] + one[1] + 1)), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(0, 90), min_size=5, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_no_schedule_is_below_the_floor(
    starts: list[tuple[int, int]], stretches: list[tuple[int, int]], weights: list[int]
) -> None:
    asked = problem_of(starts, stretches, weights)
    assert floor_of(asked) <= lowest(asked)
