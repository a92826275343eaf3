"""Where tasks are dealt out among people: what the solver is told besides must change no answer."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.schedule import model
from hamsafar.schedule.build import redundant
from hamsafar.schedule.build.alike import exchanged
from hamsafar.schedule.build.redundant import dealt_out, least_span
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Capacity, Choose, Constraint, Lag, Load, NoOverlap
from hamsafar.schedule.objectives import LostValue, Makespan, Objective, WeightedStarts
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Person, Pick, Tag, Task

TAG = Tag("RULE-1", "here")
MAKESPAN = Makespan(name="makespan", unit="min")


def lag(before: str, after: str, least: int = 0, most: int | None = None) -> Lag:
    return Lag(before=before, after=after, min_gap=least, max_gap=most, tag=TAG)


def crew(dice: Random) -> Problem:
    """Two or three people with a day of their own, jobs that any of them may do, and now and then a difference."""
    people, odd = [f"p{k}" for k in range(dice.randint(2, 3))], 0.1 * (dice.random() < 0.4)
    rises, sleeps = dice.randint(1, 5), dice.randint(3, 6)
    tasks: list[Task] = []
    rules: list[Constraint] = []
    for who in people:
        rules.append(Capacity(resource=who, capacity=1, tag=TAG))
        mine = [
            Task(id=f"rise {who}", duration=rises + (dice.random() < odd), occupies={who: 1}),
            Task(id=f"sleep {who}", duration=sleeps, occupies={who: 1}),
        ]
        tasks += dice.sample(mine, 2) if dice.random() < 0.3 else mine
        rules.append(lag(f"rise {who}", f"sleep {who}", 0, 9 if dice.random() < odd else None))
    shared = dice.random() < 0.4
    for job in range(dice.randint(1, 5)):
        duration, before, after = dice.choice((2, 2, 4, 3)), dice.random() < 0.5, dice.random() < 0.5
        wait = dice.randint(0, 2) if job and dice.random() < 0.5 else None
        ways = [f"job{job} {who}" for who in people]
        for way, who in zip(ways, people, strict=True):
            shut = (Allowed(ranges=((0, 9),), tag=TAG),) if dice.random() < odd else ()
            takes = {who: 1, **({"machine": 1} if shared else {})}
            tasks.append(Task(id=way, duration=duration, occupies=takes, optional=True, allowed=shut))
            rules += [lag(f"rise {who}", way)] * before + [lag(way, f"sleep {who}")] * (after and dice.random() >= odd)
            if wait is not None and dice.random() >= odd:
                rules += [lag(f"job{job - 1} {other}", way, wait) for other in people]
        rules.append(Choose(tasks=tuple(ways), least=1, most=1, tag=TAG))
    if shared:
        rules.append(Capacity(resource="machine", capacity=dice.randint(1, 2), tag=TAG))
    goals: list[Objective] = [MAKESPAN]
    if dice.random() < 0.3:
        named = dice.choice(tasks).id
        goals.insert(
            dice.randint(0, 1), WeightedStarts(name="early", unit="min", weights={named: dice.choice((1, -1))})
        )
    work = sum(task.duration for task in tasks if not task.optional or task.id.endswith("p0"))
    last = work if dice.random() < 0.8 else work // 2
    return Problem(
        name="crew", first=0, last=last, tasks=tuple(tasks), constraints=tuple(rules), objectives=tuple(goals)
    )


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_answer_is_that_of_the_bare_model(seed: int) -> None:
    problem = crew(Random(seed))
    helped = solve(problem)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(model, "order_alike", lambda made: None)
        patched.setattr(redundant, "dealt_out", lambda problem: [])
        bare = solve(problem)
    assert type(helped) is type(bare)
    if isinstance(helped, Solved) and isinstance(bare, Solved):
        assert check(problem, helped.placed) == ()
        assert helped.terms == bare.terms
        assert helped.optimal


@settings(max_examples=50, deadline=None)
@given(busy=st.lists(st.integers(0, 12), min_size=1, max_size=3), share=st.integers(1, 5), shares=st.integers(0, 8))
def test_the_least_span_is_that_of_the_best_way_to_deal(busy: list[int], share: int, shares: int) -> None:
    dealt = (counts for counts in product(range(shares + 1), repeat=len(busy)) if sum(counts) == shares)
    best = min(max(one + share * count for one, count in zip(busy, counts, strict=True)) for counts in dealt)
    assert least_span(busy, share, shares) == best


TWO = Problem(
    name="two",
    first=0,
    last=20,
    tasks=(
        *(Task(id=f"sleep {who}", duration=8, occupies={who: 1}) for who in ("a", "b")),
        *(Task(id=f"filter {who}", duration=2, occupies={who: 1}, optional=True) for who in ("a", "b")),
    ),
    constraints=(
        *(Capacity(resource=who, capacity=1, tag=TAG) for who in ("a", "b")),
        *(lag(f"filter {who}", f"sleep {who}") for who in ("a", "b")),
        Choose(tasks=("filter a", "filter b"), least=1, most=1, tag=TAG),
    ),
    objectives=(MAKESPAN,),
)
EXCHANGED = {"sleep a": "sleep b", "sleep b": "sleep a", "filter a": "filter b", "filter b": "filter a"}


def test_two_who_are_alike_change_places() -> None:
    assert exchanged(TWO, "a", "b") == EXCHANGED
    assert [(one.duration, one.ways) for one in dealt_out(TWO)] == [(2, {"filter a": "a", "filter b": "b"})]
    other = evolve(TWO, constraints=(*TWO.constraints, NoOverlap(resource="gym", tag=TAG)))
    assert exchanged(other, "a", "b") == EXCHANGED
    assert exchanged(evolve(TWO, objectives=(LostValue(name="lost", unit="points"),)), "a", "b") == EXCHANGED


@pytest.mark.parametrize(
    "more",
    [
        lag("sleep a", "filter b"),
        lag("sleep a", "sleep b"),
        NoOverlap(resource="a", tag=TAG),
        NoOverlap(resource="gym", setup=(("sleep a", "sleep b", 1),), tag=TAG),
        Choose(tasks=("filter a",), least=0, most=1, tag=TAG),
        Load(weights={"sleep a": 1, "sleep b": 1}, start=0, end=9, limit=2, tag=TAG),
        Task(id="meal a", duration=1),
        Task(id="shift", duration=1, occupies={"a": 1}),
        Task(id="walk", duration=1, picks=(Pick(name="who", count=1, candidates=("a", "c"), tag=TAG),)),
        WeightedStarts(name="early", unit="min", weights={"sleep a": 1}),
        Person(id="a", skills={"eva": 1}),
    ],
    ids=lambda more: type(more).__name__,
)
def test_one_difference_and_they_do_not(more: Constraint | Task | Objective | Person) -> None:
    match more:
        case Task():
            other = evolve(TWO, tasks=(*TWO.tasks, more))
        case WeightedStarts():
            other = evolve(TWO, objectives=(*TWO.objectives, more))
        case Person():
            other = evolve(TWO, people=(more,))
        case _:
            other = evolve(TWO, constraints=(*TWO.constraints, more))
    assert exchanged(other, "a", "b") == {}
