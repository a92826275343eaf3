"""Where a task could go, and who would have to leave its old place for that.

Only what is sure and plain is looked at: things that a task takes in every way it can be done, orders between two. So
whoever is named here does stand in the way; that nobody is named does not mean that there is room.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf

from attrs import define, field, frozen

from hamsafar.schedule.constraints import Capacity, Lag, NoOverlap
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.tasks import Task

Blocked = tuple[float, float, str]  # starts [first, last] at which a task is in the way


@frozen
class Slot:
    """Starts [first, last] at which just these tasks would be in the way if they stayed where they were."""

    first: int
    last: int
    blockers: frozenset[str]


@frozen
class _Old:
    """A task in its old place, and how much of one thing it takes there at least."""

    start: int
    end: int
    task: str
    amount: int


@define
class Needs:
    """What tasks need for sure, of what is limited, and in which order two of them come."""

    problem: Problem
    tasks: dict[str, Task] = field(init=False)
    limits: dict[str, float] = field(init=False)  # by thing, the most that is ever there of it
    shortest: dict[str, int] = field(init=False)
    takes: dict[str, dict[str, int]] = field(init=False)
    lags: dict[str, list[Lag]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.tasks = {task.id: task for task in self.problem.tasks}
        self.limits = _limits(self.problem)
        self.shortest = {name: min(way.duration for way in task.ways) for name, task in self.tasks.items()}
        self.takes = {name: dict(self._sure_takes(task)) for name, task in self.tasks.items()}
        self.lags = {}
        for lag in self.problem.constraints:
            if isinstance(lag, Lag) and lag.price is None:
                for name in (lag.before, lag.after):
                    self.lags.setdefault(name, []).append(lag)

    def _sure_takes(self, task: Task) -> Iterator[tuple[str, int]]:
        """What it takes in whatever way, and how much at least, where that is limited and lasts without a pause."""
        if task.breaks is not None or not self.shortest[task.id]:
            return
        sure = Counter({thing: min(way.occupies.get(thing, 0) for way in task.ways) for thing in task.ways[0].occupies})
        for pick in task.picks:
            candidates = self.problem.candidates(pick)
            if pick.price is None and pick.count == len(candidates):
                sure.update(candidates)
        for thing, amount in sure.items():
            if amount and thing in self.limits:
                yield thing, amount

    def has_one_length(self, name: str) -> bool:
        """Whether it ends a known time after its start, whichever way it is done."""
        task = self.tasks[name]
        return task.breaks is None and len({way.duration for way in task.ways}) == 1


@define
class Slots:
    """The slots of all tasks, worked out as they are asked for."""

    needs: Needs
    starts: dict[str, int]  # where everybody is
    possible: Mapping[str, Ranges]
    _old: dict[str, list[_Old]] = field(factory=dict)
    _longest: dict[str, int] = field(factory=dict)  # by thing, of those in `_old`
    _known: dict[str, tuple[Slot, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for name, start in self.starts.items():
            for thing, amount in self.needs.takes[name].items():
                self._old.setdefault(thing, []).append(_Old(start, start + self.needs.shortest[name], name, amount))
        for thing, places in self._old.items():
            places.sort(key=_start)
            self._longest[thing] = max(one.end - one.start for one in places)

    def elsewhere(self, starts: Mapping[str, int]) -> Slots:
        """The same with everybody at other places."""
        return Slots(needs=self.needs, starts=dict(starts), possible=self.possible)

    def of(self, name: str) -> tuple[Slot, ...]:
        """All its slots, ascending."""
        if name not in self._known:
            self._known[name] = tuple(slot for range_ in self.possible[name] for slot in self._cut(name, *range_))
        return self._known[name]

    def lift(self, name: str) -> None:
        """Takes a task from its place: it is in nobody's way any more."""
        del self.starts[name]
        for thing in self.needs.takes[name]:
            self._old[thing] = [one for one in self._old[thing] if one.task != name]

    def put(self, name: str, start: int) -> None:
        """Puts a task where it then stands in others' way."""
        self.starts[name] = start
        for thing, amount in self.needs.takes[name].items():
            insort(
                self._old.setdefault(thing, []),
                _Old(start, start + self.needs.shortest[name], name, amount),
                key=_start,
            )
            self._longest[thing] = max(self.needs.shortest[name], self._longest.get(thing, 0))

    def afresh(self, name: str) -> Iterator[Slot]:
        """Its slots as things are now."""
        for first, last in self.possible[name]:
            yield from self._cut(name, first, last)

    def blockers_at(self, name: str, start: int) -> frozenset[str]:
        """Who would be in the way of a task that starts then."""
        return frozenset(who for first, last, who in self._blocked(name, start, start) if first <= start <= last)

    def _cut(self, name: str, first: int, last: int) -> Iterator[Slot]:
        """One range of starts, cut wherever somebody begins or ceases to be in the way."""
        blocked = [one for one in self._blocked(name, first, last) if one[0] <= last and one[1] >= first]
        edges = {first, last + 1}
        for low, high, _ in blocked:
            edges.update(int(edge) for edge in (low, high + 1) if first < edge <= last)
        for a, b in pairwise(sorted(edges)):
            yield Slot(a, b - 1, frozenset(one for low, high, one in blocked if low <= a and b - 1 <= high))

    def _blocked(self, name: str, first: int, last: int) -> Iterator[Blocked]:
        """Whoever may be in the way of a start in [first, last], and at which starts."""
        length = self.needs.shortest[name]
        for thing, amount in self.needs.takes[name].items():
            limit = self.needs.limits[thing]
            for old in self._meeting(thing, first, last + length):
                if old.task != name and old.amount + amount > limit:
                    yield old.start - length + 1, old.end - 1, old.task
        for lag in self.needs.lags.get(name, ()):
            yield from self._out_of_order(lag, name)

    def _meeting(self, thing: str, first: int, end: int) -> Iterator[_Old]:
        """Those that take the thing somewhere in [first, end)."""
        places = self._old.get(thing, [])
        for k in range(bisect_left(places, end, key=_start) - 1, -1, -1):
            if places[k].start + self._longest[thing] <= first:
                return
            if places[k].end > first:
                yield places[k]

    def _out_of_order(self, lag: Lag, name: str) -> Iterator[Blocked]:
        """The starts at which the task would come too early or too late for another one in its old place."""
        other = lag.after if name == lag.before else lag.before
        if other not in self.starts:
            return
        ends = {lag.before: lag.since == "end", lag.after: lag.until == "end"}
        if any(ends[one] and not self.needs.has_one_length(one) for one in (name, other)):
            return
        mine, theirs = (self.needs.shortest[one] if ends[one] else 0 for one in (name, other))
        there, least = self.starts[other] + theirs, -inf if lag.min_gap is None else lag.min_gap
        most = inf if lag.max_gap is None else lag.max_gap
        earliest, latest = (there + least, there + most) if name == lag.after else (there - most, there - least)
        yield -inf, earliest - mine - 1, other
        yield latest - mine + 1, inf, other


def _limits(problem: Problem) -> dict[str, float]:
    """The most that is ever there of what is limited for good: 1 of what is used by one at a time."""
    found: dict[str, float] = {}
    for asked in problem.constraints:
        if isinstance(asked, Capacity) and asked.price is None:
            most = max((asked.capacity, *(capacity for _, capacity in asked.changes)))
            found[asked.resource] = min(most, found.get(asked.resource, inf))
    for asked in problem.constraints:
        if isinstance(asked, NoOverlap) and asked.price is None:
            found[asked.resource] = 0.5  # any two takings, whatever they amount to, are too many
    return found


def _start(old: _Old) -> int:
    return old.start
