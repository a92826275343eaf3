"""The work of a programme after a change: what is dropped goes, what is added comes, and some things last longer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import evolve, field, frozen

from hamsafar.catalog.names import hint
from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import AddedSession, Change
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After, Session, Subject, Term
from hamsafar.planning.changed_days import day_and_number, on_other_days
from hamsafar.planning.misfits import Misfits

_Thing = TypeVar("_Thing", Activity, Session)


@frozen(kw_only=True)
class Work:
    """Activities, and the term, as they are now."""

    activities: tuple[Activity, ...]
    term: Term | None
    by_name: Mapping[str, Activity | Session] = field(init=False, eq=False, repr=False)

    @by_name.default
    def _named(self) -> dict[str, Activity | Session]:
        activities: dict[str, Activity | Session] = {one.id: one for one in self.activities}
        return activities | {one.id: one for one in _sessions_of(self.term)}

    def asks_for(self, placement: Placement) -> bool:
        """Whether an occurrence of the old plan is still to be done, or was done and stays."""
        if placement.stage == "training" and not placement.is_session:
            return True  # milestones, and nights in quarantine: no change drops them
        thing = self.by_name.get(placement.of)
        if not isinstance(thing, Activity):
            return thing is not None
        day, number = day_and_number(placement.id)
        in_days = day is None or not thing.flight_days or bool(thing.days_before_end) or day in thing.flight_days
        return thing.kind == "sleep" or (in_days and number <= thing.times)


def changed_work(plan: Plan, change: Change, done: frozenset[str], misfits: Misfits) -> Work:
    """Dropped first, then added, then lasting otherwise and promised. `done`: placements that stay as they were."""
    old = plan.programme
    has_been = [placement for placement in plan.placements if placement.id in done]
    work = _dropped(old, change, has_been, misfits)
    work = _added(old, work, change, misfits)
    _tell_certificates(old, work, change, misfits)
    work = _lasting_and_promised(plan, work, change, done, misfits)
    return Work(activities=on_other_days(plan, work.activities, change, done, misfits), term=work.term)


def _sessions_of(term: Term | None) -> Iterator[Session]:
    return (session for subject in (term.subjects if term is not None else ()) for session in subject.sessions)


# What is dropped


def _dropped(programme: Programme, change: Change, has_been: Sequence[Placement], misfits: Misfits) -> Work:
    activities = {activity.id: activity for activity in programme.activities}
    subjects = {one.id: one for one in (programme.term.subjects if programme.term is not None else ())}
    sessions = {session.id: session for session in _sessions_of(programme.term)}
    gone: set[str] = set()
    for number, name in enumerate(change.drop):
        at = f"drop[{number}]"
        begun = [one.of for one in has_been]
        if name in activities and name in subjects:
            misfits.add(at, f"{name!r} is an activity and a subject; drop the subject's sessions one by one")
        elif name in activities:
            gone |= _activity_gone(at, activities, name, [one for one in has_been if one.of == name], misfits)
        elif name in subjects or name in sessions:
            wanted = [one.id for one in subjects[name].sessions] if name in subjects else [name]
            left = {id_ for id_ in wanted if id_ not in begun}
            if not left or (name in sessions and begun.count(name)):
                misfits.add(at, f"{name!r} has happened already, and what is past stays")
            gone |= left
        else:
            known = {*activities, *subjects, *sessions}
            misfits.add(at, f"{name!r} is not the name of an activity, a subject or a session{hint(name, known)}")
    cut = {one.id for one in programme.activities if activities.get(one.id) is not one}

    def can_stay(later: Activity, earlier: Activity) -> bool:
        return earlier.id not in cut or _can_follow(later, earlier)

    return Work(
        activities=_without(activities, gone, can_stay, _can_follow),
        term=_term_without(programme.term, gone, _without(sessions, gone, _always, _always)),
    )


def without_work(programme: Programme, names: Collection[str]) -> Programme | None:
    """The programme with activities and sessions dropped of which nothing has been; None where that can't be."""
    change = Change(title="Without", asked_by=programme.agencies[0].id, drop=tuple(names))
    misfits = Misfits(change)
    work = _dropped(programme, change, (), misfits)
    _tell_certificates(programme, work, change, misfits)
    return None if misfits.any else evolve(programme, activities=work.activities, term=work.term)


def _always(later: Session, earlier: Session) -> bool:
    return True


