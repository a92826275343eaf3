"""A project of ours as PyJobShop sees it: the same tasks, modes, resources and lags, for its own model of CP-SAT."""

from __future__ import annotations

import time

from attrs import frozen
from pyjobshop import Model, Task

from hamsafar.schedule.constraints import Budget, Capacity, Lag
from hamsafar.schedule.problem import Problem


@frozen(kw_only=True)
class PeerRun:
    """How a peer's run ended: its status, makespan, bound and seconds."""

    status: str
    makespan: int | None
    bound: int
    seconds: float


def peer_model(problem: Problem) -> Model:
    """The model; one qualified person out of several is a mode each. Raises ValueError for what it can't say."""
    model = Model()
    known = {c.resource: model.add_renewable(c.capacity, name=c.resource) for c in _of(problem, Capacity)}
    known |= {c.resource: model.add_consumable(c.limit, name=c.resource) for c in _of(problem, Budget)}
    tasks: dict[str, Task] = {}
    for task in problem.tasks:
        tasks[task.id] = model.add_task(name=task.id)
        for way in task.ways:
            for who in _people(problem, task.id, task.picks):
                needs = {name: amount for name, amount in {**way.occupies, **way.consumes, **who}.items() if amount}
                model.add_mode(tasks[task.id], [known[name] for name in needs], way.duration, list(needs.values()))
    for lag in _of(problem, Lag):
        _add_lag(model, tasks, lag)
    return model


def _of(problem: Problem, kind: type) -> list:
    return [constraint for constraint in problem.constraints if isinstance(constraint, kind)]


def _people(problem: Problem, task: str, picks: tuple) -> list[dict[str, int]]:
    if not picks:
        return [{}]
    if len(picks) > 1 or picks[0].count != 1:
        raise ValueError(f"task {task} picks more than one: modes would be too many")
    return [{who: 1} for who in problem.candidates(picks[0])]


def _add_lag(model: Model, tasks: dict[str, Task], lag: Lag) -> None:
    before, after = tasks[lag.before], tasks[lag.after]
    forward = {
        ("end", "start"): model.add_end_before_start,
        ("start", "start"): model.add_start_before_start,
        ("start", "end"): model.add_start_before_end,
        ("end", "end"): model.add_end_before_end,
    }
    if lag.min_gap is not None:
        forward[lag.since, lag.until](before, after, lag.min_gap)
    if lag.max_gap is not None:
        forward[lag.until, lag.since](after, before, -lag.max_gap)


def run_peer(problem: Problem, limit_s: float, workers: int) -> PeerRun:
    """PyJobShop's answer to the problem, model building counted."""
    began = time.perf_counter()
    result = peer_model(problem).solve(time_limit=limit_s, num_workers=workers, display=False)
    seconds = time.perf_counter() - began
    status = result.status.name.lower()
    found = status in ("optimal", "feasible")
    makespan = round(result.objective) if found else None
    return PeerRun(status=status, makespan=makespan, bound=round(result.lower_bound or 0), seconds=seconds)
