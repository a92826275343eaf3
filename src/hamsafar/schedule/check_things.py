"""What is taken, used up, filled and drained: NoOverlap, Capacity, Budget, Reservoir."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from attrs import frozen

from hamsafar.schedule.check_facts import Facts, Finding, Present
from hamsafar.schedule.constraints import Budget, Capacity, NoOverlap, Reservoir
from hamsafar.schedule.units import in_units


def no_overlap(rule: NoOverlap, facts: Facts) -> Iterator[Finding]:
    """Every two takings are compared, part by part."""
    for (a, _), (b, _) in combinations(facts.takings(rule.resource), 2):
        if a.id == b.id:
            longest = max(end - start for start, end in a.taking)
            yield Finding(longest, (a.id,), f"{a.id} takes {rule.resource} twice")
            continue
        there, back = _setup(rule, a, b), _setup(rule, b, a)
        lacking = max(
            min(a_end + there - b_start, b_end + back - a_start)
            for a_start, a_end in a.taking
            for b_start, b_end in b.taking
        )
        if lacking > 0:
            yield Finding(lacking, (a.id, b.id), _too_near(a, b, rule, facts.problem.tick))


def _too_near(a: Present, b: Present, rule: NoOverlap, tick: str) -> str:
    """By how much two takings overlap, all their parts together, or else how near they come to each other."""
    parts = [(one, other) for one in a.taking for other in b.taking]
    shared = sum(max(0, min(one[1], other[1]) - max(one[0], other[0])) for one, other in parts)
    if shared:
        return f"{a.id} and {b.id} overlap by {in_units(shared, tick)} on {rule.resource}"
    gaps = [
        (b_start - a_end, a, b) if a_end <= b_start else (a_start - b_end, b, a)
        for (a_start, a_end), (b_start, b_end) in parts
    ]
    gap, first, second = max(gaps, key=lambda each: _setup(rule, each[1], each[2]) - each[0])
    asked = _setup(rule, first, second)
    return f"{first.id} and {second.id} are {in_units(gap, tick)} apart on {rule.resource}, {asked:,} asked"


def _setup(rule: NoOverlap, before: Present, after: Present) -> int:
    return max((ticks for one, other, ticks in rule.setup if (one, other) == (before.id, after.id)), default=0)


def capacity(rule: Capacity, facts: Facts) -> Iterator[Finding]:
    """What is taken is counted wherever it may have risen and wherever the capacity may have fallen."""
    takings = list(facts.takings(rule.resource))
    rises = {start for there, _ in takings for start, _ in there.taking}
    for now in sorted(rises | {tick for tick, _ in rule.changes}):
        taken = [(there.id, amount) for there, amount in takings if any(a <= now < b for a, b in there.taking)]
        used, there_are = sum(amount for _, amount in taken), _capacity_at(rule, now)
        if taken and used > there_are:
            words = f"{used} of {rule.resource} are taken at {now}, {there_are} are there"
            yield Finding(used - there_are, tuple(dict.fromkeys(name for name, _ in taken)), words)


def _capacity_at(rule: Capacity, now: int) -> int:
    return next((amount for tick, amount in reversed(rule.changes) if tick <= now), rule.capacity)


def budget(rule: Budget, facts: Facts) -> Iterator[Finding]:
    """All that is used up is added."""
    used = {there.id: there.way.consumes.get(rule.resource, 0) for there in facts.present.values()}
    total = sum(used.values())
    if total > rule.limit:
        words = f"{total} of {rule.resource} are used up, {rule.limit} are there"
        yield Finding(total - rule.limit, tuple(name for name, amount in used.items() if amount), words)


def reservoir(rule: Reservoir, facts: Facts) -> Iterator[Finding]:
    """The level is followed from change to change; the worst on either side is told."""
    levels = list(_levels(rule, facts))
    tasks = tuple(dict.fromkeys(flow.task for flow in rule.flows if flow.task in facts.present))
    low, low_at = min((level, tick) for tick, level in levels)
    if low < rule.lowest:
        words = f"{rule.name} falls to {low} at {low_at}, at least {rule.lowest} is asked"
        yield Finding(rule.lowest - low, tasks, words)
    high, high_at = max((level, -tick) for tick, level in levels)
    if high > rule.highest:
        words = f"{rule.name} rises to {high} at {-high_at}, at most {rule.highest} fits"
        yield Finding(high - rule.highest, tasks, words)


@frozen
class _Stream:
    """So much a tick in the stretch [start, end)."""

    start: int
    end: int
    amount: int


def _levels(rule: Reservoir, facts: Facts) -> Iterator[tuple[int, int]]:
    """The level at each tick of change and at the tick before it: in between it moves evenly."""
    due, streams = _flows(rule, facts)
    first, last = facts.problem.first, facts.problem.last
    changes = {*due, *(tick for stream in streams for tick in (stream.start, stream.end)), last}
    ticks = sorted({first} | {tick for change in changes for tick in (change - 1, change) if first <= tick <= last})
    level = _kept(rule, rule.level + due.get(first, 0))
    yield first, level
    for before, now in pairwise(ticks):
        a_tick = sum(stream.amount for stream in streams if stream.start <= before < stream.end)
        level = _kept(rule, level + a_tick * (now - before) + due.get(now, 0))
        yield now, level


def _kept(rule: Reservoir, level: int) -> int:
    return min(level, rule.highest) if rule.overflow else level


def _flows(rule: Reservoir, facts: Facts) -> tuple[dict[int, int], list[_Stream]]:
    """What comes at once, by tick, and what is spread."""
    due: dict[int, int] = {}
    streams: list[_Stream] = []
    for tick, amount in rule.given:
        due[tick] = due.get(tick, 0) + amount
    for flow in rule.flows:
        for there in facts.of((flow.task,)):
            if flow.at == "during":
                streams.extend(_Stream(start, end, flow.amount) for start, end in there.running)
            else:
                tick = there.start if flow.at == "start" else there.end
                due[tick] = due.get(tick, 0) + flow.amount
    return due, streams
