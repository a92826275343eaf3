"""Second opinion on what activities need besides people and windows: things that are there, who else, quiet, cold."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.aboard import Activity, Resource
from hamsafar.domain.calendars import Calendar
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant, days_between, local_date, local_instant
from hamsafar.verify.case import LONGEST_STAY_D, Case, Slot, at_length, first_of_each_id, minutes_between
from hamsafar.verify.common import counterparts
from hamsafar.verify.registry import Breach, Gap, Said, checks


@checks("RES-03")
def only_while_it_is_there(case: Case) -> Said:
    """Everything in one stretch of the hours of each thing it uses, and in one window of its kind."""
    resources = first_of_each_id(case.programme.resources)
    for slot in case.slots:
        if slot.stage != "flight":
            continue
        asked = [use.resource for use in slot.activity.uses] if slot.activity else []
        for id_ in dict.fromkeys((*asked, *slot.placement.facilities)):
            if (thing := resources.get(id_)) is not None:
                yield from _in_its_hours(case, slot, thing)
                yield from _in_its_window(case, slot, thing)


def _in_its_hours(case: Case, slot: Slot, thing: Resource) -> Said:
    if thing.calendar is None:
        return
    calendar = case.calendars.get(thing.calendar)
    if calendar is None:
        sentence = f"The calendar {thing.calendar!r} of {thing.id} is not among the programme's."
        yield Gap(sentence, (slot.id, thing.id, thing.calendar))
        return
    away = slot.minutes - _open_min(calendar, slot)
    if away > 0:
        sentence = f"{slot.id} uses {thing.id} for {at_length(away)} outside the hours of {calendar.id}."
        yield Breach(sentence, (slot.id, thing.id, calendar.id), away, "min")


def _open_min(calendar: Calendar, slot: Slot) -> float:
    """Minutes of a placement that lie in opening hours; stretches of a day don't overlap."""
    if slot.minutes > LONGEST_STAY_D * 1_440:
        raise OutOfRangeError(f"{slot.id} would last {at_length(slot.minutes)}, so its days cannot be counted")
    total = 0.0
    for day in days_between(local_date(slot.start, calendar.zone), local_date(slot.end, calendar.zone)):
        for hours in calendar.hours_on(day):
            opens, closes = (local_instant(day, clock, calendar.zone) for clock in (hours.opens, hours.closes))
            total += max(0.0, minutes_between(max(opens, slot.start), min(closes, slot.end)))
    return total


def _in_its_window(case: Case, slot: Slot, thing: Resource) -> Said:
    need = thing.window
    if need is None:
        return
    sigmas = case.param("WIN-01", "margin_sigmas")
    short = [
        max(0.0, minutes_between(slot.start, span.start) + margin_min)
        + max(0.0, minutes_between(span.end, slot.end) + margin_min)
        for listed in case.plan.windows
        if listed.kind == need.kind and need.of in (None, listed.of)
        for span in listed.spans
        for margin_min in [sigmas * (span.sigma_s or 0.0) / 60]
    ]
    wanted = f"{need.kind} {need.of or ''}".strip()
    if not short:
        yield Breach(f"{slot.id} uses {thing.id} and the plan states no window {wanted}.", (slot.id, thing.id))
    elif min(short) > 0:
        sentence = f"{slot.id} uses {thing.id} and sticks out of the nearest window {wanted}"
        yield Breach(f"{sentence} by {at_length(min(short))}.", (slot.id, thing.id), min(short), "min")


@checks("RES-04")
def cold_stowage(case: Case) -> Said:
    """At the start of each stowing, all that lies in the same place then."""
    resources = first_of_each_id(case.programme.resources)
    lying = list(_lying(case))
    for cold, _, name, id_, _ in lying:
        if id_ not in resources:
            yield Gap(f"{name} is kept in {id_!r}, which is no resource of the programme.", (cold.id, id_))
    for id_, thing in resources.items():
        own = [one for one in lying if one[3] == id_]
        for at in sorted({cold.start for cold, *_ in own}):
            there = [one for one in own if one[0].start <= at and (one[1] is None or at < one[1].end)]
            over = sum(amount for *_, amount in there) - thing.capacity
            if over > 0:
                last = max((cold for cold, *_ in there), key=lambda cold: (cold.start, cold.id))
                sentence = f"{id_} holds {over + thing.capacity} {thing.unit or 'units'} from {last.id} on"
                where = (id_, *dict.fromkeys(cold.id for cold, *_ in there))
                yield Breach(f"{sentence}, {over} more than there is room for.", where, over, thing.unit or "units")


