"""A level that is filled and drained: Reservoir.

What comes at once is the solver's own reservoir constraint. With flows during tasks the level is worked out, as an
expression, at every tick where it can turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build.overlap import (
    Bounded,
    at,
    end_of,
    end_of_part,
    start_of,
    start_of_part,
    ticks_within,
)
from hamsafar.schedule.constraints import Reservoir
from hamsafar.schedule.parts import Expression
from hamsafar.schedule.variables import Literal, Variables


@frozen
class Event:
    """What comes at once: so much, then (from the horizon's first tick), where the literal is true."""

    when: Bounded
    amount: int
    literal: Literal


@frozen
class Spread:
    """So much a tick while a task runs."""

    task: str
    amount: int


def reservoir(made: Variables, constraint: Reservoir) -> None:
    """The level stays between its bounds."""
    events = [*_given(made, constraint), *_at_once(made, constraint)]
    spread = [
        Spread(flow.task, flow.amount)
        for flow in constraint.flows
        if flow.at == "during" and flow.amount and made.parts_of(flow.task)
    ]
    if spread:
        _by_levels(made, constraint, events, spread)
    else:
        _by_events(made, constraint, events)


def _given(made: Variables, constraint: Reservoir) -> Iterator[Event]:
    """What happens anyway while there is somebody to look; what is due at one tick is added."""
    first, due = made.problem.first, dict[int, int]()
    for tick, amount in constraint.given:
        if first <= tick <= made.problem.last:
            due[tick] = due.get(tick, 0) + amount
    return (Event(at(tick - first), amount, made.true) for tick, amount in sorted(due.items()) if amount)


def _at_once(made: Variables, constraint: Reservoir) -> Iterator[Event]:
    for flow in constraint.flows:
        if flow.at != "during" and flow.amount and made.possible[flow.task]:
            when = start_of(made, flow.task) if flow.at == "start" else end_of(made, flow.task)
            yield Event(when, flow.amount, made.present[flow.task])


def _by_events(made: Variables, constraint: Reservoir, events: list[Event]) -> None:
    """The solver's reservoir, counted from `lowest`; what is there at first comes at the first tick.

    With overflow a fill may be any part of itself, and so may the first level if it is too much: some choice keeps
    both bounds just where the greatest that fits does, which is the level that is meant.
    """
    size, level = constraint.highest - constraint.lowest, constraint.level - constraint.lowest
    first: Expression = level
    changes: list[Expression] = [event.amount for event in events]
    if constraint.overflow:
        first = _part_of(made, constraint, min(level, size), level)
        changes = [_part_of(made, constraint, min(0, event.amount), event.amount) for event in events]
    if constraint.price is None:
        _reservoir(made, events, changes, [first], (0, size))
        return
    most = abs(level) + size + sum(abs(event.amount) for event in events)
    beyond = 3 * most  # where neither level nor amount ever comes
    _reservoir(made, events, changes, [first, made.amount(constraint, most)], (0, beyond))
    over = 0 if constraint.overflow else -made.amount(constraint, most)
    _reservoir(made, events, changes, [first, over], (-beyond, size))


def _part_of(made: Variables, constraint: Reservoir, least: int, most: int) -> Expression:
    return most if least == most else made.model.new_int_var(least, most, f"kept[{constraint.name} of {most}]")


def _reservoir(
    made: Variables,
    events: list[Event],
    changes: list[Expression],
    at_first: list[Expression],
    bounds: tuple[int, int],
) -> None:
    made.model.add_reservoir_constraint_with_active(
        [*(0 for _ in at_first), *(event.when.value for event in events)],
        [*at_first, *changes],
        [*(made.true for _ in at_first), *(event.literal for event in events)],
        *bounds,
    )


@frozen
class Turning:
    """A tick where the level may turn, where the literal is true, and the level then."""

    tick: Bounded
    literal: Literal
    level: cp_model.IntVar
    low: int
    high: int


def _by_levels(made: Variables, constraint: Reservoir, events: list[Event], spread: list[Spread]) -> None:
    """Bounds hold everywhere when they hold where the level turns: at first, at each edge of a spread flow, at each
    event and just before it.

    With overflow, what is lost by then is the most by which the level, had nothing been lost, ever stood above
    `highest`: so it never falls from where it once stood by more than lies between the bounds.
    """
    model = made.model
    turnings = [_turning(made, constraint, events, spread, *turn) for turn in _turns(made, events, spread)]
    most = max([0, *(constraint.lowest - turning.low for turning in turnings)])
    if constraint.overflow:
        most = max([most, *(turning.high - other.low for turning in turnings for other in turnings)])
    under = made.amount(constraint, most)
    for turning in turnings:
        model.add(turning.level + under >= constraint.lowest).only_enforce_if(made.when(turning.literal))
    if constraint.overflow:
        _never_falls_far(made, constraint, turnings, under)
        return
    over = made.amount(constraint, max(turning.high for turning in turnings) - constraint.highest)
    for turning in turnings:
        model.add(turning.level <= constraint.highest + over).only_enforce_if(made.when(turning.literal))


def _never_falls_far(made: Variables, constraint: Reservoir, turnings: list[Turning], under: Expression) -> None:
    size = constraint.highest - constraint.lowest
    for earlier, later in permutations(turnings, 2):
        if earlier.high - later.low <= size or earlier.tick.low > later.tick.high:
            continue
        when = made.when(earlier.literal, later.literal)
        if earlier.tick.high > later.tick.low:
            before = made.model.new_bool_var(f"before[{earlier.tick.value} {later.tick.value}]")
            made.model.add(earlier.tick.value > later.tick.value).only_enforce_if(before.negated())
            when.append(before)
        made.model.add(earlier.level - later.level <= size + under).only_enforce_if(when)


def _turns(made: Variables, events: list[Event], spread: list[Spread]) -> Iterator[tuple[Bounded, Literal]]:
    yield at(0), made.true
    for event in events:
        yield event.when, event.literal
        yield _not_before_first(made, event.when.plus(-1)), event.literal
    for flow in spread:
        for part in made.parts_of(flow.task):
            yield start_of_part(part), part.literal
            yield end_of_part(part), part.literal


def _not_before_first(made: Variables, tick: Bounded) -> Bounded:
    if tick.low >= 0:
        return tick
    if tick.high <= 0:
        return at(0)
    later = made.model.new_int_var(0, tick.high, f"not before the first[{tick.value}]")
    made.model.add_max_equality(later, [0, tick.value])
    return Bounded(later, 0, tick.high)


def _turning(
    made: Variables,
    constraint: Reservoir,
    events: list[Event],
    spread: list[Spread],
    tick: Bounded,
    literal: Literal,
) -> Turning:
    """The level, had nothing been lost, at a tick: all that is due by then, and the ticks that are over."""
    low = high = constraint.level
    terms: list[Expression] = [constraint.level]
    for event in events:
        due = _due(made, event, tick)
        terms.append(event.amount * due.value)
        low, high = low + min(0, event.amount) * due.high, high + max(0, event.amount) * due.high
    for flow in spread:
        over = ticks_within(made, flow.task, at(0), tick, made.present[flow.task])
        terms.append(flow.amount * over.value)
        low, high = low + min(0, flow.amount) * over.high, high + max(0, flow.amount) * over.high
    level = made.model.new_int_var(low, high, f"level[{constraint.name} at {tick.value}]")
    made.model.add(level == sum(terms))
    return Turning(tick, literal, level, low, high)


def _due(made: Variables, event: Event, tick: Bounded) -> Bounded:
    """Whether the event has come by then: 1 or 0."""
    if event.when.low > tick.high:
        return at(0)
    if event.when.high <= tick.low or event.when is tick:
        return Bounded(event.literal, 0, 1)
    due = made.model.new_bool_var(f"due[{event.when.value} by {tick.value}]")
    made.model.add(event.when.value <= tick.value).only_enforce_if(due)
    made.model.add_implication(due, event.literal)
    made.model.add(event.when.value > tick.value).only_enforce_if([*made.when(event.literal), due.negated()])
    return Bounded(due, 0, 1)
