"""The rows of the report's table of seats: who goes home in which ship, with which liner, carried when."""

from __future__ import annotations

from attrs import frozen

from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.flight_days import crew_of
from hamsafar.timeline import Instant, zone


@frozen
class SeatRow:
    """Somebody aboard: the ship up, the ship of their seat, when that is carried, the ship down."""

    person: str
    came_up: str
    seat: str
    carried: str
    goes_home: str
    without: str  # when it is accepted that they have no seat in a ship that can leave


def seat_rows(plan: Plan) -> tuple[SeatRow, ...]:
    """Everybody aboard, the guest first; times on the station's clock."""
    request = plan.programme.flight
    return tuple(
        SeatRow(
            person=person.title,
            came_up=request.ship_up.id if person.id in request.crew_up else "",
            seat=request.seat_of(person.id) or "not said",
            carried=_carried(plan, person.id),
            goes_home=request.ship_down.id if person.id in request.crew_down else "",
            without=_without(plan, person.id),
        )
        for person in crew_of(plan)
    )


def seats_are_of(plan: Plan) -> str:
    """From when on the seats of the table are."""
    since = plan.programme.flight.seats_since
    return "at docking" if since is None else f"on {_clock(plan, since)}, when the ships changed"


def unfit_text(plan: Plan) -> str:
    """`ship-down from 2026-05-31 00:00 (a cracked window)`; empty where every ship is fit."""
    said = (
        f"{one.ship} from {_clock(plan, one.since)}" + (f" ({one.reason})" if one.reason else "")
        for one in plan.programme.flight.unfit
    )
    return "; ".join(said)


def _carried(plan: Plan, person: str) -> str:
    """When their liner goes to the ship down, or out of it."""
    request = plan.programme.flight
    seat, goes = request.seat_of(person), person in request.crew_down
    if (seat == request.ship_down.id) == goes:
        return ""
    moves = [one for one in plan.placements if _moves(plan, one, person)]
    where = f"to {request.ship_down.id}" if goes else f"out of {request.ship_down.id}"
    if not goes and seat != request.ship_down.id:
        return ""
    return "; ".join(f"{_clock(plan, one.start)} {where}" for one in moves)


def _moves(plan: Plan, placement: Placement, person: str) -> bool:
    since = plan.programme.flight.seats_since
    if placement.kind != "transfer" or (since is not None and placement.start < since):
        return False
    named = next((one.moves_liners for one in plan.programme.activities if one.id == placement.of), ())
    return person in (named or placement.person_ids)


def _without(plan: Plan, person: str) -> str:
    accepted = (one for one in plan.programme.flight.unseated if person in one.people)
    return "; ".join(
        f"{_clock(plan, one.span.start)} to {_clock(plan, one.span.end)}, accepted by {one.accepted_by}"
        + (f": {one.reason}" if one.reason else "")
        for one in accepted
    )


def _clock(plan: Plan, moment: Instant) -> str:
    return f"{moment.datetime(zone(plan.programme.station.zone)):%Y-%m-%d %H:%M}"
