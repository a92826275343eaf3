"""Krippendorff's alpha: how far assessors agree beyond chance, any number of them, gaps allowed; with its interval.

Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; the interval by resampling units (Zapf and others
2016).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.selection.marks import MarkTable

Level: TypeAlias = Literal["nominal", "ordinal", "interval"]
Codes: TypeAlias = NDArray[np.intp]
Numbers: TypeAlias = NDArray[np.float64]

DRAWS = 1_000  # the ends of the interval are then known to about a twentieth of its width


@frozen(kw_only=True)
class Alpha:
    """Alpha and its 95 % interval; None where it has no value, and `why` says the reason."""

    alpha: float | None
    low: float | None = None
    high: float | None = None
    level: Level = "interval"
    units: int = 0  # with two marks or more: others tell nothing of agreement
    marks: int = 0  # of these units
    draws: int = 0  # that gave a value
    seed: int = 0
    why: str = ""


def alpha_of(table: MarkTable, *, level: Level = "interval", draws: int = DRAWS, seed: int = 0) -> Alpha:
    """Alpha of marks. A unit is one candidate on one item; candidates are resampled whole, with all their items.

    Marks of one candidate on several items go together, so that resampling them apart would make the interval too
    narrow; with one item a candidate is a unit.
    """
    unit = table.candidate * max(1, len(table.items)) + table.item
    return alpha_of_units(unit, table.mark, level=level, whole=table.candidate, draws=draws, seed=seed)


def alpha_of_units(
    unit: Codes,
    value: Numbers,
    *,
    level: Level = "interval",
    whole: Codes | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Alpha:
    """Alpha of values (n,), each of a unit (n,); `whole` (n,): what is drawn together when resampling, else units."""
    paired = _paired(unit, value, unit if whole is None else whole)
    bare = Alpha(alpha=None, level=level, units=len(paired.begins), marks=len(paired.place), seed=seed)
    if not len(paired.begins):
        return _without(bare, "no unit has two marks")
    once = np.ones((1, paired.wholes))
    alpha = float(_alphas(paired, once, level)[0])
    if np.isnan(alpha):
        return _without(bare, "all marks are equal, so that chance alone would agree as well")
    if paired.wholes < 2 or draws < 1:
        return Alpha(alpha=alpha, level=level, units=bare.units, marks=bare.marks, seed=seed)
    drawn = _resampled(paired, level, draws, seed)
    low, high = np.quantile(drawn, (0.025, 0.975)) if drawn.size else (alpha, alpha)
    return Alpha(
        alpha=alpha,
        low=float(low),
        high=float(high),
        level=level,
        units=bare.units,
        marks=bare.marks,
        draws=int(drawn.size),
        seed=seed,
    )


def _without(bare: Alpha, why: str) -> Alpha:
    return Alpha(alpha=None, level=bare.level, units=bare.units, marks=bare.marks, seed=bare.seed, why=why)


@frozen(kw_only=True, eq=False)
class _Paired:
    """The marks of units with two or more, in order of the units."""

    values: Numbers  # the different ones, rising
    place: Codes  # (marks,): which of them
    begins: Codes  # (units,): where each unit's marks begin
    size: Numbers  # (units,)
    whole: Codes  # (units,): what it is drawn with
    wholes: int


def _paired(unit: Codes, value: Numbers, whole: Codes) -> _Paired:
    order = np.argsort(unit, kind="stable")
    _, number, size = np.unique(unit[order], return_inverse=True, return_counts=True)
    kept = order[size[number] > 1]
    sizes = size[size > 1]
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1])) if sizes.size else np.zeros(0, dtype=np.intp)
    values, place = np.unique(value[kept], return_inverse=True)
    together = np.unique(whole[kept][begins], return_inverse=True)[1] if sizes.size else begins
    return _Paired(
        values=values,
        place=place.astype(np.intp),
        begins=begins.astype(np.intp),
        size=sizes.astype(float),
        whole=together.astype(np.intp),
        wholes=int(together.max()) + 1 if sizes.size else 0,
    )


def _resampled(paired: _Paired, level: Level, draws: int, seed: int) -> Numbers:
    """The alphas of so many draws of wholes with replacement, those left out in which all marks are equal."""
    chance = np.random.default_rng(seed)
    at_once = max(1, 4_000_000 // paired.wholes)  # 32 MB of weights
    found = []
    for begin in range(0, draws, at_once):
        count = min(at_once, draws - begin)
        weights = np.empty((count, paired.wholes))
        for row in weights:
            row[:] = np.bincount(chance.integers(0, paired.wholes, paired.wholes), minlength=paired.wholes)
        found.append(_alphas(paired, weights, level))
    drawn = np.concatenate(found)
    return np.asarray(drawn[np.isfinite(drawn)], dtype=np.float64)


def _alphas(paired: _Paired, weights: Numbers, level: Level) -> Numbers:
    """(draws,): alpha where each whole counts as often as its weight says, (draws, wholes); nan where undefined."""
    if level == "nominal":
        observed, expected = _nominal(paired, weights)
    elif level == "interval":
        observed, expected = _squared(paired, weights, paired.values - paired.values.mean())
    else:
        observed, expected = _ordinal(paired, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _squared(paired: _Paired, weights: Numbers, scale: Numbers) -> tuple[Numbers, Numbers]:
    """Mean squared differences within units, and among all marks: sums do, no pair is looked at."""
    x = scale[paired.place]
    once, twice = np.add.reduceat(x, paired.begins), np.add.reduceat(x * x, paired.begins)
    own = np.maximum(2 * (paired.size * twice - once**2) / (paired.size - 1), 0)
    n, s1, s2, within = (weights @ _gathered(paired, one) for one in (paired.size, once, twice, own))
    spread = 2 * (n * s2 - s1**2)
    spread = np.where(spread > 1e-12 * n * s2, spread, 0.0)  # what rounding leaves of equal marks is none
    return within / n, spread / (n * (n - 1))


def _gathered(paired: _Paired, of_unit: Numbers) -> Numbers:
    return np.bincount(paired.whole, weights=of_unit, minlength=paired.wholes)


def _counts(paired: _Paired) -> NDArray[np.intp]:
    """(marks,): the whole that each mark belongs to."""
    return np.repeat(paired.whole, paired.size.astype(np.intp))


def _ordinal(paired: _Paired, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Mean squared differences of middle ranks: how many marks are lower, and half of those alike.

    The ranks change with every draw; which values met within units does not, so that those pairs are counted once.
    """
    first, second, met = _met(paired)
    at_once = max(1, 4_000_000 // max(1, len(first), len(paired.values)))
    rows = []
    for begin in range(0, len(weights), at_once):
        some = weights[begin : begin + at_once]
        alike = (_in_whole(paired).T @ some.T).T
        n = alike.sum(axis=1)
        rank = np.cumsum(alike, axis=1) - alike / 2 - n[:, None] / 2
        within = ((met.T @ some.T).T * (rank[:, first] - rank[:, second]) ** 2).sum(axis=1)
        spread = 2 * (n * (alike * rank**2).sum(axis=1) - (alike * rank).sum(axis=1) ** 2)
        rows.append((within / n, spread / (n * (n - 1))))
    return np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])


