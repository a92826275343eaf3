"""Which occurrences of one activity go with which of another."""

from __future__ import annotations

from hamsafar.planning.crew.slots import Slot


def counterparts(before: list[Slot], own: list[Slot], slot: Slot) -> list[Slot]:
    """The occurrences that this one comes after: the only one there is, or those of its day, person and number.

    Where one of the two has no days of its own, the n-th in time of the one comes after the n-th of the other.
    """
    if not before:
        return []
    of = before[0].activity
    if of.repeat == "once" and of.times == 1:
        return before
    mine = slot.occurrence
    same = [
        one for one in before if None in (one.occurrence.person, mine.person) or one.occurrence.person == mine.person
    ]
    if (of.repeat == "once") == (slot.activity.repeat == "once"):
        return [one for one in same if one.occurrence.day == mine.day and one.occurrence.n == mine.n]
    nth = [one.id for one in own if one.occurrence.person == mine.person].index(slot.id)
    found: list[Slot] = []
    for person in dict.fromkeys(one.occurrence.person for one in same):
        found.extend([one for one in same if one.occurrence.person == person][nth : nth + 1])
    return found
