"""From a problem to an answer: objectives in strict order, effort shared among them, and no claim beyond the proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from hamsafar.errors import SolverError
from hamsafar.schedule.asked import all_tags
from hamsafar.schedule.check import evaluate
from hamsafar.schedule.engine import LARGE, Engine, Run, Search
from hamsafar.schedule.explain import conflict_of
from hamsafar.schedule.large.apart import days_of, floors_by_days, parted
from hamsafar.schedule.large.peaks import peak_floor, without_peaks
from hamsafar.schedule.large.search import Descent
from hamsafar.schedule.large.start import MANY, insertion_of, placed_of
from hamsafar.schedule.large.stretches import stretches_of
from hamsafar.schedule.making import hint_placed, hint_starts, placed_by
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.objectives import Makespan, Peak
from hamsafar.schedule.overfull import overfull
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.quick.distances import implied_orders
from hamsafar.schedule.quick.start import Start, quick_start
from hamsafar.schedule.validate import ensure_valid

EFFORT = 10.0  # where nobody says how much
PROOF_SHARE = 0.25  # of the effort for a makespan, to search without neighbourhoods and linear programs
LISTS_SHARE = 0.3  # of what is left then, to make better lists: they reach in 10 s what the solver alone has after 60 s
IN_TIME_SHARE = 0.5  # of what is left then, where people are picked: it proves iMOPSE files that else stay open
INSERT_SHARE = 0.1  # of the effort, at most, to place many activities one after another: a thousand, in 2 to 5 s
PARTS_SHARE = 0.7  # of an objective's effort, where there are many activities, to make the schedule better in parts
GLANCE_SHARE, GLANCE_MOST = 0.02, 10_000  # of what is left, and variables at most: of more, a glance takes seconds
# Of an objective's effort, at most, for wishes that are at home in days: to make them better in parts, for what each
# day's come to at least, and for all together with that in mind.
BEFORE_DAYS_SHARE, FLOORS_SHARE, DAYS_SHARE = 0.15, 0.3, 0.85
FLOOR_SHARE = 0.15  # of what is left, at most, for what a peak is at least
LEVEL_SHARE = 0.3  # of what is left of that, for each mark that a peak is to come down to
WINDOWS, WINDOWS_SHARE = 8, 0.9  # of that, where each has so many windows: the whole finds nothing more, but a bound
ALONE_SHARE = 0.25  # of the effort, for one worker to find a first schedule: on a term it is thrice as fast as two


@frozen(kw_only=True)
class Progress:
    """News from the search: which objective is being worked on, its best value and proved bound so far."""

    stage: str
    value: int | None
    bound: int | None
    effort: float  # deterministic time used by the stages before
    wall_s: float


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    workers: int = 1,
    effort: float = EFFORT,
    time_limit_s: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    shrink: bool = True,
) -> Answer:
    """A schedule, a conflict, or neither found: Solved | Conflict | Unknown.

    Without `shrink` a conflict names all that is asked, as soon as it is confirmed: to know only whether there is one.

    The same problem, seed, workers and effort give the same answer, unless a time limit or a request to stop cuts in;
    with a time limit, `effort` may be `math.inf`. Raises SolverError where the problem is malformed.
    """
    engine = Engine(
        left=effort,
        seed=seed,
        workers=workers,
        ends_at_s=None if time_limit_s is None else time.monotonic() + time_limit_s,
        should_stop=should_stop,
    )
    search = _Search(problem=problem, engine=engine, on_progress=on_progress, shrink=shrink)
    search.tell("Checking the problem")
    ensure_valid(problem)
    return search.answer()


@define(kw_only=True)
class _Search:
    problem: Problem
    engine: Engine
    on_progress: Callable[[Progress], None] | None
    shrink: bool
    built: Assembled = field(init=False)
    placed: Mapping[str, Placed] | None = None
    floors: dict[int, int] = field(factory=dict)  # what objectives are at least, where that was worked out
    quick: Start | None = None  # of the first objective, where the problem is a project

    def answer(self) -> Answer:
        """Walks the objectives in their order, from the first schedule found."""
        self.tell("Looking for what can be seen at once")
        self.quick = quick_start(self.problem, self.engine.seed)
        if self.quick is not None and (solved := self._at_once(self.quick)):
            return solved
        implied = implied_orders(self.problem)
        if implied is None or (not self.engine.spent and overfull(self.problem) is not None):
            return self._conflict()
        inserted = self._insert()
        self.tell("Building the model")
        self.built = assemble(evolve(self.problem, constraints=self.problem.constraints + implied))
        if self.problem.hint:
            hint_starts(self.built.variables, self.problem.hint)
        if self.quick is not None:
            self._begin(self.quick)
            self.built.model.add(self.built.terms[0].cost >= self.quick.floor)
        if inserted is not None:
            self._begin_with(inserted)
        if self._needs_a_first_schedule() and (end := self._ended(self._first())):
            return end
        terms: list[TermValue] = []
        for k, term in enumerate(self.built.terms):
            run = self._improve(k)
            if end := self._ended(run):
                return end
            terms.append(self._settled(k, run))
            if not isinstance(term.cost, int):
                self.built.model.add(term.cost <= terms[k].value)
        now = evaluate(self.problem, self._known())  # a later search may have bettered an earlier, unproved one
        told = tuple(
            evolve(term, value=value, bound=min(term.bound, value)) for term, value in zip(terms, now, strict=True)
        )
        optimal = all(term.value == term.bound for term in told)
        return Solved(
            placed=self._known(),
            optimal=optimal,
            terms=told,
            effort=self.engine.used,
            stopped_by=None if optimal else self._stopped_by(),
        )

    def _at_once(self, quick: Start) -> Solved | None:
        """The answer, where the quick schedule is as short as any can be and nothing else is wanted."""
        (value, *others) = evaluate(self.problem, quick.placed)
        if others or value > quick.floor:
            return None
        makespan = self.problem.objectives[0]
        term = TermValue(name=makespan.name, value=value, bound=value, unit=makespan.unit)
        return Solved(placed=quick.placed, optimal=True, terms=(term,), effort=0.0)

    def _insert(self) -> Mapping[str, Placed] | None:
        """A first schedule of many activities by hand, where nothing is asked that can't be minded so."""
        insertion = insertion_of(self.problem, self.engine.seed)
        if insertion is None:
            return None
        everything = len(self.problem.tasks)

        def heard(number: int) -> None:
            self.tell(f"Placing one activity after another ({number:,} of {everything:,})")

        self.engine.beside(INSERT_SHARE, lambda effort, stop: insertion.run(effort, stop, heard))
        return placed_of(insertion)

    def _begin_with(self, placed: Mapping[str, Placed]) -> None:
        """Goes on from a schedule made by hand, once the model has said that it is one."""
        hint_placed(self.built.variables, placed)
        run = self._run("first schedule", hinted=True, workers=1)
        if run.found:
            self._take(run)
        else:
            hint_starts(self.built.variables, {name: place.start for name, place in placed.items()})

    def _begin(self, quick: Start) -> None:
        """Goes on from the quick schedule: nothing worse is looked at."""
        self.placed = quick.placed
        hint_placed(self.built.variables, self.placed)
        self.built.model.add(self.built.terms[0].cost <= self._value(0))

    def _needs_a_first_schedule(self) -> bool:
        """Small models find one while they minimise; large ones, and those with a hint, look for it first."""
        if self.placed is not None:
            return False
        large = len(self.built.model.proto.variables) > LARGE
        return large or bool(self.problem.hint) or not self.built.terms

    def _first(self) -> Run:
        """The hinted schedule, where there is one for all that is mandatory and it holds; else what a search finds."""
        if self.problem.hint and all(task.optional or task.id in self.problem.hint for task in self.problem.tasks):
            # Alone: with nearly all held fixed, CP-SAT 9.15 aborts the process where workers share the rest.
            run = self._run("first schedule", hinted=True, workers=1)
            if run.found:
                return run
        alone = self._run("first schedule", share=ALONE_SHARE, workers=1)
        return alone if alone.status != "unknown" else self._run("first schedule")

    def _ended(self, run: Run | None) -> Conflict | Unknown | None:
        """What the answer is where this run leaves no schedule; keeps a better one that it found."""
        if run is not None and run.found:
            self._take(run)
        if self.placed is not None:
            if run is not None and run.status == "infeasible":
                raise SolverError(f"problem {self.problem.name!r}: no schedule was found where one was known")
            return None
        if run is not None and run.status == "infeasible":
            return self._conflict()
        return Unknown(effort=self.engine.used, stopped_by=self._stopped_by())

    def _stopped_by(self) -> str:
        """What kept the search from going on to the proof."""
        return self.engine.stopped_by or self.engine.cut_by or "effort"

    def _conflict(self) -> Conflict | Unknown:
        """Infeasible, says one run; the conflict is believed once another has confirmed it."""
        found = conflict_of(self.problem, self.engine, shrink=self.shrink)
        stopped_by = f"{self._stopped_by()}, before a conflict was confirmed"
        if found is not None:
            return found
        return Unknown(effort=self.engine.used, stopped_by=stopped_by, suspected=all_tags(self.problem))

    def _improve(self, k: int) -> Run | None:
        """The k-th objective brought down as far as its share of effort goes; None where nothing is left to do."""
        term, model = self.built.terms[k], self.built.model
        if self.placed is not None and (self._value(k) <= self._floor(k) or self.engine.spent):
            return None
        share = 2 / (len(self.built.terms) - k + 1)
        if self.placed is not None and len(self.problem.tasks) >= MANY and self.quick is None:
            self._look(k)
            if self._value(k) > self._floor(k):
                self._by_days(k, share)
            proved = self._value(k) > self._floor(k) and self._by_parts(k, share)
            if proved or self._value(k) <= self._floor(k) or self.engine.spent:
                # "unknown", proved or not: what is known is kept already, and this run has no values of its own
                return Run(status="unknown", bound=self._value(k) if proved else None)
        if not isinstance(term.cost, int):
            model.minimize(term.cost)
        turns = k == 0 and self._short()
        run = self._in_turns(term.name, share) if turns else self._run(term.name, share=share)
        model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
        return run

    def _look(self, k: int) -> None:
        """A glance at the whole: often it proves at once what making parts better would never learn."""
        term, model = self.built.terms[k], self.built.model
        if isinstance(term.cost, int) or len(model.proto.variables) > GLANCE_MOST:
            return
        model.minimize(term.cost)
        run = self._run(term.name, share=GLANCE_SHARE, workers=1)
        model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
        if run.found:
            self._take(run)
        self.floors[k] = max(self._floor(k), run.bound or 0)

    def _by_days(self, k: int, share: float) -> None:
        """Wishes for starts, where each is at home in a day: a bound for each day, and with them one of the whole."""
        days = days_of(self.problem, k)
        if not days:
            return
        self._by_parts(k, share * BEFORE_DAYS_SHARE)
        if self._value(k) <= self._floor(k) or self.engine.spent:
            return
        name, term, values = self.built.terms[k].name, self.built.terms[k], evaluate(self.problem, self._known())
        floors = floors_by_days(
            self.problem,
            k,
            values,
            self.engine,
            share * FLOORS_SHARE,
            days,
            lambda low: self.tell(name, values[k], low),
        )
        self.floors[k] = max(self._floor(k), floors.whole)
        if self._value(k) > self._floor(k):
            self._parted(k, share * DAYS_SHARE, parted(self.problem, k, days), floors.by_day)
        if not isinstance(term.cost, int):
            self.built.model.add(term.cost >= self.floors[k])

    def _parted(self, k: int, share: float, problem: Problem, floors: Sequence[int]) -> None:
        """Something better than what is known, looked for in the whole with each day's wishes as a cost of its own."""
        values, built = evaluate(self.problem, self._known()), assemble(problem)
        for term, value in zip(built.terms[:k], values, strict=False):
            if not isinstance(term.cost, int):
                built.model.add(term.cost <= value)
        costs = [term.cost for term in built.terms[k:]]
        for cost, floor in zip(costs, floors, strict=False):
            if not isinstance(cost, int):
                built.model.add(cost >= floor)
        built.model.add(sum(costs) < values[k])
        built.model.minimize(sum(costs))
        hint_placed(built.variables, self._known())
        name, floor = self.built.terms[k].name, self.floors[k]
        run = self.engine.run(
            built.model,
            share=share,
            workers=1,  # proves in half the time of two
            heard=lambda value, low: self.tell(name, values[k] if value is None else value, max(low or 0, floor)),
        )
        if run.found:
            self._keep(placed_by(built.variables, run.values), ())
        bound = values[k] if run.status == "infeasible" else run.bound or 0
        self.floors[k] = max(floor, min(bound, self._value(k)))
        self.tell(name, self._value(k), self.floors[k])

    def _by_parts(self, k: int, share: float) -> bool:
        """The k-th objective brought down part by part, those before it held; whether that proved it the best."""
        name, floor = self.built.terms[k].name, self._floor(k)
        self.tell(name, self._value(k))
        if isinstance(self.problem.objectives[k], Peak):
            return self._level(k, share)
        problem, number = without_peaks(self.problem, self._known(), k)
        descent = self._descent(problem, number)
        share *= WINDOWS_SHARE if descent.whole.windows >= WINDOWS * len(self.problem.tasks) else PARTS_SHARE
        self.engine.beside(
            share, lambda effort, stop: descent.run(effort, stop, floor, lambda value: self.tell(name, value))
        )
        if evaluate(self.problem, descent.whole.placed) < evaluate(self.problem, self._known()):
            self._keep(descent.whole.placed, ())
        return descent.best

    def _level(self, k: int, share: float) -> bool:
        """A peak brought down from mark to mark, each half way between what it is and what it is at least."""
        name, peak = self.built.terms[k].name, self.problem.objectives[k]
        assert isinstance(peak, Peak)
        low = floor = self._peak_floor(k, peak)
        while low < (high := self._value(k)) and not self.engine.spent:
            mark = (low + high) // 2
            problem, number = without_peaks(self.problem, self._known(), k, mark)
            descent = self._descent(problem, number)
            self.engine.beside(share * LEVEL_SHARE, _to_nothing(descent))
            if evaluate(self.problem, descent.whole.placed)[: k + 1] <= evaluate(self.problem, self._known())[: k + 1]:
                self._keep(descent.whole.placed, ())
            self.tell(name, self._value(k), floor)
            if self._value(k) > mark:
                low = mark + 1
        return self._value(k) == floor

    def _peak_floor(self, k: int, peak: Peak) -> int:
        """What a peak is at least, by what can't be elsewhere and then by who can be in which stretch."""
        self.floors[k] = max(self._floor(k), peak_floor(self.problem, peak))
        stretches = stretches_of(self.problem, peak) if self.floors[k] < self._value(k) else None
        if stretches is not None:
            self.tell(self.built.terms[k].name, self._value(k), self.floors[k])
            run = self.engine.run(stretches.model, share=FLOOR_SHARE, search="linear", workers=1)
            self.floors[k] = max(self.floors[k], stretches.unit * (run.bound or 0))
        return self.floors[k]

    def _descent(self, problem: Problem, number: int) -> Descent:
        return Descent(
            problem=problem,
            placed=self._known(),
            number=number,
            seed=self.engine.seed,
            workers=self.engine.workers,
            clock=self.engine.ends_at_s is not None,
        )

    def _short(self) -> bool:
        """Whether the first wish is a short makespan, and the model small enough to hope for a proof."""
        makespan = isinstance(self.problem.objectives[0], Makespan)
        return makespan and len(self.built.model.proto.variables) <= LARGE

    def _in_turns(self, stage: str, share: float) -> Run:
        """A try for a proof; then better lists, or a search in the order of time; then all that the solver has."""
        quick, bounds = self.quick, list[int]()
        run = self._turn(stage, share * PROOF_SHARE, "proof", bounds)
        if quick is not None and not self._final(run, bounds):
            if quick.picks:
                run = self._turn(stage, share * IN_TIME_SHARE, "in time", bounds)
            else:
                self.engine.beside(share * LISTS_SHARE, quick.improve)
                if evaluate(self.problem, quick.placed)[0] < self._value(0):
                    self._begin(quick)
        if not self._final(run, bounds):
            run = self._turn(stage, share, "wide", bounds)
        return evolve(run, bound=max(bounds, default=None))

    def _turn(self, stage: str, share: float, search: Search, bounds: list[int]) -> Run:
        run = self._run(stage, share=share, search=search)
        if run.found:
            self._take(run)
        if run.bound is not None:
            bounds.append(run.bound)
        return run

    def _final(self, run: Run, bounds: Sequence[int]) -> bool:
        """Whether nothing is left to do, or nothing to do it with."""
        proved = self.placed is not None and max(bounds, default=self._floor(0)) >= self._value(0)
        return run.status in ("optimal", "infeasible") or proved or self.engine.spent

    def _settled(self, k: int, run: Run | None) -> TermValue:
        term, value = self.built.terms[k], self._value(k)
        proved = self._floor(k) if run is None or run.bound is None else max(self._floor(k), run.bound)
        return TermValue(name=term.name, value=value, bound=min(proved, value), unit=term.unit)

    def _floor(self, k: int) -> int:
        known = max(self.built.terms[k].floor, self.floors.get(k, 0))
        return known if k or self.quick is None else max(known, self.quick.floor)

    def _known(self) -> Mapping[str, Placed]:
        if self.placed is None:
            raise SolverError(f"problem {self.problem.name!r}: a schedule was asked for before one was found")
        return self.placed

    def _value(self, k: int) -> int:
        return evaluate(self.problem, self._known())[k]

    def tell(self, stage: str, value: int | None = None, bound: int | None = None) -> None:
        """News for whoever listens."""
        if self.on_progress is not None:
            engine = self.engine
            self.on_progress(Progress(stage=stage, value=value, bound=bound, effort=engine.used, wall_s=engine.wall_s))

    def _run(
        self,
        stage: str,
        *,
        share: float = 1.0,
        hinted: bool = False,
        search: Search = "wide",
        workers: int | None = None,
    ) -> Run:
        self.tell(stage, None if self.placed is None else self._stage_value(stage))
        return self.engine.run(
            self.built.model,
            share=share,
            hinted=hinted,
            search=search,
            workers=workers,
            heard=lambda value, bound: self.tell(stage, value, bound),
        )

    def _stage_value(self, stage: str) -> int | None:
        """What is known of the objective that a stage is about, if it is about one."""
        return next((self._value(k) for k, term in enumerate(self.built.terms) if term.name == stage), None)

    def _take(self, run: Run) -> None:
        """Keeps the schedule found where it is better; as good is not: what is there stays where it is."""
        placed = placed_by(self.built.variables, run.values)
        if self.placed is None or evaluate(self.problem, placed) < evaluate(self.problem, self.placed):
            self._keep(placed, run.values)

    def _keep(self, placed: Mapping[str, Placed], values: Sequence[int]) -> None:
        """Goes on from this schedule, and hints every variable of it, as far as known, to the next run."""
        self.placed = placed
        model = self.built.model
        model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        if not values:
            hint_placed(self.built.variables, placed)
            return
        known = list(values)
        for term in self.built.terms:
            for variable, value in term.settle(placed):
                known[variable.index] = value
        hint = model.proto.solution_hint
        hint.vars.extend(range(len(known)))
        hint.values.extend(known)


def _to_nothing(descent: Descent) -> Callable[[float, Callable[[], bool]], float]:
    """The descent, until nothing is left of what it brings down."""
    return lambda effort, stop: descent.run(effort, stop, 0)
