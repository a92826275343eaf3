"""One solver run at a time, in a thread of its own, with effort counted and an ear for those who want it to stop.

Effort is CP-SAT's deterministic time: it doesn't depend on the machine's load, so a run that stops by effort gives the
same answer every time. With more than one worker the workers are interleaved in fixed batches, which keeps that true.
A wall-clock limit or a request to stop is outside that promise.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil, inf
from typing import Literal

from attrs import define, field, frozen
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model_helper import SatParameters

from hamsafar.errors import SolverError

LISTEN_EVERY_S = 0.05  # a person who asks to stop should not notice the wait
LARGE = 1_500  # variables; at 2,700 (50 sessions) full presolve took 1.3 s of a first schedule and bettered no bound

# What CP-SAT doesn't count, by variable and constraint: once to build a model, and each time it is run; a unit of
# effort is about eight seconds.
BUILD_EFFORT, RUN_EFFORT = 4e-6, 6e-7

# Interleaved workers of CP-SAT 9.15 abort the process when those that begin later see, before they have begun, that
# nothing better than the hint exists. On large models, presolved lightly, that happens; one worker alone sees it first.
LOOK_EFFORT = 0.02

# How to go about it: with CP-SAT's own mixture of searches and neighbourhoods of the best schedule; with searches that
# learn from conflicts alone; branching on what can be first; asking what of the objective can't be had for nothing; or
# with all that a linear program can see.
Search = Literal["wide", "proof", "in time", "cores", "linear"]


@frozen(kw_only=True)
class Run:
    """How one run ended. `values` are by variable index, where a solution was found."""

    status: str  # optimal | feasible | infeasible | unknown
    values: tuple[int, ...] = ()
    bound: int | None = None  # no solution costs less
    core: tuple[int, ...] = ()  # assumptions that suffice for infeasibility

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return bool(self.values) or self.status in ("optimal", "feasible")


@define(kw_only=True)
class Engine:
    """Runs models one after another against one account of effort."""

    left: float
    seed: int = 0
    workers: int = 1
    ends_at_s: float | None = None  # on the monotonic clock
    should_stop: Callable[[], bool] | None = None
    used: float = 0.0
    each: float = 0.0  # effort by variable and constraint of each model that is run, for what CP-SAT doesn't count
    stopped_by: str = ""
    cut_by: str = ""  # what ended the last run that came to no proof
    _began_s: float = field(factory=time.monotonic)

    @property
    def wall_s(self) -> float:
        """Seconds since the engine was made."""
        return time.monotonic() - self._began_s

    @property
    def spent(self) -> bool:
        """Whether nothing more should be run."""
        if not self.stopped_by and self.left <= 0:
            self.stopped_by = "effort"
        if not self.stopped_by and self.ends_at_s is not None and time.monotonic() >= self.ends_at_s:
            self.stopped_by = "time limit"
        if not self.stopped_by and self.should_stop is not None and self.should_stop():
            self.stopped_by = "asked to stop"
        return bool(self.stopped_by)

    def run(
        self,
        model: cp_model.CpModel,
        *,
        share: float = 1.0,
        seed_shift: int = 0,
        presolve: bool = True,
        hinted: bool = False,
        search: Search = "wide",
        workers: int | None = None,
        heard: Callable[[int | None, int | None], None] | None = None,
    ) -> Run:
        """Solves within a share of the effort and time left; `heard(value, bound)` is told of news, in this thread.

        With `hinted`, whatever the model hints is held to, and only the rest is searched for.
        """
        if self.spent:
            return Run(status="unknown")
        workers = workers or self.workers
        if workers > 1 and self.ends_at_s is None and not hinted and _is_large_and_hinted(model):
            look = min(share, LOOK_EFFORT / max(self.left, LOOK_EFFORT))
            run = self.run(model, share=look, seed_shift=seed_shift, presolve=presolve, search=search, workers=1)
            if run.status in ("optimal", "infeasible") or self.spent:
                return run
        solver = cp_model.CpSolver()
        _set_parameters(solver.parameters, self.seed + seed_shift, workers, presolve)
        self._limit(solver.parameters, share)
        solver.parameters.fix_variables_to_their_hinted_value = hinted
        _search_by(solver.parameters, search)
        if len(model.proto.variables) > LARGE:
            _presolve_lightly(solver.parameters)
        news = _News(model.has_objective())
        solver.best_bound_callback = news.on_bound
        outcome: list[cp_model.CpSolverStatus | BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                outcome.append(solver.solve(model, news))
            except BaseException as failure:  # carried over to the thread that waits
                outcome.append(failure)
            finally:
                done.set()

        thread = threading.Thread(target=work, name="hamsafar-solver", daemon=True)
        thread.start()
        try:
            self._listen(solver, done, news, heard)
        finally:
            _stop(solver, done)
            thread.join()
        if isinstance(outcome[0], BaseException):
            raise SolverError(f"the solver failed: {outcome[0]}") from outcome[0]
        return self._settle(solver, outcome[0], model, news)

    def beside(self, share: float, work: Callable[[float, Callable[[], bool]], float]) -> None:
        """Something other than the solver, for a share of the same account: `work(effort, stop)` tells what it used."""
        now = time.monotonic()
        until = inf if self.ends_at_s is None else now + share * (self.ends_at_s - now)
        self.charge(work(self.left * share, lambda: self.spent or time.monotonic() >= until))

    def charge(self, effort: float) -> None:
        """Puts to the account what was done elsewhere."""
        self.used += effort
        self.left -= effort

    def _limit(self, parameters: SatParameters, share: float) -> None:
        """By effort, and by the clock where there is a limit: then workers need not wait for each other."""
        if self.left < inf:
            parameters.max_deterministic_time = self.left * share
        if self.ends_at_s is not None:
            parameters.max_time_in_seconds = max(0.01, (self.ends_at_s - time.monotonic()) * share)
        parameters.interleave_search = parameters.num_workers > 1 and self.ends_at_s is None

    def _listen(
        self,
        solver: cp_model.CpSolver,
        done: threading.Event,
        news: _News,
        heard: Callable[[int | None, int | None], None] | None,
    ) -> None:
        told: tuple[int | None, int | None] = (None, None)
        while not done.wait(LISTEN_EVERY_S):
            if self.spent:
                solver.stop_search()
            if heard is not None and news.latest != told:
                told = news.latest
                heard(*told)
        if heard is not None and news.latest != told:
            heard(*news.latest)

    def _settle(
        self, solver: cp_model.CpSolver, status: cp_model.CpSolverStatus, model: cp_model.CpModel, news: _News
    ) -> Run:
        self.charge(solver.deterministic_time + self.each * size_of(model))
        if status in (cp_model.FEASIBLE, cp_model.UNKNOWN):
            # CP-SAT ends a little before its clock does, so the limit that is nearer its end is the one.
            of_time = solver.wall_time / solver.parameters.max_time_in_seconds
            of_effort = solver.deterministic_time / max(solver.parameters.max_deterministic_time, 1e-9)
            self.cut_by = self.stopped_by or ("time limit" if of_time > of_effort else "effort")
        if status == cp_model.MODEL_INVALID:
            raise SolverError(f"the solver refused the model: {model.validate()}")
        if status == cp_model.INFEASIBLE:
            return Run(status="infeasible", core=tuple(solver.sufficient_assumptions_for_infeasibility()))
        bound = None
        if model.has_objective() and (status == cp_model.OPTIMAL or news.latest[1] is not None):
            # Until one is heard of, CP-SAT's bound is a 0 that means nothing; and only this one is no double.
            offset = round(model.proto.objective.offset)
            bound = solver.response_proto.inner_objective_lower_bound + offset
        if status == cp_model.UNKNOWN:
            return Run(status="unknown", bound=bound)
        name = "optimal" if status == cp_model.OPTIMAL else "feasible"
        return Run(status=name, values=tuple(solver.response_proto.solution), bound=bound)


class _News(cp_model.CpSolverSolutionCallback):
    """The latest value and bound, kept for the thread that waits: the solver's own thread calls nobody else's code."""

    def __init__(self, has_objective: bool) -> None:
        super().__init__()
        self._has_objective = has_objective
        self.latest: tuple[int | None, int | None] = (None, None)

    def on_solution_callback(self) -> None:
        value = round(self.objective_value) if self._has_objective else None
        self.latest = (value, self.latest[1])

    def on_bound(self, bound: float) -> None:
        self.latest = (self.latest[0], ceil(bound - 1e-6))


def size_of(model: cp_model.CpModel) -> int:
    """Its variables and constraints."""
    return len(model.proto.variables) + len(model.proto.constraints)


def _is_large_and_hinted(model: cp_model.CpModel) -> bool:
    return len(model.proto.variables) > LARGE and len(model.proto.solution_hint.vars) > 0


def _set_parameters(parameters: SatParameters, seed: int, workers: int, presolve: bool) -> None:
    parameters.random_seed = seed % 2**31
    parameters.num_workers = workers
    parameters.cp_model_presolve = presolve
    parameters.catch_sigint_signal = False  # an interrupt belongs to the thread that waits


def _search_by(parameters: SatParameters, search: Search) -> None:
    """Two searches without a linear program proved hard projects in two thirds of the time that CP-SAT's own two take.

    They stand in place of the full searches of the default; where there are workers beyond them, neighbourhoods of
    the best schedule are searched beside them.
    """
    if search == "proof" and parameters.num_workers > 1:
        parameters.subsolvers.extend(["no_lp", "quick_restart_no_lp"])
    elif search == "in time" and parameters.num_workers > 1:
        parameters.subsolvers.append("fixed")
    elif search == "in time":
        parameters.search_branching = cp_model.FIXED_SEARCH
    elif search == "cores" and parameters.num_workers > 1:
        parameters.subsolvers.extend(["core", "no_lp"])
    elif search == "cores":
        parameters.optimize_with_core = True
    elif search == "linear":
        parameters.linearization_level = 2


def _presolve_lightly(parameters: SatParameters) -> None:
    """One round of the cheap steps: probing and symmetry cost seconds on large models that no effort counts.

    The same holds for the probing between restarts: without it, the first schedule of a term of 250 sessions came
    in 3 s rather than 17 s.
    """
    parameters.max_presolve_iterations = 1
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.inprocessing_dtime_ratio = 0.0
    parameters.inprocessing_probing_dtime = 0.0
    parameters.inprocessing_minimization_dtime = 0.0


def _stop(solver: cp_model.CpSolver, done: threading.Event) -> None:
    """Asks until it has stopped: a request made before the search began is lost."""
    while not done.is_set():
        solver.stop_search()
        done.wait(LISTEN_EVERY_S)
