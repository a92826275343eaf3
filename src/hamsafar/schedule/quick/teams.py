"""Who does what, at once: a room in which a task begins when its whole team is free, matched to its picks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from attrs import define, field

from hamsafar.schedule.problem import Problem
from hamsafar.schedule.quick.lists import OPENERS, Stock, parallel
from hamsafar.schedule.quick.pool import Pool, Starts
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
    """Many lists after one another, each task begun as soon as a team is free: by latest start, then mixed."""

    problem: Problem
    project: Project
    seed: int = 0
    best: Starts = field(factory=list)
    teams: Mapping[int, Team] = field(factory=dict)
    _tried: int = 0
    _slots: Sequence[Sequence[tuple[str, Sequence[str]]]] = field(init=False)
    _everyone: frozenset[str] = field(init=False)
    _dice: random.Random = field(init=False)
    _pool: Pool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._slots, self._everyone = slots_of(self.problem)
        self._dice = random.Random(self.seed)
        self._pool = Pool(self._dice)

    @property
    def span(self) -> int:
        """The length of the best schedule."""
        return self.project.span(self.best)

    def step(self) -> None:
        """Makes one more list, and keeps its schedule where it is good."""
        crew = Crew(Stock(self.project), self._slots, set(self._everyone))
        starts = parallel(self.project, self._key(), crew)
        span = self.project.span(starts)
        if not self.best or span < self.span:
            self.best, self.teams = starts, crew.teams
        self._pool.offer(span, starts)
        self._tried += 1

    def _key(self) -> list[float]:
        """The latest starts, shaken but for the first time; later what the pool makes of its members."""
        if self._tried >= OPENERS:
            return self._pool.key()
        spread = 0.3 * self.span if self.best else 0.0
        lengths = zip(self.project.tails, self.project.durations, strict=True)
        return [-float(tail + duration) - spread * self._dice.random() for tail, duration in lengths]

    def picked(self, task: int) -> dict[str, tuple[str, ...]]:
        """By pick of the task, who serves in the best schedule."""
        names = {pick.name: () for pick in self.problem.tasks[task].picks}
        team = self.teams[task]
        return {name: tuple(who for pick, who in team if pick == name) for name in names}


def slots_of(problem: Problem) -> tuple[list[list[tuple[str, list[str]]]], frozenset[str]]:
    """By task one slot for each person it needs; the people that the fewest picks can use come first."""
    used: dict[str, int] = {}
    for task in problem.tasks:
        for pick in task.picks:
            for who in problem.candidates(pick):
                used[who] = used.get(who, 0) + 1
    slots = []
    for task in problem.tasks:
        rare = [(pick, sorted(problem.candidates(pick), key=used.__getitem__)) for pick in task.picks]
        slots.append([(pick.name, who) for pick, who in rare for _ in range(pick.count)])
    return slots, frozenset(used)
