"""A level that is filled and drained, against one written out tick by tick."""

from __future__ import annotations

from typing import Any

import pytest
from fixed_schedules import PRICE, TAG, Starts, by_trying, least_amount, problem_of, starts_in

from hamsafar.schedule.constraints import Flow, Reservoir
from hamsafar.schedule.tasks import Breaks, Task

FIRST, LAST = 3, 9
TASKS = (Task(id="a", duration=2), Task(id="b", duration=1, optional=True), Task(id="c", duration=3))


def levels(rule: Reservoir, starts: Starts) -> list[int]:
    """The level at every tick of the horizon, its end included."""
    lengths = {task.id: task.duration for task in TASKS}
    due = list(rule.given)
    for flow in rule.flows:
        if flow.task in starts:
            start, end = starts[flow.task], starts[flow.task] + lengths[flow.task]
            when = {"start": (start,), "end": (end,), "during": range(start + 1, end + 1)}[flow.at]
            due += [(tick, flow.amount) for tick in when]
    level, found = rule.level, []
    for now in range(FIRST, LAST + 1):
        level += sum(amount for tick, amount in due if tick == now)
        level = min(level, rule.highest) if rule.overflow else level
        found.append(level)
    return found


def amount(rule: Reservoir, starts: Starts) -> int:
    """The most that it ever lacks, and the most that it ever has over."""
    found = levels(rule, starts)
    return max(0, rule.lowest - min(found)) + max(0, max(found) - rule.highest)


CASES: tuple[dict[str, Any], ...] = (
    {"flows": (Flow(task="a", amount=-2), Flow(task="b", amount=3), Flow(task="c", amount=1, at="start"))},
    {
        "flows": (Flow(task="a", amount=-2), Flow(task="b", amount=2, at="start")),
        "level": -1,
    },  # filled at first, or never
    {"flows": (Flow(task="a", amount=1, at="during"), Flow(task="c", amount=-1, at="during"))},
    {
        "flows": (
            Flow(task="a", amount=2, at="during"),
            Flow(task="b", amount=-3),
            Flow(task="c", amount=-1, at="during"),
        )
    },
    {"flows": (Flow(task="c", amount=-1, at="during"), Flow(task="c", amount=3)), "given": ((1, 9), (6, -1), (9, 1))},
)


@pytest.mark.parametrize("overflow", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_all_starts(case: dict[str, Any], overflow: bool) -> None:
    rule = Reservoir(
        **{"name": "battery", "level": 2, "lowest": 0, "highest": 3, "tag": TAG, "overflow": overflow} | case
    )
    problem = problem_of(TASKS, LAST, rule, first=FIRST)
    assert starts_in(problem) == by_trying(problem, lambda starts: amount(rule, starts) == 0)


@pytest.mark.parametrize("overflow", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_amounts(case: dict[str, Any], overflow: bool) -> None:
    said = {"name": "battery", "level": 2, "lowest": 1, "highest": 2, "tag": TAG, "overflow": overflow, "price": PRICE}
    rule = Reservoir(**said | case)
    problem = problem_of(TASKS, LAST, rule, first=FIRST)
    for starts in ({"a": 3, "c": 6}, {"a": 7, "b": 3, "c": 3}, {"a": 5, "b": 6, "c": 4}):
        assert least_amount(problem, starts) == amount(rule, starts)


@pytest.mark.parametrize("at", ["end", "during"])
def test_what_overflows_is_lost(at: Any) -> None:
    """Full at 3, drained by 2 each by a and c: it matters whether b fills between them, or before."""
    flows = (Flow(task="a", amount=-2), Flow(task="b", amount=2, at=at), Flow(task="c", amount=-2))
    rule = Reservoir(name="battery", level=3, lowest=0, highest=3, flows=flows, overflow=True, tag=TAG, price=PRICE)
    problem = problem_of(TASKS, LAST, rule, first=FIRST)
    assert least_amount(problem, {"a": 3, "b": 5, "c": 6}) == 0
    assert least_amount(problem, {"a": 5, "b": 3, "c": 6}) == 1


def test_just_before_something_drains_it_may_be_too_full() -> None:
    """Filled by 1 a tick from 3 to 6 it holds 4 at 5, before it loses 3 at 6: at 6 itself it holds 2."""
    flows = (Flow(task="c", amount=1, at="during"), Flow(task="c", amount=-3))
    rule = Reservoir(name="tank", level=2, lowest=0, highest=3, flows=flows, tag=TAG, price=PRICE)
    assert least_amount(problem_of(TASKS, LAST, rule, first=FIRST), {"a": 3, "c": 3}) == 1


def test_a_pause_neither_fills_nor_drains() -> None:
    """Drained at 0 and 3: two ticks after each other would be the same, but the given fill comes between."""
    task = Task(id="a", duration=2, breaks=Breaks(stretches=((1, 3),), holds=False, tag=TAG))
    flows = (Flow(task="a", amount=-1, at="during"),)
    rule = Reservoir(name="tank", level=1, lowest=0, highest=1, flows=flows, given=((3, 1),), tag=TAG, price=PRICE)
    assert least_amount(problem_of((task,), 6, rule), {"a": 0}) == 0
    assert least_amount(problem_of((task,), 6, rule), {"a": 3}) == 1  # the fill finds it full
