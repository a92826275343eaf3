"""Roots between known signs: as halving alone finds them, to the nanosecond, and never much later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.events.halving import rising_roots_ns

SHAPES = {
    "line": lambda off: off,
    "cube": lambda off: np.sign(off) * np.abs(off) ** 3,
    "step": lambda off: np.where(off >= 0, 1.0, -1.0),
    "flat ends": lambda off: np.arctan(off / 1e3),
    "nothing known after": lambda off: np.where(off >= 0, np.nan, off),
}


def _by_halving_alone(quantity, low, high):
    looks = 0
    low, high = low.copy(), high.copy()
    while int((high - low).max()) > 1:
        looks += 1
        middle = low + (high - low) // 2
        below = quantity(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high, looks


@settings(max_examples=150, deadline=None)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    brackets=st.lists(
        st.tuples(st.integers(0, 10**18), st.integers(1, 10**14), st.floats(0, 1)), min_size=1, max_size=5
    ),
)
def test_roots_are_those_of_halving_alone_and_come_no_later(shape, brackets):
    low = np.array([start for start, _, _ in brackets])
    high = low + np.array([size for _, size, _ in brackets])
    root = np.array([start + 1 + round(share * (size - 1)) for start, size, share in brackets])
    looks = [0]

    def quantity(tai_ns):
        looks[0] += 1
        return SHAPES[shape]((tai_ns - root).astype(float))

    found = rising_roots_ns(quantity, low, high)
    mine, looks[0] = looks[0], 0
    wanted, theirs = _by_halving_alone(quantity, low, high)
    assert (found == root).all()
    assert (wanted == root).all()
    assert mine <= theirs + 4  # what the docstring promises


def test_a_smooth_quantity_takes_about_ten_looks():
    low, looks = np.array([0]), [0]

    def quantity(tai_ns):
        looks[0] += 1
        return np.sin(tai_ns / 6e13 - 0.3)

    found = rising_roots_ns(quantity, low, low + 43_200 * 10**9)
    assert abs(int(found[0]) - 1.8e13) <= 1  # asin(0) where the argument is 0.3
    assert looks[0] <= 14


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_to_look_for(size):
    assert (
        rising_roots_ns(lambda at: at.astype(float), np.zeros(size, dtype=int), np.ones(size, dtype=int)).size == size
    )
