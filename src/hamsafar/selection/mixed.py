"""The mark model fitted: variances that make the marks likeliest once the mean is taken out (REML)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.design import TERMS, Design, design_of
from hamsafar.selection.likelihood import Solved, alike, slope, solve
from hamsafar.selection.marks import MarkTable, Numbers

_LEAST_RESIDUAL = 1e-8  # of the marks' own variance: below it no covariance could be solved
_SETTLED = 1e-7  # largest change of a variance, as a share of the marks' variance, at which we stop
_MOST_STEPS = 100


@frozen(kw_only=True, eq=False)
class Fit:
    """The model at its likeliest variances."""

    solved: Solved
    information: Numbers  # (terms, terms): average information, in the scale of the design
    gradient: Numbers  # (terms,): zero, or below zero where a variance is held at zero
    steps: int
    settled: bool

    @property
    def design(self) -> Design:
        return self.solved.design

    @property
    def variance(self) -> dict[str, float]:
        """Term → variance in squared marks; a term the marks can't tell is missing."""
        scale = self.design.spread**2
        if self.design.terms == ("residual",) and not self.design.y.any():
            return {"residual": 0.0}
        return {
            term: float(value) * scale for term, value in zip(self.design.terms, self.solved.variances, strict=True)
        }


def fitted(table: MarkTable, *, only: tuple[str, ...] = TERMS) -> Fit:
    """The model of a table with at least one mark, fitted by restricted maximum likelihood."""
    from threadpoolctl import threadpool_limits

    design = design_of(table, only=only)
    with threadpool_limits(limits=1, user_api="blas"):  # most matrices are small: more threads wait for each other
        return _climbed(design) if design.y.any() else _without_spread(design)


def _without_spread(design: Design) -> Fit:
    one = np.ones(len(design.terms))
    return Fit(solved=solve(design, one), information=np.eye(one.size), gradient=0 * one, steps=0, settled=True)


def _climbed(design: Design) -> Fit:
    """Newton steps with the average information, cut back until the likelihood grows; variances stay at or above 0."""
    here = solve(design, _begin(design))
    gradient, information = slope(here)
    for step in range(1, _MOST_STEPS + 1):
        there = _stepped(here, gradient, information)
        if there is None:
            return Fit(solved=here, information=information, gradient=gradient, steps=step, settled=True)
        change = float(np.abs(there.variances - here.variances).max())
        gained = here.minus_two_log - there.minus_two_log
        here = there
        gradient, information = slope(here)
        if change < _SETTLED and gained < 1e-8:
            return Fit(solved=here, information=information, gradient=gradient, steps=step, settled=True)
    return Fit(solved=here, information=information, gradient=gradient, steps=_MOST_STEPS, settled=False)


def _stepped(here: Solved, gradient: Numbers, information: Numbers) -> Solved | None:
    """A likelier place, or None where there is none that can be told from here."""
    lowest = np.zeros(gradient.size)
    lowest[0] = _LEAST_RESIDUAL
    move = _newton(here.variances, gradient, information, lowest)
    for half in range(12):
        there = _tried(here, np.maximum(here.variances + move * 0.5**half, lowest))
        if there is not None:
            return there
    sizes = np.array([len(here.design.table), *(here.design.sizes[term] for term in here.design.terms[1:])])
    certain = here.variances + 2 * here.variances**2 * gradient / sizes  # expectation–maximisation: never goes down
    return _tried(here, np.maximum(certain, lowest))


def _tried(here: Solved, variances: Numbers) -> Solved | None:
    if np.abs(variances - here.variances).max() < 1e-12:
        return None
    try:
        there = solve(here.design, variances)
    except np.linalg.LinAlgError:
        return None
    return there if there.minus_two_log < here.minus_two_log + 1e-10 else None


def _newton(variances: Numbers, gradient: Numbers, information: Numbers, lowest: Numbers) -> Numbers:
    """The step of the variances that may move; one that would fall below zero is put there, the others step anew."""
    move = np.zeros_like(variances)
    free = (variances > lowest) | (gradient > 0)
    while free.any():
        inner = information[np.ix_(free, free)]
        pull = gradient[free] - information[np.ix_(free, ~free)] @ move[~free]
        ridge = 1e-10 * np.trace(inner) / free.sum()
        move[free] = np.linalg.solve(inner + ridge * np.eye(int(free.sum())), pull)
        fallen = free & (variances + move < lowest)
        if not fallen.any():
            return move
        move[fallen] = (lowest - variances)[fallen]
        free &= ~fallen
    return move


def _begin(design: Design) -> Numbers:
    """Where to begin: sums of squares set equal to what is expected of them at equal weights (MINQUE 0, Rao 1971)."""
    places = [TERMS.index(term) for term in design.terms]
    expected = design.overlap[np.ix_(places, places)]
    seen = np.array([design.y @ alike(design, term, design.y) for term in design.terms])
    guess = np.linalg.lstsq(expected, seen, rcond=None)[0]
    return np.asarray(np.clip(guess, 0.02, 1.0))
