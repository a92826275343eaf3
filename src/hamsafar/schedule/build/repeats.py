"""What is done again and again: Repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build.overlap import Bounded, at, start_of
from hamsafar.schedule.constraints import Repeats
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.tasks import Task
from hamsafar.schedule.variables import Literal, Stretch, Variables


@frozen
class Turn:
    """One of the repeats: when it is (a tick, or the number of a bucket), and whether it is there at such a time.

    It may be present outside all buckets; `there` is then false, and `outside` true.
    """

    when: Bounded
    there: Literal
    present: Literal
    outside: Literal | None = None


def repeats_stretches(
    constraint: Repeats, tasks: Mapping[str, Task], possible: Mapping[str, Ranges]
) -> Iterator[Stretch]:
    """Every bucket, for every task."""
    return ((name, start, end) for start, end in pairwise(constraint.edges) for name in constraint.tasks)


def repeats(made: Variables, constraint: Repeats) -> None:
    """Each present one keeps its distance to the present one before it."""
    names = [name for name in constraint.tasks if made.possible[name]]
    if constraint.edges:
        turns = [_turn_in_bucket(made, constraint, name) for name in names]
    else:
        turns = [Turn(start_of(made, name), made.present[name], made.present[name]) for name in names]
    if constraint.price is None:
        _must_hold(made, constraint, turns)
    else:
        _should_hold(made, constraint, turns)


def _turn_in_bucket(made: Variables, constraint: Repeats, name: str) -> Turn:
    """The number of the bucket in which the task starts, told by its cells; where it must hold, one there is."""
    model, present = made.model, made.present[name]
    buckets = [
        (k, literal)
        for k, (start, end) in enumerate(pairwise(constraint.edges))
        for literal in made.starts_in(name, start, end)
    ]
    there, outside = present, None
    if len(buckets) < len(made.cells[name]):
        inside = [literal for _, literal in buckets]
        if constraint.price is None:
            model.add(sum(inside) == present)
        else:
            outside = model.new_bool_var(f"outside[{name}]")
            model.add(sum(inside) + outside == present)
            there = made.any_of(inside, f"inside[{name}]")
    numbers = [k for k, _ in buckets] or [0]
    if len(numbers) == 1:
        return Turn(at(numbers[0]), there, present, outside)
    bucket = model.new_int_var(numbers[0], numbers[-1], f"bucket[{name}]")
    model.add(bucket == sum(k * literal for k, literal in buckets)).only_enforce_if(made.when(there))
    return Turn(Bounded(bucket, numbers[0], numbers[-1]), there, present, outside)


def _must_hold(made: Variables, constraint: Repeats, turns: list[Turn]) -> None:
    """At least so much after every one before, for steps only add up; at most so much after the one just before.

    A pair with a mandatory one between them needs no word: it follows from its neighbours.
    """
    for j, later in enumerate(turns):
        between: list[cp_model.BoolVarT] = []
        for earlier in reversed(turns[:j]):
            both, step = made.when(earlier.there, later.there), later.when.value - earlier.when.value
            if later.when.low - earlier.when.high < constraint.least:
                made.model.add(step >= constraint.least).only_enforce_if(both)
            if constraint.most is not None and later.when.high - earlier.when.low > constraint.most:
                made.model.add(step <= constraint.most).only_enforce_if([*both, *between])
            between.append(earlier.present.negated())
            if earlier.present.index == made.true.index:
                break


def _should_hold(made: Variables, constraint: Repeats, turns: list[Turn]) -> None:
    """Each has one variable for what it lacks to whichever is just before it; they add up, with those outside."""
    lacking = [_lacking(made, constraint, turns[:j], later) for j, later in enumerate(turns) if j]
    outside = [turn.outside for turn in turns if turn.outside is not None]
    most = sum(ticks.high for ticks in lacking) + len(outside)
    if most:
        amount = made.amount(constraint, most)
        made.model.add(amount >= sum(ticks.value for ticks in lacking) + sum(outside))


def _lacking(made: Variables, constraint: Repeats, before: list[Turn], later: Turn) -> Bounded:
    """At least what the later one is too near to, or too far from, the present one just before it."""
    most, neighbours = 0, []
    between: list[cp_model.BoolVarT] = []
    for earlier in reversed(before):
        near = constraint.least - (later.when.low - earlier.when.high)
        far = 0 if constraint.most is None else later.when.high - earlier.when.low - constraint.most
        most = max(most, near, far)
        if near > 0 or far > 0:
            neighbours.append((earlier, [*made.when(earlier.there, later.there), *between]))
        between.append(earlier.present.negated())
        if earlier.present.index == made.true.index:
            break
    if not most:
        return at(0)
    lacking = made.model.new_int_var(0, most, f"lacking[{later.when.value}]")
    for earlier, when in neighbours:
        step = later.when.value - earlier.when.value
        made.model.add(step + lacking >= constraint.least).only_enforce_if(when)
        if constraint.most is not None:
            made.model.add(step <= constraint.most + lacking).only_enforce_if(when)
    return Bounded(lacking, 0, most)
