"""The rules of operations as the search obeys them: tagged generic constraints, one function a rule.

Three levels follow the same law: what came in between any two minutes, less what could go out, is never more than there
is room for. Data that are to come home, the store and the battery are therefore told as *balances* of stretches
[start, end): of all stretches together they say just what a level with overflow says, and a few of them are enough
(`levels.py` finds which).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from attrs import evolve, frozen

from hamsafar.planning.enforces import enforces
from hamsafar.planning.operations.doings import Doing
from hamsafar.planning.operations.facts import Stretch, WeekFacts, outside
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.schedule.constraints import Apart, Capacity, Constraint, Implies, Lag, Load, Rolling
from hamsafar.schedule.tasks import Allowed, Forbidden, Tag

CRAFT = "craft"  # the resource that everything takes
DAY_MIN = 1_440


@frozen(kw_only=True)
class Week:
    """All that may be placed, with the facts that rules speak of."""

    facts: WeekFacts
    steps: tuple[Doing, ...]
    pictures: tuple[Doing, ...]
    transmissions: tuple[Doing, ...]

    @property
    def doings(self) -> tuple[Doing, ...]:
        """Everything."""
        return (*self.steps, *self.pictures, *self.transmissions)


def tag(rule: str, place: str = "", detail: str = "") -> Tag:
    """What a rule of the operations book asked for at a place."""
    return Tag(rule, place, detail, OPERATIONS_BOOK[rule].source)


# ---- where a task may lie


@enforces("OPS-01", "OPS-04", "OPS-12")
def in_its_windows(week: Week, doing: Doing) -> tuple[Allowed, ...]:
    """The starts at which a step or a picture lies whole in a window. The week itself is the horizon."""
    if not doing.pinned and (doing.kind == "transmission" or (doing.allowed_by == "OPS-01" and doing.reach[0] == 0)):
        return ()
    return (Allowed(ranges=doing.starts, tag=tag(doing.allowed_by, doing.of)),)


@enforces("OPS-05", "OPS-06")
def in_its_contact(week: Week, doing: Doing) -> tuple[Forbidden, ...]:
    """A transmission stays in its contact, of whatever length it is, and in what is booked and not closed."""
    if doing.kind != "transmission" or doing.station is None or doing.pinned:
        return ()
    last = week.facts.minutes
    (window,) = doing.windows
    contact = next(span for span in week.facts.contacts[doing.station] if span[0] <= window[0] and window[1] <= span[1])
    found = [Forbidden(stretches=outside((contact,), 0, last), tag=tag("OPS-05", doing.station))]
    if contact != window:
        found.append(Forbidden(stretches=outside((window,), 0, last), tag=tag("OPS-06", doing.station)))
    return tuple(one for one in found if one.stretches)


# ---- one thing at a time, and in order


@enforces("OPS-03")
def one_at_a_time(week: Week) -> Iterator[Constraint]:
    """Nothing overlaps; between two that point differently lie the slew and the settling."""
    yield Capacity(resource=CRAFT, capacity=1, tag=tag("OPS-03"))
    asked = week.facts.operations
    gap = asked.slew_min + asked.settle_min
    if not gap:
        return
    for one, other in combinations(week.doings, 2):
        if one.past and other.past:
            continue  # as it was
        if one.pointing != other.pointing and _near(one, other, gap):
            yield Apart(first=one.id, second=other.id, gap=gap, both_ways=True, tag=tag("OPS-03"))


def _near(one: Doing, other: Doing, gap: int) -> bool:
    """Whether any windows of the two come so near to each other that the order matters."""
    return any(a - gap < d and c - gap < b for a, b in one.windows for c, d in other.windows)


@enforces("OPS-02")
def commissioning_first(week: Week) -> Iterator[Constraint]:
    """Steps in the order that is asked for, and pictures after all of commissioning."""
    by_step: dict[str, list[Doing]] = {}
    for doing in week.steps:
        by_step.setdefault(doing.of, []).append(doing)
    for step, _ in week.facts.steps:
        for before in step.after:
            for one in by_step.get(before, ()):
                for other in by_step[step.id]:
                    yield Lag(before=one.id, after=other.id, min_gap=0, max_gap=None, tag=tag("OPS-02", step.id))
    for one in week.steps:
        if one.kind == "commissioning":
            for picture in week.pictures:
                yield Lag(before=one.id, after=picture.id, min_gap=0, max_gap=None, tag=tag("OPS-02", one.of))


@enforces("OPS-13")
def spaced(week: Week) -> Iterator[Constraint]:
    """Occurrences of a step come in their order, no closer than its spacing; the last are left out first."""
    spacing = {step.id: step.spacing_min for step, _ in week.facts.steps}
    for one, other in _neighbours(week.steps):
        gap = spacing[one.of]
        yield Lag(before=one.id, after=other.id, min_gap=gap, max_gap=None, since="start", tag=tag("OPS-13", one.of))
        if one.optional:
            yield Implies(task=other.id, needs=one.id, tag=tag("OPS-13", one.of))


def in_order(week: Week) -> Iterator[Constraint]:
    """Pictures of a wish, and transmissions of a pass, are alike: the last is left out first."""
    for one, other in (*_neighbours(week.pictures), *_slots(week.transmissions)):
        rest = week.facts.operations.transmitter_rest_min if one.kind == "transmission" else 0
        rule = "OPS-07" if one.kind == "transmission" else "OPS-04"
        yield Lag(before=one.id, after=other.id, min_gap=rest, max_gap=None, tag=tag(rule, one.station or one.of))
        yield Implies(task=other.id, needs=one.id, tag=tag(rule, one.station or one.of))


def _neighbours(doings: Sequence[Doing]) -> Iterator[tuple[Doing, Doing]]:
    return ((one, other) for one, other in pairwise(doings) if one.of == other.of)


def _slots(doings: Sequence[Doing]) -> Iterator[tuple[Doing, Doing]]:
    return ((a, b) for a, b in pairwise(doings) if (a.station, a.windows) == (b.station, b.windows))


# ---- the transmitter


@enforces("OPS-07")
def transmitter_kept_cool(week: Week) -> Iterator[Constraint]:
    """Rest between transmissions, and so much a day at most; how long each may be is in its modes."""
    asked = week.facts.operations
    rest, sent = asked.transmitter_rest_min, week.transmissions
    for one, other in combinations(sent, 2):
        if one.past and other.past:
            continue
        if one.windows != other.windows and rest and _near(one, other, rest):
            yield Apart(first=one.id, second=other.id, gap=rest, both_ways=True, tag=tag("OPS-07"))
    if sent:
        yield from (hot_day(week, start) for start in range(0, week.facts.minutes, DAY_MIN))


def hot_day(week: Week, start: int) -> Load:
    """What the transmitter is on for in the day that begins at a minute."""
    return Load(
        weights={
            one.id: 1 for one in week.transmissions if one.windows[0][0] < start + DAY_MIN and start < one.reach[1]
        },
        start=start,
        end=start + DAY_MIN,
        limit=week.facts.operations.transmitter_min_a_day,
        by="ticks",
        tag=tag("OPS-07", "", "any 24 h"),
    )


@enforces("OPS-11")
def heard_often(week: Week) -> Iterator[Constraint]:
    """No silence, from the end of one transmission to the start of the next, is longer than that.

    The week's start and its end count as heard. So in any stretch that is a minute longer, some minute is on the air.
    """
    every = week.facts.operations.contact_every_min
    if every is not None and every < week.facts.minutes:
        weights = {one.id: 1 for one in week.transmissions}
        span, longest = every + 1, max((one.durations[-1] for one in week.transmissions), default=1)
        yield Rolling(weights=weights, span=span, limit=None, least=1, by="ticks", tag=tag("OPS-11"))
        for start in range(0, week.facts.minutes - span + 1, span):  # less, of some: a linear program sees these
            first, end = max(0, start - longest + 1), start + span
            yield Load(weights=weights, start=first, end=end, limit=None, least=1, tag=tag("OPS-11"))


# ---- levels, as balances of stretches


@enforces("OPS-09", "OPS-14")
def data_come_home(
    week: Week, start: int, due: int, *, sent_bits: int | None = None, sent_by: Sequence[str] = ()
) -> Load:
    """Of pictures due by a minute, what is taken from another on is no more than what is sent between the two.

    What the past has sent is no more owed, and the past sends nothing more. `sent_bits`: what can be sent at most,
    where transmissions are not in the problem; `sent_by`: further tasks that send.
    """
    waited = [
        one for one in week.pictures if one.wanted and (week.facts.minutes if one.due is None else one.due) <= due
    ]
    scale, weights = by_minute({one.id: (one.owed_bits, one.shortest) for one in waited if one.owed_bits})
    drained = {} if sent_bits is not None else _drains(_to_come(week.transmissions), week.facts, (start, due), scale)
    drained = {**drained, **{id_: -week.facts.bits_a_minute * scale for id_ in sent_by if weights}}
    return Load(
        weights={**weights, **drained},
        start=start,
        end=due,
        limit=(sent_bits or 0) * scale,
        by="ticks",
        tag=tag("OPS-14", "", f"{start}..{due}"),
    )


def _to_come(doings: Sequence[Doing]) -> list[Doing]:
    return [one for one in doings if not one.past]


def _drains(sent: Sequence[Doing], facts: WeekFacts, stretch: Stretch, scale: int) -> Mapping[str, int]:
    rate = facts.bits_a_minute * scale
    return {one.id: -rate for one in sent if one.windows[0][0] < stretch[1] and stretch[0] < one.windows[0][1]}


def by_minute(made: Mapping[str, tuple[int, int]]) -> tuple[int, dict[str, int]]:
    """What each makes a minute, of (bits, minutes) in all: a scale, and bits in so many parts, rounded down.

    The scale is larger than all that rounding loses (less than a part a minute): whole bits of whole tasks are no more
    than a limit just where their parts are no more than scale x limit.
    """
    scale = 1 + sum(minutes for bits, minutes in made.values() if bits % minutes)
    return scale, {id_: bits * scale // minutes for id_, (bits, minutes) in made.items()}


@enforces("OPS-08")
def store_holds(week: Week, start: int, end: int, *, more_bits: int = 0, sent_by: Sequence[str] = ()) -> Load:
    """What comes into the store in a stretch, less what goes out, is no more than it has room for.

    `more_bits`: further room; `sent_by`: further tasks that send.
    """
    facts = week.facts
    room = facts.store_bits + more_bits - (facts.start_bits if start == 0 else 0) - facts.telemetry_bits(start, end)
    made = {one.id: (one.bits, one.shortest) for one in (*week.steps, *week.pictures) if one.bits}
    scale, fills = by_minute(made)
    weights = {**fills, **_drains(week.transmissions, facts, (start, end), scale)}
    weights |= {id_: -facts.bits_a_minute * scale for id_ in sent_by if fills}
    where = tag("OPS-08", "", f"{start}..{end}")
    load = Load(weights=weights, start=start, end=end, limit=room * scale, by="ticks", tag=where)
    return _never(week, load) if room < 0 else load


@enforces("OPS-10")
def battery_lasts(week: Week, start: int, end: int, room: int, draws: Mapping[str, int]) -> Load:
    """What tasks draw in a stretch besides the idle craft is no more than the battery and the Sun have to give."""
    weights = {name: draw for name, draw in draws.items() if draw}
    where = tag("OPS-10", "", f"{start}..{end}")
    load = Load(weights=weights, start=start, end=end, limit=room, by="ticks", tag=where)
    return _never(week, load) if room < 0 else load


def _never(week: Week, load: Load) -> Load:
    """The same; of a limit below nothing that no task could bring about, what is as impossible and can be asked."""
    if any(weight < 0 for weight in load.weights.values()):
        return load
    minutes = load.end - load.start
    return evolve(load, weights={one.id: 1 for one in week.doings[:1]}, limit=None, least=minutes + 1)


def dues(week: Week) -> tuple[int, ...]:
    """The minutes by which pictures are asked to be home, and the end of the week."""
    return tuple(sorted({one.due for one in week.pictures if one.due is not None} | {week.facts.minutes}))
