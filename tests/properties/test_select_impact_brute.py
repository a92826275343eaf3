"""Exact tests, intervals and the one different person, against trying everything."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import fisher_exact

from hamsafar.selection import exact
from hamsafar.selection.exact import exact_test
from hamsafar.selection.impact import Count, published, stage_impact
from hamsafar.selection.rate_ratio import Z_95, ratio_interval

group = st.integers(0, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
groups = st.lists(group, min_size=1, max_size=5)


def by_enumeration(entered: list[int], passed: list[int]) -> float:
    """The sum of all tables no likelier, in whole numbers."""
    seen = prod(comb(n, x) for n, x in zip(entered, passed, strict=True))
    ways = [
        prod(comb(n, x) for n, x in zip(entered, split, strict=True))
        for split in product(*(range(n + 1) for n in entered))
        if sum(split) == sum(passed)
    ]
    return float(Fraction(sum(one for one in ways if one <= seen), sum(ways)))


@given(groups)
@settings(max_examples=150, deadline=None)
def test_exact_test_is_the_sum_over_all_tables(rows: list[tuple[int, int]]) -> None:
    entered, passed = [n for n, _ in rows], [x for _, x in rows]
    found = exact_test(entered, passed)
    if found is None:
        assert sum(n > 0 for n in entered) < 2 or sum(passed) in (0, sum(entered))
    else:
        assert found.p == pytest.approx(by_enumeration(entered, passed), rel=1e-9)  # what is left out is 1e-10


@given(st.integers(1, 400), st.integers(1, 3000), st.data())
@settings(max_examples=100, deadline=None)
def test_two_groups_as_scipy(first: int, second: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    found = exact_test([first, second], [x, y])
    assume(found is not None)
    assert found is not None
    assert found.p == pytest.approx(fisher_exact([[x, first - x], [y, second - y]]).pvalue, rel=1e-8, abs=1e-300)


def test_too_many_splits_are_simulated_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, passed = [60, 50, 40, 30], [12, 5, 9, 2]
    told = exact_test(entered, passed)
    monkeypatch.setattr(exact, "MOST_SPLITS", 10)
    drawn = exact_test(entered, passed, seed=3)
    assert told is not None
    assert drawn is not None
    assert (drawn.method, drawn.seed, drawn.draws) == ("simulated", 3, exact.DRAWS)
    assert drawn.error is not None
    assert abs(drawn.p - told.p) < 4 * drawn.error  # four standard errors
    assert drawn == exact_test(entered, passed, seed=3)


def chi_squared(ratio: float, x: int, n: int, y: int, m: int) -> float:
    """Pearson's, at the likeliest rates with this ratio, found by search rather than by formula."""

    def unlikely(rate: float) -> float:
        cells = ((x, rate * ratio), (n - x, 1 - rate * ratio), (y, rate), (m - y, 1 - rate))
        return -sum(count * np.log(p) for count, p in cells if count)

    most = min(1, 1 / ratio)
    rate = minimize_scalar(unlikely, bounds=(1e-12, most - 1e-12), method="bounded", options={"xatol": 1e-14}).x
    return float(sum((seen - of * p) ** 2 / (of * p * (1 - p)) for seen, of, p in ((x, n, rate * ratio), (y, m, rate))))


@given(st.integers(2, 60), st.integers(2, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_interval_ends_where_chi_squared_says(n: int, m: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, n - 1)), data.draw(st.integers(1, m - 1))
    low, high = ratio_interval(x, n, y, m)
    assert high is not None
    assert low <= x * m / (n * y) <= high
    for end in (low, high):
        if 0.01 < end < 100:
            assert chi_squared(end, x, n, y, m) == pytest.approx(Z_95**2, rel=1e-3)  # the search's own precision


def rates(entered: dict[str, int], passed: dict[str, int]) -> dict[str, Fraction]:
    return {who: Fraction(passed[who], n) for who, n in entered.items() if n}


@given(groups)
@settings(max_examples=200, deadline=None)
def test_one_different_person_by_trying(rows: list[tuple[int, int]]) -> None:
    entered = {f"g{i}": n for i, (n, _) in enumerate(rows)}
    passed = {f"g{i}": x for i, (_, x) in enumerate(rows)}
    found = stage_impact([Count(stage="s", group=who, entered=n, passed=passed[who]) for who, n in entered.items()])
    now = rates(entered, passed)
    for one in found.groups:
        if one.rate is None or not any(now.values()):
            assert (one.ratio, one.flag, one.one_person) == (None, False, None)
            continue
        top = max(now.values())
        assert one.flag == (now[one.group] < Fraction(4, 5) * top)
        assert one.ratio == pytest.approx(float(now[one.group] / top))
        if one.flag:
            after = _tried(one.group, found.best or "", entered, passed)
            assert (one.one_person is not None) == any(after)


def _tried(who: str, best: str, entered: dict[str, int], passed: dict[str, int]) -> tuple[bool, ...]:
    """Whether one more of a group in place of one of the best lifts it, or makes its rate the higher."""
    if passed[who] == entered[who]:
        return ()
    changed = rates(entered, {**passed, who: passed[who] + 1, best: passed[best] - 1})
    return changed[who] >= Fraction(4, 5) * max(changed.values()), changed[who] > changed[best]


@given(groups)
@settings(max_examples=100, deadline=None)
def test_nothing_small_is_published(rows: list[tuple[int, int]]) -> None:
    stage = stage_impact([Count(stage="s", group=f"g{i}", entered=n, passed=x) for i, (n, x) in enumerate(rows)])
    shown = published(stage)
    for one in shown.groups:
        assert one.entered == 0 or one.entered >= 5
        assert one.passed == 0 or one.passed >= 5
        assert one.entered == one.passed or one.entered - one.passed >= 5
    hidden = len(stage.groups) - len(shown.groups)
    assert hidden != 1 or len(stage.groups) == 1
