"""What activities need besides people and windows of their own: things that are there, who else, and quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product
from math import ceil

from hamsafar.domain.aboard import Activity
from hamsafar.planning import ticks
from hamsafar.planning.brought import said_of
from hamsafar.planning.crew.counterparts import counterparts
from hamsafar.planning.crew.occurrences import Occurrence
from hamsafar.planning.crew.opened import starts_while_there
from hamsafar.planning.crew.people import Service, person_resource
from hamsafar.planning.crew.slots import Draft, Slot, near
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Apart, Constraint, OtherPeople, SamePeople
from hamsafar.schedule.tasks import Allowed, Tag
from hamsafar.timeline import Instant, Span


@enforces("RES-03")
def while_it_is_there(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Wholly in the hours of what it uses, and in one window while which that is there."""
    found = starts_while_there(draft.stay, draft.windows, occurrence.activity, occurrence.duration_min)
    for thing, why, starts in found:
        yield Allowed(ranges=starts, tag=tag_of("RES-03", thing, why))


@enforces("CRW-27")
def clear_of_shocks(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """What needs quiet keeps clear of docking, undocking and announced boosts, by the margins before and after."""
    if not occurrence.activity.quiet:
        return
    stay = draft.stay
    before, after = (ceil(draft.limit("CRW-27", name)) for name in ("before_min", "after_min"))
    for first, end, said in _shocks(draft):
        shaken = ticks.tick_at_or_before(first) - before, ticks.tick_at_or_after(end) + after
        if stay.first < shaken[1] and shaken[0] < stay.last:
            starts = ticks.clear_of([shaken], occurrence.duration_min, stay.first, stay.last)
            yield Allowed(ranges=starts, tag=tag_of("CRW-27", occurrence.activity.id, said))


def _shocks(draft: Draft) -> Iterator[tuple[Instant, Instant, str]]:
    flight = draft.stay.flight
    yield flight.docking, flight.docking, "docking"
    undocking = flight.landing.undocking
    yield undocking, undocking, "undocking"
    for boost in draft.stay.programme.boosts:
        yield boost.span.start, boost.span.end, _said_of_boost(boost.span, boost.reason, draft.stay.zone)


def _said_of_boost(span: Span, reason: str, zone_name: str) -> str:
    return said_of(span, reason, zone_name).replace("closed to us", "boost", 1)


@enforces("CRW-25")
def linked_people(draft: Draft) -> Iterator[Constraint]:
    """Whoever may do both does both or neither; or nobody does both."""
    aboard = draft.stay.presence
    for one, other, tag in _linked(draft, lambda activity: activity.same_people_as):
        common = _common(one, other, tuple(aboard))
        if common and not any(_by_strangers(draft, slot, common) for slot in (one, other)):
            people = tuple(map(person_resource, common))
            yield SamePeople(tasks=(one.id, other.id), people=people, tag=tag)
    for one, other, tag in _linked(draft, lambda activity: activity.other_people_than):
        both = tuple(map(person_resource, sorted(one.service.possible & other.service.possible)))
        if both:
            yield OtherPeople(tasks=(one.id, other.id), people=both, tag=tag)


def _linked(draft: Draft, asked: Callable[[Activity], tuple[str, ...]]) -> Iterator[tuple[Slot, Slot, Tag]]:
    """Each occurrence with those it is linked to; of one linked to itself, every two; not where both are past."""
    done = draft.stay.past.done
    for slots in draft.by_activity.values():
        for of in asked(slots[0].activity):
            tag = tag_of("CRW-25", slots[0].activity.id, of)
            if of == slots[0].activity.id:
                pairs = list(combinations(slots, 2))
            else:
                others = draft.by_activity.get(of, [])
                pairs = [(other, slot) for slot in slots for other in counterparts(others, slots, slot)]
            yield from ((one, other, tag) for one, other in pairs if one.id not in done or other.id not in done)


def _common(one: Slot, other: Slot, aboard: tuple[str, ...]) -> tuple[str, ...]:
    """Those aboard who are candidates of both."""
    first, second = ({person for need in slot.activity.who for person in need.candidates} for slot in (one, other))
    return tuple(person for person in aboard if person in first and person in second)


def _by_strangers(draft: Draft, slot: Slot, common: tuple[str, ...]) -> bool:
    """Whether it has been, and none of these did it: nobody can do the other as they did."""
    return slot.id in draft.stay.past.done and slot.service.possible.isdisjoint(common)


@enforces("CRW-26")
def kept_apart(draft: Draft) -> Iterator[Constraint]:
    """What is kept apart never runs at the same time."""
    told: set[frozenset[str]] = set()
    for slots in draft.by_activity.values():
        for of in slots[0].activity.apart_from:
            tag = tag_of("CRW-26", slots[0].activity.id, of)
            for one, other in product(slots, draft.by_activity.get(of, [])):
                pair = frozenset((one.id, other.id))
                if len(pair) == 2 and pair not in told and near(draft, one, other, 0, 0):
                    told.add(pair)
                    yield Apart(first=one.id, second=other.id, gap=0, both_ways=True, tag=tag)
