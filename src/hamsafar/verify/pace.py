"""How long a newcomer takes, found its own way: the logarithm's spread and its quantile by halving, from erf alone."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, erf, exp, log, sqrt

from hamsafar.domain.aboard import Activity
from hamsafar.verify.case import Case

_HALVINGS = 80  # of an interval of 20: far below what a double resolves
_SLACK_MIN = 1e-5  # two ways of reckoning may differ so much where a length comes out whole


def is_learned(activity: Activity) -> bool:
    """Experiments, and whatever says its own factors; but nothing whose length is fixed."""
    if activity.pace is not None and activity.pace.fixed:
        return False
    return activity.kind == "experiment" or has_its_own(activity)


def has_its_own(activity: Activity) -> bool:
    """Whether an activity states factors of its own."""
    said = activity.pace
    if said is None:
        return False
    return {said.first_mean, said.first_p90, said.learned_mean, said.learned_p90} != {None}


def needed_min(case: Case, activity: Activity, count: int) -> tuple[int, int]:
    """Minutes that the guest's execution of that count is to be given: the fewest, and the most that is the same."""
    last = max(2.0, case.param("CRW-20", "learned_at"))
    learned = min(count - 1, last - 1) / (last - 1)
    mean = (1 - learned) * _factor(case, activity, "first_mean") + learned * _factor(case, activity, "learned_mean")
    ninth = (1 - learned) * _factor(case, activity, "first_p90") + learned * _factor(case, activity, "learned_p90")
    sigma = _spread(ninth / mean)
    depth = _where(lambda z: _below(z) - case.param("CRW-20", "confidence"), -10.0, 10.0)
    exact = activity.duration_min * mean * exp(sigma * depth - sigma * sigma / 2)
    return max(1, ceil(exact - _SLACK_MIN)), max(1, ceil(exact + _SLACK_MIN))


def _factor(case: Case, activity: Activity, name: str) -> float:
    said = getattr(activity.pace, name, None)
    return case.param("CRW-20", name) if said is None else float(said)


def _below(z: float) -> float:
    """The share of a normal distribution below z deviations."""
    return (1 + erf(z / sqrt(2))) / 2


def _spread(ratio: float) -> float:
    """Sigma of the lognormal whose P90 is so many times its mean: none at 1 or less, at most z90."""
    ninth = _where(lambda z: _below(z) - 0.9, 0.0, 10.0)
    return _where(lambda sigma: ninth * sigma - sigma * sigma / 2 - log(max(1.0, ratio)), 0.0, ninth)


def _where(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function passes zero; the upper end where it doesn't get there."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) >= 0 else (middle, high)
    return high
