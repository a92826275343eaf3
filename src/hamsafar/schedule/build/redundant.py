"""What follows from the constraints and helps the solver to see further. Nothing here excludes a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import gcd

from attrs import evolve, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Capacity, Choose, Lag
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.quick.floor import longest_path
from hamsafar.schedule.quick.project import only_once, picked_groups, picked_of, project_of, unions
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
    if dealt := dealt_out(problem):
        _add_dealt_out(made, makespan, dealt)


@frozen
class Dealt:
    """One of several optional tasks, all of one duration: `ways` gives each with the one person or thing it takes."""

    duration: int
    ways: Mapping[str, str]


def dealt_out(problem: Problem) -> list[Dealt]:
    """What is done by exactly one of some people, whoever it is; no task stands in two of them."""
    once, tasks, seen = only_once(problem), {task.id: task for task in problem.tasks}, set[str]()
    found = []
    for choice in problem.constraints:
        if not isinstance(choice, Choose) or choice.price is not None or (choice.least, choice.most) != (1, 1):
            continue
        ways = {name: who for name in choice.tasks for who in _only_taker(tasks[name], once)}
        durations = {tasks[name].duration for name in choice.tasks}
        if len(ways) == len(choice.tasks) > 1 == len(durations) and max(durations) and not seen & ways.keys():
            found.append(Dealt(max(durations), ways))
            seen |= ways.keys()
    return found


def _only_taker(task: Task, once: frozenset[str]) -> list[str]:
    """The one of these that an optional task in one mode always takes; none where there are none, or several."""
    if not task.optional or task.modes:
        return []
    takers = [who for who, amount in task.occupies.items() if amount and who in once]
    return takers if len(takers) == 1 else []


def _add_dealt_out(made: Variables, makespan: cp_model.IntVar, dealt: list[Dealt]) -> None:
    """Whole shares: nobody does a third of a task, so what all have to do is rounded up for each of them.

    A share is the greatest common divisor of the durations. Whoever always works `w` ticks takes at most
    (makespan - w) // share shares, and all of them together must take them all; so the makespan has a floor that no
    sum of energies shows. It is nearly always the makespan of the best schedule, and so the first value to try: the
    crew-planning files are solved in tenths of a second, which without took up to minutes.
    """
    problem, share = made.problem, gcd(*(one.duration for one in dealt))
    all_shares = sum(one.duration for one in dealt) // share
    always = dict.fromkeys(sorted({who for one in dealt for who in one.ways.values()}), 0)
    for task in problem.tasks:
        for who in always.keys() & task.occupies.keys() if not task.optional and not task.modes else ():
            always[who] += task.duration if task.occupies[who] else 0
    shares = []
    for who, busy in always.items():
        taken = made.model.new_int_var(0, all_shares, f"shares[{who}]")
        mine = [(one.duration // share, way) for one in dealt for way, taker in one.ways.items() if taker == who]
        made.model.add(taken == sum(count * made.present[way] for count, way in mine))
        made.model.add(makespan >= busy + share * taken)
        shares.append(taken)
    made.model.add(sum(shares) == all_shares)
    floor = least_span(list(always.values()), share, all_shares)
    made.model.add(makespan >= floor)
    if not problem.hint:
        lowest: int = made.model.proto.variables[makespan.index].domain[0]
        made.model.add_hint(makespan, max(floor, lowest, _longest_chain(problem)))


def least_span(busy: list[int], share: int, shares: int) -> int:
    """The least time in which people who are busy for so long can take so many shares, all of one length, besides."""
    low, high = max(busy), max(busy) + share * shares  # one of them can take all
    while low < high:
        middle = (low + high) // 2
        if sum((middle - one) // share for one in busy) >= shares:
            high = middle
        else:
            low = middle + 1
    return low


def _longest_chain(problem: Problem) -> int:
    """The longest chain of lags through what must be there."""
    tasks = {t.id: t.duration for t in problem.tasks if not (t.optional or t.modes or t.breaks)}
    project = project_of(
        evolve(
            problem,
            tasks=tuple(Task(id=name, duration=duration) for name, duration in tasks.items()),
            constraints=tuple(_least_lags(problem, tasks)),
        )
    )
    return 0 if project is None else longest_path(project)


def _least_lags(problem: Problem, tasks: Mapping[str, int]) -> Iterator[Lag]:
    lags = (c for c in problem.constraints if isinstance(c, Lag) and c.before in tasks and c.after in tasks)
    return (evolve(lag, max_gap=None) for lag in lags if lag.price is None and lag.min_gap is not None)


def _fixed(capacity: Capacity) -> bool:
    return capacity.price is None and not capacity.changes


def _duration(made: Variables, task: str, mode: str) -> int:
    return made.tasks[task].way(mode).duration
