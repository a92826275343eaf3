"""Bodies and the turning of the centre, refitted as one set of Chebyshev series that a kernel can read quickly.

At the Moon pieces begin where DE440's own records do, or a whole number of days after; at the Earth at 0h UTC, where
the straight lines between the daily values of UT1 and of the pole bend. Against the functions they are fitted to they
are good to 2e-12 rad and 1 mm (`tests/unit/orbit/test_numerical_tables.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError
from hamsafar.orbit.bodies import GM_KM3_S2, position_icrf_km
from hamsafar.orbit.chebyshev import fitted
from hamsafar.orbit.earth_turn import earth_day_seam_ns, itrs_from_gcrs
from hamsafar.orbit.lunar_frames import pa_from_icrf
from hamsafar.orbit.numerical.model import Body, Tables
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import NS_PER_S, Instant

_PIECE_S = 86_400
_TERMS: dict[Centre, int] = {"moon": 9, "earth": 12}
_LUNAR_SEAM_NS = -32_184_000_000  # a record of DE440 begins at 0h TDB, 32.184 s before midnight of TAI
_MARGIN_S = 3_600.0  # what a step may look back or ahead


def tables_for(centre: Centre, bodies: tuple[Body, ...], epoch: Instant, duration_s: float) -> Tables:
    """Tables that cover an hour before the epoch to an hour after so many seconds (which may be negative).

    Raises OutOfRangeError where the ephemeris doesn't reach, InputError for a body that is the centre or is twice in.
    """
    _refuse_odd(centre, bodies)
    low_s, high_s = min(0.0, duration_s) - _MARGIN_S, max(0.0, duration_s) + _MARGIN_S
    start_s = _seam_before(centre, epoch, low_s)
    pieces = max(1, int(np.ceil((high_s - start_s) / _PIECE_S)))
    starts_s: Floats = start_s + _PIECE_S * np.arange(pieces, dtype=np.float64)

    def quantities(seconds: Floats) -> Floats:
        tai_ns = tai_ns_after(epoch, seconds.ravel())
        angles = _angles_rad(centre, tai_ns).reshape(*seconds.shape, 3)
        angles = np.unwrap(angles, axis=1)
        where = [position_icrf_km(body, centre, tai_ns).reshape(*seconds.shape, 3) for body in bodies]
        return np.concatenate([angles, *where], axis=2)

    coefficients = fitted(quantities, starts_s, _PIECE_S, _TERMS[centre])
    return Tables(bodies=bodies, start_s=float(start_s), piece_s=float(_PIECE_S), coefficients=coefficients)


def _refuse_odd(centre: Centre, bodies: tuple[Body, ...]) -> None:
    for body in bodies:
        if body not in GM_KM3_S2:
            raise InputError(f"no body {body!r} is known; there are {', '.join(GM_KM3_S2)}")
    if centre in bodies:
        raise InputError(f"the {centre} is the centre, so its pull is its field's; leave it out of the bodies")
    if len(set(bodies)) != len(bodies):
        raise InputError(f"a body is named twice (got {', '.join(bodies)})")


def _seam_before(centre: Centre, epoch: Instant, low_s: float) -> float:
    """Seconds from the epoch of the last seam at or before `low_s`."""
    at_ns = epoch.tai_ns + round(low_s * NS_PER_S)
    day_ns = _PIECE_S * NS_PER_S
    seam_ns = _LUNAR_SEAM_NS if centre == "moon" else earth_day_seam_ns(at_ns)
    return ((at_ns - seam_ns) // day_ns * day_ns + seam_ns - epoch.tai_ns) / NS_PER_S


def _angles_rad(centre: Centre, tai_ns: TaiNs) -> Floats:
    """Angles a, b, c (n, 3) of R3(c) R2(b) R1(a), from the ICRF to the axes that the centre's field is told in."""
    m: Any = pa_from_icrf(tai_ns) if centre == "moon" else itrs_from_gcrs(tai_ns)
    a = np.arctan2(-m[:, 2, 1], m[:, 2, 2])
    b = np.arcsin(m[:, 2, 0])
    c = np.arctan2(-m[:, 1, 0], m[:, 0, 0])
    return np.stack([a, b, c], axis=-1)
