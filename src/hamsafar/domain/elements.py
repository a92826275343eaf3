"""Orbital elements of one object at one epoch, and the orbit held when they are too old."""

from __future__ import annotations

from attrs import frozen

from hamsafar.timeline import Instant


@frozen(kw_only=True)
class Elements:
    """SGP4 mean elements (TEME of epoch), as a TLE or an OMM carries them.

    Angles in degrees, mean motion in revolutions a day, `bstar_per_er` in 1/Earth radii (SGP4's own unit).
    `text` is what was read, line by line, so that a stranger can read it again.
    """

    name: str
    norad: int
    designator: str
    epoch: Instant
    mean_motion_rev_d: float
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    argument_of_perigee_deg: float
    mean_anomaly_deg: float
    bstar_per_er: float
    mean_motion_dot: float  # rev/d^2, divided by 2 as TLEs print it
    mean_motion_ddot: float  # rev/d^3, divided by 6 as TLEs print it
    element_set: int
    revolution: int
    text: tuple[str, ...]


@frozen(kw_only=True)
class HeldOrbit:
    """The labelled reference trajectory: a circular orbit held at one altitude, the node carried by J2.

    Frame: TEME. The argument of latitude counts from the ascending node in the direction of motion; both
    angles grow at constant rates (Vallado 2013, eq. 9-41 for the node at zero eccentricity, evaluated by
    whoever reads it: the rates are not carried, so that planner and verifier each derive their own).
    """

    epoch: Instant
    semi_major_axis_km: float
    inclination_deg: float
    raan_deg: float
    argument_of_latitude_deg: float
