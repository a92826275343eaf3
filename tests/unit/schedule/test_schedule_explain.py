"""Why there is no schedule: real, minimal, and found among hundreds of places."""

from __future__ import annotations

import time
from math import inf
from typing import Any

import pytest
from attrs import define, evolve, field
from schedule_terms import DAY_MIN, term

from hamsafar.errors import SolverError
from hamsafar.schedule.constraints import (
    AllOrNone,
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
    Repeats,
    Reservoir,
    Rolling,
    SamePeople,
    Together,
)
from hamsafar.schedule.engine import Engine, Run
from hamsafar.schedule.explain import all_tags, conflict_of, explain, limited
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Tag, Task


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


def hall(count: int, last: int) -> Problem:
    """The same, but two take too much of a hall: nothing is seen without search."""
    base = person(count, last)
    tasks = tuple(evolve(task, occupies={"hall": 2}) for task in base.tasks)
    limits = (3, Tag("PPL-01", "hall")), (2 * count, Tag("RES-01", "hall"))
    capacities = tuple(Capacity(resource="hall", capacity=capacity, tag=tag) for capacity, tag in limits)
    return evolve(base, name="hall", tasks=tasks, constraints=capacities)


def test_a_task_that_fits_nowhere_is_named_alone() -> None:
    asked = evolve(person(3, 30), tasks=(*person(3, 30).tasks, Task(id="long", duration=31)))
    assert explain(asked, effort=1.0) == Conflict(tags=(Tag("CMP-01", "long"),), minimal=True)
    named = explain(asked, effort=1.0, facts={"long": Tag("CRW-10", "long")})
    assert named == Conflict(tags=(Tag("CRW-10", "long"),), minimal=True)


def test_a_conflict_may_be_told_whole() -> None:
    asked = hall(3, 14)
    assert solve(asked, shrink=False) == Conflict(tags=all_tags(asked), minimal=False)
    shrunk = solve(asked)
    assert isinstance(shrunk, Conflict)
    assert set(shrunk.tags) < set(all_tags(asked))


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


ASKED, OTHER, PICKED = Tag("ORD-01", "here"), Tag("ORD-02", "there"), Tag("TRN-08", "s")
NOWHERE = Allowed(ranges=(), tag=Tag("WIN-01", "relay"))
A, B = Tag("CMP-01", "a"), Tag("CMP-01", "b")


def small(*constraints: Constraint, last: int = 6, people: tuple[Person, ...] = (), **tasks: Task | None) -> Problem:
    """Tasks by name, plain ones of 2 ticks where nothing else is said; some constraints."""
    given = tuple(Task(id=name, duration=2) if task is None else task for name, task in tasks.items())
    return Problem(name="small", first=0, last=last, tasks=given, constraints=constraints, objectives=(), people=people)


def taking(name: str) -> Task:
    """A task that is done in one mode, in which it picks `s` for 2 ticks."""
    pick = Pick(name="who", candidates=("s",), count=1, tag=PICKED)
    return Task(id=name, modes=(Mode(id="slow", duration=2, picks=(pick,)),))


def store(level: int, given: tuple[tuple[int, int], ...] = (), *flows: Flow) -> Reservoir:
    """A level to be kept from 0 to 9."""
    return Reservoir(name="store", level=level, lowest=0, highest=9, given=given, flows=flows, tag=ASKED)


CONFLICTS: tuple[tuple[Problem, set[Tag]], ...] = (
    (small(Choose(tasks=(), least=1, most=1, tag=ASKED)), {ASKED}),
    (
        small(
            Choose(tasks=("b",), least=1, most=1, tag=ASKED), a=None, b=Task(id="b", optional=True, allowed=(NOWHERE,))
        ),
        {ASKED, NOWHERE.tag},
    ),
    (
        small(AllOrNone(tasks=("a", "b"), tag=ASKED), a=None, b=Task(id="b", optional=True, allowed=(NOWHERE,))),
        {ASKED, NOWHERE.tag, A},
    ),
    (small(Load(weights={"a": 1}, start=0, end=6, limit=1, by="ticks", tag=ASKED), a=None), {ASKED, A}),
    (small(Load(weights={"a": 1}, start=0, end=6, limit=None, least=3, by="ticks", tag=ASKED), a=None), {ASKED}),
    (small(Rolling(weights={"a": 1}, span=2, limit=None, least=1, tag=ASKED), a=None), {ASKED}),
    (small(store(-1), a=None), {ASKED}),
    (small(store(1, ((3, -2),)), a=None), {ASKED}),
    (small(store(1, (), Flow(task="a", amount=-2)), a=None, b=None), {ASKED, A}),
    (small(Repeats(tasks=("a",), least=1, most=None, edges=(7, 9), tag=ASKED), a=None), {ASKED, A}),
    (small(Budget(resource="film", limit=1, tag=ASKED), a=Task(id="a", consumes={"film": 2})), {ASKED, A}),
    (small(a=Task(id="a", duration=4, forbidden=(Forbidden(stretches=((3, 4),), tag=ASKED),))), {ASKED, A}),
    (
        small(a=Task(id="a", duration=4, breaks=Breaks(stretches=((2, 5),), holds=True, tag=ASKED))),
        {A},  # its breaks go with it, as its duration does
    ),
    (
        small(
            a=Task(id="a", duration=2, picks=(Pick(name="who", skill="arm", count=1, tag=PICKED),)),
            people=(Person(id="r"),),
        ),
        {PICKED, A},
    ),
    (small(NoOverlap(resource="s", tag=ASKED), last=3, a=taking("a"), b=taking("b")), {ASKED, PICKED, A, B}),
    (
        small(
            Together(tasks=("a",), people=("r", "s"), tag=ASKED),
            NeverTogether(tasks=("a",), people=("q", "s"), tag=OTHER),
            a=taking("a"),
        ),
        {ASKED, PICKED, A},
    ),
    (
        small(
            SamePeople(tasks=("a", "b"), people=("s",), tag=ASKED),
            OtherPeople(tasks=("a", "b"), people=("s",), tag=OTHER),
            a=taking("a"),
            b=taking("b"),
        ),
        {OTHER, PICKED, A, B},
    ),
)


