"""What two programmes ask differently, in words: a line for each thing that came, went or reads otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

from attrs import fields

from hamsafar.domain.changes import Absence, Outage, Shut
from hamsafar.domain.programme import Programme
from hamsafar.planning.words import said_length
from hamsafar.timeline import Instant, Span

_LONGEST = 60  # letters of a value; what is longer is only said to differ
_LONG_MIN = 4_320  # from three days on, minutes are told in days
_UNITS = {"min": "min", "d": "d", "deg": "deg", "km": "km", "m_s": "m/s", "s": "s"}
_WORDS = {
    "as_of": "elements known up to",
    "now": "today",
    "past_until": "past up to",
    "prefer": "preferred start",
    "starts_between": "start hours",
    "uses": "what it uses",
    "who": "people",
}
_Closed = Absence | Shut | Outage
_PARTS = ("subjects", "sessions", "facilities", "phases", "classes")  # told one by one


def programme_changes(before: Programme, after: Programme) -> tuple[str, ...]:
    """The differences, section by section; nothing where the programmes ask for the same.

    `activity exp-glovebox: duration 2 h -> 150 min`; `TRN-05: max week 40 h -> 42 h`; `instructor-2 is away from
    2027-01-11T00:00:00Z`.
    """
    return tuple(_told(before, after))


def _told(before: Programme, after: Programme) -> Iterator[str]:
    yield from _fields_of("programme", before, after, {"id", "title", "as_of", "now", "past_until", "boosts"})
    yield from _fields_of("flight", before.flight, after.flight)
    yield from _elements(before, after)
    yield from _fields_of("station", before.station, after.station)
    for name, old, new in _listed(before, after):
        yield from _things(name, old, new)
    if before.term is not None and after.term is not None:
        own = {one.name for one in fields(type(after.term))} - set(_PARTS)
        yield from _fields_of("term", before.term, after.term, own)
    elif before.term != after.term:
        yield "term: gone" if after.term is None else "term: new"
    if before.prayer != after.prayer:
        yield "prayer: its times or blocks differ"
    yield from _limits(before, after)
    yield from _minutes(before, after)
    yield from _stretches(before, after)
    yield from _kept(before, after)


def _listed(before: Programme, after: Programme) -> Iterator[tuple[str, tuple[Any, ...], tuple[Any, ...]]]:
    for name, of in (
        ("agency", "agencies"),
        ("person", "people"),
        ("certificate", "certificates"),
        ("calendar", "calendars"),
        ("site", "sites"),
        ("relay", "relays"),
        ("resource", "resources"),
        ("activity", "activities"),
        ("milestone", "milestones"),
    ):
        yield name, getattr(before, of), getattr(after, of)
    for name, of in (("phase", "phases"), ("facility", "facilities"), ("subject", "subjects")):
        yield name, getattr(before.term, of, ()), getattr(after.term, of, ())
    yield "session", _sessions(before), _sessions(after)


def _sessions(programme: Programme) -> tuple[Any, ...]:
    return () if programme.term is None else tuple(one for found in programme.term.subjects for one in found.sessions)


def _things(name: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[str]:
    """Things with ids: which came, which went, which read otherwise."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    for id_ in {**old, **new}:
        if id_ not in old:
            yield f"{name} {id_}: new"
        elif id_ not in new:
            yield f"{name} {id_}: gone"
        else:
            yield from _fields_of(f"{name} {id_}", old[id_], new[id_])


def _fields_of(name: str, before: Any, after: Any, only: set[str] | None = None) -> Iterator[str]:
    """One line for all fields of a thing that differ. Those of a subject's sessions are told one by one."""
    names = [one.name for one in fields(type(after)) if (only is None or one.name in only) and one.name != "sessions"]
    parts = [
        f"{_named(field)} {_change(field, getattr(before, field), getattr(after, field))}"
        for field in names
        if getattr(before, field) != getattr(after, field)
    ]
    if parts:
        yield f"{name}: {', '.join(parts)}"


def _named(field: str) -> str:
    """A field in words, without its unit."""
    stem, unit = _unit_of(field)
    return _WORDS.get(field) or (stem if unit else field).replace("_", " ")


def _unit_of(field: str) -> tuple[str, str]:
    """A field's name without the unit at its end, and the unit; empty where it has none."""
    found = next((unit for unit in _UNITS if field.endswith(f"_{unit}")), "")
    return field.removesuffix(f"_{found}"), found


def _change(field: str, before: object, after: object) -> str:
    old, new = _shown(field, before), _shown(field, after)
    return "differs" if old is None or new is None else f"{old} -> {new}"


