"""A programme that is read already, laid out as if just read, so that what is added can be judged beside it.

Its own entries stand in no file. What the judges say of them is not told: they were sound when they were read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hamsafar.domain.aboard import Activity, Sample
from hamsafar.domain.people import Person
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After, Session, Subject
from hamsafar.programme import sections as the
from hamsafar.programme import sections_aboard as aboard
from hamsafar.programme.change_draft import ChangeDraft
from hamsafar.programme.change_sections import LandingEntry, ShipsEntry
from hamsafar.programme.draft import Draft, Entry, Section
from hamsafar.programme.entry import CampaignEntry
from hamsafar.programme.fields import LONGEST_MIN
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import UNSAID, Place, Problems


class _OfTheFile(Problems):
    """Passes on what is told of a file."""

    def __init__(self, to: Problems) -> None:
        super().__init__()
        self._to = to

    def add(self, place: Place, what: str, *, got: Any = UNSAID) -> None:
        if place.file:
            self._to.add(place, what, got=got)


def beside(programme: Programme, dropped: frozenset[str], draft: ChangeDraft) -> Draft:
    """The sections of a programme that what is added may refer to, without what is dropped."""
    term = programme.term
    subjects = [one for one in (term.subjects if term is not None else ()) if one.id not in dropped]
    sections = {
        "programme": _section([the.ProgrammeSection.model_construct(id=programme.id, station=programme.station.id)]),
        "flight": _section([flight_asked(programme, draft)]),
        "people": _section(map(_person, programme.people)),
        "certificates": _section(
            the.CertificateEntry.model_construct(id=one.id, title=one.title, valid=one.valid_d)
            for one in programme.certificates
        ),
        "resources": _section(
            aboard.ResourceEntry.model_construct(
                id=one.id, title=one.title, capacity=one.capacity, unit=one.unit, stock=one.stock
            )
            for one in programme.resources
        ),
        "milestones": _section(the.MilestoneEntry.model_construct(id=one.id, after=[]) for one in programme.milestones),
        "activities": _section(_activity(one) for one in programme.activities if one.id not in dropped),
    }
    if term is not None:
        sections |= {
            "training": _section([the.TrainingSection.model_construct()], {"phases": [one.id for one in term.phases]}),
            "classes": _section(the.ClassEntry.model_construct(id=one.id) for one in term.classes),
            "facilities": _section(the.FacilityEntry.model_construct(id=one.id) for one in term.facilities),
            "subjects": _section(_subject(one, dropped) for one in subjects),
        }
    if programme.prayer is not None:
        blocks = [
            aboard.BlockEntry.model_construct(id=one.id, title=one.title, opens=one.opens, closes=one.closes)
            for one in programme.prayer.blocks
        ]
        prayer = aboard.PrayerSection.model_construct(
            authority=programme.prayer.authority, twilight=programme.prayer.twilight_deg, blocks=blocks
        )
        sections["prayer"] = _section([prayer], {"blocks": [one.id for one in programme.prayer.blocks]})
    return Draft(folder=Path(), problems=_OfTheFile(draft.problems), sections=sections)


def _section(models: Iterable[BaseModel], inside: dict[str, list[str]] | None = None) -> Section:
    """A section of these; `inside`: ids in lists of its only entry, which are looked up in its node."""
    node = Node(
        kind="mapping",
        line=0,
        column=0,
        fields={name: _listed(ids) for name, ids in (inside or {}).items()},
        keys=dict.fromkeys(inside or {}, (0, 0)),
    )
    entries = tuple(
        Entry[Any](file="", head="", node=node, id=getattr(model, "id", None), model=model) for model in models
    )
    return Section(present=True, entries=entries)


def _listed(ids: Iterable[str]) -> Node:
    items = tuple(
        Node(kind="mapping", line=0, column=0, fields={"id": Node(kind="scalar", line=0, column=0, scalar=id_)})
        for id_ in ids
    )
    return Node(kind="list", line=0, column=0, items=items)


def flight_asked(programme: Programme, draft: ChangeDraft) -> the.FlightSection:
    """The crews, and the longest stay, which the change may make longer."""
    request = programme.flight
    landing, ships = draft.value("landing", LandingEntry), draft.value("ships", ShipsEntry)
    more = 0
    if landing is not None:
        by_days = landing[1].by_days
        more = LONGEST_MIN if by_days is None else by_days * 1_440  # by a date: as long as it takes
    return the.FlightSection.model_construct(
        guest=request.guest,
        crew_up=list(request.crew_up),
        crew_aboard=list(request.crew_aboard),
        crew_down=list((ships[1].crew_down if ships is not None else []) or request.crew_down),
        stay=max(request.stay_min + more, 1),
        stay_tolerance=request.stay_tolerance_min,
    )


def _person(person: Person) -> the.PersonEntry:
    held = [
        the.HeldEntry.model_construct(
            certificate=one.certificate, valid_from=one.valid_from, valid_until=one.valid_until
        )
        for one in person.certificates
    ]
    return the.PersonEntry.model_construct(
        id=person.id,
        title=person.title,
        agency=person.agency,
        function=person.function,
        languages=list(person.languages),
        qualifications=list(person.qualifications),
        certificates=held,
    )


def _activity(activity: Activity) -> aboard.ActivityEntry:
    who = [
        aboard.NeedEntry.model_construct(
            function=need.function, candidates=list(need.candidates), count=need.count, certificate=need.certificate
        )
        for need in activity.who
    ]
    return aboard.ActivityEntry.model_construct(
        id=activity.id,
        title=activity.title,
        kind=activity.kind,
        duration=activity.duration_min,
        who=who,
        repeat=activity.repeat,
        times=activity.times,
        flight_days=list(activity.flight_days),
        campaign=_campaign(activity.days_before_end),
        uses=[aboard.UseEntry.model_construct(resource=one.resource, amount=one.amount) for one in activity.uses],
        after=list(map(_after_activity, activity.after)),
        on_waking=activity.on_waking_min,
        fasting=activity.fasting_min,
        yields=list(map(_sample, activity.yields)),
        stows=list(activity.stows),
        packs=list(activity.packs),
    )


def _campaign(days_before_end: tuple[int, ...]) -> CampaignEntry | None:
    if not days_before_end:
        return None
    return CampaignEntry.model_construct(
        every=None, from_day=None, to_day=None, around="undocking", days_before=max(days_before_end), days_after=0
    )


def _sample(sample: Sample) -> aboard.SampleEntry:
    return aboard.SampleEntry.model_construct(
        sample=sample.sample,
        mass=sample.mass_g,
        life=sample.life_min,
        stowed=sample.stowed_min,
        returns=sample.returns,
        kept_in=None
        if sample.kept_in is None
        else aboard.UseEntry.model_construct(resource=sample.kept_in.resource, amount=sample.kept_in.amount),
    )


def _after_activity(after: After) -> aboard.AfterActivity:
    return aboard.AfterActivity.model_construct(of=after.of, min=after.min_gap_min, max=after.max_gap_min)


def _subject(subject: Subject, dropped: frozenset[str]) -> the.SubjectEntry:
    kept = [one for one in subject.sessions if one.id not in dropped]
    gives = bool(kept) and kept[-1] is subject.sessions[-1]
    return the.SubjectEntry.model_construct(
        id=subject.id,
        title=subject.title,
        training_class=subject.training_class,
        certificate=subject.certificate if gives else None,
        trainees=list(subject.trainees) or None,
        in_order=False,
        sessions=[_session(one) for one in kept],
    )


def _session(session: Session) -> the.SessionEntry:
    return the.SessionEntry.model_construct(
        id=session.id.partition("/")[2],
        title=session.title,
        kind=session.kind,
        duration=session.duration_min,
        phase=session.phase,
        language=session.language,
        attendance=session.attendance,
        facilities=list(session.facilities),
        instructor=session.instructor,
        joined_by=list(session.joined_by),
        after=[
            the.AfterSession.model_construct(of=one.of, min=one.min_gap_min, max=one.max_gap_min)
            for one in session.after
        ],
        needs=list(session.needs),
    )
