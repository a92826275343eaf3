"""Landing opportunities: once an orbit the station stands as at real landings, and the site must be near the plane.

Where the elements are too old to know how the station stands, the plane alone still tells the hour: `far_landings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import hypot, pi, radians, sqrt

import numpy as np

from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Basis, LandingOpportunity
from hamsafar.domain.vehicles import ReturnProfile, Ship, Station
from hamsafar.errors import InputError
from hamsafar.events.halving import rising_roots_ns
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.flight.forecast import UNKNOWN_PHASE_SIGMA_DEG, age_d, window_sigma_s
from hamsafar.flight.profiles import return_of
from hamsafar.orbit.frames import site_itrs_km
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

_STEP_NS = 180 * NS_PER_S  # 12 deg of motion: a station can't go round between two samples
_CHUNK = 20_000  # samples at a time, two weeks, to keep memory small over a year
# Within so much of the plane the site's own turning, seen in the plane, is far slower than the station's
# (0.25 deg a minute over the cosine, against 3.9), so the angle between them only grows: one root an orbit.
_NEAR_PLANE_RAD = np.radians(30.0)


def landing_opportunities(
    trajectory: Trajectory,
    *,
    elements: Elements,
    basis: Basis,
    station: Station,
    ship: Ship,
    profile: ReturnProfile,
    site: Site,
    window: Span,
    phase_sigma_deg_at: Callable[[Instant], float] | None,
) -> tuple[LandingOpportunity, ...]:
    """One landing an orbit inside the half-open window, where the site is close enough to the plane; by time.

    The landing is the moment at which the station is `profile.station_lead_deg` beyond the site's closest point in
    the plane, as it was at real landings; undocking and deorbit lie the profile's times before it, exactly.
    `elements` are what the trajectory rests on.
    `phase_sigma_deg_at` gives the station's sigma along its orbit; None says that nothing is known of it.
    Checked against Shenzhou-14: 3 min from elements 0.3 d old (tests/unit/flight).
    Raises InputError for a profile that is not the ship's, a ship of another station, or another profile's site.
    """
    _check(station, ship, profile, site)
    found = passages(
        trajectory,
        elements=elements,
        basis=basis,
        station=station,
        profile=profile,
        site=site,
        window=window,
        phase_sigma_deg_at=phase_sigma_deg_at,
    )
    return tuple(one for one in found if one.crossrange_km <= longest_crossrange_km(profile, site))


def passages(
    trajectory: Trajectory,
    *,
    elements: Elements,
    basis: Basis,
    station: Station,
    profile: ReturnProfile,
    site: Site,
    window: Span,
    phase_sigma_deg_at: Callable[[Instant], float] | None,
) -> tuple[LandingOpportunity, ...]:
    """As `landing_opportunities`, however far the plane is from the site, up to 30 deg: most are no opportunities."""
    landing_ns = _at_lead(trajectory, site, profile, window)
    if not landing_ns.size:
        return ()
    place, r_teme_km, normal = geometry(trajectory, site, landing_ns)
    columns = zip(
        map(Instant, landing_ns.tolist()),
        np.abs(off_plane_rad(place, normal)).tolist(),
        np.degrees(phase_rad(place, r_teme_km, normal)).tolist(),
        sun_elevation_deg(site, landing_ns).tolist(),
        strict=True,
    )
    return tuple(
        opportunity(
            landing,
            profile,
            basis,
            elements,
            sigma_s=landing_sigma_s(
                station, profile, None if phase_sigma_deg_at is None else phase_sigma_deg_at(landing)
            ),
            crossrange_km=off_rad * _ground_radius_km(site),
            station_lead_deg=lead_deg,
            sun_elevation_deg=sun_up_deg,
        )
        for landing, off_rad, lead_deg, sun_up_deg in columns
    )


def longest_crossrange_km(profile: ReturnProfile, site: Site) -> float:
    """The profile's largest angle from the site to the plane, on the ground there."""
    return radians(profile.max_crossrange_deg) * _ground_radius_km(site)


