"""The four clocks of a plan: UTC, the host's and the guest's zone, mission elapsed time."""

from __future__ import annotations

from attrs import frozen

from hamsafar.domain.plan import Placement, Plan
from hamsafar.timeline import Instant, mission_elapsed, zone

# IANA names a zone after its largest city; people name it after the capital.
_CAPITALS = {"Asia/Shanghai": "Beijing", "Asia/Karachi": "Islamabad", "Europe/Moscow": "Moscow"}


@frozen
class Clock:
    """A wall clock: what people call it, and its IANA zone."""

    label: str
    zone: str

    def __call__(self, moment: Instant, pattern: str = "%Y-%m-%d %H:%M") -> str:
        """The moment on this clock."""
        return f"{moment.datetime(zone(self.zone)):{pattern}}"

    def span(self, start: Instant, end: Instant, pattern: str = "%Y-%m-%d") -> str:
        """`2027-06-05 23:30 – 2027-06-06 00:45`; the second date only where it differs."""
        first, last = start.datetime(zone(self.zone)), end.datetime(zone(self.zone))
        tail = f"{last:%H:%M}" if first.date() == last.date() else f"{last:{pattern} %H:%M}"
        return f"{first:{pattern} %H:%M} – {tail}"


def clock_label(zone_name: str) -> str:
    """What people call a zone: its capital where we know it, else the city it is named after."""
    return _CAPITALS.get(zone_name, zone_name.rsplit("/", 1)[-1].replace("_", " "))


def clocks_of(plan: Plan) -> tuple[Clock, ...]:
    """UTC first, then the zones of the host and guest agencies, each once."""
    agencies = sorted(plan.programme.agencies, key=lambda agency: agency.role != "host")
    names = dict.fromkeys(["UTC", *(agency.zone for agency in agencies)])
    return tuple(Clock(clock_label(name), name) for name in names)


def liftoff_of(plan: Plan) -> Instant:
    """The moment that mission elapsed time counts from."""
    return plan.flight.launch.launch


def met_span(plan: Plan, placement: Placement) -> str:
    """Start and end in mission elapsed time."""
    liftoff = liftoff_of(plan)
    return f"{mission_elapsed(placement.start, liftoff)} – {mission_elapsed(placement.end, liftoff)}"


def four_times(plan: Plan, clocks: tuple[Clock, ...], start: Instant, end: Instant) -> list[str]:
    """One line a clock, and mission elapsed time: what a tooltip says of a span."""
    lines = [f"{clock.label} {clock.span(start, end)}" for clock in clocks]
    return [*lines, f"MET {mission_elapsed(start, liftoff_of(plan))}"]
