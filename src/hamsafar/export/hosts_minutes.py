"""The account of the hosts' minutes as people read it: by host and day, used, agreed and left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from hamsafar.domain.hosts_minutes import HostDay
from hamsafar.domain.pace import Overruns
from hamsafar.domain.people import Person
from hamsafar.domain.plan import Plan
from hamsafar.export.flight_days import crew_of, flight_days
from hamsafar.export.svg_pace import chance_text


@frozen
class HostRow:
    """A host, or all of them: minutes on each flight day, `35 of 90`, and in the stay."""

    title: str
    days: tuple[str, ...]
    used: str
    agreed: str
    left: str
    simulated: str  # `298, 9 in 10 below 347`; empty where nothing was simulated
    is_sum: bool = False


def hosts_of(plan: Plan) -> tuple[Person, ...]:
    """Everybody aboard but the guest."""
    return tuple(person for person in crew_of(plan) if person.id != plan.programme.flight.guest)


def used_of(plan: Plan, person: str | None = None, day: int | None = None) -> int:
    """Minutes of help: of one host or of all, on one flight day or in the stay."""
    return sum(
        one.used_min
        for one in plan.hosts_minutes
        if person in (None, one.person) and (day is None or day == one.flight_day)
    )


def agreed_of(plan: Plan, person: str | None = None) -> int | None:
    """Minutes agreed for the stay, of one host or of all; None where nothing was."""
    budget = plan.programme.hosts_minutes
    if budget is None or person is None:
        return None if budget is None else budget.total_min
    share = budget.of(person)
    return None if share is None else share.total_min


def agreed_on(plan: Plan, day: int) -> int | None:
    """Minutes agreed of all hosts together for one flight day; None where nothing was."""
    budget = plan.programme.hosts_minutes
    return None if budget is None else next((one.total_min for one in budget.days if one.flight_day == day), None)


def said_of_hosts_minutes(plan: Plan) -> str:
    """`Hosts' minutes: 640 of 900 agreed (protocol 7), 260 left`; empty where no host helps and nothing was agreed."""
    budget, used, agreed = plan.programme.hosts_minutes, used_of(plan), agreed_of(plan)
    if budget is not None and agreed is not None:
        left = agreed - used
        rest = f"{left:,} left" if left >= 0 else f"OVERDRAWN by {-left:,}"
        return f"Hosts' minutes: {used:,} of {agreed:,} agreed ({budget.agreed}), {rest}"
    if not plan.hosts_minutes:
        return "" if budget is None else f"Hosts' minutes: none used ({budget.agreed})"
    fullest = max(plan.hosts_minutes, key=lambda one: one.used_min)
    most = f"at most {fullest.used_min:,} of one host on one day ({fullest.agreed_min:g} agreed)"
    return f"Hosts' minutes: {used:,}, {most}; no total was agreed"


def host_rows(plan: Plan, pace: Overruns | None = None) -> list[HostRow]:
    """Every host, and all of them; nothing where there are no minutes to tell. `pace`: what a simulation takes."""
    if not plan.hosts_minutes and plan.programme.hosts_minutes is None:
        return []
    days = [day.number for day in flight_days(plan)]
    told = {(one.person, one.flight_day): one for one in plan.hosts_minutes}
    rows = [
        HostRow(
            host.title,
            tuple(_cell(told.get((host.id, day))) for day in days),
            *_sums(used_of(plan, host.id), agreed_of(plan, host.id)),
            _simulated(pace, host.id),
        )
        for host in hosts_of(plan)
    ]
    every = tuple(_used_of(used_of(plan, day=day), agreed_on(plan, day)) for day in days)
    sums = *_sums(used_of(plan), agreed_of(plan)), _simulated(pace, None)
    return [*rows, HostRow("All hosts", every, *sums, is_sum=True)]


def _simulated(pace: Overruns | None, person: str | None) -> str:
    """What the stay takes of one host or of all, things taking as long as they take."""
    found = () if pace is None else (one for one in pace.help if (one.person, one.day) == (person, None))
    one = next(iter(found), None)
    if one is None:
        return ""
    over = "" if one.over is None else f"; over in {chance_text(one.over.share, one.over.error)}"
    return f"{one.mean_min:.0f}, nine in ten below {one.p90_min:.0f}{over}"


def _cell(one: HostDay | None) -> str:
    return "" if one is None else _used_of(one.used_min, one.agreed_min)


def _used_of(used: int, agreed: float | None) -> str:
    return (f"{used}" if used else "") if agreed is None else f"{used} of {agreed:g}"


def _sums(used: int, agreed: int | None) -> tuple[str, str, str]:
    return f"{used:,}", "" if agreed is None else f"{agreed:,}", "" if agreed is None else f"{agreed - used:,}"


def minutes_document(plan: Plan) -> dict[str, Any]:
    """The account as JSON carries it; None where nothing was agreed."""
    budget = plan.programme.hosts_minutes
    return {
        "document": None if budget is None else budget.agreed,
        **_figures(used_of(plan), agreed_of(plan)),
        "people": [
            {"person": host.id, **_figures(used_of(plan, host.id), agreed_of(plan, host.id))} for host in hosts_of(plan)
        ],
        "days": [
            {"person": one.person, "flight_day": one.flight_day, **_figures(one.used_min, one.agreed_min)}
            for one in plan.hosts_minutes
        ],
    }


def _figures(used: int, agreed: float | None) -> dict[str, float | None]:
    return {"used_min": used, "agreed_min": agreed, "left_min": None if agreed is None else agreed - used}


MINUTES_HEADER = ("Flight day", "Date", "Person", "Host", "Used (min)", "Agreed (min)", "Left (min)")


def minutes_rows(plan: Plan) -> Iterator[list[Any]]:
    """The rows of the spreadsheet: each host on each day with help, then in the stay, then all of them."""
    dates = {day.number: day.date.isoformat() for day in flight_days(plan)}
    titles = {person.id: person.title for person in plan.programme.people}
    for one in plan.hosts_minutes:
        date = dates.get(one.flight_day, "")
        sums = _figures(one.used_min, one.agreed_min).values()
        yield [one.flight_day, date, one.person, titles.get(one.person, one.person), *sums]
    for day in flight_days(plan):
        if (agreed := agreed_on(plan, day.number)) is not None:
            sums = _figures(used_of(plan, day=day.number), agreed).values()
            yield [day.number, day.date.isoformat(), "", "All hosts", *sums]
    for host in hosts_of(plan):
        yield ["Stay", "", host.id, host.title, *_figures(used_of(plan, host.id), agreed_of(plan, host.id)).values()]
    yield ["Stay", "", "", "All hosts", *_figures(used_of(plan), agreed_of(plan)).values()]
