"""The best week: a bound from less than is asked, then schedules with balances added until none is broken.

1. Pictures and steps alone, the link told only by what it can bring down at most: no week has more value (`bound`).
2. The whole, with a few transmissions in every pass and the balances found so far. A schedule that breaks a balance
   (data, store, battery, the day of the transmitter) adds it, and the search goes on. What is left out only makes room:
   the optimum of a part of the balances that breaks none of the others is the optimum of all.
3. Where its value is the bound, it is proved, however few transmissions there were to choose from. Else more of them
   are offered, until they are as many as the passes can hold: then the problem is whole, and its proof is the proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from attrs import define, evolve, field, frozen

from hamsafar.planning.news import news
from hamsafar.planning.operations.doings import Pass, all_slots, passes_of, slots_for
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.levels import Idle, Lies, broken, idle_of, lying
from hamsafar.planning.operations.problem import fluid_problem, problem_of, week_of
from hamsafar.planning.operations.rules import Week
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.tasks import Tag

DEFAULT_EFFORT = 20.0  # deterministic seconds of solver work
_ROUNDS = 60  # of adding balances; each is a search
_BOUND_SHARE = 0.2  # of the effort, at most, for the bound
_MOST_OFFERED = 240  # transmissions; beyond that no proof is tried

Adjust = Callable[[Problem, Week], Problem]


@frozen(kw_only=True)
class Effort:
    """How hard to look, and who is told meanwhile."""

    seed: int = 0
    workers: int = 2
    effort: float = DEFAULT_EFFORT
    time_limit_s: float | None = None
    tell: Callable[[str], None] = lambda _: None
    should_stop: Callable[[], bool] = lambda: False


@frozen(kw_only=True)
class Best:
    """The best week found: what lies where, and what is proved."""

    week: Week
    lies: tuple[Lies, ...]
    optimal: bool
    terms: tuple[TermValue, ...]
    effort: float
    problem: Problem


@frozen(kw_only=True)
class Impossible:
    """No week exists. `idle_low`: even the idle craft's battery falls too low, at this minute, by so many mW x min."""

    week: Week
    problem: Problem | None
    conflict: Conflict | None
    idle_low: tuple[int, int] | None = None


@frozen(kw_only=True)
class NotFound:
    """None was found in the effort given, and none was shown impossible."""

    stopped_by: str
    effort: float
    suspected: tuple[Tag, ...] = ()


def best_week(facts: WeekFacts, effort: Effort, *, adjust: Adjust | None = None) -> Best | Impossible | NotFound:
    """The best week of the facts. `adjust`: what else is asked (of a plan that is repaired), before each search."""
    return _Search(facts=facts, asked=effort, adjust=adjust or (lambda problem, _: problem)).answer()


