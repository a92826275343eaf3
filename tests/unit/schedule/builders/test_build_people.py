"""Who takes part with whom, and in what else, against every choice of people."""

from __future__ import annotations

from itertools import combinations

import pytest
from fixed_schedules import PRICE, TAG, least_amount, picking, problem_of, schedules_in

from hamsafar.schedule.constraints import NeverTogether, OtherPeople, SamePeople, Together
from hamsafar.schedule.tasks import Task

TEAM = ("ada", "ben", "cyd")
Teams = dict[str, frozenset[str]]  # of the present tasks


def amount(kind: type, tasks: str, people: tuple[str, ...], teams: Teams) -> int:
    """The docstrings' amounts, written out."""
    there = {task: teams[task] & set(people) for task in tasks if task in teams}
    takings = {who: sum(who in team for team in there.values()) for who in people}
    if kind is SamePeople:
        return sum(0 < count < len(there) for count in takings.values())
    if kind is OtherPeople:
        return sum(max(0, count - 1) for count in takings.values())
    if kind is Together:
        return sum(0 < len(team) < len(people) for team in there.values())
    return sum(max(0, len(team) - 1) for team in there.values())


TASKS = (
    picking("a", *TEAM, count=2),
    picking("b", "ada", "ben", count=2, optional=True),
    Task(id="c", duration=1, occupies={"ada": 1}, optional=True),  # takes her whenever it is there
)


def every_team() -> list[Teams]:
    """All ways to leave out tasks and to send up to as many as are asked for."""

    def up_to_two(people: tuple[str, ...]) -> list[frozenset[str]]:
        return [frozenset(team) for size in range(3) for team in combinations(people, size)]

    return [
        {"a": a} | ({"b": b} if b is not None else {}) | c
        for a in up_to_two(TEAM)
        for b in [*up_to_two(("ada", "ben")), None]
        for c in ({}, {"c": frozenset({"ada"})})
    ]


@pytest.mark.parametrize("people", [TEAM, ("ada", "ben"), ("cyd", "ada"), ("cyd",), ("dan", "ada")])
@pytest.mark.parametrize("kind", [SamePeople, OtherPeople, Together, NeverTogether])
def test_every_team(kind: type, people: tuple[str, ...]) -> None:
    problem = problem_of(TASKS, 1, kind(tasks=("a", "b", "c"), people=people, tag=TAG))
    found = {
        frozenset((name, frozenset(place.picked.get("crew", ("ada",)))) for name, place in one.items())
        for one in schedules_in(problem)
    }
    assert found == {frozenset(teams.items()) for teams in every_team() if not amount(kind, "abc", people, teams)}


@pytest.mark.parametrize("kind", [SamePeople, OtherPeople, Together, NeverTogether])
def test_amounts(kind: type) -> None:
    problem = problem_of(TASKS, 1, kind(tasks=("a", "b", "c"), people=TEAM, tag=TAG, price=PRICE))
    for teams in every_team()[::5]:
        missing = sum(2 - len(teams[task]) for task in "ab" if task in teams)  # the soft picks' own amounts
        picked = {task: tuple(team) for task, team in teams.items()}
        found = least_amount(problem, dict.fromkeys(teams, 0), picked)
        assert found == missing + amount(kind, "abc", TEAM, teams)


def test_somebody_in_two_roles_of_a_task_takes_it_once() -> None:
    twice = Task(id="a", duration=1, occupies={"ada": 1}, picks=(picking("a", *TEAM).picks))
    rule = OtherPeople(tasks=("a",), people=TEAM, tag=TAG, price=PRICE)
    assert least_amount(problem_of((twice,), 1, rule), {"a": 0}, {"a": ("ada",)}) == 0
