"""Whether one element set bears out another: by where SGP4 puts the station, its plane and its mean altitude."""

from __future__ import annotations

from math import degrees

import numpy as np

from hamsafar.domain.elements import Elements
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify import physics

# Good sets of this station up to a day apart, with no boost between, agree within these at the later one's epoch (99 %
# of 237 pairs up to half a day apart, 2021 to 2026: 2.5 km, 0.0013 deg, 0.04 km); what lies beyond grows with the days.
_PLACE_KM, _PLACE_KM_D2 = 3.0, 6.0  # a decay that has changed moves the place with the square of the days
_PLANE_DEG, _PLANE_DEG_D = 0.002, 0.003
_ALTITUDE_KM, _ALTITUDE_KM_D = 0.06, 0.1
_REVOLUTION = np.linspace(0.0, 1.0, 96, endpoint=False)  # steps of 4 deg: the short-period terms average out


def agree(earlier: Elements, later: Elements) -> bool:
    """Whether an earlier set leads to where a later one is, as well as good sets of that age do.

    Compared at the later set's epoch: the place, the plane, and the altitude averaged over the revolution that follows,
    as a wrong one need not show in the place yet. Sets that SGP4 doesn't take agree with none.
    """
    gap_d = later.epoch.seconds_since(earlier.epoch) / 86_400
    seconds = _REVOLUTION * 86_400 / max(later.mean_motion_rev_d, 1e-6)
    try:
        one, other = (physics.Sgp4Path(each).states(later.epoch, seconds) for each in (earlier, later))
    except OutOfRangeError:
        return False
    place_km = float(np.linalg.norm(one[0][0] - other[0][0]))
    plane_deg = _plane_deg(one, other)
    altitude_km = abs(_mean_axis_km(*one) - _mean_axis_km(*other))
    return (
        place_km <= max(_PLACE_KM, _PLACE_KM_D2 * gap_d**2)
        and plane_deg <= max(_PLANE_DEG, _PLANE_DEG_D * gap_d)
        and altitude_km <= max(_ALTITUDE_KM, _ALTITUDE_KM_D * gap_d)
    )


def apart_deg(one: Elements, other: Elements, moment: Instant) -> float:
    """How far apart along the orbit two sets put the station at a moment; 0 where one of them says nothing of it."""
    try:
        here, there = (physics.Sgp4Path(each).states(moment, np.zeros(1))[0][0] for each in (one, other))
    except OutOfRangeError:
        return 0.0
    return degrees(np.arctan2(np.linalg.norm(np.cross(here, there)), here @ there))


def _plane_deg(one: tuple[physics.Array, physics.Array], other: tuple[physics.Array, physics.Array]) -> float:
    here, there = (np.cross(r_teme_km[0], v_teme_km_s[0]) for r_teme_km, v_teme_km_s in (one, other))
    return degrees(np.arctan2(np.linalg.norm(np.cross(here, there)), here @ there))


def _mean_axis_km(r_teme_km: physics.Array, v_teme_km_s: physics.Array) -> float:
    """The semi-major axis (vis-viva) averaged over the samples."""
    radius_km, speed_km_s = np.linalg.norm(r_teme_km, axis=1), np.linalg.norm(v_teme_km_s, axis=1)
    return float(np.mean(1 / (2 / radius_km - speed_km_s**2 / physics.MU_KM3_S2)))
