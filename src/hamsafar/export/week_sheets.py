"""The week sheets of one viewer: a page a week to hang up, the same as a calendar, and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.export.calendars import training_ics
from hamsafar.export.seen_by import Entry, Trip, Viewer, entries_of, trips_of
from hamsafar.export.sheets import Cell, new_workbook, on_clock, table_sheet
from hamsafar.export.svg_week import hours_of, week_picture
from hamsafar.export.templates import drawn, filled
from hamsafar.export.weeks import Week, weeks_of, weeks_to_launch
from hamsafar.export.words import dated, duration_text
from hamsafar.timeline import zone

_APART = ("self-study", "travel")  # kinds that the hours of training don't count


@frozen(kw_only=True)
class Sheets:
    """What one viewer's sheets show."""

    viewer: Viewer
    entries: tuple[Entry, ...]  # those of its weeks, ascending
    trips: tuple[Trip, ...]
    weeks: tuple[Week, ...]

    @property
    def zone(self) -> str:
        """The term's zone."""
        return self.viewer.clocks[0].zone

    def of(self, week: Week) -> tuple[Entry, ...]:
        """The sessions of a week."""
        return tuple(one for one in self.entries if week.holds(one.placement.start, one.placement.end, self.zone))


def sheets_of(plan: Plan, viewer: Viewer, week: Week | None) -> Sheets:
    """A viewer's sheets of one week, empty or not, or of all weeks in which there is anything."""
    entries, trips = entries_of(plan, viewer), trips_of(plan, viewer)
    zone_name = viewer.clocks[0].zone
    weeks = weeks_of(entries, trips, zone_name) if week is None else (week,)
    shown = tuple(
        one for one in entries if any(each.holds(one.placement.start, one.placement.end, zone_name) for each in weeks)
    )
    return Sheets(viewer=viewer, entries=shown, trips=trips, weeks=weeks)


def sheet_files(plan: Plan, sheets: Sheets, progress: str | None) -> dict[str, bytes]:
    """The page, the calendar and the workbook, by their paths; `progress` is the path of a trainee's progress page."""
    path = sheets.viewer.path
    return {
        f"{path}.html": sheets_html(plan, sheets, progress),
        f"{path}.ics": training_ics(plan, sheets.viewer, (one.placement for one in sheets.entries)),
        f"{path}.xlsx": sheets_xlsx(plan, sheets),
    }


def sheets_html(plan: Plan, sheets: Sheets, progress: str | None) -> bytes:
    """A page that prints one week a sheet of A4, landscape."""
    hours = hours_of(sheets.entries, sheets.zone)
    weeks = [
        {
            "week": week,
            "liftoff": _liftoff_text(plan, week, sheets.zone),
            "summary": summary(sheets.of(week)),
            "picture": drawn(week_picture(week, sheets.viewer, sheets.of(week), sheets.trips, hours)),
            "rows": [_row(sheets.viewer, one) for one in sheets.of(week)],
            "trips": [one for one in sheets.trips if week.holds(one.span.start, one.span.end, sheets.zone)],
        }
        for week in sheets.weeks
    ]
    return filled(
        "week_sheets.html.j2",
        "sheets.css",
        programme=plan.programme,
        viewer=sheets.viewer,
        weeks=weeks,
        kinds=[
            ("thy", "theory, self-study"),
            ("lng", "language"),
            ("prc", "practice"),
            ("sim", "simulation, drill"),
            ("bod", "physical, medical"),
            ("exm", "exam"),
            ("trv", "travel"),
        ],
        progress=progress,
        made=made_text(plan),
    )


def made_text(plan: Plan) -> str:
    """Which plan a sheet is of, so that paper can be checked against it."""
    version = plan.versions[-1]
    basis = "; the lift-off is provisional" if plan.flight.launch.basis == "far" else ""
    return f"Plan version {version.number}, made for {dated(plan.programme.now, '%-d %B %Y')}{basis}."


def summary(entries: Sequence[Entry]) -> str:
    """`12 sessions; 20 h 30 min of training; 2 h of self-study`."""
    entries = [one for one in entries if one.placement.is_session]
    if not entries:
        return "Nothing placed"
    trained, studied = (
        sum(round(one.placement.span.seconds / 60) for one in entries if wanted(one.kind))
        for wanted in (lambda kind: kind not in _APART, lambda kind: kind == "self-study")
    )
    count = f"{len(entries)} session{'s' if len(entries) != 1 else ''}"
    hours = [f"{duration_text(trained)} of training"] if trained or not studied else []
    return "; ".join([count, *hours, *([f"{duration_text(studied)} of self-study"] if studied else [])])


def _liftoff_text(plan: Plan, week: Week, zone_name: str) -> str:
    weeks = weeks_to_launch(plan, week, zone_name)
    if weeks == 0:
        return "the week of lift-off"
    ahead = f"{abs(weeks)} week{'s' if abs(weeks) != 1 else ''}"
    return f"{ahead} to lift-off" if weeks > 0 else f"{ahead} after lift-off"


def _row(viewer: Viewer, one: Entry) -> dict[str, Any]:
    start = one.placement.start.datetime(zone(viewer.clocks[0].zone))
    return {
        "day": dated(start, "%a %-d %b"),
        "times": [clock.span(one.placement.start, one.placement.end) for clock in viewer.clocks],
        "entry": one,
    }


# Workbook


def sheets_xlsx(plan: Plan, sheets: Sheets) -> bytes:
    """A workbook with a sheet a week."""
    out = io.BytesIO()
    workbook = new_workbook(plan, out, f"{plan.programme.title}: {sheets.viewer.title}")
    for week in sheets.weeks:
        table_sheet(workbook, week.name, _header(sheets.viewer), _rows(sheets.viewer, sheets.of(week)))
    if not sheets.weeks:
        table_sheet(workbook, "Nothing placed", _header(sheets.viewer), iter(()))
    workbook.close()
    return out.getvalue()


def _header(viewer: Viewer) -> list[str]:
    times = [f"{clock.label} {end}" for clock in viewer.clocks for end in ("start", "end")]
    return [
        "Day",
        *times,
        "Subject",
        "Session",
        "Kind",
        "Place",
        "Teacher",
        "Interpreter",
        "Language",
        "With",
        "Minutes",
        "Id",
    ]


def _rows(viewer: Viewer, entries: Sequence[Entry]) -> Iterator[list[Cell]]:
    for one in entries:
        placed = one.placement
        times = [on_clock(clock, moment) for clock in viewer.clocks for moment in (placed.start, placed.end)]
        yield [
            f"{times[0]:%A}",
            *times,
            one.subject,
            one.title,
            one.kind,
            one.place,
            one.teacher,
            one.interpreter,
            one.language,
            one.others,
            round(placed.span.seconds / 60),
            placed.id,
        ]
