"""What may be asked of the tasks of a problem: one class a kind. Whole ticks and ids.

Every constraint speaks about *present* tasks only: one that is left out takes nothing, follows nobody and counts
nowhere. A task *takes* a resource when it occupies it (always, or in its mode) or picks it; a taking lasts while the
task runs, through pauses too where its breaks hold, and so for no time where the duration is 0. A start lies in a
stretch [start, end) when start <= it < end. Buckets are the half-open stretches between consecutive ascending `edges`
(days).

A soft constraint (one with a `price`) may be broken by its *amount*, a whole number, 0 where it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from hamsafar.schedule.tasks import Price, Tag

Ticks = tuple[tuple[int, int], ...]


# ---- things that are taken, used up, filled and drained


@frozen(kw_only=True)
class NoOverlap:
    """Takings of this resource never overlap; `setup` asks for more: (before, after, ticks between).

    A setup counts from the end of `before` to the start of `after` whenever both take the resource and `before` starts
    first, neighbours or not. Where breaks free the resource, each part between them is a taking of its own. Two takings
    of one task count as overlapping. Amount: the most ticks that any pair lacks to follow each other, with the setup,
    in the nearer of the two orders (for one task that takes it twice: its longest part).
    """

    resource: str
    tag: Tag
    setup: tuple[tuple[str, str, int], ...] = ()
    price: Price | None = None


@frozen(kw_only=True)
class Capacity:
    """Amounts taken of this resource at a tick never add up to more than the capacity.

    `changes` are (tick, capacity from then on), ascending; before the first of them it is `capacity`.
    Amount: the most that any tick has too much.
    """

    resource: str
    capacity: int
    tag: Tag
    changes: Ticks = ()
    price: Price | None = None


@frozen(kw_only=True)
class Budget:
    """All that is consumed of this resource adds up to at most `limit`. Amount: what is too much."""

    resource: str
    limit: int
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Flow:
    """What a task fills in (amount > 0) or drains (< 0): at once at its start or end, or `during` it.

    `during` spreads it: `amount` a tick while it runs. At once, everything due at one tick counts together.
    """

    task: str
    amount: int
    at: Literal["start", "end", "during"] = "end"


@frozen(kw_only=True)
class Reservoir:
    """A level that flows fill and drain, and that stays between `lowest` and `highest` at every tick.

    It is `level` just before the horizon's first tick; `given` are fills and drains that happen anyway, (tick,
    amount), those outside the horizon not counting. Every tick counts from the first to the last, at which the final
    ends fall due. The level at a tick includes what is due at that tick, and of `during` flows the ticks that are over.
    With `overflow`, what does not fit is lost instead (a battery that is full): at each tick, all that came and went
    since the tick before is added up, and of the sum what is over `highest` is lost; only `lowest` can be broken.
    Amount: the most that it ever lacks to `lowest`, plus the most that it ever has over `highest`.
    """

    name: str
    level: int
    lowest: int
    highest: int
    flows: tuple[Flow, ...]
    tag: Tag
    given: Ticks = ()
    overflow: bool = False
    price: Price | None = None


# ---- before and after


@frozen(kw_only=True)
class Lag:
    """min_gap <= (start or end of `after`) - (start or end of `before`) <= max_gap; None is no limit; both may be < 0.

    Amount: ticks too few or too many, whichever is more.
    """

    before: str
    after: str
    min_gap: int | None
    max_gap: int | None
    tag: Tag
    since: Literal["start", "end"] = "end"  # of `before`
    until: Literal["start", "end"] = "start"  # of `after`
    price: Price | None = None


@frozen(kw_only=True)
class Apart:
    """`second` does not start within `gap` ticks after the end of `first`, nor do they overlap; either order is free.

    With `both_ways`, `first` keeps the same distance after `second`. Where `picked` names a resource, this counts
    only when both take it. A task is one whole here, its pauses included. Amount: the ticks lacking to the nearer of
    the two orders.
    """

    first: str
    second: str
    gap: int
    both_ways: bool
    tag: Tag
    picked: str | None = None
    price: Price | None = None


@frozen(kw_only=True)
class StartsApart:
    """Starts of any two of these tasks differ by at least `gap`; either order is free.

    Amount: the most ticks that any two lack.
    """

    tasks: tuple[str, ...]
    gap: int
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Repeats:
    """Present tasks start in the listed order, and each `least` to `most` after the one before it.

    Counted in ticks from start to start; with `edges`, in buckets from the bucket of the one start to that of the
    next (1 and 1: every day; 2 and 2: every second day; starts outside all buckets then break it, and count as
    amount 1 each). What comes before is counted the same way: with a `least` of 0, two in one bucket are in order.
    Neighbours are two present tasks with no present one listed between them; where one of them starts outside all
    buckets, nothing more is counted. Amount: the sum, over neighbours, of what is too few or too many.
    """

    tasks: tuple[str, ...]
    least: int
    most: int | None
    tag: Tag
    edges: tuple[int, ...] = ()
    price: Price | None = None


# ---- how much in a day, a week, any stretch


@frozen(kw_only=True)
class Load:
    """Weights of the tasks inside [start, end) add up to at least `least` and at most `limit` (None: no limit).

    By `starts`, the whole weight of a task counts when it starts inside; by `ticks`, its weight counts for every tick
    of the stretch at which it runs. Where `picked` names a resource, only tasks that take it count. By ticks, weights
    may be negative, and so may the limit: a balance, in which what drains takes off what fills.
    Amount: what is too much or too little, whichever is more.
    """

    weights: Mapping[str, int]
    start: int
    end: int
    limit: int | None
    tag: Tag
    least: int = 0
    by: Literal["starts", "ticks"] = "starts"
    picked: str | None = None
    price: Price | None = None


@frozen(kw_only=True)
class Rolling:
    """Like Load, for every stretch [t, t + span): `limit` for all t, `least` where it lies within the horizon.

    In a horizon shorter than the span no stretch lies, and `least` asks nothing.
    Amount: the most that any stretch has too much, plus the most that any lacks.
    """

    weights: Mapping[str, int]
    span: int
    limit: int | None
    tag: Tag
    least: int = 0
    by: Literal["starts", "ticks"] = "starts"
    picked: str | None = None
    price: Price | None = None


@frozen(kw_only=True)
class ActiveBuckets:
    """In any `window` consecutive buckets, at most `limit` have a start of one of these tasks.

    Where there are fewer buckets than that, all of them are one window.
    Amount: the most that any of these windows has too many.
    """

    tasks: tuple[str, ...]
    edges: tuple[int, ...]
    window: int
    limit: int
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class RestBetween:
    """Tasks that start in one bucket end at least `gap` before tasks of the next bucket start.

    A task ends where it ends, be it past its bucket. Amount: the most ticks that any two lack.
    """

    tasks: tuple[str, ...]
    edges: tuple[int, ...]
    gap: int
    tag: Tag
    price: Price | None = None


# ---- which are there


@frozen(kw_only=True)
class Implies:
    """Where the task `task` is present, `needs` is present too. Amount: 1 where it is not."""

    task: str
    needs: str
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class AllOrNone:
    """All of these tasks are present, or none of them. Amount: 1 where neither."""

    tasks: tuple[str, ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Choose:
    """At least `least` and at most `most` of these tasks are present: alternatives (1, 1), exclusive choices (0, 1).

    Amount: how many too few or too many.
    """

    tasks: tuple[str, ...]
    least: int
    most: int
    tag: Tag
    price: Price | None = None


# ---- who


@frozen(kw_only=True)
class PickAllowed:
    """Where `candidate` is picked for `task` (or always taken by it), it starts in one of these ranges.

    Ranges are inclusive, ascending and disjoint, as in Allowed. (Somebody's own calendar, while it is open who serves.)
    Amount: ticks from the start to the nearest allowed one (with no ranges at all: 1).
    """

    task: str
    candidate: str
    ranges: Ticks
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class SamePeople:
    """These tasks take the same of `people`: whoever takes one present task takes all the present ones.

    Amount: how many of the people take some, but not all, of those present.
    """

    tasks: tuple[str, ...]
    people: tuple[str, ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class OtherPeople:
    """No one of `people` takes two of these tasks. Amount: takings beyond the first, summed over people."""

    tasks: tuple[str, ...]
    people: tuple[str, ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Together:
    """Whichever of these tasks takes one of `people`, takes all of them. Amount: tasks that take some, not all."""

    tasks: tuple[str, ...]
    people: tuple[str, ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class NeverTogether:
    """None of these tasks takes two of `people`. Amount: takers beyond the first, summed over tasks."""

    tasks: tuple[str, ...]
    people: tuple[str, ...]
    tag: Tag
    price: Price | None = None


Constraint = (
    NoOverlap
    | Capacity
    | Budget
    | Reservoir
    | Lag
    | Apart
    | StartsApart
    | Repeats
    | Load
    | Rolling
    | ActiveBuckets
    | RestBetween
    | Implies
    | AllOrNone
    | Choose
    | PickAllowed
    | SamePeople
    | OtherPeople
    | Together
    | NeverTogether
)
