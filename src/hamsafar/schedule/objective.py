"""Objectives as expressions to minimise, one builder per kind, each with a floor known without any search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.problem import AwayFromPreferred, LostValue, Objective, Peak, Placed, WeightedStarts
from hamsafar.schedule.variables import Stretch, Variables

Settle = Callable[[Mapping[str, Placed]], Iterator[tuple[cp_model.IntVar, int]]]


@frozen
class Term:
    """One objective in the model.

    `floor` is a value that no schedule can beat. `settle` gives the least values of the objective's own variables for
    a schedule: they are only bounded from below, so before the objective is minimised they may hang too high.
    """

    name: str
    unit: str
    cost: cp_model.LinearExprT
    floor: int
    settle: Settle


def objective_stretches(objective: Objective) -> Iterator[Stretch]:
    """The buckets that an objective will ask about."""
    if isinstance(objective, Peak):
        for weights, start, end in objective.loads:
            yield from ((name, start, end) for name, weight in weights.items() if weight)


def term_of(made: Variables, objective: Objective) -> Term:
    """The objective as a term of this model."""
    match objective:
        case Peak():
            return _peak(made, objective)
        case LostValue():
            return _lost_value(made, objective)
        case WeightedStarts():
            return _weighted_starts(made, objective)
        case AwayFromPreferred():
            return _away_from_preferred(made, objective)


def _peak(made: Variables, objective: Peak) -> Term:
    highest = max((sum(weights.values()) for weights, _, _ in objective.loads), default=0)
    peak = made.model.new_int_var(0, highest, f"peak[{objective.name}]")
    for weights, start, end in objective.loads:
        terms = [w * literal for name, w in weights.items() if w for literal in made.starts_in(name, start, end)]
        if terms:
            made.model.add(peak >= sum(terms))

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        loads = (
            sum(w for name, w in weights.items() if name in placed and start <= placed[name].start < end)
            for weights, start, end in objective.loads
        )
        yield peak, max(loads, default=0)

    return Term(objective.name, objective.unit, peak, 0, settle)


def _lost_value(made: Variables, objective: LostValue) -> Term:
    lost = sum(task.value * (1 - made.present[task.id]) for task in made.tasks.values() if task.optional)
    return Term(objective.name, objective.unit, lost, 0, lambda placed: iter(()))


def _weighted_starts(made: Variables, objective: WeightedStarts) -> Term:
    costs: list[cp_model.LinearExprT] = []
    floor = 0
    for name, weight in objective.weights.items():
        if not made.possible[name] or not weight:
            continue
        start, present, first = made.start[name], made.present[name], made.problem.first
        low, high = made.possible[name][0][0] - first, made.possible[name][-1][1] - first
        least = min(weight * low, weight * high)
        if not made.tasks[name].optional:
            costs.append(weight * start)
            floor += least
            continue
        counted = made.model.new_int_var(0, high, f"counted[{objective.name}: {name}]")
        made.model.add(counted == start).only_enforce_if(present)
        made.model.add(counted == 0).only_enforce_if(present.negated())
        costs.append(weight * counted)
        floor += min(0, least)
    return Term(objective.name, objective.unit, sum(costs), floor, lambda placed: iter(()))


def _away_from_preferred(made: Variables, objective: AwayFromPreferred) -> Term:
    away: dict[str, cp_model.IntVar] = {}
    floor = 0
    for name, preferred in objective.preferred.items():
        if not (possible := made.possible[name]):
            continue
        farthest = max(abs(possible[0][0] - preferred), abs(possible[-1][1] - preferred))
        away[name] = made.model.new_int_var(0, farthest, f"away[{objective.name}: {name}]")
        wanted, when = preferred - made.problem.first, made.when(made.present[name])
        made.model.add(away[name] >= made.start[name] - wanted).only_enforce_if(when)
        made.model.add(away[name] >= wanted - made.start[name]).only_enforce_if(when)
        if not made.tasks[name].optional:
            floor += min(0 if a <= preferred <= b else min(abs(a - preferred), abs(b - preferred)) for a, b in possible)

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        for name, distance in away.items():
            there = placed.get(name)
            yield distance, abs(there.start - objective.preferred[name]) if there else 0

    return Term(objective.name, objective.unit, sum(away.values()), floor, settle)
