"""Who has no seat in a ship that can leave, from when on, and how long that is accepted."""

from __future__ import annotations

from hamsafar.domain.programme import FlightRequest
from hamsafar.timeline import Instant


def seat_of(request: FlightRequest, person: str) -> str | None:
    """The ship that somebody has seat liner and suit in at docking, or at `seats_since`.

    None where only that it is another one than they go home in is known, or nothing.
    """
    told = next((seat.ship for seat in request.seats if seat.person == person), None)
    if request.seats_since is not None:
        return told
    if person in request.crew_up:
        return request.ship_up.id
    if told is None and person in request.crew_down and request.ship_up.id != request.ship_down.id:
        return request.ship_down.id
    return told


def unfit_ships(request: FlightRequest) -> frozenset[str]:
    """The ships at the station in which nobody can go home."""
    return frozenset(one.ship for one in request.unfit)


def without_since(request: FlightRequest, person: str, begins: Instant) -> Instant | None:
    """From when on somebody, aboard since `begins`, sits in no ship that can leave; None where they always do.

    It is asked only where a ship is not fit. A seat that isn't known is none.
    """
    if not request.unfit:
        return None
    seat = seat_of(request, person)
    if seat is None:
        since = min(one.since for one in request.unfit)
    elif seat in unfit_ships(request):
        since = min(one.since for one in request.unfit if one.ship == seat)
    else:
        return None
    return max(since, begins)


def accepted_until(request: FlightRequest, person: str, begins: Instant) -> Instant | None:
    """Up to when it is accepted, from an instant on without a gap, that somebody has no seat; None where it isn't."""
    spans = sorted((one.span for one in request.unseated if person in one.people), key=lambda one: one.start)
    reached = begins
    for span in spans:
        if span.start <= reached:
            reached = max(reached, span.end)
    return reached if reached > begins else None


def accepted_from(request: FlightRequest, person: str, ends: Instant) -> Instant | None:
    """From when on it is accepted until `ends` without a gap."""
    spans = (one.span for one in request.unseated if person in one.people)
    starts = (span.start for span in spans)
    return min((one for one in starts if (accepted_until(request, person, one) or one) >= ends), default=None)
