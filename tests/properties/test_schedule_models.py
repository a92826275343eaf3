"""Any schedule of a tiny problem, put into its model: allowed just where the checker says so, at the same amounts.

Solving shows the best schedule only; here those in the middle are held to account too, and those that don't hold.
"""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model
from tiny_problems import KINDS, choices_of, places_of, problems

from hamsafar.schedule.check import check, soft
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    Apart,
    Budget,
    Capacity,
    Constraint,
    Flow,
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
)
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.running import pieces_of, way_starts
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Pick, Price, Tag, Task

Schedule = dict[str, Placed]
INTRICATE: tuple[tuple[type, ...], ...] = (
    (Rolling,),
    (Rolling, Breaks),
    (Rolling, Mode),
    (Reservoir,),
    (Reservoir, Breaks),
    (Reservoir, Mode),
    (Load,),
    (Load, Mode),
    (Load, Mode, Pick),
    (Load, Breaks),
    (Load, Capacity),
    (Repeats,),
    (RestBetween,),
    (RestBetween, Mode),
    (Budget, Mode),
    (NoOverlap,),
    (NoOverlap, Breaks),
    (NoOverlap, Mode, Pick),
    (Capacity,),
    (Capacity, Breaks, Mode),
    (Forbidden, Breaks),
    (Apart,),
    (Apart, Mode, Pick),
    (ActiveBuckets,),
    (Lag, Breaks),
    (Lag, Mode),
    (Allowed,),
    (PickAllowed, Pick),
    (SamePeople, Pick),
)
HERE, COSTS = Tag("RULE-1", "here"), Price("costs")
TRIED, KEPT = 30, 6  # schedules drawn for one problem; how many that hold, and that don't, are put into its model


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def any_schedules(problem: Problem, dice: Random) -> list[Schedule]:
    """Some schedules that hold, and some that don't."""
    places: list[list[Placed | None]] = [
        [*places_of(problem, task), *([None] if task.optional else ())] for task in problem.tasks
    ]
    if not all(places):
        return []
    found: dict[bool, list[Schedule]] = {True: [], False: []}
    for _ in range(TRIED):
        chosen = zip(problem.tasks, (dice.choice(some) for some in places), strict=True)
        placed = {task.id: place for task, place in chosen if place is not None}
        holds = not check(problem, placed)
        if len(found[holds]) < KEPT:
            found[holds].append(placed)
    return found[True] + found[False]


def least_amount(assembled: Assembled, placed: Schedule) -> int | None:
    """The least that all amounts add up to in the model when the tasks lie so; None where they can't."""
    made, model = assembled.variables, assembled.model.clone()

    def fix(variable: cp_model.IntVar, value: int) -> None:
        model.add(model.get_int_var_from_proto_index(variable.index) == value)

    for name, ways in made.ways.items():
        fix(made.present[name], name in placed)
        if name in placed:
            fix(made.start[name], placed[name].start - made.problem.first)
            for way in ways:
                fix(way.literal, way.mode.id == placed[name].mode)
    for (task, mode, pick, who), literal in made.picked.items():
        place = placed.get(task)
        fix(literal, place is not None and mode in ("", place.mode) and who in place.picked.get(pick, ()))
    model.minimize(sum(model.get_int_var_from_proto_index(amount.variable.index) for amount in made.amounts))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def model_says_the_same(problem: Problem, seed: int) -> None:
    """The model allows a schedule just where the checker does, and counts the same amounts."""
    assembled = assemble(problem)
    for placed in any_schedules(problem, Random(seed)):
        amounts = None if check(problem, placed) else sum(broken.amount for broken, _ in soft(problem, placed))
        assert least_amount(assembled, placed) == amounts, placed


def starts_are_those_that_hold(problem: Problem) -> None:
    """By the pieces that its pauses cut, a task starts just where the checker allows it, and ends where it ends."""
    for task in problem.tasks:
        hold = {(choice.place.mode, choice.place.start) for choice in choices_of(problem, task)}
        found = {
            (way.id, start): [piece for piece in pieces_of(problem, task, way) if piece.first <= start <= piece.last]
            for way in task.ways
            for first, last in way_starts(problem, task, way)
            for start in range(first, last + 1)
        }
        assert found.keys() == hold
        for (mode, start), (piece,) in found.items():
            assert start + task.way(mode).duration + piece.pause == task.end(start, mode)
            runs = task.running(start, mode)
            parts = zip(runs, piece.segments, strict=task.way(mode).duration > 0)
            assert all(opens <= first and end <= closes for (first, end), (opens, closes) in parts)


@tried(80)
@given(
    st.sampled_from(((Breaks, Forbidden), (Breaks, Mode), (Forbidden, Allowed), (Breaks, Forbidden, Mode))).flatmap(
        lambda kinds: problems(kinds=kinds, roomy=True)
    )
)
def test_starts_are_those_that_hold(problem: Problem) -> None:
    starts_are_those_that_hold(problem)


