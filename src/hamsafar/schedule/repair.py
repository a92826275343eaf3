"""The feasible plan nearest to an old one, found from the old one outward, and proved nearest where that can be.

Everything that may stay is held where it was, and only what can't is placed. Where that has no schedule, the solver
says which of those held can't all stay; they are freed, and so on until it fits: a few small searches, and there is a
repair. What all these conflicts say, and what stands in whose way, is kept in a small model of its own (`master.py`)
that tells what must move at least. Its best is tried: if it can be had, no plan is nearer; if not, a new conflict says
why, and the next best is tried. The same is done for the length of the shifts. Then the problem's own wishes have
their turn, among the plans that are as near.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf
from random import Random

from attrs import define, evolve, field
from ortools.sat.python import cp_model

from hamsafar.errors import SolverError
from hamsafar.schedule.causes import Cause, why_moved
from hamsafar.schedule.check import evaluate
from hamsafar.schedule.engine import BUILD_EFFORT, RUN_EFFORT, Engine, Run, Search, size_of
from hamsafar.schedule.explain import conflict_of
from hamsafar.schedule.large.search import Descent
from hamsafar.schedule.large.start import MANY as MANY_TASKS
from hamsafar.schedule.making import hint_placed, hint_starts, placed_by
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.nearest import LEFT_OUT, MOVED, NEARNESS, PROMISED, SHIFT, Before, nearest_problem, placed_before
from hamsafar.schedule.objective import Term
from hamsafar.schedule.objectives import LeftOut, Moved
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.quick.distances import implied_orders
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.repairing.around import repaired_around
from hamsafar.schedule.repairing.ejection import Room, make_room
from hamsafar.schedule.repairing.master import Costs, Master
from hamsafar.schedule.repairing.slots import Needs, Slots
from hamsafar.schedule.solve import ALONE_SHARE, EFFORT, Progress, solve
from hamsafar.schedule.validate import ensure_valid
from hamsafar.schedule.validate_sums import LARGEST_SUM

__all__ = ["Cause", "repair", "why_moved"]

FIRST_SHARE = 0.5  # of what is left, at most, to find any repair
PARTS_SHARE = 0.3  # of what is left then, where that isn't proved and there are many activities
BACK_SHARE = 0.3  # of what is left then, where much was moved by hand: first for promises, then for all
KEEP_SHARE = 0.2  # of what is left then, to keep promises; and again, to keep what has value
CLOSER_SHARE = 0.4  # of what is left then, to bring back what was moved
MOVES_SHARE = 0.5  # of what is left then, to prove how little must move
SHIFT_SHARE = 0.6  # of what is left then, to prove how short the shifts can be
CALL_SHARE = 0.2  # of what is left, at most, for one question
LOOK_SHARE, LOOK_TIME_SHARE = 0.06, 0.02  # for one look at a few tasks: of effort, and of time where that is limited
STUBBORN = (3, 10, 30)  # how much those at home cling to it while room is made by hand: each is slower and nearer
HAND_SHARE = 0.08  # of what is left, at most, for each time
FEW, MANY = 4, 60  # tasks to be brought back at a time, before those in their way
MORE, FEWER = 1.3, 0.7  # how that grows where a look is proved, and shrinks where it isn't
MANY_NEW = 150  # tasks that weren't in the old plan and have a choice of starts, from which on parts are searched
NEW_SHARE = 0.3  # of what is left then, for each objective
STALE = 24  # looks without gain, and nothing more is hoped for

PROVING = "Proving that no plan is nearer"  # a stage

Heard = Callable[[Progress], None]


def repair(
    problem: Problem,
    before: Before,
    *,
    seed: int = 0,
    workers: int = 1,
    effort: float = EFFORT,
    time_limit_s: float | None = None,
    on_progress: Heard | None = None,
    should_stop: Callable[[], bool] | None = None,
    beside: Callable[[], Mapping[str, int]] | None = None,
) -> Answer:
    """The schedule of the changed problem that is nearest to the old one, in the order of `nearest.py`.

    `beside` makes starts by hand, not far from the old ones, where room can't be made otherwise; not counted as effort.
    The terms of the answer are those of `nearest_problem`. The same arguments give the same answer, unless a time limit
    or a request to stop cuts in. Raises SolverError where the problem, or a pin, is malformed.
    """
    near = nearest_problem(problem, before)
    ensure_valid(near)
    ends_at_s = None if time_limit_s is None else time.monotonic() + time_limit_s
    engine = Engine(
        left=effort, seed=seed, workers=workers, ends_at_s=ends_at_s, should_stop=should_stop, each=RUN_EFFORT
    )
    found = _Repair(near=near, before=before, engine=engine, on_progress=on_progress, beside=beside).answer()
    if found is not None:
        return found
    left_s = None if ends_at_s is None else max(0.01, ends_at_s - time.monotonic())
    return solve(
        near,
        seed=seed,
        workers=workers,
        effort=max(engine.left, 0.0),
        time_limit_s=left_s,
        on_progress=on_progress,
        should_stop=should_stop,
    )


@define(kw_only=True)
class _Repair:
    """One walk from the old plan to the nearest new one."""

    near: Problem
    before: Before
    engine: Engine
    on_progress: Heard | None
    beside: Callable[[], Mapping[str, int]] | None
    built: Assembled = field(init=False)
    old: Mapping[str, int] = field(init=False)  # starts
    stays: Mapping[str, cp_model.IntVar] = field(init=False)  # by task that could stay: its literal, true when it moves
    master: Master = field(init=False)
    terms: dict[str, Term] = field(init=False)
    cost: cp_model.LinearExpr = field(init=False)  # promises, values and moves in one number
    weights: dict[str, int] = field(factory=dict)  # of these three, in it
    placed: Mapping[str, Placed] | None = None
    values: tuple[int, ...] = ()
    worth: tuple[int, ...] = ()  # what each objective comes to
    bounds: dict[str, int] = field(factory=dict)

    def answer(self) -> Answer | None:
        """The repair; None where there is nothing to stay near to, or it can't be counted in one number."""
        if MOVED not in {objective.name for objective in self.near.objectives} or not self._weigh():
            return None
        self._tell("Comparing with the old plan")
        implied = implied_orders(self.near)
        if implied is None:
            return self._conflict()
        self._build(evolve(self.near, constraints=self.near.constraints + implied))
        if (end := self._first()) is not None:
            return end
        self._keep(PROMISED)
        self._closer()
        if LEFT_OUT in self.weights:
            self._keep(LEFT_OUT)
            self._closer()
        self._fewest_moves()
        self._shortest_shift()
        return self._solved()

    # ---- what is asked

    def _weigh(self) -> bool:
        """Weights that keep the first three objectives in strict order in one sum, where 64 bits hold it."""
        objectives = {objective.name: objective for objective in self.near.objectives}
        moved, gone = objectives[MOVED], objectives.get(LEFT_OUT)
        count = len(moved.starts) if isinstance(moved, Moved) else 0
        lost = sum(gone.weights.values()) if isinstance(gone, LeftOut) else 0
        self.weights = {MOVED: 1, LEFT_OUT: count + 1, PROMISED: (count + 1) * (lost + 1)}
        self.weights = {name: weight for name, weight in self.weights.items() if name in objectives}
        return (count + 1) * (count + 1) * (lost + 1) <= LARGEST_SUM

    def _build(self, problem: Problem) -> None:
        self.built = assemble(problem)
        self.engine.charge(BUILD_EFFORT * size_of(self.built.model))
        self.terms = {term.name: term for term in self.built.terms}
        self.stays = self.terms[MOVED].each
        costs_of = [self.terms[name].cost for name in self.weights]
        self.cost = cp_model.LinearExpr.weighted_sum(costs_of, list(self.weights.values()))
        objectives = {objective.name: objective for objective in self.near.objectives}
        moved, promised, gone = objectives[MOVED], objectives.get(PROMISED), objectives.get(LEFT_OUT)
        assert isinstance(moved, Moved)
        more = promised.starts if isinstance(promised, Moved) else {}
        costs = Costs(
            moved={name: 1 + (self.weights[PROMISED] if name in more else 0) for name in moved.starts},
            left_out={name: self.weights[LEFT_OUT] * one for name, one in gone.weights.items()}
            if isinstance(gone, LeftOut)
            else {},
            horizon=self.near.last - self.near.first,
        )
        self.old = moved.starts
        slots = Slots(needs=Needs(self.near), starts=dict(moved.starts), possible=self.built.variables.possible)
        self.master = Master(slots=slots, costs=costs)
        self._begin(slots, moved)

    def _begin(self, slots: Slots, moved: Moved) -> None:
        """What is known before any search: who can't stay, who is new, which two can't both stay."""
        for task in self.near.tasks:
            name = task.id
            if name in self.stays:
                for other in slots.blockers_at(name, moved.starts[name]):
                    if other in self.stays and name < other:
                        self.master.some_move((name, other))
            elif name in moved.starts or not task.optional:
                self.master.must_move(name)

    # ---- a first repair

    def _first(self) -> Answer | None:
        """A repair: around the change, by hand, or by freeing what conflicts ask for; an answer where there is none."""
        self._tell("Making room")
        if self._around_the_change() or self._by_hand():
            return None
        return self._by_conflicts()

    def _around_the_change(self) -> bool:
        """Whether room was made near what can't stay, where that is little of a large plan."""
        if len(self.near.tasks) < MANY_TASKS:
            return False
        old, slots = placed_before(self.near, self.before), self.master.slots
        found = repaired_around(self.near, slots.needs, slots.possible, old, self.weights, self.engine)
        if found is None:
            return False
        hint_placed(self.built.variables, found)
        return self._take_hinted()

    def _beside(self) -> bool:
        """Whether starts made by hand hold; then part by part what needn't have moved is brought back."""
        if self.beside is None or self.engine.spent:
            return False
        self._hint_starts(self.beside())
        if not self._take_hinted():
            return False
        for name in (PROMISED, MOVED):
            self._by_parts(name, BACK_SHARE)
        return True

    def _take_hinted(self) -> bool:
        """Whether what is hinted holds; it is kept then."""
        run = self.engine.run(self.built.model, share=CALL_SHARE, hinted=True, workers=1)
        if run.found:
            self._take(run)
            self._tell("Coming closer to the old plan", self._cost_of())
        return run.found

    def _by_hand(self) -> bool:
        """Whether room was made without the solver, which then finds that all the rest holds as well."""
        for stubborn in STUBBORN:
            starts = self._room(stubborn, HAND_SHARE)
            if starts is None:
                break
            self._hint_starts(starts)
            if not self._take_hinted():
                break
        return self.placed is not None

    def _room(self, stubborn: int, share: float) -> Mapping[str, int] | None:
        """Where everybody is once room was made; None where it wasn't."""
        slots, made = self.master.slots.elsewhere(self.master.slots.starts), Room()

        def work(effort: float, stop: Callable[[], bool]) -> float:
            nonlocal made
            dice = Random(self.engine.seed)
            made = make_room(slots, self.master.costs, self.master.homeless(), dice, stubborn, effort, stop)
            return made.effort

        self.engine.beside(share, work)
        return None if made.starts is None else slots.starts

    def _by_conflicts(self) -> Answer | None:
        """Frees no more than conflicts ask for; an answer only where there is no repair, or none was found."""
        within, freed = self._within(FIRST_SHARE), set[str]()
        while within():
            run = self._hold(freed)
            if run.found:
                self._take(run)
                return None
            if run.status != "infeasible":
                break
            core = self._of_core(run)
            if not core:
                return self._conflict()
            self.master.some_move(core)
            freed |= core
        if self._beside():
            return None
        self.built.model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        hint_starts(self.built.variables, self.near.hint)
        heard = self._hear("Making room")
        run = self.engine.run(self.built.model, share=ALONE_SHARE, workers=1, heard=heard)
        if run.status == "unknown":
            run = self.engine.run(self.built.model, heard=heard)
        if run.status == "infeasible":
            return self._conflict()
        if not run.found:
            return Unknown(effort=self.engine.used, stopped_by=self._stopped_by())
        self._take(run)
        return None

    # ---- nearer: promises, values, and then a few tasks at a time

    def _keep(self, name: str) -> None:
        """As few promises broken, or as little value left out, as can be; and held so, once that is proved.

        First it is asked what of the objective can't be had for nothing, wherever that leads: near the old plan there
        may be no better one. Then what there is is made better.
        """
        if name not in self.weights:
            return
        term, known = self.terms[name], 0
        searches: tuple[Search, ...] = ("cores", "wide")
        for search in searches:
            known = max(known, term.floor)
            if known < self._value(name) and not self.engine.spent:
                known = max(known, self._improve(term, KEEP_SHARE, search))
        self.bounds[name] = known
        self._by_parts(name, PARTS_SHARE)
        self.bounds[name] = min(known, self._value(name))
        if name == PROMISED and known < self._value(name):
            return
        self.built.model.add(term.cost <= self._value(name))

    def _by_parts(self, name: str, share: float) -> None:
        """One term of many activities brought down part by part, those before it held (`large/search.py`)."""
        if name not in self.terms:
            return
        number, floor = list(self.terms).index(name), max(self.bounds.get(name, 0), self.terms[name].floor)
        if len(self.near.tasks) < MANY_TASKS or self._value(name) <= floor or self.engine.spent:
            return
        engine, placed = self.engine, self._known()
        clock = engine.ends_at_s is not None
        descent = Descent(
            problem=self.near, placed=placed, number=number, seed=engine.seed, workers=engine.workers, clock=clock
        )
        engine.beside(share, lambda effort, stop: descent.run(effort, stop, floor, lambda now: self._tell(name, now)))
        if evaluate(self.near, descent.whole.placed) < self.worth:
            hint_placed(self.built.variables, descent.whole.placed)
            run = engine.run(self.built.model, hinted=True, workers=1)
            if run.found:
                self._take(run)

    def _closer(self) -> None:
        """Brings back what was moved, a few at a time and with them whoever stands in their way."""
        within, stale, dice, few = self._within(CLOSER_SHARE), 0, Random(self.engine.seed), float(FEW)
        while within() and stale < STALE:
            moved = sorted(name for name in self.stays if self._is_moved(name))
            if not moved:
                return
            before = self._near_values()
            run = self._better_among(self._around(dice.sample(moved, min(round(few), len(moved))), dice))
            few = min(MANY, few * MORE) if run.status in ("optimal", "infeasible") else max(FEW, few * FEWER)
            self._tell("Coming closer to the old plan", self._cost_of())
            stale = 0 if self._near_values() < before else stale + 1

    def _around(self, few: Sequence[str], dice: Random) -> set[str]:
        """These tasks, whoever stands at their old places, and whoever is in the way at one other place of each."""
        there = {name: place.start for name, place in self._known().items()}
        now = self.master.slots.elsewhere(there)
        freed = set(few)
        for name in few:
            in_the_way = now.blockers_at(name, self.old[name])
            freed |= in_the_way
            for other in sorted(in_the_way):
                freed |= now.blockers_at(other, self.old[other]) if other in self.stays else set()
            if slots := now.of(name):
                freed |= dice.choice(slots).blockers
        return freed

    def _hold(self, freed: Collection[str], better: cp_model.IntVar | None = None) -> Run:
        """One question: is there a schedule in which all others stay? If not, who of them can't all stay."""
        model = self.built.model
        held = [literal.negated() for name, literal in self.stays.items() if name not in freed]
        model.clear_assumptions()
        model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
        model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        model.add_assumptions([*held, *([better] if better is not None else [])])
        run = self.engine.run(model, share=CALL_SHARE, presolve=False, workers=1)
        model.clear_assumptions()
        return run

    def _of_core(self, run: Run) -> set[str]:
        """The tasks that the solver blames."""
        blamed = {-index - 1 if index < 0 else index for index in run.core}
        return {name for name, literal in self.stays.items() if literal.index in blamed}

    def _better_among(self, freed: Collection[str]) -> Run:
        """Brings moves and shift down while all others are held to where they are now."""
        share = LOOK_SHARE if self.engine.ends_at_s is None else LOOK_TIME_SHARE
        there = {name: place.start for name, place in self._known().items() if name not in freed}
        self._hint_starts(there)
        model, far = self.built.model, 1 + sum(self._farthest(name) for name in freed if name in self.stays)
        if far * self._cost_of() < LARGEST_SUM:
            model.minimize(cp_model.LinearExpr.weighted_sum([self.cost, self.terms[SHIFT].cost], [far, 1]))
        else:
            model.minimize(self.cost)
        run = self.engine.run(model, share=share, hinted=True, workers=1)
        model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
        if run.found:
            self._take(run)
        return run

    def _farthest(self, name: str) -> int:
        """The most that the shift of a task can come to."""
        possible, horizon = self.built.variables.possible[name], self.near.last - self.near.first
        return max(horizon, *(abs(edge - self.old[name]) for edge in (possible[0][0], possible[-1][1])))

    def _hint_starts(self, starts: Mapping[str, int]) -> None:
        """Suggests just these starts, in place of all that was suggested before."""
        made, model = self.built.variables, self.built.model
        model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        for name, start in starts.items():
            model.add_hint(made.start[name], start - self.near.first)
            if made.present[name].index != made.true.index:
                model.add_hint(made.present[name], 1)

    # ---- nearest

    def _fewest_moves(self) -> None:
        """Promises, values and moves together: until the least that must be is what there is."""
        bound = self._prove(MOVED, MOVES_SHARE)
        cost = self._cost_of()
        for name in (PROMISED, LEFT_OUT, MOVED):
            if name in self.weights:
                held = self._value(name)
                least = max(bound // self.weights[name], self.bounds.get(name, 0))
                self.bounds[name] = min(least, held)
                if least < held:
                    break
                bound = max(0, bound - held * self.weights[name])
        self.built.model.add(self.cost <= cost)
        self.master.no_worse_than(cost)

    def _shortest_shift(self) -> None:
        if all(self.bounds.get(name) == self._value(name) for name in self.weights):
            self.bounds[SHIFT] = self._prove(SHIFT, SHIFT_SHARE)

    def _prove(self, name: str, share: float) -> int:
        """The proved bound of the moves (or of the shift), with better repairs kept on the way."""
        within, bound = self._within(share), self.terms[name].floor if name == SHIFT else 0
        better, held_at = self._asking_for_less(name, self._measure(name)), self._measure(name)
        while within() and bound < (now := self._measure(name)):
            self._tell(PROVING, now, bound)
            least = self.master.best(self.engine, self._hear_bound(now), of_shift=name == SHIFT)
            bound = max(bound, self.master.bound)
            if least is None:
                return now if self.master.exhausted else min(bound, now)
            if bound >= now:
                break
            if held_at != now:
                better, held_at = self._asking_for_less(name, now), now
            run = self._hold(least.moved, better)
            if run.found:
                self._take(run)
                self._better_among(least.moved)
            elif run.status != "infeasible":
                break
            elif core := self._of_core(run):
                self.master.some_move(core, for_now=better.index in run.core)
                self._better_among(least.moved | core)
            else:
                return now
        return min(bound, self._measure(name))

    def _asking_for_less(self, name: str, now: int) -> cp_model.IntVar:
        """A literal that asks for less than there is."""
        literal = self.built.model.new_bool_var(f"less than {now} of {name}")
        cost = self.cost if name == MOVED else cp_model.LinearExpr.sum([self.terms[name].cost])
        self.built.model.add(cost <= now - 1).only_enforce_if(literal)
        return literal

    # ---- the rest, and the answer

    def _solved(self) -> Solved:
        """All objectives in their order: what is not proved yet is brought down within its share."""
        model, terms, much_is_new = self.built.model, list[TermValue](), self._much_is_new()
        for k, term in enumerate(self.built.terms):
            known = max(self.bounds.get(term.name, 0), term.floor)
            if known < self._value(term.name) and much_is_new:
                self._by_parts(term.name, NEW_SHARE)
            if known < self._value(term.name) and not self.engine.spent:
                known = max(known, self._improve(term, 2 / (len(self.built.terms) - k + 1)))
            value = self._value(term.name)
            terms.append(TermValue(name=term.name, value=value, bound=min(known, value), unit=term.unit))
            if not isinstance(term.cost, int):
                model.add(term.cost <= value)
        optimal = all(term.value == term.bound for term in terms)
        stopped_by = None if optimal else self._stopped_by()
        return Solved(
            placed=self._known(), optimal=optimal, terms=tuple(terms), effort=self.engine.used, stopped_by=stopped_by
        )

    def _much_is_new(self) -> bool:
        """Whether so much came to the old plan, such as days, that finding room for it is a large search of its own."""
        possible = self.built.variables.possible
        new = [name for name in possible if name not in self.old and possible[name]]
        return sum(not _only_one_start(possible[name]) for name in new) >= MANY_NEW

    def _improve(self, term: Term, share: float, search: Search = "wide") -> int:
        """Takes a better value of one term, where it is found; the proved bound."""
        model = self.built.model
        self._hint_all()
        model.minimize(term.cost)
        run = self.engine.run(model, share=share, search=search, heard=self._hear(term.name))
        model.clear_objective()  # type: ignore[no-untyped-call]  # likewise
        if run.found:
            self._take(run)
        return term.floor if run.bound is None else run.bound

    def _hint_all(self) -> None:
        values = list(self.values)
        for term in self.built.terms:
            for variable, value in term.settle(self._known()):
                values[variable.index] = int(value)
        self.built.model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        hint = self.built.model.proto.solution_hint
        hint.vars.extend(range(len(values)))
        hint.values.extend(values)

    def _take(self, run: Run) -> None:
        """Keeps what was found where it is nearer, or as near and better."""
        placed = placed_by(self.built.variables, run.values)
        worth = evaluate(self.near, placed)
        if self.placed is None or worth < self.worth:
            self.placed, self.values, self.worth = placed, run.values, worth

    def _conflict(self) -> Conflict | Unknown:
        stopped_by = f"{self._stopped_by()}, before a conflict was confirmed"
        return conflict_of(self.near, self.engine) or Unknown(effort=self.engine.used, stopped_by=stopped_by)

    def _known(self) -> Mapping[str, Placed]:
        if self.placed is None:
            raise SolverError(f"problem {self.near.name!r}: a repair was asked for before one was found")
        return self.placed

    def _is_moved(self, task: str) -> bool:
        there = self._known().get(task)
        return there is None or there.start != self.old[task]

    def _value(self, name: str) -> int:
        return self.worth[[objective.name for objective in self.near.objectives].index(name)]

    def _near_values(self) -> tuple[int, ...]:
        """What the nearness objectives come to."""
        return self.worth[: sum(term in NEARNESS for term in self.terms)]

    def _cost_of(self) -> int:
        return sum(weight * self._value(name) for name, weight in self.weights.items())

    def _measure(self, name: str) -> int:
        return self._cost_of() if name == MOVED else self._value(name)

    def _stopped_by(self) -> str:
        return self.engine.stopped_by or self.engine.cut_by or "effort"

    def _within(self, share: float) -> Callable[[], bool]:
        """Whether there is still something left of a share of what is left now."""
        left, now_s, ends_at_s = self.engine.left * (1 - share), time.monotonic(), self.engine.ends_at_s
        until_s = None if ends_at_s is None else now_s + share * (ends_at_s - now_s)

        def still() -> bool:
            in_time = until_s is None or time.monotonic() < until_s
            return in_time and not self.engine.spent and (self.engine.left > left or left == inf)

        return still

    def _tell(self, stage: str, value: int | None = None, bound: int | None = None) -> None:
        if self.on_progress is not None:
            used, wall_s = self.engine.used, self.engine.wall_s
            self.on_progress(Progress(stage=stage, value=value, bound=bound, effort=used, wall_s=wall_s))

    def _hear_bound(self, now: int) -> Callable[[int | None, int | None], None]:
        """Of the relaxed model only the bound is news."""
        return lambda value, bound: self._tell(PROVING, now, max(bound or 0, self.master.bound))

    def _hear(self, stage: str) -> Callable[[int | None, int | None], None]:
        return lambda value, bound: self._tell(stage, value, bound)


def _only_one_start(possible: Ranges) -> bool:
    return len(possible) == 1 and possible[0][0] == possible[0][1]
