"""The hosts' help for the guest's programme: no more of it than the agencies agreed."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from attrs import evolve

from hamsafar.domain.aboard import Activity
from hamsafar.planning.crew.loads import could_start, load_of, load_of_one, load_on_a_day
from hamsafar.planning.crew.slots import Draft, Slot
from hamsafar.planning.enforces import enforces
from hamsafar.planning.hosts_minutes import ALL_HOSTS, on_flight_day
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Stretch
from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.tasks import Tag


@enforces("CRW-09")
def hosts_help_a_day(draft: Draft) -> Iterator[Constraint]:
    """Minutes of one host in the guest's programme that start on one station date."""
    for person in draft.stay.hosts:
        limit = floor(draft.stay.programme.host_day_min(person))
        for day in draft.stay.days:
            yield from load_on_a_day(draft, person, day, limit, "CRW-09", _is_help)


@enforces("CRW-21")
def hosts_help_agreed(draft: Draft) -> Iterator[Constraint]:
    """Minutes of the hosts in the guest's programme: of all in the stay, of one in the stay, of all on a flight day."""
    budget = draft.stay.programme.hosts_minutes
    if budget is None:
        return
    stay = draft.stay.first, draft.stay.last
    if budget.total_min is not None:
        yield from _load_of_all(draft, stay, budget.total_min, _tag(ALL_HOSTS, budget.agreed))
    for share in budget.people:
        if share.total_min is not None and share.person in draft.stay.hosts:
            tag = _tag(share.person, budget.agreed)
            yield from load_of_one(draft, share.person, stay, share.total_min, tag, _is_help)
    for day in budget.days:
        if day.flight_day in draft.stay.days:
            tag = _tag(on_flight_day(day.flight_day), budget.agreed)
            yield from _load_of_all(draft, draft.stay.day_stretch(day.flight_day), day.total_min, tag)


def _is_help(activity: Activity) -> bool:
    return activity.guest_programme


def _tag(place: str, agreed: str) -> Tag:
    return evolve(tag_of("CRW-21", place), source=agreed)


def _load_of_all(draft: Draft, stretch: Stretch, limit: int, tag: Tag) -> Iterator[Constraint]:
    """Minutes of all hosts together in what starts in a stretch."""
    helping = [slot for slot in draft.slots if slot.activity.guest_programme and could_start(draft, slot, stretch)]
    weights = {slot.id: slot.duration * _hosts_in(draft, slot) for slot in helping}
    yield from load_of({id_: weight for id_, weight in weights.items() if weight}, stretch, limit, tag)


def _hosts_in(draft: Draft, slot: Slot) -> int:
    """How many hosts serve in it; where the guest may be chosen in a host's place, as many as if they weren't."""
    hosts = frozenset(draft.stay.hosts)
    chosen = (min(choice.count, len(hosts.intersection(choice.candidates))) for choice in slot.service.choices)
    return len(hosts.intersection(slot.service.fixed)) + sum(chosen)
