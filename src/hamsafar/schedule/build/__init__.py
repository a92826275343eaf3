"""One builder per kind of constraint, and the table that finds it.

A builder adds one constraint to the model; none depends on the order in which they run. A builder that asks in which
bucket a task starts announces those stretches beforehand, so that the cells are cut once and shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from hamsafar.schedule.build import (
    buckets,
    candidates,
    order,
    people,
    presence,
    repeats,
    reservoir,
    resources,
    rolling,
)
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.variables import Stretch


def _none(constraint: Any, tasks: Any, possible: Any) -> Iterable[Stretch]:
    return ()


@frozen
class Builder:
    """`add(variables, constraint)`, and the stretches it will ask `starts_in` of."""

    add: Callable[[Any, Any], None]
    stretches: Callable[[Any, Any, Any], Iterable[Stretch]] = _none


BUILDERS: dict[type, Builder] = {
    NoOverlap: Builder(resources.no_overlap),
    Capacity: Builder(resources.capacity),
    Budget: Builder(resources.budget),
    Reservoir: Builder(reservoir.reservoir),
    Lag: Builder(order.lag),
    Apart: Builder(order.apart),
    StartsApart: Builder(order.starts_apart),
    Repeats: Builder(repeats.repeats, repeats.repeats_stretches),
    Load: Builder(buckets.load, buckets.load_stretches),
    Rolling: Builder(rolling.rolling),
    ActiveBuckets: Builder(buckets.active_buckets, buckets.active_stretches),
    RestBetween: Builder(buckets.rest_between, buckets.rest_stretches),
    Implies: Builder(presence.implies),
    AllOrNone: Builder(presence.all_or_none),
    Choose: Builder(presence.choose),
    PickAllowed: Builder(candidates.pick_allowed),
    SamePeople: Builder(people.same_people),
    OtherPeople: Builder(people.other_people),
    Together: Builder(people.together),
    NeverTogether: Builder(people.never_together),
}
