"""Many stays at once: every step of a plan begins when it can, one array of all stays for each who and what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from hamsafar.planning.pace.steps import Step

Minutes = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAME_MIN = 1e-9  # what adding up leaves of nothing


@frozen(kw_only=True)
class Drawn:
    """How long each step takes in each stay; a bare number where it takes as long as planned in all of them."""

    runs: int
    lengths: tuple[Minutes | float, ...]


@define(kw_only=True)
class Course:
    """What became of every step in every stay."""

    late: list[Minutes]  # minutes of its end after the planned one; of a sleep, of its beginning
    missed: list[Flags]
    begun: list[Flags]  # when planned, or so little later that it is no matter
    free: list[Mapping[str, Minutes]]  # before each step: from when everybody and everything is free


def drawn(
    steps: Iterable[Step], *, runs: int, seed: int, sick_share: float, sick_factor: float, sick_days: float
) -> Drawn:
    """Lengths by a seed: whether the newcomer is sick, once for a stay; then each step's factor, in their order."""
    random = np.random.default_rng(seed)
    slow = np.where(random.random(runs) < sick_share, sick_factor, 1.0)
    lengths: list[Minutes | float] = []
    for step in steps:
        if step.factor is None:
            lengths.append(float(step.base_min))
            continue
        length = step.base_min * np.exp(step.factor.mu + step.factor.sigma * random.standard_normal(runs))
        lengths.append(length * slow if step.of_guest and step.day <= sick_days else length)
    return Drawn(runs=runs, lengths=tuple(lengths))


def course(steps: tuple[Step, ...], lengths: Drawn, late_min: float, gone: frozenset[int] = frozenset()) -> Course:
    """Every step in every stay, in the order of the plan: nobody overtakes. No more than `late_min` is on time.

    Steps that are `gone`, by their places, are not done; nothing of them is late or missed.
    """
    never, none = np.full(lengths.runs, -np.inf), np.zeros(lengths.runs, dtype=bool)
    free: dict[str, Minutes] = {}
    found = Course(late=[], missed=[], begun=[], free=[])
    for at, (step, length) in enumerate(zip(steps, lengths.lengths, strict=True)):
        found.free.append(dict(free))
        if at in gone:
            found.late.append(np.zeros(lengths.runs))
            found.missed.append(none)
            found.begun.append(none)
            continue
        before = {key: free.get(key, never) for key in keys(step)}
        late, missed, after = _taken(step, length, before)
        found.late.append(late)
        found.missed.append(none if missed is None else missed)
        found.begun.append(_begun(step, before, late_min))
        free |= after
    found.free.append(dict(free))
    return found


def _begun(step: Step, before: Mapping[str, Minutes], late_min: float) -> Flags:
    """In which stays it begins no more than so late; never where it would be too late for it to begin at all."""
    until = step.start + late_min if step.latest is None else min(step.start + late_min, step.latest)
    flags: Flags = np.maximum.reduce(list(before.values())) <= until + SAME_MIN
    return flags


def keys(step: Step) -> tuple[str, ...]:
    """Whom and what a step holds, people apart from things."""
    return (*(f"person:{one}" for one in step.people), *(f"thing:{one}" for one in step.things))


def _taken(
    step: Step, length: Minutes | float, free: Mapping[str, Minutes]
) -> tuple[Minutes, Flags | None, Mapping[str, Minutes]]:
    """(minutes late, missed, from when all that it holds is free) of one step."""
    ready = np.maximum.reduce(list(free.values()))
    begin = np.maximum(ready, float(step.start))
    if step.is_sleep:  # they are woken when the plan says
        woken = np.maximum(begin, float(step.end))
        return begin - step.start, None, {key: woken for key in free}  # noqa: C420  # typed, unlike fromkeys
    end = np.maximum(begin, float(step.end)) if step.absorbs else begin + length
    missed: Flags | None = None
    if step.closes is not None:
        missed = end > step.closes + SAME_MIN
        end = np.minimum(end, step.closes)
    if step.latest is None:
        return end - step.end, missed, {key: end for key in free}  # noqa: C420  # typed, unlike fromkeys
    begun = begin <= step.latest + SAME_MIN
    missed = ~begun if missed is None else missed | ~begun
    waited = float(step.latest)  # whoever is there waits for the others until it is too late
    return (
        end - step.end,
        missed,
        {key: np.where(begun, end, np.maximum(before, waited)) for key, before in free.items()},
    )


def without(
    steps: tuple[Step, ...], lengths: Drawn, base: Course, gone: int, last: int, others: frozenset[int] = frozenset()
) -> Course:
    """The same stays without one step, up to another; only what that changes is done again, the rest is shared.

    `others` are gone from `base` already.
    """
    late, missed = list(base.late), list(base.missed)
    never = np.full(lengths.runs, -np.inf)
    missed[gone], late[gone] = np.zeros(lengths.runs, dtype=bool), np.zeros(lengths.runs)
    changed = {key: base.free[gone].get(key, never) for key in keys(steps[gone])}
    for at in range(gone + 1, last + 1):
        held = keys(steps[at])
        if at in others or changed.keys().isdisjoint(held):
            continue
        before = {key: changed.get(key, base.free[at].get(key, never)) for key in held}
        late[at], now, after = _taken(steps[at], lengths.lengths[at], before)
        missed[at] = missed[at] if now is None else now
        for key, free in after.items():
            if np.array_equal(free, base.free[at + 1][key]):
                changed.pop(key, None)
            else:
                changed[key] = free
    ends = {**base.free[last + 1], **changed}
    return Course(late=late, missed=missed, begun=base.begun[:0], free=[ends])
