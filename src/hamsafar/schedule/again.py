"""Planning again: a schedule for a problem of which most is known already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve

from hamsafar.schedule.engine import Engine
from hamsafar.schedule.making import hint_placed, placed_by
from hamsafar.schedule.model import assemble
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

# Share and presolve of one try after another: a search without luck is soon given up.
TRIES = ((0.02, False), (0.02, True), (0.04, False), (0.08, True), (0.16, False), (1.0, True))
HELD_SHARE = 0.1  # of the effort while nearly everything is held
_HELD = Tag("held", detail="where a schedule without the conflict has it")


def planned(
    part: Problem,
    engine: Engine,
    known: Mapping[str, Placed] | None = None,
    wanted: Mapping[str, Placed] | None = None,
    free: Collection[str] = (),
) -> tuple[str, Mapping[str, Placed] | None]:
    """How the search for any schedule ended, and the schedule where there is one; objectives are not looked at.

    First all but the `wanted` tasks, and those `free` besides, are held where they are `known` to lie; then those are
    held where they are wanted; then all are free.
    """
    wanted, hint = wanted or {}, {**(known or {}), **(wanted or {})}
    for others, loose in ((known, {*wanted, *free}), (wanted, ())):
        if others:
            built = assemble(held(part, others, loose))
            hint_placed(built.variables, hint)
            run = engine.run(built.model, share=HELD_SHARE, workers=1)
            if run.found:
                return run.status, placed_by(built.variables, run.values)
    built = assemble(
        part
    )  # without a hint: one that does not nearly fit keeps CP-SAT from what it soon finds by itself
    for k, (share, presolve) in enumerate(TRIES):
        workers = engine.workers if presolve else without_presolve(engine)
        run = engine.run(built.model, share=share, seed_shift=k, presolve=presolve, workers=workers)
        if run.status != "unknown":
            break
    return run.status, placed_by(built.variables, run.values) if run.found else None


def without_presolve(engine: Engine) -> int:
    """How many workers may go without presolve.

    Where only effort stops them they are interleaved, and CP-SAT 9.15 aborts the process when those see, before they
    have begun, that there is no schedule.
    """
    return 1 if engine.ends_at_s is None else engine.workers


def held(part: Problem, known: Mapping[str, Placed], free: Collection[str]) -> Problem:
    """The same with all tasks but these where they are known to lie, done by whom and how it is known."""
    tasks = (
        _held_task(task, known[task.id]) if task.id in known and task.id not in free else task for task in part.tasks
    )
    return evolve(part, tasks=tuple(tasks))


def _held_task(task: Task, place: Placed) -> Task:
    here = Allowed(ranges=((place.start, place.start),), tag=_HELD)
    modes = (evolve(mode, picks=_held_picks(mode.picks, place)) for mode in task.modes if mode.id == place.mode)
    return evolve(task, allowed=(*task.allowed, here), picks=_held_picks(task.picks, place), modes=tuple(modes))


def _held_picks(picks: Iterable[Pick], place: Placed) -> tuple[Pick, ...]:
    return tuple(evolve(pick, candidates=place.picked.get(pick.name, ()), skill="", level=0) for pick in picks)
