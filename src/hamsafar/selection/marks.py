"""Marks in columns: who was marked by whom on what, as whole numbers that point into lists of ids."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.errors import InputError, InputErrors

Codes = NDArray[np.intp]
Numbers = NDArray[np.float64]

_MOST_TOLD = 50


@frozen(kw_only=True, eq=False)
class MarkTable:
    """Marks that were given, sorted by candidate, item and assessor; ids are sorted too, so that the order in which
    marks come never changes an answer. A mark that wasn't given is no row. Candidates without any mark are kept.
    """

    candidates: tuple[str, ...]
    assessors: tuple[str, ...]
    items: tuple[str, ...]
    candidate: Codes = field()  # (marks,), into `candidates`
    assessor: Codes = field()  # (marks,), into `assessors`
    item: Codes = field()  # (marks,), into `items`
    mark: Numbers = field()  # (marks,), on the scale of the marks; finite

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, float | None]]) -> MarkTable:
        """The table of (candidate, assessor, item, mark) rows; mark None: none was given.

        Raises InputErrors where a mark is not a finite number, or is given twice.
        """
        kept = list(rows)
        columns = [[row[place] for row in kept] for place in range(3)]
        marks = np.array([np.nan if row[3] is None else row[3] for row in kept], dtype=float)
        given = np.array([row[3] is not None for row in kept], dtype=bool)
        ids, codes = zip(*map(coded, columns), strict=True)
        return cls.of_columns(ids[0], ids[1], ids[2], codes[0], codes[1], codes[2], marks, given)

    @classmethod
    def of_columns(
        cls,
        candidates: tuple[str, ...],
        assessors: tuple[str, ...],
        items: tuple[str, ...],
        candidate: Codes,
        assessor: Codes,
        item: Codes,
        mark: Numbers,
        given: NDArray[np.bool_],
    ) -> MarkTable:
        """The table of columns in any order, ids sorted. Raises InputErrors as `of`."""
        _refuse_unfinished(candidates, assessors, items, candidate, assessor, item, mark, given)
        first, second, third, value = candidate[given], assessor[given], item[given], mark[given]
        order = np.lexsort((second, third, first))
        table = cls(
            candidates=candidates,
            assessors=assessors,
            items=items,
            candidate=first[order],
            assessor=second[order],
            item=third[order],
            mark=value[order],
        )
        _refuse_twice(table)
        return table

    def __len__(self) -> int:
        return int(self.mark.size)

    def marked(self) -> Codes:
        """The candidates that have at least one mark, in order."""
        return np.unique(self.candidate)

    def only(self, kept: NDArray[np.bool_]) -> MarkTable:
        """The marks where `kept` (marks,) is true, with the same lists of ids."""
        return MarkTable(
            candidates=self.candidates,
            assessors=self.assessors,
            items=self.items,
            candidate=self.candidate[kept],
            assessor=self.assessor[kept],
            item=self.item[kept],
            mark=self.mark[kept],
        )


def coded(column: list[str]) -> tuple[tuple[str, ...], Codes]:
    """The different ids of a column, sorted, and where each row's id stands among them."""
    ids = sorted(set(column))
    place = {one: number for number, one in enumerate(ids)}
    return tuple(ids), np.fromiter((place[one] for one in column), dtype=np.intp, count=len(column))


def _refuse_unfinished(
    candidates: tuple[str, ...],
    assessors: tuple[str, ...],
    items: tuple[str, ...],
    candidate: Codes,
    assessor: Codes,
    item: Codes,
    mark: Numbers,
    given: NDArray[np.bool_],
) -> None:
    wrong = np.flatnonzero(given & ~np.isfinite(mark))
    if wrong.size:
        raise InputErrors(
            [
                InputError(
                    f"a mark must be a finite number (got {mark[one]})",
                    where=f"{candidates[candidate[one]]}, {assessors[assessor[one]]}, {items[item[one]]}",
                )
                for one in wrong[:_MOST_TOLD]
            ]
        )


def _refuse_twice(table: MarkTable) -> None:
    columns = (table.candidate, table.item, table.assessor)
    same = np.all([column[1:] == column[:-1] for column in columns], axis=0)
    if same.any():
        raise InputErrors(
            [
                InputError(
                    "is marked twice; keep one of the marks",
                    where=f"{table.candidates[table.candidate[one]]}, "
                    f"{table.assessors[table.assessor[one]]}, {table.items[table.item[one]]}",
                )
                for one in np.flatnonzero(same)[:_MOST_TOLD]
            ]
        )
