"""What may be placed in a week: steps, pictures, and transmissions as far as they can be told beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from attrs import evolve, frozen

from hamsafar.domain.lunar import Image, Step
from hamsafar.domain.operations import OperationsTask, TaskKind
from hamsafar.planning.operations.facts import BITS, Stretch, Stretches, WeekFacts, meeting, outside

TRANSMITTER_MIN = "transmitter-min"  # what transmissions use up


@frozen(kw_only=True)
class Doing:
    """One thing that may be placed, once: an occurrence of a step or of a wish, or a transmission in one contact.

    It lies within one of `windows` whole (they may overlap), lasts one of `durations`, and draws `extra_w` besides its
    mode's load. `allowed_by`: the rule that windows come from.
    """

    id: str
    of: str
    kind: TaskKind
    title: str
    mode: str
    pointing: str
    durations: tuple[int, ...]
    windows: Stretches
    allowed_by: str
    bookable: Stretches | None = None  # of a transmission: when its station can be had
    station: str | None = None
    extra_w: float = 0.0
    bits: int = 0  # that it leaves in the store
    sent_bits: int = 0  # of them, that transmissions of the past have brought home
    value: int | None = None  # None: must be done, or (transmissions) wanted for nothing but what it does
    due: int | None = None  # of a picture: home by this minute
    pinned: bool = False  # where it lies is settled
    past: bool = False  # it has begun
    wanted: bool = True  # whether its data are waited for

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return not self.past and (self.kind == "transmission" or self.value is not None)

    @property
    def owed_bits(self) -> int:
        """What is still to be sent of it."""
        return max(0, self.bits - self.sent_bits)

    @property
    def shortest(self) -> int:
        """The shortest it can be."""
        return self.durations[0]

    @property
    def reach(self) -> Stretch:
        """From the first minute at which it may run to the end of the last."""
        return (min(a for a, _ in self.windows), max(b for _, b in self.windows)) if self.windows else (0, 0)

    @property
    def starts(self) -> Stretches:
        """Inclusive ranges of starts at which it fits, the shortest way; ascending and disjoint."""
        fitting = sorted((a, b - self.shortest) for a, b in self.windows if b - a >= self.shortest)
        found: list[Stretch] = []
        for first, last in fitting:
            if found and first <= found[-1][1] + 1:
                found[-1] = found[-1][0], max(found[-1][1], last)
            else:
                found.append((first, last))
        return tuple(found)


def steps_of(facts: WeekFacts) -> tuple[Doing, ...]:
    """Every occurrence of every step."""
    return tuple(doing for step, first in facts.steps for doing in _occurrences(facts, step, first))


def _occurrences(facts: WeekFacts, step: Step, commissioning: bool) -> Iterator[Doing]:
    windows: Stretches = ((facts.free_from, facts.minutes),)
    if step.in_contact:
        windows = maximal([span for spans in facts.talking.values() for span in spans])
    if step.in_sunlight:
        windows = tuple(part for span in windows for part in meeting([span], facts.sunlight or ()))
    for number in range(1, step.count + 1):
        yield _or_past(
            facts,
            Doing(
                id=f"{step.id}#{number}",
                of=step.id,
                kind="commissioning" if commissioning else "upkeep",
                title=step.title,
                mode=step.mode,
                pointing=facts.pointing_of(step.mode),
                durations=(step.duration_min,),
                windows=windows,
                allowed_by="OPS-12" if step.in_contact or step.in_sunlight else "OPS-01",
                bits=ceil(step.data_kbit * BITS - 1e-9),
                value=step.value,
            ),
        )


def pictures_of(facts: WeekFacts) -> tuple[Doing, ...]:
    """Every picture of every wish."""
    return tuple(doing for wish in facts.operations.images for doing in _pictures(facts, wish))


def _pictures(facts: WeekFacts, wish: Image) -> Iterator[Doing]:
    camera, target = facts.camera(wish), facts.target(wish)
    due = None if wish.by is None else min(facts.minutes, max(0, facts.minute_of(wish.by)))
    for number in range(1, wish.count + 1):
        yield _or_past(
            facts,
            Doing(
                id=f"{wish.id}#{number}",
                of=wish.id,
                kind="image",
                title=f"{target.title} ({camera.title})",
                mode=facts.operations.image_mode,
                pointing=f"{target.id} by {camera.id}",
                durations=(camera.exposure_min,),
                windows=meeting(facts.views.get(wish.id, ()), ((0, facts.minutes if due is None else due),)),
                allowed_by="OPS-04",
                extra_w=camera.load_w,
                bits=facts.image_bits(wish),
                value=wish.value,
                due=due,
            ),
        )


def _or_past(facts: WeekFacts, doing: Doing) -> Doing:
    """The same, where it lies if it has begun already."""
    done = next((task for task in facts.past if task.id == doing.id), None)
    if done is None:
        return doing
    where = (facts.minute_of(done.start), facts.minute_of(done.end))
    wanted = doing.id not in facts.failed
    return evolve(
        doing,
        windows=(where,),
        durations=(where[1] - where[0],),
        sent_bits=facts.sent_bits.get(doing.id, 0),
        pinned=True,
        past=True,
        wanted=wanted,
    )


@frozen(kw_only=True)
class Pass:
    """One contact that transmissions may lie in: the station, its number there, and the minutes that can be used."""

    station: str
    number: int
    window: Stretch

    @property
    def length(self) -> int:
        """Minutes."""
        return self.window[1] - self.window[0]

    def fits(self, shortest: int, rest: int) -> int:
        """How many transmissions can lie in it."""
        return (self.length + rest) // (shortest + rest) if self.length >= shortest else 0


def passes_of(facts: WeekFacts) -> tuple[Pass, ...]:
    """Every usable contact that no other covers: whatever fits in one that is covered fits in the other."""
    found = [
        Pass(station=station, number=number, window=span)
        for station in sorted(facts.talking)
        for number, span in enumerate(facts.talking[station], start=1)
    ]
    kept = [
        one
        for k, one in enumerate(found)
        if not any(_covers(found[j], one, j < k) for j in range(len(found)) if j != k)
    ]
    shortest = facts.operations.shortest_transmission_min
    return tuple(sorted((one for one in kept if one.length >= shortest), key=lambda one: (one.window, one.station)))


def _covers(one: Pass, other: Pass, before: bool) -> bool:
    inside = one.window[0] <= other.window[0] and other.window[1] <= one.window[1]
    return inside and (one.window != other.window or before)


def maximal(stretches: Sequence[Stretch]) -> Stretches:
    """Those that lie in no other."""
    each = sorted(set(stretches))
    return tuple(one for one in each if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in each))


def transmissions_of(facts: WeekFacts, slots: Mapping[Pass, int]) -> tuple[Doing, ...]:
    """So many transmissions in each pass, each of any length that is allowed; those of a pass in their order."""
    asked, link = facts.operations, facts.downlink
    mode = asked.downlink_mode
    proto = Doing(
        id="",
        of=link.id,
        kind="transmission",
        title="",
        mode=mode,
        pointing=facts.pointing_of(mode),
        durations=(asked.shortest_transmission_min,),
        windows=(),
        allowed_by="OPS-05",
        extra_w=link.transmitter_w,
    )
    titles = {station.id: station.site.name for station in facts.mission.stations}
    return _sent_already(facts, proto) + tuple(
        evolve(
            proto,
            id=slot_id(one, number),
            title=f"To {titles.get(one.station, one.station)}",
            station=one.station,
            durations=tuple(
                range(asked.shortest_transmission_min, min(asked.longest_transmission_min, one.length) + 1)
            ),
            windows=(one.window,),
            bookable=facts.available.get(one.station, ((0, facts.minutes),)),
        )
        for one, count in slots.items()
        for number in range(1, count + 1)
    )


def _sent_already(facts: WeekFacts, proto: Doing) -> tuple[Doing, ...]:
    sent = [task for task in facts.past if task.kind == "transmission"]
    where = [(facts.minute_of(task.start), facts.minute_of(task.end)) for task in sent]
    return tuple(
        evolve(
            proto,
            id=task.id,
            title=task.title,
            station=task.station,
            durations=(end - start,),
            windows=((start, end),),
            pinned=True,
            past=True,
        )
        for task, (start, end) in zip(sent, where, strict=True)
    )


def slot_id(one: Pass, number: int) -> str:
    """The id of a transmission while it is looked for."""
    return f"{one.station}/{one.number}#{number}"


def slots_for(
    facts: WeekFacts, passes: Sequence[Pass], most: int, kept: Sequence[OperationsTask] = ()
) -> dict[Pass, int]:
    """About so many transmissions, shared among passes by their length; every pass has one at least, none too many.

    `kept`: transmissions that there were; a pass has no fewer than it had of them.
    """
    asked = facts.operations
    fits = {one: one.fits(asked.shortest_transmission_min, asked.transmitter_rest_min) for one in passes}
    there = {one: sum(_lies_in(facts, task, one) for task in kept) for one in passes}
    slots = {one: max(1, min(fits[one], there[one])) for one in passes}
    while sum(slots.values()) < most:
        short = [one for one in passes if slots[one] < fits[one]]
        if not short:
            break
        longest = max(short, key=lambda one: (one.length / (slots[one] + 0.5), -one.window[0]))
        slots[longest] += 1
    return slots


def _lies_in(facts: WeekFacts, task: OperationsTask, one: Pass) -> bool:
    start, end = facts.minute_of(task.start), facts.minute_of(task.end)
    return task.station == one.station and one.window[0] <= start and end <= one.window[1]


def all_slots(facts: WeekFacts, passes: Sequence[Pass]) -> int:
    """How many transmissions the passes can hold in all."""
    asked = facts.operations
    return sum(one.fits(asked.shortest_transmission_min, asked.transmitter_rest_min) for one in passes)


def gaps_of(facts: WeekFacts, doing: Doing) -> Stretches:
    """What of the week lies outside of its one window."""
    return outside(doing.windows, 0, facts.minutes)
