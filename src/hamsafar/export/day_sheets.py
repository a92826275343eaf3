"""A crew member's days aboard: a page a flight day, every activity with four times, free time and the next link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.day_words import (
    Aboard,
    aboard_of,
    function_text,
    marks_text,
    minutes_of,
    next_link,
    others_text,
    things_text,
    time_cells,
    time_columns,
    window_cell,
)
from hamsafar.export.flight_days import FlightDay, flight_days, presence
from hamsafar.export.paper import Cell, Column, Document, Page, Row, Table, cut_to_pages, foot_text
from hamsafar.export.seen_by import file_name
from hamsafar.export.spare_rows import list_lines, spare_tables
from hamsafar.export.svg_day import strip_of
from hamsafar.export.words import clean, dated, duration_text, mark
from hamsafar.timeline import Instant, Span, mission_elapsed

FREE_FROM_MIN = 15  # shorter gaps are on the way from one thing to the next
_TICK = Column(title="", width_mm=5, css="tick")


def person_path(person: str) -> str:
    """The sheets of somebody aboard, below the folder of the sheets, without their ending."""
    return f"aboard/people/{file_name(person)}"


def person_document(plan: Plan, person: Person, days: Sequence[FlightDay], digest: str) -> Document:
    """The pages of one crew member, for the days asked for."""
    aboard = aboard_of(plan)
    pages = [page for day in days for page in cut_to_pages(_page(aboard, person, day), wide=False)]
    return Document(
        path=person_path(person.id),
        title=clean(person.title),
        group="Crew",
        about=f"Days aboard, hour by hour; days, windows and next links are in the time of {aboard.station.label}.",
        pages=tuple(pages),
        foot=foot_text(plan, digest),
        provisional=plan.trajectory.basis == "far",
    )


def own_placements(plan: Plan, person: str) -> tuple[Placement, ...]:
    """All that somebody takes part in aboard."""
    return tuple(one for one in plan.placements if one.stage == "flight" and person in one.person_ids)


def _page(aboard: Aboard, person: Person, day: FlightDay) -> Page:
    plan = aboard.plan
    own = [one for one in own_placements(plan, person.id) if one.span.overlaps(day.span)]
    free = free_spans(plan, person, day, own)
    rows = [
        *events_of(aboard, day, columns=5),
        *((one.start, _row(aboard, person, day, one)) for one in own),
        *((span.start, _free_row(aboard, day, span)) for span in free),
    ]
    columns = (
        _TICK,
        *time_columns(aboard),
        Column(title="What, and your part", width_mm=48, css="what"),
        Column(title="With whom, with what", width_mm=31),
        Column(title="Window", width_mm=29),
        Column(title="Next link", width_mm=18),
    )
    table = Table(title="", columns=columns, rows=tuple(row for _, row in sorted(rows, key=lambda pair: pair[0])))
    return Page(
        title=f"{clean(person.title)} · flight day {day.number}",
        sub=day_text(aboard, day),
        lines=(_sums(aboard, person, day, own, free), *list_lines(plan, person, day)),
        strip=strip_of(plan, day, aboard.station, [person], person.id),
        tables=(table, *spare_tables(aboard, person, day)),
    )


def day_text(aboard: Aboard, day: FlightDay) -> str:
    """`Monday 7 June 2027 in Beijing; starts 6 Jun 16:00 UTC, MET 1d 10:22:18`."""
    utc = dated(day.span.start.datetime(), "%-d %b %H:%M")
    elapsed = mission_elapsed(day.span.start, aboard.plan.flight.launch.launch)
    return f"{dated(day.date, '%A %-d %B %Y')} in {aboard.station.label}; starts {utc} UTC, MET {elapsed}"


def free_spans(plan: Plan, person: Person, day: FlightDay, own: Iterable[Placement]) -> list[Span]:
    """What is left of somebody's day aboard between the things placed, a quarter of an hour and longer."""
    here = presence(plan, person).intersect(day.span)
    if here is None:
        return []
    found, at = [], here.start
    for one in sorted(own, key=lambda each: each.start):
        if one.start > at:
            found.append(Span(at, min(one.start, here.end)) if at < here.end else None)
        at = max(at, one.end)
    if at < here.end:
        found.append(Span(at, here.end))
    return [span for span in found if span is not None and span.seconds >= FREE_FROM_MIN * 60]


