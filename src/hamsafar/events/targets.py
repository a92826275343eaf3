"""Targets on the ground: when the station stands right for looking at one, and the Sun too."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from hamsafar.domain.places import Site
from hamsafar.errors import InputError
from hamsafar.events.along import windows_along
from hamsafar.events.passes import pass_windows
from hamsafar.events.sun_events import dark_windows, sun_up_windows
from hamsafar.orbit.frames import itrs_from_teme, site_itrs_km
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span, Windows


def target_windows(
    trajectory: Trajectory,
    site: Site,
    span: Span,
    *,
    min_elevation_deg: float = 0.0,
    max_off_nadir_deg: float | None = None,
    min_sun_deg: float | None = None,
    max_sun_deg: float | None = None,
) -> Windows:
    """When the station stands at or above an elevation over a site, within the limits given, None being no limit.

    `max_off_nadir_deg` (0-90): the site's angle from the station's nadir, as `off_nadir_windows`. The elevation of
    the Sun's centre over the site is at least `min_sun_deg` (a photograph by day) and at most `max_sun_deg` (the
    lights of a city by night); both together are a band of twilight.
    """
    found = pass_windows(trajectory, site, span, min_elevation_deg=min_elevation_deg)
    if max_off_nadir_deg is not None:
        found = found.intersection(off_nadir_windows(trajectory, site, span, max_off_nadir_deg=max_off_nadir_deg))
    if min_sun_deg is not None:
        found = found.intersection(sun_up_windows(site, span, min_sun_deg=min_sun_deg))
    if max_sun_deg is not None:
        found = found.intersection(dark_windows(site, span, max_sun_deg=max_sun_deg))
    return found


def off_nadir_windows(trajectory: Trajectory, site: Site, span: Span, *, max_off_nadir_deg: float) -> Windows:
    """When a site is within an angle (0-90 deg) of the station's nadir, on the near side of the Earth.

    Nadir is the direction to the Earth's centre; the vertical of the ellipsoid is up to 0.19 deg from it. With p
    and r the distances of site and station from the centre and z the site's height along the station's direction,
    the angle is at most b where z >= r sin^2 b + cos b sqrt(p^2 - r^2 sin^2 b): so what is searched is the cosine
    z / p of an angle at the centre, which is as smooth as a pass. Where b takes in the whole Earth the limit is the
    horizon of a ball of radius p, z >= p^2 / r.
    """
    if not 0.0 < max_off_nadir_deg <= 90.0:
        raise InputError(f"an angle off the nadir is above 0 and at most 90 deg (got {max_off_nadir_deg})")
    here_km = site_itrs_km(site)
    p_km = float(np.linalg.norm(here_km))
    sine, cosine = sin(radians(max_off_nadir_deg)), cos(radians(max_off_nadir_deg))

    def within(tai_ns: TaiNs) -> Floats:
        r_km = itrs_from_teme(trajectory.states_teme(tai_ns)[0], tai_ns)
        radius_km = np.linalg.norm(r_km, axis=-1)
        reach = p_km**2 - (radius_km * sine) ** 2
        least_km = radius_km * sine**2 + cosine * np.sqrt(np.maximum(0.0, reach))
        least_km = np.where(reach >= 0.0, least_km, p_km**2 / radius_km)
        above: Floats = (r_km @ here_km / radius_km - least_km) / p_km
        return above

    return windows_along(trajectory, span, within)
