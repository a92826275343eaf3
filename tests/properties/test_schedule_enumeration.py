"""Tiny problems, solved by trying everything: the solver must agree on status, optimum, bounds and conflict.

Every kind of constraint, of demand and of objective, alone and in pairs: a few of each by default, and thousands in
`make test-all`.
"""

from __future__ import annotations

from itertools import chain, combinations, combinations_with_replacement, product
from types import ModuleType
from typing import Literal

import attrs
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import (
    DRAWN,
    FEWEST,
    GOALS,
    KINDS,
    WANTED,
    best_by_trying,
    every_schedule,
    problems,
    projects,
)

from hamsafar.schedule import constraints, objectives, tasks
from hamsafar.schedule.build import BUILDERS
from hamsafar.schedule.check import JUDGES, check, evaluate
from hamsafar.schedule.constraints import Capacity, Constraint, Lag, Load, NoOverlap
from hamsafar.schedule.explain import all_tags, explain, limited
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import Makespan, Objective, Peak, SoftCosts, WeightedStarts
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Pick, Price, Tag, Task
from hamsafar.schedule.variables import Literal as Bool
from hamsafar.schedule.variables import Variables

PAIRS = tuple(combinations_with_replacement(KINDS, 2))
GOAL_PAIRS = tuple(combinations(GOALS, 2))


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def named(kinds: object) -> str:
    """A test's parameter as people read it."""
    return "+".join(kind.__name__ for kind in kinds) if isinstance(kinds, tuple) else kinds.__name__  # type: ignore[attr-defined]


def agrees(problem: Problem) -> None:
    """The solver's answer is what trying everything gives."""
    best, answer = best_by_trying(problem), solve(problem)
    if best is None:
        assert isinstance(answer, Conflict)
        assert not possible(problem, set(answer.tags))
        return
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    assert evaluate(problem, answer.placed) == best
    assert tuple(term.value for term in answer.terms) == best == tuple(term.bound for term in answer.terms)
    assert answer.optimal


def kinds_in(module: ModuleType, *fields: str) -> set[type]:
    """The classes that a module defines and that have these fields."""
    own = (kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__)
    return {kind for kind in own if attrs.has(kind) and set(fields) <= {one.name for one in attrs.fields(kind)}}


def test_every_kind_is_drawn_and_judged_and_built() -> None:
    """Whoever adds a kind of constraint, demand or objective adds it to the tests by trying."""
    asked, wanted = kinds_in(constraints, "tag"), kinds_in(objectives, "name", "unit")
    assert asked == set(DRAWN) == set(JUDGES) == set(BUILDERS) >= set(FEWEST)
    assert set(KINDS) == asked | kinds_in(tasks, "tag") | {tasks.Mode}
    assert set(GOALS) == wanted == {*WANTED, objectives.SoftCosts}


HERE = Tag("RULE-1", "here")


def short(
    last: int, *parts: Task | Constraint, wanted: Objective | None = None, then: Objective | None = None
) -> Problem:
    """A problem of these tasks and constraints, to be as short as it can be if nothing else is wanted."""
    return Problem(
        name="few",
        first=0,
        last=last,
        tasks=tuple(part for part in parts if isinstance(part, Task)),
        constraints=tuple(part for part in parts if not isinstance(part, Task)),
        objectives=(wanted or Makespan(name="makespan", unit="min"), *([then] if then else [])),
    )


def picking(name: str, duration: int, *teams: str, count: int = 1) -> Task:
    """A task with a pick from each of these teams, a letter a person."""
    picks = tuple(
        Pick(name=f"pick-{k}", count=count, candidates=tuple(team), tag=Tag("TEAM", name))
        for k, team in enumerate(teams)
    )
    return Task(id=name, duration=duration, picks=picks)


def alone(*people: str) -> tuple[NoOverlap, ...]:
    """Each is in one place only."""
    return tuple(NoOverlap(resource=who, tag=Tag("ONE", who)) for who in people)


def after(before: str, name: str, gap: int, until: Literal["start", "end"] = "start") -> Lag:
    """The one comes so much after the end of the other."""
    return Lag(before=before, after=name, min_gap=gap, max_gap=None, until=until, tag=Tag("ORD", before + name))


