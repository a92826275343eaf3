"""Where the Sun is, as seen from the Earth's centre and from a site."""

from __future__ import annotations

import numpy as np

from hamsafar.domain.places import Site
from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.frames import itrs_from_teme, site_itrs_km, site_up, teme_from_gcrs
from hamsafar.orbit.nodes import Nodes
from hamsafar.orbit.times import Floats, TaiNs, julian_date_tt
from hamsafar.timeline import Instant
from hamsafar.units import ASTRONOMICAL_UNIT_KM

_LIGHT_AU_D = 173.144_632_674  # speed of light, IAU 2012 (1 au / 499.004 783 8 s)
_FIRST, _LAST = Instant.utc(1972, 1, 1), Instant.utc(2099, 12, 1)  # what the theory promises and UTC has, nodes inside


def _sun_teme_km_nodes(tai_ns: TaiNs) -> Floats:
    """(n, 3), directly. Earth from ERFA's epv00 (good to 5 km); aberration is 20.5 arcsec and counts."""
    import erfa

    heliocentric, barycentric = erfa.epv00(*julian_date_tt(tai_ns))
    earth_au, speed_au_d = heliocentric["p"], barycentric["v"]
    distance_au = np.linalg.norm(earth_au, axis=-1, keepdims=True)
    apparent_au = -earth_au + distance_au * speed_au_d / _LIGHT_AU_D
    return teme_from_gcrs(apparent_au * ASTRONOMICAL_UNIT_KM, tai_ns)


_sun_teme_km = Nodes(_sun_teme_km_nodes, step_s=43_200)  # half a day of cubic: 1e-8 of the distance


def sun_teme_km(tai_ns: TaiNs) -> Floats:
    """The apparent Sun (n, 3), km from the Earth's centre, TEME, aberration included; better than 1 arcsec.

    Raises OutOfRangeError outside 1972-2099.
    """
    moments = np.asarray(tai_ns, dtype=np.int64)
    if moments.size:
        low, high = int(moments.min()), int(moments.max())
        if low < _FIRST.tai_ns or high >= _LAST.tai_ns:
            asked = Instant(low if low < _FIRST.tai_ns else high)
            raise OutOfRangeError("the Sun is known from 1972 to 2099", asked=asked, first=_FIRST, last=_LAST)
    return _sun_teme_km.at(moments)


def sun_itrs_km(tai_ns: TaiNs) -> Floats:
    """The apparent Sun (n, 3), km from the Earth's centre, ITRS."""
    return itrs_from_teme(sun_teme_km(tai_ns), tai_ns)


def sun_elevation_deg(site: Site, tai_ns: TaiNs) -> Floats:
    """Elevation of the Sun's centre above a site's geodetic horizon, (n,) degrees, parallax in, refraction not."""
    to_sun_km = sun_itrs_km(tai_ns) - site_itrs_km(site)
    sine: Floats = to_sun_km @ site_up(site) / np.linalg.norm(to_sun_km, axis=-1)
    return np.degrees(np.arcsin(sine))


def sun_hour_angle_rad(site: Site, tai_ns: TaiNs) -> Floats:
    """How far the Sun is past a site's meridian, (n,) rad, west positive, from -pi to pi."""
    to_sun_km = sun_itrs_km(tai_ns)
    past: Floats = np.radians(site.longitude_deg) - np.arctan2(to_sun_km[:, 1], to_sun_km[:, 0])
    return (past + np.pi) % (2 * np.pi) - np.pi
