"""The attendance sheet to fill in: one row a session and trainee, ids locked, outcomes to choose from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.words import clean, facility_titles
from hamsafar.timeline import zone

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADER = ("Session", "Title", "Person", "Place", "Date", "Start", "End", "Outcome", "Mark", "Note")
_LOCKED = 4  # columns, from the left
_WIDTHS = (38, 40, 18, 24, 12, 8, 8, 12, 8, 40)
_OUTCOMES = ("attended", "absent", "excused")
_OUTCOMES_OF_EXAM = ("passed", "failed", "absent", "excused")
_SPARE_ROWS = 200  # below the last, open for those whom people add
_HEADER_ROW = 2
_OUTCOME = HEADER.index("Outcome")
_FORMATS = {"text": {}, "date": {"num_format": "yyyy-mm-dd"}, "clock": {"num_format": "hh:mm"}}


def attendance_xlsx(plan: Plan, placements: Iterable[Placement], *, title: str) -> bytes:
    """The sheet of some placements of the term, by start; `programme.change_of_attendance` reads it back.

    Times are those of the plan in the zone of the term, real date and time cells. What nobody fills in says nothing.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    now = plan.programme.now
    created = datetime(now.year, now.month, now.day)  # noqa: DTZ001  # the file's property has no zone
    book.set_properties({"title": clean(title), "author": "Hamsafar", "created": created})
    _fill(book, clean(title), _rows(plan, placements))
    book.close()
    return out.getvalue()


def _fill(book: Workbook, title: str, rows: Iterable[tuple[Placement, list[str | date | time]]]) -> None:
    sheet = book.add_worksheet("Attendance")
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {name: book.add_format({"locked": False, **more}) for name, more in _FORMATS.items()}
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    for column, (name, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, None if column < _LOCKED else formats[_form(name)])
        sheet.write_string(_HEADER_ROW, column, name, bold)
    last = _HEADER_ROW
    for last, (one, cells) in enumerate(rows, _HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(last, column, clean(cell))
            else:
                sheet.write_datetime(last, column, cell, formats[_form(HEADER[column])])
        choices = _OUTCOMES_OF_EXAM if one.kind == "exam" else _OUTCOMES
        sheet.data_validation(last, _OUTCOME, last, _OUTCOME, {"validate": "list", "source": list(choices)})
    for row in range(last + 1, last + 1 + _SPARE_ROWS):
        for column in range(_LOCKED):
            sheet.write_blank(row, column, None, formats["text"])
    _guard(sheet, last)


def _form(heading: str) -> str:
    return {"Date": "date", "Start": "clock", "End": "clock"}.get(heading, "text")


def _rows(plan: Plan, placements: Iterable[Placement]) -> Iterator[tuple[Placement, list[str | date | time]]]:
    """Each placement with the cells of each of its trainees; of one without trainees, of everybody in it."""
    titles = facility_titles(plan)
    learn = {person.id for person in plan.programme.people if person.function == "trainee"}
    for one in placements:
        places = ", ".join(titles.get(facility, facility) for facility in one.facilities)
        start, end = (moment.datetime(zone(one.zone)).replace(tzinfo=None) for moment in (one.start, one.end))
        for person in [who for who in one.person_ids if who in learn] or one.person_ids:
            yield one, [one.id, one.title, person, places, start.date(), start.time(), end.time()]


def _guard(sheet: Worksheet, last: int) -> None:
    """Ids can't be written over by mistake; there is no password."""
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    sheet.autofilter(_HEADER_ROW, 0, last, len(HEADER) - 1)
    sheet.freeze_panes(_HEADER_ROW + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
