"""Good schedules kept to make better ones of: the order in time of two of them mixed, or that of one varied."""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Sequence

from attrs import define, field

Starts = list[int]
SIZE = 30  # 8, 15 and 60 were worse over ten files of 60 and 120 tasks in 10 s each; 40 as good
MIXED = 0.6  # the share of orders mixed of two rather than varied of one


@define
class Pool:
    """The best different schedules so far, the shortest first."""

    dice: random.Random
    members: list[tuple[int, Starts]] = field(factory=list)
    _seen: set[tuple[int, ...]] = field(factory=set)

    def offer(self, span: int, starts: Starts) -> None:
        """Keeps it where it is new and among the best."""
        if (known := tuple(starts)) in self._seen:
            return
        self._seen.add(known)
        insort(self.members, (span, starts), key=lambda one: one[0])
        if len(self.members) > SIZE:
            longest = self.members[-1][0]
            alike = [k for k, (length, _) in enumerate(self.members) if length == longest]
            del self.members[self.dice.choice(alike)]

    def key(self) -> list[float]:
        """Urgencies for a new list: when each task began, changed in a stretch of time."""
        if len(self.members) > 1 and self.dice.random() < MIXED:
            (_, one), (_, other) = self.dice.sample(self.members, 2)
            return self._mixed(one, other)
        return self._varied(*self.dice.choice(self.members))

    def _mixed(self, one: Sequence[int], other: Sequence[int]) -> list[float]:
        """The order of `one`, and between two places in it the order of `other` (a two-point crossover)."""
        order = sorted(range(len(one)), key=one.__getitem__)
        first, last = sorted((self.dice.randrange(len(order)), self.dice.randrange(len(order))))
        order[first:last] = sorted(order[first:last], key=other.__getitem__)
        key = [0.0] * len(order)
        for place, i in enumerate(order):
            key[i] = float(place)
        return key

    def _varied(self, span: int, starts: Sequence[int]) -> list[float]:
        """Its starts, shaken in a window."""
        dice = self.dice
        width = (0.1 + 0.4 * dice.random()) * span
        first = dice.random() * span - width / 2
        most = (0.05 + 0.4 * dice.random()) * span
        return [s + most * (dice.random() - 0.5) if first <= s <= first + width else float(s) for s in starts]
