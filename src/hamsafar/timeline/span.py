"""Spans of time, half-open, and Windows: sorted disjoint spans that know where nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import field, frozen

from hamsafar.errors import InputError
from hamsafar.timeline.instant import Instant

WindowState = Literal["open", "closed", "unknown"]


@frozen(order=True)
class Span:
    """A stretch of time `[start, end)`: back-to-back spans touch without overlapping."""

    start: Instant
    end: Instant = field()

    @end.validator
    def _after_start(self, _: object, end: Instant) -> None:
        if end <= self.start:
            raise InputError(f"ends ({end}) before it starts ({self.start})")

    @property
    def seconds(self) -> float:
        """Elapsed seconds."""
        return self.end.seconds_since(self.start)

    @property
    def middle(self) -> Instant:
        """The Instant half-way."""
        return Instant((self.start.tai_ns + self.end.tai_ns) // 2)

    def contains(self, moment: Instant) -> bool:
        """Whether `start <= moment < end`."""
        return self.start <= moment < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share more than a boundary."""
        return self.start < other.end and other.start < self.end

    def intersect(self, other: Span) -> Span | None:
        """What both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def widened(self, before_s: float, after_s: float | None = None) -> Span:
        """The span with `before_s` added in front and `after_s` (or the same) behind; negative shrinks."""
        after = before_s if after_s is None else after_s
        return Span(self.start.plus(seconds=-before_s), self.end.plus(seconds=after))


def _disjoint(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start.tai_ns):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


@frozen
class Windows:
    """When something is open. Inside `known` but not `spans`: closed. Outside `known`: unknown."""

    spans: tuple[Span, ...] = field(converter=_disjoint)
    known: tuple[Span, ...] = field(converter=_disjoint)

    @classmethod
    def within(cls, known: Span, spans: Iterable[Span]) -> Windows:
        """Windows known over one span; anything sticking out is cut off."""
        cut = (span.intersect(known) for span in spans)
        return cls([span for span in cut if span is not None], [known])

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def state_at(self, moment: Instant) -> WindowState:
        """Open, closed or unknown at a moment."""
        if any(span.contains(moment) for span in self.spans):
            return "open"
        return "closed" if any(span.contains(moment) for span in self.known) else "unknown"

    def covers(self, span: Span) -> bool:
        """Whether one open span holds all of `span`."""
        return any(open_.covers(span) for open_ in self.spans)

    def union(self, other: Windows) -> Windows:
        """Open where either is; known where either is open or both are known."""
        both_known = _pairwise(self.known, other.known)
        return Windows([*self.spans, *other.spans], [*both_known, *self.spans, *other.spans])

    def intersection(self, other: Windows) -> Windows:
        """Open where both are; known where both are known or either is known to be closed."""
        closed = [*self.closed(), *other.closed()]
        return Windows(_pairwise(self.spans, other.spans), [*_pairwise(self.known, other.known), *closed])

    def closed(self) -> tuple[Span, ...]:
        """The spans in which it is known to be closed."""
        found: list[Span] = []
        for known in self.known:
            start = known.start
            for span in self.spans:
                if span.end <= start or span.start >= known.end:
                    continue
                if span.start > start:
                    found.append(Span(start, span.start))
                start = max(start, span.end)
            if start < known.end:
                found.append(Span(start, known.end))
        return tuple(found)


def _pairwise(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """Intersections of two sorted disjoint lists, by one sweep."""
    a, b = list(left), list(right)
    found: list[Span] = []
    i = j = 0
    while i < len(a) and j < len(b):
        shared = a[i].intersect(b[j])
        if shared is not None:
            found.append(shared)
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1
    return found
