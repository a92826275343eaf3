"""Light and shadow along the orbit, and what of it can be seen from the ground."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.events.along import windows_along
from hamsafar.events.passes import Pass, pass_windows
from hamsafar.events.sun_events import dark_windows
from hamsafar.events.targets import target_windows
from hamsafar.orbit.sun import sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, SUN_RADIUS_KM

Shadow = Literal["umbra", "penumbra"]

_STRETCH = np.array([1.0, 1.0, 1.0 / (1.0 - EARTH_FLATTENING)])


def shadow_depth(r_teme_km: Floats, tai_ns: TaiNs, kind: Shadow) -> Floats:
    """At or above zero in the Earth's shadow, (n,): cos(angle from the shadow's axis) - cos(its edge's angle).

    Conical shadow of the WGS-84 ellipsoid: with z stretched by k = 1 / (1 - f), along TEME's axis, the Earth is a ball
    of its equatorial radius R, and seen from its centre the edge at distance r is asin(R / r) - asin((S - R) / d) from
    the axis for the umbra, asin(R / r) + asin((S + R) / d) for the penumbra (d: the Sun's distance). S is how far the
    Sun, which stretches with the rest, reaches from the axis in the direction in which the station stands off it:
    its radius times sqrt(1 + (k^2 - 1) z^2), z being that direction's third component. The air neither bends nor
    dims the light. Edges are met to 1 ms against rays from the Sun's rim past the ellipsoid, 3 ms where they graze.
    """
    r_km, sun_km = r_teme_km * _STRETCH, sun_teme_km(tai_ns) * _STRETCH
    radius_km, distance_km = np.linalg.norm(r_km, axis=-1), np.linalg.norm(sun_km, axis=-1)
    cosine = -np.einsum("ni,ni->n", r_km, sun_km) / (radius_km * distance_km)
    disc = np.arcsin(np.minimum(1.0, EARTH_EQUATORIAL_RADIUS_KM / radius_km))
    rim_km = _sun_reach_km(r_km[:, 2] / radius_km, sun_km[:, 2] / distance_km, cosine)
    if kind == "umbra":
        edge = disc - np.arcsin((rim_km - EARTH_EQUATORIAL_RADIUS_KM) / distance_km)
    else:
        edge = disc + np.arcsin((rim_km + EARTH_EQUATORIAL_RADIUS_KM) / distance_km)
    # Beyond the umbra's tip the edge angle is below 0: nothing is inside, however deep.
    depth: Floats = cosine - np.where(edge >= 0, np.cos(edge), 2.0 - np.cos(edge))
    return depth


def _sun_reach_km(r_z: Floats, sun_z: Floats, cosine: Floats) -> Floats:
    """How far the stretched Sun reaches from the shadow's axis towards the station, (n,) km.

    `r_z`, `sun_z`: third components of the unit vectors to both; `cosine`: of the angle from the axis.
    """
    off_axis_squared = np.maximum(1.0 - cosine**2, 1e-12)  # on the axis itself every direction is as good
    direction_z = r_z + cosine * sun_z
    swelling = (_STRETCH[2] ** 2 - 1.0) * direction_z**2 / off_axis_squared
    reach_km: Floats = SUN_RADIUS_KM * np.sqrt(1.0 + np.minimum(swelling, _STRETCH[2] ** 2 - 1.0))
    return reach_km


def shadow_windows(trajectory: Trajectory, span: Span, kind: Shadow) -> Windows:
    """When the station is in the umbra, or anywhere in the penumbra (the umbra included)."""

    def depth(tai_ns: TaiNs) -> Floats:
        return shadow_depth(trajectory.states_teme(tai_ns)[0], tai_ns, kind)

    return windows_along(trajectory, span, depth)


def umbra(trajectory: Trajectory, span: Span) -> Windows:
    """When the station is in the Earth's umbra."""
    return shadow_windows(trajectory, span, "umbra")


def penumbra(trajectory: Trajectory, span: Span) -> Windows:
    """When the station sees less than the whole Sun, or none of it."""
    return shadow_windows(trajectory, span, "penumbra")


def is_sunlit(trajectory: Trajectory, tai_ns: TaiNs) -> NDArray[np.bool_]:
    """Whether the station sees any of the Sun, (n,)."""
    lit: NDArray[np.bool_] = shadow_depth(trajectory.states_teme(tai_ns)[0], tai_ns, "umbra") < 0
    return lit


def sunlit_windows(trajectory: Trajectory, span: Span) -> Windows:
    """When the station is lit by the Sun, wholly or in part: known and out of the umbra."""
    dark = umbra(trajectory, span)
    return Windows(dark.closed(), dark.known)


def visible_windows(
    trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float, max_sun_deg: float = -6.0
) -> Windows:
    """When the station can be seen from a site: above an elevation, lit, and the Sun at or below `max_sun_deg` there.

    -6 deg is the end of civil twilight, after which a station as bright as ours stands out. Clouds, the phase of
    the station's lighting and the penumbra's dimming are left out.
    """
    passes = pass_windows(trajectory, site, span, min_elevation_deg=min_elevation_deg)
    seen = sunlit_windows(trajectory, span).intersection(dark_windows(site, span, max_sun_deg=max_sun_deg))
    return passes.intersection(seen)


def visible_parts(passes: Iterable[Pass], *, sunlit: Windows, dark: Windows) -> tuple[tuple[Span, ...], ...]:
    """For each pass the parts of it, ascending, in which the station is lit and the site dark; () where there is none.

    `sunlit` and `dark` are computed once for a whole search (`sunlit_windows`, `dark_windows`); where either is
    unknown nothing is said to be visible.
    """
    seen = sunlit.intersection(dark).spans
    starts = [one.start for one in seen]
    return tuple(_shared(one.span, seen, starts) for one in passes)


def _shared(span: Span, others: tuple[Span, ...], starts: list[Instant]) -> tuple[Span, ...]:
    """What a span shares with each of some disjoint ones, given their starts too."""
    first = max(0, bisect_right(starts, span.start) - 1)
    last = bisect_right(starts, span.end)
    return tuple(cut for other in others[first:last] if (cut := span.intersect(other)) is not None)


def daylight_target(
    trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float, min_sun_deg: float
) -> Windows:
    """When the station is at or above one elevation over a site, and the Sun there at or above another."""
    return target_windows(trajectory, site, span, min_elevation_deg=min_elevation_deg, min_sun_deg=min_sun_deg)


def beta_deg(trajectory: Trajectory, tai_ns: TaiNs) -> Floats:
    """The Sun's angle above the orbit plane, (n,) degrees; positive on the side of the angular momentum."""
    r_teme_km, v_teme_km_s = trajectory.states_teme(tai_ns)
    normal, sun_km = np.cross(r_teme_km, v_teme_km_s), sun_teme_km(tai_ns)
    sine: Floats = np.einsum("ni,ni->n", normal, sun_km) / (
        np.linalg.norm(normal, axis=-1) * np.linalg.norm(sun_km, axis=-1)
    )
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
