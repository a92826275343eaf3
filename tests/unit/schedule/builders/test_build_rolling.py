"""So much in any stretch of a length, against a look at every one of them."""

from __future__ import annotations

from typing import Any

import pytest
from fixed_schedules import PRICE, TAG, Starts, by_trying, least_amount, problem_of, starts_in

from hamsafar.schedule.constraints import Rolling
from hamsafar.schedule.tasks import Breaks, Task

LAST = 8
TASKS = (Task(id="a", duration=3), Task(id="b", duration=2, optional=True), Task(id="c", duration=1))


def totals(rule: Rolling, starts: Starts) -> dict[int, int]:
    """What lies in [t, t + span), by t, from before the horizon to after it."""
    lengths = {task.id: task.duration if rule.by == "ticks" else 1 for task in TASKS}
    ticks = [(start + k, rule.weights[name]) for name, start in starts.items() for k in range(lengths[name])]
    return {
        first: sum(weight for tick, weight in ticks if first <= tick < first + rule.span)
        for first in range(-rule.span, LAST + 1)
    }


def amount(rule: Rolling, starts: Starts) -> int:
    """The most that any has too much, and the most that any within the horizon lacks."""
    found = totals(rule, starts)
    too_much = 0 if rule.limit is None else max(0, max(found.values()) - rule.limit)
    return too_much + max([0, *(rule.least - found[first] for first in range(LAST - rule.span + 1))])


CASES: tuple[dict[str, Any], ...] = (
    {"span": 4, "limit": 5, "by": "ticks"},
    {"span": 4, "limit": 2, "by": "starts"},
    {"span": 5, "limit": None, "least": 3, "by": "ticks"},
    {"span": 5, "limit": None, "least": 1, "by": "starts"},
    {"span": 6, "limit": 7, "least": 4, "by": "ticks"},
    {"span": 8, "limit": 3, "least": 3, "by": "starts"},
    {"span": 9, "limit": 3, "least": 3, "by": "starts"},  # no stretch lies within the horizon: nothing lacks
    {"span": 1, "limit": 2, "by": "ticks"},
)


@pytest.mark.parametrize("case", CASES)
def test_all_starts(case: dict[str, Any]) -> None:
    rule = Rolling(weights={"a": 1, "b": 2, "c": 1}, tag=TAG, **case)
    problem = problem_of(TASKS, LAST, rule)
    assert starts_in(problem) == by_trying(problem, lambda starts: amount(rule, starts) == 0)


@pytest.mark.parametrize("case", CASES)
def test_amounts(case: dict[str, Any]) -> None:
    rule = Rolling(weights={"a": 1, "b": 2, "c": 1}, tag=TAG, price=PRICE, **case)
    for starts in ({"a": 0, "b": 1, "c": 2}, {"a": 5, "c": 0}, {"a": 2, "b": 6, "c": 7}):
        assert least_amount(problem_of(TASKS, LAST, rule), starts) == amount(rule, starts)


def test_the_fullest_stretch_may_end_with_a_task_rather_than_begin_with_one() -> None:
    """Both run out at 6: [2, 6) holds 4 and 3 ticks; those that begin with a task hold 5, [0, 4), and 6, [3, 7)."""
    tasks = (Task(id="a", duration=6), Task(id="b", duration=3))
    for limit, amount_then in ((7, 0), (6, 1)):
        rule = Rolling(weights={"a": 1, "b": 1}, span=4, limit=limit, by="ticks", tag=TAG, price=PRICE)
        assert least_amount(problem_of(tasks, LAST, rule), {"a": 0, "b": 3}) == amount_then


def test_pauses_do_not_count() -> None:
    """It runs at 0, 1, 4 and 5: any four ticks hold two of them, any five three, any six four."""
    pause = Breaks(stretches=((2, 4),), holds=True, tag=TAG)
    for span, most in ((4, 2), (5, 3), (6, 4)):
        rule = Rolling(weights={"a": 1}, span=span, limit=0, by="ticks", tag=TAG, price=PRICE)
        problem = problem_of((Task(id="a", duration=4, breaks=pause),), LAST, rule)
        assert least_amount(problem, {"a": 0}) == most
