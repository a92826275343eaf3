"""What a table of marks can tell apart: the terms of the mark model, and its marks laid out in blocks of candidates.

The model of a mark of candidate c by assessor a on item i:

    mark = mean + candidate[c] + assessor[a] + item[i]
         + candidate_assessor[c,a] + candidate_item[c,i] + assessor_item[a,i] + residual

Every term but the mean is random, with a variance of its own (Cronbach, Gleser, Nanda and Rajaratnam 1972).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from hamsafar.selection.marks import Codes, MarkTable, Numbers

TERMS = (
    "residual",
    "candidate",
    "assessor",
    "item",
    "candidate_assessor",
    "candidate_item",
    "assessor_item",
)
OWN = ("residual", "candidate", "candidate_assessor", "candidate_item")  # within the marks of one candidate
SHARED = ("assessor", "item", "assessor_item")  # across candidates
MOST_SHARED = 4_000  # effects that candidates share, solved for densely: two matrices of 128 MB
_ALIKE = 1e-8  # share of a term's own spread that is left when the terms before it are taken out
_PAIRS = 4_000_000  # pairs of marks handled at once: 32 MB of numbers


@frozen(kw_only=True, eq=False)
class Block:
    """Candidates with the same number of marks (some of them, where they are many)."""

    rows: Codes  # (candidates, marks): which marks are theirs
    pattern: Codes  # (candidates,): which of the patterns they follow
    count: Numbers  # (patterns,): how many follow each
    same_assessor: Numbers  # (patterns, marks, marks): 1 where two marks are by the same assessor
    same_item: Numbers  # (patterns, marks, marks)


@frozen(kw_only=True, eq=False)
class Sums:
    """How sums over pairs of marks follow from the weights of patterns, strung out (weights,), block by block."""

    cross: Any  # scipy sparse (finest columns squared, weights)
    right: Any  # scipy sparse (finest columns, weights): with the second mark of the pair
    square: Numbers  # (weights,): with both marks of the pair


@frozen(kw_only=True, eq=False)
class Design:
    """The marks as the model sees them: scaled to mean 0 and spread 1, in blocks, with the terms they can tell."""

    table: MarkTable
    mean: float
    spread: float  # standard deviation of the marks; 1 where all are equal
    y: Numbers  # (marks,)
    terms: tuple[str, ...]  # in the model, `residual` first
    left_out: dict[str, str]  # term → why it is not in the model
    groups: dict[str, Codes]  # of every term but the residual: (marks,) which of its effects each mark has
    sizes: dict[str, int]
    blocks: tuple[Block, ...]
    fine: tuple[Codes, ...]  # of the finest shared terms, from whose sums all others follow: (marks,) each
    fine_sizes: tuple[int, ...]
    columns: dict[str, slice]  # of the shared terms among the effects solved for; the mean is column 0
    gather: Any  # scipy sparse (finest columns, effects): which finest column belongs to which effect
    sums: Sums
    overlap: Numbers  # (TERMS, TERMS): how far the terms' covariances are alike

    @property
    def fine_starts(self) -> tuple[int, ...]:
        """Where each of the finest terms begins among their columns, and where the last ends."""
        return (0, *np.cumsum(self.fine_sizes).tolist())

    @property
    def own(self) -> tuple[str, ...]:
        return tuple(term for term in self.terms if term in OWN)

    @property
    def shared(self) -> tuple[str, ...]:
        return tuple(term for term in self.terms if term in SHARED)


def design_of(table: MarkTable, *, only: tuple[str, ...] = TERMS) -> Design:
    """The design of a table with at least one mark; `only`: the terms to consider."""
    mean, spread = float(table.mark.mean()), float(table.mark.std())
    equal = spread <= 1e-12 * max(1.0, abs(mean))
    spread = 1.0 if equal else spread
    y = np.zeros(len(table)) if equal else (table.mark - mean) / spread
    groups, sizes = _groups(table)
    overlap = _overlaps(groups, len(table))
    terms, left_out = _told_apart(overlap, sizes, len(table), only)
    if equal:
        left_out |= dict.fromkeys(terms[1:], "all marks are equal")
        terms = ("residual",)
    shared = [term for term in terms if term in SHARED]
    columns, gather = _columns(shared, groups, sizes)
    finest = _finest(shared)
    fine = tuple(groups[term] for term in finest) or (np.zeros(len(table), dtype=np.intp),)
    fine_sizes = tuple(sizes[term] for term in finest) or (1,)
    blocks = tuple(_blocks(table, groups))
    return Design(
        table=table,
        mean=mean,
        spread=spread,
        y=y,
        terms=terms,
        left_out=left_out,
        groups=groups,
        sizes=sizes,
        blocks=blocks,
        fine=fine,
        fine_sizes=fine_sizes,
        columns=columns,
        gather=gather,
        sums=_sums(blocks, fine, fine_sizes, y),
        overlap=overlap,
    )


def _groups(table: MarkTable) -> tuple[dict[str, Codes], dict[str, int]]:
    """Which effect of each term every mark has: (marks,), numbered without gaps."""
    first, second, third = table.candidate, table.assessor, table.item
    raw = {
        "candidate": first,
        "assessor": second,
        "item": third,
        "candidate_assessor": first * len(table.assessors) + second,
        "candidate_item": first * len(table.items) + third,
        "assessor_item": second * len(table.items) + third,
    }
    groups, sizes = {}, {}
    for term, code in raw.items():
        different, groups[term] = np.unique(code, return_inverse=True)
        sizes[term] = different.size
    return groups, sizes


def _told_apart(
    overlap: Numbers, sizes: dict[str, int], marks: int, only: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The terms whose covariances are linearly independent once the mean is out, so that their variances can be told.

    A term whose covariance is a mixture of those before it is left out: of one mark a cell, say, the three-way
    interaction is the residual itself.
    """
    kept: list[int] = []
    left_out: dict[str, str] = {}
    for number, term in enumerate(TERMS):
        if term not in only:
            continue
        if term in SHARED and sizes[term] > MOST_SHARED:
            left_out[term] = f"{sizes[term]:,} combinations are more than the {MOST_SHARED:,} that are solved for"
            continue
        own = overlap[number, number]
        rest = own
        if kept and own > 0:
            inner, cross = overlap[np.ix_(kept, kept)], overlap[kept, number]
            rest = own - cross @ np.linalg.lstsq(inner, cross, rcond=None)[0]
        if own > _ALIKE * marks and rest > _ALIKE * own:
            kept.append(number)
        else:
            left_out[term] = _why(term, sizes)
    return tuple(TERMS[number] for number in kept) or ("residual",), left_out


