"""A plan's stay as steps to be simulated: who and what each holds, how long it takes, and until when it can begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import field, frozen

from hamsafar.domain.aboard import Activity, ActivityKind
from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning import ticks
from hamsafar.planning.crew.opened import answers, clear_minutes
from hamsafar.planning.pace.lengths import Factor, newcomers_factor, paced
from hamsafar.timeline import local_date

# What takes as long as it is given, whoever does it; a photograph, as long as its target is in view. The rest is work,
# which takes as long as it takes.
FIXED_KINDS: tuple[ActivityKind, ...] = (
    "sleep", "meal", "exercise", "hygiene", "conference", "medical", "family", "prayer", "free", "link", "outreach",
    "photography",
)  # fmt: skip


@frozen(kw_only=True)
class Step:
    """One placement aboard. Times are minutes from the first one's start."""

    id: str
    day: int  # flight day on which it begins
    start: int
    end: int
    people: tuple[str, ...]
    things: tuple[str, ...]  # those that only one can use at a time
    is_sleep: bool = False
    absorbs: bool = False  # free time: what comes before it may take of it, and it is over when planned all the same
    base_min: int  # what the factor is of; just as long as that where there is none
    factor: Factor | None = None
    of_guest: bool = False
    latest: float | None = None  # begin; later it is missed
    closes: float | None = None  # where it is cut off
    days: tuple[int, ...] = ()  # of each of the people, the day that it belongs to
    movable: bool = False  # could be elsewhere, or left out


@frozen(kw_only=True)
class Bed:
    """Where one person's day ends: with a sleep, or at the hatch."""

    person: str
    day: int
    at: int
    step: int | None = None  # the sleep's place among the steps; None: the hatch closes behind them


@frozen(kw_only=True)
class StaySteps:
    """All steps of a stay, by start and then id, and where the days end."""

    origin: int  # tick of minute 0
    steps: tuple[Step, ...] = ()
    beds: tuple[Bed, ...] = field(default=())


def steps_of(plan: Plan) -> StaySteps:
    """The stay of a plan; no steps where nothing is placed aboard."""
    known = {activity.id: activity for activity in plan.programme.activities}
    aboard = [one for one in plan.placements if one.stage == "flight" and one.of in known]
    placed = sorted(aboard, key=lambda one: (one.start, one.id))
    if not placed:
        return StaySteps(origin=0)
    origin = ticks.tick_at_or_before(placed[0].start)
    nights = _nights(plan, placed)
    counts: Counter[str] = Counter()
    steps: list[Step] = []
    for one in placed:
        activity = known[one.of]
        if plan.programme.flight.guest in one.person_ids:
            counts[one.of] += 1
        days = tuple(_day(plan, one, nights.get(person, [])) for person in dict.fromkeys(one.person_ids))
        steps.append(_step(plan, activity, one, counts[one.of], origin, days))
    return StaySteps(origin=origin, steps=tuple(steps), beds=tuple(_beds(plan, steps, origin)))


def _step(plan: Plan, activity: Activity, one: Placement, count: int, origin: int, days: tuple[int, ...]) -> Step:
    start, end = (ticks.tick_at_or_before(moment) - origin for moment in (one.start, one.end))
    unary = {thing.id for thing in plan.programme.resources if thing.capacity == 1}
    past = plan.programme.past_until is not None and one.start < plan.programme.past_until
    of_guest = plan.programme.flight.guest in one.person_ids
    base_min, factor = _length(plan, activity, end - start, count if of_guest else None)
    latest, closes = (None, None) if past else _until(plan, activity, one, end - start, origin)
    return Step(
        id=one.id,
        day=_flight_day(plan, one),
        start=start,
        end=end,
        people=tuple(dict.fromkeys(one.person_ids)),
        things=tuple(thing for thing in dict.fromkeys(one.facilities) if thing in unary),
        is_sleep=activity.kind == "sleep",
        absorbs=activity.kind == "free" and not past,
        base_min=end - start if past else base_min,
        factor=None if past else factor,
        of_guest=of_guest,
        latest=latest,
        closes=closes,
        days=days,
        movable=not past and _is_movable(activity),
    )


