"""What is left of each kind of constraint when some of its tasks are over (the table stands in `past.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from attrs import define, evolve, field

from hamsafar.schedule.check import JUDGES
from hamsafar.schedule.check_facts import Facts
from hamsafar.schedule.check_order import bucket_of
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
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Task


@define
class Reduction:
    """What each constraint still asks, given the past alone."""

    problem: Problem
    past: Facts  # only what has happened
    now: int
    _by_kind: Mapping[type, Callable[[Any], Iterator[Constraint]]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._by_kind = {
            NoOverlap: self._no_overlap,
            Capacity: self._capacity,
            Budget: self._budget,
            Reservoir: self._reservoir,
            StartsApart: self._starts_apart,
            Load: self._load,
            Rolling: self._rolling,
            ActiveBuckets: self._active_buckets,
            RestBetween: self._rest_between,
            Choose: self._choose,
            SamePeople: self._same_people,
            OtherPeople: self._other_people,
        }

    def of(self, asked: Constraint) -> Iterator[Constraint]:
        """The constraints that say what is left of one."""
        if asked.price is not None:
            yield asked
            return
        match asked:
            case Lag():
                yield from self._lag(asked)
            case Apart():
                yield from () if self._over(asked.first) and self._over(asked.second) else (asked,)
            case PickAllowed():
                yield from () if self._over(asked.task) else (asked,)
            case Together() | NeverTogether():
                tasks = self._to_come(asked.tasks)
                yield from (evolve(asked, tasks=tasks),) if tasks else ()
            case Repeats():
                yield from self._repeats(asked)
            case _:
                reduced = self._by_kind.get(type(asked))
                yield from (asked,) if reduced is None or not self._may_be_broken(asked) else reduced(asked)

    def _over(self, task: str) -> bool:
        return task in self.past.present

    def _to_come(self, tasks: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in tasks if not self._over(name))

    def _may_be_broken(self, asked: Constraint) -> bool:
        """Whether the past alone breaks it (or, where it asks for something, has not yet done all of it)."""
        judge, amount = JUDGES[type(asked)]
        return amount(finding.amount for finding in judge(asked, self.past)) > 0

    # ---- things

    def _no_overlap(self, asked: NoOverlap) -> Iterator[Constraint]:
        """Capacities of 1, or of what the past took at a time; setups as distances."""
        lasting = (task for task in self.problem.tasks if any(way.duration for way in task.ways))
        takers = [task for task in lasting if self._may_take(task, asked.resource)]
        ids = {task.id for task in takers}
        plain = all(way.occupies.get(asked.resource, 0) <= 1 for task in takers for way in task.ways)
        gaps = {(before, after): ticks for before, after, ticks in asked.setup if ticks}
        pairs = {pair for pair in gaps if ids.issuperset(pair)}
        if plain:
            yield from self._capacity(Capacity(resource=asked.resource, capacity=1, tag=asked.tag))
        else:
            pairs |= {(one.id, other.id) for one, other in combinations(takers, 2)}
        for before, after in sorted(pairs):
            if not (self._over(before) and self._over(after)):
                gap = gaps.get((before, after), 0)
                yield Apart(first=before, second=after, gap=gap, both_ways=False, picked=asked.resource, tag=asked.tag)

    def _may_take(self, task: Task, resource: str) -> bool:
        picks = (*task.picks, *(pick for mode in task.modes for pick in mode.picks))
        occupied = any(way.occupies.get(resource, 0) > 0 for way in task.ways)
        return occupied or any(resource in self.problem.candidates(pick) for pick in picks)

    def _capacity(self, asked: Capacity) -> Iterator[Constraint]:
        """At each tick as much as there is, or as the past took."""
        taken = [(a, b, amount) for there, amount in self.past.takings(asked.resource) for a, b in there.taking]
        changes = (tick for tick, _ in asked.changes)
        ticks = sorted({self.problem.first, *changes, *(tick for a, b, _ in taken for tick in (a, b))})
        found: list[tuple[int, int]] = []
        for tick in ticks:
            there_is = next((amount for at, amount in reversed(asked.changes) if at <= tick), asked.capacity)
            capacity = max(there_is, sum(amount for a, b, amount in taken if a <= tick < b))
            if not found or found[-1][1] != capacity:
                found.append((tick, capacity))
        yield evolve(asked, changes=tuple(found))

    def _budget(self, asked: Budget) -> Iterator[Constraint]:
        used = sum(there.way.consumes.get(asked.resource, 0) for there in self.past.present.values())
        yield evolve(asked, limit=max(asked.limit, used))

    def _reservoir(self, asked: Reservoir) -> Iterator[Constraint]:
        """As it stands now, with what is given and what the past still brings; as it was, where it kept its bounds."""
        first, level, kept = self.problem.first, asked.level, True
        comes = self._past_flows(asked)
        for tick in range(first, self.now):
            level += comes[tick]
            level = min(level, asked.highest) if asked.overflow else level
            kept = kept and asked.lowest <= level <= asked.highest
        if kept:
            yield asked
            return
        yield evolve(
            asked,
            level=min(max(level, asked.lowest), asked.highest),
            flows=tuple(flow for flow in asked.flows if not self._over(flow.task)),
            given=tuple((tick, amount) for tick, amount in sorted(comes.items()) if tick >= self.now),
        )

    def _past_flows(self, asked: Reservoir) -> Counter[int]:
        """What came and comes without anything to come, tick by tick."""
        comes = Counter[int]()
        for tick, amount in asked.given:
            comes[tick] += amount
        for flow in asked.flows:
            for there in self.past.of((flow.task,)):
                if flow.at == "during":
                    for start, end in there.running:
                        comes.update(dict.fromkeys(range(start + 1, end + 1), flow.amount))
                else:
                    comes[there.start if flow.at == "start" else there.end] += flow.amount
        return comes

    # ---- order

    def _lag(self, asked: Lag) -> Iterator[Constraint]:
        if not self._over(asked.after):
            yield asked
        elif not self._over(asked.before) and asked.max_gap is not None:
            yield evolve(asked, min_gap=None)

    def _starts_apart(self, asked: StartsApart) -> Iterator[Constraint]:
        to_come = self._to_come(asked.tasks)
        near = [there.id for there in self.past.of(asked.tasks) if there.start + asked.gap > self.now]
        for before in near:
            yield evolve(asked, tasks=(before, *to_come))
        if not near and to_come:
            yield evolve(asked, tasks=to_come)

    def _repeats(self, asked: Repeats) -> Iterator[Constraint]:
        """Each run of those to come, with the one of the past that stands before it where that one is counted."""
        run: list[str] = []
        for name in (*asked.tasks, None):
            if name is not None and not self._over(name):
                run.append(name)
                continue
            if self._to_come(run):
                yield evolve(asked, tasks=tuple(run))
            counted = name is not None and (
                not asked.edges or bucket_of(self.past.present[name].start, asked.edges) is not None
            )
            run = [name] if name is not None and counted else []

    def _rest_between(self, asked: RestBetween) -> Iterator[Constraint]:
        to_come = self._to_come(asked.tasks)
        near = [there.id for there in self.past.of(asked.tasks) if self._has_a_next(there.start, asked.edges)]
        for before in near:
            yield evolve(asked, tasks=(before, *to_come))
        if not near and to_come:
            yield evolve(asked, tasks=to_come)

    def _has_a_next(self, start: int, edges: tuple[int, ...]) -> bool:
        """Whether the bucket after that of this start is not over yet."""
        bucket = bucket_of(start, edges)
        return bucket is not None and bucket + 2 < len(edges) and edges[bucket + 2] > self.now

    # ---- how much

    def _load(self, asked: Load) -> Iterator[Constraint]:
        if asked.end <= self.now:
            return
        if asked.limit is None:
            yield asked
        else:
            yield evolve(asked, limit=max(asked.limit, self._past_load(asked, asked.start, asked.end)))

    def _past_load(self, asked: Load | Rolling, start: int, end: int) -> int:
        counted = (t for t in self.past.of(asked.weights) if asked.picked is None or t.taken(asked.picked))
        if asked.by == "starts":
            return sum(asked.weights[there.id] for there in counted if start <= there.start < end)
        return sum(asked.weights[there.id] * there.runs_within(start, end) for there in counted)

    def _rolling(self, asked: Rolling) -> Iterator[Constraint]:
        """Most and least apart, each in the stretches that are not over."""
        full = None if asked.limit is None else self._last_full(asked, asked.limit)
        over = range(self.problem.first, min(self.now, self.problem.last) - asked.span + 1)
        short = any(self._past_load(asked, start, start + asked.span) < asked.least for start in over)
        if full is None and not short:
            yield asked
            return
        if full is not None and asked.limit is not None:
            yield from self._rolling_most(asked, asked.limit, full)
        elif asked.limit is not None:
            yield evolve(asked, least=0)
        if short:
            yield from self._rolling_least(asked)
        elif asked.least:
            yield evolve(asked, limit=None)

    def _rolling_most(self, asked: Rolling, limit: int, full: int) -> Iterator[Constraint]:
        """Nothing until the end of the last stretch that the past alone fills; those that begin later as they were."""
        to_come = {name: weight for name, weight in asked.weights.items() if not self._over(name)}
        later = {there.id: asked.weights[there.id] for there in self.past.of(asked.weights) if there.start > full}
        yield evolve(asked, weights={**later, **to_come}, least=0)
        if full + asked.span > self.now:
            yield _load_of(asked, to_come, self.now, full + asked.span, limit=0)
        if asked.by == "ticks":  # what began before that stretch did and runs on still fills a part of the next ones
            on = max((there.end for there in self.past.of(asked.weights) if there.start <= full), default=full)
            for start in range(max(full, self.now - asked.span) + 1, on):
                most = max(0, limit - self._past_load(asked, start, start + asked.span))
                yield _load_of(asked, to_come, start, start + asked.span, limit=most)

    def _last_full(self, asked: Rolling, limit: int) -> int | None:
        """The last beginning of a stretch that the past alone fills beyond the limit."""
        counted = self.past.of(asked.weights)
        first = min((there.start for there in counted), default=0) - asked.span
        last = max((max(there.start + 1, there.end) for there in counted), default=first)
        over = (at for at in range(last, first, -1) if self._past_load(asked, at, at + asked.span) > limit)
        return next(over, None)

    def _rolling_least(self, asked: Rolling) -> Iterator[Constraint]:
        first = max(self.problem.first, self.now - asked.span + 1)
        for start in range(first, self.problem.last - asked.span + 1):
            yield _load_of(asked, asked.weights, start, start + asked.span, least=asked.least)

    def _active_buckets(self, asked: ActiveBuckets) -> Iterator[Constraint]:
        """Windows that the past exceeds each by itself; the others in as long lines as they come."""
        used = [any(a <= there.start < b for there in self.past.of(asked.tasks)) for a, b in pairwise(asked.edges)]
        window = min(asked.window, len(used))
        line: list[int] = []
        for first in range(len(used) - window + 1):
            count = sum(used[first : first + window])
            if count <= asked.limit:
                line.append(first)
                continue
            if line:
                yield evolve(asked, edges=asked.edges[line[0] : line[-1] + window + 1])
            line = []
            yield evolve(asked, edges=asked.edges[first : first + window + 1], limit=count)
        if line:
            yield evolve(asked, edges=asked.edges[line[0] : line[-1] + window + 1])

    # ---- which and who

    def _choose(self, asked: Choose) -> Iterator[Constraint]:
        yield evolve(asked, most=max(asked.most, len(self.past.of(asked.tasks))))

    def _same_people(self, asked: SamePeople) -> Iterator[Constraint]:
        over = self.past.of(asked.tasks)
        alike = tuple(who for who in asked.people if sum(there.taken(who) for there in over) in (0, len(over)))
        if alike:
            yield evolve(asked, people=alike)

    def _other_people(self, asked: OtherPeople) -> Iterator[Constraint]:
        over, to_come = self.past.of(asked.tasks), self._to_come(asked.tasks)
        taking = {who: [there.id for there in over if there.taken(who)] for who in asked.people}
        once = tuple(who for who, tasks in taking.items() if len(tasks) <= 1)
        if once:
            yield evolve(asked, people=once)
        for who, tasks in taking.items():
            if len(tasks) > 1:
                yield evolve(asked, tasks=(tasks[0], *to_come), people=(who,))


def _load_of(
    asked: Rolling, weights: Mapping[str, int], start: int, end: int, *, limit: int | None = None, least: int = 0
) -> Load:
    """One stretch of many."""
    return Load(
        weights=weights,
        start=start,
        end=end,
        limit=limit,
        least=least,
        by=asked.by,
        picked=asked.picked,
        tag=asked.tag,
    )
