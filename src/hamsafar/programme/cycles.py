"""Circles in what comes before what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def cycles(before: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Circles of a graph (thing → what comes before it), each as its members in order, disjoint from each other.

    Every tangle gives at least one; a graph without circles gives none.
    """
    left = {thing: set(earlier) for thing, earlier in before.items()}
    while _strip(left):
        walk: list[str] = []
        at = min(left)
        while at not in walk:
            walk.append(at)
            at = min(left[at])
        circle = walk[walk.index(at) :][::-1]  # walked backwards in time, told forwards
        first = circle.index(min(circle))
        yield circle[first:] + circle[:first]
        for thing in circle:
            del left[thing]


def _strip(left: dict[str, set[str]]) -> bool:
    """Removes, in place, what has nothing before it, again and again; whether anything is left."""
    after: dict[str, list[str]] = {}
    for thing, earlier in left.items():
        earlier.intersection_update(left)
        for one in earlier:
            after.setdefault(one, []).append(thing)
    free = [thing for thing, earlier in left.items() if not earlier]
    while free:
        thing = free.pop()
        del left[thing]
        for later in after.get(thing, ()):
            left[later].discard(thing)
            if not left[later]:
                free.append(later)
    return bool(left)
