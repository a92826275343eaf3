"""What the marks leave open: draws of all candidates' scores together, given the marks.

Given the variances, all effects are jointly normal and are drawn exactly. The variances themselves are uncertain where
a campaign is small, so they are drawn too: their restricted likelihood times a weak prior (half-t with 4 degrees of
freedom on each standard deviation, its scale the spread of the marks; Gelman 2006), by importance sampling.
"""

from __future__ import annotations

import numpy as np

from hamsafar.selection.adjusted import Aim, Scored, scored
from hamsafar.selection.likelihood import Solved, solve
from hamsafar.selection.marks import Numbers
from hamsafar.selection.mixed import Fit

_TAILS = 5  # degrees of freedom of what variances are proposed from: heavier tails than theirs
_WIDER = 1.15  # times what the curvature says
_SURE = 20_000  # marks: from here on the variances are known well enough
_WORK = 4e8  # of proposals together: cubes of their number of effects


def drawn(fit: Fit, aim: Aim, *, draws: int, random: np.random.Generator) -> Numbers:
    """(candidates with marks, draws): scores in the scale of the design, up to a number that is the same for all."""
    places = _variances(fit, random)
    copies = _shares([weight for _, weight in places], draws, random)
    pieces = []
    for (variances, _), number in zip(places, copies, strict=True):
        if number:
            solved = fit.solved if variances is fit.solved.variances else solve(fit.design, variances)
            pieces.append(_given_variances(solved, scored(solved, aim), number, random))
    return np.concatenate(pieces, axis=1)


def _given_variances(solved: Solved, found: Scored, number: int, random: np.random.Generator) -> Numbers:
    from scipy.linalg import solve_triangular

    noise = random.standard_normal((solved.scale.size, number))
    shared = solved.scale[:, None] * solve_triangular(solved.factor, noise, lower=True, trans="T", check_finite=False)
    own = np.sqrt(found.own_variance)[:, None] * random.standard_normal((found.who.size, number))
    return np.asarray(found.score[:, None] + found.through @ shared + own)


def _variances(fit: Fit, random: np.random.Generator) -> list[tuple[Numbers, float]]:
    """Sets of variances and how much each weighs; the likeliest alone where the marks are many."""
    likeliest = fit.solved.variances
    if len(fit.design.table) >= _SURE or not fit.design.y.any():
        return [(likeliest, 1.0)]
    centre, root = np.sqrt(likeliest), _proposal(fit)
    proposals = []
    for _ in range(_number(fit)):
        deviation = _proposed(centre, root, random)
        log = _log_posterior(fit, deviation) - _log_proposal(deviation - centre, root)
        proposals.append((deviation**2, log))
    most = max(log for _, log in proposals)
    return [(variances, float(np.exp(log - most))) for variances, log in proposals]


def _number(fit: Fit) -> int:
    """How many sets of variances are tried: fewer where each takes long."""
    return int(np.clip(_WORK / fit.solved.scale.size**3, 60, 300))


def _proposal(fit: Fit) -> Numbers:
    """Root of the covariance of proposed standard deviations: (terms, terms), from the curvature at the likeliest.

    At a variance of zero the likelihood of a standard deviation is flat at first and then falls with its fourth power;
    the normal law of the same spread stands for it.
    """
    deviation = np.sqrt(fit.solved.variances)
    own = np.diag(fit.information)
    curvature = 4 * deviation[:, None] * deviation * fit.information
    diagonal = np.diag(curvature) + np.maximum(-2 * fit.gradient, 0)
    curvature[np.diag_indices_from(curvature)] = np.maximum(diagonal, 2 * np.sqrt(own)) + 1.25  # 1.25: of the prior
    return np.asarray(_WIDER * np.linalg.cholesky(np.linalg.inv(curvature)))


def _proposed(centre: Numbers, root: Numbers, random: np.random.Generator) -> Numbers:
    """A standard deviation per term, above zero. The law is the same on either side of zero where it is centred there."""
    while True:
        wide = np.sqrt(_TAILS / random.chisquare(_TAILS))
        found = centre + wide * (root @ random.standard_normal(centre.size))
        found = np.where(centre == 0, np.abs(found), found)
        if (found > 0).all():
            return found


def _log_proposal(off: Numbers, root: Numbers) -> float:
    from scipy.linalg import solve_triangular

    far = solve_triangular(root, off, lower=True, check_finite=False)
    return float(-0.5 * (_TAILS + off.size) * np.log1p(far @ far / _TAILS))


def _log_posterior(fit: Fit, deviation: Numbers) -> float:
    try:
        likelihood = -0.5 * solve(fit.design, deviation**2).minus_two_log
    except np.linalg.LinAlgError:
        return -np.inf
    return likelihood - 2.5 * float(np.log1p(deviation**2 / 4).sum())


def _shares(weights: list[float], draws: int, random: np.random.Generator) -> list[int]:
    """How many of the draws each set gets: in proportion, rounded by one even comb (systematic resampling)."""
    edges = np.cumsum(weights) / sum(weights) * draws
    comb = np.arange(draws) + random.random()
    return np.diff(np.searchsorted(comb, np.concatenate([[0.0], edges[:-1], [draws]]))).tolist()
