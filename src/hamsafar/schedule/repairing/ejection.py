"""Room made by hand: what has no place takes the cheapest one, and whoever stood there looks for another.

The cheapest is where those in the way cost least: a promise most of all, a first move next, and a little more each time
that somebody has been sent away before, so that no two chase each other for ever (Glover 1996; Nagata and Bräysy 2009).
Only what `slots.py` sees is minded; whether all the rest holds too is for the solver to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from random import Random

from attrs import define

from hamsafar.schedule.repairing.master import Costs
from hamsafar.schedule.repairing.slots import Slot, Slots

STEPS_EACH = 400  # tries for each task that has no place, at first
STEPS_LEAST = 12_000
EFFORT_A_SLOT = 4e-6  # of looking at it, counted so that effort repeats: a unit is about eight seconds here


@define
class Room:
    """What came of making room: new starts of all that moved, where it came to an end, and the effort it took."""

    starts: Mapping[str, int] | None = None
    effort: float = 0.0


def make_room(
    slots: Slots,
    costs: Costs,
    homeless: Iterable[str],
    dice: Random,
    stubborn: int,
    effort: float,
    stop: Callable[[], bool],
) -> Room:
    """Gives these tasks a place, within this effort.

    The more `stubborn` those at home are, the fewer move in the end, and the longer it takes. The slots are changed:
    afterwards everybody stands where they came to be.
    """
    made = Room()
    old, sent = dict(slots.starts), Counter[str]()
    waiting = sorted(homeless)
    dice.shuffle(waiting)
    placed: set[str] = set()
    for name in waiting:
        if name in slots.starts:
            slots.lift(name)
    for _ in range(max(STEPS_LEAST, STEPS_EACH * len(waiting))):
        if not waiting:
            made.starts = {name: slots.starts[name] for name in placed}
            return made
        if made.effort >= effort or stop():
            return made
        name = waiting.pop()
        choice, looked_at = _cheapest(slots, costs, name, old, sent, dice, stubborn)
        made.effort += EFFORT_A_SLOT * looked_at
        if choice is None and slots.needs.tasks[name].optional:
            continue
        if choice is None:
            return made
        slot, start = choice
        for other in sorted(slot.blockers):
            slots.lift(other)
            sent[other] += 1
            waiting.insert(dice.randrange(len(waiting) + 1), other)
        slots.put(name, start)
        placed.add(name)
    return made


def _cheapest(
    slots: Slots, costs: Costs, name: str, old: Mapping[str, int], sent: Counter[str], dice: Random, stubborn: int
) -> tuple[tuple[Slot, int] | None, int]:
    """The slot whose people cost least to send away, the start in it nearest to the old one; and the slots seen."""
    best: tuple[float, int, float] | None = None
    found: tuple[Slot, int] | None = None
    home, looked_at = old.get(name), 0
    for slot in slots.afresh(name):
        looked_at += 1
        start = slot.first if home is None else min(max(home, slot.first), slot.last)
        price = 0.0
        for other in slot.blockers:
            at_home = slots.starts[other] == old.get(other)
            price += (stubborn * costs.moved.get(other, 0) if at_home else 0) + sent[other] + 0.5
        key = (price, 0 if home is None else abs(start - home), dice.random())
        if best is None or key < best:
            best, found = key, (slot, start)
    return found, looked_at