def within(before: str, name: str, least: int, most: int, since: Literal["start", "end"]) -> Lag:
    """The one starts so much after the other, and no more."""
    return Lag(before=before, after=name, min_gap=least, max_gap=most, since=since, tag=Tag("MAX", before + name))


def starting(tick: int) -> tuple[Allowed, ...]:
    """Then, and at no other time."""
    return (Allowed(ranges=((tick, tick),), tag=Tag("THEN", str(tick))),)


NOBODY = Pick(name="pilot", skill="eva", level=1, count=1, tag=HERE)
TIGHT = {
    "who is picked for one is occupied by another": short(
        8, Task(id="a", duration=3, occupies={"r": 1}), picking("b", 3, "r"), *alone("r")
    ),
    "who is picked is not there at all": short(
        5, picking("a", 2, "r"), *alone("r"), Capacity(resource="r", capacity=0, tag=HERE)
    ),
    "a milestone picks one twice": short(3, picking("a", 0, "r", "r"), *alone("r")),
    "a milestone picks whom nobody is": short(3, Task(id="a", picks=(NOBODY,)), *alone("r")),
    "a team that never comes together, seen by no two groups": short(
        2,
        picking("a", 1, "1xy", "2xy", "3xy", count=2),
        *(picking(f"z{k}", 1, team) for k, team in enumerate(("pq", "qr", "pr"))),
        *alone(*"123xypqr"),
    ),
    "a place that is shut for a while parts the starts": short(
        10,
        Task(id="a", duration=2, occupies={"r": 1}),
        Capacity(resource="r", capacity=1, changes=((2, 0), (5, 1)), tag=HERE),
        Load(weights={"a": 1}, start=5, end=10, limit=0, by="ticks", tag=HERE),
        wanted=WeightedStarts(name="late", unit="min", weights={"a": -1}),
    ),
    "all that a place has is used up to the last tick": short(
        6,
        *(
            Task(id=name, modes=tuple(Mode(id=str(k), duration=k, occupies={"r": 3 - k}) for k in (1, 2)))
            for name in "ab"
        ),
        Capacity(resource="r", capacity=1, tag=HERE),
    ),
    "who ends last is not who must follow": short(
        6,
        Task(id="a", duration=3, occupies={"r": 1}),
        Task(id="b", duration=1),
        Task(id="c", duration=2, occupies={"r": 1}),
        Task(id="d", optional=True),
        after("a", "b", -1, until="end"),
        *alone("r"),
    ),
    "who must follow may be left out": short(
        6,
        Task(id="a", duration=3, occupies={"r": 1}),
        Task(id="b", duration=1, optional=True),
        Task(id="c", duration=1, occupies={"r": 1}),
        after("a", "b", 0),
        *alone("r"),
    ),
    "milestones that follow each other come last": short(
        6,
        *(Task(id=name) for name in "ab"),
        *(Task(id=name, duration=2, occupies={"r": 1}) for name in "cd"),
        *(after(*pair, 0) for pair in ("ab", "ba", "ca", "da")),
        *alone("r"),
    ),
    "a pause makes the way to the next longer": short(
        9,
        Task(id="a", duration=2, allowed=starting(0), breaks=Breaks(stretches=((1, 4),), holds=True, tag=HERE)),
        Task(id="b", duration=1, allowed=starting(5)),
        within("a", "b", 0, 0, "end"),
    ),
    "two are together while there is room for both": short(
        9,
        *(Task(id=name, duration=3, occupies={"r": 1}) for name in "ab"),
        Capacity(resource="r", capacity=1, changes=((0, 2),), tag=HERE),
        within("a", "b", -1, 1, "start"),
    ),
    "a milestone in the middle of what takes its place": short(
        9,
        Task(id="a", duration=3, occupies={"r": 1}),
        Task(id="b", occupies={"r": 1}),
        *alone("r"),
        within("a", "b", 1, 1, "start"),
    ),
    "what is paid for may come late": short(
        9,
        Task(id="a", duration=1, allowed=starting(0)),
        Task(id="b", duration=1, allowed=starting(7)),
        evolve(within("a", "b", 0, 2, "end"), price=Price("costs")),
        wanted=SoftCosts(name="costs"),
    ),
    "a project that may not run at first": short(
        9, Task(id="a", duration=2, forbidden=(Forbidden(stretches=((0, 3),), tag=HERE),)), Task(id="b", duration=1)
    ),
    "a project but for a place that shrinks": short(
        8,
        *(Task(id=name, duration=2, occupies={"r": 1}) for name in "ab"),
        Capacity(resource="r", capacity=2, changes=((1, 1),), tag=HERE),
    ),
    "a project but for setups": short(
        8,
        *(Task(id=name, duration=1, occupies={"r": 1}) for name in "ab"),
        NoOverlap(resource="r", setup=(("a", "b", 3), ("b", "a", 3)), tag=HERE),
    ),
    "a project but for one who can be in two places": short(6, *(picking(name, 3, "r") for name in "ab")),
    "a project but for one who had better be in one place": short(
        6,
        *(picking(name, 3, "r") for name in "ab"),
        *(evolve(one, price=Price("costs")) for one in alone("r")),
        then=SoftCosts(name="costs"),
    ),
    "a project but for one who need not come": short(
        6,
        picking("a", 3, "r"),
        evolve(
            picking("b", 3),
            picks=(Pick(name="pilot", candidates=("r",), count=1, tag=HERE, price=Price("costs")),),
        ),
        *alone("r"),
        then=SoftCosts(name="costs"),
    ),
    "a project but for picks of the one mode": short(
        6,
        *(Task(id=name, modes=(Mode(id="m", duration=2, picks=picking(name, 2, "r").picks),)) for name in "ab"),
        *alone("r"),
    ),
    "a project that is to be late": short(
        6,
        *(Task(id=name, duration=2) for name in "ab"),
        wanted=WeightedStarts(name="late", unit="min", weights={"a": -1}),
    ),
    "there is more of a place later on": short(
        6,
        *(Task(id=name, modes=tuple(Mode(id=str(k), duration=2, occupies={"r": k}) for k in (1, 2))) for name in "ab"),
        Capacity(resource="r", capacity=1, changes=((0, 2),), tag=HERE),
    ),
}


