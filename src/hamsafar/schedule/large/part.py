"""A small problem out of a large one: some tasks are free, all others are held where they lie.

Whatever schedule the small problem has, put in place of what lay there before, is a schedule of the large one; and what
it gains in an objective, the large one gains. For that the small problem keeps every constraint that speaks of a free
task, with all the tasks that it speaks of: those that are not free can be in their old place only, with whom they
picked, or nowhere where they are left out. Constraints among held tasks alone hold, and cost what they cost.

One kind of constraint would drag in half of the large problem: that a thing is taken once at a time. Where a free task
takes it whenever it is there, and without a pause, what the others take is cut out of its starts instead, and they
stay out of the small problem. Likewise what held tasks add to a Load is taken off its limits.

Objectives that add up task by task ask about free tasks only; the rest of the sum stands. Makespan looks at the last
of the held tasks too, and Peak at all that its loads name.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, fields, frozen

from hamsafar.schedule.check_facts import Present, present_of
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.objectives import Makespan, Objective, Peak
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.ranges import Ranges, intersection
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

HELD = Tag("held", detail="where it lies")
Taking = tuple[int, int, str]  # [start, end), and the task


@frozen
class Part:
    """A small problem, and how its tasks lie now."""

    problem: Problem
    placed: Mapping[str, Placed]
    free: frozenset[str]


@define
class Whole:
    """A large problem and a schedule of it, kept so that parts are taken out quickly."""

    problem: Problem
    placed: dict[str, Placed]
    tasks: Mapping[str, Task] = field(init=False)
    possible: Mapping[str, Ranges] = field(init=False)
    takers: Mapping[str, tuple[str, ...]] = field(init=False)  # by thing, who may take it
    single: frozenset[str] = field(init=False)  # things that hard constraints alone give to one task at a time
    plain: Mapping[str, frozenset[str]] = field(init=False)  # by task, the single things cut out of its starts
    asked: Mapping[str, tuple[int, ...]] = field(init=False)  # by task, the constraints that speak of it
    there: dict[str, Present] = field(factory=dict, init=False)
    busy: dict[str, list[Taking]] = field(factory=dict, init=False)  # by single thing, ascending
    _number: Mapping[str, int] = field(init=False)
    _things: Mapping[str, tuple[Constraint, ...]] = field(init=False)
    _spoken: Mapping[int, frozenset[str]] = field(init=False)
    _may_take: Mapping[str, frozenset[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        problem = self.problem
        self.tasks = {task.id: task for task in problem.tasks}
        self._number = {task.id: k for k, task in enumerate(problem.tasks)}
        self.possible = {task.id: possible_starts(problem, task) for task in problem.tasks}
        self._may_take = {task.id: frozenset(_may_take(problem, task)) for task in problem.tasks}
        self.takers = _turned(self._may_take)
        limited = (c for c in problem.constraints if isinstance(c, NoOverlap | Capacity))
        self._things = _by_thing(limited)
        self.single = frozenset(thing for thing, asked in self._things.items() if all(map(_one_at_a_time, asked)))
        self.plain = {task.id: frozenset(_always_takes(task) & self.single) for task in problem.tasks}
        self._spoken = {
            k: frozenset(spoken_of(constraint, problem))
            for k, constraint in enumerate(problem.constraints)
            if not isinstance(constraint, NoOverlap | Capacity)
        }
        asked: dict[str, list[int]] = {}
        for k, names in self._spoken.items():
            for name in names:
                asked.setdefault(name, []).append(k)
        self.asked = {name: tuple(numbers) for name, numbers in asked.items()}
        self.busy = {thing: [] for thing in self.single}
        for name, place in self.placed.items():
            self._lay(name, place)

    def _lay(self, name: str, place: Placed) -> None:
        there = present_of(self.tasks[name], place)
        if there is None:
            raise KeyError(f"{name} has no mode {place.mode!r}")
        self.there[name] = there
        for taking in _takings(there, self.single):
            insort(self.busy[taking[0]], taking[1])

    def _lift(self, name: str) -> None:
        for thing, taking in _takings(self.there.pop(name), self.single):
            places = self.busy[thing]
            del places[bisect_left(places, taking)]

    def move(self, free: Collection[str], placed: Mapping[str, Placed]) -> None:
        """Lays these tasks anew; those not in `placed` are left out."""
        for name in free:
            if name in self.placed:
                self._lift(name)
                del self.placed[name]
        for name in free:
            if name in placed:
                self.placed[name] = placed[name]
                self._lay(name, placed[name])

    @property
    def windows(self) -> int:
        """How many windows all activities have together."""
        return sum(len(ranges) for ranges in self.possible.values())

    def part(self, free: Iterable[str], within: Mapping[str, tuple[int, int]] | None = None) -> Part:
        """The small problem in which only these tasks are free; each to start in its stretch [first, last], if any."""
        loose = frozenset(free)
        asked, held = self._asked_of(loose)
        held |= self._held_for_objectives(loose) - loose
        names = sorted(loose | held, key=self._number.__getitem__)
        tasks = tuple(
            self._loose(name, loose, (within or {}).get(name)) if name in loose else self._held(name) for name in names
        )
        placed = {name: self.placed[name] for name in names if name in self.placed}
        objectives = tuple(_asking_of(objective, loose) for objective in self.problem.objectives)
        hint = {name: place.start for name, place in placed.items()}
        small = evolve(self.problem, tasks=tasks, constraints=asked, objectives=objectives, hint=hint)
        return Part(small, placed, loose)

    def _starts(self, name: str, free: frozenset[str], within: tuple[int, int] | None) -> Ranges:
        """Where the task may start beside all that are not free, as far as the things go that are cut out."""
        found = self.possible[name]
        if within is not None:
            found = intersection(found, (within,))
        duration = self.tasks[name].ways[0].duration
        for thing in sorted(self.plain[name]):
            found = _clear(found, self.busy[thing], duration, free)
        return found

    def _asked_of(self, free: frozenset[str]) -> tuple[tuple[Constraint, ...], set[str]]:
        """Every constraint that speaks of a free task, and the held tasks that these constraints speak of."""
        numbers = sorted({k for name in free for k in self.asked.get(name, ())})
        held: set[str] = set()
        asked: list[Constraint] = []
        for k in numbers:
            constraint = self.problem.constraints[k]
            less = _less_load(constraint, self, free) if isinstance(constraint, Load) else None
            asked.append(less or constraint)
            if less is None:
                held |= self._spoken[k] - free
        for thing in sorted({thing for name in free for thing in self._may_take[name]}):
            constraints = self._things.get(thing, ())
            asked.extend(constraints)
            takers = [name for name in self.takers[thing] if name in free]
            if constraints and any(thing not in self.plain[name] for name in takers):
                held.update(name for name in self.takers[thing] if name in self.placed and name not in free)
        return tuple(asked), held

    def _held_for_objectives(self, free: frozenset[str]) -> set[str]:
        """Of those that are held the one that ends last, and whatever a peak may count."""
        found: set[str] = set()
        for objective in self.problem.objectives:
            if isinstance(objective, Makespan):
                held = [there for there in self.there.values() if there.id not in free]
                found.update(there.id for there in sorted(held, key=lambda there: (there.end, there.id))[-1:])
            elif isinstance(objective, Peak):
                found.update(name for load in objective.loads for name in load.weights if name in self.placed)
        return found

    def _loose(self, name: str, free: frozenset[str], within: tuple[int, int] | None) -> Task:
        task, starts = self.tasks[name], self._starts(name, free, within)
        softly = tuple(allowed for allowed in task.allowed if allowed.price is not None)
        known = len(task.ways) == 1 and task.breaks is None  # all that it must keep clear of is in its starts
        forbidden = tuple(one for one in task.forbidden if one.price is not None or not known)
        return evolve(task, allowed=(Allowed(ranges=starts, tag=HELD), *softly), forbidden=forbidden)

    def _held(self, name: str) -> Task:
        """The task in its old place only; nowhere, where it is left out."""
        task, place = self.tasks[name], self.placed.get(name)
        if place is None:
            nowhere = Allowed(ranges=(), tag=HELD)
            return Task(id=name, allowed=(nowhere,), optional=True, value=task.value)
        way = task.way(place.mode)
        return evolve(
            task,
            allowed=(Allowed(ranges=((place.start, place.start),), tag=HELD),),
            forbidden=(),
            picks=tuple(_picked(pick, place) for pick in task.picks),
            modes=(evolve(way, picks=tuple(_picked(pick, place) for pick in way.picks)),) if task.modes else (),
            optional=False,
        )


def spoken_of(constraint: Constraint, problem: Problem) -> Iterable[str]:
    """The tasks that a constraint speaks of; of things, whoever may take them."""
    match constraint:
        case NoOverlap() | Capacity():
            return (task.id for task in problem.tasks if constraint.resource in set(_may_take(problem, task)))
        case Budget():
            used = constraint.resource
            return (task.id for task in problem.tasks if any(way.consumes.get(used, 0) for way in task.ways))
        case Reservoir():
            return (flow.task for flow in constraint.flows)
        case Lag():
            return (constraint.before, constraint.after)
        case Apart():
            return (constraint.first, constraint.second)
        case Load() | Rolling():
            return constraint.weights
        case Implies():
            return (constraint.task, constraint.needs)
        case PickAllowed():
            return (constraint.task,)
        case (
            StartsApart()
            | Repeats()
            | ActiveBuckets()
            | RestBetween()
            | AllOrNone()
            | Choose()
            | SamePeople()
            | OtherPeople()
            | Together()
            | NeverTogether()
        ):
            return constraint.tasks


def _asking_of(objective: Objective, free: frozenset[str]) -> Objective:
    """The same objective of the free tasks only, where it adds up task by task."""
    if isinstance(objective, Peak):
        return objective
    by_task: dict[str, Any] = {
        one.name: {name: value for name, value in known.items() if name in free}
        for one in fields(type(objective))
        if isinstance(known := getattr(objective, one.name), Mapping)
    }
    return evolve(objective, **by_task)


def _less_load(load: Load, whole: Whole, free: frozenset[str]) -> Load | None:
    """The load of free tasks alone, less what the others add to it; None where too much is there already."""
    taken = sum(_counts(load, whole.there[name]) for name in load.weights if name not in free and name in whole.there)
    if load.limit is not None and load.limit < taken:
        return None
    return evolve(
        load,
        weights={name: weight for name, weight in load.weights.items() if name in free},
        limit=None if load.limit is None else load.limit - taken,
        least=max(0, load.least - taken),
    )


def _counts(load: Load, there: Present) -> int:
    if load.picked is not None and not there.taken(load.picked):
        return 0
    if load.by == "starts":
        return load.weights[there.id] if load.start <= there.start < load.end else 0
    return load.weights[there.id] * there.runs_within(load.start, load.end)


def _picked(pick: Pick, place: Placed) -> Pick:
    who = place.picked.get(pick.name, ())
    return evolve(pick, candidates=who, count=len(who), skill="", level=0, price=None)


def _may_take(problem: Problem, task: Task) -> Iterator[str]:
    for way in task.ways:
        yield from (thing for thing, amount in way.occupies.items() if amount)
        for pick in (*way.picks, *task.picks):
            yield from problem.candidates(pick) if pick.count else ()


def _always_takes(task: Task) -> set[str]:
    """What it takes in every way to do it, for as long as it takes: nothing where that is open, or it may pause."""
    lengths = {way.duration for way in task.ways}
    if task.breaks is not None or len(lengths) > 1 or lengths == {0}:
        return set()
    return set.intersection(*({thing for thing, amount in way.occupies.items() if amount} for way in task.ways))


def _one_at_a_time(constraint: Constraint) -> bool:
    match constraint:
        case NoOverlap():
            return not constraint.setup and constraint.price is None
        case Capacity():
            return constraint.capacity == 1 and not constraint.changes and constraint.price is None
    return False


def _takings(there: Present, things: frozenset[str]) -> Iterator[tuple[str, Taking]]:
    for thing, _ in there.takes:
        if thing in things:
            yield from ((thing, (start, end, there.id)) for start, end in there.taking)


def _clear(starts: Ranges, busy: Sequence[Taking], duration: int, free: frozenset[str]) -> Ranges:
    """The starts at which a task of this length meets none of the takings but those of free tasks."""
    found = []
    for first, last in starts:
        now = first
        for k in range(max(0, bisect_left(busy, (first,)) - 1), len(busy)):
            begins, ends, name = busy[k]
            if begins >= last + duration or now > last:
                break
            if ends > now and name not in free:
                if begins - duration >= now:
                    found.append((now, min(last, begins - duration)))
                now = ends
        if now <= last:
            found.append((now, last))
    return tuple(found)


def _by_thing(limited: Iterable[NoOverlap | Capacity]) -> dict[str, tuple[Constraint, ...]]:
    found: dict[str, tuple[Constraint, ...]] = {}
    for constraint in limited:
        found[constraint.resource] = (*found.get(constraint.resource, ()), constraint)
    return found


def _turned(named: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, things in named.items():
        for thing in sorted(things):
            found.setdefault(thing, []).append(name)
    return {thing: tuple(names) for thing, names in found.items()}