def _why(term: str, sizes: dict[str, int]) -> str:
    singles = {"candidate": "one candidate", "assessor": "one assessor", "item": "one item"}
    parts = term.split("_")
    for part in parts:
        if part in sizes and sizes[part] == 1:
            return f"there is only {singles[part]}"
    return {
        "residual": "there is only one mark",
        "candidate": "no candidate has two marks",
        "assessor": "no assessor gave marks to two candidates",
        "item": "the marks can't tell items from candidates or assessors",
        "candidate_assessor": "no assessor gave one candidate two marks that others gave too",
        "candidate_item": "no candidate was marked twice on one item",
        "assessor_item": "no assessor marked two candidates on one item",
    }[term]


def _overlaps(groups: dict[str, Codes], marks: int) -> Numbers:
    """tr(M V_k M V_l) for every two terms, M taking out the mean: how far their covariances are alike."""
    sums = [np.ones(marks)]  # row sums of each covariance
    codes: list[Codes] = [np.arange(marks)]
    for term in TERMS[1:]:
        codes.append(groups[term])
        sums.append(np.bincount(groups[term])[groups[term]].astype(float))
    table = np.empty((len(TERMS), len(TERMS)))
    for k, one in enumerate(codes):
        for m, other in enumerate(codes[: k + 1]):
            both = _together(one, other)
            cross = sums[k] @ sums[m]
            table[k, m] = table[m, k] = both - 2 * cross / marks + sums[k].sum() * sums[m].sum() / marks**2
    return table


def _together(one: Codes, other: Codes) -> float:
    """How many ordered pairs of marks share an effect in both."""
    counts = np.unique(one * (int(other.max()) + 1) + other, return_counts=True)[1]
    return float((counts.astype(float) ** 2).sum())


def _finest(shared: list[str]) -> tuple[str, ...]:
    if "assessor_item" in shared:
        return ("assessor_item",)
    return tuple(shared)


