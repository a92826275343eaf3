"""Activities that wait for each other: cycles of minimum lags that no schedule can ever meet.

Only what is meant as precedence counts: hard lags with a `min_gap` of 0 or more between mandatory activities, and the
shortest duration of each. A maximum lag (also one written as a negative `min_gap`, or as 0 from start to start, as
benchmark files do) closes cycles in good problems too; where such a cycle cannot be met, the solver says so.

Nodes are the starts and ends of activities, and all arcs count 0 or more; so a cycle adds up to more than nothing just
when an arc of more than nothing lies in a strongly connected component.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.faults import Fault, Path, shown
from hamsafar.schedule.problem import Problem

Node = tuple[str, str]  # an activity, and "start" or "end"
_MOST_NAMED = 12  # activities of a cycle that are named


@frozen
class Arc:
    """`until` comes `ticks` or more after `since`; `at` is where that is asked for."""

    since: Node
    until: Node
    ticks: int
    at: Path
    lag: bool


def cycle_faults(problem: Problem) -> Iterator[Fault]:
    """One fault for each knot of activities that wait for each other, at the first lag of one cycle in it."""
    arcs = _arcs(problem)
    if not any(arc.lag for arc in arcs):
        return
    leaving: dict[Node, list[Arc]] = {}
    for arc in arcs:
        leaving.setdefault(arc.since, []).append(arc)
    knot = _knots(leaving)
    told: set[int] = set()
    for arc in arcs:
        inside = knot[arc.since]
        if arc.ticks > 0 and inside == knot[arc.until] and inside not in told:
            told.add(inside)
            yield _told([arc, *_way_back(arc, leaving, knot)], problem.tick)


def _arcs(problem: Problem) -> list[Arc]:
    arcs = []
    mandatory = set()
    for number, task in enumerate(problem.tasks):
        if not task.optional:
            mandatory.add(task.id)
            shortest = min(way.duration for way in task.ways)
            at: Path = ("activities", number, "duration")
            arcs.append(Arc((task.id, "start"), (task.id, "end"), shortest, at, False))
    for number, lag in enumerate(problem.constraints):
        if not isinstance(lag, Lag) or lag.price is not None or lag.min_gap is None or lag.min_gap < 0:
            continue
        is_order = lag.since == "end" or lag.min_gap > 0
        if is_order and lag.before != lag.after and {lag.before, lag.after} <= mandatory:
            since, until = (lag.before, lag.since), (lag.after, lag.until)
            arcs.append(Arc(since, until, lag.min_gap, ("constraints", number), True))
    return arcs


def _knots(leaving: Mapping[Node, Sequence[Arc]]) -> dict[Node, int]:
    """The strongly connected component of each node (Tarjan 1972), without recursion."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    knot: dict[Node, int] = {}
    waiting: list[Node] = []
    for root in {arc.since for arcs in leaving.values() for arc in arcs}:
        if root in order:
            continue
        walk = [(root, iter(leaving.get(root, ())))]
        order[root] = low[root] = len(order)
        waiting.append(root)
        while walk:
            node, arcs = walk[-1]
            for arc in arcs:
                if arc.until not in order:
                    order[arc.until] = low[arc.until] = len(order)
                    waiting.append(arc.until)
                    walk.append((arc.until, iter(leaving.get(arc.until, ()))))
                    break
                if arc.until not in knot:
                    low[node] = min(low[node], order[arc.until])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == order[node]:
                    knot.update(dict.fromkeys(_popped(waiting, node), order[node]))
    return knot


def _popped(waiting: list[Node], last: Node) -> Iterator[Node]:
    while (member := waiting.pop()) != last:
        yield member
    yield last


def _way_back(arc: Arc, leaving: Mapping[Node, Sequence[Arc]], knot: Mapping[Node, int]) -> list[Arc]:
    """The fewest arcs from the end of an arc to its beginning, inside their knot."""
    came: dict[Node, Arc] = {}
    queue = deque([arc.until])
    while arc.since not in came and queue:
        for step in leaving.get(queue.popleft(), ()):
            if knot[step.until] == knot[arc.since] and step.until not in came and step.until != arc.until:
                came[step.until] = step
                queue.append(step.until)
    back: list[Arc] = []
    node = arc.since
    while node != arc.until:
        back.append(came[node])
        node = came[node].since
    return back[::-1]


def _told(cycle: Sequence[Arc], tick: str) -> Fault:
    lags = [arc for arc in cycle if arc.lag]
    first = min(range(len(lags)), key=lambda k: lags[k].at[1])
    lags = lags[first:] + lags[:first]
    names = [shown(arc.since[0]) for arc in lags]
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], f"… ({len(names)} in all)"]
    total = sum(arc.ticks for arc in cycle)
    words = f"closes a cycle of activities that wait for each other: {' → '.join([*names, names[0]])}"
    also = tuple(arc.at for arc in lags[1:])
    return Fault(lags[0].at, f"{words}; once round, durations and lags add up to {total} {tick}, not to 0", also)
