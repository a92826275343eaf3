"""A second simulation of a plan's stay: plain Python, event by event, its own drawing. It shares the figures only.

Everybody and everything that only one can use has a row of what it does, in the order of the plan. Something begins
when it is first in all of its rows, everybody in it is idle, and its time has come; what may not begin after a moment
is crossed off all rows then. Nothing here is of `hamsafar.planning`.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter, defaultdict

from attrs import define, field

from hamsafar.domain.plan import Placement, Plan
from hamsafar.timeline import Instant, local_date

_ALWAYS_AS_LONG = {"sleep", "meal", "exercise", "hygiene", "conference", "medical", "family", "prayer", "free", "link"}
_ALWAYS_AS_LONG |= {"outreach", "photography"}
_BEGIN, _END, _TOO_LATE = 2, 0, 3  # what comes first of what comes at one moment: who ends makes room for who begins


@define(eq=False)
class Task:
    """One placement, in minutes."""

    id: str
    start: float
    end: float
    rows: tuple[str, ...]
    sleeps: bool
    absorbs: bool
    day: int
    ground: float
    bell: tuple[float, float] | None  # mean and deviation of the factor's logarithm
    guests: bool
    latest: float | None
    closes: float | None
    began: float | None = None
    over: float | None = None
    missed: bool = False
    cut: bool = False
    days: dict[str, int] = field(factory=dict)

    @property
    def is_past(self) -> bool:
        """Whether it is over, or crossed off."""
        return self.over is not None or (self.missed and self.began is None)


def bell_of(mean: float, ninth: float) -> tuple[float, float]:
    """By stepping sigma up until nine in ten lie below: the smaller of the two that do."""
    low, high = 0.0, 1.2815515655446004
    for _ in range(60):
        sigma = (low + high) / 2
        reached = mean * math.exp(high_of(sigma)) >= ninth
        low, high = (low, sigma) if reached else (sigma, high)
    return math.log(mean) - high * high / 2, high


def high_of(sigma: float) -> float:
    """How far above the mean, in logarithms, nine in ten of a lognormal lie."""
    return 1.2815515655446004 * sigma - sigma * sigma / 2


def tasks_of(plan: Plan) -> list[Task]:
    """The stay's tasks, in the order of the plan."""
    figures = next(one.params for one in plan.programme.limits if one.rule == "CRW-20")
    margin = next(one.params for one in plan.programme.limits if one.rule == "WIN-01")["margin_sigmas"]
    known = {one.id: one for one in plan.programme.activities}
    single = {one.id for one in plan.programme.resources if one.capacity == 1}
    guest, first = plan.programme.flight.guest, local_date(plan.flight.docking, plan.programme.station.zone)
    times: Counter[str] = Counter()
    found: list[Task] = []
    placed = sorted((one for one in plan.placements if one.stage == "flight"), key=lambda one: (one.start, one.id))
    for one in placed:
        what, start, end = known[one.of], minutes(one.start), minutes(one.end)
        served = guest in one.person_ids
        times[one.of] += served
        own = what.pace
        factors = {} if own is None else {n: getattr(own, n) for n in figures if getattr(own, n, None) is not None}
        ground, bell = end - start, bell_of(figures["experienced_mean"], figures["experienced_p90"])
        if served and (what.kind == "experiment" or factors) and not (own and own.fixed):
            told = figures | factors
            along = min(1.0, (times[one.of] - 1) / (told["learned_at"] - 1))
            mean = told["first_mean"] + along * (told["learned_mean"] - told["first_mean"])
            ninth = told["first_p90"] + along * (told["learned_p90"] - told["first_p90"])
            ground, bell = what.duration_min, bell_of(mean, ninth)
        elif what.kind in _ALWAYS_AS_LONG or (own and own.fixed):
            bell = None
        closes = None
        if what.window is not None:
            closes = max(
                math.floor(minutes(open_.end) - margin * (open_.sigma_s or 0) / 60)
                for windows in plan.windows
                if windows.kind == what.window.kind and what.window.of in (None, windows.of)
                for open_ in windows.spans
                if minutes(open_.start) <= start and end <= minutes(open_.end) - margin * (open_.sigma_s or 0) / 60
            )
        limits = [closes - (end - start)] if closes is not None else []
        limits += [start + figures["promised_wait_min"]] if what.promised else []
        found.append(
            Task(
                id=one.id, start=start, end=end, sleeps=what.kind == "sleep", ground=ground, bell=bell, guests=served,
                absorbs=what.kind == "free",
                rows=(*one.person_ids, *(f"thing {thing}" for thing in one.facilities if thing in single)),
                day=(local_date(one.start, plan.programme.station.zone) - first).days + 1,
                latest=min(limits, default=None), closes=closes,
            )
        )  # fmt: skip
    name_days(found, placed)
    return found


