"""Seat liners and suits: who has to carry them over, and which transfer does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import ceil

from attrs import evolve

from hamsafar.domain.programme import FlightRequest
from hamsafar.planning import ticks
from hamsafar.planning.crew.people import Service
from hamsafar.planning.crew.slots import Draft, Slot, narrowed
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.tasks import Allowed, Tag


def _seat_of(request: FlightRequest, person: str) -> str | None:
    """The ship that somebody has seat liner and suit in at docking; None where only that it is another one is known."""
    if person in request.crew_up:
        return request.ship_up.id
    told = next((seat.ship for seat in request.seats if seat.person == person), None)
    if told is None and person in request.crew_down and request.ship_up.id != request.ship_down.id:
        return request.ship_down.id
    return told


def _changing(request: FlightRequest) -> list[str]:
    """Who goes down in another ship than they have their seat in."""
    aboard = (*request.crew_up, *request.crew_aboard)
    return [one for one in aboard if one in request.crew_down and _seat_of(request, one) != request.ship_down.id]


def _left_behind(request: FlightRequest) -> list[str]:
    """Who stays, and has their seat in the ship that leaves."""
    aboard = (*request.crew_up, *request.crew_aboard)
    return [one for one in aboard if one not in request.crew_down and _seat_of(request, one) == request.ship_down.id]


def stay_in_ship_up(request: FlightRequest) -> list[str]:
    """Whose seat is in the ship up once the ship down has left: of those who stay, where it is known."""
    if request.ship_up.id == request.ship_down.id:
        return []
    staying = [one for one in (*request.crew_up, *request.crew_aboard) if one not in request.crew_down]
    ships = (request.ship_up.id, request.ship_down.id)
    return [one for one in staying if _seat_of(request, one) in ships]


@enforces("SEA-02", "SEA-04", "SEA-05")
def liners_moved(draft: Draft, slots: list[Slot]) -> tuple[list[Slot], list[Tag]]:
    """One transfer of everyone who changes ships early enough, and the fit tried; and who finds none.

    A transfer that they are in for sure comes first; failing that, one for which they can be chosen.
    """
    stay, missing = draft.stay, list[Tag]()
    by_id = {slot.id: slot for slot in slots}
    for person in _changing(stay.request):
        close = stay.presence[person][1]
        latest = close - ceil(draft.limit("SEA-02", "before_close_min"))
        _moved(draft, by_id, person, latest, tag_of("SEA-02", person), missing)
        named = any(person in slot.activity.moves_liners for slot in by_id.values())
        if named and "SEA-04" not in draft.without:
            _fit_checked(draft, by_id, person, missing)
    for person in _left_behind(stay.request):
        latest = ticks.tick_at_or_before(stay.flight.hatch_close)
        _moved(draft, by_id, person, latest, tag_of("SEA-05", person), missing)
    return list(by_id.values()), missing


def _moved(draft: Draft, by_id: dict[str, Slot], person: str, latest: int, tag: Tag, missing: list[Tag]) -> None:
    if tag.rule in draft.without:
        return
    transfers = [slot for slot in by_id.values() if slot.activity.kind == "transfer" and not slot.service.lacking]
    named = [slot for slot in transfers if person in slot.activity.moves_liners]
    others = [slot for slot in transfers if not slot.activity.moves_liners]
    sure = [slot for slot in others if person in slot.service.sure]
    chosen = [slot for slot in others if person in slot.service.possible and _room_for(slot, person)]
    early = _first(_in_time(draft, slot, person, latest, tag) for slot in (*named, *sure, *chosen))
    if early is None:
        missing.append(tag_of(tag.rule, person, "no activity of kind transfer is theirs"))
    else:
        by_id[early.id] = early


def _fit_checked(draft: Draft, by_id: dict[str, Slot], person: str, missing: list[Tag]) -> None:
    """A check of the fit in time; that it follows the transfer is `fit_after_transfer`'s."""
    tag, undocking = tag_of("SEA-04", person), draft.stay.flight.landing.undocking
    latest = ticks.tick_at_or_before(undocking) - ceil(draft.limit("SEA-04", "before_undocking_min"))
    checks = [slot for slot in by_id.values() if person in slot.activity.checks_fit and not slot.service.lacking]
    early = _first(_in_time(draft, slot, person, latest, tag) for slot in checks)
    if early is None:
        missing.append(tag_of("SEA-04", person, "no activity checks the fit"))
    else:
        by_id[early.id] = early


@enforces("SEA-04")
def fit_after_transfer(draft: Draft) -> Iterator[Constraint]:
    """Who tries the moved liner does so after it was moved, where that is another activity."""
    for person in _changing(draft.stay.request):
        tag = tag_of("SEA-04", person)
        moves = [slot for slot in draft.slots if person in slot.activity.moves_liners]
        checks = [slot for slot in draft.slots if person in slot.activity.checks_fit]
        if not {slot.id for slot in moves}.isdisjoint(slot.id for slot in checks):
            continue
        for move, check in product(moves, checks):
            yield Lag(before=move.id, after=check.id, min_gap=0, max_gap=None, tag=tag)


def _first(slots: Iterable[Slot]) -> Slot | None:
    found = list(slots)
    return next((slot for slot in found if slot.starts), found[0] if found else None)


def _room_for(slot: Slot, person: str) -> bool:
    taken = slot.must is not None and slot.must.rule in ("SEA-02", "SEA-04", "SEA-05")
    return person not in slot.service.sure and not taken


def _in_time(draft: Draft, slot: Slot, person: str, latest: int, tag: Tag) -> Slot:
    last = latest - slot.duration
    ranges = ((draft.stay.first, last),) if last >= draft.stay.first else ()
    service = _with(slot.service, person) if person in slot.service.possible else slot.service
    return narrowed(evolve(slot, service=service, must=tag), (Allowed(ranges=ranges, tag=tag),))


def _with(service: Service, person: str) -> Service:
    """The same service with this person in it for sure: the first choice that knows them loses its freedom."""
    if person in service.sure:
        return service
    choices = list(service.choices)
    at = next(at for at, choice in enumerate(choices) if person in choice.candidates)
    others = tuple(one for one in choices[at].candidates if one != person)
    choices[at] = evolve(choices[at], candidates=(person, *others)[: choices[at].count])
    return evolve(service, choices=tuple(choices))
