"""Journeys to other training sites (TRN-14): the way there, the days away, the way back; nothing at two sites at once.

The days at the site are one task without a placement of its own, which takes from everybody who travels what each of
their sessions at the base takes too. A journey one way ends all training at the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from hamsafar.domain.training import Session, Subject
from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_was
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.grid import Occurrence, TermGrid
from hamsafar.schedule.constraints import Constraint, Lag, NoOverlap
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

AWAY = "away for"  # the tasks that have no placement


@frozen(kw_only=True)
class Journey:
    """One trip of a subject: its ways, and how long people are at the site between them."""

    subject: Subject
    site: str
    out: Occurrence
    back: Occurrence | None  # None: one way
    at_site_min: int

    @property
    def tag(self) -> Tag:
        """What is asked for its sake."""
        return tag_of("TRN-14", self.site, self.subject.id)

    @property
    def away(self) -> str:
        """The task that the days at the site are."""
        return f"{AWAY} {self.subject.id}"


@lru_cache(maxsize=2)  # asked for again for every session
def journeys(grid: TermGrid) -> tuple[Journey, ...]:
    """The trips of the subjects that are held."""
    if "TRN-14" in grid.without:
        return ()
    return tuple(found for subject in grid.term.subjects if (found := _journey(grid, subject)) is not None)


def _journey(grid: TermGrid, subject: Subject) -> Journey | None:
    out, back = _occurrence(grid, subject.way_out), _occurrence(grid, subject.way_back)
    if subject.trip is None or out is None:
        return None
    ways = out.session.duration_min + (back.session.duration_min if back is not None else 0)
    lasts = subject.trip.duration_min
    return Journey(subject=subject, site=subject.trip.to, out=out, back=back, at_site_min=(lasts or ways) - ways)


def _occurrence(grid: TermGrid, session: Session | None) -> Occurrence | None:
    return None if session is None else next(iter(grid.by_session.get(session.id, ())), None)


def home_resource(person: str) -> str:
    """What somebody's sessions at the base take, and their days away."""
    return f"home:{person}"


def takes_home(grid: TermGrid, occurrence: Occurrence) -> dict[str, int]:
    """What a session at the base takes besides, of those who travel to and fro."""
    if _site_of(grid, occurrence) != "":
        return {}
    travelling = {person for journey in journeys(grid) if journey.back for person in journey.out.attendees}
    return {home_resource(person): 1 for person in occurrence.attendees if person in travelling}


@enforces("TRN-14")
def days_away(grid: TermGrid) -> Iterator[Task]:
    """The days at the site, for each journey that hasn't begun."""
    for journey in journeys(grid):
        if journey.back is not None and journey.out.done is None:
            taken = {home_resource(person): 1 for person in journey.out.attendees}
            yield Task(id=journey.away, duration=journey.at_site_min, occupies=taken, required=journey.tag)


def with_days_away(problem: Problem, placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """A plan's places, and with them those of the days at a site: a plan has no placement of them."""
    lengths = {task.id: task.duration for task in problem.tasks}
    ways_out = (one for one in problem.constraints if isinstance(one, Lag) and one.after.startswith(f"{AWAY} "))
    begun = {lag.after: lag.before for lag in ways_out if lag.before in placed}
    between = {away: Placed(start=placed[out].start + lengths[out]) for away, out in begun.items()}
    return {**placed, **between}


@enforces("TRN-14")
def one_site_at_a_time(grid: TermGrid) -> Iterator[Constraint]:
    """Sessions at a site lie in the one journey there; sessions at the base in none."""
    found = journeys(grid)
    for person in dict.fromkeys(person for one in found if one.back is not None for person in one.out.attendees):
        yield NoOverlap(resource=home_resource(person), tag=tag_of("TRN-14", person))
    for journey in found:
        yield from _there_and_back(journey)
        for occurrence in grid.occurrences:
            if occurrence.done is None and set(occurrence.attendees) & set(journey.out.attendees):
                yield from _of_one(grid, journey, occurrence, found)


def _there_and_back(journey: Journey) -> Iterator[Constraint]:
    if journey.back is None:
        return
    if journey.out.done is None:
        yield Lag(before=journey.out.id, after=journey.away, min_gap=0, max_gap=0, tag=journey.tag)
        yield Lag(before=journey.away, after=journey.back.id, min_gap=0, max_gap=0, tag=journey.tag)
    else:
        length = journey.at_site_min
        yield Lag(before=journey.out.id, after=journey.back.id, min_gap=length, max_gap=length, tag=journey.tag)


def _of_one(grid: TermGrid, journey: Journey, occurrence: Occurrence, every: Sequence[Journey]) -> Iterator[Constraint]:
    site = _site_of(grid, occurrence)
    if site == "" and journey.back is None:
        yield Lag(before=occurrence.id, after=journey.out.id, min_gap=0, max_gap=None, tag=journey.tag)
    elif site == journey.site and _by(occurrence, site, every) is journey:
        longest = None if journey.back is None else journey.at_site_min - occurrence.duration
        yield Lag(before=journey.out.id, after=occurrence.id, min_gap=0, max_gap=longest, tag=journey.tag)


def _by(occurrence: Occurrence, site: str, every: Sequence[Journey]) -> Journey | None:
    """The journey in which a session is held: its own subject's, else the one that leads there."""
    there = [one for one in every if one.site == site]
    return next((one for one in there if one.subject.id == occurrence.session.subject), next(iter(there), None))


def _site_of(grid: TermGrid, occurrence: Occurrence) -> str | None:
    """The site of a session: empty for the base, None where it needs no facility and can be anywhere."""
    sites = {grid.facilities[facility].site for facility in occurrence.session.facilities}
    base = grid.term.sites[0].id if grid.term.sites else ""
    found = {"" if site in ("", base) else site for site in sites}
    return next(iter(found), None)


@enforces("TRN-14")
def clear_of_begun_journeys(grid: TermGrid) -> Iterator[tuple[str, Allowed]]:
    """Sessions at the base keep clear of a journey on which people are already."""
    for journey in journeys(grid):
        if journey.out.done is None:
            continue
        first, end = as_it_was(journey.out.done)
        last = grid.end if journey.back is None else end + journey.at_site_min + journey.back.duration
        for occurrence in grid.occurrences:
            if _site_of(grid, occurrence) == "" and set(occurrence.attendees) & set(journey.out.attendees):
                starts = ticks.clear_of([(first, last)], occurrence.duration, grid.first, grid.end)
                yield occurrence.id, Allowed(ranges=starts, tag=journey.tag)
