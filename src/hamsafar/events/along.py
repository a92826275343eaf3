"""Windows along a trajectory: open, closed, and unknown where the trajectory has no states."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from hamsafar.events.finder import Crossing, openings, spans_of
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span, Windows

AtMoments: TypeAlias = Callable[[TaiNs], Floats]  # TAI nanoseconds (n,) -> (n,)


def windows_along(
    trajectory: Trajectory, span: Span, quantity: AtMoments, *, min_extrema_gap_s: float | None = None
) -> Windows:
    """When a quantity is at or above zero, over the parts of the span that the trajectory covers; else unknown.

    The quantity is an angle's sine or cosine, or anything else whose extrema keep `extrema_gap_s` apart, unless
    another gap is promised.
    """
    known = trajectory.known(span)
    opened = [one for part in known for one in _open_in(trajectory, part, quantity, min_extrema_gap_s)]
    return Windows(opened, known)


def _open_in(
    trajectory: Trajectory, part: Span, quantity: AtMoments, min_extrema_gap_s: float | None
) -> tuple[Span, ...]:
    gap_s = extrema_gap_s(trajectory, part) if min_extrema_gap_s is None else min_extrema_gap_s

    def after_start(at_s: Floats) -> Floats:
        return quantity(tai_ns_after(part.start, at_s))

    return spans_of(openings(Crossing(quantity=after_start, min_extrema_gap_s=gap_s), part.seconds), part)
