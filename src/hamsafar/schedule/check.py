"""Does a schedule obey a problem, and what is it worth? Knows the problem form and nothing of the solver.

Everything is compared directly, pair by pair and tick of change by tick of change: slow, and easy to believe. What is
hard and broken is told finding by finding; what is soft, constraint by constraint with its amount. How the findings of
one constraint make up its amount (the worst of them, or all together) stands beside each kind in a table here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from attrs import frozen

from hamsafar.schedule.check_counts import active_buckets, all_or_none, choose, implies, load, rest_between, rolling
from hamsafar.schedule.check_facts import Facts, Finding, Present, Schedule, facts_of, picks_of
from hamsafar.schedule.check_order import apart, lag, repeats, starts_apart
from hamsafar.schedule.check_people import never_together, other_people, pick_allowed, same_people, together
from hamsafar.schedule.check_tasks import (
    allowed,
    breaks,
    forbidden,
    left_out,
    outside_horizon,
    too_few,
    unreadable,
    wrong_picks,
)
from hamsafar.schedule.check_things import budget, capacity, no_overlap, reservoir
from hamsafar.schedule.check_values import value_of
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
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Pick, Price, Tag, Task

Demand = Constraint | Allowed | Forbidden | Breaks | Pick
Judge = Callable[[Any, Facts], Iterator[Finding]]
Amount = Callable[[Iterable[int]], int]


def _worst(amounts: Iterable[int]) -> int:
    return max(amounts, default=0)


JUDGES: dict[type, tuple[Judge, Amount]] = {
    NoOverlap: (no_overlap, _worst),
    Capacity: (capacity, _worst),
    Budget: (budget, _worst),
    Reservoir: (reservoir, sum),
    Lag: (lag, _worst),
    Apart: (apart, _worst),
    StartsApart: (starts_apart, _worst),
    Repeats: (repeats, sum),
    Load: (load, _worst),
    Rolling: (rolling, sum),
    ActiveBuckets: (active_buckets, _worst),
    RestBetween: (rest_between, _worst),
    Implies: (implies, _worst),
    AllOrNone: (all_or_none, _worst),
    Choose: (choose, _worst),
    PickAllowed: (pick_allowed, _worst),
    SamePeople: (same_people, sum),
    OtherPeople: (other_people, sum),
    Together: (together, sum),
    NeverTogether: (never_together, sum),
}


@frozen(kw_only=True)
class Violation:
    """Something broken: who asked for it (None: the problem's own form), what kind, by which tasks and how much."""

    tag: Tag | None
    kind: str  # as the JSON form says it: "lag", "no-overlap"; "task" for what a task is by itself
    tasks: tuple[str, ...]
    amount: int
    words: str

    @property
    def sentence(self) -> str:
        """The words, after the rule, place and detail of the tag."""
        if self.tag is None:
            return self.words
        said = " ".join(part for part in (self.tag.rule, self.tag.place, self.tag.detail) if part)
        return f"{said}: {self.words}"


@frozen(kw_only=True)
class _Judged:
    """One constraint, or one thing that one task asks for, and what was found broken of it."""

    demand: Demand
    found: tuple[Finding, ...]
    amount: int


def check(problem: Problem, placed: Schedule) -> tuple[Violation, ...]:
    """Everything hard that the schedule breaks, finding by finding; empty when it holds."""
    facts = facts_of(problem, placed)
    found = [_violation(None, "task", finding) for finding in unreadable(problem, placed)]
    found.extend(violation for task in problem.tasks for violation in _of_task(task, facts, placed))
    found.extend(
        _violation(judged.demand.tag, kind_of(type(judged.demand)), finding)
        for judged in _judged(facts, placed)
        if _price(judged.demand) is None
        for finding in judged.found
    )
    return tuple(found)


def soft(problem: Problem, placed: Schedule) -> tuple[tuple[Violation, Price], ...]:
    """Everything soft that the schedule breaks, each with its amount and what one unit of it costs."""
    return tuple(_softly_broken(facts_of(problem, placed), placed))


def evaluate(problem: Problem, placed: Schedule) -> tuple[int, ...]:
    """What each objective comes to, in the problem's order."""
    facts = facts_of(problem, placed)

    def costs(term: str) -> int:
        broken = _softly_broken(facts, placed)
        return sum(violation.amount * price.each for violation, price in broken if price.term == term)

    return tuple(value_of(objective, facts, costs) for objective in problem.objectives)


def amount_of(
    demand: Constraint | Allowed | Forbidden | Pick, problem: Problem, placed: Schedule, task: str = ""
) -> int:
    """By how much the schedule breaks one constraint, or what one task asks for, hard or soft; 0 where it holds."""
    facts = facts_of(problem, placed)
    if not isinstance(demand, Allowed | Forbidden | Pick):
        return _of_constraint(demand, facts).amount
    there = facts.present.get(task)
    asked = there is not None and (not isinstance(demand, Pick) or demand in picks_of(there.task, there.way))
    return sum(finding.amount for finding in _of_demand(demand, there, placed)) if there is not None and asked else 0


def kind_of(kind: type) -> str:
    """A class's name as the JSON form says it: NoOverlap is "no-overlap"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def _violation(tag: Tag | None, kind: str, finding: Finding) -> Violation:
    return Violation(tag=tag, kind=kind, tasks=finding.tasks, amount=finding.amount, words=finding.words)


def _of_task(task: Task, facts: Facts, placed: Schedule) -> Iterator[Violation]:
    """Whether it is there, in the horizon, with nobody picked who may not be."""
    for finding in left_out(task, placed):
        yield _violation(task.required, "task", finding)
    there = facts.present.get(task.id)
    if there is None:
        return
    for finding in outside_horizon(there, facts.problem):
        yield _violation(task.required, "task", finding)
    for pick in picks_of(task, there.way):
        for finding in wrong_picks(pick, there, placed[task.id].picked.get(pick.name, ()), facts):
            yield _violation(pick.tag, "pick", finding)


def _softly_broken(facts: Facts, placed: Schedule) -> Iterator[tuple[Violation, Price]]:
    for judged in _judged(facts, placed, softly=True):
        price = _price(judged.demand)
        if price is not None and judged.amount:
            tasks = tuple(dict.fromkeys(name for finding in judged.found for name in finding.tasks))
            whole = Finding(judged.amount, tasks, "; ".join(finding.words for finding in judged.found))
            yield _violation(judged.demand.tag, kind_of(type(judged.demand)), whole), price


def _judged(facts: Facts, placed: Schedule, *, softly: bool = False) -> Iterator[_Judged]:
    """All that the tasks that are there ask for, and every constraint; only what has a price where `softly`."""
    for there in facts.present.values():
        task = there.task
        asked: tuple[Demand, ...] = (*task.allowed, *task.forbidden, *picks_of(task, there.way))
        for demand in (*asked, task.breaks) if task.breaks is not None else asked:
            if not softly or _price(demand) is not None:
                found = tuple(_of_demand(demand, there, placed))
                yield _Judged(demand=demand, found=found, amount=sum(finding.amount for finding in found))
    for constraint in facts.problem.constraints:
        if not softly or constraint.price is not None:
            yield _of_constraint(constraint, facts)


def _of_demand(demand: Demand, there: Present, placed: Schedule) -> Iterator[Finding]:
    match demand:
        case Allowed():
            yield from allowed(demand, there)
        case Forbidden():
            yield from forbidden(demand, there)
        case Breaks():
            yield from breaks(demand, there)
        case Pick():
            yield from too_few(demand, there, placed[there.id].picked.get(demand.name, ()))


def _of_constraint(constraint: Constraint, facts: Facts) -> _Judged:
    judge, amount = JUDGES[type(constraint)]
    found = tuple(judge(constraint, facts))
    return _Judged(demand=constraint, found=found, amount=amount(finding.amount for finding in found))


def _price(demand: Demand) -> Price | None:
    return None if isinstance(demand, Breaks) else demand.price
