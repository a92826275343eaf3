"""TEME, ITRS and GCRS, with the Earth's full orientation: UT1, polar motion, precession and nutation.

TEME → PEF by GMST82 of UT1 (Vallado et al. 2006, AIAA 2006-6753, appendix C), PEF → ITRS by polar motion.
TEME → GCRS runs through the same PEF, taken as TIRS, and IAU 2006/2000A; the celestial pole offsets dX, dY
(under 1 mas, 3 cm at the station) are left out. Positions are arrays (n, 3); times TAI nanoseconds (n,).
EME2000 differs from GCRS by the frame bias, TOD from TEME by the equation of the equinoxes.
`erfa` is imported where it is used, so that a door which needs no frame stays quick to open.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import cos, pi, radians, sin, sqrt
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.nodes import Nodes
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs, julian_date_tt, julian_date_ut1
from hamsafar.resources import earth_orientation_text
from hamsafar.timeline import NS_PER_S, Instant, Span, leap_seconds_expire
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, EARTH_ROTATION_RAD_S

Frame: TypeAlias = Literal["TEME", "TOD", "EME2000", "GCRS", "ITRS"]

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


def ut1_minus_tai_s(tai_ns: TaiNs) -> Floats:
    """(n,), linear between days (the tides of a fortnight bend it by 0.02 ms), held beyond the ends."""
    table = _earth_orientation()
    return np.interp(tai_ns / NS_PER_S, table.tai_s, table.ut1_minus_tai_s)


def earth_orientation_days_tai_s() -> Floats:
    """When the days of the bundled table begin, (m,) seconds of TAI since 2000: its values are straight between."""
    return _earth_orientation().tai_s


def polar_motion_rad(tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """The pole's x and y, each (n,) rad, linear between days, held beyond the ends."""
    table = _earth_orientation()
    at_s = tai_ns / NS_PER_S
    return np.interp(at_s, table.tai_s, table.polar_x_rad), np.interp(at_s, table.tai_s, table.polar_y_rad)


@frozen(eq=False)
class _EarthTurn:
    """GMST82 and polar motion as straight lines from day to day, the table's end held: what `_turn_at` reads."""

    from_ns: TaiNs  # (m + 1,): where each day starts, and where the last one ends
    rows: Floats  # (6, m): angle in rad and its rate in rad/s, x and y of the pole in rad and their rates in rad/s


_HELD_FROM, _HELD_UNTIL = Instant.utc(1972, 1, 1), Instant.utc(2101, 1, 1)


@cache
def _earth_turn() -> _EarthTurn:
    """One row a day. UT1 is straight within a day, and GMST82 of it too: its own bend is 1e-15 rad."""
    table_ns = np.rint(_earth_orientation().tai_s * NS_PER_S).astype(np.int64)
    before = np.arange(table_ns[0] - DAY_NS, _HELD_FROM.tai_ns - DAY_NS, -DAY_NS, dtype=np.int64)[::-1]
    after = np.arange(table_ns[-1] + DAY_NS, _HELD_UNTIL.tai_ns, DAY_NS, dtype=np.int64)
    at_ns = np.concatenate([before, table_ns, after])
    step_s = np.diff(at_ns) / NS_PER_S
    columns = [_gmst82_directly(at_ns), *polar_motion_rad(at_ns)]
    turned = (np.diff(columns[0]) + pi) % (2 * pi) - pi + 2 * pi  # a day and four minutes of a turn
    differences = [turned, np.diff(columns[1]), np.diff(columns[2])]
    pairs = [(column[:-1], difference / step_s) for column, difference in zip(columns, differences, strict=True)]
    return _EarthTurn(at_ns, np.array([one for pair in pairs for one in pair]))


def _gmst82_directly(tai_ns: TaiNs) -> Floats:
    import erfa

    angle_rad: Floats = erfa.gmst82(*julian_date_ut1(tai_ns, ut1_minus_tai_s(tai_ns)))
    return angle_rad


