"""A first repair of a large plan: only what can't stay, and what lies around it, is free; all else is held.

What can't stay is what the old places break. Around it lies who takes the same things not far off, and who comes before
or behind it with no more time between. The small problem that this makes (`large/part.py`) takes a second where the
whole takes a minute; where it has no schedule, more is set free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from attrs import evolve
from ortools.sat.python import cp_model

from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.engine import BUILD_EFFORT, Engine, size_of
from hamsafar.schedule.large.part import Part, Whole
from hamsafar.schedule.making import hint_starts, placed_by
from hamsafar.schedule.model import assemble
from hamsafar.schedule.nearest import NEARNESS
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.repairing.slots import Needs

REACHES = (0.005, 0.015, 0.04, 0.08)  # of the horizon: how far around
CALL_SHARE = 0.05  # of what is left, for one of them

Starts = Mapping[str, Ranges]  # by task, when it may start


def repaired_around(
    near: Problem, needs: Needs, possible: Starts, old: Mapping[str, Placed], weights: Mapping[str, int], engine: Engine
) -> Mapping[str, Placed] | None:
    """A schedule in which all that lies far from the change stays as it was; None where none was found.

    `weights`: what one of each objective of nearness costs, in one sum.
    """
    asked = evolve(near, objectives=tuple(one for one in near.objectives if one.name in NEARNESS))
    fixed = {name: Placed(start=starts[0][0]) for name, starts in possible.items() if _is_fixed(needs, name, starts)}
    placed = {**old, **fixed}
    placed |= dict(_tied(needs, placed))
    homeless = {name for one in check(asked, placed) for name in one.tasks} - fixed.keys()
    whole = Whole(asked, {name: place for name, place in placed.items() if name not in homeless})
    for reach in REACHES:
        ticks = round(reach * (near.last - near.first))
        free = frozenset(_around(needs, possible, placed, homeless, ticks)) - fixed.keys()
        found = _best(whole.part(free), weights, engine)
        if found is not None:
            repaired = {name: place for name, place in whole.placed.items() if name not in free}
            repaired |= {name: place for name, place in found.items() if name in free}
            if not check(near, repaired):
                return repaired
        if engine.spent:
            break
    return None


def _is_fixed(needs: Needs, name: str, starts: Ranges) -> bool:
    """Whether it can start at one time only, with nothing to choose: all that has happened is so."""
    task = needs.tasks[name]
    alone = len(starts) == 1 and starts[0][0] == starts[0][1]
    return alone and not (task.optional or task.picks or task.modes)


def _tied(needs: Needs, placed: Mapping[str, Placed]) -> Iterator[tuple[str, Placed]]:
    """What the old plan doesn't name, and what lies at one distance from something that it does."""
    for name in needs.tasks.keys() - placed.keys():
        for lag in needs.lags.get(name, ()):
            exact = lag.min_gap is not None and lag.min_gap == lag.max_gap
            plain = lag.since == "end" and lag.until == "start" and not needs.tasks[name].picks
            if exact and plain and name == lag.after and lag.before in placed:
                yield name, Placed(start=placed[lag.before].start + needs.shortest[lag.before] + (lag.min_gap or 0))


def _around(
    needs: Needs, possible: Starts, placed: Mapping[str, Placed], homeless: set[str], reach: int
) -> Iterator[str]:
    """What can't stay; what is in an order with it, with less time between than the reach; and who is near it."""
    yield from _in_order(needs, placed, homeless, reach)
    edges = [placed[name].start if name in placed else possible[name][0][0] for name in homeless if possible[name]]
    things = {thing for name in homeless for thing in needs.takes[name]}
    for name, place in placed.items():
        if edges and min(edges) - reach <= place.start <= max(edges) + reach and things & needs.takes[name].keys():
            yield name


def _in_order(needs: Needs, placed: Mapping[str, Placed], homeless: set[str], reach: int) -> Iterator[str]:
    """Along orders, by the time that is left between one and the next."""
    far, waiting = dict.fromkeys(homeless, 0), [(0, name) for name in sorted(homeless)]
    while waiting:
        way, name = heappop(waiting)
        if way > far[name]:
            continue
        yield name
        for lag in needs.lags.get(name, ()):
            other = lag.after if name == lag.before else lag.before
            now = way + _between(needs, placed, lag)
            if now <= reach and now < far.get(other, reach + 1):
                far[other] = now
                heappush(waiting, (now, other))


def _between(needs: Needs, placed: Mapping[str, Placed], lag: Lag) -> int:
    """How far either could be moved towards the other; nothing where one has no place, or must follow soon."""
    if lag.before not in placed or lag.after not in placed or lag.max_gap is not None:
        return 0
    gap = placed[lag.after].start - placed[lag.before].start - needs.shortest[lag.before]
    return max(0, gap - (lag.min_gap or 0))


def _best(part: Part, weights: Mapping[str, int], engine: Engine) -> Mapping[str, Placed] | None:
    """The nearest schedule of the small problem that a short search finds."""
    built = assemble(part.problem, windows=True)
    engine.charge(BUILD_EFFORT * size_of(built.model))
    hint_starts(built.variables, part.problem.hint)
    terms = [term for term in built.terms if term.name in weights]
    built.model.minimize(
        cp_model.LinearExpr.weighted_sum([term.cost for term in terms], [weights[term.name] for term in terms])
    )
    run = engine.run(built.model, share=CALL_SHARE, workers=1)
    return placed_by(built.variables, run.values) if run.found else None
