"""What the rules aboard ask of occurrences together: one function a rule, each yielding tagged constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, pairwise, product
from math import floor

from hamsafar.domain.training import After
from hamsafar.planning import ticks
from hamsafar.planning.brought import absences_of
from hamsafar.planning.crew.counterparts import counterparts
from hamsafar.planning.crew.hosts import hosts_help_a_day, hosts_help_agreed
from hamsafar.planning.crew.liners import fit_after_transfer
from hamsafar.planning.crew.loads import newcomer_work_a_day, work_a_day
from hamsafar.planning.crew.needs import kept_apart, linked_people
from hamsafar.planning.crew.occurrences import chains
from hamsafar.planning.crew.people import certified, person_resource
from hamsafar.planning.crew.samples import from_taking_to_packing, mass_down, stocks
from hamsafar.planning.crew.sleep import nights
from hamsafar.planning.crew.slots import Draft, Slot, may_be_left_out, near
from hamsafar.planning.crew.stowage import cold_stowage
from hamsafar.planning.crew.waking import nothing_eaten_before, on_waking
from hamsafar.planning.enforces import enforces
from hamsafar.planning.pace.lengths import paced, planned_lengths
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import (
    Apart,
    Capacity,
    Constraint,
    Implies,
    Lag,
    NoOverlap,
    PickAllowed,
    Repeats,
    StartsApart,
)
from hamsafar.schedule.tasks import Tag


def thing_resource(resource: str) -> str:
    """The solver's resource that a thing aboard is."""
    return f"thing:{resource}"


def constraints_of(draft: Draft) -> Iterator[Constraint]:
    """Everything that every rule asks, but those left out, and but what nobody can do any more."""
    done = draft.stay.past.done
    for ask in _ASKING:
        for constraint in ask(draft):
            match constraint:
                case Lag(after=late) | Implies(task=late) if late in done:
                    continue  # it has been, whatever should have come before it
            if constraint.tag.rule not in draft.without:
                yield constraint


@enforces("PPL-01")
def one_thing_at_a_time(draft: Draft) -> Iterator[Constraint]:
    """Nobody is in two places."""
    for person in draft.stay.presence:
        yield NoOverlap(resource=person_resource(person), tag=tag_of("PPL-01", person))


@enforces("RES-01")
def capacities(draft: Draft) -> Iterator[Constraint]:
    """Racks, devices and power are never used beyond what there is."""
    amounts: dict[str, set[int]] = {}
    for slot in draft.slots:
        for use in slot.activity.uses:
            amounts.setdefault(use.resource, set()).add(use.amount)
    for resource in draft.stay.programme.resources:
        asked, tag = amounts.get(resource.id), tag_of("RES-01", resource.id)
        if asked is not None and resource.capacity == 1 and asked == {1}:
            yield NoOverlap(resource=thing_resource(resource.id), tag=tag)
        elif asked is not None:
            yield Capacity(resource=thing_resource(resource.id), capacity=resource.capacity, tag=tag)


def sleep_to_sleep(draft: Draft) -> Iterator[Constraint]:
    """CRW-01, CRW-02 and CRW-03 from one sleep of a person to the next."""
    for person, sleeps in draft.sleeps.items():
        yield from nights(draft.stay, person, sleeps)


@enforces("CRW-16")
def arrived_before_sleep(draft: Draft) -> Iterator[Constraint]:
    """What arriving asks ends before the first sleep of each arriving person in it."""
    arriving = draft.stay.programme.flight.crew_up
    for slot in draft.of_kind("arrival"):
        for person in (one for one in arriving if _has_part(slot, one)):
            first = next((sleep for sleep in draft.of_kind("sleep") if _has_part(sleep, person)), None)
            if first is not None:
                tag = tag_of("CRW-16", person, slot.id)
                yield Lag(before=slot.id, after=first.id, min_gap=0, max_gap=None, tag=tag)


def _has_part(slot: Slot, person: str) -> bool:
    return person in slot.service.possible


