"""A place on the ground and an orbit's plane: how far off it is, and how far the station is from it along the track.

All vectors are in TEME, arrays of shape (n, 3). A place is a unit vector from the centre of the Earth, that is, it
stands at its *geocentric* latitude: with the geodetic one a crossing at 41 deg would move by more than a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hamsafar.domain.places import Site
from hamsafar.orbit.frames import site_axes, site_itrs_km, teme_from_itrs
from hamsafar.orbit.times import Floats, TaiNs

if TYPE_CHECKING:
    from hamsafar.orbit.trajectory import Trajectory


def unit(vectors: Floats) -> Floats:
    """Vectors (..., 3) scaled to length one."""
    scaled: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def place_teme(site: Site, tai_ns: TaiNs) -> Floats:
    """Unit vectors (n, 3) from the centre of the Earth to the site, in TEME."""
    return unit(teme_from_itrs(site_itrs_km(site), tai_ns))


def plane_normals(r_teme_km: Floats, v_teme_km_s: Floats) -> Floats:
    """Unit normals (n, 3) of the osculating planes, along the angular momentum."""
    return unit(np.cross(r_teme_km, v_teme_km_s))


def off_plane_rad(place: Floats, normal: Floats) -> Floats:
    """Angles (n,) from the plane to the place, positive on the side of the angular momentum."""
    angle: Floats = np.arcsin(np.clip(np.sum(place * normal, axis=-1), -1.0, 1.0))
    return angle


def along_plane(place: Floats, normal: Floats) -> tuple[Floats, Floats]:
    """The place projected into the plane, and the direction of motion there: unit vectors (n, 3) each."""
    radial = unit(place - np.sum(place * normal, axis=-1, keepdims=True) * normal)
    return radial, np.cross(normal, radial)


def phase_rad(place: Floats, r_teme_km: Floats, normal: Floats) -> Floats:
    """Angles (n,) in [0, 2 pi) in the plane, in the direction of motion, from the place to the station."""
    radial, forward = along_plane(place, normal)
    angle: Floats = np.arctan2(np.sum(r_teme_km * forward, axis=-1), np.sum(r_teme_km * radial, axis=-1))
    return angle % (2 * np.pi)


def azimuth_deg(place: Floats, north: Floats, normal: Floats) -> Floats:
    """Directions (n,) of the plane's motion at the place, degrees clockwise from `north`, a unit vector (n, 3)."""
    _, forward = along_plane(place, normal)
    east = unit(np.cross(north, place))
    azimuth: Floats = np.degrees(np.arctan2(np.sum(forward * east, axis=-1), np.sum(forward * north, axis=-1)))
    return azimuth % 360.0


def geodetic_north_teme(site: Site, tai_ns: TaiNs) -> Floats:
    """Unit vectors (n, 3) to the north along the ellipsoid at the site, in TEME."""
    return teme_from_itrs(site_axes(site)[1], tai_ns)


def hour_angle_rad(place: Floats, normal: Floats) -> Floats:
    """Angles (n,) in [0, 2 pi) along the equator from the plane's ascending node to the place's meridian."""
    node = np.arctan2(normal[:, 0], -normal[:, 1])
    angle: Floats = np.arctan2(place[:, 1], place[:, 0]) - node
    return angle % (2 * np.pi)


def geometry(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
    """(place, station position in km, plane normal) at each moment, (n, 3) each."""
    r_teme_km, v_teme_km_s = trajectory.states_teme(tai_ns)
    return place_teme(site, tai_ns), r_teme_km, plane_normals(r_teme_km, v_teme_km_s)
