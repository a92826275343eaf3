"""The problem of the plan nearest to an old one: what was there stays where it was, as far as it may.

Nearness comes in strict order: as few as can be of those that were promised are moved or left out; then as little as
can be of the value of what was in is lost (a left-out one is worse than a moved one, but no promise is broken for it);
then as few as can be are moved at all; then the summed shift is short, where one left out counts the whole horizon;
then as few as can be are done by others or in another way. What the problem wants itself comes after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, field, frozen

from hamsafar.schedule.objectives import AwayFromPreferred, LeftOut, Moved, Objective, Reassigned
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

PIN = "PIN-01"  # the rule that what is pinned stays where it is
PROMISED = "promised ones moved or left out"
LEFT_OUT = "value left out of the old plan"
MOVED = "moved or left out"
SHIFT = "shift from the old plan"
REASSIGNED = "done by others or in another way"
NEARNESS = (PROMISED, LEFT_OUT, MOVED, SHIFT, REASSIGNED)  # objectives' names, in their order


@frozen(kw_only=True)
class Before:
    """The old plan, in ticks and ids of the new problem: where everything was, what was promised, and what is pinned.

    Tasks that the new problem doesn't have are passed over.
    """

    placed: Mapping[str, Placed]
    promised: frozenset[str] = frozenset()
    pinned: Mapping[str, int] = field(factory=dict)  # the start at which it stays, whatever else happens


def nearest_problem(problem: Problem, before: Before) -> Problem:
    """The problem with the nearness objectives before its own, the pins held, and the old starts to try first.

    An objective that no task could count in is not there.
    """
    pinned = tuple(
        _pinned(task, before.pinned[task.id]) if task.id in before.pinned else task for task in problem.tasks
    )
    placed = placed_before(problem, before)
    hint = {name: place.start for name, place in placed.items()} | {
        task.id: before.pinned[task.id] for task in pinned if task.id in before.pinned
    }
    held = evolve(problem, tasks=pinned)
    return evolve(held, objectives=(*_nearness(held, before, placed), *problem.objectives), hint=hint)


def placed_before(problem: Problem, before: Before) -> dict[str, Placed]:
    """Where the tasks of the problem were in the old plan."""
    return {task.id: before.placed[task.id] for task in problem.tasks if task.id in before.placed}


def _pinned(task: Task, start: int) -> Task:
    """The task held at a start, and there."""
    tag = Tag(PIN, task.id)
    allowed = (*task.allowed, Allowed(ranges=((start, start),), tag=tag))
    return evolve(task, allowed=allowed, optional=False, required=tag if task.optional else task.required)


def _nearness(problem: Problem, before: Before, placed: Mapping[str, Placed]) -> Iterator[Objective]:
    starts = {name: place.start for name, place in placed.items()}
    promised = {name: start for name, start in starts.items() if name in before.promised}
    if promised:
        yield Moved(name=PROMISED, unit="activities", starts=promised)
    weights = {task.id: max(1, task.value) for task in problem.tasks if task.optional and task.id in placed}
    if weights:
        yield LeftOut(name=LEFT_OUT, unit="points", weights=weights)
    if not starts:
        return
    yield Moved(name=MOVED, unit="activities", starts=starts)
    horizon = problem.last - problem.first
    yield AwayFromPreferred(name=SHIFT, unit=problem.tick, preferred=starts, left_out=horizon)
    choosing = [task for task in problem.tasks if task.id in placed and (task.modes or task.picks)]
    if choosing:
        yield Reassigned(
            name=REASSIGNED,
            unit="activities",
            teams={task.id: placed[task.id].picked for task in choosing if placed[task.id].picked},
            ways={task.id: placed[task.id].mode for task in choosing if task.modes},
        )
