"""What wishes for certain starts come to at least, day by day: each day as a small problem of its own.

Where an activity can start only within a day or so, what it competes with lies there too. So each day is solved alone,
with the activities that are at home in it and those near it that an earlier wish holds; all others, and what only all
together could break, are left out. What is left out could only cost more, so the days' bounds add up to one of the
whole. And the whole, where each day's wishes are a cost of their own and no less than its bound, can then be proved: a
stay of a week with 260 wishes within ten seconds, where the solver's own bound of it stays at a sixth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from hamsafar.schedule.check_facts import distance
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    Apart,
    Budget,
    Capacity,
    Constraint,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
)
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, Objective
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.running import possible_starts

A_DAY = {"s": 86_400, "min": 1_440, "h": 24}  # ticks, by what a tick is
CUTS = 24  # places in a day that are tried for the cut between two
WIDEST = 1.05  # days between the first and the last start of what is at home in one
MOST_WITHOUT = 0.2  # of the wishes, at most, that are at home in no day: beyond, the days say little


@frozen(kw_only=True)
class Day:
    """One day: whose wishes count in it, and all that is asked beside them."""

    wishes: frozenset[str]
    tasks: frozenset[str]


@frozen(kw_only=True)
class Floors:
    """What an objective is at least: all of it, and the wishes of each day."""

    whole: int
    by_day: tuple[int, ...]


def days_of(problem: Problem, number: int, day: int | None = None) -> tuple[Day, ...]:
    """The days in which the wishes of an objective are at home; none where too many are at home in no day.

    `day`: its ticks, where it isn't the day that the problem's tick tells.
    """
    wished, day = problem.objectives[number], day or A_DAY.get(problem.tick)
    if not isinstance(wished, AwayFromPreferred) or day is None:
        return ()
    reach = {
        task.id: (found[0][0], found[-1][1])
        for task in problem.tasks
        if (found := possible_starts(problem, task)) and found[-1][1] - found[0][0] <= WIDEST * day
    }
    homeless = [name for name in wished.preferred if name not in reach]
    if len(homeless) > MOST_WITHOUT * len(wished.preferred):
        return ()
    home = _homes(reach, day)
    held = {name for one in problem.objectives[:number] if isinstance(one, AwayFromPreferred) for name in one.preferred}
    days = list[Day]()
    for at in sorted(set(home.values())):
        wishes = frozenset(name for name in wished.preferred if home.get(name) == at)
        if wishes:
            near = (name for name, there in home.items() if there == at or (name in held and abs(there - at) == 1))
            days.append(Day(wishes=wishes, tasks=frozenset(near)))
    return tuple(days)


def _homes(reach: Mapping[str, tuple[int, int]], day: int) -> dict[str, int]:
    """Task → the number of its day; days are cut where the fewest can start on both sides."""

    def astride(cut: int) -> int:
        return sum((first - cut) // day != (last - cut) // day for first, last in reach.values())

    cut = min((k * day // CUTS for k in range(CUTS)), key=astride)
    return {name: ((first + last) // 2 - cut) // day for name, (first, last) in reach.items()}


def floors_by_days(
    problem: Problem,
    number: int,
    values: Sequence[int],
    engine: Engine,
    share: float,
    days: Sequence[Day],
    heard: Callable[[int], None] = lambda bound: None,
) -> Floors:
    """What an objective is at least in every schedule that is as good in those before it, which come to `values`.

    Solves the days one after another within a share of the engine's effort; `heard` is told the bound so far.
    """
    wished = problem.objectives[number]
    assert isinstance(wished, AwayFromPreferred)
    least = _least_alone(problem, wished)
    by_day = [sum(least[name] for name in day.wishes) for day in days]
    rest, budget = sum(least.values()) - sum(by_day), engine.left * share
    for k, day in enumerate(days):
        if engine.spent or budget <= 0:
            break
        before = engine.left
        found = _least_of(problem, number, values, day, engine, min(1.0, budget / (len(days) - k) / before))
        budget -= before - engine.left
        by_day[k] = max(by_day[k], found)
        heard(rest + sum(by_day))
    return Floors(whole=rest + sum(by_day), by_day=tuple(by_day))


def parted(problem: Problem, number: int, days: Sequence[Day]) -> Problem:
    """The same problem with an objective for each day's wishes in place of the whole, and one for the rest, if any."""
    wished = problem.objectives[number]
    assert isinstance(wished, AwayFromPreferred)
    names = [day.wishes for day in days]
    names.append(frozenset(wished.preferred).difference(*names))
    parts = [part for some in names if (part := _objective_of(wished, some)) is not None]
    return evolve(problem, objectives=(*problem.objectives[:number], *parts), hint={})


