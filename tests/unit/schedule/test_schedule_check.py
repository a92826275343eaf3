"""The checker and the evaluator on schedules small enough to judge by eye."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest
from attrs import evolve

from hamsafar.schedule.check import JUDGES, amount_of, check, evaluate, kind_of, soft
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
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LostValue,
    Makespan,
    Peak,
    PeakLoad,
    SoftCosts,
    WeightedStarts,
)
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Price, Tag, Task

TAG = Tag("TRN-04", "trainee-prime")
WHO = Pick(name="instructor", candidates=("wang", "li"), count=1, tag=Tag("TRN-08", "b"))


def problem(*constraints: Constraint, **fields: object) -> Problem:
    """Three tasks of 10, 20 and 30 ticks from 100 to 400; b has an instructor, c may be left out."""
    tasks = (
        Task(id="a", duration=10, occupies={"room": 1, "wang": 1}, consumes={"film": 2}),
        Task(id="b", duration=20, occupies={"room": 2}, picks=(WHO,)),
        Task(id="c", duration=30, optional=True, value=7, consumes={"film": 3}),
    )
    whole: dict[str, object] = {"name": "three", "first": 100, "last": 400, "tasks": tasks, "objectives": ()}
    return Problem(**{**whole, "constraints": constraints, **fields})  # type: ignore[arg-type]


def placed(a: int, b: int, c: int | None = None, who: str = "li") -> dict[str, Placed]:
    """The three tasks at these starts."""
    found = {"a": Placed(start=a), "b": Placed(start=b, picked={"instructor": (who,)})}
    return found | ({} if c is None else {"c": Placed(start=c)})


def battery(**fields: object) -> Reservoir:
    """Between 0 and 10, at 4; a fills 6 at its end, b drains 8 at its start."""
    whole: dict[str, object] = {"name": "battery", "level": 4, "lowest": 0, "highest": 10, "tag": TAG}
    flows = (Flow(task="a", amount=6), Flow(task="b", amount=-8, at="start"))
    return Reservoir(**{**whole, "flows": flows, **fields})  # type: ignore[arg-type]


EDGES = (100, 150, 200, 250)
BOTH = {"a": 3, "b": 4}

HOLDS_AND_BREAKS = [  # a constraint, a schedule that just holds, one that just breaks it, and by how much
    (NoOverlap(resource="room", tag=TAG), placed(100, 110), placed(100, 109), 1),
    (NoOverlap(resource="room", tag=TAG), placed(120, 100), placed(105, 100), 15),
    (NoOverlap(resource="room", tag=TAG), placed(100, 110), placed(100, 100), 10),
    (NoOverlap(resource="wang", tag=TAG), placed(100, 105, who="li"), placed(100, 105, who="wang"), 5),
    (NoOverlap(resource="room", setup=(("a", "b", 7),), tag=TAG), placed(100, 117), placed(100, 116), 1),
    (NoOverlap(resource="room", setup=(("b", "a", 7),), tag=TAG), placed(100, 110), placed(126, 100), 1),
    (Capacity(resource="room", capacity=2, tag=TAG), placed(120, 100), placed(119, 100), 1),
    (Capacity(resource="room", capacity=0, changes=((100, 2),), tag=TAG), placed(100, 110), placed(100, 109), 1),
    (Capacity(resource="room", capacity=2, changes=((130, 1),), tag=TAG), placed(130, 110), placed(100, 111), 1),
    (
        Capacity(resource="room", capacity=3, changes=((130, 0), (140, 3)), tag=TAG),
        placed(140, 110),
        placed(131, 140),
        1,
    ),
    (Budget(resource="film", limit=4, tag=TAG), placed(100, 100), placed(100, 100, 100), 1),
    (battery(), placed(100, 110), placed(100, 109), 4),
    (battery(level=5), placed(100, 110), placed(100, 150), 1),
    (battery(level=5, overflow=True), placed(100, 150), placed(150, 150), 3),
    (battery(level=6, given=((105, -2),)), placed(100, 110), placed(100, 104), 4),
    (battery(flows=(Flow(task="a", amount=-1, at="during"),), given=((120, 6),)), placed(115, 1), placed(114, 1), 1),
    (Lag(before="a", after="b", min_gap=5, max_gap=9, tag=TAG), placed(100, 115), placed(100, 114), 1),
    (Lag(before="a", after="b", min_gap=5, max_gap=9, tag=TAG), placed(100, 119), placed(100, 120), 1),
    (Lag(before="a", after="b", min_gap=-3, max_gap=9, since="start", tag=TAG), placed(103, 100), placed(104, 100), 1),
    (
        Lag(before="a", after="b", min_gap=None, max_gap=9, since="start", tag=TAG),
        placed(100, 109),
        placed(100, 112),
        3,
    ),
    (Lag(before="a", after="b", min_gap=0, max_gap=0, until="end", tag=TAG), placed(110, 100), placed(112, 100), 2),
    (
        Lag(before="a", after="b", min_gap=20, max_gap=None, since="start", until="end", tag=TAG),
        placed(100, 100),
        placed(104, 100),
        4,
    ),
    (Apart(first="a", second="b", gap=5, both_ways=False, tag=TAG), placed(100, 115), placed(100, 114), 1),
    (Apart(first="a", second="b", gap=5, both_ways=False, tag=TAG), placed(120, 100), placed(119, 100), 1),
    (Apart(first="a", second="b", gap=5, both_ways=True, tag=TAG), placed(125, 100), placed(123, 100), 2),
    (
        Apart(first="a", second="b", gap=5, both_ways=False, picked="wang", tag=TAG),
        placed(100, 114, who="li"),
        placed(100, 114, who="wang"),
        1,
    ),
    (StartsApart(tasks=("a", "b", "c"), gap=15, tag=TAG), placed(115, 100), placed(114, 100), 1),
    (Repeats(tasks=("a", "b", "c"), least=20, most=30, tag=TAG), placed(100, 120, 150), placed(100, 119, 151), 3),
    (Repeats(tasks=("a", "b", "c"), least=20, most=30, tag=TAG), placed(100, 130), placed(130, 100), 50),
    (Repeats(tasks=("a", "c", "b"), least=20, most=30, tag=TAG), placed(100, 130), placed(100, 131), 1),
    (Repeats(tasks=("a", "b"), least=1, most=1, edges=EDGES, tag=TAG), placed(149, 199), placed(149, 200), 1),
    (Repeats(tasks=("a", "b"), least=2, most=2, edges=EDGES, tag=TAG), placed(149, 200), placed(249, 149), 4),
    (Repeats(tasks=("a", "b"), least=0, most=0, edges=EDGES, tag=TAG), placed(120, 100), placed(120, 250), 1),
    (Load(weights=BOTH, start=100, end=150, limit=6, tag=TAG), placed(100, 150), placed(100, 149), 1),
    (Load(weights=BOTH, start=100, end=150, limit=None, least=7, tag=TAG), placed(100, 149), placed(100, 150), 4),
    (Load(weights=BOTH, start=100, end=150, limit=38, by="ticks", tag=TAG), placed(148, 142), placed(147, 142), 3),
    (
        Load(weights=BOTH, start=100, end=150, limit=6, picked="wang", tag=TAG),
        placed(100, 149, who="li"),
        placed(100, 149, who="wang"),
        1,
    ),
    (Rolling(weights=BOTH, span=50, limit=6, tag=TAG), placed(100, 150), placed(100, 149), 1),
    (Rolling(weights=BOTH, span=10, limit=43, by="ticks", tag=TAG), placed(100, 109), placed(100, 108), 3),
    (Rolling(weights=BOTH, span=200, limit=None, least=3, tag=TAG), placed(299, 200), placed(301, 301), 3),
    (Rolling(weights=BOTH, span=400, limit=6, least=9, tag=TAG), placed(500, 100), placed(100, 399), 1),
    (ActiveBuckets(tasks=("a", "b"), edges=EDGES, window=2, limit=1, tag=TAG), placed(100, 200), placed(100, 199), 1),
    (ActiveBuckets(tasks=("a", "b"), edges=EDGES, window=9, limit=1, tag=TAG), placed(100, 250), placed(100, 249), 1),
    (RestBetween(tasks=("a", "b"), edges=(100, 150, 200), gap=40, tag=TAG), placed(100, 150), placed(101, 150), 1),
    (Implies(task="a", needs="c", tag=TAG), placed(100, 120, 200), placed(100, 120), 1),
    (AllOrNone(tasks=("a", "b", "c"), tag=TAG), placed(100, 120, 200), placed(100, 120), 1),
    (Choose(tasks=("a", "b", "c"), least=0, most=2, tag=TAG), placed(100, 120), placed(100, 120, 200), 1),
    (Choose(tasks=("c",), least=1, most=1, tag=TAG), placed(100, 120, 200), placed(100, 120), 1),
    (PickAllowed(task="b", candidate="li", ranges=((110, 120),), tag=TAG), placed(100, 120), placed(100, 123), 3),
    (PickAllowed(task="b", candidate="li", ranges=(), tag=TAG), placed(100, 120, who="wang"), placed(100, 120), 1),
    (PickAllowed(task="a", candidate="wang", ranges=((110, 120),), tag=TAG), placed(110, 99), placed(108, 99), 2),
    (SamePeople(tasks=("a", "b"), people=("wang",), tag=TAG), placed(1, 1, who="wang"), placed(1, 1, who="li"), 1),
    (SamePeople(tasks=("a", "b"), people=("wang", "li"), tag=TAG), placed(1, 1, who="wang"), placed(1, 1), 2),
    (OtherPeople(tasks=("a", "b"), people=("wang", "li"), tag=TAG), placed(1, 1), placed(1, 1, who="wang"), 1),
    (Together(tasks=("a", "b"), people=("wang",), tag=TAG), placed(1, 1), placed(1, 1), 0),
    (Together(tasks=("b",), people=("li", "zhao"), tag=TAG), placed(1, 1, who="wang"), placed(1, 1, who="li"), 1),
    (NeverTogether(tasks=("a", "b"), people=("wang", "room"), tag=TAG), {}, placed(1, 1, who="wang"), 2),
]


@pytest.mark.parametrize(("constraint", "good", "bad", "amount"), HOLDS_AND_BREAKS)
def test_one_tick_decides_and_the_amount_is_exact(
    constraint: Constraint, good: dict[str, Placed], bad: dict[str, Placed], amount: int
) -> None:
    asked = problem(constraint)
    assert amount_of(constraint, asked, good) == 0
    assert amount_of(constraint, asked, bad) == amount
    said = [violation for violation in check(asked, bad) if violation.kind == kind_of(type(constraint))]
    assert bool(said) == bool(amount)
    assert all(violation.sentence.startswith("TRN-04 trainee-prime: ") for violation in said)
    assert not [violation for violation in check(asked, good) if violation.kind == kind_of(type(constraint))]


@pytest.mark.parametrize(("constraint", "good", "bad", "amount"), HOLDS_AND_BREAKS)
def test_soft_is_the_same_amount_at_a_price(
    constraint: Constraint, good: dict[str, Placed], bad: dict[str, Placed], amount: int
) -> None:
    priced = evolve(constraint, price=Price("comfort", 5))
    goals = (SoftCosts(name="comfort"), SoftCosts(name="other"))
    asked = problem(priced, objectives=goals)
    assert not [violation for violation in check(asked, bad) if violation.kind == kind_of(type(constraint))]
    assert soft(asked, good) == ()
    assert evaluate(asked, good) == (0, 0)
    assert [(v.kind, v.amount, price) for v, price in soft(asked, bad)] == (
        [(kind_of(type(constraint)), amount, Price("comfort", 5))] if amount else []
    )
    assert evaluate(asked, bad) == (5 * amount, 0)


def test_every_kind_has_a_judge_and_an_example() -> None:
    assert set(JUDGES) == set(get_args(Constraint)) == {type(constraint) for constraint, *_ in HOLDS_AND_BREAKS}


def test_kinds_are_named_as_in_the_json_form() -> None:
    assert [kind_of(kind) for kind in (Lag, NoOverlap, StartsApart, AllOrNone)] == [
        "lag",
        "no-overlap",
        "starts-apart",
        "all-or-none",
    ]


def test_an_absent_task_breaks_nothing_between_two() -> None:
    rules = (
        Lag(before="a", after="c", min_gap=500, max_gap=None, tag=TAG),
        Lag(before="c", after="a", min_gap=500, max_gap=None, since="start", tag=TAG),
        Apart(first="a", second="c", gap=500, both_ways=True, tag=TAG),
        SamePeople(tasks=("a", "c"), people=("wang",), tag=TAG),
        Repeats(tasks=("a", "c"), least=500, most=None, tag=TAG),
    )
    assert check(problem(*rules), placed(100, 110)) == ()
    assert len(check(problem(*rules), placed(100, 110, 200))) == 5


def test_a_task_cannot_take_one_resource_twice() -> None:
    twice = Task(id="a", duration=5, occupies={"li": 1}, picks=(WHO,))
    two = {"a": Placed(start=100, picked={"instructor": ("li",)})}
    asked = problem(NoOverlap(resource="li", tag=TAG), Capacity(resource="li", capacity=1, tag=TAG), tasks=(twice,))
    assert [(said.kind, said.amount) for said in check(asked, two)] == [("no-overlap", 5), ("capacity", 1)]


def test_the_worst_of_several_counts_and_all_are_told() -> None:
    """a, b and c share a room: a and b by 4, a and c by 6, b and c by 12."""
    shared = tuple(evolve(task, occupies={"room": 1}, picks=()) for task in problem().tasks)
    where = {"a": Placed(start=110), "b": Placed(start=116), "c": Placed(start=114)}
    rule = NoOverlap(resource="room", tag=TAG)
    asked = problem(rule, tasks=shared)
    told = {said.tasks: said.amount for said in check(asked, where)}
    # b [116, 136) within c [114, 144): b after c lacks 28, c after b 22
    assert told == {("a", "b"): 4, ("a", "c"): 6, ("b", "c"): 22}
    assert amount_of(rule, asked, where) == 22


@pytest.mark.parametrize(
    ("b", "tick", "words"),
    [
        (106, "min", "a and b overlap by 4 min on room"),
        (109, "period", "a and b overlap by 1 period on room"),
        (115, "min", "a and b are 5 min apart on room, 20 asked"),
        (110, "tick", "a and b are 0 ticks apart on room, 20 asked"),
    ],
)
def test_what_lies_too_near_is_told_as_people_say_it(b: int, tick: str, words: str) -> None:
    rule = NoOverlap(resource="room", setup=(("a", "b", 20),), tag=TAG)
    (said,) = check(problem(rule, tick=tick), placed(100, b))
    assert said.words == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Lag(before="a", after="b", min_gap=9, max_gap=None, tag=TAG), "of b it is 1 min, at least 9 is asked"),
        (StartsApart(tasks=("a", "b"), gap=30, tag=TAG), "a and b start 11 min apart, at least 30 is asked"),
        (Apart(first="a", second="b", gap=7, both_ways=True, tag=TAG), "by 6; 7 min apart is asked"),
        (RestBetween(tasks=("a", "b"), gap=9, edges=(100, 105, 200), tag=TAG), "is 1 min, at least 9 is asked"),
        (Repeats(tasks=("a", "b"), least=20, most=None, tag=TAG), "b starts 11 min after a, at least 20 is asked"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_times_are_told_in_what_a_tick_is(rule: Constraint, words: str) -> None:
    (said,) = check(problem(rule, tick="min"), placed(100, 111))
    assert said.words.endswith(words)


def one(**fields: object) -> Task:
    """One task of 20 ticks with an instructor."""
    return Task(**{"id": "b", "duration": 20, "picks": (WHO,), **fields})  # type: ignore[arg-type]


def at(start: int, *who: str, **fields: object) -> dict[str, Placed]:
    """That task at this start."""
    return {"b": Placed(start=start, picked={"instructor": who}, **fields)}  # type: ignore[arg-type]


def sentences(asked: Problem, where: dict[str, Placed]) -> list[str]:
    """What the checker says."""
    return [said.sentence for said in check(asked, where)]


def test_what_a_task_asks_for_itself() -> None:
    window = Allowed(ranges=((100, 110), (120, 130)), tag=Tag("TRN-01", "b"))
    asked = problem(tasks=(one(allowed=(window,), required=Tag("CMP-01", "b")),))
    assert check(asked, at(110, "li")) == ()
    assert sentences(asked, at(113, "li")) == ["TRN-01 b: b starts at 113, outside what is allowed"]
    assert [said.amount for said in check(asked, at(113, "li"))] == [3]
    assert sentences(asked, at(381, "li"))[0] == "CMP-01 b: b does not lie in the horizon [100, 400)"
    assert sentences(asked, {}) == ["CMP-01 b: b is left out"]
    assert sentences(problem(tasks=(one(),)), {}) == ["b is left out"]
    assert sentences(asked, at(110)) == ["TRN-08 b: b needs 1 as instructor, has 0"]
    assert sentences(asked, at(110, "li", "wang")) == ["TRN-08 b: b needs 1 as instructor, has 2"]
    assert "TRN-08 b: li is picked 2 times as instructor of b" in sentences(asked, at(110, "li", "li"))
    assert sentences(asked, at(110, "zhao")) == ["TRN-08 b: zhao cannot be instructor of b"]


def test_what_the_problem_does_not_know() -> None:
    asked = problem(tasks=(one(),))
    assert sentences(asked, at(110, "li") | {"z": Placed(start=1)}) == ["z is not a task of this problem"]
    guided = {"b": Placed(start=110, picked={"instructor": ("li",), "guide": ("li",)})}
    assert sentences(asked, guided) == ["b has picks that nobody asked for: guide"]
    assert sentences(asked, at(110, "li", mode="fast")) == ["b is in mode 'fast', and has no modes"]
    assert evaluate(evolve(asked, objectives=(Makespan(name="end", unit="min"),)), at(110, mode="fast")) == (0,)


def test_modes_choose_duration_takings_and_picks() -> None:
    guide = Pick(name="guide", candidates=("zhao",), count=1, tag=Tag("TRN-09", "b"))
    fast = Mode(id="fast", duration=5, occupies={"room": 2}, consumes={"film": 3}, picks=(guide,))
    slow = Mode(id="slow", duration=50, occupies={"room": 1})
    rules = (Capacity(resource="room", capacity=1, tag=TAG), Budget(resource="film", limit=2, tag=TAG))
    asked = problem(*rules, tasks=(one(modes=(fast, slow), duration=7, occupies={"room": 9}),))
    assert check(asked, at(100, "li", mode="slow")) == ()
    assert sentences(asked, at(351, "li", mode="slow")) == ["b does not lie in the horizon [100, 400)"]
    in_haste = {"b": Placed(start=395, mode="fast", picked={"instructor": ("li",), "guide": ("zhao",)})}
    assert [(said.kind, said.amount) for said in check(asked, in_haste)] == [("capacity", 1), ("budget", 1)]
    assert sentences(asked, at(100, "li")) == ["b is in mode '', and has fast, slow"]
    assert sentences(asked, {"b": evolve(in_haste["b"], mode="slow", start=100)}) == [
        "b has picks that nobody asked for: guide"
    ]


def test_breaks_stretch_a_task_and_hold_or_free_what_it_takes() -> None:
    """Ten ticks from 100 with a pause [104, 110): it runs [100, 104) and [110, 116)."""
    for holds in (False, True):
        pause = Breaks(stretches=((104, 110), (130, 140)), holds=holds, tag=Tag("PAUSE", "a"))
        rules = (
            NoOverlap(resource="room", tag=TAG),
            Capacity(resource="room", capacity=1, tag=TAG),
            Load(weights={"a": 1}, start=100, end=112, limit=5, by="ticks", tag=TAG),
        )
        tasks = (Task(id="a", duration=10, occupies={"room": 1}, breaks=pause), Task(id="d", duration=6))
        asked = problem(*rules, tasks=(tasks[0], evolve(tasks[1], occupies={"room": 1})))
        inside = {"a": Placed(start=100), "d": Placed(start=104)}
        told = [(said.kind, said.amount) for said in check(asked, inside)]
        assert told == ([("no-overlap", 10), ("capacity", 1)] if holds else []) + [("load", 1)]
        touching = {"a": Placed(start=120), "d": Placed(start=130)}  # ends just where a pause begins
        assert check(asked, touching) == ()
        for start, amount in ((103, 0), (104, 6), (109, 1), (110, 0)):
            told = [(said.kind, said.amount) for said in check(asked, {**inside, "a": Placed(start=start)})]
            assert [(kind, by) for kind, by in told if kind == "breaks"] == ([("breaks", amount)] if amount else [])


def test_forbidden_counts_running_ticks_only() -> None:
    """A pause [110, 120) in a task [100, 130) frees it from a stretch that lies there; [118, 122) meets it for two."""
    pause = Breaks(stretches=((110, 120),), holds=True, tag=TAG)
    for stretches, amount in ((((110, 120),), 0), (((118, 122),), 2), (((100, 101), (129, 140)), 2)):
        rule = Forbidden(stretches=stretches, tag=Tag("TRN-02", "b"), price=Price("comfort", 3))
        asked = problem(tasks=(one(forbidden=(rule,), breaks=pause),), objectives=(SoftCosts(name="comfort"),))
        assert evaluate(asked, at(100, "li")) == (3 * amount,)
        hard = problem(tasks=(one(forbidden=(evolve(rule, price=None),), breaks=pause),))
        assert sum(said.amount for said in check(hard, at(100, "li"))) == amount


def test_a_milestone_takes_and_runs_nothing() -> None:
    instant = Task(id="a", occupies={"room": 5}, forbidden=(Forbidden(stretches=((100, 400),), tag=TAG),))
    rules = (Capacity(resource="room", capacity=1, tag=TAG), NoOverlap(resource="room", tag=TAG))
    asked = problem(*rules, tasks=(instant, Task(id="b", duration=9, occupies={"room": 1})))
    assert check(asked, {"a": Placed(start=103), "b": Placed(start=100)}) == ()
    assert check(asked, {"a": Placed(start=400), "b": Placed(start=100)}) == ()
    assert len(check(asked, {"a": Placed(start=401), "b": Placed(start=100)})) == 1


def test_picks_by_skill_and_level() -> None:
    people = (
        Person(id="wang", skills={"robotics": 3, "eva": 1}),
        Person(id="li", skills={"robotics": 1}),
        Person(id="zhao", skills={"eva": 0}),
    )
    arm = Pick(name="instructor", skill="robotics", level=2, count=1, tag=Tag("TRN-08", "b"))
    asked = problem(tasks=(one(picks=(arm,)),), people=people)
    assert check(asked, at(100, "wang")) == ()
    assert sentences(asked, at(100, "li")) == ["TRN-08 b: li cannot be instructor of b"]
    listed = problem(tasks=(one(picks=(evolve(arm, skill="eva", level=0, candidates=("zhao", "li")),)),), people=people)
    assert check(listed, at(100, "zhao")) == ()
    assert [len(check(listed, at(100, who))) for who in ("wang", "li")] == [1, 1]


def test_a_soft_pick_may_be_short_and_nothing_else() -> None:
    two = evolve(WHO, count=2, price=Price("comfort", 4))
    asked = problem(tasks=(one(picks=(two,)),), objectives=(SoftCosts(name="comfort"),))
    assert [evaluate(asked, at(100, *who)) for who in ((), ("li",), ("li", "wang"))] == [(8,), (4,), (0,)]
    assert [len(check(asked, at(100, *who))) for who in ((), ("li",), ("li", "wang"))] == [0, 0, 0]
    assert [said.kind for said in check(asked, at(100, "li", "li"))] == ["pick"]
    assert [said.kind for said in check(asked, at(100, "zhao"))] == ["pick"]


def test_a_full_battery_loses_what_does_not_fit_tick_by_tick() -> None:
    """Full at 10, one comes in at each tick of [100, 110), eight goes at 110: of the last tick's one there is room."""
    rule = Reservoir(
        name="battery",
        level=10,
        lowest=5,
        highest=10,
        flows=(Flow(task="a", amount=1, at="during"), Flow(task="b", amount=-8, at="start")),
        overflow=True,
        tag=TAG,
    )
    assert amount_of(rule, problem(), placed(100, 110)) == 2
    assert amount_of(evolve(rule, overflow=False), problem(), placed(100, 110)) == 9


