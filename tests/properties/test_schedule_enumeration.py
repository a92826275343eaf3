"""Tiny problems, solved by trying everything: the solver must agree on status, optimum, bounds and conflict.

Every kind of constraint, of demand and of objective, alone and in pairs: a few of each by default, and thousands in
`make test-all`.
"""

from __future__ import annotations

from itertools import chain, combinations, combinations_with_replacement, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import GOALS, KINDS, best_by_trying, every_schedule, problems

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.explain import all_tags, explain, limited
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Tag

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
