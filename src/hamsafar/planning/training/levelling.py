"""The busiest week made lighter by hand: a session or two taken back from a full week, and put where there is room.

What would then come too early or too late goes along, and one or two that stand where they go make way. Whoever was
taken back looks for a place again; where one finds none, or the weeks come out fuller, all is as before (ruin and
recreate: Schrimpf and others 2000). A step takes about a millisecond, a part solved by the solver some hundred: for
that it tries each session where it fits first, and never what a week could hold in another order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from attrs import define, field, frozen

from hamsafar.planning.training.passes import Ground, Run, load_at
from hamsafar.schedule.constraints import ActiveBuckets, Load, RestBetween
from hamsafar.schedule.large.peaks import peak_floor
from hamsafar.schedule.objectives import Peak, PeakLoad
from hamsafar.schedule.tasks import Task

_STEPS_EACH = 16  # steps for each session that may move: of a term of 700, fifteen seconds
_CHAIN = 10  # sessions that go along at most
_NEAR = 2  # sessions that make way at most
_ABOUT = 0.7  # of those, how many look about the week they made way in; the others where they lay
_ABOUT_WEEKS = 2  # how far they look about

_Place = tuple[int, list[str]]  # a start, and who serves


def levelled(ground: Ground, peak: Peak, starts: dict[str, int]) -> dict[str, int]:
    """The same schedule with lighter weeks: none above what was the fullest, nothing too late that was in time.

    The same for the same problem, always. As it was, where a peak counts by who is picked, or where the starts don't
    tell who would serve.
    """
    if any(load.picked is not None for load in peak.loads):
        return starts
    run = _Levelling(ground=ground, capped={}, deadlines=dict.fromkeys(ground.tasks, 0), peak=peak)
    if not run.take_over(starts):
        return starts
    dice = Random(0)
    for _ in range(_STEPS_EACH * len(run.movable)):
        if run.top <= run.floor:
            break
        run.step(dice)
    return run.best


@frozen
class _Row:
    """The loads of one person, week by week."""

    loads: Sequence[PeakLoad]
    weights: Mapping[str, int]
    sums: list[int]

    def week(self, start: int) -> int | None:
        """The number of the load that counts this start."""
        k = bisect_right(self.loads, start, key=_start_of) - 1
        return k if k >= 0 and start < self.loads[k].end else None


@define(kw_only=True)
class _Levelling(Run):
    """A whole schedule whose sessions can be taken back, with all books kept as they would be without them."""

    peak: Peak
    floor: int = field(init=False)
    top: int = field(default=0, init=False)  # the fullest week of the best schedule so far, and a cap from then on
    best: dict[str, int] = field(factory=dict, init=False)
    movable: list[str] = field(factory=list, init=False)
    _weeks: list[_Row] = field(init=False)
    _above: int = field(default=0, init=False)
    _people: dict[str, list[str]] = field(factory=dict, init=False)
    _rows_of: dict[str, list[tuple[list[Load], int]]] = field(init=False)
    _rests_of: dict[str, list[RestBetween]] = field(init=False)
    _actives_of: dict[str, list[ActiveBuckets]] = field(init=False)
    _weeks_of: dict[str, list[int]] = field(factory=dict, init=False)  # in its first row, where it may start
    _on_day: dict[tuple[int, int], list[tuple[int, int]]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        ground = self.ground
        self.floor = peak_floor(ground.problem, self.peak)
        rows: dict[int, list[PeakLoad]] = {}
        for load in self.peak.loads:
            rows.setdefault(id(load.weights), []).append(load)
        self._weeks = [_Row(sorted(row, key=_start_of), row[0].weights, [0] * len(row)) for row in rows.values()]
        self._rows_of = {name: super(_Levelling, self)._rows(task) for name, task in ground.tasks.items()}
        rests = [(rest, frozenset(rest.tasks)) for rest in ground.rests]
        actives = [(rule, frozenset(rule.tasks)) for rule in ground.actives]
        self._rests_of = {name: [rest for rest, tasks in rests if name in tasks] for name in ground.tasks}
        self._actives_of = {name: [rule for rule, tasks in actives if name in tasks] for name in ground.tasks}
        held = {name for into in ground.rigid.values() for lag in into for name in (lag.before, lag.after)}
        for name, starts in ground.domains.items():
            row = next((row for row in self._weeks if name in row.weights), None)
            if row is not None and name not in held and starts and starts[0][0] < starts[-1][1]:
                self.movable.append(name)
                weeks = (range(row.week(a) or 0, (row.week(b) or 0) + 1) for a, b in starts)
                self._weeks_of[name] = sorted({week for found in weeks for week in found})

    def take_over(self, starts: Mapping[str, int]) -> bool:
        """Puts everybody where they lie; whether somebody can serve each of them there."""
        for name in sorted(starts, key=starts.__getitem__):
            start, people = self._free(self.ground.tasks[name], starts[name])
            if start != starts[name]:
                return False
            self._put(name, start, people)
        self.top, self._above, self.best = self._fullest(), self._too_much(), dict(starts)
        return True

    def step(self, dice: Random) -> None:
        """Takes some back and finds places for them; all as before where that makes the weeks fuller."""
        taken = self._chosen(dice)
        if taken is None:
            return
        going, near, week = taken
        old = {name: self._lift(name) for name in (*going, *near)}
        new = self._placed_anew(self._wishes(going, near, old, week, dice))
        above = self._too_much()
        if len(new) == len(old) and above <= self._above:
            self._above = above
            if (top := self._fullest()) <= self.top:
                self.top, self.best = top, dict(self.at)
            return
        for name in new:
            self._lift(name)
        for name, (start, people) in old.items():
            self._put(name, start, people)

    def _placed_anew(self, wishes: Iterable[tuple[str, int]]) -> list[str]:
        """Who found a place, each the first after its wish, or the first of all; up to one that found none."""
        found = list[str]()
        for name, soonest in wishes:
            task = self.ground.tasks[name]
            place = self._next(task, soonest) or self._next(task, self.ground.problem.first)
            if place is None:
                break
            self._put(name, *place)
            found.append(name)
        return found

    def _chosen(self, dice: Random) -> tuple[list[str], list[str], PeakLoad] | None:
        """A session of a full week with what goes along, those that make way for it, and the week it goes to."""
        full = [(row, k, max(0, load - self.floor) ** 3) for row in self._weeks for k, load in enumerate(row.sums)]
        row, at, _ = dice.choices(full, [weight for _, _, weight in full])[0]
        there = [name for name in self._in(row.loads[at]) if name in row.weights]
        if not there:
            return None
        name = dice.choice(there)
        others = [week for week in self._weeks_of[name] if week != at and week < len(row.loads)]
        if not others:
            return None
        to = dice.choices(others, [max(1, self.top - row.sums[week]) for week in others])[0]
        going = self._going_along(name, row.loads[to], later=to > at)
        makes_way = [other for other in self._in(row.loads[to]) if other not in going]
        near = dice.sample(makes_way, min(len(makes_way), dice.randint(0, _NEAR)))
        return (going, near, row.loads[to]) if len(going) <= _CHAIN + 1 else None

    def _in(self, week: PeakLoad) -> list[str]:
        return [name for name in self.movable if week.start <= self.at[name] < week.end]

    def _going_along(self, name: str, week: PeakLoad, *, later: bool) -> list[str]:
        """It, and all that follows (or leads to) it and would not lie behind (or before) it any more; in order."""
        found, waiting = {name}, [name]
        while waiting:
            one = waiting.pop()
            lags = self.ground.lags_from[one] if later else self.ground.lags_into[one]
            for other in [lag.after for lag in lags] if later else [lag.before for lag in lags]:
                passed = self.at[other] < week.end if later else self.at[other] >= week.start
                if passed and other in self._weeks_of and other not in found:
                    found.add(other)
                    waiting.append(other)
        return sorted(found, key=self.at.__getitem__, reverse=not later)

    def _wishes(
        self,
        going: Iterable[str],
        near: Iterable[str],
        old: Mapping[str, _Place],
        week: PeakLoad,
        dice: Random,
    ) -> Iterator[tuple[str, int]]:
        """Who looks for a place from when on: first those that go, from the week's beginning."""
        yield from ((name, week.start) for name in going)
        for name in near:
            about = dice.randint(-_ABOUT_WEEKS, _ABOUT_WEEKS) * (week.end - week.start)
            yield name, week.start + about if dice.random() < _ABOUT else old[name][0]

    def _too_much(self) -> int:
        """What the weeks have above the least that the fullest can have, squared: two half as full are better."""
        return sum(max(0, load - self.floor) ** 2 for row in self._weeks for load in row.sums)

    def _fullest(self) -> int:
        return max(load for row in self._weeks for load in row.sums)

    def _put(self, name: str, start: int, people: list[str]) -> None:
        task = self.ground.tasks[name]
        self.at[name], self._people[name] = start, people
        for resource, amount in [*task.occupies.items(), *((person, 1) for person in people)]:
            insort(self.busy.setdefault(resource, []), (start, start + task.duration, amount))
        self._count(name, start, 1)
        for rule in self._by_day(name):
            self._days_of(rule, start).append((start, start + task.duration))
            self._note(rule, start)

    def _lift(self, name: str) -> _Place:
        task, start, people = self.ground.tasks[name], self.at.pop(name), self._people.pop(name)
        for resource, amount in [*task.occupies.items(), *((person, 1) for person in people)]:
            taken = self.busy[resource]
            del taken[bisect_left(taken, (start, start + task.duration, amount))]
        self._count(name, start, -1)
        for rule in self._by_day(name):
            self._days_of(rule, start).remove((start, start + task.duration))
            self._note(rule, start)
        return start, people

    def _count(self, name: str, start: int, sign: int) -> None:
        for loads, weight in self._rows_of[name]:
            if (load := load_at(loads, start)) is not None:
                self.used[id(load)] = self.used.get(id(load), 0) + sign * weight
        for row in self._weeks:
            if name in row.weights and (week := row.week(start)) is not None:
                row.sums[week] += sign * row.weights[name]

    def _by_day(self, name: str) -> list[RestBetween | ActiveBuckets]:
        return [*self._rests_of[name], *self._actives_of[name]]

    def _days_of(self, rule: RestBetween | ActiveBuckets, start: int) -> list[tuple[int, int]]:
        """What lies on this day, of those that the rule speaks of."""
        return self._on_day.setdefault((id(rule), bisect_right(rule.edges, start) - 1), [])

    def _note(self, rule: RestBetween | ActiveBuckets, start: int) -> None:
        """The day's edges, or whether anything is on it, anew."""
        day, there = bisect_right(rule.edges, start) - 1, self._days_of(rule, start)
        if not 0 <= day < len(rule.edges) - 1:
            return
        if isinstance(rule, ActiveBuckets):
            self.active.setdefault(id(rule), [False] * (len(rule.edges) - 1))[day] = bool(there)
            return
        days = self.edges_of_day.setdefault(id(rule), [None] * (len(rule.edges) - 1))
        days[day] = (min(first for first, _ in there), max(end for _, end in there)) if there else None

    def _lag_bounds(self, task: Task) -> tuple[int, int]:
        """As in a pass, and before what follows it."""
        soonest, latest = super()._lag_bounds(task)
        for lag in self.ground.lags_from[task.id]:
            if lag.after in self.at:
                end = self.at[lag.after] - task.duration
                latest = min(latest, end - (lag.min_gap or 0))
                soonest = soonest if lag.max_gap is None else max(soonest, end - lag.max_gap)
        return soonest, latest

    def _next(self, task: Task, soonest: int) -> _Place | None:
        """The first start at which it fits and no week is fuller than the fullest was."""
        least, latest = self._lag_bounds(task)
        soonest = max(soonest, least)
        starts = self.ground.domains[task.id]
        for k in range(bisect_left(starts, soonest, key=_last_of), len(starts)):
            start = max(starts[k][0], soonest)
            while start <= min(starts[k][1], latest):
                later = self._not_before(task, start)
                if later == start:
                    later, people = self._free(task, start)
                    if later == start:
                        return start, people
                start = later
            if start > latest:
                break
        return None

    def _not_before(self, task: Task, start: int) -> int:
        """The start, or a later one to try: what is asked most cheaply, and refuses most, is asked first."""
        if (later := self._after_peak(task, start)) > start:
            return later
        if (later := self._after_full(self._rows_of[task.id], start)) > start:
            return later
        if (later := self._after_busy(task, start)) > start:
            return later
        later = self._after_rest(task, self._rests_of[task.id], start)
        return max(later, self._after_row(self._actives_of[task.id], start), self._after_apart(task, start))

    def _after_peak(self, task: Task, start: int) -> int:
        for row in self._weeks:
            week = row.week(start) if task.id in row.weights else None
            if week is not None and row.sums[week] + row.weights[task.id] > self.top:
                return row.loads[week].end
        return start


def _start_of(load: PeakLoad) -> int:
    return load.start


def _last_of(starts: tuple[int, int]) -> int:
    return starts[1]
