"""Tiny problems, solved by trying everything: the solver must agree on status, optimum and conflict.

The judge of a single schedule here is `check` and `evaluate`, which have examples of their own in `tests/unit`;
that they agree with the solver on thousands of problems holds both to account.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.explain import all_tags, explain, limited
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Allowed,
    Apart,
    AwayFromPreferred,
    Capacity,
    Conflict,
    Constraint,
    Implies,
    Lag,
    Load,
    LostValue,
    NoOverlap,
    Objective,
    Peak,
    Pick,
    PickAllowed,
    Placed,
    Problem,
    RestBetween,
    Solved,
    StartLag,
    StartsApart,
    Tag,
    Task,
    WeightedStarts,
)
from hamsafar.schedule.solve import solve

FIRST = 10  # a horizon that doesn't begin at zero shows a forgotten shift
RESOURCES = ("r", "s")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def every_schedule(problem: Problem) -> Iterator[dict[str, Placed]]:
    """Every way to place, or leave out, every task: no rule is looked at but the picks' counts."""
    choices: list[list[Placed | None]] = []
    for task in problem.tasks:
        teams = product(*(combinations(pick.candidates, pick.count) for pick in task.picks))
        ways: list[Placed | None] = [
            Placed(start=start, picked=dict(zip((pick.name for pick in task.picks), team, strict=True)))
            for team in teams
            for start in range(problem.first, problem.last - task.duration + 1)
        ]
        choices.append([None, *ways] if task.optional else ways)
    for chosen in product(*choices):
        yield {task.id: place for task, place in zip(problem.tasks, chosen, strict=True) if place is not None}


def best_by_trying(problem: Problem) -> tuple[int, ...] | None:
    """The objectives' values of the best schedule; None where none holds."""
    return min((evaluate(problem, s) for s in every_schedule(problem) if not check(problem, s)), default=None)


