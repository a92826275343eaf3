"""The ships after a change: which one goes home with whom, which ones can't, and in which one everybody's liner is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from hamsafar.catalog.names import hint
from hamsafar.domain.changes import Change, Happened, ShipsMove, last_records
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import FlightRequest, Seat
from hamsafar.domain.vehicles import Ship
from hamsafar.planning.misfits import Misfits
from hamsafar.timeline import Instant


def with_ships(
    plan: Plan,
    request: FlightRequest,
    change: Change,
    happened: Iterable[Happened],
    now: Instant | None,
    misfits: Misfits,
) -> FlightRequest:
    """The flight with other ships. Where the guest is aboard, liners stand where the transfers done have brought them.

    Who came up in one ship and goes home in another has to carry seat liner and suit over again, whatever was done for
    the ship that was to go home before.
    """
    asked = change.ships
    if asked is None:
        return request
    undocking = plan.flight.landing.undocking
    if now is not None and undocking < now:
        misfits.add("ships", f"cannot change: the ship has undocked at {undocking}, before now ({now})")
        return request
    aboard = (*request.crew_up, *request.crew_aboard)
    for number, person in enumerate(asked.crew_down):
        if person not in aboard:
            misfits.add(f"ships.crew_down[{number}]", f"{person!r} is nobody aboard{hint(person, aboard)}")
    _tell_accepted(plan, asked, aboard, misfits)
    changed = evolve(
        request,
        ship_down=_ship_down(request, asked),
        crew_down=asked.crew_down or request.crew_down,
        unfit=(*(one for one in request.unfit if one.ship not in {new.ship for new in asked.unfit}), *asked.unfit),
        unseated=(*request.unseated, *asked.unseated),
    )
    if now is None or now < plan.flight.docking:
        return changed
    return evolve(changed, seats=tuple(_seats_at(plan, happened, now)), seats_since=now)


def _tell_accepted(plan: Plan, asked: ShipsMove, aboard: tuple[str, ...], misfits: Misfits) -> None:
    able = {*(person.id for person in plan.programme.people), *(agency.id for agency in plan.programme.agencies)}
    for number, one in enumerate(asked.unseated):
        if one.accepted_by not in able:
            what = f"{one.accepted_by!r} is not an agency or a person{hint(one.accepted_by, able)}"
            misfits.add(f"ships.without_seat[{number}].accepted_by", what)
        for place, person in enumerate(one.people):
            if person not in aboard:
                what = f"{person!r} is nobody aboard{hint(person, aboard)}"
                misfits.add(f"ships.without_seat[{number}].people[{place}]", what)


def _ship_down(request: FlightRequest, asked: ShipsMove) -> Ship:
    """The ship that goes home: one of the flight's, or another one such as the ship down is."""
    if asked.down is None or asked.down == request.ship_down.id:
        return request.ship_down
    return request.ship_up if asked.down == request.ship_up.id else evolve(request.ship_down, id=asked.down)


def _seats_at(plan: Plan, happened: Iterable[Happened], now: Instant) -> Iterator[Seat]:
    """Everybody's seat, as far as it is known, after the transfers done by now."""
    request = plan.programme.flight
    carried = _carried(plan, happened, now)
    for person in (*request.crew_up, *request.crew_aboard):
        ship = request.seat_of(person)
        if person in carried and person in request.crew_down:
            ship = request.ship_down.id
        elif person in carried and ship == request.ship_down.id:
            ship = request.ship_up.id if request.ship_up.id != request.ship_down.id else None
        if ship is not None:
            yield Seat(person=person, ship=ship)


def _carried(plan: Plan, happened: Iterable[Happened], now: Instant) -> frozenset[str]:
    """Whose liner a transfer has carried that was done by now and counts: from when on the seats are known."""
    since = plan.programme.flight.seats_since
    transfers = {one.id: one for one in plan.programme.activities if one.kind == "transfer"}
    of = {placement.id: placement.of for placement in plan.placements}
    found: set[str] = set()
    for id_, record in last_records(happened).items():
        activity = transfers.get(of.get(id_, ""))
        if activity is None or record.outcome != "done" or record.end > now:
            continue
        if since is None or record.start >= since:
            found.update(activity.moves_liners or record.people)
    return frozenset(found)
