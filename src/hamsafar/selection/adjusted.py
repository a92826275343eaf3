"""Adjusted scores of candidates, and the severity and consistency of assessors, from the fitted mark model.

A score is the best linear unbiased prediction of what the candidate would get from the average assessor, on the scale
of the marks (Henderson 1975). Without weights it is meant for items such as these; with weights, for these very items.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.selection.design import Design
from hamsafar.selection.likelihood import Solved, own_covariance, weigh
from hamsafar.selection.marks import Codes, Numbers

_FEW = 5  # candidates shared with others: fewer tell next to nothing of an assessor's consistency


@frozen(kw_only=True, eq=False)
class Aim:
    """What a score is about: mean + candidate, and with item weights also what the items add to it."""

    weights: Numbers | None  # (items,), adding up to 1; None: items such as these


@frozen(kw_only=True, eq=False)
class Scored:
    """Scores of the candidates with marks, in the scale of the design, and how they hang on the shared effects."""

    who: Codes  # (scores,), into the table's candidates
    score: Numbers  # (scores,)
    own_variance: Numbers  # (scores,): of the score's error if mean and shared effects were known
    through: Any  # scipy sparse (scores, effects): how the error follows from errors of mean and shared effects


@frozen(kw_only=True)
class Assessor:
    """How one assessor marks. In marks; `None`: the marks can't tell."""

    assessor: str
    marks: int
    candidates: int
    severity: float | None  # how much lower than the average assessor; shrunk towards 0 where marks are few
    severity_se: float | None
    consistency: float | None  # correlation with how the others saw the same candidates; 1: always agrees
    spread: float | None  # standard deviation of one mark about the others' view
    spread_low: float | None  # 95 % interval of the spread
    spread_high: float | None
    says: str


def aim_of(design: Design, weights: Mapping[str, float] | None) -> Aim:
    """The aim with weights by item id. Raises InputError where an item has none, or they can't be weights."""
    if weights is None:
        return Aim(weights=None)
    missing = [one for one in design.table.items if one not in weights]
    if missing:
        raise InputError(f"items without a weight: {', '.join(missing[:5])}; give each marked item one")
    given = np.array([float(weights[one]) for one in design.table.items])
    if not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
        raise InputError("weights of items must be 0 or more, and one of them above 0")
    return Aim(weights=given / given.sum())


def scored(solved: Solved, aim: Aim) -> Scored:
    """The score of every candidate with a mark, at the variances of `solved`."""
    from scipy import sparse

    design = solved.design
    table = design.table
    who, place = np.unique(table.candidate, return_inverse=True)
    shared_with, prior = _shared_with(solved, aim)
    weight = weigh(design, solved.weights, shared_with)
    left = design.y - solved.shared_part()
    direct = _direct(design, aim)
    kinds = len(design.fine)
    columns = np.concatenate([start + code for start, code in zip(design.fine_starts, design.fine, strict=False)])
    pull = sparse.csr_array(
        (np.tile(weight, kinds), (np.tile(place, kinds), columns)), shape=(who.size, design.gather.shape[0])
    )
    through = sparse.csr_array(np.ones((who.size, 1))) @ sparse.csr_array(direct[None])
    return Scored(
        who=who,
        score=direct @ solved.effects + np.bincount(place, weight * left),
        own_variance=np.maximum(prior - np.bincount(place, weight * shared_with), 0.0),
        through=sparse.csr_array(through - pull @ design.gather),
    )


def errors(solved: Solved, found: Scored) -> Numbers:
    """(scores,): standard error of each score, the uncertainty of mean and shared effects in it."""
    inverse = solved.covariance()
    out = np.empty(found.who.size)
    for start in range(0, out.size, 2_000):
        part = found.through[start : start + 2_000]
        out[start : start + 2_000] = (part @ inverse * part.toarray()).sum(axis=1)
    return np.sqrt(found.own_variance + out)


def assessors(solved: Solved) -> tuple[Assessor, ...]:
    """Every assessor who gave a mark, in the order of the table."""
    design = solved.design
    severity, error = _severities(solved)
    consistency, ratio, seen = _agreement(solved)
    per_mark = design.spread * float(
        np.sqrt(solved.variance("residual") + solved.variance("candidate_assessor") + solved.variance("assessor_item"))
    )
    number = np.bincount(design.table.assessor, minlength=len(design.table.assessors))
    candidates = np.bincount(_pairs(design)[1], minlength=number.size)
    return tuple(
        _assessor(design, one, number, candidates, severity, error, consistency, ratio, seen, per_mark)
        for one in np.flatnonzero(number)
    )


