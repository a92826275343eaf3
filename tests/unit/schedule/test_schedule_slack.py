"""How far a task can move while all others stay: held against trying every start."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import ActiveBuckets, Capacity, Lag, Load, NoOverlap, RestBetween
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.slack import broken_at, slack
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

TAG = Tag("R-1", "a place")


def problem_of(*tasks: Task, **more: object) -> Problem:
    facts: dict[str, object] = {"constraints": (), "objectives": (), "first": 0, "last": 40}
    return Problem(name="slack", tasks=tasks, **(facts | more))  # type: ignore[arg-type]


def every_start(problem: Problem, placed: dict[str, Placed], name: str) -> list[int]:
    """The starts that break nothing, whoever is picked being kept: the slow way."""
    return [
        start
        for start in range(problem.first - 1, problem.last + 1)
        if not check(problem, {**placed, name: Placed(start=start, picked=placed[name].picked)})
    ]


def run_around(starts: list[int], at: int) -> tuple[int, int]:
    first = last = at
    while first - 1 in starts:
        first -= 1
    while last + 1 in starts:
        last += 1
    return first, last


lengths = st.integers(1, 6)


@settings(deadline=None, max_examples=20)
@given(
    durations=st.lists(lengths, min_size=2, max_size=5),
    gap=st.integers(0, 4),
    limit=st.integers(6, 14),
    windows=st.integers(0, 12),
    capacity=st.integers(1, 2),
)
def test_no_start_is_missed_and_none_invented(
    durations: list[int], gap: int, limit: int, windows: int, capacity: int
) -> None:
    names = tuple(f"t{k}" for k in range(len(durations)))
    tasks = tuple(
        Task(
            id=name,
            duration=duration,
            occupies={"room": 1, **({"rack": 1} if k % 2 else {})},
            allowed=(Allowed(ranges=((windows, 18), (21, 40)), tag=Tag("R-2", name)),) if k == 0 else (),
        )
        for k, (name, duration) in enumerate(zip(names, durations, strict=True))
    )
    days = (0, 10, 20, 30, 40)
    weights = dict(zip(names, durations, strict=True))
    problem = problem_of(
        *tasks,
        constraints=(
            NoOverlap(resource="rack", tag=TAG),
            Capacity(resource="room", capacity=capacity, tag=TAG),
            Lag(before=names[0], after=names[1], min_gap=gap, max_gap=None, tag=TAG),
            *(Load(weights=weights, start=a, end=a + 10, limit=limit, tag=TAG) for a in days[:-1]),
            RestBetween(tasks=names, edges=days, gap=2, tag=TAG),
            ActiveBuckets(tasks=names, edges=days, window=3, limit=2, tag=TAG),
        ),
    )
    answer = solve(problem, effort=1.0)
    if not isinstance(answer, Solved):
        return
    placed = dict(answer.placed)
    for name in names:
        starts = every_start(problem, placed, name)
        found = slack(problem, placed, name)
        assert (found.room.first, found.room.last) == run_around(starts, placed[name].start)
        assert (found.earliest, found.latest) == (min(starts), max(starts))
        assert found.room.before
        assert found.room.after
        assert all((start in starts) == (not broken_at(problem, placed, name, start)) for start in range(40))


def test_somebody_else_may_serve_at_another_time() -> None:
    pick = Pick(name="teacher", candidates=("a", "b"), count=1, tag=TAG)
    problem = problem_of(
        Task(id="lesson", duration=5, picks=(pick,)),
        Task(id="other", duration=5, occupies={"a": 1}),
        constraints=(NoOverlap(resource="a", tag=Tag("R-3", "a")), NoOverlap(resource="b", tag=Tag("R-3", "b"))),
        last=20,
    )
    placed = {"lesson": Placed(start=5, picked={"teacher": ("a",)}), "other": Placed(start=0)}
    found = slack(problem, placed, "lesson")
    assert (found.room.first, found.earliest, found.latest) == (5, 0, 15)
    assert [violation.tag for violation in found.room.before] == [Tag("R-3", "a")]
