"""The Earth's turning as one matrix, directly: GCRS to ITRS by IAU 2006/2000A, UT1 and polar motion, no nodes between.

The same chain as `frames` (celestial pole offsets under 1 mas left out), for places where a fit follows and smoothness
matters more than speed. Before the Earth orientation table begins its first values hold, after it ends its last ones
do: then the Earth's angle drifts by up to a second of time a year, 0.5 km on the ground.
"""

from __future__ import annotations

import numpy as np

from hamsafar.orbit import frames
from hamsafar.orbit.times import Floats, TaiNs, julian_date_tt, julian_date_ut1
from hamsafar.timeline import NS_PER_S


def itrs_from_gcrs(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 3, 3) from GCRS to ITRS."""
    import erfa

    moments = np.atleast_1d(np.asarray(tai_ns, dtype=np.int64))
    x, y, s = erfa.xys06a(*julian_date_tt(moments))
    angle = erfa.era00(*julian_date_ut1(moments, frames.ut1_minus_tai_s(moments)))
    polar_x, polar_y = frames.polar_motion_rad(moments)
    turned: Floats = erfa.c2tcio(erfa.c2ixys(x, y, s), angle, erfa.pom00(polar_x, polar_y, 0.0))
    return turned


def earth_day_seam_ns(tai_ns: int) -> int:
    """A moment, 0h UTC of some day, at which the straight lines between daily values bend; the last before, if any."""
    days_ns = np.rint(frames.earth_orientation_days_tai_s() * NS_PER_S).astype(np.int64)
    at = int(np.searchsorted(days_ns, tai_ns, side="right")) - 1
    return int(days_ns[max(at, 0)])
