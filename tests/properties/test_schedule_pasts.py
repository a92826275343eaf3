"""A past, even one that breaks rules, leaves just the futures that trying everything finds: kind by kind.

What a constraint still asks is said here a second time, piece by piece (pair, tick, stretch, window, person): wherever
the past alone exceeds it nothing may be added, and elsewhere it holds as it did.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tiny_problems import THINGS, choices_of, every_schedule, problems

from hamsafar.schedule.check import JUDGES
from hamsafar.schedule.check_facts import Facts, Present, facts_of
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
from hamsafar.schedule.past import Done, with_past
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Breaks, Mode, Pick

KINDS = tuple(JUDGES)
OWN = (Pick, Breaks, Mode)


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    slow = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


@st.composite
def pasts(draw: st.DrawFn, problem: Problem) -> tuple[dict[str, Done], int]:
    """What has happened till now: some of the tasks, at any time until then, with anybody."""
    now = draw(st.integers(problem.first, problem.last))
    past = {}
    for task in problem.tasks:
        if draw(st.booleans()):
            start = draw(st.integers(problem.first, now))
            past[task.id] = Done(
                start=start,
                end=min(problem.last, start + draw(st.integers(0, 4))),
                takes=tuple(draw(st.lists(st.sampled_from(THINGS), unique=True))),
                mode=draw(st.sampled_from([way.id for way in task.ways])),
            )
    return past, now


class Futures:
    """A problem, what has happened, and what that leaves of each constraint, said piece by piece."""

    def __init__(self, problem: Problem, past: dict[str, Done], now: int) -> None:
        self.problem, self.past, self.now = problem, past, now
        self.left = with_past(problem, past, now)
        self.fixed = {name: Placed(start=done.start) for name, done in past.items()}
        self.before = facts_of(self.left, self.fixed)

    def by_trying(self) -> set[tuple[Any, ...]]:
        """Every schedule of what is to come that the problem allows after this past."""
        to_come = [task for task in self.problem.tasks if task.id not in self.past]
        choices = []
        for task in to_come:
            mine = [choice for choice in choices_of(self.problem, task) if choice.place.start >= self.now]
            choices.append([*mine, *((None,) if task.optional else ())])
        found = set()
        hard = [constraint for constraint in self.problem.constraints if constraint.price is None]
        for chosen in product(*choices):
            there = {choice.there.id: choice for choice in chosen if choice is not None}
            present = {name: choice.there for name, choice in there.items()}
            whole = Facts(
                self.problem,
                {
                    t.id: {**self.before.present, **present}[t.id]
                    for t in self.problem.tasks
                    if t.id in present or t.id in self.past
                },
            )
            if all(self.holds(constraint, whole) for constraint in hard):
                found.add(frozen({name: choice.place for name, choice in there.items()}))
        return found

    def by_reduction(self) -> set[tuple[Any, ...]]:
        """The same of the problem that is left."""
        schedules = (placed for placed, _ in every_schedule(self.left))
        return {frozen({name: at for name, at in one.items() if name not in self.past}) for one in schedules}

    def over(self, *tasks: str) -> bool:
        """Whether all of these are over."""
        return all(name in self.past for name in tasks)

    def holds(self, asked: Constraint, whole: Facts) -> bool:
        """Whether all that is still asked of the future holds."""
        found = list(JUDGES[type(asked)][0](asked, whole))
        before = self.before
        match asked:
            case NoOverlap() | StartsApart() | RestBetween() | PickAllowed() | Together() | NeverTogether() | Apart():
                return all(self.over(*finding.tasks) for finding in found)
            case Lag():
                if self.over(asked.after) and asked.before in whole.present and not self.over(asked.before):
                    return not list(JUDGES[Lag][0](evolve(asked, min_gap=None), whole))
                return not found or self.over(asked.before, asked.after)
            case Budget():
                return used(asked, whole) <= max(asked.limit, used(asked, before))
            case Capacity():
                ticks = range(self.problem.first - 1, self.problem.last + 1)
                return all(taken(asked, whole, t) <= max(capacity(asked, t), taken(asked, before, t)) for t in ticks)
            case Load():
                total, was = (load(asked, facts, asked.start, asked.end) for facts in (whole, before))
                enough = total >= asked.least or asked.end <= self.now
                return enough and (asked.limit is None or total <= max(asked.limit, was))
            case Rolling():
                return self.rolls(asked, whole)
            case ActiveBuckets():
                now, was = active(asked, whole), active(asked, before)
                return all(n <= max(asked.limit, w) for n, w in zip(now, was, strict=True))
            case Choose():
                there, were = len(whole.of(asked.tasks)), len(before.of(asked.tasks))
                return asked.least <= there <= max(asked.most, were)
            case SamePeople():
                return all(self.all_or_none(who, asked, whole) for who in asked.people)
            case OtherPeople():
                return all(
                    takings(who, asked.tasks, whole) <= max(1, takings(who, asked.tasks, before))
                    for who in asked.people
                )
            case Repeats():
                return self.repeats(asked, whole)
            case Reservoir():
                return self.flows(asked, whole)
        return not found

    def rolls(self, asked: Rolling, whole: Facts) -> bool:
        """Stretch by stretch."""
        first, last = self.problem.first, self.problem.last
        for start in range(first - asked.span, last + 1):
            total, was = (load(asked, facts, start, start + asked.span) for facts in (whole, self.before))
            if asked.limit is not None and total > max(asked.limit, was):
                return False
            inside = first <= start and self.now < start + asked.span <= last
            if inside and total < asked.least:
                return False
        return True

    def all_or_none(self, who: str, asked: SamePeople, whole: Facts) -> bool:
        """Person by person."""
        done = [there.taken(who) for there in self.before.of(asked.tasks)]
        return len(set(done)) > 1 or len({there.taken(who) for there in whole.of(asked.tasks)}) <= 1

    def repeats(self, asked: Repeats, whole: Facts) -> bool:
        """Neighbour by neighbour."""
        present = whole.of(asked.tasks)
        places = [there.start if not asked.edges else bucket(there.start, asked.edges) for there in present]
        if any(place is None and not self.over(there.id) for there, place in zip(present, places, strict=True)):
            return False
        for (_, a), (there, b) in pairwise(zip(present, places, strict=True)):
            if self.over(there.id) or a is None or b is None:
                continue
            if b - a < asked.least or (asked.most is not None and b - a > asked.most):
                return False
        return True

    def flows(self, asked: Reservoir, whole: Facts) -> bool:
        """Tick by tick from now on."""
        level, sound = asked.level, True
        for tick in range(self.problem.first, self.problem.last + 1):
            if tick == self.now and not sound:
                level = min(max(level, asked.lowest), asked.highest)
            level += sum(amount for at, amount in asked.given if at == tick)
            level += sum(
                coming(flow.amount, flow.at, there, tick) for flow in asked.flows for there in whole.of([flow.task])
            )
            level = min(level, asked.highest) if asked.overflow else level
            inside = asked.lowest <= level <= asked.highest
            if tick >= self.now and not inside:
                return False
            sound = sound and inside
        return True


def frozen(placed: dict[str, Placed]) -> tuple[Any, ...]:
    """A schedule that can be in a set."""
    return tuple(
        sorted(
            (n, p.start, p.mode, tuple(sorted((k, tuple(sorted(w))) for k, w in p.picked.items())))
            for n, p in placed.items()
        )
    )


def used(asked: Budget, facts: Facts) -> int:
    """What is used up."""
    return sum(there.way.consumes.get(asked.resource, 0) for there in facts.present.values())


def taken(asked: Capacity, facts: Facts, tick: int) -> int:
    """What is taken at a tick."""
    return sum(amount for there, amount in facts.takings(asked.resource) if any(a <= tick < b for a, b in there.taking))


def capacity(asked: Capacity, tick: int) -> int:
    """What there is at a tick."""
    return ([asked.capacity] + [amount for at, amount in asked.changes if at <= tick])[-1]


def load(asked: Load | Rolling, facts: Facts, start: int, end: int) -> int:
    """The load in a stretch."""
    counted = [t for t in facts.of(asked.weights) if asked.picked is None or t.taken(asked.picked)]
    if asked.by == "starts":
        return sum(asked.weights[t.id] for t in counted if start <= t.start < end)
    return sum(asked.weights[t.id] * t.runs_within(start, end) for t in counted)


def active(asked: ActiveBuckets, facts: Facts) -> list[int]:
    """Buckets in use, window by window."""
    inside = [any(a <= t.start < b for t in facts.of(asked.tasks)) for a, b in pairwise(asked.edges)]
    return [sum(inside[k : k + asked.window]) for k in range(max(1, len(inside) - asked.window + 1))]


def takings(who: str, tasks: tuple[str, ...], facts: Facts) -> int:
    """How many of the tasks somebody takes."""
    return sum(there.taken(who) for there in facts.of(tasks))


def bucket(tick: int, edges: tuple[int, ...]) -> int | None:
    """Which bucket a tick lies in."""
    return next((k for k, (a, b) in enumerate(pairwise(edges)) if a <= tick < b), None)


def coming(amount: int, at: str, there: Present, tick: int) -> int:
    """What flows at a tick."""
    if at == "during":
        return sum(amount for a, b in there.running if a < tick <= b)
    return amount if tick == (there.start if at == "start" else there.end) else 0


def is_told_apart(futures: Futures) -> bool:
    """Whether a thing that two of the past took at once is of the plain sort that the reduction is exact for."""
    for asked in futures.problem.constraints:
        if isinstance(asked, NoOverlap) and asked.price is None and list(JUDGES[NoOverlap][0](asked, futures.before)):
            ways = [way for task in futures.left.tasks for way in task.ways]
            plain = not asked.setup and all(way.occupies.get(asked.resource, 0) <= 1 for way in ways)
            simple = all(task.breaks is None and not task.modes and not task.picks for task in futures.problem.tasks)
            lasting = all(way.duration for way in ways)
            if not plain and not (simple and lasting):
                return False
    return True


def same_futures(problem: Problem, past: dict[str, Done], now: int) -> None:
    """The futures by trying are those of the problem that is left."""
    futures = Futures(problem, past, now)
    assume(is_told_apart(futures))
    assert futures.by_reduction() == futures.by_trying()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@tried(12)
@given(data=st.data())
def test_each_kind_after_a_past(kind: type, data: st.DataObject) -> None:
    more = data.draw(st.sampled_from(((), *((own,) for own in OWN))))
    problem = data.draw(problems(kinds=(kind, *more)))
    same_futures(problem, *data.draw(pasts(problem)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@tried(150)
@given(data=st.data())
def test_each_kind_after_hundreds_of_pasts(kind: type, data: st.DataObject) -> None:
    more = data.draw(st.sampled_from(((), *((own,) for own in OWN), *((other,) for other in KINDS))))
    problem = data.draw(problems(kinds=(kind, *more)))
    same_futures(problem, *data.draw(pasts(problem)))
