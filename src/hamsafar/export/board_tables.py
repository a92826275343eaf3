"""The report of a selection board as a workbook: candidates, tests, assessors, groups, stages. No live formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from hamsafar.domain.board import BoardReport
from hamsafar.export.words import clean

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_Cell: TypeAlias = str | float | int | bool | None
_WIDEST = 60


def board_xlsx(report: BoardReport) -> bytes:
    """The workbook; texts are written as texts, whatever they begin with. The same report gives the same bytes."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime(report.as_of.year, report.as_of.month, report.as_of.day)  # noqa: DTZ001  # it has no zone
    book.set_properties({"title": clean(report.stage_title), "author": "Hamsafar", "created": created})
    _sheet(book, "Candidates", *_candidates(report))
    _sheet(book, "Tests", *_tests(report))
    _sheet(book, "Assessors", *_assessors(report))
    _sheet(book, "Groups", *_groups(report))
    _sheet(book, "Stages", ("Stage", "Run by", "Reached", "Went on"), [
        (step.title, step.run_by, step.entered, step.passed) for step in report.funnel
    ])  # fmt: skip
    _sheet(book, "Notes", ("Note",), [(text,) for text in _notes(report)])
    book.close()
    return out.getvalue()


def _candidates(report: BoardReport) -> tuple[tuple[str, ...], list[tuple[_Cell, ...]]]:
    tests = [one.test for one in report.quality]
    header = ["Code", "Rank", "Rank, low", "Rank, high", "Chance of a place", "Place", "Together"]
    for one in report.quality:
        header += [one.title, f"{one.title}: ±"]
    header += ["Hurdles", "Stopped by", "Medical", "Limits", "Stays in", "What would have changed it"]
    rows = []
    for row in report.rows:
        by_test = {one.test: one for one in row.scores}
        scores = [value for test in tests for value in _score(by_test.get(test))]
        head = (row.candidate, row.rank, row.rank_low, row.rank_high, row.p_top, row.place, row.composite)
        tail = (row.verdict, ", ".join(row.stopped_by), row.medical, "; ".join(row.limits), row.stays_in)
        rows.append((*head, *scores, *tail, row.would_change))
    return tuple(header), rows


def _score(one: object) -> tuple[float | None, float | None]:
    return getattr(one, "score", None), getattr(one, "error", None)


def _tests(report: BoardReport) -> tuple[tuple[str, ...], list[tuple[_Cell, ...]]]:
    sources = list(dict.fromkeys(name for one in report.quality for name in one.variance))
    figures = ("Candidates", "Assessors", "Marks", "G", "ICC", "Alpha", "Alpha, low", "Alpha, high", "Connected")
    header = ("Test", *figures, *(f"Variance: {name}" for name in sources))
    rows: list[tuple[_Cell, ...]] = []
    for one in report.quality:
        head = (one.title, one.candidates, one.assessors, one.marks, one.g, one.icc)
        alpha = (one.alpha, one.alpha_low, one.alpha_high, "yes" if one.connected else "no")
        rows.append((*head, *alpha, *(one.variance.get(name) for name in sources)))
    return header, rows


def _assessors(report: BoardReport) -> tuple[tuple[str, ...], list[tuple[_Cell, ...]]]:
    header = ("Test", "Assessor", "Marks", "Severity", "Severity: ±", "Consistency", "Note")
    return header, [
        (one.test, one.assessor, one.marks, one.severity, one.severity_error, one.consistency, one.note)
        for one in report.assessors
    ]


def _groups(report: BoardReport) -> tuple[tuple[str, ...], list[tuple[_Cell, ...]]]:
    header = ("Stage", "By", "Group", "Entered", "Passed", "Rate", "Ratio", "Below four fifths", "Exact p")
    return header, [
        (row.stage, row.by, row.group, row.entered, row.passed, row.rate, row.ratio, _flag(row.flag), table.exact_p)
        for table in report.impact
        for row in table.rows
    ]


def _flag(flag: bool) -> str:
    return "yes" if flag else "no"


def _notes(report: BoardReport) -> Iterable[str]:
    yield "The ranking advises. The board decides, and what it decides is recorded apart, with who took part and why."
    yield f"Made from the record at {report.record}."
    yield from (*report.warnings, *report.cannot_tell, *report.hurdles)
    for one in report.quality:
        yield from (f"{one.title}: {text}" for text in one.sentences)
    yield from (f"{table.stage}, by {table.by}: {table.sentence}" for table in report.impact)


def _sheet(book: Workbook, name: str, header: Sequence[str], rows: Sequence[Sequence[_Cell]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 1)
    for column, text in enumerate(header):
        sheet.write_string(0, column, clean(text), bold)
        texts = [row[column] for row in rows if isinstance(row[column], str)]
        longest = max([12, *(len(text) for text in texts if isinstance(text, str))])
        sheet.set_column(column, column, min(longest + 1, _WIDEST))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, clean(value))
            elif value is not None:
                sheet.write_number(number, column, value)
