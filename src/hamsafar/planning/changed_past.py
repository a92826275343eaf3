"""What has happened by now: a record for everything that began, as a change says, else done as planned."""

from __future__ import annotations

from collections.abc import Mapping

from hamsafar.catalog.names import hint
from hamsafar.domain.changes import Change, Happened, Record, last_records
from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning.misfits import Misfits
from hamsafar.timeline import Instant, Span


def what_happened(plan: Plan, change: Change, now: Instant | None, misfits: Misfits) -> tuple[Happened, ...]:
    """The programme's records and those of the plan's placements up to now, by start, then placement.

    What was missed or failed and placed again since has a record for each time.
    """
    placed = {placement.id: placement for placement in plan.placements}
    said = _said(change, placed, now, plan, misfits)
    last = last_records(plan.programme.happened)
    corrected = {id_ for id_ in said if id_ in last and last[id_].outcome == "done"}
    records = [one for one in plan.programme.happened if one.placement not in corrected or one != last[one.placement]]
    records += said.values()
    for id_, placement in placed.items():
        known = id_ in said or (id_ in last and last[id_].outcome == "done")
        if now is not None and placement.start < now and not known:
            records.append(_record(placement, Record(placement=id_)))
    _tell_twice_at_once(plan, change, said, last_records(records), misfits)
    return tuple(sorted(records, key=lambda one: (one.start, one.placement)))


def _said(
    change: Change, placed: Mapping[str, Placement], now: Instant | None, plan: Plan, misfits: Misfits
) -> dict[str, Happened]:
    found: dict[str, Happened] = {}
    people = {person.id for person in plan.programme.people}
    if change.happened and now is None:
        misfits.add("happened", "can only be said together with `now`, up to which it is known what happened")
        return found
    for number, record in enumerate(change.happened):
        at = f"happened[{number}]"
        placement = placed.get(record.placement)
        if placement is None:
            misfits.add(
                f"{at}.placement", f"{record.placement!r} is not placed in this plan{hint(record.placement, placed)}"
            )
        elif record.placement in found:
            misfits.add(f"{at}.placement", f"{record.placement!r} is listed twice")
        else:
            assert now is not None
            found[record.placement] = _record(placement, record)
            _tell(at, placement, record, now, misfits)
            for index, person in enumerate(record.people or ()):
                if person not in people:
                    misfits.add(
                        f"{at}.people[{index}]", f"{person!r} is not the name of a person{hint(person, people)}"
                    )
    return found


def _record(placement: Placement, said: Record) -> Happened:
    return Happened(
        placement=placement.id,
        start=said.start or placement.start,
        end=said.end or placement.end,
        people=placement.person_ids if said.people is None else said.people,
        outcome=said.outcome,
        note=said.note,
    )


def _tell(at: str, placement: Placement, record: Record, now: Instant, misfits: Misfits) -> None:
    """What can't have happened, or not so."""
    start, end = record.start or placement.start, record.end or placement.end
    if start >= now:
        planned = "begins" if record.start is None else "is said to have begun"
        place = f"{at}.placement" if record.start is None else f"{at}.from"
        misfits.add(place, f"{planned} at {start}, not before now ({now}): it has not happened yet")
    elif record.end is not None and record.end > now:
        misfits.add(f"{at}.to", f"lies after now ({now}): it has not happened yet")
    if end <= start:
        misfits.add(at, f"ends ({end}) before it starts ({start})")
    if record.outcome == "missed" and (record.start, record.end, record.people) != (None, None, None):
        misfits.add(f"{at}.attended", "what was missed has no times and no people")
    if record.outcome == "failed" and placement.kind != "exam":
        misfits.add(f"{at}.passed", f"only an exam can be failed; {placement.id} is of kind {placement.kind}")
    if record.people == ():
        misfits.add(f"{at}.people", "has nobody in it; what nobody attended was missed (attended: false)")


# Two in one place at once


def _tell_twice_at_once(
    plan: Plan, change: Change, said: Mapping[str, Happened], last: Mapping[str, Happened], misfits: Misfits
) -> None:
    """Somebody in two things at once, or more in a facility than it holds, where the change says so."""
    rooms = {placement.id: placement.facilities for placement in plan.placements}
    capacity = {one.id: one.capacity for one in (plan.programme.term.facilities if plan.programme.term else ())}
    took_place = [one for one in last.values() if one.outcome != "missed" and one.start < one.end]
    numbers = {record.placement: number for number, record in enumerate(change.happened)}
    for id_, record in said.items():
        if record.outcome == "missed" or record.end <= record.start:
            continue
        meanwhile = [
            one for one in took_place if one.placement != id_ and one.start < record.end and record.start < one.end
        ]
        at = f"happened[{numbers[id_]}]"
        for other in meanwhile:
            both = sorted({*record.people} & {*other.people})
            if both and not (other.placement in said and numbers[other.placement] > numbers[id_]):
                when = f"from {other.start} to {other.end}"
                misfits.add(
                    at, f"{', '.join(both)} was in {other.placement} at the same time ({when}); say what became of it"
                )
        for room in rooms.get(id_, ()):
            there = [one for one in meanwhile if room in rooms.get(one.placement, ())]
            if room in capacity and _most_at_once(record, there) + 1 > capacity[room]:
                names = ", ".join(one.placement for one in there)
                misfits.add(at, f"{room} was taken by {names} at the same time; say what became of that")


def _most_at_once(record: Happened, others: list[Happened]) -> int:
    """How many of the others went on together at some moment of a record."""
    inside = Span(record.start, record.end)
    moments = [max(one.start, inside.start) for one in others]
    return max((sum(one.start <= moment < one.end for one in others) for moment in moments), default=0)
