"""One pass over the sessions of a term: each in turn where it fits first, whatever the rules ask of its hours.

What is asked is read once (`Ground`); a pass (`Run`) keeps books of who is busy, which days and weeks are full and when
each day begins and ends, and answers every question with the start asked about, or with a later one to try.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from attrs import define, field

from hamsafar.planning import ticks
from hamsafar.planning.ticks import Starts
from hamsafar.schedule.constraints import ActiveBuckets, Apart, Capacity, Lag, Load, NoOverlap, PickAllowed, RestBetween
from hamsafar.schedule.objectives import Lateness
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Pick, Task


class Ground:
    """What doesn't change from run to run: domains, order, and who is bound by what."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tasks = {task.id: task for task in problem.tasks}
        self.longest = max((task.duration for task in problem.tasks), default=0)
        self.domains = _domains(problem)
        self.lags_into: dict[str, list[Lag]] = {name: [] for name in self.tasks}
        self.lags_from: dict[str, list[Lag]] = {name: [] for name in self.tasks}
        self.rigid: dict[str, list[Lag]] = {name: [] for name in self.tasks}  # what follows by a fixed gap
        self.aparts: dict[str, list[Apart]] = {name: [] for name in self.tasks}
        self.own_ranges: dict[tuple[str, str], list[Starts]] = {}
        self.capacity: dict[str, int] = {}
        self.load_rows: dict[tuple[str, int], list[Load]] = {}
        self.due = {
            name: due - self.tasks[name].duration
            for objective in problem.objectives
            if isinstance(objective, Lateness)
            for name, (due, _) in objective.due.items()
        }
        self.rests = [found for found in problem.constraints if isinstance(found, RestBetween)]
        self.actives = [found for found in problem.constraints if isinstance(found, ActiveBuckets)]
        for constraint in problem.constraints:
            match constraint:
                case Lag():
                    self.lags_into[constraint.after].append(constraint)
                    self.lags_from[constraint.before].append(constraint)
                    if constraint.min_gap == constraint.max_gap:
                        self.rigid[constraint.before].append(constraint)
                case Apart():
                    self.aparts[constraint.first].append(constraint)
                    self.aparts[constraint.second].append(constraint)
                case PickAllowed():
                    key = (constraint.task, constraint.candidate)
                    self.own_ranges.setdefault(key, []).append(constraint.ranges)
                case NoOverlap():
                    self.capacity[constraint.resource] = 1
                case Capacity():
                    self.capacity.setdefault(constraint.resource, constraint.capacity)
                case Load():
                    self.load_rows.setdefault((constraint.tag.rule, id(constraint.weights)), []).append(constraint)
                case _:
                    pass

    def soon_after(self, name: str) -> Iterable[str]:
        """What it must follow within some time: that lay where there was no room behind it."""
        return (lag.before for lag in self.lags_into[name] if lag.max_gap is not None)

    def late(self, starts: Mapping[str, int]) -> int:
        """How late all are together, by their due dates."""
        return sum(max(0, starts[name] - due) for name, due in self.due.items() if name in starts)

    def deadlines(self, urgency: Mapping[str, int]) -> dict[str, int]:
        """Latest starts, made earlier by urgency, and drawn in by what must follow."""
        latest = {
            name: min(starts[-1][1] if starts else self.problem.last, self.due.get(name, self.problem.last))
            - urgency[name]
            for name, starts in self.domains.items()
        }
        for _ in range(len(latest)):  # a chain is at most this long; a cycle stops here too
            moved = False
            for name, lags in self.lags_into.items():
                for lag in lags:
                    bound = latest[name] - (lag.min_gap or 0) - self.tasks[lag.before].duration
                    if bound < latest[lag.before]:
                        latest[lag.before], moved = bound, True
            if not moved:
                break
        return latest


