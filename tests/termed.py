"""Small plans with a term, made by hand: what a test doesn't say of the flight is that of the exporters' plan."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import evolve

from export_plan import rich_plan
from hamsafar.domain.aboard import Activity, Need
from hamsafar.domain.changes import Happened, Outcome
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.timeline import Instant
from programmes import LAUNCH, ZONE

LANDING = LAUNCH.plus(days=8)
PRIME, BACKUP = "trainee-prime", "trainee-backup"


@cache
def _rich() -> Plan:
    return rich_plan(sessions_each=9)


def termed_plan(programme: Programme, *placements: Placement, now: Instant | None = None, **more: Any) -> Plan:
    """A plan of that programme with just these placements; up to `now` it is known what happened."""
    rich = _rich()
    launch = evolve(rich.flight.launch, launch=LAUNCH)
    landing = evolve(rich.flight.landing, landing=LANDING, undocking=LANDING.plus(hours=-8))
    known = evolve(programme, past_until=now, happened=more.pop("happened", ()))
    return evolve(
        rich,
        programme=known,
        flight=evolve(rich.flight, launch=launch, landing=landing),
        placements=tuple(sorted(placements, key=lambda one: (one.start, one.id))),
        **more,
    )


def placed(programme: Programme, id_: str, start: str, *people: str, **serving: str) -> Placement:
    """A placement of a session, at a UTC minute (`2027-02-03T02:00`); `instructor="..."` serves in that function."""
    of = id_.partition("@")[0]
    assert programme.term is not None
    session = next(one for subject in programme.term.subjects for one in subject.sessions if one.id == of)
    begins = Instant.parse(start + "Z")
    return Placement(
        id=id_,
        of=of,
        stage="training",
        title=session.title,
        kind=session.kind,
        start=begins,
        end=begins.plus(minutes=session.duration_min),
        zone=ZONE,
        people=(
            *(Assignment(person=one, function="attendee") for one in people),
            *(Assignment(person=one, function=function) for function, one in serving.items()),
        ),
        facilities=session.facilities,
    )


def record(one: Placement, outcome: Outcome, *people: str) -> Happened:
    """What came of a placement, where and when it was; with those people, or all that were planned."""
    return Happened(placement=one.id, start=one.start, end=one.end, people=people or one.person_ids, outcome=outcome)


def asking(certificate: str, *candidates: str) -> Activity:
    """Something aboard that asks one of the candidates for a certificate."""
    who = (Need(function="operator", candidates=candidates, certificate=certificate),)
    return Activity(id=f"run-{certificate}", title="Run", kind="experiment", duration_min=60, who=who)