def test_amounts_that_add_up() -> None:
    """Both ends of a reservoir; load and rest of a rolling span; every person of a group."""
    ends = battery(level=4, flows=(Flow(task="a", amount=9), Flow(task="b", amount=-15)))
    assert amount_of(ends, problem(), placed(100, 110)) == 3 + 2
    span = Rolling(weights={"a": 3, "b": 4}, span=10, limit=5, least=2, tag=TAG)
    assert amount_of(span, problem(), placed(100, 105)) == 2 + 2
    by_ticks = evolve(span, by="ticks", limit=35, least=1)
    assert amount_of(by_ticks, problem(), placed(100, 105)) == 10 * 4 + 5 * 3 - 35 + 1
    everyone = ("wang", "room", "li")
    asked, where = problem(), placed(100, 105, 200, who="wang")
    assert amount_of(OtherPeople(tasks=("a", "b", "c"), people=everyone, tag=TAG), asked, where) == 2
    assert amount_of(SamePeople(tasks=("a", "b", "c"), people=everyone, tag=TAG), asked, where) == 2
    assert amount_of(Together(tasks=("a", "b", "c"), people=everyone, tag=TAG), asked, where) == 2
    assert amount_of(NeverTogether(tasks=("a", "b", "c"), people=everyone, tag=TAG), asked, where) == 2


