"""A schedule made by hand beside an old one: it holds, and what can stay does."""

from __future__ import annotations

from attrs import evolve

from hamsafar.planning.training import schedule_beside
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Lag, NoOverlap
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

TAG = Tag("T-1")
DAY = 1_440


def a_term(days: int) -> tuple[Problem, dict[str, Placed]]:
    """One lesson of an hour a day in one room that is open for two, each after the one before; at its first hour."""
    open_ = Allowed(ranges=tuple((k * DAY, k * DAY + 60) for k in range(days)), tag=TAG)
    tasks = tuple(Task(id=f"s{k}", duration=60, occupies={"room": 1}, allowed=(open_,)) for k in range(days))
    orders = (Lag(before=f"s{k}", after=f"s{k + 1}", min_gap=0, max_gap=None, tag=TAG) for k in range(days - 1))
    asked = (NoOverlap(resource="room", tag=TAG), *orders)
    problem = Problem(name="term", first=0, last=days * DAY, tasks=tasks, constraints=asked, objectives=())
    return problem, {f"s{k}": Placed(start=k * DAY) for k in range(days)}


def without_day(problem: Problem, name: str, day: int) -> Problem:
    away = Allowed(ranges=((0, day * DAY - 1), ((day + 1) * DAY, problem.last)), tag=TAG)
    tasks = (evolve(one, allowed=(*one.allowed, away)) if one.id == name else one for one in problem.tasks)
    return evolve(problem, tasks=tuple(tasks))


def test_where_all_holds_all_stays() -> None:
    problem, old = a_term(20)
    assert schedule_beside(problem, old) == {name: place.start for name, place in old.items()}


def test_who_cannot_stay_goes_where_its_order_leaves_room_and_the_rest_holds() -> None:
    problem, old = a_term(20)
    changed = without_day(problem, "s7", 7)
    found = schedule_beside(changed, old)
    assert not check(changed, {name: Placed(start=start) for name, start in found.items()})
    assert {name: found[name] for name, place in old.items() if found[name] != place.start} == {"s7": 6 * DAY + 60}


def test_what_has_happened_stays_although_the_old_plan_does_not_name_it() -> None:
    problem, old = a_term(20)
    then = Allowed(ranges=((30, 30),), tag=TAG)
    tasks = (evolve(problem.tasks[0], allowed=(then,)), *problem.tasks[1:])
    del old["s0"]
    found = schedule_beside(evolve(problem, tasks=tasks), old)
    assert found == {"s0": 30} | {name: place.start for name, place in old.items()}
