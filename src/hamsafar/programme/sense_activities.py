"""Whether the days aboard make sense: who can do what, with what, how often, and what comes before what."""

from __future__ import annotations

from typing import Any

from hamsafar.catalog import Catalogue
from hamsafar.programme.campaigns import flight_days_of, tell_campaign, times_of
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.prayer_authorities import AUTHORITIES
from hamsafar.programme.problems import nearest
from hamsafar.programme.references import GROUPS
from hamsafar.programme.sections import FlightSection, ProgrammeSection
from hamsafar.programme.sections_aboard import (
    ActivityEntry,
    BlockEntry,
    NeedEntry,
    PrayerSection,
    ResourceEntry,
    WindowEntry,
)
from hamsafar.programme.sense_frame import latest_flight_day, tell_gap, tell_twice
from hamsafar.programme.sense_needs import may_and_sure, tell_boosts, tell_linked, tell_spacing, tell_stowage
from hamsafar.programme.sense_pace import tell_pace, tell_paces
from hamsafar.programme.sense_samples import tell_liners, tell_samples
from hamsafar.programme.sense_spare import tell_spare
from hamsafar.programme.sense_training import Certified, certified, tell_circles


def candidates(names: list[str], flight: FlightSection) -> tuple[str, ...]:
    """People and groups as people, ordered as crew_up, then crew_aboard; who isn't aboard is not among them."""
    aboard = [*flight.crew_up, *flight.crew_aboard]
    groups = {
        "guest": [flight.guest],
        "hosts": [person for person in aboard if person != flight.guest],
        "arriving": flight.crew_up,
        "returning": flight.crew_down,
        "staying": [person for person in aboard if person not in flight.crew_down],
        "residents": flight.crew_aboard,
        "relief": [person for person in flight.crew_up if person not in (flight.guest, *flight.crew_down)],
        "relieved": [person for person in flight.crew_aboard if person in flight.crew_down],
        "everyone": aboard,
    }
    named = {person for name in names for person in groups.get(name, [name])}
    return tuple(dict.fromkeys(person for person in aboard if person in named))


def tell_activities(draft: Draft, catalogue: Catalogue) -> None:
    """Everything about activities that shape and references don't show."""
    found = draft.once("flight", FlightSection)
    known = {activity.id: activity for _, activity in draft.of("activities", ActivityEntry)}
    resources = {resource.id: resource for _, resource in draft.of("resources", ResourceEntry)}
    who = certified(draft) if draft.section("people").sound and draft.section("subjects").sound else None
    for entry, activity in draft.of("activities", ActivityEntry):
        _tell_times(draft, entry, activity)
        _tell_uses(draft, entry, activity, resources)
        _tell_after(draft, entry, activity, known, found[1] if found is not None else None)
        tell_campaign(draft, entry, activity, found[1] if found is not None else None)
        if found is not None:
            _tell_who(draft, entry, activity, found[1], who)
            _tell_days(draft, entry, activity, found[1])
            _tell_subjects(draft, entry, activity, found[1])
            tell_liners(draft, entry, activity, found[1])
        _tell_relay(draft, entry, activity.window, catalogue)
        tell_pace(draft, entry, activity)
        tell_spacing(draft, entry, activity)
    for place, resource in draft.of("resources", ResourceEntry):
        _tell_relay(draft, place, resource.window, catalogue)
    tell_paces(draft)
    tell_stowage(draft)
    tell_boosts(draft)
    _tell_links(draft, known, found[1] if found is not None else None)
    tell_samples(draft)
    tell_spare(draft, found[1] if found is not None else None)
    _tell_sleep(draft)
    _tell_circles(draft)
    _tell_blocks(draft)


def _tell_times(draft: Draft, entry: Entry[Any], activity: ActivityEntry) -> None:
    if activity.repeat == "each-person-day":
        if len(activity.who) != 1:
            what = f"with repeat each-person-day there is exactly one entry in `who`, not {len(activity.who)}"
            draft.problems.add(entry.place("who"), what)
        elif activity.who[0].count != 1:
            draft.blame(entry, ("who", 0, "count"), "with repeat each-person-day each does it alone; leave it out")
    if activity.starts_between is not None and activity.prefer is not None:
        first, last = activity.starts_between
        inside = first <= activity.prefer <= last if first < last else not last < activity.prefer < first
        if not inside:
            draft.blame(entry, ("prefer",), f"lies outside starts_between ({first:%H:%M} to {last:%H:%M})")