def _activity_gone(
    at: str, activities: dict[str, Activity], name: str, has_been: Sequence[Placement], misfits: Misfits
) -> set[str]:
    """The activity, where nothing of it has been; else it is cut to what has been, in `activities`."""
    activity = activities[name]
    if not has_been:
        return {name}
    if activity.kind == "sleep":
        misfits.add(at, "sleep has begun, and what is past stays")
        return set()
    if activity.repeat == "once":
        activities[name] = evolve(activity, times=max(day_and_number(one.id)[1] for one in has_been))
    else:
        days = {day for one in has_been if (day := day_and_number(one.id)[0]) is not None}
        activities[name] = evolve(activity, flight_days=tuple(sorted(days)), days_before_end=())
    if activities[name] == activity:
        misfits.add(at, f"{name!r} has happened already, and what is past stays")
    return set()


def _without(
    things: Mapping[str, _Thing],
    gone: set[str],
    can_stay: Callable[[_Thing, _Thing], bool],
    can_follow: Callable[[_Thing, _Thing], bool],
) -> tuple[_Thing, ...]:
    """The things that are left; what came after one that is gone comes after what that came after, without the gap."""

    def sooner(id_: str, seen: frozenset[str]) -> Iterator[str]:
        for after in things[id_].after:
            if after.of not in gone:
                yield after.of
            elif after.of not in seen:
                yield from sooner(after.of, seen | {after.of})

    def again(thing: _Thing) -> _Thing:
        kept: list[After] = [
            one for one in thing.after if one.of not in gone and _both(can_stay, thing, things.get(one.of))
        ]
        named = {thing.id, *(one.of for one in kept)}
        lost = [one.of for one in thing.after if one.of in gone]
        more = dict.fromkeys(of for id_ in lost for of in sooner(id_, frozenset((id_,))) if of not in named)
        kept += [After(of=of) for of in more if _both(can_follow, thing, things.get(of))]
        return thing if tuple(kept) == thing.after else evolve(thing, after=tuple(kept))

    return tuple(again(thing) for id_, thing in things.items() if id_ not in gone)


def _both(can: Callable[[_Thing, _Thing], bool], later: _Thing, earlier: _Thing | None) -> bool:
    return earlier is None or can(later, earlier)


def _can_follow(later: Activity, earlier: Activity) -> bool:
    """Whether each occurrence of one has one of the other to come after."""
    if earlier.repeat == "once" and earlier.times == 1:
        return True
    if earlier.repeat != later.repeat or later.times > earlier.times:
        return False
    if later.days_before_end or earlier.days_before_end:
        same = (later.flight_days, later.days_before_end) == (earlier.flight_days, earlier.days_before_end)
        return later.repeat == "once" or same
    days, all_days = set(later.flight_days), set(earlier.flight_days)
    return later.repeat == "once" or not all_days or (bool(days) and days <= all_days)


def _term_without(term: Term | None, gone: set[str], sessions: Iterable[Session]) -> Term | None:
    """The term without sessions, and subjects of which none is left.

    A subject without its last session gives no certificate.
    """
    if term is None or not gone:
        return term
    left = {session.id: session for session in sessions}
    subjects = [
        evolve(
            subject,
            sessions=tuple(left[one.id] for one in subject.sessions if one.id in left),
            certificate=subject.certificate if subject.final.id in left else None,
        )
        for subject in term.subjects
        if subject.sessions
    ]
    return evolve(term, subjects=tuple(one for one in subjects if one.sessions))


def _tell_certificates(old: Programme, work: Work, change: Change, misfits: Misfits) -> None:
    """Certificates that only something dropped gave, and somebody still needs."""
    if old.term is None or work.term is None:
        return
    still = {(one.id, one.certificate) for one in work.term.subjects}
    for subject in old.term.subjects:
        certificate = subject.certificate
        if certificate is None or (subject.id, certificate) in still:
            continue
        lacking = next(_lacking(old, work, certificate), None)
        if lacking is not None:
            names = {subject.id, *(one.id for one in subject.sessions)}
            number = next((number for number, name in enumerate(change.drop) if name in names), 0)
            what = f"alone gives the certificate {certificate}, which {lacking}; drop that too, or keep this"
            misfits.add(f"drop[{number}]", what)


def _lacking(old: Programme, work: Work, certificate: str) -> Iterator[str]:
    """Who still needs a certificate that they will not hold, in words."""
    assert work.term is not None
    trainees = tuple(person.id for person in old.people if person.function == "trainee")
    able = {p.id for p in old.people if certificate in [held.certificate for held in p.certificates]}
    for subject in work.term.subjects:
        if subject.certificate == certificate:
            able.update(subject.trainees or trainees)
    for subject in work.term.subjects:
        for session in subject.sessions:
            without = [one for one in subject.trainees or trainees if one not in able]
            if certificate in session.needs and without:
                yield f"{', '.join(without)} must hold for {session.id}"
    for activity in work.activities:
        for need in activity.who:
            wanted = len(need.candidates) if activity.repeat == "each-person-day" else need.count
            if need.certificate == certificate and len(able.intersection(need.candidates)) < wanted:
                yield f"{wanted} of {', '.join(need.candidates)} must hold for {activity.id}"


