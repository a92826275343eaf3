"""Second opinion on seat liners and suits: who sits where, who carried theirs over, and whether it fits."""

from __future__ import annotations

from hamsafar.timeline import Instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Said, checks


def seat_at_docking(case: Case, person: str) -> str | None:
    """The ship somebody's liner is in when the ship up docks; None where nothing says which."""
    request = case.request
    if person in request.crew_up:
        return request.ship_up.id
    for seat in request.seats:
        if seat.person == person:
            return seat.ship
    other_ship = request.ship_up.id != request.ship_down.id
    return request.ship_down.id if other_ship and person in request.crew_down else None


def seats_of_those_who_stay(case: Case) -> Said:
    """Who stays fits into the ship up, once the ship down has left: those of its crew, and those who move to it."""
    up, down = case.request.ship_up, case.request.ship_down
    if up.id == down.id:
        return
    staying = [one for one in case.aboard if one not in case.request.crew_down]
    seated = [one for one in staying if seat_at_docking(case, one) in (up.id, down.id)]
    if len(seated) > up.seats:
        sentence = f"{len(seated)} of those who stay have their seat in {up.id}, which has {up.seats} seats."
        yield Breach(sentence, (up.id, *seated), len(seated) - up.seats, "people")


def _moves(case: Case, person: str) -> list[Slot]:
    """The transfers that carry somebody's liner: those that say so, and those with them that say nothing of whose."""
    found = []
    for slot, activity in case.flown:
        if activity.kind == "transfer":
            whose = activity.moves_liners or tuple(slot.people)
            if person in whose:
                found.append(slot)
    return found


@checks("SEA-02")
def liners(case: Case) -> Said:
    """Seat liner and suit moved in good time by everyone who goes down in another ship than they have their seat in."""
    close, lead_min = case.flight.hatch_close, case.param("SEA-02", "before_close_min")
    for person in sorted(set(case.request.crew_down) & set(case.aboard)):
        if seat_at_docking(case, person) != case.request.ship_down.id:
            yield from _carried(case, person, close, lead_min, "goes down in another ship")


@checks("SEA-05")
def nobody_left_behind(case: Case) -> Said:
    """Seat liner and suit out of the ship that leaves before its hatch closes, for everyone who stays."""
    for person in sorted(set(case.aboard) - set(case.request.crew_down)):
        if seat_at_docking(case, person) == case.request.ship_down.id:
            yield from _carried(case, person, case.flight.hatch_close, 0, "stays when their ship leaves")


def _carried(case: Case, person: str, close: Instant, lead_min: float, why: str) -> Said:
    moves = _moves(case, person)
    if not moves:
        yield Breach(f"{person} {why} and never moves the seat liner.", (person,))
        return
    ahead = max(minutes_between(slot.end, close) for slot in moves)
    if ahead < lead_min:
        sentence = f"{person} has moved the seat liner only {at_length(ahead)} before the hatch closes"
        where = (person, *(slot.id for slot in moves))
        yield Breach(f"{sentence} ({at_length(lead_min)} are asked).", where, lead_min - ahead, "min")


@checks("SEA-04")
def fit_tried(case: Case) -> Said:
    """The moved liner tried in the seat: by a transfer that says no more, or after it by what checks the fit."""
    lead_min = case.param("SEA-04", "before_undocking_min")
    undocking = case.flight.landing.undocking
    for person in sorted(set(case.request.crew_down) & set(case.aboard)):
        moves = _moves(case, person)
        if seat_at_docking(case, person) == case.request.ship_down.id or not moves:
            continue  # nothing to move; or nothing moved, which SEA-02 tells
        if all(slot.activity is not None and not slot.activity.moves_liners for slot in moves):
            continue  # such a transfer tries the fit, and SEA-02 judges when
        first = min(slot.end for slot in moves)
        tried = [slot for slot, activity in case.flown if person in activity.checks_fit and person in slot.people]
        after = [slot for slot in tried if slot.start >= first or slot in moves]
        if not after:
            where = (person, *(slot.id for slot in moves))
            yield Breach(f"{person} never tries the moved seat liner in the seat.", where)
            continue
        ahead = max(minutes_between(slot.end, undocking) for slot in after)
        if ahead < lead_min:
            sentence = f"{person} has tried the seat only {at_length(ahead)} before undocking"
            where = (person, *(slot.id for slot in after))
            yield Breach(f"{sentence} ({at_length(lead_min)} are asked).", where, lead_min - ahead, "min")
