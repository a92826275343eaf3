"""What a set of tags asks for, and no more: the problem that is left when every other tag is switched off.

To switch a tag off is to leave out all that must hold for its sake: constraints, allowed and forbidden starts, picks,
and the presence of mandatory tasks (by their `required` reason; where there is none, the fact that the task is there,
`Tag("CMP-01", task)`): such a task may then be left out. What is soft can always be paid for, and is left out as well.
Each of these makes every schedule that was one before a schedule still, so fewer tags are never harder to obey, and
with no tag nothing has to be there.

Horizon, durations, modes and breaks are facts that go with a task. To let a task run through its breaks is not easier:
it ends sooner, and runs when others may have to.

Tasks that nothing asks for are taken out, where no schedule could need them: that leaves a small model. Most
constraints only ever forbid. A few can ask for tasks that may be left out, or for people that need not be picked:
their tasks stay, optional, and their people may be picked, though nobody has to be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from attrs import evolve

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
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Forbidden, Pick, Price, Tag, Task

FACT = "CMP-01"  # the rule that whatever is mandatory is in the plan, in full length
_FREE = Price("not asked for", 0)  # of a pick that nobody has to make


def all_tags(problem: Problem, facts: Mapping[str, Tag] | None = None) -> tuple[Tag, ...]:
    """Every tag that may be part of a conflict: rules first, presence last, each once."""
    hard = tuple(constraint for constraint in problem.constraints if constraint.price is None)
    mandatory = [task for task in problem.tasks if not task.optional]
    there = _closed((task.id for task in mandatory), hard)
    places = (tag for task in problem.tasks if task.id in there for tag in demands(task))
    presence = (presence_tag(task, facts) for task in mandatory)
    return tuple(dict.fromkeys(chain((constraint.tag for constraint in hard), places, presence)))


def presence_tag(task: Task, facts: Mapping[str, Tag] | None = None) -> Tag:
    """Why a mandatory task is there."""
    return task.required or (facts or {}).get(task.id) or Tag(FACT, task.id)


def demands(task: Task) -> Iterator[Tag]:
    """The tags of all that the task itself must obey, in whatever mode."""
    picks = chain(task.picks, *(mode.picks for mode in task.modes))
    asked: Iterable[Allowed | Forbidden | Pick] = chain(task.allowed, task.forbidden, picks)
    return (demand.tag for demand in asked if demand.price is None)


def limited(problem: Problem, tags: Iterable[Tag], facts: Mapping[str, Tag] | None = None) -> Problem:
    """What these tags ask for and no more, without objectives. Has a schedule just when the tags can hold together."""
    kept = frozenset(tags)
    hard = tuple(
        constraint for constraint in problem.constraints if constraint.price is None and constraint.tag in kept
    )
    mandatory = {task.id for task in problem.tasks if not task.optional and presence_tag(task, facts) in kept}
    sure = _closed(mandatory, (constraint for constraint in hard if isinstance(constraint, Implies | AllOrNone)))
    there = _closed(sure, hard)
    wanted = frozenset(who for constraint in hard for who in _wanted(constraint, there))
    tasks = {
        task.id: _limited_task(problem, task, kept, wanted, sure=task.id in sure)
        for task in problem.tasks
        if task.id in there
    }
    projected = (_projected(problem, constraint, tasks) for constraint in hard)
    constraints = tuple(constraint for constraint in projected if constraint is not None)
    return evolve(problem, tasks=tuple(tasks.values()), constraints=constraints, objectives=(), hint={})


def _limited_task(problem: Problem, task: Task, kept: frozenset[Tag], wanted: frozenset[str], *, sure: bool) -> Task:
    return evolve(
        task,
        allowed=tuple(allowed for allowed in task.allowed if allowed.price is None and allowed.tag in kept),
        forbidden=tuple(forbidden for forbidden in task.forbidden if forbidden.price is None and forbidden.tag in kept),
        picks=_limited_picks(problem, task.picks, kept, wanted),
        modes=tuple(evolve(mode, picks=_limited_picks(problem, mode.picks, kept, wanted)) for mode in task.modes),
        optional=not sure,
        required=task.required if task.required in kept else None,
    )


def _limited_picks(
    problem: Problem, picks: tuple[Pick, ...], kept: frozenset[Tag], wanted: frozenset[str]
) -> tuple[Pick, ...]:
    """Picks that are asked for, and, free to be made, those of somebody whom a constraint may ask for."""
    hard = {pick.name for pick in picks if pick.price is None and pick.tag in kept}
    return tuple(
        pick if pick.name in hard else evolve(pick, price=_FREE)
        for pick in picks
        if pick.name in hard or (wanted and not wanted.isdisjoint(problem.candidates(pick)))
    )


# ---- which tasks, and which people, a constraint can ask for


def _closed(names: Iterable[str], constraints: Iterable[Constraint]) -> set[str]:
    """These tasks and all that constraints may want there for their sake, or in any case."""
    found = set(names)
    asking = [one for one in constraints if isinstance(one, _ASKING)]
    while more := {name for constraint in asking for name in _asked_for(constraint, found)} - found:
        found |= more
    return found


_ASKING = (Implies, AllOrNone, Choose, Load, Rolling, Reservoir, Repeats)


def _asked_for(constraint: Constraint, there: Collection[str]) -> Iterable[str]:
    """Tasks that a schedule with these tasks may need for the constraint's sake."""
    match constraint:
        case Implies():
            return (constraint.needs,) if constraint.task in there else ()
        case AllOrNone():
            return constraint.tasks if any(name in there for name in constraint.tasks) else ()
        case Choose():
            return constraint.tasks if constraint.least > 0 else ()
        case Load() | Rolling():
            return constraint.weights if constraint.least > 0 else _taking_off(constraint)
        case Reservoir():
            return _flowing(constraint)
        case Repeats() if constraint.most is not None:  # what lies between two others keeps these from being too far
            at = [place for place, name in enumerate(constraint.tasks) if name in there]
            return constraint.tasks[at[0] : at[-1]] if at else ()
        case _:
            return ()


