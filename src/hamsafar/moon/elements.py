"""Keplerian elements of many lunar states at once."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.orbit.times import Floats


@frozen(kw_only=True, eq=False)
class OrbitElements:
    """Osculating elements, each (n,): km, ratio, degrees. Where an orbit is circular or lies in the plane of reference,
    periapsis or node is as rounding has it, and only their sum with the anomaly means something.
    """

    semi_major_axis_km: Floats
    eccentricity: Floats
    inclination_deg: Floats
    node_deg: Floats
    argument_of_periapsis_deg: Floats
    true_anomaly_deg: Floats


def elements_of(r_km: Floats, v_km_s: Floats, mu_km3_s2: float) -> OrbitElements:
    """The elements of states (n, 3), (n, 3) in the axes they are told in (Vallado 2013, algorithm 9, by vectors)."""
    h = np.cross(r_km, v_km_s)
    distance, speed2 = np.linalg.norm(r_km, axis=-1), np.sum(v_km_s**2, axis=-1)
    towards = np.cross(v_km_s, h) / mu_km3_s2 - r_km / distance[:, None]  # the eccentricity vector
    momentum = h / np.linalg.norm(h, axis=-1)[:, None]
    node = np.arctan2(momentum[:, 0], -momentum[:, 1])
    along = np.stack((np.cos(node), np.sin(node), np.zeros_like(node)), axis=-1)
    across = np.cross(momentum, along)
    periapsis = np.arctan2(np.sum(towards * across, axis=-1), np.sum(towards * along, axis=-1))
    latitude = np.arctan2(np.sum(r_km * across, axis=-1), np.sum(r_km * along, axis=-1))
    return OrbitElements(
        semi_major_axis_km=1.0 / (2.0 / distance - speed2 / mu_km3_s2),
        eccentricity=np.linalg.norm(towards, axis=-1),
        inclination_deg=np.degrees(np.arctan2(np.hypot(momentum[:, 0], momentum[:, 1]), momentum[:, 2])),
        node_deg=np.degrees(node) % 360.0,
        argument_of_periapsis_deg=np.degrees(periapsis) % 360.0,
        true_anomaly_deg=np.degrees(latitude - periapsis) % 360.0,
    )


def rtn_axes(r_km: Floats, v_km_s: Floats) -> Floats:
    """Radial, transverse and normal unit vectors as rows (3, 3) of one state (3,), (3,)."""
    radial = r_km / np.linalg.norm(r_km)
    h = np.cross(r_km, v_km_s)
    normal = h / np.linalg.norm(h)
    return np.stack((radial, np.cross(normal, radial), normal))
