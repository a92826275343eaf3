"""Whose week sheet shows what: a person's own training, a facility's use; what is medical only to whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Literal

from attrs import evolve, frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.training import Facility, Session, Subject, Term
from hamsafar.errors import InputError
from hamsafar.export.clocks import Clock, clock_label
from hamsafar.export.words import clean
from hamsafar.timeline import Span

_MEDICAL = "medical"
_PRIVATE = ("medical", "family")  # kinds aboard that only who takes part is told of
_KNOW_MEDICAL = ("attendee", "instructor")  # in what function somebody is told what a medical session is
_SHEETS_FOR = ("trainee", "instructor", "interpreter")
_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # names that some systems keep for themselves
_LANGUAGES = {"zh": "Chinese", "en": "English", "ur": "Urdu", "ru": "Russian"}


@frozen(kw_only=True)
class Viewer:
    """Somebody, or some place, that has a week sheet."""

    id: str
    title: str
    kind: Literal["people", "facilities"]
    function: str
    clocks: tuple[Clock, ...]  # the term's, and for guests their agency's

    @property
    def path(self) -> str:
        """The name of its files, below the folder of the sheets, without their ending."""
        return f"{self.kind}/{file_name(self.id)}"


@frozen(kw_only=True)
class Trip:
    """Days on which somebody is not at the base, or in quarantine."""

    title: str
    span: Span


@frozen(kw_only=True)
class Entry:
    """One session as a sheet shows it, in words."""

    placement: Placement
    subject: str  # its title; empty where the session says it all
    title: str
    kind: str
    place: str
    teacher: str
    interpreter: str
    language: str
    others: str
    again: str = ""  # `re-sit` or `made up`, where the session was failed or missed before

    @property
    def full_title(self) -> str:
        """`Fluid physics payloads: First run (re-sit)`."""
        title = f"{self.subject}: {self.title}" if self.subject else self.title
        return f"{title} ({self.again})" if self.again else title


def file_name(id_: str) -> str:
    """An id as a file's name on every system; one that isn't plain gets a digest, so that no two meet."""
    if _PLAIN_ID.fullmatch(id_) and not _DEVICES.fullmatch(id_):
        return id_
    plain = re.sub(r"[^a-z0-9]+", "-", id_.lower()).strip("-")[:40] or "id"
    return f"{plain}-{sha256(id_.encode('utf-8')).hexdigest()[:10]}"


def term_of(plan: Plan) -> Term:
    """The plan's term. Raises InputError where it has none."""
    if plan.programme.term is None:
        raise InputError(
            "the plan has no training term, so there are no week sheets; the days aboard are in its report"
        )
    return plan.programme.term


def viewers_of(plan: Plan) -> tuple[Viewer, ...]:
    """Everybody who trains, teaches or interprets, and every facility; whoever else takes part can be asked for."""
    term = term_of(plan)
    people = [_person(plan, term, one) for one in plan.programme.people if one.function in _SHEETS_FOR]
    return (*people, *(_facility(term, one) for one in term.facilities))


def known_viewers(plan: Plan) -> dict[str, Viewer]:
    """Every person and facility of the programme by id; a person goes before a facility of the same id."""
    term = term_of(plan)
    facilities = {one.id: _facility(term, one) for one in term.facilities}
    return facilities | {one.id: _person(plan, term, one) for one in plan.programme.people}


def _person(plan: Plan, term: Term, person: Person) -> Viewer:
    agency = plan.programme.agency(person.agency)
    names = dict.fromkeys([term.zone, *([agency.zone] if agency.role == "guest" else [])])
    clocks = tuple(Clock(clock_label(name), name) for name in names)
    return Viewer(id=person.id, title=person.title, kind="people", function=person.function, clocks=clocks)


def _facility(term: Term, one: Facility) -> Viewer:
    clocks = (Clock(clock_label(term.zone), term.zone),)
    return Viewer(id=one.id, title=one.title, kind="facilities", function="facility", clocks=clocks)


def seen_by(plan: Plan, viewer: Viewer) -> tuple[Placement, ...]:
    """The training that a viewer's sheet shows, ascending; of medical sessions others see only that, and when."""
    if viewer.kind == "people":
        return tuple(hidden_from(one, viewer.id) for one in _training(plan) if viewer.id in one.person_ids)
    return tuple(hidden_from(one, None) for one in _training(plan) if viewer.id in one.facilities)


