"""What is done on waking, and what is done fasting.

Which sleep something on waking follows is open until the sleeps are placed. So each morning that it could be on has
a stand-in: one minute that starts with it, soon enough after that sleep. Just one of its stand-ins is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_was
from hamsafar.planning.crew.people import person_resource
from hamsafar.planning.crew.slots import Draft, Slot, narrowed, near
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Apart, Choose, Constraint, Lag
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

_STAND_IN, _AFTER = "waking ", " after "


@enforces("CRW-17")
def kept_to_mornings(draft: Draft, slot: Slot) -> Slot:
    """The slot; what is done on waking only where a sleep of its people may just have ended."""
    within = slot.activity.on_waking_min
    if within is None or "CRW-17" in draft.without or slot.id in draft.stay.past.done:
        return slot
    for person in slot.subjects:
        mornings = [(first + length, last + length + within) for first, last, length in _ends(draft, person)]
        tag = tag_of("CRW-17", slot.activity.id, f"within {within} min of a sleep of {person}")
        slot = narrowed(slot, (Allowed(ranges=ticks.joined(mornings), tag=tag),))
    return slot


def _ends(draft: Draft, person: str) -> Iterator[tuple[int, int, int]]:
    """The first and the last start of each sleep, and its length."""
    for sleep in draft.sleeps.get(person, ()):
        done = draft.stay.past.done.get(sleep.occurrence.id)
        first, end = (0, sleep.occurrence.duration_min) if done is None else as_it_was(done)
        low, high = sleep.reach if sleep.sound and not draft.whole else (draft.stay.first, draft.stay.last)
        yield (low, high, end - first) if done is None else (first, first, end - first)


def mornings_of(draft: Draft) -> Iterator[Task]:
    """The stand-ins of all that is done on waking."""
    for slot in _to_come(draft):
        for person in slot.subjects:
            yield from (Task(id=_name(slot, sleep), duration=1, optional=True) for sleep in _sleeps(draft, person))


@enforces("CRW-17")
def on_waking(draft: Draft) -> Iterator[Constraint]:
    """It follows one of its person's sleeps soon enough, and nothing of theirs but hygiene comes between."""
    for slot in _to_come(draft):
        for person in slot.subjects:
            yield from _after_a_sleep(draft, slot, person)
            yield from _before_all_else(draft, slot, person)


def _after_a_sleep(draft: Draft, slot: Slot, person: str) -> Iterator[Constraint]:
    tag, within = _tag(slot), slot.activity.on_waking_min
    names: list[str] = []
    for sleep in _sleeps(draft, person):
        name = _name(slot, sleep)
        names.append(name)
        yield Lag(before=sleep.id, after=name, min_gap=0, max_gap=within, tag=tag)
        yield Lag(before=name, after=slot.id, min_gap=0, max_gap=0, since="start", tag=tag)
    if names:
        yield Choose(tasks=tuple(names), least=1, most=1, tag=tag)


def _before_all_else(draft: Draft, slot: Slot, person: str) -> Iterator[Constraint]:
    """Nothing ends so shortly before it; what was done before the sleep did, as no sleep is as short as that."""
    within = slot.activity.on_waking_min or 0
    for other in draft.slots:
        activity = other.activity
        if activity.kind in ("sleep", "hygiene") or activity.on_waking_min is not None:
            continue
        if person in other.service.possible and near(draft, other, slot, within, 0):
            sure = person in other.service.sure
            yield Apart(
                first=other.id,
                second=slot.id,
                gap=within,
                both_ways=False,
                tag=_tag(slot),
                picked=None if sure else person_resource(person),
            )


@enforces("CRW-18")
def nothing_eaten_before(draft: Draft) -> Iterator[Constraint]:
    """No meal of its person ends so shortly before it."""
    fasting = [slot for slot in draft.slots if slot.activity.fasting_min]
    for slot in fasting:
        gap, tag = slot.activity.fasting_min, tag_of("CRW-18", slot.activity.id)
        for person in slot.subjects:
            for meal in draft.of_kind("meal"):
                if person in meal.service.possible and near(draft, meal, slot, gap, 0):
                    picked = None if person in meal.service.sure else person_resource(person)
                    yield Apart(first=meal.id, second=slot.id, gap=gap, both_ways=False, tag=tag, picked=picked)


def with_mornings(problem: Problem, placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """Places of a plan with those of the stand-ins, which no plan tells: after the last sleep that is over by then."""
    found = dict(placed)
    for slot, sleeps in _asked(problem).items():
        lengths = {task.id: task.duration for task in problem.tasks if task.id in sleeps}
        if slot in placed:
            start = placed[slot].start
            over = [one for one in sleeps if one in placed and placed[one].start + lengths[one] <= start]
            if over:
                last = max(over, key=lambda one: placed[one].start)
                found[f"{_STAND_IN}{slot}{_AFTER}{last}"] = Placed(start=start)
    return found


def _asked(problem: Problem) -> dict[str, list[str]]:
    """What is done on waking, and the sleeps it may follow."""
    found: dict[str, list[str]] = {}
    for task in problem.tasks:
        if task.id.startswith(_STAND_IN):
            slot, _, sleep = task.id.removeprefix(_STAND_IN).partition(_AFTER)
            found.setdefault(slot, []).append(sleep)
    return found


def _to_come(draft: Draft) -> Iterable[Slot]:
    done = draft.stay.past.done
    if "CRW-17" in draft.without:
        return []
    return [slot for slot in draft.slots if slot.activity.on_waking_min is not None and slot.id not in done]


def _sleeps(draft: Draft, person: str) -> Iterator[Slot]:
    for sleep in draft.of_kind("sleep"):
        if sleep.occurrence.person == person:
            yield sleep


def _name(slot: Slot, sleep: Slot) -> str:
    return f"{_STAND_IN}{slot.id}{_AFTER}{sleep.id}"


def _tag(slot: Slot) -> Tag:
    return tag_of("CRW-17", slot.activity.id)
