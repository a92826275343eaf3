"""Along a numerical orbit: where to look so that no turn of an angle is lost, and Windows from what is found."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil
from typing import Protocol, TypeAlias

import numpy as np
from attrs import frozen

from hamsafar.domain.orbits import Centre
from hamsafar.errors import OutOfRangeError
from hamsafar.events.finder import Course, Crossing, Stretch, follow_known, stretches_of
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant, Span

STEP_RAD = 0.2  # of the craft's own turn about its centre, between two looks
LONGEST_STEP_S = 600.0  # the Earth turns 2.5 deg meanwhile
_FIRST_STEP_S = 600.0
_CLOSE_S = 0.001

AtMoments: TypeAlias = Callable[[TaiNs], Floats]  # TAI nanoseconds (n,) -> (n,)


class Path(Protocol):
    """A craft's way: positions and velocities at any moment from `start` to `end`."""

    @property
    def centre(self) -> Centre:
        """What the states are told from."""
        ...

    @property
    def start(self) -> Instant:
        """The first moment it knows."""
        ...

    @property
    def end(self) -> Instant:
        """The last moment it knows."""
        ...

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s from the centre, ICRF axes."""
        ...


def known_of(path: Path, span: Span) -> Span:
    """The part of a span that a path knows. Raises OutOfRangeError where it knows none of it."""
    known = span.intersect(Span(path.start, path.end)) if path.start < path.end else None
    if known is None:
        what = f"the orbit is known from {path.start} to {path.end}"
        asked = span.start if span.start >= path.end else span.end
        raise OutOfRangeError(what, asked=asked, first=path.start, last=path.end)
    return known


@frozen(eq=False)
class Looks:
    """Moments along a path at which to look, and the states there: every search over a span shares them.

    Between two moments the craft turns about its centre by at most `STEP_RAD`, and at most `LONGEST_STEP_S` go by: so
    that an angle between the craft and a slower direction shows each of its turns in three of them.
    """

    path: Path
    span: Span
    at_s: Floats  # (n,) from the start of the span, ascending, both ends in
    tai_ns: TaiNs  # (n,)
    r_km: Floats  # (n, 3) ICRF, from the path's centre
    v_km_s: Floats  # (n, 3)

    def moments(self, at_s: Floats) -> TaiNs:
        """Moments so many seconds after the start, kept inside what the path knows: (n,)."""
        tai_ns = tai_ns_after(self.span.start, at_s)
        return np.clip(tai_ns, self.span.start.tai_ns, self.span.end.tai_ns)


def looks_along(path: Path, span: Span) -> Looks:
    """Where to look along the part of a span that a path knows; OutOfRangeError where it knows none."""
    known = known_of(path, span)
    at_s = _evenly_turned_s(path, known)
    tai_ns = np.clip(tai_ns_after(known.start, at_s), known.start.tai_ns, known.end.tai_ns)
    r_km, v_km_s = path.states_icrf(tai_ns)
    return Looks(path, known, at_s, tai_ns, r_km, v_km_s)


def _evenly_turned_s(path: Path, span: Span) -> Floats:
    """Seconds from a span's start, in steps of equal turn (a slow turn added, so that no step is too long)."""
    at_s = np.linspace(0.0, span.seconds, max(4, ceil(span.seconds / _FIRST_STEP_S)) + 1)
    pace = _pace_rad_s(path, span, at_s)
    while True:  # halve the cells in which it turns by much, until the pace between the points is known
        turn = np.maximum(pace[:-1], pace[1:]) * np.diff(at_s)
        wide = np.flatnonzero(turn > STEP_RAD)
        if not wide.size:
            break
        middle_s = (at_s[wide] + at_s[wide + 1]) / 2
        between = _pace_rad_s(path, span, middle_s)
        at_s, pace = np.insert(at_s, wide + 1, middle_s), np.insert(pace, wide + 1, between)
    slow = pace + STEP_RAD / LONGEST_STEP_S
    turned = np.concatenate([[0.0], np.cumsum((slow[:-1] + slow[1:]) / 2 * np.diff(at_s))])
    cells = max(4, ceil(turned[-1] / STEP_RAD))
    even_s = np.interp(np.linspace(0.0, turned[-1], cells + 1), turned, at_s)
    even_s[[0, -1]] = 0.0, span.seconds
    close_s = min(_CLOSE_S, span.seconds / cells / 4)
    return np.concatenate([even_s[:1], [close_s], even_s[1:-1], [span.seconds - close_s], even_s[-1:]])


def _pace_rad_s(path: Path, span: Span, at_s: Floats) -> Floats:
    """How fast the craft turns about its centre, (n,)."""
    tai_ns = np.clip(tai_ns_after(span.start, at_s), span.start.tai_ns, span.end.tai_ns)
    r_km, v_km_s = path.states_icrf(tai_ns)
    momentum = np.linalg.norm(np.cross(r_km, v_km_s), axis=-1)
    pace: Floats = momentum / np.einsum("ni,ni->n", r_km, r_km)
    return pace


def stretches_along(looks: Looks, quantity: AtMoments, value: Floats | None = None) -> tuple[Stretch, ...]:
    """When a smooth quantity is at or above zero, ascending, ends to 1 ms; `value` (n,) where it is known already."""
    crossing, course = course_along(looks, quantity, value)
    return stretches_of(crossing, course)


def course_along(looks: Looks, quantity: AtMoments, value: Floats | None = None) -> tuple[Crossing, Course]:
    """The crossing and the course of a quantity over the looks: what `events.finder` goes on with."""

    def after_start(at_s: Floats) -> Floats:
        return quantity(looks.moments(at_s))

    crossing = Crossing(quantity=after_start, min_extrema_gap_s=LONGEST_STEP_S)
    at_looks = quantity(looks.tai_ns) if value is None else value
    return crossing, follow_known(crossing, looks.at_s, at_looks)


def revolutions(looks: Looks) -> tuple[Span, ...]:
    """The whole revolutions of a span from its start, each a full turn of the craft about its centre."""
    one, other = looks.r_km[:-1], looks.r_km[1:]
    cross = np.linalg.norm(np.cross(one, other), axis=-1)
    turned = np.concatenate([[0.0], np.cumsum(np.arctan2(cross, np.einsum("ni,ni->n", one, other)))])
    whole = np.arange(int(turned[-1] / (2 * np.pi)) + 1) * 2 * np.pi
    ends = [Instant(int(ns)) for ns in looks.moments(np.interp(whole, turned, looks.at_s))]
    return tuple(Span(first, last) for first, last in pairwise(ends))
