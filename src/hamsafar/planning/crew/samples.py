"""What is used up, kept and carried: stocks, samples from taking to landing, and the guest's share of mass."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from hamsafar.domain.aboard import Activity, Sample
from hamsafar.planning import ticks
from hamsafar.planning.crew.slots import Draft, Slot, narrowed
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Budget, Constraint, Implies, Lag
from hamsafar.schedule.tasks import Allowed, Tag

_DOWN = "mass:down"  # the solver's resource that the guest's share of the ship down is, in grams


def used_up(activity: Activity) -> dict[str, int]:
    """What an activity uses up for good, each time: of stocks, and of the guest's share of the ship down."""
    found = {_stock(use.resource): use.amount for use in activity.consumes}
    down = sum(sample.mass_g for sample in activity.yields if sample.returns)
    return found | ({_DOWN: down} if down else {})


def _stock(resource: str) -> str:
    return f"stock:{resource}"


@enforces("STO-01")
def stocks(draft: Draft) -> Iterator[Constraint]:
    """All that is used up of a stock is no more than it."""
    asked = {use.resource for slot in draft.slots for use in slot.activity.consumes}
    for resource in draft.stay.programme.resources:
        if resource.stock is not None and resource.id in asked:
            yield Budget(resource=_stock(resource.id), limit=resource.stock, tag=tag_of("STO-01", resource.id))


@enforces("CAR-01")
def mass_down(draft: Draft) -> Iterator[Constraint]:
    """Samples and cargo within the guest's share of the ship down."""
    if any(_DOWN in used_up(slot.activity) for slot in draft.slots):
        left_g = _share_g(draft, "down") - _cargo_g(draft, "down")
        yield Budget(resource=_DOWN, limit=max(0, left_g), tag=tag_of("CAR-01", "down"))


def cargo_too_heavy(draft: Draft) -> Iterator[Tag]:
    """The ways on which the cargo alone is heavier than the guest's share."""
    for way in ("up", "down"):
        share_g, cargo_g = _share_g(draft, way), _cargo_g(draft, way)
        if cargo_g > share_g:
            yield tag_of(
                "CAR-01", way, f"{cargo_g / 1_000:g} kg of cargo, {share_g / 1_000:g} kg are the guest's share"
            )


def _share_g(draft: Draft, way: str) -> int:
    return floor(draft.limit("CAR-01", f"max_{way}_kg") * 1_000)


def _cargo_g(draft: Draft, way: str) -> int:
    return sum(one.mass_g for one in draft.stay.programme.cargo if one.way == way)


@enforces("SMP-01", "SMP-02")
def from_taking_to_packing(draft: Draft) -> Iterator[Constraint]:
    """A sample is stowed soon enough after it was taken, and packed after both; it isn't taken where it can't be."""
    for slot in draft.slots:
        for sample in slot.activity.yields:
            cold = _stowed_by(draft, slot, sample)
            if cold is not None:
                tag = tag_of("SMP-01", sample.sample)
                yield Lag(before=slot.id, after=cold.id, min_gap=0, max_gap=sample.stowed_min, tag=tag)
                yield Implies(task=slot.id, needs=cold.id, tag=tag)
            for packing in _packed_by(draft, sample) if sample.returns else ():
                tag = tag_of("SMP-02", sample.sample)
                yield from (
                    Lag(before=one.id, after=packing.id, min_gap=0, max_gap=None, tag=tag)
                    for one in (slot, cold)
                    if one is not None
                )
                yield Implies(task=slot.id, needs=packing.id, tag=tag)


def _stowed_by(draft: Draft, slot: Slot, sample: Sample) -> Slot | None:
    """Where a sample has to be stowed: by the occurrence of the same day, person and number."""
    if sample.stowed_min is None:
        return None
    mine = slot.occurrence
    stowing = (one for one in draft.slots if sample.sample in one.activity.stows)
    same = (one for one in stowing if (one.occurrence.day, one.occurrence.n) == (mine.day, mine.n))
    return next((one for one in same if one.occurrence.person == mine.person), None)


def _packed_by(draft: Draft, sample: Sample) -> Iterator[Slot]:
    return (one for one in draft.slots if sample.sample in one.activity.packs)


@enforces("SMP-02", "SMP-03")
def kept_to_lives(draft: Draft, slot: Slot) -> Slot:
    """The slot; what packs only before the hatch closes, and what is packed or taken no longer before landing than it
    keeps outside cold stowage."""
    stay = draft.stay
    if slot.id in stay.past.done:
        return slot
    bounds: list[tuple[int, int, Tag]] = []
    landing = ticks.tick_at_or_after(stay.flight.landing.landing)
    if slot.activity.packs:
        close = ticks.tick_at_or_before(stay.flight.hatch_close)
        bounds.append(
            (stay.first, close - slot.duration, tag_of("SMP-02", slot.activity.id, "before the hatch closes"))
        )
    for sample in _out_of_the_cold(draft, slot):
        since = slot.duration if sample.stowed_min is None else 0
        first = landing - (sample.life_min or 0) - since
        bounds.append((max(first, stay.first), stay.last, tag_of("SMP-03", sample.sample)))
    if any(_packed_already(draft, sample) for sample in slot.activity.yields):
        bounds.append((1, 0, tag_of("SMP-02", slot.activity.id, "what it leaves was to be packed already")))
    allowed = (Allowed(ranges=((low, high),) if low <= high else (), tag=tag) for low, high, tag in bounds)
    return narrowed(slot, tuple(one for one in allowed if one.tag.rule not in draft.without))


def _out_of_the_cold(draft: Draft, slot: Slot) -> Iterator[Sample]:
    """The samples whose life outside cold stowage begins with a slot: taken in it, or packed where they lay cold."""
    every = (one for activity in draft.stay.programme.activities for one in activity.yields)
    mortal = [one for one in every if one.returns and one.life_min is not None]
    yield from (one for one in mortal if one.stowed_min is None and one in slot.activity.yields)
    yield from (one for one in mortal if one.stowed_min is not None and one.sample in slot.activity.packs)


def _packed_already(draft: Draft, sample: Sample) -> bool:
    packing = (one.id for one in draft.stay.programme.activities if sample.returns and sample.sample in one.packs)
    return any(f"{id_}#1" in draft.stay.past.done for id_ in packing)
