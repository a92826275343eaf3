"""Held orbits: the plane carried by J2 at the station's mean altitude, and the labelled reference trajectory."""

from __future__ import annotations

from math import degrees

import numpy as np
from attrs import evolve

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import RendezvousProfile, Ship, Station
from hamsafar.events.plane import geometry, phase_rad
from hamsafar.flight.profiles import middle_of_band_deg, profile_of
from hamsafar.orbit.trajectory import HeldTrajectory
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM


def held_orbit(elements: Elements, station: Station, *, epoch: Instant) -> HeldOrbit:
    """The circular orbit at the station's held mean altitude, in the plane of the elements, at `epoch`.

    The mean node and mean argument of latitude of the elements are carried to `epoch` at the constant J2 rates that
    `HeldTrajectory` uses too (Vallado 2013, eq. 9-41 at zero eccentricity):
    raan rate = -3/2 n J2 (R/a)^2 cos i, with a = 6378.137 km + the held altitude, n = sqrt(mu / a^3).
    The argument of latitude is worth nothing after about two weeks; whoever needs one sets it.
    """
    at_elements = HeldOrbit(
        epoch=elements.epoch,
        semi_major_axis_km=EARTH_EQUATORIAL_RADIUS_KM + station.mean_altitude_km,
        inclination_deg=elements.inclination_deg,
        raan_deg=elements.raan_deg,
        argument_of_latitude_deg=(elements.argument_of_perigee_deg + elements.mean_anomaly_deg) % 360.0,
    )
    return carried(at_elements, epoch)


def reference_orbit(
    elements: Elements, station: Station, ship: Ship, pad: Site, launch: Instant, profile: RendezvousProfile
) -> HeldOrbit:
    """The labelled reference trajectory of a launch whose phase can't be known, with its epoch at the launch.

    The plane is that of `held_orbit`; the phase at lift-off is in the middle of the profile's band, as the operator
    would set it. Raises InputError for a profile that is not one of the ship's.
    """
    wanted_deg = middle_of_band_deg(profile_of(ship, profile.name))
    held = held_orbit(elements, station, epoch=launch)
    place, r_teme_km, normal = geometry(HeldTrajectory(held), pad, np.array([launch.tai_ns], dtype=np.int64))
    phase_deg = float(np.degrees(phase_rad(place, r_teme_km, normal))[0])
    moved_deg = held.argument_of_latitude_deg + wanted_deg - phase_deg
    return evolve(held, argument_of_latitude_deg=moved_deg % 360.0)


def carried(orbit: HeldOrbit, epoch: Instant) -> HeldOrbit:
    """The same held orbit described at another epoch."""
    rates = HeldTrajectory(orbit)
    elapsed_s = epoch.seconds_since(orbit.epoch)
    return evolve(
        orbit,
        epoch=epoch,
        raan_deg=(orbit.raan_deg + degrees(rates.raan_dot_rad_s * elapsed_s)) % 360.0,
        argument_of_latitude_deg=(orbit.argument_of_latitude_deg + degrees(rates.u_dot_rad_s * elapsed_s)) % 360.0,
    )
