"""Whether the syllabus makes sense: what sessions inherit, who can teach, interpret and attend, and in which order."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from hamsafar.domain.training import MILESTONE
from hamsafar.programme.cycles import cycles
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.problems import nearest
from hamsafar.programme.sections import MilestoneEntry, PersonEntry, SessionEntry, SubjectEntry
from hamsafar.programme.sense_frame import functions_of, tell_gap, tell_twice

INHERITED = ("phase", "language", "attendance", "facilities", "instructor")


def inherited(subject: SubjectEntry, session: SessionEntry, name: str) -> Any:
    """A field of a session, or what the subject says where the session says nothing.

    Self-study has no instructor unless somebody insists, which is told elsewhere.
    """
    if name in session.model_fields_set and (name == "instructor" or getattr(session, name) is not None):
        return getattr(session, name)
    if name == "instructor" and session.kind == "self-study":
        return None
    return getattr(subject, name)


def trainees_of(draft: Draft, subject: SubjectEntry) -> list[str]:
    """Who attends a subject: those it names, or all trainees."""
    if subject.trainees is not None:
        return subject.trainees
    return [person.id for _, person in draft.of("people", PersonEntry) if person.function == "trainee"]


@frozen(kw_only=True)
class Certified:
    """Who holds what already, and who will earn what in the term."""

    held: dict[str, set[str]] = field(factory=dict)  # certificate → people
    earned: dict[str, set[str]] = field(factory=dict)
    givers: dict[str, list[str]] = field(factory=dict)  # certificate → sessions that give it

    def able(self, certificate: str) -> set[str]:
        """Everybody who holds it or will."""
        return self.held.get(certificate, set()) | self.earned.get(certificate, set())


def certified(draft: Draft) -> Certified:
    """Certificates as the sound entries give them. A term left out gives none."""
    found = Certified()
    for _, person in draft.of("people", PersonEntry):
        for held in person.certificates:
            found.held.setdefault(held.certificate, set()).add(person.id)
    if draft.section("training").present:
        for _, subject in draft.of("subjects", SubjectEntry):
            if subject.certificate is not None:
                found.earned.setdefault(subject.certificate, set()).update(trainees_of(draft, subject))
                last = f"{subject.id}/{subject.sessions[-1].id}"
                found.givers.setdefault(subject.certificate, []).append(last)
    return found


def tell_training(draft: Draft) -> None:
    """Everything about subjects and sessions that shape and references don't show."""
    functions = functions_of(draft)
    for entry, subject in draft.of("subjects", SubjectEntry):
        _tell_subject(draft, entry, subject, functions)
        for index, session in enumerate(subject.sessions):
            _tell_session(draft, entry, subject, index, session)
    if draft.section("people").sound:
        staff = _Staff.of(draft)
        for entry, subject in draft.of("subjects", SubjectEntry):
            for index, session in enumerate(subject.sessions):
                _tell_staff(draft, entry, subject, index, session, staff)
    if draft.section("people").sound and draft.section("subjects").sound and draft.section("training").present:
        _tell_needs(draft)
    _tell_circles(draft)


def _tell_subject(draft: Draft, entry: Entry[Any], subject: SubjectEntry, functions: dict[str, str]) -> None:
    tell_twice(draft, entry, ("facilities",), subject.facilities)
    tell_twice(draft, entry, ("trainees",), subject.trainees or [])
    for index, person in enumerate(subject.trainees or ()):
        if functions.get(person, "trainee") != "trainee":
            draft.blame(entry, ("trainees", index), f"is of function {functions[person]}, not a trainee")
    names = [session.id for session in subject.sessions]
    for index, name in enumerate(names):
        if name in names[:index]:
            draft.blame(entry, ("sessions", index, "id"), "is used twice in this subject")


def _tell_session(draft: Draft, entry: Entry[Any], subject: SubjectEntry, index: int, session: SessionEntry) -> None:
    at = ("sessions", index)
    for name in ("phase", "language", "attendance"):
        if inherited(subject, session, name) is None:
            what = f"{name!r} is missing: say it here, or for the whole subject"
            draft.problems.add(entry.place(*at, name), what)
    for number, after in enumerate(session.after):
        tell_gap(draft, entry, (*at, "after", number), after)
    tell_gap(draft, entry, (*at, "after_previous"), session.after_previous)
    if session.after_previous is not None and index == 0:
        draft.problems.add(entry.place(*at, "after_previous"), "there is no session before the first one")
    if session.kind == "self-study" and session.instructor is not None:
        draft.blame(entry, (*at, "instructor"), "self-study has no instructor; leave it out")
    tell_twice(draft, entry, (*at, "facilities"), session.facilities or [])
    tell_twice(draft, entry, (*at, "joined_by"), session.joined_by)
    tell_twice(draft, entry, (*at, "needs"), session.needs)
    attending = trainees_of(draft, subject)
    for number, person in enumerate(session.joined_by):
        if person in attending:
            draft.blame(entry, (*at, "joined_by", number), "attends as a trainee already")


