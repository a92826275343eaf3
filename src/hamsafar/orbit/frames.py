"""TEME, ITRS and GCRS, with the Earth's full orientation: UT1, polar motion, precession and nutation.

TEME → PEF by GMST82 of UT1 (Vallado et al. 2006, AIAA 2006-6753, appendix C), PEF → ITRS by polar motion.
TEME → GCRS runs through the same PEF, taken as TIRS, and IAU 2006/2000A; the celestial pole offsets dX, dY
(under 1 mas, 3 cm at the station) are left out. Positions are arrays (n, 3); times TAI nanoseconds (n,).
`erfa` is imported where it is used, so that a door which needs no frame stays quick to open.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import cos, radians, sin, sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.nodes import Nodes
from hamsafar.orbit.times import Floats, TaiNs, julian_date_tt, julian_date_ut1
from hamsafar.resources import earth_orientation_text
from hamsafar.timeline import NS_PER_S, Instant, Span, leap_seconds_expire
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, EARTH_ROTATION_RAD_S

_MJD_ORDINAL = date(1858, 11, 17).toordinal()
_ARCSEC_RAD = radians(1 / 3_600)


@frozen(eq=False)
class _EarthOrientation:
    """The IERS table: one row a day at 0h UTC, ascending."""

    first: date
    last: date
    tai_s: Floats  # (m,) seconds of TAI since 2000
    ut1_minus_tai_s: Floats  # (m,) without the leaps that UT1-UTC has
    polar_x_rad: Floats  # (m,)
    polar_y_rad: Floats  # (m,)


@cache
def _earth_orientation() -> _EarthOrientation:
    """`finals2000A.all` (columns as its readme gives them), down to the last row with a UT1."""
    rows = [line for line in earth_orientation_text().splitlines() if line[58:68].strip()]
    days = [date.fromordinal(int(float(line[7:15])) + _MJD_ORDINAL) for line in rows]
    if not rows or (days[-1] - days[0]).days + 1 != len(rows):
        raise OutOfRangeError("the bundled Earth orientation table has gaps", first=days[:1], last=days[-1:])
    starts = [(Instant.utc(day.year, day.month, 1).tai_ns, (day.year, day.month)) for day in days if day.day == 1]
    start_of_month = {month: ns for ns, month in starts}
    start_of_month[days[0].year, days[0].month] = Instant.utc(days[0].year, days[0].month, 1).tai_ns
    # Leap seconds fall on the ends of months, so within a month days are of 86,400 s.
    tai_s = np.array([start_of_month[d.year, d.month] // NS_PER_S + (d.day - 1) * 86_400 for d in days], dtype=float)
    utc_s = np.array([(day.toordinal() - date(2000, 1, 1).toordinal()) * 86_400 for day in days], dtype=float)
    return _EarthOrientation(
        days[0],
        days[-1],
        tai_s,
        np.array([float(line[58:68]) for line in rows]) - (tai_s - utc_s),
        np.array([float(line[18:27]) for line in rows]) * _ARCSEC_RAD,
        np.array([float(line[37:46]) for line in rows]) * _ARCSEC_RAD,
    )


def earth_orientation_range() -> tuple[date, date]:
    """First and last day of the bundled Earth orientation table, predictions included."""
    table = _earth_orientation()
    return table.first, table.last


def table_warnings(span: Span) -> tuple[str, ...]:
    """What a reader should know of the tables for answers over this span; empty when they cover it."""
    (first, last), expires = earth_orientation_range(), leap_seconds_expire()
    start, end = span.start.datetime().date(), span.end.datetime().date()
    found = []
    if start < first:
        found.append(f"the Earth orientation table begins on {first}; before it its first values are used")
    if end > last:
        found.append(
            f"the Earth orientation table ends on {last}; after it its last values are held, "
            "and times over places drift by up to a second a year"
        )
    if end > expires:
        found.append(f"the leap second table is complete until {expires}; a leap second after it is not known yet")
    return tuple(found)


def _ut1_minus_tai_s(tai_ns: TaiNs) -> Floats:
    """(n,), linear between days (the tides of a fortnight bend it by 0.02 ms), held beyond the ends."""
    table = _earth_orientation()
    return np.interp(tai_ns / NS_PER_S, table.tai_s, table.ut1_minus_tai_s)


def _polar_motion_rad(tai_ns: TaiNs) -> tuple[Floats, Floats]:
    table = _earth_orientation()
    at_s = tai_ns / NS_PER_S
    return np.interp(at_s, table.tai_s, table.polar_x_rad), np.interp(at_s, table.tai_s, table.polar_y_rad)


def gmst82_rad(tai_ns: TaiNs) -> Floats:
    """Greenwich mean sidereal time (IAU 1982) of UT1, (n,) rad: the angle from TEME to the PEF."""
    import erfa

    angle_rad: Floats = erfa.gmst82(*julian_date_ut1(tai_ns, _ut1_minus_tai_s(tai_ns)))
    return angle_rad


def _turned(vectors: Floats, angle_rad: Floats) -> Floats:
    """Vectors (n, 3) seen from axes turned about z by angles (n,)."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack([c * x + s * y, c * y - s * x, z], axis=-1)