@define(kw_only=True)
class _Search:
    facts: WeekFacts
    asked: Effort
    adjust: Adjust
    balances: dict[tuple[str, int, int], tuple[str, int, int]] = field(factory=dict)
    used: float = 0.0
    began_s: float = field(factory=time.monotonic)

    def answer(self) -> Best | Impossible | NotFound:
        passes = passes_of(self.facts)
        empty = week_of(self.facts, {})
        idle = idle_of(empty)
        if idle is not None and (low := idle.too_low()) is not None:
            return Impossible(week=empty, problem=None, conflict=None, idle_low=low)
        bound, need_min = self._bound(empty)
        asked = self.facts.operations
        offered = len(passes) + -(-need_min // asked.longest_transmission_min) + 2
        every = all_slots(self.facts, passes)
        best: Best | None = None
        while True:
            found = self._with_slots(slots_for(self.facts, passes, offered), bound)
            whole = offered >= every
            if isinstance(found, Best):
                best = found if best is None or _values(found) <= _values(best) else best
                reached = best.terms[0].value == (bound or 0)
                if whole or reached or not self._left():
                    return self._told(best, bound, whole=whole and found is best)
            elif isinstance(found, NotFound) or whole or offered > _MOST_OFFERED:
                return best if best is not None else found
            offered = min(every, 2 * offered)
            if offered > _MOST_OFFERED and best is not None:
                return self._told(best, bound, whole=False)

    def _told(self, best: Best, bound: int | None, *, whole: bool) -> Best:
        """The same, with no bound claimed that rests on too few transmissions."""
        value, on_air, *others = best.terms
        low = max(bound or 0, value.bound if whole else 0)
        value = evolve(value, bound=min(value.value, low))
        if not whole and on_air.bound > (least := self._least_on_air(best)):
            on_air = evolve(on_air, bound=least if value.bound == value.value else 0)
        terms = (value, on_air, *others)
        return evolve(best, terms=terms, optimal=all(term.value == term.bound for term in terms), effort=self.used)

    def _least_on_air(self, best: Best) -> int:
        """Minutes on the air that any week needs that loses as little: for the data, and to be heard often enough."""
        return min(self._on_air_floor, best.terms[1].value)

    _on_air_floor: int = 0

    def _bound(self, week: Week) -> tuple[int | None, int]:
        """The least value that must be lost, as far as proved, and the minutes of link that the others' data take."""
        self.asked.tell("What the link could bring down at most")
        answer = self._solve(fluid_problem(week), _BOUND_SHARE * self.asked.effort)
        every = sum(one.bits for one in week.pictures)
        if not isinstance(answer, Solved):
            return None, self.facts.minutes_to_send(every)
        asked, data = self.facts.operations, answer.terms[1]
        heard = self.facts.minutes // asked.contact_every_min if asked.contact_every_min else 0
        self._on_air_floor = max(
            self.facts.minutes_to_send(data.bound) if answer.terms[0].value == answer.terms[0].bound else 0,
            heard * asked.shortest_transmission_min,
        )
        taken = sum(one.bits for one in week.pictures if one.id in answer.placed)
        return answer.terms[0].bound, self.facts.minutes_to_send(taken)

    def _with_slots(self, slots: Mapping[Pass, int], bound: int | None) -> Best | Impossible | NotFound:
        """The best with these transmissions: balances are added until none is broken."""
        week = week_of(self.facts, dict(slots))
        idle = idle_of(week)
        wished = sum(one.value or 0 for one in (*week.steps, *week.pictures))
        most = None if bound is None else wished - bound
        hint: Mapping[str, int] = {}
        for number in range(_ROUNDS):
            self.asked.tell(f"Planning the week: {len(week.doings)} candidates, {len(self.balances)} balances")
            problem = self.adjust(problem_of(week, self._loads(week, idle), most_value=most), week)
            if hint:
                problem = evolve(problem, hint=hint)
            answer = self._solve(problem, self.asked.effort - self.used)
            if isinstance(answer, Conflict):
                return Impossible(week=week, problem=problem, conflict=answer)
            if not isinstance(answer, Solved):
                return NotFound(stopped_by=answer.stopped_by, effort=self.used, suspected=answer.suspected)
            lies = lying(week, answer.placed)
            found = broken(week, lies, idle)
            if not self._added(found):
                return Best(
                    week=week,
                    lies=lies,
                    optimal=answer.optimal,
                    terms=answer.terms,
                    effort=self.used,
                    problem=problem,
                )
            hint = {name: place.start for name, place in answer.placed.items()}
            if not self._left() or number == _ROUNDS - 1:
                break
        return NotFound(stopped_by="effort", effort=self.used)

    def _added(self, found: tuple[Load, ...]) -> bool:
        """Whether a balance is broken that was not asked yet."""
        new = {_key(load): _key(load) for load in found if _key(load) not in self.balances}
        self.balances.update(new)
        return bool(new)

    def _loads(self, week: Week, idle: Idle | None) -> tuple[Load, ...]:
        """The balances found so far, of the tasks that there are now."""
        from hamsafar.planning.operations.levels import balance

        return tuple(balance(week, idle, *key) for key in self.balances)

    def _solve(self, problem: Problem, effort: float) -> Answer:
        from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

        limit = self.asked.time_limit_s
        answer: Answer = solve(
            problem,
            seed=self.asked.seed,
            workers=self.asked.workers,
            effort=max(0.05, effort),
            time_limit_s=None if limit is None else max(1.0, limit - (time.monotonic() - self.began_s)),
            on_progress=lambda step: self.asked.tell(f"Planning the week: {news(step, {})}"),
            should_stop=self.asked.should_stop,
        )
        self.used += answer.effort if isinstance(answer, (Solved, Unknown)) else 0.0
        return answer

    def _left(self) -> bool:
        """Whether there is effort and time for more."""
        limit = self.asked.time_limit_s
        in_time = limit is None or time.monotonic() - self.began_s < limit
        return in_time and self.used < self.asked.effort and not self.asked.should_stop()


def _values(best: Best) -> tuple[int, ...]:
    return tuple(term.value for term in best.terms)


def _key(load: Load) -> tuple[str, int, int]:
    return load.tag.rule, load.start, load.end


def placed_of(best: Best) -> Mapping[str, Placed]:
    """Where everything lies, by the ids of the problem."""
    return {
        one.doing.id: Placed(start=one.start, mode=str(one.end - one.start) if one.doing.kind == "transmission" else "")
        for one in best.lies
    }
