"""The figure of each kind that gives way, and what it becomes so that a schedule holds which breaks it.

Every new constraint asks for less than the old one did, and for nothing that the schedule does not have. What has no
figure (or none that goes so far: a gap below nothing) is asked no more, of nobody else than those who broke it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, combinations, pairwise
from typing import Any

from attrs import evolve, frozen

from hamsafar.schedule.check_facts import Facts, Present, distance
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.ranges import Ranges, merged
from hamsafar.schedule.tasks import Allowed, Forbidden, Pick

Broken = Callable[[Any], int]  # the amount by which the schedule breaks a constraint
Raised = tuple[int, int, int]  # from, to, and what the capacity then is


@frozen(kw_only=True)
class Figure:
    """What gives way: the name of the figure, what it was and is where it is one number, where in time, and instead."""

    what: str
    instead: tuple[Any, ...] = ()
    amount: int | None = None  # None: all that is broken
    before: int | None = None
    after: int | None = None
    stretches: tuple[tuple[int, int], ...] = ()


NOT_ASKED = Figure(what="asked")


def figures(constraint: Constraint, amount: int, broken: Broken, facts: Facts) -> Iterator[Figure]:
    """The figures that give way, one after another, the last `instead` being what is asked in the end."""
    match constraint:
        case NoOverlap() | Capacity():
            yield _taken(constraint, facts)
        case Budget() | ActiveBuckets():
            yield _one(constraint, "limit", amount)
        case Lag() | Repeats() | Load() | Rolling() | Choose() | Reservoir():
            yield from _sides(constraint, amount, broken)
        case Apart() | StartsApart() | RestBetween():
            yield _one(constraint, "gap", -amount) if amount <= constraint.gap else NOT_ASKED
        case PickAllowed():
            start = facts.present[constraint.task].start
            ranges, opened = nearer(constraint.ranges, start)
            instead = evolve(constraint, ranges=ranges)
            yield Figure(what="ranges", instead=(instead,), stretches=(opened,), **_edge(constraint.ranges, start))
        case SamePeople() | OtherPeople():
            yield _without(constraint, "people", broken)
        case Together() | NeverTogether():
            yield _without(constraint, "tasks", broken)
        case _:
            yield NOT_ASKED


def allowed_gives(demand: Allowed, start: int) -> Figure:
    """Starts are allowed from the nearest range up to this one."""
    ranges, opened = nearer(demand.ranges, start)
    instead = evolve(demand, ranges=ranges)
    return Figure(what="ranges", instead=(instead,), stretches=(opened,), **_edge(demand.ranges, start))


def forbidden_gives(demand: Forbidden, there: Present) -> Figure:
    """The ticks at which the task runs are forbidden no more."""
    runs = [(first, end - 1) for first, end in there.running]
    kept: list[tuple[int, int]] = []
    for first, end in demand.stretches:
        now = first
        for a, b in runs:
            if a < end and b >= now:
                kept.append((now, max(now, a)))
                now = max(now, b + 1)
        kept.append((now, end))
    freed = ((max(a, first), min(b + 1, end)) for a, b in runs for first, end in demand.stretches)
    instead = evolve(demand, stretches=tuple((first, end) for first, end in kept if first < end))
    return Figure(
        what="stretches", instead=(instead,), stretches=tuple(sorted(one for one in freed if one[0] < one[1]))
    )


def pick_gives(demand: Pick, amount: int) -> Figure:
    """Fewer have to take part."""
    return _one(demand, "count", -amount)


def nearer(ranges: Ranges, start: int) -> tuple[Ranges, tuple[int, int]]:
    """The ranges opened up to this start, from the nearest of them; and the half-open stretch that was opened."""
    if not ranges:
        return ((start, start),), (start, start + 1)
    first, last = min(ranges, key=lambda one: distance(start, (one,)))
    opened = (start, first) if start < first else (last + 1, start + 1)
    return merged((*ranges, (opened[0], opened[1] - 1))), opened


def _edge(ranges: Ranges, start: int) -> dict[str, int]:
    """The edge of the nearest range, before and after."""
    if not ranges:
        return {}
    first, last = min(ranges, key=lambda one: distance(start, (one,)))
    return {"before": first if start < first else last, "after": start}


def _one(asked: Any, what: str, more: int) -> Figure:
    before = getattr(asked, what)
    return Figure(what=what, instead=(evolve(asked, **{what: before + more}),), before=before, after=before + more)


# ---- kinds with two sides: not too little, and not too much

_SIDES: Mapping[type, tuple[str, str]] = {
    Lag: ("min_gap", "max_gap"),
    Repeats: ("least", "most"),
    Load: ("least", "limit"),
    Rolling: ("least", "limit"),
    Choose: ("least", "most"),
    Reservoir: ("lowest", "highest"),
}


def _sides(asked: Any, amount: int, broken: Broken) -> Iterator[Figure]:
    """The one side lowered and the other raised, each by as little as the schedule needs."""
    if isinstance(asked, Repeats) and broken(evolve(asked, least=0, most=None)):
        yield NOT_ASKED  # out of order, or in no bucket: no figure goes so far
        return
    for what, side in zip(_SIDES[type(asked)], (-1, 1), strict=True):
        if getattr(asked, what) is not None and (
            more := _needed(partial(_broken_with, broken, asked, what, side), amount)
        ):
            figure = evolve(_one(asked, what, side * more), amount=more)
            asked = figure.instead[0]
            yield figure


def _broken_with(broken: Broken, asked: Any, what: str, side: int, by: int) -> int:
    return broken(evolve(asked, **{what: getattr(asked, what) + side * by}))


def _needed(broken_by: Callable[[int], int], amount: int) -> int:
    """The least change after which more of it would mend nothing more."""
    best = broken_by(amount)
    low, high = 0, amount
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if broken_by(middle) <= best else (middle + 1, high)
    return low


def _without(asked: Any, what: str, broken: Broken) -> Figure:
    """Asked no more of those who break it, one by one."""
    names = getattr(asked, what)
    kept = tuple(name for name in names if not broken(evolve(asked, **{what: (name,)})))
    return Figure(
        what=what, instead=(evolve(asked, **{what: kept}),) if kept else (), before=len(names), after=len(kept)
    )


# ---- things that are taken


def _taken(asked: NoOverlap | Capacity, facts: Facts) -> Figure:
    """One more is there (or several), for as long as it takes."""
    extra = tuple(_excess(asked, facts))
    if isinstance(asked, Capacity):
        return raised(asked, extra)
    if not extra:
        return _shorter_setups(asked, facts)
    if asked.setup or _most_taken(asked.resource, facts) > 1:
        return _pair_by_pair(asked, facts)
    return raised(asked, extra)


def raised(asked: NoOverlap | Capacity, extra: Iterable[Raised]) -> Figure:
    """The capacity in these stretches is what is said there, where that is more."""
    known = sorted(extra)
    old: tuple[tuple[int, int], ...] = asked.changes if isinstance(asked, Capacity) else ()
    base = asked.capacity if isinstance(asked, Capacity) else 1
    ticks = sorted({tick for tick, _ in old} | {edge for first, end, _ in known for edge in (first, end)})
    levels = [(tick, max([_level(base, old, tick), *(up for a, b, up in known if a <= tick < b)])) for tick in ticks]
    changes = tuple(now for before, now in pairwise([(0, base), *levels]) if now[1] != before[1])
    instead = Capacity(resource=asked.resource, capacity=base, changes=changes, tag=asked.tag)
    return Figure(
        what="capacity",
        instead=(instead,),
        before=min((_level(base, old, first) for first, _, _ in known), default=base),
        after=max((up for _, _, up in known), default=base),
        stretches=tuple((first, end) for first, end, _ in known),
    )


def _level(base: int, changes: tuple[tuple[int, int], ...], now: int) -> int:
    return next((level for tick, level in reversed(changes) if tick <= now), base)


def _excess(asked: NoOverlap | Capacity, facts: Facts) -> Iterator[Raised]:
    """Where more is taken than there is, and how much then: neighbours of one amount joined."""
    base, changes = (asked.capacity, asked.changes) if isinstance(asked, Capacity) else (1, ())
    takings = [(there, amount if isinstance(asked, Capacity) else 1) for there, amount in facts.takings(asked.resource)]
    steps = [
        (tick, change)
        for there, amount in takings
        for a, b in there.taking
        for tick, change in ((a, amount), (b, -amount))
    ]
    ticks = sorted({tick for tick, _ in steps} | {tick for tick, _ in changes})
    found: list[Raised] = []
    for now, then in pairwise(ticks):
        used = sum(change for tick, change in steps if tick <= now)
        if used <= _level(base, changes, now):
            continue
        if found and found[-1][1:] == (now, used):
            found[-1] = (found[-1][0], then, used)
        else:
            found.append((now, then, used))
    return iter(found)


def _most_taken(resource: str, facts: Facts) -> int:
    return max((way.occupies.get(resource, 0) for task in facts.problem.tasks for way in task.ways), default=0)


def _shorter_setups(asked: NoOverlap, facts: Facts) -> Figure:
    """The times between that the schedule does not keep become what it keeps."""
    there = {one.id: one for one, _ in facts.takings(asked.resource)}
    setup, shortest = [], {}
    for before, after, ticks in asked.setup:
        if before in there and after in there:
            gaps = (b - a for _, a in there[before].taking for b, _ in there[after].taking if b >= a)
            shortest[before, after] = min((gap for gap in gaps if gap < ticks), default=ticks)
        setup.append((before, after, shortest.get((before, after), ticks)))
    changed = [(old[2], new[2]) for old, new in zip(asked.setup, setup, strict=True) if old != new]
    widest = min(changed, key=lambda one: one[1] - one[0], default=None)
    instead = (evolve(asked, setup=tuple(setup)),)
    if widest is None:
        return NOT_ASKED
    return Figure(what="setup", instead=instead, before=widest[0], after=widest[1])


def _pair_by_pair(asked: NoOverlap, facts: Facts) -> Figure:
    """Asked of every two that keep it, one pair after another: those who don't need to keep clear no more.

    Pairs that pause are asked no more either where the pauses free the resource: they could not be told otherwise.
    """
    takers = [task for task in facts.problem.tasks if _takes(task, asked.resource, facts)]
    gaps = {(before, after): ticks for before, after, ticks in asked.setup}
    pairs = []
    for one, other in combinations(takers, 2):
        if any(task.breaks is not None and not task.breaks.holds for task in (one, other)):
            continue
        both = [
            Apart(first=a, second=b, gap=gaps.get((a, b), 0), both_ways=False, picked=asked.resource, tag=asked.tag)
            for a, b in ((one.id, other.id), (other.id, one.id))
        ]
        pairs.append(both if any(gap.gap for gap in both) else both[:1])
    kept = tuple(pair for pair in chain.from_iterable(pairs) if _keeps(pair, facts))
    return Figure(what="asked", instead=kept)


def _takes(task: Any, resource: str, facts: Facts) -> bool:
    picks = chain(task.picks, *(way.picks for way in task.ways))
    always = any(way.occupies.get(resource, 0) > 0 for way in task.ways)
    return always or any(resource in facts.problem.candidates(pick) for pick in picks)


def _keeps(pair: Apart, facts: Facts) -> bool:
    first, second = facts.present.get(pair.first), facts.present.get(pair.second)
    if first is None or second is None or not (first.taken(asked := pair.picked or "") and second.taken(asked)):
        return True
    return first.end + pair.gap <= second.start or second.end <= first.start
