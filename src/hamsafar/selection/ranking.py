"""A table of marks → adjusted scores, ranks with intervals, assessors, and what the evidence can't tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.selection.adjusted import Aim, Assessor, aim_of, assessors, errors
from hamsafar.selection.connected import Parts, parts_of
from hamsafar.selection.marks import Codes, MarkTable, Numbers
from hamsafar.selection.mixed import Fit, fitted
from hamsafar.selection.posterior import Posterior, posterior_of
from hamsafar.selection.ranking_words import sentences_of, warnings_of
from hamsafar.selection.ranks import LEVEL, MOST_COUNTED, RankDraws, alike, rank_draws

DRAWS = 4_000
DRAWS_OF_MANY = 500  # beyond MOST_COUNTED candidates


@frozen(kw_only=True)
class Ranked:
    """One candidate. None: the marks can't tell, as there are none, or some of the others share no assessor."""

    candidate: str
    score: float | None  # on the scale of the marks
    score_se: float | None
    rank: int | None  # by score; equal scores share the better rank
    rank_low: int | None  # best rank of the 95 % interval
    rank_high: int | None
    p_top: float | None  # probability of being truly among the best `top`
    marks: int
    part: int | None = None  # of a design that hangs together in parts: which, from 1


@frozen(kw_only=True)
class Ranking:
    """What marks say of candidates and assessors. Best first; those without a rank by code behind."""

    candidates: tuple[Ranked, ...]
    assessors: tuple[Assessor, ...]
    variance: Mapping[str, float]  # term → squared marks; missing: the marks can't tell
    left_out: Mapping[str, str]  # term → why the marks can't tell it
    top: int | None
    certain: tuple[str, ...]  # truly among the best `top` with 95 % or more
    undecided: tuple[str, ...]
    groups: tuple[tuple[int, int], ...]  # runs of ranks in which no two can be told apart at 95 %
    connected: bool
    parts: tuple[tuple[str, ...], ...]  # candidates of each, where there are several
    seed: int
    draws: int
    settled: bool  # whether the search for the variances came to its end
    warnings: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


@frozen(kw_only=True, eq=False)
class Drawn:
    """A ranking with the draws of scores that it rests on."""

    ranking: Ranking
    who: tuple[str, ...]  # candidates with a score
    draws: Numbers  # (who, draws), on the scale of the marks; where errors can't be told, the scores as they stand


def ranking_of(
    table: MarkTable,
    *,
    top: int | None = None,
    seed: int = 0,
    weights: Mapping[str, float] | None = None,
    draws: int | None = None,
) -> Ranking:
    """The ranking of a table; the same for the same marks and seed. `weights`: of items, for a score on these items.

    Raises InputError where no mark was given, or `top` or `weights` can't be.
    """
    return drawn_ranking(table, top=top, seed=seed, weights=weights, draws=draws).ranking


def drawn_ranking(
    table: MarkTable,
    *,
    top: int | None = None,
    seed: int = 0,
    weights: Mapping[str, float] | None = None,
    draws: int | None = None,
) -> Drawn:
    """The same with its draws, for what is made of several rankings together."""
    from threadpoolctl import threadpool_limits

    if not len(table):
        raise InputError("has no mark at all; nothing can be ranked")
    if top is not None and not 1 <= top <= len(table.candidates):
        raise InputError(f"top must be 1 to {len(table.candidates)}, the number of candidates (got {top})")
    with threadpool_limits(limits=1, user_api="blas"):  # its matrices are small: more threads wait for each other
        return _drawn(table, top, seed, weights, draws)


def _drawn(
    table: MarkTable, top: int | None, seed: int, weights: Mapping[str, float] | None, draws: int | None
) -> Drawn:
    fit, parts = fitted(table), parts_of(table)
    aim = aim_of(fit.design, weights)
    many = fit.solved.design.table.marked().size > MOST_COUNTED
    number = draws or (DRAWS_OF_MANY if many else DRAWS)
    posterior = posterior_of(fit, aim, draws=number, random=np.random.default_rng(seed))
    told = "candidate" in fit.design.terms
    ranks = rank_draws(posterior.draws) if told else None
    candidates = _candidates(fit, posterior, ranks, parts, top) if ranks else _plain(table, parts, aim)
    bare = Ranking(
        candidates=candidates,
        assessors=_assessors(fit, posterior),
        variance=fit.variance,
        left_out=fit.design.left_out,
        top=top,
        certain=_those(candidates, LEVEL, 1.01),
        undecided=_those(candidates, 1 - LEVEL, LEVEL),
        groups=() if many or parts.number > 1 or ranks is None else _groups(posterior, ranks),
        connected=parts.number <= 1,
        parts=_named(table, parts),
        seed=seed,
        draws=posterior.draws.shape[1],
        settled=fit.settled,
    )
    ranking = attrs.evolve(bare, warnings=warnings_of(bare, parts), sentences=sentences_of(bare))
    if ranks is None:
        scored = [one for one in candidates if one.score is not None]
        fixed = np.array([one.score for one in scored], dtype=float)
        who = tuple(one.candidate for one in scored)
        return Drawn(ranking=ranking, who=who, draws=np.repeat(fixed[:, None], number, axis=1))
    who = tuple(table.candidates[one] for one in posterior.scored.who)
    return Drawn(ranking=ranking, who=who, draws=fit.design.mean + fit.design.spread * posterior.draws)


