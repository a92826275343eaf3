"""Why there are no test days, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from hamsafar.schedule.tasks import Tag

_SENTENCES = {
    "hours": "the hours of test days hold {place}",
    "breaks": "nobody is seen in a break",
    "away": "{place} is away on some days",
    "person": "{place} can't be in two places at once",
    "rooms": "there are only so many rooms: {place}",
    "places": "{place} can't be in two places on one day",
}


def conflict_said(tags: Iterable[Tag]) -> tuple[str, ...]:
    """The conflict in sentences; candidates who must all be seen are counted by test."""
    told, seen = dict[str, None](), dict[str, int]()
    for tag in tags:
        if tag.rule in _SENTENCES:
            told[_SENTENCES[tag.rule].format(place=tag.place)] = None
        else:
            test = tag.place.partition("/")[0]
            seen[test] = seen.get(test, 0) + 1
    return (*told, *(f"{number} candidates are to be seen in {test}" for test, number in seen.items()))
