"""What an objective asks of one activity alone: what its place costs, and where it would rather lie.

It guides what is set free, and proves nothing: where an objective is not a sum over activities (the latest end, a
peak, the price of what is soft) every activity counts the same.
"""

from __future__ import annotations

from attrs import define

from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Lateness,
    LeftOut,
    LostValue,
    Makespan,
    Moved,
    Objective,
    WeightedStarts,
)
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Task


@define
class Wishes:
    """One objective of a problem, task by task."""

    problem: Problem
    objective: Objective
    tasks: dict[str, Task]

    def cost(self, name: str, place: Placed | None) -> int:
        """What the place costs, or to be left out, counted from 0 up."""
        objective, first = self.objective, self.problem.first
        match objective:
            case LostValue():
                return self.tasks[name].value if place is None else 0
            case LeftOut():
                return objective.weights.get(name, 0) if place is None else 0
            case Moved():
                return int(name in objective.starts and (place is None or place.start != objective.starts[name]))
            case AwayFromPreferred() if name in objective.preferred:
                return objective.left_out if place is None else abs(place.start - objective.preferred[name])
            case WeightedStarts() if place is not None:
                weight, last = objective.weights.get(name, 0), self.problem.last
                return weight * (place.start - first) if weight >= 0 else -weight * (last - place.start)
            case Lateness() if place is not None and name in objective.due:
                due, weight = objective.due[name]
                return weight * max(0, self.tasks[name].end(place.start, place.mode) - due)
            case Makespan() if place is not None:
                return place.start - first
        return 0

    def tick(self, name: str) -> int | None:
        """When it would rather start; None where that is all the same."""
        objective = self.objective
        match objective:
            case AwayFromPreferred():
                return objective.preferred.get(name)
            case Moved():
                return objective.starts.get(name)
            case WeightedStarts() if weight := objective.weights.get(name, 0):
                return self.problem.first if weight > 0 else self.problem.last
            case Lateness() if name in objective.due:
                due = objective.due[name][0]
                return due - min(way.duration for way in self.tasks[name].ways)
            case Makespan():
                return self.problem.first
        return None

    def within(self, name: str, place: Placed | None, slack: int) -> tuple[int, int] | None:
        """The starts that are no more than so much further from where it would rather lie than it is now."""
        wish = self.tick(name)
        if wish is None or place is None or not isinstance(self.objective, AwayFromPreferred):
            return None
        far = abs(place.start - wish) + slack
        return wish - far, wish + far
