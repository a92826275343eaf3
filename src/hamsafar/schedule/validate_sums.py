"""Sums and products that the solver's 64-bit arithmetic could not hold: numbers each small enough, but not together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Flow,
    Implies,
    Lag,
    Load,
    NoOverlap,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    StartsApart,
)
from hamsafar.schedule.faults import Fault, Path
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LeftOut,
    Makespan,
    Objective,
    Peak,
    WeightedStarts,
)
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Forbidden, Pick, Price, Task

LARGEST = 2**40  # a single number: ticks (34,000 years of seconds), amounts, weights, prices
LARGEST_SUM = 2**58  # all that one constraint or objective adds up; the solver adds a few such sums in 64 bits


def sum_faults(problem: Problem) -> Iterator[Fault]:
    """Constraints and objectives whose worst case lies beyond LARGEST_SUM. Every single number is within LARGEST."""
    sizes = _Sizes(problem)
    for number, constraint in enumerate(problem.constraints):
        yield from _beyond(sizes.of(constraint), ("constraints", number), "its amount")
    for number, objective in enumerate(problem.objectives):
        yield from _beyond(sizes.goal(objective), ("objectives", number), "its value")
    costs: Counter[str] = Counter()
    for price, amount in sizes.prices():
        costs[price.term] += price.each * amount
    for number, objective in enumerate(problem.objectives):
        yield from _beyond(costs.pop(objective.name, 0), ("objectives", number), "the prices that name it")
    lost = sum(task.value for task in problem.tasks if task.optional)
    yield from _beyond(lost, ("activities",), "the values of optional activities")


def _beyond(size: int, at: Path, what: str) -> Iterator[Fault]:
    if size > LARGEST_SUM:
        yield Fault(at, f"{what} could come to {size}, beyond {LARGEST_SUM}; use coarser ticks or units")


class _Sizes:
    """The most that constraints and objectives could come to; coarse, and never too low."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.span = problem.last - problem.first
        self.farthest = max(abs(problem.first), abs(problem.last))
        self.longest = {task.id: max(way.duration for way in task.ways) for task in problem.tasks}
        self.taken: Counter[str] = Counter()
        self.used: Counter[str] = Counter()
        for task in problem.tasks:
            for way in task.ways:
                self.taken.update(way.occupies)
                self.used.update(way.consumes)
            for pick in (*task.picks, *(pick for mode in task.modes for pick in mode.picks)):
                everybody = pick.candidates or tuple(person.id for person in problem.people)
                self.taken.update(dict.fromkeys(everybody, 1))

    def of(self, asked: Constraint) -> int:
        """The amount of a constraint at worst."""
        people = len(self.problem.people)
        match asked:
            case Capacity():
                return self.taken[asked.resource] + asked.capacity
            case Budget():
                return self.used[asked.resource] + asked.limit
            case Reservoir():
                given = sum(abs(amount) for _, amount in asked.given)
                return abs(asked.level) + given + sum(self._flow(flow) for flow in asked.flows)
            case Load() | Rolling():
                return self._load(asked)
            case Lag():
                return 2 * self.span + abs(asked.min_gap or 0) + abs(asked.max_gap or 0)
            case NoOverlap():
                return self.span + max((ticks for _, _, ticks in asked.setup), default=0)
            case Apart() | StartsApart() | RestBetween():
                return self.span + asked.gap
            case Repeats():
                return len(asked.tasks) * (self.span + asked.least + (asked.most or 0))
            case PickAllowed():
                return self._away(asked.ranges)
            case ActiveBuckets() | AllOrNone() | Choose() | Implies():
                return len(self.problem.tasks)
            case _:
                return len(asked.tasks) * max(people, len(asked.people))

    def _flow(self, flow: Flow) -> int:
        return abs(flow.amount) * (self.longest.get(flow.task, 0) if flow.at == "during" else 1)

    def _load(self, load: Load | Rolling) -> int:
        ticks = 1
        if load.by == "ticks":
            ticks = min(load.span, self.span) if isinstance(load, Rolling) else min(load.end - load.start, self.span)
        weights = sum(abs(weight) for weight in load.weights.values())
        return ticks * weights + load.least + abs(load.limit or 0)

    def _away(self, ranges: tuple[tuple[int, int], ...]) -> int:
        ends = (ranges[0][0], ranges[-1][1]) if ranges else (0,)
        return 2 * self.farthest + max(abs(tick) for tick in ends)

    def goal(self, objective: Objective) -> int:
        """The value of an objective at worst; prices apart."""
        match objective:
            case Makespan():
                return self.span
            case Lateness():
                return sum(weight * (abs(due) + self.farthest) for due, weight in objective.due.values())
            case Peak():
                return max((sum(load.weights.values()) for load in objective.loads), default=0)
            case WeightedStarts():
                return self.span * sum(abs(weight) for weight in objective.weights.values())
            case AwayFromPreferred():
                return sum(abs(tick) + self.farthest + objective.left_out for tick in objective.preferred.values())
            case LeftOut():
                return sum(objective.weights.values())
            case Consumed():
                return self.used[objective.resource]
            case _:
                return 0

    def prices(self) -> Iterator[tuple[Price, int]]:
        """Every price, and the most that it may have to be paid for."""
        for task in self.problem.tasks:
            for demand in _demands(task):
                if demand.price is not None:
                    yield demand.price, self._demand(task, demand)
        for constraint in self.problem.constraints:
            if constraint.price is not None:
                yield constraint.price, self.of(constraint)

    def _demand(self, task: Task, demand: Allowed | Forbidden | Pick) -> int:
        match demand:
            case Allowed():
                return self._away(demand.ranges)
            case Forbidden():
                return self.longest[task.id]
            case Pick():
                return demand.count


def _demands(task: Task) -> Iterator[Allowed | Forbidden | Pick]:
    yield from task.allowed
    yield from task.forbidden
    yield from task.picks
    yield from (pick for mode in task.modes for pick in mode.picks)
