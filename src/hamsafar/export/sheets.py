"""Spreadsheets: everything placed, as XLSX and as CSV. Every cell is a value; none can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.clocks import Clock, clocks_of, liftoff_of
from hamsafar.export.hosts_minutes import MINUTES_HEADER, minutes_rows
from hamsafar.export.words import basis_of, clean, facility_titles, people_text, sigma_text
from hamsafar.timeline import Instant, mission_elapsed, zone

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

Cell = str | float | datetime | None
_ACTS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_767  # characters, the file format's own limit
_WIDEST_COLUMN = 48  # characters; longer texts run on in the cell


def activities_csv(plan: Plan) -> bytes:
    """Every placement, one a line (RFC 4180, UTF-8).

    A byte order mark leads, because the commonest spreadsheet reads Chinese and Urdu wrongly without it. Times are
    ISO 8601 with their offset. A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header(clocks_of(plan)))
    for row in _rows(plan):
        writer.writerow([csv_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def activities_xlsx(plan: Plan) -> bytes:
    """A workbook with the sheets Activities, Windows, Flight, Hosts' minutes and Left out; no sheet carries findings.

    Times are real date cells, each column named by its clock; texts are texts whatever they begin with.
    """
    out = io.BytesIO()
    workbook = new_workbook(plan, out, plan.programme.title)
    clocks = clocks_of(plan)
    table_sheet(workbook, "Activities", _header(clocks), _rows(plan))
    table_sheet(workbook, "Windows", _windows_header(clocks), _window_rows(plan))
    table_sheet(
        workbook, "Flight", ["What", *(f"{clock.label} time" for clock in clocks), "MET", "Note"], _flight(plan)
    )
    table_sheet(workbook, "Hosts' minutes", MINUTES_HEADER, minutes_rows(plan))
    table_sheet(workbook, "Left out", ["Id", "Of", "Title", "Value", "Why"], _dropped(plan))
    workbook.close()
    return out.getvalue()


def new_workbook(plan: Plan, out: io.BytesIO, title: str) -> Workbook:
    """An empty workbook, the same byte for byte whenever it is made, in which no text acts as a formula or a link."""
    from xlsxwriter import Workbook

    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    now = plan.programme.now
    created = datetime(now.year, now.month, now.day)  # noqa: DTZ001  # the file's property has no zone
    workbook.set_properties({"title": clean(title), "author": "Hamsafar", "created": created})
    return workbook


def _header(clocks: Sequence[Clock]) -> list[str]:
    times = [f"{clock.label} {end}" for clock in clocks for end in ("start", "end")]
    people = ["People (function)", "Facilities"]
    return ["Id", "Stage", "Title", "Kind", *people, *times, "MET start", "MET end", "Duration (min)", "Basis"]


def _rows(plan: Plan) -> Iterator[list[Cell]]:
    clocks, titles = clocks_of(plan), facility_titles(plan)
    for one in plan.placements:
        facilities = ", ".join(titles.get(facility, facility) for facility in one.facilities)
        yield [
            one.id,
            one.stage,
            one.title,
            one.kind,
            people_text(plan, one),
            facilities,
            *_times(clocks, one),
            mission_elapsed(one.start, liftoff_of(plan)),
            mission_elapsed(one.end, liftoff_of(plan)),
            one.end.floor_utc_minute() - one.start.floor_utc_minute(),
            basis_of(plan, one),
        ]


def _times(clocks: Sequence[Clock], one: Placement) -> list[Cell]:
    return [on_clock(clock, moment) for clock in clocks for moment in (one.start, one.end)]


def on_clock(clock: Clock, moment: Instant) -> datetime:
    """The aware wall time, to the second."""
    return moment.datetime(zone(clock.zone)).replace(microsecond=0)


def _windows_header(clocks: Sequence[Clock]) -> list[str]:
    times = [f"{clock.label} {end}" for clock in clocks for end in ("from", "to")]
    return ["Kind", "Of", "Title", *times, "Sigma (s)", "Basis", "Note"]


def _window_rows(plan: Plan) -> Iterator[list[Cell]]:
    clocks = clocks_of(plan)
    for listed in plan.windows:
        for open_ in listed.spans:
            times = [on_clock(clock, moment) for clock in clocks for moment in (open_.start, open_.end)]
            yield [listed.kind, listed.of, listed.title, *times, open_.sigma_s, listed.basis, open_.note]


def _flight(plan: Plan) -> Iterator[list[Cell]]:
    flight, clocks = plan.flight, clocks_of(plan)
    events = (
        ("Lift-off", flight.launch.launch, f"{sigma_text(flight.launch.sigma_s)}, {flight.launch.basis}"),
        ("Docking", flight.docking, f"{sigma_text(flight.docking_sigma_s)}, {flight.launch.basis}, {flight.profile}"),
        ("Hatch opens", flight.hatch_open, ""),
        ("Hatch closes", flight.hatch_close, ""),
        ("Undocking", flight.landing.undocking, flight.landing.basis),
        ("Deorbit", flight.landing.deorbit, flight.landing.basis),
        ("Landing", flight.landing.landing, f"{sigma_text(flight.landing.sigma_s)}, {flight.landing.basis}"),
        *((f"Backup lift-off {n}", moment, "") for n, moment in enumerate(flight.backups, 1)),
        *((f"Backup landing {n}", moment, "") for n, moment in enumerate(flight.landing_backups, 1)),
    )
    for title, moment, note in events:
        elapsed = mission_elapsed(moment, flight.launch.launch)
        yield [title, *(on_clock(clock, moment) for clock in clocks), elapsed, note]


def _dropped(plan: Plan) -> Iterator[list[Cell]]:
    for one in plan.dropped:
        yield [one.id, one.of, one.title, one.value, one.why]


def csv_text(cell: Cell) -> str:
    """A cell as CSV has it: a time with its offset, and nothing that a spreadsheet would take for a formula."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    # What clean() turns into a space or drops is judged before: a cell that began with a tab stays harmless too.
    text = clean(cell)
    return f"'{text}" if cell.startswith(_ACTS_AS_FORMULA) or text.lstrip().startswith(_ACTS_AS_FORMULA) else text


def table_sheet(workbook: Workbook, title: str, header: Sequence[str], rows: Iterator[list[Cell]]) -> None:
    """A sheet with a header that stays in view and a filter; texts are texts, times are cells of their own kind."""
    sheet = workbook.add_worksheet(title)
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    widths = [len(name) for name in header]
    for column, name in enumerate(header):
        sheet.write_string(0, column, clean(name), bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _write(sheet, last, column, cell, moment))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST_COLUMN) + 2)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(header) - 1)


def _write(sheet: Any, row: int, column: int, cell: Cell, moment: Format) -> int:
    """Writes one cell; comes back with its width in characters."""
    if cell is None:
        return 0
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), moment)
        return 19
    if isinstance(cell, str):
        text = clean(cell)[:_LONGEST_CELL]
        sheet.write_string(row, column, text)
        return len(text)
    sheet.write_number(row, column, cell)
    return 10
