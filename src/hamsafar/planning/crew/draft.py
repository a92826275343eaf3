"""The draft of the days aboard: every occurrence with who serves and where it may start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import ceil

from attrs import define, evolve, field, frozen

from hamsafar.domain.aboard import Activity, WindowNeed
from hamsafar.domain.plan import Flight, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import MILESTONE
from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_happened, as_it_was, just_then, said_of
from hamsafar.planning.crew.changed import changed_bounds, pinned_in_vain
from hamsafar.planning.crew.occurrences import Occurrence, chains, in_time, occurrences_of
from hamsafar.planning.crew.opened import answers, starts_in_windows
from hamsafar.planning.crew.people import Service, certified, service_of
from hamsafar.planning.crew.sleep import Sleep, sleep_ends, sleeps_of
from hamsafar.planning.crew.stay import Stay, stay_of
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Starts
from hamsafar.planning.training.certificates import Held
from hamsafar.planning.training.held import barred_milestones
from hamsafar.schedule.tasks import Allowed, Tag


@frozen(kw_only=True)
class Slot:
    """One occurrence with its people and its starts; `starts` is what all that is allowed has in common."""

    occurrence: Occurrence
    service: Service
    allowed: tuple[Allowed, ...]
    starts: Starts
    must: Tag | None = None  # another reason than the programme's own to be there
    sleep: Sleep | None = None

    @property
    def id(self) -> str:
        """The occurrence's id."""
        return self.occurrence.id

    @property
    def activity(self) -> Activity:
        """What is done."""
        return self.occurrence.activity

    @property
    def duration(self) -> int:
        """Minutes."""
        return self.occurrence.duration_min


@define(kw_only=True, slots=False)
class Draft:
    """All slots of a stay, and what they were drawn from. Filled once, then only read."""

    stay: Stay
    windows: tuple[WindowList, ...]
    held: tuple[Held, ...]
    without: frozenset[str]
    whole: bool = False  # nothing is left out because of what could give way
    slots: tuple[Slot, ...] = ()
    sleeps: Mapping[str, tuple[Sleep, ...]] = field(factory=dict)  # by person
    missing: tuple[Tag, ...] = ()  # what nothing in the programme provides, though a rule asks for it

    @cached_property
    def by_activity(self) -> dict[str, list[Slot]]:
        """Activity id → its slots, those that have been first."""
        grouped: dict[str, list[Slot]] = {}
        for slot in sorted(self.slots, key=lambda slot: in_time(self.stay, slot.id)):
            grouped.setdefault(slot.activity.id, []).append(slot)
        return grouped

    def of_kind(self, *kinds: str) -> list[Slot]:
        """The slots of some kinds of activity."""
        return [slot for slot in self.slots if slot.activity.kind in kinds]

    def room(self, slot: Slot) -> Starts:
        """Where a slot starts at all, for rules that ask only of what can come near: in a whole draft, in the stay."""
        if self.whole and slot.id not in self.stay.past.done:
            return _all_starts(self, slot)
        return slot.starts

    def limit(self, rule: str, param: str) -> float:
        """A rule's figure."""
        return self.stay.programme.limit(rule, param)


def draft_of(
    programme: Programme,
    flight: Flight,
    windows: tuple[WindowList, ...],
    held: tuple[Held, ...],
    without: frozenset[str],
    *,
    whole: bool = False,
) -> Draft:
    """The draft of a flight's days aboard."""
    stay = stay_of(programme, flight)
    draft = Draft(stay=stay, windows=windows, held=held, without=without, whole=whole)
    found: list[Slot] = []
    missing: list[Tag] = []
    for person in stay.presence:
        own = next((one for one in programme.activities if one.kind == "sleep" and _has(one, person)), None)
        if own is None:
            missing.append(tag_of("CRW-01", person, "no activity of kind sleep is theirs"))
            continue
        draft.sleeps = {**draft.sleeps, person: sleeps_of(stay, person, own, without)}
        found.extend(_sleep_slots(draft, person))
    for activity in programme.activities:
        if activity.kind != "sleep":
            found.extend(_slots(draft, activity))
    moved, without_liner = _liners_moved(draft, found)
    draft.slots = tuple(moved)
    absent = (*missing, *without_liner, *pinned_in_vain(stay, (slot.id for slot in moved)))
    draft.missing = tuple(tag for tag in absent if tag.rule not in without)
    return draft


def _has(activity: Activity, person: str) -> bool:
    return any(person in need.candidates for need in activity.who)


def _sleep_slots(draft: Draft, person: str) -> Iterator[Slot]:
    sleeps = draft.sleeps[person]
    ends = list(sleep_ends(draft.stay, person, sleeps))
    for sleep in sleeps:
        slot = _slot(draft, sleep.occurrence, sleep=sleep)
        if slot.id in draft.stay.past.done:
            yield slot
            continue
        extra = tuple(allowed for id_, allowed in ends if id_ == slot.id and allowed.tag.rule not in draft.without)
        yield _narrowed(draft, slot, extra)


