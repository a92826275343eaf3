"""What comes after what, and how far apart: Lag, StartLag, Apart, StartsApart, Implies."""

from __future__ import annotations

from ortools.sat.python.cp_model import BoolVarT

from hamsafar.schedule.problem import Apart, Implies, Lag, StartLag, StartsApart
from hamsafar.schedule.variables import Literal, Variables


def lag(made: Variables, constraint: Lag) -> None:
    """end(before) + min_gap <= start(after) <= end(before) + max_gap, when both are present."""
    length = made.tasks[constraint.before].duration
    longest = None if constraint.max_gap is None else constraint.max_gap + length
    _between_starts(made, constraint.before, constraint.after, constraint.min_gap + length, longest)


def start_lag(made: Variables, constraint: StartLag) -> None:
    """start(before) + min_gap <= start(after) <= start(before) + max_gap, when both are present."""
    _between_starts(made, constraint.before, constraint.after, constraint.min_gap, constraint.max_gap)


def _between_starts(made: Variables, before: str, after: str, least: int | None, most: int | None) -> None:
    when = made.when(made.present[before], made.present[after])
    gap = made.start[after] - made.start[before]
    if least is not None:
        made.model.add(gap >= least).only_enforce_if(when)
    if most is not None:
        made.model.add(gap <= most).only_enforce_if(when)


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
    for both in pairs:
        _follows(made, first, second, constraint.gap, second_later, *both)
        _follows(made, second, first, gap_back, second_later.negated(), *both)


def _counting(made: Variables, task: str, constraint: Apart) -> list[Literal]:
    """When the task counts: while it is present, or while it takes the resource that is named."""
    return [made.present[task]] if constraint.picked is None else made.taking(task, constraint.picked)


def _always(made: Variables, before: str, after: str, gap: int) -> bool:
    latest_end = made.possible[before][-1][1] + made.tasks[before].duration
    return made.possible[after][0][0] >= latest_end + gap


def _follows(made: Variables, before: str, after: str, gap: int, *when: BoolVarT) -> None:
    made.model.add(made.start[after] >= made.end(before) + gap).only_enforce_if(made.when(*when))


def implies(made: Variables, constraint: Implies) -> None:
    """Where the one is present, what it needs is present too."""
    made.model.add_implication(made.present[constraint.task], made.present[constraint.needs])


def starts_apart(made: Variables, constraint: StartsApart) -> None:
    """Starts differ by the gap just when stretches of that length from each start don't overlap."""
    if constraint.gap > 0 and len(constraint.tasks) > 1:
        made.model.add_no_overlap(made.interval(name, constraint.gap, made.present[name]) for name in constraint.tasks)
