"""Projects too large for trying everything: what is proved, and by whom, must be so.

Eight to twelve tasks with resources, modes, teams, least and greatest lags: lists, floors, teams and implied orders
answer many of them before the solver is asked. A second model, tick by tick, says what is true. Stopped early, by
effort or by request, the engine may know less, and never something else.
"""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tick_model import TickModel

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import Capacity, Constraint, Lag, NoOverlap
from hamsafar.schedule.objectives import Lateness, Makespan, Objective
from hamsafar.schedule.problem import Answer, Conflict, Problem, Solved, Unknown
from hamsafar.schedule.quick.distances import implied_orders
from hamsafar.schedule.quick.start import quick_start
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Allowed, Mode, Person, Pick, Tag, Task

SEEDS = st.integers(0, 2**32)


def tried(examples: int) -> settings:
    """So many examples, in whatever time they take."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Dice:
    """A project of one flavour: plain, with greatest lags, with modes, with teams; some of them with a bit of all."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.flavour = self.dice.choice(("plain", "max", "max", "modes", "modes", "teams", "teams", "all"))
        self.things = [f"thing-{k}" for k in range(self.dice.randint(1, 3))]
        self.people = tuple(self._person(k) for k in range(self.dice.randint(2, 6)))

    def has(self, flavour: str, in_ten: int = 10) -> bool:
        """Whether there is some of this flavour, that many times in ten."""
        return self.flavour in (flavour, "all") and self.dice.randint(1, 10) <= in_ten

    def _person(self, k: int) -> Person:
        skills = {skill: self.dice.randint(1, 3) for skill in ("arm", "eva", "med") if self.dice.random() < 0.6}
        return Person(id=f"person-{k}", skills=skills)

    def problem(self) -> Problem:
        dice = self.dice
        count = dice.randint(6, 12)
        first = dice.choice((0, 0, 7, -5))
        tasks = tuple(self._task(f"t{k}") for k in range(count))
        work = sum(max(way.duration for way in task.ways) for task in tasks)
        length = max(1, dice.choice((work, work, work // 2 + 2, work // 3 + 2)))
        goals: list[Objective] = [Makespan(name="makespan", unit="min")]
        if dice.random() < 0.2:
            due = {task.id: (first + dice.randint(-2, length), dice.randint(0, 3)) for task in tasks[::2]}
            goals.insert(dice.randint(0, 1), Lateness(name="late", unit="min", due=due))
        return Problem(
            name=self.flavour,
            first=first,
            last=first + length,
            tasks=tasks,
            constraints=(*self._lags(count), *self._taken(first, length)),
            objectives=tuple(goals),
            people=self.people,
        )

    def _task(self, name: str) -> Task:
        dice, modes = self.dice, ()
        if self.has("modes", 8):
            modes = tuple(self._mode(name, str(k)) for k in range(dice.randint(1, 3)))
        way = {} if modes else {"duration": self._duration(), "occupies": self._occupied()}
        allowed = (Allowed(ranges=((-5, dice.randint(0, 20)),), tag=Tag("WIN", name)),) if self.has("", 1) else ()
        picks = (
            tuple(self._pick(name, f"pick-{k}") for k in range(dice.choice((0, 1, 1, 2)))) if self.has("teams") else ()
        )
        return Task(id=name, **way, modes=modes, picks=picks, allowed=allowed, optional=self.has("max", 1))  # type: ignore[arg-type]

    def _mode(self, task: str, name: str) -> Mode:
        picks = (self._pick(task, f"{name}-pick"),) if self.flavour == "all" and self.dice.random() < 0.3 else ()
        return Mode(id=name, duration=self._duration(), occupies=self._occupied(), picks=picks)

    def _duration(self) -> int:
        return self.dice.choice((0, 1, 1, 2, 2, 3, 4, 5))

    def _occupied(self) -> dict[str, int]:
        taken = {thing: self.dice.randint(1, 3) for thing in self.things if self.dice.random() < 0.6}
        if self.has("teams", 1):
            taken[self.dice.choice(self.people).id] = 1
        return taken

    def _pick(self, task: str, name: str) -> Pick:
        dice, tag = self.dice, Tag("TEAM", task, name)
        ids = [person.id for person in self.people]
        if dice.random() < 0.3:
            some = dice.sample(ids, dice.randint(1, len(ids)))
            return Pick(name=name, candidates=tuple(some), count=dice.randint(0, min(2, len(some))), tag=tag)
        skill, level = dice.choice(("arm", "eva", "med")), dice.randint(1, 2)
        return Pick(name=name, skill=skill, level=level, count=dice.choice((1, 1, 2)), tag=tag)

    def _lags(self, count: int) -> list[Constraint]:
        dice, lags = self.dice, []
        for j in range(count):
            for i in dice.sample(range(j), min(j, dice.choice((0, 1, 1, 2)))):
                gap = dice.choice((0, 0, 0, 0, 1, 3, -2))
                ends = {"since": dice.choice(("end", "end", "start")), "until": dice.choice(("start", "start", "end"))}
                limit = gap + dice.randint(0, 6) if self.has("max", 4) else None
                lags.append(self._lag(i, j, gap, limit, **ends))
                if self.has("max", 2):
                    lags.append(self._lag(j, i, -dice.randint(3, 9), None, since="start", until="start"))
        return lags

    def _lag(self, before: int, after: int, least: int, most: int | None, **ends: str) -> Lag:
        names = {"before": f"t{before}", "after": f"t{after}"}
        return Lag(**names, min_gap=least, max_gap=most, tag=Tag("LAG", f"{before}-{after}"), **ends)  # type: ignore[arg-type]

    def _taken(self, first: int, length: int) -> list[Constraint]:
        dice, found = self.dice, []
        for thing in self.things:
            tag = Tag("ROOM", thing)
            if dice.random() < 0.2:
                found.append(NoOverlap(resource=thing, tag=tag))
                continue
            changes = ((first + dice.randint(0, length), dice.randint(0, 4)),) if self.has("", 1) else ()
            found.append(Capacity(resource=thing, capacity=dice.choice((1, 2, 3, 3, 4, 5)), changes=changes, tag=tag))
        for person in self.people:
            if dice.random() < 0.97:
                alone = dice.random() < 0.8
                tag = Tag("ONE", person.id)
                rule = (
                    NoOverlap(resource=person.id, tag=tag)
                    if alone
                    else Capacity(resource=person.id, capacity=1, tag=tag)
                )
                found.append(rule)
        return found


def is_true(problem: Problem, answer: Answer, best: tuple[int, ...] | None) -> None:
    """Whatever the answer claims is so."""
    if isinstance(answer, Unknown):
        return
    if isinstance(answer, Conflict):
        assert best is None
        return
    assert best is not None
    assert check(problem, answer.placed) == ()
    values = evaluate(problem, answer.placed)
    assert tuple(term.value for term in answer.terms) == values
    assert all(term.bound <= term.value for term in answer.terms)
    assert answer.terms[0].bound <= best[0]
    assert values >= best
    assert answer.optimal == all(term.bound == term.value for term in answer.terms)
    if answer.optimal:
        assert values == best


def quick_is_true(problem: Problem, best: tuple[int, ...] | None) -> None:
    """What is known before the solver is asked: a schedule that holds, a floor, and orders that exclude nothing."""
    start, orders = quick_start(problem), implied_orders(problem)
    if start is not None:
        assert check(problem, start.placed) == ()
        assert best is not None
        assert start.floor <= best[0]
    if orders is None:
        assert best is None
    elif orders:
        assert TickModel(evolve(problem, constraints=problem.constraints + orders)).best() == best


def proofs_hold(seed: int) -> None:
    """The whole answer is the true one."""
    problem = Dice(seed).problem()
    best, answer = TickModel(problem).best(), solve(problem)
    is_true(problem, answer, best)
    quick_is_true(problem, best)
    assert not isinstance(answer, Unknown)
    assert not isinstance(answer, Solved) or answer.optimal


def holds_when_stopped(seed: int) -> None:
    """Little effort, or a request to stop at some moment: less is known, nothing false."""
    dice, problem = Random(seed), Dice(seed).problem()
    best, asked = TickModel(problem).best(), dice.randint(0, 30)
    limits: dict[str, float] = {"effort": 10 ** dice.uniform(-6, -1)} if dice.random() < 0.7 else {}
    calls = iter(range(asked))
    answer = solve(problem, seed=seed % 7, should_stop=lambda: next(calls, None) is None, **limits)  # type: ignore[arg-type]
    is_true(problem, answer, best)


@tried(40)
@given(SEEDS)
def test_what_is_proved_is_so(seed: int) -> None:
    proofs_hold(seed)


@tried(40)
@given(SEEDS)
def test_what_is_known_when_stopped_is_so(seed: int) -> None:
    holds_when_stopped(seed)


@pytest.mark.slow
@tried(3_000)
@given(SEEDS)
def test_what_is_proved_is_so_thousands_of_times(seed: int) -> None:
    proofs_hold(seed)


@pytest.mark.slow
@tried(2_000)
@given(SEEDS)
def test_what_is_known_when_stopped_is_so_thousands_of_times(seed: int) -> None:
    holds_when_stopped(seed)
