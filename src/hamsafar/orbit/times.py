"""Arrays of time: TAI nanoseconds as an `Instant` counts them, and what the physics makes of them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hamsafar.errors import InputError
from hamsafar.timeline import NS_PER_S, Instant, Span

Floats: TypeAlias = NDArray[np.float64]
TaiNs: TypeAlias = NDArray[np.int64]

DAY_NS = 86_400 * NS_PER_S
_TT_MINUS_TAI_NS = 32_184_000_000  # IAU 1991 recommendation IV
_ORIGIN_JD = 2_451_544.5  # 2000-01-01T00:00, where an Instant counts from


def grid(span: Span, step_s: float) -> TaiNs:
    """Moments of a span from its start in equal steps, the end not included: (n,) ns of TAI."""
    step_ns = round(step_s * NS_PER_S)
    if step_ns <= 0:
        raise InputError(f"a step lasts at least a nanosecond (got {step_s} s)")
    return np.arange(span.start.tai_ns, span.end.tai_ns, step_ns, dtype=np.int64)


def tai_ns_of(moments: Instant | tuple[Instant, ...]) -> TaiNs:
    """One or more Instants as an array (n,)."""
    several = (moments,) if isinstance(moments, Instant) else moments
    return np.array([moment.tai_ns for moment in several], dtype=np.int64)


def tai_ns_after(epoch: Instant, seconds: Floats) -> TaiNs:
    """The moments so many elapsed seconds after an epoch, to the nanosecond: (n,)."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * NS_PER_S).astype(np.int64) + np.int64(epoch.tai_ns)


def julian_date_tt(tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Two-part Julian date in Terrestrial Time: (midnight (n,), fraction of day (n,))."""
    days, ns = np.divmod(tai_ns + _TT_MINUS_TAI_NS, DAY_NS)
    return days + _ORIGIN_JD, ns / DAY_NS


def julian_date_ut1(tai_ns: TaiNs, ut1_minus_tai_s: Floats) -> tuple[Floats, Floats]:
    """Two-part Julian date in UT1: (midnight of TAI (n,), fraction of day (n,), which may be below 0)."""
    days, ns = np.divmod(tai_ns, DAY_NS)
    return days + _ORIGIN_JD, ns / DAY_NS + ut1_minus_tai_s / 86_400.0
