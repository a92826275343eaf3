"""A scheduling problem in whole ticks and ids. No solver in sight.

A tick is whatever the asker says (a minute for terms and crew days). Every constraint and every allowed set of
starts carries a Tag: the rule it comes from, and the place (a person, a facility, a fact of the programme), so that
a conflict can be told in those words. Removing all that one rule tagged is `Problem.without(rule)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen
from attrs.validators import ge


@frozen(order=True)
class Tag:
    """Which rule asked for something, and where: `Tag("TRN-05", "trainee-prime", "2027-W07")`."""

    rule: str
    place: str = ""
    detail: str = ""


@frozen(kw_only=True)
class Allowed:
    """The start must lie in one of these inclusive, ascending, disjoint ranges [first, last]."""

    ranges: tuple[tuple[int, int], ...]
    tag: Tag


@frozen(kw_only=True)
class Pick:
    """`count` of the candidate resources take part (each is then occupied for the whole task)."""

    name: str
    candidates: tuple[str, ...]
    count: int
    tag: Tag


@frozen(kw_only=True)
class Task:
    """One activity: [start, start + duration). Its start lies in the horizon and in every Allowed set.

    `occupies` are resources it always takes (id → amount); `picks` choose more of them (amount 1 each).
    An optional task may be left out; `value` is then lost (the objective decides what that costs).
    """

    id: str
    duration: int = field(validator=ge(1))
    allowed: tuple[Allowed, ...] = ()
    occupies: Mapping[str, int] = field(factory=dict)
    picks: tuple[Pick, ...] = ()
    optional: bool = False
    value: int = 0
    required: Tag | None = None  # why a mandatory task must be there; None: because it is


@frozen(kw_only=True)
class NoOverlap:
    """Tasks that take this resource never overlap (capacity 1)."""

    resource: str
    tag: Tag


@frozen(kw_only=True)
class Capacity:
    """Amounts taken of this resource never add up to more than `capacity`."""

    resource: str
    capacity: int
    tag: Tag


@frozen(kw_only=True)
class Lag:
    """start(after) - end(before) >= min_gap, and <= max_gap where given; only when both are present."""

    before: str
    after: str
    min_gap: int
    max_gap: int | None
    tag: Tag


@frozen(kw_only=True)
class StartLag:
    """min_gap <= start(after) - start(before) <= max_gap (either None: unbounded); only when both are present."""

    before: str
    after: str
    min_gap: int | None
    max_gap: int | None
    tag: Tag


@frozen(kw_only=True)
class Apart:
    """`second` does not start within `gap` ticks after the end of `first`, nor do they overlap; either order is free.

    With `both_ways`, `first` keeps the same distance after `second`. Where `picked` names a resource, this counts
    only when both take it (always, or by a pick).
    """

    first: str
    second: str
    gap: int
    both_ways: bool
    tag: Tag
    picked: str | None = None


@frozen(kw_only=True)
class StartsApart:
    """Starts of any two of these tasks differ by at least `gap`; either order is free."""

    tasks: tuple[str, ...]
    gap: int
    tag: Tag


@frozen(kw_only=True)
class Load:
    """Weights of the tasks that start inside [start, end) add up to at most `limit`.

    A weight counts when the task is present and, where `picked` names a resource, only when that one is picked
    for it (or always occupied by it).
    """

    weights: Mapping[str, int]
    start: int
    end: int
    limit: int
    tag: Tag
    picked: str | None = None


@frozen(kw_only=True)
class ActiveBuckets:
    """In any `window` consecutive buckets, at most `limit` have a start of one of these tasks.

    Buckets are the half-open stretches between consecutive `edges` (days, for "six days in a row").
    """

    tasks: tuple[str, ...]
    edges: tuple[int, ...]
    window: int
    limit: int
    tag: Tag


@frozen(kw_only=True)
class RestBetween:
    """Tasks of one bucket end at least `gap` before tasks of the next bucket start (edges as in ActiveBuckets)."""

    tasks: tuple[str, ...]
    edges: tuple[int, ...]
    gap: int
    tag: Tag


@frozen(kw_only=True)
class PickAllowed:
    """Where `candidate` is picked for `task` (or always taken by it), it starts in one of these ranges.

    Ranges are inclusive, ascending and disjoint, as in Allowed. (Somebody's own calendar, while it is open who serves.)
    """

    task: str
    candidate: str
    ranges: tuple[tuple[int, int], ...]
    tag: Tag


@frozen(kw_only=True)
class Implies:
    """Where the optional task `task` is present, `needs` is present too."""

    task: str
    needs: str
    tag: Tag


Constraint = (
    NoOverlap
    | Capacity
    | Lag
    | StartLag
    | Apart
    | StartsApart
    | Load
    | ActiveBuckets
    | RestBetween
    | PickAllowed
    | Implies
)


@frozen(kw_only=True)
class Peak:
    """Minimise the largest of several loads: each a mapping of weights and a bucket [start, end)."""

    name: str
    unit: str
    loads: tuple[tuple[Mapping[str, int], int, int], ...]


@frozen(kw_only=True)
class LostValue:
    """Minimise the summed value of optional tasks left out."""

    name: str
    unit: str = "points"


@frozen(kw_only=True)
class WeightedStarts:
    """Minimise the sum of weight x start over present tasks (start counted from the horizon's first tick)."""

    name: str
    unit: str
    weights: Mapping[str, int]


@frozen(kw_only=True)
class AwayFromPreferred:
    """Minimise the sum over present tasks of |start - preferred|."""

    name: str
    unit: str
    preferred: Mapping[str, int]


Objective = Peak | LostValue | WeightedStarts | AwayFromPreferred


@frozen(kw_only=True)
class Problem:
    """Tasks, constraints, and objectives in strict order of importance. Starts lie in [first, last)."""

    name: str
    first: int
    last: int  # every task ends at or before this tick
    tasks: tuple[Task, ...]
    constraints: tuple[Constraint, ...]
    objectives: tuple[Objective, ...]
    hint: Mapping[str, int] = field(factory=dict)  # starts to try first

    def without(self, rule: str) -> Problem:
        """The same problem with all that one rule asked for taken out."""
        tasks = tuple(
            evolve(
                task,
                allowed=tuple(allowed for allowed in task.allowed if allowed.tag.rule != rule),
                picks=tuple(pick for pick in task.picks if pick.tag.rule != rule),
                optional=task.optional or (task.required is not None and task.required.rule == rule),
                required=None if task.required is not None and task.required.rule == rule else task.required,
            )
            for task in self.tasks
        )
        kept = tuple(constraint for constraint in self.constraints if constraint.tag.rule != rule)
        return evolve(self, tasks=tasks, constraints=kept)


@frozen(kw_only=True)
class Placed:
    """Where a task came to lie, and which resources were picked for it, by pick name."""

    start: int
    picked: Mapping[str, tuple[str, ...]]


@frozen(kw_only=True)
class TermValue:
    """What an objective came to, and the proved bound."""

    name: str
    value: int
    bound: int
    unit: str


@frozen(kw_only=True)
class Solved:
    """A schedule. `optimal` means every objective in its turn was proved."""

    placed: Mapping[str, Placed]  # present tasks only
    optimal: bool
    terms: tuple[TermValue, ...]
    effort: float  # deterministic time used


@frozen(kw_only=True)
class Conflict:
    """No schedule exists. These tags, taken together, can't hold; each is needed for that where `minimal`."""

    tags: tuple[Tag, ...]
    minimal: bool


@frozen(kw_only=True)
class Unknown:
    """No schedule was found in the effort given, and none was shown impossible."""

    effort: float
    stopped_by: str


Answer = Solved | Conflict | Unknown
