"""The tests of a stage together: ranks with intervals, the chance of a place, who can't be told apart.

Every test is fitted alone; its draws of scores are combined by the stage's rule, draw by draw, so that errors of all
tests, pass marks and places are in the answer together. Errors of different tests are taken as independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from attrs import frozen

from hamsafar.selection.combining import Combined, Rule, Scores, combine, scale_of
from hamsafar.selection.marks import MarkTable, Numbers
from hamsafar.selection.ranking import DRAWS, DRAWS_OF_MANY, Drawn, Ranking, drawn_ranking
from hamsafar.selection.ranks import LEVEL, MOST_COUNTED, RankDraws, alike, rank_draws

_SURE = (1 + LEVEL) / 2  # chance of a place from which the evidence counts as telling; below its rest, the other way
_TIED = 1e-9  # of the composite's scale: what is drawn level shares the places that it crosses


@frozen(kw_only=True)
class StageRank:
    """One candidate in a stage. None: a test that counts has no score, or its panels don't hang together."""

    candidate: str
    composite: float | None  # in the rule's scale
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_place: float | None  # chance that the true scores meet every pass mark and fill a place
    place: str  # in, out, undecided, unknown


@frozen(kw_only=True, eq=False)
class StageRanking:
    """A stage's candidates, best first, then those without a rank by code."""

    rows: tuple[StageRank, ...]
    combined: Combined
    scores: Scores
    rule: Rule
    rankings: Mapping[str, Ranking]  # by test
    groups: tuple[tuple[int, int], ...]  # runs of ranks in which no two can be told apart at 95 %
    draws: Numbers  # (ranked, draws): composites, in the order of the ranked rows


def stage_ranking(
    tables: Mapping[str, MarkTable],
    rule: Rule,
    candidates: Sequence[str],
    *,
    item_weights: Mapping[str, Mapping[str, float]] | None = None,
    seed: int = 0,
) -> StageRanking:
    """The ranking of a stage; `tables`: test → its marks. The same for the same marks and seed.

    `item_weights`: test → item → weight within the test. A test without any mark has no scores.
    """
    number = DRAWS if len(candidates) <= MOST_COUNTED else DRAWS_OF_MANY
    found = {
        test.id: _drawn(tables[test.id], (item_weights or {}).get(test.id), seed + place, number)
        for place, test in enumerate(rule.tests)
        if test.id in tables and len(tables[test.id])
    }
    return combined_ranking(found, rule, candidates)


def combined_ranking(found: Mapping[str, Drawn], rule: Rule, candidates: Sequence[str]) -> StageRanking:
    """The same from tests ranked already, with as many draws each."""
    number = next((one.draws.shape[1] for one in found.values()), 1)
    scores = _scores(found, rule, candidates)
    combined = combine(scores, rule)
    ranked = _ranked(rule, scores)
    draws = _values(found, rule, [candidates[k] for k in ranked], number)
    composites = _composites(draws, scores.values, rule)
    ranks = rank_draws(composites) if ranked else None
    chance = _chances(draws, composites, rule)
    rows = _rows(candidates, combined, ranked, ranks, chance)
    at = {candidates[k]: place for place, k in enumerate(ranked)}
    order = [at[row.candidate] for row in rows if row.rank is not None]
    many = len(ranked) > MOST_COUNTED
    return StageRanking(
        rows=rows,
        combined=combined,
        scores=scores,
        rule=rule,
        rankings={test: one.ranking for test, one in found.items()},
        groups=() if ranks is None or many else alike(ranks.above(), np.array(order)),
        draws=composites[order],
    )


def _drawn(table: MarkTable, weights: Mapping[str, float] | None, seed: int, number: int) -> Drawn:
    asked = None if weights is None or len(set(weights.values())) <= 1 else weights
    return drawn_ranking(table, seed=seed, weights=asked, draws=number)


