"""The labelled reference trajectory: the orbit held at the altitude forecast, the phase as the operator sets it."""

from __future__ import annotations

import numpy as np
from attrs import evolve

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import RendezvousProfile, Ship
from hamsafar.events.plane import geometry, phase_rad
from hamsafar.flight.forecast import StationForecast
from hamsafar.flight.profiles import middle_of_band_deg, profile_of
from hamsafar.orbit.trajectory import HeldTrajectory
from hamsafar.timeline import Instant


def reference_orbit(
    forecast: StationForecast, elements: Elements, ship: Ship, pad: Site, launch: Instant, profile: RendezvousProfile
) -> HeldOrbit:
    """The labelled reference trajectory of a launch whose phase can't be known, with its epoch at the launch.

    Plane and altitude are those forecast for the launch; the phase at lift-off is in the middle of the profile's
    band, as the operator would set it. Raises InputError for a profile that is not one of the ship's.
    """
    wanted_deg = middle_of_band_deg(profile_of(ship, profile.name))
    held = forecast.held_orbit(elements, launch)
    place, r_teme_km, normal = geometry(HeldTrajectory(held), pad, np.array([launch.tai_ns], dtype=np.int64))
    phase_deg = float(np.degrees(phase_rad(place, r_teme_km, normal))[0])
    moved_deg = held.argument_of_latitude_deg + wanted_deg - phase_deg
    return evolve(held, argument_of_latitude_deg=moved_deg % 360.0)
