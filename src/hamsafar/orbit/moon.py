"""Where the Moon is, as seen from the Earth's centre: as fine as its pull on an orbit's plane needs."""

from __future__ import annotations

import numpy as np

from hamsafar.orbit.frames import teme_from_gcrs
from hamsafar.orbit.times import Floats, TaiNs, julian_date_tt
from hamsafar.units import ASTRONOMICAL_UNIT_KM


def moon_teme_km(tai_ns: TaiNs) -> Floats:
    """The geometric Moon (n, 3), km from the Earth's centre, TEME.

    ERFA's moon98 (Meeus 1998, chapter 47, after Chapront's ELP 2000-82): good to some 10 arcsec and 30 km.
    """
    import erfa

    moments = np.asarray(tai_ns, dtype=np.int64)
    return teme_from_gcrs(erfa.moon98(*julian_date_tt(moments))["p"] * ASTRONOMICAL_UNIT_KM, moments)
