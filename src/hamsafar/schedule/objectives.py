"""What is wanted of a schedule: named terms with units, each a whole number to be minimised."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class Makespan:
    """Minimise the latest end of any present task, counted from the horizon's first tick (none present: 0)."""

    name: str
    unit: str


@frozen(kw_only=True)
class Lateness:
    """Minimise the sum over present tasks of weight x ticks that they end after their due tick: (due, weight)."""

    name: str
    unit: str
    due: Mapping[str, tuple[int, int]]


@frozen(kw_only=True)
class PeakLoad:
    """One stretch [start, end) and the weights of the tasks that start in it.

    Where `picked` names a resource, a weight counts only when the task takes that one.
    """

    weights: Mapping[str, int]
    start: int
    end: int
    picked: str | None = None


@frozen(kw_only=True)
class Peak:
    """Minimise the largest of several loads."""

    name: str
    unit: str
    loads: tuple[PeakLoad, ...]


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
    """Minimise the sum over present tasks of |start - preferred|; each that is left out costs `left_out`."""

    name: str
    unit: str
    preferred: Mapping[str, int]
    left_out: int = 0


@frozen(kw_only=True)
class Moved:
    """Minimise how many of these tasks don't start at the tick given, or are left out."""

    name: str
    unit: str
    starts: Mapping[str, int]


@frozen(kw_only=True)
class LeftOut:
    """Minimise the summed weight of those of these tasks that are left out."""

    name: str
    unit: str
    weights: Mapping[str, int]


@frozen(kw_only=True)
class Reassigned:
    """Minimise how many of the present tasks are done by others than these teams, or in other ways than these.

    `teams` gives, by task and by the pick's name, who was picked (in any order), and `ways` the mode, by task; what is
    given for neither may change. A task counts once.
    """

    name: str
    unit: str
    teams: Mapping[str, Mapping[str, tuple[str, ...]]]
    ways: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Consumed:
    """Minimise how much of one thing the present tasks use up, in the modes they are done in."""

    name: str
    unit: str
    resource: str


@frozen(kw_only=True)
class SoftCosts:
    """Minimise the sum of amount x price over all soft constraints whose price names this objective."""

    name: str
    unit: str = "points"


Objective = (
    Makespan
    | Lateness
    | Peak
    | LostValue
    | WeightedStarts
    | AwayFromPreferred
    | Moved
    | LeftOut
    | Reassigned
    | Consumed
    | SoftCosts
)
