"""Repeats, against all starts."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import pytest
from fixed_schedules import PRICE, TAG, Starts, by_trying, least_amount, problem_of, starts_in

from hamsafar.schedule.constraints import Repeats
from hamsafar.schedule.tasks import Task

NAMES = ("a", "b", "c")
DAYS = (1, 3, 5, 6)


def amount(rule: Repeats, starts: Starts) -> int:
    """What is too few or too many from each present one to the next, and those in no bucket."""
    there = [starts[name] for name in rule.tasks if name in starts]
    places: list[int | None] = list(there)
    if rule.edges:
        number = [bisect_right(rule.edges, start) for start in there]
        places = [k if 0 < k < len(rule.edges) else None for k in number]
    total = places.count(None)
    for one, next_ in pairwise(places):
        if one is not None and next_ is not None:
            too_far = 0 if rule.most is None else next_ - one - rule.most
            total += max(0, rule.least - (next_ - one), too_far)
    return total


@pytest.mark.parametrize("optional", ["", "b", pytest.param("ab", marks=pytest.mark.slow), "abc"])
@pytest.mark.parametrize("edges", [(), DAYS, (2, 4), (3,)])
@pytest.mark.parametrize(("least", "most"), [(1, 1), (2, 3), (1, None), (0, 1), (2, 2)])
def test_all_starts(least: int, most: int | None, edges: tuple[int, ...], optional: str) -> None:
    tasks = tuple(Task(id=name, duration=1, optional=name in optional) for name in NAMES)
    rule = Repeats(tasks=NAMES, least=least, most=most, edges=edges, tag=TAG)
    problem = problem_of(tasks, 7, rule)
    assert starts_in(problem) == by_trying(problem, lambda starts: amount(rule, starts) == 0)


@pytest.mark.parametrize("edges", [(), DAYS])
@pytest.mark.parametrize(
    "starts", [{"a": 5, "c": 1}, {"a": 0, "b": 6, "c": 5}, {"b": 2, "c": 6}, {"a": 3, "b": 0, "c": 3}, {}]
)
def test_amounts(starts: Starts, edges: tuple[int, ...]) -> None:
    tasks = tuple(Task(id=name, duration=1, optional=True) for name in NAMES)
    rule = Repeats(tasks=NAMES, least=2, most=2, edges=edges, tag=TAG, price=PRICE)
    assert least_amount(problem_of(tasks, 7, rule), starts) == amount(rule, starts)


def test_one_that_starts_outside_all_days_parts_its_neighbours() -> None:
    tasks = tuple(Task(id=name, duration=1) for name in NAMES)
    rule = Repeats(tasks=NAMES, least=1, most=1, edges=DAYS, tag=TAG, price=PRICE)
    assert least_amount(problem_of(tasks, 9, rule), {"a": 1, "b": 7, "c": 1}) == 1  # only b itself: no neighbours left
