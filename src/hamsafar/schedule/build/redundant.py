"""What follows from the constraints and helps the solver to see further. Nothing here excludes a schedule."""

from __future__ import annotations

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Capacity
from hamsafar.schedule.quick.project import only_once, picked_groups, picked_of, unions
from hamsafar.schedule.tasks import Task
from hamsafar.schedule.variables import Variables


def add_team_capacities(made: Variables) -> None:
    """Of the people who can do some of the jobs, no more can be busy with these jobs than there are.

    One cumulative a union of candidate lists, where some task needs more than one person: on the sets of Young, Feydy
    and Schutt (2017) twice as many are proved with them; where each task needs one person they only cost time.
    """
    problem, once = made.problem, only_once(made.problem)
    tasks = [task for task in problem.tasks if _steady(task) and made.possible[task.id]]
    groups = [group for group in picked_groups(problem) if group <= once]
    if max((sum(pick.count for pick in task.picks) for task in tasks), default=0) < 2:
        return
    for people in unions(groups):
        needs = {task.id: picked_of(problem, task, people) for task in tasks}
        needs = {name: need for name, need in needs.items() if need}
        if sum(needs.values()) > len(people):
            intervals = [made.interval(name, made.tasks[name].ways[0].duration, made.present[name]) for name in needs]
            made.model.add_cumulative(intervals, list(needs.values()), len(people))


def _steady(task: Task) -> bool:
    plain = len(task.ways) == 1 and task.ways[0].duration > 0 and task.breaks is None
    return plain and not any(pick.price for pick in task.picks)


def add_energies(made: Variables, makespan: cp_model.IntVar) -> None:
    """Where modes or people are chosen: what all take of one thing, times how long, fits into it until the end.

    On the iMOPSE set files that stayed open for 40 s are proved in seconds with it.
    """
    problem = made.problem
    chosen = any(len(ways) > 1 for ways in made.ways.values())
    sizes = {c.resource: c.capacity for c in problem.constraints if isinstance(c, Capacity) and _fixed(c)}
    for resource, size in (sizes | dict.fromkeys(sorted(only_once(problem)), 1)).items():
        takes = made.takes.get(resource, ())
        if chosen or any(take.picked for take in takes):
            energy = [min(take.amount, size) * _duration(made, take.task, take.mode) * take.literal for take in takes]
            made.model.add(size * makespan >= sum(energy))


def _fixed(capacity: Capacity) -> bool:
    return capacity.price is None and not capacity.changes


def _duration(made: Variables, task: str, mode: str) -> int:
    return made.tasks[task].way(mode).duration
