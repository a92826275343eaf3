"""How much in a day: loads by ticks and by starts, days in use, nights."""

from __future__ import annotations

from typing import Any

import pytest
from fixed_schedules import PRICE, TAG, Starts, by_trying, least_amount, picking, problem_of, starts_in

from hamsafar.schedule.constraints import ActiveBuckets, Load, RestBetween
from hamsafar.schedule.tasks import Breaks, Forbidden, Mode, Task

LAST = 9
TASKS = (Task(id="a", duration=3), Task(id="b", duration=1, optional=True), Task(id="c", duration=2, optional=True))
LENGTHS = {task.id: task.duration for task in TASKS}


def loaded(rule: Load, starts: Starts) -> int:
    """What is too much or too little, tick by tick."""
    lengths = LENGTHS if rule.by == "ticks" else dict.fromkeys(LENGTHS, 1)
    ticks = [(start + k, rule.weights[name]) for name, start in starts.items() for k in range(lengths[name])]
    total = sum(weight for tick, weight in ticks if rule.start <= tick < rule.end)
    return max(0, rule.least - total, 0 if rule.limit is None else total - rule.limit)


CASES: tuple[dict[str, Any], ...] = (
    {"start": 2, "end": 5, "limit": 3, "by": "ticks"},
    {"start": 4, "end": 5, "limit": 1, "by": "ticks"},
    {"start": -2, "end": 4, "limit": 6, "least": 2, "by": "ticks"},
    {"start": 2, "end": 7, "limit": None, "least": 5, "by": "ticks"},
    {"start": 0, "end": 99, "limit": 5, "by": "ticks"},
    {"start": 3, "end": 7, "limit": 3, "least": 2, "by": "starts"},
    {"start": 3, "end": 4, "limit": None, "least": 2, "by": "starts"},
)


@pytest.mark.parametrize("case", CASES)
def test_loads_of_all_starts(case: dict[str, Any]) -> None:
    rule = Load(weights={"a": 1, "b": 2, "c": 2}, tag=TAG, **case)
    problem = problem_of(TASKS, LAST, rule)
    assert starts_in(problem) == by_trying(problem, lambda starts: loaded(rule, starts) == 0)


@pytest.mark.parametrize("case", CASES)
def test_amounts_of_loads(case: dict[str, Any]) -> None:
    rule = Load(weights={"a": 1, "b": 2, "c": 2}, tag=TAG, price=PRICE, **case)
    for starts in ({"a": 3, "b": 4, "c": 3}, {"a": 1, "c": 4}, {"a": 6}):
        assert least_amount(problem_of(TASKS, LAST, rule), starts) == loaded(rule, starts)


def test_by_ticks_days_with_nights_between_are_told_by_cells_alone() -> None:
    """Where no task crosses midnight, a day's load is linear in the cells: no variable is made for it."""
    night = Forbidden(stretches=((4, 5),), tag=TAG)
    tasks = tuple(Task(id=name, duration=2, forbidden=(night,)) for name in "ab")
    plain = problem_of(tasks, LAST, Load(weights={"a": 1, "b": 1}, start=0, end=5, limit=2, tag=TAG))
    by_ticks = problem_of(tasks, LAST, Load(weights={"a": 1, "b": 1}, start=0, end=5, limit=2, by="ticks", tag=TAG))
    assert starts_in(by_ticks) == {
        frozenset({("a", a), ("b", b)}) for a in (0, 1, 2, 5, 6, 7) for b in (0, 1, 2, 5, 6, 7) if a > 2 or b > 2
    }
    assert _variables(by_ticks) == _variables(plain)


def _variables(problem: Any) -> int:
    from hamsafar.schedule.model import assemble

    return len(assemble(problem).model.proto.variables)


def test_only_what_somebody_takes_counts() -> None:
    tasks = (picking("a", "ada", "ben"), picking("b", "ada", "ben"))
    rule = Load(
        weights={"a": 2, "b": 3}, start=0, end=4, limit=2, least=1, by="ticks", picked="ada", tag=TAG, price=PRICE
    )
    problem = problem_of(tasks, LAST, rule)
    for a, b, amount in ((("ada",), ("ben",), 0), (("ada",), ("ada",), 3), (("ben",), ("ben",), 1)):
        assert least_amount(problem, {"a": 0, "b": 1}, {"a": a, "b": b}) == amount
    assert least_amount(problem, {"a": 4, "b": 4}, {"a": ("ada",), "b": ("ada",)}) == 1  # both start later


def test_ticks_of_modes_and_of_running_parts() -> None:
    """At 1, 2 and, after the break, at 5 and 6 in the long mode; at 1 only in the short one."""
    pause = Breaks(stretches=((3, 5),), holds=True, tag=TAG)
    task = Task(id="a", modes=(Mode(id="long", duration=4), Mode(id="short", duration=1)), breaks=pause)
    for start, end, ticks in ((0, 9, {1, 4}), (2, 6, {0, 2}), (3, 5, {0}), (5, 9, {0, 2}), (6, 9, {0, 1})):
        for load in range(5):
            rule = Load(weights={"a": 1}, start=start, end=end, limit=load, least=load, by="ticks", tag=TAG)
            assert (least_amount(problem_of((task,), LAST, rule), {"a": 1}) == 0) == (load in ticks)


def test_days_in_use() -> None:
    rule = ActiveBuckets(tasks=("a", "b", "c"), edges=(0, 2, 4, 6, 8), window=3, limit=1, tag=TAG, price=PRICE)
    problem = problem_of(TASKS, LAST, rule)
    assert least_amount(problem, {"a": 0, "b": 1, "c": 6}) == 0
    assert least_amount(problem, {"a": 0, "b": 2, "c": 6}) == 1
    assert least_amount(problem, {"a": 2, "b": 0, "c": 5}) == 2


@pytest.mark.parametrize("group", [("a", "b"), ("a", "b", "c")])
def test_nights(group: tuple[str, ...]) -> None:
    """Days of three ticks, and two of rest from the end of any task of one day to the start of any of the next."""
    rule = RestBetween(tasks=group, edges=(0, 3, 6, 9), gap=2, tag=TAG)
    soft = RestBetween(tasks=group, edges=(0, 3, 6, 9), gap=2, tag=TAG, price=PRICE)

    def lacking(starts: Starts) -> int:
        there = [(starts[name], starts[name] + LENGTHS[name]) for name in group if name in starts]
        return max(
            [0, *(end + 2 - next_ for start, end in there for next_, _ in there if next_ // 3 == start // 3 + 1)]
        )

    problem = problem_of(TASKS, LAST, rule)
    assert starts_in(problem) == by_trying(problem, lambda starts: lacking(starts) == 0)
    for starts in ({"a": 2, "b": 3, "c": 5}, {"a": 3, "b": 2, "c": 6}, {"a": 0, "b": 6, "c": 4}):
        assert least_amount(problem_of(TASKS, LAST, soft), starts) == lacking(starts)
