"""How far one task can be moved while all others stay as they are, and what stops it there.

All others being fixed, only what speaks of the task, or of something that it takes, can be broken by moving it: that
part of the problem is small, and every claim is made of it. What stops a move by one tick is told by the checker, tick
by tick from where the task lies; the first and the last start of all are the solver's, and proved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import chain

from attrs import evolve, frozen

from hamsafar.schedule.check import Violation, check
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    Apart,
    Budget,
    Capacity,
    Constraint,
    Implies,
    Lag,
    Load,
    NoOverlap,
    PickAllowed,
    Reservoir,
    RestBetween,
    Rolling,
)
from hamsafar.schedule.objectives import AwayFromPreferred
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.ranges import merged
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Allowed, Forbidden, Tag, Task

STAYS = "stays"  # the rule of the tag of a task that is held where it is


@frozen(kw_only=True)
class Room:
    """Starts [first, last] of one task round its present one that break nothing, and what breaks one tick beyond."""

    first: int
    last: int
    before: tuple[Violation, ...]
    after: tuple[Violation, ...]


@frozen(kw_only=True)
class Slack:
    """The room about a task, and the earliest and the latest of all its starts, with whoever may be picked for it.

    These are None where the effort did not suffice to prove one.
    """

    room: Room
    earliest: int | None
    latest: int | None


def slack(problem: Problem, placed: Mapping[str, Placed], name: str, *, seed: int = 0, effort: float = 1.0) -> Slack:
    """The slack of a task that is placed, in a schedule that obeys the problem."""
    part = around(problem, placed, name)
    return Slack(
        room=_room(part, placed, name),
        earliest=_extreme(part, name, problem.first, seed, effort),
        latest=_extreme(part, name, problem.last, seed, effort),
    )


def room_about(problem: Problem, placed: Mapping[str, Placed], name: str) -> Room:
    """How far one task can be moved from where it is, tick by tick, while all others stay; no solver is asked."""
    return _room(around(problem, placed, name), placed, name)


def _room(part: Problem, placed: Mapping[str, Placed], name: str) -> Room:
    near = _near(part, placed, name)
    first, last = (_walked(near, placed, name, step) for step in (-1, 1))
    return Room(
        first=first,
        last=last,
        before=_broken(part, placed, name, first - 1),
        after=_broken(part, placed, name, last + 1),
    )


def gap_about(problem: Problem, placed: Mapping[str, Placed], name: str) -> tuple[int, int]:
    """The same for a task that can only be in the way of what lies beside it: nothing opens and closes between.

    From its own start outwards what breaks stays broken, so the ends are found by halving.
    """
    near = _near(around(problem, placed, name), placed, name)
    start = placed[name].start
    first, last = next(one for one in possible_starts(near, near.tasks[0]) if one[0] <= start <= one[1])
    return _halved(near, placed, name, first), _halved(near, placed, name, last)


def _halved(near: Problem, placed: Mapping[str, Placed], name: str, limit: int) -> int:
    """The furthest start towards a limit at which nothing is broken."""
    good, bad = placed[name].start, limit
    if good == limit or not _broken(near, placed, name, limit):
        return limit
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        good, bad = (good, middle) if _broken(near, placed, name, middle) else (middle, bad)
    return good


def broken_at(problem: Problem, placed: Mapping[str, Placed], name: str, start: int) -> tuple[Violation, ...]:
    """What is broken when one task starts elsewhere, with the same people, and all others stay."""
    return _broken(around(problem, placed, name), placed, name, start)


def around(problem: Problem, placed: Mapping[str, Placed], name: str) -> Problem:
    """The part of a problem that says where one task may lie, every other one fixed where it is; no objectives."""
    task = next(one for one in problem.tasks if one.id == name)
    takes = frozenset(_takes(problem, task))
    told = tuple(one for one in problem.constraints if one.price is None and _speaks_of(one, name, takes))
    named = frozenset(chain.from_iterable(_named(one) for one in told))
    others = (
        held(one, placed[one.id])
        for one in problem.tasks
        if one.id != name and one.id in placed and (one.id in named or _shares(one, placed[one.id], takes))
    )
    along = _along(problem, name)
    absent = (
        one if one.id in along else _left_out(one)
        for one in problem.tasks
        if one.id in named and one.id not in placed and one.id != name
    )
    moving = (one if one.id in along and one.id in placed else None for one in problem.tasks)
    free = {one.id: one for one in moving if one is not None}
    tasks = (evolve(task, optional=False), *(free.get(one.id, one) for one in others), *absent)
    there = frozenset(one.id for one in tasks)
    kept = tuple(one for one in told if not isinstance(one, Implies) or {one.task, one.needs} <= there)
    return evolve(problem, tasks=tasks, constraints=kept, objectives=(), hint={})


def _along(problem: Problem, name: str) -> frozenset[str]:
    """The tasks that start just when another one does, whatever comes: they move along with it."""
    lags = (one for one in problem.constraints if isinstance(one, Lag) and one.after == name and one.price is None)
    return frozenset(
        one.before for one in lags if one.since == one.until == "start" and one.max_gap == one.min_gap == 0
    )


def _left_out(task: Task) -> Task:
    """The task as one that is not there."""
    nowhere = Allowed(ranges=(), tag=Tag(STAYS, task.id))
    return evolve(task, allowed=(nowhere,), optional=True, required=None)


def held(task: Task, place: Placed) -> Task:
    """The task fixed as it is placed: time, way and people."""
    way = task.way(place.mode)
    people = {who: 1 for chosen in place.picked.values() for who in chosen}
    return evolve(
        task,
        duration=way.duration,
        allowed=(Allowed(ranges=((place.start, place.start),), tag=Tag(STAYS, task.id)),),
        forbidden=(),
        occupies={**way.occupies, **people},
        consumes=way.consumes,
        picks=(),
        modes=(),
        optional=False,
        required=None,
    )


def _near(part: Problem, placed: Mapping[str, Placed], name: str) -> Problem:
    """The same for starts round the present one, quicker to check: what can't be broken there is left out."""
    task, others = part.tasks[0], part.tasks[1:]
    start = placed[name].start
    first, last = next(one for one in possible_starts(part, task) if one[0] <= start <= one[1])
    reach = (first - 1, task.end(last, placed[name].mode) + 1)
    takes = held(task, placed[name]).occupies
    kept, busy = list[Constraint](), list[Forbidden]()
    for one in part.constraints:
        if isinstance(one, NoOverlap) and not one.setup and task.breaks is None:
            there = [it for it in others if it.id in placed and one.resource in it.occupies]
            taken = [(placed[it.id].start, it.end(placed[it.id].start)) for it in there]
            if one.resource in takes:
                busy.append(Forbidden(stretches=_joined(taken), tag=one.tag))
        elif isinstance(one, RestBetween | ActiveBuckets):
            kept.append(_days_near(one, placed, reach))
        elif not isinstance(one, Load) or (one.start <= reach[1] and reach[0] <= one.end):
            kept.append(one)
    named = frozenset(chain.from_iterable(_named(one) for one in kept))
    shared = {one.resource for one in kept if isinstance(one, NoOverlap | Capacity | Budget)}
    beside = (it for it in others if it.id in named or not shared.isdisjoint((*it.occupies, *it.consumes)))
    alone = evolve(task, forbidden=(*task.forbidden, *busy))
    return evolve(part, tasks=(alone, *beside), constraints=tuple(kept))


