"""What absences, closures, pins, the past and the host leave of the starts of what is done aboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hamsafar.domain.training import NIGHT
from hamsafar.planning.brought import absences_of, bound_by_the_host, bound_by_the_past, closures_of
from hamsafar.planning.crew.occurrences import Occurrence
from hamsafar.planning.crew.people import Service
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.tasks import Allowed, Tag


def changed_bounds(stay: Stay, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """All of them, for something that hasn't been."""
    yield from _while_they_are_there(stay, occurrence, service)
    yield from _while_not_shut(stay, occurrence)
    yield from _from_now_or_where_pinned(stay, occurrence)
    yield from _as_the_host_says(stay, occurrence)


@enforces("PPL-02")
def _while_they_are_there(stay: Stay, occurrence: Occurrence, service: Service) -> Iterator[Allowed]:
    """Clear of the absences of those who are in it for sure."""
    for person in sorted(service.sure):
        for away in absences_of(stay.programme, person, stay.last, stay.zone):
            yield away.allows(occurrence.duration_min, stay.first, stay.last)


@enforces("RES-02")
def _while_not_shut(stay: Stay, occurrence: Occurrence) -> Iterator[Allowed]:
    """Clear of the stretches in which something that it uses is shut."""
    for thing in dict.fromkeys(use.resource for use in occurrence.activity.uses):
        for shut in closures_of(stay.programme, thing, stay.zone):
            yield shut.allows(occurrence.duration_min, stay.first, stay.last)


@enforces("PIN-01", "PST-01")
def _from_now_or_where_pinned(stay: Stay, occurrence: Occurrence) -> Iterator[Allowed]:
    """No sooner than now, and just where it is pinned."""
    yield from bound_by_the_past(stay.past, occurrence.id, stay.first, stay.last, stay.zone)


@enforces("HST-01", "HST-02")
def _as_the_host_says(stay: Stay, occurrence: Occurrence) -> Iterator[Allowed]:
    """Just where the host has fixed it, and nowhere where it has refused it. What it agreed to is pinned."""
    yield from bound_by_the_host(stay.past, occurrence.id, stay.zone)


@enforces("PIN-01")
def pinned_in_vain(stay: Stay, asked: Iterable[str]) -> Iterator[Tag]:
    """What is pinned, is nothing of the term, and isn't among what is asked for."""
    term = stay.programme.term
    sessions = {session.id for subject in (term.subjects if term else ()) for session in subject.sessions}
    sessions |= {milestone.placement for milestone in stay.programme.milestones}
    for id_ in sorted(stay.past.pins.keys() - set(asked)):
        if id_.partition("@")[0] not in sessions and not id_.startswith(f"{NIGHT}/"):
            yield tag_of("PIN-01", id_, "nothing asks for it")
