"""Second opinion on what is used up, kept and carried: stocks, samples from taking to landing, masses."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.aboard import Sample
from hamsafar.verify.case import Case, Slot, at_length, minutes_between
from hamsafar.verify.registry import Breach, Gap, Said, checks


@checks("STO-01")
def stocks(case: Case) -> Said:
    """Every stock used up in the order of time: each use finds as much as it takes."""
    left = {each.id: each.stock for each in case.programme.resources}
    for slot, activity in case.flown:
        for use in activity.consumes:
            there = left.get(use.resource)
            if there is None:
                yield Gap(f"{slot.id} uses up {use.resource!r}, of which there is no stock.", (slot.id, use.resource))
                continue
            left[use.resource] = there - use.amount
            if there < use.amount:
                sentence = f"{slot.id} uses up {use.amount} of {use.resource}, of which {max(0, there)} are left."
                by = use.amount - max(0, there)
                yield Breach(sentence, (slot.id, use.resource), by, "units")


def _taken(case: Case) -> Iterator[tuple[Slot, Sample]]:
    for slot, activity in case.flown:
        for sample in activity.yields:
            yield slot, sample


def _stowing(case: Case, slot: Slot, sample: Sample) -> Slot | None:
    """The placement that stows what another one leaves: of the same day, person and number."""
    for other, activity in case.flown:
        same = (other.day, other.person, other.number) == (slot.day, slot.person, slot.number)
        if sample.sample in activity.stows and same:
            return other
    return None


def _packing(case: Case, sample: Sample) -> list[Slot]:
    return [slot for slot, one in case.flown if one.kind == "descent" and sample.sample in one.packs]


@checks("SMP-01")
def stowed(case: Case) -> Said:
    """From the end of taking to the start of stowing, for what needs cold stowage."""
    for slot, sample in _taken(case):
        if sample.stowed_min is None:
            continue
        cold = _stowing(case, slot, sample)
        if cold is None:
            yield Breach(f"{sample.sample} of {slot.id} is never stowed.", (slot.id, sample.sample))
            continue
        gap = cold.start_min - slot.end_min
        if gap < 0:
            sentence = f"{cold.id} stows {sample.sample} {at_length(-gap)} before {slot.id} is over."
            yield Breach(sentence, (slot.id, cold.id, sample.sample), -gap, "min")
        elif gap > sample.stowed_min:
            over = gap - sample.stowed_min
            sentence = f"{sample.sample} is stowed {at_length(gap)} after {slot.id}, {at_length(over)} too late."
            yield Breach(sentence, (slot.id, cold.id, sample.sample), over, "min")


@checks("SMP-02")
def packed(case: Case) -> Said:
    """What returns is packed once it was taken and stowed, and before the hatch closes."""
    for slot, sample in _taken(case):
        if not sample.returns:
            continue
        packing = _packing(case, sample)
        if not packing:
            yield Breach(f"{sample.sample} of {slot.id} returns and is never packed.", (slot.id, sample.sample))
            continue
        last = max(packing, key=lambda one: one.start)
        cold = _stowing(case, slot, sample) if sample.stowed_min is not None else None
        for before in (slot, cold):
            early = before.end_min - last.start_min if before is not None else 0
            if before is not None and early > 0:
                sentence = f"{last.id} packs {sample.sample} {at_length(early)} before {before.id} is over."
                yield Breach(sentence, (before.id, last.id, sample.sample), early, "min")
        late = minutes_between(case.flight.hatch_close, last.end)
        if late > 0:
            sentence = f"{last.id} packs {sample.sample} until {at_length(late)} after the hatch has closed."
            yield Breach(sentence, (slot.id, last.id, sample.sample), late, "min")


@checks("SMP-03")
def alive_at_landing(case: Case) -> Said:
    """From taking, or where it lay in the cold from packing, to landing: no longer than it keeps."""
    landing = case.flight.landing.landing
    for slot, sample in _taken(case):
        if not sample.returns or sample.life_min is None:
            continue
        if sample.stowed_min is None:
            yield from _kept(sample, slot.id, minutes_between(slot.end, landing), slot.id)
    every = [sample for activity in case.programme.activities for sample in activity.yields]
    for sample in every:
        if sample.returns and sample.life_min is not None and sample.stowed_min is not None:
            for packing in _packing(case, sample):
                yield from _kept(sample, packing.id, minutes_between(packing.start, landing), packing.id)


def _kept(sample: Sample, where: str, minutes: float, since: str) -> Said:
    over = minutes - (sample.life_min or 0)
    if over > 0:
        sentence = f"{sample.sample} lands {at_length(minutes)} after {since}, {at_length(over)} longer than it keeps."
        yield Breach(sentence, (where, sample.sample), over, "min")


@checks("CAR-01")
def guests_share(case: Case) -> Said:
    """Grams up and down: cargo either way, and what of the samples taken returns."""
    for way in ("up", "down"):
        parts = {each.id: each.mass_g for each in case.programme.cargo if each.way == way}
        if way == "down":
            for slot, sample in _taken(case):
                if sample.returns:
                    parts[f"{sample.sample} of {slot.id}"] = sample.mass_g
        share_g = case.param("CAR-01", f"max_{way}_kg") * 1_000
        total_g = sum(parts.values())
        over = total_g - share_g
        if over > 1e-6:  # a share is a decimal of kilograms
            sentence = f"{total_g / 1_000:g} kg go {way} for the guest, whose share is {share_g / 1_000:g} kg."
            yield Breach(sentence, (way, *parts), over / 1_000, "kg")