@pytest.mark.parametrize("pauses", [((3, 4), (6, 8)), ((2, 5), (6, 7), (9, 10))])
def test_starts_clear_of_each_stretch(pauses: tuple[tuple[int, int], ...]) -> None:
    for duration, first, length in product(range(1, 7), range(12), (1, 2, 4)):
        shut = Forbidden(stretches=((first, first + length),), tag=HERE)
        breaks = Breaks(stretches=pauses, holds=False, tag=HERE)
        task = Task(id="a", duration=duration, breaks=breaks, forbidden=(shut,))
        problem = Problem(name="one", first=0, last=12, tasks=(task,), constraints=(), objectives=())
        starts_are_those_that_hold(problem)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@tried(6)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_any_schedule_of_each_kind(kind: type, data: st.DataObject, seed: int) -> None:
    model_says_the_same(data.draw(problems(kinds=(kind,), roomy=data.draw(st.booleans()))), seed)


@pytest.mark.parametrize("kinds", INTRICATE, ids=lambda kinds: "+".join(kind.__name__ for kind in kinds))
@tried(10)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_any_schedule_where_much_can_go_wrong(kinds: tuple[type, ...], data: st.DataObject, seed: int) -> None:
    model_says_the_same(data.draw(problems(kinds=kinds, roomy=True)), seed)


@tried(40)
@given(
    st.lists(st.sampled_from(KINDS), min_size=2, max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds))),
    st.integers(0, 2**32),
)
def test_any_schedule_of_several_kinds(problem: Problem, seed: int) -> None:
    model_says_the_same(problem, seed)


TWO = (Task(id="a", duration=3), Task(id="b", duration=3))
LONG = (Task(id="a", duration=5), Task(id="b", duration=4))
OPEN = (Task(id="a", modes=(Mode(id="1", duration=1), Mode(id="2", duration=6))), Task(id="b", duration=2))
THRICE = tuple(Task(id=name, optional=name == "b") for name in "abc")


def teams(*names: str, optional: bool = True, **more: object) -> tuple[Task, ...]:
    """Tasks of one tick that send one or two of two people."""
    pick = Pick(name="crew", count=2, candidates=("r", "s"), tag=HERE, price=COSTS)
    return tuple(Task(id=name, duration=1, picks=(pick,), optional=optional, **more) for name in names)  # type: ignore[arg-type]


def starting(name: str, duration: int, first: int, last: int) -> Task:
    """A task that starts then."""
    return Task(id=name, duration=duration, allowed=(Allowed(ranges=((first, last),), tag=HERE),))


def pausing(holds: bool) -> tuple[Task, ...]:
    """One that pauses, and one that would fit into its pause."""
    breaks = Breaks(stretches=((2, 4),), holds=holds, tag=HERE)
    return (
        Task(id="a", duration=3, breaks=breaks, occupies={"r": 1}),
        Task(id="b", duration=2, occupies={"r": 1}),
    )


