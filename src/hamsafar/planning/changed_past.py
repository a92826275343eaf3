"""What has happened by now: a record for everything that began, as a change says, else done as planned."""

from __future__ import annotations

from collections.abc import Mapping

from hamsafar.catalog.names import hint
from hamsafar.domain.changes import Change, Happened, Record, last_records
from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning.misfits import Misfits
from hamsafar.planning.unplanned import unplanned
from hamsafar.timeline import Instant, Span


def what_happened(plan: Plan, change: Change, now: Instant | None, misfits: Misfits) -> tuple[Happened, ...]:
    """The programme's records and those of the plan's placements up to now, by start, then placement.

    What was missed or failed and placed again since has a record for each time.
    """
    placed = {placement.id: placement for placement in plan.placements}
    last = last_records(plan.programme.happened)
    said = _said(change, placed, last, now, plan, misfits)
    corrected = {id_ for id_, one in said.items() if id_ in last and _corrects(one, last[id_], id_ in placed)}
    records = [one for one in plan.programme.happened if one.placement not in corrected or one != last[one.placement]]
    records += said.values()
    for id_, placement in placed.items():
        known = id_ in said or (id_ in last and last[id_].outcome == "done")
        if now is not None and placement.start < now and not known:
            records.append(_record(placement, Record(placement=id_)))
    _tell_twice_at_once(plan, change, said, last_records(records), misfits)
    return tuple(sorted(records, key=lambda one: (one.start, one.placement)))


def _corrects(said: Happened, last: Happened, is_placed: bool) -> bool:
    """Whether something is said anew of the same time, and not of the time at which it was placed again."""
    return last.outcome == "done" or not is_placed or said.start <= last.start


def _said(
    change: Change,
    placed: Mapping[str, Placement],
    last: Mapping[str, Happened],
    now: Instant | None,
    plan: Plan,
    misfits: Misfits,
) -> dict[str, Happened]:
    found: dict[str, Happened] = {}
    people = {person.id for person in plan.programme.people}
    if change.happened and now is None:
        misfits.add("happened", "can only be said together with `now`, up to which it is known what happened")
        return found
    for number, record in enumerate(change.happened):
        at = f"happened[{number}]"
        if record.placement in found:
            misfits.add(f"{at}.placement", f"{record.placement!r} is listed twice")
            continue
        placement = placed.get(record.placement) or _not_planned(at, plan, record, last, misfits)
        if placement is not None:
            assert now is not None
            found[record.placement] = _record(placement, record)
            _tell(at, placement, record, now, misfits)
            for index, person in enumerate(record.people or ()):
                if person not in people:
                    misfits.add(
                        f"{at}.people[{index}]", f"{person!r} is not the name of a person{hint(person, people)}"
                    )
    return found


def _not_planned(
    at: str, plan: Plan, record: Record, last: Mapping[str, Happened], misfits: Misfits
) -> Placement | None:
    """A placement of what was done though the plan doesn't have it: as it is said, or as an older record had it."""
    found = unplanned(plan.programme, plan.flight, record.placement)
    if found is None:
        known = {one.id for one in plan.placements} | {one.id for one in plan.dropped}
        what = f"{record.placement!r} is neither placed in this plan nor asked for{hint(record.placement, known)}"
        misfits.add(f"{at}.placement", what)
        return None
    if record.outcome == "missed":
        misfits.add(f"{at}.attended", f"{record.placement} is not in this plan, so nobody can have missed it")
        return None
    older = last.get(record.placement)
    start = record.start or (older.start if older is not None else None)
    people = record.people or (older.people if older is not None else found.people)
    if start is None:
        misfits.add(at, f"{record.placement} is not in this plan: say when it was done, `from` and `to`")
    if people is None:
        misfits.add(at, f"{record.placement} is not in this plan: say who took part, `people`")
    if start is None or people is None:
        return None
    end = record.end or (older.end if older is not None else start.plus(minutes=found.activity.duration_min))
    done = Happened(placement=found.id, start=start, end=end, people=people)
    return found.placed(done, plan.programme.station.zone)


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
    if record.outcome == "failed" and placement.kind not in ("exam", "milestone"):
        misfits.add(
            f"{at}.passed", f"only an exam or a milestone can be failed; {placement.id} is of kind {placement.kind}"
        )
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
