"""What a change adds, judged beside the programme that it is added to by the same rules as a programme's own files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from attrs import evolve, frozen
from pydantic import BaseModel

from hamsafar.catalog import Catalogue, load
from hamsafar.domain.aboard import OF_A_SITE, Activity
from hamsafar.domain.changes import AddedSession
from hamsafar.domain.places import Site
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import Session, Subject
from hamsafar.programme import sections as the
from hamsafar.programme import sections_aboard as aboard
from hamsafar.programme.change_beside import beside
from hamsafar.programme.change_draft import ChangeDraft
from hamsafar.programme.change_sections import AddedSessionEntry
from hamsafar.programme.draft import Draft, Entry, Section
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import Place, nearest
from hamsafar.programme.references import Names, names_of, tell_dangling
from hamsafar.programme.resolve import activity_of
from hamsafar.programme.resolve_term import session_of, subject_of
from hamsafar.programme.sense_activities import tell_activities
from hamsafar.programme.sense_frame import tell_gap
from hamsafar.programme.sense_training import tell_training
from hamsafar.programme.shapes import Step

_Model = TypeVar("_Model", bound=BaseModel)


@frozen(kw_only=True, eq=False)
class Added:
    """What is added. The nouns can be had where the file has no fault."""

    draft: Draft  # the programme, and what is added to it
    new_activities: tuple[aboard.ActivityEntry, ...]  # the sound ones
    new_subjects: tuple[the.SubjectEntry, ...]
    slots: tuple[_Slot, ...]
    all_sites: tuple[Site, ...]  # of the programme, and of the catalogue
    known_sites: frozenset[str]  # of the programme alone

    @property
    def names(self) -> frozenset[str]:
        """Activities and sessions, by name."""
        return frozenset(
            [
                *(activity.id for activity in self.new_activities),
                *(slot.id for slot in self.slots),
                *(f"{one.id}/{session.id}" for one in self.new_subjects for session in one.sessions),
            ]
        )

    def activities(self) -> tuple[Activity, ...]:
        """Those added."""
        found = self.draft.once("flight", the.FlightSection)
        assert found is not None, "a programme has a flight"
        return tuple(activity_of(entry, found[1]) for entry in self.new_activities)

    def subjects(self) -> tuple[Subject, ...]:
        """Those added."""
        return tuple(subject_of(self.draft, entry) for entry in self.new_subjects)

    def sessions(self) -> tuple[AddedSession, ...]:
        """Those added to subjects that there are, in the order of the file."""
        return tuple(AddedSession(session=session_of(slot.subject, 0), before=slot.before) for slot in self.slots)

    def sites(self) -> tuple[Site, ...]:
        """What the windows of added activities are of, and the programme doesn't know yet."""
        windows = [entry.window for entry in self.new_activities]
        needed = {window.of for window in windows if window is not None and window.kind in OF_A_SITE}
        return tuple(site for site in self.all_sites if site.id in needed - self.known_sites)


@frozen(kw_only=True, eq=False)
class _Slot:
    """A session and where it goes: a subject with this session alone, which says all that the session leaves out."""

    entry: Entry[Any]
    subject: the.SubjectEntry
    before: str | None
    in_order: bool  # whether the sessions of the subject come one after another

    @property
    def id(self) -> str:
        """`subject/session`."""
        return f"{self.subject.id}/{self.subject.sessions[0].id}"


class _SessionAlone(Entry[Any]):
    """An added session as the only one of its subject, which is how sessions are judged; told at its own place."""

    def place(self, *path: Step, key: bool = False) -> Place:
        found = super().place(*path, key=key)
        return evolve(found, path=found.path.replace(f"{self.head}.sessions[0]", self.head, 1))


