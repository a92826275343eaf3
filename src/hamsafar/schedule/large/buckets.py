"""Days of a part: which of them, and which of the held tasks in them, say all that the others do."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from hamsafar.schedule.check_facts import Present
from hamsafar.schedule.constraints import ActiveBuckets, RestBetween
from hamsafar.schedule.ranges import Ranges


def buckets_near(constraint: RestBetween | ActiveBuckets, free: frozenset[str], starts: Mapping[str, Ranges]) -> range:
    """The buckets (by number: of the edge that ends them) that count together with one where a free task may start."""
    reach = [found for name in constraint.tasks if name in free and (found := starts[name])]
    if not reach:
        return range(0)
    near = constraint.window if isinstance(constraint, ActiveBuckets) else 1
    lowest = bisect_right(constraint.edges, min(found[0][0] for found in reach)) - near
    return range(max(0, lowest), bisect_right(constraint.edges, max(found[-1][1] for found in reach)) + near + 1)


def edges_of_buckets(
    constraint: RestBetween | ActiveBuckets, there_now: Mapping[str, Present], free: frozenset[str], near: range
) -> frozenset[str]:
    """Of the held tasks in each of these buckets, the one that starts first and that which ends last."""
    first: dict[int, Present] = {}
    last: dict[int, Present] = {}
    for name in constraint.tasks:
        there = there_now.get(name)
        if there is None or name in free:
            continue
        bucket = bisect_right(constraint.edges, there.start)
        if bucket not in near:
            continue
        if bucket not in first or there.start < first[bucket].start:
            first[bucket] = there
        if bucket not in last or there.end > last[bucket].end:
            last[bucket] = there
    return frozenset(there.id for there in (*first.values(), *last.values()))
