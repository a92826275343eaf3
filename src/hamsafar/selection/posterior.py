"""What the marks leave open: draws of all candidates' scores together, given the marks.

Given the variances, all effects are jointly normal and are drawn exactly. The variances themselves are uncertain where
a campaign is small, so they are drawn too: their restricted likelihood times a weak prior (half-t with 4 degrees of
freedom on each standard deviation, its scale the spread of the marks; Gelman 2006), by importance sampling.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.selection.adjusted import Aim, Scored, scored
from hamsafar.selection.likelihood import Solved, minus_two_logs, solve
from hamsafar.selection.marks import Numbers
from hamsafar.selection.mixed import Fit

_TAILS = 5  # degrees of freedom of what variances are proposed from: heavier tails than theirs
_SKEWED = 0.5  # error of a standard deviation, as a share of it: below, its logarithm is nearer to normal
_WIDER = 1.15  # times what the curvature says
_SURE = 20_000  # marks: from here on the variances are known well enough
_SETS = 100  # of variances that scores are drawn with
_WORK = 4e8  # of proposals together: cubes of their number of effects


@frozen(kw_only=True, eq=False)
class Posterior:
    """What the marks say of scores and severities, the uncertainty of the variances in it. In the design's scale."""

    scored: Scored  # at the likeliest variances
    score: Numbers  # (scores,), means
    draws: Numbers  # (scores, draws)
    severity: Numbers  # (present assessors,), means; empty where the marks can't tell
    severity_se: Numbers
    sets: int  # of variances, that it was made of


def posterior_of(fit: Fit, aim: Aim, *, draws: int, random: np.random.Generator) -> Posterior:
    """Means and joint draws of scores, of as many sets of variances as the campaign's size asks for."""
    variances, weights = _variances(fit, random)
    sets = _shares(weights, min(draws, _SETS), random) if weights.size > 1 else np.ones(1, dtype=int)
    each = -(-draws // int(sets.sum()))
    place = fit.design.columns.get("assessor", slice(0, 0))
    scores, shared, means, severities = [], [], [], []
    for one, number in zip(variances[sets > 0], sets[sets > 0], strict=True):
        solved = fit.solved if weights.size == 1 else solve(fit.design, one)
        found = scored(solved, aim)
        effects = _shared(solved, int(number) * each, random)
        own = np.sqrt(found.own_variance)[:, None] * random.standard_normal((found.who.size, effects.shape[1]))
        scores.append(found.score[:, None] + found.through @ effects + own)
        shared.append(solved.effects[place, None] + effects[place])
        means.append(number * found.score)
        severities.append(-number * solved.effects[place])
    return Posterior(
        scored=scored(fit.solved, aim),
        score=np.sum(means, axis=0) / sets.sum(),
        draws=np.concatenate(scores, axis=1),
        severity=np.sum(severities, axis=0) / sets.sum() + 0.0,  # never -0
        severity_se=np.concatenate(shared, axis=1).std(axis=1),
        sets=int((sets > 0).sum()),
    )


def _shared(solved: Solved, number: int, random: np.random.Generator) -> Numbers:
    """(effects, number): how mean and shared effects may be off their predictions."""
    from scipy.linalg import solve_triangular

    noise = random.standard_normal((solved.scale.size, number))
    half = solve_triangular(solved.factor, noise, lower=True, trans="T", check_finite=False)
    return np.asarray(solved.scale[:, None] * half)


def _variances(fit: Fit, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Sets of variances (sets, terms) and how much each weighs (sets,); the likeliest alone where marks are many."""
    likeliest = fit.solved.variances
    if len(fit.design.table) >= _SURE or not fit.design.y.any():
        return likeliest[None], np.ones(1)
    law = _proposal(fit)
    deviations, log_proposed = _proposed(law, _number(fit), random)
    prior = -2.5 * np.log1p(deviations**2 / 4).sum(axis=1)
    log = prior - 0.5 * minus_two_logs(fit.design, deviations**2) - log_proposed
    return deviations**2, np.exp(log - log.max())


def _number(fit: Fit) -> int:
    """How many sets of variances are tried: fewer where each takes long."""
    return int(np.clip(_WORK / fit.solved.scale.size**3, 60, 600))


@frozen(kw_only=True, eq=False)
class _Law:
    """A t law of standard deviations: of their logarithms where `by_log`; folded at zero where centred there."""

    centre: Numbers  # (terms,), standard deviations
    by_log: NDArray[np.bool_]  # (terms,)
    moves: NDArray[np.bool_]  # (terms,)
    root: Numbers  # (moving, moving), of the covariance


def _proposal(fit: Fit) -> _Law:
    """From the curvature at the likeliest standard deviations.

    At a variance of zero the likelihood of a standard deviation is flat at first and then falls with its fourth power;
    the normal law of the same spread stands for it. The spread of items stays where it is: scores hardly hang on it.
    """
    deviation = np.sqrt(fit.solved.variances)
    curvature = 4 * deviation[:, None] * deviation * fit.information
    diagonal = np.diag(curvature) + np.maximum(-2 * fit.gradient, 0)
    flat = 2 * np.sqrt(np.diag(fit.information))
    curvature[np.diag_indices_from(curvature)] = np.maximum(diagonal, flat) + 1.25  # 1.25: of the prior
    moves = np.array([term != "item" for term in fit.design.terms])
    curvature = curvature[np.ix_(moves, moves)]
    error = np.sqrt(np.diag(np.linalg.inv(curvature)))
    by_log = np.zeros(moves.size, dtype=bool)
    by_log[moves] = error < _SKEWED * deviation[moves]
    unit = np.where(by_log, deviation, 1.0)[moves]
    root = np.linalg.cholesky(np.linalg.inv(curvature * unit * unit[:, None]))
    return _Law(centre=deviation, by_log=by_log, moves=moves, root=_WIDER * root)


def _proposed(law: _Law, number: int, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Standard deviations above zero (number, terms), and the logarithm of how densely they are proposed (number,)."""
    kept, logs = np.empty((0, law.centre.size)), np.empty(0)
    while len(kept) < number:
        wide = np.sqrt(_TAILS / random.chisquare(_TAILS, size=(4 * number, 1)))
        noise = wide * random.standard_normal((4 * number, len(law.root)))
        found = np.tile(law.centre, (4 * number, 1))
        off = np.zeros_like(found)
        off[:, law.moves] = noise @ law.root.T
        found = np.where(law.by_log, law.centre * np.exp(off), found + off)
        found = np.where(law.centre == 0, np.abs(found), found)
        log = -0.5 * (_TAILS + noise.shape[1]) * np.log1p((noise**2).sum(axis=1) / _TAILS)
        log -= off[:, law.by_log].sum(axis=1)
        inside = (found >= 0).all(axis=1) & (found[:, 0] > 0)
        kept, logs = np.vstack([kept, found[inside]]), np.concatenate([logs, log[inside]])
    return kept[:number], logs[:number]


def _shares(weights: Numbers, draws: int, random: np.random.Generator) -> Numbers:
    """How many of the draws each set gets: in proportion, rounded by one even comb (systematic resampling)."""
    edges = np.concatenate([[0.0], np.cumsum(weights)[:-1] / weights.sum() * draws, [draws]])
    return np.diff(np.searchsorted(np.arange(draws) + random.random(), edges))
