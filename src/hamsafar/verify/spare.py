"""Second opinion on what a plan leaves to the people aboard: task lists, what may be moved, what may be done ahead.

A stretch of starts is judged where anything could change along it: at its ends, at midnight and at the hours of the
activity, and where it comes to meet something that it has more to do with than its people, who have nothing else all
the while. There the placement is put, and the rules of the days aboard are judged anew.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from functools import partial

from attrs import evolve, frozen

from hamsafar.domain.aboard import Activity, ListItem, Resource
from hamsafar.domain.plan import Ahead, ListRoom, Movable, Placement, Spare
from hamsafar.timeline import Instant, days_between, local_date, local_instant
from hamsafar.verify import common, windows
from hamsafar.verify.case import Case, Slot, at_length
from hamsafar.verify.registry import CHECKERS, Breach, Said, checks

# Judged with what may be moved where it might lie. CMP-01 and CER-01 need the whole plan, WIN-01 the sky: see below.
_JUDGED = (
    "PPL-01", "PPL-02", "RES-01", "RES-02", "RES-03", "RES-04", "ORD-01", "WIN-02", "PIN-01", "PST-01",
    "HST-01", "HST-02", "MIL-02",
    *(f"CRW-{number:02}" for number in (*range(1, 22), 25, 26, 27)), "STO-01", "SMP-01", "SMP-02", "SMP-03",
    "SEA-02", "SEA-04", "SEA-05",
)  # fmt: skip
_ABOUT_MIN = 1_440  # what lies further from a stretch than this is not near it
_LONGEST_MIN = 3 * 1_440  # no stretch is longer: everybody sleeps


# Task lists


@checks("CRW-23")
def task_lists(case: Case) -> Said:
    """Each item on as many lists as it asks for, of people who may do it; and the sums as the plan says they are."""
    spare = case.plan.spare or Spare()
    items = {one.id: one for one in case.programme.task_list}
    for listed in spare.listed:
        if listed.item not in items:
            yield Breach(f"{listed.item} is on a list and nobody asked for it.", (listed.item, listed.person))
    for item in items.values():
        yield from _of_item(case, item, [one.person for one in spare.listed if one.item == item.id])
    yield from _sums(case, spare, items)


def _of_item(case: Case, item: ListItem, people: list[str]) -> Said:
    spare = case.plan.spare or Spare()
    for person in dict.fromkeys(people):
        if people.count(person) > 1:
            yield Breach(f"{item.id} is on the list of {person} {people.count(person)} times.", (item.id, person))
        if person not in item.who.candidates:
            yield Breach(f"{item.id} is on the list of {person}, who isn't asked for it.", (item.id, person))
        why = _why_not(case, item, person)
        if why:
            yield Breach(f"{item.id} is on the list of {person}, who {why}.", (item.id, person))
    able = sum(not _why_not(case, item, person) for person in item.who.candidates)
    wanted = min(item.who.count, able)
    if len(people) != wanted:
        sentence = f"{item.id} is on {len(people)} lists; {item.who.count} people are asked for and {able} may do it."
        yield Breach(sentence, (item.id,), abs(len(people) - wanted), "people")
    if (item.id in spare.unlisted) != (able < item.who.count):
        yield Breach(f"The plan says wrongly whether there are enough people for {item.id}.", (item.id,))


def _last_day(case: Case, item: ListItem) -> int:
    return case.last_day if item.due_day is None else min(item.due_day, case.last_day)


def _why_not(case: Case, item: ListItem, person: str) -> str:
    """Why somebody can't do it by its day; empty where they can."""
    there = case.presence(person)
    over = case.clock(_last_day(case, item), time(), days_later=1)
    if there is None or there[0] >= over:
        return f"is not aboard before flight day {_last_day(case, item)} is over"
    first = case.station_date(there[0])
    last = case.station_date(min(over, there[1]).plus(minutes=-1))
    certificate = item.who.certificate
    if certificate is None or common.holds_through(case, person, certificate, first, last):
        return ""
    return f"does not hold {certificate} from {first} to {last}"


def _sums(case: Case, spare: Spare, items: dict[str, ListItem]) -> Said:
    still = {id_: one for id_, one in items.items() if not _is_over(case, one)}
    days: dict[str, set[int]] = {}
    for listed in spare.listed:
        if listed.item in still:
            days.setdefault(listed.person, set()).add(_last_day(case, still[listed.item]))
    stated = [(one.person, one.until_day) for one in spare.room]
    asked = {(person, day) for person, found in days.items() for day in found}
    if len(stated) != len(set(stated)) or set(stated) != asked:
        missing = sorted(f"{person}, flight day {day}" for person, day in asked ^ set(stated))
        yield Breach(f"The room of the task lists is not stated as often as something is due: {missing}.", ())
    for room in spare.room:
        if (room.person, room.until_day) in asked:
            yield from _sum(case, spare, still, room)