def _training(plan: Plan) -> Iterator[Placement]:
    return (one for one in plan.placements if one.stage == "training")


def hidden_from(one: Placement, person: str | None) -> Placement:
    """The placement itself; for one that is medical, without what doesn't concern the person, or nobody in particular.

    Who interprets still learns the place. The id stays one and the same, and says nothing. Aboard, what is medical or
    with the family is private to who takes part.
    """
    if one.stage == "flight" and one.kind in _PRIVATE and person not in one.person_ids:
        return evolve(one, id=f"private-{_digest(one)}", of="private", title="Private", kind="private", facilities=())
    if one.stage != "training" or one.kind != _MEDICAL:
        return one
    mine = tuple(each for each in one.people if each.person == person)
    if any(each.function in _KNOW_MEDICAL for each in mine):
        return one
    return evolve(
        one,
        id=f"{_MEDICAL}-{_digest(one)}",
        of=_MEDICAL,
        title="Medical",
        people=mine,
        facilities=one.facilities if mine else (),
    )


def _digest(one: Placement) -> str:
    return sha256(one.id.encode("utf-8")).hexdigest()[:12]


def entries_of(plan: Plan, viewer: Viewer) -> tuple[Entry, ...]:
    """What a viewer's sheet shows, in words."""
    term = term_of(plan)
    taught = {session.id: (subject, session) for subject in term.subjects for session in subject.sessions}
    places = {one.id: one.title for one in term.facilities}
    people = {one.id: one.title for one in plan.programme.people}
    return tuple(
        evolve(_entry(one, viewer, taught.get(one.of), places, people), again=_again(plan, one))
        for one in seen_by(plan, viewer)
    )


def _again(plan: Plan, one: Placement) -> str:
    before = [it.outcome for it in plan.programme.happened if it.placement == one.id and it.end <= one.start]
    return "re-sit" if "failed" in before else "made up" if "missed" in before else ""


def _entry(
    one: Placement,
    viewer: Viewer,
    taught: tuple[Subject, Session] | None,
    places: dict[str, str],
    people: dict[str, str],
) -> Entry:
    def titles(*functions: str) -> str:
        named = [people.get(it.person, it.person) for it in one.people if it.function in functions]
        return clean(", ".join(named))

    serving = ("instructor", "interpreter")
    others = [
        people.get(it.person, it.person) for it in one.people if it.function not in serving and it.person != viewer.id
    ]
    return Entry(
        placement=one,
        subject=clean(taught[0].title) if taught is not None and taught[0].title != one.title else "",
        title=clean(one.title),
        kind=clean(one.kind),
        place=clean(", ".join(places.get(id_, id_) for id_ in one.facilities if id_ != viewer.id)),
        teacher=titles("instructor"),
        interpreter=titles("interpreter"),
        language=_LANGUAGES.get(taught[1].language, clean(taught[1].language)) if taught is not None else "",
        others=clean(", ".join(others)),
    )


def trips_of(plan: Plan, viewer: Viewer) -> tuple[Trip, ...]:
    """The journeys of a person, the ways there and back included, and a trainee's quarantine; facilities have none."""
    term = term_of(plan)
    own = {one.of: one for one in _training(plan) if viewer.kind == "people" and viewer.id in one.person_ids}
    found = [trip for subject in term.subjects if (trip := _journey(plan, term, subject, own)) is not None]
    if viewer.function == "trainee" and term.quarantine_d:
        launch = plan.flight.launch.launch
        found.append(Trip(title="Quarantine", span=Span(launch.plus(days=-term.quarantine_d), launch)))
    return tuple(sorted(found, key=lambda one: one.span.start))


def _journey(plan: Plan, term: Term, subject: Subject, own: dict[str, Placement]) -> Trip | None:
    out = own.get(subject.way_out.id) if subject.way_out is not None else None
    if out is None or subject.trip is None:
        return None
    back = own.get(subject.way_back.id) if subject.way_back is not None else None
    site = next((one.title for one in term.sites if one.id == subject.trip.to), subject.trip.to)
    ends = max(out.end, plan.flight.launch.launch if back is None else back.end)
    return Trip(title=clean(f"Away: {site} ({subject.title})"), span=Span(out.start, ends))