ranges = st.lists(st.integers(FIRST - 1, FIRST + 8), min_size=0, max_size=4, unique=True).map(
    lambda ends: tuple(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)
names = st.sampled_from(("TRN-01", "TRN-02", "TRN-03"))


@st.composite
def problems(draw: st.DrawFn, kinds: tuple[type, ...], goals: tuple[type, ...] = (), most: int = 3) -> Problem:
    """A problem of up to `most` tasks with one constraint of each kind, and one objective of each."""
    length = draw(st.integers(3, 6 if most > 2 else 8))
    ids = "abcd"[: draw(st.integers(2, most))]
    tasks = tuple(draw(_tasks(name, picks=2 if len(ids) < 3 else 1)) for name in ids)
    constraints = tuple(draw(_constraints(kind, tuple(ids), length, k)) for k, kind in enumerate(kinds))
    objectives = tuple(draw(_objectives(goal, ids, length)) for goal in goals)
    return Problem(
        name="tiny", first=FIRST, last=FIRST + length, tasks=tasks, constraints=constraints, objectives=objectives
    )


@st.composite
def _tasks(draw: st.DrawFn, name: str, picks: int) -> Task:
    optional = draw(st.booleans())
    teams = ((("r", "s"), 1), (("r", "s"), 2), (("s",), 1), (("r", "s"), 0))
    chosen = draw(st.lists(st.sampled_from(teams), max_size=picks))
    return Task(
        id=name,
        duration=draw(st.integers(1, 3)),
        allowed=tuple(
            Allowed(ranges=draw(ranges), tag=Tag(draw(names), name, "allowed")) for _ in range(draw(st.integers(0, 1)))
        ),
        occupies=draw(st.dictionaries(st.sampled_from(RESOURCES), st.integers(0, 2), max_size=2)),
        picks=tuple(
            Pick(name=f"pick-{k}", candidates=team, count=count, tag=Tag("TRN-08", name, str(k)))
            for k, (team, count) in enumerate(chosen)
        ),
        optional=optional,
        value=draw(st.integers(0, 4)),
        required=None if optional or draw(st.booleans()) else Tag("CMP-01", name, "syllabus"),
    )


@st.composite
def _constraints(draw: st.DrawFn, kind: type, ids: tuple[str, ...], length: int, k: int) -> Constraint:
    tag = Tag(f"RULE-{k}", draw(st.sampled_from(("here", "there"))))
    one, other = draw(st.permutations(ids))[:2]
    gap = draw(st.integers(0, 3))
    group = tuple(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
    weights = {name: draw(st.integers(0, 3)) for name in group}
    edges = tuple(sorted(draw(st.sets(st.integers(FIRST - 1, FIRST + length + 1), min_size=2, max_size=5))))
    resource, maybe = draw(st.sampled_from(RESOURCES)), draw(st.sampled_from((None, *RESOURCES)))
    most = draw(st.none() | st.integers(gap, gap + 3))
    match kind.__name__:
        case "NoOverlap":
            return NoOverlap(resource=resource, tag=tag)
        case "Capacity":
            return Capacity(resource=resource, capacity=gap, tag=tag)
        case "Lag":
            return Lag(before=one, after=other, min_gap=gap - 2, max_gap=most, tag=tag)
        case "StartLag":
            return StartLag(
                before=one, after=other, min_gap=draw(st.sampled_from((None, -2, gap))), max_gap=most, tag=tag
            )
        case "Apart":
            return Apart(first=one, second=other, gap=gap, both_ways=draw(st.booleans()), picked=maybe, tag=tag)
        case "StartsApart":
            return StartsApart(tasks=group, gap=gap, tag=tag)
        case "Load":
            return Load(weights=weights, start=edges[0], end=edges[1], limit=gap, picked=maybe, tag=tag)
        case "ActiveBuckets":
            return ActiveBuckets(
                tasks=group, edges=edges, window=draw(st.integers(1, 4)), limit=draw(st.integers(0, 2)), tag=tag
            )
        case "RestBetween":
            return RestBetween(tasks=ids, edges=edges, gap=gap, tag=tag)
        case "PickAllowed":
            return PickAllowed(task=one, candidate=resource, ranges=draw(ranges), tag=tag)
        case _:
            return Implies(task=one, needs=other, tag=tag)


@st.composite
def _objectives(draw: st.DrawFn, kind: type, ids: str, length: int) -> Objective:
    group = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    cut = draw(st.integers(FIRST + 1, FIRST + length - 1))
    weights = {name: draw(st.integers(0, 3)) for name in group}
    match kind.__name__:
        case "Peak":
            loads = ((weights, FIRST, cut), (weights, cut, FIRST + length), (weights, cut - 1, cut + 1))
            return Peak(name="peak", unit="min", loads=loads)
        case "LostValue":
            return LostValue(name="lost")
        case "WeightedStarts":
            return WeightedStarts(name="starts", unit="min", weights={n: draw(st.integers(-2, 3)) for n in group})
        case _:
            wanted = {name: draw(st.integers(FIRST - 2, FIRST + length + 2)) for name in group}
            return AwayFromPreferred(name="away", unit="min", preferred=wanted)


KINDS: tuple[type, ...] = (
    NoOverlap,
    Capacity,
    Lag,
    StartLag,
    Apart,
    StartsApart,
    Load,
    ActiveBuckets,
    RestBetween,
    PickAllowed,
    Implies,
)
GOALS: tuple[type, ...] = (Peak, LostValue, WeightedStarts, AwayFromPreferred)


def agrees(problem: Problem) -> None:
    """The solver's answer is what trying everything gives."""
    best, answer = best_by_trying(problem), solve(problem)
    if best is None:
        assert isinstance(answer, Conflict)
        return
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    assert evaluate(problem, answer.placed) == best
    assert tuple(term.value for term in answer.terms) == best == tuple(term.bound for term in answer.terms)
    assert answer.optimal


@QUICK
@given(st.sampled_from(KINDS).flatmap(lambda kind: problems(kinds=(kind,), goals=())))
def test_each_kind_of_constraint_alone(problem: Problem) -> None:
    agrees(problem)


@QUICK
@given(st.lists(st.sampled_from(KINDS), min_size=2, max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds))))
def test_constraints_together(problem: Problem) -> None:
    agrees(problem)


@QUICK
@given(
    st.tuples(
        st.lists(st.sampled_from(KINDS), min_size=0, max_size=2),
        st.lists(st.sampled_from(GOALS), min_size=1, max_size=2, unique=True),
    ).flatmap(lambda two: problems(kinds=tuple(two[0]), goals=tuple(two[1])))
)
def test_objectives_in_strict_order(problem: Problem) -> None:
    agrees(problem)


@QUICK
@given(
    st.sampled_from((NoOverlap, RestBetween, ActiveBuckets, StartsApart)).flatmap(
        lambda kind: problems(kinds=(kind, Load), goals=(LostValue,), most=4)
    )
)
def test_four_tasks(problem: Problem) -> None:
    plain = tuple(evolve(task, picks=task.picks[:1] if k < 2 else ()) for k, task in enumerate(problem.tasks))
    agrees(evolve(problem, last=min(problem.last, FIRST + 5), tasks=plain, objectives=problem.objectives))


def possible(problem: Problem, tags: set[Tag]) -> bool:
    """By trying everything: what these tags ask for can be had. With no tag, nothing has to be there."""
    return best_by_trying(limited(problem, tags)) is not None


@QUICK
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).flatmap(lambda kinds: problems(kinds=tuple(kinds))))
def test_conflicts_are_real_and_minimal(problem: Problem) -> None:
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


@QUICK
@given(st.lists(st.sampled_from(KINDS), min_size=2, max_size=2).flatmap(lambda kinds: problems(kinds=tuple(kinds))))
def test_without_a_rule_nothing_gets_harder(problem: Problem) -> None:
    rules = {tag.rule for tag in chain(all_tags(problem), (c.tag for c in problem.constraints))}
    if best_by_trying(problem) is not None:
        assert all(isinstance(solve(problem.without(rule)), Solved) for rule in rules)
