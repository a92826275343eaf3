"""Ranks with what is uncertain about them, from draws of all candidates' scores together."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.marks import Codes, Numbers

LEVEL = 0.95  # of rank intervals, and of the probability from which a difference counts as told
MOST_COUNTED = 1_000  # candidates: beyond, ranks lie so close that quantiles do as well as counting each
_AIM = 0.955  # share of draws an interval aims at: half a percent against what draws and proposals miss
_LEAST = 0.90  # an interval nearest to 95 % may hold a little less, never less than this
_COMPARED = 1_000  # draws that pairs are compared in


@frozen(kw_only=True, eq=False)
class RankDraws:
    """Ranks of the same candidates in many draws; 1 is the best."""

    ranks: Codes  # (candidates, draws)
    low: Codes  # (candidates,): best rank of the interval
    high: Codes

    def within(self, top: int) -> Numbers:
        """(candidates,): probability of a rank of `top` or better."""
        return np.asarray((self.ranks <= top).mean(axis=1))

    def above(self) -> Numbers:
        """(candidates, candidates): probability that the one of the row is truly better than the one of the column."""
        few = self.ranks[:, :: max(1, self.ranks.shape[1] // _COMPARED)]
        return np.array([(row < few).mean(axis=1) for row in few])


def rank_draws(draws: Numbers) -> RankDraws:
    """Ranks of draws (candidates, draws), and for each candidate the interval of ranks that holds 95 % of them.

    Ranks are whole numbers, so few intervals hold 95 % exactly, and those that hold at least as much hold too much: in
    small fields 97 or 98 %. Of the shortest interval of each length the one whose share is nearest is taken.
    """
    number = len(draws)
    ranks = np.empty(draws.shape, dtype=np.int32)
    for start in range(0, draws.shape[1], 256):
        order = np.argsort(-draws[:, start : start + 256], axis=0)
        places = np.broadcast_to(np.arange(1, number + 1, dtype=np.int32)[:, None], order.shape)
        np.put_along_axis(ranks[:, start : start + 256], order, places, axis=0)
    low, high = _nearest(ranks) if number <= MOST_COUNTED else _quantiles(ranks)
    return RankDraws(ranks=ranks, low=low, high=high)


def _quantiles(ranks: Codes) -> tuple[Codes, Codes]:
    """Between two quantiles, as much below as above."""
    many = ranks.shape[1]
    ends = round((1 - _AIM) / 2 * many), many - 1 - round((1 - _AIM) / 2 * many)
    split = np.partition(ranks, ends, axis=1)
    return split[:, ends[0]], split[:, ends[1]]


def _nearest(ranks: Codes) -> tuple[Codes, Codes]:
    """Of every length the interval that holds most, and of these the one whose share is nearest to what is aimed at."""
    number, many = ranks.shape
    counts = np.array([np.bincount(row, minlength=number + 1) for row in ranks])
    upto = np.cumsum(counts, axis=1)  # column r: ranks of at most r
    rows = np.arange(number)
    low, high = np.ones(number, dtype=np.intp), np.full(number, number)
    best = np.full(number, 1 - _AIM)
    for length in range(number, 0, -1):
        share = (upto[:, length:] - upto[:, : number - length + 1]) / many
        begin = share.argmax(axis=1)
        most = share[rows, begin]
        nearer = (np.abs(most - _AIM) <= best) & (most >= _LEAST)
        low[nearer], high[nearer] = begin[nearer] + 1, begin[nearer] + length
        best[nearer] = np.abs(most - _AIM)[nearer]
        if most.max() < _LEAST:
            break
    return low, high


def alike(above: Numbers, order: Codes) -> tuple[tuple[int, int], ...]:
    """The longest runs of ranks (first, last), from 1, in which no two candidates can be told apart at 95 %.

    `above`: probabilities as of `RankDraws.above`; `order`: the candidates, best first.
    """
    told = above[np.ix_(order, order)]
    told = np.triu(np.maximum(told, told.T) >= LEVEL, 1)
    runs: list[tuple[int, int]] = []
    first = 0
    for last in range(len(order)):
        clash = np.flatnonzero(told[first:last, last])
        if clash.size:
            runs.append((first + 1, last))
            first += int(clash[-1]) + 1
    runs.append((first + 1, len(order)))
    return tuple(run for run in runs if run[1] > run[0])
