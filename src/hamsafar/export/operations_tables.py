"""A CubeSat's week as tables, calendars of stations, and an ephemeris."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.export.calendars import add_zones
from hamsafar.export.sheets import Cell, csv_text, table_sheet
from hamsafar.export.words import clean
from hamsafar.formats.ccsds.naming import ascii_lines, ascii_name
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.timeline import Instant, zone

_HEADER = ["Id", "Kind", "What", "Of", "Start (UTC)", "End (UTC)", "Minutes", "Mode", "Station", "Sends", "kbit home"]


def timeline_csv(plan: OperationsPlan) -> bytes:
    """Everything placed, one a line (RFC 4180, UTF-8 with a byte order mark); no text acts as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    zones = plan.mission.zones
    writer.writerow([*_HEADER, *(f"Start ({name})" for name in zones)])
    for task in plan.tasks:
        row: list[Cell] = [*_row(task), *(_local(task.start, name) for name in zones)]
        writer.writerow([csv_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def timeline_xlsx(plan: OperationsPlan) -> bytes:
    """A workbook with the sheets Timeline, Windows and Left out; texts are texts whatever they begin with."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = plan.span.start.datetime(UTC)
    created = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the file's property has no zone
    workbook.set_properties({"title": clean(plan.mission.title), "author": "Hamsafar", "created": created})
    zones = plan.mission.zones
    header = [*_HEADER, *(f"Start ({name})" for name in zones)]
    table_sheet(
        workbook, "Timeline", header, ([*_row(t), *(_local(t.start, name) for name in zones)] for t in plan.tasks)
    )
    table_sheet(
        workbook, "Windows", ["Kind", "Of", "Start (UTC)", "End (UTC)", "Minutes", "Sigma (s)", "Note"], _windows(plan)
    )
    table_sheet(workbook, "Left out", ["Id", "Of", "What", "Value", "Why"], _undone(plan))
    workbook.close()
    return out.getvalue()


def _row(task: OperationsTask) -> list[Cell]:
    sends = "; ".join(f"{one.of} {one.kbit:g} kbit" for one in task.sends)
    home = sum(one.kbit for one in task.sends)
    minutes = task.span.seconds / 60
    ends = [_utc(task.start), _utc(task.end)]
    return [task.id, task.kind, task.title, task.of, *ends, minutes, task.mode, task.station or "", sends, home]


def _windows(plan: OperationsPlan) -> Iterator[list[Cell]]:
    for window in plan.windows:
        for part in window.spans:
            minutes = round(part.span.seconds / 60, 2)
            yield [window.kind, window.of or "", _utc(part.start), _utc(part.end), minutes, part.sigma_s, part.note]


def _undone(plan: OperationsPlan) -> Iterator[list[Cell]]:
    for one in plan.undone:
        yield [one.id, one.of, one.title, one.value, one.reason]


def _utc(at: Instant) -> str:
    return at.iso()


def _local(at: Instant, name: str) -> str:
    return at.datetime(zone(name)).isoformat(timespec="minutes")


def station_calendar(plan: OperationsPlan, station: str) -> bytes:
    """A station's contacts (free time) and the transmissions that it hears, in its own zone, as ICS (RFC 5545)."""
    from icalendar import Calendar, Event

    known = next(one for one in plan.mission.stations if one.id == station)
    local = zone(known.site.zone)
    calendar = Calendar()
    calendar.add("prodid", "-//Hamsafar//operations//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = clean(f"{plan.mission.title}: {known.site.name}")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for kind, title, start, end, said in _appointments(plan, station):
        event = Event()
        event.add("uid", clean(f"{plan.mission.id}/{station}/{kind}/{start.iso()}@hamsafar"))
        event.add("dtstamp", plan.span.start.datetime(UTC))
        event.add("dtstart", start.datetime(local))
        event.add("dtend", end.datetime(local))
        event.add("summary", clean(title))
        event.add("categories", [kind])
        event.add("transp", "OPAQUE" if kind == "transmission" else "TRANSPARENT")
        event.add("description", clean(f"{said}\nUTC {start.iso()} to {end.iso()}"))
        calendar.add_component(event)
    add_zones(calendar)
    return bytes(calendar.to_ical())


def _appointments(plan: OperationsPlan, station: str) -> Iterator[tuple[str, str, Instant, Instant, str]]:
    for window in plan.windows:
        if window.kind == "contact" and window.of == station:
            for part in window.spans:
                sigma = "" if part.sigma_s is None else f"; ends uncertain by {part.sigma_s:.0f} s (1 sigma)"
                yield "contact", f"{plan.mission.title} in view", part.start, part.end, f"{part.note}{sigma}"
    for task in plan.tasks:
        if task.kind == "transmission" and task.station == station:
            sends = "; ".join(f"{one.of} {one.kbit:g} kbit" for one in task.sends)
            yield "transmission", f"{plan.mission.title} transmits", task.start, task.end, sends or "to be heard"


_CREATED = "CREATION_DATE is the beginning of the week, so that the same plan gives the same file"


def orbit_oem(plan: OperationsPlan) -> bytes:
    """The orbit that the plan rests on, Moon-centred ICRF, as a CCSDS OEM (KVN).

    CREATION_DATE is the beginning of the week, so that the same plan gives the same bytes; a comment says so.
    """
    rows = plan.orbit
    texts = [
        f"Mission {plan.mission.title}",
        f"Made by {plan.engine}",
        "Numerical orbit; the rows of the plan",
        _CREATED,
    ]
    header = MessageHeader(
        comments=tuple(line for text in texts for line in ascii_lines(text)),
        creation_date=plan.span.start,
        originator="HAMSAFAR",
    )
    metadata = EphemerisMetadata(
        object_name=ascii_name(plan.mission.title),
        object_id=ascii_name(plan.mission.id),
        center_name="MOON",
        ref_frame="ICRF",
        start_time=Epoch(clock_ns=rows[0].at.tai_ns, time_system="UTC"),
        stop_time=Epoch(clock_ns=rows[-1].at.tai_ns, time_system="UTC"),
        interpolation="HERMITE",
        interpolation_degree=3,
    )
    segment = EphemerisSegment(
        metadata=metadata,
        clock_ns=[row.at.tai_ns for row in rows],
        position_km=[row.position_km for row in rows],
        velocity_km_s=[row.velocity_km_s for row in rows],
    )
    return write_oem(EphemerisMessage(header=header, segments=(segment,)))
