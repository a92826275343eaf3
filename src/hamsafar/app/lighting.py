"""`light`: when an object is in the Earth's shadow, and how the Sun stands to its orbit plane."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen

from hamsafar.app.asking import Asked, span_of
from hamsafar.app.elements import ElementsGiven, Tracked, object_of
from hamsafar.app.nearest import Sighting, nearest, seen_in_turns, turns
from hamsafar.events.light import beta_deg, penumbra, umbra
from hamsafar.orbit.times import DAY_NS
from hamsafar.timeline import Instant, Span, Windows

EclipseKind: TypeAlias = Literal["umbra", "penumbra"]
_TELL_FROM_SETS = 20  # fewer are searched before anybody wonders


@frozen(kw_only=True)
class Eclipse:
    """The object enters the Earth's shadow and leaves it.

    A penumbra lasts from the first bite out of the Sun to the last, the umbra inside it included. Where the interval
    cuts an eclipse, `enter` or `leave` is the interval's own end, and the flag says so.
    """

    kind: EclipseKind
    enter: Instant
    leave: Instant
    cut_at_start: bool = False
    cut_at_end: bool = False
    elements_epoch: Instant | None

    @property
    def span(self) -> Span:
        """Enter to leave."""
        return Span(self.enter, self.leave)


@frozen(kw_only=True)
class Beta:
    """The Sun's angle above the orbit plane, positive on the side of the angular momentum."""

    time: Instant
    beta_deg: float
    elements_epoch: Instant | None


@frozen(kw_only=True)
class Light:
    """Every eclipse of an interval by its beginning, and beta at its start, every day after it, and its end."""

    name: str
    norad: int | None
    span: Span
    eclipses: tuple[Eclipse, ...]
    beta: tuple[Beta, ...]
    unknown: tuple[Span, ...]  # where nothing is known of the object's path
    warnings: tuple[str, ...]


def light(
    elements: ElementsGiven,
    start: Instant | str,
    end: Instant | str,
    *,
    as_of: Instant | str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Light:
    """Every eclipse between two instants, enter and leave to a millisecond, and the beta angle day by day.

    `elements`: a file (TLE, 3LE, CCSDS OMM or OEM), or sets already read; of many epochs the nearest to the middle of
    each eclipse and to each beta counts, and `as_of` leaves later ones out. The shadow is conical, the Earth the
    WGS-84 ellipsoid without air.

    Raises InputError (InputErrors) for anything wrong in what is asked, OutOfRangeError where there is no state.
    """
    with Asked() as asked:
        tracked = asked.read(object_of, elements, as_of)
        span = asked.read(span_of, start, end)
    tracked.ensure_covered(span)
    return Light(
        name=tracked.name,
        norad=tracked.norad,
        span=span,
        eclipses=tuple(sorted(_eclipses(tracked, span, tell), key=lambda one: (one.enter, one.kind))),
        beta=tuple(_betas(tracked, span)),
        unknown=tracked.unknown(span),
        warnings=tracked.warnings(span),
    )


def _eclipses(tracked: Tracked, span: Span, tell: Callable[[str], None]) -> Iterator[Eclipse]:
    """Penumbras and the umbras inside them: what belongs together comes from the same elements."""
    number = len(turns(tracked.epochs, span))

    def look(of: int, part: Span) -> Iterator[Sighting[tuple[Eclipse, ...]]]:
        if number > _TELL_FROM_SETS:
            tell(f"Searching eclipses: elements of {tracked.epochs[of].iso()}")
        path, epoch = tracked.path(of), tracked.epoch(of)
        dim, dark = penumbra(path, part), umbra(path, part)
        for one in dim:
            outer = _eclipse("penumbra", one, dim, epoch)
            inside = tuple(_eclipse("umbra", inner, dark, epoch) for inner in _touching(dark.spans, one))
            yield Sighting(
                of=of,
                at=one.middle,
                span=one,
                what=(outer, *inside),
                cut_at_start=outer.cut_at_start,
                cut_at_end=outer.cut_at_end,
            )

    for seen in seen_in_turns(tracked.epochs, span, tracked.period_s, look):
        yield from seen.what


def _eclipse(kind: EclipseKind, one: Span, windows: Windows, epoch: Instant | None) -> Eclipse:
    return Eclipse(
        kind=kind,
        enter=one.start,
        leave=one.end,
        cut_at_start=any(one.start == known.start for known in windows.known),
        cut_at_end=any(one.end == known.end for known in windows.known),
        elements_epoch=epoch,
    )


def _touching(spans: tuple[Span, ...], one: Span) -> tuple[Span, ...]:
    """Those of ascending disjoint spans that share more than a boundary with one."""
    first = bisect_right(spans, one.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, one.end, key=lambda span: span.start)]


def _betas(tracked: Tracked, span: Span) -> Iterator[Beta]:
    """At the span's start, every day after it, and at its end; unknown moments left out."""
    daily = np.arange(span.start.tai_ns, span.end.tai_ns, DAY_NS, dtype=np.int64)
    known = tracked.known_at(np.append(daily, np.int64(span.end.tai_ns)))
    for ns, of, angle_deg in zip(known, nearest(tracked.epochs, known), beta_deg(tracked, known), strict=True):
        yield Beta(time=Instant(int(ns)), beta_deg=float(angle_deg), elements_epoch=tracked.epoch(int(of)))
