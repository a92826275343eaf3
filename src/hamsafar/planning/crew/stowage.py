"""Cold stowage that fills: what lies in it, from stowing until it is packed for the way down.

A sample that may not be taken fills nothing then. So where it is open whether there is one, two stand-ins of a minute
are there just when it is taken: one starts with the stowing, one ends with the packing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf

from attrs import frozen

from hamsafar.domain.aboard import Sample
from hamsafar.planning.crew.slots import Draft, Slot, may_be_left_out
from hamsafar.planning.crew.waking import with_mornings
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import AllOrNone, Constraint, Flow, Lag, Reservoir
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Tag, Task

_IN, _OUT = "stowed ", "unstowed "


@frozen(kw_only=True)
class _Kept:
    """One sample of one occurrence: what takes it, what stows it, what packs it; and how much it fills of what."""

    taken: Slot
    sample: Sample
    stowed: Slot
    packed: Slot | None
    resource: str
    amount: int

    @property
    def name(self) -> str:
        """What its stand-ins are called after."""
        return f"{self.sample.sample} of {self.taken.id}"


def stowages_of(draft: Draft) -> Iterator[Task]:
    """The stand-ins of all that may be kept or not."""
    for kept in (kept for own in _too_much(draft).values() for kept in own):
        if may_be_left_out(draft, kept.taken):
            yield Task(id=_IN + kept.name, duration=1, optional=True)
            if kept.packed is not None:
                yield Task(id=_OUT + kept.name, duration=1, optional=True)


@enforces("RES-04")
def cold_stowage(draft: Draft) -> Iterator[Constraint]:
    """What is kept never takes more than there is."""
    capacities = {resource.id: resource.capacity for resource in draft.stay.programme.resources}
    for resource, own in _too_much(draft).items():
        tag = tag_of("RES-04", resource)
        for kept in own:
            yield from _linked(draft, kept, tag)
        yield Reservoir(
            name=f"kept in {resource}",
            level=0,
            lowest=-sum(kept.amount for kept in own),
            highest=capacities[resource],
            flows=tuple(flow for kept in own for flow in _flows(draft, kept)),
            tag=tag,
        )


def _flows(draft: Draft, kept: _Kept) -> Iterator[Flow]:
    stand_in = may_be_left_out(draft, kept.taken)
    yield Flow(task=_IN + kept.name if stand_in else kept.stowed.id, amount=kept.amount, at="start")
    if kept.packed is not None:
        yield Flow(task=_OUT + kept.name if stand_in else kept.packed.id, amount=-kept.amount, at="end")


def _linked(draft: Draft, kept: _Kept, tag: Tag) -> Iterator[Constraint]:
    """The stand-ins are where they should be, just when the sample is taken."""
    if not may_be_left_out(draft, kept.taken):
        return
    stowed = _IN + kept.name
    yield AllOrNone(tasks=(kept.taken.id, stowed), tag=tag)
    yield Lag(before=kept.stowed.id, after=stowed, min_gap=0, max_gap=0, since="start", tag=tag)
    if kept.packed is not None:
        packed = _OUT + kept.name
        yield AllOrNone(tasks=(kept.taken.id, packed), tag=tag)
        yield Lag(before=kept.packed.id, after=packed, min_gap=0, max_gap=0, since="end", until="end", tag=tag)


def _too_much(draft: Draft) -> dict[str, list[_Kept]]:
    """What is kept in each resource that couldn't hold all of it at once."""
    found: dict[str, list[_Kept]] = {}
    for kept in () if "RES-04" in draft.without else _all_kept(draft):
        found.setdefault(kept.resource, []).append(kept)
    room = {resource.id: resource.capacity for resource in draft.stay.programme.resources}
    return {name: own for name, own in found.items() if sum(kept.amount for kept in own) > room.get(name, inf)}


def _all_kept(draft: Draft) -> Iterator[_Kept]:
    by_sample: dict[str, list[Slot]] = {}
    packing: dict[str, Slot] = {}
    for slot in draft.slots:
        for sample in slot.activity.stows:
            by_sample.setdefault(sample, []).append(slot)
        for sample in slot.activity.packs:
            packing.setdefault(sample, slot)
    for slot in draft.slots:
        for one in slot.activity.yields:
            cold = _same(slot, by_sample.get(one.sample, [])) if one.kept_in is not None else None
            if one.kept_in is not None and cold is not None:
                packed = packing.get(one.sample) if one.returns else None
                yield _Kept(
                    taken=slot,
                    sample=one,
                    stowed=cold,
                    packed=packed,
                    resource=one.kept_in.resource,
                    amount=one.kept_in.amount,
                )


def _same(slot: Slot, stowing: list[Slot]) -> Slot | None:
    """What stows it: of the same day, number and person."""
    wanted = _key(slot)
    return next((one for one in stowing if _key(one) == wanted), None)


def _key(slot: Slot) -> tuple[int | None, int, str | None]:
    return slot.occurrence.day, slot.occurrence.n, slot.occurrence.person


def with_stand_ins(problem: Problem, placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """Places of a plan with those of all stand-ins, which no plan tells: of mornings, and of what is kept."""
    found = with_mornings(problem, placed)
    lengths = {task.id: task.duration for task in problem.tasks}
    taken = {one.tasks[1]: one.tasks[0] for one in problem.constraints if isinstance(one, AllOrNone)}
    for one in problem.constraints:
        if not isinstance(one, Lag) or not one.after.startswith((_IN, _OUT)):
            continue
        if one.before in found and taken.get(one.after) in found:
            later = 0 if one.since == "start" else lengths[one.before] - 1
            found[one.after] = Placed(start=found[one.before].start + later)
    return found
