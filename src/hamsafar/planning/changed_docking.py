"""A docking at another time than the profile gives: told by the host once the ship has lifted off."""

from __future__ import annotations

from datetime import datetime, time

from attrs import evolve

from hamsafar.domain.changes import Change, Happened
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import FlightRequest
from hamsafar.planning.misfits import Misfits
from hamsafar.timeline import Instant, local_date, zone


def with_docking(
    plan: Plan, request: FlightRequest, docking: Instant, now: Instant | None, misfits: Misfits
) -> FlightRequest:
    """The flight with the docking told; after lift-off, and before the one planned: later it has happened."""
    lift_off, planned = plan.flight.launch.launch, plan.flight.docking
    if now is None or now <= lift_off:
        what = f"is told once the ship has lifted off ({lift_off}), with `now`; move the launch instead"
    elif now > planned:
        what = f"cannot move: the ship docked at {planned}, before now ({now})"
    elif docking < now:
        what = f"asks for a docking at {docking}, before now ({now})"
    else:
        return evolve(request, docking=docking)
    misfits.add("docking", what)
    return request


def in_the_stay(plan: Plan, change: Change, happened: tuple[Happened, ...]) -> tuple[Happened, ...]:
    """Without what was done aboard on days that a later docking has put before the stay, such as residents' nights.

    Flight days count from the docking, so these days are none any more, and the plan tells nothing of them.
    """
    if change.docking is None:
        return happened
    zone_name = plan.programme.station.zone
    first_day = local_date(change.docking, zone_name)
    begins = Instant.from_datetime(datetime.combine(first_day, time(), zone(zone_name)))
    aboard = {one.id for one in plan.placements if one.stage == "flight"}
    if first_day <= local_date(plan.flight.docking, zone_name):
        return happened
    return tuple(one for one in happened if one.placement not in aboard or one.start >= begins)
