"""`ephemeris`: where an object is and how it moves, in equal steps, in the frame asked for."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.app.asking import Asked, span_of, step_ns_of
from hamsafar.app.elements import ElementsGiven, object_of
from hamsafar.app.nearest import nearest
from hamsafar.errors import InputError
from hamsafar.orbit.frames import Frame, frame_named, states_from_teme
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span

MOST_STATES = 10_000_000  # 560 MB of numbers
_AT_ONCE = 100_000  # states turned together, so that what lies between stays small


@frozen(kw_only=True, eq=False)
class Ephemeris:
    """States of one object, ascending in time.

    Of many element sets the nearest answers: `elements_of` says which of `epochs` is behind each state; it is empty
    where the path itself was given as an ephemeris. In ITRS the velocity is the one seen from the turning Earth.
    """

    name: str
    norad: int | None
    designator: str
    frame: Frame
    tai_ns: TaiNs  # (n,)
    position_km: Floats  # (n, 3)
    velocity_km_s: Floats  # (n, 3)
    elements_of: NDArray[np.intp]  # (n,)
    epochs: tuple[Instant | None, ...]
    breaks: tuple[Instant, ...]  # where a given ephemeris begins anew, after a gap or at a burn: nothing joins across
    unknown: tuple[Span, ...]  # where nothing is known of the object's path
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.tai_ns)


def ephemeris(
    elements: ElementsGiven,
    start: Instant | str,
    end: Instant | str,
    *,
    step: float | str,
    frame: str = "TEME",
    as_of: Instant | str | None = None,
) -> Ephemeris:
    """States from `start` in steps of `step` seconds (or `4 min`), `end` included where a step falls on it.

    `elements`: a file (TLE, 3LE, CCSDS OMM or OEM), or sets already read; of many epochs the nearest to each state
    counts, and `as_of` leaves later ones out. Frames: TEME of date (SGP4's own), GCRS, ITRS (with UT1 and polar
    motion), TOD, EME2000, and other names of these.

    Raises InputError (InputErrors) for anything wrong in what is asked, more than ten million states too;
    OutOfRangeError where there is no state.
    """
    with Asked() as asked:
        tracked = asked.read(object_of, elements, as_of)
        span = asked.read(span_of, start, end)
        step_ns = asked.read(step_ns_of, step)
        known_frame = asked.read(_frame_of, frame)
    tracked.ensure_covered(span)
    tai_ns = tracked.known_at(_moments(span, step_ns))
    position_km, velocity_km_s = np.empty((tai_ns.size, 3)), np.empty((tai_ns.size, 3))
    for first in range(0, tai_ns.size, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        position_km[some], velocity_km_s[some] = states_from_teme(
            known_frame, *tracked.states_teme(tai_ns[some]), tai_ns[some]
        )
    return Ephemeris(
        name=tracked.name,
        norad=tracked.norad,
        designator=tracked.designator,
        frame=known_frame,
        tai_ns=tai_ns,
        position_km=position_km,
        velocity_km_s=velocity_km_s,
        elements_of=nearest(tracked.epochs, tai_ns),
        epochs=tuple(tracked.epoch(of) for of in range(len(tracked.epochs))),
        breaks=tuple(part.start for part in tracked.known(span)[1:]),
        unknown=tracked.unknown(span),
        warnings=tracked.warnings(span),
    )


def _frame_of(asked: str) -> Frame:
    try:
        return frame_named(asked)
    except InputError as problem:
        raise InputError(problem.what, where="--frame") from problem


def _moments(span: Span, step_ns: int) -> TaiNs:
    """From the span's start in equal steps, (n,); its end too where a step falls on it."""
    number = (span.end.tai_ns - span.start.tai_ns) // step_ns + 1
    if number > MOST_STATES:
        what = f"makes {number:,} states of this interval; {MOST_STATES:,} is the most: take a longer step"
        raise InputError(what, where="--step")
    return span.start.tai_ns + step_ns * np.arange(number, dtype=np.int64)