def _slots(draft: Draft, activity: Activity) -> list[Slot]:
    """The slots of one activity, the guest's first times of an experiment lengthened."""
    own = list(occurrences_of(draft.stay, activity, draft.windows))
    slots = {one.id: _slot(draft, one) for one in own}
    if activity.kind == "experiment" and "CRW-10" not in draft.without:
        for chain in chains(draft.stay, own):
            slots |= {slot.id: slot for slot in _first_longer(draft, [slots[one.id] for one in chain])}
    return [slots[one.id] for one in own]


@enforces("CRW-10")
def _first_longer(draft: Draft, chain: list[Slot]) -> Iterator[Slot]:
    """The occurrences of one chain that must be planned longer: up to the first one that finds a start so.

    Optional ones before it then find none, so that it is the first in time (see `rules.first_time_first`). Where the
    guest has done it before, that was the first time, however long it took.
    """
    factor = Fraction(str(draft.limit("CRW-10", "first_factor")))
    for slot in chain:
        if draft.stay.guest not in slot.service.sure:
            continue
        longer = evolve(slot.occurrence, duration_min=ceil(factor * slot.activity.duration_min))
        lengthened = _slot(draft, longer)
        yield lengthened
        if lengthened.starts:
            return


def _slot(draft: Draft, occurrence: Occurrence, sleep: Sleep | None = None) -> Slot:
    stay = draft.stay
    if occurrence.id in stay.past.done:
        return _as_it_happened(draft, occurrence, sleep)
    service = service_of(stay, draft.held, occurrence.activity, occurrence.person, draft.without)
    allowed = tuple(
        one
        for find in (_manned, _hours, _present, _certified, _in_window, _approved, _changed)
        for one in find(draft, occurrence, service)
        if one.tag.rule not in draft.without
    )
    if sleep is not None and sleep.sound and "CRW-12" not in draft.without:
        tag = tag_of("CRW-12", occurrence.id, "near its usual time")
        allowed = (*allowed, Allowed(ranges=(sleep.reach,), tag=tag))
    must = next((one.tag for one in allowed if one.tag.rule in ("HST-01", "PIN-01")), None)
    bare = Slot(occurrence=occurrence, service=service, allowed=(), starts=(), must=must, sleep=sleep)
    return _narrowed(draft, evolve(bare, starts=_all_starts(draft, bare)), allowed)


@enforces("PST-01")
def _as_it_happened(draft: Draft, occurrence: Occurrence, sleep: Sleep | None) -> Slot:
    """The slot of what has been: then, by those, so long, whatever else is asked."""
    done = draft.stay.past.done[occurrence.id]
    first, end = as_it_was(done)
    there = tuple(person for person in dict.fromkeys(done.people) if person in draft.stay.presence)
    return Slot(
        occurrence=evolve(occurrence, duration_min=end - first),
        service=Service(fixed=there, choices=(), lacking=()),
        allowed=(just_then(occurrence.id, done),),
        starts=((first, first),),
        must=as_it_happened(occurrence.id),
        sleep=sleep,
    )


def _all_starts(draft: Draft, slot: Slot) -> Starts:
    return ticks.fit([(draft.stay.first, draft.stay.last)], slot.duration)


def _narrowed(draft: Draft, slot: Slot, allowed: tuple[Allowed, ...]) -> Slot:
    starts = ticks.shared_starts(slot.starts, *(one.ranges for one in allowed))
    return evolve(slot, allowed=(*slot.allowed, *allowed), starts=starts)


# What each rule allows of one occurrence's starts


