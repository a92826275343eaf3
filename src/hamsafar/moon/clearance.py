"""How two craft that were one drift apart about the Moon, and whether they meet again."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.moon.carrier import Path
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Instant, Span

_STEP_S = 30.0  # their distance bends over a third of an hour at a low perilune, never over less


@frozen(kw_only=True)
class Approach:
    """The nearest two craft come in an interval."""

    time: Instant
    distance_km: float


@frozen(kw_only=True, eq=False)
class Clearance:
    """How the distance goes. `closest`: in all of it from `clear_after` on; `each_revolution`: the nearest of each
    revolution of the carrier after the release, the first one from the release on, where they are as near as can be.
    """

    closest: Approach
    each_revolution: tuple[Approach, ...]
    tai_ns: TaiNs  # (n,)
    distance_km: Floats  # (n,)


def clearance(one: Path, other: Path, span: Span, *, clear_after: Instant, revolution_s: float) -> Clearance:
    """How two paths keep apart over a span. Raises InputError where nothing of it lies after `clear_after`."""
    if clear_after >= span.end:
        raise InputError(f"should come before the end of what is looked at, {span.end} (got {clear_after})")
    step_ns = round(_STEP_S * NS_PER_S)
    tai_ns = np.append(np.arange(span.start.tai_ns, span.end.tai_ns, step_ns, dtype=np.int64), span.end.tai_ns)
    distance_km = _distance_km(one, other, tai_ns)
    revolution_ns = round(revolution_s * NS_PER_S)
    edges = np.arange(span.start.tai_ns, span.end.tai_ns, revolution_ns, dtype=np.int64)
    parts = [(edge, min(edge + revolution_ns, span.end.tai_ns)) for edge in edges.tolist()]
    return Clearance(
        closest=_nearest(one, other, tai_ns, distance_km, clear_after.tai_ns, span.end.tai_ns),
        each_revolution=tuple(_nearest(one, other, tai_ns, distance_km, *part) for part in parts),
        tai_ns=tai_ns,
        distance_km=distance_km,
    )


def _distance_km(one: Path, other: Path, tai_ns: TaiNs) -> Floats:
    distance: Floats = np.linalg.norm(one.states_icrf(tai_ns)[0] - other.states_icrf(tai_ns)[0], axis=1)
    return distance


def _nearest(one: Path, other: Path, tai_ns: TaiNs, distance_km: Floats, first_ns: int, last_ns: int) -> Approach:
    """The least distance within [first, last]: of the samples, and then by ten times finer ones about it, twice."""
    inside = np.flatnonzero((tai_ns >= first_ns) & (tai_ns <= last_ns))
    if not inside.size:
        inside = np.array([int(np.argmin(np.abs(tai_ns - first_ns)))])
    at_ns = int(tai_ns[inside[np.argmin(distance_km[inside])]])
    reach_ns = round(_STEP_S * NS_PER_S)
    nearest_km = float("inf")
    for _ in range(3):
        around = np.clip(at_ns + np.linspace(-reach_ns, reach_ns, 41).astype(np.int64), first_ns, last_ns)
        fine_km = _distance_km(one, other, around)
        at_ns, nearest_km = int(around[np.argmin(fine_km)]), float(fine_km.min())
        reach_ns //= 10
    return Approach(time=Instant(at_ns), distance_km=nearest_km)
