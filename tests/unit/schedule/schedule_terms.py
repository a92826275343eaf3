"""A training term of the size that the planner has: two trainees, half a year, six days a week, minutes."""

from __future__ import annotations

import random

from hamsafar.schedule.constraints import ActiveBuckets, Apart, Constraint, Lag, Load, NoOverlap, RestBetween
from hamsafar.schedule.objectives import AwayFromPreferred, Peak, PeakLoad
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

DAY_MIN = 1440
MORNING, AFTERNOON = (480, 720), (780, 1020)


def day_windows(duration: int, first_day: int, last_day: int, closed: set[int]) -> tuple[tuple[int, int], ...]:
    """Starts that keep a session inside one half of a working day; the seventh day of a week is free."""
    found = []
    for day in range(first_day, last_day):
        for opens, closes in (MORNING, AFTERNOON):
            if day % 7 != 6 and day not in closed and closes - opens >= duration:
                found.append((day * DAY_MIN + opens, day * DAY_MIN + closes - duration))
    return tuple(found)


def term(sessions: int = 250, weeks: int = 26, seed: int = 1, week_limit_min: int = 1500) -> Problem:
    """Sessions of two trainees, every third one joint, in subjects that keep an order, with instructors to pick."""
    dice = random.Random(seed)
    days = weeks * 7
    instructors = {subject: [f"instructor-{subject}-{k}" for k in range(2)] for subject in range(10)}
    facilities = [f"facility-{k}" for k in range(6)]
    tasks: list[Task] = []
    rules: list[Constraint] = []
    attends: dict[str, list[str]] = {"prime": [], "backup": []}
    demanding: dict[str, list[str]] = {"prime": [], "backup": []}
    lasting: dict[str, int] = {}
    last_of: dict[tuple[int, str], str] = {}
    while len(tasks) < sessions:
        subject = dice.randrange(10)
        facility = dice.choice([*facilities, None, None])
        duration = dice.choice([60, 90, 120, 120, 180, 240])
        opens = len(tasks) * (weeks - 8) // sessions * 7
        closes = min(days, opens + dice.choice([8, 10, 14]) * 7)
        closed = {dice.randrange(days) for _ in range(12)}
        joint = dice.random() < 0.33
        joint = joint or len(tasks) == sessions - 1
        for who in (("prime", "backup"),) if joint else (("prime",), ("backup",)):
            name = f"session-{len(tasks)}@{'+'.join(who)}"
            lasting[name] = duration
            tasks.append(
                Task(
                    id=name,
                    duration=duration,
                    allowed=(
                        Allowed(ranges=day_windows(duration, 0, days, set()), tag=Tag("TRN-01", name)),
                        Allowed(ranges=day_windows(duration, 0, days, closed), tag=Tag("TRN-02", name)),
                        Allowed(ranges=((opens * DAY_MIN, closes * DAY_MIN - duration),), tag=Tag("TRN-03", name)),
                    ),
                    occupies=dict.fromkeys(who, 1) | ({facility: 1} if facility else {}),
                    picks=(
                        Pick(
                            name="instructor", candidates=tuple(instructors[subject]), count=1, tag=Tag("TRN-08", name)
                        ),
                    ),
                )
            )
            for person in who:
                attends[person].append(name)
                if facility == "facility-0":
                    demanding[person].append(name)
                before = last_of.get((subject, person))
                if before and dice.random() < 0.4:
                    rules.append(Lag(before=before, after=name, min_gap=0, max_gap=None, tag=Tag("ORD-01", name)))
                last_of[subject, person] = name
    edges = tuple(day * DAY_MIN for day in range(days + 1))
    for person, names in attends.items():
        rules.append(RestBetween(tasks=tuple(names), edges=edges, gap=15 * 60 + 30, tag=Tag("TRN-06", person)))
        rules.append(ActiveBuckets(tasks=tuple(names), edges=edges, window=7, limit=5, tag=Tag("TRN-13", person)))
        weights = {name: lasting[name] for name in names}
        for day in range(days):
            start, end = day * DAY_MIN, (day + 1) * DAY_MIN
            rules.append(Load(weights=weights, start=start, end=end, limit=360, tag=Tag("TRN-04", person)))
        for week in range(weeks):
            start, end = week * 7 * DAY_MIN, (week + 1) * 7 * DAY_MIN
            rules.append(Load(weights=weights, start=start, end=end, limit=week_limit_min, tag=Tag("TRN-05", person)))
        for one in demanding[person]:
            rules.extend(
                Apart(first=one, second=other, gap=24 * 60, both_ways=False, tag=Tag("TRN-07", person))
                for other in demanding[person]
                if one < other
            )
    teaching = [person for group in instructors.values() for person in group]
    rules.extend(NoOverlap(resource=who, tag=Tag("PPL-01", who)) for who in [*attends, *facilities, *teaching])
    weekly = tuple(
        PeakLoad(
            weights={name: lasting[name] for name in names}, start=week * 7 * DAY_MIN, end=(week + 1) * 7 * DAY_MIN
        )
        for names in attends.values()
        for week in range(weeks)
    )
    return Problem(
        name="term",
        first=0,
        last=days * DAY_MIN,
        tasks=tuple(tasks),
        constraints=tuple(rules),
        objectives=(
            Peak(name="heaviest week", unit="min", loads=weekly),
            AwayFromPreferred(
                name="away from last plan", unit="min", preferred={task.id: DAY_MIN * 40 for task in tasks[:40]}
            ),
        ),
    )
