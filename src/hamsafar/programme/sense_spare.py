"""Whether what is left to the people aboard makes sense: task lists, what may be moved, what may be done ahead."""

from __future__ import annotations

from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.sections import FlightSection
from hamsafar.programme.sections_aboard import ActivityEntry
from hamsafar.programme.sense_frame import latest_flight_day

# What an item of a task list may say; all else speaks of a time, and it has none.
_OF_A_LIST = ("id", "title", "kind", "duration", "who", "uses", "source", "task_list", "due", "work")


def tell_spare(draft: Draft, flight: FlightSection | None) -> None:
    """Everything about task lists, flexible things and getting ahead that shape and references don't show."""
    listed = {one.id for _, one in draft.of("activities", ActivityEntry) if one.task_list}
    for entry, activity in draft.of("activities", ActivityEntry):
        if activity.task_list:
            _tell_item(draft, entry, activity, flight)
        elif activity.due is not None:
            draft.blame(entry, ("due",), "is for what is on a task list; say `task_list: true`, or use flight_days")
        if activity.flexible:
            _tell_flexible(draft, entry, activity)
        if activity.get_ahead and activity.kind == "sleep":
            draft.blame(entry, ("get_ahead",), "nobody sleeps ahead")
        for index, after in enumerate(activity.after):
            if after.of in listed:
                what = "is on a task list, so nobody knows when it is done, and nothing can come after it"
                draft.blame(entry, ("after", index, "of"), what)


def _tell_item(draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection | None) -> None:
    for name in ActivityEntry.model_fields:
        alias = ActivityEntry.model_fields[name].alias or name
        if name in activity.model_fields_set and alias not in _OF_A_LIST:
            what = "is not for a task list, which keeps no times; leave it out, or leave out task_list"
            draft.problems.add(entry.place(alias, key=True), what)
    if activity.kind == "sleep":
        draft.blame(entry, ("kind",), "sleep is not done when there is time")
    if len(activity.who) != 1:
        what = f"of a task list there is exactly one entry in `who`, not {len(activity.who)}"
        draft.problems.add(entry.place("who"), what)
    if flight is not None and activity.due is not None and activity.due > latest_flight_day(flight):
        draft.blame(entry, ("due",), f"the longest stay ends on flight day {latest_flight_day(flight)}")


def _tell_flexible(draft: Draft, entry: Entry[Any], activity: ActivityEntry) -> None:
    number = sum(need.count for need in activity.who)
    if activity.kind == "sleep":
        draft.blame(entry, ("flexible",), "nobody moves their sleep without asking")
    elif number != 1:
        what = f"is for what one does alone, who may move it without asking; {number} serve in this"
        draft.blame(entry, ("flexible",), what)