TWICE = tuple(
    Task(
        id=name,
        modes=(Mode(id="1", duration=3, occupies={"r": 1}), Mode(id="2", duration=2)),
        picks=(Pick(name="crew", count=1, candidates=("r", "s"), tag=HERE),),
    )
    for name in "ab"
)
EVERY: dict[str, tuple[int, tuple[Task, ...], tuple[Constraint, ...]]] = {
    "between two ranges, the nearer one counts": (
        16,
        (Task(id="a", allowed=(Allowed(ranges=((2, 3), (8, 9), (13, 14)), tag=HERE, price=COSTS),)),),
        (),
    ),
    "somebody's ranges count where he is picked": (
        9,
        teams("a", optional=False),
        (PickAllowed(task="a", candidate="r", ranges=((1, 2), (6, 7)), tag=HERE),),
    ),
    "and so does their price": (
        12,
        teams("a", optional=False),
        (PickAllowed(task="a", candidate="r", ranges=((1, 2), (8, 9)), tag=HERE, price=COSTS),),
    ),
    "the same people, in tasks that may all be left out": (
        2,
        teams("a", "b"),
        (SamePeople(tasks=("a", "b"), people=("r", "s"), tag=HERE),),
    ),
    "one who takes three counts twice": (
        1,
        teams("a", "b", "c"),
        (OtherPeople(tasks=("a", "b", "c"), people=("r", "s"), tag=HERE, price=COSTS),),
    ),
    "three of whom none goes with another count twice": (
        1,
        teams("a", occupies={"t": 1}),
        (NeverTogether(tasks=("a",), people=("r", "s", "t"), tag=HERE, price=COSTS),),
    ),
    "apart where both take it, always or by a pick": (
        7,
        TWICE,
        (Apart(first="a", second="b", gap=1, both_ways=False, picked="r", tag=HERE),),
    ),
    "others come in while it pauses": (8, pausing(False), (NoOverlap(resource="r", tag=HERE),)),
    "nobody comes in while it pauses and holds": (8, pausing(True), (NoOverlap(resource="r", tag=HERE),)),
    "others fit in while it pauses": (8, pausing(False), (Capacity(resource="r", capacity=1, tag=HERE, price=COSTS),)),
    "who takes a thing twice breaks it by the longest part": (
        9,
        tuple(evolve(task, breaks=Breaks(stretches=((3, 5),), holds=False, tag=HERE)) for task in TWICE[:1]),
        (NoOverlap(resource="r", tag=HERE, price=COSTS),),
    ),
    "somebody's load counts where he is picked": (
        4,
        teams("a", "b"),
        (Load(weights={"a": 1, "b": 2}, start=1, end=3, limit=2, least=1, picked="r", tag=HERE),),
    ),
    "the highest stretch begins with a task": (
        12,
        TWO,
        (Rolling(weights={"a": 3, "b": 1}, span=4, limit=9, by="ticks", tag=HERE),),
    ),
    "the highest stretch ends with a task": (
        12,
        TWO,
        (Rolling(weights={"a": 1, "b": 3}, span=4, limit=9, by="ticks", tag=HERE),),
    ),
    "the lowest stretch begins where a task ends, or ends where one begins": (
        11,
        TWO,
        (Rolling(weights={"a": 1, "b": 2}, span=6, limit=None, least=2, by="ticks", tag=HERE),),
    ),
    "stretches shorter than the tasks": (
        11,
        LONG,
        (Rolling(weights={"a": 1, "b": 1}, span=2, limit=3, by="ticks", tag=HERE),),
    ),
    "no more of a long task lies in a short stretch than fits": (
        11,
        LONG,
        (Rolling(weights={"a": 1, "b": 1}, span=2, limit=4, by="ticks", tag=HERE),),
    ),
    "the highest stretch begins with a task of open length that starts late": (
        9,
        (OPEN[0], starting("b", 2, 5, 9)),
        (Rolling(weights={"a": 3, "b": 1}, span=2, limit=3, by="ticks", tag=HERE),),
    ),
    "the highest stretch ends with a task of open length that ends early": (
        9,
        (OPEN[0], starting("b", 2, 0, 1)),
        (Rolling(weights={"a": 3, "b": 1}, span=2, limit=3, by="ticks", tag=HERE),),
    ),
    "a stretch after the first start, with starts that come late": (
        9,
        (Task(id="a"), starting("b", 1, 6, 8)),
        (Rolling(weights={"a": 1, "b": 1}, span=4, limit=None, least=1, tag=HERE, price=COSTS),),
    ),
    "stretches over tasks of open length": (
        9,
        OPEN,
        (Rolling(weights={"a": 2, "b": 1}, span=3, limit=6, least=1, by="ticks", tag=HERE, price=COSTS),),
    ),
    "starts in any stretch": (
        9,
        TWO,
        (Rolling(weights={"a": 1, "b": 1}, span=4, limit=None, least=1, tag=HERE, price=COSTS),),
    ),
    "steps from one to the next that is there": (
        4,
        THRICE,
        (Repeats(tasks=("a", "b", "c"), least=1, most=3, tag=HERE),),
    ),
    "a level that falls all the time, and what is filled in on the way": (
        9,
        (Task(id="a", duration=4), Task(id="b", duration=1)),
        (
            Reservoir(
                name="store",
                level=3,
                lowest=0,
                highest=4,
                flows=(Flow(task="a", amount=-1, at="during"), Flow(task="b", amount=3, at="start")),
                given=((4, -1),),
                tag=HERE,
            ),
        ),
    ),
}
MOST_TRIED = 150


@pytest.mark.parametrize("told", EVERY)
def test_every_schedule_of(told: str) -> None:
    last, tasks, constraints = EVERY[told]
    problem = Problem(
        name="every", first=0, last=last, tasks=tasks, constraints=constraints, objectives=(SoftCosts(name="costs"),)
    )
    assembled = assemble(problem)
    places = [[*places_of(problem, task), *([None] if task.optional else [])] for task in problem.tasks]
    every = list(product(*places))
    for chosen in Random(1).sample(every, min(MOST_TRIED, len(every))):
        placed = {task.id: place for task, place in zip(tasks, chosen, strict=True) if place is not None}
        amounts = None if check(problem, placed) else sum(broken.amount for broken, _ in soft(problem, placed))
        assert least_amount(assembled, placed) == amounts, placed


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@tried(200)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_any_schedule_of_each_kind_hundreds_of_times(kind: type, data: st.DataObject, seed: int) -> None:
    model_says_the_same(data.draw(problems(kinds=(kind,), most=4, roomy=data.draw(st.booleans()))), seed)


@pytest.mark.slow
@tried(4_000)
@given(
    st.lists(st.sampled_from(KINDS), min_size=2, max_size=4).flatmap(
        lambda kinds: problems(kinds=tuple(kinds), most=4, roomy=True)
    ),
    st.integers(0, 2**32),
)
def test_any_schedule_of_several_kinds_thousands_of_times(problem: Problem, seed: int) -> None:
    model_says_the_same(problem, seed)
