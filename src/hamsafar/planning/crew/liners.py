"""Seat liners and suits: who has to carry them over, and which transfer does it."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from attrs import evolve

from hamsafar.planning.crew.people import Service
from hamsafar.planning.crew.slots import Draft, Slot, narrowed
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.tasks import Allowed, Tag


@enforces("SEA-02")
def liners_moved(draft: Draft, slots: list[Slot]) -> tuple[list[Slot], list[Tag]]:
    """One transfer of everyone who changes ships early enough; and who finds none.

    A transfer that they are in for sure comes first; failing that, one for which they can be chosen.
    """
    stay, missing = draft.stay, list[Tag]()
    if "SEA-02" in draft.without or stay.request.ship_up.id == stay.request.ship_down.id:
        return slots, []
    changing = [one for one in stay.request.crew_up if one in stay.request.crew_down]
    by_id = {slot.id: slot for slot in slots}
    for person in changing:
        transfers = [slot for slot in by_id.values() if slot.activity.kind == "transfer" and not slot.service.lacking]
        sure = [slot for slot in transfers if person in slot.service.sure]
        chosen = [slot for slot in transfers if person in slot.service.possible and _room_for(slot, person)]
        early = _first(_in_time(draft, slot, person) for slot in (*sure, *chosen))
        if early is None:
            missing.append(tag_of("SEA-02", person, "no activity of kind transfer is theirs"))
        else:
            by_id[early.id] = early
    return list(by_id.values()), missing


def _first(slots: Iterable[Slot]) -> Slot | None:
    found = list(slots)
    return next((slot for slot in found if slot.starts), found[0] if found else None)


def _room_for(slot: Slot, person: str) -> bool:
    return person not in slot.service.sure and (slot.must is None or slot.must.rule != "SEA-02")


def _in_time(draft: Draft, slot: Slot, person: str) -> Slot:
    close = draft.stay.presence[person][1]
    latest = close - ceil(draft.limit("SEA-02", "before_close_min")) - slot.duration
    tag = tag_of("SEA-02", person)
    ranges = ((draft.stay.first, latest),) if latest >= draft.stay.first else ()
    served = evolve(slot, service=_with(slot.service, person), must=tag)
    return narrowed(served, (Allowed(ranges=ranges, tag=tag),))


def _with(service: Service, person: str) -> Service:
    """The same service with this person in it for sure: the first choice that knows them loses its freedom."""
    if person in service.sure:
        return service
    choices = list(service.choices)
    at = next(at for at, choice in enumerate(choices) if person in choice.candidates)
    others = tuple(one for one in choices[at].candidates if one != person)
    choices[at] = evolve(choices[at], candidates=(person, *others)[: choices[at].count])
    return evolve(service, choices=tuple(choices))
