"""How fast things can change along an orbit: the promise that searches over it make."""

from __future__ import annotations

import numpy as np

from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, EARTH_MU_KM3_S2, EARTH_ROTATION_RAD_S

_SHARE_OF_TURN = 0.2
_LOOKED_AT = 65  # moments of a span: an orbit may be changed on the way
_LEAST_PERIGEE_KM = EARTH_EQUATORIAL_RADIUS_KM * (1 - EARTH_FLATTENING)  # nothing moves about the Earth below that


def extrema_gap_s(trajectory: Trajectory, span: Span) -> float:
    """No two extrema of an angle between the satellite and a turning direction are closer than this.

    Such an angle's cosine is A cos(n t - phi), with A and phi changing at the direction's own rate w, the Earth's at
    most. Where A is large, extrema lie half a turn at n + w apart. Where the direction passes the orbit's pole, A
    passes zero, and the cosine goes like w t cos(n t + c), whose extrema are at least 0.27 of a turn apart (c = 0:
    cos x = x sin x). A fifth of a turn, at the pace of the fastest perigee of the span, leaves a margin for eccentric
    orbits. Where the direction passes near the pole, but not through it, A all but vanishes and the phase jumps:
    there, and only there, two extrema may be closer: the cosine within 2 w / n of zero, and a hump of at most 0.4 w / n
    between them (0.04 for an orbit at 2,000 km). `finder.follow` and `sweep` look into such cells.
    """
    tai_ns = np.linspace(span.start.tai_ns, span.end.tai_ns, _LOOKED_AT).astype(np.int64)
    tai_ns[[0, -1]] = span.start.tai_ns, span.end.tai_ns
    r_km, v_km_s = trajectory.states_teme(tai_ns)
    momentum = np.linalg.norm(np.cross(r_km, v_km_s), axis=-1)
    energy = np.einsum("ni,ni->n", v_km_s, v_km_s) / 2 - EARTH_MU_KM3_S2 / np.linalg.norm(r_km, axis=-1)
    latus_km = momentum**2 / EARTH_MU_KM3_S2
    eccentricity = np.sqrt(np.maximum(0.0, 1 + 2 * energy * latus_km / EARTH_MU_KM3_S2))
    perigee_km = np.maximum(latus_km / (1 + eccentricity), _LEAST_PERIGEE_KM)
    pace_rad_s = float((momentum / perigee_km**2).max()) + EARTH_ROTATION_RAD_S
    return _SHARE_OF_TURN * 2 * np.pi / pace_rad_s
