"""Peaks in parts: the largest of several loads says nothing of one activity, what lies above a mark does.

For a search in parts a peak that is to come down becomes a sum: what each load has above a mark below the peak. Where
that sum comes to nothing, the peak is at the mark, and the mark may be lower still. A peak that is settled becomes a
limit. Limits are cheap in parts (what held activities add is taken off them), a peak is not: it speaks of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from attrs import evolve

from hamsafar.schedule.check import evaluate
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.objectives import Objective, Peak, PeakLoad, SoftCosts
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Price, Tag

ABOVE = "above the mark"
_SETTLED = Tag("settled", detail="a peak that was reached before")


def without_peaks(
    problem: Problem, placed: Mapping[str, Placed], number: int, mark: int | None = None
) -> tuple[Problem, int]:
    """The same for parts: peaks up to objective `number` as limits at what they are, and that one's number then.

    With a `mark`, objective `number` is a peak that is to come down to it, and never goes up.
    """
    values = evaluate(problem, placed)
    kept, limits = list[Objective](), list[Load]()
    for k, objective in enumerate(problem.objectives):
        if isinstance(objective, Peak) and k <= number:
            limits.extend(_limits(objective, values[k], _SETTLED, None))
            if k == number and mark is not None:
                limits.extend(_limits(objective, mark, Tag("mark"), Price(ABOVE)))
                kept.append(SoftCosts(name=ABOVE))
        elif k <= number:
            kept.append(objective)
    changed = evolve(problem, objectives=tuple(kept), constraints=(*problem.constraints, *limits))
    return changed, len(kept) - 1


def _limits(peak: Peak, limit: int, tag: Tag, price: Price | None) -> Iterator[Load]:
    for load in peak.loads:
        yield Load(
            weights=load.weights,
            start=load.start,
            end=load.end,
            limit=limit,
            tag=tag,
            picked=load.picked,
            price=price,
        )


def peak_floor(problem: Problem, peak: Peak) -> int:
    """What the peak is at least: from one of its stretches to another lies what can't be elsewhere, evenly spread.

    Only where these stretches leave no gap: what starts in a gap counts in none of them.
    """
    must = {task.id: found for task in problem.tasks if not task.optional and (found := possible_starts(problem, task))}
    rows: dict[int, list[PeakLoad]] = {}
    for load in peak.loads:
        if load.picked is None:
            rows.setdefault(id(load.weights), []).append(load)
    return max((_row_floor(sorted(row, key=lambda load: load.start), must) for row in rows.values()), default=0)


def _row_floor(row: list[PeakLoad], must: Mapping[str, tuple[tuple[int, int], ...]]) -> int:
    """Of loads of the same weights that follow each other."""
    weights = row[0].weights
    asked = [(must[name][0][0], must[name][-1][1], weight) for name, weight in weights.items() if name in must]
    best = 0
    for first in range(len(row)):
        for last in range(first, len(row)):
            if last > first and row[last - 1].end < row[last].start:
                break
            inside = sum(w for low, high, w in asked if row[first].start <= low and high < row[last].end)
            usable = sum(_usable(load, asked) for load in row[first : last + 1])
            best = max(best, ceil(inside / usable) if usable else 0)
    return best


def _usable(load: PeakLoad, asked: list[tuple[int, int, int]]) -> bool:
    return any(low < load.end and high >= load.start for low, high, _ in asked)
