"""A schedule beside an old one: what can stays where it was, and only the rest looks for a place, each in turn.

The same hand as the first schedule's (`hint.py`). Whoever finds no place makes more give way the next time: what stands
near the place it would have, and what is tied to it, further and further off; in the end all is placed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random

from attrs import define

from hamsafar.planning import ticks
from hamsafar.planning.training.hint import STEPS, first_schedule
from hamsafar.planning.training.passes import Ground, Run
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Pick, Task

_REACH_D = (0, 3, 7, 14, 28)  # how far off what stands in the way gives way, pass by pass
_PASSES, _FEW = 5, 8  # passes for each reach, where no more than a few find no place
_DAY = 1_440


def schedule_beside(problem: Problem, old: Mapping[str, Placed]) -> dict[str, int]:
    """Starts for as many tasks as found a place, few of them elsewhere than in the old schedule.

    The same for the same problem, always. Of objectives only lateness is minded.
    """
    ground = Ground(problem)
    known = _known(ground)
    before = {name: place for name, place in old.items() if name in ground.tasks} | known
    freed, urgency, dice = set[str](), dict.fromkeys(ground.tasks, 0), Random(0)
    for reach_d in _REACH_D:
        for _ in range(_PASSES):
            found = _kept(ground, before, known.keys(), freed, urgency).starts()
            missing = [name for name in ground.tasks if name not in found]
            if not missing:
                return found
            if len(missing) > _FEW:
                break
            for name in sorted(_tied(ground, missing)):
                urgency[name] += dice.choice(STEPS)
        freed |= {*missing, *_near(ground, missing, before, reach_d * _DAY)}
    return first_schedule(problem)


def _kept(
    ground: Ground, before: Mapping[str, Placed], first: Collection[str], freed: set[str], urgency: Mapping[str, int]
) -> _Beside:
    """A pass in which all but the freed are where they were; who can't be is freed too, with all that is tied to it."""
    in_turn = sorted(before, key=lambda name: (name not in first, before[name].start, name))
    while True:
        freed |= _tied(ground, freed)
        run = _Beside(ground, {}, ground.deadlines(urgency), old=before)
        out = {name for name in in_turn if name in first or name not in freed if not run.keep(name, sure=name in first)}
        if not out:
            return run
        freed |= out


def _known(ground: Ground) -> dict[str, Placed]:
    """What can start at one time only and needs nobody to be picked, such as all that has happened."""
    return {
        name: Placed(start=starts[0][0])
        for name, starts in ground.domains.items()
        if len(starts) == 1 and starts[0][0] == starts[0][1] and not ground.tasks[name].picks
    }


def _tied(ground: Ground, names: Iterable[str]) -> set[str]:
    """These, and whatever must lie within some time of them: a journey moves as one."""
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += (lag.after for lag in ground.lags_from[name] if lag.max_gap is not None)
            waiting += (lag.before for lag in ground.lags_into[name] if lag.max_gap is not None)
    return found


def _near(ground: Ground, missing: Collection[str], before: Mapping[str, Placed], reach: int) -> set[str]:
    """Who takes what they need, near where they were or could be first, and who comes right before or after them."""
    found = set[str]()
    for name in missing:
        needs = ground.tasks[name].occupies.keys()
        domain = ground.domains[name] or ((ground.problem.first, ground.problem.first),)
        was = before[name].start if name in before else domain[0][0]
        can_be = ticks.earliest(domain, was)
        first, last = was - reach, (was if can_be is None else can_be) + 2 * reach
        orders = [*ground.lags_into[name], *ground.lags_from[name]]
        others = {lag.before for lag in orders} | {lag.after for lag in orders}
        for other, place in before.items():
            if first <= place.start <= last and (other in others or needs & ground.tasks[other].occupies.keys()):
                found.add(other)
    return found


@define(kw_only=True)
class _Beside(Run):
    """One pass in which much is placed already: what comes behind binds as well as what comes before."""

    old: Mapping[str, Placed]

    def keep(self, name: str, *, sure: bool) -> bool:
        """Lays a task where it was, if it fits there; one that is sure to be there without asking."""
        task, start, people = self.ground.tasks[name], self.old[name].start, list[str]()
        if not sure:
            self.punctual = False
            found = self._next(task, start)
            self.punctual = True
            if found is None or found[0] != start:
                return False
            people = found[1]
        self._place(task, start, people)
        return True

    def _earliest(self, task: Task) -> tuple[int, list[str]] | None:
        """From where it was on, else from the beginning."""
        was = self.old[task.id].start if task.id in self.old else self.ground.problem.first
        return self._earliest_from(task, was) or self._earliest_from(task, self.ground.problem.first)

    def _lag_bounds(self, task: Task) -> tuple[int, int]:
        soonest, latest = Run._lag_bounds(self, task)
        for lag in self.ground.lags_from[task.id]:
            if lag.after in self.at:
                start = self.at[lag.after] - task.duration
                latest = latest if lag.min_gap is None else min(latest, start - lag.min_gap)
                soonest = soonest if lag.max_gap is None else max(soonest, start - lag.max_gap)
        return soonest, latest

    def _in_turn(self, task: Task, pick: Pick) -> Sequence[str]:
        """Who was picked before comes first."""
        was = self.old[task.id].picked.get(pick.name, ()) if task.id in self.old else ()
        return (*(one for one in was if one in pick.candidates), *(one for one in pick.candidates if one not in was))