def _turn_at(tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
    """GMST82 (up to two turns) and the pole's x and y, each (n,) rad."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    turn = _earth_turn()
    if moments.size and (moments.min() < turn.from_ns[0] or moments.max() >= turn.from_ns[-1]):
        return _gmst82_directly(moments), *polar_motion_rad(moments)
    day = (moments - turn.from_ns[0]) // DAY_NS
    day -= moments < turn.from_ns[day]  # leap seconds make some days longer, all of them together by less than a day
    after_s = (moments - turn.from_ns[day]) / NS_PER_S
    angle, angle_rate, x, x_rate, y, y_rate = turn.rows
    return angle[day] + angle_rate[day] * after_s, x[day] + x_rate[day] * after_s, y[day] + y_rate[day] * after_s


def gmst82_rad(tai_ns: TaiNs) -> Floats:
    """Greenwich mean sidereal time (IAU 1982) of UT1, (n,) rad, 0 to 2 pi: the angle from TEME to the PEF."""
    return np.remainder(_turn_at(tai_ns)[0], 2 * pi)


def _turned(vectors: Floats, angle_rad: Floats) -> Floats:
    """Vectors (n, 3) seen from axes turned about z by angles (n,)."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    x, y = vectors[..., 0], vectors[..., 1]
    found = np.empty_like(vectors, dtype=np.float64)
    found[..., 0] = c * x + s * y
    found[..., 1] = c * y - s * x
    found[..., 2] = vectors[..., 2]
    return found


def _cos_small(angle_rad: Floats) -> Floats:
    """Cosine of the pole's angles: under 5e-6 rad the next term is 1e-22. Their sines are the angles (1e-17)."""
    return 1.0 - 0.5 * angle_rad * angle_rad


def _tilted_to_itrs(pef: Floats, xp: Floats, yp: Floats) -> Floats:
    """R1(-yp) R2(-xp), for vectors (n, 3), which are overwritten."""
    x, y, z = pef[..., 0], pef[..., 1], pef[..., 2]
    cos_x, cos_y = _cos_small(xp), _cos_small(yp)
    tilted_z = cos_x * z - xp * x
    pef[..., 0] = cos_x * x + xp * z
    z[...] = yp * y + cos_y * tilted_z
    y[...] = cos_y * y - yp * tilted_z
    return pef


def _tilted_to_pef(itrs: Floats, xp: Floats, yp: Floats) -> Floats:
    """R2(xp) R1(yp), for vectors (n, 3)."""
    x, y, z = itrs[..., 0], itrs[..., 1], itrs[..., 2]
    cos_x, cos_y = _cos_small(xp), _cos_small(yp)
    tilted_z = cos_y * z - yp * y
    return np.stack([cos_x * x - xp * tilted_z, cos_y * y + yp * z, xp * x + cos_x * tilted_z], axis=-1)


def itrs_from_teme(vectors_teme: Floats, tai_ns: TaiNs) -> Floats:
    """Positions or directions (n, 3) from TEME to ITRS."""
    gmst, xp, yp = _turn_at(tai_ns)
    return _tilted_to_itrs(_turned(vectors_teme, gmst), xp, yp)


def teme_from_itrs(vectors_itrs: Floats, tai_ns: TaiNs) -> Floats:
    """Positions or directions (n, 3), or one (3,) fixed to the Earth, from ITRS to TEME (n, 3)."""
    gmst, xp, yp = _turn_at(tai_ns)
    each = np.broadcast_to(vectors_itrs, (len(tai_ns), 3))
    return _turned(_tilted_to_pef(each, xp, yp), -gmst)


def itrs_states_from_teme(r_teme_km: Floats, v_teme_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s as seen from the turning Earth."""
    gmst, xp, yp = _turn_at(tai_ns)
    r_pef, v_pef = _turned(r_teme_km, gmst), _turned(v_teme_km_s, gmst)
    v_pef -= _carried(r_pef)
    return _tilted_to_itrs(r_pef, xp, yp), _tilted_to_itrs(v_pef, xp, yp)


def teme_states_from_itrs(r_itrs_km: Floats, v_itrs_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s in TEME of states seen from the turning Earth."""
    gmst, xp, yp = _turn_at(tai_ns)
    r_pef, v_pef = _tilted_to_pef(r_itrs_km, xp, yp), _tilted_to_pef(v_itrs_km_s, xp, yp)
    return _turned(r_pef, -gmst), _turned(v_pef + _carried(r_pef), -gmst)


def _carried(r_pef_km: Floats) -> Floats:
    """The speed at which the turning Earth carries each position along, (n, 3) km/s."""
    return EARTH_ROTATION_RAD_S * np.stack([-r_pef_km[:, 1], r_pef_km[:, 0], np.zeros(len(r_pef_km))], axis=-1)


def _gcrs_from_teme_nodes(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 9) from TEME to GCRS: C2I^T R3(GMST82 - ERA). Slow, so for nodes only."""
    import erfa

    tt, ut1 = julian_date_tt(tai_ns), julian_date_ut1(tai_ns, ut1_minus_tai_s(tai_ns))
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


def gcrs_states_from_teme(r_teme_km: Floats, v_teme_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s in GCRS; TEME's own turning, 0.2 mm/s at the station, apart."""
    matrices = _gcrs_from_teme.at(tai_ns).reshape(-1, 3, 3)
    return np.einsum("nij,nj->ni", matrices, r_teme_km), np.einsum("nij,nj->ni", matrices, v_teme_km_s)


def teme_states_from_gcrs(r_gcrs_km: Floats, v_gcrs_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s in TEME; its own turning, 0.2 mm/s at the station, apart."""
    matrices = _gcrs_from_teme.at(tai_ns).reshape(-1, 3, 3)
    return np.einsum("nji,nj->ni", matrices, r_gcrs_km), np.einsum("nji,nj->ni", matrices, v_gcrs_km_s)


@cache
def _eme2000_from_gcrs() -> Floats:
    """The frame bias (3, 3): 23 mas, 0.8 m at the station (IERS Conventions 2010, section 5.5.3; IAU 2006 as ERFA)."""
    import erfa

    bias: Floats = erfa.bp06(2_451_545.0, 0.0)[0]
    return bias


def eme2000_from_gcrs(vectors_gcrs: Floats) -> Floats:
    """Positions, velocities or directions (n, 3) from GCRS to EME2000, the mean equator and equinox of J2000."""
    turned: Floats = vectors_gcrs @ _eme2000_from_gcrs().T
    return turned


def gcrs_from_eme2000(vectors_eme2000: Floats) -> Floats:
    """Positions, velocities or directions (n, 3) from EME2000 to GCRS."""
    turned: Floats = vectors_eme2000 @ _eme2000_from_gcrs()
    return turned


def _equinoxes_apart_nodes(tai_ns: TaiNs) -> Floats:
    import erfa

    angle_rad: Floats = erfa.eqeq94(*julian_date_tt(tai_ns))
    return angle_rad[:, None]


# The equation of the equinoxes, IAU 1994: TOD → PEF by GAST94, TEME → PEF by GMST82, and this is between them.
_equinoxes_apart_rad = Nodes(_equinoxes_apart_nodes, step_s=43_200)

_FRAMES: tuple[Frame, ...] = get_args(Frame)
_LABELS: dict[str, Frame] = {
    **{frame: frame for frame in _FRAMES},
    "J2000": "EME2000",
    **dict.fromkeys(("GCRF", "ICRF", "ICRS"), "GCRS"),
    **dict.fromkeys(("ITRF", "WGS84", "WGS-84", "ECEF"), "ITRS"),
}


def frame_named(label: str) -> Frame:
    """The frame that a message or a person means by a label; capitals or not.

    TEME; TOD; EME2000 or J2000; GCRF, GCRS, ICRF or ICRS, with or without a realisation (ICRF3); ITRS, ECEF, WGS-84, or
    ITRF with any realisation (ITRF2014, ITRF-97: a few centimetres apart, which is left out). The Earth is the centre.
    Raises InputError with what is known for any other.
    """
    text = label.strip().upper().replace("_", "-")
    base = text if text in _LABELS else text.rstrip("0123456789").rstrip("-")
    if base in _LABELS and (base == text or base in ("ITRF", "ICRF", "GCRF")):
        return _LABELS[base]
    raise InputError(f"unknown reference frame {label!r}; known are {', '.join(_LABELS)}, and ITRF with its year")


def states_from_teme(frame: Frame, r_km: Floats, v_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s, given in TEME, in another frame."""
    match frame:
        case "TEME":
            return r_km, v_km_s
        case "TOD":
            angle_rad = -_equinoxes_apart_rad.at(tai_ns)[:, 0]
            return _turned(r_km, angle_rad), _turned(v_km_s, angle_rad)
        case "EME2000":
            r_gcrs, v_gcrs = gcrs_states_from_teme(r_km, v_km_s, tai_ns)
            return eme2000_from_gcrs(r_gcrs), eme2000_from_gcrs(v_gcrs)
        case "GCRS":
            return gcrs_states_from_teme(r_km, v_km_s, tai_ns)
        case "ITRS":
            return itrs_states_from_teme(r_km, v_km_s, tai_ns)


def teme_states(frame: Frame, r_km: Floats, v_km_s: Floats, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s, given in another frame, in TEME."""
    match frame:
        case "TEME":
            return r_km, v_km_s
        case "TOD":
            angle_rad = _equinoxes_apart_rad.at(tai_ns)[:, 0]
            return _turned(r_km, angle_rad), _turned(v_km_s, angle_rad)
        case "EME2000":
            return teme_states_from_gcrs(gcrs_from_eme2000(r_km), gcrs_from_eme2000(v_km_s), tai_ns)
        case "GCRS":
            return teme_states_from_gcrs(r_km, v_km_s, tai_ns)
        case "ITRS":
            return teme_states_from_itrs(r_km, v_km_s, tai_ns)


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
