"""Extrema and crossings of a smooth function of time, none lost.

An event is a smooth function of time that changes sign there, plus a promise about its extrema. The extrema are
bracketed first, on a grid finer than the promise, and refined; then the crossings between them are found. So an
opening of half a second is found at its peak, and a near miss is judged at its peak. A root that does not
converge raises: a lost crossing looks exactly like a quiet sky.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil
from typing import TypeAlias

import numpy as np
from attrs import field, frozen
from attrs.validators import gt
from numpy.typing import NDArray

from hamsafar.errors import SolverError
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Span, Windows

Quantity: TypeAlias = Callable[[Floats], Floats]

_GOLDEN = 0.381_966_011_250_105  # (3 - sqrt 5) / 2
_MOST_STEPS = 200  # bisection alone needs 60 for a double


@frozen(kw_only=True)
class Crossing:
    """An event: `quantity` is at or above zero while it lasts."""

    quantity: Quantity  # seconds from epoch (n,) -> (n,); changes sign at the event
    min_extrema_gap_s: float = field(validator=gt(0.0))  # promise: two extrema are never closer than this
    precision_s: float = field(default=0.001, validator=gt(0.0))


@frozen(kw_only=True)
class Stretch:
    """A stretch in which the quantity is at or above zero, in seconds from epoch, both ends inside it."""

    opens_s: float
    closes_s: float
    open_before: bool  # it is open already where the search begins
    open_after: bool  # it is open still where the search ends
    peak_s: float  # where the quantity is highest
    peak: float


@frozen(eq=False)
class Course:
    """The quantity at the grid and at its refined extrema, ascending: what lies between is monotone."""

    at_s: Floats  # (n,)
    value: Floats  # (n,)


def follow(crossing: Crossing, duration_s: float) -> Course:
    """The course of the quantity from 0 to `duration_s`, every extremum in it to `precision_s`."""
    at_s = _grid_s(crossing, duration_s)
    value = _evaluated(crossing.quantity, at_s)
    left, here, right = value[:-2], value[1:-1], value[2:]
    highs = np.flatnonzero((here >= left) & (here > right)) + 1
    lows = np.flatnonzero((here <= left) & (here < right)) + 1
    middle = np.concatenate([highs, lows])
    if not middle.size:
        return Course(at_s, value)
    sign = np.concatenate([np.ones(highs.size), -np.ones(lows.size)])
    peak_s, peak = _refined(crossing, at_s, value, middle, sign)
    every_s, every = np.concatenate([at_s, peak_s]), np.concatenate([value, peak])
    order = np.argsort(every_s, kind="stable")
    return Course(every_s[order], every[order])


def roots(crossing: Crossing, duration_s: float) -> tuple[Floats, Floats]:
    """Where the quantity rises (n,) and falls (m,) through zero, seconds, each on the side that is open."""
    return _roots(crossing, follow(crossing, duration_s))


def stretches(crossing: Crossing, duration_s: float) -> tuple[Stretch, ...]:
    """Every stretch from 0 to `duration_s` in which the quantity is at or above zero, ascending.

    Ends are met to `precision_s` and lie inside the stretch. Raises SolverError where the quantity is not a
    number or a root does not converge.
    """
    course = follow(crossing, duration_s)
    rising, falling = _roots(crossing, course)
    before, after = bool(course.value[0] >= 0), bool(course.value[-1] >= 0)
    opens = np.concatenate([[0.0] if before else [], rising])
    closes = np.concatenate([falling, [duration_s] if after else []])
    if opens.size != closes.size:
        raise SolverError("events: openings and closings do not match")
    first = np.searchsorted(course.at_s, opens, side="left")
    last = np.searchsorted(course.at_s, closes, side="right")
    found = []
    for n in range(opens.size):
        # A stretch too short to hold a point of the course is as high as nothing.
        inside = range(int(first[n]), int(last[n]))
        top = inside.start + int(np.argmax(course.value[inside.start : inside.stop])) if len(inside) else None
        found.append(
            Stretch(
                opens_s=float(opens[n]),
                closes_s=float(closes[n]),
                open_before=before and n == 0,
                open_after=after and n == opens.size - 1,
                peak_s=float(opens[n]) if top is None else float(course.at_s[top]),
                peak=0.0 if top is None else float(course.value[top]),
            )
        )
    return tuple(found)


def spans_of(found: Iterable[Stretch], span: Span) -> tuple[Span, ...]:
    """Stretches counted from the start of a span as Spans; one that is no nanosecond long is left out."""
    pairs = ((span.start.plus(seconds=one.opens_s), span.start.plus(seconds=one.closes_s)) for one in found)
    return tuple(Span(opens, min(closes, span.end)) for opens, closes in pairs if opens < min(closes, span.end))


def windows_of(found: Iterable[Stretch], span: Span) -> Windows:
    """Stretches counted from the start of a span as Windows known over it."""
    return Windows.within(span, spans_of(found, span))


def _evaluated(quantity: Quantity, at_s: Floats) -> Floats:
    value = np.asarray(quantity(at_s), dtype=np.float64)
    if value.shape != at_s.shape or not np.all(np.isfinite(value)):
        raise SolverError("events: the quantity is not a number everywhere")
    return value


def _grid_s(crossing: Crossing, duration_s: float) -> Floats:
    """Evenly spaced, any three points within the promise; a second point close to each end.

    An extremum between two inner points always shows in three points. Near an end it shows in how the quantity
    sets out, which the close point tells.
    """
    cells = max(3, ceil(2.0 * duration_s / crossing.min_extrema_gap_s))
    inner = np.linspace(0.0, duration_s, cells + 1)
    close_s = min(crossing.precision_s, duration_s / cells / 4)
    return np.concatenate([inner[:1], [close_s], inner[1:-1], [duration_s - close_s], inner[-1:]])


def _refined(
    crossing: Crossing, at_s: Floats, value: Floats, middle: NDArray[np.intp], sign: Floats
) -> tuple[Floats, Floats]:
    """The extrema (times, values) bracketed by each middle point and its neighbours.

    Parabolas through three points, with a golden section in the larger part at every third step, so that the
    bracket shrinks whatever the quantity does (after Brent 1973, chapter 5).
    """
    a, m, b = at_s[middle - 1].copy(), at_s[middle].copy(), at_s[middle + 1].copy()
    ga, gm, gb = sign * value[middle - 1], sign * value[middle], sign * value[middle + 1]
    tolerance_s = crossing.precision_s / 2
    for step in range(_MOST_STEPS):
        active = np.flatnonzero(np.maximum(b - m, m - a) > 2 * tolerance_s)
        if not active.size:
            return m, sign * gm
        three = _Three(a[active], m[active], b[active], ga[active], gm[active], gb[active])
        x = three.golden() if step % 3 == 2 else three.vertex(tolerance_s)
        gx = sign[active] * _evaluated(crossing.quantity, x)
        better, right = gx >= gm[active], x > m[active]
        _narrow(a, ga, active[better & right], m, gm)
        _narrow(b, gb, active[better & ~right], m, gm)
        m[active[better]], gm[active[better]] = x[better], gx[better]
        worse_right, worse_left = ~better & right, ~better & ~right
        b[active[worse_right]], gb[active[worse_right]] = x[worse_right], gx[worse_right]
        a[active[worse_left]], ga[active[worse_left]] = x[worse_left], gx[worse_left]
    raise SolverError("events: an extremum did not converge")


def _narrow(end: Floats, g_end: Floats, which: NDArray[np.intp], m: Floats, gm: Floats) -> None:
    """Move one end of some brackets to their middle."""
    end[which], g_end[which] = m[which], gm[which]


@frozen(eq=False)
class _Three:
    """Brackets a < m < b of a maximum, and the values there; arrays (n,)."""

    a: Floats
    m: Floats
    b: Floats
    ga: Floats
    gm: Floats
    gb: Floats

    def golden(self) -> Floats:
        """The golden section of the larger part."""
        a, m, b = self.a, self.m, self.b
        return np.where(b - m >= m - a, m + _GOLDEN * (b - m), m - _GOLDEN * (m - a))

    def vertex(self, tolerance_s: float) -> Floats:
        """The vertex of the parabola through the three where it is inside, else the golden section."""
        a, m, b = self.a, self.m, self.b
        p, q = (m - a) * (self.gm - self.gb), (m - b) * (self.gm - self.ga)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = m - 0.5 * ((m - a) * p - (m - b) * q) / (p - q)
            x = np.where(np.isfinite(x) & (x > a) & (x < b), x, self.golden())
        # On the middle itself nothing is learned: step a tolerance into the larger part, to close the bracket there.
        aside = np.where(b - m >= m - a, m + tolerance_s, m - tolerance_s)
        inside = np.clip(x, np.minimum(a + tolerance_s, m), np.maximum(b - tolerance_s, m))
        return np.where(np.abs(inside - m) < tolerance_s, aside, inside)


def _roots(crossing: Crossing, course: Course) -> tuple[Floats, Floats]:
    open_ = course.value >= 0
    left = np.flatnonzero(open_[:-1] != open_[1:])
    at_s = _crossed(crossing, course, left)
    rising = ~open_[left]
    return at_s[rising], at_s[~rising]


def _crossed(crossing: Crossing, course: Course, left: NDArray[np.intp]) -> Floats:
    """The root in each cell that begins at `left`, on the open side, by Chandrupatla's method.

    Chandrupatla 1997, Advances in Engineering Software 28, 145-149: inverse quadratic where it is safe,
    bisection where not.
    """
    a, b = course.at_s[left].copy(), course.at_s[left + 1].copy()
    fa, fb = course.value[left].copy(), course.value[left + 1].copy()
    t = np.full(left.size, 0.5)
    tolerance_s = crossing.precision_s / 2
    for _ in range(_MOST_STEPS):
        active = np.flatnonzero(np.abs(b - a) > 2 * tolerance_s)
        if not active.size:
            return np.where(fa >= 0, a, b)
        a_, b_, fa_, fb_ = a[active], b[active], fa[active], fb[active]
        x = a_ + t[active] * (b_ - a_)
        fx = _evaluated(crossing.quantity, x)
        same = (fx >= 0) == (fa_ >= 0)
        c, fc = np.where(same, a_, b_), np.where(same, fa_, fb_)
        other, f_other = np.where(same, b_, a_), np.where(same, fb_, fa_)
        a[active], fa[active], b[active], fb[active] = x, fx, other, f_other
        t[active] = _fraction(x, other, c, fx, f_other, fc, tolerance_s)
    raise SolverError("events: a crossing did not converge")


def _fraction(a: Floats, b: Floats, c: Floats, fa: Floats, fb: Floats, fc: Floats, tolerance_s: float) -> Floats:
    """How far from a towards b to look next; c is the point just left behind."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi) & np.isfinite(quadratic)
        least = np.minimum(tolerance_s / np.abs(b - a), 0.5)
    return np.clip(np.where(safe, quadratic, 0.5), least, 1 - least)
