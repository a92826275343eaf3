"""From a solved problem back to placements: who does what, where and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hamsafar.domain.plan import Assignment, Placement
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import MILESTONE, NIGHT, Session
from hamsafar.planning.ticks import instant_of
from hamsafar.planning.training.rules import INSTRUCTOR, INTERPRETER
from hamsafar.planning.training.starts import person_resource
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.tasks import Task

_ATTENDEE = "attendee"
_SLEEPER = "sleeper"


def training_placements(programme: Programme, problem: Problem, solved: Solved) -> tuple[Placement, ...]:
    """The sessions as placed, by start, then id. Attendees come first, in the order of the problem."""
    if programme.term is None:
        return ()
    sessions = {session.id: session for subject in programme.term.subjects for session in subject.sessions}
    people = {person_resource(person.id): person.id for person in programme.people}
    placements = [
        _placement(sessions[task.id.partition("@")[0]], task, solved.placed[task.id], people, programme.term.zone)
        for task in problem.tasks
        if task.id in solved.placed and task.id.partition("@")[0] in sessions  # the days away have no placement
    ]
    placements += _campaign(programme, problem, solved, people)
    return tuple(sorted(placements, key=lambda placement: (placement.start, placement.id)))


def _campaign(programme: Programme, problem: Problem, solved: Solved, people: Mapping[str, str]) -> Iterator[Placement]:
    """Milestones, and the nights in quarantine."""
    titles = {milestone.placement: milestone.title for milestone in programme.milestones}
    for task in problem.tasks:
        of, night = task.id.partition("@")[0], task.id.startswith(f"{NIGHT}/")
        if (night or of in titles) and task.id in solved.placed and programme.term is not None:
            start = solved.placed[task.id].start
            yield Placement(
                id=task.id,
                of=of,
                stage="training",
                title="Sleep" if night else titles[of],
                kind="sleep" if night else MILESTONE,
                start=instant_of(start),
                end=instant_of(start + task.duration),
                zone=programme.term.zone,
                people=tuple(
                    Assignment(person=people[taken], function=_SLEEPER if night else _ATTENDEE)
                    for taken in task.occupies
                ),
            )


def _placement(session: Session, task: Task, placed: Placed, people: Mapping[str, str], zone: str) -> Placement:
    attending = [Assignment(person=people[taken], function=_ATTENDEE) for taken in task.occupies if taken in people]
    serving = [
        Assignment(person=people[taken], function=function)
        for function in (INSTRUCTOR, INTERPRETER)
        for taken in placed.picked.get(function, ())
    ]
    return Placement(
        id=task.id,
        of=session.id,
        stage="training",
        title=session.title,
        kind=session.kind,
        start=instant_of(placed.start),
        end=instant_of(placed.start + task.duration),
        zone=zone,
        people=(*attending, *serving),
        facilities=session.facilities,
    )
