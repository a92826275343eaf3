"""From a solved problem back to placements, and to what was left out with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import Happened, last_records
from hamsafar.domain.plan import Assignment, Dropped, Flight, Placement
from hamsafar.domain.programme import Programme
from hamsafar.planning import ticks
from hamsafar.planning.brought import outcome_of
from hamsafar.planning.crew.occurrences import activity_of, number_of, person_of
from hamsafar.planning.crew.people import need_names, person_named, person_resource
from hamsafar.schedule.constraints import Implies
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.tasks import Tag, Task


def crew_placements(programme: Programme, flight: Flight, problem: Problem, solved: Solved) -> tuple[Placement, ...]:
    """Everything placed aboard, by start and then id."""
    activities = {activity.id: activity for activity in programme.activities}
    found = [
        _placement(programme, activities[activity_of(task.id)], task, solved.placed[task.id])
        for task in problem.tasks
        if task.id in solved.placed and activity_of(task.id) in activities
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.id)))


def _placement(programme: Programme, activity: Activity, task: Task, placed: Placed) -> Placement:
    return Placement(
        id=task.id,
        of=activity.id,
        stage="flight",
        title=activity.title,
        kind=activity.kind,
        start=ticks.instant_of(placed.start),
        end=ticks.instant_of(placed.start + task.duration),
        zone=programme.station.zone,
        people=tuple(_people(activity, task, placed)),
        facilities=tuple(use.resource for use in activity.uses),
        occurrence=number_of(task.id),
    )


def _people(activity: Activity, task: Task, placed: Placed) -> Iterator[Assignment]:
    """Who serves, in the order of the needs: whoever was picked, or all candidates where nothing was to be picked."""
    own = person_of(task.id)
    for need, name in zip(activity.who, need_names(activity.who), strict=True):
        if name in placed.picked:
            people = tuple(person_named(resource) for resource in placed.picked[name])
        else:
            candidates = need.candidates if own is None else (own,)
            people = tuple(person for person in candidates if person_resource(person) in task.occupies)
        yield from (Assignment(person=person, function=need.function) for person in people)


def dropped(programme: Programme, problem: Problem, solved: Solved) -> tuple[Dropped, ...]:
    """The optional occurrences that are not in the plan, by id, each with the reason in plain words."""
    missed = {id_: one for id_, one in last_records(programme.happened).items() if one.outcome != "done"}
    activities = {activity.id: activity for activity in programme.activities}
    return tuple(
        Dropped(
            id=task.id,
            of=activity_of(task.id),
            title=activities[activity_of(task.id)].title,
            value=activities[activity_of(task.id)].value,
            why=_after(missed.get(task.id), programme.station.zone) + _why(problem, solved, task),
        )
        for task in sorted(problem.tasks, key=lambda one: one.id)
        if task.id not in solved.placed and activity_of(task.id) in activities
    )


def _after(missed: Happened | None, zone_name: str) -> str:
    return "" if missed is None else f"was {outcome_of(missed, zone_name)}; "


def _why(problem: Problem, solved: Solved, task: Task) -> str:
    nowhere = next((allowed.tag for allowed in task.allowed if not allowed.ranges), None)
    if nowhere is not None:
        return _nowhere(nowhere, task)
    horizon = ticks.fit([(problem.first, problem.last)], task.duration)
    if not ticks.shared_starts(horizon, *(allowed.ranges for allowed in task.allowed)):
        if ticks.shared_starts(horizon, *(one.ranges for one in task.allowed if one.tag.rule != "PST-01")):
            return "all that it could have been at has gone by"
        return _nowhere_together({allowed.tag.rule: allowed.tag for allowed in task.allowed}, task)
    gone = next((needed for needed in _needed(problem, task) if needed not in solved.placed), None)
    if gone is not None:
        return f"{gone}, which comes before it, was left out"
    return "no room: left out by the objective"


def _needed(problem: Problem, task: Task) -> Iterator[str]:
    for constraint in problem.constraints:
        if isinstance(constraint, Implies) and constraint.task == task.id:
            yield constraint.needs


def _nowhere(tag: Tag, task: Task) -> str:
    match tag.rule:
        case "WIN-01":
            return f"no open window ({tag.detail}) is {task.duration} min long"
        case "CER-01":
            return f"{tag.place} does not hold the certificate {tag.detail}"
        case "CRW-12":
            return "none of its flight days is in the stay"
        case "CRW-14":
            return f"{tag.place} is not aboard for {task.duration} min"
        case "HST-02":
            return tag.detail
        case "MIL-02":
            return f"{tag.detail}, and without it this is not flown"
        case _:
            return " ".join(part for part in (f"{tag.rule}:", tag.place, tag.detail) if part)


def _nowhere_together(tags: Mapping[str, Tag], task: Task) -> str:
    if "WIN-01" not in tags:
        return "no start on its days while those in it are aboard and certified"
    window = f"no open window ({tags['WIN-01'].detail}) of {task.duration} min"
    where = "in the hours and on the days it is meant for" if "CRW-12" in tags else "while those in it are aboard"
    return f"{window} {where}"