@enforces("CRW-04")
def meals_apart(draft: Draft) -> Iterator[Constraint]:
    """From the start of one meal to the start of the next of the same person."""
    gap, tag = _up(draft, "CRW-04", "min_gap_min"), "CRW-04"
    for one, other, person, sure in _shared(draft, draft.of_kind("meal"), gap):
        place = tag_of(tag, person)
        if not sure:
            resource = person_resource(person)
            for before, after in ((one, other), (other, one)):
                rest = max(0, gap - before.duration)
                yield Apart(first=before.id, second=after.id, gap=rest, both_ways=False, tag=place, picked=resource)
        elif draft.room(one)[-1][1] <= draft.room(other)[0][0]:
            yield Lag(before=one.id, after=other.id, min_gap=gap, max_gap=None, since="start", tag=place)
        else:
            yield StartsApart(tasks=(one.id, other.id), gap=gap, tag=place)


def _shared(draft: Draft, slots: list[Slot], gap: int) -> Iterator[tuple[Slot, Slot, str, bool]]:
    """Pairs that one person may be in and that may start less than `gap` apart; each once if sure. Earlier first."""
    ordered = sorted((slot for slot in slots if draft.room(slot)), key=lambda slot: (draft.room(slot)[0], slot.id))
    for one, other in combinations(ordered, 2):
        if near(draft, one, other, gap - one.duration, gap - other.duration):
            yield from ((one, other, person, sure) for person, sure in _both_in(one, other))


def _both_in(one: Slot, other: Slot) -> Iterator[tuple[str, bool]]:
    """Who may be in both: one of those who are for sure, where there are any; else everybody who may be."""
    sure = sorted(one.service.sure & other.service.sure)
    if sure:
        yield sure[0], True
        return
    yield from ((person, False) for person in sorted(one.service.possible & other.service.possible))


@enforces("CRW-05")
def no_exercise_after_meals(draft: Draft) -> Iterator[Constraint]:
    """No exercise right after a meal."""
    gap = _up(draft, "CRW-05", "min_gap_min")
    yield from _rest_after(draft, draft.of_kind("meal"), draft.of_kind("exercise"), gap, "CRW-05")


@enforces("CRW-06")
def no_link_after_exercise(draft: Draft) -> Iterator[Constraint]:
    """No link or interview right after exercise."""
    gap = _up(draft, "CRW-06", "min_gap_min")
    yield from _rest_after(draft, draft.of_kind("exercise"), draft.of_kind("link", "outreach"), gap, "CRW-06")


def _rest_after(draft: Draft, firsts: list[Slot], seconds: list[Slot], gap: int, rule: str) -> Iterator[Constraint]:
    for first, second in product(firsts, seconds):
        if not near(draft, first, second, gap, 0):
            continue
        for person, sure in _both_in(first, second):
            yield Apart(
                first=first.id,
                second=second.id,
                gap=gap,
                both_ways=False,
                tag=tag_of(rule, person),
                picked=None if sure else person_resource(person),
            )


@enforces("CRW-19")
def no_meal_after_exercise(draft: Draft) -> Iterator[Constraint]:
    """No meal right after exercise."""
    gap = _up(draft, "CRW-19", "min_gap_min")
    yield from _rest_after(draft, draft.of_kind("exercise"), draft.of_kind("meal"), gap, "CRW-19")


@enforces("CRW-11")
def quiet_kept(draft: Draft) -> Iterator[Constraint]:
    """No exercise of anybody during what needs quiet."""
    quiet = [slot for slot in draft.slots if slot.activity.quiet]
    for one, other in product(quiet, draft.of_kind("exercise")):
        if one.id != other.id and near(draft, one, other, 0, 0):
            tag = tag_of("CRW-11", one.activity.id)
            yield Apart(first=one.id, second=other.id, gap=0, both_ways=True, tag=tag)


