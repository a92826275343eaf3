"""The report before a board: everybody is in it, nothing runs in it, texts stay texts."""

from __future__ import annotations

import io
import re
from datetime import date
from zipfile import ZipFile

import pytest
from attrs import evolve
from openpyxl import load_workbook

from hamsafar.domain.board import (
    AssessorRow,
    BoardReport,
    BoardRow,
    FunnelStep,
    GroupRow,
    ImpactTable,
    MarkQuality,
    ScoreInTest,
)
from hamsafar.export.board_page import board_html, figure_text, percent_text
from hamsafar.export.board_tables import board_xlsx
from hamsafar.export.svg_board import MOST_ROWS

HOSTILE = '=1+1"><script>alert(1)</script>'


def row(rank: int, /, **other: object) -> BoardRow:
    score = ScoreInTest(test="talk", score=70.0 - rank, error=2.0, marks=6, verdict="passes")
    known = {
        "candidate": f"C{rank:03d}",
        "composite": 70.0 - rank,
        "rank": rank,
        "rank_low": max(1, rank - 1),
        "rank_high": rank + 1,
        "p_top": 0.5,
        "place": "undecided",
        "verdict": "passes",
        "stopped_by": (),
        "scores": (score,),
        "stays_in": 0.4,
        "would_change": HOSTILE,
    }
    return BoardRow(**{**known, **other})  # type: ignore[arg-type]


def report(rows: int = 3) -> BoardReport:
    quality = MarkQuality(
        test="talk",
        title=HOSTILE,
        candidates=rows,
        assessors=2,
        marks=2 * rows,
        lowest=0,
        highest=100,
        variance={"candidate": 9.0, "residual": 4.0},
        icc=0.6,
        g=0.8,
        alpha=0.5,
        alpha_low=0.3,
        alpha_high=0.7,
        connected=True,
        sentences=(HOSTILE,),
    )
    group = GroupRow(stage="final", by="sex", group=HOSTILE, entered=4, passed=1, rate=0.25, ratio=0.5, flag=True)
    return BoardReport(
        campaign="c",
        campaign_title=HOSTILE,
        stage="final",
        stage_title="Final",
        as_of=date(2026, 3, 1),
        combining="Each pass mark must be met.",
        weights={"talk": 1.0},
        places=2,
        reserves=1,
        rows=tuple(row(n) for n in range(1, rows + 1)),
        cannot_tell=(HOSTILE,),
        assessors=(
            AssessorRow(
                test="talk",
                assessor="assessor-01",
                marks=rows,
                severity=1.0,
                severity_error=0.5,
                consistency=None,
                note=HOSTILE,
            ),
        ),
        quality=(quality,),
        impact=(ImpactTable(stage="final", by="sex", rows=(group,), exact_p=0.3, sentence=HOSTILE),),
        funnel=(FunnelStep(stage="final", title="Final", run_by="host", entered=12_000, passed=None),),
        hurdles=(HOSTILE,),
        warnings=(HOSTILE,),
        record="ab" * 32,
    )


def test_texts_of_people_stay_texts_on_the_page() -> None:
    page = board_html(report()).decode("utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 9  # each place that a text of people comes to
    assert "default-src 'none'" in page


def test_every_candidate_is_in_the_table_and_the_picture_ends_in_time() -> None:
    page = board_html(report(rows=MOST_ROWS + 5)).decode("utf-8")
    assert len(re.findall(r'<th scope="row">C\d+</th>', page)) == MOST_ROWS + 5
    assert page.count('class="dot"') == MOST_ROWS + 1  # and the one assessor


def test_a_candidate_without_marks_is_shown_without_a_rank() -> None:
    none = row(4, rank=None, rank_low=None, rank_high=None, composite=None, p_top=None, place="unknown", scores=())
    page = board_html(evolve(report(), rows=(*report().rows, none))).decode("utf-8")
    assert "3 candidates ranked" in page
    assert '<th scope="row">C004</th><td class="n">–</td>' in page


def test_an_empty_report_is_a_page_too() -> None:
    empty = evolve(report(), rows=(), assessors=(), quality=(), impact=(), funnel=(), warnings=(), places=None)
    assert b"0 candidates ranked" in board_html(empty)
    assert load_workbook(io.BytesIO(board_xlsx(empty))).sheetnames[0] == "Candidates"


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    content = board_xlsx(report())
    with ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    cells = [cell.value for cell in load_workbook(io.BytesIO(content))["Candidates"][2]]
    assert cells[0] == "C001"
    assert cells[1] == 1
    assert HOSTILE in cells


def test_the_same_report_gives_the_same_bytes() -> None:
    assert board_xlsx(report()) == board_xlsx(report())
    assert board_html(report()) == board_html(report())


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0.0, "0.0 %"), (0.0004, "< 0.1 %"), (0.9996, "> 99.9 %"), (1.0, "100.0 %"), (0.425, "42.5 %")],
)
def test_a_chance_is_never_rounded_to_certainty(share: float | None, text: str) -> None:
    assert percent_text(share) == text


def test_figures_have_three_digits() -> None:
    assert [figure_text(x) for x in (None, 12345.6, 71.26, 0.01234)] == ["–", "12346", "71.3", "0.0123"]
