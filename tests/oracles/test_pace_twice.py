"""The simulation of a stay against another that shares only the figures: plain Python, event by event, its own drawing.

Two counts of so many stays each differ by chance. Bernstein's inequality bounds each of the about 500 shares compared,
at exp(-13) on either side of either: one false alarm in 350 pairs of seeds at most, and these two are fixed.
"""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from slow_stay import lived, minutes, tasks_of

from hamsafar.domain.plan import Plan
from hamsafar.planning.pace.overruns import overruns_of
from handmade import far_plan
from paced import crowded

_T = 13.0
_SAME_MIN = 1e-6
_ENOUGH = 30  # late evenings, for their spread to say how far their mean may be off


def tolerance(share: float, other: float, runs: int, slow_runs: int) -> float:
    """How far two counts may lie apart by chance."""
    pooled = (share * runs + other * slow_runs) / (runs + slow_runs)
    spread = pooled * (1 - pooled) + _T / (runs + slow_runs)
    return math.sqrt(2 * spread * _T * (1 / runs + 1 / slow_runs)) + _T / (3 * slow_runs)


def slowly(plan: Plan, runs: int, seed: int) -> tuple[dict[object, float], dict[object, list[float]]]:
    """(what → share of stays, (day, person) → minutes late at bedtime in each)."""
    tasks, chance = tasks_of(plan), random.Random(seed)
    figures = next(dict(one.params) for one in plan.programme.limits if one.rule == "CRW-20")
    late_min = figures["late_min"] + _SAME_MIN
    hatch = math.floor(minutes(plan.flight.hatch_close))
    down = plan.programme.flight.crew_down
    last = {person: max(task.days[person] for task in tasks if person in task.days) for person in down}
    counts: Counter[object] = Counter()
    lates: dict[object, list[float]] = {}
    for _ in range(runs):
        free = lived(tasks, chance, figures)
        over: set[object] = set()
        for task in tasks:
            late = (task.began or task.start) - task.start if task.sleeps else (task.over or task.end) - task.end
            counts["missed", task.id] += task.missed
            counts["late", task.id] += not task.missed and late > late_min
            counts["begun", task.id] += task.began is not None and task.began - task.start <= late_min
            if task.missed or (task.sleeps and late > late_min):
                over |= {(day, person) for person, day in task.days.items()}
            if task.sleeps:
                for person, day in task.days.items():
                    lates.setdefault((day, person), []).append(late)
        for person in down:
            late = max(0.0, free[person] - hatch)
            lates.setdefault((last[person], person), []).append(late)
            if late > _SAME_MIN:
                over.add((last[person], person))
        counts.update(("over", *one) for one in over)  # type: ignore[misc]
    return {what: count / runs for what, count in counts.items()}, lates


def assert_agree(plan: Plan, runs: int, slow_runs: int, seed: int) -> int:
    """Every share and every mean; returns how many shares were neither none nor all."""
    fast = overruns_of(plan, runs=runs, seed=seed)
    slow, lates = slowly(plan, slow_runs, seed + 1)
    told = {("over", one.day, one.person): one.overrun.share for one in fast.days}
    told |= {("missed", one.placement): one.missed.share for one in fast.activities}
    told |= {("begun", one.placement): one.begun.share for one in fast.activities}
    told |= {("late", one.placement): one.late.share for one in fast.activities}
    for what, share in told.items():
        other = slow.get(what, 0.0)
        assert abs(share - other) <= tolerance(share, other, runs, slow_runs), (what, share, other)
    for one in fast.days:
        found = lates.get((one.day, one.person))
        assert (found is None) == (one.ends is None)
        if found is not None and sum(late > _SAME_MIN for late in found) >= _ENOUGH:
            mean = sum(found) / slow_runs
            deviation = math.sqrt(sum((late - mean) ** 2 for late in found) / slow_runs)
            error = math.sqrt(2 * _T * (1 / runs + 1 / slow_runs))
            assert abs(mean - one.late_mean_min) <= error * deviation + 0.01, (one, mean)
    return sum(0 < share < 1 for share in told.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_two_simulations_agree(seed: int) -> None:
    assert assert_agree(crowded(seed), 8_000, 400, seed) > 60


@pytest.mark.slow
def test_two_simulations_agree_on_a_plan_that_obeys_every_rule() -> None:
    assert assert_agree(far_plan(), 20_000, 5_000, seed=7) > 15
