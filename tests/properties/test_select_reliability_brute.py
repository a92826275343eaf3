"""Alpha against the published package on random tables, and what averages carry against whole covariance matrices."""

from __future__ import annotations

import warnings

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hamsafar.selection.agreement import Level, alpha_of_units
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.reliability import ERRORS, carried_by, reliability_of

tables = arrays(
    float, st.tuples(st.integers(2, 5), st.integers(2, 8)), elements=st.sampled_from([1, 2, 3, 4.5, np.nan])
)


@given(tables, st.sampled_from(["nominal", "ordinal", "interval"]))
@settings(max_examples=150, deadline=None)
def test_alpha_as_the_package(table: np.ndarray, level: Level) -> None:
    seen = ~np.isnan(table)
    paired = table[:, seen.sum(axis=0) > 1]
    assume(len(np.unique(paired[~np.isnan(paired)])) > 1)
    unit = np.tile(np.arange(table.shape[1]), (table.shape[0], 1))
    found = alpha_of_units(unit[seen], table[seen], level=level, draws=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own
        theirs = krippendorff.alpha(paired, level_of_measurement=level)
    assert found.alpha == pytest.approx(theirs, abs=1e-9)
    assert found == alpha_of_units(unit[seen], table[seen], level=level, draws=20)


@given(st.integers(0, 3), st.sampled_from(["nominal", "ordinal", "interval"]))
@settings(max_examples=6, deadline=None)
def test_a_draw_is_the_alpha_of_the_units_drawn(seed: int, level: Level) -> None:
    """One resampling, against alpha of the same units written out as often as they were drawn."""
    chance = np.random.default_rng(seed)
    table = chance.integers(1, 5, (3, 9)).astype(float)
    unit = np.tile(np.arange(9), (3, 1))
    found = alpha_of_units(unit.ravel(), table.ravel(), level=level, draws=1, seed=seed)
    drawn = np.random.default_rng(seed).integers(0, 9, 9)
    assert found.low == pytest.approx(krippendorff.alpha(table[:, drawn], level_of_measurement=level), abs=1e-9)


marks = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40, unique=True
)


@given(marks)
@settings(max_examples=100, deadline=None)
def test_what_averages_carry_is_in_their_covariance(cells: list[tuple[int, int, int]]) -> None:
    """Every term's covariance of the averages, written out: the mean of the diagonal, and that less the rest's."""
    table = MarkTable.of((f"c{c}", f"a{a}", f"i{i}", 1.0) for c, a, i in cells)
    carried = carried_by(table)
    people = sorted({c for c, _, _ in cells})
    average = np.array([[(c == who) for c, _, _ in cells] for who in people], dtype=float)
    average /= average.sum(axis=1, keepdims=True)
    keys = {
        "assessor": [(a,) for _, a, _ in cells],
        "item": [(i,) for _, _, i in cells],
        "assessor_item": [(a, i) for _, a, i in cells],
        "candidate_assessor": [(c, a) for c, a, _ in cells],
        "candidate_item": [(c, i) for c, _, i in cells],
        "residual": list(cells),
    }
    for term in ERRORS:
        levels = sorted(set(keys[term]))
        effect = np.array([[key == level for level in levels] for key in keys[term]], dtype=float)
        covariance = average @ effect @ effect.T @ average.T
        own = np.trace(covariance) / len(people)
        shared = (covariance.sum() - np.trace(covariance)) / max(1, len(people) * (len(people) - 1))
        assert carried.absolute[term] == pytest.approx(own)
        assert carried.relative[term] == pytest.approx(own - shared, abs=1e-12)


def test_nested_and_crossed_assessors_are_putkas_ends() -> None:
    """Putka and others (2008): the multiplier of severity is 0 where all share assessors, 1/k where nobody does."""
    crossed = carried_by(MarkTable.of((f"c{c}", f"a{a}", "x", 1.0) for c in range(5) for a in range(3)))
    nested = carried_by(MarkTable.of((f"c{c}", f"a{c}-{a}", "x", 1.0) for c in range(5) for a in range(3)))
    assert crossed.relative["assessor"] == pytest.approx(0, abs=1e-12)
    assert nested.relative["assessor"] == pytest.approx(1 / 3)
    assert crossed.absolute["assessor"] == nested.absolute["assessor"] == pytest.approx(1 / 3)


def test_no_spread_among_candidates_has_no_reliability() -> None:
    table = MarkTable.of([("c0", "a0", "x", 1.0), ("c1", "a0", "x", 1.0)])
    found = reliability_of(table, {"residual": 0.0})
    assert (found.icc, found.g, found.phi, found.alpha) == (None, None, None, None)
    assert "can't be told apart" in found.sentences[0]