def _length(plan: Plan, activity: Activity, planned_min: int, count: int | None) -> tuple[int, Factor | None]:
    """What it takes: a newcomer's factor of the ground figure, an experienced one of what is planned, or just that."""
    pace = activity.pace
    if (pace is not None and pace.fixed) or (activity.kind in FIXED_KINDS and not paced(activity)):
        return planned_min, None
    if count is not None and paced(activity):
        return activity.duration_min, newcomers_factor(plan.programme, activity, count)
    mean, p90 = (plan.programme.limit("CRW-20", f"experienced_{what}") for what in ("mean", "p90"))
    return planned_min, Factor.of(mean, p90)


def _until(
    plan: Plan, activity: Activity, one: Placement, planned_min: int, origin: int
) -> tuple[float | None, float | None]:
    """Until when it can begin, and where its window cuts it off; None where nothing says so."""
    start = ticks.tick_at_or_before(one.start) - origin
    latest: float | None = None
    closes: float | None = None
    if activity.promised:
        latest = start + plan.programme.limit("CRW-20", "promised_wait_min")
    if activity.window is not None:
        margin = plan.programme.limit("WIN-01", "margin_sigmas")
        ends = [
            end - origin
            for windows in plan.windows
            if answers(windows, activity.window)
            for span in windows.spans
            for first, end in clear_minutes(span, margin)
            if first - origin <= start and start + planned_min <= end - origin
        ]
        closes = max(ends, default=start + planned_min)
        fits = closes - planned_min
        latest = fits if latest is None else min(latest, fits)
    return latest, closes


def _is_movable(activity: Activity) -> bool:
    """Of the guest's programme, nobody outside waits for it, and it may be left out or has more than one day."""
    if not activity.guest_programme or activity.promised:
        return False
    return activity.optional or activity.times > 1 or activity.repeat != "once" or len(activity.flight_days) != 1


def _flight_day(plan: Plan, one: Placement) -> int:
    zone_name = plan.programme.station.zone
    return (local_date(one.start, zone_name) - local_date(plan.flight.docking, zone_name)).days + 1


def _nights(plan: Plan, placed: list[Placement]) -> dict[str, list[tuple[Placement, int]]]:
    """Each person's sleeps in time, each with the flight day that it ends."""
    found: dict[str, list[tuple[Placement, int]]] = {}
    for one in placed:
        if one.kind == "sleep":
            for person in one.person_ids:
                found.setdefault(person, []).append((one, _evening(plan, one)))
    return found


def _evening(plan: Plan, one: Placement) -> int:
    """The flight day that a sleep's id names; where it names none, the one on which it begins."""
    named = one.id.rpartition("#")[0].split("@")[1:2]
    return int(named[0]) if named and named[0].isdecimal() and named[0].isascii() else _flight_day(plan, one)


def _day(plan: Plan, one: Placement, nights: list[tuple[Placement, int]]) -> int:
    """The day that something belongs to for somebody: that of their next sleep; after the last, its own date."""
    coming = next((day for night, day in nights if night.start >= one.start), None)
    return _flight_day(plan, one) if coming is None else coming


def _beds(plan: Plan, steps: list[Step], origin: int) -> Iterator[Bed]:
    for at, step in enumerate(steps):
        if step.is_sleep:
            for person, day in zip(step.people, step.days, strict=True):
                yield Bed(person=person, day=day, at=step.start, step=at)
    close = ticks.tick_at_or_before(plan.flight.hatch_close) - origin
    for person in plan.programme.flight.crew_down:
        own = [day for step in steps for one, day in zip(step.people, step.days, strict=True) if one == person]
        if own:
            yield Bed(person=person, day=max(own), at=close)
