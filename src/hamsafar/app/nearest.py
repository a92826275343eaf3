"""Which of many element sets answers when, and how an event that several of them see is told once.

Each moment is answered by the set whose epoch is nearest, before or after; of two just as near, by the earlier. So
every set has a turn, from midpoint to midpoint. Near a midpoint the two sets put the same event a little apart, it
may be on opposite sides. Therefore every set looks a little beyond its turn, what the sets saw is matched, and of
each event the sighting is kept that lies in the turn of the set that saw it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.timeline import NS_PER_S, Instant, Span

What = TypeVar("What")

# Of one object the same event comes round once an orbit, so two sightings closer than this are of one event. Sets
# that disagree by more than this have lost count of the orbits between them, and nothing can match them.
REACH_OF_PERIOD = 0.4


@frozen(kw_only=True)
class Turn:
    """The part of a span that one of the sets answers."""

    of: int  # which set, by its place in the ascending epochs
    span: Span


@frozen(kw_only=True)
class Sighting(Generic[What]):
    """One event as one set sees it; `at` is the moment whose nearest set counts."""

    of: int
    at: Instant
    span: Span
    what: What = field(eq=False)
    cut_at_start: bool = False  # the event lasted already where the search began
    cut_at_end: bool = False


Look: TypeAlias = Callable[[int, Span], Iterable[Sighting[What]]]


def borders_ns(epochs: Sequence[Instant]) -> tuple[int, ...]:
    """Where each set's turn ends and the next one's begins, TAI nanoseconds; epochs ascend and all differ."""
    return tuple((a.tai_ns + b.tai_ns) // 2 + 1 for a, b in pairwise(epochs))


def nearest(epochs: Sequence[Instant], tai_ns: NDArray[np.int64]) -> NDArray[np.intp]:
    """The set that answers each moment, (n,)."""
    return np.searchsorted(np.array(borders_ns(epochs), dtype=np.int64), tai_ns, side="right")


def turns(epochs: Sequence[Instant], span: Span) -> tuple[Turn, ...]:
    """Every turn that touches the span, ascending, cut to it; together they are the span."""
    inner = [Instant(ns) for ns in borders_ns(epochs) if span.start.tai_ns < ns < span.end.tai_ns]
    edges = [span.start, *inner, span.end]
    first = int(nearest(epochs, np.array([span.start.tai_ns], dtype=np.int64))[0])
    return tuple(Turn(of=first + n, span=Span(*pair)) for n, pair in enumerate(pairwise(edges)))


def largest_age_d(epochs: Sequence[Instant], span: Span) -> float:
    """How far, in days, a moment of the span can be from the set that answers it."""
    ends = [(turn.of, moment) for turn in turns(epochs, span) for moment in (turn.span.start, turn.span.end)]
    return max(abs(moment.seconds_since(epochs[of])) for of, moment in ends) / 86_400.0


def seen_in_turns(
    epochs: Sequence[Instant], span: Span, period_s: float, look: Look[What]
) -> tuple[Sighting[What], ...]:
    """Every event of the span once, by its moment, each as the set nearest to that moment sees it.

    `look(n, span)` gives what set n sees in a span, ascending. An event that only one of two neighbours sees (a
    grazing pass) counts when the set whose turn it falls in is the one that sees it.
    """
    found = [one for turn in turns(epochs, span) for one in _seen_about(turn, span, period_s, look)]
    return tuple(told_once(found, epochs, REACH_OF_PERIOD * period_s))


def _seen_about(turn: Turn, whole: Span, period_s: float, look: Look[What]) -> list[Sighting[What]]:
    """What a set sees in its turn and within reach of it, whole but for what the ends of `whole` cut."""
    reach_s = REACH_OF_PERIOD * period_s
    close = turn.span.widened(reach_s)
    before_s = after_s = period_s
    while True:
        wide = turn.span.widened(before_s, after_s).intersect(whole)
        assert wide is not None, "a turn lies in the whole"
        found = list(look(turn.of, wide))
        inner_start, inner_end = wide.start > whole.start, wide.end < whole.end
        early = [one for one in found if inner_start and one.cut_at_start]
        late = [one for one in found if inner_end and one.cut_at_end]
        if any(one.span.end > close.start for one in early):
            before_s *= 4
        elif any(one.span.start < close.end for one in late):
            after_s *= 4
        else:  # what is cut now is out of reach: its moment falls in another set's turn
            return [one for one in found if close.contains(one.at)]


def told_once(found: Iterable[Sighting[What]], epochs: Sequence[Instant], reach_s: float) -> Iterator[Sighting[What]]:
    """One sighting of each event, ascending: the one in its own set's turn, of several the nearest to its epoch.

    Where two sets each put the event in the other's turn, the one nearer to its own epoch is kept. A sighting in the
    turn of a set that does not see the event is dropped: that set is nearer, and there it does not happen.
    """
    borders = borders_ns(epochs)
    kept = (_best(event, epochs, borders) for event in _events(found, reach_s))
    yield from sorted((one for one in kept if one is not None), key=lambda one: (one.at, one.of))


def _events(found: Iterable[Sighting[What]], reach_s: float) -> Iterator[list[Sighting[What]]]:
    """The sightings in groups, one event each: within reach of the group's first, no set twice."""
    reach_ns = round(reach_s * NS_PER_S)
    event: list[Sighting[What]] = []
    for one in sorted(found, key=lambda one: (one.at, one.of)):
        if event and (one.at.tai_ns - event[0].at.tai_ns > reach_ns or any(one.of == other.of for other in event)):
            yield event
            event = []
        event.append(one)
    if event:
        yield event


def _best(event: list[Sighting[What]], epochs: Sequence[Instant], borders: tuple[int, ...]) -> Sighting[What] | None:
    sets = {one.of for one in event}
    answering = [(one, _turn_of(one.at, borders)) for one in event]
    in_own_turn = [one for one, of in answering if of == one.of]
    seen_there_too = [one for one, of in answering if of in sets]
    return min(
        in_own_turn or seen_there_too,
        key=lambda one: (abs(one.at.tai_ns - epochs[one.of].tai_ns), one.of),
        default=None,
    )


def _turn_of(moment: Instant, borders: tuple[int, ...]) -> int:
    """As `nearest`, for one moment: the number of borders not after it."""
    return bisect_right(borders, moment.tai_ns)
