"""What holds a placement where it is: the facts and rules of the programme that speak of its time and its people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import last_records
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After, Session
from hamsafar.planning.brought import outcome_of
from hamsafar.planning.words import clashes, said_length
from hamsafar.schedule.check import Violation
from hamsafar.schedule.problem import Problem
from hamsafar.timeline import Instant, local_label, zone

Kind = Literal["past", "pinned", "fixed", "promised", "window", "hours", "phase", "after", "people", "things"]


@frozen(kw_only=True)
class Reason:
    """One thing that holds it: what kind of thing, the rule that says so, and a sentence."""

    kind: Kind
    rule: str
    sentence: str


def holding(plan: Plan, placement: Placement, problem: Problem) -> Iterator[Reason]:
    """Everything that holds a placement, the strongest first."""
    yield from _brought(plan, placement)
    thing = _thing(plan, placement)
    if isinstance(thing, Activity):
        yield from _aboard(plan, placement, thing)
    elif isinstance(thing, Session):
        yield Reason(kind="phase", rule="TRN-03", sentence=f"it lies in the phase {thing.phase} of the term")
        if thing.facilities:
            yield Reason(kind="things", rule="TRN-02", sentence=f"it takes place in {', '.join(thing.facilities)}")
    if thing is not None:
        yield from _order(plan, placement, thing)
    yield from _served(placement, problem)


def broken_in_words(plan: Plan, violation: Violation, about: str) -> str:
    """What a placement would break: `PPL-01: guest does one thing at a time; lunch@3#1, 12:00 to 13:00`."""
    if violation.tag is None:
        return violation.words
    rule = clashes(plan.programme, (violation.tag,))[0].sentence
    others = {one.id: one for one in plan.placements if one.id in violation.tasks and one.id != about}
    named = (f"{id_}, {_from_to(others[id_])}" for id_ in violation.tasks if id_ in others)
    return "; ".join(dict.fromkeys((rule, *named)))


def _from_to(placement: Placement) -> str:
    start, end = (moment.datetime(zone(placement.zone)) for moment in (placement.start, placement.end))
    return f"{start:%Y-%m-%d %H:%M} to {end:%H:%M} ({placement.zone})"


def _thing(plan: Plan, placement: Placement) -> Activity | Session | None:
    """The activity or session that it is an occurrence of."""
    term = plan.programme.term
    sessions = chain.from_iterable(subject.sessions for subject in term.subjects) if term is not None else ()
    every: Iterator[Activity | Session] = chain(plan.programme.activities, sessions)
    return next((one for one in every if one.id == placement.of), None)


def has_happened(plan: Plan, placement: Placement) -> bool:
    """Whether a placement is past."""
    return plan.programme.past_until is not None and placement.start < plan.programme.past_until


def _brought(plan: Plan, placement: Placement) -> Iterator[Reason]:
    """What a change made of it: it has happened, it is pinned, it is promised."""
    programme = plan.programme
    if programme.past_until is not None and has_happened(plan, placement):
        said = f"it began before {local_label(programme.past_until, placement.zone)}: it has happened"
        yield Reason(kind="past", rule="PST-01", sentence=said)
    missed = last_records(programme.happened).get(placement.id)
    if missed is not None and missed.outcome != "done":
        said = f"it was {outcome_of(missed, placement.zone)}, and is placed again"
        yield Reason(kind="past", rule="PST-01", sentence=said)
    for pin in programme.pins:
        if pin.placement == placement.id:
            said = f": {pin.reason}" if pin.reason else ""
            yield Reason(kind="pinned", rule="PIN-01", sentence=f"it is pinned where it is{said}")
    for fixed in programme.fixed:
        if fixed.placement == placement.id:
            said = f" ({fixed.source})" if fixed.source else ""
            yield Reason(kind="fixed", rule="HST-01", sentence=f"the host has fixed it where it is{said}")
    thing = _thing(plan, placement)
    if thing is not None and thing.promised:
        yield Reason(kind="promised", rule="", sentence="it is promised to somebody outside: it is moved last")


def _aboard(plan: Plan, placement: Placement, activity: Activity) -> Iterator[Reason]:
    need = activity.window
    if need is not None:
        name = " ".join(filter(None, (need.kind, need.of)))
        found = _window_of(plan, placement, activity)
        said = f"it needs a window ({name})"
        if found is not None:
            start, end = (local_label(moment, placement.zone) for moment in found)
            said += f", and lies in the one from {start} to {end}"
        yield Reason(kind="window", rule="WIN-01", sentence=said)
    days = ", ".join(map(str, activity.flight_days))
    hours = activity.starts_between
    parts = [f"on flight day {days}" if len(activity.flight_days) == 1 else f"on one of the flight days {days}"]
    parts = parts if days else []
    if hours is not None:
        parts.append(f"between {hours[0]:%H:%M} and {hours[1]:%H:%M}")
    if parts and activity.kind != "sleep":
        yield Reason(kind="hours", rule="CRW-12", sentence=f"it starts {' '.join(parts)}")
    if activity.uses:
        things = ", ".join(f"{use.amount} of {use.resource}" for use in activity.uses)
        yield Reason(kind="things", rule="RES-01", sentence=f"it uses {things}")
        yield from _while_there(plan.programme, {use.resource for use in activity.uses})


def _while_there(programme: Programme, used: set[str]) -> Iterator[Reason]:
    for thing in programme.resources:
        if thing.id in used and thing.calendar is not None:
            said = f"{thing.id} is there only in the hours of {thing.calendar}"
            yield Reason(kind="things", rule="RES-03", sentence=said)
        if thing.id in used and thing.window is not None:
            named = " ".join(filter(None, (thing.window.kind, thing.window.of)))
            yield Reason(kind="things", rule="RES-03", sentence=f"{thing.id} is there only in a window ({named})")


def _window_of(plan: Plan, placement: Placement, activity: Activity) -> tuple[Instant, Instant] | None:
    need = activity.window
    if need is None:
        return None
    for listed in plan.windows:
        if listed.kind == need.kind and need.of in (None, listed.of):
            for open_ in listed.spans:
                if open_.start <= placement.start and placement.end <= open_.end:
                    return open_.start, open_.end
    return None


def _order(plan: Plan, placement: Placement, thing: Activity | Session) -> Iterator[Reason]:
    """What comes before it and after it."""
    for after in thing.after:
        yield Reason(kind="after", rule="ORD-01", sentence=f"it comes {_gap(after)} {after.of}")
    term = plan.programme.term
    sessions = chain.from_iterable(subject.sessions for subject in term.subjects) if term is not None else ()
    every: Iterator[Activity | Session] = chain(plan.programme.activities, sessions)
    for other in every:
        for after in other.after:
            if after.of == thing.id:
                yield Reason(kind="after", rule="ORD-01", sentence=f"{other.id} comes {_gap(after)} it")


def _gap(after: After) -> str:
    least = f"at least {said_length(after.min_gap_min)} " if after.min_gap_min else ""
    most = f"at most {said_length(after.max_gap_min)} " if after.max_gap_min is not None else ""
    return f"{' and '.join(part.strip() for part in (least, most) if part)} after".strip()


def _served(placement: Placement, problem: Problem) -> Iterator[Reason]:
    """Who is in it, and whom else it could have."""
    people = ", ".join(f"{one.person} ({one.function})" for one in placement.people)
    task = next((one for one in problem.tasks if one.id == placement.id), None)
    choices = {
        who.partition(":")[2] for pick in (task.picks if task is not None else ()) for who in problem.candidates(pick)
    }
    others = sorted(choices - set(placement.person_ids))
    more = f"; {', '.join(others)} could serve as well" if others else ""
    if people:
        yield Reason(kind="people", rule="PPL-01", sentence=f"it takes {people}{more}")
