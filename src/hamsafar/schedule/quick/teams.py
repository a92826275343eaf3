"""Who does what, at once: a room in which a task begins when its whole team is free, matched to its picks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from attrs import define, field

from hamsafar.schedule.problem import Problem
from hamsafar.schedule.quick.lists import Starts, Stock, parallel
from hamsafar.schedule.quick.project import Project

Team = tuple[tuple[str, str], ...]  # pick and person


@define
class Crew:
    """The room of a project whose tasks pick people: its stock, and who is free."""

    stock: Stock
    slots: Sequence[Sequence[tuple[str, Sequence[str]]]]  # by task: pick, and who may, the least versatile first
    free: set[str]
    teams: dict[int, Team] = field(factory=dict)

    def take(self, task: int) -> bool:
        """Finds a team among those who are free, and all else that the task needs."""
        team = matched(self.slots[task], self.free)
        if team is None or not self.stock.take(task):
            return False
        self.teams[task] = team
        self.free.difference_update(who for _, who in team)
        return True

    def give(self, task: int) -> None:
        """Lets the team go."""
        self.stock.give(task)
        self.free.update(who for _, who in self.teams[task])


def matched(slots: Sequence[tuple[str, Sequence[str]]], free: set[str]) -> Team | None:
    """A different free person for each slot, by augmenting paths (Kuhn 1955); None where there is none."""
    serves: dict[str, int] = {}

    def found(slot: int, seen: set[str]) -> bool:
        for who in slots[slot][1]:
            if who in free and who not in seen:
                seen.add(who)
                if who not in serves or found(serves[who], seen):
                    serves[who] = slot
                    return True
        return False

    if not all(found(slot, set()) for slot in range(len(slots))):
        return None
    return tuple((slots[slot][0], who) for who, slot in serves.items())


@define
class TeamSearch:
    """Many lists after one another, each task begun as soon as a team is free: by latest start, then varied."""

    problem: Problem
    project: Project
    floor: int
    seed: int = 0
    best: Starts = field(factory=list)
    teams: Mapping[int, Team] = field(factory=dict)

    def run(self, rounds: int) -> None:
        """Keeps the best of so many lists; stops as soon as the floor is reached."""
        project, dice = self.project, random.Random(self.seed)
        slots, everyone = self._slots()
        lengths = zip(project.tails, project.durations, strict=True)
        key: list[float] = [-float(tail + duration) for tail, duration in lengths]
        spread = 0.0
        for _ in range(rounds):
            crew = Crew(Stock(project), slots, set(everyone))
            varied = [urgency - spread * dice.random() for urgency in key]
            starts = parallel(project, varied, crew)
            if not self.best or project.span(starts) < project.span(self.best):
                self.best, self.teams = starts, crew.teams
                spread = 0.3 * project.span(starts)
            if project.span(self.best) <= self.floor:
                break

    def _slots(self) -> tuple[list[list[tuple[str, list[str]]]], set[str]]:
        """By task one slot for each person it needs; the people that the fewest picks can use come first."""
        problem = self.problem
        used: dict[str, int] = {}
        for task in problem.tasks:
            for pick in task.picks:
                for who in problem.candidates(pick):
                    used[who] = used.get(who, 0) + 1
        slots = []
        for task in problem.tasks:
            rare = [(pick, sorted(problem.candidates(pick), key=used.__getitem__)) for pick in task.picks]
            slots.append([(pick.name, who) for pick, who in rare for _ in range(pick.count)])
        return slots, set(used)

    def picked(self, task: int) -> dict[str, tuple[str, ...]]:
        """By pick of the task, who serves in the best schedule."""
        names = {pick.name: () for pick in self.problem.tasks[task].picks}
        team = self.teams[task]
        return {name: tuple(who for pick, who in team if pick == name) for name in names}
