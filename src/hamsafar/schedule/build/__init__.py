"""One builder per kind of constraint, and the table that finds it.

A builder adds one constraint to the model; none depends on the order in which they run. A builder that asks in which
bucket a task starts announces those stretches beforehand, so that the cells are cut once and shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from hamsafar.schedule.build import buckets, candidates, order, resources
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Apart,
    Capacity,
    Implies,
    Lag,
    Load,
    NoOverlap,
    PickAllowed,
    RestBetween,
    StartLag,
    StartsApart,
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
    Lag: Builder(order.lag),
    StartLag: Builder(order.start_lag),
    Apart: Builder(order.apart),
    StartsApart: Builder(order.starts_apart),
    Implies: Builder(order.implies),
    Load: Builder(buckets.load, buckets.load_stretches),
    ActiveBuckets: Builder(buckets.active_buckets, buckets.active_stretches),
    RestBetween: Builder(buckets.rest_between, buckets.rest_stretches),
    PickAllowed: Builder(candidates.pick_allowed),
}
