"""Objectives as expressions to minimise, one builder per kind, each with a floor known without any search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import field, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build.redundant import add_energies
from hamsafar.schedule.build.resources import consumed
from hamsafar.schedule.check import amount_of
from hamsafar.schedule.check_facts import distance, facts_of
from hamsafar.schedule.check_values import is_reassigned, value_of
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LeftOut,
    LostValue,
    Makespan,
    Moved,
    Objective,
    Peak,
    PeakLoad,
    Reassigned,
    SoftCosts,
    WeightedStarts,
)
from hamsafar.schedule.problem import Placed
from hamsafar.schedule.variables import Literal, Stretch, Variables, Way

Settle = Callable[[Mapping[str, Placed]], Iterator[tuple[cp_model.IntVar, int]]]


@frozen
class Term:
    """One objective in the model.

    `floor` is a value that no schedule can beat. `settle` gives the least values of the objective's own variables for
    a schedule: they are only bounded from below, so before the objective is minimised they may hang too high. `each`
    are the literals of the tasks that are counted, where one each says it all (Moved).
    """

    name: str
    unit: str
    cost: cp_model.LinearExprT
    floor: int
    settle: Settle
    each: Mapping[str, Literal] = field(factory=dict)


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
        case Moved():
            return _moved(made, objective)
        case LeftOut():
            return _left_out(made, objective)
        case Reassigned():
            return _reassigned(made, objective)
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
    floor, absent = (
        0,
        [name for name, possible in made.possible.items() if not possible and name in objective.preferred],
    )
    for name, preferred in objective.preferred.items():
        if not (possible := made.possible[name]):
            continue
        farthest = max(abs(possible[0][0] - preferred), abs(possible[-1][1] - preferred))
        away[name] = made.model.new_int_var(0, farthest, f"away[{objective.name}: {name}]")
        wanted, when = preferred - made.problem.first, made.when(made.present[name])
        made.model.add(away[name] >= made.start[name] - wanted).only_enforce_if(when)
        made.model.add(away[name] >= wanted - made.start[name]).only_enforce_if(when)
        if made.windows:
            least = sum(distance(preferred, cell.starts) * cell.literal for cell in made.cells[name])
            made.model.add(away[name] >= least)
        nearest = distance(preferred, possible)
        floor += min(nearest, objective.left_out) if made.tasks[name].optional else nearest
    left_out = [1 - made.present[name] for name in away if made.tasks[name].optional and objective.left_out]

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        for name, variable in away.items():
            there = placed.get(name)
            yield variable, abs(there.start - objective.preferred[name]) if there else 0

    sure = objective.left_out * len(absent)
    cost = sum(away.values()) + objective.left_out * sum(left_out) + sure
    return Term(objective.name, objective.unit, cost, floor + sure, settle)


def _moved(made: Variables, objective: Moved) -> Term:
    moved: dict[str, Literal] = {}
    for name, start in objective.starts.items():
        if any(a <= start <= b for a, b in made.possible[name]):
            moved[name] = made.model.new_bool_var(f"moved[{objective.name}: {name}]")
            stays = [moved[name].negated()]
            made.model.add(made.start[name] == start - made.problem.first).only_enforce_if(stays)
            made.model.add_bool_or([moved[name], made.present[name]])

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        for name, literal in moved.items():
            there = placed.get(name)
            yield literal, there is None or there.start != objective.starts[name]

    sure = len(objective.starts) - len(moved)
    return Term(objective.name, objective.unit, sum(moved.values()) + sure, sure, settle, moved)


def _left_out(made: Variables, objective: LeftOut) -> Term:
    weights = ((name, weight) for name, weight in objective.weights.items() if made.tasks[name].optional)
    lost = sum(weight * (1 - made.present[name]) for name, weight in weights)
    sure = sum(weight for name, weight in objective.weights.items() if not made.possible[name])
    return Term(objective.name, objective.unit, lost, sure, _nothing)


def _reassigned(made: Variables, objective: Reassigned) -> Term:
    changed: dict[str, Literal] = {}
    for name in dict.fromkeys((*objective.teams, *objective.ways)):
        changed[name] = made.model.new_bool_var(f"reassigned[{objective.name}: {name}]")
        for way in made.ways[name]:
            for different in _differences(made, objective, name, way):
                made.model.add_bool_or([way.literal.negated(), *different, changed[name]])

    def settle(placed: Mapping[str, Placed]) -> Iterator[tuple[cp_model.IntVar, int]]:
        present = facts_of(made.problem, placed).present
        for name, literal in changed.items():
            yield literal, name in present and is_reassigned(objective, present[name])

    return Term(objective.name, objective.unit, sum(changed.values()), 0, settle)


def _differences(made: Variables, objective: Reassigned, name: str, way: Way) -> Iterator[Sequence[cp_model.BoolVarT]]:
    """Each one way in which a task done in this way differs; what is yielded is true where it does not differ so."""
    if way.mode.id != objective.ways.get(name, way.mode.id):
        yield []
    known = {
        pick.name: (where, pick)
        for where, picks in (("", made.tasks[name].picks), (way.mode.id, way.mode.picks))
        for pick in picks
    }
    for pick_name, team in objective.teams.get(name, {}).items():
        where, pick = known.get(pick_name, ("", None))
        literals = {
            who: made.picked[name, where, pick_name, who]
            for who in (made.problem.candidates(pick) if pick is not None and pick.count else ())
        }
        yield from ([literals[who]] if who in literals else [] for who in team)
        yield from ([literal.negated()] for who, literal in literals.items() if who not in team)
