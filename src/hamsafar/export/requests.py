"""The list of requests that goes to the host and comes back with its answers: XLSX or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

from attrs import frozen

from hamsafar.domain.host import RequestState
from hamsafar.domain.plan import Plan
from hamsafar.export.clocks import Clock
from hamsafar.export.sheets import Cell, csv_text, new_workbook, on_clock, table_sheet
from hamsafar.timeline import Instant

_FEW = 8  # stretches of starts named one by one
_ANSWERS = ["granted", "moved", "refused"]


@frozen(kw_only=True)
class RequestRow:
    """One request as both sides read it."""

    number: int
    placement: str
    title: str
    kind: str
    start: Instant | None
    end: Instant | None
    duration_min: int
    people: tuple[str, ...]
    needs: tuple[str, ...]
    could_start: tuple[tuple[Instant, Instant], ...]  # stretches of starts that windows, days and hours leave
    may_move: tuple[Instant, Instant] | None  # its starts while everything else stays
    stopped_before_by: tuple[str, ...]  # what an earlier start would break; for us alone
    stopped_after_by: tuple[str, ...]
    held_by: tuple[str, ...]  # why it lies where it lies: window, hours, order, promise
    promised: bool
    value: int
    due: Instant | None
    state: RequestState
    by: str = ""
    on: date | None = None
    reason: str = ""


def requests_xlsx(plan: Plan, rows: Sequence[RequestRow]) -> bytes:
    """A workbook with the sheet Requests: answers are chosen from a list; no cell acts as a formula."""
    out = io.BytesIO()
    workbook = new_workbook(plan, out, f"Requests to the host: {plan.programme.title}")
    header = _header(plan)
    table_sheet(workbook, "Requests", header, _cells(plan, rows))
    sheet, column = workbook.get_worksheet_by_name("Requests"), header.index("Answer")
    if rows:
        sheet.data_validation(1, column, len(rows), column, {"validate": "list", "source": _ANSWERS})
    workbook.close()
    return out.getvalue()


def requests_csv(plan: Plan, rows: Sequence[RequestRow]) -> bytes:
    """The same as CSV (RFC 4180, UTF-8 with its mark): times with their offset, and no cell acts as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header(plan))
    for row in _cells(plan, rows):
        writer.writerow([csv_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _clock(plan: Plan) -> Clock:
    zone_name = plan.programme.station.zone
    return Clock(zone_name, zone_name)


def _header(plan: Plan) -> list[str]:
    at = f"({plan.programme.station.zone})"
    what = ["Request", "Activity", "Title", "Kind", f"Start {at}", f"End {at}", "Length (min)", "People", "Needs"]
    when = [f"Could start {at}", f"May move {at}", "Held by", "Promised", "Value", "Latest answer (UTC)", "State"]
    return [*what, *when, "Answer", f"Moved to {at}", "Reason", "By", "On"]


def _cells(plan: Plan, rows: Sequence[RequestRow]) -> Iterator[list[Cell]]:
    clock = _clock(plan)
    for row in rows:
        answered = row.state in ("granted", "moved", "refused")
        moved = on_clock(clock, row.start) if row.state == "moved" and row.start is not None else None
        yield [
            row.number,
            row.placement,
            row.title,
            row.kind,
            None if row.start is None else on_clock(clock, row.start),
            None if row.end is None else on_clock(clock, row.end),
            row.duration_min,
            ", ".join(row.people),
            "; ".join(row.needs),
            stretches_said(clock, row.could_start),
            "" if row.may_move is None else stretches_said(clock, (row.may_move,)),
            "; ".join(row.held_by),
            "yes" if row.promised else "",
            row.value,
            None if row.due is None else on_clock(Clock("UTC", "UTC"), row.due),
            row.state,
            row.state if answered else "",
            moved,
            row.reason,
            row.by,
            "" if row.on is None else row.on.isoformat(),
        ]


def stretches_said(clock: Clock, stretches: Sequence[tuple[Instant, Instant]]) -> str:
    """`2027-05-20 10:00 – 12:30; 2027-05-21 10:00 – 12:30 and 3 more`."""
    named = "; ".join(clock(first) if first == last else clock.span(first, last) for first, last in stretches[:_FEW])
    return named + (f" and {len(stretches) - _FEW} more" if len(stretches) > _FEW else "")
