"""Second opinion on what guest and host agreed: what is fixed, granted, moved and refused."""

from __future__ import annotations

from collections import Counter

from hamsafar.domain.host import Fixed, HostRequest
from hamsafar.verify.case import Case, Slot, at_length, lies_in_the_stay, minutes_between
from hamsafar.verify.registry import Breach, Gap, Said, checks


@checks("HST-01")
def fixed_by_the_host(case: Case) -> Said:
    """Each is in the plan where the host has it, with its people, and none of them is anywhere else meanwhile."""
    for fixed in case.programme.fixed:
        if fixed.placement in case.done or not lies_in_the_stay(case, fixed):
            continue
        slot = case.by_id.get(fixed.placement)
        if slot is None:
            said = f"{fixed.placement}, which the host has fixed at {fixed.start}, is not in the plan."
            yield Breach(said, (fixed.placement,), 1, "occurrences")
            continue
        off = max(abs(minutes_between(fixed.start, slot.start)), abs(minutes_between(fixed.end, slot.end)))
        if off > 0:
            said = f"{slot.id} lies from {slot.start} to {slot.end}; the host has it from {fixed.start} to {fixed.end}."
            yield Breach(said, (slot.id,), off, "min")
        others = set(fixed.people) ^ slot.people
        if others:
            said = f"{slot.id} takes {', '.join(sorted(slot.people)) or 'nobody'}; the host says"
            yield Breach(f"{said} {', '.join(fixed.people)}.", (slot.id, *sorted(others)), len(others), "people")
        yield from _taken(case, fixed)


def _taken(case: Case, fixed: Fixed) -> Said:
    """Whatever else somebody is in while the host has them."""
    for person in fixed.people:
        for other in case.of_person.get(person, []):
            shared = minutes_between(max(other.start, fixed.start), min(other.end, fixed.end))
            if other.id != fixed.placement and shared > 0:
                said = f"{person} is in {other.id} for {at_length(shared)} of {fixed.placement}"
                yield Breach(f"{said}, which the host has fixed.", (person, other.id, fixed.placement), shared, "min")


@checks("HST-02")
def answered_by_the_host(case: Case) -> Said:
    """Nothing refused is in the plan; what is granted or moved starts where that was agreed, by the same people."""
    yield from _told_twice(case)
    for request in case.programme.requests:
        slot = case.by_id.get(request.placement)
        if request.placement in case.done:
            continue
        if request.state == "refused" and slot is not None:
            said = f"{slot.id} is in the plan, and the host refused it (request {request.number})."
            yield Breach(said, (slot.id,), 1, "occurrences")
        elif request.state in ("granted", "moved"):
            yield from _where_agreed(request, slot)


def _told_twice(case: Case) -> Said:
    for what, named in (
        ("number", [request.number for request in case.programme.requests]),
        ("placement", [request.placement for request in case.programme.requests]),
    ):
        for one, times in sorted(Counter(map(str, named)).items()):
            if times > 1:
                yield Breach(f"There are {times} requests of the {what} {one}.", (one,), times - 1, "requests")


def _where_agreed(request: HostRequest, slot: Slot | None) -> Said:
    if slot is None:
        said = f"{request.placement}, to which the host agreed (request {request.number}), is not in the plan."
        yield Breach(said, (request.placement,), 1, "occurrences")
    elif request.start is None:
        yield Gap(f"Request {request.number} is agreed to without a time.", (request.placement, "requests"))
    elif slot.start != request.start:
        off = abs(minutes_between(request.start, slot.start))
        said = f"{slot.id} starts at {slot.start}, and was agreed at {request.start} (request {request.number})."
        yield Breach(said, (slot.id,), off, "min")
    if slot is not None and request.people and slot.people != set(request.people):
        others = sorted(slot.people ^ set(request.people))
        said = (
            f"{slot.id} is of {', '.join(sorted(slot.people)) or 'nobody'}, and was agreed (request {request.number})"
        )
        yield Breach(f"{said} of {', '.join(request.people)}.", (slot.id, *others), len(others), "people")
