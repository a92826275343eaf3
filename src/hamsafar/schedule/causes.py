"""Why each task that is not where it was had to move, as far as that is known: in tags, to be told in words.

What no longer allows the old place by itself is looked up; so is whom the task would clash with there, as everybody now
lies. Whether it had to move is asked of the solver: is there a plan as near in which it stays? If so, it is one of
several that could have moved, and those that would move instead are named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from attrs import evolve, frozen

from hamsafar.schedule.check import JUDGES, check
from hamsafar.schedule.check_facts import Facts, Present, facts_of, present_of
from hamsafar.schedule.constraints import (
    AllOrNone,
    Capacity,
    Choose,
    Constraint,
    Implies,
    Load,
    NoOverlap,
    Reservoir,
    Rolling,
)
from hamsafar.schedule.engine import RUN_EFFORT, Engine
from hamsafar.schedule.making import placed_by
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.nearest import LEFT_OUT, MOVED, PROMISED, Before, nearest_problem, placed_before
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.tasks import Tag, Task

EFFORT = 2.0  # where nobody says how much
QUESTIONS = 20  # put to the solver at most
ASK_SHARE = 0.2  # of what is left, for one of them

Kind = Literal["not allowed", "clash", "one of", "free"]


@frozen(kw_only=True)
class Cause:
    """Why a task is not where it was.

    `not allowed`: its old place breaks these tags, whatever the others do. `clash`: there it would break these, with
    these other tasks where they now lie. `one of`: the same, but it could stay if these others moved or were left out
    instead. `free`: nothing keeps it from staying; the search ended before it was put back, or it moved for something
    that the problem wants more. `proved`: no plan that is as near keeps it where it was.
    """

    kind: Kind
    tags: tuple[Tag, ...] = ()
    tasks: tuple[str, ...] = ()
    proved: bool = False


def why_moved(
    problem: Problem,
    before: Before,
    answer: Solved,
    *,
    seed: int = 0,
    effort: float = EFFORT,
    time_limit_s: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, Cause]:
    """The cause of every task that was in the old plan and lies elsewhere in the answer, or is left out."""
    near = nearest_problem(problem, before)
    tasks = {task.id: task for task in near.tasks}
    old = placed_before(problem, before)
    moved = [name for name, place in old.items() if not _stays(name, place, answer)]
    found = {name: _seen(near, tasks[name], old[name], answer.placed) for name in moved}
    asked = [name for name in moved if found[name].kind == "clash"][:QUESTIONS]
    if asked:
        ends_at_s = None if time_limit_s is None else time.monotonic() + time_limit_s
        engine = Engine(left=effort, seed=seed, ends_at_s=ends_at_s, should_stop=should_stop, each=RUN_EFFORT)
        built = _as_near(near, answer)
        for name in asked:
            found[name] = _asked(built, engine, near, name, old, found[name], answer)
    return found


def _stays(name: str, place: Placed, answer: Solved) -> bool:
    return name in answer.placed and answer.placed[name].start == place.start


# ---- what can be seen


def _seen(problem: Problem, task: Task, place: Placed, placed: Mapping[str, Placed]) -> Cause:
    """What its old place breaks: by itself, or with the others as they now lie."""
    known = {way.id for way in task.ways}
    there = placed.get(task.id)
    back = evolve(there if there is not None else place, start=place.start)
    back = back if back.mode in known else evolve(back, mode=task.ways[0].id, picked={})
    alone = evolve(problem, tasks=(task,), constraints=tuple(_forbidding(problem.constraints)), objectives=())
    broken = [one for one in check(alone, {task.id: back}) if one.kind != "pick"]
    if broken:
        tags = dict.fromkeys(one.tag for one in broken if one.tag is not None)
        return Cause(kind="not allowed", tags=tuple(tags), proved=there is None or not task.modes)
    present = present_of(task, back)
    clashes = list(_clashes(problem, present, placed)) if present is not None else []
    if not clashes:
        return Cause(kind="free")
    tags = dict.fromkeys(tag for tag, _ in clashes)
    others = dict.fromkeys(name for _, names in clashes for name in names if name != task.id)
    return Cause(kind="clash", tags=tuple(tags), tasks=tuple(others))


def _forbidding(constraints: tuple[Constraint, ...]) -> Iterator[Constraint]:
    """What one task can break alone: not what asks for others to be there."""
    for asked in constraints:
        if isinstance(asked, Load | Rolling):
            yield evolve(asked, least=0)
        elif not isinstance(asked, Choose | AllOrNone | Implies | Reservoir):
            yield asked


def _clashes(problem: Problem, back: Present, placed: Mapping[str, Placed]) -> Iterator[tuple[Tag, tuple[str, ...]]]:
    """The hard constraints that the schedule breaks with the task back in its place, and with whom."""
    facts = facts_of(problem, placed)
    whole = Facts(problem, {**facts.present, back.id: back})
    for asked in problem.constraints:
        if asked.price is not None:
            continue
        about = whole
        if isinstance(asked, NoOverlap | Capacity):  # of those who take it, only who is near
            if not back.taken(asked.resource):
                continue
            reach = max((ticks for *_, ticks in asked.setup), default=0) if isinstance(asked, NoOverlap) else 0
            near = (t for t in whole.present.values() if t.start < back.end + reach and back.start < t.end + reach)
            about = Facts(problem, {there.id: there for there in near})
        for finding in JUDGES[type(asked)][0](asked, about):
            if back.id in finding.tasks:
                yield asked.tag, finding.tasks


# ---- what has to be asked


def _as_near(near: Problem, answer: Solved) -> Assembled:
    """The problem held to what the answer came to in promises, values and moves."""
    built = assemble(near)
    values = {term.name: term.value for term in answer.terms}
    for term in built.terms:
        if term.name in (PROMISED, LEFT_OUT, MOVED) and term.name in values and not isinstance(term.cost, int):
            built.model.add(term.cost <= values[term.name])
    return built


def _asked(
    built: Assembled,
    engine: Engine,
    near: Problem,
    name: str,
    old: Mapping[str, Placed],
    seen: Cause,
    answer: Solved,
) -> Cause:
    """Whether a plan as near keeps the task where it was, and who moves instead."""
    made = built.variables
    moves = next(term.each for term in built.terms if term.name == MOVED).get(name)
    if moves is None or engine.spent:
        return seen
    model = built.model
    model.clear_hints()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
    model.clear_assumptions()
    for other, place in answer.placed.items():
        if other != name:
            model.add_hint(made.start[other], place.start - near.first)
    model.add_assumptions([moves.negated()])
    run = engine.run(model, share=ASK_SHARE, presolve=False, workers=1)
    if run.status == "infeasible":
        return evolve(seen, proved=True)
    if not run.found:
        return seen
    instead = placed_by(made, run.values)
    others = tuple(
        other
        for other, place in old.items()
        if _stays(other, place, answer) and (other not in instead or instead[other].start != place.start)
    )
    return Cause(kind="one of", tags=seen.tags, tasks=others) if others else Cause(kind="free", tags=seen.tags)
