"""When a pad passes through the plane that the station has where it passes the pad.

A station's osculating plane ripples by 0.02 deg twice an orbit, so "the plane at lift-off" would depend on where the
station happens to be, by up to 88 s of a launch. A ship is sent into the plane at its own place. So the plane counts
that an orbit over the pad has: the mean plane, and the ripple at the pad's argument of latitude. It needs no phase.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import Branch
from hamsafar.events.plane import place_teme
from hamsafar.flight.forecast import StationForecast
from hamsafar.orbit.plane_drift import DriftingPlane, short_period_tilt
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Span

TURN_NS = round(0.98335 * 86_400 * NS_PER_S)  # 360.986 deg a day less 6 to 6.2 of the node; refined by each search
_ROUNDS = 6  # the rate is known to 1 %: each round leaves a hundredth of the miss
_TOUCH = 1e-9  # a pad exactly as far north as the plane reaches does touch it


@frozen(kw_only=True, eq=False)
class PadCrossings:
    """Passages of a pad through the plane on one branch: moments (n,) TAI ns."""

    tai_ns: TaiNs
    exists: NDArray[np.bool_]  # False where the pad stays beyond the plane's latitudes that day


class PadPlane:
    """The plane of a station over a pad, by one element set of its forecast."""

    def __init__(self, forecast: StationForecast, plane: DriftingPlane, pad: Site, branch: Branch) -> None:
        self._forecast, self._plane, self._pad, self._branch = forecast, plane, pad, branch

    def at(self, tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
        """(node, inclination, place): (n,) rad, (n,) rad, unit vectors (n, 3) to the pad, TEME."""
        place = place_teme(self._pad, tai_ns)
        node, inclination = self._plane.at(tai_ns)
        a_km = self._forecast.semi_major_axis_km(tai_ns)
        reach = np.clip(place[:, 2] / np.sin(inclination), -1.0, 1.0)
        latitude_argument = np.arcsin(reach)
        if self._branch == "descending":
            latitude_argument = np.pi - latitude_argument
        more_node, more_inclination = short_period_tilt(a_km, inclination, latitude_argument)
        return node + more_node, inclination + more_inclination, place

    def normals(self, tai_ns: TaiNs) -> Floats:
        """Unit normals (n, 3) of the plane, TEME."""
        node, inclination, _ = self.at(tai_ns)
        sin_i = np.sin(inclination)
        return np.stack([np.sin(node) * sin_i, -np.cos(node) * sin_i, np.cos(inclination)], axis=-1)

    def crossings(self, span: Span) -> PadCrossings:
        """Every crossing of the half-open span, ascending; where there is none that day, the closest approach."""
        moments = np.arange(span.start.tai_ns - TURN_NS, span.end.tai_ns + TURN_NS, TURN_NS // 2, dtype=np.int64)
        for _ in range(_ROUNDS):
            turned_rad, _ = self._missing(moments)
            moments = moments + np.round(turned_rad / (2 * np.pi) * TURN_NS).astype(np.int64)
        moments = np.sort(moments)  # each crossing was aimed at from two moments
        moments = moments[np.diff(moments, prepend=moments[0] - TURN_NS) > TURN_NS // 4]
        moments = moments[(moments >= span.start.tai_ns) & (moments < span.end.tai_ns)]
        _, exists = self._missing(moments)
        return PadCrossings(tai_ns=moments, exists=exists)

    def _missing(self, tai_ns: TaiNs) -> tuple[Floats, NDArray[np.bool_]]:
        """How far the Earth must still turn to the crossing, (n,) rad from -pi to pi, and whether there is one."""
        node, inclination, place = self.at(tai_ns)
        tangent = place[:, 2] / np.hypot(place[:, 0], place[:, 1])
        sine = tangent / np.tan(inclination)
        from_node = np.arcsin(np.clip(sine, -1.0, 1.0))
        if self._branch == "descending":
            from_node = np.pi - from_node
        missing: Floats = np.mod(node + from_node - np.arctan2(place[:, 1], place[:, 0]) + np.pi, 2 * np.pi) - np.pi
        return missing, np.abs(sine) <= 1.0 + _TOUCH
