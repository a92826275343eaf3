"""The training term drawn: a column a day, the time of day downwards, a row each for people and facilities.

Each session is a small block where the week and the clock put it, so gaps, clashes and rhythm are seen at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil, floor

from attrs import frozen

from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.training import Term
from hamsafar.export.clocks import clocks_of, four_times
from hamsafar.export.svg import chart, drawing, esc, label, line, names_column, num, rect, titled
from hamsafar.export.words import facility_titles, fit, mark, people_short
from hamsafar.timeline import days_between, local_date, zone

_PLOT_PX = 1152
_SMALLEST_DAY_PX = 6.0
_HEAD_PX = 62
_LIFTOFF_LABEL_PX = 120
_TRAINEE_PX, _OTHER_PX, _GAP_PX = 58, 34, 6


@frozen
class _Row:
    id: str
    title: str
    height: int
    css: str


@frozen
class _Frame:
    """Where a date and a clock time fall in the drawing."""

    first: date
    last: date
    opens_h: int
    closes_h: int
    zone: str
    day_px: float

    @property
    def width(self) -> float:
        return ((self.last - self.first).days + 1) * self.day_px

    def x(self, day: date) -> float:
        return (day - self.first).days * self.day_px


def training_of(plan: Plan) -> tuple[Placement, ...]:
    """What is placed on the ground."""
    return tuple(one for one in plan.placements if one.stage == "training")


def people_chart(plan: Plan, term: Term, flagged: Mapping[str, str]) -> str:
    """A row for each person who trains or teaches; trainees first and taller."""
    placed = training_of(plan)
    busy = {person for one in placed for person in one.person_ids}
    people = sorted(plan.programme.people, key=lambda person: person.function != "trainee")
    rows = [
        _Row(one.id, one.title, _TRAINEE_PX if one.function == "trainee" else _OTHER_PX, one.function)
        for one in people
        if one.id in busy
    ]
    return _chart(plan, term, rows, {row.id: [p for p in placed if row.id in p.person_ids] for row in rows}, flagged)


def facility_chart(plan: Plan, term: Term, flagged: Mapping[str, str]) -> str:
    """A row for each facility in use."""
    placed, titles = training_of(plan), facility_titles(plan)
    used = dict.fromkeys(facility for one in placed for facility in one.facilities)
    rows = [
        _Row(id_, titles.get(id_, id_), _OTHER_PX, "facility") for id_ in sorted(used, key=lambda f: titles.get(f, f))
    ]
    return _chart(plan, term, rows, {row.id: [p for p in placed if row.id in p.facilities] for row in rows}, flagged)


def _chart(
    plan: Plan,
    term: Term,
    rows: list[_Row],
    of_row: Mapping[str, list[Placement]],
    flagged: Mapping[str, str],
) -> str:
    frame = _frame(plan, term)
    height = _HEAD_PX + sum(row.height + _GAP_PX for row in rows)
    names = [(52.0, f"{frame.opens_h}:00 to {frame.closes_h}:00 each day", "unit")]
    lanes: list[str] = []
    blocks: list[str] = []
    y = _HEAD_PX
    for row in rows:
        names.append((y + row.height / 2 + 4, row.title, f"name {row.css}"))
        lanes.append(rect(0, y, frame.width, row.height, "lane"))
        blocks += _blocks(plan, frame, row, y, of_row[row.id], flagged)
        y += row.height + _GAP_PX
    parts = [*lanes, *_phase_bands(plan, term, frame, height), *_week_lines(plan, frame, height), *blocks]
    parts.append(_launch(plan, frame, height))
    plot = drawing(frame.width + 1, height, "".join(parts), css="plot training", title="Training by day")
    return chart(names_column(height, names), plot)


def _frame(plan: Plan, term: Term) -> _Frame:
    placed = training_of(plan)
    local = [one.start.datetime(zone(term.zone)) for one in placed]
    first = min([term.start, *(moment.date() for moment in local)])
    last = max([local_date(plan.flight.launch.launch, term.zone), *(moment.date() for moment in local)])
    opens = min((floor(_hour(moment)) for moment in local), default=8)
    ends = [_hour(moment) + one.span.seconds / 3_600 for moment, one in zip(local, placed, strict=True)]
    closes = min(24, ceil(max(ends, default=18)))
    first -= timedelta(days=first.weekday())
    day_px = max(_SMALLEST_DAY_PX, (_PLOT_PX - 1) / ((last - first).days + 1))
    return _Frame(first, last, opens, max(closes, opens + 1), term.zone, day_px)


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60


def _phase_bands(plan: Plan, term: Term, frame: _Frame, height: float) -> Iterator[str]:
    launch = plan.flight.launch.launch

    def x(days_before: float) -> float:
        moment = launch.plus(days=-days_before).datetime(zone(term.zone))
        return min(max(frame.x(moment.date()) + frame.day_px * _hour(moment) / 24, 0), frame.width)

    """Quarantine as a tint over its days, phases as bands above."""
    if term.quarantine_d:
        yield rect(x(term.quarantine_d), 40, x(0) - x(term.quarantine_d), height - 40, "quarantine tint")
        yield label(x(0) - 3, 52, fit("Quarantine", x(0) - x(term.quarantine_d) - 4, 10), "unit", "end")
    for n, phase in enumerate(sorted(term.phases, key=lambda one: -one.from_d)):
        x1, x2 = x(launch.seconds_since(phase.opens(launch, term.zone)) / 86_400), x(phase.to_d)
        if x2 - x1 > 1:
            text = label(x1 + 5, 13, fit(phase.title, x2 - x1 - 10, 11.5))
            band = rect(x1, 0, x2 - x1 - 1, 19, rx=3)
            yield f'<g class="phase s{n % 3}">{band}{text}<title>{esc(phase.title)}</title></g>'


def _week_lines(plan: Plan, frame: _Frame, height: float) -> Iterator[str]:
    """Months, and weeks counted to lift-off."""
    launch_day = local_date(plan.flight.launch.launch, frame.zone)
    for day in days_between(frame.first, frame.last):
        x = frame.x(day)
        if day.day == 1:
            yield line(x, 22, x, height, "month")
        if day.weekday() == 0:
            yield line(x, 40, x, height, "week")
            weeks = (launch_day - day).days // 7
            if weeks % 2 == 0 and weeks > 2:
                yield label(x + 2, 52, f"L−{weeks} wk", "unit")
        roomy = (launch_day - day).days * frame.day_px > _LIFTOFF_LABEL_PX
        if roomy and (day == frame.first or (day.day == 1 and day - frame.first > timedelta(days=9))):
            yield label(x + 3, 34, f"{day:%b %Y}", "axis")


def _launch(plan: Plan, frame: _Frame, height: float) -> str:
    moment = plan.flight.launch.launch.datetime(zone(frame.zone))
    x = frame.x(moment.date()) + frame.day_px * _hour(moment) / 24
    return line(x, 22, x, height, "now") + label(x - 4, 34, "Lift-off", "strong", "end")


def _blocks(
    plan: Plan, frame: _Frame, row: _Row, top: float, placed: list[Placement], flagged: Mapping[str, str]
) -> Iterator[str]:
    clocks, scale = clocks_of(plan), row.height / (frame.closes_h - frame.opens_h)
    titles = facility_titles(plan)
    for n, one in enumerate(placed):
        start = one.start.datetime(zone(frame.zone))
        y = top + (_hour(start) - frame.opens_h) * scale
        tall = max(min(one.span.seconds / 3_600 * scale, top + row.height - y), 2.5)
        key, _ = mark(one)
        x, wide = frame.x(start.date()) + 0.4, frame.day_px - 0.8
        lines = [
            f"{one.title} · {one.kind}",
            people_short(plan, one),
            f"{start:%A}",
            *four_times(plan, clocks, one.start, one.end),
            ", ".join(titles.get(facility, facility) for facility in one.facilities),
            flagged.get(one.id, ""),
        ]
        yield titled(
            f"b {key}{' bad' if one.id in flagged else ''}", lines, _shape(x, y, wide, tall, key), first=n == 0
        )


def _shape(x: float, y: float, wide: float, tall: float, key: str) -> str:
    """The block, and a diamond on exams, which decide everything and are too small for a pattern."""
    block = rect(x, y, wide, tall, "f") + rect(x, y, wide, tall, "p")
    if key != "exm":
        return block
    cx, cy = x + wide / 2, y + tall / 2
    return block + f'<path class="diamond" d="M{num(cx)} {num(cy - 4)}l3 4l-3 4l-3 -4z"/>'
