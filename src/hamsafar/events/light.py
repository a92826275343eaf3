"""Light and shadow along the orbit, and sunlit passes over a target."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.events.along import windows_along
from hamsafar.events.passes import pass_windows
from hamsafar.events.sun_events import sun_up_windows
from hamsafar.orbit.sun import sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, SUN_RADIUS_KM

Shadow = Literal["umbra", "penumbra"]


def shadow_depth(r_teme_km: Floats, tai_ns: TaiNs, kind: Shadow) -> Floats:
    """At or above zero in the Earth's shadow, (n,): cos(angle from the shadow's axis) - cos(its edge's angle).

    Conical shadow of the WGS-84 ellipsoid: with z stretched by 1 / (1 - f), along TEME's axis, the Earth is a ball
    of its equatorial radius R, and seen from its centre the edge at distance r is asin(R / r) - asin((S - R) / d) from
    the axis for the umbra, asin(R / r) + asin((S + R) / d) for the penumbra (S: Sun's radius, d: its distance). The
    air neither bends nor dims the light.
    """
    stretch = np.array([1.0, 1.0, 1.0 / (1.0 - EARTH_FLATTENING)])
    r_km, sun_km = r_teme_km * stretch, sun_teme_km(tai_ns) * stretch
    radius_km, distance_km = np.linalg.norm(r_km, axis=-1), np.linalg.norm(sun_km, axis=-1)
    cosine = -np.einsum("ni,ni->n", r_km, sun_km) / (radius_km * distance_km)
    disc = np.arcsin(np.minimum(1.0, EARTH_EQUATORIAL_RADIUS_KM / radius_km))
    if kind == "umbra":
        edge = disc - np.arcsin((SUN_RADIUS_KM - EARTH_EQUATORIAL_RADIUS_KM) / distance_km)
    else:
        edge = disc + np.arcsin((SUN_RADIUS_KM + EARTH_EQUATORIAL_RADIUS_KM) / distance_km)
    # Beyond the umbra's tip the edge angle is below 0: nothing is inside, however deep.
    depth: Floats = cosine - np.where(edge >= 0, np.cos(edge), 2.0 - np.cos(edge))
    return depth


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


def daylight_target(
    trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float, min_sun_deg: float
) -> Windows:
    """When the station is at or above one elevation over a site, and the Sun there at or above another."""
    passes = pass_windows(trajectory, site, span, min_elevation_deg=min_elevation_deg)
    return passes.intersection(sun_up_windows(site, span, min_sun_deg=min_sun_deg))


def beta_deg(trajectory: Trajectory, tai_ns: TaiNs) -> Floats:
    """The Sun's angle above the orbit plane, (n,) degrees; positive on the side of the angular momentum."""
    r_teme_km, v_teme_km_s = trajectory.states_teme(tai_ns)
    normal, sun_km = np.cross(r_teme_km, v_teme_km_s), sun_teme_km(tai_ns)
    sine: Floats = np.einsum("ni,ni->n", normal, sun_km) / (
        np.linalg.norm(normal, axis=-1) * np.linalg.norm(sun_km, axis=-1)
    )
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