# What is added


def _added(old: Programme, work: Work, change: Change, misfits: Misfits) -> Work:
    names = {one.id for one in work.activities}
    for number, activity in enumerate(change.activities):
        if activity.id in names:
            misfits.add(f"add.activities[{number}].id", f"{activity.id!r} is the name of an activity already")
        names.add(activity.id)
    activities = (*work.activities, *change.activities)
    if not (change.sessions or change.subjects):
        return Work(activities=activities, term=work.term)
    if work.term is None or old.term is None:
        misfits.add("add", "the plan has no term: its training is done, and nothing can be added to it")
        return Work(activities=activities, term=work.term)
    subjects = {one.id: one for one in work.term.subjects}
    before = {one.id: one for one in old.term.subjects}
    for number, added in enumerate(change.sessions):
        at, name = f"add.sessions[{number}]", added.session.subject
        if name in subjects:
            subjects[name] = _with_session(subjects[name], before[name], added, at, misfits)
        elif name in before:
            misfits.add(f"{at}.subject", f"no session is left of {name!r}; drop the subject, and add it anew")
        else:
            misfits.add(f"{at}.subject", f"{name!r} is not the name of a subject{hint(name, subjects)}")
    for number, subject in enumerate(change.subjects):
        if subject.id in subjects:
            misfits.add(f"add.subjects[{number}].id", f"{subject.id!r} is the name of a subject already")
        subjects[subject.id] = subject
    return Work(activities=activities, term=evolve(work.term, subjects=tuple(subjects.values())))


def _with_session(subject: Subject, old: Subject, added: AddedSession, at: str, misfits: Misfits) -> Subject:
    """The subject with a session more. Where its sessions come one after another, those behind come after it.

    Put last, it gives the certificate.
    """
    session, order = added.session, [one.id for one in subject.sessions]
    if session.id in order:
        misfits.add(f"{at}.id", f"{session.id!r} is the name of a session already")
        return subject
    if added.before is not None and added.before not in order:
        misfits.add(f"{at}.before", f"{added.before!r} is not a session of {subject.id}{hint(added.before, order)}")
        return subject
    place = len(order) if added.before is None else order.index(added.before)
    behind = list(subject.sessions[place:])
    if behind and old.in_order and session.id not in [one.of for one in behind[0].after]:
        behind[0] = evolve(behind[0], after=(*behind[0].after, After(of=session.id)))
    certificate = subject.certificate if behind else old.certificate
    return evolve(subject, sessions=(*subject.sessions[:place], session, *behind), certificate=certificate)


# What lasts otherwise, and what is promised


def _lasting_and_promised(plan: Plan, work: Work, change: Change, done: frozenset[str], misfits: Misfits) -> Work:
    minutes = {one.of: one.duration_min for one in change.durations}
    for number, lasting in enumerate(change.durations):
        placed = [one.id for one in plan.placements if one.of == lasting.of]
        if placed and done.issuperset(placed):
            misfits.add(f"durations[{number}].of", f"{lasting.of!r} has happened already, and what is past stays")
        _tell_unknown(f"durations[{number}].of", lasting.of, work, change, misfits)
    for section in ("promise", "unpromise"):
        for number, name in enumerate(getattr(change, section)):
            _tell_unknown(f"{section}[{number}]", name, work, change, misfits)
            if section == "unpromise" and name in change.promise:
                misfits.add(f"unpromise[{number}]", f"{name!r} is promised by the same change")

    def again(thing: _Thing) -> _Thing:
        lasts = minutes.get(thing.id, thing.duration_min)
        promised = thing.id in change.promise or (thing.promised and thing.id not in change.unpromise)
        return evolve(thing, duration_min=lasts, promised=promised)

    subjects = work.term.subjects if work.term is not None else ()
    again_all = tuple(evolve(one, sessions=tuple(map(again, one.sessions))) for one in subjects)
    term = None if work.term is None else evolve(work.term, subjects=again_all)
    return Work(activities=tuple(map(again, work.activities)), term=term)


def _tell_unknown(at: str, name: str, work: Work, change: Change, misfits: Misfits) -> None:
    if name in work.by_name:
        return
    subject = name.partition("/")[0]
    if name in change.drop or subject in change.drop:
        misfits.add(at, f"{name!r} is dropped by the same change")
    else:
        misfits.add(at, f"{name!r} is not the name of an activity or a session{hint(name, work.by_name)}")
