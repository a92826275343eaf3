"""Where the ground is when it is no sphere: a hook for terrain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import field, frozen
from attrs.validators import gt

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant

GroundRadius = Callable[[Floats, Floats], Floats]
_SEARCH_S = 0.5  # a height over ground is looked at so often: under a kilometre along the track
_PRECISION_S = 1e-4


@frozen(kw_only=True, eq=False)
class Surface:
    """Ground of varying radius.

    `radius_km(longitude_rad (n,), latitude_rad (n,)) -> (n,)`: east longitude and latitude in the body's axes (mean
    Earth at the Moon, ITRF and geocentric at the Earth). It lies between `floor_km` and `top_km` from the centre: only
    below `top_km` is it asked (each half second; a peak that is passed in less is not seen), and a body that comes down
    to `floor_km` has hit. The Moon's ground lies within 1728.2 and 1748.2 km.
    """

    centre: Centre = "moon"
    radius_km: GroundRadius
    floor_km: float = field(default=1728.0, validator=gt(0.0))
    top_km: float = field(default=1748.5, validator=gt(0.0))

    def heights_km(self, r_icrf_km: Floats, tai_ns: TaiNs) -> Floats:
        """Heights above the ground (n,) of places (n, 3). Raises InputError for ground above its top, or no number."""
        from hamsafar.orbit.earth_turn import itrs_from_gcrs
        from hamsafar.orbit.lunar_frames import me_from_icrf

        turn = me_from_icrf(tai_ns) if self.centre == "moon" else itrs_from_gcrs(tai_ns)
        body = np.einsum("nij,nj->ni", turn, r_icrf_km)
        radius = np.linalg.norm(body, axis=1)
        longitude, latitude = np.arctan2(body[:, 1], body[:, 0]), np.arcsin(body[:, 2] / radius)
        ground = np.asarray(self.radius_km(longitude, latitude), dtype=np.float64)
        wrong = np.flatnonzero(~(ground <= self.top_km))
        if wrong.size:
            at = wrong[0]
            east, north = np.degrees(longitude[at]), np.degrees(latitude[at])
            what = f"the ground at {north:.3f} deg north, {east:.3f} deg east should lie at most {self.top_km:g} km"
            raise InputError(f"{what} from the centre (top_km), and its radius is {ground[at]:g} km")
        heights: Floats = radius - ground
        return heights


def touches_ground(
    surface: Surface, epoch: Instant, buffers: tuple[Floats, Floats, Floats, Floats], count: int, end_s: float
) -> float | None:
    """When these steps first meet the ground, s from the epoch; None if they don't."""
    from hamsafar.orbit.numerical.dense import states_at

    starts, lengths, states, series = (buffer[:count] for buffer in buffers)

    def heights(seconds: Floats) -> Floats:
        out = np.empty((len(seconds), 6))
        states_at(starts, lengths, states, series, np.zeros(len(seconds), dtype=np.int64), seconds, out)
        low = np.linalg.norm(out[:, :3], axis=1) < surface.top_km
        found = np.full(len(seconds), np.inf)
        if low.any():
            found[low] = surface.heights_km(out[low, :3], tai_ns_after(epoch, seconds[low]))
        return found

    for first in _low_steps(surface, starts, lengths, states, series):
        last_s = min(starts[first] + lengths[first], end_s, key=lambda t: abs(t - starts[first]))
        number = max(2, int(np.ceil(abs(last_s - starts[first]) / _SEARCH_S)) + 1)
        seconds = np.linspace(starts[first], last_s, number)
        under = np.flatnonzero(heights(seconds) <= 0.0)
        if len(under):
            at = int(under[0])
            return _meeting(heights, float(seconds[max(at - 1, 0)]), float(seconds[at]))
    return None


def _low_steps(surface: Surface, starts: Floats, lengths: Floats, states: Floats, series: Floats) -> list[int]:
    """Steps any part of which lies below the top of the ground."""
    from hamsafar.orbit.numerical.dense import falls_to
    from hamsafar.orbit.numerical.nodes import collocation

    nodes = collocation().x
    return [
        step
        for step in range(len(starts))
        if np.linalg.norm(states[step, :3]) <= surface.top_km
        or falls_to(states[step], lengths[step], series[step], nodes, surface.top_km, 1.0) <= 1.0
    ]


def _meeting(heights: Callable[[Floats], Floats], above_s: float, below_s: float) -> float:
    while abs(below_s - above_s) > _PRECISION_S:
        middle = 0.5 * (above_s + below_s)
        if heights(np.array([middle]))[0] > 0.0:
            above_s = middle
        else:
            below_s = middle
    return below_s
