"""Placements of a plan as a scheduling problem knows them: starts in ticks, and who was picked for what."""

from __future__ import annotations

from collections.abc import Iterable

from hamsafar.domain.plan import Placement
from hamsafar.planning.crew.people import person_resource
from hamsafar.planning.differences import carried
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Pick, Task


def as_placed(problem: Problem, placements: Iterable[Placement], *, days: int = 0) -> dict[str, Placed]:
    """Where the tasks of a problem lie in a plan, by id; what the plan doesn't have is not there.

    Aboard, places are carried by whole station days: the same flight day and station clock.
    """
    tasks = {task.id: task for task in problem.tasks}
    return {one.id: _placed(tasks[one.id], one, days) for one in placements if one.id in tasks}


def _placed(task: Task, placement: Placement, days: int) -> Placed:
    start = carried(placement.start, days, placement.zone) if placement.stage == "flight" else placement.start
    return Placed(start=start.floor_utc_minute(), picked=_picked(task, placement))


def _picked(task: Task, placement: Placement) -> dict[str, tuple[str, ...]]:
    """Who was picked: those in the pick's function, in the order of the plan, as many as it asks for."""
    left = [one for one in placement.people if person_resource(one.person) not in task.occupies]
    found: dict[str, tuple[str, ...]] = {}
    for pick in task.picks:
        own = [one for one in left if _is_of(pick, one.function)]
        taken = own[: pick.count]
        left = [one for one in left if one not in taken]
        if taken:
            found[pick.name] = tuple(person_resource(one.person) for one in taken)
    return found


def _is_of(pick: Pick, function: str) -> bool:
    """A pick is named for its function, with a number from the second of the same function on."""
    return pick.name == function or pick.name.removeprefix(f"{function} ").isdecimal()
