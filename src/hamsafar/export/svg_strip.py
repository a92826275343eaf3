"""The programme at a glance: one strip from the first training day to the landing.

The flight lasts a week and the term half a year, so the strip has two scales, and says where they change.
"""

from __future__ import annotations

from datetime import time

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.training import Term
from hamsafar.export.svg import drawing, esc, label, line, num, rect
from hamsafar.export.words import dated, fit, text_width_px
from hamsafar.timeline import Instant, days_between, local_date, local_instant, zone

WIDTH_PX = 1292
HEIGHT_PX = 144
_SPLIT_PX = 850  # where the days take over from the weeks
_TOP, _BAND = 58, 26
_AXIS = 124  # baseline of months and days
_LEFT_PX = 104.0  # room for the lift-off's label where no weeks lie before it
_RIGHT_PX = 118  # room for the landing's label
_SIZE = 12.0


@frozen
class _Scale:
    start: Instant
    end: Instant
    left: float
    right: float

    def x(self, moment: Instant) -> float:
        share = moment.seconds_since(self.start) / self.end.seconds_since(self.start)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def glance(plan: Plan) -> str:
    """The strip as an SVG element."""
    flight, term = plan.flight, plan.programme.term
    shown_zone = term.zone if term else plan.programme.station.zone
    before, after = flight.launch.launch.plus(hours=-14), flight.landing.landing.plus(hours=14)
    parts: list[str] = []
    left = _LEFT_PX
    if term is not None:
        start = local_instant(term.start, time(0), term.zone)
        weeks = _Scale(min(start, before.plus(days=-1)), before, 8, _SPLIT_PX)
        parts += [_months(weeks, term), _phases(weeks, plan, term), _break()]
        parts.append(
            _milestone(weeks.left, 8, 12, "start", ("First training day", f"{dated(term.start, '%a %-d %b %Y')}"))
        )
        left = _SPLIT_PX + 24
    days = _Scale(before, after, left, WIDTH_PX - _RIGHT_PX)
    parts += [
        _quarantine(plan, term, days.x(flight.launch.launch)),
        _days(days, shown_zone),
        _stay(days, plan),
        _flight_marks(days, plan),
    ]
    return drawing(
        WIDTH_PX, HEIGHT_PX, "".join(parts), css="strip", title="Programme from first training day to landing"
    )


def _months(scale: _Scale, term: Term) -> str:
    months = [day for day in days_between(term.start, local_date(scale.end, term.zone)) if day.day == 1]
    found = []
    for day in months:
        x = scale.x(local_instant(day, time(0), term.zone))
        found.append(line(x, _TOP + _BAND, x, _AXIS, "tick"))
        if x < _SPLIT_PX - 40:
            found.append(label(x + 3, _AXIS, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}", "axis"))
    return "".join(found)


def _phases(scale: _Scale, plan: Plan, term: Term) -> str:
    launch = plan.flight.launch.launch
    bands = []
    for n, phase in enumerate(sorted(term.phases, key=lambda one: -one.from_d)):
        opens = phase.opens(launch, term.zone)
        x1, x2 = scale.x(opens), scale.x(launch.plus(days=-phase.to_d))
        text = fit(phase.title, x2 - x1 - 12, _SIZE)
        title = f"{phase.title}: {launch.seconds_since(opens) / 86_400:.3g} to {phase.to_d:g} days before lift-off"
        bands.append(
            f'<g class="phase s{n % 3}">{rect(x1, _TOP, x2 - x1 - 1, _BAND, rx=3)}'
            f"{label(x1 + 6, _TOP + 17, text)}<title>{esc(title)}</title></g>"
        )
    return "".join(bands)


def _quarantine(plan: Plan, term: Term | None, x_launch: float) -> str:
    if term is None or not term.quarantine_d:
        return ""
    start = local_instant(term.start, time(0), term.zone)
    launch = plan.flight.launch.launch
    weeks = _Scale(min(start, launch.plus(days=-2)), launch.plus(hours=-14), 8, _SPLIT_PX)
    x1, x2 = weeks.x(launch.plus(days=-term.quarantine_d)), x_launch
    text = f"Quarantine, {term.quarantine_d} d"
    inside = text_width_px(text, 11) < x2 - x1 - 8
    x_text, anchor = (x1 + 5, "") if inside else (x1 - 5, "end")
    shape = rect(x1, _TOP + _BAND + 6, x2 - x1, 16, "quarantine", 2)
    return shape + label(x_text, _TOP + _BAND + 18, text, "small", anchor)


def _break() -> str:
    x = _SPLIT_PX + 12
    zigzag = f'<path class="zigzag" d="M{x} {_TOP - 4}l-4 6l8 7l-8 7l8 7l-4 6"/>'
    return zigzag + label(x, HEIGHT_PX - 4, "← weeks · days →", "small", "middle")


def _days(scale: _Scale, zone_name: str) -> str:
    found = []
    for day in days_between(local_date(scale.start, zone_name), local_date(scale.end, zone_name))[1:]:
        x = scale.x(local_instant(day, time(0), zone_name))
        found.append(line(x, _TOP + _BAND, x, _AXIS, "tick"))
        found.append(label(x + 3, _AXIS, str(day.day), "axis"))
    first = scale.start.datetime(zone(zone_name))
    return "".join(found) + label(scale.right, HEIGHT_PX - 4, f"days of {first:%B %Y} in {zone_name}", "small", "end")


def _stay(scale: _Scale, plan: Plan) -> str:
    flight = plan.flight
    spans = (
        ("free", flight.launch.launch, flight.docking, ""),
        ("docked", flight.docking, flight.landing.undocking, f"Aboard {plan.programme.station.name}"),
        ("free", flight.landing.undocking, flight.landing.landing, ""),
    )
    found = []
    for css, start, end, text in spans:
        x1, x2 = scale.x(start), scale.x(end)
        found.append(rect(x1, _TOP, x2 - x1, _BAND, f"stay {css}"))
        if text:
            days = end.seconds_since(start) / 86_400
            written = fit(f"{text}, {days:.1f} d", x2 - x1 - 10, _SIZE)
            found.append(label((x1 + x2) / 2, _TOP + 17, written, "", "middle"))
    return "".join(found)


def _flight_marks(scale: _Scale, plan: Plan) -> str:
    flight = plan.flight
    rows = (
        (flight.launch.launch, 12, "end", "Lift-off"),
        (flight.docking, 12, "start", "Docking"),
        (flight.landing.undocking, 12, "end", "Undocking"),
        (flight.landing.landing, 12, "start", "Landing"),
    )
    return "".join(
        _milestone(
            scale.x(moment), scale.x(moment) + (5 if anchor == "start" else -5), y, anchor, (name, _when(moment))
        )
        for moment, y, anchor, name in rows
    )


def _when(moment: Instant) -> str:
    return f"{dated(moment.datetime(), '%-d %b %H:%M')} UTC"


def _milestone(x: float, x_text: float, y: float, anchor: str, texts: tuple[str, str]) -> str:
    room = WIDTH_PX - x_text if anchor == "start" else x_text
    if anchor == "start" and text_width_px(texts[1], 11) > room:
        x_text, anchor = WIDTH_PX - 2, "end"
    elif anchor == "end" and text_width_px(texts[1], 11) > room:
        x_text, anchor = 2, "start"
    flag = line(x, y + 24, x, _TOP + _BAND, "flag") + f'<circle class="pin" cx="{num(x)}" cy="{num(y + 26)}" r="3.5"/>'
    name = label(x_text, y, texts[0], "strong", anchor)
    return flag + name + label(x_text, y + 14, texts[1], "small", anchor)
