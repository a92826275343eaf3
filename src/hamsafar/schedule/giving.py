"""How what a tag asks for gives way: softened first, so that a search tells by how little; then with other figures.

A tag gives way in all that carries it: constraints, allowed and forbidden starts, picks, and the presence of the tasks
that are there for its sake. Every kind has an amount (told with the kind); a presence has two ways, to be left out
(amount: tasks) or to be shorter (amount: ticks).

What has a figure keeps it, with the value that a schedule needs: a limit of 40 becomes 41, starts are allowed up to a
minute later, one more is there from tick 90 to 95 (`giving_kinds`). Whatever held before still holds, and that schedule
holds too: this is what `check` is asked afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, cast

from attrs import evolve, frozen

from hamsafar.schedule.asked import presence_tag
from hamsafar.schedule.check import JUDGES, amount_of, kind_of
from hamsafar.schedule.check_facts import Facts, facts_of, picks_of
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Implies,
    Lag,
    Load,
    NeverTogether,
    OtherPeople,
    Repeats,
    Reservoir,
    Rolling,
    SamePeople,
    Together,
)
from hamsafar.schedule.giving_kinds import NOT_ASKED, Figure, allowed_gives, figures, forbidden_gives, pick_gives
from hamsafar.schedule.objectives import WeightedStarts
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Allowed, Forbidden, Pick, Price, Tag, Task

Demand = Constraint | Allowed | Forbidden | Pick | Task
Facts_ = Mapping[str, Tag]
SHORTER = "ticks that something is shorter"  # consumed by the shorter modes; no resource of anybody's
EDGES = ("until one more is there", "when one more is gone")
_EDGE = Tag("edge", detail="of a stretch in which more is there")
MOST_LENGTHS = 1_500  # of one task, tried at once


@frozen(kw_only=True)
class Change:
    """One figure of a problem that gives way: whose, by how much, from what to what, where in time, and instead.

    `before` and `after` are told where the figure is one number (of ranges: the edge that moves); `stretches` are
    half-open: starts newly allowed, ticks no longer forbidden, or when more of a resource is there.
    """

    tag: Tag
    kind: str  # as the JSON form says it: "load"; "task" for its presence or its length
    what: str  # limit, least, most, capacity, min_gap, ... "optional", "duration"; "asked": it is asked no more
    tasks: tuple[str, ...]  # those who need it in the schedule found
    amount: int
    unit: str
    demand: Demand  # as it was
    instead: tuple[Demand, ...]  # as it is; nothing where it is asked no more
    resource: str = ""  # or person or store, where the kind has one
    mode: str = ""  # of the task, where only one gives way
    before: int | None = None
    after: int | None = None
    stretches: tuple[tuple[int, int], ...] = ()


def softened(problem: Problem, tag: Tag, term: str, facts: Facts_ | None = None) -> Problem:
    """The same with all that carries the tag soft, at 1 a unit in `term`; its tasks may be left out, at 1 each."""
    price = Price(term)
    there = [task.id for task in problem.tasks if _there_for(task, tag, facts)]
    tasks = tuple(_softened_task(task, tag, price, facts) for task in problem.tasks)
    constraints = tuple(
        evolve(one, price=price) if one.tag == tag and one.price is None else one for one in problem.constraints
    )
    if there:
        present = Choose(tasks=tuple(there), least=len(there), most=len(there), tag=tag, price=price)
        constraints += (present,)
    return evolve(problem, tasks=tasks, constraints=constraints)


def shortened(problem: Problem, tag: Tag, term: str, facts: Facts_ | None = None) -> Problem:
    """The same, but the tasks that are there for the tag's sake may be shorter, at 1 in `term` a tick.

    Where a task has more than `MOST_LENGTHS` lengths, only some of them are tried.
    """
    tasks = tuple(_shorter(task) if _there_for(task, tag, facts) else task for task in problem.tasks)
    paid = Budget(resource=SHORTER, limit=0, tag=tag, price=Price(term))
    return evolve(problem, tasks=tasks, constraints=(*problem.constraints, paid))


def whole_lengths(problem: Problem, tag: Tag, facts: Facts_ | None = None) -> bool:
    """Whether every length of these tasks is tried."""
    tasks = (task for task in problem.tasks if _there_for(task, tag, facts))
    return all(_step(task) == 1 for task in tasks)


def relaxed(
    problem: Problem, tag: Tag, placed: Mapping[str, Placed], facts: Facts_ | None = None
) -> tuple[Problem, tuple[Change, ...]]:
    """The problem with every figure of the tag that the schedule breaks made as it needs, and these changes.

    Tasks that are there for the tag's sake and not in the schedule may be left out; those in one of the modes of
    `shortened` are so much shorter.
    """
    changes = [
        change
        for task in problem.tasks
        if _there_for(task, tag, facts)
        for change in _presence_changes(problem, task, tag, placed.get(task.id))
    ]
    problem = applied(problem, changes)  # lengths first: others are broken or not as the task then is
    known = as_asked(placed)
    found = facts_of(problem, known)
    more = [change for task in problem.tasks for change in _demand_changes(problem, task, tag, found, known)]
    for constraint in problem.constraints:
        if constraint.tag == tag and constraint.price is None:
            more.extend(_constraint_changes(problem, constraint, found, known))
    return applied(problem, more), (*changes, *more)


def applied(problem: Problem, changes: Iterable[Change]) -> Problem:
    """The problem with these changes made, one after another."""
    for change in changes:
        if isinstance(change.demand, Task | Allowed | Forbidden | Pick):
            (name,) = change.tasks
            tasks = (_changed(task, change) if task.id == name else task for task in problem.tasks)
            problem = evolve(problem, tasks=tuple(tasks))
        else:
            kept = (_instead(one, change) for one in problem.constraints)
            problem = evolve(problem, constraints=tuple(chain.from_iterable(kept)))
    return problem


def _instead(constraint: Constraint, change: Change) -> tuple[Constraint, ...]:
    return cast("tuple[Constraint, ...]", change.instead) if constraint == change.demand else (constraint,)


def as_asked(placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """The schedule with the modes of the problem itself, where it has those of `shortened`."""
    return {name: evolve(place, mode=_length_of(place.mode)[0]) for name, place in placed.items()}


def one_more(problem: Problem, change: Change) -> Problem:
    """The problem with as much more of a resource, as a change says, in one stretch that is to be as short as can be.

    So much more is there all the time, and two tasks take it: one up to the beginning of the stretch and one from its
    end on. They reach out of the horizon, which is wider on both sides; all other tasks stay in the old one.
    """
    asked, first, last = change.demand, problem.first, problem.last
    wide, outside = last - first, Forbidden(stretches=((2 * first - last, first), (last, 2 * last - first)), tag=_EDGE)
    inside = Allowed(ranges=((first, last),), tag=_EDGE)
    more = change.amount if isinstance(asked, Capacity) else 1
    base, levels = (asked.capacity, asked.changes) if isinstance(asked, Capacity) else (1, ())
    plenty = Capacity(
        resource=change.resource,
        capacity=base + more,
        changes=tuple((tick, level + more) for tick, level in levels),
        tag=_EDGE,
    )
    tasks = [
        evolve(task, allowed=(*task.allowed, inside), forbidden=(*task.forbidden, outside)) for task in problem.tasks
    ]
    used = [range_ for task in problem.tasks for range_ in possible_starts(problem, task)]
    low = min((one for one, _ in used), default=first)
    high = min(last, max((one for _, one in used), default=last) + _longest(problem))
    for name, back in zip(EDGES, (wide, 0), strict=True):
        when = Allowed(ranges=((low - back, high - back),), tag=_EDGE)
        tasks.append(Task(id=name, duration=wide, allowed=(when,), occupies={change.resource: more}))
    longest = change.stretches[-1][1] - change.stretches[0][0]
    order = Lag(before=EDGES[0], after=EDGES[1], min_gap=0, max_gap=longest, tag=_EDGE)
    kept = tuple(one for one in problem.constraints if one != asked)
    length = WeightedStarts(
        name="length of the stretch", unit=problem.tick, weights=dict(zip(EDGES, (-1, 1), strict=True))
    )
    return evolve(
        problem,
        first=first - wide,
        last=last + wide,
        tasks=tuple(tasks),
        constraints=(*kept, plenty, order),
        objectives=(length,),
    )


def _longest(problem: Problem) -> int:
    """As long as a task can last, its pauses included."""
    if any(task.breaks is not None for task in problem.tasks):
        return problem.last - problem.first
    return max((way.duration for task in problem.tasks for way in task.ways), default=0)


# ---- softened


def _there_for(task: Task, tag: Tag, facts: Facts_ | None) -> bool:
    return not task.optional and presence_tag(task, facts) == tag


def _softened_task(task: Task, tag: Tag, price: Price, facts: Facts_ | None) -> Task:
    def soft(asked: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(evolve(one, price=price) if one.tag == tag and one.price is None else one for one in asked)

    there = _there_for(task, tag, facts)
    return evolve(
        task,
        allowed=soft(task.allowed),
        forbidden=soft(task.forbidden),
        picks=soft(task.picks),
        modes=tuple(evolve(mode, picks=soft(mode.picks)) for mode in task.modes),
        optional=task.optional or there,
        required=None if there else task.required,
    )


def _shorter(task: Task) -> Task:
    """The same in modes of every length down to one tick."""
    step, modes = _step(task), []
    for way in task.ways:
        for by in range(0, max(1, way.duration), step):
            consumes = {**way.consumes, SHORTER: by} if by else way.consumes
            modes.append(evolve(way, id=_mode_of(way.id, by), duration=way.duration - by, consumes=consumes))
    return evolve(task, modes=tuple(modes), duration=0, occupies={}, consumes={})


def _step(task: Task) -> int:
    return 1 + sum(way.duration for way in task.ways) // MOST_LENGTHS


_BY = " shorter by "


def _mode_of(mode: str, by: int) -> str:
    return f"{mode}{_BY}{by}" if by else mode


def _length_of(mode: str) -> tuple[str, int]:
    """The mode of the problem, and by how much it is shorter."""
    name, found, by = mode.rpartition(_BY)
    return (name, int(by)) if found else (mode, 0)


# ---- changes


def _presence_changes(problem: Problem, task: Task, tag: Tag, place: Placed | None) -> Iterator[Change]:
    """That it may be left out, where it is; that it is shorter, where it is that."""
    if place is None:
        kept = evolve(task, optional=True, required=None)
        yield Change(
            tag=tag,
            kind="task",
            what="optional",
            tasks=(task.id,),
            amount=1,
            unit="activity",
            demand=task,
            instead=(kept,),
        )
        return
    mode, by = _length_of(place.mode)
    if by:
        before = task.way(mode).duration
        yield Change(
            tag=tag,
            kind="task",
            what="duration",
            tasks=(task.id,),
            amount=by,
            unit=problem.tick,
            demand=task,
            instead=(_with_length(task, mode, before - by),),
            mode=mode,
            before=before,
            after=before - by,
        )


def _with_length(task: Task, mode: str, duration: int) -> Task:
    if not task.modes:
        return evolve(task, duration=duration)
    modes = (evolve(one, duration=duration) if one.id == mode else one for one in task.modes)
    return evolve(task, modes=tuple(modes))


def _demand_changes(
    problem: Problem, task: Task, tag: Tag, found: Facts, placed: Mapping[str, Placed]
) -> Iterator[Change]:
    """What the task asks for itself under this tag, and does not get."""
    there = found.present.get(task.id)
    if there is None:
        return
    asked: tuple[Allowed | Forbidden | Pick, ...] = (*task.allowed, *task.forbidden, *picks_of(task, there.way))
    for demand in dict.fromkeys(one for one in asked if one.tag == tag and one.price is None):
        amount = amount_of(demand, problem, placed, task.id)
        if not amount:
            continue
        match demand:
            case Allowed():
                figure = allowed_gives(demand, there.start)
            case Forbidden():
                figure = forbidden_gives(demand, there)
            case Pick():
                figure = pick_gives(demand, amount)
        yield _change(problem, demand, figure, amount, (task.id,), mode=there.way.id)


def _constraint_changes(
    problem: Problem, constraint: Constraint, found: Facts, placed: Mapping[str, Placed]
) -> Iterator[Change]:
    """What the constraint's figures become; where they do not do, it is asked no more."""
    judge, amount_in = JUDGES[type(constraint)]
    findings = tuple(judge(constraint, found))
    amount = amount_in(finding.amount for finding in findings)
    if not amount:
        return
    tasks = tuple(dict.fromkeys(name for finding in findings for name in finding.tasks))

    def broken(other: Constraint) -> int:
        return amount_of(other, problem, placed)

    asked, changes = constraint, list[Change]()
    for figure in figures(constraint, amount, broken, found):
        changes.append(_change(problem, asked, figure, amount if figure.amount is None else figure.amount, tasks))
        asked = figure.instead[0] if figure.instead else asked
    if any(amount_of(cast("Constraint", one), problem, placed) for one in changes[-1].instead):
        changes = [_change(problem, constraint, NOT_ASKED, amount, tasks)]
    yield from changes


