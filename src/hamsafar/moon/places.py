"""Places on the Moon: how a cloud of impacts is spread."""

from __future__ import annotations

from math import atan2, degrees, log, pi, sqrt

import numpy as np
from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.orbit.lunar_frames import selenographic
from hamsafar.orbit.times import Floats
from hamsafar.units import MOON_RADIUS_KM

_CHI2_95 = -2.0 * log(0.05)  # of two degrees of freedom: 5.991
FEWEST_IMPACTS = 10  # below, an ellipse says nothing
_WIDEST_DEG = 25.0  # 95 % semi-major axis: beyond it the tangent plane bends lengths by more than 3 %


@frozen(kw_only=True)
class ImpactEllipse:
    """Where impacts gather: the mean place (mean-Earth frame) and the covariance in its tangent plane, on the sphere.

    Semi-axes in km along the surface at one standard deviation, `_95_` those that hold 95 % of a normal cloud;
    `azimuth_deg` of the long axis, clockwise from north, 0 to 180. `share_inside`: of the impacts that truly lie
    inside the 95 % ellipse, so that a cloud that is not normal shows itself.
    """

    latitude_deg: float
    longitude_deg: float
    semi_major_km: float
    semi_minor_km: float
    semi_major_95_km: float
    semi_minor_95_km: float
    azimuth_deg: float
    share_inside: float


def units_of(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Unit vectors (n, 3) of places."""
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=-1)


def impact_ellipse(latitude_deg: Floats, longitude_deg: Floats) -> ImpactEllipse | None:
    """The ellipse of a cloud of impacts (n,), (n,); None where they are fewer than ten or do not gather.

    They gather where the 95 % ellipse is no longer than 25 degrees to each side. Distances and azimuths from the mean
    place are true ones (azimuthal equidistant projection), so a pole or the 180th meridian is a place like others.
    """
    if latitude_deg.size < FEWEST_IMPACTS:
        return None
    places = units_of(latitude_deg, longitude_deg)
    middle = places.mean(axis=0)
    if np.linalg.norm(middle) < 1e-6:
        return None
    middle = middle / np.linalg.norm(middle)
    plane_km = _plane_km(places, middle)
    offset_km = plane_km.mean(axis=0)
    covariance = np.cov(plane_km.T)
    variances, axes = np.linalg.eigh(covariance)
    minor, major = (sqrt(max(value, 0.0)) for value in variances)
    if degrees(major * sqrt(_CHI2_95) / MOON_RADIUS_KM) > _WIDEST_DEG:
        return None
    east, north = axes[:, 1]
    lat, lon, _ = selenographic(_back(offset_km, middle)[None])
    return ImpactEllipse(
        latitude_deg=float(lat[0]),
        longitude_deg=float(lon[0]),
        semi_major_km=major,
        semi_minor_km=minor,
        semi_major_95_km=major * sqrt(_CHI2_95),
        semi_minor_95_km=minor * sqrt(_CHI2_95),
        azimuth_deg=degrees(atan2(east, north)) % 180.0,
        share_inside=_share_inside(plane_km - offset_km, variances, axes),
    )


def _share_inside(plane_km: Floats, variances: Floats, axes: Floats) -> float:
    """The share of points (n, 2) inside the 95 % ellipse; a cloud without width counts as inside."""
    along = plane_km @ axes
    scaled = np.where(variances > 1e-12, along**2 / np.maximum(variances, 1e-12), 0.0)
    return float(np.mean(scaled.sum(axis=1) <= _CHI2_95))


def _axes(middle: Floats) -> tuple[Floats, Floats]:
    """East and north at a place; at a pole, east is along +y."""
    east = np.cross([0.0, 0.0, 1.0], middle)
    length = float(np.linalg.norm(east))
    east = east / length if length > 1e-9 else np.array([0.0, 1.0, 0.0])
    return east, np.cross(middle, east)


def _plane_km(places: Floats, middle: Floats) -> Floats:
    """(n, 2) east and north, km: true distance and azimuth from the middle (Snyder 1987, eq. 25-1)."""
    east, north = _axes(middle)
    x, y, z = places @ east, places @ north, places @ middle
    across = np.hypot(x, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(across > 0.0, np.arctan2(across, z) / across, 1.0)
    return np.stack((x * scale, y * scale), axis=-1) * MOON_RADIUS_KM


def _back(offset_km: Floats, middle: Floats) -> Floats:
    """The unit vector (3,) so far east and north of the middle."""
    east, north = _axes(middle)
    angle = float(np.hypot(*offset_km)) / MOON_RADIUS_KM
    if not angle <= pi:
        raise InputError("an offset on the Moon is shorter than half way round it")
    if angle == 0.0:
        return middle
    direction = (offset_km[0] * east + offset_km[1] * north) / (angle * MOON_RADIUS_KM)
    place: Floats = np.cos(angle) * middle + np.sin(angle) * direction
    return place
