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
from collections.abc import Callable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from hamsafar.domain.operations import OperationsTask
from hamsafar.planning.news import news, units_of
from hamsafar.planning.operations.doings import Doing, Pass, all_slots, passes_of, pictures_of, slots_for
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.levels import Idle, Lies, balance, broken, idle_of, lying
from hamsafar.planning.operations.problem import fluid_problem, problem_of, week_of
from hamsafar.planning.operations.rules import Week
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.tasks import Tag

DEFAULT_EFFORT = 12.0  # deterministic seconds of solver work
_ROUNDS = 60  # of adding balances; each is a search
_BOUND_SHARE = 0.2  # of the effort, at most, for the bound
_SHARE = 0.5  # of what is left, for one search that is not the last
_LEAST_EFFORT = 3.0  # for transmissions alone: with less there might be no week at all
_LEAST_S = 8.0  # of wall clock, where that is limited and has run out with nothing found: once
_PART = 0.5  # of the wall clock that is left, for one search that is not the last
_NO_TIME_S = 0.3  # in which no search is begun
_FEW = 99  # tasks, beyond which the engine works in parts, with little hope of a proof
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
    reached: tuple[str, ...] = ()  # how far the search came, in words


def best_week(
    facts: WeekFacts, effort: Effort, *, adjust: Adjust | None = None, kept: Sequence[OperationsTask] = ()
) -> Best | Impossible | NotFound:
    """The best week of the facts.

    `adjust`: what else is asked (of a plan that is repaired), before each search; `kept`: its transmissions to come,
    for each of which there is to be a place at least.
    """
    search = _Search(
        facts=facts, asked=effort, adjust=adjust or (lambda problem, _: problem), once=adjust is not None, kept=kept
    )
    found = search.answer()
    return _with_hopeless(facts, found) if isinstance(found, Best) else found


def _with_hopeless(facts: WeekFacts, best: Best) -> Best:
    """The same, with what has no place anywhere in the week counted as left out, too."""
    hopeless = sum(one.value or 0 for one in pictures_of(facts) if not one.starts)
    lost, *others = best.terms
    return evolve(best, terms=(evolve(lost, value=lost.value + hopeless, bound=lost.bound + hopeless), *others))


