"""`select report`: what lies before a board, from the record: ranks, marks, fairness, stages. Codes, no names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from hamsafar.app.files import write_whole
from hamsafar.app.selection.board_rows import not_fit, report_of
from hamsafar.app.selection.campaigns import record_of
from hamsafar.app.selection.left_out import left_out
from hamsafar.domain.board import (
    AssessorRow,
    BoardReport,
    BoardRow,
    MarkQuality,
)
from hamsafar.domain.campaign import Campaign, Stage, Test
from hamsafar.domain.selection import Mark
from hamsafar.errors import InputError

if TYPE_CHECKING:
    from hamsafar.selection.marks import MarkTable
    from hamsafar.selection.stage_ranking import StageRanking
    from hamsafar.store import Record


@frozen(kw_only=True)
class Ranked:
    """A stage ranked from its record."""

    report: BoardReport
    ranking: StageRanking
    seats: tuple[str, ...] = ()  # of the campaign's last stage: whom it selects takes one


@frozen(kw_only=True)
class Written:
    """The files of a report, and the digests by which a decision names them."""

    report: BoardReport
    files: tuple[Path, ...]
    digests: Mapping[str, str]


def rank_stage(campaign: Path | str, *, stage: str, by: str, seed: int = 0, top: int | None = None) -> Ranked:
    """A stage of a campaign as its marks show it. `top` stands in for the places of the stage.

    Raises InputError for an unknown stage or role, one without tests, and where nobody was marked.
    """
    record = record_of(campaign)
    given = _stage(record.campaign, stage)
    marks, barred = record.counted_marks(stage, by=by)
    tables = {test.id: _table(test, marks) for test in given.tests}
    if not any(len(table) for table in tables.values()):
        raise InputError("has no mark that was given yet; `hamsafar select marks` brings them in", where=stage)
    ranking = _ranked(record, given, tables, seed, top)
    cohort = record.campaign.cohort if given is record.campaign.stages[-1] else None
    found = report_of(record, given, ranking, tables, by, seed)
    return Ranked(
        report=evolve(found, warnings=(*left_out(barred), *found.warnings)),
        ranking=ranking,
        seats=() if cohort is None else cohort.seats,
    )


def report(campaign: Path | str, *, stage: str, by: str, out: Path | str, seed: int = 0) -> Written:
    """Writes the report of a stage: `board.html`, `board.xlsx`, `ranking.json`, `scores.csv`, `proposal.csv`.

    The proposal has the form that `decide` reads: what the rule of the stage gives by the marks alone. Whoever ties for
    the last place has no outcome in it, and whoever needs a second look is marked: the board changes what it likes. In
    the last stage the board writes who takes which seat.
    """
    from hamsafar.export.board_page import board_html
    from hamsafar.export.board_tables import board_xlsx

    ranked = rank_stage(campaign, stage=stage, by=by, seed=seed)
    text = json.dumps(document(ranked.report), ensure_ascii=False, indent=1) + "\n"
    files = {
        "board.html": board_html(ranked.report),
        "board.xlsx": board_xlsx(ranked.report),
        "ranking.json": text.encode("utf-8"),
        "proposal.csv": _proposal(ranked),
        "scores.csv": _scores(ranked.ranking),
    }
    written = write_whole(Path(out), files)
    return Written(
        report=ranked.report,
        files=written,
        digests={name: sha256(content).hexdigest() for name, content in files.items()},
    )


def _proposal(ranked: Ranked) -> bytes:
    ranking, seats = ranked.ranking, ranked.seats
    outcomes = {"in": "selected" if seats else "advance", "reserve": "reserve", "out": "stop", "tied": ""}
    combined = {one.candidate: one for one in ranking.combined.candidates}
    empty = ("",) if seats else ()
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("candidate", "outcome", "reason", *(("seat",) if seats else ())))
    for row in ranking.rows:
        one = combined[row.candidate]
        near = f"; second look: {', '.join(one.second_look)}" if one.second_look else ""
        why = f"no score in {', '.join(one.missing)}" if one.missing else f"rank {row.rank} by the marks"
        missed = f"below the mark in {', '.join(one.stopped_by)}" if one.stopped_by else why
        outcome = "" if one.missing else outcomes[one.place]
        table.writerow((row.candidate, outcome, missed + near, *empty))
    barred = [row.candidate for row in ranked.report.rows if row.medical == "not-fit"]
    table.writerows((code, "stop", "not fit by the medical verdict", *empty) for code in barred)
    return text.getvalue().encode("utf-8")


def _scores(ranking: StageRanking) -> bytes:
    """The table that `hand-over --scores` takes: the composite with the ends of its 95 % interval."""
    import numpy as np

    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("candidate", "score", "low", "high"))
    ranked = [row for row in ranking.rows if row.rank is not None]
    for row, draws in zip(ranked, ranking.draws, strict=True):
        low, high = np.quantile(draws, (0.025, 0.975))
        table.writerow((row.candidate, f"{row.composite:.4f}", f"{low:.4f}", f"{high:.4f}"))
    return text.getvalue().encode("utf-8")


def _stage(campaign: Campaign, name: str) -> Stage:
    found = next((one for one in campaign.stages if one.id == name), None)
    if found is None:
        ids = ", ".join(one.id for one in campaign.stages)
        raise InputError(f"is no stage of this campaign (got {name!r:.60}); there are: {ids}", where="--stage")
    if not found.tests:
        raise InputError("has no tests, so nothing is ranked; its criteria decide", where=name)
    return found


def _table(test: Test, marks: Sequence[Mark]) -> MarkTable:
    from hamsafar.selection.marks import MarkTable

    return MarkTable.of((one.candidate, one.assessor, one.item, one.mark) for one in marks if one.test == test.id)


def _ranked(record: Record, stage: Stage, tables: Mapping[str, MarkTable], seed: int, top: int | None) -> StageRanking:
    import attrs

    from hamsafar.selection.combining import Rule
    from hamsafar.selection.stage_ranking import stage_ranking

    who = sorted(set(record.to_mark(stage.id)) - set(not_fit(record, stage.id)))  # they take nobody's place
    if top is not None and not 1 <= top <= len(who):
        raise InputError(f"must be 1 to {len(who)}, the number of candidates (got {top})", where="--top")
    rule = Rule.of(stage) if top is None else attrs.evolve(Rule.of(stage), places=top)
    weights = {test.id: {item.id: item.weight for item in test.items} for test in stage.tests}
    return stage_ranking(tables, rule, who, item_weights=weights, seed=seed)


def document(found: BoardReport) -> dict[str, Any]:
    """What `hamsafar select rank CAMPAIGN --json` prints: the contract's keys, and each test with its own."""
    tests = [_test_row(one, found.assessors) for one in found.quality]
    alone = tests[0] if len(tests) == 1 else None
    return {
        "campaign": found.campaign,
        "stage": found.stage,
        "places": found.places,
        "candidates": [_candidate_row(row) for row in found.rows],
        "assessors": [one for test in tests for one in test["assessors"]],
        "variance": alone["variance"] if alone else {one["test"]: one["variance"] for one in tests},
        "reliability": alone["reliability"] if alone else {one["test"]: one["reliability"] for one in tests},
        "tests": tests,
        "cannot_tell": list(found.cannot_tell),
        "hurdles": list(found.hurdles),
        "warnings": list(found.warnings),
        "record": found.record,
    }


