"""What is done on other flight days from now on, and what may be left out from now on."""

from __future__ import annotations

import re
from collections.abc import Collection

from attrs import evolve

from hamsafar.catalog.names import hint
from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import Change
from hamsafar.domain.plan import Plan
from hamsafar.planning.misfits import Misfits
from hamsafar.timeline import Instant, local_date

_OCCURRENCE = re.compile(r"[^@#]*(?:@(-?\d{1,6})(?:@[^#]*)?)?#(\d{1,6})", re.ASCII)


def day_and_number(occurrence: str) -> tuple[int | None, int]:
    """The flight day that an occurrence of an activity names, if it does, and its number."""
    found = _OCCURRENCE.fullmatch(occurrence)
    if found is None:
        return None, 1
    return None if found[1] is None else int(found[1]), int(found[2])


def on_other_days(
    plan: Plan, activities: tuple[Activity, ...], change: Change, done: Collection[str], misfits: Misfits
) -> tuple[Activity, ...]:
    """The activities on their new flight days, those that are past as they were, and what may be left out now."""
    days = {one.of: one.days for one in change.flight_days}
    values = {one.of: one.value for one in change.optional}
    known = {one.id for one in activities}
    for section in ("flight_days", "optional"):
        for number, name in enumerate(one.of for one in getattr(change, section)):
            at = f"{section}[{number}].of"
            if name not in known and name in change.drop:
                misfits.add(at, f"{name!r} is dropped by the same change")
            elif name not in known:
                misfits.add(at, f"{name!r} is not the name of an activity{hint(name, known)}")
            elif _is_over(plan, name, done):
                misfits.add(at, f"{name!r} has happened already, and what is past stays")
    past = _past_days(plan, change.now or plan.programme.past_until, done)

    def again(activity: Activity) -> Activity:
        if activity.id in days:
            kept = past.get(activity.id, set()).intersection(activity.flight_days or past.get(activity.id, ()))
            activity = evolve(activity, flight_days=tuple(sorted({*kept, *days[activity.id]})))
        if activity.id in values:
            activity = evolve(activity, optional=True, value=values[activity.id])
        return activity

    return tuple(map(again, activities))


def _is_over(plan: Plan, name: str, done: Collection[str]) -> bool:
    """Whether something that isn't done every day has been done as often as it was planned."""
    activity = next((one for one in plan.programme.activities if one.id == name), None)
    placed = [one.id for one in plan.placements if one.of == name]
    return activity is not None and activity.repeat == "once" and bool(placed) and set(placed) <= set(done)


def _past_days(plan: Plan, now: Instant | None, done: Collection[str]) -> dict[str, set[int]]:
    """Activity → the flight days before that of now, and those on which it was done."""
    if now is None:
        return {}
    zone_name = plan.programme.station.zone
    first = local_date(plan.flight.docking, zone_name)
    gone = range(1, (local_date(now, zone_name) - first).days + 1)
    days = {activity.id: set(gone) for activity in plan.programme.activities}
    for placement in plan.placements:
        if placement.id in done and placement.of in days:
            day, _ = day_and_number(placement.id)
            days[placement.of].add((local_date(placement.start, zone_name) - first).days + 1 if day is None else day)
    return days
