"""Objectives as expressions to minimise, one builder per kind, each with a floor known without any search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build.redundant import add_energies
from hamsafar.schedule.build.resources import consumed
from hamsafar.schedule.check import amount_of
from hamsafar.schedule.check_facts import facts_of
from hamsafar.schedule.check_values import value_of
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LostValue,
    Makespan,
    Objective,
    Peak,
    PeakLoad,
    SoftCosts,
    WeightedStarts,
)
from hamsafar.schedule.problem import Placed
from hamsafar.schedule.variables import Literal, Stretch, Variables

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
        for load in objective.loads:
            yield from ((name, load.start, load.end) for name, weight in load.weights.items() if weight)


def term_of(made: Variables, objective: Objective) -> Term:
    """The objective as a term of this model; soft constraints must have been built before."""
    match objective:
        case Makespan():
            return _makespan(made, objective)
        case Lateness():
            return _lateness(made, objective)
        case Peak():
            return _peak(made, objective)
        case LostValue():
            return _lost_value(made, objective)
        case WeightedStarts():
            return _weighted_starts(made, objective)
        case AwayFromPreferred():
            return _away_from_preferred(made, objective)
        case Consumed():
            return _consumed(made, objective)
        case SoftCosts():
            return _soft_costs(made, objective)


def _nothing(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
    return iter(())


def _end(made: Variables, name: str, place: Placed) -> int:
    return made.tasks[name].end(place.start, place.mode)


def _makespan(made: Variables, objective: Makespan) -> Term:
    first = made.problem.first
    there = [name for name, possible in made.possible.items() if possible]
    latest = max((made.latest_end(name) - first for name in there), default=0)
    floor = max((made.earliest_end(name) - first for name in there if not made.tasks[name].optional), default=0)
    makespan = made.model.new_int_var(floor, max(floor, latest), f"makespan[{objective.name}]")
    for name in there:
        if made.latest_end(name) - first > floor and name not in made.followed:
            made.model.add(makespan >= made.end(name)).only_enforce_if(made.when(made.present[name]))
    add_energies(made, makespan)

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        yield makespan, max([floor, *(_end(made, name, place) - first for name, place in placed.items())])

    return Term(objective.name, objective.unit, makespan, floor, settle)


def _lateness(made: Variables, objective: Lateness) -> Term:
    first = made.problem.first
    late: dict[str, cp_model.IntVar] = {}
    floor = 0
    for name, (due, weight) in objective.due.items():
        if not made.possible[name] or not weight or made.latest_end(name) <= due:
            continue
        least = max(0, made.earliest_end(name) - due)
        floor += 0 if made.tasks[name].optional else weight * least
        late[name] = made.model.new_int_var(0, made.latest_end(name) - due, f"late[{objective.name}: {name}]")
        ends_late = made.model.add(late[name] >= made.end(name) - (due - first))
        ends_late.only_enforce_if(made.when(made.present[name]))

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        for name, variable in late.items():
            there = placed.get(name)
            yield variable, max(0, _end(made, name, there) - objective.due[name][0]) if there else 0

    cost = sum(objective.due[name][1] * variable for name, variable in late.items())
    return Term(objective.name, objective.unit, cost, floor, settle)


def _peak(made: Variables, objective: Peak) -> Term:
    highest = max((sum(load.weights.values()) for load in objective.loads), default=0)
    peak = made.model.new_int_var(0, highest, f"peak[{objective.name}]")
    for load in objective.loads:
        terms = [w * literal for name, w in load.weights.items() if w for literal in _counted(made, name, load)]
        if terms:
            made.model.add(peak >= sum(terms))

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        yield peak, value_of(objective, facts_of(made.problem, placed), lambda term: 0)

    return Term(objective.name, objective.unit, peak, 0, settle)


def _counted(made: Variables, name: str, load: PeakLoad) -> list[Literal]:
    if load.picked is None:
        return made.starts_in(name, load.start, load.end)
    return made.picked_in(name, load.picked, load.start, load.end)


def _lost_value(made: Variables, objective: LostValue) -> Term:
    lost = sum(task.value * (1 - made.present[task.id]) for task in made.tasks.values() if task.optional)
    return Term(objective.name, objective.unit, lost, 0, _nothing)


def _consumed(made: Variables, objective: Consumed) -> Term:
    used = consumed(made, objective.resource)
    cost = sum(amount * literal for ways in used for amount, literal in ways)
    return Term(objective.name, objective.unit, cost, 0, _nothing)


def _soft_costs(made: Variables, objective: SoftCosts) -> Term:
    priced = [amount for amount in made.amounts if amount.price.term == objective.name]
    cost = sum(amount.price.each * amount.variable for amount in priced)

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        for amount in priced:
            yield amount.variable, amount_of(amount.demand, made.problem, placed, amount.task)

    return Term(objective.name, objective.unit, cost, 0, settle)


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
