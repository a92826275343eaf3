"""The section `hosts_minutes`: whether what was agreed makes sense together, and what it is in the domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hamsafar.domain.hosts_minutes import DayShare, HostShare, HostsMinutes
from hamsafar.programme.draft import Draft
from hamsafar.programme.problems import nearest
from hamsafar.programme.rules_section import RulesSection, said_figures
from hamsafar.programme.sections import FlightSection, HostsMinutesSection
from hamsafar.programme.sense_frame import functions_of, latest_flight_day
from hamsafar.programme.shapes import Step

_Fault = tuple[tuple[Step, ...], str]
SAID_TWICE = "is what max_host of CRW-09 says too, among the figures of rules; say it once"


def tell_hosts_minutes(draft: Draft) -> None:
    """Everything about the hosts' minutes that the shape doesn't show."""
    found, flight = draft.once("hosts_minutes", HostsMinutesSection), draft.once("flight", FlightSection)
    if found is None:
        return
    entry, budget = found
    rules = draft.once("rules", RulesSection)
    if budget.a_day is not None and rules is not None and "CRW-09" in said_figures(rules[1]):
        draft.blame(entry, ("a_day",), SAID_TWICE)
    if flight is None:
        return
    request, functions = flight[1], functions_of(draft)
    crew = {request.guest, *request.crew_up, *request.crew_aboard}
    if not crew <= functions.keys() or functions[request.guest] != "trainee":
        return  # who is told is one of the crews, not who has minutes
    hosts = tuple(one for one in (*request.crew_up, *request.crew_aboard) if one != request.guest)
    for path, what in faults_of(budget, hosts, request.guest, latest_flight_day(request)):
        draft.blame(entry, path, what)


def faults_of(budget: HostsMinutesSection, hosts: Sequence[str], guest: str, latest_day: int) -> Iterator[_Fault]:
    """What doesn't fit together, each with its path inside the section."""
    if budget.total is None and budget.a_day is None and not budget.people and not budget.days:
        yield (), "says no minutes; give `total`, `a_day`, `people` or `days`"
    yield from _people(budget, hosts, guest)
    yield from _totals(budget, hosts)
    for index, day in enumerate(budget.days):
        if day.flight_day in [earlier.flight_day for earlier in budget.days[:index]]:
            yield ("days", index, "flight_day"), "is listed twice"
        elif day.flight_day > latest_day:
            yield ("days", index, "flight_day"), f"the longest stay ends on flight day {latest_day}"
        if budget.total is not None and day.total > budget.total:
            yield ("days", index, "total"), f"is more than the total of the stay ({budget.total} min)"


def _people(budget: HostsMinutesSection, hosts: Sequence[str], guest: str) -> Iterator[_Fault]:
    for index, share in enumerate(budget.people):
        if share.person == guest:
            yield ("people", index, "person"), "is the guest; the minutes are those of the hosts"
        elif share.person not in hosts:
            yield ("people", index, "person"), f"is not the name of a host aboard{nearest(share.person, hosts)}"
        elif share.person in [earlier.person for earlier in budget.people[:index]]:
            yield ("people", index, "person"), "is listed twice"
        if share.total is None and share.a_day is None:
            yield ("people", index), "says no minutes; give `total`, `a_day` or both"


def _totals(budget: HostsMinutesSection, hosts: Sequence[str]) -> Iterator[_Fault]:
    """A host's total above that of all; and totals of every host that leave some of it to nobody."""
    if budget.total is None:
        return
    own = {share.person: share.total for share in budget.people if share.total is not None}
    for index, share in enumerate(budget.people):
        if share.total is not None and share.total > budget.total:
            yield ("people", index, "total"), f"is more than the total of all hosts ({budget.total} min)"
    if hosts and own.keys() >= set(hosts) and sum(own.values()) < budget.total:
        come_to = sum(own.values())
        yield (
            ("total",),
            f"is more than its hosts' totals together ({come_to} min): nobody could give the rest",
        )


def hosts_minutes_of(budget: HostsMinutesSection) -> HostsMinutes:
    """What was agreed, of a sound section; the minutes of each host on each day are a figure of rule CRW-09."""
    return HostsMinutes(
        agreed=budget.agreed,
        total_min=budget.total,
        people=tuple(HostShare(person=one.person, total_min=one.total, a_day_min=one.a_day) for one in budget.people),
        days=tuple(DayShare(flight_day=one.flight_day, total_min=one.total) for one in budget.days),
    )
