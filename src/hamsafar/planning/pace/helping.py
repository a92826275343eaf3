"""How many minutes the hosts lose for the guest's programme when things take as long as they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np

from hamsafar.domain.pace import Chance, HelpPace
from hamsafar.domain.plan import Plan
from hamsafar.planning.pace.simulate import SAME_MIN, Course, Drawn, Minutes, keys
from hamsafar.planning.pace.steps import StaySteps, Step

_DECIMALS = 3  # of minutes that are told


def help_of(plan: Plan, stay: StaySteps, lengths: Drawn, base: Course) -> tuple[HelpPace, ...]:
    """Of all hosts in the stay; of each host in it; of each host on each flight day. Only of those who help."""
    guests = {activity.id for activity in plan.programme.activities if activity.guest_programme}
    helping = {one.id for one in plan.placements if one.of in guests}
    crew = (*plan.programme.flight.crew_up, *plan.programme.flight.crew_aboard)
    hosts = [person for person in crew if person != plan.programme.flight.guest]
    spent: dict[tuple[int, str], Minutes] = {}
    planned: Counter[tuple[int, str]] = Counter()
    for at, step in enumerate(stay.steps):
        own = [person for person in hosts if person in step.people]
        if step.id not in helping or not own:
            continue
        minutes = _spent(step, lengths.lengths[at], base, at, lengths.runs)
        for person in own:
            spent[step.day, person] = spent.get((step.day, person), np.zeros(lengths.runs)) + minutes
            planned[step.day, person] += step.end - step.start
    return tuple(_told(plan, spent, planned, hosts)) if spent else ()


def _spent(step: Step, length: Minutes | float, base: Course, at: int, runs: int) -> Minutes:
    """Minutes from beginning to end of one step in every stay; none where it was too late to begin."""
    never = np.full(runs, -np.inf)
    ready = np.maximum.reduce([base.free[at].get(key, never) for key in keys(step)])
    begin = np.maximum(ready, float(step.start))
    end = begin + length if step.closes is None else np.minimum(begin + length, step.closes)
    begun = np.ones(runs, dtype=bool) if step.latest is None else begin <= step.latest + SAME_MIN
    return cast("Minutes", np.where(begun, np.maximum(0.0, end - begin), 0.0))


def _told(
    plan: Plan, spent: Mapping[tuple[int, str], Minutes], planned: Mapping[tuple[int, str], int], hosts: list[str]
) -> Iterator[HelpPace]:
    budget = plan.programme.hosts_minutes
    total = None if budget is None else budget.total_min
    yield _pace(None, None, sum(planned.values()), list(spent.values()), total)
    for host in hosts:
        days = [one for one in spent if one[1] == host]
        share = None if budget is None else budget.of(host)
        if days:
            agreed = None if share is None else share.total_min
            yield _pace(host, None, sum(planned[one] for one in days), [spent[one] for one in days], agreed)
    for day, host in sorted(spent, key=lambda one: (one[0], hosts.index(one[1]))):
        yield _pace(host, day, planned[day, host], [spent[day, host]], plan.programme.host_day_min(host))


def _pace(
    person: str | None, day: int | None, planned_min: int, parts: list[Minutes], agreed: float | None
) -> HelpPace:
    minutes: Minutes = np.sum(parts, axis=0)
    over = None if agreed is None else int(np.count_nonzero(minutes > agreed + SAME_MIN))
    return HelpPace(
        person=person,
        day=day,
        planned_min=planned_min,
        mean_min=round(float(minutes.mean()), _DECIMALS),
        p90_min=round(float(np.quantile(minutes, 0.9)), _DECIMALS),
        agreed_min=agreed,
        over=None if over is None else Chance.counted(over, len(minutes)),
    )
