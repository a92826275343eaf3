"""What has happened, by examples."""

from __future__ import annotations

import pytest

from hamsafar.errors import SolverError
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Lag, Load, NoOverlap, Rolling
from hamsafar.schedule.past import Done, with_past
from hamsafar.schedule.problem import Conflict, Placed, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

ONE = NoOverlap(resource="ann", tag=Tag("ONE", "ann"))
WEEK = Load(weights={"a": 3, "b": 3, "c": 3}, start=0, end=20, limit=6, tag=Tag("WEEK"))


def week(*asked: NoOverlap | Load | Lag | Rolling) -> Problem:
    """Three lessons of three ticks with Ann, the first of them allowed at the very beginning only."""
    tuesday = Allowed(ranges=((0, 0),), tag=Tag("WIN", "a"))
    ann = Pick(name="teacher", count=1, candidates=("ann",), tag=Tag("TEACH"))
    tasks = tuple(Task(id=name, duration=3, allowed=(tuesday,) * (name == "a"), picks=(ann,)) for name in "abc")
    return Problem(name="week", first=0, last=40, tasks=tasks, constraints=asked, objectives=())


def solved(problem: Problem) -> dict[str, int]:
    answer = solve(problem)
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    return {name: place.start for name, place in answer.placed.items()}


def test_what_is_done_lies_as_it_was() -> None:
    """Two ticks late, four ticks longer, with somebody else: nothing that it asked for is asked any more."""
    left = with_past(week(ONE), {"a": Done(start=2, end=9, takes=("bob",))}, now=6)
    starts = solved(left)
    assert starts["a"] == 2
    assert min(starts["b"], starts["c"]) >= 6
    assert (
        check(
            left,
            {
                "a": Placed(start=2),
                **{n: Placed(start=6 + 3 * k, picked={"teacher": ("ann",)}) for k, n in enumerate("bc")},
            },
        )
        == ()
    )


def test_what_is_to_come_keeps_clear_of_what_was() -> None:
    starts = solved(with_past(week(ONE), {"a": Done(start=2, end=9, takes=("ann",))}, now=6))
    assert min(starts["b"], starts["c"]) >= 9


def test_two_at_once_in_the_past_do_not_forbid_the_rest() -> None:
    past = {"a": Done(start=0, end=5, takes=("ann",)), "b": Done(start=3, end=8, takes=("ann",))}
    assert solved(with_past(week(ONE), past, now=5))["c"] >= 8


def test_a_week_that_was_too_full_takes_no_more() -> None:
    past = {"a": Done(start=0, end=3), "b": Done(start=3, end=6)}
    full = Load(weights=WEEK.weights, start=0, end=20, limit=5, tag=WEEK.tag)
    assert solved(with_past(week(WEEK), past, now=6))["c"] >= 20
    assert solved(with_past(week(full), past, now=6))["c"] >= 20
    rolling = Rolling(weights=WEEK.weights, span=15, limit=5, tag=Tag("ROLL"))
    assert solved(with_past(week(rolling), past, now=6))["c"] >= 15


def test_what_was_missed_may_come_after_what_it_should_have_led_to() -> None:
    order = Lag(before="a", after="b", min_gap=0, max_gap=None, tag=Tag("ORDER"))
    problem = week(order)
    assert isinstance(
        solve(with_past(problem, {"c": Done(start=0, end=3)}, now=4)), Conflict
    )  # too late for its window
    free = with_past(problem.without("WIN"), {"b": Done(start=0, end=3)}, now=4)
    assert solved(free)["a"] >= 4


def test_the_rest_is_told_why_it_waits() -> None:
    answer = solve(with_past(week(), {}, now=3))
    assert isinstance(answer, Conflict)
    assert Tag("PST-01", "now") in answer.tags


@pytest.mark.parametrize(
    ("done", "words"),
    [
        ({"x": Done(start=0, end=1)}, "there is no activity 'x'"),
        ({"a": Done(start=5, end=6)}, "a starts at 5, after now, 3"),
        ({"a": Done(start=2, end=1)}, "a ends at 1, before it starts at 2"),
        ({"a": Done(start=2, end=41)}, "does not lie in the horizon"),
        ({"a": Done(start=-1, end=1)}, "does not lie in the horizon"),
    ],
)
def test_a_past_that_cannot_be_is_refused(done: dict[str, Done], words: str) -> None:
    with pytest.raises(SolverError, match=words):
        with_past(week(), done, now=3)