def added(draft: ChangeDraft, programme: Programme) -> Added:
    """What stands below `add`; what is wrong with it is in the draft's problems."""
    dropped = frozenset(name for _, name in draft.names("drop"))
    own = {site.id for site in programme.sites}
    sites = (*programme.sites, *(site for site in load().sites if site.id not in own))
    whole = beside(programme, dropped, draft)
    if programme.term is None:
        _tell_no_term(draft)
    made = Added(
        draft=whole,
        new_activities=tuple(_new(draft, whole, "activities", aboard.ActivityEntry)),
        new_subjects=tuple(_new(draft, whole, "subjects", the.SubjectEntry)),
        slots=tuple(_slots(draft, whole, programme, dropped)),
        all_sites=sites,
        known_sites=frozenset(own),
    )
    if draft.added:
        _put_in(whole, draft, made)
        catalogue = Catalogue(stations=(programme.station,), ships=(), sites=sites, relays=programme.relays)
        names = names_of(whole, catalogue)
        names["session"] = Names(ids=_sessions(programme, dropped) | made.names)
        tell_dangling(whole, names)
        tell_training(whole)
        tell_activities(whole, catalogue)
        _tell_listed(draft)
    return made


def _tell_listed(draft: ChangeDraft) -> None:
    for entry in draft.added.get("activities", ()):
        if isinstance(entry.model, aboard.ActivityEntry) and entry.model.task_list:
            what = "nothing is added to a task list by a change; add it to the programme"
            draft.problems.add(entry.place("task_list"), what)


def _sessions(programme: Programme, dropped: frozenset[str]) -> frozenset[str]:
    subjects = programme.term.subjects if programme.term is not None else ()
    kept = [one.id for subject in subjects if subject.id not in dropped for one in subject.sessions]
    return frozenset(kept) - dropped


def _tell_no_term(draft: ChangeDraft) -> None:
    for name in ("sessions", "subjects"):
        for entry in draft.added.pop(name, ()):
            draft.problems.add(entry.place(), "cannot be added: the plan has no term, because the training is done")


def _new(draft: ChangeDraft, whole: Draft, name: str, model: type[_Model]) -> Iterator[_Model]:
    """The sound entries of a list, each with an id of its own."""
    known: dict[str, str] = dict.fromkeys(whole.section(name).ids, "the plan")
    for entry in draft.added.get(name, ()):
        if entry.id is not None and entry.id in known:
            what = f"is used in {known[entry.id]} already; drop that, or call this otherwise"
            draft.problems.add(entry.place("id"), what, got=entry.id)
        elif isinstance(entry.model, model):
            yield entry.model
        if entry.id is not None:
            known.setdefault(entry.id, "this change")


def _put_in(whole: Draft, draft: ChangeDraft, made: Added) -> None:
    """What is added becomes part of the sections that it would stand in; broken entries too, by their names."""
    old_subjects = _with_order(whole.section("subjects").entries, made.slots)
    more = {
        "activities": (whole.section("activities").entries, draft.added.get("activities", ())),
        "subjects": (old_subjects, (*draft.added.get("subjects", ()), *map(_alone, made.slots))),
    }
    for name, (old, new) in more.items():
        if new:
            complete = all(entry.id is not None for entry in new)
            whole.sections[name] = Section(present=True, entries=(*old, *new), complete=complete)


def _with_order(entries: tuple[Entry[Any], ...], slots: tuple[_Slot, ...]) -> tuple[Entry[Any], ...]:
    """Subjects as they are with sessions added: those in front of which one stands come after it; one gives less."""
    behind = {slot.before: slot.id for slot in slots if slot.in_order and slot.before is not None}
    certified_elsewhere = {slot.subject.id for slot in slots if slot.subject.certificate is not None}

    def later(subject: the.SubjectEntry, session: the.SessionEntry) -> the.SessionEntry:
        before = behind.get(f"{subject.id}/{session.id}")
        if before is None:
            return session
        after = [*session.after, the.AfterSession.model_construct(of=before, min=0, max=None)]
        return session.model_copy(update={"after": after})

    def again(entry: Entry[Any]) -> Entry[Any]:
        subject = entry.model
        assert isinstance(subject, the.SubjectEntry), "a programme has sound subjects"
        update: dict[str, Any] = {"sessions": [later(subject, one) for one in subject.sessions]}
        if subject.id in certified_elsewhere:
            update["certificate"] = None
        return evolve(entry, model=subject.model_copy(update=update))

    return tuple(map(again, entries))


