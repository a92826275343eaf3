"""When a pad passes through a station's orbit plane: every time, exactly.

Seen from the Earth-fixed pad the plane turns once in about 0.98 days. In the *hour angle*, along the equator from
the ascending node to the pad's meridian, the angle from plane to pad is lowest at a quarter turn and highest at
three quarters. So from the lowest to the highest there is exactly one crossing, on the descending branch, and from
the highest to the next lowest exactly one on the ascending branch. Those brackets are what keeps any from being lost.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import Branch
from hamsafar.events.halving import rising_roots_ns
from hamsafar.events.plane import azimuth_deg, geodetic_north_teme, geometry, hour_angle_rad, off_plane_rad
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span

TURN_NS = round(0.9834 * 86_400 * NS_PER_S)  # 360.986 deg a day and 5 to 7 deg of the node; refined by each search
LOWEST_RAD, HIGHEST_RAD = np.pi / 2, 3 * np.pi / 2
_MIDDLE_RAD: dict[Branch, float] = {"descending": np.pi, "ascending": 0.0}

# The osculating plane ripples (J2, twice an orbit, below 0.02 deg): a pad that just grazes it may cross on a ripple.
_GRAZING_RAD = np.radians(0.05)
_RIPPLE_STEPS_NS = np.arange(-40, 41, dtype=np.int64) * 30 * NS_PER_S  # 20 min to both sides, near half an orbit
_TOUCH_RAD = 1e-9  # 6 mm on the ground: a pad exactly as far north as the orbit reaches does touch its plane


@frozen(kw_only=True, order=True)
class PlaneCrossing:
    """A pad passes through the station's orbit plane."""

    time: Instant
    branch: Branch  # whether the station moves north (ascending) or south where it passes the pad
    azimuth_deg: float  # of the plane's motion at the pad, from geodetic north over east, the Earth's turning apart


def plane_crossings(trajectory: Trajectory, pad: Site, span: Span) -> tuple[PlaneCrossing, ...]:
    """Every passage of a pad through the osculating plane in a span, by time, to the nanosecond of the trajectory.

    A pad that only touches the plane passes it too; one beyond the latitudes of the orbit never does. The trajectory
    is asked up to two days beyond the span, and raises what it raises where it has no states.
    """
    found: list[PlaneCrossing] = []
    for branch in _MIDDLE_RAD:
        crossings, crosses = crossings_ns(trajectory, pad, middles_ns(trajectory, pad, span, branch), branch)
        inside = crosses & (crossings >= span.start.tai_ns) & (crossings < span.end.tai_ns)
        moments = np.unique(crossings[inside])
        place, _, normal = geometry(trajectory, pad, moments)
        azimuths = azimuth_deg(place, geodetic_north_teme(pad, moments), normal)
        found += [
            PlaneCrossing(time=Instant(int(moment)), branch=branch, azimuth_deg=float(azimuth))
            for moment, azimuth in zip(moments, azimuths, strict=True)
        ]
    return tuple(sorted(found))


def middles_ns(trajectory: Trajectory, pad: Site, span: Span, branch: Branch) -> TaiNs:
    """The middles (n,) of all half turns of one branch that touch `span`: one crossing belongs to each."""
    starts = np.arange(span.start.tai_ns - TURN_NS, span.end.tai_ns + TURN_NS, TURN_NS // 8, dtype=np.int64)
    middles = np.sort(_at_hour_angle(trajectory, pad, starts, _MIDDLE_RAD[branch]))
    return middles[np.diff(middles, prepend=middles[0] - TURN_NS) > TURN_NS // 2]


def crossings_ns(
    trajectory: Trajectory, pad: Site, middle_ns: TaiNs, branch: Branch
) -> tuple[TaiNs, NDArray[np.bool_]]:
    """The crossing (n,) in the half turn of one branch around each middle, and whether there is one.

    Where there is none (the pad stays beyond the latitudes of the plane) the moment of closest approach stands in.
    To the nanosecond of the trajectory given.
    """
    forward = 1 if branch == "descending" else -1
    lowest_ns = _extreme(trajectory, pad, middle_ns - forward * (TURN_NS // 4), "lowest")
    highest_ns = _extreme(trajectory, pad, middle_ns + forward * (TURN_NS // 4), "highest")
    least, most = _off_plane(trajectory, pad, lowest_ns), _off_plane(trajectory, pad, highest_ns)
    found = np.where(np.abs(least) <= np.abs(most), lowest_ns, highest_ns)
    touches = np.minimum(np.abs(least), np.abs(most)) <= _TOUCH_RAD
    crosses = (least < 0) & (most > 0) & ~touches
    low, high = (lowest_ns, highest_ns) if forward > 0 else (highest_ns, lowest_ns)
    found[crosses] = rising_roots_ns(
        lambda tai_ns: forward * _off_plane(trajectory, pad, tai_ns), low[crosses], high[crosses]
    )
    return found, crosses | touches


def _off_plane(trajectory: Trajectory, pad: Site, tai_ns: TaiNs) -> Floats:
    place, _, normal = geometry(trajectory, pad, tai_ns)
    return off_plane_rad(place, normal)


def _at_hour_angle(trajectory: Trajectory, pad: Site, near_ns: TaiNs, wanted_rad: float) -> TaiNs:
    """The moments (n,) nearest to given ones at which the hour angle has a value, to about a second."""
    aimed = near_ns
    for _ in range(4):  # the rate is known to 2 %: four steps leave half a turn at 0.1 s, and ripples of a few
        place, _, normal = geometry(trajectory, pad, aimed)
        missing = np.mod(wanted_rad - hour_angle_rad(place, normal) + np.pi, 2 * np.pi) - np.pi
        aimed = aimed + np.round(missing / (2 * np.pi) * TURN_NS).astype(np.int64)
    return aimed


def _extreme(trajectory: Trajectory, pad: Site, near_ns: TaiNs, which: Literal["lowest", "highest"]) -> TaiNs:
    """When the pad is furthest below (above) the plane; where it only just gets there, on the best of the ripples."""
    found = _at_hour_angle(trajectory, pad, near_ns, LOWEST_RAD if which == "lowest" else HIGHEST_RAD)
    grazing = np.flatnonzero(np.abs(_off_plane(trajectory, pad, found)) < _GRAZING_RAD)
    for index in grazing:
        around = found[index] + _RIPPLE_STEPS_NS
        angles = _off_plane(trajectory, pad, around)
        best = np.argmin(angles) if which == "lowest" else np.argmax(angles)
        found[index] = around[best]
    return found
