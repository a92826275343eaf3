"""What a schedule is worth: each objective added up from what lies where."""

from __future__ import annotations

from collections.abc import Callable

from hamsafar.schedule.check_facts import Facts, Present
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


def value_of(objective: Objective, facts: Facts, costs: Callable[[str], int]) -> int:
    """What the objective comes to; `costs` gives the price of all that is softly broken, by the objective's name."""
    present, first = facts.present, facts.problem.first
    match objective:
        case Makespan():
            return max((there.end - first for there in present.values()), default=0)
        case Lateness():
            due = ((there, *objective.due[there.id]) for there in facts.of(objective.due))
            return sum(weight * max(0, there.end - tick) for there, tick, weight in due)
        case Peak():
            return max((_peak_load(load, facts) for load in objective.loads), default=0)
        case LostValue():
            return sum(task.value for task in facts.problem.tasks if task.optional and task.id not in present)
        case WeightedStarts():
            return sum(objective.weights[there.id] * (there.start - first) for there in facts.of(objective.weights))
        case AwayFromPreferred():
            there_are, preferred = facts.of(objective.preferred), objective.preferred
            away = sum(abs(there.start - preferred[there.id]) for there in there_are)
            return away + objective.left_out * (len(preferred) - len(there_are))
        case Moved():
            return len(objective.starts) - sum(t.start == objective.starts[t.id] for t in facts.of(objective.starts))
        case LeftOut():
            return sum(weight for name, weight in objective.weights.items() if name not in present)
        case Reassigned():
            named = dict.fromkeys((*objective.teams, *objective.ways))
            return sum(is_reassigned(objective, there) for there in facts.of(named))
        case Consumed():
            return sum(there.way.consumes.get(objective.resource, 0) for there in present.values())
        case SoftCosts():
            return costs(objective.name)


def is_reassigned(objective: Reassigned, there: Present) -> bool:
    """In another mode, or with others in any of the picks that are told."""
    if there.way.id != objective.ways.get(there.id, there.way.id):
        return True
    teams = objective.teams.get(there.id, {})
    return any(set(team) != set(there.picked.get(pick, ())) for pick, team in teams.items())


def _peak_load(load: PeakLoad, facts: Facts) -> int:
    return sum(
        load.weights[there.id]
        for there in facts.of(load.weights)
        if load.start <= there.start < load.end and (load.picked is None or there.taken(load.picked))
    )