def _alone(slot: _Slot) -> Entry[Any]:
    node = slot.entry.node
    listed = Node(kind="list", line=node.line, column=node.column, items=(node,))
    fields = {"sessions": listed}
    keys = {"sessions": (node.line, node.column)}
    return _SessionAlone(
        file=slot.entry.file,
        head=slot.entry.head,
        node=Node(kind="mapping", line=node.line, column=node.column, fields=fields, keys=keys),
        id=slot.id,
        model=slot.subject,
    )


# Sessions into subjects that there are


def _slots(draft: ChangeDraft, whole: Draft, programme: Programme, dropped: frozenset[str]) -> Iterator[_Slot]:
    """The sound added sessions, each placed among those of its subject, one after another."""
    term = programme.term
    subjects = {one.id: one for one in (term.subjects if term is not None else ()) if one.id not in dropped}
    orders = {id_: [one for one in subject.sessions if one.id not in dropped] for id_, subject in subjects.items()}
    for entry in draft.added.get("sessions", ()):
        model = entry.model
        if not isinstance(model, AddedSessionEntry) or term is None:
            continue
        if model.subject not in subjects:
            what = f"is not the name of a subject{nearest(model.subject, subjects)}"
            draft.problems.add(entry.place("subject"), what, got=model.subject)
            continue
        tell_gap(whole, entry, ("after_previous",), model.after_previous)
        slot = _slot(draft, entry, model, subjects[model.subject], orders[model.subject])
        if slot is not None:
            yield slot


def _slot(
    draft: ChangeDraft, entry: Entry[Any], model: AddedSessionEntry, subject: Subject, order: list[Session]
) -> _Slot | None:
    """One session among the others, and `order` with it."""
    short = [one.id.removeprefix(f"{subject.id}/") for one in order]
    if model.id in short:
        draft.problems.add(entry.place("id"), "is used in this subject already", got=model.id)
        return None
    if model.before is not None and model.before not in short:
        what = f"is not the name of a session of {subject.id}{nearest(model.before, short)}"
        draft.problems.add(entry.place("before"), what, got=model.before)
        return None
    at = len(order) if model.before is None else short.index(model.before)
    like = order[at - 1] if at else order[0] if order else None
    alone = _subject_of_one(model, subject, order[at - 1] if at else None, like, last=at == len(order))
    before = None if model.before is None else order[at].id
    slot = _Slot(entry=entry, subject=alone, before=before, in_order=subject.in_order)
    order.insert(at, session_of(alone, 0))
    return slot


def _subject_of_one(
    model: AddedSessionEntry,
    subject: Subject,
    previous: Session | None,
    like: Session | None,
    *,
    last: bool,
) -> the.SubjectEntry:
    """The subject as if this were its only session: `like` says what it leaves out, `previous` is what comes before."""
    after, gap = list(model.after), model.after_previous  # what is written first, at its own places
    if previous is not None and gap is not None:
        most = gap.max if gap.max is None or gap.max >= gap.min else None  # told where it is written
        after.append(the.AfterSession.model_construct(of=previous.id, min=gap.min, max=most))
    elif previous is not None and subject.in_order and previous.id not in [one.of for one in after]:
        after.append(the.AfterSession.model_construct(of=previous.id, min=0, max=None))
    session = model.model_copy(update={"after": after, "after_previous": gap if previous is None else None})
    return the.SubjectEntry.model_construct(
        id=subject.id,
        title=subject.title,
        training_class=subject.training_class,
        certificate=subject.certificate if last else None,
        trainees=list(subject.trainees) or None,
        phase=like.phase if like is not None else None,
        language=like.language if like is not None else None,
        attendance=like.attendance if like is not None else None,
        facilities=list(like.facilities) if like is not None else [],
        instructor=like.instructor if like is not None else None,
        in_order=False,
        sessions=[session],
    )