@pytest.mark.parametrize("problem", TIGHT.values(), ids=list(TIGHT))
def test_where_it_is_tight(problem: Problem) -> None:
    agrees(problem)


def possible(problem: Problem, tags: set[Tag]) -> bool:
    """By trying everything: what these tags ask for can be had. With no tag, nothing has to be there."""
    return best_by_trying(limited(problem, tags)) is not None


@pytest.mark.parametrize("kind", KINDS, ids=named)
@tried(8)
@given(data=st.data())
def test_each_kind_alone(kind: type, data: st.DataObject) -> None:
    agrees(data.draw(problems(kinds=(kind,))))


@pytest.mark.parametrize("goal", GOALS, ids=named)
@tried(8)
@given(data=st.data())
def test_each_objective_alone(goal: type, data: st.DataObject) -> None:
    agrees(data.draw(problems(kinds=data.draw(st.sampled_from(((), *((kind,) for kind in KINDS)))), goals=(goal,))))


@tried(100)
@given(st.sampled_from(PAIRS).flatmap(lambda pair: problems(kinds=pair)))
def test_kinds_in_pairs(problem: Problem) -> None:
    agrees(problem)


@tried(60)
@given(
    st.tuples(st.sampled_from(GOAL_PAIRS).flatmap(st.permutations), st.sampled_from(PAIRS)).flatmap(
        lambda two: problems(kinds=two[1], goals=tuple(two[0]))
    )
)
def test_objectives_in_strict_order(problem: Problem) -> None:
    agrees(problem)


@tried(100)
@given(projects())
def test_projects_for_which_lists_and_floors_may_do(problem: Problem) -> None:
    agrees(problem)


