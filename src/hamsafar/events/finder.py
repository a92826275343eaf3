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

from hamsafar.errors import ConvergenceError
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Span, Windows

Quantity: TypeAlias = Callable[[Floats], Floats]

_GOLDEN = 0.381_966_011_250_105  # (3 - sqrt 5) / 2
_DIVISIONS = 4
_SAME_S = 1e-6
_REACH = 4.0
_FINER = 25  # points for the three cells of a patch: eight to a cell
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


def follow(crossing: Crossing, duration_s: float, *, at_zero_only: bool = False) -> Course:
    """The course of the quantity from 0 to `duration_s`, every extremum in it to `precision_s`.

    `at_zero_only` leaves out those that no crossing hangs on: what opens and closes is the same, peaks are coarse.
    """
    at_s = _grid_s(crossing, duration_s)
    value = _evaluated(crossing.quantity, at_s)
    return _course(crossing, *_looked_into(crossing, at_s, value), at_zero_only=at_zero_only)


def follow_over(crossing: Crossing, at_s: Floats, *, may_turn: NDArray[np.bool_] | None = None) -> Course:
    """The course of the quantity over a grid (n,) of the caller's, ascending seconds, n >= 3.

    The caller promises that no extremum is hidden from the grid: one between two points makes one of them the
    highest or the lowest of three. `may_turn` (n,) keeps the search for extrema to the points that it marks.
    """
    return _course(crossing, at_s, _evaluated(crossing.quantity, at_s), may_turn=may_turn)


def follow_known(crossing: Crossing, at_s: Floats, value: Floats) -> Course:
    """The course over a grid (n,) of the caller's on which the values (n,) are known already; extrema near zero only.

    As `follow_over`, and cells that may hide two extrema near zero are looked into; steps of the grid are nearly even.
    """
    if value.shape != at_s.shape or not np.all(np.isfinite(value)):
        raise ConvergenceError("events: the quantity is not a number everywhere")
    return _course(crossing, *_looked_into(crossing, at_s, value), at_zero_only=True)


def _course(
    crossing: Crossing,
    at_s: Floats,
    value: Floats,
    *,
    may_turn: NDArray[np.bool_] | None = None,
    at_zero_only: bool = False,
) -> Course:
    left, here, right = value[:-2], value[1:-1], value[2:]
    highs = np.flatnonzero((here >= left) & (here > right)) + 1
    lows = np.flatnonzero((here <= left) & (here < right)) + 1
    middle = np.concatenate([highs, lows])
    sign = np.concatenate([np.ones(highs.size), -np.ones(lows.size)])
    if may_turn is not None:
        middle, sign = middle[may_turn[middle]], sign[may_turn[middle]]
    if at_zero_only:
        # A turn on this side of zero that can't reach the other. Of three points of a swing around its extremum the
        # middle one is off it by an eighth of the larger step, at most.
        beyond = -sign * value[middle]
        step = np.abs(np.stack([value[middle - 1], value[middle + 1]]) - value[middle]).max(axis=0)
        near = (beyond >= 0) & (beyond <= _REACH * step)
        middle, sign = middle[near], sign[near]
    if not middle.size:
        return Course(at_s, value)
    peak_s, peak = _refined(crossing, at_s, value, middle, sign)
    every_s, every = np.concatenate([at_s, peak_s]), np.concatenate([value, peak])
    order = np.argsort(every_s, kind="stable")
    return Course(every_s[order], every[order])


def roots(crossing: Crossing, duration_s: float) -> tuple[Floats, Floats]:
    """Where the quantity rises (n,) and falls (m,) through zero, seconds, each on the side that is open."""
    return roots_of(crossing, follow(crossing, duration_s, at_zero_only=True))


def stretches(crossing: Crossing, duration_s: float) -> tuple[Stretch, ...]:
    """Every stretch from 0 to `duration_s` in which the quantity is at or above zero, ascending.

    Ends are met to `precision_s` and lie inside the stretch. Raises ConvergenceError where the quantity is not a
    number or a root does not converge.
    """
    return stretches_of(crossing, follow(crossing, duration_s))


