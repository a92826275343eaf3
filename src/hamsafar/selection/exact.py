"""The exact test of groups × (passed, not): Fisher (1935) for two groups, Freeman and Halton (1951) for more.

Given how many entered of each group and how many passed in all, every split of the passes over the groups has a
probability; the p-value is the sum over all splits no likelier than the one seen. No mid-p is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import exp, log, prod, sqrt
from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Method: TypeAlias = Literal["exact", "simulated"]
_Floats: TypeAlias = NDArray[np.float64]

MOST_SPLITS = 10_000_000  # of half of the groups: two seconds
DRAWS = 200_000  # where there are more
_AS_LIKELY = 1e-7  # splits whose probability differs by less, relatively, count as equally likely
_LEFT_OUT = 1e-10  # of the p-value: the most that lies in splits too unlikely to be looked at


@frozen(kw_only=True)
class ExactTest:
    """A p-value, how it was found, and its standard error where it was simulated."""

    p: float
    method: Method = "exact"
    error: float | None = None
    draws: int | None = None
    seed: int | None = None


def exact_test(entered: Sequence[int], passed: Sequence[int], *, seed: int = 0) -> ExactTest | None:
    """The probability of a split of the passes as uneven as this one or more, were all groups treated alike.

    None where there is nothing to test: fewer than two groups with anybody in them, nobody or everybody passed.
    Exact to a relative 1e-9 while half of the groups have fewer than MOST_SPLITS splits; simulated beyond.
    """
    n = np.array([one for one in entered if one], dtype=np.int64)
    x = np.array([one for one, of in zip(passed, entered, strict=True) if of], dtype=np.int64)
    m = int(x.sum())
    if len(n) < 2 or m in (0, int(n.sum())):
        return None
    table = _Table(n=tuple(map(int, n)), m=m)
    cut = table.log_weight_of(x) + _AS_LIKELY
    ranges = table.ranges(cut)
    half = _half([len(one) for one in ranges])
    if half is None:
        return _simulated(table, cut, seed)
    first = table.splits([ranges[i] for i in half], half)
    rest = tuple(i for i in range(len(n)) if i not in half)
    second = table.splits([ranges[i] for i in rest], rest)
    p = _no_likelier(first, second, m, cut) / exp(table.log_total)
    return ExactTest(p=p if p < 1 - _LEFT_OUT * 10 else 1.0)


@frozen(kw_only=True)
class _Table:
    """Groups of n, of whom m pass. A split's weight is a product of binomials at m/N; it is never above one."""

    n: tuple[int, ...]
    m: int

    @property
    def share(self) -> float:
        return self.m / sum(self.n)

    @property
    def log_total(self) -> float:
        """The weight of all splits together."""
        return float(_log_binomial(np.array([self.m]), sum(self.n), self.share)[0])

    def log_weight_of(self, x: NDArray[np.int64]) -> float:
        """Of one split, or of several: shape (..., groups)."""
        return float(sum(_log_binomial(x[i : i + 1], n, self.share)[0] for i, n in enumerate(self.n)))

    def ranges(self, cut: float) -> list[NDArray[np.int64]]:
        """How many may pass of each group; beyond lies less than _LEFT_OUT of the p-value.

        The number that pass of one group is hypergeometric; Bernstein's bound for either binomial, which is wider
        (Hoeffding 1963), says where to look, its own probability what to keep.
        """
        total, m = sum(self.n), self.m
        depth = -(cut - self.log_total) - log(_LEFT_OUT) + log(4 * len(self.n))
        found = []
        for n in self.n:
            variance = min(n * self.share * (1 - self.share), m * n / total * (1 - n / total))
            reach = depth / 3 + sqrt(depth**2 / 9 + 2 * depth * variance)
            low = max(0, m - (total - n), int(n * self.share - reach))
            values = np.arange(low, min(n, m, int(n * self.share + reach) + 1) + 1, dtype=np.int64)
            found.append(values[self._log_chance(n, values) > -depth - log(len(values))])
        return found

    def _log_chance(self, n: int, x: NDArray[np.int64]) -> _Floats:
        """The log of the probability that x pass of a group of n."""
        others = _log_binomial(self.m - x, sum(self.n) - n, self.share)
        return _log_binomial(x, n, self.share) + others - self.log_total

    def splits(self, ranges: Sequence[NDArray[np.int64]], groups: Sequence[int]) -> tuple[NDArray[np.int64], _Floats]:
        """Every split over these groups: how many pass together, and the log of its weight; sorted by the first."""
        passes, weight = np.zeros(1, dtype=np.int64), np.zeros(1)
        for group, values in zip(groups, ranges, strict=True):
            logs = _log_binomial(values, self.n[group], self.share)
            passes = np.add.outer(passes, values).ravel()
            weight = np.add.outer(weight, logs).ravel()
        order = np.argsort(passes, kind="stable")
        return passes[order], weight[order]


def _log_binomial(x: NDArray[np.int64], n: int, share: float) -> _Floats:
    from scipy.special import gammaln

    chosen = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(chosen + x * log(share) + (n - x) * log(1 - share), dtype=np.float64)


def _half(sizes: Sequence[int]) -> tuple[int, ...] | None:
    """The groups to set against the others so that neither side has too many splits; None where none can be found."""
    indices = range(len(sizes))
    if len(sizes) > 16:  # each group has two answers at least, and there are too many ways to halve them
        return None
    ways = (one for k in range(1, len(sizes) // 2 + 1) for one in combinations(indices, k))
    best = min(ways, key=lambda one: _larger(sizes, one))
    return best if _larger(sizes, best) <= MOST_SPLITS else None


def _larger(sizes: Sequence[int], half: tuple[int, ...]) -> int:
    return max(prod(sizes[i] for i in half), prod(size for i, size in enumerate(sizes) if i not in half))


def _no_likelier(
    first: tuple[NDArray[np.int64], _Floats], second: tuple[NDArray[np.int64], _Floats], m: int, cut: float
) -> float:
    """The weight of all pairs of half-splits that make m passes and together weigh no more than exp(cut)."""
    if len(first[0]) > len(second[0]):
        first, second = second, first
    totals, begins = np.unique(first[0], return_index=True)
    ends = np.append(begins[1:], len(first[0]))
    found = 0.0
    for total, begin, end in zip(totals, begins, ends, strict=True):
        low, high = np.searchsorted(second[0], [m - total, m - total + 1])
        small = np.sort(first[1][begin:end])
        heaped = np.concatenate(([0.0], np.cumsum(np.exp(small))))
        large = second[1][low:high]
        found += float(np.exp(large) @ heaped[np.searchsorted(small, cut - large, side="right")])
    return found


def _simulated(table: _Table, cut: float, seed: int) -> ExactTest:
    """The share of random splits that are no likelier, the one seen counted among them (Phipson and Smyth 2010)."""
    draws = np.random.default_rng(seed).multivariate_hypergeometric(table.n, table.m, size=DRAWS, method="marginals")
    weight = sum(_log_binomial(draws[:, i], n, table.share) for i, n in enumerate(table.n))
    p = (1 + int(np.sum(weight <= cut))) / (1 + DRAWS)
    return ExactTest(p=p, method="simulated", error=sqrt(p * (1 - p) / DRAWS), draws=DRAWS, seed=seed)
