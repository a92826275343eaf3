"""Wishes for certain starts, day by day: each day as a small problem of its own.

Where an activity can start only within a day or so, what it competes with lies there too. So each day is solved alone,
with the activities that are at home in it and those near it that an earlier wish holds, and with those of the others
that it is told to take (`shared_out.py` says which); all others, and what only all together could break, are left out.
What is left out could only cost more, so the days' bounds add up to one of the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

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
from hamsafar.schedule.making import hint_placed, placed_by
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, Objective
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Allowed, Tag, Task

A_DAY = {"s": 86_400, "min": 1_440, "h": 24}  # ticks, by what a tick is
CUTS = 24  # places in a day that are tried for the cut between two
WIDEST = 1.05  # days between the first and the last start of what is at home in one
MOST_WITHOUT = 0.2  # of the wishes, at most, that are at home in no day: beyond, the days say little


@frozen(kw_only=True)
class Day:
    """One day, half-open in ticks: whose wishes count in it, and all that is asked beside them."""

    start: int
    end: int
    wishes: frozenset[str]
    home: frozenset[str]  # what is at home in it
    tasks: frozenset[str]  # that, and those of its neighbours that an earlier wish holds
    loose: frozenset[str]  # what is at home in no day

    def taken(self, placed: Mapping[str, Placed]) -> frozenset[str]:
        """What of the loose ones a schedule starts in it."""
        return frozenset(name for name in self.loose if name in placed and self.start <= placed[name].start < self.end)

    def within(self, task: Task) -> Task:
        """A task that starts in this day."""
        return evolve(task, allowed=(*task.allowed, Allowed(ranges=((self.start, self.end - 1),), tag=Tag("day"))))


@frozen(kw_only=True)
class Alone:
    """A day by itself: what its wishes come to at least (None: it can't take that much), and the best places found."""

    least: int | None
    placed: Mapping[str, Placed]


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
    cut, home = _homes(reach, day)
    loose = frozenset(task.id for task in problem.tasks if task.id not in reach)
    held = {name for one in problem.objectives[:number] if isinstance(one, AwayFromPreferred) for name in one.preferred}
    days = list[Day]()
    for at in sorted(set(home.values())):
        wishes = frozenset(name for name in wished.preferred if home.get(name) == at)
        if wishes:
            near = (name for name, there in home.items() if there == at or (name in held and abs(there - at) == 1))
            own = frozenset(name for name, there in home.items() if there == at)
            start = cut + at * day
            days.append(Day(start=start, end=start + day, wishes=wishes, home=own, tasks=frozenset(near), loose=loose))
    return tuple(days)


def _homes(reach: Mapping[str, tuple[int, int]], day: int) -> tuple[int, dict[str, int]]:
    """Where days are cut, which is where the fewest can start on both sides; and task → the number of its day."""

    def astride(cut: int) -> int:
        return sum((first - cut) // day != (last - cut) // day for first, last in reach.values())

    cut = min((k * day // CUTS for k in range(CUTS)), key=astride)
    return cut, {name: ((first + last) // 2 - cut) // day for name, (first, last) in reach.items()}


def least_apart(problem: Problem, number: int, days: Collection[Day]) -> int:
    """What the wishes that count in no day come to at least."""
    wished = problem.objectives[number]
    assert isinstance(wished, AwayFromPreferred)
    tasks, counted, found = {task.id: task for task in problem.tasks}, {name for day in days for name in day.wishes}, 0
    for name in wished.preferred.keys() - counted:
        possible = possible_starts(problem, tasks[name])
        nearest = distance(wished.preferred[name], possible) if possible else wished.left_out
        found += min(nearest, wished.left_out) if tasks[name].optional else nearest
    return found


def alone(
    problem: Problem,
    number: int,
    values: Sequence[int],
    day: Day,
    engine: Engine,
    share: float,
    *,
    taking: Collection[str] = (),
    floor: int = 0,
    near: Mapping[str, Placed] | None = None,
) -> Alone:
    """A day by itself with these of the loose ones in it, where objectives before come to no more than `values`.

    Its wishes come to `floor` at least, which is known. The search begins at the places of `near`. What the day says
    is so of every schedule of the whole problem that starts them there.
    """
    tasks = tuple(
        evolve(day.within(task), optional=False, value=0) if task.id in taking else task
        for task in problem.tasks
        if task.id in day.tasks or task.id in taking
    )
    names = {task.id for task in tasks}
    wished = [
        (cut, value)
        for one, value in zip(problem.objectives[:number], values, strict=False)
        if (cut := objective_of(one, names)) is not None
    ]
    last = objective_of(problem.objectives[number], day.wishes)
    assert last is not None
    objectives = (*(one for one, _ in wished), last)
    kept = tuple(_kept(problem.constraints, names))
    built = assemble(evolve(problem, tasks=tasks, constraints=kept, objectives=objectives, hint={}))
    for term, (_, value) in zip(built.terms, wished, strict=False):
        if not isinstance(term.cost, int):
            built.model.add(term.cost <= value)
    term = built.terms[-1]
    low = max(floor, term.floor)
    if isinstance(term.cost, int):
        return Alone(least=term.cost, placed={})
    built.model.add(term.cost >= low)
    built.model.minimize(term.cost)
    if near is not None:
        hint_placed(built.variables, {name: place for name, place in near.items() if name in names})
    run = engine.run(built.model, share=share, workers=1)
    if run.status == "infeasible":
        return Alone(least=None, placed={})
    placed = placed_by(built.variables, run.values) if run.found else {}
    return Alone(least=max(low, run.bound or 0), placed=placed)


def objective_of(objective: Objective, tasks: Collection[str]) -> Objective | None:
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
                if weights := {name: weight for name, weight in asked.weights.items() if name in tasks}:
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