def _least_alone(problem: Problem, wished: AwayFromPreferred) -> dict[str, int]:
    """By wish, how far the nearest possible start is; or what leaving it out costs, where that is less."""
    tasks, found = {task.id: task for task in problem.tasks}, dict[str, int]()
    for name, preferred in wished.preferred.items():
        possible = possible_starts(problem, tasks[name])
        nearest = distance(preferred, possible) if possible else wished.left_out
        found[name] = min(nearest, wished.left_out) if tasks[name].optional else nearest
    return found


def _least_of(problem: Problem, number: int, values: Sequence[int], day: Day, engine: Engine, share: float) -> int:
    """The bound of one day's wishes, among its schedules for which the wishes before come to no more than they do."""
    wished = [
        (cut, value)
        for one, value in zip(problem.objectives[:number], values, strict=False)
        if (cut := _objective_of(one, day.tasks)) is not None
    ]
    last = _objective_of(problem.objectives[number], day.wishes)
    assert last is not None
    alone = evolve(
        problem,
        tasks=tuple(task for task in problem.tasks if task.id in day.tasks),
        constraints=tuple(_kept(problem.constraints, day.tasks)),
        objectives=(*(one for one, _ in wished), last),
        hint={},
    )
    built = assemble(alone)
    for term, (_, value) in zip(built.terms, wished, strict=False):
        if not isinstance(term.cost, int):
            built.model.add(term.cost <= value)
    term = built.terms[-1]
    if isinstance(term.cost, int):
        return term.cost
    built.model.minimize(term.cost)
    run = engine.run(built.model, share=share, workers=1)  # two take thrice the effort of one
    return max(term.floor, run.bound or 0)


def _objective_of(objective: Objective, tasks: Collection[str]) -> Objective | None:
    """What an objective comes to for some tasks alone is no more than for all; None where that isn't so, or nothing."""
    match objective:
        case AwayFromPreferred():
            preferred = {name: start for name, start in objective.preferred.items() if name in tasks}
            return evolve(objective, preferred=preferred) if preferred else None
        case LostValue():
            return objective
    return None


def _kept(constraints: Collection[Constraint], tasks: Collection[str]) -> Iterator[Constraint]:
    """What is still asked of some tasks where the others are left out: nothing that only all together could keep."""
    for asked in constraints:
        if asked.price is not None:
            continue
        match asked:
            case NoOverlap():
                yield evolve(asked, setup=tuple(one for one in asked.setup if one[0] in tasks and one[1] in tasks))
            case Capacity() | Budget():
                yield asked
            case Lag() if asked.before in tasks and asked.after in tasks:
                yield asked
            case Apart() if asked.first in tasks and asked.second in tasks:
                yield asked
            case PickAllowed() if asked.task in tasks:
                yield asked
            case Load() | Rolling() if asked.limit is not None:
                weights = {name: weight for name, weight in asked.weights.items() if name in tasks}
                balance = any(weight < 0 and name not in tasks for name, weight in asked.weights.items())
                if weights and not balance:  # what drains may come from the others
                    yield evolve(asked, weights=weights, least=0)
            case Repeats() | StartsApart() | RestBetween() | ActiveBuckets() | SamePeople() | OtherPeople():
                some = tuple(name for name in asked.tasks if name in tasks)
                if len(some) > 1:
                    yield (
                        evolve(asked, tasks=some, most=None)
                        if isinstance(asked, Repeats)
                        else evolve(asked, tasks=some)
                    )
            case NeverTogether():
                if some := tuple(name for name in asked.tasks if name in tasks):
                    yield evolve(asked, tasks=some)
