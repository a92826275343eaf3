"""How long many lives last: what share is still alive when, and how well that is known."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.errors import InputError
from hamsafar.orbit.times import Floats


@frozen(kw_only=True, eq=False)
class Survival:
    """A survival curve: a step at each life's end; the share alive holds from a step on until the next.

    `at_s` (m,) ascends, seconds of life; `alive` (m,) the share alive just after; `error` (m,) its standard error.
    Lives that were still going when last seen are *censored*: they count as alive up to there and not after.
    """

    lives: int
    ended: int
    at_s: Floats
    alive: Floats
    error: Floats

    def quantile_s(self, share: float) -> float | None:
        """The life that this share of all does not outlast (0.5: the median), s; None where fewer ended."""
        if not 0.0 < share < 1.0:
            raise InputError(f"a share lies between 0 and 1 (got {share:g})")
        reached = np.flatnonzero(self.alive <= 1.0 - share + 1e-12)
        return float(self.at_s[reached[0]]) if reached.size else None

    def alive_at(self, seconds: Floats) -> tuple[Floats, Floats]:
        """The share alive after so many seconds, and its standard error: (n,), (n,)."""
        last = np.searchsorted(self.at_s, seconds, side="right")
        return np.concatenate(([1.0], self.alive))[last], np.concatenate(([0.0], self.error))[last]


def survival(life_s: Floats, ended: NDArray[np.bool_]) -> Survival:
    """The curve by Kaplan and Meier (1958, J. Am. Stat. Assoc. 53:457) with Greenwood's (1926) standard error.

    `life_s` (n,): each life's length as far as it was followed; `ended` (n,): whether it ended there. Where no life is
    censored before the last end, both are those of a binomial share: p and sqrt(p (1 - p) / n). Raises InputError for
    no life at all.
    """
    if not life_s.size:
        raise InputError("a survival curve needs at least one life")
    at_s, deaths = np.unique(life_s[ended], return_counts=True)
    # Whoever is censored at the very moment of another's end was alive at it.
    at_risk = life_s.size - np.searchsorted(np.sort(life_s), at_s, side="left")
    alive: Floats = np.cumprod(1.0 - deaths / at_risk).astype(np.float64)
    with np.errstate(divide="ignore"):
        growth = np.where(at_risk > deaths, deaths / (at_risk * np.maximum(at_risk - deaths, 1.0)), 0.0)
    error = alive * np.sqrt(np.cumsum(growth))
    return Survival(lives=int(life_s.size), ended=int(np.sum(ended)), at_s=at_s, alive=alive, error=error)
