"""People who could change places in any schedule: of all the schedules that differ only so, one is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from attrs import evolve, fields, has

from hamsafar.schedule.build.redundant import dealt_out
from hamsafar.schedule.constraints import Capacity, Choose, Constraint, Lag, NoOverlap
from hamsafar.schedule.objectives import Objective
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Person, Tag, Task
from hamsafar.schedule.variables import Variables

Part = Task | Constraint | Objective | Person
NO_TAG = Tag("")


def order_alike(made: Variables) -> None:
    """Of people who are alike, the first named begins the longest of what they must all do no later than the next.

    No best schedule is lost: any of them with the places of two such people exchanged is a schedule as good, so the
    people can be sorted by that start. Only where a best one is asked for, something is dealt out among them, and
    nothing is hinted: a hint may have them in another order.
    """
    problem, lead = made.problem, ""
    if problem.hint or not problem.objectives:
        return
    people = dict.fromkeys(who for one in dealt_out(problem) for who in one.ways.values())
    for one, other in pairwise(people):
        names = exchanged(problem, one, other)
        if not names:
            lead = ""
            continue
        lead = lead or _lead(problem, one, people)
        if lead:
            made.model.add(made.start[lead] <= made.start[names[lead]])
            lead = names[lead]


def _lead(problem: Problem, who: str, people: Collection[str]) -> str:
    """The longest task that must be there and is of this one alone, by its id."""
    own = (task for task in problem.tasks if not task.optional and task.occupies.get(who))
    alone = [task for task in own if [word for word in task.id.split(" ") if word in people] == [who]]
    return max(alone, key=lambda task: task.duration).id if alone else ""


def exchanged(problem: Problem, one: str, other: str) -> dict[str, str]:
    """What each task becomes when two people change places; nothing where that makes another problem.

    Which task of the one is which of the other is guessed from their ids, in which their names stand as words. Whether
    the guess is right is seen from the problem: it must come out the same, but for the order of things in it.
    """
    names = {task.id: _swapped(task.id, one, other) for task in problem.tasks}
    moved = {name for name, becomes in names.items() if name != becomes} | {one, other}
    if {*names.values()} != names.keys():
        return {}
    facts = Counter[Any]()
    for part in (*problem.tasks, *problem.constraints, *problem.objectives, *problem.people):
        if (before := _fact(part, {})) is not None:
            facts[before] += 1
            facts[_fact(part, names | {one: other, other: one})] -= 1
        elif not moved.isdisjoint(_words_in(part)):
            return {}
    return {} if any(facts.values()) else names


def _swapped(name: str, one: str, other: str) -> str:
    return " ".join({one: other, other: one}.get(word, word) for word in name.split(" "))


def _fact(part: Part, names: Mapping[str, str]) -> Any:
    """What a part says, with these names changed; None where it is not known how."""

    def new(name: str) -> str:
        return names.get(name, name)

    match part:
        case Task() if not part.modes and not part.picks:
            takes = frozenset((new(thing), amount) for thing, amount in part.occupies.items())
            return new(part.id), takes, repr(evolve(part, id="", occupies={}))
        case Lag():
            return new(part.before), new(part.after), repr(evolve(part, before="", after="", tag=NO_TAG))
        case Choose():
            return frozenset(map(new, part.tasks)), repr(evolve(part, tasks=(), tag=NO_TAG))
        case Capacity():
            return new(part.resource), repr(evolve(part, resource="", tag=NO_TAG))
        case NoOverlap() if not part.setup:
            return new(part.resource), repr(evolve(part, resource="", tag=NO_TAG))
    return None


def _words_in(part: object) -> Iterator[str]:
    """Every name in it, but for those of its tag."""
    kind = type(part)
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for pair in part.items():
            yield from _words_in(pair)
    elif isinstance(part, tuple):
        for one in part:
            yield from _words_in(one)
    elif has(kind) and not isinstance(part, Tag):
        for own in fields(kind):
            yield from _words_in(getattr(part, own.name))
