"""The checker and the evaluator on schedules small enough to judge by eye."""

from __future__ import annotations

import pytest

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Allowed,
    Apart,
    AwayFromPreferred,
    Capacity,
    Constraint,
    Implies,
    Lag,
    Load,
    LostValue,
    NoOverlap,
    Peak,
    Pick,
    PickAllowed,
    Placed,
    Problem,
    RestBetween,
    StartLag,
    StartsApart,
    Tag,
    Task,
    WeightedStarts,
)

TAG = Tag("TRN-04", "trainee-prime")
WHO = Pick(name="instructor", candidates=("wang", "li"), count=1, tag=Tag("TRN-08", "b"))


def problem(*constraints: Constraint, **fields: object) -> Problem:
    """Three tasks of 10, 20 and 30 ticks from 100 to 400; b has an instructor, c may be left out."""
    tasks = (
        Task(id="a", duration=10, occupies={"room": 1, "wang": 1}),
        Task(id="b", duration=20, occupies={"room": 2}, picks=(WHO,)),
        Task(id="c", duration=30, optional=True, value=7),
    )
    whole: dict[str, object] = {"name": "three", "first": 100, "last": 400, "tasks": tasks, "objectives": ()}
    return Problem(**{**whole, "constraints": constraints, **fields})  # type: ignore[arg-type]


def placed(a: int, b: int, c: int | None = None, who: str = "li") -> dict[str, Placed]:
    """The three tasks at these starts."""
    found = {"a": Placed(start=a, picked={}), "b": Placed(start=b, picked={"instructor": (who,)})}
    return found | ({} if c is None else {"c": Placed(start=c, picked={})})


HOLDS_AND_BREAKS = [
    (NoOverlap(resource="room", tag=TAG), placed(100, 110), placed(100, 109)),
    (NoOverlap(resource="wang", tag=TAG), placed(100, 105, who="li"), placed(100, 105, who="wang")),
    (Capacity(resource="room", capacity=2, tag=TAG), placed(120, 100), placed(119, 100)),
    (Lag(before="a", after="b", min_gap=5, max_gap=9, tag=TAG), placed(100, 115), placed(100, 114)),
    (Lag(before="a", after="b", min_gap=5, max_gap=9, tag=TAG), placed(100, 119), placed(100, 120)),
    (StartLag(before="a", after="b", min_gap=-3, max_gap=9, tag=TAG), placed(103, 100), placed(104, 100)),
    (StartLag(before="a", after="b", min_gap=None, max_gap=9, tag=TAG), placed(100, 109), placed(100, 110)),
    (Apart(first="a", second="b", gap=5, both_ways=False, tag=TAG), placed(100, 115), placed(100, 114)),
    (Apart(first="a", second="b", gap=5, both_ways=False, tag=TAG), placed(120, 100), placed(119, 100)),
    (Apart(first="a", second="b", gap=5, both_ways=True, tag=TAG), placed(125, 100), placed(124, 100)),
    (
        Apart(first="a", second="b", gap=5, both_ways=False, picked="wang", tag=TAG),
        placed(100, 114, who="li"),
        placed(100, 114, who="wang"),
    ),
    (StartsApart(tasks=("a", "b", "c"), gap=15, tag=TAG), placed(115, 100), placed(114, 100)),
    (Load(weights={"a": 3, "b": 4}, start=100, end=150, limit=6, tag=TAG), placed(100, 150), placed(100, 149)),
    (
        Load(weights={"a": 3, "b": 4}, start=100, end=150, limit=6, picked="wang", tag=TAG),
        placed(100, 149, who="li"),
        placed(100, 149, who="wang"),
    ),
    (
        ActiveBuckets(tasks=("a", "b"), edges=(100, 150, 200, 250), window=2, limit=1, tag=TAG),
        placed(100, 200),
        placed(100, 199),
    ),
    (RestBetween(tasks=("a", "b"), edges=(100, 150, 200), gap=40, tag=TAG), placed(100, 150), placed(101, 150)),
    (PickAllowed(task="b", candidate="li", ranges=((110, 120),), tag=TAG), placed(100, 120), placed(100, 121)),
    (PickAllowed(task="b", candidate="li", ranges=(), tag=TAG), placed(100, 120, who="wang"), placed(100, 120)),
    (Implies(task="a", needs="c", tag=TAG), placed(100, 120, 200), placed(100, 120)),
]


@pytest.mark.parametrize(("constraint", "good", "bad"), HOLDS_AND_BREAKS)
def test_one_tick_decides(constraint: Constraint, good: dict[str, Placed], bad: dict[str, Placed]) -> None:
    assert check(problem(constraint), good) == ()
    (words,) = check(problem(constraint), bad)
    assert words.startswith("TRN-04 trainee-prime: ")


def test_an_absent_task_breaks_nothing_between_two() -> None:
    rules = (
        Lag(before="a", after="c", min_gap=500, max_gap=None, tag=TAG),
        StartLag(before="c", after="a", min_gap=500, max_gap=None, tag=TAG),
        Apart(first="a", second="c", gap=500, both_ways=True, tag=TAG),
    )
    assert check(problem(*rules), placed(100, 110)) == ()
    assert len(check(problem(*rules), placed(100, 110, 200))) == 3


def test_a_task_cannot_take_one_resource_twice() -> None:
    twice = Task(id="a", duration=5, occupies={"li": 1}, picks=(WHO,))
    two = {"a": Placed(start=100, picked={"instructor": ("li",)})}
    asked = problem(NoOverlap(resource="li", tag=TAG), tasks=(twice,))
    assert len(check(asked, two)) == 1


def test_what_a_task_asks_for_itself() -> None:
    asked = problem(
        tasks=(
            Task(
                id="b",
                duration=20,
                allowed=(Allowed(ranges=((100, 110), (120, 130)), tag=Tag("TRN-01", "b")),),
                picks=(WHO,),
                required=Tag("CMP-01", "b"),
            ),
        )
    )
    at = {start: {"b": Placed(start=start, picked={"instructor": ("li",)})} for start in (110, 111, 381)}
    assert check(asked, at[110]) == ()
    assert check(asked, at[111]) == ("TRN-01 b: b starts at 111, outside what is allowed",)
    assert check(asked, at[381])[0] == "b does not lie in the horizon [100, 400)"
    assert check(asked, {}) == ("CMP-01 b: b is left out",)
    assert len(check(asked, {"b": Placed(start=110, picked={"instructor": ()})})) == 1
    assert len(check(asked, {"b": Placed(start=110, picked={"instructor": ("li", "li")})})) == 1
    assert len(check(asked, {"b": Placed(start=110, picked={"instructor": ("zhao",)})})) == 1
    assert len(check(asked, {"b": Placed(start=110, picked={"instructor": ("li",), "guide": ("li",)})})) == 1
    assert check(asked, {"z": Placed(start=110, picked={})}) == ("z is not a task of this problem",)


def test_objectives_by_hand() -> None:
    goals = (
        Peak(name="week", unit="min", loads=(({"a": 5, "b": 6}, 100, 150), ({"c": 9}, 150, 400))),
        LostValue(name="lost"),
        WeightedStarts(name="late", unit="min", weights={"a": 2, "c": 1}),
        AwayFromPreferred(name="moved", unit="min", preferred={"b": 120, "c": 120}),
    )
    assert evaluate(problem(objectives=goals), placed(110, 100)) == (11, 7, 20, 20)
    assert evaluate(problem(objectives=goals), placed(150, 100, 160)) == (9, 0, 160, 60)
