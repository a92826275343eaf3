"""The past in a scheduling problem, and in a plan: what has happened lies where it was, with those who took part."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Assignment, Placement
from hamsafar.planning.brought import Brought, as_it_was
from hamsafar.planning.crew.people import person_resource
from hamsafar.schedule.past import Done, with_past
from hamsafar.schedule.problem import Problem

STAND_IN = "stand-in"  # who took part without anybody's function to take


def with_what_happened(problem: Problem, past: Brought, done: Iterable[Placement]) -> Problem:
    """The problem with all that has happened fixed, and with nothing asked that the past alone breaks."""
    if past.now is None:
        return problem
    tasks = {task.id: task for task in problem.tasks}
    known = {
        one.id: _done(problem, past.done[one.id], frozenset(tasks[one.id].occupies)) for one in done if one.id in tasks
    }
    return with_past(problem, known, past.now)


def _done(problem: Problem, record: Happened, takes: frozenset[str]) -> Done:
    """Who really took part, and the things that it takes; inside the horizon."""
    first, end = as_it_was(record)
    people = {person_resource(person) for person in record.people}
    things = {one for one in takes if not one.startswith(person_resource(""))}
    return Done(start=max(first, problem.first), end=min(end, problem.last), takes=tuple(sorted(people | things)))


def as_flown(planned: Placement, record: Happened) -> Placement:
    """A placement as it happened: whoever stood in serves in what those who didn't come would have done."""
    functions = iter([one.function for one in planned.people if one.person not in record.people])
    known = {one.person for one in planned.people}
    people = (
        *(one for one in planned.people if one.person in record.people),
        *(
            Assignment(person=person, function=next(functions, STAND_IN))
            for person in record.people
            if person not in known
        ),
    )
    return evolve(planned, start=record.start, end=record.end, people=people)