@enforces("CRW-13")
def spaced(draft: Draft) -> Iterator[Constraint]:
    """From the start of one occurrence to the start of the next of the same activity (and person)."""
    for chain in _chains(draft):
        activity = chain[0].activity
        if activity.kind == "sleep":
            continue
        if activity.spacing_min:
            yield from _in_order(draft, chain, _always(activity.spacing_min), tag_of("CRW-13", activity.id))
        if activity.spacing_max_min is not None:
            yield from _not_far_apart(draft, chain, activity.spacing_max_min, tag_of("CRW-13", activity.id))


def _not_far_apart(draft: Draft, chain: list[Slot], most: int, tag: Tag) -> Iterator[Constraint]:
    """Each start at most so long after the one before it that is there; what has been is as far apart as it was."""
    done = [slot for slot in chain if slot.id in draft.stay.past.done]
    own = chain[max(0, len(done) - 1) :]
    if draft.whole or any(may_be_left_out(draft, slot) for slot in own):
        if len(own) > 1:
            yield Repeats(tasks=tuple(slot.id for slot in own), least=0, most=most, tag=tag)
        return
    for one, other in pairwise(own):
        yield Lag(before=one.id, after=other.id, min_gap=None, max_gap=most, since="start", tag=tag)


@enforces("CMP-01")
def numbered_in_time(draft: Draft) -> Iterator[Constraint]:
    """Occurrences of one activity follow each other in the order of their numbers."""
    for chain in _chains(draft):
        if chain[0].activity.kind != "sleep":
            yield from _in_order(draft, chain, partial(_busy, draft), tag_of("CMP-01", chain[0].activity.id))


def _busy(draft: Draft, one: Slot, other: Slot) -> int:
    """How long the other waits because somebody is in both for sure: said aloud, it helps the search."""
    shared = one.service.sure & other.service.sure
    return one.duration if shared and "PPL-01" not in draft.without else 0


def _in_order(draft: Draft, chain: list[Slot], gap_of: Callable[[Slot, Slot], int], tag: Tag) -> Iterator[Constraint]:
    """Starts a gap apart, in order: neighbours only, or any two where some may be left out, or may come to be."""
    droppable = draft.whole or any(may_be_left_out(draft, slot) for slot in chain)
    for one, other in combinations(chain, 2) if droppable else pairwise(chain):
        gap, early, late = gap_of(one, other), draft.room(one), draft.room(other)
        if early and late and early[-1][1] + gap > late[0][0]:
            yield Lag(before=one.id, after=other.id, min_gap=gap, max_gap=None, since="start", tag=tag)


@enforces("CRW-10", "CRW-20")
def learned_in_turn(draft: Draft) -> Iterator[Constraint]:
    """No later time of something without those that it is shorter for; and the guest isn't chosen where not needed.

    Who serves is chosen while durations are fixed: a newcomer's first time could otherwise fall anywhere.
    """
    guest = draft.stay.guest
    for slot in draft.slots:
        if paced(slot.activity) and guest in slot.service.possible and guest not in slot.service.sure:
            tag = tag_of("CRW-10", slot.activity.id)
            yield PickAllowed(task=slot.id, candidate=person_resource(guest), ranges=(), tag=tag)
    for chain in _chains(draft):
        if not paced(chain[0].activity):
            continue
        served = [slot for slot in chain if slot.starts and guest in slot.service.sure]
        lengths = planned_lengths(draft.stay.programme, chain[0].activity, draft.without)
        for at, slot in enumerate(served):
            tag = tag_of("CRW-20" if "CRW-10" in draft.without else "CRW-10", slot.activity.id)
            for needed in served[: min(at, _before(slot, lengths))]:
                if may_be_left_out(draft, needed):
                    yield Implies(task=slot.id, needs=needed.id, tag=tag)


def _before(slot: Slot, lengths: tuple[int, ...]) -> int:
    """How many executions there must have been for this one to be no longer."""
    return next((before for before, length in enumerate(lengths) if length <= slot.duration), len(lengths) - 1)


