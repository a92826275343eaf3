"""A schedule to start from: one occurrence after the other, each as near as can be to when it would best start.

Every constraint of the problem is read as ranges of starts that what is placed already forbids, so the result is
feasible as far as it goes. Those with the fewest starts go first; what finds no place, or a poor one, goes further
to the front and all begins again (squeaky wheel optimisation: Joslin and Clements 1999).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import inf

from attrs import define, field

from hamsafar.planning import ticks
from hamsafar.planning.ticks import Starts, Stretch
from hamsafar.schedule.constraints import (
    AllOrNone,
    Apart,
    Capacity,
    Choose,
    Implies,
    Lag,
    Load,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    SamePeople,
    StartsApart,
)
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Task

_ROUNDS = 48  # beginnings; each puts in front what found no place, or only a poor one, before
_AT_LEAST = 24  # of them, also when everything mandatory has a place
_TRIES = 60  # single tasks put in front afterwards, each kept there if that betters the whole
_POOR = 0.1  # of the tasks with a preferred start: those furthest from it go forward a little
_MOVED = 0.5  # by how much more urgent a sleep becomes that lies away from its best start
_FOREMOST = 1.5  # how urgent the sleeps are at the beginning; a mandatory task without a place gains 1 a round
_OPTIONAL = 1.0  # an optional one at most: what has no place beside a sleep must not push the sleep out
_PASSES = 40  # over the lags, to draw in the bounds of chains

Worth = tuple[int, int, int, int]


def first_schedule(problem: Problem) -> dict[str, int]:
    """Starts to try first, for as many tasks as found a place. The same for the same problem, always.

    AwayFromPreferred and LostValue are minded: what has a preferred start in an objective before the value of what is
    left out (the sleeps) goes first, and how far it lies from there counts before that value. Of other objectives it
    knows nothing.
    """
    preferred, foremost = _wanted(problem)
    ground = _Ground.of(problem)
    best, urgent = _squeaky(ground, preferred, foremost)
    tried: set[str] = set()
    for _ in range(_TRIES):
        name = next((name for name in best.complaints() if name not in tried), None)
        if name is None:
            break
        tried.add(name)
        forward = {**urgent, name: urgent.get(name, 0) + 1}
        run = _Run(ground=ground, preferred=preferred, foremost=foremost)
        run.place_all(forward)
        if run.worth() < best.worth():
            best, urgent = run, forward
    return best.at


def _wanted(problem: Problem) -> tuple[dict[str, int], frozenset[str]]:
    """The preferred starts of all objectives, and whose come before the value of what is left out."""
    preferred: dict[str, int] = {}
    foremost: frozenset[str] = frozenset()
    for objective in problem.objectives:
        match objective:
            case AwayFromPreferred():
                preferred |= objective.preferred
            case LostValue():
                foremost = frozenset(preferred)
            case _:
                pass
    return preferred, foremost


def _squeaky(ground: _Ground, preferred: Mapping[str, int], foremost: frozenset[str]) -> tuple[_Run, dict[str, float]]:
    """The best of several beginnings, and how urgent each task was in it."""
    urgent: dict[str, float] = dict.fromkeys(sorted(foremost), _FOREMOST)
    found: list[tuple[Worth, int, _Run, dict[str, float]]] = []
    for round_ in range(_ROUNDS):
        run = _Run(ground=ground, preferred=preferred, foremost=foremost)
        run.place_all(urgent)
        found.append((run.worth(), round_, run, dict(urgent)))
        if not any(run.worth()) or (round_ >= _AT_LEAST and min(worth for worth, *_ in found)[0] == 0):
            break
        for name, more in run.blame():
            highest = _OPTIONAL if ground.tasks[name].optional else inf
            urgent[name] = min(urgent.get(name, 0) + more, highest)
    _, _, run, urgent = min(found, key=lambda one: one[:2])
    return run, urgent


@define(kw_only=True)
class _Ground:
    """What doesn't change: domains, and which constraints each task is in."""

    problem: Problem
    tasks: dict[str, Task]
    domains: dict[str, Starts]
    touching: dict[str, list[Lag | Apart | StartsApart | Repeats]]
    loads: dict[str, list[Load]]
    allowed: dict[tuple[str, str], list[Starts]]
    needs: dict[str, list[str]]
    capacity: dict[str, int]
    stand_ins: dict[str, list[tuple[str, ...]]]  # of which one starts with it: see `waking`
    linked: dict[str, list[SamePeople | OtherPeople]]
    fills: dict[str, list[tuple[str, int]]]  # what it fills and how far, by its stand-ins: see `stowage`
    room: dict[str, int]  # in what is filled, beside all that must be

    @classmethod
    def of(cls, problem: Problem) -> _Ground:
        """The ground of a problem."""
        tasks = {task.id: task for task in problem.tasks}
        ground = cls(
            problem=problem,
            tasks=tasks,
            domains={task.id: _domain(problem, task) for task in problem.tasks},
            touching={name: [] for name in tasks},
            loads={name: [] for name in tasks},
            allowed={},
            needs={name: [] for name in tasks},
            capacity={},
            stand_ins={name: [] for name in tasks},
            linked={name: [] for name in tasks},
            fills={name: [] for name in tasks},
            room={},
        )
        ground._index()
        ground._draw_in()
        return ground

    def _index(self) -> None:
        for constraint in self.problem.constraints:
            match constraint:
                case Lag():
                    self.touching[constraint.before].append(constraint)
                    self.touching[constraint.after].append(constraint)
                case Apart():
                    self.touching[constraint.first].append(constraint)
                    self.touching[constraint.second].append(constraint)
                case StartsApart():
                    for name in constraint.tasks:
                        self.touching[name].append(constraint)
                case Load():
                    for name in constraint.weights:
                        self.loads[name].append(constraint)
                case PickAllowed():
                    self.allowed.setdefault((constraint.task, constraint.candidate), []).append(constraint.ranges)
                case Implies() if self.tasks[constraint.needs].optional:  # what is mandatory is there anyhow
                    self.needs[constraint.task].append(constraint.needs)
                case NoOverlap():
                    self.capacity[constraint.resource] = 1
                case Capacity():
                    self.capacity[constraint.resource] = constraint.capacity
                case Choose(tasks=names, least=1):
                    self._index_stand_ins(names)
                case Repeats(edges=()):
                    for name in constraint.tasks:
                        self.touching[name].append(constraint)
                case SamePeople() | OtherPeople():
                    for name in constraint.tasks:
                        self.linked[name].append(constraint)
                case AllOrNone(tasks=(first, second)):
                    self.needs[second].append(first)
                case Reservoir():
                    self._index_fills(constraint)
                case _:
                    pass

    def _index_fills(self, level: Reservoir) -> None:
        """As if nothing were ever taken out again."""
        taken = {one.tasks[1]: one.tasks[0] for one in self.problem.constraints if isinstance(one, AllOrNone)}
        self.room[level.name] = level.highest
        for flow in level.flows:
            if flow.amount > 0 and flow.task in taken:
                self.fills[taken[flow.task]].append((level.name, flow.amount))
            elif flow.amount > 0:
                self.room[level.name] -= flow.amount

    def _index_stand_ins(self, names: tuple[str, ...]) -> None:
        lags = [one for one in self.problem.constraints if isinstance(one, Lag) and one.before in names]
        for name in dict.fromkeys(one.after for one in lags if one.since == "start" and one.max_gap == 0):
            self.stand_ins[name].append(names)

    def _draw_in(self) -> None:
        """Takes from the domains what the lags between mandatory tasks rule out at the ends."""
        lags = [one for one in self.problem.constraints if isinstance(one, Lag)]
        hard = [one for one in lags if not (self.tasks[one.before].optional or self.tasks[one.after].optional)]
        for _ in range(_PASSES):
            moved = [self._drawn_in(lag) for lag in hard]
            if not any(moved):
                break

    def _drawn_in(self, lag: Lag) -> bool:
        before, after = self.domains[lag.before], self.domains[lag.after]
        if not before or not after:
            return False
        least, most = _start_gap(lag, self.tasks)
        low, high = before[0][0], before[-1][1]
        kept_after = _clipped(after, low + least, self.problem.last if most is None else high + most)
        first, last = (after[0][0], after[-1][1])
        kept_before = _clipped(before, self.problem.first if most is None else first - most, last - least)
        if kept_after == after and kept_before == before:
            return False
        self.domains[lag.after], self.domains[lag.before] = kept_after, kept_before
        return True


