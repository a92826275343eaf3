"""Ranks with what is uncertain about them, from draws of all candidates' scores together."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.marks import Codes, Numbers

LEVEL = 0.95


@frozen(kw_only=True, eq=False)
class RankDraws:
    """Ranks of the same candidates in many draws; 1 is the best."""

    ranks: Codes  # (candidates, draws), sorted in each row
    low: Codes  # (candidates,): best rank of the interval
    high: Codes

    def within(self, top: int) -> Numbers:
        """(candidates,): probability of a rank of `top` or better."""
        return np.asarray((self.ranks <= top).mean(axis=1))


def rank_draws(draws: Numbers) -> RankDraws:
    """Rank intervals of draws (candidates, draws): the shortest ones that hold 95 % of each candidate's ranks."""
    number, many = draws.shape
    order = np.argsort(-draws, axis=0, kind="stable")
    ranks = np.empty(draws.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(1, number + 1, dtype=np.int32)[:, None], axis=0)
    ranks.sort(axis=1)
    low, high = _shortest(ranks, int(np.ceil(LEVEL * many)))
    return RankDraws(ranks=ranks, low=low, high=high)


def _shortest(ranks: Codes, inside: int) -> tuple[Codes, Codes]:
    """Of every row, the shortest interval that holds so many of its ranks; of several, the one in their middle."""
    many = ranks.shape[1]
    width = ranks[:, inside - 1 :] - ranks[:, : many - inside + 1]
    least = width == width.min(axis=1, keepdims=True)
    first = least.argmax(axis=1)
    last = least.shape[1] - 1 - least[:, ::-1].argmax(axis=1)
    middle = (first + last) // 2
    rows = np.arange(ranks.shape[0])
    start = np.where(least[rows, middle], middle, first)
    return ranks[rows, start], ranks[rows, start + inside - 1]
