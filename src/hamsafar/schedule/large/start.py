"""A first schedule of many activities with windows and things that take one at a time, made by hand.

One after another, each activity takes the free start that it likes best. What finds none takes the one that costs
least, in ticks from where it would rather lie and in those that it sends away; these look for another place in their
turn, and whoever was sent for it once is dearer to send away the next time, so that no two chase each other for ever
(ejection chains, Glover 1996, with the weights of Morris 1993). A thousand activities have a schedule after two
seconds, a fifth of what the solver's first one costs.

Only what is plain is looked at: one way to do each activity, no pauses, nobody to pick, nothing to be taken but by one
at a time, and orders between two. Any other problem has no such start (None).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from random import Random

from attrs import define, field, frozen

from hamsafar.schedule.constraints import Lag, NoOverlap
from hamsafar.schedule.objectives import AwayFromPreferred, Objective, WeightedStarts
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Task

MANY = 100  # activities: fewer are placed by the solver at once
EFFORT_A_STEP = 3e-5  # of placing one activity, counted so that effort repeats: a unit is about ten seconds here
LISTEN_EVERY = 500  # steps, about a tenth of a second
STEPS_EACH = 20  # looks for a place, at most, for each activity: who has none by then is left to the solver
SEND_AWAY = 1.0  # what that costs at first, in mean distances between the windows of an activity
DEARER = 3.0  # by how much each time, in the same


@frozen
class _Line:
    """Who takes one thing, in the order of time."""

    starts: list[int] = field(factory=list)
    ends: list[int] = field(factory=list)
    names: list[str] = field(factory=list)

    def put(self, start: int, end: int, name: str) -> None:
        k = bisect_left(self.starts, start)
        self.starts.insert(k, start)
        self.ends.insert(k, end)
        self.names.insert(k, name)

    def lift(self, start: int) -> None:
        k = bisect_left(self.starts, start)
        del self.starts[k], self.ends[k], self.names[k]

    def meeting(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Those that take the thing somewhere in [start, end)."""
        for k in range(bisect_right(self.ends, start), len(self.starts)):
            if self.starts[k] >= end:
                return
            yield self.starts[k], self.ends[k], self.names[k]


@frozen
class _Order:
    """Another task's start lies `least` to `most` ticks after this one's (either may be infinite)."""

    other: str
    least: float
    most: float