@enforces("CRW-14", "CER-01")
def chosen_people(draft: Draft) -> Iterator[Constraint]:
    """Whoever is chosen is aboard, and certified, when it happens."""
    for slot in draft.slots:
        for person in sorted(slot.service.possible - slot.service.sure):
            fits = ticks.fit([draft.stay.presence[person]], slot.duration)
            if ticks.shared_starts(draft.room(slot), fits) != draft.room(slot):
                resource = person_resource(person)
                yield PickAllowed(task=slot.id, candidate=resource, ranges=fits, tag=tag_of("CRW-14", person))
        occurrence = slot.occurrence
        partly = certified(draft.stay, draft.held, occurrence.activity, occurrence.person, slot.service)
        for person, sure, days, certificate in partly:
            if not sure:
                tag = tag_of("CER-01", person, certificate)
                yield PickAllowed(
                    task=slot.id, candidate=person_resource(person), ranges=ticks.inclusive(days), tag=tag
                )


@enforces("PPL-02")
def chosen_people_are_there(draft: Draft) -> Iterator[Constraint]:
    """Whoever is chosen isn't away when it happens."""
    stay = draft.stay
    for slot in draft.slots:
        for person in sorted(slot.service.possible - slot.service.sure):
            for away in absences_of(stay.programme, person, stay.last, stay.zone):
                ranges = away.leaves(slot.duration, stay.first, stay.last)
                yield PickAllowed(task=slot.id, candidate=person_resource(person), ranges=ranges, tag=away.tag)


@enforces("HST-02")
def agreed_people(draft: Draft) -> Iterator[Constraint]:
    """What the host agreed to is done by those who were in it then, wherever somebody else could be chosen."""
    for slot in draft.slots:
        request = draft.stay.past.agreed.get(slot.id)
        if request is None or not request.people:
            continue
        for person in sorted(slot.service.possible - slot.service.sure - set(request.people)):
            tag = tag_of("HST-02", slot.id, f"request {request.number} is of {', '.join(request.people)}")
            yield PickAllowed(task=slot.id, candidate=person_resource(person), ranges=(), tag=tag)


@enforces("ORD-01")
def in_order(draft: Draft) -> Iterator[Constraint]:
    """What comes after something keeps its gaps; what follows something left out is left out too."""
    for slots in draft.by_activity.values():
        for after in slots[0].activity.after:
            before = draft.by_activity.get(after.of, [])
            for slot in slots:
                yield from _follows(draft, after, slot, counterparts(before, slots, slot))


def _follows(draft: Draft, after: After, slot: Slot, before: list[Slot]) -> Iterator[Constraint]:
    tag = tag_of("ORD-01", slot.activity.id, after.of)
    for other in before:
        if other.id == slot.id:
            continue
        yield Lag(before=other.id, after=slot.id, min_gap=after.min_gap_min, max_gap=after.max_gap_min, tag=tag)
        if may_be_left_out(draft, other):
            yield Implies(task=slot.id, needs=other.id, tag=tag)


def _chains(draft: Draft) -> Iterator[list[Slot]]:
    by_id = {slot.id: slot for slot in draft.slots}
    for chain in chains(draft.stay, (slot.occurrence for slot in draft.slots)):
        yield [by_id[one.id] for one in chain]


def _always(gap: int) -> Callable[[Slot, Slot], int]:
    return lambda one, other: gap


def _up(draft: Draft, rule: str, param: str) -> int:
    return -floor(-draft.limit(rule, param))


_ASKING: tuple[Callable[[Draft], Iterator[Constraint]], ...] = (
    one_thing_at_a_time,
    capacities,
    sleep_to_sleep,
    arrived_before_sleep,
    meals_apart,
    no_exercise_after_meals,
    no_link_after_exercise,
    no_meal_after_exercise,
    on_waking,
    nothing_eaten_before,
    stocks,
    mass_down,
    from_taking_to_packing,
    cold_stowage,
    fit_after_transfer,
    quiet_kept,
    linked_people,
    kept_apart,
    spaced,
    numbered_in_time,
    learned_in_turn,
    chosen_people,
    chosen_people_are_there,
    agreed_people,
    in_order,
    work_a_day,
    newcomer_work_a_day,
    hosts_help_a_day,
    hosts_help_agreed,
)