def _row(aboard: Aboard, person: Person, day: FlightDay, one: Placement) -> Row:
    part = function_text(aboard, one, person.id)
    marked = marks_text(aboard, one)
    others = others_text(aboard, one, person.id)
    return Row(
        cells=(
            ("",),
            *time_cells(aboard, day, one.start, one.end),
            _texts(clean(one.title), *([f"{part} · {marked}"] if part and marked else [part or marked])),
            _texts(f"with {others}" if others else "", things_text(aboard, one)),
            window_cell(aboard, one),
            next_link(aboard, one.end),
        ),
        key=mark(one)[0],
    )


def _texts(*texts: str) -> Cell:
    return tuple(text for text in texts if text) or ("",)


def _free_row(aboard: Aboard, day: FlightDay, span: Span) -> Row:
    times = time_cells(aboard, day, span.start, None)
    return Row(
        cells=(("",), *times, (f"Free for {duration_text(span.seconds / 60)}",), ("",), ("",), ("",)), key="free"
    )


def events_of(aboard: Aboard, day: FlightDay, *, columns: int) -> Iterator[tuple[Instant, Row]]:
    """The great moments of a day as rows, with so many columns beside the times, the first of them for a tick.

    Those after the last day are on its page: it has no later one.
    """
    flight, far = aboard.plan.flight, aboard.plan.trajectory.basis == "far"
    is_last = flight_days(aboard.plan)[-1] == day
    for title, moment in (
        ("Lift-off", flight.launch.launch),
        ("Docking", flight.docking),
        ("Hatch opens", flight.hatch_open),
        ("Hatch closes", flight.hatch_close),
        ("Undocking", flight.landing.undocking),
        ("Landing", flight.landing.landing),
    ):
        if day.span.contains(moment) or (is_last and moment >= day.span.end):
            said = _texts(title, "provisional" if far else "")
            empty = [("",)] * (columns - 2)
            yield moment, Row(cells=(("",), *time_cells(aboard, day, moment, None), said, *empty), key="event")


def _sums(aboard: Aboard, person: Person, day: FlightDay, own: Sequence[Placement], free: Sequence[Span]) -> str:
    """`Work 5 h 10 min; sleep 8 h; free 2 h 5 min; 3 activities on a link`: of what begins on the day."""
    begun = [one for one in own if day.span.contains(one.start)]
    work = [one for one in begun if (found := aboard.activities.get(one.of)) is None or found.work]
    sleep = [one for one in begun if one.kind == "sleep"]
    links = sum(_on_a_link(aboard, one) for one in begun)
    said = [
        f"Work {duration_text(minutes_of(one.span for one in work))}",
        f"sleep {duration_text(minutes_of(one.span for one in sleep))}",
        f"free {duration_text(minutes_of(free))}",
        f"{links} activit{'y' if links == 1 else 'ies'} on a link",
    ]
    if person.id != aboard.plan.programme.flight.guest:
        said.append(_host_text(aboard, person.id, day))
    return "; ".join(said) + "."


def _on_a_link(aboard: Aboard, one: Placement) -> bool:
    activity = aboard.activities.get(one.of)
    return activity is not None and activity.window is not None and activity.window.kind == "relay"


def _host_text(aboard: Aboard, person: str, day: FlightDay) -> str:
    """`25 of 90 min for the guest's programme`: a host's help on a day, of what the agencies agreed."""
    most = agreed_min(aboard, person)
    agreed = f" of {most:.0f}" if most is not None else ""
    return f"{host_minutes(aboard, person, day)}{agreed} min for the guest's programme"


def agreed_min(aboard: Aboard, person: str) -> float | None:
    """The minutes that a host may help the guest's programme on one day, where the programme says."""
    programme = aboard.plan.programme
    return programme.host_day_min(person) if any(one.rule == "CRW-09" for one in programme.limits) else None


def host_minutes(aboard: Aboard, person: str, day: FlightDay) -> int:
    """Minutes that somebody takes part in what begins on a station day for the guest's programme."""
    return minutes_of(
        one.span
        for one in own_placements(aboard.plan, person)
        if (found := aboard.activities.get(one.of)) is not None
        and found.guest_programme
        and day.span.contains(one.start)
    )
