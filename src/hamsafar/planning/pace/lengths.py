"""How many times as long as on the ground something takes aboard: by who does it and how often they have done it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, exp, log, sqrt
from statistics import NormalDist

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.programme import Programme

_NORMAL = NormalDist()
_Z90 = _NORMAL.inv_cdf(0.9)
_DECIMALS = 6  # of a minute, below which a length is whole: 1.1 x 40 min are 44, whatever binary fractions say


@frozen(kw_only=True)
class Factor:
    """A lognormal factor: the logarithm's mean and standard deviation."""

    mu: float
    sigma: float

    @classmethod
    def of(cls, mean: float, p90: float) -> Factor:
        """From its mean and what nine in ten stay below; no spread where that isn't above the mean.

        ln p90 = mu + z sigma and ln mean = mu + sigma^2 / 2, of which the smaller sigma is meant. A mean that
        no lognormal of such a p90 reaches gets the widest there is, sigma = z.
        """
        spread = max(0.0, log(p90 / mean))
        sigma = _Z90 - sqrt(max(0.0, _Z90**2 - 2 * spread))
        return cls(mu=log(mean) - sigma**2 / 2, sigma=sigma)

    def quantile(self, share: float) -> float:
        """What a share of all executions stays below."""
        return exp(self.mu + self.sigma * _NORMAL.inv_cdf(share))


def paced(activity: Activity) -> bool:
    """Whether a newcomer learns it by repetition: experiments, and what says so."""
    pace = activity.pace
    if pace is not None and pace.fixed:
        return False
    return activity.kind == "experiment" or (pace is not None and pace.is_own)


def newcomers_factor(programme: Programme, activity: Activity, execution: int) -> Factor:
    """Of a newcomer's n-th execution, from 1: mean and P90 go straight from the first's to the learned ones."""
    learned_at = max(2.0, programme.limit("CRW-20", "learned_at"))
    share = min(1.0, (execution - 1) / (learned_at - 1))
    first, learned = (
        (_figure(programme, activity, f"{when}_mean"), _figure(programme, activity, f"{when}_p90"))
        for when in ("first", "learned")
    )
    mean, p90 = (one + share * (other - one) for one, other in zip(first, learned, strict=True))
    return Factor.of(mean, p90)


def _figure(programme: Programme, activity: Activity, name: str) -> float:
    own = None if activity.pace is None else getattr(activity.pace, name)
    return programme.limit("CRW-20", name) if own is None else float(own)


def learned_at(programme: Programme) -> int:
    """The execution from which nothing gets shorter any more."""
    return max(2, ceil(programme.limit("CRW-20", "learned_at")))


def planned_min(programme: Programme, activity: Activity, execution: int, without: frozenset[str] = frozenset()) -> int:
    """Minutes planned for a newcomer's n-th execution, rounded up; `without` are rules left out.

    At the confidence asked (CRW-20), and the first no shorter than CRW-10 asks, unless its pace is its own.
    """
    ground_min, asked = activity.duration_min, [activity.duration_min]
    if not paced(activity):
        return ground_min
    if "CRW-20" not in without:
        factor = newcomers_factor(programme, activity, execution)
        quantile = factor.quantile(programme.limit("CRW-20", "confidence"))
        asked = [ceil(round(quantile * ground_min, _DECIMALS))]
    if "CRW-10" not in without and execution == 1 and not (activity.pace is not None and activity.pace.is_own):
        asked.append(ceil(Fraction(str(programme.limit("CRW-10", "first_factor"))) * ground_min))
    return max(1, *asked)


def planned_lengths(programme: Programme, activity: Activity, without: frozenset[str] = frozenset()) -> tuple[int, ...]:
    """The minutes of the first execution, the second, up to the one that is learned; those after are like the last."""
    last = learned_at(programme)
    return tuple(planned_min(programme, activity, n, without) for n in range(1, last + 1))
