"""The term of a draft without a fault → the domain's: frame, syllabus, milestones; defaults and gaps filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from attrs import evolve

from hamsafar.domain.calendars import DateRange
from hamsafar.domain.training import (
    After,
    Facility,
    Milestone,
    Phase,
    Resit,
    Season,
    Session,
    SessionKind,
    Subject,
    SyllabusSource,
    Term,
    TrainingClass,
    TrainingSite,
    Trip,
)
from hamsafar.programme import sections as the
from hamsafar.programme import sections_aboard as aboard
from hamsafar.programme.draft import Draft
from hamsafar.programme.sense_training import inherited, trainees_of


def term_of(draft: Draft) -> Term | None:
    """The term; None where the programme has none any more."""
    found = draft.once("training", the.TrainingSection)
    if found is None:
        return None
    training, syllabus = found[1], draft.once("syllabus", the.SyllabusSection)
    phases = training.phases or (syllabus[1].phases if syllabus is not None else [])
    return Term(
        start=training.start,
        zone=training.zone,
        quarantine_d=training.quarantine,
        phases=tuple(
            Phase(id=phase.id, title=phase.title, from_d=phase.begins, to_d=phase.ends, begun=phase.begun)
            for phase in phases
        ),
        classes=tuple(TrainingClass(id=c.id, title=c.title) for _, c in draft.of("classes", the.ClassEntry)),
        subjects=tuple(subject_of(draft, entry) for _, entry in draft.of("subjects", the.SubjectEntry)),
        facilities=tuple(_facility(entry) for _, entry in draft.of("facilities", the.FacilityEntry)),
        syllabus=_source(syllabus[1]) if syllabus is not None else None,
        usual_night=_night(training, syllabus[1] if syllabus is not None else None),
        sites=tuple(
            TrainingSite(id=site.id, title=site.title, zone=site.zone, from_base_min=site.from_base)
            for _, site in draft.of("training_sites", the.TrainingSiteEntry)
        ),
    )


def _source(entry: the.SyllabusSection) -> SyllabusSource:
    return SyllabusSource(id=entry.id, title=entry.title, source=entry.source, licence=entry.licence, as_of=entry.date)


def _night(training: the.TrainingSection, syllabus: the.SyllabusSection | None) -> tuple[time, time] | None:
    said = training.usual_night or (syllabus.usual_night if syllabus is not None else None)
    return None if said is None else (said[0], said[1])


def _facility(entry: the.FacilityEntry) -> Facility:
    return Facility(
        id=entry.id,
        title=entry.title,
        calendar=entry.calendar,
        capacity=entry.capacity,
        open_in_quarantine=entry.open_in_quarantine,
        closed=tuple(map(range_of, entry.closed)),
        site=entry.site or "",
        seasons=tuple(Season(first=season.first, last=season.last) for season in entry.season),
    )


def milestone_of(draft: Draft, entry: the.MilestoneEntry) -> Milestone:
    """A milestone of a sound entry; its owner is an agency, or the first one of a role."""
    agencies = [agency for _, agency in draft.of("agencies", the.AgencyEntry)]
    named = next((agency.id for agency in agencies if agency.id == entry.owner), None)
    return Milestone(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        from_d=entry.begins,
        to_d=entry.ends,
        duration_min=entry.duration,
        calendar=entry.calendar,
        owner=named or next(agency.id for agency in agencies if agency.role == entry.owner),
        after=tuple(map(after_of, entry.after)),
        attended_by=tuple(entry.attended_by),
        refused=entry.refused,
        source=entry.source,
    )


def subject_of(draft: Draft, entry: the.SubjectEntry) -> Subject:
    """The subject of a sound entry."""
    return Subject(
        id=entry.id,
        title=entry.title,
        training_class=entry.training_class,
        sessions=_sessions(draft, entry),
        certificate=entry.certificate,
        trainees=tuple(trainees_of(draft, entry)),
        only_when_needed=entry.only_when_needed,
        refreshes=entry.refreshes,
        skill=entry.skill or "",
        level=entry.level,
        trip=_trip(entry),
        source=entry.source,
    )


def _trip(entry: the.SubjectEntry) -> Trip | None:
    trip = entry.trip
    return None if trip is None else Trip(to=trip.to, duration_min=trip.duration)


def _sessions(draft: Draft, entry: the.SubjectEntry) -> tuple[Session, ...]:
    """Those it lists, and for a trip the ways there and back where they aren't among them."""
    listed = tuple(session_of(entry, index) for index in range(len(entry.sessions)))
    if entry.trip is None:
        return listed
    site = next(one for _, one in draft.of("training_sites", the.TrainingSiteEntry) if one.id == entry.trip.to)
    way = Session(
        id=f"{entry.id}/out",
        subject=entry.id,
        title=f"Travel: {site.title}",
        kind="travel",
        duration_min=site.from_base,
        phase=entry.phase or listed[0].phase,
        facilities=(),
        attendance="together",
        language=entry.language or listed[0].language,
        instructor=None,
        joined_by=tuple(dict.fromkeys(person for one in listed for person in one.joined_by)),
        in_quarantine=any(one.in_quarantine for one in listed),
    )
    out = () if listed[0].kind == "travel" else (way,)
    if entry.trip.duration is None or (len(listed) > 1 and listed[-1].kind == "travel"):
        return (*out, *listed)
    return (*out, *listed, evolve(way, id=f"{entry.id}/back", title=f"Travel back: {site.title}"))


