"""The report that lies before a selection board, as one page that opens from a disk and prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import sqrt

from hamsafar.domain.board import BoardReport, BoardRow, ScoreInTest
from hamsafar.export.svg_board import MOST_ROWS, funnel_picture, impact_picture, rank_picture, severity_picture
from hamsafar.export.templates import drawn, filled


def board_html(report: BoardReport) -> bytes:
    """The page in UTF-8; the same report gives the same bytes. No names in it, and nothing of any network."""
    by_test = [(one, [row for row in report.assessors if row.test == one.test]) for one in report.quality]
    return filled(
        "board.html.j2",
        "board.css",
        report=report,
        ranked=sum(1 for row in report.rows if row.rank is not None),
        most_rows=MOST_ROWS,
        counts=Counter(row.place for row in report.rows),
        ranks=drawn(rank_picture(report)),
        funnel=drawn(funnel_picture(report.funnel)),
        impacts=[(table, drawn(impact_picture(table))) for table in report.impact],
        severities=[(one, drawn(severity_picture(rows, unit="points")), rows) for one, rows in by_test if rows],
        scores=_scores_of(report),
        percent=percent_text,
        figure=figure_text,
        root=lambda value: sqrt(max(value, 0.0)),
    )


def figure_text(value: float | None) -> str:
    """Three digits that count, more where the number has them before the point; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def percent_text(share: float | None) -> str:
    """A share in percent; the ends are never rounded to certainty."""
    if share is None:
        return "–"
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{share:.1%}".replace("%", " %")


def _scores_of(report: BoardReport) -> Callable[[BoardRow], list[ScoreInTest | None]]:
    tests = [one.test for one in report.quality]

    def scores(row: BoardRow) -> list[ScoreInTest | None]:
        by_test = {one.test: one for one in row.scores}
        return [by_test.get(test) for test in tests]

    return scores
