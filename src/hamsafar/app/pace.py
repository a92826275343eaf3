"""`pace`: how likely each day of a plan overruns at the pace of those aboard, and what to move to lower that."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.plan_files import plan_given
from hamsafar.domain.pace import Overruns
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError

__all__ = ["MOST_RUNS", "RUNS", "Overruns", "pace", "pace_of"]

RUNS = 10_000  # stays simulated if not said: a day's chance is then known to half a percent
MOST_RUNS = 100_000  # half a gigabyte of minutes


def pace(plan: Path | str | Plan, *, runs: int = RUNS, seed: int = 0, until: float | None = None) -> Overruns:
    """Simulates a plan's stay so many times; the same plan, runs and seed give the same answer.

    `plan`: a plan, its file, or the folder it lies in; it is not changed. Raises InputError for fewer runs than one or
    more than MOST_RUNS, and for a seed that is negative.

    `until`: a share of stays, 0 to 1; for the guest's days that overrun more often, what all would have to move.
    """
    if not 1 <= runs <= MOST_RUNS:
        raise InputError(f"should lie between 1 and {MOST_RUNS} (got {runs})", where="runs")
    if seed < 0:
        raise InputError(f"should not be negative (got {seed})", where="seed")
    if until is not None and not 0 <= until <= 1:
        raise InputError(f"should be a share from 0 to 1 (got {until})", where="until")
    return pace_of(plan_given(plan), runs=runs, seed=seed, until=until)


def pace_of(plan: Plan, *, runs: int = RUNS, seed: int = 0, until: float | None = None) -> Overruns:
    """The same of a plan at hand."""
    from hamsafar.planning.pace.overruns import overruns_of

    return overruns_of(plan, runs=runs, seed=seed, until=until)
