"""What is malformed in a problem is named, all of it at once, with its path in the JSON form; conflicts are not."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from attrs import evolve

from hamsafar.errors import SolverError
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Flow,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    StartsApart,
)
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LeftOut,
    LostValue,
    Moved,
    Objective,
    Peak,
    PeakLoad,
    Reassigned,
    SoftCosts,
    WeightedStarts,
)
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Price, Tag, Task
from hamsafar.schedule.validate import ensure_valid, faults_of
from hamsafar.schedule.validate_sums import LARGEST, LARGEST_SUM

TAG = Tag("TRN-01", "here")
A, B, C = (Task(id=name, duration=3) for name in "abc")


def problem(
    *tasks: Task, asked: tuple[Constraint, ...] = (), wanted: tuple[Objective, ...] = (), **more: Any
) -> Problem:
    body = {"name": "p", "first": 0, "last": 100, "tick": "min", "tasks": tasks or (A, B, C)}
    return Problem(**{**body, "constraints": asked, "objectives": wanted, **more})


def paths(asked: Problem) -> list[str]:
    return [fault.path for fault in faults_of(asked)]


def pick(**more: Any) -> Pick:
    return Pick(**{"name": "who", "count": 1, "tag": TAG, "candidates": ("r", "s"), **more})


TASKS = {
    "activities[0].id": Task(id="", duration=1),
    "activities[0].value": evolve(A, value=-1),
    "activities[0].optional": evolve(A, optional=True, required=TAG),
    "activities[0].occupies.r": evolve(A, occupies={"r": -2}),
    'activities[0].consumes["a b"]': evolve(A, consumes={"a b": -2}),
    "activities[0].allowed[0].ranges[1]": evolve(A, allowed=(Allowed(ranges=((0, 4), (9, 6)), tag=TAG),)),
    "activities[0].allowed[0].ranges[2]": evolve(A, allowed=(Allowed(ranges=((0, 1), (5, 8), (8, 9)), tag=TAG),)),
    "activities[0].allowed[0].rule": evolve(A, allowed=(Allowed(ranges=(), tag=Tag("")),)),
    "activities[0].allowed[0].price.term": evolve(A, allowed=(Allowed(ranges=(), tag=TAG, price=Price("gone")),)),
    "activities[0].forbidden[0].stretches[0]": evolve(A, forbidden=(Forbidden(stretches=((4, 4),), tag=TAG),)),
    "activities[0].forbidden[0].stretches[1]": evolve(A, forbidden=(Forbidden(stretches=((4, 8), (7, 9)), tag=TAG),)),
    "activities[0].breaks.stretches[1]": evolve(A, breaks=Breaks(stretches=((4, 8), (8, 9)), holds=True, tag=TAG)),
    "activities[0].duration": Task(id="a", breaks=Breaks(stretches=((4, 8),), holds=True, tag=TAG)),
    "activities[0].picks[1].name": evolve(A, picks=(pick(), pick())),
    "activities[0].picks[0].candidates[1]": evolve(A, picks=(pick(candidates=("r", "r")),)),
    "activities[0].picks[0].candidates": evolve(A, picks=(pick(candidates=()),)),
    "activities[0].picks[0].count": evolve(A, picks=(pick(count=3),)),
    "activities[0].modes[1].id": Task(id="a", modes=(Mode(id="m", duration=1), Mode(id="m", duration=2))),
    "activities[0].modes[0].occupies.r": Task(id="a", modes=(Mode(id="m", duration=1, occupies={"r": -1}),)),
    "activities[0].modes[0].picks[0].name": Task(
        id="a", picks=(pick(),), modes=(Mode(id="m", duration=1, picks=(pick(),)),)
    ),
    "activities[0].modes[1].duration": Task(
        id="a",
        modes=(Mode(id="m", duration=1), Mode(id="n", duration=0)),
        breaks=Breaks(stretches=((4, 8),), holds=False, tag=TAG),
    ),
}


@pytest.mark.parametrize("path", TASKS)
def test_what_is_malformed_in_an_activity_is_named(path: str) -> None:
    assert paths(problem(TASKS[path], B, C)) == [path]


def test_a_negative_count_is_named() -> None:
    assert paths(problem(evolve(A, picks=(pick(count=-1),)))) == ["activities[0].picks[0].count"]


def reservoir(**more: Any) -> Reservoir:
    return Reservoir(**{"name": "store", "level": 0, "lowest": 0, "highest": 9, "flows": (), "tag": TAG, **more})


def lag(before: str, after: str, min_gap: int | None = 0, **more: Any) -> Lag:
    return Lag(**{"before": before, "after": after, "min_gap": min_gap, "max_gap": None, "tag": TAG, **more})


def load(**more: Any) -> Load:
    return Load(**{"weights": {"a": 1}, "start": 0, "end": 9, "limit": 5, "tag": TAG, **more})


def rolling(**more: Any) -> Rolling:
    return Rolling(**{"weights": {"a": 1}, "span": 9, "limit": 5, "tag": TAG, **more})


CONSTRAINTS: dict[str, list[Constraint]] = {
    "resource": [NoOverlap(resource="", tag=TAG), Budget(resource="", limit=1, tag=TAG)],
    "rule": [AllOrNone(tasks=("a", "b"), tag=Tag("", "here"))],
    "price.term": [Implies(task="a", needs="b", tag=TAG, price=Price("gone"))],
    "setup[0][0]": [NoOverlap(resource="r", tag=TAG, setup=(("ghost", "b", 1),))],
    "setup[0][1]": [NoOverlap(resource="r", tag=TAG, setup=(("a", "a", 1),))],
    "setup[0][2]": [NoOverlap(resource="r", tag=TAG, setup=(("a", "b", -1),))],
    "setup[1]": [NoOverlap(resource="r", tag=TAG, setup=(("a", "b", 1), ("a", "b", 2)))],
    "capacity": [Capacity(resource="r", capacity=-1, tag=TAG)],
    "changes[1]": [Capacity(resource="r", capacity=1, tag=TAG, changes=((4, 1), (4, 2)))],
    "changes[0][1]": [Capacity(resource="r", capacity=1, tag=TAG, changes=((4, -1),))],
    "limit": [Budget(resource="r", limit=-1, tag=TAG), load(limit=-1), rolling(limit=2, least=3)],
    "highest": [reservoir(lowest=3, highest=2)],
    "flows[0].task": [reservoir(flows=(Flow(task="ghost", amount=1),))],
    "after": [lag("a", "ghost"), lag("a", "a")],
    "before": [lag("ghost", "a")],
    "gap": [
        Apart(first="a", second="b", gap=-1, both_ways=False, tag=TAG),
        StartsApart(tasks=("a", "b"), gap=-1, tag=TAG),
        RestBetween(tasks=("a",), edges=(0, 9), gap=-1, tag=TAG),
    ],
    "second": [Apart(first="a", second="a", gap=1, both_ways=False, tag=TAG)],
    "tasks[1]": [StartsApart(tasks=("a", "a"), gap=1, tag=TAG), AllOrNone(tasks=("a", "ghost"), tag=TAG)],
    "least": [Repeats(tasks=("a", "b"), least=-1, most=None, tag=TAG), load(least=-1), rolling(least=-1)],
    "most": [
        Repeats(tasks=("a", "b"), least=3, most=2, tag=TAG),
        Choose(tasks=("a", "b"), least=2, most=1, tag=TAG),
    ],
    "edges[2]": [
        Repeats(tasks=("a", "b"), least=1, most=2, edges=(0, 5, 5), tag=TAG),
        ActiveBuckets(tasks=("a",), edges=(0, 5, 4), window=1, limit=1, tag=TAG),
    ],
    "window": [ActiveBuckets(tasks=("a",), edges=(0, 5), window=0, limit=1, tag=TAG)],
    "span": [rolling(span=0)],
    "end": [load(end=0)],
    "weights.ghost": [load(weights={"ghost": 1}), rolling(weights={"ghost": 1})],
    "weights.a": [load(weights={"a": -1})],
    "needs": [Implies(task="a", needs="ghost", tag=TAG)],
    "task": [PickAllowed(task="ghost", candidate="r", ranges=(), tag=TAG)],
    "ranges[0]": [PickAllowed(task="a", candidate="r", ranges=((2, 1),), tag=TAG)],
    "people[1]": [NeverTogether(tasks=("a",), people=("r", "r"), tag=TAG)],
}


@pytest.mark.parametrize("path", CONSTRAINTS)
def test_what_is_malformed_in_a_constraint_is_named(path: str) -> None:
    for constraint in CONSTRAINTS[path]:
        assert paths(problem(asked=(AllOrNone(tasks=("a", "b"), tag=TAG), constraint))) == [f"constraints[1].{path}"]


OBJECTIVES: dict[str, Objective] = {
    "name": LostValue(name=""),
    "due.ghost": Lateness(name="x", unit="min", due={"ghost": (3, 1)}),
    "due.a[1]": Lateness(name="x", unit="min", due={"a": (3, -1)}),
    "loads[0].weights.ghost": Peak(name="x", unit="min", loads=(PeakLoad(weights={"ghost": 1}, start=0, end=1),)),
    "loads[0].end": Peak(name="x", unit="min", loads=(PeakLoad(weights={}, start=0, end=0),)),
    "weights.ghost": WeightedStarts(name="x", unit="min", weights={"ghost": 1}),
    "preferred.ghost": AwayFromPreferred(name="x", unit="min", preferred={"ghost": 1}),
    "left_out": AwayFromPreferred(name="x", unit="min", preferred={}, left_out=-1),
    "starts.ghost": Moved(name="x", unit="tasks", starts={"ghost": 1}),
    "weights.a": LeftOut(name="x", unit="points", weights={"a": -1}),
    "teams.ghost": Reassigned(name="x", unit="tasks", teams={"ghost": {}}),
    "ways.ghost": Reassigned(name="x", unit="tasks", teams={}, ways={"ghost": "m"}),
    "resource": Consumed(name="x", unit="kg", resource=""),
}


@pytest.mark.parametrize("path", OBJECTIVES)
def test_what_is_malformed_in_an_objective_is_named(path: str) -> None:
    assert paths(problem(wanted=(OBJECTIVES[path],))) == [f"objectives[0].{path}"]


def test_everything_wrong_is_named_at_once_and_near_names_are_suggested() -> None:
    asked = problem(
        Task(id="centrifuge", duration=1),
        Task(id="centrifuge", duration=1),
        asked=(lag("centrifug", "centrifuge"), Capacity(resource="r", capacity=-1, tag=TAG)),
        wanted=(LostValue(name="x"), SoftCosts(name="x")),
        people=(Person(id="one"), Person(id="one")),
        hint={"gone": 3},
        first=9,
        last=0,
    )
    faults = [str(fault) for fault in faults_of(asked)]
    assert faults == [
        "last: the horizon [9, 0) ends before it begins",
        "people[1].id: 'one' is given twice; the first is entry 0 of this list",
        "activities[1].id: 'centrifuge' is given twice; the first is entry 0 of this list",
        "constraints[0].before: there is no activity 'centrifug'; did you mean 'centrifuge'?",
        "constraints[1].capacity: is negative (got -1)",
        "objectives[1].name: 'x' is given twice; the first is entry 0 of this list",
        "hint.gone: there is no activity 'gone'; there is centrifuge",
    ]
    with pytest.raises(SolverError, match="problem 'p' is malformed") as caught:
        ensure_valid(asked)
    assert all(fault in str(caught.value) for fault in faults)


def test_contradictions_of_people_are_no_faults() -> None:
    """An empty calendar, a task too long for the horizon, gaps that cannot be, nobody with the skill: answers."""
    ensure_valid(
        problem(
            Task(id="a", duration=900, allowed=(Allowed(ranges=(), tag=TAG),)),
            Task(id="b", duration=1, picks=(pick(candidates=(), skill="medicine", count=7),)),
            Task(id="c", duration=1, picks=(pick(candidates=("r",), skill="medicine"),)),
            asked=(
                lag("a", "b", 3, max_gap=2),
                Capacity(resource="r", capacity=0, tag=TAG),
                reservoir(level=77),
                Choose(tasks=("a",), least=5, most=5, tag=TAG),
            ),
        )
    )


# ---- cycles


def test_a_cycle_of_activities_that_wait_for_each_other_is_named_in_order_and_by_how_much() -> None:
    asked = problem(asked=(lag("c", "a", 2), lag("a", "b"), lag("b", "c", 1)))
    (fault,) = faults_of(asked)
    assert str(fault) == (
        "constraints[0]: closes a cycle of activities that wait for each other: 'c' → 'a' → 'b' → 'c'; once round, "
        "durations and lags add up to 12 min, not to 0"
    )


@pytest.mark.parametrize(
    ("asked", "tasks"),
    [
        ((lag("a", "b"), lag("b", "a")), (A, B)),
        ((lag("a", "b", 1, since="start", until="start"), lag("b", "a", 1, since="start", until="start")), (A, B)),
        ((lag("a", "b"), lag("b", "a")), (A, Task(id="b"))),  # through a milestone
        ((lag("a", "b", 0, until="end"), lag("b", "a")), (A, B)),
        ((lag("a", "b"), lag("b", "a"), lag("b", "c"), lag("c", "b")), (A, B, C)),
    ],
)
def test_cycles_are_told_once_a_knot(asked: tuple[Lag, ...], tasks: tuple[Task, ...]) -> None:
    (path,) = paths(problem(*tasks, asked=asked))
    assert path == "constraints[0]"


@pytest.mark.parametrize(
    ("asked", "tasks"),
    [
        ((lag("a", "b"), lag("b", "c"), lag("a", "c")), (A, B, C)),
        ((lag("a", "b"), lag("b", "a")), (Task(id="a"), Task(id="b"))),  # both at once
        ((lag("a", "b"), lag("b", "a")), (A, evolve(B, optional=True))),
        ((lag("a", "b"), lag("b", "a", price=Price("soft"))), (A, B)),
        ((lag("a", "b"), lag("b", "a", -1)), (A, B)),  # a maximum lag in disguise: for the solver
        ((lag("a", "b", 5), lag("a", "b", None, max_gap=2)), (A, B)),  # a maximum lag: likewise
        ((lag("a", "b", 5), lag("b", "a", 0, since="start", until="start")), (A, B)),  # likewise
        ((lag("a", "b", 0, since="end", until="end"), lag("b", "a", 0, since="end", until="end")), (A, B)),
        ((lag("a", "b"), lag("b", "a")), (Task(id="a", modes=(Mode(id="m", duration=0),)), Task(id="b"))),
    ],
)
def test_what_may_be_met_or_is_no_precedence_is_no_cycle(asked: tuple[Lag, ...], tasks: tuple[Task, ...]) -> None:
    assert paths(problem(*tasks, asked=asked, wanted=(SoftCosts(name="soft"),))) == []


@pytest.mark.parametrize("seed", range(60))
def test_cycles_are_those_that_the_longest_path_finds(seed: int) -> None:
    """Floyd-Warshall over starts and ends: a knot is there just when some node comes after itself."""
    dice = random.Random(seed)
    tasks = tuple(Task(id=f"t{k}", duration=dice.choice((0, 0, 1))) for k in range(6))
    ends = [(task.id, side) for task in tasks for side in ("start", "end")]
    far: dict[tuple[tuple[str, str], tuple[str, str]], int] = {
        ((task.id, "start"), (task.id, "end")): task.duration for task in tasks
    }
    asked = []
    for _ in range(dice.randrange(4, 10)):
        one, other = dice.sample(tasks, 2)
        since, until = dice.choice(("start", "end")), dice.choice(("start", "end"))
        gap = dice.choice((0, 0, 1)) if since == "end" else 1
        asked.append(lag(one.id, other.id, gap, since=since, until=until))
        arc = ((one.id, since), (other.id, until))
        far[arc] = max(gap, far.get(arc, -1))
    for middle in ends:
        for u in ends:
            for v in ends:
                if (u, middle) in far and (middle, v) in far:
                    far[u, v] = min(99, max(far.get((u, v), -1), far[u, middle] + far[middle, v]))
    positive = any(far.get((node, node), 0) > 0 for node in ends)
    assert bool(paths(problem(*tasks, asked=tuple(asked)))) == positive


def test_a_long_chain_is_walked_without_recursion_and_fast() -> None:
    names = [f"t{k}" for k in range(20_000)]
    asked = [lag(one, other) for one, other in zip(names, [*names[1:], names[0]], strict=True)]
    began_s = time.perf_counter()
    (path,) = paths(problem(*(Task(id=name, duration=1) for name in names), asked=tuple(asked)))
    assert path == "constraints[0]"
    assert time.perf_counter() - began_s < 10  # s; takes 0.3 s on the machine it was written on


# ---- numbers


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (problem(last=LARGEST + 1), "last"),
        (problem(first=-LARGEST - 1), "first"),
        (problem(evolve(A, duration=2**70)), "activities[0].duration"),
        (problem(evolve(A, allowed=(Allowed(ranges=((0, 1), (2, 2**41)), tag=TAG),))),
         "activities[0].allowed[0].ranges[1][1]"),
        (problem(evolve(A, occupies={"r": 2**41})), "activities[0].occupies.r"),
        (problem(asked=(lag("a", "b", -(2**41)),)), "constraints[0].min_gap"),
        (problem(asked=(rolling(span=2**41),)), "constraints[0].span"),
        (problem(wanted=(Lateness(name="x", unit="min", due={"a": (2**41, 1)}),)), "objectives[0].due.a[0]"),
        (problem(hint={"a": -(2**50)}), "hint.a"),
    ],
)  # fmt: skip
def test_numbers_beyond_all_meaning_are_named(asked: Problem, path: str) -> None:
    assert paths(asked) == [path]


MUCH = 2**39
MANY = tuple(Task(id=f"t{k}", duration=1, occupies={"r": MUCH}, consumes={"r": MUCH}) for k in range(8))


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (problem(wanted=(WeightedStarts(name="x", unit="", weights={"a": MUCH}),), last=MUCH), "objectives[0]"),
        (problem(wanted=(Lateness(name="x", unit="", due={"a": (0, MUCH)}),), last=MUCH), "objectives[0]"),
        (problem(asked=(load(weights={"a": MUCH}, by="ticks", end=MUCH),), last=MUCH), "constraints[0]"),
        (problem(asked=(rolling(weights={"a": MUCH}, by="ticks", span=MUCH),), last=MUCH), "constraints[0]"),
        (problem(evolve(A, duration=MUCH), asked=(reservoir(flows=(Flow(task="a", amount=MUCH, at="during"),)),),
                 last=LARGEST), "constraints[0]"),
        (problem(asked=(lag("a", "b", price=Price("x", MUCH)),), wanted=(SoftCosts(name="x"),), last=MUCH),
         "objectives[0]"),
        (problem(*MANY, asked=(Budget(resource="r", limit=1, tag=TAG, price=Price("x", MUCH)),),
                 wanted=(SoftCosts(name="x"),)), "objectives[0]"),
    ],
)  # fmt: skip
def test_sums_and_products_that_64_bits_could_not_hold_are_named(asked: Problem, path: str) -> None:
    (fault,) = faults_of(asked)
    assert fault.path == path
    assert str(LARGEST_SUM) in fault.words


def test_seconds_of_ten_years_with_many_weights_are_fine() -> None:
    tasks = tuple(Task(id=f"t{k}", duration=3_600, value=1_000) for k in range(1_000))
    weights = {task.id: 3_600 for task in tasks}
    ensure_valid(
        problem(
            *tasks,
            last=316_000_000,
            asked=(rolling(weights=weights, span=86_400, by="ticks", price=Price("x", 1_000)),),
            wanted=(SoftCosts(name="x"), WeightedStarts(name="y", unit="s", weights=weights)),
        )
    )