def _assessor(
    design: Design,
    one: int,
    number: Codes,
    candidates: Codes,
    severity: Numbers,
    error: Numbers,
    consistency: Numbers,
    ratio: Numbers,
    seen: Numbers,
    per_mark: float,
) -> Assessor:
    from scipy.special import chdtri  # the module of distributions takes a second to import

    count = float(seen[one])
    tells = count >= _FEW and per_mark > 0
    low, high = (count / chdtri(count, (0.025, 0.975))) ** 0.5 * ratio[one] if tells else (np.nan, np.nan)
    return Assessor(
        assessor=design.table.assessors[one],
        marks=int(number[one]),
        candidates=int(candidates[one]),
        severity=_or_none(severity[one] * design.spread),
        severity_se=_or_none(error[one] * design.spread),
        consistency=_or_none(consistency[one]),
        spread=_or_none(ratio[one] * per_mark if count else np.nan),
        spread_low=_or_none(low * per_mark),
        spread_high=_or_none(high * per_mark),
        says=_says(count, low, high, per_mark),
    )


def _says(seen: float, low: float, high: float, per_mark: float) -> str:
    if seen < _FEW:
        return f"shares {seen:.0f} candidates with others: too few to tell how consistent"
    if per_mark == 0 or not np.isfinite(low):
        return "the marks can't tell how consistent"
    if low > 1:
        return "less consistent than the others"
    return "more consistent than the others" if high < 1 else "as consistent as the others, as far as the marks tell"


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _severities(solved: Solved) -> tuple[Numbers, Numbers]:
    """Severity of every assessor and its standard error: (assessors,), in the design's scale; NaN: can't be told."""
    design = solved.design
    nothing = np.full(len(design.table.assessors), np.nan)
    if "assessor" not in design.columns:
        return nothing, nothing
    place = design.columns["assessor"]
    severity, error = nothing.copy(), nothing.copy()
    present = np.unique(design.table.assessor)
    severity[present] = -solved.effects[place] + 0.0  # never -0
    error[present] = np.sqrt(np.maximum(np.diag(solved.covariance())[place], 0.0))
    return severity, error


def _agreement(solved: Solved) -> tuple[Numbers, Numbers, Numbers]:
    """Of every assessor: correlation with the others' view, spread against what is expected, candidates in common.

    A candidate as one assessor saw them (mean of the marks, severities and items taken out) is held against how the
    others saw them (mean over the other assessors). Each difference has a known variance under the model.
    """
    design = solved.design
    left = design.y - solved.shared_part()
    own, others, expected, weight = (np.zeros_like(left) for _ in range(4))
    for block in design.blocks:
        size = block.same_assessor.sum(axis=2)  # marks by the same assessor
        panel = (1 / size).sum(axis=1)[:, None, None]
        mine = block.same_assessor / size[:, :, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            theirs = (1 - block.same_assessor) / size[:, None, :] / (panel - 1)
        alone = np.broadcast_to(panel < 1.5, theirs.shape)
        theirs = np.where(alone, 0.0, theirs)
        contrast = mine - theirs
        variance = np.einsum("pij,pjk,pik->pi", contrast, own_covariance(block, design, solved.variances), contrast)
        values = left[block.rows][:, :, None]
        own[block.rows] = (mine[block.pattern] @ values)[:, :, 0]
        others[block.rows] = (theirs[block.pattern] @ values)[:, :, 0]
        expected[block.rows] = variance[block.pattern]
        weight[block.rows] = np.where(alone[:, :, 0], 0.0, 1 / size)[block.pattern]
    return _by_assessor(design, own, others, expected, weight)


def _by_assessor(
    design: Design, own: Numbers, others: Numbers, expected: Numbers, weight: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    def total(values: Numbers) -> Numbers:
        return np.bincount(design.table.assessor, weight * values, len(design.table.assessors))

    seen = total(np.ones_like(own))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt(total((own - others) ** 2) / total(expected))
        mean, mean_others = total(own) / seen, total(others) / seen
        spread = np.maximum(total(own**2) / seen - mean**2, 0), np.maximum(total(others**2) / seen - mean_others**2, 0)
        together = total(own * others) / seen - mean * mean_others
        correlation = np.where(seen > 2.5, together / np.sqrt(spread[0] * spread[1]), np.nan)
    return np.clip(correlation, -1, 1), ratio, np.round(seen)


def _pairs(design: Design) -> tuple[Codes, Codes]:
    """The different pairs of candidate and assessor."""
    table = design.table
    pairs = np.unique(table.candidate * len(table.assessors) + table.assessor)
    return pairs // len(table.assessors), pairs % len(table.assessors)


def _shared_with(solved: Solved, aim: Aim) -> tuple[Numbers, float]:
    """(marks,): covariance of each mark with its candidate's score; and the score's own variance."""
    design = solved.design
    own, by_item = solved.variance("candidate"), solved.variance("candidate_item")
    if aim.weights is None:
        return np.full(len(design.table), own), own
    return own + by_item * aim.weights[design.table.item], own + by_item * float(aim.weights @ aim.weights)


def _direct(design: Design, aim: Aim) -> Numbers:
    """(effects,): how a score follows from mean and items by itself."""
    direct = np.zeros(design.gather.shape[1])
    direct[0] = 1.0
    if aim.weights is not None and "item" in design.columns:
        direct[design.columns["item"]] = aim.weights[np.unique(design.table.item)]
    return direct
