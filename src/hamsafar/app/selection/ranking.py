"""The marks of a file → the ranking: adjusted scores, ranks with intervals, assessors, reliability."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hamsafar.app.files import read_bytes
from hamsafar.errors import InputError
from hamsafar.programme.selection.mark_table import MOST_BYTES, read_marks

if TYPE_CHECKING:
    from hamsafar.selection.adjusted import Assessor as Assessor  # the door's own names, for who prints them
    from hamsafar.selection.marks import MarkTable
    from hamsafar.selection.ranking import Ranked as Ranked
    from hamsafar.selection.ranking import Ranking
    from hamsafar.selection.reliability import Reliability


@frozen(kw_only=True)
class RankedMarks:
    """A ranking, and how far the marks behind it can be trusted."""

    ranking: Ranking
    reliability: Reliability


def rank(marks: Path, *, top: int | None = None, seed: int = 0) -> RankedMarks:
    """The ranking of a file `candidate,assessor,item,mark`. Raises InputErrors for everything wrong in it."""
    table = marks_given(marks)
    if top is not None and not 1 <= top <= len(table.candidates):
        raise InputError(f"must be 1 to {len(table.candidates)}, the number of candidates (got {top})", where="--top")
    if not len(table):
        raise InputError("has no mark that was given, so nothing can be ranked", where=str(marks))
    return rank_table(table, top=top, seed=seed)


def marks_given(marks: Path) -> MarkTable:
    """The table of a file of marks."""
    from hamsafar.selection.marks import MarkTable

    read = read_marks(read_bytes(marks, most_bytes=MOST_BYTES), where=marks.name)
    return MarkTable.of_columns(
        read.candidates,
        read.assessors,
        read.items,
        read.candidate,
        read.assessor,
        read.item,
        read.mark,
        ~np.isnan(read.mark),  # blank where none was given
    )


def rank_table(
    table: MarkTable, *, top: int | None = None, seed: int = 0, weights: Mapping[str, float] | None = None
) -> RankedMarks:
    """The ranking of a table with at least one mark; `weights`: of its items, where these very items count."""
    from hamsafar.selection.ranking import ranking_of
    from hamsafar.selection.reliability import reliability_of

    ranking = ranking_of(table, top=top, seed=seed, weights=weights)
    return RankedMarks(ranking=ranking, reliability=reliability_of(table, ranking.variance, seed=seed))


def ranking_document(ranked: RankedMarks) -> dict[str, Any]:
    """What `hamsafar select rank --json` prints. Numbers are rounded to nine digits, so that machines agree."""
    ranking, reliability = ranked.ranking, ranked.reliability
    return {
        "candidates": [
            {
                "candidate": one.candidate,
                "score": _rounded(one.score),
                "score_se": _rounded(one.score_se),
                "rank": one.rank,
                "rank_low": one.rank_low,
                "rank_high": one.rank_high,
                "p_top": one.p_top,
                "marks": one.marks,
                **({} if one.part is None else {"part": one.part}),
            }
            for one in ranking.candidates
        ],
        "assessors": [
            {
                "assessor": one.assessor,
                "severity": _rounded(one.severity),
                "severity_se": _rounded(one.severity_se),
                "consistency": _rounded(one.consistency),
                "spread": _rounded(one.spread),
                "spread_low": _rounded(one.spread_low),
                "spread_high": _rounded(one.spread_high),
                "marks": one.marks,
                "candidates": one.candidates,
                "says": one.says,
            }
            for one in ranking.assessors
        ],
        "variance": {term: _rounded(ranking.variance.get(term)) for term in _terms(ranking)},
        "not_told": dict(ranking.left_out),
        "reliability": {
            name: _rounded(getattr(reliability, name))
            for name in ("icc", "icc_panel", "g", "phi", "sem", "alpha", "alpha_low", "alpha_high")
        },
        "top": ranking.top,
        "certain": list(ranking.certain),
        "undecided": list(ranking.undecided),
        "groups": [list(run) for run in ranking.groups],
        "connected": ranking.connected,
        "parts": [list(part) for part in ranking.parts],
        "seed": ranking.seed,
        "draws": ranking.draws,
        "warnings": list(ranking.warnings),
        "sentences": [*ranking.sentences, *reliability.sentences],
    }


def _terms(ranking: Ranking) -> list[str]:
    named = ("candidate", "assessor", "item", "candidate_assessor", "candidate_item", "assessor_item", "residual")
    return [term for term in named if term in ranking.variance or term in ranking.left_out]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")
