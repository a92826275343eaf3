"""Why there is no schedule: real, minimal, and found among hundreds of places."""

from __future__ import annotations

import pytest
from attrs import evolve
from schedule_terms import DAY_MIN, term

from hamsafar.schedule.explain import all_tags, explain, limited
from hamsafar.schedule.problem import (
    Allowed,
    Capacity,
    Conflict,
    Implies,
    Load,
    NoOverlap,
    Problem,
    Solved,
    Tag,
    Task,
)
from hamsafar.schedule.solve import solve


def person(count: int, last: int) -> Problem:
    """Tasks of 5 ticks of one person, required by the syllabus; a limit that never matters."""
    return Problem(
        name="person",
        first=0,
        last=last,
        tasks=tuple(
            Task(id=f"t{k}", duration=5, occupies={"p": 1}, required=Tag("CMP-01", f"t{k}", "syllabus"))
            for k in range(count)
        ),
        constraints=(
            NoOverlap(resource="p", tag=Tag("PPL-01", "p")),
            Capacity(resource="p", capacity=9, tag=Tag("RES-01", "p")),
        ),
        objectives=(),
    )


def test_a_task_that_fits_nowhere_is_named_alone() -> None:
    asked = evolve(person(3, 30), tasks=(*person(3, 30).tasks, Task(id="long", duration=31)))
    assert explain(asked, effort=1.0) == Conflict(tags=(Tag("CMP-01", "long"),), minimal=True)
    named = explain(asked, effort=1.0, facts={"long": Tag("CRW-10", "long")})
    assert named == Conflict(tags=(Tag("CRW-10", "long"),), minimal=True)


def test_two_calendars_that_never_meet() -> None:
    closed = (
        Allowed(ranges=((0, 4), (8, 9)), tag=Tag("TRN-01", "instructor")),
        Allowed(ranges=((5, 7),), tag=Tag("TRN-02", "centrifuge")),
        Allowed(ranges=((0, 20),), tag=Tag("TRN-03", "phase")),
    )
    asked = evolve(person(3, 30), tasks=(*person(3, 30).tasks, Task(id="spin", duration=2, allowed=closed)))
    conflict = explain(asked, effort=1.0)
    assert conflict is not None
    assert set(conflict.tags) == {Tag("TRN-01", "instructor"), Tag("TRN-02", "centrifuge"), Tag("CMP-01", "spin")}
    assert conflict.minimal


def test_only_as_many_tasks_as_it_takes() -> None:
    """Five tasks of 5 ticks don't fit in 24, four do."""
    conflict = explain(person(40, 24), effort=5.0)
    assert conflict is not None
    assert conflict.minimal
    assert sorted(tag.rule for tag in conflict.tags) == ["CMP-01"] * 5 + ["PPL-01"]


def test_a_needed_task_brings_its_own_reasons() -> None:
    nowhere = Allowed(ranges=(), tag=Tag("WIN-01", "relay"))
    asked = Problem(
        name="need",
        first=0,
        last=9,
        tasks=(Task(id="a", duration=1), Task(id="b", duration=1, optional=True, allowed=(nowhere,))),
        constraints=(Implies(task="a", needs="b", tag=Tag("ORD-01", "a")),),
        objectives=(),
    )
    conflict = explain(asked, effort=1.0)
    assert conflict is not None
    assert set(conflict.tags) == {Tag("ORD-01", "a"), Tag("WIN-01", "relay"), Tag("CMP-01", "a")}


def test_a_schedule_exists_or_effort_is_gone_so_nothing_is_claimed() -> None:
    assert explain(person(4, 20), effort=1.0) is None
    assert explain(person(5, 24), effort=0.0) is None
    assert explain(person(5, 24), effort=1.0, should_stop=lambda: True) is None


def test_what_all_tags_ask_for_is_the_problem() -> None:
    asked = person(5, 30)
    whole = limited(asked, all_tags(asked))
    assert whole.tasks == asked.tasks
    assert limited(asked, ()).tasks == ()


@pytest.fixture(scope="module")
def crowded() -> Problem:
    """A term of 60 sessions in which one week of one trainee was given hardly any hours, and four sessions in it."""
    base = term(60, weeks=10)
    week = 4
    squeezed = [task for task in base.tasks if "prime" in task.occupies][:4]
    only = Allowed(
        ranges=((week * 7 * DAY_MIN, (week + 1) * 7 * DAY_MIN - 300),), tag=Tag("TRN-03", "phase", "squeezed")
    )
    tasks = tuple(evolve(task, allowed=(*task.allowed[:1], only)) if task in squeezed else task for task in base.tasks)
    limit = Load(
        weights={task.id: task.duration for task in base.tasks},
        start=week * 7 * DAY_MIN,
        end=(week + 1) * 7 * DAY_MIN,
        limit=sum(task.duration for task in squeezed) - 1,
        tag=Tag("TRN-05", "prime", "week 4"),
    )
    return evolve(base, tasks=tasks, constraints=(*base.constraints, limit), objectives=())


def test_hundreds_of_places_shrink_to_a_handful(crowded: Problem) -> None:
    assert len(all_tags(crowded)) > 250
    conflict = solve(crowded)
    assert isinstance(conflict, Conflict)
    assert conflict.minimal
    assert Tag("TRN-05", "prime", "week 4") in conflict.tags
    assert len(conflict.tags) == 6  # the load, the phase, and four sessions
    eased = evolve(crowded, constraints=tuple(c for c in crowded.constraints if c.tag not in conflict.tags))
    assert isinstance(solve(eased), Solved)


def test_out_of_effort_is_said(crowded: Problem) -> None:
    """With too little effort to be sure of every tag, the set is real but not called minimal, or nothing is said."""
    for effort in (0.01, 0.1):
        answer = solve(crowded, effort=effort)
        if isinstance(answer, Conflict) and answer.minimal:
            assert len(answer.tags) == 6