def _taking_off(load: Load | Rolling) -> Iterable[str]:
    """Tasks that make a load less: with them more of the others fit."""
    return () if load.limit is None else (name for name, weight in load.weights.items() if weight < 0)


def _flowing(reservoir: Reservoir) -> Iterator[str]:
    """Tasks whose flow can mend the level: fills where it may be too low, drains where it may be too high."""
    amounts = [*(flow.amount for flow in reservoir.flows), *(amount for _, amount in reservoir.given)]
    low = reservoir.level < reservoir.lowest or any(amount < 0 for amount in amounts)
    high = reservoir.level > reservoir.highest or any(amount > 0 for amount in amounts)
    for flow in reservoir.flows:
        if (flow.amount > 0 and low) or (flow.amount < 0 and high and not reservoir.overflow):
            yield flow.task


def _wanted(constraint: Constraint, there: Collection[str]) -> tuple[str, ...]:
    """Whom it may help to pick, though no pick asks for it."""
    match constraint:
        case SamePeople() | Together():
            count = sum(name in there for name in constraint.tasks)
            return constraint.people if _says_something(constraint, count) else ()
        case Load() | Rolling():
            return (constraint.picked,) if constraint.least > 0 and constraint.picked is not None else ()
        case _:
            return ()


# ---- what a constraint says about the tasks that are there


def _projected(problem: Problem, constraint: Constraint, there: Mapping[str, Task]) -> Constraint | None:
    """The constraint on the tasks that are there; None where it has nothing to say about them."""
    match constraint:
        case NoOverlap():
            setup = tuple(one for one in constraint.setup if one[0] in there and one[1] in there)
            return evolve(constraint, setup=setup) if _takers(problem, constraint.resource, there) > 1 else None
        case Capacity():
            return constraint if _takers(problem, constraint.resource, there) else None
        case Budget():
            return constraint if _consumers(constraint.resource, there) else None
        case Reservoir():
            flows = tuple(flow for flow in constraint.flows if flow.task in there)
            sound = constraint.lowest <= constraint.level <= constraint.highest
            return evolve(constraint, flows=flows) if flows or constraint.given or not sound else None
        case Lag():
            return constraint if constraint.before in there and constraint.after in there else None
        case Apart():
            return constraint if constraint.first in there and constraint.second in there else None
        case PickAllowed():
            task = there.get(constraint.task)
            return constraint if task is not None and _takings(problem, task, constraint.candidate) else None
        case Implies():
            return constraint if constraint.task in there else None  # then what it needs is there too
        case Load() | Rolling():
            return _projected_load(constraint, there)
        case _:
            return _projected_group(constraint, there)


def _projected_load(constraint: Load | Rolling, there: Mapping[str, Task]) -> Constraint | None:
    weights = {name: weight for name, weight in constraint.weights.items() if name in there}
    stretch = constraint.end - constraint.start if isinstance(constraint, Load) else constraint.span
    most = sum(max(0, weight) for weight in weights.values()) * (stretch if constraint.by == "ticks" else 1)
    says = constraint.least > 0 or (constraint.limit is not None and most > constraint.limit)
    return evolve(constraint, weights=weights) if says else None


_Group = (
    StartsApart
    | Repeats
    | ActiveBuckets
    | RestBetween
    | AllOrNone
    | Choose
    | SamePeople
    | OtherPeople
    | Together
    | NeverTogether
)


def _projected_group(constraint: _Group, there: Mapping[str, Task]) -> Constraint | None:
    tasks = tuple(name for name in constraint.tasks if name in there)
    return evolve(constraint, tasks=tasks) if _says_something(constraint, len(tasks)) else None


def _says_something(constraint: _Group, count: int) -> bool:
    """Whether so many tasks can break it."""
    match constraint:
        case Choose():
            return constraint.least > 0 or count > constraint.most
        case Repeats():
            return count > (0 if constraint.edges else 1)
        case ActiveBuckets() | AllOrNone() | OtherPeople() | Together() | NeverTogether():
            return count > 0
        case _:
            return count > 1


def _takers(problem: Problem, resource: str, there: Mapping[str, Task]) -> int:
    return sum(_takings(problem, task, resource) for task in there.values())


def _takings(problem: Problem, task: Task, resource: str) -> int:
    """In how many ways the task may take the resource: always, and by each pick, in each mode."""
    picks = chain(task.picks, *(way.picks for way in task.ways))
    always = sum(way.occupies.get(resource, 0) > 0 for way in task.ways)
    return always + sum(resource in problem.candidates(pick) for pick in picks)


def _consumers(resource: str, there: Mapping[str, Task]) -> bool:
    return any(way.consumes.get(resource, 0) for task in there.values() for way in task.ways)
