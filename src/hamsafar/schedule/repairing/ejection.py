"""Room made by hand: what has no place takes the cheapest one, and whoever stood there looks for another.

The cheapest is where those in the way cost least: a promise most of all, a first move next, and a little more each time
that somebody has been sent away before, so that no two chase each other for ever (Glover 1996; Nagata and Bräysy 2009).
Only what `slots.py` sees is minded; whether all the rest holds too is for the solver to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from random import Random

from hamsafar.schedule.repairing.master import Costs
from hamsafar.schedule.repairing.slots import Slot, Slots

STEPS_EACH = 400  # tries for each task that has no place, at first
STEPS_LEAST = 12_000


def make_room(
    slots: Slots, costs: Costs, homeless: Iterable[str], dice: Random, stubborn: int, stop: Callable[[], bool]
) -> Mapping[str, int] | None:
    """New starts of all that moved to give these tasks a place; None where that came to no end.

    The more `stubborn` those at home are, the fewer move in the end, and the longer it takes. The slots are changed:
    afterwards everybody stands where they came to be.
    """
    old, sent = dict(slots.starts), Counter[str]()
    waiting = sorted(homeless)
    dice.shuffle(waiting)
    placed: set[str] = set()
    for name in waiting:
        if name in slots.starts:
            slots.lift(name)
    for _ in range(max(STEPS_LEAST, STEPS_EACH * len(waiting))):
        if not waiting:
            return {name: slots.starts[name] for name in placed}
        if stop():
            return None
        name = waiting.pop()
        choice = _cheapest(slots, costs, name, old, sent, dice, stubborn)
        if choice is None and slots.needs.tasks[name].optional:
            continue
        if choice is None:
            return None
        slot, start = choice
        for other in sorted(slot.blockers):
            slots.lift(other)
            sent[other] += 1
            waiting.insert(dice.randrange(len(waiting) + 1), other)
        slots.put(name, start)
        placed.add(name)
    return None


def _cheapest(
    slots: Slots, costs: Costs, name: str, old: Mapping[str, int], sent: Counter[str], dice: Random, stubborn: int
) -> tuple[Slot, int] | None:
    """The slot whose people cost least to send away, and the start in it that is nearest to the old one."""
    best: tuple[float, int, float] | None = None
    found: tuple[Slot, int] | None = None
    home = old.get(name)
    for slot in slots.afresh(name):
        start = slot.first if home is None else min(max(home, slot.first), slot.last)
        price = 0.0
        for other in slot.blockers:
            at_home = slots.starts[other] == old.get(other)
            price += (stubborn * costs.moved.get(other, 0) if at_home else 0) + sent[other] + 0.5
        key = (price, 0 if home is None else abs(start - home), dice.random())
        if best is None or key < best:
            best, found = key, (slot, start)
    return found
