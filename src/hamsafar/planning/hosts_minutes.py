"""The account of the hosts' minutes: what a plan takes of each host on each day, and what was agreed of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import evolve

from hamsafar.domain.hosts_minutes import HostDay, HostShare, HostsMinutes
from hamsafar.domain.plan import Flight, Placement
from hamsafar.domain.programme import Programme
from hamsafar.planning import ticks
from hamsafar.planning.enforces import enforces
from hamsafar.timeline import local_date

ALL_HOSTS = "all hosts"  # the place of what was agreed of all of them; no id has a space
_ON_DAY = "flight day "


def on_flight_day(day: int) -> str:
    """The place of what was agreed of all hosts together on one flight day."""
    return f"{_ON_DAY}{day}"


def flight_day_of(place: str) -> int | None:
    """The flight day that such a place is; None where it is another."""
    return int(place.removeprefix(_ON_DAY)) if place.startswith(_ON_DAY) else None


def agreed_min(budget: HostsMinutes, place: str) -> int | None:
    """What was agreed at a place of rule CRW-21; None where nothing was."""
    if place == ALL_HOSTS:
        return budget.total_min
    day, share = flight_day_of(place), budget.of(place)
    if day is not None:
        return next((one.total_min for one in budget.days if one.flight_day == day), None)
    return None if share is None else share.total_min


def with_agreed(budget: HostsMinutes, rule: str, place: str, minutes: int) -> HostsMinutes:
    """The budget with so much at a place of rule CRW-21; with so much a day of one host, where it is CRW-09."""
    if rule == "CRW-21" and place == ALL_HOSTS:
        return evolve(budget, total_min=minutes)
    if rule == "CRW-21" and (day := flight_day_of(place)) is not None:
        days = (evolve(one, total_min=minutes) if one.flight_day == day else one for one in budget.days)
        return evolve(budget, days=tuple(days))
    people = (_with_own(one, rule, minutes) if one.person == place else one for one in budget.people)
    return evolve(budget, people=tuple(people))


def _with_own(share: HostShare, rule: str, minutes: int) -> HostShare:
    return evolve(share, total_min=minutes) if rule == "CRW-21" else evolve(share, a_day_min=minutes)


def has_own_day(programme: Programme, person: str) -> bool:
    """Whether minutes a day were agreed of this host, in place of rule CRW-09's figure."""
    own = None if programme.hosts_minutes is None else programme.hosts_minutes.of(person)
    return own is not None and own.a_day_min is not None


@enforces("CRW-22")
def account_of(programme: Programme, flight: Flight, placements: Iterable[Placement]) -> tuple[HostDay, ...]:
    """Minutes of every host in the guest's programme, by the flight day on which they begin; days without are left out.

    What has been counts as it was, in every minute that it touches.
    """
    helping = {activity.id for activity in programme.activities if activity.guest_programme}
    crew = (*programme.flight.crew_up, *programme.flight.crew_aboard)
    hosts = [person for person in crew if person != programme.flight.guest]
    first = local_date(flight.docking, programme.station.zone)
    used: Counter[tuple[int, int]] = Counter()
    for one in placements:
        if one.stage == "flight" and one.of in helping:
            day = (local_date(one.start, programme.station.zone) - first).days + 1
            minutes = ticks.tick_at_or_after(one.end) - ticks.tick_at_or_before(one.start)
            used.update({(day, hosts.index(person)): minutes for person in set(one.person_ids) if person in hosts})
    return tuple(
        HostDay(person=hosts[at], flight_day=day, used_min=minutes, agreed_min=programme.host_day_min(hosts[at]))
        for (day, at), minutes in sorted(used.items())
        if minutes
    )


def overdrawn(programme: Programme, account: tuple[HostDay, ...]) -> Iterator[str]:
    """What is used beyond what was agreed, a warning each: only what has been can bring that about."""
    budget = programme.hosts_minutes
    for one in account:
        if one.used_min > one.agreed_min:
            yield _over(f"{one.person} on flight day {one.flight_day}", one.used_min, one.agreed_min)
    if budget is None:
        return
    places = [
        ALL_HOSTS,
        *(one.person for one in budget.people),
        *(on_flight_day(one.flight_day) for one in budget.days),
    ]
    for place in places:
        agreed, day = agreed_min(budget, place), flight_day_of(place)
        own = [one for one in account if (place in (ALL_HOSTS, one.person) if day is None else one.flight_day == day)]
        used = sum(one.used_min for one in own)
        if agreed is not None and used > agreed:
            yield _over(place, used, agreed)


def _over(place: str, used: int, agreed: float) -> str:
    return f"Hosts' minutes overdrawn: {place}, {used:,} min used and {agreed:,g} agreed, {used - agreed:,g} too many."
