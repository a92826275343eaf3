"""How far marks can be trusted: the right intraclass correlation, generalisability, alpha; said in words.

From the variances of the mark model, so that gaps and rotating assessors are no hindrance. How much of each variance
an average carries is counted on the marks as they are (Brennan 2001, chapter 4; Putka, Le, McCloy and Diaz 2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.selection.agreement import DRAWS, Alpha, Level, alpha_of
from hamsafar.selection.icc import Icc, iccs
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.reliability_words import sentences_of

ERRORS = ("assessor", "item", "assessor_item", "candidate_assessor", "candidate_item", "residual")
OF_ASSESSORS = ("assessor", "assessor_item")  # severity: the adjusted scores take it out


@frozen(kw_only=True)
class Carried:
    """How much of each error's variance a candidate's average carries, and how much two candidates don't share."""

    absolute: Mapping[str, float]  # term → share of its variance
    relative: Mapping[str, float]


@frozen(kw_only=True)
class Reliability:
    """What the marks are worth. None: it has no value, as the candidates' variance is zero or unknown.

    `icc`: of one assessor's marks, severity counted, as assessors rotate; `icc_panel`: of the mean of those a candidate
    has. `g`: of adjusted scores for ranking, severity taken out; `g_plain`: of plain averages for ranking, where
    candidates with other assessors met another severity; `phi`: of plain averages against a fixed pass mark.
    """

    icc: float | None
    icc_panel: float | None
    icc_consistency: float | None  # of one assessor's marks, severity left out
    g: float | None
    g_plain: float | None
    phi: float | None
    sem: float | None  # standard error of an adjusted score, in marks; severity taken as known
    sem_absolute: float | None  # of a plain average, in marks
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    agreement: Alpha
    candidates: int
    assessors_each: float  # per candidate; the harmonic mean where they differ
    items_each: float
    same_assessors: bool  # whether all candidates have the same
    forms: tuple[Icc, ...] = ()  # of Shrout and Fleiss, where the table has no gaps
    sentences: tuple[str, ...] = ()


def reliability_of(
    table: MarkTable, variance: Mapping[str, float], *, level: Level = "interval", draws: int = DRAWS, seed: int = 0
) -> Reliability:
    """The reliability of a table, given the variances of the mark model: term → squared marks; missing: none told."""
    carried = carried_by(table)
    alpha = alpha_of(table, level=level, draws=draws, seed=seed)
    true = variance.get("candidate", 0.0)
    rank = _sum(variance, carried.absolute, leave=("item", *OF_ASSESSORS))
    plain = _sum(variance, carried.relative)
    whole = _sum(variance, carried.absolute)
    items = carried.absolute["candidate_item"]
    same = true + items * variance.get("candidate_item", 0.0)  # what assessors of the same items can agree on
    one = _of_one(variance, items)
    panel = _sum(variance, carried.absolute, leave=("item", "candidate_item"))
    bare = Reliability(
        icc=_share(same, one),
        icc_panel=_share(same, panel),
        icc_consistency=_share(same, _of_one({**variance, "assessor": 0.0, "assessor_item": 0.0}, items)),
        g=_share(true, rank),
        g_plain=_share(true, plain),
        phi=_share(true, whole),
        sem=sqrt(rank) if len(table) else None,
        sem_absolute=sqrt(whole) if len(table) else None,
        alpha=alpha.alpha,
        alpha_low=alpha.low,
        alpha_high=alpha.high,
        agreement=alpha,
        candidates=len(table.marked()),
        assessors_each=_each(table.candidate, table.assessor),
        items_each=_each(table.candidate, table.item),
        same_assessors=_is_same(table),
        forms=_forms(table),
    )
    return attrs.evolve(bare, sentences=sentences_of(bare, variance))


def _of_one(variance: Mapping[str, float], items: float) -> float:
    """The error of one assessor's mean over the items, against another's of the same."""
    per_item = variance.get("assessor_item", 0.0) + variance.get("residual", 0.0)
    return variance.get("assessor", 0.0) + variance.get("candidate_assessor", 0.0) + items * per_item


def _sum(variance: Mapping[str, float], carried: Mapping[str, float], *, leave: tuple[str, ...] = ()) -> float:
    return sum(variance.get(term, 0.0) * carried[term] for term in ERRORS if term not in leave)


def _share(true: float, error: float) -> float | None:
    return true / (true + error) if true > 0 else None


def carried_by(table: MarkTable) -> Carried:
    """The part of each term's variance in the plain averages of a table, mean over candidates and pairs of them.

    With p the share of a candidate's marks that has one effect of the term, the average carries the sum of p²; the
    difference of two candidates carries that less the sum of p p' of the effects they share.
    """
    candidate, numbers = table.candidate, {"assessor": table.assessor, "item": table.item}
    marks = np.bincount(candidate, minlength=len(table.candidates)).astype(float)
    pair = table.assessor * max(1, len(table.items)) + table.item
    own = {"candidate_assessor": table.assessor, "candidate_item": table.item, "residual": pair}
    absolute, relative = {}, {}
    for term, groups in (*numbers.items(), ("assessor_item", pair)):
        absolute[term], relative[term] = _carried(candidate, groups, marks)
    for term, groups in own.items():
        absolute[term] = relative[term] = _carried(candidate, groups, marks)[0]
    return Carried(absolute=absolute, relative=relative)


def _carried(candidate: NDArray[np.intp], groups: NDArray[np.intp], marks: NDArray[np.float64]) -> tuple[float, float]:
    """The mean sum of squared shares, and that less the mean product over pairs of different candidates."""
    if not candidate.size:
        return 0.0, 0.0
    cells, count = np.unique(candidate * (int(groups.max()) + 1) + groups, return_counts=True)
    who, group = np.divmod(cells, int(groups.max()) + 1)
    share = count / marks[who]
    people = int((marks > 0).sum())
    own = float((share**2).sum())
    if people < 2:
        return own, own
    together = float((np.bincount(group, weights=share) ** 2).sum()) - own
    return own / people, max(0.0, own / people - together / (people * (people - 1)))


def _each(candidate: NDArray[np.intp], other: NDArray[np.intp]) -> float:
    """How many different others a candidate has: the harmonic mean."""
    if not candidate.size:
        return 0.0
    cells = np.unique(candidate * (int(other.max()) + 1) + other)
    count = np.unique(cells // (int(other.max()) + 1), return_counts=True)[1]
    return float(len(count) / (1 / count).sum())


def _is_same(table: MarkTable) -> bool:
    pairs = len(np.unique(table.candidate * max(1, len(table.assessors)) + table.assessor))
    return pairs == len(table.marked()) * len(np.unique(table.assessor))


def _forms(table: MarkTable) -> tuple[Icc, ...]:
    """Of the means over items, where every assessor marked every candidate on every item."""
    rows, columns, items = (len(np.unique(one)) for one in (table.candidate, table.assessor, table.item))
    if not len(table) or len(table) != rows * columns * items:
        return ()
    order = np.lexsort((table.item, table.assessor, table.candidate))
    return iccs(table.mark[order].reshape(rows, columns, items).mean(axis=2))
