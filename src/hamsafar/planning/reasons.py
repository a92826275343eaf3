"""Why something isn't where it was, in words: the change, the past, or the rule that would be broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hamsafar.domain.changes import Happened, last_records
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.planning.differences import Difference, Differences
from hamsafar.planning.words import describe
from hamsafar.schedule.tasks import Tag
from hamsafar.timeline import local_date

if TYPE_CHECKING:
    from hamsafar.schedule.causes import Cause

_SHOWN = 3  # rules or placements named one by one
_DAILY = ("each-day", "each-person-day")


@frozen(kw_only=True)
class _Told:
    """What the reasons are told from."""

    old: Programme
    programme: Programme
    left_out: frozenset[str]  # of the old plan
    records: Mapping[str, Happened]
    causes: Mapping[str, Cause]


def reasons(before: Plan, programme: Programme, causes: Mapping[str, Cause], found: Differences) -> dict[str, str]:
    """By placement, why it moved, came or went; for each difference there is one.

    `causes` are those of the solver; what the change itself asks for, and what happened, is told before them.
    """
    told = _Told(
        old=before.programme,
        programme=programme,
        left_out=frozenset(one.id for one in before.dropped),
        records=last_records(programme.happened),
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
    return _in_words(told.programme, cause, one) if cause is not None else ""


def _of_the_past(told: _Told, one: Difference) -> str:
    """`missed on 2027-02-20, and placed again`."""
    id_, zone_name = one.placement.id, one.placement.zone
    record = told.records.get(id_)
    if record is None or one.before is None:
        return ""
    if record.outcome == "done":
        return "as it happened"
    when = f"{record.outcome} on {local_date(record.start, zone_name)}"
    if one.after is not None:
        return f"{when}, and placed again"
    return f"{when}; a day's own is not placed again" if _is_daily(told.programme, one) else ""


def _is_daily(programme: Programme, one: Difference) -> bool:
    return any(found.id == one.placement.of and found.repeat in _DAILY for found in programme.activities)


def _why_added(told: _Told, one: Difference) -> str:
    if one.placement.of not in _asked(told.old):
        return "asked for by the change"
    if one.placement.id in told.left_out:
        return "there is room for it now"
    return "the stay has its day now" if _is_daily(told.programme, one) else "asked for once more"


def _why_gone(told: _Told, one: Difference) -> str:
    if one.placement.of not in _asked(told.programme):
        return "no longer asked for"
    cause = told.causes.get(one.placement.id)
    if cause is not None:
        return _in_words(told.programme, cause, one)
    return "its day is not in the stay any more" if _is_daily(told.programme, one) else "asked for less often"


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
    return "" if gone else "takes another time now"


def _is_away(programme: Programme, person: str, one: Difference) -> bool:
    placement = one.placement
    return any(
        found.person == person and found.start < placement.end and (found.end is None or placement.start < found.end)
        for found in programme.absences
    )


def _asked(programme: Programme) -> dict[str, int]:
    """Activity or session → its length, minutes."""
    sessions = () if programme.term is None else (one for found in programme.term.subjects for one in found.sessions)
    return {one.id: one.duration_min for one in (*programme.activities, *sessions)}


def _length(programme: Programme, of: str) -> int | None:
    return _asked(programme).get(of)


def _in_words(programme: Programme, cause: Cause, one: Difference) -> str:
    """`its place is not allowed any more: TRN-02: centrifuge is used only while it is open; ...`."""
    said = _rules(programme, cause.tags, one)
    match cause.kind:
        case "not allowed":
            return f"its place is not allowed any more: {said}"
        case "clash":
            return f"no room beside {_named(cause.tasks)}: {said}" if cause.tasks else f"no room there: {said}"
        case "one of":
            others = f"it or {_named(cause.tasks, 'or')}" if cause.tasks else "it"
            return f"{others} had to give way: {said}"
        case "free":
            return "not shown to be necessary: nothing known keeps it from staying"


def _rules(programme: Programme, tags: Iterable[Tag], one: Difference) -> str:
    """The rules in words. That they speak of this very placement goes without saying: one reason does for many."""
    own = {one.placement.id, one.placement.of, *one.placement.id.partition("#")[0].split("@")}
    found = [evolve(tag, place="" if tag.place in own else tag.place) for tag in tags]
    windows = dict.fromkeys(
        f"{tag.rule}: its window is not open there ({tag.detail})" for tag in found if _is_window(tag)
    )
    return _listed([*windows, *describe(programme, (tag for tag in found if not _is_window(tag)))], "; ")


def _is_window(tag: Tag) -> bool:
    return tag.rule == "WIN-01"


def _named(ids: Iterable[str], word: str = "and") -> str:
    named = list(ids)
    if len(named) > _SHOWN:
        return f"{', '.join(named[:_SHOWN])} {word} {len(named) - _SHOWN} more"
    return f"{', '.join(named[:-1])} {word} {named[-1]}" if len(named) > 1 else "".join(named)


def _listed(said: list[str], between: str) -> str:
    more = f"{between}and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    return between.join(said[:_SHOWN]) + more
