"""Which marks hang together: candidates and assessors (and items) that are linked through others form one part."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.marks import Codes, MarkTable


@frozen(kw_only=True, eq=False)
class Parts:
    """The parts of a design; between two of them, no difference of severity or difficulty can be told from ability."""

    number: int
    of_candidate: Codes  # (candidates,): part of each, from 0, the largest first; -1: no marks
    of_assessor: Codes  # (assessors,)
    through: str  # what keeps them apart: "assessors" or "items"; empty where there is one part


def parts_of(table: MarkTable) -> Parts:
    """The parts of a table: connected components of candidates and assessors, or of candidates and items if more."""
    by_assessor = _labels(table, table.assessor, len(table.assessors))
    by_item = _labels(table, table.item, len(table.items))
    through, labels = max((("assessors", by_assessor), ("items", by_item)), key=lambda one: _number(one[1]))
    of_candidate = _ranked(labels)
    of_assessor = np.full(len(table.assessors), -1)
    of_assessor[table.assessor] = of_candidate[table.candidate]
    number = _number(labels)
    return Parts(
        number=number, of_candidate=of_candidate, of_assessor=of_assessor, through=through if number > 1 else ""
    )


def _labels(table: MarkTable, other: Codes, others: int) -> Codes:
    """(candidates,): a label of the component of each; -1 where there are no marks."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    many = len(table.candidates)
    edges = csr_array((np.ones(len(table)), (table.candidate, many + other)), shape=(many + others, many + others))
    labels = connected_components(edges, directed=False)[1][:many].astype(np.intp)
    return np.where(np.bincount(table.candidate, minlength=many) > 0, labels, -1)


def _number(labels: Codes) -> int:
    return int(np.unique(labels[labels >= 0]).size)


def _ranked(labels: Codes) -> Codes:
    """Labels anew, the largest part first; of equal ones, the one whose first candidate comes first."""
    kept = labels >= 0
    old, first, count = np.unique(labels[kept], return_index=True, return_counts=True)
    new = np.empty(old.size, dtype=np.intp)
    new[np.lexsort((first, -count))] = np.arange(old.size)
    out = np.full(labels.size, -1)
    out[kept] = new[np.searchsorted(old, labels[kept])]
    return out