def _sum(case: Case, spare: Spare, items: dict[str, ListItem], room: ListRoom) -> Said:
    own = [items[one.item] for one in spare.listed if one.person == room.person and one.item in items]
    listed = sum(one.duration_min for one in own if _last_day(case, one) <= room.until_day)
    free = sum(_free_min(case, room.person, day) for day in range(1, room.until_day + 1))
    for name, said, meant in (("on the list", room.listed_min, listed), ("free", room.free_min, free)):
        if said != meant:
            sentence = f"{room.person} has {at_length(meant)} {name} by flight day {room.until_day}"
            yield Breach(f"{sentence}, not {at_length(said)}.", (room.person,), abs(said - meant), "min")


def _is_over(case: Case, item: ListItem) -> bool:
    return case.is_over(case.clock(_last_day(case, item), time(), days_later=1))


def _free_min(case: Case, person: str, day: int) -> int:
    """Minutes of a flight day in which somebody is aboard with nothing planned, in gaps that are long enough."""
    there = case.presence(person)
    if there is None:
        return 0
    now = [] if case.now is None else [case.now]
    first = max([case.clock(day, time()), there[0], *now]).ceil_utc_minute()
    end = min(case.clock(day, time(), days_later=1), there[1]).floor_utc_minute()
    busy = [slot for slot in case.of_person.get(person, []) if slot.stage == "flight"]
    taken = [False] * max(end - first, 0)
    for slot in busy:
        for minute in range(max(int(slot.start_min), first), min(-int(-slot.end_min // 1), end)):
            taken[minute - first] = True
    shortest = case.param("CRW-23", "min_gap_min")
    gaps = (sum(1 for _ in run) for is_taken, run in itertools.groupby(taken) if not is_taken)
    return sum(gap for gap in gaps if gap >= shortest)


# What may be moved, or done ahead


@frozen(kw_only=True)
class _Claim:
    """A placement where the plan has it, or would have it, and the starts that it may have."""

    placement: Placement
    activity: Activity
    first: Instant
    last: Instant
    is_new: bool  # it was left out


@checks("CRW-24")
def may_be_moved(case: Case) -> Said:
    """Every stated start of what may be moved, or done ahead, breaks nothing that isn't broken anyway."""
    spare = case.plan.spare or Spare()
    for movable in spare.movable:
        yield from _movable(case, movable)
    for ahead in spare.ahead:
        yield from _ahead(case, ahead)


def _movable(case: Case, movable: Movable) -> Said:
    slot = case.by_id.get(movable.placement)
    if slot is None or slot.activity is None or not slot.activity.is_flexible:
        yield Breach(f"{movable.placement} is stated to be movable, and is nothing flexible.", (movable.placement,))
    elif not movable.first <= slot.start <= movable.last:
        yield Breach(f"{slot.id} does not lie among the starts stated for it.", (slot.id,))
    else:
        claim = _Claim(
            placement=slot.placement, activity=slot.activity, first=movable.first, last=movable.last, is_new=False
        )
        yield from _judged(case, claim)


def _ahead(case: Case, ahead: Ahead) -> Said:
    activity = case.activities.get(ahead.id.partition("#")[0].partition("@")[0])
    slot, left_out = case.by_id.get(ahead.id), any(one.id == ahead.id for one in case.plan.dropped)
    if activity is None or not activity.get_ahead or (slot is None and not left_out):
        yield Breach(f"{ahead.id} is stated to be done ahead, and is nothing that may be.", (ahead.id,))
        return
    if not case.clock(ahead.day, time()) <= ahead.first <= ahead.last < case.clock(ahead.day, time(), days_later=1):
        yield Breach(f"{ahead.id} is not done ahead on flight day {ahead.day}.", (ahead.id,))
        return
    if slot is not None:
        if case.flight_day(slot.start) <= ahead.day:
            yield Breach(
                f"{ahead.id} is stated to be done ahead on flight day {ahead.day}, and is no later.", (slot.id,)
            )
            return
        if (slot.minutes, slot.placement.people) != (ahead.duration_min, ahead.people):
            yield Breach(f"{ahead.id} is stated to be done ahead otherwise than it is planned.", (slot.id,))
            return
    elif ahead.duration_min < activity.duration_min:
        short = activity.duration_min - ahead.duration_min
        yield Breach(f"{ahead.id} is stated to be done ahead in {ahead.duration_min} min.", (ahead.id,), short, "min")
        return
    placement = Placement(
        id=ahead.id,
        of=activity.id,
        stage="flight",
        title=activity.title,
        kind=activity.kind,
        start=ahead.first,
        end=ahead.first.plus(minutes=ahead.duration_min),
        zone=case.programme.station.zone,
        people=ahead.people,
        facilities=tuple(use.resource for use in activity.uses),
        occurrence=_number(ahead.id),
    )
    claim = _Claim(placement=placement, activity=activity, first=ahead.first, last=ahead.last, is_new=slot is None)
    yield from _judged(case, claim)


def _number(id_: str) -> int:
    """The n of an id, 1 where it says none."""
    said = id_.rpartition("#")[2]
    return int(said) if re.fullmatch(r"[0-9]{1,6}", said) else 1


def _judged(case: Case, claim: _Claim) -> Said:
    id_ = claim.placement.id
    first, last, long_ = claim.first.utc_minute(), claim.last.utc_minute(), _long(claim.placement)
    if last < first or last - first > _LONGEST_MIN or first != int(first) or last != int(last):
        yield Breach(f"The starts stated for {id_} are no stretch of whole minutes of a day or two.", (id_,))
        return
    if id_ in case.past:
        yield Breach(f"{id_} has been, and is stated to be movable.", (id_,))
        return
    for person in claim.placement.person_ids:
        for other in case.of_person.get(person, []):
            shared = min(other.end_min, last + long_) - max(other.start_min, first)
            if other.id != id_ and shared > 0:
                yield Breach(
                    f"{id_} would meet {other.id} of {person} by {at_length(shared)}.", (id_, other.id), shared, "min"
                )
                return
    yield from _moved(case, claim)


def _long(placement: Placement) -> float:
    return placement.end.utc_minute() - placement.start.utc_minute()


def _moved(case: Case, claim: _Claim) -> Said:
    """The first start at which something is broken that isn't otherwise."""
    near = _near(case, claim)
    before = _broken(case, [slot.placement for slot in near])
    others = [slot for slot in near if slot.id != claim.placement.id]
    for start in _points(case, claim, others):
        placement = evolve(claim.placement, start=start, end=start.plus(minutes=_long(claim.placement)))
        after = _broken(case, [*(slot.placement for slot in others), placement], placement)
        for key, breach in after.items():
            was = (
                before.get(key) if placement.id not in key else None
            )  # what is wrong with it where it lies excuses nothing
            if was is None or (breach.by or 0) > (was.by or 0):
                said = f"({key[0]}: {breach.sentence[:-1]})"
                sentence = f"{placement.id} may not start at {start}, as the plan states {said}."
                yield Breach(sentence, (placement.id,), breach.by, breach.unit)
                return


def _near(case: Case, claim: _Claim) -> list[Slot]:
    """What a placement has to do with: its people's days about it, its things, and what follows what."""
    people, activity, own = set(claim.placement.person_ids), claim.activity, claim.placement
    first, last = claim.first.plus(minutes=-_ABOUT_MIN), claim.last.plus(minutes=_ABOUT_MIN)
    first, last = min(first, own.start.plus(minutes=-_ABOUT_MIN)), max(last, own.end.plus(minutes=_ABOUT_MIN))
    related = {after.of for after in activity.after} | case.followers.get(activity.id, set())
    related |= {*activity.same_people_as, *activity.other_people_than}
    helps = activity.guest_programme and people != {case.request.guest} and case.programme.hosts_minutes is not None
    found = []
    for slot, other in case.flown:
        about = first < slot.end and slot.start < last
        is_theirs = not people.isdisjoint(slot.people)
        paired = activity.id in (*other.same_people_as, *other.other_people_than)
        follows = other.id == activity.id or other.id in related or paired
        if (
            (is_theirs and (about or follows))
            or (follows and activity.repeat != "each-person-day")
            or (about and _shares(activity, other))
            or (about and _are_apart(activity, other))
            or _keeps(activity, other)
            or (helps and other.guest_programme)  # the hosts' minutes of the whole stay
        ):
            found.append(slot)
    return found


def _shares(activity: Activity, other: Activity) -> bool:
    """Whether two take the same things, or one wants it quiet while there is exercise in the other."""
    things = {use.resource for use in (*activity.uses, *activity.consumes)}
    quiet = (activity.quiet and other.kind == "exercise") or (other.quiet and activity.kind == "exercise")
    return quiet or (bool(things) and not things.isdisjoint(use.resource for use in (*other.uses, *other.consumes)))


def _keeps(activity: Activity, other: Activity) -> bool:
    """Whether both have to do with samples: with the same, or with what lies in the same cold."""
    return bool(activity.stows or activity.packs or activity.yields) and bool(
        other.stows or other.packs or other.yields
    )


def _are_apart(activity: Activity, other: Activity) -> bool:
    """Whether two are kept apart."""
    return other.id in activity.apart_from or activity.id in other.apart_from


def _broken(
    case: Case, placements: Iterable[Placement], moved: Placement | None = None
) -> dict[tuple[str, ...], Breach]:
    """What is broken of the days aboard by these placements alone, the worst of each rule and place."""
    plan = evolve(case.plan, placements=tuple(placements), spare=None)
    small = Case(plan, case.params, like=case)
    judges = {rule: partial(CHECKERS[rule], small) for rule in _JUDGED}
    if moved is not None:
        slot = small.by_id[moved.id]
        assert slot.activity is not None
        judges["CER-01"] = partial(common.certificates_of, case, slot, slot.activity)
        judges["WIN-01"] = partial(windows.stated_for, case, slot, slot.activity)
    found: dict[tuple[str, ...], Breach] = {}
    for rule, judge in judges.items():
        for said in judge():
            if isinstance(said, Breach):
                key = (rule, *sorted(set(said.where)))
                if key not in found or (said.by or 0) > (found[key].by or 0):
                    found[key] = said
    return found


def _points(case: Case, claim: _Claim, others: Iterable[Slot]) -> Iterator[Instant]:
    """The starts to be judged, the ends first."""
    long_ = _long(claim.placement)
    own = claim.activity
    known = [(slot, slot.activity) for slot in others if slot.activity is not None]
    meeting = (slot for slot, other in known if _shares(own, other) or _are_apart(own, other) or _keeps(own, other))
    edges = {edge for slot in meeting for edge in (slot.start_min, slot.end_min)}
    used = {use.resource for use in own.uses}
    things = [one for one in case.programme.resources if one.id in used]
    needs = [need for need in (own.window, *(one.window for one in things)) if need is not None]
    for list_ in case.plan.windows:
        if any(list_.kind == need.kind and need.of in (None, list_.of) for need in needs):
            edges |= {edge for span in list_.spans for edge in (span.start.utc_minute(), span.end.utc_minute())}
    edges |= set(_edges_of_hours(case, things, claim))
    if own.quiet:
        edges |= set(_edges_of_quiet(case))
    for day in range(case.flight_day(claim.first) - 1, case.flight_day(claim.last) + 2):
        edges |= {
            moment.utc_minute() for moment in (case.clock(day, time()), *case.starts_allowed(claim.activity, day))
        }
    first, last = int(claim.first.utc_minute()), int(claim.last.utc_minute())
    around = {int(edge - off) + step for edge in edges for off in (0, long_) for step in (-1, 0, 1)}
    for minute in dict.fromkeys((first, last, *sorted(one for one in around if first < one < last))):
        yield Instant.from_utc_minute(minute)


def _edges_of_hours(case: Case, things: Iterable[Resource], claim: _Claim) -> Iterator[float]:
    """When the hours of what it uses begin and end, about its starts."""
    for calendar in (case.calendars.get(one.calendar) for one in things if one.calendar is not None):
        if calendar is not None:
            first, last = local_date(claim.first, calendar.zone), local_date(claim.last, calendar.zone)
            for day in days_between(first - timedelta(days=1), last + timedelta(days=1)):
                for hours in calendar.hours_on(day):
                    yield from (
                        local_instant(day, clock, calendar.zone).utc_minute() for clock in (hours.opens, hours.closes)
                    )


def _edges_of_quiet(case: Case) -> Iterator[float]:
    """Between which minutes nothing quiet may lie: by the margins round docking, undocking and boosts."""
    before, after = case.param("CRW-27", "before_min"), case.param("CRW-27", "after_min")
    docking, undocking = case.flight.docking, case.flight.landing.undocking
    for first, end in (
        (docking, docking),
        (undocking, undocking),
        *((one.span.start, one.span.end) for one in case.programme.boosts),
    ):
        yield from (first.utc_minute() - before, end.utc_minute() + after)