@tried(80)
@given(st.lists(st.sampled_from(KINDS), max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds), goals=(Peak,))))
def test_starts_are_told_apart_wherever_anybody_asks(problem: Problem) -> None:
    """Whoever asks if a task starts in a stretch gets an answer for just that stretch: no cell lies across its ends."""

    def checked(made: Variables, task: str, start: int, end: int) -> list[Bool]:
        inside = [cell for cell in made.cells[task] if any(a < end and b >= start for a, b in cell.starts)]
        assert all(start <= a and b < end for cell in inside for a, b in cell.starts)
        return [cell.literal for cell in inside]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Variables, "starts_in", checked)
        assemble(problem)


@tried(20)
@given(
    st.lists(st.sampled_from(KINDS), min_size=3, max_size=5).flatmap(
        lambda kinds: problems(kinds=tuple(kinds), goals=GOALS[:1], most=4)
    )
)
def test_several_kinds_together(problem: Problem) -> None:
    agrees(problem)


def conflicts(problem: Problem) -> None:
    """A conflict is found just where there is one; its tags can't hold together, and any fewer of them can."""
    conflict = explain(problem, effort=10.0)
    if best_by_trying(problem) is not None:
        assert conflict is None
        return
    assert conflict is not None
    assert conflict.minimal
    tags = set(conflict.tags)
    assert tags <= set(all_tags(problem))
    assert len(tags) == len(conflict.tags) > 0
    assert not possible(problem, tags)
    assert all(possible(problem, tags - {tag}) for tag in tags)


@tried(60)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds))))
def test_conflicts_are_real_and_minimal(problem: Problem) -> None:
    conflicts(problem)


@tried(30)
@given(st.sampled_from(PAIRS).flatmap(lambda pair: problems(kinds=pair)))
def test_without_a_rule_nothing_gets_harder(problem: Problem) -> None:
    if best_by_trying(problem) is not None:
        rules = {tag.rule for tag in chain(all_tags(problem), (c.tag for c in problem.constraints))}
        assert all(isinstance(solve(problem.without(rule)), Solved) for rule in rules)


@tried(60)
@given(st.sampled_from(PAIRS).flatmap(lambda pair: problems(kinds=pair, goals=GOALS)))
def test_what_was_tried_is_what_the_checker_says(problem: Problem) -> None:
    """The trying judges thousands of schedules on a short way; the checker says the same of each on its own."""
    for placed, values in list(every_schedule(problem))[:20]:
        assert check(problem, placed) == ()
        assert evaluate(problem, placed) == values


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=named)
@tried(300)
@given(data=st.data())
def test_each_kind_alone_hundreds_of_times(kind: type, data: st.DataObject) -> None:
    agrees(data.draw(problems(kinds=(kind,), goals=data.draw(st.sampled_from(((), *((goal,) for goal in GOALS)))))))


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS, ids=named)
@tried(20)
@given(data=st.data())
def test_every_pair_of_kinds(pair: tuple[type, ...], data: st.DataObject) -> None:
    agrees(data.draw(problems(kinds=pair)))


@pytest.mark.slow
@tried(4_000)
@given(
    st.lists(st.sampled_from(KINDS), min_size=3, max_size=4).flatmap(
        lambda kinds: problems(kinds=tuple(kinds), goals=GOALS[:1], most=4)
    )
)
def test_several_kinds_together_thousands_of_times(problem: Problem) -> None:
    agrees(problem)


@pytest.mark.slow
@tried(3_000)
@given(projects())
def test_projects_thousands_of_times(problem: Problem) -> None:
    agrees(problem)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "goal"), tuple(product(KINDS, GOALS)), ids=named)
@tried(12)
@given(data=st.data())
def test_every_kind_with_every_objective(kind: type, goal: type, data: st.DataObject) -> None:
    agrees(data.draw(problems(kinds=(kind,), goals=(goal,))))


@pytest.mark.slow
@pytest.mark.parametrize("goals", GOAL_PAIRS, ids=named)
@tried(30)
@given(data=st.data())
def test_every_pair_of_objectives(goals: tuple[type, ...], data: st.DataObject) -> None:
    kinds = data.draw(st.sampled_from(PAIRS))
    agrees(data.draw(problems(kinds=kinds, goals=tuple(data.draw(st.permutations(goals))))))


@pytest.mark.slow
@tried(800)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds))))
def test_conflicts_are_real_and_minimal_hundreds_of_times(problem: Problem) -> None:
    conflicts(problem)