@define
class Insertion:
    """Activities put into the time of what they take, one after another."""

    problem: Problem
    dice: Random
    wishes: Mapping[str, int]
    starts: dict[str, int] = field(factory=dict, init=False)
    _windows: Mapping[str, tuple[tuple[int, int, int], ...]] = field(init=False)  # distance, first, last: nearest first
    _length: Mapping[str, int] = field(init=False)
    _lines: Mapping[str, tuple[_Line, ...]] = field(init=False)  # by task
    _orders: Mapping[str, Sequence[_Order]] = field(init=False)
    _weights: dict[str, float] = field(init=False)
    _dearer: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        tasks = self.problem.tasks
        possible = {task.id: possible_starts(self.problem, task) for task in tasks}
        self._length = {task.id: task.ways[0].duration for task in tasks}
        self._windows = {name: _nearest_first(possible[name], self.wishes[name]) for name in possible if possible[name]}
        things: dict[str, _Line] = {}
        self._lines = {task.id: tuple(things.setdefault(thing, _Line()) for thing in _things(task)) for task in tasks}
        self._orders = _orders(self.problem, self._length)
        apart = (self.problem.last - self.problem.first) / max(1, _mean(len(found) for found in self._windows.values()))
        self._weights = dict.fromkeys(self._windows, max(1.0, SEND_AWAY * apart))
        self._dearer = max(1.0, DEARER * apart)

    def run(self, effort: float, stop: Callable[[], bool], heard: Callable[[int], None] = lambda _: None) -> float:
        """Places all that fits, until this effort is used or somebody stops it; tells the effort used.

        `heard(number)` is told now and then how many have a place.
        """
        waiting = deque(self._in_turn())
        steps = 0
        most = STEPS_EACH * len(self._windows)
        while waiting and steps < most and steps * EFFORT_A_STEP < effort:
            if steps % LISTEN_EVERY == 0:
                if stop():
                    break
                heard(len(self.starts))
            waiting.extend(self._place(waiting.popleft()))
            steps += 1
        return steps * EFFORT_A_STEP

    def _in_turn(self) -> list[str]:
        """What must be there first, and of that what waits for something; all else as the dice fall."""
        must = {task.id for task in self.problem.tasks if not task.optional}
        names = list(self._windows)
        self.dice.shuffle(names)
        return sorted(names, key=lambda name: (name not in must, name not in self._orders))

    def _place(self, name: str) -> list[str]:
        """Puts the task where it costs least; tells whom it sent away for that."""
        best = self._free(name)
        cost, start, sent = (inf, None, []) if best is None else (abs(best - self.wishes[name]), best, list[str]())
        for distance, first, last in self._windows[name]:
            if distance + 1 >= cost:
                break
            for tick in self._edges(name, first, last):
                away = abs(tick - self.wishes[name])
                if away < cost:
                    blockers = self._blockers(name, tick)
                    whole = away + sum(map(self._weights.__getitem__, blockers))
                    if whole < cost:
                        cost, start, sent = whole, tick, blockers
        if start is None:
            return []
        for other in sent:
            self._lift(other)
        if sent:
            self._weights[name] += self._dearer
        self._put(name, start)
        return sent

    def _put(self, name: str, start: int) -> None:
        self.starts[name] = start
        for line in self._lines[name]:
            line.put(start, start + self._length[name], name)

    def _lift(self, name: str) -> None:
        start = self.starts.pop(name)
        for line in self._lines[name]:
            line.lift(start)

    def _free(self, name: str) -> int | None:
        """The free start that the task likes best."""
        low, high = self._bounds(name)
        best, far = None, inf
        for distance, first, last in self._windows[name]:
            if distance >= far:
                break
            for start in self._nearest_free(name, max(first, low), min(last, high)):
                if abs(start - self.wishes[name]) < far:
                    best, far = start, abs(start - self.wishes[name])
        return best

    def _nearest_free(self, name: str, first: float, last: float) -> Iterator[int]:
        """The nearest free starts in a window before and after where the task would rather lie."""
        if first > last:
            return
        wish, length, lines = self.wishes[name], self._length[name], self._lines[name]
        start: float | None = max(first, wish)
        while start is not None and start <= last:
            start, before = _later(start, length, lines)
            if before == start:
                yield int(start)
                break
        start = min(last, wish)
        while start is not None and start >= first:
            start, before = _earlier(start, length, lines)
            if before == start:
                yield int(start)
                break

    def _bounds(self, name: str) -> tuple[float, float]:
        """The starts that what lies already leaves by its order."""
        low, high = -inf, inf
        for order in self._orders.get(name, ()):
            there = self.starts.get(order.other)
            if there is not None:
                low, high = max(low, there - order.most), min(high, there - order.least)
        return low, high

    def _edges(self, name: str, first: int, last: int) -> set[int]:
        """Starts worth a look: the ends of the window, the nearest one, and where another one ends or begins."""
        length = self._length[name]
        found = {first, last, min(max(self.wishes[name], first), last)}
        for line in self._lines[name]:
            for start, end, _ in line.meeting(first, last + length):
                found.update(tick for tick in (end, start - length) if first <= tick <= last)
        return found

    def _blockers(self, name: str, start: int) -> list[str]:
        """Who would have to leave."""
        end = start + self._length[name]
        found = [other for line in self._lines[name] for _, _, other in line.meeting(start, end)]
        for order in self._orders.get(name, ()):
            there = self.starts.get(order.other)
            if there is not None and not order.least <= there - start <= order.most:
                found.append(order.other)
        return list(dict.fromkeys(found))