def _columns(shared: list[str], groups: dict[str, Codes], sizes: dict[str, int]) -> tuple[dict[str, slice], Any]:
    """Where each shared term's effects stand, and how sums by the finest columns become sums by effect."""
    from scipy import sparse

    columns, end = {}, 1
    for term in shared:
        columns[term] = slice(end, end + sizes[term])
        end += sizes[term]
    finest = _finest(shared)
    ones = [np.arange(sizes[term]) for term in finest] or [np.zeros(1, dtype=np.intp)]
    starts = np.concatenate([[0], np.cumsum([one.size for one in ones])])
    rows, places = [starts[0] + ones[0]], [np.zeros(ones[0].size, dtype=np.intp)]  # the mean: all of the first kind
    for term in shared:
        if term in finest:
            own = ones[finest.index(term)]
            rows.append(starts[finest.index(term)] + own)
            places.append(columns[term].start + own)
        else:  # assessors and items follow from their combinations
            of_cell = np.zeros(sizes["assessor_item"], dtype=np.intp)
            of_cell[groups["assessor_item"]] = groups[term]
            rows.append(ones[0])
            places.append(columns[term].start + of_cell)
    row, place = np.concatenate(rows), np.concatenate(places)
    return columns, sparse.csr_array((np.ones(row.size), (row, place)), shape=(int(starts[-1]), end))


def _blocks(table: MarkTable, groups: dict[str, Codes]) -> list[Block]:
    """Candidates by number of marks; those whose marks are laid out alike share a pattern, and are solved once."""
    number = np.bincount(table.candidate, minlength=len(table.candidates))
    begins = np.concatenate([[0], np.cumsum(number)[:-1]])
    local = [_first_of(groups[term]) - begins[table.candidate] for term in ("candidate_assessor", "candidate_item")]
    blocks = []
    for size in np.unique(number[number > 0]):
        these = np.flatnonzero(number == size)
        step = max(1, _PAIRS // int(size) ** 2)
        for start in range(0, these.size, step):
            rows = begins[these[start : start + step], None] + np.arange(size)
            blocks.append(_block(rows, local[0][rows], local[1][rows]))
    return blocks


def _block(rows: Codes, by_assessor: Codes, by_item: Codes) -> Block:
    key = np.ascontiguousarray(np.hstack([by_assessor, by_item]).astype(np.int32))
    whole = key.view([("", key.dtype, key.shape[1])]).ravel()
    _, first, pattern, count = np.unique(whole, return_index=True, return_inverse=True, return_counts=True)
    one, other = by_assessor[first], by_item[first]
    return Block(
        rows=rows,
        pattern=pattern.ravel(),
        count=count.astype(float),
        same_assessor=(one[:, :, None] == one[:, None, :]).astype(float),
        same_item=(other[:, :, None] == other[:, None, :]).astype(float),
    )


def _first_of(code: Codes) -> Codes:
    """Of each mark, the first mark with the same code."""
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    return first[back]


def _sums(blocks: tuple[Block, ...], fine: tuple[Codes, ...], sizes: tuple[int, ...], y: Numbers) -> Sums:
    """Of every weight, the pairs of finest columns and the marks that it is multiplied with."""
    from scipy import sparse

    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    width, total = int(sum(sizes)), sum(block.same_item.size for block in blocks)
    cross = sparse.csr_array((width**2, total))
    right = sparse.csr_array((width, total))
    square, offset = np.zeros(total), 0
    for block in blocks:
        size = block.rows.shape[1]
        inside = np.arange(size**2).reshape(size, size)
        place = (offset + block.pattern[:, None, None] * size**2 + inside).ravel()
        first, second = y[block.rows][:, :, None], y[block.rows][:, None, :]
        square += np.bincount(place, (first * second).ravel(), total)
        values = np.broadcast_to(second, (*block.rows.shape, size)).ravel()
        for begin, code in zip(starts, fine, strict=True):
            left = (begin + code)[block.rows][:, :, None]
            rows = np.broadcast_to(left, (*block.rows.shape, size)).ravel()
            right = right + sparse.csr_array((values, (rows, place)), shape=right.shape)
            for after, other in zip(starts, fine, strict=True):
                both = (left * width + (after + other)[block.rows][:, None, :]).ravel()
                cross = cross + sparse.csr_array((np.ones(both.size), (both, place)), shape=cross.shape)
        offset += block.same_item.size
    return Sums(cross=cross, right=right, square=square)