@pytest.mark.parametrize(("asked", "tags"), CONFLICTS)
def test_what_each_kind_cannot_have(asked: Problem, tags: set[Tag]) -> None:
    conflict = explain(asked, effort=1.0)
    assert conflict is not None
    assert set(conflict.tags) == tags
    assert conflict.minimal


@define(kw_only=True)
class Watched(Engine):
    """An engine that notes its runs; some find no answer, and each may take a while longer."""

    mute: tuple[int, ...] = ()  # runs, counted from 0, that find no answer
    waits_s: float = 0.0
    without_presolve: list[int] = field(factory=list)  # runs so far
    runs: int = 0

    def run(self, model: Any, **how: Any) -> Run:
        """The answer, unless this one is mute."""
        if not how.get("presolve", True):
            self.without_presolve.append(self.runs)
            assert how["seed_shift"]
        time.sleep(self.waits_s)
        found = Run(status="unknown") if self.runs in self.mute else super().run(model, **how)
        self.runs += 1
        return found


def test_every_conflict_is_proved_twice_the_second_time_with_another_seed_and_without_presolve() -> None:
    engine = Watched(left=5.0)
    found = conflict_of(hall(8, 24), engine)
    assert found is not None
    assert len(found.tags) == 6
    assert engine.without_presolve == [0, engine.runs - 1]


def test_the_whole_is_told_where_what_it_shrank_to_was_not_proved_again() -> None:
    usual = Watched(left=5.0)
    conflict_of(hall(8, 24), usual)
    last = usual.runs - 1
    found = conflict_of(hall(8, 24), Watched(left=5.0, mute=(last,)))
    assert found is not None
    assert not found.minimal
    assert len(found.tags) == 10  # a hall, a limit, eight tasks
    assert conflict_of(hall(8, 24), Watched(left=5.0, mute=(0, last))) is None


def test_a_small_set_proved_twice_stands_for_a_whole_that_was_not() -> None:
    found = conflict_of(hall(8, 24), Watched(left=5.0, mute=(0,)))
    assert found is not None
    assert found.minimal
    assert len(found.tags) == 6


def test_who_asks_to_stop_while_it_shrinks_is_told_the_whole() -> None:
    engine = Watched(left=5.0)
    engine.should_stop = lambda: engine.runs > 0
    found = conflict_of(hall(8, 24), engine)
    assert found is not None
    assert not found.minimal
    assert len(found.tags) == 10
    assert engine.runs < 4  # each of the rest is refused at once


def test_shrinking_ends_with_the_time_limit() -> None:
    engine = Watched(left=inf, ends_at_s=time.monotonic() + 1.0, waits_s=0.05)
    found = conflict_of(hall(60, 200), engine)  # each of 41 tasks is asked about by itself
    assert found is None or not found.minimal
    assert engine.wall_s < 4  # generous: the machine may be busy


def test_a_circle_among_hundreds_of_lags_is_found_without_search() -> None:
    tasks = tuple(Task(id=f"t{k}", duration=5) for k in range(200))
    chain = [
        Lag(before=f"t{k}", after=f"t{k + 1}", min_gap=0, max_gap=None, tag=Tag("ORD-01", f"t{k}")) for k in range(199)
    ]
    soon = Lag(before="t90", after="t92", min_gap=None, max_gap=9, since="start", tag=OTHER)
    asked = Problem(name="circle", first=0, last=2_000, tasks=tasks, constraints=(*chain, soon), objectives=())
    engine = Watched(left=5.0)
    found = conflict_of(asked, engine)
    assert found is not None
    assert found.minimal
    present = {Tag("CMP-01", f"t{k}") for k in (90, 91, 92)}
    assert set(found.tags) == {Tag("ORD-01", "t90"), Tag("ORD-01", "t91"), OTHER, *present}
    assert engine.runs < 12  # two proofs, and a question or so for each tag


def test_a_schedule_found_by_the_second_run_is_no_conflict() -> None:
    with pytest.raises(SolverError, match="another run solved"):
        conflict_of(person(4, 24), Engine(left=5.0))


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


@pytest.mark.slow
def test_hundreds_of_places_shrink_to_a_handful(crowded: Problem) -> None:
    assert len(all_tags(crowded)) > 250
    conflict = solve(crowded)
    assert isinstance(conflict, Conflict)
    assert conflict.minimal
    assert Tag("TRN-05", "prime", "week 4") in conflict.tags
    assert len(conflict.tags) == 6  # the load, the phase, and four sessions
    eased = evolve(crowded, constraints=tuple(c for c in crowded.constraints if c.tag not in conflict.tags))
    assert isinstance(solve(eased), Solved)


@pytest.mark.parametrize("effort", [0.01, *(pytest.param(effort, marks=pytest.mark.slow) for effort in (0.03, 0.1))])
def test_out_of_effort_is_said(effort: float, crowded: Problem) -> None:
    """With too little effort to be sure of every tag, the set is real but not called minimal, or nothing is said."""
    answer = solve(crowded, effort=effort)
    if isinstance(answer, Conflict) and answer.minimal:
        assert len(answer.tags) == 6