def stretches_of(crossing: Crossing, course: Course) -> tuple[Stretch, ...]:
    """Every stretch of a course in which the quantity is at or above zero, ascending; as `stretches`."""
    rising, falling = roots_of(crossing, course)
    before, after = bool(course.value[0] >= 0), bool(course.value[-1] >= 0)
    opens = np.concatenate([course.at_s[:1] if before else [], rising])
    closes = np.concatenate([falling, course.at_s[-1:] if after else []])
    if opens.size != closes.size:
        raise ConvergenceError("events: openings and closings do not match")
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


def openings(crossing: Crossing, duration_s: float) -> tuple[Stretch, ...]:
    """As `stretches`, but for the peaks, which are those of a coarse grid: all that windows need, in half the time."""
    return stretches_of(crossing, follow(crossing, duration_s, at_zero_only=True))


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
        raise ConvergenceError("events: the quantity is not a number everywhere")
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


def _looked_into(crossing: Crossing, at_s: Floats, value: Floats) -> tuple[Floats, Floats]:
    """The grid with more points wherever it may hide two extrema near zero.

    The promise about extrema is broken, rarely, where a swing all but dies out: there two of them may lie side by side
    within a cell and show in no three points. But then the step across the cell is smaller than what the third
    difference says the slope may change by; in a pure swing it is more than twice as large. Such cells are divided
    again and again, until their humps are below a millionth of a millionth of the swing.
    """
    patches_s = np.lib.stride_tricks.sliding_window_view(at_s, 4)
    patches = np.lib.stride_tricks.sliding_window_view(value, 4)
    found_s, found = [at_s], [value]
    for _ in range(_DIVISIONS):
        patches_s = patches_s[_hiding(patches)]
        if not patches_s.size:
            break
        finer_s = np.linspace(patches_s[:, 0], patches_s[:, -1], _FINER, axis=1)
        finer = _evaluated(crossing.quantity, finer_s.ravel()).reshape(finer_s.shape)
        found_s.append(finer_s.ravel())
        found.append(finer.ravel())
        patches_s, patches = (
            np.lib.stride_tricks.sliding_window_view(one, 4, axis=1).reshape(-1, 4) for one in (finer_s, finer)
        )
    if len(found) == 1:
        return at_s, value
    every_s, every = np.concatenate(found_s), np.concatenate(found)
    order = np.argsort(every_s, kind="stable")
    # Patches overlap: the same point a rounding error away would hide an extremum from the three around it.
    new = order[np.diff(every_s[order], prepend=-np.inf) > _SAME_S]
    return every_s[new], every[new]


def _hiding(patches: Floats) -> NDArray[np.bool_]:
    """Whether four values (n, 4) in a row may hide a pair of extrema at zero between the inner two: (n,)."""
    step = np.diff(patches, axis=1)
    bend = np.abs(step[:, 2] - 2 * step[:, 1] + step[:, 0])
    inner = np.abs(step[:, 1])
    hiding: NDArray[np.bool_] = (inner < bend) & (np.abs(patches[:, 1:3]).min(axis=1) <= inner + bend)
    return hiding


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
    raise ConvergenceError("events: an extremum did not converge")


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


def roots_of(crossing: Crossing, course: Course) -> tuple[Floats, Floats]:
    """Where a course rises (n,) and falls (m,) through zero, seconds; as `roots`."""
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
    raise ConvergenceError("events: a crossing did not converge")


def _fraction(a: Floats, b: Floats, c: Floats, fa: Floats, fb: Floats, fc: Floats, tolerance_s: float) -> Floats:
    """How far from a towards b to look next; c is the point just left behind."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi) & np.isfinite(quadratic)
        least = np.minimum(tolerance_s / np.abs(b - a), 0.5)
    return np.clip(np.where(safe, quadratic, 0.5), least, 1 - least)
