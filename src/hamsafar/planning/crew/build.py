"""From a programme, a flight, its windows and the certificates held, to the scheduling problem of the days aboard."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from hamsafar.domain.plan import Flight, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.planning.crew.draft import draft_of
from hamsafar.planning.crew.hint import first_schedule
from hamsafar.planning.crew.people import person_resource
from hamsafar.planning.crew.rules import constraints_of, thing_resource
from hamsafar.planning.crew.samples import used_up
from hamsafar.planning.crew.slots import Draft, Slot, may_be_left_out
from hamsafar.planning.crew.stowage import stowages_of
from hamsafar.planning.crew.waking import mornings_of
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.certificates import Held
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, Objective
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

_BY_THE_CLOCK = ("link", "outreach", "conference")  # kinds for which somebody on the ground is awake


def crew_problem(
    programme: Programme,
    flight: Flight,
    windows: tuple[WindowList, ...],
    held: tuple[Held, ...],
    *,
    without: frozenset[str] = frozenset(),
    hinted: bool = True,
    whole: bool = False,
) -> Problem:
    """The days aboard as a problem, in UTC minutes; `without` are rules left out, to show what each is good for.

    `hinted`: with a first schedule to try, which takes longer to make than the problem. `whole`: also with every
    constraint that holds only because other rules keep things apart. The schedules are the same; but where one of those
    rules gives way, only the whole problem knows what still holds.

    Objectives, in order: minutes of sleeps away from the sleep plan; the value of what is left undone; minutes of
    everything else away from preferred starts.
    """
    draft = draft_of(programme, flight, windows, held, without, whole=whole)
    problem = Problem(
        name=f"{programme.id} aboard",
        first=draft.stay.first,
        last=draft.stay.last,
        tick="min",
        tasks=(
            *(_task(draft, slot) for slot in draft.slots),
            *mornings_of(draft),
            *stowages_of(draft),
            *_missing(draft),
        ),
        constraints=tuple(constraints_of(draft)),
        objectives=_objectives(draft),
    )
    return evolve(problem, hint=first_schedule(problem)) if hinted else problem


def _objectives(draft: Draft) -> tuple[Objective, ...]:
    """Sleep near its plan comes first: nothing optional is worth a bedtime moved by hours."""
    sleeps = {slot.id: slot.sleep.best for slot in draft.slots if slot.sleep is not None}
    wanted_starts = ((slot.id, preferred_start(draft, slot)) for slot in draft.slots if slot.sleep is None)
    others = {name: tick for name, tick in wanted_starts if tick is not None}
    wanted: list[Objective] = []
    if sleeps:
        wanted.append(AwayFromPreferred(name="bedtimes away from the sleep plan", unit="min", preferred=sleeps))
    wanted.append(LostValue(name="left undone"))
    if others:
        wanted.append(AwayFromPreferred(name="away from preferred times", unit="min", preferred=others))
    return tuple(wanted)


@enforces("CMP-01")
def _task(draft: Draft, slot: Slot) -> Task:
    """The task of an occurrence: mandatory unless its activity is optional.

    Something optional is worth at least a point, so that it isn't left out for nothing.
    """
    optional = may_be_left_out(draft, slot)
    fixed = {person_resource(person): 1 for person in slot.service.fixed}
    things = {thing_resource(use.resource): use.amount for use in slot.activity.uses}
    return Task(
        id=slot.id,
        duration=slot.duration,
        allowed=slot.allowed,
        occupies=fixed | things,
        consumes=used_up(slot.activity),
        picks=() if "CRW-15" in draft.without else slot.service.picks(slot.activity.id),
        optional=optional,
        value=max(1, slot.activity.value) if optional else 0,
        required=None if optional else _wanted(draft, slot),
    )


def _wanted(draft: Draft, slot: Slot) -> Tag:
    """Why it is there: what must be done anyway is so for its own sake, pinned or not, unless it has happened."""
    optional = slot.activity.optional or "CMP-01" in draft.without
    if slot.must is not None and (optional or slot.must.rule in ("PST-01", "HST-01")):
        return slot.must
    return tag_of("CMP-01", slot.id)


def _missing(draft: Draft) -> Iterator[Task]:
    """A task that fits nowhere for everything that a rule asks and the programme has no activity for."""
    for tag in draft.missing:
        id_ = f"missing {tag.rule} {tag.place}"
        yield Task(id=id_, duration=1, allowed=(Allowed(ranges=(), tag=tag),), required=tag)


def preferred_start(draft: Draft, slot: Slot) -> int | None:
    """When an occurrence would best start: its activity's preferred time of its one day, as near as its starts let it.

    It moves with the sleep of whoever is in it, the latest of them: breakfast after a night that was to begin two hours
    later is two hours later; but not where the ground waits. What can't be avoided is nobody's wish, so the first or
    the last start stands for all beyond it.
    """
    days, clock = slot.occurrence.days, slot.activity.prefer
    if clock is None or len(days) != 1 or days[0] not in draft.stay.days or not slot.starts:
        return None
    first, last = draft.stay.starts_on(days[0], slot.activity.starts_between)
    tonight, tomorrow = draft.stay.label(days[0], clock), draft.stay.label(days[0] + 1, clock)
    wanted = tomorrow if not first <= tonight <= last and first <= tomorrow <= last else tonight
    if slot.activity.kind not in _BY_THE_CLOCK:
        wanted += max((draft.later_night.get((person, days[0]), 0) for person in slot.service.sure), default=0)
    return min(max(wanted, slot.starts[0][0]), slot.starts[-1][1])
