"""The ground's sheet of a day aboard: all of the crew, who does what, links and passes, the hosts' minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.day_sheets import agreed_min, day_text, events_of, host_minutes
from hamsafar.export.day_words import (
    Aboard,
    aboard_of,
    marks_of,
    others_text,
    sure_text,
    things_text,
    time_cells,
    time_columns,
    window_cell,
    window_of,
)
from hamsafar.export.flight_days import FlightDay, crew_of
from hamsafar.export.paper import Cell, Column, Document, Page, Row, Table, cut_to_pages, foot_text
from hamsafar.export.seen_by import hidden_from
from hamsafar.export.svg_day import strip_of
from hamsafar.export.words import clean, mark
from hamsafar.timeline import Instant

GROUND = "ground"
GROUND_PATH = "aboard/ground"
_CONTACTS = ("relay", "pass", "visible-pass")


def ground_document(plan: Plan, days: Sequence[FlightDay], digest: str) -> Document:
    """The pages of the ground, for the days asked for; what is private is told only by its time."""
    aboard = aboard_of(plan)
    return Document(
        path=GROUND_PATH,
        title="The ground's sheet",
        group="Ground",
        about="Each day aboard with everybody in it: who does what, links and passes, the hosts' minutes.",
        pages=tuple(page for day in days for page in cut_to_pages(_page(aboard, day), wide=True)),
        wide=True,
        foot=foot_text(plan, digest),
        provisional=plan.trajectory.basis == "far",
    )


def _page(aboard: Aboard, day: FlightDay) -> Page:
    plan = aboard.plan
    return Page(
        title=f"All aboard · flight day {day.number}",
        sub=day_text(aboard, day),
        lines=(_hosts(aboard, day),),
        strip=strip_of(plan, day, aboard.station, crew_of(plan), None),
        tables=tuple(one for one in (_contacts(aboard, day), _work(aboard, day)) if one.rows),
    )


def _hosts(aboard: Aboard, day: FlightDay) -> str:
    """`Hosts' minutes for the guest's programme, at most 90 each: Commander 35, ...`; else of each their own most."""
    hosts = [one for one in crew_of(aboard.plan) if one.id != aboard.plan.programme.flight.guest]
    most = {agreed_min(aboard, one.id) for one in hosts}
    same = next(iter(most)) if len(most) == 1 else None
    told = ", ".join(_minutes_of(aboard, one, day, of_each=len(most) > 1) for one in hosts)
    agreed = f", at most {same:.0f} each" if same is not None else ""
    return f"Hosts' minutes for the guest's programme{agreed}: {told or 'there are no hosts'}."


def _minutes_of(aboard: Aboard, host: Person, day: FlightDay, *, of_each: bool) -> str:
    most = agreed_min(aboard, host.id) if of_each else None
    return f"{clean(host.title)} {host_minutes(aboard, host.id, day)}" + (f" of {most:.0f}" if most is not None else "")


def _contacts(aboard: Aboard, day: FlightDay) -> Table:
    """Links and passes of the day, and what is done in them."""
    columns = (
        *time_columns(aboard),
        Column(title="Link or pass", width_mm=48, css="what"),
        Column(title="By", width_mm=64),
        Column(title="How sure", width_mm=25),
        Column(title="Used for", width_mm=81),
    )
    found: list[tuple[Instant, Row]] = []
    for listed in aboard.plan.windows:
        for open_ in listed.spans if listed.kind in _CONTACTS else ():
            if open_.span.overlaps(day.span):
                times = time_cells(aboard, day, open_.start, open_.end)
                told = ((clean(listed.title),), (clean(open_.note),), (sure_text(listed, open_),))
                used = [one for one in _shown(aboard, day) if (needs := window_of(aboard, one)) and needs[1] is open_]
                said = "; ".join(f"{aboard.station(one.start, '%H:%M')} {clean(_title(one))}" for one in used)
                found.append((open_.start, Row(cells=(*times, *told, (said,)), key=listed.kind)))
    return Table(
        title="Links and passes", columns=columns, rows=tuple(row for _, row in sorted(found, key=lambda one: one[0]))
    )


def _shown(aboard: Aboard, day: FlightDay) -> Iterator[Placement]:
    return (one for one in aboard.plan.placements if one.stage == "flight" and one.span.overlaps(day.span))


def _title(one: Placement) -> str:
    return hidden_from(one, None).title


def _work(aboard: Aboard, day: FlightDay) -> Table:
    """Who does what, by time; the same thing done by several at the same time is one row."""
    together: dict[tuple[str, Instant, Instant], list[Placement]] = {}
    for one in _shown(aboard, day):
        shown = hidden_from(one, None)
        together.setdefault((shown.of, one.start, one.end), []).append(shown)
    rows = [
        *events_of(aboard, day, columns=5),
        *((start, _row(aboard, day, several)) for (_, start, _), several in together.items()),
    ]
    columns = (
        Column(title="", width_mm=5, css="tick"),
        *time_columns(aboard),
        Column(title="What", width_mm=63, css="what"),
        Column(title="Who", width_mm=76),
        Column(title="With what", width_mm=34),
        Column(title="Window", width_mm=40),
    )
    ordered = sorted(rows, key=lambda pair: pair[0])
    return Table(title="Who does what", columns=columns, rows=tuple(row for _, row in ordered))


def _row(aboard: Aboard, day: FlightDay, several: Sequence[Placement]) -> Row:
    one = several[0]
    private = one.kind == "private"
    who = dict.fromkeys(others_text(aboard, each, None) for each in several)
    marks = () if private else marks_of(aboard.activities.get(one.of))
    window: Cell = ("",) if private else window_cell(aboard, one)
    return Row(
        cells=(
            ("",),
            *time_cells(aboard, day, one.start, one.end),
            (clean(one.title), *([", ".join(marks)] if marks else [])),
            ("; ".join(who),),
            (things_text(aboard, one),),
            window,
        ),
        key=mark(one)[0],
    )
