"""What is asked of the nearest plan, and what its objectives come to by hand."""

from __future__ import annotations

from attrs import evolve

from hamsafar.schedule.check import evaluate
from hamsafar.schedule.constraints import NoOverlap
from hamsafar.schedule.nearest import (
    LEFT_OUT,
    MOVED,
    NEARNESS,
    PROMISED,
    REASSIGNED,
    SHIFT,
    Before,
    nearest_problem,
)
from hamsafar.schedule.objectives import AwayFromPreferred, LeftOut, Makespan, Moved, Reassigned
from hamsafar.schedule.problem import Conflict, Placed, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Mode, Pick, Tag, Task

END = Makespan(name="end", unit="min")
OLD = {"lesson": Placed(start=0), "exam": Placed(start=4), "film": Placed(start=7)}


def day(*more: Task, last: int = 20) -> Problem:
    """A lesson and an exam of one trainee, and a film that may be left out."""
    tasks = (
        Task(id="lesson", duration=3, occupies={"trainee": 1}),
        Task(id="exam", duration=2, occupies={"trainee": 1}),
        Task(id="film", duration=4, occupies={"trainee": 1}, optional=True, value=0),
    )
    return Problem(
        name="day",
        first=0,
        last=last,
        tasks=(*tasks, *more),
        constraints=(NoOverlap(resource="trainee", tag=Tag("ONE", "trainee")),),
        objectives=(END,),
    )


def test_nearness_comes_first_and_in_order() -> None:
    near = nearest_problem(day(), Before(placed=OLD, promised=frozenset({"exam", "gone"})))
    assert near.objectives == (
        Moved(name=PROMISED, unit="activities", starts={"exam": 4}),
        LeftOut(name=LEFT_OUT, unit="points", weights={"film": 1}),
        Moved(name=MOVED, unit="activities", starts={"lesson": 0, "exam": 4, "film": 7}),
        AwayFromPreferred(name=SHIFT, unit="tick", preferred={"lesson": 0, "exam": 4, "film": 7}, left_out=20),
        END,
    )
    assert near.hint == {"lesson": 0, "exam": 4, "film": 7}
    assert nearest_problem(day(), Before(placed={"gone": Placed(start=3)})).objectives == (END,)


def test_people_and_modes_stay_where_they_were() -> None:
    pick = Pick(name="teacher", count=1, candidates=("ann", "bob"), tag=Tag("TEACH"))
    modes = (Mode(id="alone", duration=2), Mode(id="helped", duration=1, picks=(evolve(pick, name="helper"),)))
    problem = day(Task(id="talk", duration=1, picks=(pick,)), Task(id="drill", modes=modes))
    old = {
        "talk": Placed(start=10, picked={"teacher": ("bob",)}),
        "drill": Placed(start=12, mode="helped", picked={"helper": ("ann",)}),
    }
    near = nearest_problem(problem, Before(placed=old))
    assert near.objectives[-2] == Reassigned(
        name=REASSIGNED,
        unit="activities",
        teams={"talk": {"teacher": ("bob",)}, "drill": {"helper": ("ann",)}},
        ways={"drill": "helped"},
    )
    answer = solve(near)
    assert isinstance(answer, Solved)
    assert answer.optimal
    assert {name: answer.placed[name] for name in old} == old
    others = evaluate(near, {**old, "talk": Placed(start=10, picked={"teacher": ("ann",)})})
    alone = evaluate(near, {**old, "drill": Placed(start=12, mode="alone")})
    gone = evaluate(near, {"talk": old["talk"]})
    assert [worth[2] for worth in (others, alone, gone)] == [1, 1, 0]


def test_left_out_is_worse_than_moved_but_breaks_no_promise() -> None:
    """Nine ticks of work in eight: the film goes, unless the exam was not promised and there is room elsewhere."""
    tight = day(last=8)
    answer = solve(nearest_problem(tight, Before(placed=OLD, promised=frozenset({"exam"}))))
    assert isinstance(answer, Solved)
    assert [(term.name, term.value) for term in answer.terms[:4]] == [
        (PROMISED, 0),
        (LEFT_OUT, 1),
        (MOVED, 1),
        (SHIFT, 8),
    ]
    roomy = solve(nearest_problem(day(last=9), Before(placed={**OLD, "film": Placed(start=5)})))
    assert isinstance(roomy, Solved)
    assert [(term.name, term.value) for term in roomy.terms[:3]] == [(LEFT_OUT, 0), (MOVED, 1), (SHIFT, 1)]


def test_what_is_left_out_counts_as_moved() -> None:
    """It could start where it did, were there room for it at all."""
    answer = solve(nearest_problem(day(last=8), Before(placed={"film": Placed(start=4)})))
    assert isinstance(answer, Solved)
    assert [(term.value, term.bound) for term in answer.terms[:3]] == [(1, 1), (1, 1), (8, 8)]


def test_pins_are_held_and_named_in_conflicts() -> None:
    before = Before(placed=OLD, pinned={"film": 1})
    answer = solve(nearest_problem(day(), before))
    assert isinstance(answer, Solved)
    assert answer.placed["film"].start == 1
    clash = solve(nearest_problem(day(), Before(placed=OLD, pinned={"film": 1, "exam": 2})))
    assert isinstance(clash, Conflict)
    assert {tag for tag in clash.tags if tag.rule == "PIN-01"} == {Tag("PIN-01", "film"), Tag("PIN-01", "exam")}


def test_every_name_has_its_place() -> None:
    assert NEARNESS == (PROMISED, LEFT_OUT, MOVED, SHIFT, REASSIGNED)
