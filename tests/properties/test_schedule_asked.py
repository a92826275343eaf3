"""What a set of tags asks for, by trying everything: fewer tags are never harder to obey; what may matter stays.

The oracle is the definition taken at its word, without a thought for small models: every task stays, and may be left
out where nothing kept says that it is there; every pick stays, and need not be made.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import KINDS, best_by_trying, problems

from hamsafar.schedule.asked import all_tags, demands, limited, presence_tag
from hamsafar.schedule.constraints import (
    AllOrNone,
    Choose,
    Flow,
    Implies,
    Load,
    Repeats,
    Reservoir,
    Rolling,
    SamePeople,
    Together,
)
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Breaks, Mode, Pick, Price, Tag, Task

ASKING = (AllOrNone, Choose, Implies, Load, Repeats, Reservoir, Rolling, SamePeople, Together, Pick, Mode, Breaks)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=SLOW)


def possible(problem: Problem) -> bool:
    """Whether there is a schedule, by trying everything."""
    return best_by_trying(problem) is not None


def at_its_word(problem: Problem, tags: set[Tag]) -> Problem:
    """The problem with all other tags switched off."""

    def picks(given: tuple[Pick, ...]) -> tuple[Pick, ...]:
        kept = (pick.price is None and pick.tag in tags for pick in given)
        return tuple(
            pick if kept_ else evolve(pick, price=Price("free")) for pick, kept_ in zip(given, kept, strict=True)
        )

    def task_of(task: Task) -> Task:
        return evolve(
            task,
            allowed=tuple(one for one in task.allowed if one.price is None and one.tag in tags),
            forbidden=tuple(one for one in task.forbidden if one.price is None and one.tag in tags),
            picks=picks(task.picks),
            modes=tuple(evolve(mode, picks=picks(mode.picks)) for mode in task.modes),
            optional=task.optional or presence_tag(task) not in tags,
            required=None,
        )

    kept = tuple(one for one in problem.constraints if one.price is None and one.tag in tags)
    return evolve(
        problem, tasks=tuple(task_of(task) for task in problem.tasks), constraints=kept, objectives=(), hint={}
    )


@st.composite
def asked(draw: st.DrawFn, kinds: tuple[type, ...]) -> tuple[Problem, set[Tag]]:
    """A problem of some of these kinds, and some of its tags."""
    problem = draw(problems(kinds=tuple(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)))))
    every = all_tags(problem)
    dropped = draw(st.sets(st.sampled_from(every), max_size=3)) if every else set()
    return problem, set(every) - dropped


def matters_all_the_same(problem: Problem, tags: set[Tag]) -> None:
    """What was taken out plays no part, and what is left says something about it."""
    part = limited(problem, tags)
    assert possible(part) == possible(at_its_word(problem, tags))
    speaking = {one.tag for one in part.constraints} | {tag for task in part.tasks for tag in demands(task)}
    speaking |= {presence_tag(task) for task in part.tasks if not task.optional}
    assert limited(problem, speaking & tags) == part


def fewer_is_never_harder(problem: Problem, tags: set[Tag]) -> None:
    """With any one tag fewer, what was possible still is."""
    if possible(limited(problem, tags)):
        assert all(possible(limited(problem, tags - {tag})) for tag in tags)


@tried(60)
@given(asked(ASKING))
def test_what_can_ask_for_more_is_kept(case: tuple[Problem, set[Tag]]) -> None:
    matters_all_the_same(*case)


@tried(60)
@given(asked(KINDS))
def test_what_plays_no_part_is_taken_out(case: tuple[Problem, set[Tag]]) -> None:
    matters_all_the_same(*case)


@tried(60)
@given(asked(ASKING))
def test_fewer_tags_are_never_harder(case: tuple[Problem, set[Tag]]) -> None:
    fewer_is_never_harder(*case)


@tried(60)
@given(asked(KINDS))
def test_all_tags_ask_for_the_problem_and_none_for_nothing(case: tuple[Problem, set[Tag]]) -> None:
    problem, _ = case
    assert possible(limited(problem, all_tags(problem))) == possible(evolve(problem, objectives=()))
    assert limited(problem, ()).tasks == ()
    assert limited(problem, ()).constraints == ()


@pytest.mark.slow
@tried(2_000)
@given(st.sampled_from((ASKING, KINDS)).flatmap(asked))
def test_it_all_thousands_of_times(case: tuple[Problem, set[Tag]]) -> None:
    matters_all_the_same(*case)
    fewer_is_never_harder(*case)


def three(*constraints: object, optional: str = "b", **more: object) -> Problem:
    """Tasks a, b and c of one tick, in ten; b may be left out."""
    tasks = tuple(Task(id=name, duration=1, optional=name in optional, **more) for name in "abc")  # type: ignore[arg-type]
    return Problem(name="three", first=0, last=10, tasks=tasks, constraints=constraints, objectives=())  # type: ignore[arg-type]


RULE = Tag("ORD-01", "here")


@pytest.mark.parametrize(
    ("constraint", "there"),
    [
        (Implies(task="a", needs="b", tag=RULE), "abc"),
        (Implies(task="b", needs="a", tag=RULE), "ac"),
        (AllOrNone(tasks=("b", "c"), tag=RULE), "abc"),
        (Choose(tasks=("a", "b"), least=1, most=1, tag=RULE), "abc"),
        (Choose(tasks=("a", "b"), least=0, most=1, tag=RULE), "ac"),
        (Load(weights={"b": 1}, start=0, end=5, limit=None, least=1, tag=RULE), "abc"),
        (Load(weights={"b": 1}, start=0, end=5, limit=0, tag=RULE), "ac"),
        (Rolling(weights={"b": 1}, span=5, limit=None, least=1, tag=RULE), "abc"),
        (Repeats(tasks=("a", "b", "c"), least=1, most=2, tag=RULE), "abc"),
        (Repeats(tasks=("a", "b", "c"), least=1, most=None, tag=RULE), "ac"),
        (Repeats(tasks=("a", "c", "b"), least=1, most=2, tag=RULE), "ac"),
    ],
)
def test_a_task_that_may_be_left_out_stays_where_it_may_be_needed(constraint: object, there: str) -> None:
    asked_for = three(constraint)
    assert "".join(task.id for task in limited(asked_for, all_tags(asked_for)).tasks) == there


@pytest.mark.parametrize(
    ("a", "b", "highest", "overflow", "there"),
    [(-1, 1, 9, False, "abc"), (-1, -1, 9, False, "ac"), (1, -1, 9, False, "abc"), (1, -1, 9, True, "ac")],
)
def test_flows_that_may_mend_a_level_stay(a: int, b: int, highest: int, overflow: bool, there: str) -> None:
    flows = (Flow(task="a", amount=a), Flow(task="b", amount=b))
    store = Reservoir(name="store", level=3, lowest=0, highest=highest, flows=flows, overflow=overflow, tag=RULE)
    asked_for = three(store)
    assert "".join(task.id for task in limited(asked_for, all_tags(asked_for)).tasks) == there


def test_who_may_be_needed_may_be_picked_though_no_pick_is_kept() -> None:
    """`a` takes both or none of them: without the tag of its pick it may still pick."""
    pick = Pick(name="second", candidates=("s",), count=1, tag=Tag("TRN-08", "a"))
    both = Together(tasks=("a",), people=("r", "s"), tag=RULE)
    asked_for = Problem(
        name="both",
        first=0,
        last=2,
        tasks=(Task(id="a", duration=1, occupies={"r": 1}, picks=(pick,)),),
        constraints=(both,),
        objectives=(),
    )
    part = limited(asked_for, {RULE, Tag("CMP-01", "a")})
    assert possible(part)
    assert [one.price is None for task in part.tasks for one in task.picks] == [False]
    assert limited(asked_for, {Tag("CMP-01", "a")}).tasks[0].picks == ()


def test_what_is_soft_is_not_asked_for() -> None:
    paid = Load(weights={"a": 1}, start=0, end=5, limit=0, tag=RULE, price=Price("costs"))
    asked_for = three(paid)
    assert RULE not in all_tags(asked_for)
    assert limited(asked_for, all_tags(asked_for)).constraints == ()