def _change(
    problem: Problem, demand: Any, figure: Figure, amount: int, tasks: tuple[str, ...], mode: str = ""
) -> Change:
    return Change(
        tag=demand.tag,
        kind=kind_of(type(demand)),
        what=figure.what,
        tasks=tasks,
        amount=amount,
        unit=unit_of(demand, problem),
        demand=demand,
        instead=figure.instead,
        resource=_resource(demand),
        mode=mode,
        before=figure.before,
        after=figure.after,
        stretches=figure.stretches,
    )


def _resource(demand: Any) -> str:
    names = ("resource", "candidate", "picked") + (("name",) if isinstance(demand, Reservoir) else ())
    return next((str(found) for name in names if (found := getattr(demand, name, None))), "")


def _changed(task: Task, change: Change) -> Task:
    """The task with a change of its own made."""

    def other(asked: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chain.from_iterable(change.instead if one == change.demand else (one,) for one in asked))

    match change.demand:
        case Allowed():
            return evolve(task, allowed=other(task.allowed))
        case Forbidden():
            return evolve(task, forbidden=other(task.forbidden))
        case Pick():
            modes = (evolve(mode, picks=other(mode.picks)) if mode.id == change.mode else mode for mode in task.modes)
            return evolve(task, picks=other(task.picks), modes=tuple(modes))
        case _ if change.what == "optional":
            return evolve(task, optional=True, required=None)
        case _:
            return _with_length(task, change.mode, change.after or 0)


# ---- units


def unit_of(demand: Demand, problem: Problem) -> str:
    """What the amount of this is counted in, one of them: `min`, `activity`, `bucket`."""
    match demand:
        case Capacity() | Budget() | Reservoir():
            return f"of {demand.resource if not isinstance(demand, Reservoir) else demand.name}"
        case Load(by="starts") | Rolling(by="starts"):
            return "of weight"
        case Repeats(edges=(_, *_)) | ActiveBuckets():
            return "bucket"
        case Choose():
            return "activity"
        case Implies() | AllOrNone():
            return "condition"
        case Pick() | SamePeople():
            return "person"
        case OtherPeople() | Together() | NeverTogether():
            return "taking"
        case _:
            return problem.tick
