"""Calendars per person (RFC 5545), for a phone: always with the zone's own definition, never floating."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError
from hamsafar.export.clocks import clocks_of, met_span
from hamsafar.export.seen_by import Viewer, hidden_from
from hamsafar.export.words import clean, facility_titles, people_text
from hamsafar.timeline import zone

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone

_SEQUENCE_ORIGIN = date(2020, 1, 1)


def person_ics(plan: Plan, person_id: str) -> bytes:
    """Everything one person takes part in, as an ICS calendar in UTF-8; of others' medical sessions only the time.

    Each appointment is in its placement's zone, with a VTIMEZONE. UIDs stay the same from plan to plan; SEQUENCE
    grows with the day the plan is made for, so a later plan's calendar replaces an earlier one's. What rests on the
    reference trajectory is TENTATIVE. Raises InputError where the programme has no such person.
    """
    try:
        person = plan.programme.person(person_id)
    except KeyError:
        raise InputError(f"the programme has no person {person_id!r}") from None
    own = (hidden_from(one, person_id) for one in plan.placements if person_id in one.person_ids)
    return _ics(plan, person.title, own)


def training_ics(plan: Plan, viewer: Viewer, placements: Iterable[Placement]) -> bytes:
    """Some of the training that a viewer's sheet shows, as an ICS calendar: the same appointments as a person's."""
    return _ics(plan, viewer.title, placements)


def aboard_ics(plan: Plan, title: str, placements: Iterable[Placement]) -> bytes:
    """Some of what is placed aboard, as an ICS calendar: the same appointments as a person's."""
    return _ics(plan, title, placements)


def _ics(plan: Plan, title: str, placements: Iterable[Placement]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Hamsafar//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = clean(f"{plan.programme.title}: {title}")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for placement in placements:
        calendar.add_component(_event(plan, placement))
    add_zones(calendar)
    return bytes(calendar.to_ical())


def _event(plan: Plan, placement: Placement) -> Event:
    from icalendar import Event

    provisional = is_provisional(plan, placement)
    now, local = plan.programme.now, zone(placement.zone)
    event = Event()
    event.add("uid", clean(f"{plan.programme.id}/{placement.id}@hamsafar"))
    event.add("sequence", max(0, (now - _SEQUENCE_ORIGIN).days))
    event.add("dtstamp", datetime.combine(now, time(), UTC))
    event.add("dtstart", placement.start.datetime(local))
    event.add("dtend", placement.end.datetime(local))
    event.add("summary", clean(("[provisional] " if provisional else "") + placement.title))
    event.add("status", "TENTATIVE" if provisional else "CONFIRMED")
    event.add("categories", [clean(placement.kind)])
    place = _place(plan, placement)
    if place:
        event.add("location", place)
    event.add("description", _description(plan, placement, provisional))
    return event


def is_provisional(plan: Plan, placement: Placement) -> bool:
    """Whether the appointment rests on the reference trajectory rather than on a forecast."""
    return placement.stage == "flight" and plan.trajectory.basis == "far"


def _place(plan: Plan, placement: Placement) -> str:
    titles = facility_titles(plan)
    places = [titles.get(facility, facility) for facility in placement.facilities]
    if placement.stage == "flight":
        places.insert(0, plan.programme.station.name)
    return clean(", ".join(places))


def _description(plan: Plan, placement: Placement, provisional: bool) -> str:
    lines = [f"{clock.label} {clock.span(placement.start, placement.end)}" for clock in clocks_of(plan)]
    lines += [f"MET {met_span(plan, placement)}", people_text(plan, placement), f"{placement.kind} · {placement.id}"]
    if provisional:
        lines.append("PROVISIONAL: planned on the reference trajectory; it moves when fresh elements come.")
    return "\n".join(clean(text) for text in lines)


def add_zones(calendar: Calendar) -> None:
    """Defines each zone that the events use; without it some programs read local times as floating."""
    for place, name in enumerate(sorted(calendar.get_missing_tzids())):
        calendar.subcomponents.insert(place, _defined(name))


@cache
def _defined(name: str) -> Timezone:
    """A zone as calendars define it; it takes longer than all of their appointments, and is the same in each."""
    from icalendar import Timezone

    return Timezone.from_tzid(name)
