"""Second opinion on seat liners and suits: who sits where, who carried theirs over, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.timeline import Instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Said, checks


def seat_at_docking(case: Case, person: str) -> str | None:
    """The ship somebody's liner is in when the ship up docks, or the ships change; None where nothing says which."""
    request = case.request
    if request.seats_since is None and person in request.crew_up:
        return request.ship_up.id
    for seat in request.seats:
        if seat.person == person:
            return seat.ship
    if request.seats_since is not None:
        return None
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
    """The transfers that carry somebody's liner: those that say so, and those with them that say nothing of whose.

    What was carried before the ships changed is counted in the seats of then.
    """
    found = []
    for slot, activity in case.flown:
        if activity.kind == "transfer" and not _before_the_ships_changed(case, slot):
            whose = activity.moves_liners or tuple(slot.people)
            if person in whose:
                found.append(slot)
    return found


def _before_the_ships_changed(case: Case, slot: Slot) -> bool:
    since = case.request.seats_since
    return since is not None and slot.start < since


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
        after = [slot for slot in after if not _before_the_ships_changed(case, slot)]
        if not after:
            where = (person, *(slot.id for slot in moves))
            yield Breach(f"{person} never tries the moved seat liner in the seat.", where)
            continue
        ahead = max(minutes_between(slot.end, undocking) for slot in after)
        if ahead < lead_min:
            sentence = f"{person} has tried the seat only {at_length(ahead)} before undocking"
            where = (person, *(slot.id for slot in after))
            yield Breach(f"{sentence} ({at_length(lead_min)} are asked).", where, lead_min - ahead, "min")


@checks("SEA-06")
def seated_or_accepted(case: Case) -> Said:
    """While a ship is not fit, each moment somebody aboard has no seat in one that can leave is accepted by name."""
    request = case.request
    if not request.unfit:
        return
    for person in case.aboard:
        for lacks, until in _without_a_seat(case, person):
            for begins, ends in _not_accepted(case, person, lacks, until):
                sentence = f"{person} has no seat in a ship that can leave from {begins} to {ends}"
                by = minutes_between(begins, ends)
                yield Breach(f"{sentence}, and nobody has accepted it.", (person,), by, "min")


def _without_a_seat(case: Case, person: str) -> Iterator[tuple[Instant, Instant]]:
    """The stretches of the stay in which somebody sits in no ship that is fit and stays as long as they do."""
    request, there = case.request, case.presence(person)
    if there is None:
        return
    begins, ends = there
    seat, goes = seat_at_docking(case, person), person in request.crew_down
    broken = [one.since for one in request.unfit if seat is None or one.ship == seat]
    moves = _moves(case, person)
    if broken:
        begins = max(begins, min(broken))
        if goes and moves:  # carried into the ship that goes home
            ends = min(ends, *(slot.end for slot in moves))
    elif not goes and seat == request.ship_down.id:  # carried out of it, and nobody says where to
        begins = min(case.flight.hatch_close, *(slot.start for slot in moves)) if moves else case.flight.hatch_close
    else:
        return
    if begins < ends:
        yield begins, ends


def _not_accepted(case: Case, person: str, begins: Instant, ends: Instant) -> Iterator[tuple[Instant, Instant]]:
    """What of a stretch no acceptance covers."""
    spans = sorted((one.span.start, one.span.end) for one in case.request.unseated if person in one.people)
    for start, end in spans:
        if start > begins:
            yield begins, min(start, ends)
        begins = max(begins, end)
        if begins >= ends:
            return
    yield begins, ends


@checks("SEA-07")
def no_unfit_ship_home(case: Case) -> Said:
    """The ship down not among those that are not fit."""
    down = case.request.ship_down.id
    for one in case.request.unfit:
        if one.ship == down:
            why = f" ({one.reason})" if one.reason else ""
            who = case.request.crew_down
            yield Breach(f"{down} is not fit to go home in since {one.since}{why}.", (down, *who), len(who), "people")
