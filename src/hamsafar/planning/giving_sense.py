"""What people would take of all that would make a stage fit.

A proof knows nothing of sense: a start a minute before midnight is charged to another day, and a night without sleep
makes room. What nobody would do is told only where there is nothing else; and what falls on other days does so at an
hour at which it would be done.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from attrs import evolve

from hamsafar.domain.aboard import OF_A_BLOCK, Activity
from hamsafar.planning import ticks
from hamsafar.planning.crew.stay import stay_of
from hamsafar.planning.figures import Asked
from hamsafar.planning.giving_applied import of
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Starts
from hamsafar.schedule.giving import Change
from hamsafar.schedule.problem import Conflict
from hamsafar.schedule.tasks import Allowed, Tag

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation

_DAY_MIN = 1_440
_ONES_OWN = ("sleep", "meal", "hygiene", "exercise", "prayer", "medical")
_USUAL_BEDTIME = time(22)  # where a programme names no preferred start of sleep


def can_give(tag: Tag) -> bool:
    """Whether it can give at all: what has happened can't, and nothing begins before today."""
    return tag.rule != "PST-01" and (tag.rule, tag.place) != ("TRN-03", "today")


def gives_sense(asked: Asked, tag: Tag) -> bool:
    """Whether somebody could want it to give: nobody leaves out sleep, moves the sun, or flies otherwise for one thing.

    Nor are the times of one activity done in another order: they are numbered as they come.
    """
    activity = activity_of(asked, tag.place)
    match tag.rule:
        case "CRW-14":
            return False
        case "CMP-01" if activity is not None:
            return activity.kind != "sleep" and tag.place != activity.id
        case "WIN-01" if activity is not None and activity.window is not None:
            return activity.window.kind not in OF_A_BLOCK
        case _:
            return can_give(tag)


def makes_sense(asked: Asked, way: Relaxation) -> bool:
    """Whether somebody could take it, with all that gives way together, at hours at which things are done."""
    return all(
        gives_sense(asked, change.tag)
        and (change.tag.rule != "CRW-12" or _at_its_hours(asked, way, change))
        and (change.tag.rule != "PPL-01" or _can_be_anothers(asked, change))
        for change in (*way.changes, *way.together)
    )


def _can_be_anothers(asked: Asked, change: Change) -> bool:
    """Whether one of those that meet could be done by somebody else: nobody sleeps or eats in another's place."""
    found = [activity_of(asked, name) for name in change.tasks]
    return any(activity is None or activity.kind not in _ONES_OWN for activity in found)


def _at_its_hours(asked: Asked, way: Relaxation, change: Change) -> bool:
    place, hours = way.placed.get(change.tasks[0]), sensible_hours(asked, change.tasks[0])
    return place is not None and any(first <= place.start <= last for first, last in hours)


def at_sensible_hours(asked: Asked, tag: Tag) -> Asked:
    """Asked besides: what a tag of days and hours is about starts at an hour at which it would be done."""
    kept = tag_of("CRW-12", tag.place, "at an hour at which it would be done")
    hours = Allowed(ranges=sensible_hours(asked, tag.place), tag=kept)
    tasks = (
        evolve(task, allowed=(*task.allowed, hours)) if task.id == tag.place else task for task in asked.problem.tasks
    )
    return evolve(
        asked,
        problem=evolve(asked.problem, tasks=tuple(tasks)),
        conflict=Conflict(tags=(*asked.conflict.tags, kept), minimal=asked.conflict.minimal),
    )


def sensible_hours(asked: Asked, placement: str) -> Starts:
    """When it would be done on whatever day: in its own hours; what is daily, on its day while people are up."""
    stay, activity = stay_of(asked.programme, asked.flight), activity_of(asked, placement)
    if activity is None or activity.kind == "sleep":
        return ()
    _, at, day = placement.partition("#")[0].partition("@")
    own = activity.starts_between
    between = _awake(asked, activity) if own is None or at else own
    days = [int(day.partition("@")[0])] if at else stay.days
    return ticks.joined(stay.starts_on(one, between) for one in days)


def activity_of(asked: Asked, placement: str) -> Activity | None:
    """The activity aboard that a placement is an occurrence of."""
    return next((one for one in asked.programme.activities if one.id == of(placement)), None)


def _awake(asked: Asked, activity: Activity) -> tuple[time, time]:
    """The first and the last start on a day while people are up, by the hours of the first sleep that is planned."""
    sleep = next((one for one in asked.programme.activities if one.kind == "sleep"), None)
    clock = _USUAL_BEDTIME if sleep is None or sleep.prefer is None else sleep.prefer
    bedtime = clock.hour * 60 + clock.minute
    wakes = (bedtime + (0 if sleep is None else sleep.duration_min)) % _DAY_MIN
    if bedtime <= wakes:  # past midnight
        bedtime = _DAY_MIN
    last = max(wakes + 1, bedtime - activity.duration_min)
    return time(*divmod(wakes, 60)), time(*divmod(min(last, _DAY_MIN - 1), 60))
