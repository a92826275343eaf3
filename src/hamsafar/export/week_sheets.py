"""The week sheets of one viewer: a page a week to hang up, the same as a calendar, and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import Mishap
from hamsafar.export.calendars import training_ics
from hamsafar.export.counted import counted
from hamsafar.export.progress_words import mishap_text
from hamsafar.export.seen_by import Entry, Trip, Viewer, entries_of, trips_of
from hamsafar.export.sheets import Cell, new_workbook, on_clock, table_sheet
from hamsafar.export.svg_week import WHOLE_DAY, Hours, hours_of, week_picture
from hamsafar.export.templates import drawn, filled
from hamsafar.export.weeks import Week, weeks_of, weeks_to_launch
from hamsafar.export.words import dated
from hamsafar.timeline import zone


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


def sheet_files(plan: Plan, sheets: Sheets, progress: str | None, mishaps: Sequence[Mishap] = ()) -> dict[str, bytes]:
    """The page, the calendar and the workbook, by their paths.

    Of a trainee: `progress` is the path of their progress page, `mishaps` what they missed and failed.
    """
    path = sheets.viewer.path
    return {
        f"{path}.html": sheets_html(plan, sheets, progress, mishaps),
        f"{path}.ics": training_ics(plan, sheets.viewer, (one.placement for one in sheets.entries)),
        f"{path}.xlsx": sheets_xlsx(plan, sheets),
    }


def sheets_html(plan: Plan, sheets: Sheets, progress: str | None, mishaps: Sequence[Mishap] = ()) -> bytes:
    """A page that prints one week a sheet of A4, landscape."""
    hours = hours_of(sheets.entries, sheets.zone)
    weeks = [
        {
            "week": week,
            "liftoff": _liftoff_text(plan, week, sheets.zone),
            "summary": summary(sheets.of(week)),
            "mishaps": [
                (one.title, mishap_text(one, sheets.zone))
                for one in mishaps
                if week.holds(one.when.start, one.when.end, sheets.zone)
            ],
            "picture": drawn(_picture(plan, sheets, week, hours)),
            "nights": any(one.kind == "sleep" for one in sheets.of(week)),
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


def _picture(plan: Plan, sheets: Sheets, week: Week, hours: Hours) -> str:
    """A week with nights of sleep is drawn from midnight to midnight, all others by the hours of the sheet."""
    entries = sheets.of(week)
    shown = WHOLE_DAY if any(one.kind == "sleep" for one in entries) else hours
    return week_picture(week, sheets.viewer, entries, sheets.trips, shown, plan.flight.launch.launch)


def made_text(plan: Plan) -> str:
    """Which plan a sheet is of, so that paper can be checked against it."""
    version = plan.versions[-1]
    basis = "; the lift-off is provisional" if plan.flight.launch.basis == "far" else ""
    return f"Plan version {version.number}, made for {dated(plan.programme.now, '%-d %B %Y')}{basis}."


def summary(entries: Sequence[Entry]) -> str:
    """`12 sessions, 7 nights: 20 h 30 min of training, 2 h of self-study`."""
    found = counted(one.placement for one in entries)
    if not found.sessions:
        return f"No session, {found.number_said}" if found.nights else "Nothing placed"
    return found.said


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
        "times": [clock.span(one.placement.start, one.placement.end, "%a") for clock in viewer.clocks],
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
            f"{one.title} ({one.again})" if one.again else one.title,
            one.kind,
            one.place,
            one.teacher,
            one.interpreter,
            one.language,
            one.others,
            round(placed.span.seconds / 60),
            placed.id,
        ]