def _scores(found: Mapping[str, Drawn], rule: Rule, candidates: Sequence[str]) -> Scores:
    """Adjusted scores with their errors; an error that can't be told counts as none, and is told elsewhere."""
    cells = {
        (one.candidate, test): (one.score, one.score_se or 0.0)
        for test, drawn in found.items()
        for one in drawn.ranking.candidates
        if one.score is not None and (drawn.ranking.connected or one.part is None)
    }
    return Scores.of(rule, cells, candidates)


def _ranked(rule: Rule, scores: Scores) -> list[int]:
    """Who has a score in every test that counts, and in every one with a pass mark; by place among the candidates."""
    counts = (rule.weights > 0) | np.isfinite(rule.pass_marks)
    return [int(k) for k in np.flatnonzero(~np.isnan(scores.values[:, counts]).any(axis=1))]


def _values(found: Mapping[str, Drawn], rule: Rule, who: Sequence[str], number: int) -> Numbers:
    """(ranked, tests, draws): scores as they may truly be; nan in tests that don't count."""
    values = np.full((len(who), len(rule.tests), number), np.nan)
    for place, test in enumerate(rule.tests):
        drawn = found.get(test.id)
        if drawn is None:
            continue
        row = {code: k for k, code in enumerate(drawn.who)}
        there = [k for k, code in enumerate(who) if code in row]
        values[there, place] = drawn.draws[[row[who[k]] for k in there], :number]
    return values


def _composites(draws: Numbers, values: Numbers, rule: Rule) -> Numbers:
    """(ranked, draws): weighted means in the rule's scale; that of `z` stays as the scores made it."""
    counts = rule.weights > 0
    origin, unit = scale_of(values, rule)
    moved = (draws[:, counts] - origin[counts, None]) * unit[counts, None]
    return np.asarray(np.einsum("ctd,t->cd", moved, rule.weights[counts]))


def _chances(draws: Numbers, composites: Numbers, rule: Rule) -> Numbers:
    """(ranked,): share of draws in which each meets every pass mark and fills a place."""
    marks = rule.pass_marks
    meets = ((draws >= marks[None, :, None]) | np.isneginf(marks)[None, :, None]).all(axis=1)
    if rule.overall_mark is not None:
        meets &= composites >= rule.overall_mark
    if rule.places is None or rule.places >= len(draws):
        return np.asarray(meets.mean(axis=1))
    kept = np.where(meets, composites, -np.inf)
    line = -np.partition(-kept, rule.places - 1, axis=0)[rule.places - 1]
    with np.errstate(invalid="ignore"):  # where fewer meet the marks than there are places, all of them are above
        above, level = kept > line + _TIED, meets & (np.abs(kept - line) <= _TIED)
    left = rule.places - above.sum(axis=0)
    share = np.divide(left, level.sum(axis=0), out=np.zeros(left.shape), where=level.any(axis=0))
    return np.asarray((above + level * np.minimum(share, 1.0)).mean(axis=1))


def _rows(
    candidates: Sequence[str],
    combined: Combined,
    ranked: Sequence[int],
    ranks: RankDraws | None,
    chance: Numbers,
) -> tuple[StageRank, ...]:
    composite = [one.composite for one in combined.candidates]
    none = StageRank(
        candidate="", composite=None, rank=None, rank_low=None, rank_high=None, p_place=None, place="unknown"
    )
    rows = {code: attrs.evolve(none, candidate=code) for code in candidates}
    better = np.sort([-(composite[k] or 0.0) for k in ranked])
    for place, k in enumerate(ranked):
        value, p = composite[k] or 0.0, float(chance[place])
        assert ranks is not None, "somebody is ranked"
        rank = int(np.searchsorted(better, -value - _TIED)) + 1
        rows[candidates[k]] = StageRank(
            candidate=candidates[k],
            composite=composite[k],
            rank=rank,
            rank_low=min(int(ranks.low[place]), rank),  # the interval always holds the rank that is told
            rank_high=max(int(ranks.high[place]), rank),
            p_place=p,
            place="in" if p >= _SURE else "out" if p <= 1 - _SURE else "undecided",
        )
    return tuple(sorted(rows.values(), key=lambda one: (one.rank is None, one.rank or 0, one.candidate)))