def _clipped(starts: Starts, first: int, last: int) -> Starts:
    return ticks.shared_starts(starts, ((first, last),)) if first <= last else ()


def _domain(problem: Problem, task: Task) -> Starts:
    horizon = ticks.fit([(problem.first, problem.last)], task.duration)
    return ticks.shared_starts(horizon, *(allowed.ranges for allowed in task.allowed))


def _start_gap(lag: Lag, tasks: Mapping[str, Task]) -> tuple[int, int | None]:
    """The least and the largest distance of the starts."""
    length = tasks[lag.before].duration if lag.since == "end" else 0
    least = -(10**9) if lag.min_gap is None else lag.min_gap + length
    return least, None if lag.max_gap is None else lag.max_gap + length


@define(kw_only=True)
class _Run:
    """One pass."""

    ground: _Ground
    preferred: Mapping[str, int]
    foremost: frozenset[str]
    at: dict[str, int] = field(factory=dict)
    people: dict[str, set[str]] = field(factory=dict)  # task → resources it takes
    busy: dict[str, list[tuple[int, int, int]]] = field(factory=dict)  # resource → (start, end, amount)
    used: dict[int, int] = field(factory=dict)  # id of a load → its sum so far
    filled: dict[str, int] = field(factory=dict)

    def place_all(self, urgent: Mapping[str, float]) -> None:
        """Places what finds a place."""
        for task in self._order(urgent):
            if all(name in self.at for name in self.ground.needs[task.id]):
                found = self._place_of(task)
                if found is not None:
                    self._place(task, *found)

    def _order(self, urgent: Mapping[str, float]) -> list[Task]:
        """The most urgent first; then mandatory by how few starts there are, then optional by value a minute.

        Whatever may only be there with something else comes after it.
        """

        def key(task: Task) -> tuple[float, int, float, str]:
            if task.optional:
                return -urgent.get(task.id, 0), 1, -task.value / task.duration, task.id
            size = sum(last - first + 1 for first, last in self.ground.domains[task.id])
            return -urgent.get(task.id, 0), 0, size, task.id

        ordered = sorted(self.ground.problem.tasks, key=key)
        needing = [task for task in ordered if self.ground.needs[task.id]]
        return [*(task for task in ordered if not self.ground.needs[task.id]), *needing]

    def complaints(self) -> list[str]:
        """What fares badly, the worst first: without a place by value, then away from its preferred start."""
        homeless = [task for task in self._left_out() if self.ground.domains[task.id]]
        homeless.sort(key=lambda task: (task.optional, -task.value, task.id))
        away = sorted(self._away().items(), key=lambda pair: (-pair[1], pair[0]))
        return [*(task.id for task in homeless), *(name for name, minutes in away if minutes)]

    def _left_out(self) -> list[Task]:
        return [task for task in self.ground.problem.tasks if task.id not in self.at]

    def _away(self) -> dict[str, int]:
        return {name: abs(self.at[name] - tick) for name, tick in self.preferred.items() if name in self.at}

    def worth(self) -> Worth:
        """Mandatory tasks without a place, minutes of the foremost away, value left out, minutes of the others away."""
        left_out, away = self._left_out(), self._away()
        mandatory = sum(not task.optional for task in left_out)
        foremost = sum(minutes for name, minutes in away.items() if name in self.foremost)
        return mandatory, foremost, sum(task.value for task in left_out), sum(away.values()) - foremost

    def blame(self) -> Iterator[tuple[str, float]]:
        """What should come earlier next time, and by how much."""
        for task in self._left_out():
            if self.ground.domains[task.id]:
                yield task.id, 0.5 if task.optional else 1.0
        away = sorted(self._away().items(), key=lambda pair: (-pair[1], pair[0]))
        yield from ((name, _MOVED) for name, minutes in away if minutes and name in self.foremost)
        others = [(name, minutes) for name, minutes in away if name not in self.foremost]
        yield from ((name, 0.1) for name, minutes in others[: int(_POOR * len(others))] if minutes)

    def _place_of(self, task: Task) -> tuple[int, list[str]] | None:
        """The start nearest to the preferred one (the earliest where there is none), and who is chosen."""
        fills = self.ground.fills[task.id]
        if any(self.filled.get(name, 0) + amount > self.ground.room[name] for name, amount in fills):
            return None
        starts = self._free(task, self.ground.domains[task.id], task.occupies.items(), None)
        if not task.picks:
            start = _nearest(starts, self.preferred.get(task.id))
            return None if start is None else (start, [])
        open_to = {
            candidate: self._open_to(task, candidate, starts) for pick in task.picks for candidate in pick.candidates
        }
        for start in self._tries(task, starts, open_to):
            chosen = self._chosen(task, start, open_to)
            if chosen is not None:
                return start, chosen
        return None

    def _open_to(self, task: Task, candidate: str, starts: Starts) -> Starts:
        own = self.ground.allowed.get((task.id, candidate), [])
        return self._free(task, ticks.shared_starts(starts, *own), [(candidate, 1)], candidate)

    def _tries(self, task: Task, starts: Starts, open_to: Mapping[str, Starts]) -> list[int]:
        """Starts worth a try: the ends of every range that is open to somebody, and the one preferred."""
        wanted = self.preferred.get(task.id)
        tries = {tick for ranges in open_to.values() for first, last in ranges for tick in (first, last)}
        if wanted is not None:
            tries |= {wanted} if any(first <= wanted <= last for first, last in starts) else set()
            return sorted(tries, key=lambda tick: (abs(tick - wanted), tick))
        return sorted(tries)

    def _barred(self, task: Task) -> frozenset[str]:
        """Who can't be in it because of who is in what it is linked to."""
        found: set[str] = set()
        for link in self.ground.linked[task.id]:
            for other in link.tasks:
                if other != task.id and other in self.at:
                    there = self.people[other].intersection(link.people)
                    found |= there if isinstance(link, OtherPeople) else set(link.people) - there
        return frozenset(found)

    def _chosen(self, task: Task, start: int, open_to: Mapping[str, Starts]) -> list[str] | None:
        chosen: list[str] = []
        barred = self._barred(task)
        for pick in task.picks:
            free = [
                one
                for one in pick.candidates
                if one not in chosen
                and one not in barred
                and any(first <= start <= last for first, last in open_to[one])
            ]
            if len(free) < pick.count:
                return None
            free.sort(key=lambda one: sum(end - first for first, end, _ in self.busy.get(one, ())))
            chosen.extend(free[: pick.count])
        return chosen

    def _free(self, task: Task, starts: Starts, takes: Iterable[tuple[str, int]], candidate: str | None) -> Starts:
        """The starts that nothing placed forbids; what hangs on one candidate only where one is named."""
        blocked: list[Stretch] = []
        for resource, amount in takes:
            blocked.extend(self._full(resource, amount, task.duration))
        if candidate is None:
            for constraint in self.ground.touching[task.id]:
                blocked.extend(self._forbidden(task, constraint, None))
            blocked.extend(self._overloaded(task, frozenset(task.occupies)))
            for names in self.ground.stand_ins[task.id]:
                starts = ticks.shared_starts(starts, self._with_one_of(names))
        else:
            for constraint in self.ground.touching[task.id]:
                if isinstance(constraint, Apart) and constraint.picked == candidate:
                    blocked.extend(self._forbidden(task, constraint, candidate))
            blocked.extend(self._overloaded(task, frozenset({candidate})))
        return ticks.inclusive(ticks.subtraction(ticks.exclusive(starts), blocked))

    def _with_one_of(self, names: tuple[str, ...]) -> Starts:
        """Where some of the stand-ins may start."""
        every = [self._free(self.ground.tasks[name], self.ground.domains[name], (), None) for name in names]
        return ticks.joined(stretch for starts in every for stretch in starts)

    def _full(self, resource: str, amount: int, duration: int) -> Iterator[Stretch]:
        """Starts at which a resource would be taken beyond its capacity."""
        room = self.ground.capacity.get(resource)
        if room is None:
            return
        taken = self.busy.get(resource, [])
        if room == 1:
            yield from ((first - duration + 1, end) for first, end, _ in taken)
            return
        more: dict[int, int] = {}  # from a tick on
        for first, end, size in taken:
            more[first] = more.get(first, 0) + size
            more[end] = more.get(end, 0) - size
        used = 0
        for first, end in pairwise(sorted(more)):
            used += more[first]
            if amount + used > room:
                yield first - duration + 1, end

    def _forbidden(
        self, task: Task, constraint: Lag | Apart | StartsApart | Repeats, candidate: str | None
    ) -> Iterator[Stretch]:
        """Starts that one constraint with something placed forbids."""
        first, last = self.ground.problem.first, self.ground.problem.last
        match constraint:
            case Lag():
                least, most = _start_gap(constraint, self.ground.tasks)
                if task.id == constraint.after and constraint.before in self.at:
                    other = self.at[constraint.before]
                    yield first, other + least
                    if most is not None:
                        yield other + most + 1, last + 1
                elif task.id == constraint.before and constraint.after in self.at:
                    other = self.at[constraint.after]
                    yield other - least + 1, last + 1
                    if most is not None:
                        yield first, other - most
            case StartsApart():
                for name in constraint.tasks:
                    if name != task.id and name in self.at:
                        yield self.at[name] - constraint.gap + 1, self.at[name] + constraint.gap
            case Apart():
                yield from self._too_close(task, constraint, candidate)
            case Repeats():
                yield from self._out_of_turn(task, constraint)

    def _out_of_turn(self, task: Task, rule: Repeats) -> Iterator[Stretch]:
        """Too near to, or too far from, those placed next before it and next after it in the list."""
        first, last = self.ground.problem.first, self.ground.problem.last
        most = last - first if rule.most is None else rule.most
        number = rule.tasks.index(task.id)
        before = next((self.at[name] for name in reversed(rule.tasks[:number]) if name in self.at), None)
        after = next((self.at[name] for name in rule.tasks[number + 1 :] if name in self.at), None)
        if before is not None:
            yield first, before + rule.least
            yield before + most + 1, last + 1
        if after is not None:
            yield first, after - most
            yield after - rule.least + 1, last + 1

    def _too_close(self, task: Task, rule: Apart, candidate: str | None) -> Iterator[Stretch]:
        other = rule.second if task.id == rule.first else rule.first
        if other not in self.at or (rule.picked is not None and not self._both_take(task, other, rule, candidate)):
            return
        start = self.at[other]
        end = start + self.ground.tasks[other].duration
        back = rule.gap if rule.both_ways else 0
        if task.id == rule.first:  # the other comes `gap` after us, or we come `back` after it
            yield start - rule.gap - task.duration + 1, end + back
        else:
            yield start - back - task.duration + 1, end + rule.gap

    def _both_take(self, task: Task, other: str, rule: Apart, candidate: str | None) -> bool:
        mine = rule.picked == candidate or rule.picked in task.occupies
        return mine and rule.picked in self.people[other]

    def _overloaded(self, task: Task, takes: frozenset[str]) -> Iterator[Stretch]:
        for load in self.ground.loads[task.id]:
            if load.limit is None or (load.picked is not None and load.picked not in takes):
                continue
            if self.used.get(id(load), 0) + load.weights[task.id] > load.limit:
                yield load.start, load.end

    def _place(self, task: Task, start: int, chosen: list[str]) -> None:
        self.at[task.id] = start
        self.people[task.id] = {*task.occupies, *chosen}
        for name, amount in self.ground.fills[task.id]:
            self.filled[name] = self.filled.get(name, 0) + amount
        for resource, amount in (*task.occupies.items(), *((one, 1) for one in chosen)):
            self.busy.setdefault(resource, []).append((start, start + task.duration, amount))
        for load in self.ground.loads[task.id]:
            if load.start <= start < load.end and (load.picked is None or load.picked in self.people[task.id]):
                self.used[id(load)] = self.used.get(id(load), 0) + load.weights[task.id]


def _nearest(starts: Starts, wanted: int | None) -> int | None:
    """The start nearest to the one wanted; the earliest where none is."""
    if not starts:
        return None
    if wanted is None:
        return starts[0][0]
    return min((min(max(wanted, first), last) for first, last in starts), key=lambda tick: (abs(tick - wanted), tick))
