"""Rank intervals of made campaigns hold the true ranks as often as they say; bench/accuracy measures more."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from hamsafar.selection.adjusted import Aim
from hamsafar.selection.mixed import fitted
from hamsafar.selection.posterior import posterior_of
from hamsafar.selection.ranks import rank_draws
from made_marks import Made, made_marks


def _covered(made: Made, seed: int) -> float:
    random = np.random.default_rng([5, seed])
    table, ability = made_marks(made, random)
    with threadpool_limits(limits=1, user_api="blas"):  # as the door does it
        posterior = posterior_of(fitted(table), Aim(weights=None), draws=1_000, random=random)
    ranks = rank_draws(posterior.draws)
    truth = np.argsort(np.argsort(-ability[posterior.scored.who])) + 1
    return float(((ranks.low <= truth) & (truth <= ranks.high)).mean())


def test_intervals_of_small_campaigns_hold_the_truth() -> None:
    made = Made(candidates=12, assessors=6, items=1, difficulty=0, candidate_item=0, assessor_item=0)
    shares = [_covered(made, seed) for seed in range(40)]
    # 480 ranks at 95 to 97 %: the mean of 40 campaigns is off by one percent or so.
    assert 0.925 <= np.mean(shares) <= 0.995


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [Made(), Made(candidates=8, assessors=4, panel=2), Made(candidates=30, assessors=6, severity=2.0, missing=0.2)],
)
def test_intervals_of_many_campaigns_hold_the_truth(made: Made) -> None:
    shares = [_covered(made, seed) for seed in range(150)]
    error = np.std(shares) / 150**0.5
    assert 0.94 - 2 * error <= np.mean(shares) <= 0.985 + 2 * error