def insertion_of(problem: Problem, seed: int) -> Insertion | None:
    """An insertion of this problem's activities; None where it asks for more than that knows."""
    plain = all(map(_plain_task, problem.tasks)) and all(map(_plain, problem.constraints))
    if len(problem.tasks) < MANY or not plain or problem.hint:
        return None
    things = {c.resource for c in problem.constraints if isinstance(c, NoOverlap)}
    if not all(thing in things for task in problem.tasks for thing in _things(task)):
        return None
    dice = Random(f"insertion {seed}")
    return Insertion(problem, dice, _wishes(problem, dice))


def placed_of(insertion: Insertion) -> Mapping[str, Placed] | None:
    """The schedule it made; None where something mandatory found no place."""
    problem, starts = insertion.problem, insertion.starts
    if any(not task.optional and task.id not in starts for task in problem.tasks):
        return None
    return {task.id: Placed(start=starts[task.id], mode=task.ways[0].id) for task in problem.tasks if task.id in starts}


def _wishes(problem: Problem, dice: Random) -> dict[str, int]:
    """When each would rather start, by the first objective that cares; otherwise as the dice fall."""
    wishes = {task.id: dice.randint(problem.first, max(problem.first, problem.last)) for task in problem.tasks}
    for objective in reversed(problem.objectives):
        wishes.update(_wished(problem, objective))
    return wishes


def _wished(problem: Problem, objective: Objective) -> Mapping[str, int]:
    match objective:
        case AwayFromPreferred():
            return objective.preferred
        case WeightedStarts():
            weights = objective.weights.items()
            return {name: problem.first if weight > 0 else problem.last for name, weight in weights if weight}
    return {}


def _plain_task(task: Task) -> bool:
    soft = [asked.price for asked in task.allowed] + [asked.price for asked in task.forbidden]
    return len(task.ways) == 1 and not (task.breaks or task.picks or task.ways[0].picks or any(soft))


def _plain(constraint: object) -> bool:
    if isinstance(constraint, NoOverlap):
        return not constraint.setup and constraint.price is None
    return isinstance(constraint, Lag) and constraint.price is None and constraint.before != constraint.after


def _things(task: Task) -> list[str]:
    """What it takes while it runs."""
    return [thing for thing, amount in task.ways[0].occupies.items() if amount] if task.ways[0].duration else []


def _nearest_first(possible: Ranges, wish: int) -> tuple[tuple[int, int, int], ...]:
    return tuple(sorted((max(first - wish, wish - last, 0), first, last) for first, last in possible))


def _orders(problem: Problem, length: Mapping[str, int]) -> dict[str, list[_Order]]:
    """Each lag seen from both its tasks, from start to start."""
    found: dict[str, list[_Order]] = {}
    for lag in problem.constraints:
        if isinstance(lag, Lag):
            shift = length[lag.before] * (lag.since == "end") - length[lag.after] * (lag.until == "end")
            least = -inf if lag.min_gap is None else lag.min_gap + shift
            most = inf if lag.max_gap is None else lag.max_gap + shift
            found.setdefault(lag.before, []).append(_Order(lag.after, least, most))
            found.setdefault(lag.after, []).append(_Order(lag.before, -most, -least))
    return found


def _later(start: float, length: int, lines: Sequence[_Line]) -> tuple[float, float]:
    """The start pushed behind whatever it meets, and what it was before."""
    before = start
    for line in lines:
        k = bisect_left(line.starts, start + length) - 1
        if k >= 0 and line.ends[k] > start:
            start = line.ends[k]
    return start, before


def _earlier(start: float, length: int, lines: Sequence[_Line]) -> tuple[float, float]:
    """The start pulled before whatever it meets, and what it was before."""
    before = start
    for line in lines:
        k = bisect_right(line.ends, start)
        if k < len(line.starts) and line.starts[k] < start + length:
            start = line.starts[k] - length
    return start, before


def _mean(values: Iterator[int]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
