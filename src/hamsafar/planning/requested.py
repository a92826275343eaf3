"""What the host is asked for: everything of the guest's programme that takes its people, things, links or attention.

Each placement is one request, under a number that it keeps through all versions of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from hamsafar.domain.aboard import Activity, WindowKind
from hamsafar.domain.host import HostRequest, RequestState
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.planning.limits import with_every_figure
from hamsafar.timeline import Instant

_LINKS: Mapping[WindowKind, str] = {"relay": "relay link", "pass": "link over"}
_ON_THE_GROUND = ("link", "outreach")
_TOLD: tuple[RequestState, ...] = ("granted", "moved", "refused", "open", "withdrawn")


def requests_of(plan: Plan) -> tuple[HostRequest, ...]:
    """The requests of a plan by number; of one that was made before there were any, as they are numbered now."""
    return numbered(plan.programme, plan.placements)


def numbered(programme: Programme, placements: Iterable[Placement]) -> tuple[HostRequest, ...]:
    """The programme's requests as its placements have them now; what is new gets the next numbers, in order of time."""
    placed = {one.id: one for one in placements if one.stage == "flight"}
    pinned = {pin.placement for pin in programme.pins} | {record.placement for record in programme.happened}
    known = [_as_it_lies(one, placed, pinned) for one in programme.requests]
    named = {one.placement for one in known}
    number = max((one.number for one in known), default=0)
    activities = {one.id: one for one in programme.activities}
    for one in sorted(placed.values(), key=lambda one: (one.start, one.id)):
        activity = activities.get(one.of)
        if activity is not None and one.id not in named and host_needs(programme, activity, one.person_ids):
            number += 1
            known.append(HostRequest(number=number, placement=one.id, start=one.start))
    return tuple(known)


def _as_it_lies(request: HostRequest, placed: Mapping[str, Placement], pinned: set[str]) -> HostRequest:
    """Open again where an agreed one is pinned no more; withdrawn, and back, as the plan leaves it out or has it."""
    placement = placed.get(request.placement)
    agreed = request.state in ("granted", "moved")
    if request.state == "refused" or (agreed and placement is not None and request.placement in pinned):
        return request
    if placement is None:
        return HostRequest(number=request.number, placement=request.placement, state="withdrawn")
    return HostRequest(number=request.number, placement=request.placement, start=placement.start)


def host_needs(programme: Programme, activity: Activity, people: Sequence[str]) -> tuple[str, ...]:
    """What of the host's something takes, in words; nothing where it isn't of the guest's programme."""
    if not activity.guest_programme or any(one.activity == activity.id for one in programme.fixed):
        return ()
    return tuple(_needs(programme, activity, people))


def _needs(programme: Programme, activity: Activity, people: Sequence[str]) -> Iterator[str]:
    aboard = (*programme.flight.crew_up, *programme.flight.crew_aboard)
    hosts = [one for one in people if one in aboard and one != programme.flight.guest]
    if hosts:
        yield f"help of {', '.join(hosts)}"
    units = {one.id: one.unit for one in programme.resources}
    for use in activity.uses:
        unit = units.get(use.resource, "")
        yield f"{use.resource} ({use.amount} {unit})" if unit else use.resource
    if activity.window is not None and activity.window.kind in _LINKS:
        yield " ".join(filter(None, (_LINKS[activity.window.kind], activity.window.of)))
    if activity.kind in _ON_THE_GROUND:
        yield "attention on the ground"


def answer_due(plan: Plan, request: HostRequest) -> Instant | None:
    """The latest answer: days before lift-off; where that has gone by, hours before the activity; None: not open."""
    if request.state != "open" or request.start is None:
        return None
    due = plan.flight.launch.launch.plus(days=-_figure(plan, "answer_before_launch_d"))
    return due if known_until(plan) < due else request.start.plus(hours=-_figure(plan, "answer_before_h"))


def _figure(plan: Plan, name: str) -> float:
    return with_every_figure(plan.programme).limit("HST-02", name)


def counted(plan: Plan) -> dict[str, int]:
    """How many requests are in each state."""
    states = [one.state for one in requests_of(plan)]
    return {word: states.count(word) for word in get_args(RequestState)}


def next_due(plan: Plan) -> Instant | None:
    """When the next answer to something open is due, of those that aren't overdue."""
    dues = (answer_due(plan, one) for one in requests_of(plan))
    return min((due for due in dues if due is not None and due > known_until(plan)), default=None)


def overdue(plan: Plan) -> int:
    """How many answers should be here by now."""
    dues = (answer_due(plan, one) for one in requests_of(plan))
    return sum(due is not None and due <= known_until(plan) for due in dues)


def known_until(plan: Plan) -> Instant:
    """The plan's own today: up to when it knows what happened, else the day it is made for."""
    now = plan.programme.now
    return plan.programme.past_until or Instant.utc(now.year, now.month, now.day)


def said_of_requests(plan: Plan) -> str:
    """`12 requests to the host: 7 granted, 2 refused, 3 open, next answer due 2027-05-06T00:00Z`; empty: none."""
    states, due = counted(plan), next_due(plan)
    number = sum(states.values())
    if not number:
        return ""
    parts = [f"{states[word]} {word}" for word in _TOLD if states[word]]
    late = overdue(plan)
    parts += [f"{late} of these overdue"] if late else []
    parts += [] if due is None else [f"next answer due {due.iso()[:16]}Z"]
    return f"{number} request{'' if number == 1 else 's'} to the host: {', '.join(parts)}"