@frozen(kw_only=True)
class _Staff:
    """Who can teach what, interpret what, and understands what."""

    teachers: dict[str, list[str]]
    interpreters: set[str]  # qualifications interpret-LANGUAGE
    languages: dict[str, list[str]]  # trainee → languages

    @classmethod
    def of(cls, draft: Draft) -> _Staff:
        people = [person for _, person in draft.of("people", PersonEntry)]
        teachers: dict[str, list[str]] = {}
        for person in people:
            for qualification in person.qualifications if person.function == "instructor" else ():
                teachers.setdefault(qualification, []).append(person.id)
        interpreters = {q for person in people if person.function == "interpreter" for q in person.qualifications}
        return cls(
            teachers=teachers,
            interpreters=interpreters,
            languages={person.id: person.languages for person in people if person.function == "trainee"},
        )


def _tell_staff(
    draft: Draft, entry: Entry[Any], subject: SubjectEntry, index: int, session: SessionEntry, staff: _Staff
) -> None:
    own = "instructor" in session.model_fields_set
    instructor = inherited(subject, session, "instructor")
    if instructor is not None and instructor not in staff.teachers:
        path = ("sessions", index, "instructor") if own else ("instructor",)
        hint = nearest(instructor, staff.teachers)
        what = f"nobody of function instructor has this qualification{hint}"
        draft.problems.add(entry.place(*path), what, got=instructor)
    language = inherited(subject, session, "language")
    if language is None or session.kind == "self-study" or f"interpret-{language}" in staff.interpreters:
        return
    lacking = [p for p in trainees_of(draft, subject) if language not in staff.languages.get(p, [language])]
    if lacking:
        path = ("sessions", index, "language") if session.language is not None else ("language",)
        what = (
            f"{', '.join(lacking)} lacks this language, and no interpreter has the qualification interpret-{language}"
        )
        draft.problems.add(entry.place(*path), what, got=language)


def _tell_needs(draft: Draft) -> None:
    who = certified(draft)
    known = draft.section("certificates").ids
    trainees = {person for person, function in functions_of(draft).items() if function == "trainee"}
    for entry, subject in draft.of("subjects", SubjectEntry):
        for index, session in enumerate(subject.sessions):
            for number, certificate in enumerate(session.needs):
                lacking = [p for p in trainees_of(draft, subject) if p in trainees and p not in who.able(certificate)]
                if not lacking or certificate not in known:
                    continue
                at = ("sessions", index, "needs", number)
                if not who.able(certificate):
                    draft.blame(entry, at, "no subject gives this certificate and nobody holds it")
                else:
                    what = f"{', '.join(lacking)} neither holds this certificate nor attends a subject that gives it"
                    draft.blame(entry, at, what)


def _tell_circles(draft: Draft) -> None:
    """Sessions and milestones that would have to come before themselves, by order, `after`, or certificates."""
    who = certified(draft)
    before: dict[str, set[str]] = {}
    reason: dict[tuple[str, str], tuple[Entry[Any], tuple[str | int, ...]]] = {}

    def edge(later: str, earlier: str, entry: Entry[Any], path: tuple[str | int, ...]) -> None:
        before[later].add(earlier)
        reason.setdefault((later, earlier), (entry, path))

    for entry, subject in draft.of("subjects", SubjectEntry):
        previous: str | None = None
        for index, session in enumerate(subject.sessions):
            name = f"{subject.id}/{session.id}"
            before.setdefault(name, set())
            for number, after in enumerate(session.after):
                edge(name, after.of, entry, ("sessions", index, "after", number, "of"))
            for number, certificate in enumerate(session.needs):
                givers = who.givers.get(certificate, [])
                # one giver, and somebody who attends has no other way to the certificate
                if len(givers) == 1 and set(trainees_of(draft, subject)) - who.held.get(certificate, set()):
                    edge(name, givers[0], entry, ("sessions", index, "needs", number))
            if previous is not None and (subject.in_order or session.after_previous is not None):
                edge(name, previous, entry, ("sessions", index, "id"))
            previous = name
    for dated, milestone in draft.of("milestones", MilestoneEntry):
        name = f"{MILESTONE}/{milestone.id}"
        before.setdefault(name, set())
        for number, after in enumerate(milestone.after):
            edge(name, after.of, dated, ("after", number, "of"))
    tell_circles(draft, before, reason)


def tell_circles(
    draft: Draft,
    before: dict[str, set[str]],
    reason: dict[tuple[str, str], tuple[Entry[Any], tuple[str | int, ...]]],
) -> None:
    """Each circle once, at the last word on the way that closes it."""
    for circle in cycles({later: {e for e in earlier if e in before} for later, earlier in before.items()}):
        pairs = [(circle[number], circle[number - 1]) for number in range(len(circle))]
        places = [(reason[pair][0].place(*reason[pair][1]), reason[pair][1][-1] != "id") for pair in pairs]
        at = max(places, key=lambda found: (found[1], found[0]))[0]  # rather at an `after` than at a mere order
        told = " → ".join([*circle, circle[0]])
        draft.problems.add(at, f"goes round in a circle, so nothing in it can come first: {told}")