def _days_near(
    constraint: RestBetween | ActiveBuckets, placed: Mapping[str, Placed], reach: tuple[int, int]
) -> RestBetween | ActiveBuckets:
    """The same for the buckets that a start within reach has to do with."""
    edges = constraint.edges
    aside = constraint.window if isinstance(constraint, ActiveBuckets) else 1
    first = max(0, bisect_right(edges, reach[0]) - 1 - aside)
    last = bisect_right(edges, reach[1]) + aside
    kept = edges[first : last + 1]
    if len(kept) < 2:
        return constraint
    inside = (name for name in constraint.tasks if name in placed and kept[0] <= placed[name].start < kept[-1])
    return evolve(constraint, edges=kept, tasks=tuple(inside))


def _walked(near: Problem, placed: Mapping[str, Placed], name: str, step: int) -> int:
    """The furthest start in one direction before something breaks."""
    start = placed[name].start
    while not _broken(near, placed, name, start + step):
        start += step
    return start


def _broken(part: Problem, placed: Mapping[str, Placed], name: str, start: int) -> tuple[Violation, ...]:
    where = {task.id: Placed(start=placed[task.id].start) for task in part.tasks if task.id in placed}
    with_it = {one: Placed(start=start) for one in _along(part, name) if one in where}
    return check(part, {**where, **with_it, name: evolve(placed[name], start=start)})


def _extreme(part: Problem, name: str, towards: int, seed: int, effort: float) -> int | None:
    """The start nearest to one end of the horizon."""
    from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

    end = AwayFromPreferred(name="away from the end", unit=part.tick, preferred={name: towards})
    answer = solve(evolve(part, objectives=(end,)), seed=seed, effort=effort)
    return answer.placed[name].start if isinstance(answer, Solved) and answer.optimal else None


def _joined(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Half-open stretches, ascending and disjoint; those of milestones fall away."""
    return tuple((first, last + 1) for first, last in merged((first, end - 1) for first, end in stretches))


def _takes(problem: Problem, task: Task) -> set[str]:
    """Everything the task may take or use up."""
    picks = chain(task.picks, *(way.picks for way in task.ways))
    always = chain.from_iterable((*way.occupies, *way.consumes) for way in task.ways)
    return {*always, *chain.from_iterable(problem.candidates(pick) for pick in picks)}


def _shares(task: Task, place: Placed, takes: frozenset[str]) -> bool:
    way = task.way(place.mode)
    return not takes.isdisjoint((*way.occupies, *way.consumes, *chain.from_iterable(place.picked.values())))


def _speaks_of(constraint: Constraint, name: str, takes: frozenset[str]) -> bool:
    if isinstance(constraint, NoOverlap | Capacity | Budget):
        return constraint.resource in takes
    return name in _named(constraint)


def _named(constraint: Constraint) -> tuple[str, ...]:
    """The tasks that a constraint names."""
    match constraint:
        case NoOverlap() | Capacity() | Budget():
            return ()
        case Reservoir():
            return tuple(flow.task for flow in constraint.flows)
        case Lag():
            return constraint.before, constraint.after
        case Apart():
            return constraint.first, constraint.second
        case PickAllowed():
            return (constraint.task,)
        case Implies():
            return constraint.task, constraint.needs
        case Load() | Rolling():
            return tuple(constraint.weights)
        case _:
            return constraint.tasks
