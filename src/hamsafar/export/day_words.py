"""What a sheet of the days aboard says of one activity: four times, in what function, with whom, in which window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.plan import OpenSpan, Placement, Plan, WindowList
from hamsafar.export.clocks import Clock, clock_label, liftoff_of
from hamsafar.export.flight_days import FlightDay, crew_of
from hamsafar.export.paper import Cell, Column
from hamsafar.export.words import clean, dated, facility_titles, sigma_text
from hamsafar.timeline import Instant, Span, mission_elapsed, zone

_PLAIN = ("self", "sleeper", "eater", "crew", "worker", "arriving")  # functions that go without saying


@frozen
class Aboard:
    """What every sheet of the days aboard looks up in the plan."""

    plan: Plan
    clocks: tuple[Clock, ...]  # UTC, the station's, the guest agency's
    activities: Mapping[str, Activity]
    titles: Mapping[str, str]  # of people
    things: Mapping[str, str]
    certificates: Mapping[str, str]
    relay: tuple[OpenSpan, ...]

    @property
    def station(self) -> Clock:
        """The clock that the crew lives by."""
        return next(one for one in self.clocks if one.zone == self.plan.programme.station.zone)


def aboard_of(plan: Plan) -> Aboard:
    """The look-ups of a plan."""
    programme = plan.programme
    guest = programme.agency(programme.person(programme.flight.guest).agency)
    zones = dict.fromkeys(["UTC", programme.station.zone, guest.zone])
    return Aboard(
        plan,
        tuple(Clock(clock_label(name), name) for name in zones),
        {one.id: one for one in programme.activities},
        {one.id: one.title for one in programme.people},
        facility_titles(plan),
        {one.id: one.title for one in programme.certificates},
        tuple(one for listed in plan.windows if listed.kind == "relay" for one in listed.spans),
    )


# Times


def time_columns(aboard: Aboard, width_mm: float = 15) -> tuple[Column, ...]:
    """UTC, station, guest, mission elapsed time."""
    clocks = tuple(Column(title=clock.label, width_mm=width_mm, css="time") for clock in aboard.clocks)
    return (*clocks, Column(title="MET", width_mm=18, css="time"))


def time_cells(aboard: Aboard, day: FlightDay | None, start: Instant, end: Instant | None) -> tuple[Cell, ...]:
    """Start and end on every clock, on a line each; the day beside a time that isn't on the sheet's own date."""
    moments = [start] if end is None else [start, end]
    clocks = tuple(tuple(_time(clock, day, moment) for moment in moments) for clock in aboard.clocks)
    return (*clocks, tuple(_elapsed(aboard, moment) for moment in moments))


def _time(clock: Clock, day: FlightDay | None, moment: Instant) -> str:
    local = moment.datetime(zone(clock.zone))
    own = day is not None and local.date() == day.date
    return (
        f"{local:%H:%M}" if own else f"{dated(local, '%a')} {local:%H:%M}" if day else f"{local.day} {local:%b %H:%M}"
    )


def _elapsed(aboard: Aboard, moment: Instant) -> str:
    """`1d 04:05:06`: mission elapsed time, short."""
    head, clock = mission_elapsed(moment, liftoff_of(aboard.plan)).split(" ")
    return f"{'−' if '-' in head else ''}{int(head[2:-1])}d {clock}"


def opens_text(clock: Clock, moment: Instant) -> str:
    """When something opens, to the minute, rounded against ourselves."""
    local = moment.datetime(zone(clock.zone))
    up = local + timedelta(minutes=1) if local.second or local.microsecond else local
    return f"{up:%H:%M}"


# Functions, people, things


def function_text(aboard: Aboard, one: Placement, person: str) -> str:
    """`operator, by Biology payloads`: in what function somebody serves, and by which certificate."""
    activity = aboard.activities.get(one.of)
    said = []
    for function in dict.fromkeys(each.function for each in one.people if each.person == person):
        needs = [need for need in activity.who if need.function == function] if activity else []
        by = next((need.certificate for need in needs if need.certificate is not None), None)
        if by is not None:
            said.append(f"{function}, by {aboard.certificates.get(by, by)}")
        elif function not in _PLAIN:
            said.append(function)
    return clean("; ".join(said))


def others_text(aboard: Aboard, one: Placement, person: str | None) -> str:
    """Who else is in it, with what they do; `all aboard` where all are."""
    others = [each for each in one.people if each.person != person]
    crew = {each.id for each in crew_of(aboard.plan)}
    if len(crew) > 2 and {*one.person_ids, *([person] if person else [])} >= crew:
        return "all aboard"
    named = (
        aboard.titles.get(each.person, each.person) + (f" ({each.function})" if each.function not in _PLAIN else "")
        for each in others
    )
    return clean("; ".join(named))


def things_text(aboard: Aboard, one: Placement) -> str:
    """Racks, devices and places that it holds."""
    return clean(", ".join(aboard.things.get(id_, id_) for id_ in one.facilities))


def marks_of(activity: Activity | None) -> tuple[str, ...]:
    """`promised`, `optional`, `flexible`: how much it would matter if it moved."""
    if activity is None:
        return ()
    found = (("promised", activity.promised), ("optional", activity.optional), ("flexible", activity.is_flexible))
    return tuple(word for word, holds in found if holds)


def marks_text(aboard: Aboard, one: Placement) -> str:
    """The marks of a placement; of what is flexible, between which starts: `flexible, 10:05 to 14:30`."""
    marks = marks_of(aboard.activities.get(one.of))
    spare = aboard.plan.spare
    if spare is None or "flexible" not in marks:
        return ", ".join(marks)
    found = next((each for each in spare.movable if each.placement == one.id), None)
    said = "" if found is None else f"flexible, {from_to(aboard, one.start, found.first, found.last)}"
    return ", ".join(mark for mark in (said if mark == "flexible" else mark for mark in marks) if mark)


def from_to(aboard: Aboard, day: Instant, first: Instant, last: Instant) -> str:
    """Between which times something may start, on the station's clock; the date where it isn't that of `day`."""
    today = aboard.station(day, "%Y-%m-%d")
    told = (
        aboard.station(one, "%H:%M" if aboard.station(one, "%Y-%m-%d") == today else "%-d %b %H:%M")
        for one in (first, last)
    )
    return " to ".join(told)


# Windows


def window_of(aboard: Aboard, one: Placement) -> tuple[WindowList, OpenSpan | None] | None:
    """The window that an activity needs: its list, and the span it lies in; None where it needs or has none."""
    activity = aboard.activities.get(one.of)
    need = activity.window if activity is not None else None
    if need is None:
        return None
    lists = [listed for listed in aboard.plan.windows if listed.kind == need.kind and need.of in (None, listed.of)]
    for listed in lists:
        for open_ in listed.spans:
            if open_.span.covers(one.span):
                return listed, open_
    return (lists[0], None) if lists else None


def window_cell(aboard: Aboard, one: Placement) -> Cell:
    """Which window it lies in, when that closes, how sure that is."""
    found = window_of(aboard, one)
    if found is None:
        return window_unknown(aboard, one) or ("",)
    listed, open_ = found
    if open_ is None:
        return (clean(listed.title), "NOT OPEN all the while")
    closes = f"closes {aboard.station(open_.end, '%H:%M')}"
    return (clean(listed.title), f"{closes}, {sure_text(listed, open_)}")


def window_unknown(aboard: Aboard, one: Placement) -> Cell | None:
    """What is said where a window is needed of a kind that the plan has no list of; None where none is needed."""
    activity = aboard.activities.get(one.of)
    return None if activity is None or activity.window is None else (activity.window.kind, "window not known")


def sure_text(listed: WindowList, open_: OpenSpan) -> str:
    """`±41 s`, `by the Sun`, `prov.` (provisional)."""
    if listed.basis == "sun":
        return "by the Sun"
    return "prov." if listed.basis == "far" else sigma_text(open_.sigma_s)


def next_link(aboard: Aboard, after: Instant) -> Cell:
    """The relay link that is open at a moment, or the next that opens."""
    for open_ in aboard.relay:
        if open_.end > after:
            closes = aboard.station(open_.end, "%H:%M")
            if open_.start <= after:
                return (f"now, to {closes}",)
            return (f"{opens_text(aboard.station, open_.start)}–{closes}",)
    return ("none known",)


def minutes_of(spans: Iterable[Span]) -> int:
    """Whole minutes that some spans last together."""
    return round(sum(one.seconds for one in spans) / 60)