def _itrs_from_pef(vectors: Floats, tai_ns: TaiNs) -> Floats:
    """R1(-yp) R2(-xp), for vectors (n, 3)."""
    xp, yp = _polar_motion_rad(tai_ns)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    tilted_z = np.cos(xp) * z - np.sin(xp) * x
    x_itrs = np.cos(xp) * x + np.sin(xp) * z
    return np.stack([x_itrs, np.cos(yp) * y - np.sin(yp) * tilted_z, np.sin(yp) * y + np.cos(yp) * tilted_z], axis=-1)


def _pef_from_itrs(vectors: Floats, tai_ns: TaiNs) -> Floats:
    """R2(xp) R1(yp), for vectors (n, 3)."""
    xp, yp = _polar_motion_rad(tai_ns)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    tilted_z = np.cos(yp) * z - np.sin(yp) * y
    y_pef = np.cos(yp) * y + np.sin(yp) * z
    return np.stack([np.cos(xp) * x - np.sin(xp) * tilted_z, y_pef, np.sin(xp) * x + np.cos(xp) * tilted_z], axis=-1)


def itrs_from_teme(vectors_teme: Floats, tai_ns: TaiNs) -> Floats:
    """Positions or directions (n, 3) from TEME to ITRS."""
    return _itrs_from_pef(_turned(vectors_teme, gmst82_rad(tai_ns)), tai_ns)


def teme_from_itrs(vectors_itrs: Floats, tai_ns: TaiNs) -> Floats:
    """Positions or directions (n, 3), or one (3,) fixed to the Earth, from ITRS to TEME (n, 3)."""
    each = np.broadcast_to(vectors_itrs, (len(tai_ns), 3))
    return _turned(_pef_from_itrs(each, tai_ns), -gmst82_rad(tai_ns))


def itrs_states_from_teme(r_teme_km: Floats, v_teme_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s as seen from the turning Earth."""
    gmst = gmst82_rad(tai_ns)
    r_pef, v_pef = _turned(r_teme_km, gmst), _turned(v_teme_km_s, gmst)
    carried = EARTH_ROTATION_RAD_S * np.stack([-r_pef[:, 1], r_pef[:, 0], np.zeros(len(r_pef))], axis=-1)
    return _itrs_from_pef(r_pef, tai_ns), _itrs_from_pef(v_pef - carried, tai_ns)


def _gcrs_from_teme_nodes(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 9) from TEME to GCRS: C2I^T R3(GMST82 - ERA). Slow, so for nodes only."""
    import erfa

    tt, ut1 = julian_date_tt(tai_ns), julian_date_ut1(tai_ns, _ut1_minus_tai_s(tai_ns))
    to_cirs = erfa.c2ixys(*erfa.xys06a(*tt))
    angle = erfa.gmst82(*ut1) - erfa.era00(*ut1)
    matrices: Floats = np.swapaxes(to_cirs, -1, -2) @ erfa.rz(angle, np.eye(3))
    return matrices.reshape(-1, 9)


# Half a day apart, cubic between: the fortnightly nutation is met to 0.02 mas, under a millimetre at the station.
_gcrs_from_teme = Nodes(_gcrs_from_teme_nodes, step_s=43_200)


def gcrs_from_teme(vectors_teme: Floats, tai_ns: TaiNs) -> Floats:
    """Positions, velocities or directions (n, 3) from TEME to GCRS (TEME's own turning, under 2e-11 rad/s, apart)."""
    matrices = _gcrs_from_teme.at(tai_ns).reshape(-1, 3, 3)
    turned: Floats = np.einsum("nij,nj->ni", matrices, vectors_teme)
    return turned


def teme_from_gcrs(vectors_gcrs: Floats, tai_ns: TaiNs) -> Floats:
    """Positions, velocities or directions (n, 3) from GCRS to TEME."""
    matrices = _gcrs_from_teme.at(tai_ns).reshape(-1, 3, 3)
    turned: Floats = np.einsum("nji,nj->ni", matrices, vectors_gcrs)
    return turned


def site_itrs_km(site: Site) -> Floats:
    """Where a site is: (3,) km, ITRS, from geodetic latitude, longitude and height on WGS-84."""
    latitude, longitude = radians(site.latitude_deg), radians(site.longitude_deg)
    e2 = EARTH_FLATTENING * (2 - EARTH_FLATTENING)
    prime_vertical_km = EARTH_EQUATORIAL_RADIUS_KM / sqrt(1 - e2 * sin(latitude) ** 2)
    from_axis_km = (prime_vertical_km + site.height_km) * cos(latitude)
    z_km = (prime_vertical_km * (1 - e2) + site.height_km) * sin(latitude)
    return np.array([from_axis_km * cos(longitude), from_axis_km * sin(longitude), z_km])


def site_axes(site: Site) -> Floats:
    """East, north and up at a site, geodetic: rows (3, 3) of unit vectors, ITRS."""
    latitude, longitude = radians(site.latitude_deg), radians(site.longitude_deg)
    east = (-sin(longitude), cos(longitude), 0.0)
    north = (-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude))
    up = (cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
    return np.array([east, north, up])


def site_up(site: Site) -> Floats:
    """The geodetic vertical at a site: unit vector (3,), ITRS."""
    up: Floats = site_axes(site)[2]
    return up


def geodetic(r_itrs_km: Floats) -> tuple[Floats, Floats, Floats]:
    """Latitude and longitude (east, -180 to 180) in degrees and height in km on WGS-84, each (n,)."""
    import erfa

    longitude, latitude, height_m = erfa.gc2gd(1, np.asarray(r_itrs_km) * 1_000.0)
    return np.degrees(latitude), np.degrees(longitude), height_m / 1_000.0
