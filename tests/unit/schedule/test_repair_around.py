"""A first repair of a large plan: little is set free, and what is found holds and is near."""

from __future__ import annotations

from attrs import evolve

from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Lag, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.nearest import MOVED, Before, nearest_problem
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.repairing.around import repaired_around
from hamsafar.schedule.repairing.slots import Needs
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Allowed, Tag, Task

TAG = Tag("T-1")


def a_row(count: int, *, shut: tuple[int, int]) -> tuple[Problem, dict[str, Placed]]:
    """Tasks of 8 ticks every 10, one after another in one room, which is shut for a while; and where they were."""
    last = 10 * count + 60
    open_ = Allowed(ranges=((0, shut[0] - 8), (shut[1], last - 8)), tag=TAG)
    tasks = tuple(Task(id=f"t{k}", duration=8, occupies={"room": 1}, allowed=(open_,)) for k in range(count))
    orders = (Lag(before=f"t{k}", after=f"t{k + 1}", min_gap=0, max_gap=None, tag=TAG) for k in range(count - 1))
    asked = (NoOverlap(resource="room", tag=TAG), *orders)
    problem = Problem(name="a row", first=0, last=last, tasks=tasks, constraints=asked, objectives=())
    return problem, {f"t{k}": Placed(start=10 * k) for k in range(count)}


def found_around(problem: Problem, old: dict[str, Placed]) -> dict[str, Placed] | None:
    near = nearest_problem(problem, Before(placed=old))
    possible = {task.id: possible_starts(near, task) for task in near.tasks}
    found = repaired_around(near, Needs(near), possible, old, {MOVED: 1}, Engine(left=10.0))
    return None if found is None else dict(found)


def test_only_what_must_make_room_moves() -> None:
    # t100 lies at 1,000 to 1,008. Sooner by 8, it drives three before it, each by 2 less; later by 10, four behind it.
    problem, old = a_row(150, shut=(1_000, 1_010))
    found = found_around(problem, old)
    assert found is not None
    assert not check(problem, found)
    moved = sorted(name for name, place in found.items() if place.start != old[name].start)
    assert moved == ["t100", "t97", "t98", "t99"]


def test_where_there_is_no_room_nothing_is_found() -> None:
    problem, old = a_row(150, shut=(1_000, 1_559))
    assert found_around(problem, old) is None


def test_what_the_old_plan_does_not_name_but_is_tied_lies_where_it_must() -> None:
    problem, old = a_row(120, shut=(500, 510))
    tied = Task(id="between", duration=2)
    lags = (
        Lag(before="t3", after="between", min_gap=0, max_gap=0, tag=TAG),
        Lag(before="between", after="t4", min_gap=0, max_gap=0, tag=TAG),
    )
    with_tied = evolve(problem, tasks=(*problem.tasks, tied), constraints=(*problem.constraints, *lags))
    found = found_around(with_tied, old)
    assert found is not None
    assert found["between"].start == 38
    assert not check(with_tied, found)
