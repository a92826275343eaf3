"""Schedules by list: each task as early as it fits, in the order of a priority; then pushed right and left again.

Serial and parallel schedule generation after Kolisch (1996, European Journal of Operational Research 90, 320-333);
double justification after Valls, Ballestin and Quintanilla (2005, EJOR 165, 375-386).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Protocol

from attrs import define, field

from hamsafar.schedule.quick.pool import Pool, Starts
from hamsafar.schedule.quick.project import Project

OPENERS = 50  # lists before the first that is made of others
JUSTIFY_ROUNDS = 4


def serial(project: Project, order: Sequence[int]) -> Starts:
    """Each task as early as it fits beside those placed before it, in an order that keeps the arcs."""
    durations, packed, guard = project.durations, project.packed, project.guard
    starts = [0] * len(durations)
    free: list[int] = []
    for i in order:
        begin = max([0, *(starts[j] + distance for j, distance in project.before[i])])
        length, need = durations[i], packed[i]
        if need and length:
            now = begin
            while now < begin + length:
                if now >= len(free):
                    free.extend([project.free] * (now - len(free) + length))
                if (free[now] - need) & guard != guard:
                    begin = now + 1
                now += 1
            for now in range(begin, begin + length):
                free[now] -= need
        starts[i] = begin
    return starts


def by_key(project: Project, key: Sequence[float]) -> list[int]:
    """The order of falling urgency (the smallest key first) that keeps the arcs."""
    waiting = [len(arcs) for arcs in project.before]
    ready = [(key[i], i) for i, count in enumerate(waiting) if not count]
    heapify(ready)
    order = []
    while ready:
        _, i = heappop(ready)
        order.append(i)
        for j, _ in project.after[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heappush(ready, (key[j], j))
    return order


class Room(Protocol):
    """Says whether a task fits now, beside those that have begun and not ended."""

    def take(self, task: int) -> bool:
        """Takes what the task needs, if it is there."""

    def give(self, task: int) -> None:
        """Gives it back at the task's end."""


@define
class Stock:
    """The room of a project: what is free of its resources."""

    project: Project
    free: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.free = self.project.free

    def take(self, task: int) -> bool:
        """Takes what the task needs, if it is there."""
        left = self.free - self.project.packed[task]
        fits = left & self.project.guard == self.project.guard
        self.free = left if fits else self.free
        return fits

    def give(self, task: int) -> None:
        """Gives it back at the task's end."""
        self.free += self.project.packed[task]


def parallel(project: Project, key: Sequence[float], room: Room) -> Starts:
    """Time goes forward; at each moment whatever is ready and fits begins, the smallest key first."""
    starts = [0] * len(project.durations)
    earliest = [0] * len(project.durations)
    waiting = [len(arcs) for arcs in project.before]
    ready = sorted((key[i], i) for i, count in enumerate(waiting) if not count)
    ends: list[tuple[int, int]] = []
    now, left = 0, len(project.durations)
    while left:
        begun, later = [], []
        for urgency, i in ready:
            if earliest[i] <= now and room.take(i):
                begun.append(i)
            else:
                later.append((urgency, i))
        for i in begun:
            starts[i] = now
            heappush(ends, (now + project.durations[i], i))
            for j, distance in project.after[i]:
                earliest[j] = max(earliest[j], now + distance)
                waiting[j] -= 1
                if not waiting[j]:
                    later.append((key[j], j))
        ready, left = sorted(later), left - len(begun)
        if begun and any(earliest[i] <= now for _, i in ready):
            continue
        now = _next_moment(now, ends, [earliest[i] for _, i in ready])
        while ends and ends[0][0] <= now:
            room.give(heappop(ends)[1])
    return starts


def _next_moment(now: int, ends: Sequence[tuple[int, int]], earliest: Sequence[int]) -> int:
    later = [moment for moment in earliest if moment > now]
    if ends:
        later.append(ends[0][0])
    return max(now, min(later, default=now))


def justified(project: Project, backwards: Project, starts: Starts) -> Starts:
    """Everything as late as it fits, then as early again, for as long as the whole gets shorter."""
    best, span = starts, project.span(starts)
    place = {i: k for k, i in enumerate(project.order)}
    for _ in range(JUSTIFY_ROUNDS):
        ends = [start + duration for start, duration in zip(starts, project.durations, strict=True)]
        late = serial(backwards, by_key(backwards, [-end for end in ends]))
        length = backwards.span(late)
        early = [length - start - duration for start, duration in zip(late, project.durations, strict=True)]
        starts = serial(project, by_key(project, [start + place[i] / len(place) for i, start in enumerate(early)]))
        if (now := project.span(starts)) >= span:
            break
        best, span = starts, now
    return best


@define
class ListSearch:
    """Many lists after one another: the well-known priorities first, then mixtures of the best schedules found."""

    project: Project
    seed: int = 0
    best: Starts = field(factory=list)
    _tried: int = 0
    _keys: list[list[float]] = field(init=False)
    _backwards: Project = field(init=False)
    _dice: random.Random = field(init=False)
    _pool: Pool = field(init=False)

    def __attrs_post_init__(self) -> None:
        project = self.project
        self._backwards, self._dice = project.reversed(), random.Random(self.seed)
        self._pool = Pool(self._dice)
        latest_start = [-(tail + duration) for tail, duration in zip(project.tails, project.durations, strict=True)]
        self._keys = [[float(k) for k in latest_start], [-float(tail) for tail in project.tails], _followers(project)]

    @property
    def span(self) -> int:
        """The length of the best schedule."""
        return self.project.span(self.best)

    def step(self) -> None:
        """Makes one more list, justifies its schedule, and keeps it where it is good."""
        starts = justified(self.project, self._backwards, self._list())
        span = self.project.span(starts)
        if not self.best or span < self.span:
            self.best = starts
        self._pool.offer(span, starts)
        self._tried += 1

    def picked(self, _task: int) -> Mapping[str, tuple[str, ...]]:
        """Who was picked: nobody is asked for."""
        return {}

    def _list(self) -> Starts:
        k, plain = self._tried, len(self._keys)
        if k < plain:
            return parallel(self.project, self._keys[k], Stock(self.project))
        if k < 2 * plain:
            return serial(self.project, by_key(self.project, self._keys[k - plain]))
        if k < OPENERS:
            key = self._dice.choice(self._keys)
            spread = 0.3 * (max(key) - min(key) + 1)
            return parallel(self.project, [k + spread * self._dice.random() for k in key], Stock(self.project))
        return serial(self.project, by_key(self.project, self._pool.key()))


def _followers(project: Project) -> list[float]:
    """Minus how many tasks come after each, near or far."""
    all_after = [0] * len(project.durations)
    for i in reversed(project.order):
        for j, _ in project.after[i]:
            all_after[i] |= all_after[j] | 1 << j
    return [-float(mask.bit_count()) for mask in all_after]