def _tell_days(draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection) -> None:
    tell_twice(draft, entry, ("flight_days",), activity.flight_days)
    latest = latest_flight_day(flight)
    for index, day in enumerate(activity.flight_days):
        if day > latest:
            draft.blame(entry, ("flight_days", index), f"the longest stay ends on flight day {latest}")


def _tell_subjects(draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection) -> None:
    """On waking, or fasting: whose sleep and whose meals has to be known, and to be of the programme."""
    asked = [name for name in ("on_waking", "fasting") if getattr(activity, name)]
    for name in asked:
        first = activity.who[0] if activity.who else None
        people = candidates(first.candidates, flight) if first is not None else ()
        own = activity.repeat == "each-person-day"
        if first is None or (not own and people and first.count != len(people)):
            what = "is asked of the first entry of `who`: all its candidates serve, so that it is known whose day it is"
            draft.blame(entry, (name,), what)
        elif activity.kind in ("sleep", "meal"):
            draft.blame(entry, (name,), f"is not asked of an activity of kind {activity.kind}")
    sleep = next((one for _, one in draft.of("activities", ActivityEntry) if one.kind == "sleep"), None)
    if activity.on_waking and sleep is not None and activity.on_waking > sleep.duration:
        draft.blame(entry, ("on_waking",), f"is longer than the sleep it follows ({sleep.duration} min)")


def _tell_uses(draft: Draft, entry: Entry[Any], activity: ActivityEntry, resources: dict[str, ResourceEntry]) -> None:
    for index, use in enumerate(activity.uses):
        resource = resources.get(use.resource)
        if use.resource in [earlier.resource for earlier in activity.uses[:index]]:
            draft.blame(entry, ("uses", index, "resource"), "is listed twice; add the amounts up")
            continue
        capacity = (resource.capacity or resource.stock) if resource is not None else None
        if resource is not None and capacity is not None and use.amount > capacity:
            what = f"is more than there is of {resource.title} ({f'{capacity} {resource.unit}'.strip()})"
            draft.blame(entry, ("uses", index, "amount"), what)


def _tell_who(
    draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection, who: Certified | None
) -> None:
    aboard = {*flight.crew_up, *flight.crew_aboard}
    for index, need in enumerate(activity.who):
        at = ("who", index)
        strangers = "guest" in need.candidates and flight.guest not in aboard  # told of the flight
        for number, name in enumerate(need.candidates):
            if name not in GROUPS and name not in aboard:
                strangers = True
                draft.blame(entry, (*at, "from", number), "is not aboard: neither in crew_up nor in crew_aboard")
        people = candidates(need.candidates, flight)
        if not people and not strangers:
            draft.blame(entry, (*at, "from"), f"there is nobody in {', '.join(need.candidates)}")
        elif need.count > len(people) and not strangers:
            what = f"asks for {need.count}, but there are only {len(people)} candidates: {', '.join(people)}"
            draft.problems.add(entry.place(*at, "count"), what)
        elif people and need.certificate is not None and who is not None:
            _tell_certificate(draft, entry, activity, at, need, people, who)


def _tell_certificate(
    draft: Draft,
    entry: Entry[Any],
    activity: ActivityEntry,
    at: tuple[str | int, ...],
    need: NeedEntry,
    people: tuple[str, ...],
    who: Certified,
) -> None:
    if need.certificate not in draft.section("certificates").ids:
        return
    able = [person for person in people if person in who.able(need.certificate or "")]
    wanted = len(people) if activity.repeat == "each-person-day" else need.count
    if len(able) >= wanted:
        return
    where = (*at, "certificate")
    if not who.able(need.certificate or ""):
        draft.blame(entry, where, "no subject gives this certificate and nobody holds it")
    else:
        has = f"only {', '.join(able)}" if able else "nobody"
        what = (
            f"{has} of {', '.join(people)} holds this certificate or attends a subject that gives it; {wanted} needed"
        )
        draft.blame(entry, where, what)


