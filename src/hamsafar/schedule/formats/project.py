"""What the project formats share: activities in an order, horizons that hold an optimum, problems built from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePath

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.schedule.constraints import Budget, Capacity, Constraint, Lag
from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Mode, Person, Tag, Task

TICK = "period"  # what the sets call their unit of time


@frozen(kw_only=True)
class Arc:
    """`before` ends before `after` starts, as the file says in this place."""

    before: str
    after: str
    source: str


@frozen(kw_only=True)
class Resource:
    """Something that activities take while they run (renewable) or use up, how much there is, and who says so."""

    id: str
    amount: int
    renewable: bool
    source: str


def precedence(arcs: Iterable[Arc]) -> tuple[Constraint, ...]:
    """The arcs as lags from end to start."""
    return tuple(
        Lag(
            before=arc.before,
            after=arc.after,
            min_gap=0,
            max_gap=None,
            tag=Tag("precedence", f"{arc.before}→{arc.after}", source=arc.source),
        )
        for arc in arcs
    )


def ensure_no_cycle(arcs: Sequence[Arc]) -> None:
    """InputError, in the place of its first arc, where activities follow themselves."""
    before: dict[str, list[str]] = {}
    for arc in arcs:
        before.setdefault(arc.after, []).append(arc.before)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as found:
        cycle: list[str] = found.args[1]
        where = next(arc.source for arc in arcs if (arc.before, arc.after) == (cycle[0], cycle[1]))
        raise InputError(f"activities follow themselves: {' → '.join(cycle)}", where=f"{where}:1") from None


def supplies(resources: Iterable[Resource]) -> tuple[Constraint, ...]:
    """What there is of each resource: a capacity, or a budget."""
    return tuple(
        Capacity(resource=r.id, capacity=r.amount, tag=Tag("capacity", r.id, source=r.source))
        if r.renewable
        else Budget(resource=r.id, limit=r.amount, tag=Tag("budget", r.id, source=r.source))
        for r in resources
    )


def mode_of(mode: str, duration: int, demands: Sequence[int], resources: Sequence[Resource]) -> Mode:
    """One way to do an activity that demands so much of each resource."""
    asked = tuple((resource, demand) for resource, demand in zip(resources, demands, strict=True) if demand)
    return Mode(
        id=mode,
        duration=duration,
        occupies={resource.id: demand for resource, demand in asked if resource.renewable},
        consumes={resource.id: demand for resource, demand in asked if not resource.renewable},
    )


def single(task: str, way: Mode) -> Task:
    """An activity that is done in one way only."""
    return Task(id=task, duration=way.duration, occupies=way.occupies, consumes=way.consumes)


def shortest_project(
    name: str,
    tasks: tuple[Task, ...],
    constraints: tuple[Constraint, ...],
    *,
    people: tuple[Person, ...] = (),
    lags: Mapping[str, int] | None = None,
) -> Problem:
    """The problem to finish these tasks soonest, from tick 0, with a horizon that holds an optimal schedule.

    In an optimal schedule no tick is idle: each has a task running or a minimum lag from a start still open
    (otherwise all that comes later could come earlier). So the longest durations, or where longer the largest lag
    from a start (`lags`), add up to a bound.
    """
    longest = (max(max(way.duration for way in task.ways), (lags or {}).get(task.id, 0)) for task in tasks)
    return Problem(
        name=PurePath(name).stem,
        first=0,
        last=sum(longest),
        tasks=tasks,
        constraints=constraints,
        objectives=(Makespan(name="makespan", unit=TICK),),
        people=people,
        tick=TICK,
    )
