"""The six intraclass correlations of a full table of candidates × assessors, with their intervals.

Shrout and Fleiss (1979); the intervals as McGraw and Wong (1996), table 7. Only for tables without gaps.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Form: TypeAlias = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
MEANING: dict[str, str] = {
    "ICC(1": "each candidate has other assessors",
    "ICC(2": "assessors stand for many alike, and their severity counts (absolute agreement)",
    "ICC(3": "these assessors and no others, and their severity is left out (consistency)",
}


@frozen(kw_only=True)
class Icc:
    """One form and its 95 % interval. `k` in the form: of the mean of all assessors; `1`: of a single one."""

    form: Form
    value: float
    low: float
    high: float


def iccs(marks: NDArray[np.float64]) -> tuple[Icc, ...]:
    """The six forms of marks (candidates, assessors) without gaps; none for fewer than two of either, or no spread."""
    n, k = marks.shape
    if n < 2 or k < 2 or not np.ptp(marks):
        return ()
    squares = _mean_squares(marks)
    if not squares.candidates and not squares.residual:
        return ()
    return (*_one_way(squares), *_absolute(squares), *_consistent(squares))


@frozen(kw_only=True)
class _Squares:
    """Mean squares of the analysis of variance."""

    n: int
    k: int
    candidates: float
    assessors: float
    residual: float
    within: float


def _mean_squares(marks: NDArray[np.float64]) -> _Squares:
    n, k = marks.shape
    rows, columns = marks.mean(axis=1), marks.mean(axis=0)
    left = marks - rows[:, None] - columns + marks.mean()
    least = 1e-24 * float((marks**2).sum())  # what rounding leaves
    return _Squares(
        n=n,
        k=k,
        candidates=_cleared(k * float(((rows - marks.mean()) ** 2).sum()), least) / (n - 1),
        assessors=_cleared(n * float(((columns - marks.mean()) ** 2).sum()), least) / (k - 1),
        residual=_cleared(float((left**2).sum()), least) / ((n - 1) * (k - 1)),
        within=_cleared(float(((marks - rows[:, None]) ** 2).sum()), least) / (n * (k - 1)),
    )


def _cleared(value: float, least: float) -> float:
    return value if value > least else 0.0


def _one_way(of: _Squares) -> tuple[Icc, Icc]:
    low, high = _f_ends(of.candidates, of.within, of.n - 1, of.n * (of.k - 1))
    return _pair("ICC(1,1)", "ICC(1,k)", of.candidates, of.within, low, high, of.k)


def _consistent(of: _Squares) -> tuple[Icc, Icc]:
    low, high = _f_ends(of.candidates, of.residual, of.n - 1, (of.n - 1) * (of.k - 1))
    return _pair("ICC(3,1)", "ICC(3,k)", of.candidates, of.residual, low, high, of.k)


def _f_ends(upper: float, lower: float, df_upper: int, df_lower: int) -> tuple[float, float]:
    """The ends of the ratio of mean squares; infinite where nothing is left over."""
    from scipy.stats import f

    if not lower:
        return np.inf, np.inf
    ratio = upper / lower
    return ratio / float(f.ppf(0.975, df_upper, df_lower)), ratio * float(f.ppf(0.975, df_lower, df_upper))


def _pair(one: Form, mean: Form, upper: float, lower: float, low: float, high: float, k: int) -> tuple[Icc, Icc]:
    """The single and the mean form, from the mean squares and the ends of their ratio."""
    single = (upper - lower) / (upper + (k - 1) * lower)
    of_mean = (upper - lower) / upper if upper else -np.inf
    ends = tuple(1.0 if np.isinf(end) else (end - 1) / (end + k - 1) for end in (low, high))
    mean_ends = tuple(1 - 1 / end if end else -np.inf for end in (low, high))
    return (
        Icc(form=one, value=single, low=ends[0], high=ends[1]),
        Icc(form=mean, value=of_mean, low=mean_ends[0], high=mean_ends[1]),
    )


def _absolute(of: _Squares) -> tuple[Icc, Icc]:
    n, k = of.n, of.k
    single = (of.candidates - of.residual) / (
        of.candidates + (k - 1) * of.residual + k * (of.assessors - of.residual) / n
    )
    mean = (of.candidates - of.residual) / (of.candidates + (of.assessors - of.residual) / n)
    low, high = _absolute_ends(of, single)
    return (
        Icc(form="ICC(2,1)", value=single, low=low, high=high),
        Icc(form="ICC(2,k)", value=mean, low=_stepped(low, k), high=_stepped(high, k)),
    )


def _absolute_ends(of: _Squares, single: float) -> tuple[float, float]:
    """With Satterthwaite's degrees of freedom (Shrout and Fleiss 1979, page 424)."""
    from scipy.stats import f

    n, k = of.n, of.k
    if not of.residual and not of.assessors:
        return 1.0, 1.0
    a = k * single / (n * (1 - single)) if single < 1 else np.inf
    b = 1 + k * single * (n - 1) / (n * (1 - single)) if single < 1 else np.inf
    shared = (a * of.assessors + b * of.residual) ** 2
    df = shared / ((a * of.assessors) ** 2 / (k - 1) + (b * of.residual) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = float(f.ppf(0.975, n - 1, df)), float(f.ppf(0.975, df, n - 1))
    rest = k * of.assessors + (k * n - k - n) * of.residual
    low = n * (of.candidates - upper * of.residual) / (upper * rest + n * of.candidates)
    high = n * (lower * of.candidates - of.residual) / (rest + n * lower * of.candidates)
    return low, high


def _stepped(single: float, k: int) -> float:
    """Spearman and Brown (1910): of the mean of k, from that of one."""
    return k * single / (1 + (k - 1) * single)
