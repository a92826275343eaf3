"""Whether what activities need of each other makes sense: the same people or others, apart, spacing, cold stowage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.sections import FlightSection, ProgrammeSection
from hamsafar.programme.sections_aboard import ActivityEntry, ResourceEntry
from hamsafar.programme.sense_frame import tell_gap, tell_twice

_LINKS = ("same_people_as", "other_people_than")


def tell_linked(
    draft: Draft,
    entry: Entry[Any],
    activity: ActivityEntry,
    people: dict[str, tuple[frozenset[str], frozenset[str]]],
    mismatches: dict[str, str],
) -> None:
    """Links to other activities: of whom, to what. `people`: who may be in each activity, and who is for sure."""
    for name in (*_LINKS, "apart_from"):
        linked: list[str] = getattr(activity, name)
        tell_twice(draft, entry, (name,), linked)
        for index, of in enumerate(linked):
            at = (name, index)
            if of == activity.id and activity.repeat == "once" and activity.times == 1:
                draft.blame(entry, at, "is this itself, which takes place once")
            elif name != "apart_from" and activity.repeat == "each-person-day":
                draft.blame(entry, at, "is of no use here: with repeat each-person-day each does it alone")
            elif name != "apart_from" and of != activity.id and mismatches.get(of):
                draft.blame(entry, at, mismatches[of])
            elif of in people and activity.id in people and (what := _nobody(activity.id, of, name, people)):
                draft.blame(entry, at, what)
    for index, of in enumerate(activity.other_people_than):
        if of in activity.same_people_as:
            draft.blame(entry, ("other_people_than", index), "is in `same_people_as` too")


def _nobody(own: str, of: str, name: str, people: dict[str, tuple[frozenset[str], frozenset[str]]]) -> str:
    """Why nobody can be in both, or somebody is anyway; empty where neither."""
    (may, sure), (may_other, sure_other) = people[own], people[of]
    if name == "same_people_as" and not may & may_other:
        return "has no candidate in common with this, so nobody can do both"
    anyway = sorted(sure & sure_other)
    if name == "other_people_than" and anyway:
        return f"is done by {', '.join(anyway)} in any case, and so is this"
    return ""


def tell_spacing(draft: Draft, entry: Entry[Any], activity: ActivityEntry) -> None:
    """At most less than at least, or of what takes place once."""
    tell_gap(draft, entry, ("spacing",), activity.spacing)
    once = activity.repeat == "once" and activity.times == 1
    if activity.spacing.max is not None and (once or activity.kind == "sleep"):
        what = "takes place once" if once else "is sleep, which rules CRW-01 to CRW-03 space"
        draft.blame(entry, ("spacing", "max"), f"is of no use here: this {what}")


def tell_stowage(draft: Draft) -> None:
    """What is kept in something that has no room for it, or that is used besides."""
    resources = {resource.id: resource for _, resource in draft.of("resources", ResourceEntry)}
    used = {use.resource: one.id for _, one in draft.of("activities", ActivityEntry) for use in one.uses}
    for entry, activity in draft.of("activities", ActivityEntry):
        for index, sample in enumerate(activity.yields):
            kept = sample.kept_in
            resource = resources.get(kept.resource) if kept is not None else None
            if kept is None or resource is None:
                continue
            at = ("yields", index, "kept_in")
            if sample.stowed is None:
                draft.problems.add(entry.place(*at), "is of what needs cold stowage: say how soon, with `stowed`")
            elif resource.capacity is None:
                draft.blame(entry, (*at, "resource"), f"has no `capacity`: nothing is kept in {resource.title}")
            elif kept.amount > resource.capacity:
                room = f"{resource.capacity} {resource.unit}".strip()
                draft.blame(entry, (*at, "amount"), f"is more than there is room for in {resource.title} ({room})")
            elif kept.resource in used:
                what = f"is used by {used[kept.resource]} as well: what keeps samples is used by nothing besides"
                draft.blame(entry, (*at, "resource"), what)


def tell_boosts(draft: Draft) -> None:
    """Boosts that end before they begin."""
    found = draft.once("programme", ProgrammeSection)
    for index, boost in enumerate(found[1].boosts if found is not None else ()):
        if found is not None and boost.closes <= boost.opens:
            draft.blame(found[0], ("boosts", index, "to"), f"is not after `from` ({boost.opens})")


def may_and_sure(
    draft: Draft, people_of: Any, flight: FlightSection
) -> Iterator[tuple[str, tuple[frozenset[str], frozenset[str]]]]:
    """Each activity with who may be in it and who is for sure, where its people are known."""
    for _, activity in draft.of("activities", ActivityEntry):
        needs = [(people_of(need.candidates, flight), need.count) for need in activity.who]
        may = frozenset(person for people, _ in needs for person in people)
        sure = frozenset(person for people, count in needs if len(people) == count for person in people)
        if may:
            yield activity.id, (may, sure)