def _lying(case: Case) -> Iterator[tuple[Slot, Slot | None, str, str, int]]:
    """(what stows it, what packs it, sample, where, how much) of every sample taken that is kept in something."""
    for slot, activity in case.flown:
        for sample in activity.yields:
            if sample.kept_in is None:
                continue
            cold = next((one for one, other in case.flown if sample.sample in other.stows and _same(one, slot)), None)
            packing = [one for one, other in case.flown if sample.sample in other.packs] if sample.returns else []
            packed = max(packing, key=lambda one: one.end, default=None)
            if cold is not None:  # SMP-01 tells of what is never stowed
                yield cold, packed, sample.sample, sample.kept_in.resource, sample.kept_in.amount


def _same(one: Slot, other: Slot) -> bool:
    return (one.day, one.person, one.number) == (other.day, other.person, other.number)


@checks("CRW-25")
def same_and_other_people(case: Case) -> Said:
    """Of two that are to have the same people, each who may do both does both or neither; of others, nobody does.

    Where one of the two has been, and was done by none of those, nobody can do the other as they did.
    """
    for slot, activity in case.flown:
        for of in activity.same_people_as:
            for other, before in _linked(case, slot, activity, of):
                both = _candidates(activity) & _candidates(before)
                odd = sorted(person for person in both if (person in slot.people) != (person in other.people))
                strangers = (one.id in case.done and both.isdisjoint(one.people) for one in (slot, other))
                if odd and not any(strangers):
                    sentence = f"{', '.join(odd)} is in one of {other.id} and {slot.id}, which the same people do."
                    yield Breach(sentence, (slot.id, other.id, *odd), len(odd), "people")
        for of in activity.other_people_than:
            for other, _ in _linked(case, slot, activity, of):
                twice = sorted(slot.people & other.people)
                if twice:
                    sentence = f"{', '.join(twice)} is in {other.id} and in {slot.id}, which others are to do."
                    yield Breach(sentence, (slot.id, other.id, *twice), len(twice), "people")


def _linked(case: Case, slot: Slot, activity: Activity, of: str) -> Iterator[tuple[Slot, Activity]]:
    """What goes with a placement: those before it of its own activity, or its counterparts of another."""
    if of == activity.id:
        own = case.of_what.get(of, [])
        yield from ((other, activity) for other in own[: own.index(slot)])
        return
    before = case.activities.get(of)
    if before is not None:
        yield from ((other, before) for other in counterparts(case, slot, of))


def _candidates(activity: Activity) -> set[str]:
    return {person for need in activity.who for person in need.candidates}


@checks("CRW-26")
def kept_apart(case: Case) -> Said:
    """What is kept apart shares no minute."""
    for slot, activity in case.flown:
        for of in dict.fromkeys(activity.apart_from):
            for other in case.of_what.get(of, []):
                shared = min(slot.end_min, other.end_min) - max(slot.start_min, other.start_min)
                if other is not slot and shared > 0:
                    sentence = f"{slot.id} and {other.id} are kept apart and share {at_length(shared)}."
                    yield Breach(sentence, (slot.id, other.id), shared, "min")


@checks("CRW-27")
def quiet_of_the_station(case: Case) -> Said:
    """What needs quiet lies before or after every docking, undocking and announced boost, by the margins."""
    before, after = case.param("CRW-27", "before_min"), case.param("CRW-27", "after_min")
    docking, undocking = case.flight.docking, case.flight.landing.undocking
    shocks: list[tuple[str, Instant, Instant]] = [("docking", docking, docking), ("undocking", undocking, undocking)]
    shocks += [("a boost", boost.span.start, boost.span.end) for boost in case.programme.boosts]
    for slot, activity in case.flown:
        for what, first, end in shocks if activity.quiet else ():
            too_late = minutes_between(first.plus(minutes=-before), slot.end)
            too_soon = minutes_between(slot.start, end.plus(minutes=after))
            by = min(too_late, too_soon)
            if by > 0:
                asked = f"{at_length(before)} before it and {at_length(after)} after it are to be clear"
                sentence = f"{slot.id} needs quiet and lies {at_length(by)} too near to {what} at {first}"
                yield Breach(f"{sentence} ({asked}).", (slot.id,), by, "min")
