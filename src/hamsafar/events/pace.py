"""How fast things can change along an orbit: the promise that searches over it make."""

from __future__ import annotations

import numpy as np

from hamsafar.orbit.times import tai_ns_of
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span
from hamsafar.units import EARTH_MU_KM3_S2

_SHARE_OF_TURN = 0.2


def extrema_gap_s(trajectory: Trajectory, span: Span) -> float:
    """No two extrema of an angle between the satellite and a slowly turning direction are closer than this.

    Such an angle's cosine is A cos(n t - phi), with A and phi changing at the direction's own rate w << n. Where A
    is large, extrema lie half a turn apart. Where the direction passes the orbit's pole, A passes zero, and the
    cosine goes like w t cos(n t + c), whose extrema are at least 0.27 of a turn apart (c = 0: cos x = x sin x).
    A fifth of a turn, at the pace of perigee, leaves a margin for eccentric and deep orbits. Where the direction
    passes near the pole, but not through it, A all but vanishes and the phase jumps: there, and only there, two
    extrema may be closer, with a hump between them of under a hundredth. `finder.follow` looks into such cells.
    """
    r_km, v_km_s = (one[0] for one in trajectory.states_teme(tai_ns_of(span.start)))
    r, momentum = float(np.linalg.norm(r_km)), float(np.linalg.norm(np.cross(r_km, v_km_s)))
    a_km = 1 / (2 / r - float(v_km_s @ v_km_s) / EARTH_MU_KM3_S2)
    eccentricity = np.sqrt(max(0.0, 1 - momentum**2 / (EARTH_MU_KM3_S2 * a_km)))
    perigee_rad_s = momentum / (a_km * (1 - eccentricity)) ** 2
    return float(_SHARE_OF_TURN * 2 * np.pi / perigee_rad_s)