def _shown(field: str, value: object) -> str | None:
    """A short value as people write it; None for what has parts of its own."""
    text: str | None = None
    if value is None or value == ():
        text = "none"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, Instant):
        text = value.iso()
    elif isinstance(value, Span):
        text = _between(value)
    elif isinstance(value, (int, float)):
        text = _figure(field, value)
    elif isinstance(value, time):
        text = f"{value:%H:%M}"
    elif isinstance(value, (str, date)):
        text = str(value)
    elif isinstance(value, tuple) and all(isinstance(one, (str, int, time)) for one in value):
        text = ", ".join(f"{one:%H:%M}" if isinstance(one, time) else str(one) for one in value)
    return None if text is None or len(text) > _LONGEST else text


def _between(span: Span) -> str:
    return f"{span.start.iso()} to {span.end.iso()}"


def _elements(before: Programme, after: Programme) -> Iterator[str]:
    if before.elements == after.elements:
        return
    old, new = (one.elements[-1].epoch.iso() if one.elements else "none" for one in (before, after))
    number = f"{len(before.elements)} -> {len(after.elements)} sets"
    yield f"elements: newest of {new} instead of {old}, {number}" if old != new else f"elements: {number}"


def _limits(before: Programme, after: Programme) -> Iterator[str]:
    old, new = _figures(before), _figures(after)
    for rule in sorted({*old, *new}):
        were, are = old.get(rule, {}), new.get(rule, {})
        parts = [
            f"{_named(name)} {_limit(name, were.get(name))} -> {_limit(name, are.get(name))}"
            for name in {**were, **are}
            if were.get(name) != are.get(name)
        ]
        if parts:
            yield f"{rule}: {', '.join(parts)}"


def _minutes(before: Programme, after: Programme) -> Iterator[str]:
    """What was agreed of the hosts' minutes: the document, and each figure that is another."""
    old, new = _agreed(before), _agreed(after)
    if old != new:
        parts = [
            f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}"
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        ]
        yield f"hosts' minutes: {', '.join(parts)}"


def _agreed(programme: Programme) -> dict[str, str]:
    budget = programme.hosts_minutes
    if budget is None:
        return {}
    figures = {"of all hosts": budget.total_min}
    for share in budget.people:
        figures |= {f"of {share.person}": share.total_min, f"a day of {share.person}": share.a_day_min}
    figures |= {f"on flight day {day.flight_day}": day.total_min for day in budget.days}
    said = {name: _figure("total_min", minutes) for name, minutes in figures.items() if minutes is not None}
    return {"agreed by": budget.agreed, **said}


def _figures(programme: Programme) -> dict[str, Mapping[str, float]]:
    return {one.rule: one.params for one in programme.limits}


def _limit(name: str, value: float | None) -> str:
    return "the rule's own" if value is None else _figure(name, value)


def _figure(field: str, value: float) -> str:
    """A number with its unit: `40 h`, `7 d 3 h`, `0.5 deg`."""
    unit = _unit_of(field)[1]
    if unit != "min":
        return f"{value:g} {_UNITS[unit]}" if unit else f"{value:g}"
    if value >= _LONG_MIN:
        return said_length(value)
    return f"{value / 60:g} h" if value >= 60 and value % 60 == 0 else f"{value:g} min"


def _stretches(before: Programme, after: Programme) -> Iterator[str]:
    """Absences, shuts and outages: which are new, and which are lifted."""
    old: list[_Closed] = [*before.absences, *before.shut, *before.outages]
    new: list[_Closed] = [*after.absences, *after.shut, *after.outages]
    yield from (_said(one) for one in new if one not in old)
    yield from (f"no longer: {_said(one)}" for one in old if one not in new)


def _said(one: _Closed) -> str:
    reason = f" ({one.reason})" if one.reason else ""
    match one:
        case Absence():
            until = "" if one.end is None else f" to {one.end.iso()}"
            return f"{one.person} is away from {one.start.iso()}{until}{reason}"
        case Shut():
            return f"{one.of} is shut from {_between(one.span)}{reason}"
        case Outage():
            of = one.kind if one.of is None else f"{one.kind} {one.of}"
            return f"windows of {of} don't count from {_between(one.span)}{reason}"


def _kept(before: Programme, after: Programme) -> Iterator[str]:
    """Pins, and what has happened since."""
    old, new = {pin.placement: pin.start for pin in before.pins}, {pin.placement: pin.start for pin in after.pins}
    yield from (f"pinned: {id_} at {start.iso()}" for id_, start in new.items() if old.get(id_) != start)
    yield from (f"no longer pinned: {id_}" for id_ in old if id_ not in new)
    done = {one.placement: one for one in before.happened}
    since = [one for one in after.happened if done.get(one.placement) != one]
    number = sum(one.outcome == "done" for one in since)
    if number:
        yield f"done since: {number} placement{'' if number == 1 else 's'}"
    yield from (f"{one.outcome}: {one.placement}" for one in since if one.outcome != "done")
