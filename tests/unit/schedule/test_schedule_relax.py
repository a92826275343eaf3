"""By how little each tag of a conflict gives way: the figures, the proofs, and what is said where there is none."""

from __future__ import annotations

from math import inf

import pytest
from attrs import evolve

from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Capacity, Constraint, Lag, Load, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.explain import conflicts_beside
from hamsafar.schedule.overfull import day_loads, overfull
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.relax import Relaxation, relaxations
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Mode, Pick, Tag, Task
from planted import planted, with_conflict

RULE, OTHER = Tag("ORD-01", "here"), Tag("ORD-02", "there")


def small(*constraints: Constraint, last: int = 10, **tasks: Task) -> Problem:
    """Tasks by name, some constraints."""
    given = tuple(evolve(task, id=name) for name, task in tasks.items())
    return Problem(name="small", first=0, last=last, tasks=given, constraints=constraints, objectives=(), tick="min")


def long(duration: int, **more: object) -> Task:
    """A task of this length."""
    return Task(id="", duration=duration, **more)  # type: ignore[arg-type]


def relaxed(problem: Problem) -> dict[tuple[str, str], Relaxation]:
    """The relaxations of its conflict, by rule and place and way, each held against its own problem."""
    conflict = solve(problem)
    assert isinstance(conflict, Conflict)
    assert conflict.minimal
    found = relaxations(problem, conflict)
    assert {one.tag for one in found} == set(conflict.tags)
    for one in found:
        assert one.proved
        assert check(one.problem, one.placed) == ()
        assert isinstance(solve(evolve(one.problem, objectives=())), Solved)
    return {(f"{one.tag.rule} {one.tag.place}", one.way): one for one in found}


def test_a_limit_becomes_what_is_needed() -> None:
    both = Load(weights={"a": 5, "b": 4}, start=0, end=10, limit=6, tag=RULE)
    found = relaxed(small(both, a=long(2), b=long(3)))
    limit = found["ORD-01 here", "figure"]
    (change,) = limit.changes
    assert (change.what, change.before, change.after, change.amount) == ("limit", 6, 9, 3)
    assert change.instead == (evolve(both, limit=9),)
    assert change.instead[0] in limit.problem.constraints
    assert (limit.amount, limit.least) == (3, True)
    assert found["CMP-01 a", "left out"].placed.keys() == {"b"}
    assert ("CMP-01 a", "shorter") not in found  # its weight is the same


def test_starts_are_opened_up_to_the_one_that_is_needed() -> None:
    late = long(3, allowed=(Allowed(ranges=((0, 2), (9, 10)), tag=RULE),))
    early = long(4, allowed=(Allowed(ranges=((2, 2),), tag=OTHER),))
    found = relaxed(
        small(
            NoOverlap(resource="r", tag=Tag("ONE", "r")),
            a=evolve(late, occupies={"r": 1}),
            b=evolve(early, occupies={"r": 1}),
        )
    )
    (change,) = found["ORD-01 here", "figure"].changes
    assert (change.before, change.after, change.stretches) == (9, 7, ((7, 9),))
    (change,) = found["ORD-02 there", "figure"].changes
    assert (change.before, change.after, change.amount) == (2, 3, 1)


def test_one_more_is_there_for_as_short_as_can_be() -> None:
    one = NoOverlap(resource="r", tag=RULE)
    found = relaxed(small(one, a=long(6, occupies={"r": 1}), b=long(7, occupies={"r": 1})))
    (change,) = found["ORD-01 here", "figure"].changes
    assert (change.kind, change.what, change.before, change.after, change.resource) == (
        "no-overlap",
        "capacity",
        1,
        2,
        "r",
    )
    ((first, end),) = change.stretches
    assert end - first == 3
    (instead,) = change.instead
    assert isinstance(instead, Capacity)
    shorter = found["CMP-01 a", "shorter"]
    assert (shorter.amount, shorter.unit, shorter.least) == (3, "min", True)
    assert shorter.changes[0].after == 3


def test_a_gap_and_a_time_between() -> None:
    lag = Lag(before="a", after="b", min_gap=5, max_gap=None, tag=RULE)
    (change,) = relaxed(small(lag, a=long(3), b=long(4)))["ORD-01 here", "figure"].changes
    assert (change.what, change.before, change.after) == ("min_gap", 5, 3)
    setup = NoOverlap(resource="r", tag=RULE, setup=(("a", "b", 5), ("b", "a", 6)))
    taking = {name: long(length, occupies={"r": 1}) for name, length in (("a", 3), ("b", 4))}
    (change,) = relaxed(small(setup, **taking))["ORD-01 here", "figure"].changes
    assert (change.what, change.amount) == ("setup", 2)