@define(kw_only=True)
class _Search:
    facts: WeekFacts
    asked: Effort
    adjust: Adjust
    once: bool = False  # whether the first number of transmissions will do (a repair stays close, whatever is proved)
    kept: Sequence[OperationsTask] = ()
    balances: set[tuple[str, int, int]] = field(factory=set)
    used: float = 0.0
    began_s: float = field(factory=time.monotonic)
    floors: tuple[int, int] = (0, 0)  # the least value lost, and the fewest minutes on the air with just that
    offered: int = 0  # transmissions
    graced: bool = False  # whether a search was begun when the time had run out
    found: bool = False  # whether any week was

    def answer(self) -> Best | Impossible | NotFound:
        """More transmissions are offered until the bound is reached, or they are all that fit."""
        passes = passes_of(self.facts)
        empty = week_of(self.facts, {})
        idle = idle_of(empty)
        if idle is not None and (low := idle.too_low()) is not None:
            return Impossible(week=empty, problem=None, conflict=None, idle_low=low)
        every = all_slots(self.facts, passes)
        if min(every, self._fewest()) > _MOST_OFFERED:
            return self._not_found(f"{self._fewest()} transmissions at least, more than are tried ({_MOST_OFFERED})")
        offered = len(passes) + self._bound(empty) + 2
        offered = max(
            len(passes), self._fewest(), min(offered, _FEW - len(empty.doings))
        )  # the solver at its best: more is asked later
        best: Best | None = None
        while True:
            self.offered = offered = min(offered, every)
            found = self._with_slots(slots_for(self.facts, passes, offered, self.kept), whole=offered == every)
            if isinstance(found, Best) and (best is None or _values(found) <= _values(best)):
                best = found
            ended = offered == every or offered > _MOST_OFFERED or not self._left()
            if ended or (best is not None and (self.once or best.optimal)):
                break
            offered *= 2
        if best is not None:
            return evolve(best, effort=self.used)
        if isinstance(found, Impossible) and offered < every:  # of so many transmissions, not of all that fit
            return self._not_found("what was offered" if self._left() else "effort")
        return found

    def _fewest(self) -> int:
        """Of transmissions, for the craft to be heard as often as asked."""
        every = self.facts.operations.contact_every_min
        if every is None:
            return 0
        to_come = self.facts.minutes - self.facts.free_from
        return max(0, -(-(to_come - every) // (every + self.facts.operations.longest_transmission_min)))

    def _not_found(self, stopped_by: str, suspected: tuple[Tag, ...] = ()) -> NotFound:
        """None was found: why, and how far the search came."""
        spent_s = time.monotonic() - self.began_s
        return NotFound(
            stopped_by=stopped_by,
            effort=self.used,
            suspected=suspected,
            reached=(
                f"whatever week there is loses {self.floors[0]} points at least",
                f"{self.offered} transmissions offered, {len(self.balances)} balances followed, in {spent_s:.0f} s",
            ),
        )

    def _bound(self, week: Week) -> int:
        """Works out the floors; about how many transmissions of full length the data take."""
        self.asked.tell("What the link can bring down at most")
        problem = fluid_problem(week)
        answer = self._solve(problem, _BOUND_SHARE * self.asked.effort, part=_PART)
        longest = self.facts.operations.longest_transmission_min
        if not isinstance(answer, Solved):
            return -(-self.facts.minutes_to_send(sum(one.bits for one in week.pictures)) // longest)
        lost, on_air = answer.terms
        fewest = on_air.bound + self.facts.past_on_air if lost.value == lost.bound else 0
        self.floors = lost.bound, fewest
        return -(-on_air.value // longest)

    def _with_slots(self, slots: Mapping[Pass, int], *, whole: bool) -> Best | Impossible | NotFound:
        """The best with these transmissions: first what is worth most, then the same with the least on the air."""
        week = week_of(self.facts, dict(slots))
        best: Best | None = None
        for _ in range(_ROUNDS):
            asked = len(self.balances)
            found = self._settled(week, value_only=True)
            if isinstance(found, (Impossible, NotFound)):
                return found if best is None else best
            fixed = self._settled(_fixed(week, found.lies), value_only=False, whole_week=week)
            lost = found.terms[0]
            proof = whole and self._faithful(week)
            if isinstance(fixed, Best):
                self.found = True
                fixed = self._judged(fixed, lost.bound if proof else 0, 0)
                best = fixed if best is None or _values(fixed) < _values(best) else best
            reached = best is not None and best.terms[0].value <= lost.value
            if reached or len(self.balances) == asked or not self._left():
                break
        if best is None or best.optimal or not self._left():
            return best or self._not_found("effort")
        full = self._settled(week, value_only=False, known=best)
        if not isinstance(full, Best):
            return best
        better = full if _values(full) <= _values(best) else best
        if not (whole and self._faithful(week)):
            return self._judged(better, 0, 0)
        *others, air = full.terms
        same = [term.value for term in others] == [term.value for term in better.terms[:-1]]
        return self._judged(better, others[0].bound, air.bound if same else 0)

    def _faithful(self, week: Week) -> bool:
        """Whether the balances ask no more than store and battery do: else their proofs are none."""
        if self.facts.reserve_bits:
            return False
        idle = idle_of(week) if any(rule == "OPS-10" for rule, _, _ in self.balances) else None
        return idle is None or idle.exact

    def _judged(self, best: Best, lost: int, on_air: int) -> Best:
        """The same, with the bounds that hold for every week: the floors, or those of a whole problem."""
        value, *between, air = best.terms
        first = min(value.value, max(self.floors[0], lost))
        proved = first == value.value and all(term.value == 0 for term in between)
        fewest = max(self.floors[1] if value.value == self.floors[0] else 0, on_air)
        second = min(air.value, fewest) if proved else 0
        bounds = (first, *(0 for _ in between), second)
        terms = tuple(evolve(term, bound=bound) for term, bound in zip(best.terms, bounds, strict=True))
        return evolve(best, terms=terms, optimal=all(term.value == term.bound for term in terms))

    def _settled(
        self, week: Week, *, value_only: bool, known: Best | None = None, whole_week: Week | None = None
    ) -> Best | Impossible | NotFound:
        """The best of a week: balances are added until none is broken (of the value alone: one search)."""
        idle = idle_of(week)
        wished = sum(one.value or 0 for one in ((whole_week or week).steps + (whole_week or week).pictures))
        hint = {} if known is None else {name: place.start for name, place in placed_of(known).items()}
        for _ in range(_ROUNDS):
            self.asked.tell(f"Planning the week: {len(week.doings)} candidates, {len(self.balances)} balances")
            problem = problem_of(
                week, self._loads(week, idle), most_value=wished - self.floors[0], value_only=value_only
            )
            problem = self.adjust(evolve(problem, hint=hint), week)
            share = self._share(fixed=whole_week is not None, known=known is not None)
            answer = self._solve(problem, share, part=_PART if value_only else 1.0)
            if isinstance(answer, Conflict):
                if doubt := self._doubt(answer, idle):
                    return self._not_found(doubt, answer.tags)
                return Impossible(week=week, problem=problem, conflict=answer)
            if not isinstance(answer, Solved):
                return self._not_found(answer.stopped_by, answer.suspected)
            lies = lying(week, answer.placed)
            found = Best(
                week=whole_week or week,
                lies=lies,
                optimal=answer.optimal,
                terms=self._terms(answer, wished, lies),
                effort=self.used,
                problem=problem,
            )
            if not self._added(broken(week, lies, idle)) or value_only:
                return found
            hint = {name: place.start for name, place in answer.placed.items()}
            if not self._left() and whole_week is None:
                break
        return self._not_found("effort")

    def _doubt(self, conflict: Conflict, idle: Idle | None) -> str | None:
        """Why a conflict proves nothing: the search asks for more than the store or the battery does."""
        rules = {one.rule for one in conflict.tags}
        if "OPS-08" in rules and self.facts.reserve_bits:
            return "the room that is kept free in the store for the telemetry of one transmission"
        if "OPS-10" in rules and idle is not None and not idle.exact:
            return "the battery, of which every task is taken to draw what it does at its worst minute"
        return None

    def _share(self, *, fixed: bool, known: bool) -> float:
        """Of what is left: a part for the value, enough for transmissions alone at any rate, the rest for the proof."""
        left = self.asked.effort - self.used
        if known:
            return left
        return max(_LEAST_EFFORT, left * _SHARE) if fixed else left * _SHARE

    def _terms(self, answer: Solved, wished: int, lies: tuple[Lies, ...]) -> tuple[TermValue, ...]:
        """The terms, with what was left out before a part was fixed counted as lost."""
        done = sum(one.doing.value or 0 for one in lies)
        lost, *others = answer.terms
        return evolve(lost, value=wished - done, bound=min(lost.bound, wished - done)), *others

    def _added(self, found: tuple[Load, ...]) -> bool:
        """Whether a balance is broken that was not asked yet."""
        new = {_key(load) for load in found} - self.balances
        self.balances |= new
        return bool(new)

    def _loads(self, week: Week, idle: Idle | None) -> tuple[Load, ...]:
        """The balances found so far, of the tasks that there are now."""
        return tuple(balance(week, idle, *key) for key in sorted(self.balances))

    def _solve(self, problem: Problem, effort: float, *, part: float = 1.0) -> Answer:
        """One search; where time is limited, in a part of what is left of it."""
        from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

        time_limit_s = self._seconds_left()
        if time_limit_s is not None and time_limit_s < _NO_TIME_S:
            if self.graced or self.found or part < 1.0:
                return Unknown(effort=0.0, stopped_by="time limit")
            self.graced, time_limit_s = True, _LEAST_S
        elif time_limit_s is not None:
            time_limit_s *= part
        answer: Answer = solve(
            problem,
            seed=self.asked.seed,
            workers=self.asked.workers,
            effort=max(0.05, effort),
            time_limit_s=time_limit_s,
            on_progress=lambda step: self.asked.tell(f"Planning the week: {news(step, units_of(problem))}"),
            should_stop=self.asked.should_stop,
        )
        self.used += answer.effort if isinstance(answer, (Solved, Unknown)) else 0.0
        return answer

    def _left(self) -> bool:
        """Whether there is effort and time for more."""
        left_s = self._seconds_left()
        return (
            (left_s is None or left_s >= _NO_TIME_S) and self.used < self.asked.effort and not self.asked.should_stop()
        )

    def _seconds_left(self) -> float | None:
        """Of the time limit; None where there is none."""
        limit = self.asked.time_limit_s
        return None if limit is None else limit - (time.monotonic() - self.began_s)


def _fixed(week: Week, lies: tuple[Lies, ...]) -> Week:
    """The week with steps and pictures where they lie, and no others: what is left to place are transmissions."""
    where = {one.doing.id: ((one.start, one.end),) for one in lies}

    def there(doings: tuple[Doing, ...]) -> tuple[Doing, ...]:
        return tuple(evolve(one, windows=where[one.id], pinned=True) for one in doings if one.id in where)

    return evolve(week, steps=there(week.steps), pictures=there(week.pictures))


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
