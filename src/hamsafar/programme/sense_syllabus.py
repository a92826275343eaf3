"""Whether journeys, refreshers, re-sits and milestones make sense. References are known to be good or told."""

from __future__ import annotations

from typing import Any, get_args

from hamsafar.domain.people import AgencyRole
from hamsafar.domain.training import MILESTONE, NIGHT
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.sections import (
    AgencyEntry,
    FacilityEntry,
    MilestoneEntry,
    SessionEntry,
    SubjectEntry,
    TrainingSiteEntry,
)
from hamsafar.programme.sense_frame import tell_gap, tell_twice
from hamsafar.programme.sense_training import inherited

_RESERVED = (MILESTONE, NIGHT)  # what placements that are no sessions begin with


def tell_syllabus(draft: Draft) -> None:
    """Trips that lead nowhere, sessions where nobody travels, refreshers and re-sits of what is none; milestones."""
    _tell_milestones(draft)
    sites = {site.id: site for _, site in draft.of("training_sites", TrainingSiteEntry)}
    base = next(iter(sites), "")
    where = {facility.id: facility.site or base for _, facility in draft.of("facilities", FacilityEntry)}
    reached = {subject.trip.to for _, subject in draft.of("subjects", SubjectEntry) if subject.trip is not None}
    for entry, subject in draft.of("subjects", SubjectEntry):
        if subject.id in _RESERVED:
            draft.blame(entry, ("id",), "means something else in a plan; call the subject otherwise")
        _tell_refresher(draft, entry, subject)
        _tell_trip(draft, entry, subject, sites, base)
        for index, session in enumerate(subject.sessions):
            at = ("sessions", index)
            _tell_resit(draft, entry, session, at)
            found = {where[name] for name in inherited(subject, session, "facilities") or () if name in where}
            _tell_place(draft, entry, at, found, reached | {base})
            for number, person in enumerate(session.joined_by):
                for site in sorted(found & reached):
                    if person not in _travelling(draft, subject, site):
                        what = f"is on no journey to {site}: let them join its way there"
                        draft.blame(entry, (*at, "joined_by", number), what)


def _travelling(draft: Draft, subject: SubjectEntry, site: str) -> set[str]:
    """Who joins the journey in which a subject's sessions at a site are held: its own, or else any that leads there."""
    there = [one for _, one in draft.of("subjects", SubjectEntry) if one.trip is not None and one.trip.to == site]
    journey = next((one for one in there if one.id == subject.id), there[0])
    listed = journey.sessions[:1] if journey.sessions[0].kind == "travel" else journey.sessions
    return {person for session in listed for person in session.joined_by}


def _tell_refresher(draft: Draft, entry: Entry[Any], subject: SubjectEntry) -> None:
    if subject.refreshes is not None and subject.certificate is not None:
        draft.blame(entry, ("refreshes",), "a subject gives a certificate or refreshes one, not both")
    if subject.refreshes is not None and subject.only_when_needed:
        what = "a refresher is held only when needed anyway; leave this out"
        draft.blame(entry, ("only_when_needed",), what)
    if subject.only_when_needed and subject.certificate is None:
        draft.blame(entry, ("only_when_needed",), "nothing can need it: it gives no certificate")
    if (subject.skill is None) != (subject.level is None):
        draft.problems.add(entry.place("skill"), "skill and level are said together")


def _tell_trip(
    draft: Draft, entry: Entry[Any], subject: SubjectEntry, sites: dict[str, TrainingSiteEntry], base: str
) -> None:
    trip = subject.trip
    site = sites.get(trip.to) if trip is not None else None
    if trip is None or site is None:
        return
    if site.id == base:
        draft.blame(entry, ("trip", "to"), "is the base; nobody travels there")
    elif not site.from_base:
        draft.blame(entry, ("trip", "to"), "this site doesn't say `from_base`: how long the way takes")
    elif trip.duration is not None and trip.duration <= 2 * site.from_base:
        draft.blame(entry, ("trip", "duration"), f"is no longer than both ways ({2 * site.from_base} min)")
    way = subject.sessions[0]
    if way.kind == "travel" and inherited(subject, way, "attendance") == "each":
        draft.blame(entry, ("sessions", 0, "attendance"), "the way to a site is travelled together")


def _tell_resit(draft: Draft, entry: Entry[Any], session: SessionEntry, at: tuple[str | int, ...]) -> None:
    if session.resit is not None and session.kind != "exam":
        draft.blame(entry, (*at, "resit"), "only an exam is sat again; say `kind: exam`")
    tell_gap(draft, entry, (*at, "resit"), session.resit)


def _tell_place(draft: Draft, entry: Entry[Any], at: tuple[str | int, ...], found: set[str], reached: set[str]) -> None:
    if len(found) > 1:
        what = f"its facilities lie at {' and '.join(sorted(found))}; a session is held at one site"
        draft.problems.add(entry.place(*at, "facilities"), what)
    for site in sorted(found - reached):
        what = f"is held at {site}, and no subject has a trip there"
        draft.problems.add(entry.place(*at, "facilities"), what)


def _tell_milestones(draft: Draft) -> None:
    """Milestones that are over before they begin, too long for their time, or that nobody answers for."""
    known = {name for _, agency in draft.of("agencies", AgencyEntry) for name in (agency.id, agency.role)}
    for entry, milestone in draft.of("milestones", MilestoneEntry):
        if milestone.begins <= milestone.ends:
            what = "ends before it begins: `from` and `to` count back from lift-off, so `from` is the larger"
            draft.blame(entry, ("from",), what)
        elif milestone.duration > (milestone.begins - milestone.ends) * 1_440:
            draft.blame(entry, ("duration",), "is longer than the time between `from` and `to`")
        if draft.section("agencies").sound and milestone.owner in get_args(AgencyRole) and milestone.owner not in known:
            draft.blame(entry, ("owner",), "no agency of the programme has this role")
        tell_twice(draft, entry, ("attended_by",), milestone.attended_by)
        for number, after in enumerate(milestone.after):
            tell_gap(draft, entry, ("after", number), after)