def minutes(moment: Instant) -> float:
    """POSIX minutes."""
    return moment.seconds_since(Instant.utc(2026, 1, 1)) / 60


def name_days(tasks: list[Task], placed: list[Placement]) -> None:
    """Backwards through each row: what comes before a sleep belongs to the day that the sleep's id names."""
    current: dict[str, int] = {}
    for task, one in reversed(list(zip(tasks, placed, strict=True))):
        for person in one.person_ids:
            if task.sleeps:
                current[person] = int(task.id.split("@")[1])
            task.days[person] = current.get(person, task.day)


def lived(tasks: list[Task], chance: random.Random, figures: dict[str, float]) -> dict[str, float]:
    """One stay, event by event. Returns from when each row is free at its end; the tasks know what became of them."""
    sick = chance.random() < figures["sick_share"]
    rows: dict[str, list[Task]] = defaultdict(list)
    events: list[tuple[float, int, int, Task]] = []
    for n, task in enumerate(tasks):
        task.began, task.over, task.missed, task.cut = None, None, False, False
        for row in task.rows:
            rows[row].append(task)
        heapq.heappush(events, (task.start, _BEGIN, n, task))
        if task.latest is not None:
            heapq.heappush(events, (task.latest + 1e-9, _TOO_LATE, n, task))
    order = {id(task): n for n, task in enumerate(tasks)}
    busy: set[str] = set()
    heads: Counter[str] = Counter()
    free: dict[str, float] = {}
    while events:
        now, what, n, task = heapq.heappop(events)
        if what == _BEGIN:
            ready = task.began is None and not task.missed and all(
                row not in busy and rows[row][heads[row]] is task for row in task.rows
            )  # fmt: skip
            if not ready or now < task.start:
                continue
            task.began = now
            busy.update(task.rows)
            heapq.heappush(events, (end_of(task, now, sick, chance, figures), _END, n, task))
            continue
        if what == _TOO_LATE:
            if task.began is not None:
                continue
            task.missed = True
        else:
            task.over = now
            busy.difference_update(task.rows)
            task.missed = task.cut
        for row in task.rows:
            free[row] = max(now, free.get(row, now))
            while heads[row] < len(rows[row]) and rows[row][heads[row]].is_past:
                heads[row] += 1
            if heads[row] < len(rows[row]):
                following = rows[row][heads[row]]
                heapq.heappush(events, (max(now, following.start), _BEGIN, order[id(following)], following))
    return free


def end_of(task: Task, now: float, sick: bool, chance: random.Random, figures: dict[str, float]) -> float:
    """When what begins now ends."""
    if task.sleeps or task.absorbs:
        return max(now, task.end)
    length = task.ground
    if task.bell is not None:
        length *= math.exp(chance.gauss(*task.bell))
        if sick and task.guests and task.day <= figures["sick_days"]:
            length *= figures["sick_factor"]
    if task.closes is not None and now + length > task.closes:
        task.cut = True
        return task.closes
    return now + length
