"""Seat liners and suits: who has to carry them over, and which transfer does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import ceil

from attrs import evolve, frozen

from hamsafar.domain.programme import FlightRequest
from hamsafar.planning import ticks
from hamsafar.planning.crew.people import Service
from hamsafar.planning.crew.slots import Draft, Slot, narrowed
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.crew.unseated import accepted_from, accepted_until, unfit_ships, without_since
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.tasks import Allowed, Tag
from hamsafar.timeline import Instant


def _changing(request: FlightRequest) -> list[str]:
    """Who goes down in another ship than they have their seat in."""
    aboard = (*request.crew_up, *request.crew_aboard)
    return [one for one in aboard if one in request.crew_down and request.seat_of(one) != request.ship_down.id]


def _left_behind(request: FlightRequest) -> list[str]:
    """Who stays, and has their seat in the ship that leaves."""
    aboard = (*request.crew_up, *request.crew_aboard)
    return [one for one in aboard if one not in request.crew_down and request.seat_of(one) == request.ship_down.id]


def stay_in_ship_up(request: FlightRequest) -> list[str]:
    """Whose seat is in the ship up once the ship down has left: of those who stay, where it is known."""
    if request.ship_up.id == request.ship_down.id:
        return []
    staying = [one for one in (*request.crew_up, *request.crew_aboard) if one not in request.crew_down]
    ships = (request.ship_up.id, request.ship_down.id)
    return [one for one in staying if request.seat_of(one) in ships]


@enforces("SEA-02", "SEA-04", "SEA-05", "SEA-06")
def liners_moved(draft: Draft, slots: list[Slot]) -> tuple[list[Slot], list[Tag]]:
    """One transfer of everyone who changes ships early enough, and the fit tried; and who finds none.

    A transfer that they are in for sure comes first; failing that, one for which they can be chosen. While a ship is
    not fit, it lies where it is accepted that somebody has no seat.
    """
    stay, missing = draft.stay, list[Tag]()
    by_id = {slot.id: slot for slot in slots}
    for person in _changing(stay.request):
        close = stay.presence[person][1]
        latest = close - ceil(draft.limit("SEA-02", "before_close_min"))
        bounds = [_Bound(tag=tag_of("SEA-02", person), latest=latest), *_until_accepted(stay, person, missing)]
        _moved(draft, by_id, person, bounds, missing)
        named = any(person in slot.activity.moves_liners for slot in _coming(draft, by_id))
        if named and "SEA-04" not in draft.without:
            _fit_checked(draft, by_id, person, missing)
    for person in _left_behind(stay.request):
        latest = ticks.tick_at_or_before(stay.flight.hatch_close)
        bounds = [_Bound(tag=tag_of("SEA-05", person), latest=latest), *_once_accepted(stay, person, missing)]
        _moved(draft, by_id, person, bounds, missing)
    _staying_seated(stay, missing)
    missing = [tag for tag in missing if tag.rule not in draft.without]
    return list(by_id.values()), missing


@frozen(kw_only=True)
class _Bound:
    """How late a transfer ends, and how early it begins, by one rule."""

    tag: Tag
    latest: int | None = None  # end
    earliest: int | None = None


def _until_accepted(stay: Stay, person: str, missing: list[Tag]) -> Iterator[_Bound]:
    """Who goes home in another ship than the unfit one has a seat there before it is accepted no longer."""
    since = without_since(stay.request, person, ticks.instant_of(stay.presence[person][0]))
    if since is None:
        return
    until = accepted_until(stay.request, person, since)
    if until is None:
        missing.append(_not_accepted(person, since))
    else:
        tag = tag_of("SEA-06", person, f"accepted up to {until.iso()}")
        yield _Bound(tag=tag, latest=ticks.tick_at_or_before(until))


def _once_accepted(stay: Stay, person: str, missing: list[Tag]) -> Iterator[_Bound]:
    """Who stays while their ship leaves gives up the seat only once that is accepted for the rest of the stay."""
    if not stay.request.unfit or stay.request.seat_of(person) in unfit_ships(stay.request):
        return  # of who sits in the unfit ship, `_staying_seated` speaks
    end = ticks.instant_of(stay.presence[person][1])
    since = accepted_from(stay.request, person, end)
    if since is None:
        missing.append(_not_accepted(person, stay.flight.hatch_close))
    else:
        tag = tag_of("SEA-06", person, f"accepted from {since.iso()} on")
        yield _Bound(tag=tag, earliest=ticks.tick_at_or_after(since))


def _staying_seated(stay: Stay, missing: list[Tag]) -> None:
    """Who stays, and sits in a ship that is not fit, or nobody knows where: accepted for all of the stay."""
    for person, (begins, ends) in stay.presence.items():
        since = without_since(stay.request, person, ticks.instant_of(begins))
        if since is None or person in stay.request.crew_down:
            continue
        until = accepted_until(stay.request, person, since)
        if until is None or until < ticks.instant_of(ends):
            missing.append(_not_accepted(person, until or since))


def _not_accepted(person: str, since: Instant) -> Tag:
    said = f"no seat in a ship that can leave from {since.iso()} on, and nobody has accepted it"
    return tag_of("SEA-06", person, said)


def _coming(draft: Draft, by_id: dict[str, Slot]) -> list[Slot]:
    """The slots that may lie after the ships changed; all where they didn't."""
    since = draft.stay.request.seats_since
    if since is None:
        return list(by_id.values())
    first = ticks.tick_at_or_after(since)
    return [slot for slot in by_id.values() if not slot.starts or slot.starts[-1][1] >= first]


