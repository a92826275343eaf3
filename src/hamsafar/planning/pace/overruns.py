"""How likely each day of a plan overruns, by how much, and what to move to make that less likely."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hamsafar.domain.pace import ActivityPace, Chance, DayPace, Enough, Overruns, Relief, TightDay
from hamsafar.domain.plan import Plan
from hamsafar.planning import ticks
from hamsafar.planning.limits import with_every_figure
from hamsafar.planning.pace.helping import help_of
from hamsafar.planning.pace.simulate import Course, Drawn, Flags, Minutes, course, drawn, without
from hamsafar.planning.pace.steps import Bed, StaySteps, Step, steps_of

WORTH_SAYING = 0.01  # of stays: what lowers a chance by less is no advice
_SAME_MIN = 1e-6  # more than sums of floating-point minutes leave of nothing
_DECIMALS = 3  # of minutes that are told


def overruns_of(plan: Plan, *, runs: int, seed: int, until: float | None = None) -> Overruns:
    """A plan's stay simulated so many times; the same seed gives the same answer, and the plan is not changed.

    `until`: for the guest's days that overrun in a greater share, what all would have to be elsewhere for that.
    """
    from attrs import evolve

    plan = evolve(plan, programme=with_every_figure(plan.programme))
    stay = steps_of(plan)
    figures = {name: plan.programme.limit("CRW-20", name) for name in ("sick_share", "sick_factor", "sick_days")}
    lengths = drawn(stay.steps, runs=runs, seed=seed, **figures)
    threshold, late_min = (plan.programme.limit("CRW-20", name) for name in ("overrun_share", "late_min"))
    base = course(stay.steps, lengths, late_min)
    crew = (*plan.programme.flight.crew_up, *plan.programme.flight.crew_aboard)
    beds = {(bed.person, bed.day): bed for bed in stay.beds}
    days = sorted(
        {(day, person) for step in stay.steps for person, day in zip(step.people, step.days, strict=True)},
        key=lambda one: (one[0], crew.index(one[1]) if one[1] in crew else len(crew), one[1]),
    )
    told = tuple(_day(stay, base, person, day, beds.get((person, day)), late_min) for day, person in days)
    high = [one for one in told if one.person == plan.programme.flight.guest and one.overrun.share > (until or 0.0)]
    return Overruns(
        runs=runs,
        seed=seed,
        threshold=threshold,
        late_min=late_min,
        days=told,
        activities=tuple(_activity(step, base, at, late_min) for at, step in enumerate(stay.steps)),
        tight=tuple(_tight(stay, lengths, base, [one for one in told if one.overrun.share > threshold], late_min)),
        until=until,
        enough=() if until is None else tuple(_enough(stay, lengths, base, one, until, late_min) for one in high),
        help=help_of(plan, stay, lengths, base),
    )


def _day(stay: StaySteps, base: Course, person: str, day: int, bed: Bed | None, late_min: float) -> DayPace:
    missed = _missed(stay, base, person, day)
    late = np.zeros(len(missed)) if bed is None else np.broadcast_to(_late_at(bed, base), len(missed))
    is_late = np.zeros(len(missed), dtype=bool) if bed is None else _is_late(late, late_min, at_hatch=bed.step is None)
    return DayPace(
        day=day,
        person=person,
        ends=None if bed is None else ticks.instant_of(stay.origin + bed.at),
        overrun=_chance(missed | is_late),
        late=_chance(is_late),
        missed=_chance(missed),
        late_mean_min=round(float(late.mean()), _DECIMALS),
        late_p90_min=round(float(np.quantile(late, 0.9)), _DECIMALS),
    )


def _late_at(bed: Bed, base: Course) -> Minutes:
    """Minutes late at bedtime, or at the hatch."""
    if bed.step is not None:
        return base.late[bed.step]
    free = base.free[-1].get(f"person:{bed.person}")
    return np.zeros(1) if free is None else np.maximum(0.0, free - bed.at)


def _is_late(late: Minutes, late_min: float, *, at_hatch: bool = False) -> Flags:
    """By more than what counts as planned; a hatch closes when it closes."""
    flags: Flags = late > (0.0 if at_hatch else late_min) + _SAME_MIN
    return flags


def _missed(stay: StaySteps, base: Course, person: str, day: int) -> Flags:
    """In which stays something of theirs that day is missed."""
    flags: Flags = np.logical_or.reduce(
        [
            base.missed[at]
            for at, step in enumerate(stay.steps)
            if (person, day) in zip(step.people, step.days, strict=True)
        ]
    )
    return flags


def _overrun(stay: StaySteps, base: Course, person: str, day: int, bed: Bed | None, late_min: float) -> Flags:
    """In which stays a day overruns: late to bed, or something of theirs missed."""
    missed = _missed(stay, base, person, day)
    return missed if bed is None else missed | _is_late(_late_at(bed, base), late_min, at_hatch=bed.step is None)


def _chance(flags: Flags) -> Chance:
    return Chance.counted(int(np.count_nonzero(flags)), len(flags))


def _activity(step: Step, base: Course, at: int, late_min: float) -> ActivityPace:
    missed, late = base.missed[at], _is_late(base.late[at], late_min)
    return ActivityPace(
        placement=step.id,
        day=step.day,
        begun=_chance(base.begun[at]),
        in_full=_chance(~missed & ~late),
        late=_chance(~missed & late),
        missed=_chance(missed),
    )


def _tight(stay: StaySteps, lengths: Drawn, base: Course, days: list[DayPace], late_min: float) -> Iterator[TightDay]:
    """The days asked for, each with what makes it less likely, on the same random numbers."""
    beds = {(bed.person, bed.day): bed for bed in stay.beds}
    found: dict[tuple[str, int], list[Relief]] = {}
    for day in dict.fromkeys(one.day for one in days):
        people = [one for one in days if one.day == day]
        for at, step in enumerate(stay.steps):
            if not (step.movable and day in step.days):
                continue
            less = without(stay.steps, lengths, base, at, _last(stay, day))
            for one in people:
                flags = _overrun(stay, less, one.person, day, beds.get((one.person, day)), late_min)
                chance = _chance(flags)
                if one.overrun.share - chance.share >= WORTH_SAYING:
                    found.setdefault((one.person, day), []).append(Relief(placement=step.id, without=chance))
    for one in days:
        reliefs = sorted(found.get((one.person, one.day), []), key=lambda each: (each.without.share, each.placement))
        yield TightDay(day=one.day, person=one.person, overrun=one.overrun, reliefs=tuple(reliefs))


def _enough(stay: StaySteps, lengths: Drawn, base: Course, one: DayPace, until: float, late_min: float) -> Enough:
    """One after another what lowers it most, until it is low enough or nothing does."""
    bed = next((bed for bed in stay.beds if (bed.person, bed.day) == (one.person, one.day)), None)
    left = [at for at, step in enumerate(stay.steps) if step.movable and one.day in step.days]
    last, gone, found, least = _last(stay, one.day), frozenset[int](), list[Relief](), one.overrun.share
    while least > until:
        tried = []
        for at in left:
            less = without(stay.steps, lengths, base, at, last, gone)
            tried.append((_chance(_overrun(stay, less, one.person, one.day, bed, late_min)), stay.steps[at].id, at))
        best = min(tried, key=lambda each: (each[0].share, each[1]), default=None)
        if best is None or least - best[0].share < WORTH_SAYING:
            break
        found.append(Relief(placement=best[1], without=best[0]))
        least, gone = best[0].share, gone | {best[2]}
        left.remove(best[2])
        base = course(stay.steps, lengths, late_min, gone)
    return Enough(day=one.day, person=one.person, overrun=one.overrun, reliefs=tuple(found))


def _last(stay: StaySteps, day: int) -> int:
    """The last step that belongs to a day of anybody's, or, where a day ends at the hatch, the last of all."""
    if any(bed.step is None and bed.day == day for bed in stay.beds):
        return len(stay.steps) - 1
    return max(at for at, step in enumerate(stay.steps) if day in step.days)
