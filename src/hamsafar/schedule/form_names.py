"""Names in a file that nothing else in it knows: most likely misspelt, so they are told with the nearest that is known.

Code may leave resources unlimited by not naming them anywhere; in a file that people write, a resource that nobody
limits and that is no person is taken for a slip of the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hamsafar.schedule.constraints import (
    Apart,
    Budget,
    Capacity,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Rolling,
    SamePeople,
    Together,
)
from hamsafar.schedule.faults import Fault, Names, Path, shown
from hamsafar.schedule.objectives import Consumed, Peak
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Mode, Pick, Task
from hamsafar.schedule.validate_tasks import milestone_faults


def typos_of(problem: Problem, told: Iterable[str] = ()) -> Iterator[Fault]:
    """Resources that no capacity, no-overlap or budget names and that are no person, and fields that say nothing.

    `told` are further names that count as known.
    """
    told = tuple(told)
    limited = (c.resource for c in problem.constraints if isinstance(c, NoOverlap | Capacity))
    taken = Names.of((*told, *limited, *(person.id for person in problem.people)))
    budgets = (c.resource for c in problem.constraints if isinstance(c, Budget))
    wanted = (o.resource for o in problem.objectives if isinstance(o, Consumed))
    used_up = Names.of((*told, *budgets, *wanted))
    for number, task in enumerate(problem.tasks):
        yield from _task_typos(task, ("activities", number), taken, used_up)
    for number, constraint in enumerate(problem.constraints):
        at: Path = ("constraints", number)
        match constraint:
            case Load() | Rolling() | Apart():
                yield from _unknown(constraint.picked, (*at, "picked"), taken)
            case PickAllowed():
                yield from _unknown(constraint.candidate, (*at, "candidate"), taken)
            case SamePeople() | OtherPeople() | Together() | NeverTogether():
                for position, who in enumerate(constraint.people):
                    yield from _unknown(who, (*at, "people", position), taken)
    for number, objective in enumerate(problem.objectives):
        for position, load in enumerate(objective.loads if isinstance(objective, Peak) else ()):
            yield from _unknown(load.picked, ("objectives", number, "loads", position, "picked"), taken)


def _task_typos(task: Task, at: Path, taken: Names, used_up: Names) -> Iterator[Fault]:
    yield from _way_typos(task, at, taken, used_up)
    for number, mode in enumerate(task.modes):
        yield from _way_typos(mode, (*at, "modes", number), taken, used_up)
    for name in ("duration", "occupies", "consumes") if task.modes else ():
        if getattr(task, name):
            yield Fault((*at, name), "counts for nothing beside modes; give it in each of them")
    yield from milestone_faults(task, at)


def _way_typos(way: Task | Mode, at: Path, taken: Names, used_up: Names) -> Iterator[Fault]:
    for resource in way.occupies:
        yield from _unknown(resource, (*at, "occupies", resource), taken)
    for resource in way.consumes:
        if resource not in used_up:
            words = f"no budget and no consumed objective names {shown(resource)}{used_up.near(resource)}"
            yield Fault((*at, "consumes", resource), words, on_key=True)
    for number, pick in enumerate(way.picks):
        yield from _pick_typos(pick, (*at, "picks", number), taken)


def _pick_typos(pick: Pick, at: Path, taken: Names) -> Iterator[Fault]:
    for number, who in enumerate(pick.candidates):
        yield from _unknown(who, (*at, "candidates", number), taken)
    if pick.level and not pick.skill:
        yield Fault((*at, "level"), "counts for nothing without a skill", also=((*at, "skill"),))


def _unknown(resource: str | None, at: Path, known: Names) -> Iterator[Fault]:
    if resource is not None and resource not in known:
        words = f"{shown(resource)} is no person, and no capacity or no-overlap names it{known.near(resource)}"
        yield Fault(at, words, on_key=at[-1] == resource)
