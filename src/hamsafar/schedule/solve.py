"""From a problem to an answer: objectives in strict order, effort shared among them, and no claim beyond the proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from hamsafar.errors import SolverError
from hamsafar.schedule.check import evaluate
from hamsafar.schedule.engine import Engine, Run
from hamsafar.schedule.explain import conflict_of
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.validate import ensure_valid
from hamsafar.schedule.variables import hint_starts, placed_by

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
    effort: float = 10.0,
    time_limit_s: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Answer:
    """A schedule, a conflict, or neither found: Solved | Conflict | Unknown.

    The same problem, seed, workers and effort give the same answer, unless a time limit or a request to stop cuts in.
    Raises SolverError where the problem is malformed.
    """
    ensure_valid(problem)
    engine = Engine(
        left=effort,
        seed=seed,
        workers=workers,
        ends_at_s=None if time_limit_s is None else time.monotonic() + time_limit_s,
        should_stop=should_stop,
    )
    return _Search(problem=problem, engine=engine, on_progress=on_progress).answer()


@define(kw_only=True)
class _Search:
    problem: Problem
    engine: Engine
    on_progress: Callable[[Progress], None] | None
    built: Assembled = field(init=False)
    placed: Mapping[str, Placed] = field(factory=dict)

    def answer(self) -> Answer:
        self.built = assemble(self.problem)
        if self.problem.hint:
            hint_starts(self.built.variables, self.problem.hint)
        first = self._first()
        if first.status == "infeasible":
            return self._conflict()
        if not first.found:
            return Unknown(effort=self.engine.used, stopped_by=self.engine.stopped_by or "effort")
        self._take(first)
        terms = tuple(self._minimise(k) for k in range(len(self.built.terms)))
        return Solved(
            placed=self.placed,
            optimal=all(term.value == term.bound for term in terms),
            terms=terms,
            effort=self.engine.used,
        )

    def _first(self) -> Run:
        """The hinted schedule, where there is one for all that is mandatory and it holds; else what a search finds."""
        if all(task.optional or task.id in self.problem.hint for task in self.problem.tasks):
            # Alone: with nearly all held fixed, CP-SAT 9.15 aborts the process where workers share the rest.
            run = self._run("first schedule", None, hinted=True, workers=1)
            if run.found:
                return run
        alone = self._run("first schedule", self.engine.left * ALONE_SHARE, workers=1)
        return alone if alone.status != "unknown" else self._run("first schedule", None)

    def _conflict(self) -> Conflict | Unknown:
        """Infeasible, says one run; the conflict is believed once another has confirmed it."""
        found = conflict_of(self.problem, self.engine)
        return found or Unknown(
            effort=self.engine.used, stopped_by=f"{self.engine.stopped_by or 'effort'}, before a conflict was confirmed"
        )

    def _minimise(self, k: int) -> TermValue:
        """The k-th objective brought down as far as its share of effort goes, and held there for those after it."""
        term, model = self.built.terms[k], self.built.model
        value, bound = evaluate(self.problem, self.placed)[k], term.floor
        if value > bound and not self.engine.spent:
            model.minimize(term.cost)
            shares = len(self.built.terms) - k
            run = self._run(term.name, 2 * self.engine.left / (shares + 1))
            if run.status == "infeasible":
                raise SolverError(f"objective {term.name!r} found no schedule where one was known")
            if run.found and self._value(run, k) < value:  # as good is not better: what is there stays where it is
                self._take(run)
            model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
            value = evaluate(self.problem, self.placed)[k]
            bound = max(bound, min(run.bound if run.bound is not None else bound, value))
        if not isinstance(term.cost, int):
            model.add(term.cost <= value)
        return TermValue(name=term.name, value=value, bound=bound, unit=term.unit)

    def _run(self, stage: str, effort: float | None, *, hinted: bool = False, workers: int | None = None) -> Run:
        def heard(value: int | None, bound: int | None) -> None:
            if self.on_progress is not None:
                engine = self.engine
                self.on_progress(
                    Progress(stage=stage, value=value, bound=bound, effort=engine.used, wall_s=engine.wall_s)
                )

        return self.engine.run(self.built.model, effort=effort, hinted=hinted, workers=workers, heard=heard)

    def _value(self, run: Run, k: int) -> int:
        return evaluate(self.problem, placed_by(self.built.variables, run.values))[k]

    def _take(self, run: Run) -> None:
        """Keeps the schedule found, and hints every variable of it to the next run."""
        made, model = self.built.variables, self.built.model
        self.placed = placed_by(made, run.values)
        values = list(run.values)
        for term in self.built.terms:
            for variable, value in term.settle(self.placed):
                values[variable.index] = value
        model.clear_hints()  # type: ignore[no-untyped-call]  # likewise
        hint = model.proto.solution_hint
        hint.vars.extend(range(len(values)))
        hint.values.extend(values)
