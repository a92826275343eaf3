"""How well panels cross: shared candidates, what connects all assessors, and swaps that mix them better.

Only candidates whom assessors share tell one's severity from another's. Two panels that never meet can't be compared,
however many they mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

_TRIES_A_ROW, _FEWEST_TRIES, _MOST_TRIES = 100, 20_000, 600_000


@frozen(kw_only=True)
class Crossing:
    """How the assessors of a test cross.

    `connects` is the least number of candidates that any division of the assessors in two splits: so many candidates
    link any two of them, through others too. It can't be more than `bound`, the candidates of whoever has fewest.
    `apart` is the smaller side of such a division. `squares` is the sum over pairs of assessors of the square of the
    candidates they share, at least `least_squares`: small is even (Eccleston and Hedayat 1974, (M, S)-optimal designs).
    """

    connects: int
    bound: int
    apart: tuple[int, ...]
    squares: int
    least_squares: int
    shared_least: int  # candidates that the pair with fewest shares directly


def crossing(chosen: NDArray[np.bool_], can_meet: NDArray[np.bool_] | None = None) -> Crossing:
    """How the columns of (candidates, assessors) cross; assessors with no candidate are left out."""
    used = np.flatnonzero(chosen.any(axis=0))
    own = chosen[:, used]
    shared = np.rint(own.T.astype(np.float32) @ own.astype(np.float32)).astype(np.int64)
    pairs = shared[np.triu_indices(len(used), 1)]
    connects, side = least_split(own)
    sizes = own.sum(axis=1)
    met = int((sizes * (sizes - 1) // 2).sum())
    meeting = comb(len(used), 2) if can_meet is None else int(np.triu(can_meet[np.ix_(used, used)], 1).sum())
    return Crossing(
        connects=connects,
        bound=int(own[sizes > 1].sum(axis=0).min(initial=10**9)) if len(used) > 1 else 0,
        apart=tuple(int(used[at]) for at in side),
        squares=int((pairs**2).sum()),
        least_squares=_even_squares(met, meeting),
        shared_least=int(pairs.min()) if len(pairs) else 0,
    )


def _even_squares(total: int, cells: int) -> int:
    """The least sum of squares of whole numbers in so many cells that add up to a total."""
    if not cells:
        return 0
    each, more = divmod(total, cells)
    return more * (each + 1) ** 2 + (cells - more) * each**2


def least_split(members: NDArray[np.bool_]) -> tuple[int, tuple[int, ...]]:
    """The fewest rows that a division of the columns in two splits, and the smaller side of it.

    The minimum cut of a hypergraph, by maximum adjacency orders (Klimmek and Wagner 1996, after Stoer and Wagner 1997).
    """
    columns = members.shape[1]
    if columns < 2:
        return 0, ()
    rows = _as_lists(members[members.sum(axis=1) > 1])
    sides: dict[int, tuple[int, ...]] = {column: (column,) for column in range(columns)}
    best, side = len(members) + 1, sides[0]
    while len(sides) > 1:
        before, last, cut = _phase(rows, sorted(sides), columns)
        if cut < best:
            best, side = cut, sides[last]
        sides[before] += sides.pop(last)
        rows = _merged(rows, before, last, columns)
    rest = tuple(column for column in range(columns) if column not in side)
    return best, min(tuple(sorted(side)), rest, key=lambda one: (len(one), one))


def _as_lists(members: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The columns of each row in ascending order, (rows, most in a row); a number beyond them fills up."""
    most = int(members.sum(axis=1).max(initial=0))
    numbers = np.where(members, np.arange(members.shape[1]), members.shape[1])
    return np.sort(numbers, axis=1)[:, :most]


def _merged(rows: NDArray[np.int64], before: int, last: int, columns: int) -> NDArray[np.int64]:
    """The rows with one column taken for another; those that then hold a single one can't be split any more."""
    rows = np.sort(np.where(rows == last, before, rows), axis=1)
    rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = columns
    rows = np.sort(rows, axis=1)
    return rows[rows[:, 1] < columns] if rows.shape[1] > 1 else rows


def _phase(rows: NDArray[np.int64], alive: list[int], columns: int) -> tuple[int, int, int]:
    """The last two columns of a maximum adjacency order, and how many rows the last shares with all others."""
    order = np.argsort(rows, axis=None, kind="stable")
    ends = np.searchsorted(rows.ravel()[order], np.arange(columns + 1))
    where = order // max(1, rows.shape[1])
    key = np.zeros(columns, dtype=np.int64)
    waiting = np.full(columns, -1, dtype=np.int64)
    waiting[alive] = 0
    untouched = np.ones(len(rows), dtype=bool)
    before, at = -1, alive[0]
    for number in range(len(alive)):
        before, at = at, int(np.where(waiting == 0, key, -1).argmax()) if number else alive[0]
        waiting[at] = -1
        touched = where[ends[at] : ends[at + 1]]
        touched = touched[untouched[touched]]
        untouched[touched] = False
        if number < len(alive) - 1:
            key += np.bincount(rows[touched].ravel(), minlength=columns + 1)[:columns]
    return before, at, int(key[at])


def mixed(
    panels: Sequence[Sequence[int]],
    groups: Sequence[int],
    allowed: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    *,
    seed: int = 0,
) -> list[list[int]]:
    """The panels after swaps of two assessors between two candidates; each assessor's load stays what it is.

    A swap is made when the pairs of assessors that then share candidates do so no less evenly. `fixed` pairs stay.
    """
    rows = [list(panel) for panel in panels]
    spots = [(row, at) for row, panel in enumerate(rows) for at, who in enumerate(panel) if not fixed[row, who]]
    if len(spots) < 2:
        return rows
    met = _met(rows, groups, allowed.shape[1])
    may = allowed.tolist() if allowed.size < 400_000 else allowed
    random = np.random.default_rng(seed)
    tries = min(max(_FEWEST_TRIES, _TRIES_A_ROW * len(rows)), _MOST_TRIES)
    for one, other in random.integers(len(spots), size=(tries, 2)).tolist():
        (row, at), (then, to) = spots[one], spots[other]
        first, second = rows[row][at], rows[then][to]
        if row == then or first == second or groups[row] != groups[then]:
            continue
        if second in rows[row] or first in rows[then] or not may[row][second] or not may[then][first]:
            continue
        table = met[groups[row]]
        if _swapped(table, rows[row], rows[then], first, second) <= 0:
            rows[row][at], rows[then][to] = second, first
        else:
            _swapped(
                table,
                [second if who == first else who for who in rows[row]],
                [first if who == second else who for who in rows[then]],
                second,
                first,
            )
    return rows


def _swapped(table: list[list[int]], one: Sequence[int], other: Sequence[int], first: int, second: int) -> int:
    """Takes `first` of one panel and `second` of the other for each other; returns what the squares grow by."""
    grown = 0
    for panel, gone, new in ((one, first, second), (other, second, first)):
        for who in panel:
            if who != gone:
                grown += 2 * (table[new][who] - table[gone][who]) + 2
                table[gone][who] -= 1
                table[who][gone] -= 1
                table[new][who] += 1
                table[who][new] += 1
    return grown


def _met(rows: Sequence[Sequence[int]], groups: Sequence[int], columns: int) -> list[list[list[int]]]:
    """By group, how many rows each pair of columns shares."""
    met = [[[0] * columns for _ in range(columns)] for _ in range(max(groups, default=0) + 1)]
    for row, group in zip(rows, groups, strict=True):
        for who in row:
            for other in row:
                if who != other:
                    met[group][who][other] += 1
    return met
