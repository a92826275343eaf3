"""What is taken and used up: once at a time (NoOverlap), up to an amount (Capacity), or in all (Budget)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import cast

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Budget, Capacity, NoOverlap
from hamsafar.schedule.parts import Expression
from hamsafar.schedule.running import steps
from hamsafar.schedule.variables import Take, Variables


def no_overlap(made: Variables, constraint: NoOverlap) -> None:
    """No two takings of the resource at a time, whether always taken or picked; pairs with a setup keep their gap."""
    takes = made.takes.get(constraint.resource, [])
    if constraint.price is None and len(takes) > 1:
        made.model.add_no_overlap(interval for take in takes for interval in made.taken_in(take))
    setups = {(before, after): gap for before, after, gap in constraint.setup if gap > 0}
    if constraint.price is None and not setups:
        return
    short = made.amount(constraint, made.problem.last - made.problem.first + max(setups.values(), default=0))
    for one, other in combinations(takes, 2):
        gaps = setups.get((one.task, other.task), 0), setups.get((other.task, one.task), 0)
        if one.task == other.task:
            _twice(made, one, other, short)
        elif constraint.price is not None or any(gaps):
            _in_either_order(made, one, other, gaps, short)


def _in_either_order(made: Variables, one: Take, other: Take, gaps: tuple[int, int], short: Expression) -> None:
    """The running parts of two takings follow each other by the gaps, in either order."""
    for a in made.taken_in(one):
        for b in made.taken_in(other):
            there = made.when(*a.presence_literals(), *b.presence_literals())
            first = made.model.new_bool_var(f"before[{one.task} {other.task}]")
            (a_starts, a_ends), (b_starts, b_ends) = _edges(a), _edges(b)
            made.model.add(b_starts + short >= a_ends + gaps[0]).only_enforce_if([*there, first])
            made.model.add(a_starts + short >= b_ends + gaps[1]).only_enforce_if([*there, first.negated()])


def _edges(interval: cp_model.IntervalVar) -> tuple[Expression, Expression]:
    """Start and end of an interval; OR-Tools leaves their type open."""
    return cast("Expression", interval.start_expr()), cast("Expression", interval.end_expr())


def _twice(made: Variables, one: Take, other: Take, short: Expression) -> None:
    """One task that takes the resource twice in one mode shares it with itself for as long as it lasts."""
    if one.mode != other.mode or isinstance(short, int):  # where it must hold, the solver's own constraint sees to it
        return
    for interval in made.taken_in(one):
        there = made.when(one.literal, other.literal, *interval.presence_literals())
        starts, ends = _edges(interval)
        made.model.add(short >= ends - starts).only_enforce_if(there)


def capacity(made: Variables, constraint: Capacity) -> None:
    """Amounts taken at a time stay within the capacity; where it is less for a while, the rest is taken."""
    takes = [take for take in made.takes.get(constraint.resource, []) if take.amount]
    levels = steps(constraint, made.problem)
    most = sum(take.amount for take in takes)
    if most <= min((level for _, _, level in levels), default=0):
        return
    intervals: list[cp_model.IntervalVar] = []
    amounts: list[Expression] = []
    for interval, amount in _taken(made, takes):
        intervals.append(interval)
        amounts.append(amount)
    highest = max((level for _, _, level in levels), default=0)
    for first, end, level in levels:
        if level < highest:
            name = f"less[{constraint.resource} {first}..{end}]"
            intervals.append(made.model.new_fixed_size_interval_var(first - made.problem.first, end - first, name))
            amounts.append(highest - level)
    if constraint.price is None and highest == 1 and all(isinstance(amount, int) and amount == 1 for amount in amounts):
        made.model.add_no_overlap(intervals)
    else:
        made.model.add_cumulative(intervals, amounts, highest + made.amount(constraint, most))


def _taken(made: Variables, takes: Sequence[Take]) -> Iterator[tuple[cp_model.IntervalVar, Expression]]:
    """Intervals and what they take: one for a task whose ways differ, with its length and amount open.

    One for each way tells the solver less: hard multi-mode projects take it three times as long.
    """
    by_task: dict[str, list[Take]] = {}
    for take in takes:
        by_task.setdefault(take.task, []).append(take)
    for task, mine in by_task.items():
        if len(mine) > 1 and not any(take.picked for take in mine) and not made.pauses(task):
            yield made.whole(task), _open_amount(made, mine)
        else:
            yield from ((interval, take.amount) for take in mine for interval in made.taken_in(take))


def _open_amount(made: Variables, takes: Sequence[Take]) -> Expression:
    """What the task of these takings takes in the way it is done: nothing in the others, nor where it takes no time."""
    task = takes[0].task
    by_mode = {take.mode: take.amount for take in takes}
    ways = made.ways[task]
    amounts = [by_mode.get(way.mode.id, 0) if way.mode.duration else 0 for way in ways]
    if len(set(amounts)) == 1:
        return amounts[0]
    taken = made.model.new_int_var_from_domain(cp_model.Domain.from_values(amounts), f"amount[{task}]")
    total = sum(amount * way.literal for amount, way in zip(amounts, ways, strict=True))
    made.model.add(taken == total).only_enforce_if(made.when(made.present[task]))
    return taken


def budget(made: Variables, constraint: Budget) -> None:
    """What is consumed in the modes that are chosen adds up to at most the limit."""
    used = consumed(made, constraint.resource)
    most = sum(max(amount for amount, _ in ways) for ways in used)
    if most > constraint.limit:
        total = sum(amount * literal for ways in used for amount, literal in ways)
        made.model.add(total <= constraint.limit + made.amount(constraint, most - constraint.limit))


def consumed(made: Variables, resource: str) -> list[list[tuple[int, cp_model.IntVar]]]:
    """By task that may consume the resource: how much in which way, and the literal of that way."""
    return [
        [(way.mode.consumes.get(resource, 0), way.literal) for way in ways]
        for ways in made.ways.values()
        if any(way.mode.consumes.get(resource, 0) for way in ways)
    ]
