"""Survival curves: against shares counted by hand, a published example, and the binomial error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hamsafar.errors import InputError
from hamsafar.moon.survival import survival


def test_a_curve_by_hand() -> None:
    found = survival(np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, True, True, False]))
    assert found.at_s.tolist() == [1.0, 2.0]
    assert found.alive.tolist() == pytest.approx([0.75, 0.25])
    assert found.quantile_s(0.5) == 2.0
    assert found.quantile_s(0.05) == 1.0
    assert found.quantile_s(0.95) is None


def test_the_leukaemia_patients_of_the_textbooks() -> None:
    """Freireich et al. 1963 (6-MP arm); curve and errors as Kleinbaum and Klein 2012, chapter 2, print them."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    weeks = np.array([*ended, *censored], dtype=np.float64)
    found = survival(weeks, np.array([True] * len(ended) + [False] * len(censored)))
    assert found.at_s.tolist() == [6, 7, 10, 13, 16, 22, 23]
    printed = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]  # to 0.001
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]  # to 0.0001
    assert found.alive == pytest.approx(printed, abs=0.0006)
    assert found.error == pytest.approx(errors, abs=0.00006)
    assert found.quantile_s(0.5) == 23


@given(arrays(np.float64, st.integers(2, 40), elements=st.floats(1.0, 50.0)), st.floats(1.0, 60.0))
def test_lives_seen_to_one_end_are_binomial(lives: np.ndarray, end: float) -> None:
    found = survival(np.minimum(lives, end), lives <= end)
    alive, error = found.alive_at(np.array([end]))
    share = float(np.mean(lives > end))
    assert alive[0] == pytest.approx(share, abs=1e-12)
    assert error[0] == pytest.approx(np.sqrt(share * (1 - share) / lives.size), abs=1e-9)


def test_before_the_first_end_all_are_alive() -> None:
    found = survival(np.array([3.0, 4.0]), np.array([True, False]))
    assert [float(each[0]) for each in found.alive_at(np.array([2.9]))] == [1.0, 0.0]


def test_no_life_is_no_curve() -> None:
    with pytest.raises(InputError, match="at least one"):
        survival(np.empty(0), np.empty(0, dtype=bool))
    with pytest.raises(InputError, match="between 0 and 1"):
        survival(np.array([1.0]), np.array([True])).quantile_s(1.0)
