"""What comes after what, and how far apart: Lag, Apart, StartsApart."""

from __future__ import annotations

from itertools import combinations

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Apart, Lag, StartsApart
from hamsafar.schedule.parts import Expression
from hamsafar.schedule.variables import Literal, Variables


def lag(made: Variables, constraint: Lag) -> None:
    """min_gap <= end to end, whichever two ends are meant, <= max_gap, when both are present."""
    before, after = constraint.before, constraint.after
    when = made.when(made.present[before], made.present[after])
    since = made.end(before) if constraint.since == "end" else made.start[before]
    until = made.end(after) if constraint.until == "end" else made.start[after]
    horizon = made.problem.last - made.problem.first
    short = made.amount(constraint, horizon + max(abs(constraint.min_gap or 0), abs(constraint.max_gap or 0)))
    if constraint.min_gap is not None:
        made.model.add(until - since + short >= constraint.min_gap).only_enforce_if(when)
    if constraint.max_gap is not None:
        made.model.add(until - since <= constraint.max_gap + short).only_enforce_if(when)


def apart(made: Variables, constraint: Apart) -> None:
    """Either order, told by one literal; no literal where the domains leave only one order or no nearness."""
    first, second = constraint.first, constraint.second
    if not made.possible[first] or not made.possible[second]:
        return
    gap_back = constraint.gap if constraint.both_ways else 0
    if _always(made, first, second, constraint.gap) or _always(made, second, first, gap_back):
        return
    pairs = [(a, b) for a in _counting(made, first, constraint) for b in _counting(made, second, constraint)]
    if not pairs:
        return
    second_later = made.model.new_bool_var(f"before[{first} {second}]")
    short = made.amount(constraint, made.problem.last - made.problem.first + constraint.gap)
    for both in pairs:
        _follows(made, first, second, constraint.gap - short, second_later, *both)
        _follows(made, second, first, gap_back - short, second_later.negated(), *both)


def _counting(made: Variables, task: str, constraint: Apart) -> list[Literal]:
    """When the task counts: while it is present, or while it takes the resource that is named."""
    return [made.present[task]] if constraint.picked is None else made.taking(task, constraint.picked)


def _always(made: Variables, before: str, after: str, gap: int) -> bool:
    return made.possible[after][0][0] >= made.latest_end(before) + gap


def _follows(made: Variables, before: str, after: str, gap: Expression, *when: cp_model.BoolVarT) -> None:
    made.model.add(made.start[after] >= made.end(before) + gap).only_enforce_if(made.when(*when))


def starts_apart(made: Variables, constraint: StartsApart) -> None:
    """Starts differ by the gap just when stretches of that length from each start don't overlap."""
    if constraint.gap <= 0 or len(constraint.tasks) < 2:
        return
    if constraint.price is None:
        made.model.add_no_overlap(made.interval(name, constraint.gap, made.present[name]) for name in constraint.tasks)
        return
    short = made.amount(constraint, constraint.gap)
    for one, other in combinations(constraint.tasks, 2):
        when = made.when(made.present[one], made.present[other])
        first = made.model.new_bool_var(f"before[{one} {other}]")
        for before, after, literal in ((one, other, first), (other, one, first.negated())):
            follows = made.model.add(made.start[after] + short >= made.start[before] + constraint.gap)
            follows.only_enforce_if([*when, literal])
