"""Is a problem well formed? What is found here is our own bug; a contradiction of the user's is a conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from hamsafar.errors import SolverError
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Apart,
    AwayFromPreferred,
    Capacity,
    Constraint,
    Implies,
    Lag,
    Load,
    LostValue,
    NoOverlap,
    Objective,
    Peak,
    PickAllowed,
    Problem,
    RestBetween,
    StartLag,
    StartsApart,
    Task,
    WeightedStarts,
)

LARGEST = 2**40  # ticks and weights beyond this would let the solver's 64-bit sums overflow


def ensure_valid(problem: Problem) -> None:
    """Raises SolverError naming everything that is malformed, or returns quietly."""
    faults = tuple(faults_of(problem))
    if faults:
        raise SolverError(f"problem {problem.name!r} is malformed:\n" + "\n".join(f"  {fault}" for fault in faults))


def faults_of(problem: Problem) -> Iterator[str]:
    """Everything malformed, one line each: unknown or repeated ids, negative amounts, empty ranges."""
    if problem.last < problem.first:
        yield f"horizon [{problem.first}, {problem.last}) ends before it begins"
    if max(abs(problem.first), abs(problem.last)) > LARGEST:
        yield f"horizon [{problem.first}, {problem.last}) lies beyond {LARGEST} ticks"
    known = {task.id for task in problem.tasks}
    yield from (f"task {name} is given {n} times" for name, n in _repeated(task.id for task in problem.tasks))
    for task in problem.tasks:
        yield from (f"task {task.id}: {fault}" for fault in _task_faults(task))
    for constraint in problem.constraints:
        where = f"{type(constraint).__name__} {_words(constraint.tag.rule, constraint.tag.place)}"
        yield from (f"{where}: {fault}" for fault in _constraint_faults(constraint, known))
    yield from (f"objective {name} is given {n} times" for name, n in _repeated(o.name for o in problem.objectives))
    for objective in problem.objectives:
        yield from (f"objective {objective.name}: {fault}" for fault in _objective_faults(objective, known))


def _task_faults(task: Task) -> Iterator[str]:
    if task.value < 0:
        yield f"value {task.value} is negative"
    if task.optional and task.required is not None:
        yield f"is optional, and required by {task.required.rule}"
    yield from (f"takes {n} of {resource}" for resource, n in task.occupies.items() if n < 0)
    for allowed in task.allowed:
        yield from _range_faults(allowed.ranges)
    yield from (f"pick {name} is given {n} times" for name, n in _repeated(pick.name for pick in task.picks))
    for pick in task.picks:
        yield from (f"pick {pick.name}: candidate {who} is given {n} times" for who, n in _repeated(pick.candidates))
        if pick.count < 0:
            yield f"pick {pick.name}: count {pick.count} is negative"
        if pick.count > len(pick.candidates):
            yield f"pick {pick.name}: {pick.count} of {len(pick.candidates)} candidates"


def _constraint_faults(constraint: Constraint, known: set[str]) -> Iterator[str]:
    match constraint:
        case NoOverlap():
            pass
        case Capacity():
            yield from _negative(capacity=constraint.capacity)
        case Lag() | StartLag():
            yield from _pair_faults(constraint.before, constraint.after, known)
        case Apart():
            yield from _pair_faults(constraint.first, constraint.second, known)
            yield from _negative(gap=constraint.gap)
        case StartsApart():
            yield from _group_faults(constraint.tasks, known)
            yield from _negative(gap=constraint.gap)
        case Load():
            yield from _load_faults(constraint.weights, constraint.start, constraint.end, known)
            yield from _negative(limit=constraint.limit)
        case ActiveBuckets():
            yield from _group_faults(constraint.tasks, known)
            yield from _edge_faults(constraint.edges)
            yield from _negative(limit=constraint.limit, window=constraint.window - 1)
        case RestBetween():
            yield from _group_faults(constraint.tasks, known)
            yield from _edge_faults(constraint.edges)
            yield from _negative(gap=constraint.gap)
        case Implies():
            yield from _pair_faults(constraint.task, constraint.needs, known)
        case PickAllowed():
            yield from _unknown((constraint.task,), known)
            yield from _range_faults(constraint.ranges)


def _objective_faults(objective: Objective, known: set[str]) -> Iterator[str]:
    match objective:
        case Peak():
            for weights, start, end in objective.loads:
                yield from _load_faults(weights, start, end, known)
        case LostValue():
            pass
        case WeightedStarts():  # a negative weight is meant: the later the better
            yield from _unknown(objective.weights, known)
        case AwayFromPreferred():
            yield from _unknown(objective.preferred, known)


def _load_faults(weights: Mapping[str, int], start: int, end: int, known: set[str]) -> Iterator[str]:
    yield from _unknown(weights, known)
    yield from (f"weight {weight} of {task} is negative" for task, weight in weights.items() if weight < 0)
    if end <= start:
        yield f"stretch [{start}, {end}) is empty"


def _range_faults(ranges: tuple[tuple[int, int], ...]) -> Iterator[str]:
    yield from (f"allowed range [{a}, {b}] is empty" for a, b in ranges if b < a)
    yield from (
        f"allowed ranges [{a}, {b}] and [{c}, {d}] are not ascending and disjoint"
        for (a, b), (c, d) in pairwise(ranges)
        if c <= b
    )


def _pair_faults(one: str, other: str, known: set[str]) -> Iterator[str]:
    yield from _unknown((one, other), known)
    if one == other:
        yield f"holds {one} against itself"


def _group_faults(tasks: tuple[str, ...], known: set[str]) -> Iterator[str]:
    yield from _unknown(tasks, known)
    yield from (f"task {name} is given {n} times" for name, n in _repeated(tasks))


def _edge_faults(edges: tuple[int, ...]) -> Iterator[str]:
    yield from (f"bucket [{a}, {b}) is empty" for a, b in pairwise(edges) if b <= a)


def _unknown(names: Iterable[str], known: set[str]) -> Iterator[str]:
    return (f"task {name} is unknown" for name in names if name not in known)


def _negative(**amounts: int) -> Iterator[str]:
    return (f"{name} is too small by {-amount}" for name, amount in amounts.items() if amount < 0)


def _repeated(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    return ((name, n) for name, n in Counter(names).items() if n > 1)


def _words(*parts: str) -> str:
    return " ".join(part for part in parts if part)