def test_objectives_by_hand() -> None:
    week = (
        PeakLoad(weights={"a": 5, "b": 6}, start=100, end=150),
        PeakLoad(weights={"c": 9}, start=150, end=400),
        PeakLoad(weights={"b": 90}, start=100, end=400, picked="wang"),
    )
    goals = (
        Peak(name="week", unit="min", loads=week),
        LostValue(name="lost"),
        WeightedStarts(name="late", unit="min", weights={"a": 2, "c": 1}),
        AwayFromPreferred(name="moved", unit="min", preferred={"b": 120, "c": 120}),
        Makespan(name="end", unit="min"),
        Lateness(name="overdue", unit="min", due={"a": (115, 3), "c": (185, 2)}),
        Consumed(name="film", unit="m", resource="film"),
    )
    asked = problem(objectives=goals)
    assert evaluate(asked, placed(110, 100)) == (11, 7, 20, 20, 20, 15, 2)
    assert evaluate(asked, placed(150, 100, 160)) == (9, 0, 160, 60, 90, 3 * 45 + 2 * 5, 5)
    assert evaluate(asked, placed(150, 100, 160, who="wang"))[0] == 90
    assert evaluate(asked, {}) == (0, 7, 0, 0, 0, 0, 0)


def test_the_checker_knows_nothing_of_the_solver() -> None:
    code = (
        "import sys, hamsafar.schedule.check; "
        "bad = [m for m in sys.modules if m.startswith('ortools') or m.startswith('hamsafar.schedule.') and "
        "m.rsplit('.')[-1] in ('variables', 'build', 'ranges', 'running', 'making', 'model', 'solve', 'engine')]; "
        "sys.exit(bool(bad))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
