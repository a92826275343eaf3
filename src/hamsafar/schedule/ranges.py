"""Arithmetic on inclusive ranges of ticks: sorted, disjoint tuples of (first, last)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from operator import itemgetter

Ranges = tuple[tuple[int, int], ...]


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same ticks in the fewest ranges: touching and overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """The ticks in both, walking the two lists side by side."""
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            found.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def clipped(ranges: Ranges, start: int, end: int) -> Ranges:
    """The ticks inside the half-open stretch [start, end)."""
    low = bisect_left(ranges, start, key=itemgetter(1))  # the first range that reaches into the stretch
    high = bisect_left(ranges, end, lo=low, key=itemgetter(0))  # the first that begins after it
    if start >= end or low >= high:
        return ()
    inside = list(ranges[low:high])
    inside[0] = (max(start, inside[0][0]), inside[0][1])
    inside[-1] = (inside[-1][0], min(end - 1, inside[-1][1]))
    return tuple(inside)
