"""Campaigns: on which flight days something daily takes place, as people say it and as the plan counts it."""

from __future__ import annotations

from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.sections import FlightSection
from hamsafar.programme.sections_aboard import ActivityEntry
from hamsafar.programme.sense_frame import latest_flight_day


def flight_days_of(activity: ActivityEntry, flight: FlightSection) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The flight days, and those counted back from that of undocking, which nobody knows yet; both empty: any."""
    campaign = activity.campaign
    if campaign is None:
        return tuple(sorted(activity.flight_days)), ()
    if campaign.around == "undocking":
        return (), tuple(range(campaign.days_before + 1))
    latest = latest_flight_day(flight)
    if campaign.every is not None:
        last = latest if campaign.to_day is None else min(campaign.to_day, latest)
        return tuple(range(campaign.from_day or 1, last + 1, campaign.every)), ()
    event = campaign.around if isinstance(campaign.around, int) else 1
    return tuple(range(max(1, event - campaign.days_before), min(latest, event + campaign.days_after) + 1)), ()


def times_of(activity: ActivityEntry) -> int:
    """How often it takes place in the stay or on each day."""
    campaign = activity.campaign
    return activity.times if campaign is None or campaign.a_day is None else campaign.a_day


def tell_campaign(draft: Draft, entry: Entry[Any], activity: ActivityEntry, flight: FlightSection | None) -> None:
    """A campaign that says two things or none, of what isn't daily, or beyond the longest stay."""
    campaign = activity.campaign
    if campaign is None:
        return
    at = ("campaign",)
    if (campaign.every is None) == (campaign.around is None):
        draft.problems.add(entry.place(*at), "says either `every`, so many days, or `around`, a day or an event")
        return
    if activity.repeat == "once":
        draft.problems.add(entry.place(*at), "is of what is daily: say `repeat`, each-day or each-person-day")
    if activity.flight_days:
        draft.problems.add(entry.place("flight_days"), "is what `campaign` says already; leave one of them out")
    if campaign.a_day is not None and activity.times != 1:
        draft.problems.add(entry.place("times"), "is what `campaign.a_day` says already; leave one of them out")
    strange = ("days_before", "days_after") if campaign.every is not None else ("from_day", "to_day")
    for name in strange:
        if getattr(campaign, name):
            other = "`around`" if campaign.every is not None else "`every`"
            draft.blame(entry, (*at, name), f"belongs to {other}; leave it out")
    if campaign.around == "undocking" and campaign.days_after:
        draft.blame(entry, (*at, "days_after"), "nobody is aboard after undocking; leave it out")
    if campaign.around == "docking" and campaign.days_before:
        draft.blame(entry, (*at, "days_before"), "nobody of the ship up is aboard before docking; leave it out")
    if campaign.from_day and campaign.to_day and campaign.to_day < campaign.from_day:
        draft.blame(entry, (*at, "to_day"), f"comes before `from_day` ({campaign.from_day})")
    if flight is not None:
        latest = latest_flight_day(flight)
        for name in ("from_day", "to_day", "around"):
            day = getattr(campaign, name)
            if isinstance(day, int) and day > latest:
                draft.blame(entry, (*at, name), f"the longest stay ends on flight day {latest}")
