"""Test days as people use them: a workbook by day, candidate, assessor and room, and a calendar each. Codes only."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.domain.selection import Assigned
from hamsafar.export.words import clean
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_MADE = datetime(2020, 1, 1)  # noqa: DTZ001  # the file's property has no zone; the same days are the same bytes
_HEADER = ("Date", "Start", "End", "Candidate", "Test", "Room", "Assessors")
_WIDTHS = (12, 8, 8, 14, 26, 20, 60)


@frozen(kw_only=True)
class Appointment:
    """One candidate in one test, with those who mark them."""

    candidate: str
    test: str
    title: str
    assessors: tuple[str, ...]
    begins: Instant
    minutes: int
    room: str


def appointments_of(rows: Iterable[Assigned], titles: dict[str, str]) -> tuple[Appointment, ...]:
    """The appointments in what is assigned, by start, then candidate; one that marks a test for a machine is nobody."""
    panels: dict[tuple[str, str, Instant], list[Assigned]] = {}
    for row in rows:
        if row.begins is not None:
            panels.setdefault((row.test, row.candidate, row.begins), []).append(row)
    made = [
        Appointment(
            candidate=code,
            test=test,
            title=titles.get(test, test),
            assessors=tuple(row.assessor for row in panel if row.assessor != test),
            begins=begins,
            minutes=panel[0].minutes or 0,
            room=panel[0].room or "",
        )
        for (test, code, begins), panel in panels.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.begins, one.candidate, one.test)))


def days_xlsx(appointments: Sequence[Appointment], *, title: str, zone_name: str) -> bytes:
    """The workbook of the test days, each sheet in another order; real date and time cells, no formulas."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": clean(title), "author": "Hamsafar", "created": _MADE})
    by: dict[str, list[tuple[str, Appointment]]] = {
        "Day": [("", one) for one in appointments],
        "Candidate": [(one.candidate, one) for one in appointments],
        "Assessor": [(who, one) for one in appointments for who in one.assessors],
        "Room": [(one.room, one) for one in appointments],
    }
    for name, rows in by.items():
        _sheet(book, name, sorted(rows, key=lambda row: row[0]), zone_name)
    book.close()
    return out.getvalue()


def _sheet(book: Workbook, by: str, rows: Sequence[tuple[str, Appointment]], zone_name: str) -> None:
    """One order of the appointments; what it is ordered by stands in front, where no other column says it."""
    page = book.add_worksheet(f"By {by.lower()}")
    bold = book.add_format({"bold": True, "bottom": 1})
    on, at = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
    for column, (heading, width) in enumerate(zip((by, *_HEADER), (16, *_WIDTHS), strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, heading if column or by != "Day" else "", bold)
    for number, (first, one) in enumerate(rows, 1):
        begins = one.begins.datetime(zone(zone_name)).replace(tzinfo=None)
        page.write_string(number, 0, clean(first))
        page.write_datetime(number, 1, begins, on)
        page.write_datetime(number, 2, begins, at)
        page.write_datetime(number, 3, begins + timedelta(minutes=one.minutes), at)
        for column, text in enumerate((one.candidate, one.title, one.room, ", ".join(one.assessors)), 4):
            page.write_string(number, column, clean(text))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(rows), len(_HEADER))


def appointments_ics(
    appointments: Iterable[Appointment], *, campaign: str, title: str, zone_name: str, as_of: date
) -> bytes:
    """Appointments as an ICS calendar (RFC 5545) in the running organisation's zone, with its definition.

    UIDs stay the same when an appointment moves; SEQUENCE grows with the day the calendar was made on.
    """
    from icalendar import Calendar, Event

    from hamsafar.export.calendars import add_zones

    calendar = Calendar()
    calendar.add("prodid", "-//Hamsafar//selection//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean(title))
    for one in appointments:
        event = Event()
        begins = one.begins.datetime(zone(zone_name))
        event.add("uid", clean(f"{campaign}/{one.test}/{one.candidate}@hamsafar"))
        event.add("sequence", max(0, (as_of - date(2020, 1, 1)).days))
        event.add("dtstamp", datetime.combine(as_of, time(), UTC))
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=one.minutes))
        event.add("summary", clean(f"{one.title}: {one.candidate}"))
        if one.room:
            event.add("location", clean(one.room))
        calendar.add_component(event)
    add_zones(calendar)
    return bytes(calendar.to_ical())
