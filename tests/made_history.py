"""Histories of element sets with a known truth: decay, burns, and a catalogue's noise, gaps and bad sets.

The truth is integrated here by itself: altitude from decay and burns, argument of latitude from the altitude, both on
a grid of three minutes; only the secular rates of SGP4 are asked for, as the meaning of mean elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import degrees

import numpy as np
from attrs import evolve

from hamsafar.domain.elements import Elements
from hamsafar.orbit.trajectory import satrec
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM

FIRST = Instant.utc(2025, 3, 1)
INCLINATION_DEG, ECCENTRICITY, PERIGEE_DEG = 41.47, 0.0007, 40.0
STEP_D = 0.002
ALTITUDE_NOISE_KM, PHASE_NOISE_DEG, TILT_NOISE_DEG, NODE_NOISE_DEG = 0.008, 0.002, 0.00015, 0.0003


def bare(mean_motion_rev_d: float, bstar_per_er: float = 0.0) -> Elements:
    return Elements(
        name="MADE",
        norad=90001,
        designator="25001A",
        epoch=FIRST,
        mean_motion_rev_d=mean_motion_rev_d,
        eccentricity=ECCENTRICITY,
        inclination_deg=INCLINATION_DEG,
        raan_deg=0.0,
        argument_of_perigee_deg=PERIGEE_DEG,
        mean_anomaly_deg=0.0,
        bstar_per_er=bstar_per_er,
        mean_motion_dot=0.0,
        mean_motion_ddot=0.0,
        element_set=999,
        revolution=0,
        text=(),
    )


def _table():
    """Altitude, rate of the argument of latitude, of the node, and drag for a B* of 1e-4, by mean motion."""
    motions = np.linspace(15.2, 16.5, 261)
    rows = []
    for motion in motions:
        record = satrec(bare(float(motion), 1e-4))
        altitude = record.a * record.radiusearthkm - EARTH_EQUATORIAL_RADIUS_KM
        rates = degrees(record.mdot + record.argpdot) * 1_440, degrees(record.nodedot) * 1_440
        record.sgp4_tsince(144.0)
        drag = (record.am * record.radiusearthkm - EARTH_EQUATORIAL_RADIUS_KM - altitude) * 10
        rows.append((altitude, motion, *rates, drag))
    return np.array(rows)[::-1].T


ALTITUDES, MOTIONS, RATES, NODE_RATES, DRAGS = _table()


def made_history(
    epochs_d: Sequence[float],
    *,
    burns: Sequence[tuple[float, float]] = (),
    start_km: float = 385.0,
    decay_km_d: float | Sequence[float] = 0.13,
    seed: int = 0,
    noise: float = 1.0,
) -> tuple[Elements, ...]:
    """Sets at days from FIRST, of an object with burns (day, km); decay in km/d, one number or one a day."""
    random = np.random.default_rng(seed)
    at_d = np.sort(np.asarray(epochs_d, dtype=float))
    grid_d = np.arange(0.0, at_d[-1] + 2 * STEP_D, STEP_D)
    daily = np.atleast_1d(np.asarray(decay_km_d, dtype=float))
    decay = np.interp(grid_d, np.arange(daily.size), daily)
    altitude = start_km - np.concatenate([[0.0], np.cumsum(decay[:-1]) * STEP_D])
    for day, km in burns:
        altitude = altitude + np.where(grid_d >= day, km, 0.0)
    turned = _summed(np.interp(altitude, ALTITUDES, RATES))
    node = _summed(np.interp(altitude, ALTITUDES, NODE_RATES))
    size = at_d.size
    altitudes = np.interp(at_d, grid_d, altitude) + noise * ALTITUDE_NOISE_KM * random.standard_normal(size)
    # No epoch lies on a burn, or its altitude would be half-way.
    phases = 30.0 + np.interp(at_d, grid_d, turned) + noise * PHASE_NOISE_DEG * random.standard_normal(size)
    nodes = 120.0 + np.interp(at_d, grid_d, node) + noise * NODE_NOISE_DEG * random.standard_normal(size)
    tilts = INCLINATION_DEG + noise * TILT_NOISE_DEG * random.standard_normal(size)
    drags = -np.interp(at_d, grid_d, decay) * np.exp(0.2 * noise * random.standard_normal(size))
    return tuple(
        evolve(
            bare(float(np.interp(altitudes[k], ALTITUDES, MOTIONS))),
            epoch=FIRST.plus(seconds=float(at_d[k]) * 86_400.0),
            inclination_deg=float(tilts[k]),
            raan_deg=float(nodes[k] % 360.0),
            mean_anomaly_deg=float((phases[k] - PERIGEE_DEG) % 360.0),
            bstar_per_er=float(drags[k] / np.interp(altitudes[k], ALTITUDES, DRAGS)) * 1e-4,
        )
        for k in range(size)
    )


def catalogue_epochs(days: float, seed: int, *, mean_gap_d: float = 0.35, gaps: Sequence[tuple[float, float]] = ()):
    """Epochs as the catalogue's: gaps of a twentieth of a day to one, and larger ones (from, to) where asked."""
    random = np.random.default_rng(seed)
    steps = np.clip(random.exponential(mean_gap_d, int(4 * days / mean_gap_d)), 0.064, 1.0)
    at_d = np.cumsum(steps)
    at_d = at_d[at_d < days]
    return [float(day) for day in at_d if not any(begins < day < ends for begins, ends in gaps)]


def with_altitude_off(elements: Elements, km: float) -> Elements:
    """A set with its mean motion wrong by so many km of altitude."""
    altitude = np.interp(elements.mean_motion_rev_d, MOTIONS[::-1], ALTITUDES[::-1]) + km
    return evolve(elements, mean_motion_rev_d=float(np.interp(altitude, ALTITUDES, MOTIONS)))


def turned_by(elements: Elements, angle_deg: float) -> Elements:
    """A set with its place along the orbit wrong."""
    return evolve(elements, mean_anomaly_deg=(elements.mean_anomaly_deg + angle_deg) % 360.0)


def tilted_by(elements: Elements, angle_deg: float) -> Elements:
    """A set with its inclination wrong."""
    return evolve(elements, inclination_deg=elements.inclination_deg + angle_deg)


def day_of(moment: Instant) -> float:
    """Days from FIRST."""
    return moment.seconds_since(FIRST) / 86_400.0


def _summed(rates):
    """The trapezoid's running integral over the grid."""
    return np.concatenate([[0.0], np.cumsum((rates[:-1] + rates[1:]) / 2) * STEP_D])