def _met(paired: _Paired) -> tuple[Codes, Codes, Any]:
    """The pairs of different values that met in a unit, and how often in each whole: sparse (wholes, pairs)."""
    from scipy.sparse import csr_array

    wholes, codes, shares = [], [], []
    for size in np.unique(paired.size).astype(int):
        units = np.flatnonzero(paired.size == size)
        values = np.sort(paired.place[paired.begins[units, None] + np.arange(size)], axis=1)
        for one, other in combinations(range(size), 2):
            apart = values[:, one] != values[:, other]
            wholes.append(paired.whole[units[apart]])
            codes.append(values[apart, one] * len(paired.values) + values[apart, other])
            shares.append(np.full(int(apart.sum()), 2 / (size - 1)))
    pairs, column = np.unique(np.concatenate(codes), return_inverse=True)
    cells = (np.concatenate(shares), (np.concatenate(wholes), column))
    first, second = np.divmod(pairs, len(paired.values))
    return first, second, csr_array(cells, shape=(paired.wholes, len(pairs)))


def _in_whole(paired: _Paired) -> Any:
    """How often each value stands in each whole: sparse (wholes, values)."""
    from scipy.sparse import csr_array

    ones = np.ones(len(paired.place))
    return csr_array((ones, (_counts(paired), paired.place)), shape=(paired.wholes, len(paired.values)))


def _nominal(paired: _Paired, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Shares of pairs that differ, within units and among all marks."""
    from scipy.sparse import csr_array

    unit = np.repeat(np.arange(len(paired.begins)), paired.size.astype(np.intp))
    ones = np.ones(len(unit))
    in_unit = csr_array((ones, (unit, paired.place)), shape=(len(paired.begins), len(paired.values)))
    alike = np.asarray((in_unit * in_unit).sum(axis=1)).ravel()
    n = weights @ _gathered(paired, paired.size)
    within = weights @ _gathered(paired, (paired.size**2 - alike) / (paired.size - 1))
    totals = (_in_whole(paired).T @ weights.T).T
    return within / n, (n**2 - (totals**2).sum(axis=1)) / (n * (n - 1))
