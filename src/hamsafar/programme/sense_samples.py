"""Whether what is used up, kept and carried makes sense: stocks, samples from taking to packing, seat liners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.sections import FlightSection
from hamsafar.programme.sections_aboard import ActivityEntry, ResourceEntry
from hamsafar.programme.sense_frame import tell_twice


def tell_samples(draft: Draft) -> None:
    """Everything about stocks and samples that shape and references don't show."""
    _tell_resources(draft)
    resources = {resource.id: resource for _, resource in draft.of("resources", ResourceEntry)}
    taken: dict[str, ActivityEntry] = {}
    for entry, activity in draft.of("activities", ActivityEntry):
        _tell_consumed(draft, entry, activity, resources)
        for index, sample in enumerate(activity.yields):
            if sample.sample in taken:
                what = f"is yielded by {taken[sample.sample].id} already; give it a name of its own"
                draft.blame(entry, ("yields", index, "sample"), what)
            taken.setdefault(sample.sample, activity)
    for verb in ("stows", "packs"):
        _tell_done_once(draft, verb)
    if draft.section("activities").sound:
        _tell_lacking(draft)
    for entry, activity in draft.of("activities", ActivityEntry):
        _tell_packing(draft, entry, activity, taken)


def _tell_resources(draft: Draft) -> None:
    for entry, resource in draft.of("resources", ResourceEntry):
        if resource.capacity is None and resource.stock is None:
            draft.problems.add(entry.place(), "has neither `capacity`, what there is at a time, nor `stock`, to use up")


def _tell_consumed(
    draft: Draft, entry: Entry[Any], activity: ActivityEntry, resources: dict[str, ResourceEntry]
) -> None:
    for index, use in enumerate(activity.consumes):
        resource = resources.get(use.resource)
        if use.resource in [earlier.resource for earlier in activity.consumes[:index]]:
            draft.blame(entry, ("consumes", index, "resource"), "is listed twice; add the amounts up")
        elif resource is not None and resource.stock is None:
            what = f"is not used up: {resource.title} has no `stock`"
            draft.blame(entry, ("consumes", index, "resource"), what)
        elif resource is not None and use.amount > (resource.stock or 0):
            what = f"is more than the stock of {resource.title} ({f'{resource.stock} {resource.unit}'.strip()})"
            draft.blame(entry, ("consumes", index, "amount"), what)


def _tell_done_once(draft: Draft, verb: str) -> None:
    """What two activities stow, or pack: which of them does it is not known."""
    first: dict[str, str] = {}
    for entry, activity in draft.of("activities", ActivityEntry):
        names: list[str] = getattr(activity, verb)
        tell_twice(draft, entry, (verb,), names)
        for index, name in enumerate(names):
            if first.setdefault(name, activity.id) != activity.id:
                draft.blame(entry, (verb, index), f"{first[name]} {verb} this already")


def _tell_lacking(draft: Draft) -> None:
    """What has to be stowed, or returns, and nothing does it."""
    every = [activity for _, activity in draft.of("activities", ActivityEntry)]
    stowed = {name for activity in every for name in activity.stows}
    packed = {name for activity in every for name in activity.packs}
    for entry, activity in draft.of("activities", ActivityEntry):
        for index, sample in enumerate(activity.yields):
            if sample.stowed is not None and sample.sample not in stowed:
                draft.blame(entry, ("yields", index, "stowed"), f"no activity stows {sample.sample}")
            if sample.returns and sample.sample not in packed:
                draft.blame(entry, ("yields", index, "returns"), f"no activity of kind descent packs {sample.sample}")


def _tell_packing(draft: Draft, entry: Entry[Any], activity: ActivityEntry, taken: dict[str, ActivityEntry]) -> None:
    if activity.packs and activity.kind != "descent":
        what = f"is packed by an activity of kind descent, and this one is of kind {activity.kind}"
        draft.blame(entry, ("packs", 0), what)
    elif activity.packs and (activity.repeat != "once" or activity.times > 1):
        draft.blame(entry, ("packs", 0), "is packed once: by an activity that takes place once")
    for index, name in enumerate(activity.stows):
        before = taken.get(name)
        if before is not None and _pace(before) != _pace(activity):
            what = f"is taken by {before.id}, {before.times} times {before.repeat}: this takes place as often"
            draft.blame(entry, ("stows", index), what)


def _pace(activity: ActivityEntry) -> tuple[str, int]:
    return activity.repeat, activity.times


def tell_liners(draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection) -> None:
    """Whose seat liners are moved, and who tries them: by a transfer, and people who are in it."""
    for verb in ("moves_liners", "checks_fit"):
        names: list[str] = getattr(activity, verb)
        if names and activity.kind != "transfer":
            draft.blame(
                entry, (verb, 0), f"is for an activity of kind transfer, and this one is of kind {activity.kind}"
            )
    serving = set(_always_in(activity, flight))
    for index, name in enumerate(activity.checks_fit):
        if serving.isdisjoint([name]) and not serving >= set(_people([name], flight)):
            draft.blame(entry, ("checks_fit", index), "tries the seat, and so is in it for sure; put them in `who`")


def _always_in(activity: ActivityEntry, flight: FlightSection) -> Iterator[str]:
    for need in activity.who:
        people = _people(need.candidates, flight)
        if need.count == len(people):
            yield from people


def _people(names: list[str], flight: FlightSection) -> tuple[str, ...]:
    from hamsafar.programme.sense_activities import candidates  # it imports this module

    return candidates(names, flight)


def tell_seats(draft: Draft) -> None:
    """Seats are said of those who are aboard already."""
    found = draft.once("flight", FlightSection)
    if found is None:
        return
    entry, flight = found
    tell_twice(draft, entry, ("seats",), [seat.person for seat in flight.seats])
    for index, seat in enumerate(flight.seats):
        if seat.person in flight.crew_up:
            what = f"comes up in {flight.ship_up.id}, and has the seat there; seats are said of crew_aboard"
            draft.blame(entry, ("seats", index, "person"), what)
        elif seat.person not in flight.crew_aboard:
            draft.blame(entry, ("seats", index, "person"), "is not aboard at docking: not in crew_aboard")
