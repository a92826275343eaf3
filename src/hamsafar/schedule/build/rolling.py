"""How much in any stretch of a length: Rolling.

Which stretches [t, t + span) need a word, t being any tick? By starts, what lies in a stretch is a cumulative use: a
start counts in just those that reach back to it. The least is lowest at the first stretch of the horizon or where
something has just dropped out, so right after a start. By ticks, the sum moves evenly with t but for turns where
either end of the stretch meets the start or end of something that counts. It is highest where it stops rising:
something begins at the stretch's beginning (and would soon drop out), or ends at its end (and nothing more comes in).
It is lowest where it stops falling: something ends at its beginning, or begins at its end; or at the first or last
stretch of the horizon.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build.overlap import (
    Bounded,
    at,
    counts,
    end_of_part,
    start_of,
    start_of_part,
    ticks_within,
)
from hamsafar.schedule.constraints import Rolling
from hamsafar.schedule.parts import Expression
from hamsafar.schedule.variables import Literal, Variables

Counted = dict[str, Literal]  # each task that may count, and when it does


@frozen
class Window:
    """A stretch of the span's length, from its first tick, that matters when all these literals are true.

    It may lie just after the start of a task.
    """

    since: Bounded
    when: tuple[cp_model.BoolVarT, ...] = ()
    after: str = ""


def rolling(made: Variables, constraint: Rolling) -> None:
    """At most and at least so much, each with an amount of its own where it is soft."""
    found = {name: counts(made, name, constraint.picked) for name, weight in constraint.weights.items() if weight}
    counted = {name: literal for name, literal in found.items() if literal is not None}
    if constraint.by == "starts":
        _limit_of_starts(made, constraint, counted)
    else:
        _limit_of_ticks(made, constraint, counted)
    horizon = made.problem.last - made.problem.first
    if constraint.least > 0 and constraint.span <= horizon:
        _least(made, constraint, counted, horizon - constraint.span)


def _limit_of_starts(made: Variables, constraint: Rolling, counted: Counted) -> None:
    weights = [constraint.weights[name] for name in counted]
    if constraint.limit is None or sum(weights) <= constraint.limit:
        return
    intervals = [made.interval(name, constraint.span, literal) for name, literal in counted.items()]
    amount = made.amount(constraint, sum(weights) - constraint.limit)
    made.model.add_cumulative(intervals, weights, constraint.limit + amount)


def _limit_of_ticks(made: Variables, constraint: Rolling, counted: Counted) -> None:
    if constraint.limit is None:
        return
    too_much = []
    for window in _highest(made, constraint, counted):
        inside = _ticks_inside(made, constraint, counted, window)
        if inside.high > constraint.limit:
            too_much.append((window, inside))
    if too_much:
        amount = made.amount(constraint, max(inside.high for _, inside in too_much) - constraint.limit)
        for window, inside in too_much:
            made.model.add(inside.value <= constraint.limit + amount).only_enforce_if(made.when(*window.when))


def _least(made: Variables, constraint: Rolling, counted: Counted, latest: int) -> None:
    """`latest` is the beginning of the horizon's last stretch."""
    amount = made.amount(constraint, constraint.least)
    if constraint.by == "starts":
        windows, inside_of = _after_starts(made, counted, latest), _starts_inside
    else:
        windows, inside_of = _lowest(made, constraint, counted, latest), _ticks_inside
    for window in windows:
        inside = inside_of(made, constraint, counted, window)
        made.model.add(inside.value + amount >= constraint.least).only_enforce_if(made.when(*window.when))


def _after_starts(made: Variables, counted: Counted, latest: int) -> Iterator[Window]:
    yield Window(at(0))
    for name, literal in counted.items():
        yield from _within(made, Window(start_of(made, name).plus(1), (literal,), name), latest)


def _highest(made: Variables, constraint: Rolling, counted: Counted) -> Iterator[Window]:
    for name, literal in counted.items():
        for part in made.parts_of(name):
            yield Window(start_of_part(part), (literal, part.literal))
            yield Window(end_of_part(part).plus(-constraint.span), (literal, part.literal))


def _lowest(made: Variables, constraint: Rolling, counted: Counted, latest: int) -> Iterator[Window]:
    yield Window(at(0))
    yield Window(at(latest))
    for name, literal in counted.items():
        for part in made.parts_of(name):
            for since in (end_of_part(part), start_of_part(part).plus(-constraint.span)):
                yield from _within(made, Window(since, (literal, part.literal)), latest)


def _within(made: Variables, window: Window, latest: int) -> Iterator[Window]:
    """The window where it lies within the horizon."""
    since, model = window.since, made.model
    if since.high < 0 or since.low > latest:
        return
    when = list(window.when)
    if since.low < 0:
        not_before = model.new_bool_var(f"within[{since.value}]")
        model.add(since.value < 0).only_enforce_if(not_before.negated())
        when.append(not_before)
    if since.high > latest:
        not_after = model.new_bool_var(f"within[{since.value}]")
        model.add(since.value > latest).only_enforce_if(not_after.negated())
        when.append(not_after)
    yield evolve(window, when=tuple(when))


def _starts_inside(made: Variables, constraint: Rolling, counted: Counted, window: Window) -> Bounded:
    """What starts inside, at most: each is free to be left out, and counted only where it is there."""
    since, most = window.since, 0
    terms: list[Expression] = []
    for name, literal in counted.items():
        start, weight = start_of(made, name), constraint.weights[name]
        if name == window.after or start.high < since.low or start.low >= since.high + constraint.span:
            continue
        inside: Literal = literal
        if start.low < since.high or start.high >= since.low + constraint.span:
            inside = made.model.new_bool_var(f"starts[{name} in {since.value}..{constraint.span}]")
            made.model.add_implication(inside, literal)
            made.model.add(start.value >= since.value).only_enforce_if(inside)
            made.model.add(start.value < since.value + constraint.span).only_enforce_if(inside)
        terms.append(weight * inside)
        most += weight
    return Bounded(sum(terms), 0, most)


def _ticks_inside(made: Variables, constraint: Rolling, counted: Counted, window: Window) -> Bounded:
    """The weighted ticks inside, exactly, wherever the window matters."""
    until, most = window.since.plus(constraint.span), 0
    terms: list[Expression] = []
    for name, literal in counted.items():
        ticks, weight = ticks_within(made, name, window.since, until, literal), constraint.weights[name]
        terms.append(weight * ticks.value)
        most += weight * ticks.high
    return Bounded(sum(terms), 0, most)
