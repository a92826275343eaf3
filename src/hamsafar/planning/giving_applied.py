"""Relaxations applied to the programme itself: what people would change, planned for as any programme is.

A relaxation of a problem says what its constraints become. Where people can do the same to the programme (drop what is
left out, be there, open what is shut), the programme so changed is built, and the schedule found has to obey that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from hamsafar.domain.changes import Absence, Shut
from hamsafar.domain.programme import Programme
from hamsafar.planning.changed_work import without_work
from hamsafar.planning.figures import Asked
from hamsafar.planning.ticks import Stretch, instant_of
from hamsafar.schedule.giving import Change
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation


def applied(asked: Asked, way: Relaxation) -> Programme | None:
    """The programme with all that gives way in a relaxation; None where a programme can't say it."""
    programme: Programme | None = asked.programme
    changes = (*way.changes, *way.together)
    gone = left_out(asked, changes)
    if any(change.what == "optional" for change in changes):
        programme = without_work(asked.programme, gone) if gone else None
    for change in changes:
        if programme is not None and change.what != "optional":
            programme = _with(programme, way, change)
    return programme


def cannot_be_left_out(asked: Asked, way: Relaxation) -> bool:
    """Whether people can't leave out what this does: somebody needs a certificate that only that gives."""
    gone = left_out(asked, (*way.changes, *way.together))
    return bool(gone) and without_work(asked.programme, gone) is None


def left_out(asked: Asked, changes: Sequence[Change]) -> tuple[str, ...]:
    """The activities and sessions of which nothing is left, where these changes leave out nothing but such."""
    out = {change.tasks[0] for change in changes if change.what == "optional"}
    names = dict.fromkeys(of(id_) for id_ in out)
    every = {task.id for task in asked.problem.tasks if of(task.id) in names}
    return tuple(names) if out == every else ()


def of(placement: str) -> str:
    """The activity or session that a placement is an occurrence of."""
    return placement.partition("@")[0].partition("#")[0]


def _with(programme: Programme, way: Relaxation, change: Change) -> Programme | None:
    """The programme with one change made, where it says that somebody is there or something open."""
    place = way.placed.get(change.tasks[0])
    if place is None or change.what != "ranges":
        return None
    task = next(one for one in way.problem.tasks if one.id == change.tasks[0])
    needed = place.start, task.end(place.start, place.mode)
    if change.tag.rule == "PPL-02":
        absences = (left for one in programme.absences for left in _there(one, change.tag.place, needed))
        return evolve(programme, absences=tuple(absences))
    if change.tag.rule == "RES-02":
        return evolve(
            programme, shut=tuple(left for one in programme.shut for left in _open(one, change.tag.place, needed))
        )
    return None


def _there(away: Absence, person: str, needed: Stretch) -> Iterator[Absence]:
    """What is left of an absence of somebody who is there when needed."""
    if away.person != person:
        yield away
        return
    for start, end in _outside(away.start, away.end, needed):
        yield evolve(away, start=start, end=end)


def _open(shut: Shut, thing: str, needed: Stretch) -> Iterator[Shut]:
    """What is left of a closure of something that is open when needed."""
    if shut.of != thing:
        yield shut
        return
    for start, end in _outside(shut.span.start, shut.span.end, needed):
        yield evolve(shut, span=Span(start, end or shut.span.end))


def _outside(start: Instant, end: Instant | None, needed: Stretch) -> Iterator[tuple[Instant, Instant | None]]:
    first, last = map(instant_of, needed)
    if start < first:
        yield start, first if end is None or first < end else end
    if end is None or last < end:
        yield max(start, last), end
