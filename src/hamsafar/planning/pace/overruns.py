"""How likely each day of a plan overruns, by how much, and what to move to make that less likely."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hamsafar.domain.pace import ActivityPace, Chance, DayPace, Overruns, Relief, TightDay
from hamsafar.domain.plan import Plan
from hamsafar.planning import ticks
from hamsafar.planning.limits import with_every_figure
from hamsafar.planning.pace.helping import help_of
from hamsafar.planning.pace.simulate import Course, Drawn, Flags, Minutes, course, drawn, without
from hamsafar.planning.pace.steps import Bed, StaySteps, Step, steps_of

_LATE_MIN = 1e-6  # what counts as late: more than sums of floating-point minutes leave of nothing
_DECIMALS = 3  # of minutes that are told


def overruns_of(plan: Plan, *, runs: int, seed: int) -> Overruns:
    """A plan's stay simulated so many times; the same seed gives the same answer, and the plan is not changed."""
    from attrs import evolve

    plan = evolve(plan, programme=with_every_figure(plan.programme))
    stay = steps_of(plan)
    figures = {name: plan.programme.limit("CRW-20", name) for name in ("sick_share", "sick_factor", "sick_days")}
    lengths = drawn(stay.steps, runs=runs, seed=seed, **figures)
    base = course(stay.steps, lengths)
    threshold = plan.programme.limit("CRW-20", "overrun_share")
    crew = (*plan.programme.flight.crew_up, *plan.programme.flight.crew_aboard)
    beds = {(bed.person, bed.day): bed for bed in stay.beds}
    days = sorted(
        {(day, person) for step in stay.steps for person, day in zip(step.people, step.days, strict=True)},
        key=lambda one: (one[0], crew.index(one[1]) if one[1] in crew else len(crew), one[1]),
    )
    told = tuple(_day(stay, base, person, day, beds.get((person, day)), runs) for day, person in days)
    return Overruns(
        runs=runs,
        seed=seed,
        threshold=threshold,
        days=told,
        activities=tuple(_activity(step, base, at, runs) for at, step in enumerate(stay.steps)),
        help=help_of(plan, stay, lengths, base),
        tight=tuple(_tight(stay, lengths, base, [one for one in told if one.overrun.share > threshold])),
    )


def _day(stay: StaySteps, base: Course, person: str, day: int, bed: Bed | None, runs: int) -> DayPace:
    late = np.zeros(runs) if bed is None else _late_at(bed, base)
    overrun = _overrun(stay, base, person, day, bed)
    return DayPace(
        day=day,
        person=person,
        ends=None if bed is None else ticks.instant_of(stay.origin + bed.at),
        overrun=Chance.counted(int(np.count_nonzero(overrun)), runs),
        late_mean_min=round(float(late.mean()), _DECIMALS),
        late_p90_min=round(float(np.quantile(late, 0.9)), _DECIMALS),
    )


def _late_at(bed: Bed, base: Course) -> Minutes:
    """Minutes late at bedtime, or at the hatch."""
    if bed.step is not None:
        return base.late[bed.step]
    free = base.free[-1].get(f"person:{bed.person}")
    return np.zeros(1) if free is None else np.maximum(0.0, free - bed.at)


def _overrun(stay: StaySteps, base: Course, person: str, day: int, bed: Bed | None) -> Flags:
    """In which stays a day overruns: bed late, or something of theirs missed."""
    found = [
        base.missed[at]
        for at, step in enumerate(stay.steps)
        if (person, day) in zip(step.people, step.days, strict=True)
    ]
    if bed is not None:
        found.append(_late_at(bed, base) > _LATE_MIN)
    flags: Flags = np.logical_or.reduce(found)
    return flags


def _activity(step: Step, base: Course, at: int, runs: int) -> ActivityPace:
    missed = base.missed[at]
    late = int(np.count_nonzero((base.late[at] > _LATE_MIN) & ~missed))
    lost = int(np.count_nonzero(missed))
    return ActivityPace(
        placement=step.id,
        day=step.day,
        in_full=Chance.counted(runs - late - lost, runs),
        late=Chance.counted(late, runs),
        missed=Chance.counted(lost, runs),
    )


def _tight(stay: StaySteps, lengths: Drawn, base: Course, days: list[DayPace]) -> Iterator[TightDay]:
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
                flags = _overrun(stay, less, one.person, day, beds.get((one.person, day)))
                chance = Chance.counted(int(np.count_nonzero(flags)), lengths.runs)
                if chance.share < one.overrun.share:
                    found.setdefault((one.person, day), []).append(Relief(placement=step.id, without=chance))
    for one in days:
        reliefs = sorted(found.get((one.person, one.day), []), key=lambda each: (each.without.share, each.placement))
        yield TightDay(day=one.day, person=one.person, overrun=one.overrun, reliefs=tuple(reliefs))


def _last(stay: StaySteps, day: int) -> int:
    """The last step that belongs to a day of anybody's, or, where a day ends at the hatch, the last of all."""
    if any(bed.step is None and bed.day == day for bed in stay.beds):
        return len(stay.steps) - 1
    return max(at for at, step in enumerate(stay.steps) if day in step.days)
