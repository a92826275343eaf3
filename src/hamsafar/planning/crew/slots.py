"""The nouns of the days aboard in planning: a slot is one occurrence with who serves and where it may start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import define, evolve, field, frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.plan import WindowList
from hamsafar.planning import ticks
from hamsafar.planning.crew.occurrences import Occurrence, in_time
from hamsafar.planning.crew.people import Service
from hamsafar.planning.crew.sleep import Sleep, bedtime
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.ticks import Starts
from hamsafar.planning.training.certificates import Held
from hamsafar.schedule.tasks import Allowed, Tag


@frozen(kw_only=True)
class Slot:
    """One occurrence with its people and its starts; `starts` is what all that is allowed has in common."""

    occurrence: Occurrence
    service: Service
    allowed: tuple[Allowed, ...]
    starts: Starts
    must: Tag | None = None  # another reason than the programme's own to be there
    sleep: Sleep | None = None

    @property
    def id(self) -> str:
        """The occurrence's id."""
        return self.occurrence.id

    @property
    def activity(self) -> Activity:
        """What is done."""
        return self.occurrence.activity

    @property
    def duration(self) -> int:
        """Minutes."""
        return self.occurrence.duration_min

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose waking and fasting it asks: those of the first need, or the one person whose own it is."""
        own = self.occurrence.person
        return self.activity.subjects if own is None else (own,)


@define(kw_only=True, slots=False)
class Draft:
    """All slots of a stay, and what they were drawn from. Filled once, then only read."""

    stay: Stay
    windows: tuple[WindowList, ...]
    held: tuple[Held, ...]
    without: frozenset[str]
    whole: bool = False  # nothing is left out because of what could give way
    slots: tuple[Slot, ...] = ()
    sleeps: Mapping[str, tuple[Sleep, ...]] = field(factory=dict)  # by person
    missing: tuple[Tag, ...] = ()  # what nothing in the programme provides, though a rule asks for it

    @cached_property
    def by_activity(self) -> dict[str, list[Slot]]:
        """Activity id → its slots, those that have been first."""
        grouped: dict[str, list[Slot]] = {}
        for slot in sorted(self.slots, key=lambda slot: in_time(self.stay, slot.id)):
            grouped.setdefault(slot.activity.id, []).append(slot)
        return grouped

    @cached_property
    def later_night(self) -> dict[tuple[str, int], int]:
        """Person and flight day → by how much the night before was to begin later than usual."""
        return {
            (person, sleep.occurrence.day + 1): sleep.best
            - bedtime(self.stay, sleep.occurrence.activity, sleep.occurrence.day)
            for person, sleeps in self.sleeps.items()
            for sleep in sleeps
            if sleep.occurrence.day is not None
        }

    def of_kind(self, *kinds: str) -> list[Slot]:
        """The slots of some kinds of activity."""
        return [slot for slot in self.slots if slot.activity.kind in kinds]

    def room(self, slot: Slot) -> Starts:
        """Where a slot starts at all, for rules that ask only of what can come near: in a whole draft, in the stay."""
        if self.whole and slot.id not in self.stay.past.done:
            return all_starts(self, slot)
        return slot.starts

    def limit(self, rule: str, param: str) -> float:
        """A rule's figure."""
        return self.stay.programme.limit(rule, param)


def near(draft: Draft, one: Slot, other: Slot, gap: int, gap_back: int) -> bool:
    """Whether starts exist at which the other begins within `gap` after the one's end or the one within `gap_back`."""
    reach = [(a - other.duration - gap_back + 1, b + one.duration + gap - 1) for a, b in draft.room(one)]
    return bool(ticks.shared_starts(ticks.joined(reach), draft.room(other)))


def all_starts(draft: Draft, slot: Slot) -> Starts:
    """All that the stay offers something of that length."""
    return ticks.fit([(draft.stay.first, draft.stay.last)], slot.duration)


def narrowed(slot: Slot, allowed: tuple[Allowed, ...]) -> Slot:
    """The slot with this asked of its starts as well."""
    starts = ticks.shared_starts(slot.starts, *(one.ranges for one in allowed))
    return evolve(slot, allowed=(*slot.allowed, *allowed), starts=starts)


def may_be_left_out(draft: Draft, slot: Slot) -> bool:
    """Whether a plan without this occurrence is a plan."""
    refused = slot.id in draft.stay.past.refused and "HST-02" not in draft.without
    return slot.must is None and (slot.activity.optional or refused or "CMP-01" in draft.without)
