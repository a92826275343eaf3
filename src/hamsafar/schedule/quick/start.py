"""What is known of a problem before the solver is asked: a schedule, and a floor of its makespan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define

from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.quick.floor import floor_of
from hamsafar.schedule.quick.lists import ListSearch
from hamsafar.schedule.quick.project import project_of
from hamsafar.schedule.quick.teams import TeamSearch, matched

FIRST_LISTS = 1_000  # lists x tasks, some 10 ms: three times as many close no more files of the public sets
EFFORT_A_LIST = 4e-5  # and task: about what such a list takes in seconds on one core, counted so that effort repeats


@define
class Start:
    """A search by lists, the best schedule it has found, and a value that no makespan is below."""

    problem: Problem
    search: ListSearch | TeamSearch
    floor: int

    @property
    def placed(self) -> Mapping[str, Placed]:
        """The best schedule."""
        tasks, search, first = self.problem.tasks, self.search, self.problem.first
        return {
            task.id: Placed(start=first + start, mode=task.ways[0].id, picked=search.picked(k))
            for k, (task, start) in enumerate(zip(tasks, search.best, strict=True))
        }

    @property
    def fits(self) -> bool:
        """Whether it lies in the horizon."""
        return self.problem.first + self.search.span <= self.problem.last

    @property
    def picks(self) -> bool:
        """Whether people are picked: then more lists find little that the solver doesn't."""
        return isinstance(self.search, TeamSearch)

    def improve(self, effort: float, stop: Callable[[], bool]) -> float:
        """Makes lists until this effort is used, the floor is reached or somebody stops it; tells the effort used."""
        each = EFFORT_A_LIST * len(self.problem.tasks)
        used = 0.0
        while self.search.span > self.floor and used + each <= effort and not stop():
            self.search.step()
            used += each
        return used


def quick_start(problem: Problem, seed: int = 0) -> Start | None:
    """A first schedule of a plain project whose makespan is to be short; None for any other problem."""
    if not problem.objectives or not isinstance(problem.objectives[0], Makespan) or problem.hint:
        return None
    project = project_of(problem)
    if project is None or not problem.tasks or not _teams_exist(problem):
        return None
    floor = floor_of(project)
    search: ListSearch | TeamSearch
    if any(task.picks for task in problem.tasks):
        search = TeamSearch(problem=problem, project=project, seed=seed)
    else:
        search = ListSearch(project=project, seed=seed)
    for _ in range(max(6, FIRST_LISTS // len(problem.tasks))):
        search.step()
        if search.span <= floor:
            break
    start = Start(problem, search, floor)
    return start if start.fits else None


def _teams_exist(problem: Problem) -> bool:
    """Whether every task finds a team when all are free."""
    everybody = {who for task in problem.tasks for pick in task.picks for who in problem.candidates(pick)}
    for task in problem.tasks:
        slots = [(pick.name, problem.candidates(pick)) for pick in task.picks for _ in range(pick.count)]
        if matched(slots, everybody) is None:
            return False
    return True