def session_of(subject: the.SubjectEntry, index: int) -> Session:
    """One session of a sound entry; what it leaves out is as the subject says."""
    session = subject.sessions[index]
    return Session(
        id=f"{subject.id}/{session.id}",
        subject=subject.id,
        title=session.title,
        kind=session.kind,
        duration_min=session.duration,
        phase=inherited(subject, session, "phase"),
        facilities=tuple(inherited(subject, session, "facilities")),
        attendance=inherited(subject, session, "attendance"),
        language=inherited(subject, session, "language"),
        instructor=inherited(subject, session, "instructor"),
        joined_by=tuple(session.joined_by),
        after=_comes_after(subject, index),
        needs=tuple(session.needs),
        recovery_min=session.recovery,
        demanding=session.demanding,
        in_quarantine=session.in_quarantine,
        promised=promised_session(session.kind, session.joined_by) if session.promised is None else session.promised,
        resit=(None if session.resit is None else Resit(min_gap_min=session.resit.min, max_gap_min=session.resit.max)),
    )


def promised_session(kind: SessionKind, joined_by: Sequence[str]) -> bool:
    """Whether a session counts as promised where nobody says: examiners come for exams, the crew for joint sessions."""
    return kind == "exam" or bool(joined_by)


def _comes_after(subject: the.SubjectEntry, index: int) -> tuple[After, ...]:
    """What comes before a session: the one before it (in order, or with a gap of its own), then what it names."""
    session = subject.sessions[index]
    named = [after_of(after) for after in session.after]
    previous = f"{subject.id}/{subject.sessions[index - 1].id}" if index else None
    gap = session.after_previous
    if previous is not None and gap is not None:
        return (After(of=previous, min_gap_min=gap.min, max_gap_min=gap.max), *named)
    if previous is not None and subject.in_order and previous not in [after.of for after in named]:
        return (After(of=previous), *named)
    return tuple(named)


def after_of(entry: the.AfterSession | aboard.AfterActivity) -> After:
    """What comes before, with its gaps."""
    return After(of=entry.of, min_gap_min=entry.min, max_gap_min=entry.max)


def range_of(entry: the.ClosedEntry) -> DateRange:
    """Days off, both ends included."""
    return DateRange(first=entry.first, last=entry.last, reason=entry.reason, provisional=entry.provisional)
