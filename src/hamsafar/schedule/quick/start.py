"""What is known of a problem before the solver is asked: a schedule, and a floor of its makespan."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.quick.floor import floor_of
from hamsafar.schedule.quick.lists import ListSearch
from hamsafar.schedule.quick.project import Project, project_of
from hamsafar.schedule.quick.teams import TeamSearch

LISTS_WORTH = 3_000  # lists x tasks: some 10 ms for a project, 50 ms where teams are matched


@frozen
class Start:
    """A schedule that holds, and a value that no makespan is below."""

    placed: Mapping[str, Placed]
    floor: int


def quick_start(problem: Problem, seed: int = 0) -> Start | None:
    """A first schedule of a plain project whose makespan is to be short; None for any other problem."""
    if not problem.objectives or not isinstance(problem.objectives[0], Makespan) or problem.hint:
        return None
    project = project_of(problem)
    if project is None or not problem.tasks:
        return None
    floor = floor_of(project)
    rounds = max(6, LISTS_WORTH // len(problem.tasks))
    picks = any(task.picks for task in problem.tasks)
    placed = (_with_teams if picks else _alone)(problem, project, floor, seed, rounds)
    length = max(place.start + task.ways[0].duration for task, place in zip(problem.tasks, placed, strict=True))
    if length > problem.last:
        return None
    return Start({task.id: place for task, place in zip(problem.tasks, placed, strict=True)}, floor)


def _alone(problem: Problem, project: Project, floor: int, seed: int, rounds: int) -> list[Placed]:
    starts = ListSearch(project=project, floor=floor, seed=seed).run(rounds)
    tasks = zip(problem.tasks, starts, strict=True)
    return [Placed(start=problem.first + start, mode=task.ways[0].id) for task, start in tasks]


def _with_teams(problem: Problem, project: Project, floor: int, seed: int, rounds: int) -> list[Placed]:
    search = TeamSearch(problem=problem, project=project, floor=floor, seed=seed)
    search.run(rounds)
    return [
        Placed(start=problem.first + start, mode=task.ways[0].id, picked=search.picked(k))
        for k, (task, start) in enumerate(zip(problem.tasks, search.best, strict=True))
    ]
