"""Which tasks are there, against every choice of them."""

from __future__ import annotations

import pytest
from fixed_schedules import PRICE, TAG, by_trying, least_amount, problem_of, starts_in

from hamsafar.schedule.constraints import AllOrNone, Choose, Implies
from hamsafar.schedule.tasks import Task

FOUR = (Task(id="a"), *(Task(id=name, optional=True) for name in "bcd"))
ONLY = {"a": 0}


def test_what_is_needed_is_there() -> None:
    problem = problem_of(FOUR, 0, Implies(task="b", needs="c", tag=TAG))
    assert starts_in(problem) == by_trying(problem, lambda there: "b" not in there or "c" in there)


def test_a_mandatory_task_brings_what_it_needs() -> None:
    problem = problem_of(FOUR, 0, Implies(task="a", needs="c", tag=TAG))
    assert starts_in(problem) == by_trying(problem, lambda there: "c" in there)


@pytest.mark.parametrize("group", [("b",), ("b", "c"), ("b", "c", "d"), ("d", "a", "b")])
def test_all_or_none(group: tuple[str, ...]) -> None:
    problem = problem_of(FOUR, 0, AllOrNone(tasks=group, tag=TAG))
    assert starts_in(problem) == by_trying(problem, lambda there: sum(t in there for t in group) in (0, len(group)))


@pytest.mark.parametrize(("least", "most"), [(0, 1), (1, 1), (2, 3), (0, 4), (3, 4), (4, 4), (0, 0)])
def test_so_many(least: int, most: int) -> None:
    problem = problem_of(FOUR, 0, Choose(tasks=("a", "b", "c", "d"), least=least, most=most, tag=TAG))
    assert starts_in(problem) == by_trying(problem, lambda there: least <= len(there) <= most)


def test_amounts() -> None:
    needs = problem_of(FOUR, 0, Implies(task="b", needs="c", tag=TAG, price=PRICE))
    assert least_amount(needs, {"a": 0, "b": 0}) == 1
    assert least_amount(needs, {"a": 0, "b": 0, "c": 0}) == 0
    alike = problem_of(FOUR, 0, AllOrNone(tasks=("b", "c", "d"), tag=TAG, price=PRICE))
    assert [least_amount(alike, ONLY | dict.fromkeys(there, 0)) for there in ("", "c", "bd", "bcd")] == [0, 1, 1, 0]
    some = problem_of(FOUR, 0, Choose(tasks=("b", "c", "d"), least=2, most=2, tag=TAG, price=PRICE))
    assert [least_amount(some, ONLY | dict.fromkeys(there, 0)) for there in ("", "c", "bd", "bcd")] == [2, 1, 0, 1]