def _moved(draft: Draft, by_id: dict[str, Slot], person: str, bounds: Iterable[_Bound], missing: list[Tag]) -> None:
    active = [bound for bound in bounds if bound.tag.rule not in draft.without]
    if not active:
        return
    transfers = [slot for slot in _coming(draft, by_id) if slot.activity.kind == "transfer"]
    transfers = [slot for slot in transfers if not slot.service.lacking]
    named = [slot for slot in transfers if person in slot.activity.moves_liners]
    others = [slot for slot in transfers if not slot.activity.moves_liners]
    sure = [slot for slot in others if person in slot.service.sure]
    chosen = [slot for slot in others if person in slot.service.possible and _room_for(slot, person)]
    early = _first(_in_time(draft, slot, person, active) for slot in (*named, *sure, *chosen))
    if early is None:
        missing.append(tag_of(active[0].tag.rule, person, "no activity of kind transfer is theirs"))
    else:
        by_id[early.id] = early


def _fit_checked(draft: Draft, by_id: dict[str, Slot], person: str, missing: list[Tag]) -> None:
    """A check of the fit in time; that it follows the transfer is `fit_after_transfer`'s."""
    tag, undocking = tag_of("SEA-04", person), draft.stay.flight.landing.undocking
    latest = ticks.tick_at_or_before(undocking) - ceil(draft.limit("SEA-04", "before_undocking_min"))
    checks = [slot for slot in _coming(draft, by_id) if person in slot.activity.checks_fit]
    bound = _Bound(tag=tag, latest=latest)
    early = _first(_in_time(draft, slot, person, [bound]) for slot in checks if not slot.service.lacking)
    if early is None:
        missing.append(tag_of("SEA-04", person, "no activity checks the fit"))
    else:
        by_id[early.id] = early


@enforces("SEA-04")
def fit_after_transfer(draft: Draft) -> Iterator[Constraint]:
    """Who tries the moved liner does so after it was moved, where that is another activity."""
    for person in _changing(draft.stay.request):
        tag = tag_of("SEA-04", person)
        coming = _coming(draft, {slot.id: slot for slot in draft.slots})
        moves = [slot for slot in coming if person in slot.activity.moves_liners]
        checks = [slot for slot in coming if person in slot.activity.checks_fit]
        if not {slot.id for slot in moves}.isdisjoint(slot.id for slot in checks):
            continue
        for move, check in product(moves, checks):
            yield Lag(before=move.id, after=check.id, min_gap=0, max_gap=None, tag=tag)


def _first(slots: Iterable[Slot]) -> Slot | None:
    found = list(slots)
    return next((slot for slot in found if slot.starts), found[0] if found else None)


def _room_for(slot: Slot, person: str) -> bool:
    taken = slot.must is not None and slot.must.rule in ("SEA-02", "SEA-04", "SEA-05", "SEA-06")
    return person not in slot.service.sure and not taken


def _in_time(draft: Draft, slot: Slot, person: str, bounds: Sequence[_Bound]) -> Slot:
    allowed = []
    for bound in bounds:
        first = draft.stay.first if bound.earliest is None else max(draft.stay.first, bound.earliest)
        last = (draft.stay.last if bound.latest is None else bound.latest) - slot.duration
        allowed.append(Allowed(ranges=((first, last),) if last >= first else (), tag=bound.tag))
    service = _with(slot.service, person) if person in slot.service.possible else slot.service
    return narrowed(evolve(slot, service=service, must=bounds[0].tag), tuple(allowed))


def _with(service: Service, person: str) -> Service:
    """The same service with this person in it for sure: the first choice that knows them loses its freedom."""
    if person in service.sure:
        return service
    choices = list(service.choices)
    at = next(at for at, choice in enumerate(choices) if person in choice.candidates)
    others = tuple(one for one in choices[at].candidates if one != person)
    choices[at] = evolve(choices[at], candidates=(person, *others)[: choices[at].count])
    return evolve(service, choices=tuple(choices))
