"""Why something isn't where it was, in words: the change, the past, or the rule that would be broken.

A reason goes from what many share to what is its own, with "; " between: the kind of cause and the rule, the rule's
facts, at the end those beside whom there is no room. So reasons that begin alike can be told together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hamsafar.domain.changes import Happened, last_records
from hamsafar.domain.plan import Flight, Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import NIGHT
from hamsafar.planning.brought import outcome_of
from hamsafar.planning.differences import Difference, Differences, carried
from hamsafar.planning.words import describe
from hamsafar.schedule.tasks import Tag
from hamsafar.timeline import Span, local_date

if TYPE_CHECKING:
    from hamsafar.schedule.causes import Cause

_SHOWN = 3  # rules named one by one
_PARTNERS = 2  # placements named, beside which there is no room
_CHANGED = 2  # the rank of what changed and lies elsewhere: of these the nearest is enough
_DAILY = ("each-day", "each-person-day")
_NOT_SHOWN = "not shown to be necessary"


@frozen(kw_only=True)
class _Told:
    """What the reasons are told from."""

    before: Plan
    after: Plan
    placed: Mapping[str, Placement]  # after the change
    stay_moved_d: int
    changed: frozenset[str]  # what lies elsewhere, is otherwise, or came
    left_out: frozenset[str]  # of the old plan
    undone: Mapping[str, str]  # what the new plan leaves out, and why
    records: Mapping[str, Happened]
    causes: Mapping[str, Cause]

    @property
    def old(self) -> Programme:
        """What was asked before."""
        return self.before.programme

    @property
    def programme(self) -> Programme:
        """What is asked now."""
        return self.after.programme


def reasons(before: Plan, after: Plan, causes: Mapping[str, Cause], found: Differences) -> dict[str, str]:
    """By placement, why it moved, came or went; for each difference there is one.

    `causes` are those of the solver; what the change itself asks for, and what happened, is told before them.
    """
    told = _Told(
        before=before,
        after=after,
        placed={one.id: one for one in after.placements},
        stay_moved_d=found.stay_moved_d,
        changed=frozenset(one.placement.id for one in found.each if one.after is not None),
        left_out=frozenset(one.id for one in before.dropped),
        undone={one.id: one.why for one in after.dropped},
        records=last_records(after.programme.happened),
        causes=causes,
    )
    return {one.placement.id: _reason(told, one) for one in found.each}


def _reason(told: _Told, one: Difference) -> str:
    known = _of_the_past(told, one)
    if known:
        return known
    if one.before is None:
        return _why_added(told, one)
    if one.after is None:
        return _why_gone(told, one)
    if one.kind == "altered":
        return _why_altered(told, one)
    cause = told.causes.get(one.placement.id)
    return _in_words(told, cause, one) if cause is not None else _NOT_SHOWN


def _of_the_past(told: _Told, one: Difference) -> str:
    """`missed on 2027-02-20, and placed again`; what is left out for good says so itself."""
    record = told.records.get(one.placement.id)
    if record is None:
        return ""
    if record.outcome == "done":
        return "as it happened" if one.before is not None else "as it happened, though it was not planned"
    if one.after is None:
        return told.undone.get(one.placement.id, "")
    when = outcome_of(record, one.placement.zone)
    return f"{when}, and placed again" if one.before is not None else ""


def _is_daily(programme: Programme, one: Difference) -> bool:
    return any(found.id == one.placement.of and found.repeat in _DAILY for found in programme.activities)


def _why_added(told: _Told, one: Difference) -> str:
    if one.placement.of.startswith(f"{NIGHT}/"):
        return "a night of quarantine as it lies now"
    if one.placement.of not in _asked(told.old):
        return "asked for by the change"
    if one.placement.id in told.left_out:
        return "there is room for it now"
    if not _is_daily(told.programme, one):
        return "asked for once more"
    day = _flight_day(told.after.flight, one.placement)
    if day <= _days(told.before.flight, one.placement.zone):
        return f"because flight day {day} has room for it now"
    more = _days(told.after.flight, one.placement.zone) - _days(told.before.flight, one.placement.zone)
    return f"because the stay has {more} days more" if more > 1 else "because the stay has a day more"


def _why_gone(told: _Told, one: Difference) -> str:
    if one.placement.of.startswith(f"{NIGHT}/"):
        return "no night of quarantine as it lies now"
    if one.placement.of not in _asked(told.programme):
        return "no longer asked for"
    cause = told.causes.get(one.placement.id)
    if cause is not None:
        return _in_words(told, cause, one)
    if not _is_daily(told.programme, one):
        return "asked for less often" if _is_asked_otherwise(told, one) else f"left out; {_NOT_SHOWN}"
    day = _flight_day(told.before.flight, one.placement)
    if day <= _days(told.after.flight, one.placement.zone):
        return f"flight day {day} is too short for it now"
    return "its day is not in the stay any more"


def _is_asked_otherwise(told: _Told, one: Difference) -> bool:
    """Whether the activity, or the subject and its sessions, are not what they were."""
    return _work(told.old, one.placement.of) != _work(told.programme, one.placement.of)


def _work(programme: Programme, of: str) -> object:
    subjects = () if programme.term is None else programme.term.subjects
    own = [subject for subject in subjects if any(session.id == of for session in subject.sessions)]
    return own or [activity for activity in programme.activities if activity.id == of]


def _flight_day(flight: Flight, placement: Placement) -> int:
    """The day of the stay on which a placement begins, from the day of docking, which is 1."""
    return (local_date(placement.start, placement.zone) - local_date(flight.docking, placement.zone)).days + 1


def _days(flight: Flight, zone_name: str) -> int:
    """How many days of the station's calendar the stay touches."""
    return (local_date(flight.landing.undocking, zone_name) - local_date(flight.docking, zone_name)).days + 1


