"""Mark sheets to fill in (XLSX): codes instead of names, only the mark and the note open, nothing hidden."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from hamsafar.domain.mark_sheets import MarkSheet
from hamsafar.export.words import clean

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADER = ("Candidate", "Test", "Item", "What is marked", "Lowest", "Highest", "Mark", "Note")
_WIDTHS = (14, 18, 18, 44, 9, 9, 10, 50)
_MARK, _NOTE = HEADER.index("Mark"), HEADER.index("Note")
_HEADER_ROW = 9
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001  # the file's property has no zone; the same sheet is the same bytes
_SAID = (
    "Give every mark on your own, before you talk with anybody about it. Others' marks show once yours are in.",
    "Mark: a number from Lowest to Highest. Where no mark is possible: - and why in Note. Blank: not yet.",
)


def mark_sheet_xlsx(sheet: MarkSheet) -> bytes:
    """The workbook of one assessor; `programme.selection.mark_sheets` reads it back. The same sheet, the same bytes."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": clean(sheet.title), "author": "Hamsafar", "created": _MADE})
    page = book.add_worksheet("Marks")
    _head(book, page, sheet)
    _rows(book, page, sheet)
    _guard(page, len(sheet.rows))
    book.close()
    return out.getvalue()


def _head(book: Workbook, page: Worksheet, sheet: MarkSheet) -> None:
    bold, under = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1})
    page.write_string(0, 0, clean(sheet.title), bold)
    facts = {
        "Campaign": sheet.campaign,
        "Stage": sheet.stage,
        "Assessor": sheet.assessor,
        "Version": str(sheet.version),
        "Digest": sheet.digest,
    }
    for row, (name, value) in enumerate(facts.items(), 1):
        page.write_string(row, 0, name, bold)
        page.write_string(row, 1, clean(value))
    for row, said in enumerate(_SAID, 1 + len(facts)):
        page.write_string(row, 0, said)
    for column, (name, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(_HEADER_ROW, column, name, under)


def _rows(book: Workbook, page: Worksheet, sheet: MarkSheet) -> None:
    mark = book.add_format({"locked": False, "bg_color": "#FFF8DC", "border": 1, "num_format": "General"})
    note = book.add_format({"locked": False, "border": 1, "text_wrap": True})
    for at, row in enumerate(sheet.rows, _HEADER_ROW + 1):
        for column, text in enumerate((row.candidate, row.test, row.item, row.title)):
            page.write_string(at, column, clean(text))
        page.write_number(at, 4, row.lowest)
        page.write_number(at, 5, row.highest)
        page.write_blank(at, _MARK, None, mark)
        page.write_blank(at, _NOTE, None, note)
    if sheet.rows:
        _validated(page, len(sheet.rows))


def _validated(page: Worksheet, rows: int) -> None:
    """A mark on its own row's scale, or `-`; a spreadsheet refuses all else while it is typed."""
    first = _HEADER_ROW + 1
    row = first + 1  # as the spreadsheet counts
    rule = {
        "validate": "custom",
        "value": f'=OR($G{row}="-",$G{row}="not seen",AND(ISNUMBER($G{row}),$G{row}>=$E{row},$G{row}<=$F{row}))',
        "error_title": "Not a mark",
        "error_message": "A number from Lowest to Highest, or - where no mark could be given (then say why in Note).",
    }
    page.data_validation(first, _MARK, first + rows - 1, _MARK, rule)


def _guard(page: Worksheet, rows: int) -> None:
    """What is not to be filled in can't be written over by mistake; there is no password."""
    page.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    page.autofilter(_HEADER_ROW, 0, _HEADER_ROW + rows, len(HEADER) - 1)
    page.freeze_panes(_HEADER_ROW + 1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADER_ROW)