def _tell_after(
    draft: Draft,
    entry: Entry[Any],
    activity: ActivityEntry,
    known: dict[str, ActivityEntry],
    flight: FlightSection | None,
) -> None:
    for index, after in enumerate(activity.after):
        tell_gap(draft, entry, ("after", index), after)
        before = known.get(after.of)
        mismatch = _mismatched(activity, before, flight) if before is not None else ""
        if mismatch:
            draft.blame(entry, ("after", index, "of"), mismatch)


def _tell_links(draft: Draft, known: dict[str, ActivityEntry], flight: FlightSection | None) -> None:
    people = dict(may_and_sure(draft, candidates, flight)) if flight is not None else {}
    for entry, activity in draft.of("activities", ActivityEntry):
        linked = (*activity.same_people_as, *activity.other_people_than)
        mismatches = {of: _mismatched(activity, known[of], flight) for of in linked if of in known}
        tell_linked(draft, entry, activity, people, mismatches)


def _mismatched(activity: ActivityEntry, before: ActivityEntry, flight: FlightSection | None) -> str:
    """Why the occurrences of the two can't be paired, n-th with n-th; empty if they can, or there is only one."""
    if before.repeat == "once" and before.times == 1:
        return ""
    if before.repeat != activity.repeat:
        return f"repeats {before.repeat}, but this repeats {activity.repeat}: their occurrences cannot be paired"
    if times_of(activity) > times_of(before):
        often = f"takes place {times_of(before)} times, but this {times_of(activity)} times"
        return f"{often}: some would come after nothing"
    if activity.repeat == "once" or flight is None:
        return ""
    (days, last_days), (all_days, all_last_days) = (flight_days_of(one, flight) for one in (activity, before))
    if last_days or all_last_days:
        within = set(last_days) <= set(all_last_days) if last_days else not all_last_days
    else:
        within = not all_days or (bool(days) and set(days) <= set(all_days))
    return "" if within else "does not take place on every flight day on which this does"


def _tell_relay(draft: Draft, entry: Entry[Any], window: WindowEntry | None, catalogue: Catalogue) -> None:
    programme = draft.once("programme", ProgrammeSection)
    if window is None or window.kind != "relay" or programme is None:
        return
    station = next((station for station in catalogue.stations if station.id == programme[1].station), None)
    if station is not None and not station.relays:
        draft.blame(entry, ("window", "kind"), f"{station.name} has no relay satellites in the catalogue")


def _tell_sleep(draft: Draft) -> None:
    first: Entry[Any] | None = None
    for entry, activity in draft.of("activities", ActivityEntry):
        if activity.kind != "sleep":
            continue
        if first is not None:
            what = f"there is one activity of kind sleep, for everyone; the first is at {first.place('kind').short}"
            draft.problems.add(entry.place("kind"), what)
        elif activity.repeat != "each-person-day":
            draft.problems.add(entry.place("repeat"), "sleep repeats each-person-day", got=activity.repeat)
        first = first or entry


def _tell_circles(draft: Draft) -> None:
    before: dict[str, set[str]] = {}
    reason: dict[tuple[str, str], tuple[Entry[Any], tuple[str | int, ...]]] = {}
    for entry, activity in draft.of("activities", ActivityEntry):
        before.setdefault(activity.id, set())
        for index, after in enumerate(activity.after):
            before[activity.id].add(after.of)
            reason.setdefault((activity.id, after.of), (entry, ("after", index, "of")))
    tell_circles(draft, before, reason)


def _tell_blocks(draft: Draft) -> None:
    found = draft.once("prayer", PrayerSection)
    if found is None:
        return
    entry, prayer = found
    if prayer.twilight is None and prayer.authority not in AUTHORITIES:
        known = nearest(prayer.authority, AUTHORITIES)
        what = f"is no authority known by name{known}; or say `twilight`, how far the Sun is below the horizon at dawn"
        draft.blame(entry, ("authority",), what)
    blocks: list[BlockEntry] = prayer.blocks
    for index, block in enumerate(blocks):
        if block.id in [earlier.id for earlier in blocks[:index]]:
            draft.blame(entry, ("blocks", index, "id"), "is used twice")
        if block.opens == block.closes:
            draft.blame(entry, ("blocks", index, "closes"), "closes with the event with which it opens")
