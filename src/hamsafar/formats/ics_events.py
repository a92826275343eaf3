"""Appointments of an ICS calendar (RFC 5545), each with its line. Nothing is repeated, no link followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from attrs import frozen

from hamsafar.errors import InputError, InputErrors

MOST_EVENTS = 20_000
_HEAD = b"BEGIN:VCALENDAR"
_LONGEST = 300  # characters of a name or a title


@frozen(kw_only=True)
class Appointment:
    """One VEVENT. A `start` without a zone floats: whose clock it keeps is not said in it."""

    at: str  # `host.ics:12`
    uid: str
    title: str
    start: datetime
    end: datetime
    people: tuple[str, ...]  # by name where the attendee has one, else by the part of the address before the @
    kind: str = ""  # of its categories


@frozen(kw_only=True)
class Calendar:
    """The appointments of a file, and the zone that it says its floating times keep."""

    at: str
    zone: str | None
    appointments: tuple[Appointment, ...]


def is_ics(content: bytes) -> bool:
    """Whether a file is a calendar."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(_HEAD)


def read_ics(content: bytes, *, where: str) -> Calendar:
    """The calendar of a file. Cancelled appointments are none.

    Raises InputErrors for what can't be read, repeats, or has no times of day.
    """
    from icalendar import Calendar as Component

    try:
        root = Component.from_ical(content)
        events = list(root.walk("VEVENT")) if isinstance(root, Component) else []
    except Exception as problem:  # a broken file may stop its reader anywhere, with anything
        what = f"can't be read as an ICS calendar ({type(problem).__name__}: {problem!s:.80})"
        raise InputError(what, where=where) from problem
    lines = _lines(content)
    if len(events) != len(lines) or len(events) > MOST_EVENTS:
        what = f"has {len(lines)} VEVENT of which {len(events)} can be read, at most {MOST_EVENTS:,}"
        raise InputError(what, where=where)
    errors: list[InputError] = []
    found: list[Appointment] = []
    for event, line in zip(events, lines, strict=True):
        try:
            found += _appointment(event, f"{where}:{line}")
        except InputError as problem:
            errors.append(problem)
    if errors:
        raise InputErrors(errors)
    said = str(root.get("X-WR-TIMEZONE", "")).strip()
    return Calendar(at=where, zone=said or None, appointments=tuple(found))


def _lines(content: bytes) -> list[int]:
    """Where each VEVENT begins, counted from 1."""
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return [number for number, line in enumerate(text, 1) if line.strip().upper() == b"BEGIN:VEVENT"]


def _appointment(event: Any, at: str) -> Iterator[Appointment]:
    errors = getattr(event, "errors", None)
    if errors:
        name, problem = errors[0]
        raise InputError(f"has no readable {name} ({problem!s:.80})", where=at)
    if _text(event.get("STATUS")).upper() == "CANCELLED":
        return
    if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        raise InputError("repeats; write every time as an appointment of its own", where=at)
    start, end = _moment(event, "DTSTART", at), _end(event, at)
    yield Appointment(
        at=at,
        uid=_text(event.get("UID")),
        title=_text(event.get("SUMMARY")),
        start=start,
        end=start + end if isinstance(end, timedelta) else end,
        people=tuple(map(_person, _every(event.get("ATTENDEE")))),
        kind=_kind(event.get("CATEGORIES")),
    )


def _end(event: Any, at: str) -> datetime | timedelta:
    if "DTEND" in event:
        return _moment(event, "DTEND", at)
    if "DURATION" not in event:
        raise InputError("has neither DTEND nor DURATION", where=at)
    lasts = getattr(event["DURATION"], "dt", None)
    if not isinstance(lasts, timedelta):
        raise InputError("has no readable DURATION", where=at)
    return lasts


def _moment(event: Any, name: str, at: str) -> datetime:
    value = getattr(event.get(name), "dt", None)
    if isinstance(value, datetime):
        return value
    what = (
        "has no times of day: give it a start and an end, or take it out" if isinstance(value, date) else "is missing"
    )
    raise InputError(f"{name} {what}", where=at)


def _person(attendee: Any) -> str:
    name = _text(getattr(attendee, "params", {}).get("CN"))
    return name or _text(attendee).lower().removeprefix("mailto:").partition("@")[0]


def _kind(categories: Any) -> str:
    named = [name for one in _every(categories) for name in getattr(one, "cats", [one])]
    return _text(named[0]) if len(named) == 1 else ""


def _every(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """One line of it, without what can't be shown."""
    text = "" if value is None else str(value)
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:_LONGEST]