def _manned(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Nowhere, where nobody can serve."""
    for tag in service.lacking:
        yield Allowed(ranges=(), tag=tag)


@enforces("CRW-12")
def _hours(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """The flight days and the clock times that the activity asks."""
    stay, activity = draft.stay, occurrence.activity
    if activity.kind == "sleep":
        if activity.starts_between is not None and occurrence.day is not None:
            opens, closes = activity.starts_between
            last_day = occurrence.day if closes > opens else occurrence.day + 1
            ranges = ((stay.label(occurrence.day, opens), stay.label(last_day, closes)),)
            yield Allowed(ranges=ranges, tag=tag_of("CRW-12", occurrence.id))
        return
    if not occurrence.days and activity.starts_between is None:
        return
    days = [day for day in occurrence.days or stay.days if day in stay.days]
    starts = ticks.joined(stay.starts_on(day, activity.starts_between) for day in days)
    yield Allowed(ranges=starts, tag=tag_of("CRW-12", occurrence.id))


@enforces("CRW-14")
def _present(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Between hatch opening and hatch closing of everybody who is in it for sure."""
    whole = (draft.stay.first, draft.stay.last)
    for person in sorted(service.sure):
        presence = draft.stay.presence[person]
        if presence != whole:
            ranges = ticks.fit([presence], occurrence.duration_min)
            yield Allowed(ranges=ranges, tag=tag_of("CRW-14", person))


@enforces("CER-01")
def _certified(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """The dates on which those who are in it for sure hold the certificate."""
    found = certified(draft.stay, draft.held, occurrence.activity, occurrence.person, service)
    for person, sure, days, certificate in found:
        if sure:
            yield Allowed(ranges=ticks.inclusive(days), tag=tag_of("CER-01", person, certificate))


@enforces("WIN-01")
def _in_window(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Wholly inside one open span of a list of the kind asked for, sigmas kept clear."""
    need = occurrence.activity.window
    if need is None:
        return
    ranges = starts_in_windows(draft.stay, draft.windows, need, occurrence.duration_min)
    yield Allowed(ranges=ranges, tag=tag_of("WIN-01", occurrence.id, _named(draft, need)))


def _named(draft: Draft, need: WindowNeed) -> str:
    """The window asked for, in words; and that nothing is known of it, or that it is closed to us, where that is so."""
    name = " ".join(filter(None, (need.kind, need.of)))
    asked = [windows for windows in draft.windows if answers(windows, need)]
    if asked and not any(one.known for one in asked):
        return f"{name}, of which nothing is known then"
    closed = (
        said_of(outage.span, " ".join(filter(None, (outage.of, outage.reason))), draft.stay.zone)
        for outage in draft.stay.programme.outages
        if outage.kind == need.kind and (need.of is None or outage.of in (None, need.of))
    )
    return ", ".join((name, *closed))


@enforces("MIL-02")
def _approved(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Nowhere, where the milestone without which it isn't flown was refused."""
    milestone = occurrence.activity.milestone
    if milestone in barred_milestones(draft.stay.programme):
        yield Allowed(ranges=(), tag=tag_of("MIL-02", occurrence.id, f"{MILESTONE}/{milestone} was refused"))


def _changed(draft: Draft, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """What absences, closures, pins and the past leave."""
    return changed_bounds(draft.stay, occurrence, service)


# Seat liners


@enforces("SEA-02")
def _liners_moved(draft: Draft, slots: list[Slot]) -> tuple[list[Slot], list[Tag]]:
    """One transfer of everyone who changes ships early enough; and who finds none.

    A transfer that they are in for sure comes first; failing that, one for which they can be chosen.
    """
    stay, missing = draft.stay, list[Tag]()
    if "SEA-02" in draft.without or stay.request.ship_up.id == stay.request.ship_down.id:
        return slots, []
    changing = [one for one in stay.request.crew_up if one in stay.request.crew_down]
    by_id = {slot.id: slot for slot in slots}
    for person in changing:
        transfers = [slot for slot in by_id.values() if slot.activity.kind == "transfer" and not slot.service.lacking]
        sure = [slot for slot in transfers if person in slot.service.sure]
        chosen = [slot for slot in transfers if person in slot.service.possible and _room_for(slot, person)]
        early = _first(_in_time(draft, slot, person) for slot in (*sure, *chosen))
        if early is None:
            missing.append(tag_of("SEA-02", person, "no activity of kind transfer is theirs"))
        else:
            by_id[early.id] = early
    return list(by_id.values()), missing


def _first(slots: Iterable[Slot]) -> Slot | None:
    found = list(slots)
    return next((slot for slot in found if slot.starts), found[0] if found else None)


def _room_for(slot: Slot, person: str) -> bool:
    return person not in slot.service.sure and (slot.must is None or slot.must.rule != "SEA-02")


def _in_time(draft: Draft, slot: Slot, person: str) -> Slot:
    close = draft.stay.presence[person][1]
    latest = close - ceil(draft.limit("SEA-02", "before_close_min")) - slot.duration
    tag = tag_of("SEA-02", person)
    ranges = ((draft.stay.first, latest),) if latest >= draft.stay.first else ()
    served = evolve(slot, service=_with(slot.service, person), must=tag)
    return _narrowed(draft, served, (Allowed(ranges=ranges, tag=tag),))


def _with(service: Service, person: str) -> Service:
    """The same service with this person in it for sure: the first choice that knows them loses its freedom."""
    if person in service.sure:
        return service
    choices = list(service.choices)
    at = next(at for at, choice in enumerate(choices) if person in choice.candidates)
    others = tuple(one for one in choices[at].candidates if one != person)
    choices[at] = evolve(choices[at], candidates=(person, *others)[: choices[at].count])
    return evolve(service, choices=tuple(choices))