def _why_altered(told: _Told, one: Difference) -> str:
    """Who is away, or what takes longer; the rest is for the rules of who serves."""
    assert one.before is not None
    assert one.after is not None
    gone = [person for person in one.before.person_ids if person not in one.after.person_ids]
    away = [person for person in gone if _is_away(told.programme, person, one)]
    if away:
        return f"{', '.join(away)} away"
    old, new = _length(told.old, one.placement.of), _length(told.programme, one.placement.of)
    if old != new and new is not None:
        return f"takes {new} min now"
    if one.before.person_ids == one.after.person_ids:
        return "takes another time now"
    return f"{_NOT_SHOWN}: nothing known keeps those who had it from it"


def _is_away(programme: Programme, person: str, one: Difference) -> bool:
    placement = one.placement
    return any(
        found.person == person and found.start < placement.end and (found.end is None or placement.start < found.end)
        for found in programme.absences
    )


def _asked(programme: Programme) -> dict[str, int]:
    """Activity, session or milestone → its length, minutes."""
    sessions = () if programme.term is None else (one for found in programme.term.subjects for one in found.sessions)
    asked = {one.id: one.duration_min for one in (*programme.activities, *sessions)}
    return asked | {one.placement: one.duration_min for one in programme.milestones}


def _length(programme: Programme, of: str) -> int | None:
    return _asked(programme).get(of)


def _in_words(told: _Told, cause: Cause, one: Difference) -> str:
    """`its place is not allowed any more: TRN-02: A facility is used only while it is open; centrifuge`."""
    said = _rules(told.programme, cause.tags, one)
    match cause.kind:
        case "not allowed":
            return f"its place is not allowed any more: {said}"
        case "clash":
            return f"no room there: {said}{_beside(_partners(told, cause, one))}"
        case "one of":
            partners = _in_its_place(told, one) or _partners(told, cause, one)
            return f"it or another had to give way: {said}{_beside(partners)}"
        case "free":
            return f"{_NOT_SHOWN}: nothing known keeps it from staying"


def _beside(partners: list[str]) -> str:
    return f"; beside {' and '.join(partners)}" if partners else ""


def _partners(told: _Told, cause: Cause, one: Difference) -> list[str]:
    """The few it would clash with that matter: who changed and stands in its old place, who stands there, who changed.

    Among equals the nearest; not what has been and can't give way, where others are left.
    """
    assert one.before is not None
    place, now = _old_place(told, one.before), told.programme.past_until
    known = [told.placed[id_] for id_ in cause.tasks if id_ in told.placed]
    to_come = [it for it in known if now is None or it.start >= now or it.id in told.changed]
    ranked = sorted((_rank(told, place, it), _apart_s(place, it), it.id) for it in to_come)
    alike = [id_ for rank, _, id_ in ranked if rank == ranked[0][0]]
    return alike[: 1 if ranked and ranked[0][0] == _CHANGED else _PARTNERS]


def _rank(told: _Told, place: Span, other: Placement) -> int:
    """How much something has to do with a place that was given up; less is more."""
    is_there, has_changed = _apart_s(place, other) < 0, other.id in told.changed
    if is_there:
        return 0 if has_changed else 1
    return _CHANGED if has_changed else _CHANGED + 1


def _in_its_place(told: _Told, one: Difference) -> list[str]:
    """What came to lie where it was, and needs somebody or something that it needs too."""
    assert one.before is not None
    place, needed = _old_place(told, one.before), {*one.before.person_ids, *one.before.facilities}
    there = [
        (_apart_s(place, it), it.id)
        for it in (told.placed[id_] for id_ in sorted(told.changed))
        if it.id != one.placement.id and _apart_s(place, it) < 0 and needed & {*it.person_ids, *it.facilities}
    ]
    return [id_ for _, id_ in sorted(there)][:_PARTNERS]


def _old_place(told: _Told, before: Placement) -> Span:
    """Where it would be, had it moved with the stay only."""
    days = told.stay_moved_d if before.stage == "flight" else 0
    start = carried(before.start, days, before.zone)
    return Span(start, start.plus(seconds=before.end.seconds_since(before.start)))


def _apart_s(place: Span, other: Placement) -> float:
    """The time between the two; less than 0 where they overlap, the most where they overlap most."""
    return max(other.start.seconds_since(place.end), place.start.seconds_since(other.end))


def _rules(programme: Programme, tags: Iterable[Tag], one: Difference) -> str:
    """The rules in words, their places told behind them, so that one reason does for many.

    That they speak of this very placement goes without saying.
    """
    own = {one.placement.id, one.placement.of, *one.placement.id.partition("#")[0].split("@")}
    found = [_shared(tag, own) for tag in tags]
    windows = dict.fromkeys(
        f"{tag.rule}: its window is not open there; {tag.detail}" for tag in found if _is_window(tag)
    )
    return _listed([*windows, *describe(programme, (tag for tag in found if not _is_window(tag)))])


def _shared(tag: Tag, own: Collection[str]) -> Tag:
    """The tag with its place behind its facts, or without it."""
    if not tag.place or tag.place in own:
        return evolve(tag, place="")
    return evolve(tag, place="", detail=f"{tag.detail} ({tag.place})" if tag.detail else tag.place)


def _is_window(tag: Tag) -> bool:
    return tag.rule == "WIN-01"


def _listed(said: list[str]) -> str:
    more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    return "; ".join(said[:_SHOWN]) + more