def _candidate_row(row: BoardRow) -> dict[str, Any]:
    return {
        "candidate": row.candidate,
        "score": _rounded(row.composite),
        "rank": row.rank,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "p_top": row.p_top,
        "place": row.place,
        "verdict": row.verdict,
        "stopped_by": list(row.stopped_by),
        "stays_in": row.stays_in,
        "would_change": row.would_change,
        "medical": row.medical,
        "limits": list(row.limits),
        "tests": [
            {"test": one.test, "score": _rounded(one.score), "score_se": _rounded(one.error), "verdict": one.verdict}
            for one in row.scores
        ],
    }


def _test_row(one: MarkQuality, assessors: Sequence[AssessorRow]) -> dict[str, Any]:
    return {
        "test": one.test,
        "assessors": [
            {
                "test": each.test,
                "assessor": each.assessor,
                "severity": _rounded(each.severity),
                "severity_se": _rounded(each.severity_error),
                "consistency": _rounded(each.consistency),
                "marks": each.marks,
                "says": each.note,
            }
            for each in assessors
            if each.test == one.test
        ],
        "variance": {name: _rounded(value) for name, value in one.variance.items()},
        "reliability": {
            name: _rounded(getattr(one, name)) for name in ("icc", "g", "alpha", "alpha_low", "alpha_high")
        },
        "connected": one.connected,
        "sentences": list(one.sentences),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")
