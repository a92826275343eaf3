"""A small problem out of a large one: some tasks are free, all others are held where they lie.

Whatever schedule the small problem has, put in place of what lay there before, is a schedule of the large one; and what
it gains in an objective, the large one gains. For that the small problem keeps every constraint that speaks of a free
task, with all the tasks that it speaks of: those that are not free can be in their old place only, with whom they
picked, or nowhere where they are left out. Constraints among held tasks alone hold, and cost what they cost.

One kind of constraint would drag in half of the large problem: that a thing is taken once at a time. Where a free task
takes it whenever it is there, and without a pause, what the others take is cut out of its starts instead, and they
stay out of the small problem. Likewise what held tasks add to a Load is taken off its limits, and the order between a
free task and a held one is in the starts of the free one (`order.py`).

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
from hamsafar.schedule.large.buckets import buckets_near, edges_of_buckets
from hamsafar.schedule.large.order import free_one, in_order, pair_of
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
        starts = {name: self._starts(name, loose, (within or {}).get(name)) for name in loose}
        asked, held = self._asked_of(loose, starts)
        held |= self._held_for_objectives(loose) - loose
        names = sorted(loose | held, key=self._number.__getitem__)
        tasks = tuple(self._loose(name, starts[name]) if name in loose else self._held(name) for name in names)
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
        for k in self.asked.get(name, ()):
            constraint = self.problem.constraints[k]
            if self._in_its_starts(constraint, free) and (other := self._held_one(constraint, free)) is not None:
                found = in_order(found, duration, constraint, name, other)
        return found

    def _in_its_starts(self, constraint: Constraint, free: frozenset[str]) -> bool:
        """Whether this is an order between a held task and a free one of one length: its starts then say it all."""
        name = free_one(constraint, free)
        return name is not None and len(self.tasks[name].ways) == 1 and self.tasks[name].breaks is None

    def _held_one(self, constraint: Constraint, free: frozenset[str]) -> Present | None:
        """The held task of an order, as it lies; None where it is left out."""
        return next((self.there.get(name) for name in pair_of(constraint) or () if name not in free), None)

    def _asked_of(self, free: frozenset[str], starts: Mapping[str, Ranges]) -> tuple[tuple[Constraint, ...], set[str]]:
        """Every constraint that speaks of a free task, and the held tasks that these constraints speak of."""
        numbers = sorted({k for name in free for k in self.asked.get(name, ())})
        held: set[str] = set()
        asked: list[Constraint] = []
        for k in numbers:
            constraint = self.problem.constraints[k]
            if isinstance(constraint, Load) and not _reaches(constraint, starts):
                continue
            if self._in_its_starts(constraint, free):
                continue
            less = self._less(constraint, free, starts)
            asked.append(less or constraint)
            held |= (self._spoken[k] if less is None else frozenset(spoken_of(less, self.problem))) - free
        for thing in sorted({thing for name in free for thing in self._may_take[name]}):
            constraints = self._things.get(thing, ())
            asked.extend(constraints)
            takers = [name for name in self.takers[thing] if name in free and thing not in self.plain[name]]
            if takers and thing in self.single and all(self._takes_whole(name) for name in takers):
                asked.extend(self._keeping_clear(name, thing, free, starts[name]) for name in takers)
            elif constraints and takers:
                held.update(self._held_takers(thing, takers, free, starts))
        return tuple(asked), held

    def _held_takers(
        self, thing: str, takers: Collection[str], free: frozenset[str], starts: Mapping[str, Ranges]
    ) -> Iterator[str]:
        """Held tasks that take a thing: where no more than its limit counts, those that a free taker may meet."""
        near = all(_only_together(one) for one in self._things[thing]) and all(
            self._takes_whole(name) for name in takers
        )
        reach = [
            (found[0][0], found[-1][1] + self.tasks[name].ways[0].duration)
            for name in takers
            if (found := starts[name])
        ]
        for name in self.takers[thing]:
            there = self.there.get(name)
            if there is None or name in free:
                continue
            if not near or any(there.start < end and first < there.end for first, end in reach):
                yield name

    def _less(self, constraint: Constraint, free: frozenset[str], starts: Mapping[str, Ranges]) -> Constraint | None:
        """The same with as few held tasks as say all that the others do; None where all are needed."""
        match constraint:
            case Load():
                return _less_load(constraint, self, free)
            case RestBetween() | ActiveBuckets() if constraint.price is None:
                near = buckets_near(constraint, free, starts)
                kept = free | edges_of_buckets(constraint, self.there, free, near)
                edges = constraint.edges[max(0, near.start - 1) : near.stop]
                tasks = tuple(name for name in constraint.tasks if name in kept)
                return evolve(constraint, tasks=tasks, edges=edges if len(edges) > 1 else constraint.edges)
        return None

    def _takes_whole(self, name: str) -> bool:
        """Whether it is done in one way and without a pause, so that what it may take is taken all through."""
        task = self.tasks[name]
        return len(task.ways) == 1 and task.breaks is None and task.ways[0].duration > 0

    def _keeping_clear(self, name: str, thing: str, free: frozenset[str], starts: Ranges) -> PickAllowed:
        """Where the task may start if it takes a single thing: beside all that are not free."""
        clear = _clear(starts, self.busy[thing], self.tasks[name].ways[0].duration, free)
        return PickAllowed(task=name, candidate=thing, ranges=clear, tag=HELD)

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

    def _loose(self, name: str, starts: Ranges) -> Task:
        task = self.tasks[name]
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
    if load.limit is not None and load.limit < taken and load.price is None:
        return None
    return evolve(
        load,
        weights={name: weight for name, weight in load.weights.items() if name in free},
        limit=None if load.limit is None else max(0, load.limit - taken),  # what is soft pays for the rest anyway
        least=max(0, load.least - taken),
    )


def _reaches(load: Load, starts: Mapping[str, Ranges]) -> bool:
    """Whether a free task may come to count in a load by starts; of others it is not asked."""
    if load.by != "starts":
        return True
    return any(
        first < load.end and last >= load.start
        for name in load.weights.keys() & starts.keys()
        for first, last in starts[name]
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


def _only_together(constraint: Constraint) -> bool:
    """Whether takings count where they share a tick, and never else."""
    match constraint:
        case NoOverlap():
            return not constraint.setup and constraint.price is None
        case Capacity():
            return constraint.price is None
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
