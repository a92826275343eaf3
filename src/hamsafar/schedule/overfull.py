"""What is asked of one thing in some stretches of time, and more than fits: seen without any search.

A thing that takes one task at a time is open in stretches that its tasks cut out with their windows: working days, say.
A task lies in one of them as a whole; so what runs in a stretch adds up to no more than the longest sum of these tasks'
lengths that it can hold: in a day of eight hours, four activities of 100 min, and 80 min stay idle. Tasks that have no
place outside a row of stretches, and together are longer than these hold, can't all be there.

The same as constraints (`day_loads`) helps the solver to prove what it else only finds by trying: that bins overflow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from attrs import frozen

from hamsafar.schedule.constraints import Capacity, Load, NoOverlap
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Tag, Task

IMPLIED = Tag("implied", detail="what one stretch can hold")
LONGEST = 1_000_000  # ticks of a stretch whose sums are told apart; a longer one is taken to be full of use
MOST_LITERALS = 10_000  # that loads may add to a model: a task in a stretch is one


@frozen(kw_only=True)
class Overfull:
    """A thing, and tasks that can't all take it."""

    resource: str
    tasks: frozenset[str]


@frozen
class _Taker:
    """A task that takes the thing whenever it is there, and the stretches (by number) in which it may lie."""

    task: Task
    length: int
    stretches: tuple[int, ...]


@frozen
class _Thing:
    """What takes one at a time, the stretches of its use, and who takes it."""

    stretches: Ranges  # inclusive
    takers: tuple[_Taker, ...]
    inside: tuple[tuple[_Taker, ...], ...]  # by stretch, who may lie in it

    def hold(self, number: int) -> int:
        """How much of what may lie in this stretch fits into it."""
        first, last = self.stretches[number]
        return _longest_sum([taker.length for taker in self.inside[number]], last - first + 1)


def overfull(problem: Problem) -> Overfull | None:
    """The fewest tasks found that must be there and are longer, together, than all the stretches they may lie in."""
    starts = {task.id: possible_starts(problem, task) for task in problem.tasks if _plain(task)}
    found = (_overfull(resource, _thing(problem, resource, starts)) for resource in _one_at_a_time(problem))
    return min((one for one in found if one is not None), key=lambda one: len(one.tasks), default=None)


def day_loads(problem: Problem) -> tuple[Load, ...]:
    """What each stretch can hold, as constraints that hold in every schedule; none where there are too many."""
    starts = {task.id: possible_starts(problem, task) for task in problem.tasks if _plain(task)}
    things = [_thing(problem, resource, starts) for resource in _one_at_a_time(problem)]
    if sum(len(taker.stretches) for thing in things for taker in thing.takers) > MOST_LITERALS:
        return ()
    return tuple(load for thing in things for load in _loads(thing))


def _one_at_a_time(problem: Problem) -> Iterator[str]:
    names = (
        asked.resource
        for asked in problem.constraints
        if asked.price is None
        and (
            isinstance(asked, NoOverlap)
            or (isinstance(asked, Capacity) and max([asked.capacity, *(level for _, level in asked.changes)]) == 1)
        )
    )
    return iter(dict.fromkeys(names))


def _plain(task: Task) -> bool:
    """Whether its length is one number, and what it takes is taken for that long."""
    return task.breaks is None and len(task.ways) == 1 and task.ways[0].duration > 0


def _thing(problem: Problem, resource: str, starts: Mapping[str, Ranges]) -> _Thing:
    taking = [task for task in problem.tasks if starts.get(task.id) and task.ways[0].occupies.get(resource, 0) > 0]
    runs = {task.id: [(first, last + task.ways[0].duration - 1) for first, last in starts[task.id]] for task in taking}
    stretches = _joined(run for own in runs.values() for run in own)
    begins = [first for first, _ in stretches]
    takers = tuple(
        _Taker(
            task=task,
            length=task.ways[0].duration,
            stretches=tuple(dict.fromkeys(bisect_right(begins, first) - 1 for first, _ in runs[task.id])),
        )
        for task in taking
    )
    inside: list[list[_Taker]] = [[] for _ in stretches]
    for taker in takers:
        for number in taker.stretches:
            inside[number].append(taker)
    return _Thing(stretches=stretches, takers=takers, inside=tuple(map(tuple, inside)))


def _joined(runs: Iterator[tuple[int, int]]) -> Ranges:
    """Runs that share a tick, joined; those that only touch stay apart, as no task runs over both."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _overfull(resource: str, thing: _Thing) -> Overfull | None:
    """Every row of stretches is held against the tasks that lie nowhere else."""
    sure = [taker for taker in thing.takers if not taker.task.optional]
    hold: dict[int, int] = {}
    fewest: list[_Taker] = []
    for first in sorted({taker.stretches[0] for taker in sure}):
        inside = sorted((taker for taker in sure if taker.stretches[0] >= first), key=lambda one: one.stretches[-1])
        length, room, upto = 0, 0, first
        for k, taker in enumerate(inside):
            length += taker.length
            while upto <= taker.stretches[-1]:
                hold[upto] = hold[upto] if upto in hold else thing.hold(upto)
                room, upto = room + hold[upto], upto + 1
            ends = k + 1 == len(inside) or inside[k + 1].stretches[-1] > taker.stretches[-1]
            if ends and length > room:
                fewest = inside[: k + 1] if not fewest or k + 1 < len(fewest) else fewest
                break
    return Overfull(resource=resource, tasks=frozenset(taker.task.id for taker in fewest)) if fewest else None


def _loads(thing: _Thing) -> Iterator[Load]:
    for number, (first, last) in enumerate(thing.stretches):
        weights = {taker.task.id: taker.length for taker in thing.inside[number]}
        limit = thing.hold(number)
        if sum(weights.values()) > limit:
            yield Load(weights=weights, start=first, end=last + 1, limit=limit, tag=IMPLIED)


def _longest_sum(lengths: list[int], most: int) -> int:
    """The longest sum of some of these lengths that is at most so much."""
    total = sum(lengths)
    if total <= most or most > LONGEST:
        return min(total, most)
    sums, mask = 1, (1 << (most + 1)) - 1  # bit n: n is a sum
    for length in lengths:
        sums |= (sums << length) & mask
    return sums.bit_length() - 1
