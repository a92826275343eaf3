"""Second opinion on the launch campaign: the milestones on the road to the flight, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from hamsafar.domain.training import After, Milestone
from hamsafar.timeline import local_instant
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.common import counterparts
from hamsafar.verify.registry import Breach, Gap, Said, checks
from hamsafar.verify.training import outside


@checks("MIL-01")
def milestones(case: Case) -> Said:
    """Each in its days before lift-off, not before the day of planning, in its hours, after what it comes after."""
    for slot in case.slots:
        if slot.milestone is not None:
            yield from _in_its_days(case, slot, slot.milestone)
            yield from _attended(slot, slot.milestone)
            yield from _after(slot, slot.milestone.after, case)
            calendar = case.calendars.get(slot.milestone.calendar)
            if calendar is None:
                name = slot.milestone.calendar
                yield Gap(f"The calendar {name!r} of {slot.id} is not among the programme's.", (slot.id, name))
            elif (breach := outside(calendar, slot, slot.id)) is not None:
                yield breach


def _in_its_days(case: Case, slot: Slot, milestone: Milestone) -> Said:
    lift_off = case.flight.launch.launch
    zone = case.programme.term.zone if case.programme.term else "UTC"
    for what, opens in (
        ("its days before lift-off begin", lift_off.plus(days=-milestone.from_d)),
        ("the day the plan was made for", local_instant(case.programme.now, time(), zone)),
    ):
        early = minutes_between(slot.start, opens)
        if early > 0:
            yield Breach(f"{slot.id} starts {at_length(early)} before {what} ({opens}).", (slot.id,), early, "min")
    late = minutes_between(lift_off.plus(days=-milestone.to_d), slot.end)
    if late > 0:
        sentence = f"{slot.id} ends {at_length(late)} after its days before lift-off are over."
        yield Breach(sentence, (slot.id,), late, "min")


def _attended(slot: Slot, milestone: Milestone) -> Said:
    """Those take part who should; who was absent from what has been is a fact."""
    there = [(each.person, each.function) for each in slot.placement.people]
    asked = [(person, "attendee") for person in milestone.attended_by]
    for person, function in sorted(set(there) ^ set(asked)):
        said = "isn't asked to be" if (person, function) in there else "should be"
        yield Breach(f"{person} {said} in {slot.id} as {function}.", (slot.id, person), 1, "people")


def _after(slot: Slot, afters: Iterable[After], case: Case) -> Said:
    """The gaps after what comes before; what isn't held in this term is no reason to wait."""
    for after in afters:
        found = list(counterparts(case, slot, after.of))
        if not found and after.of in case.milestones:
            yield Breach(f"{slot.id} comes after {after.of}, which isn't in the plan.", (slot.id, after.of))
        for before in found:
            gap = slot.start_min - before.end_min
            short = after.min_gap_min - gap
            long_ = gap - after.max_gap_min if after.max_gap_min is not None else 0
            if short > 0 or long_ > 0:
                asked = "at least" if short > 0 else "at most"
                limit = at_length(after.min_gap_min if short > 0 else after.max_gap_min or 0)
                sentence = f"{slot.id} starts {at_length(gap)} after {before.id} ends ({asked} {limit} asked)."
                yield Breach(sentence, (before.id, slot.id), max(short, long_), "min")


@checks("MIL-02")
def what_waits(case: Case) -> Said:
    """Sessions after the milestones they wait for; nothing flown without the milestone it needs."""
    for slot, session in case.training:
        if slot.id not in case.past:
            waiting = [after for after in session.after if after.of in case.milestones]
            yield from _after(slot, waiting, case)
    for slot, activity in case.flown:
        if activity.milestone is None:
            continue
        name = f"milestone/{activity.milestone}"
        if activity.milestone in case.refused:
            yield Breach(f"{slot.id} is flown, though {name} was refused.", (slot.id, name), 1, "occurrences")
        elif name in case.milestones:
            held = case.by_id.get(name)
            if held is None:
                yield Breach(f"{slot.id} is flown without {name}.", (slot.id, name), 1, "occurrences")
            elif held.end > slot.start:
                late = minutes_between(slot.start, held.end)
                sentence = f"{slot.id} starts {at_length(late)} before {name} is over."
                yield Breach(sentence, (slot.id, name), late, "min")
