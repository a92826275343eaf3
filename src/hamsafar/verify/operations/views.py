"""What has to be true inside a contact, in sunlight, and while a picture is taken: geometry at given moments."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hamsafar.domain.lunar import Camera, Station, Target
from hamsafar.errors import OutOfRangeError
from hamsafar.verify import physics
from hamsafar.verify.operations.budget import margin_db
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.sky import (
    MOON_KM,
    Array,
    Truth,
    angle_deg,
    behind_sphere,
    earth_axes,
    moon_axes,
    moon_place_km,
    visible_share,
)

ALL_OF_SUN = 0.999  # of the disc: the Earth's shadow is known to 20 km, a share of 0.0002 at its edge's steepest part
NOTHING_DB = 0.02  # decibels two people round differently

Condition = Callable[[Array], dict[str, Truth]]


def contact(case: OperationsCase, station: Station) -> Condition:
    """Above horizon and mask, the Moon not between, the downlink closing: each (n,) at seconds (n,) of the week.

    Light time is left out, as everywhere in a plan. Raises OutOfRangeError where link or antenna are missing.
    """
    link = case.downlink

    def seen(seconds: Array) -> dict[str, Truth]:
        to_earth, craft = case.sky.earth(seconds), case.craft_km(seconds)
        axes = earth_axes(case.base, seconds)
        fixed = np.einsum("nij,nj->ni", axes, craft - to_earth)
        there = to_earth + np.einsum("nij,i->nj", axes, physics.site_km(station.site))
        towards, elevation = craft - there, physics.elevation_deg(station.site, fixed)
        horizon = station.site.horizon
        azimuth = physics.azimuth_deg(station.site, fixed)
        mask = np.full(len(seconds), -90.0) if horizon is None else physics.horizon_deg(horizon, azimuth)
        far_km, moon_km = np.linalg.norm(towards, axis=1), np.linalg.norm(there, axis=1)
        spare_db = margin_db(station, link, far_km, elevation, moon_km) - link.margin_db
        return {
            "it is below the horizon that the station tracks from": elevation >= station.min_elevation_deg,
            "it is behind what stands around the station": elevation >= mask,
            "the Moon stands between": ~behind_sphere(there, craft, MOON_KM),
            "the link doesn't close with its margin": spare_db >= -NOTHING_DB,
        }

    return seen


def sunlight(case: OperationsCase) -> Condition:
    """The whole of the Sun's disc visible."""

    def lit(seconds: Array) -> dict[str, Truth]:
        share = visible_share(case.craft_km(seconds), case.sky.sun(seconds), case.sky.earth(seconds))
        return {"the Sun is hidden, wholly or in part": share >= ALL_OF_SUN}

    return lit


def target(case: OperationsCase, aim: Target, camera: Camera | None) -> Condition:
    """In view as the file asks. Raises OutOfRangeError for a place without coordinates, or an unknown camera."""
    if camera is None:
        raise OutOfRangeError("the camera is not among the mission's")
    return _earth_in_view(case, aim) if aim.body == "earth" else _place_in_view(case, aim)


def _earth_in_view(case: OperationsCase, aim: Target) -> Condition:
    def seen(seconds: Array) -> dict[str, Truth]:
        craft, earth = case.craft_km(seconds), case.sky.earth(seconds)
        return {
            "the Moon stands between": ~behind_sphere(craft, earth, MOON_KM),
            **_near_and_dark(aim, earth - craft, case.sky.sun(seconds) - craft),
        }

    return seen


def _place_in_view(case: OperationsCase, aim: Target) -> Condition:
    if aim.latitude_deg is None or aim.longitude_deg is None:
        raise OutOfRangeError(f"the target {aim.id} states no place on the Moon")
    body_km = moon_place_km(aim.latitude_deg, aim.longitude_deg)

    def seen(seconds: Array) -> dict[str, Truth]:
        place = np.einsum("nij,i->nj", moon_axes(case.base, seconds), body_km)
        craft, sun = case.craft_km(seconds), case.sky.sun(seconds)
        sun_deg, look_deg = 90 - angle_deg(sun - place, place), angle_deg(craft - place, place)
        return {
            "it is seen more obliquely than asked": look_deg <= aim.max_look_deg,
            "the Sun is lower there than asked": sun_deg >= aim.min_sun_elevation_deg,
            "the Sun is higher there than asked": sun_deg <= aim.max_sun_elevation_deg,
            **_near_and_dark(aim, place - craft, sun - craft),
        }

    return seen


def _near_and_dark(aim: Target, towards: Array, sun: Array) -> dict[str, Truth]:
    far_km = np.linalg.norm(towards, axis=1)
    near = np.ones(len(far_km), dtype=np.bool_) if aim.max_range_km is None else far_km <= aim.max_range_km
    return {
        "it is farther than asked": near,
        "the Sun stands in the camera's sight": angle_deg(towards, sun) >= aim.min_sun_separation_deg,
    }
