"""Draws: the same life whatever is drawn beside it, and spread as asked."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.lunar import Spread
from hamsafar.errors import InputError
from hamsafar.moon.elements import rtn_axes
from hamsafar.moon.spread import clone, draw
from hamsafar.orbit.numerical.field import bundled_field

STATE = np.array([1_900.0, 300.0, -200.0, 0.1, 1.2, 1.1])
SPREAD = Spread(position_km=(0.1, 2.0, 0.3), velocity_m_s=(0.5, 0.2, 0.1), solar_share=0.2)


def test_a_sample_does_not_mind_which_part_it_is_in() -> None:
    whole = draw(STATE, SPREAD, 7, range(50))
    for first, last in ((0, 1), (3, 11), (49, 50)):
        part = draw(STATE, SPREAD, 7, range(first, last))
        assert np.array_equal(part.states_icrf, whole.states_icrf[first:last])
        assert np.array_equal(part.solar, whole.solar[first:last])
    assert not np.array_equal(draw(STATE, SPREAD, 8, range(50)).states_icrf, whole.states_icrf)


def test_draws_are_spread_as_asked_along_radial_transverse_normal() -> None:
    n = 4_000
    drawn = draw(STATE, SPREAD, 1, range(n))
    axes = rtn_axes(STATE[:3], STATE[3:])
    position = (drawn.states_icrf[:, :3] - STATE[:3]) @ axes.T
    velocity = (drawn.states_icrf[:, 3:] - STATE[3:]) @ axes.T * 1_000.0
    five_sigma = 5.0 / np.sqrt(2 * n)  # of a standard deviation's own error, as a share
    assert position.std(axis=0) == pytest.approx(np.array(SPREAD.position_km), rel=five_sigma)
    assert velocity.std(axis=0) == pytest.approx(np.array(SPREAD.velocity_m_s), rel=five_sigma)
    assert abs(np.corrcoef(position.T)[0, 1]) < 5.0 / np.sqrt(n)
    assert drawn.solar.std() == pytest.approx(0.2, rel=five_sigma)
    assert drawn.solar.mean() == pytest.approx(1.0, abs=5 * 0.2 / np.sqrt(n))


def test_no_spread_is_the_state_itself() -> None:
    drawn = draw(STATE, Spread(), 1, range(3))
    assert np.array_equal(drawn.states_icrf, np.tile(STATE, (3, 1)))
    assert drawn.solar.tolist() == [1.0, 1.0, 1.0]


def test_a_field_is_drawn_within_its_formal_errors_and_a_lower_cut_draws_the_same() -> None:
    field = bundled_field("moon", 40)
    assert field.sigma_c is not None
    drawn = clone(field, 3, 5)
    low = clone(bundled_field("moon", 10), 3, 5)
    assert np.array_equal(low.c, drawn.c[:11, :11])
    lower = np.tril_indices(41)
    known = field.sigma_c[lower] > 0
    scaled = ((drawn.c - field.c)[lower] / np.where(known, field.sigma_c[lower], 1.0))[known]
    assert scaled.std() == pytest.approx(1.0, abs=0.1)  # 858 draws: 2.4 % each way, four times
    assert drawn.c[0, 0] == 1.0
    assert not drawn.s[:, 0].any()
    assert not np.array_equal(clone(field, 3, 6).c, drawn.c)


def test_a_field_without_errors_says_so() -> None:
    bare = evolve(bundled_field("moon", 4), sigma_c=None, sigma_s=None)
    with pytest.raises(InputError, match="no formal errors"):
        clone(bare, 0, 0)