def _domains(problem: Problem) -> dict[str, Starts]:
    """Task → the starts that all its allowed sets share; equal combinations are worked out once."""
    known: dict[tuple[int, ...], Starts] = {}
    found: dict[str, Starts] = {}
    for task in problem.tasks:
        sets = {id(allowed.ranges): allowed.ranges for allowed in task.allowed}
        key = (task.duration, *sorted(sets))
        if key not in known:
            horizon = ticks.fit([(problem.first, problem.last)], task.duration)
            known[key] = ticks.shared_starts(horizon, *sorted(sets.values(), key=len))
        found[task.id] = known[key]
    return found


@define
class Run:
    """One pass through the order. Every check answers with the start itself, or with a later one to try."""

    ground: Ground
    capped: dict[int, list[Load]]
    deadlines: dict[str, int]
    punctual: bool = True  # whether nothing is to start later than is due
    at: dict[str, int] = field(factory=dict)
    busy: dict[str, list[tuple[int, ...]]] = field(factory=dict)  # resource → (start, end, amount), ascending
    used: dict[int, int] = field(factory=dict)  # id of a load → its sum so far
    edges_of_day: dict[int, list[tuple[int, int] | None]] = field(factory=dict)  # id of a rest → (first, last end)
    active: dict[int, list[bool]] = field(factory=dict)

    def starts(self) -> dict[str, int]:
        """The pass."""
        waiting = {
            name: len({lag.before for lag in lags} - self.at.keys())
            for name, lags in self.ground.lags_into.items()
            if name not in self.at
        }
        ready = [name for name, before in waiting.items() if not before]
        while waiting:
            name = min(ready or waiting, key=self.deadlines.__getitem__)
            del waiting[name]
            if ready:
                ready.remove(name)
            for other in {lag.after for lag in self.ground.lags_from[name]}:
                if other in waiting:
                    waiting[other] -= 1
                    if not waiting[other]:
                        ready.append(other)
            task = self.ground.tasks[name]
            found = self._earliest(task)
            if found is None and self.capped:  # rather above the cap than nowhere
                capped, self.capped = self.capped, {}
                found = self._earliest(task)
                self.capped = capped
            if found is None and name in self.ground.due:  # and rather late
                self.punctual = False
                found = self._earliest(task)
                self.punctual = True
            if found is not None:
                self._place(task, *found)
        return self.at

    def _rows(self, task: Task) -> list[tuple[list[Load], int]]:
        rows = [*self.ground.load_rows.values(), *self.capped.values()]
        return [(row, row[0].weights[task.id]) for row in rows if task.id in row[0].weights]

    def _earliest(self, task: Task) -> tuple[int, list[str]] | None:
        return self._earliest_from(task, self.ground.problem.first)

    def _earliest_from(self, task: Task, soonest: int) -> tuple[int, list[str]] | None:
        """The first start from then on at which it fits, and so does what follows it at once."""
        while (found := self._next(task, soonest)) is not None:
            later = max((self._after_follower(lag, found[0]) for lag in self.ground.rigid[task.id]), default=found[0])
            later = max(later, self._with_followers(task, found[0]))
            if later == found[0]:
                return found
            soonest = later
        return None

    def _with_followers(self, task: Task, start: int) -> int:
        """The start, where all that must follow soon has its hours by then; else a later one to try."""
        ends, later = {task.id: start + task.duration}, start
        for lag in self.ground.lags_from[task.id]:
            if lag.max_gap is None or lag in self.ground.rigid[task.id] or lag.after in self.at:
                continue
            follower = self.ground.tasks[lag.after]
            after = [
                ends[into.before] + (into.min_gap or 0)
                for into in self.ground.lags_into[lag.after]
                if into.before in ends
            ]
            first = ticks.earliest(self.ground.domains[lag.after], max(after))
            if first is None:
                return self.ground.problem.last + 1
            ends[lag.after] = first + follower.duration
            later = max(later, start + first - (ends[task.id] + lag.max_gap))
        return later

    def _after_follower(self, lag: Lag, start: int) -> int:
        """The start, where what follows by a fixed gap fits then too; else a later one to try."""
        if lag.after in self.at:
            return start
        follower, gap = self.ground.tasks[lag.after], self.ground.tasks[lag.before].duration + (lag.min_gap or 0)
        found = self._next(follower, start + gap)
        if found is None:
            return self.ground.problem.last + 1
        later = max((self._after_follower(more, found[0]) for more in self.ground.rigid[follower.id]), default=found[0])
        return later - gap

    def _next(self, task: Task, soonest: int) -> tuple[int, list[str]] | None:
        rows = self._rows(task)
        rests = [rest for rest in self.ground.rests if task.id in rest.tasks]
        actives = [active for active in self.ground.actives if task.id in active.tasks]
        least, latest = self._lag_bounds(task)
        soonest = max(soonest, least)
        for first, last in self.ground.domains[task.id]:
            start = max(first, soonest)
            while start <= min(last, latest):
                later = max(
                    self._after_busy(task, start),
                    self._after_full(rows, start),
                    self._after_rest(task, rests, start),
                    self._after_row(actives, start),
                    self._after_apart(task, start),
                )
                if later == start:
                    later, people = self._free(task, start)
                    if later == start:
                        return start, people
                start = later
        return None

    def _lag_bounds(self, task: Task) -> tuple[int, int]:
        soonest, latest = self.ground.problem.first, self.ground.problem.last
        if self.punctual:
            latest = min(latest, self.ground.due.get(task.id, latest))
        for lag in self.ground.lags_into[task.id]:
            if lag.before in self.at:
                end = self.at[lag.before] + self.ground.tasks[lag.before].duration
                soonest = max(soonest, end + (lag.min_gap or 0))
                latest = latest if lag.max_gap is None else min(latest, end + lag.max_gap)
        return soonest, latest

    def _after_busy(self, task: Task, start: int) -> int:
        later = start
        for resource, amount in task.occupies.items():
            room = self.ground.capacity.get(resource)
            if room is not None:
                later = max(later, self._room_at(resource, start, start + task.duration, room - amount))
        return later

    def _room_at(self, resource: str, start: int, end: int, room: int) -> int:
        """The start, where no more than `room` is taken at any time of it; else when it may be so."""
        taken = self.busy.get(resource, [])
        if room == 0:
            return _free_from(taken, start, end - start)
        near = taken[bisect_left(taken, (start - self.ground.longest,)) : bisect_left(taken, (end,))]
        met = [each for each in near if start < each[1]]
        if sum(amount for _, _, amount in met) <= room:  # all at once: at most what is ever taken together
            return start
        worst = max(
            sum(amount for first, last, amount in met if first <= now < last)
            for now in [start, *(first for first, _, _ in met if first > start)]
        )
        return start if worst <= room else min(last for _, last, _ in met)

    def _after_full(self, rows: list[tuple[list[Load], int]], start: int) -> int:
        for row, weight in rows:
            load = load_at(row, start)
            if load is None or load.limit is None:
                continue
            if self.used.get(id(load), 0) + weight > load.limit:
                return load.end
        return start

    def _after_rest(self, task: Task, rests: Iterable[RestBetween], start: int) -> int:
        for rest in rests:
            day = bisect_right(rest.edges, start) - 1
            days = self.edges_of_day.get(id(rest))
            if days is None or not 0 <= day < len(days):
                continue
            before = days[day - 1] if day else None
            after = days[day + 1] if day + 1 < len(days) else None
            if before is not None and start < before[1] + rest.gap:
                return before[1] + rest.gap
            if after is not None and start + task.duration + rest.gap > after[0]:
                return rest.edges[day + 1]
        return start

    def _after_row(self, actives: Iterable[ActiveBuckets], start: int) -> int:
        for rule in actives:
            day = bisect_right(rule.edges, start) - 1
            days = self.active.setdefault(id(rule), [False] * (len(rule.edges) - 1))
            if not 0 <= day < len(days) or days[day]:
                continue
            windows = range(max(0, day - rule.window + 1), day + 1)
            if any(sum(days[first : first + rule.window]) >= rule.limit for first in windows):
                return rule.edges[day + 1]
        return start

    def _after_apart(self, task: Task, start: int) -> int:
        end = start + task.duration
        for rule in self.ground.aparts[task.id]:
            other = rule.second if task.id == rule.first else rule.first
            if other not in self.at:
                continue
            other_start = self.at[other]
            other_end = other_start + self.ground.tasks[other].duration
            back = rule.gap if rule.both_ways else 0
            before, behind = (rule.gap, back) if task.id == rule.first else (back, rule.gap)
            if end + before > other_start and start < other_end + behind:
                return other_end + behind
        return start

    def _free(self, task: Task, start: int) -> tuple[int, list[str]]:
        """The start and who serves; or a later start, where somebody's time may have come."""
        chosen: list[str] = []
        for pick in task.picks:
            soonest: list[int] = []
            found = 0
            for person in self._in_turn(task, pick):
                later = self._candidate_at(task, person, start)
                if later == start and person not in chosen and found < pick.count:
                    chosen.append(person)
                    found += 1
                elif later is not None:
                    soonest.append(max(later, start + 1))
            if found < pick.count:
                return min(soonest, default=self.ground.problem.last + 1), chosen
        return start, chosen

    def _in_turn(self, task: Task, pick: Pick) -> Sequence[str]:
        """Who may be picked, in the order in which they are asked."""
        return pick.candidates

    def _candidate_at(self, task: Task, person: str, start: int) -> int | None:
        later = start
        if person in self.ground.capacity:
            later = self._room_at(person, start, start + task.duration, 0)
        for ranges in self.ground.own_ranges.get((task.id, person), ()):
            found = ticks.earliest(ranges, later)
            if found is None:
                return None
            later = found
        return later

    def _place(self, task: Task, start: int, people: list[str]) -> None:
        end = start + task.duration
        self.at[task.id] = start
        for lag in self.ground.lags_from[task.id]:
            if lag.max_gap is not None:
                self.deadlines[lag.after] = min(self.deadlines[lag.after], end + lag.max_gap)
        for resource, amount in [*task.occupies.items(), *((person, 1) for person in people)]:
            insort(self.busy.setdefault(resource, []), (start, end, amount))
        for row, weight in self._rows(task):
            if (load := load_at(row, start)) is not None:
                self.used[id(load)] = self.used.get(id(load), 0) + weight
        for rest in self.ground.rests:
            if task.id in rest.tasks:
                self._note_day(rest, start, end)
        for rule in self.ground.actives:
            if task.id in rule.tasks:
                day = bisect_right(rule.edges, start) - 1
                self.active.setdefault(id(rule), [False] * (len(rule.edges) - 1))[day] = True

    def _note_day(self, rest: RestBetween, start: int, end: int) -> None:
        days = self.edges_of_day.setdefault(id(rest), [None] * (len(rest.edges) - 1))
        day = bisect_right(rest.edges, start) - 1
        first, last = days[day] or (start, end)
        days[day] = (min(first, start), max(last, end))


def _free_from(taken: list[tuple[int, ...]], start: int, length: int) -> int:
    """The first tick, not before `start`, from which nothing of what is taken, one at a time, meets a stretch."""
    at = bisect_right(taken, start, key=itemgetter(1))
    while at < len(taken) and taken[at][0] < start + length:
        start = max(start, taken[at][1])
        at += 1
    return start


def load_at(row: list[Load], start: int) -> Load | None:
    index = bisect_right(row, start, key=lambda load: load.start) - 1
    return row[index] if index >= 0 and start < row[index].end else None
