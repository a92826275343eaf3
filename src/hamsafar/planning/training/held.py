"""Which subjects a term holds: those for everybody, and those that something flown asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hamsafar.domain.programme import Programme
from hamsafar.domain.training import MILESTONE, Milestone, Subject


def barred_milestones(programme: Programme) -> frozenset[str]:
    """The milestones that were refused, and those that come after one of them, at whatever remove."""
    barred = {one.id for one in programme.milestones if one.refused}
    while more := {one.id for one in programme.milestones if barred & _before(one)} - barred:
        barred |= more
    return frozenset(barred)


def _before(milestone: Milestone) -> set[str]:
    """The milestones that one comes after."""
    named = (after.of.partition("/") for after in milestone.after)
    return {name for subject, _, name in named if subject == MILESTONE}


def asked_by_the_flight(programme: Programme) -> frozenset[str]:
    """The certificates that flying asks of who trains: for itself, and for activities which may be flown."""
    trainees = {person.id for person in programme.people if person.function == "trainee"}
    barred = barred_milestones(programme)
    return frozenset(one.id for one in programme.certificates if one.for_flight) | frozenset(
        need.certificate
        for activity in programme.activities
        if activity.milestone not in barred
        for need in activity.who
        if need.certificate is not None and trainees & set(need.candidates)
    )


def held_subjects(programme: Programme) -> tuple[Subject, ...]:
    """The subjects of the syllabus that are held, in its order; refreshers apart, which hang on dates.

    One that is held only when needed is: where its certificate is asked for aboard, or by such a subject that is held.
    """
    subjects = programme.term.subjects if programme.term is not None else ()
    wanted, held = set(asked_by_the_flight(programme)), set[str]()
    while more := [
        one for one in subjects if one.only_when_needed and one.certificate in wanted and one.id not in held
    ]:
        held |= {one.id for one in more}
        wanted |= set(_needs(more))
    return tuple(one for one in subjects if one.refreshes is None and (not one.only_when_needed or one.id in held))


def given_only_by_others(programme: Programme, held: Iterable[Subject]) -> frozenset[str]:
    """Certificates that only subjects give which are not held: nothing that is held asks for them."""
    subjects = programme.term.subjects if programme.term is not None else ()
    there = {one.certificate for one in held}
    return frozenset(
        one.certificate for one in subjects if one.certificate is not None and one.certificate not in there
    )


def _needs(subjects: Iterable[Subject]) -> Iterator[str]:
    return (certificate for one in subjects for session in one.sessions for certificate in session.needs)