def _candidates(fit: Fit, posterior: Posterior, ranks: RankDraws, parts: Parts, top: int | None) -> tuple[Ranked, ...]:
    design = fit.design
    score = design.mean + design.spread * posterior.score
    if posterior.sets == 1:
        error = design.spread * errors(fit.solved, posterior.scored)
    else:
        error = design.spread * posterior.draws.std(axis=1)
    inside = ranks.within(top) if top is not None else None
    number = np.bincount(design.table.candidate, minlength=len(design.table.candidates))
    low, high, place = _ends(ranks, posterior, parts)
    rows = []
    for k, who in enumerate(posterior.scored.who):
        whole = parts.number <= 1
        rows.append(
            Ranked(
                candidate=design.table.candidates[who],
                score=float(score[k]),
                score_se=float(error[k]),
                rank=int(place[k]) if whole else None,
                rank_low=int(low[k]),
                rank_high=int(high[k]),
                p_top=float(inside[k]) if inside is not None and whole else None,
                marks=int(number[who]),
                part=None if whole else int(parts.of_candidate[who]) + 1,
            )
        )
    return _in_order(rows) + _without(design.table, number)


def _plain(table: MarkTable, parts: Parts, aim: Aim) -> tuple[Ranked, ...]:
    """Plain averages, ranked as they stand: one mark each, say. How sure they are can't be told, so anybody may truly
    have any rank."""
    weight = np.ones(len(table)) if aim.weights is None else aim.weights[table.item]
    total = np.bincount(table.candidate, weight * table.mark, len(table.candidates))
    sums = np.bincount(table.candidate, weight, len(table.candidates))
    number = np.bincount(table.candidate, minlength=len(table.candidates))
    number = np.where(sums > 0, number, 0)  # marks on items without weight alone are no score
    who = np.flatnonzero(number)
    score = total[who] / sums[who]
    place = _places(score)
    rows = [
        Ranked(
            candidate=table.candidates[one],
            score=float(score[k]),
            score_se=None,
            rank=int(place[k]) if parts.number <= 1 else None,
            rank_low=1,
            rank_high=who.size,
            p_top=None,
            marks=int(number[one]),
            part=None if parts.number <= 1 else int(parts.of_candidate[one]) + 1,
        )
        for k, one in enumerate(who)
    ]
    return _in_order(rows) + _without(table, number)


def _places(score: Numbers) -> Codes:
    """(scores,): rank of each, the highest first; equal scores share the better rank."""
    near = 1e-12 * max(1.0, float(np.abs(score).max()))  # of the same number reached by another way
    return np.asarray(np.searchsorted(np.sort(-score), -score - near) + 1)


def _in_order(rows: list[Ranked]) -> tuple[Ranked, ...]:
    return tuple(sorted(rows, key=lambda one: (-(one.score or 0.0), one.candidate)))


def _ends(ranks: RankDraws, posterior: Posterior, parts: Parts) -> tuple[Codes, Codes, Codes]:
    """Ends of the intervals, and ranks by score, which they always hold. Between parts nothing can be told, so anybody
    may stand before or behind all of another part."""
    place = _places(posterior.score)
    if parts.number <= 1:
        return np.minimum(ranks.low, place), np.maximum(ranks.high, place), place
    low, high = ranks.low.copy(), ranks.high.copy()
    part = parts.of_candidate[posterior.scored.who]
    for one in range(parts.number):
        here = np.flatnonzero(part == one)
        within = rank_draws(posterior.draws[here])
        low[here], high[here] = within.low, within.high + (part.size - here.size)
    return low, high, place


def _without(table: MarkTable, number: Codes) -> tuple[Ranked, ...]:
    nothing = dict.fromkeys(("score", "score_se", "rank", "rank_low", "rank_high", "p_top"))
    return tuple(Ranked(candidate=table.candidates[who], marks=0, **nothing) for who in np.flatnonzero(number == 0))


def _assessors(fit: Fit, posterior: Posterior) -> tuple[Assessor, ...]:
    """Assessors, their severities as means over the variances' uncertainty."""
    found = assessors(fit.solved)
    if not posterior.severity.size:
        return found
    spread = fit.design.spread
    return tuple(
        attrs.evolve(one, severity=float(value) * spread, severity_se=float(error) * spread)
        for one, value, error in zip(found, posterior.severity, posterior.severity_se, strict=True)
    )


def _groups(posterior: Posterior, ranks: RankDraws) -> tuple[tuple[int, int], ...]:
    order = np.lexsort((posterior.scored.who, -posterior.score))
    return alike(ranks.above(), order)


def _those(candidates: Sequence[Ranked], least: float, below: float) -> tuple[str, ...]:
    return tuple(one.candidate for one in candidates if one.p_top is not None and least <= one.p_top < below)


def _named(table: MarkTable, parts: Parts) -> tuple[tuple[str, ...], ...]:
    if parts.number <= 1:
        return ()
    return tuple(
        tuple(table.candidates[who] for who in np.flatnonzero(parts.of_candidate == one)) for one in range(parts.number)
    )
