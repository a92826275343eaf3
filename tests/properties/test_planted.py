"""The generator keeps its word: what it plants holds, and what it says of loads, windows and conflicts is so."""

from __future__ import annotations

from typing import get_args

import pytest

from hamsafar.schedule.asked import all_tags, limited
from hamsafar.schedule.check import check
from hamsafar.schedule.validate import ensure_valid
from planted import CLOSES, DAY, DEVICES, OPENS, PEOPLE, TEACHERS, Kind, Wish, planted, with_conflict

SIZES = ((40, 5), (120, 12), (300, 40))


@pytest.mark.parametrize("wish", get_args(Wish))
@pytest.mark.parametrize(("activities", "windows"), SIZES)
def test_the_planted_answer_holds(activities: int, windows: int, wish: Wish) -> None:
    made = planted(activities=activities, windows=windows, wish=wish, seed=3)
    ensure_valid(made.problem)
    assert check(made.problem, made.answer) == ()
    assert len(made.answer) == len(made.problem.tasks) == activities
    assert not made.problem.hint


@pytest.mark.parametrize(("activities", "windows"), SIZES[1:])
def test_it_is_as_tight_as_it_says(activities: int, windows: int) -> None:
    made = planted(activities=activities, windows=windows, seed=5)
    days = made.problem.last // DAY
    hours = days * (CLOSES - OPENS)
    loads = {
        one: sum(task.duration for task in made.problem.tasks if one in task.occupies) / hours
        for one in (*PEOPLE, *TEACHERS, *DEVICES)
    }
    assert max(loads.values()) == loads["prime"] == made.load >= 0.8
    for task in made.problem.tasks:
        assert len(task.occupies) == 3
        windows_of = [(first, last + task.duration) for first, last in task.allowed[0].ranges]
        assert len(windows_of) <= windows
        assert all(task.duration <= end - first <= 2 * task.duration for first, end in windows_of)
        assert all(first // DAY == end // DAY for first, end in windows_of)


def test_there_are_as_many_windows_as_asked_for() -> None:
    made = planted(activities=300, windows=40, seed=1)
    assert {len(task.allowed[0].ranges) for task in made.problem.tasks} == {40}


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("rules", range(2, 7))
def test_a_planted_conflict_is_one_and_the_only_one(kind: Kind, rules: int) -> None:
    made = with_conflict(planted(activities=40, windows=5, seed=rules), kind, rules, seed=rules)
    ensure_valid(made.problem)
    assert sum(tag.rule != "WANTED" for tag in made.conflict) == rules
    assert set(made.without_any) == made.conflict
    for tag, known in made.without_any.items():
        part = limited(made.problem, (one for one in all_tags(made.problem) if one != tag))
        there = {task.id for task in part.tasks}
        assert check(part, {name: place for name, place in known.items() if name in there}) == ()
