"""Second opinion on what a change brought: who is away, what is shut, what is pinned, and what has happened."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.changes import Happened
from hamsafar.timeline import Instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Gap, Said, checks


def _shared_min(slot: Slot, start: Instant, end: Instant | None) -> float:
    """How long a placement lies in a stretch, minutes; where it has no end, all that comes after its start."""
    last = slot.end if end is None else min(slot.end, end)
    return minutes_between(max(slot.start, start), last)


@checks("PPL-02")
def nobody_away(case: Case) -> Said:
    """No placement of anybody shares time with one of their absences."""
    for away in case.programme.absences:
        for slot in case.of_person.get(away.person, []):
            shared = _shared_min(slot, away.start, away.end)
            if shared > 0:
                until = "for good" if away.end is None else f"until {away.end}"
                sentence = f"{away.person} is in {slot.id} and away from {away.start} {until}"
                yield Breach(f"{sentence}, {at_length(shared)} of it.", (away.person, slot.id), shared, "min")


@checks("RES-02")
def nothing_shut(case: Case) -> Said:
    """No placement that uses something shares time with a stretch in which that is shut."""
    for shut in case.programme.shut:
        for slot in case.slots:
            shared = _shared_min(slot, shut.span.start, shut.span.end)
            if shared > 0 and shut.of in _used(slot):
                sentence = f"{slot.id} uses {shut.of}, which is shut from {shut.span.start} to {shut.span.end}"
                yield Breach(f"{sentence}, for {at_length(shared)}.", (shut.of, slot.id), shared, "min")


def _used(slot: Slot) -> set[str]:
    """What a placement uses: what it says, and what its session or activity asks for."""
    asked = slot.session.facilities if slot.session else ()
    uses = slot.activity.uses if slot.activity else ()
    return {*slot.placement.facilities, *asked, *(use.resource for use in uses)}


@checks("PIN-01")
def pinned(case: Case) -> Said:
    """What is pinned is in the plan, and starts at the moment of its pin."""
    for pin in case.programme.pins:
        slot = case.by_id.get(pin.placement)
        if slot is None:
            yield Breach(f"{pin.placement} is pinned to {pin.start} and not in the plan.", (pin.placement,))
        elif slot.start != pin.start:
            off = abs(minutes_between(pin.start, slot.start))
            sentence = f"{slot.id} is pinned to {pin.start} and starts at {slot.start}."
            yield Breach(sentence, (slot.id,), off, "min")


@checks("PST-01")
def as_it_happened(case: Case) -> Said:
    """Every record of something done has its placement, just so; nothing else begins before now."""
    if case.now is None:
        if case.records:
            yield Gap("The programme says what has happened and not until when.", tuple(case.records))
        return
    for record in case.records.values():
        if record.start >= case.now:
            told = f"{record.placement} is said to have been at {record.start}, which is not before {case.now}."
            yield Gap(told, (record.placement, "happened"))
        elif record.outcome == "done":
            yield from _kept(case, record)
    for slot in case.slots:
        early = minutes_between(slot.start, case.now)
        if early > 0 and slot.id not in case.done:
            what = "was missed or failed then" if slot.id in case.to_be_repeated else "is not among what has happened"
            sentence = f"{slot.id} begins at {slot.start}, {at_length(early)} before now ({case.now}), and {what}."
            yield Breach(sentence, (slot.id,), early, "min")


def _kept(case: Case, record: Happened) -> Iterator[Breach]:
    """Where the plan tells what was done otherwise than it was."""
    slot = case.by_id.get(record.placement)
    if slot is None:
        told = f"{record.placement} was done at {record.start} and is not in the plan."
        yield Breach(told, (record.placement,), 1, "occurrences")
        return
    off = max(abs(minutes_between(record.start, slot.start)), abs(minutes_between(record.end, slot.end)))
    if off > 0:
        told = f"{slot.id} was done from {record.start} to {record.end}; the plan says {slot.start} to {slot.end}."
        yield Breach(told, (slot.id,), off, "min")
    others = set(record.people) ^ slot.people
    if others:
        told = f"{slot.id} was done by {_listed(record.people)}; the plan says {_listed(slot.placement.person_ids)}."
        yield Breach(told, (slot.id, *sorted(others)), len(others), "people")


def _listed(people: tuple[str, ...]) -> str:
    return ", ".join(people) or "nobody"
