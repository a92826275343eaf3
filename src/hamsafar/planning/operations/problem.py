"""A week of operations as a problem of whole minutes; and what the link can bring down at most."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from hamsafar.planning.operations.doings import (
    TRANSMITTER_MIN,
    Doing,
    Pass,
    pictures_of,
    steps_of,
    transmissions_of,
)
from hamsafar.planning.operations.facts import WeekFacts, meeting
from hamsafar.planning.operations.rules import (
    CRAFT,
    DAY_MIN,
    Week,
    commissioning_first,
    data_come_home,
    dues,
    heard_often,
    in_its_contact,
    in_its_windows,
    in_order,
    one_at_a_time,
    spaced,
    store_holds,
    tag,
    transmitter_kept_cool,
)
from hamsafar.schedule.constraints import Constraint, Load
from hamsafar.schedule.objectives import Consumed, LostValue
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Mode, Task

LOST, ON_AIR = "wishes left out", "transmitter on"
_WISHES = (LostValue(name=LOST), Consumed(name=ON_AIR, unit="min", resource=TRANSMITTER_MIN))
_STRETCHES = 60  # balances that a problem begins with, at most, of pictures on their way home


def week_of(facts: WeekFacts, slots: dict[Pass, int]) -> Week:
    """All that may be placed, with so many transmissions in each pass."""
    return Week(
        facts=facts,
        steps=steps_of(facts),
        pictures=tuple(one for one in pictures_of(facts) if one.starts),  # the others have no place anywhere
        transmissions=transmissions_of(facts, slots),
    )


def problem_of(
    week: Week, balances: Sequence[Load] = (), *, most_value: int | None = None, value_only: bool = False
) -> Problem:
    """Steps, pictures and transmissions. `balances`: those found so far that a schedule broke.

    `most_value`: no schedule has more, as was proved: the search need not look. With `value_only` nothing else counts.
    """
    constraints: list[Constraint] = [
        *one_at_a_time(week),
        *commissioning_first(week),
        *spaced(week),
        *in_order(week),
        *transmitter_kept_cool(week),
        *heard_often(week),
        *(data_come_home(week, start, due) for due in dues(week) for start in _beginnings(week, due)),
        store_holds(week, 0, week.facts.minutes),
        *balances,
    ]
    if most_value is not None:
        constraints.append(_no_more_than(week, most_value))
    return Problem(
        name=f"{week.facts.mission.id}: operations",
        tick="min",
        first=0,
        last=week.facts.minutes,
        tasks=_tasks(week),
        constraints=tuple(constraints),
        objectives=(LostValue(name=LOST),) if value_only else _WISHES,
    )


def fluid_problem(week: Week) -> Problem:
    """Less than is asked: steps and pictures, and of the link only what it can bring down at most in a stretch.

    What is on the air is told by one number for each day (or each stretch in which the craft must be heard): all
    that starts in it. What no schedule of this reaches, none of the week does.
    """
    facts = week.facts
    alone = Week(facts=facts, steps=week.steps, pictures=week.pictures, transmissions=())
    days = _days(facts)
    end = max([facts.minutes, *(start + longest for start, _, longest in days)]) + 1
    links = [
        data_come_home(alone, start, due, sent_bits=facts.bits_a_minute * most_on_air(facts, start, due))
        for due in dues(alone)
        for start in _beginnings(alone, due)
    ]
    ids = tuple(_day_id(k) for k in range(len(days)))
    sent = facts.reserve_bits + facts.bits_a_minute * facts.past_on_air  # at most; and of the store all counts
    budgets = [
        evolve(one, end=end)
        for one in (
            *(data_come_home(alone, start, facts.minutes, sent_by=ids) for start in _beginnings(alone, facts.minutes)),
            store_holds(alone, 0, facts.minutes, more_bits=sent, sent_by=ids),
        )
    ]
    return Problem(
        name=f"{facts.mission.id}: pictures alone",
        tick="min",
        first=0,
        last=end,
        tasks=(
            *(evolve(task, allowed=(*task.allowed, _in_the_week(week, task))) for task in _tasks(alone)),
            *(_day_on_air(k, *day) for k, day in enumerate(days)),
        ),
        constraints=(
            *one_at_a_time(alone),
            *commissioning_first(alone),
            *spaced(alone),
            *in_order(alone),
            *(one for one in (*links, *budgets) if one.weights),
        ),
        objectives=_WISHES,
    )


def _days(facts: WeekFacts) -> list[tuple[int, int, int]]:
    """Of each stretch of starts (a day, or what has a transmission for certain): where what is on the air of them is
    told, and the fewest and most minutes of it.

    In each `every` + 1 minutes some are on the air. Of such stretches that begin `every` + longest apart no two share a
    transmission: it starts in the stretch, or less than the longest before it.
    """
    asked = facts.operations
    every, longest = asked.contact_every_min, asked.longest_transmission_min
    wanted = facts.minutes_to_send(_all_bits(facts))  # no day needs more than all that there could be
    apart = DAY_MIN if every is None else every + longest
    found = []
    for number in range(-(-(facts.minutes + longest) // apart)):
        late = 0 if every is None else longest - 1
        start, end = max(0, number * apart - late), min(facts.minutes, (number + 1) * apart - late)
        if start >= end:
            continue
        silent = every is not None and number * apart + every + 1 <= facts.minutes
        fewest = asked.shortest_transmission_min if silent and number * apart >= facts.free_from else 0
        most = most_on_air(facts, start, min(facts.minutes, end + longest))
        found.append((end + longest, fewest, max(fewest, min(most, wanted))))
    return found


def _all_bits(facts: WeekFacts) -> int:
    made = sum(one.bits for one in (*steps_of(facts), *pictures_of(facts)))
    return made + facts.start_bits + facts.telemetry_bits(0, facts.minutes)


def _day_id(number: int) -> str:
    return f"on the air, day {number + 1}"


def _day_on_air(number: int, start: int, fewest: int, most: int) -> Task:
    lengths = tuple(
        Mode(id=str(length), duration=length, consumes={TRANSMITTER_MIN: length} if length else {})
        for length in range(fewest, most + 1)
    )
    return Task(id=_day_id(number), modes=lengths, allowed=(Allowed(ranges=((start, start),), tag=tag("OPS-11")),))


def _in_the_week(week: Week, task: Task) -> Allowed:
    latest = week.facts.minutes - task.duration
    return Allowed(ranges=((0, latest),) if latest >= 0 else (), tag=tag("OPS-01"))


def _no_more_than(week: Week, value: int) -> Load:
    weights = {one.id: one.value for one in (*week.steps, *week.pictures) if one.value is not None}
    return Load(weights=weights, start=0, end=week.facts.minutes, limit=value, tag=tag("OPS-14", "", "proved before"))


def _beginnings(week: Week, due: int) -> list[int]:
    """Where windows of pictures begin, evenly thinned where there are many; and the beginning of the week."""
    found = sorted({0} | {a for one in week.pictures for a, _ in one.windows if a < due})
    step = -(-len(found) // _STRETCHES)
    return found[::step] if due > 0 else []


def _tasks(week: Week) -> tuple[Task, ...]:
    return tuple(_task(week, one) for one in week.doings)


def _task(week: Week, doing: Doing) -> Task:
    modes = tuple(
        Mode(id=str(length), duration=length, occupies={CRAFT: 1}, consumes=_consumed(doing, length))
        for length in doing.durations
    )
    one = len(modes) == 1 and doing.kind != "transmission"
    return Task(
        id=doing.id,
        duration=doing.shortest if one else 0,
        occupies={CRAFT: 1} if one else {},
        consumes=_consumed(doing, doing.shortest) if one else {},
        modes=() if one else modes,
        allowed=in_its_windows(week, doing),
        forbidden=in_its_contact(week, doing),
        optional=doing.optional,
        value=doing.value or 0,
        required=None if doing.optional else tag("OPS-13", doing.of),
    )


def _consumed(doing: Doing, length: int) -> dict[str, int]:
    return {TRANSMITTER_MIN: length} if doing.kind == "transmission" else {}


def most_on_air(facts: WeekFacts, start: int, end: int) -> int:
    """The most minutes that the transmitter can be on in a stretch: contacts, its rests and its days, nothing else.

    In a contact of l minutes at most max over k of min(k longest, l - (k - 1) rest); in each 24 h what is allowed.
    """
    asked = facts.operations
    total = 0
    for first in range(start, end, DAY_MIN):
        chunk = (first, min(end, first + DAY_MIN))
        pieces = meeting(facts.heard, [chunk])
        on = sum(_in_one(b - a, asked.longest_transmission_min, asked.transmitter_rest_min) for a, b in pieces)
        total += min(on, asked.transmitter_min_a_day)
    return total


def _in_one(length: int, longest: int, rest: int) -> int:
    cycles, left = divmod(length, longest + rest)
    return cycles * longest + min(left, longest)
