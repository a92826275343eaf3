"""A schedule made better part by part: some activities are set free, the best places for them are found, and so on.

Each part is a problem of its own (`part.py`) with a model of its own, so every kind of constraint and objective is
obeyed as anywhere else. Parts are solved two at a time, each by one worker of the solver: CP-SAT's own neighbourhoods
of the whole stand still where a thousand activities have forty windows each (Shaw 1998; Godard, Laborie and Nuijten
2005). Always two, however many workers there are, and their results are taken in turn: so the same effort gives the
same schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from random import Random

from attrs import define, field, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.large.neighbours import Neighbours, Way
from hamsafar.schedule.large.part import Part, Whole
from hamsafar.schedule.large.wishes import Wishes
from hamsafar.schedule.making import hint_placed, placed_by
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.problem import Placed, Problem

TOGETHER = 2  # parts that are solved before the next are chosen
EFFORT_EACH = 2e-5  # of building a part, by task and constraint in it, counted so that effort repeats
FIRST_LIMIT, LAST_LIMIT = 0.01, 0.25  # of effort, for solving one: more where less no longer gains anything
LOOK_AT = 8  # parts, and see whether they are small
SMALL = 0.6  # of all activities, at most, on the average, in parts that are worth while
STALLED = 40  # parts that together gained less than STILL of the value
STILL = 0.004
LONGER = 1.6
MOST_S = 60.0  # by the clock and unit of that limit, where there is a time limit
LISTEN_EVERY_S = 0.05
NEAR = (0.02, 0.05, 0.12)  # of the horizon, how far something may be moved where loads are too full
SLACKS = (0.5, 1.0, 3.0, None)  # how much further off than now those of a part may be put, in mean distances


@frozen(kw_only=True)
class Result:
    """What became of one part: better places where there are any."""

    part: Part
    placed: Mapping[str, Placed] | None
    gain: int
    effort: float
    proved: bool


@define(kw_only=True)
class Descent:
    """One objective of a large problem brought down part by part; those before it are held where they are."""

    problem: Problem
    placed: Mapping[str, Placed]
    number: int  # of the objective
    seed: int = 0
    workers: int = 1
    clock: bool = False  # whether a time limit is set: then parts are limited by it too
    whole: Whole = field(init=False)
    value: int = field(init=False)
    best: bool = field(default=False, init=False)  # proved: all were free, and nothing better was there
    _dice: Random = field(init=False)
    _neighbours: Neighbours = field(init=False)
    _tries: int = field(default=0, init=False)
    _held: int = field(default=0, init=False)  # tasks in all parts so far
    _limit: float = field(default=FIRST_LIMIT, init=False)
    _looked_at: tuple[int, int] = field(default=(0, 0), init=False)  # tries and value when gains were last looked at
    _solvers: list[cp_model.CpSolver] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.whole = Whole(self.problem, dict(self.placed))
        self.value = evaluate(self.problem, self.placed)[self.number]
        self._looked_at = (0, self.value)
        self._dice = Random(f"parts {self.seed} {self.number}")
        wishes = Wishes(self.problem, self.problem.objectives[self.number], dict(self.whole.tasks))
        self._neighbours = Neighbours(self.whole, wishes, self._dice, self._hot)
        self.best = not self._neighbours.names  # nothing can be anywhere

    def run(
        self, effort: float, stop: Callable[[], bool], floor: int, heard: Callable[[int], None] = lambda _: None
    ) -> float:
        """Goes on until this effort is used, the floor is reached or somebody stops it; tells the effort used."""
        used = 0.0
        with ThreadPoolExecutor(max_workers=min(self.workers, TOGETHER)) as pool:
            while not self.best and self.value > floor and used < effort and self._worth_while() and not stop():
                before = self.value
                used += sum(self._round(pool, stop))
                if self.value < before:
                    heard(self.value)
                self._look()
        return used

    def _worth_while(self) -> bool:
        """Whether parts are smaller than the whole: where everything speaks of everything, they aren't."""
        everything = len(self.problem.tasks)
        return self._tries < LOOK_AT or self._held <= SMALL * everything * self._tries

    def _look(self) -> None:
        """Gives parts more effort where they no longer gain much."""
        tries, value = self._looked_at
        if self._tries - tries >= STALLED:
            if value - self.value < STILL * value:
                self._limit = min(LAST_LIMIT, self._limit * LONGER)
            self._looked_at = (self._tries, self.value)

    def _round(self, pool: ThreadPoolExecutor, stop: Callable[[], bool]) -> Iterator[float]:
        """A few parts solved beside each other, their gains kept one after the other; yields the effort of each."""
        chosen = [self._choose() for _ in range(TOGETHER)]
        solvers = [cp_model.CpSolver() for _ in chosen]
        futures = [
            pool.submit(self._solve, part, solver, seed=self.seed + self._tries + k)
            for k, ((_, part), solver) in enumerate(zip(chosen, solvers, strict=True))
        ]
        self._tries += len(chosen)
        try:
            self._listen(futures, solvers, stop)
        finally:
            _stop(futures, solvers)
        changed = False
        for (way, part), future in zip(chosen, futures, strict=True):
            result = future.result()
            gain = self._keep(result, changed=changed)
            changed = changed or gain > 0
            effort = result.effort + EFFORT_EACH * _size(part.problem)
            self._held += len(part.problem.tasks)
            way.tell(gain, effort, solving=result.effort / self._limit, proved=result.proved)
            everything = len(part.free) == len(self._neighbours.names) and not changed
            self.best = self.best or (everything and result.proved and result.placed is None)
            yield effort

    def _hot(self) -> Sequence[str]:
        """Those that start where a load is above its mark."""
        objective = self.problem.objectives[self.number]
        if not isinstance(objective, SoftCosts):
            return ()
        found: list[str] = []
        for load in self.problem.constraints:
            if isinstance(load, Load) and load.price is not None and load.price.term == objective.name:
                there = [name for name in load.weights if self._starts_in(name, load)]
                if load.limit is not None and sum(load.weights[name] for name in there) > load.limit:
                    found.extend(there)
        return found

    def _starts_in(self, name: str, load: Load) -> bool:
        place = self.whole.placed.get(name)
        return place is not None and load.start <= place.start < load.end

    def _near(self, free: Collection[str]) -> dict[str, tuple[int, int]]:
        """Not far from where they lie: where much is asked of every stretch of time, parts are small for that."""
        far = self._dice.choice(NEAR)
        ticks = round(far * (self.problem.last - self.problem.first))
        placed = self.whole.placed
        return {name: (placed[name].start - ticks, placed[name].start + ticks) for name in free if name in placed}

    def _choose(self) -> tuple[Way, Part]:
        way, free = self._neighbours.next()
        if isinstance(self.problem.objectives[self.number], SoftCosts):
            return way, self.whole.part(free, self._near(free))
        slack = self._dice.choice(SLACKS)
        within: dict[str, tuple[int, int]] = {}
        if slack is not None and len(free) < len(self._neighbours.names):
            far = round(slack * self.value / len(self._neighbours.names)) + 1
            for name in free:
                stretch = self._neighbours.wishes.within(name, self.whole.placed.get(name), far)
                if stretch is not None:
                    within[name] = stretch
        return way, self.whole.part(free, within)

    def _solve(self, part: Part, solver: cp_model.CpSolver, seed: int) -> Result:
        """The best places for what is free, where they are better than those it has."""
        values = evaluate(part.problem, part.placed)
        built = assemble(part.problem, windows=True)
        hint_placed(built.variables, part.placed)
        for k, value in enumerate(values[: self.number]):
            if not isinstance(built.terms[k].cost, int):
                built.model.add(built.terms[k].cost <= value)
        cost = built.terms[self.number].cost
        if isinstance(cost, int):
            return Result(part=part, placed=None, gain=0, effort=0.0, proved=True)
        built.model.add(cost < values[self.number])
        built.model.minimize(cost)
        _set_parameters(solver, seed, self._limit, clock=self.clock)
        status = solver.solve(built.model)
        effort = solver.deterministic_time
        proved = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Result(part=part, placed=None, gain=0, effort=effort, proved=proved)
        placed = placed_by(built.variables, tuple(solver.response_proto.solution))
        gain = values[self.number] - evaluate(part.problem, placed)[self.number]
        return Result(part=part, placed=placed, gain=gain, effort=effort, proved=proved)

    def _keep(self, result: Result, *, changed: bool) -> int:
        """Lays a better part in the whole; where that has changed meanwhile, only if it still holds there."""
        if result.placed is None:
            return 0
        part, gain = result.part, result.gain
        moved = {name: place for name, place in result.placed.items() if name in part.free}
        if changed:
            now = self.whole.part(part.free)
            there = {name: place for name, place in now.placed.items() if name not in part.free} | moved
            if check(now.problem, there):
                return 0
            old, new = evaluate(now.problem, now.placed), evaluate(now.problem, there)
            if new[: self.number + 1] >= old[: self.number + 1] or new[: self.number] > old[: self.number]:
                return 0
            gain = old[self.number] - new[self.number]
        self.whole.move(part.free, moved)
        self.value -= gain
        return gain

    def _listen(
        self, futures: Sequence[Future[Result]], solvers: Sequence[cp_model.CpSolver], stop: Callable[[], bool]
    ) -> None:
        while wait(futures, timeout=LISTEN_EVERY_S).not_done:
            if stop():
                for solver in solvers:
                    solver.stop_search()


def _size(problem: Problem) -> int:
    return len(problem.tasks) + len(problem.constraints)


def _set_parameters(solver: cp_model.CpSolver, seed: int, limit: float, *, clock: bool) -> None:
    """One worker that trusts its linear program, and no probing: a part is solved in less time than that takes."""
    parameters = solver.parameters
    parameters.random_seed = seed % 2**31
    parameters.num_workers = 1
    parameters.linearization_level = 2
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.catch_sigint_signal = False
    parameters.max_deterministic_time = limit
    if clock:
        parameters.max_time_in_seconds = MOST_S * limit


def _stop(futures: Sequence[Future[Result]], solvers: Sequence[cp_model.CpSolver]) -> None:
    """Asks until all have stopped: a request made before a search began is lost."""
    while any(not future.done() for future in futures):
        for solver in solvers:
            solver.stop_search()
        wait(futures, timeout=LISTEN_EVERY_S)