def _ground_radius_km(site: Site) -> float:
    return float(np.linalg.norm(site_itrs_km(site)))


def _check(station: Station, ship: Ship, profile: ReturnProfile, site: Site) -> None:
    if ship.station != station.id:
        raise InputError(f"ship {ship.id!r} belongs to station {ship.station!r}, not {station.id!r}")
    return_of(ship, profile.name)  # raises for a stranger
    if profile.site != site.id:
        raise InputError(f"return profile {profile.name!r} lands at {profile.site!r}, not at {site.id!r}")


def _at_lead(trajectory: Trajectory, site: Site, profile: ReturnProfile, window: Span) -> TaiNs:
    """When the station is at the lead, once an orbit, while the site is anywhere near the plane."""
    lead_rad = np.radians(profile.station_lead_deg)

    def beyond_lead(tai_ns: TaiNs) -> Floats:
        place, r_teme_km, normal = geometry(trajectory, site, tai_ns)
        beyond = np.mod(phase_rad(place, r_teme_km, normal) - lead_rad + np.pi, 2 * np.pi) - np.pi
        return np.where(np.abs(off_plane_rad(place, normal)) < _NEAR_PLANE_RAD, beyond, np.nan)

    found = [rising_roots_ns(beyond_lead, low, high) for low, high in _brackets(beyond_lead, window)]
    all_ns = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    return all_ns[(all_ns >= window.start.tai_ns) & (all_ns < window.end.tai_ns)]


def _brackets(quantity: Callable[[TaiNs], Floats], window: Span) -> Iterator[tuple[TaiNs, TaiNs]]:
    """Steps in which the quantity rises through zero, over both ends, so none is lost there."""
    # Whole steps, so that a window that is cut anywhere finds the same.
    first, last = (window.start.tai_ns // _STEP_NS - 1) * _STEP_NS, window.end.tai_ns + _STEP_NS
    grid = np.arange(first, last + _STEP_NS, _STEP_NS, dtype=np.int64)
    for begin in range(0, len(grid) - 1, _CHUNK):
        times = grid[begin : begin + _CHUNK + 1]
        values = quantity(times)
        # A wrap from +pi to -pi falls; only a true root rises from just below to just above zero.
        rises = (values[:-1] < 0) & (values[1:] >= 0) & (values[1:] - values[:-1] < np.pi)
        yield times[:-1][rises], times[1:][rises]


def landing_sigma_s(station: Station, profile: ReturnProfile, phase_sigma_deg: float | None) -> float:
    """One sigma of a landing, seconds, for a sigma of the station's phase; None where nothing is known of that."""
    phase_sigma = UNKNOWN_PHASE_SIGMA_DEG if phase_sigma_deg is None else phase_sigma_deg
    return window_sigma_s(hypot(profile.station_lead_sigma_deg, phase_sigma), period_s(station))


def period_s(station: Station) -> float:
    """One revolution at the station's mean altitude, by Kepler; seconds."""
    semi_major_axis_km = EARTH_EQUATORIAL_RADIUS_KM + station.mean_altitude_km
    return 2 * pi * sqrt(semi_major_axis_km**3 / EARTH_MU_KM3_S2)


def opportunity(
    landing: Instant,
    profile: ReturnProfile,
    basis: Basis,
    elements: Elements,
    *,
    sigma_s: float,
    crossrange_km: float,
    station_lead_deg: float,
    sun_elevation_deg: float,
) -> LandingOpportunity:
    """A landing with the times that lead to it, as the profile says."""
    return LandingOpportunity(
        landing=landing,
        sigma_s=sigma_s,
        undocking=landing.plus(minutes=-profile.undocking_to_landing_min),
        deorbit=landing.plus(minutes=-profile.deorbit_to_landing_min),
        crossrange_km=crossrange_km,
        station_lead_deg=station_lead_deg,
        sun_elevation_deg=sun_elevation_deg,
        free_flight_min=profile.undocking_to_landing_min,
        elements_epoch=elements.epoch,
        elements_age_d=age_d(elements, landing),
        basis=basis,
    )
