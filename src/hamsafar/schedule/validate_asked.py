"""What is malformed in one constraint or objective, kind by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
from hamsafar.schedule.faults import Fault, Names, Path
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
from hamsafar.schedule.validate_parts import (
    ascending,
    between,
    counts,
    group,
    no_negative_in,
    not_negative,
    pair,
    ranges,
    repeated,
    stretch,
    unknown,
    unknown_one,
)


def constraint_faults(constraint: Constraint, at: Path, known: Names) -> Iterator[Fault]:
    """Everything malformed in a constraint; `known` are the ids of all activities."""
    match constraint:
        case NoOverlap() | Capacity() | Budget() | Reservoir():
            yield from _thing_faults(constraint, at, known)
        case Lag():
            yield from pair(at, ("before", "after"), (constraint.before, constraint.after), known)
        case Apart():
            yield from pair(at, ("first", "second"), (constraint.first, constraint.second), known)
            yield from not_negative(at, gap=constraint.gap)
        case StartsApart():
            yield from group(constraint.tasks, (*at, "tasks"), known)
            yield from not_negative(at, gap=constraint.gap)
        case Repeats():
            yield from _in_buckets(constraint, at, known)
            yield from counts(at, ("least", constraint.least), ("most", constraint.most))
        case Load() | Rolling():
            yield from _load_faults(constraint, at, known)
        case ActiveBuckets():
            yield from _in_buckets(constraint, at, known)
            yield from _some(at, window=constraint.window)
            yield from not_negative(at, limit=constraint.limit)
        case RestBetween():
            yield from _in_buckets(constraint, at, known)
            yield from not_negative(at, gap=constraint.gap)
        case Implies():
            yield from pair(at, ("task", "needs"), (constraint.task, constraint.needs), known)
        case AllOrNone():
            yield from group(constraint.tasks, (*at, "tasks"), known)
        case Choose():
            yield from group(constraint.tasks, (*at, "tasks"), known)
            yield from counts(at, ("least", constraint.least), ("most", constraint.most))
        case PickAllowed():
            yield from unknown_one(constraint.task, (*at, "task"), known)
            yield from ranges(constraint.ranges, (*at, "ranges"))
        case SamePeople() | OtherPeople() | Together() | NeverTogether():
            yield from group(constraint.tasks, (*at, "tasks"), known)
            yield from repeated(constraint.people, (*at, "people"))


def _thing_faults(thing: NoOverlap | Capacity | Budget | Reservoir, at: Path, known: Names) -> Iterator[Fault]:
    name = "name" if isinstance(thing, Reservoir) else "resource"
    if not getattr(thing, name):
        yield Fault((*at, name), "is empty")
    match thing:
        case NoOverlap():
            yield from _setup_faults(thing, (*at, "setup"), known)
        case Capacity():
            yield from not_negative(at, capacity=thing.capacity)
            yield from ascending([tick for tick, _ in thing.changes], (*at, "changes"))
            for number, (_, capacity) in enumerate(thing.changes):
                if capacity < 0:
                    yield Fault((*at, "changes", number, 1), f"is negative (got {capacity})")
        case Budget():
            yield from not_negative(at, limit=thing.limit)
        case Reservoir():
            yield from between(at, ("lowest", thing.lowest), ("highest", thing.highest))
            for number, flow in enumerate(thing.flows):
                yield from unknown_one(flow.task, (*at, "flows", number, "task"), known)


def _setup_faults(constraint: NoOverlap, at: Path, known: Names) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for number, (before, after, ticks) in enumerate(constraint.setup):
        yield from unknown_one(before, (*at, number, 0), known)
        yield from unknown_one(after, (*at, number, 1), known)
        if before == after:
            yield Fault((*at, number, 1), f"is {before!r} itself; it takes two")
        elif (before, after) in seen:
            words = f"{before!r} before {after!r} is given twice; the first is entry {seen[before, after]} of this list"
            yield Fault((*at, number), words)
        if ticks < 0:
            yield Fault((*at, number, 2), f"is negative (got {ticks})")
        seen.setdefault((before, after), number)


def _in_buckets(constraint: Repeats | ActiveBuckets | RestBetween, at: Path, known: Names) -> Iterator[Fault]:
    yield from group(constraint.tasks, (*at, "tasks"), known)
    yield from ascending(constraint.edges, (*at, "edges"))


def _some(at: Path, **amounts: int) -> Iterator[Fault]:
    for key, amount in amounts.items():
        if amount < 1:
            yield Fault((*at, key), f"should be at least 1 (got {amount})")


def _weight_faults(weights: Mapping[str, int], at: Path, known: Names) -> Iterator[Fault]:
    yield from unknown(weights, at, known)
    yield from no_negative_in(weights, at)


def _load_faults(load: Load | Rolling, at: Path, known: Names) -> Iterator[Fault]:
    if isinstance(load, Load):
        yield from stretch(at, load.start, load.end)
    else:
        yield from _some(at, span=load.span)
    if isinstance(load, Load) and load.by == "ticks" and any(weight < 0 for weight in load.weights.values()):
        yield from unknown(load.weights, (*at, "weights"), known)  # a balance: what drains takes off what fills
        yield from counts(at, ("least", load.least), ("limit", None))
        return
    yield from _weight_faults(load.weights, (*at, "weights"), known)
    yield from counts(at, ("least", load.least), ("limit", load.limit))


def objective_faults(objective: Objective, at: Path, known: Names) -> Iterator[Fault]:
    """Everything malformed in an objective; `known` are the ids of all activities."""
    match objective:
        case Lateness():
            yield from unknown(objective.due, (*at, "due"), known)
            for task, (_, weight) in objective.due.items():
                if weight < 0:
                    yield Fault((*at, "due", task, 1), f"is negative (got {weight})")
        case Peak():
            for number, load in enumerate(objective.loads):
                yield from _peak_load_faults(load, (*at, "loads", number), known)
        case WeightedStarts():  # a negative weight is meant: the later the better
            yield from unknown(objective.weights, (*at, "weights"), known)
        case AwayFromPreferred():
            yield from unknown(objective.preferred, (*at, "preferred"), known)
            yield from not_negative(at, left_out=objective.left_out)
        case Moved():
            yield from unknown(objective.starts, (*at, "starts"), known)
        case LeftOut():
            yield from _weight_faults(objective.weights, (*at, "weights"), known)
        case Reassigned():
            yield from unknown(objective.teams, (*at, "teams"), known)
            yield from unknown(objective.ways, (*at, "ways"), known)
        case Consumed():
            if not objective.resource:
                yield Fault((*at, "resource"), "is empty")
        case Makespan() | LostValue() | SoftCosts():
            pass


def _peak_load_faults(load: PeakLoad, at: Path, known: Names) -> Iterator[Fault]:
    yield from _weight_faults(load.weights, (*at, "weights"), known)
    yield from stretch(at, load.start, load.end)
