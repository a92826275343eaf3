"""A schedule to start from: each session in turn as early as it fits, the busiest week kept low.

The order is that of the deadlines, counted back through what must come after, and drawn in as soon as something is
placed that must be followed soon. Nothing is taken back, so a session may find no place; then the pass is made again
with that session more urgent (squeaky wheel optimisation: Joslin and Clements 1999). What finds no place in the end is
left out of the hint, and the solver finds one or shows that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from hamsafar.planning.training.levelling import levelled
from hamsafar.planning.training.passes import Ground, Run
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.objectives import Peak
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag

_CAPS = (0.9, 0.85, 0.77, 0.65, 0.5, 0.4, 0.3, 0.22, 0.15, 0.1, 0.05)  # between an even load and what came without
_FAILURES = 3  # caps that didn't hold: then lower ones won't
_PASSES = 8  # passes for one bound of the busiest week
_FIRST_PASSES = 24  # passes until there is a first schedule
STEPS = tuple(days * 1_440 for days in (-3, -1, 1, 2, 3, 5, 8, 13))  # by how much who found no place is more urgent


def first_schedule(problem: Problem) -> dict[str, int]:
    """Starts to try first, for as many tasks as found a place. The same for the same problem, always.

    Lateness and Peak are minded; of other objectives it knows nothing.
    """
    ground = Ground(problem)
    best = _passes(ground, passes=_FIRST_PASSES)
    peak = next((objective for objective in problem.objectives if isinstance(objective, Peak)), None)
    if len(best) < len(problem.tasks) or peak is None or not peak.loads:
        return best
    return levelled(ground, peak, _capped_lower(ground, peak, best))


def _capped_lower(ground: Ground, peak: Peak, best: dict[str, int]) -> dict[str, int]:
    """Of the schedules that lower and lower caps lead to the least late, and of those the least above an even load."""
    even, high = _mean_load(peak), max(_loads(peak, best))
    least, failed = (ground.late(best), _above(peak, best, even)), 0
    for part in _CAPS:
        cap = round(even + part * (high - even))
        found = _passes(ground, _capped(peak, cap))
        if len(found) == len(ground.tasks) and (new := (ground.late(found), _above(peak, found, even))) < least:
            best, least = found, new
        failed += len(found) < len(ground.tasks) or max(_loads(peak, found)) > cap
        if failed == _FAILURES:
            break
    return best


def _above(peak: Peak, starts: Mapping[str, int], even: int) -> int:
    """What the loads have above an even one, squared: two half as full are better than one full."""
    return sum(max(0, load - even) ** 2 for load in _loads(peak, starts))


def _passes(ground: Ground, capped: dict[int, list[Load]] | None = None, passes: int = _PASSES) -> dict[str, int]:
    """The best of a few passes: the first that places everything in time, or the one that places most.

    From the best urgencies so far, those of whoever found no place, or a late one, and of what it must follow soon,
    are changed as the dice fall.
    """
    dice, urgency = Random(0), dict.fromkeys(ground.tasks, 0)
    best, best_urgency = dict[str, int](), urgency
    for _ in range(passes):
        found = Run(ground, capped or {}, ground.deadlines(urgency)).starts()
        if _merit(ground, found) >= _merit(ground, best):
            best, best_urgency = found, urgency
        wrong = [name for name in ground.tasks if name not in best or best[name] > ground.due.get(name, best[name])]
        if not wrong:
            break
        turned = dict.fromkeys(wrong) | {before: None for name in wrong for before in ground.soon_after(name)}
        urgency = {**best_urgency, **{name: best_urgency[name] + dice.choice(STEPS) for name in turned}}
    return best


def _merit(ground: Ground, starts: Mapping[str, int]) -> tuple[int, int]:
    """More placed is better, and then less late."""
    return len(starts), -ground.late(starts)


def _loads(peak: Peak, starts: Mapping[str, int]) -> list[int]:
    return [
        sum(weight for name, weight in load.weights.items() if load.start <= starts[name] < load.end)
        for load in peak.loads
    ]


def _mean_load(peak: Peak) -> int:
    buckets = {(load.start, load.end) for load in peak.loads}
    return max(sum(load.weights.values()) for load in peak.loads) // len(buckets)


def _capped(peak: Peak, limit: int) -> dict[int, list[Load]]:
    """The peak's loads as limits, by the mapping of weights they share."""
    rows: dict[int, list[Load]] = {}
    for load in peak.loads:
        capped = Load(weights=load.weights, start=load.start, end=load.end, limit=limit, tag=Tag("peak"))
        rows.setdefault(id(load.weights), []).append(capped)
    return rows
