"""Applications as assessors read them: a workbook, a row a candidate by code. Texts stay texts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from hamsafar.export.words import clean

_MOST_CHARACTERS = 32_000  # of a cell; spreadsheets take a little more
_CODE_WIDTH, _WIDTH = 12, 28


def dossier_xlsx(title: str, fields: Sequence[str], rows: Mapping[str, Sequence[str]]) -> bytes:
    """The workbook of some candidates: code → answers, in the order of the fields. The same gives the same bytes."""
    from datetime import datetime

    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed one, as the file's property has no zone
    book.set_properties({"title": clean(title), "author": "Hamsafar", "created": created})
    sheet = book.add_worksheet("Applications")
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, clean(title), book.add_format({"bold": True}))
    sheet.set_column(0, 0, _CODE_WIDTH)
    sheet.set_column(1, len(fields), _WIDTH)
    for column, text in enumerate(("Candidate", *fields)):
        sheet.write_string(2, column, clean(text), bold)
    for number, (code, answers) in enumerate(rows.items(), start=3):
        for column, text in enumerate((code, *answers)):
            sheet.write_string(number, column, clean(text, "\n")[:_MOST_CHARACTERS], wrapped)
    sheet.freeze_panes(3, 1)
    book.close()
    return out.getvalue()
