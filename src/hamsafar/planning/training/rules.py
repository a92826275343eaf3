"""What the rules of the term ask of sessions together: one function a rule, each yielding tagged constraints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hamsafar.domain.training import Session
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import buckets
from hamsafar.planning.training.grid import Occurrence, TermGrid
from hamsafar.planning.training.nights import may_fly
from hamsafar.planning.training.starts import facility_resource, person_resource
from hamsafar.schedule.constraints import ActiveBuckets, Apart, Capacity, Constraint, Lag, Load, NoOverlap, RestBetween
from hamsafar.schedule.tasks import Allowed, Pick, Tag

INSTRUCTOR: Literal["instructor"] = "instructor"
INTERPRETER: Literal["interpreter"] = "interpreter"


@enforces("TRN-08")
def who_teaches(grid: TermGrid) -> Iterator[tuple[str, Pick | Allowed]]:
    """One qualified instructor, where the session names a qualification."""
    for occurrence in grid.occurrences:
        if occurrence.instructors is not None:
            tag = tag_of("TRN-08", occurrence.session.instructor or "", occurrence.id)
            yield occurrence.id, _one_of(INSTRUCTOR, occurrence.instructors, tag)


@enforces("TRN-09")
def who_interprets(grid: TermGrid) -> Iterator[tuple[str, Pick | Allowed]]:
    """One interpreter, where an attending trainee lacks the language."""
    for occurrence in grid.occurrences:
        if occurrence.interpreters is not None:
            tag = tag_of("TRN-09", f"interpret-{occurrence.session.language}", occurrence.id)
            yield occurrence.id, _one_of(INTERPRETER, occurrence.interpreters, tag)


def _one_of(name: str, people: tuple[str, ...], tag: Tag) -> Pick | Allowed:
    """A choice among people; where there is nobody, no start at all."""
    if not people:
        return Allowed(ranges=(), tag=tag)
    return Pick(name=name, candidates=tuple(person_resource(person) for person in people), count=1, tag=tag)


@enforces("TRN-12")
def who_attends(occurrence: Occurrence) -> dict[str, int]:
    """What a placement always takes: everybody who attends, or took part, and its facilities."""
    there = occurrence.attendees if occurrence.done is None else occurrence.done.people
    people = {person_resource(person): 1 for person in there}
    return people | {facility_resource(facility): 1 for facility in occurrence.session.facilities}


@enforces("CMP-01")
def must_be_there(occurrence: Occurrence) -> Tag:
    """Every session of the syllabus is placed, once or once for each, in full length."""
    return tag_of("CMP-01", occurrence.id)


@enforces("PPL-01")
def one_thing_at_a_time(grid: TermGrid) -> Iterator[Constraint]:
    """Nobody is in two places: trainees, joining crew, instructors and interpreters alike."""
    busy: dict[str, None] = {}
    for occurrence in grid.occurrences:
        for people in (occurrence.attendees, occurrence.instructors or (), occurrence.interpreters or ()):
            busy |= dict.fromkeys(people)
    for milestone in grid.programme.milestones:
        busy |= dict.fromkeys(milestone.attended_by)
    busy |= dict.fromkeys(may_fly(grid))
    for person in busy:
        yield NoOverlap(resource=person_resource(person), tag=tag_of("PPL-01", person))


@enforces("RES-01")
def facility_capacity(grid: TermGrid) -> Iterator[Constraint]:
    """No more sessions at a time than a facility takes."""
    used = {facility for occurrence in grid.occurrences for facility in occurrence.session.facilities}
    for facility in grid.term.facilities:
        if facility.id in used:
            resource, tag = facility_resource(facility.id), tag_of("RES-01", facility.id)
            if facility.capacity == 1:
                yield NoOverlap(resource=resource, tag=tag)
            else:
                yield Capacity(resource=resource, capacity=facility.capacity, tag=tag)


@enforces("ORD-01")
def order(grid: TermGrid) -> Iterator[Constraint]:
    """What comes after something keeps its gaps: for the same trainee, or through the joint session."""
    for occurrence in grid.occurrences:
        for after in occurrence.session.after:
            for before in _counterparts(grid, occurrence, after.of):
                yield Lag(
                    before=before.id,
                    after=occurrence.id,
                    min_gap=after.min_gap_min,
                    max_gap=after.max_gap_min,
                    tag=tag_of("ORD-01", occurrence.id, before.id),
                )


def _counterparts(grid: TermGrid, occurrence: Occurrence, of: str) -> tuple[Occurrence, ...]:
    before = grid.by_session.get(of, ())
    if _together(occurrence.session) or any(_together(found.session) for found in before):
        return before
    return tuple(found for found in before if found.held_for == occurrence.held_for)


def _together(session: Session) -> bool:
    return session.attendance == "together"


@enforces("TRN-04")
def training_day(grid: TermGrid) -> Iterator[Constraint]:
    """Minutes of one trainee that start on one training date."""
    limit = int(grid.programme.limit("TRN-04", "max_day_min"))
    yield from _loads(grid, "TRN-04", grid.day_edges, limit)


@enforces("TRN-05")
def training_week(grid: TermGrid) -> Iterator[Constraint]:
    """Minutes of one trainee that start in one training week."""
    limit = int(grid.programme.limit("TRN-05", "max_week_min"))
    yield from _loads(grid, "TRN-05", grid.week_edges, limit)


def _loads(grid: TermGrid, rule: str, edges: tuple[int, ...], limit: int) -> Iterator[Constraint]:
    for trainee in grid.trainees:
        weights = minutes_of(grid, trainee)
        if not weights:
            continue
        for first, end in buckets(edges):
            tag = tag_of(rule, trainee, str(grid.day(first)))
            yield Load(weights=weights, start=first, end=end, limit=limit, tag=tag)


def minutes_of(grid: TermGrid, trainee: str) -> dict[str, int]:
    """Placement → the minutes of it that count for a trainee."""
    return {found.id: found.duration for found in grid.attended_by(trainee) if found.counted}


@enforces("TRN-06")
def nights_rest(grid: TermGrid) -> Iterator[Constraint]:
    """From the last end of one training date to the first start of the next."""
    gap = int(grid.programme.limit("TRN-06", "min_rest_min"))
    for trainee in grid.trainees:
        if tasks := _all_of(grid, trainee):
            yield RestBetween(tasks=tasks, edges=grid.day_edges, gap=gap, tag=tag_of("TRN-06", trainee))


@enforces("TRN-07")
def recovery(grid: TermGrid) -> Iterator[Constraint]:
    """Nothing demanding for the same attendee so long after the end of a session that needs recovery."""
    straining = [found for found in grid.occurrences if found.session.recovery_min]
    demanding = [found for found in grid.occurrences if found.session.demanding]
    for first in straining:
        for second in demanding:
            if first.id != second.id and set(first.attendees) & set(second.attendees):
                yield Apart(
                    first=first.id,
                    second=second.id,
                    gap=first.session.recovery_min,
                    both_ways=False,
                    tag=tag_of("TRN-07", first.id, second.id),
                )


@enforces("TRN-11")
def exams_a_day(grid: TermGrid) -> Iterator[Constraint]:
    """Exams of one trainee that start on one training date."""
    limit = int(grid.programme.limit("TRN-11", "max_exams"))
    for trainee in grid.trainees:
        exams = {found.id: 1 for found in grid.attended_by(trainee) if found.session.kind == "exam"}
        if len(exams) <= limit:
            continue
        for first, end in buckets(grid.day_edges):
            yield Load(
                weights=exams, start=first, end=end, limit=limit, tag=tag_of("TRN-11", trainee, str(grid.day(first)))
            )


@enforces("TRN-13")
def days_in_a_row(grid: TermGrid) -> Iterator[Constraint]:
    """Among any so many days and one more, one without a session."""
    limit = int(grid.programme.limit("TRN-13", "max_days_in_row"))
    for trainee in grid.trainees:
        if (tasks := _all_of(grid, trainee)) and len(grid.day_edges) > limit + 1:
            yield ActiveBuckets(
                tasks=tasks, edges=grid.day_edges, window=limit + 1, limit=limit, tag=tag_of("TRN-13", trainee)
            )


def _all_of(grid: TermGrid, trainee: str) -> tuple[str, ...]:
    return tuple(found.id for found in grid.attended_by(trainee))
