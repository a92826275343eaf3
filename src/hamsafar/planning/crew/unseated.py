"""Who has no seat in a ship that can leave, from when on, and how long that is accepted."""

from __future__ import annotations

from hamsafar.domain.programme import FlightRequest
from hamsafar.timeline import Instant


def unfit_ships(request: FlightRequest) -> frozenset[str]:
    """The ships at the station in which nobody can go home."""
    return frozenset(one.ship for one in request.unfit)


def without_since(request: FlightRequest, person: str, begins: Instant) -> Instant | None:
    """From when on somebody, aboard since `begins`, sits in no ship that can leave; None where they always do.

    It is asked only where a ship is not fit. A seat that isn't known is none.
    """
    if not request.unfit:
        return None
    seat = request.seat_of(person)
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
