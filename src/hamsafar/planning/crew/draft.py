"""The draft of the days aboard: every occurrence with who serves and where it may start."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from hamsafar.domain.aboard import Activity, WindowNeed
from hamsafar.domain.plan import Flight, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import MILESTONE
from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_happened, as_it_was, just_then, said_of
from hamsafar.planning.crew.changed import changed_bounds, pinned_in_vain
from hamsafar.planning.crew.liners import liners_moved
from hamsafar.planning.crew.needs import clear_of_shocks, while_it_is_there
from hamsafar.planning.crew.occurrences import Occurrence, chains, occurrences_of
from hamsafar.planning.crew.opened import answers, starts_in_windows
from hamsafar.planning.crew.people import Service, certified, service_of
from hamsafar.planning.crew.samples import cargo_too_heavy, kept_to_lives
from hamsafar.planning.crew.sleep import Sleep, sleep_ends, sleeps_of
from hamsafar.planning.crew.slots import Draft, Slot, all_starts, narrowed
from hamsafar.planning.crew.stay import stay_of
from hamsafar.planning.crew.waking import kept_to_mornings
from hamsafar.planning.enforces import enforces
from hamsafar.planning.pace.lengths import planned_lengths
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.certificates import Held
from hamsafar.planning.training.held import barred_milestones
from hamsafar.schedule.tasks import Allowed, Tag


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
        own = next((one for one in stay.programme.activities if one.kind == "sleep" and _has(one, person)), None)
        if own is None:
            missing.append(tag_of("CRW-01", person, "no activity of kind sleep is theirs"))
            continue
        draft.sleeps = {**draft.sleeps, person: sleeps_of(stay, person, own, without)}
        found.extend(_sleep_slots(draft, person))
    for activity in stay.programme.activities:
        if activity.kind != "sleep":
            found.extend(_slots(draft, activity))
    found = [kept_to_lives(draft, kept_to_mornings(draft, slot)) for slot in found]
    moved, without_liner = liners_moved(draft, found)
    draft.slots = tuple(moved)
    absent = (*missing, *without_liner, *cargo_too_heavy(draft), *pinned_in_vain(stay, (slot.id for slot in moved)))
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
        yield narrowed(slot, extra)


def _slots(draft: Draft, activity: Activity) -> list[Slot]:
    """The slots of one activity; the guest's, where they learn by repetition, at a newcomer's length."""
    own = list(occurrences_of(draft.stay, activity, draft.windows))
    slots = {one.id: _slot(draft, one) for one in own}
    lengths = planned_lengths(draft.stay.programme, activity, draft.without)
    if any(length != activity.duration_min for length in lengths):
        for chain in chains(draft.stay, own):
            slots |= {slot.id: slot for slot in _at_their_pace(draft, [slots[one.id] for one in chain], lengths)}
    return [slots[one.id] for one in own]


@enforces("CRW-10", "CRW-20")
def _at_their_pace(draft: Draft, chain: list[Slot], lengths: tuple[int, ...]) -> Iterator[Slot]:
    """The guest's occurrences of one chain, each as long as that execution takes a newcomer.

    One that finds no start at its length is none, so that the next takes its place (see `rules.learned_in_turn`).
    What the guest has done before counts, however long it took.
    """
    done = 0
    for slot in chain:
        if draft.stay.guest not in slot.service.sure:
            continue
        length = lengths[min(done, len(lengths) - 1)]
        lengthened = slot if slot.duration == length else _slot(draft, evolve(slot.occurrence, duration_min=length))
        yield lengthened
        done += bool(lengthened.starts)


def _slot(draft: Draft, occurrence: Occurrence, sleep: Sleep | None = None) -> Slot:
    stay = draft.stay
    if occurrence.id in stay.past.done:
        return _as_it_happened(draft, occurrence, sleep)
    service = service_of(stay, draft.held, occurrence.activity, occurrence.person, draft.without)
    allowed = tuple(
        one for find in _FINDING for one in find(draft, occurrence, service) if one.tag.rule not in draft.without
    )
    if sleep is not None and sleep.sound and "CRW-12" not in draft.without:
        tag = tag_of("CRW-12", occurrence.id, "near its usual time")
        allowed = (*allowed, Allowed(ranges=(sleep.reach,), tag=tag))
    must = next((one.tag for one in allowed if one.tag.rule in ("HST-01", "PIN-01")), None)
    bare = Slot(occurrence=occurrence, service=service, allowed=(), starts=(), must=must, sleep=sleep)
    return narrowed(evolve(bare, starts=all_starts(draft, bare)), allowed)


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


_FINDING = (
    _manned, _hours, _present, _certified, _in_window, while_it_is_there, clear_of_shocks, _approved, _changed,
)  # fmt: skip
