"""How many ticks of a stretch a task runs: exact from both sides, whether the stretch is fixed or moves."""

from __future__ import annotations

from attrs import frozen

from hamsafar.schedule.parts import Expression, Part
from hamsafar.schedule.variables import Literal, Variables


@frozen
class Bounded:
    """An expression (a tick, from the horizon's first; or a number of them) and what it lies between at any rate."""

    value: Expression
    low: int
    high: int

    def plus(self, ticks: int) -> Bounded:
        """So much later."""
        return Bounded(self.value + ticks, self.low + ticks, self.high + ticks)


def at(tick: int) -> Bounded:
    """One that is known."""
    return Bounded(tick, tick, tick)


def start_of(made: Variables, task: str) -> Bounded:
    """When the task starts; it has a possible start."""
    first, possible = made.problem.first, made.possible[task]
    return Bounded(made.start[task], possible[0][0] - first, possible[-1][1] - first)


def end_of(made: Variables, task: str) -> Bounded:
    """The first tick after the task; it has a possible start."""
    first = made.problem.first
    return Bounded(made.end(task), made.earliest_end(task) - first, made.latest_end(task) - first)


def start_of_part(part: Part) -> Bounded:
    """When the part starts."""
    return Bounded(part.start, part.first, part.last - part.shortest)


def end_of_part(part: Part) -> Bounded:
    """The first tick after the part."""
    return Bounded(part.end, part.first + part.shortest, part.last)


def counts(made: Variables, task: str, picked: str | None) -> Literal | None:
    """When the task counts: while it is present, or while it takes the resource that is named; None for never."""
    if not made.possible[task]:
        return None
    return made.present[task] if picked is None else made.takes_it(task, picked)


def parts_of(made: Variables, task: str) -> tuple[Part, ...]:
    """The stretches in which the task runs."""
    return made.parts_of(task)


def overlap_of(made: Variables, part: Part, since: int, until: int) -> Expression:
    """The ticks of the part in the fixed stretch [since, until), counted from the horizon's first."""
    return ticks_of_part(made, part, at(since), at(until), part.literal).value


def ticks_within(made: Variables, task: str, since: Bounded, until: Bounded, when: Literal) -> Bounded:
    """The ticks of [since, until) at which the task runs, 0 unless `when` (which says that it is there at least)."""
    present = made.present[task].index
    found = [
        ticks_of_part(
            made, part, since, until, when if part.literal.index == present else made.both(part.literal, when)
        )
        for part in made.parts_of(task)
    ]
    return Bounded(sum(ticks.value for ticks in found), 0, sum(ticks.high for ticks in found))


def ticks_of_part(made: Variables, part: Part, since: Bounded, until: Bounded, when: Literal) -> Bounded:
    """The ticks of the part in [since, until): the least of what either of them has room for, where that is any.

    `when` says that the part is there and counts. Room that the domains show to be more than enough is left out.
    """
    if part.last <= since.low or part.first >= until.high:
        return at(0)
    room: list[tuple[Expression, int]] = []  # and the least it can be
    starts_before, ends_after = part.first < since.high, part.last > until.low
    if part.shortest < part.longest:
        room.append((part.end - part.start, part.first - part.last))
    if starts_before:
        room.append((part.end - since.value, part.first - since.high))
    if ends_after:
        room.append((until.value - part.start, until.low - part.last))
    if starts_before and ends_after:
        room.append((until.value - since.value, until.low - since.high))
    longest = min(part.longest, max(0, until.high - since.low))
    if not room:
        return Bounded(longest * when, 0, longest)
    model, name = made.model, f"{when} in {since.value}..{until.value}"
    least = model.new_int_var(min(low for _, low in room), longest, f"room[{name}]")
    model.add_min_equality(least, [longest * when, *(value for value, _ in room)])
    ticks = model.new_int_var(0, longest, f"ticks[{name}]")
    model.add_max_equality(ticks, [0, least])
    return Bounded(ticks, 0, longest)