def test_fewer_take_part() -> None:
    pick = Pick(name="who", count=2, candidates=("x", "y"), tag=OTHER)
    away = Load(weights={"a": 1}, start=0, end=10, limit=0, picked="x", tag=RULE)
    found = relaxed(small(away, a=Task(id="", modes=(Mode(id="slow", duration=2, picks=(pick,)),))))
    (change,) = found["ORD-02 there", "figure"].changes
    assert (change.what, change.before, change.after, change.mode) == ("count", 2, 1, "slow")


def test_another_conflict_gives_way_besides() -> None:
    """Two too many, and each conflict of three names only one of them."""
    one = NoOverlap(resource="r", tag=RULE)
    found = relaxed(small(one, last=8, **{name: long(4, occupies={"r": 1}) for name in "abcd"}))
    out = next(relaxation for (_, way), relaxation in found.items() if way == "left out")
    assert len(out.together) == 1
    assert out.together[0].tag.rule == "CMP-01"
    assert len(out.placed) == 2


def test_conflicts_that_share_no_tag_are_found_one_after_another() -> None:
    tasks = {name: long(6, occupies={name[0]: 1}) for name in ("r1", "r2", "s1", "s2", "t1")}
    things = (NoOverlap(resource=name, tag=Tag("ONE", name)) for name in "rst")
    problem = small(*things, **tasks)
    conflict = solve(problem)
    assert isinstance(conflict, Conflict)
    every = conflicts_beside(problem, (conflict,), Engine(left=5.0))
    assert sorted(tuple(sorted(tag.place for tag in one.tags)) for one in every.found) == [
        ("r", "r1", "r2"),
        ("s", "s1", "s2"),
    ]
    assert all(one.minimal for one in every.found)
    assert not every.more
    assert every.placed is not None
    for one in relaxations(problem, conflict, others=every.found[1:], known=every.placed):
        assert one.least
        assert one.together


def test_what_was_not_proved_is_not_claimed() -> None:
    problem = small(NoOverlap(resource="r", tag=RULE), a=long(6, occupies={"r": 1}), b=long(7, occupies={"r": 1}))
    conflict = solve(problem)
    assert isinstance(conflict, Conflict)
    for how in ({"effort": 0.0}, {"should_stop": lambda: True}, {"effort": inf, "time_limit_s": 0.0}):
        found = relaxations(problem, conflict, **how)  # type: ignore[arg-type]
        assert {one.tag for one in found} == set(conflict.tags)
        assert not any(one.proved or one.least or one.placed for one in found)
        assert all(one.amount >= 1 for one in found)


def test_what_days_can_hold_is_seen_without_search() -> None:
    days = Allowed(ranges=((0, 380), (1_440, 1_820)), tag=Tag("DAYS", "all"))
    tasks = {f"p{k}": long(100, occupies={"r": 1}, allowed=(days,)) for k in range(9)}
    problem = small(NoOverlap(resource="r", tag=RULE), last=2_000, **tasks)
    many = overfull(problem)
    assert many is not None
    assert many.tasks == set(tasks)
    assert {load.limit for load in day_loads(problem)} == {400}  # of 480: four of them
    eight = evolve(problem, tasks=problem.tasks[1:])
    assert overfull(eight) is None
    assert isinstance(solve(eight), Solved)
    answer = solve(problem)
    assert isinstance(answer, Conflict)
    assert answer.minimal
    assert len(answer.tags) == 11


@pytest.mark.parametrize(("kind", "rules"), [("chain", 3), ("crowd", 4), ("load", 6)])
def test_a_planted_conflict_is_found_and_relaxed(kind: str, rules: int) -> None:
    finds_and_relaxes(30, kind, rules, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["chain", "crowd", "load"])
@pytest.mark.parametrize("rules", range(2, 7))
def test_a_planted_conflict_among_three_hundred_is_found_and_relaxed(kind: str, rules: int) -> None:
    finds_and_relaxes(300, kind, rules, seed=rules)


def finds_and_relaxes(activities: int, kind: str, rules: int, seed: int) -> None:
    """The conflict is what was planted, and a single unit more of any of its figures is proved to be enough."""
    made = with_conflict(planted(activities=activities, windows=40, seed=seed), kind, rules, seed)  # type: ignore[arg-type]
    conflict = solve(made.problem)
    assert isinstance(conflict, Conflict)
    assert set(conflict.tags) == made.conflict
    assert conflict.minimal
    found = relaxations(made.problem, conflict)
    assert {one.tag for one in found} == made.conflict
    for one in found:
        assert one.least
        assert (one.amount, one.together) == (1, ())
        assert check(one.problem, one.placed) == ()
