"""The second opinion's own sky about the Moon: Earth, Sun, their turning, lines of sight, shadows.

By another route than the planner's: no ephemeris file, no lunar kernel. The Earth from the Moon is the series of
Meeus 1998, ch. 47, as `erfa.moon98` has it (against DE440 over 19 years: rms 6 km, 18 km at the most); the Sun from
the Earth is `erfa.epv00` (VSOP2000, cut); the Moon turns as the IAU's report of 2015 says (Archinal et al. 2018,
table 2: against the mean-Earth axes of DE440's kernel 0.004 deg at the most); the Earth turns as the IAU's angle says,
its axis by a matrix for every quarter day.

Frames: Moon-centred ICRF axes, `(n, 3)` km. Times are elapsed seconds `(n,)` from a base Instant.
"""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify import physics

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]
Rows = NDArray[np.int_]
Complex = NDArray[np.complex128]

MOON_KM = 1_737.4  # the sphere of latitudes, IAU 2015 (Archinal et al. 2018, table 5)
EARTH_KM = 6_378.137  # equatorial, GRS 80
SUN_KM = 695_700.0  # IAU 2015 resolution B3
AU_KM = 149_597_870.7  # IAU 2012 resolution B2
DAY_S = 86_400.0

NODE_S = 1_800.0  # of the Earth's and Sun's positions; a cubic between two is right to a metre
LONGEST_D = 62.0  # that is judged
_FIRST_S, _LAST_S = (year * 365.25 * DAY_S for year in (-49.0, 99.0))  # from 2000: 1951 to 2099, as VSOP2000 is fitted
_ORIENTATION_S = 21_600.0  # the Earth's axis moves by 0.03" meanwhile, 1 m

# (degrees at J2000, degrees a day) of E1 to E13; then the amplitudes in pole and turn: Archinal et al. 2018, table 2
_ANGLES = (
    (125.045, -0.0529921),
    (250.089, -0.1059842),
    (260.008, 13.0120009),
    (176.625, 13.3407154),
    (357.529, 0.9856003),
    (311.589, 26.4057084),
    (134.963, 13.0649930),
    (276.617, 0.3287146),
    (34.226, 1.7484877),
    (15.134, -0.1589763),
    (119.743, 0.0036096),
    (239.961, 0.1643573),
    (25.053, 12.9590088),
)
_ASCENSION = (-3.8787, -0.1204, 0.0700, -0.0172, 0.0, 0.0072, 0.0, 0.0, 0.0, -0.0052, 0.0, 0.0, 0.0043)  # sines
_DECLINATION = (1.5419, 0.0239, -0.0278, 0.0068, 0.0, -0.0029, 0.0009, 0.0, 0.0, 0.0008, 0.0, 0.0, -0.0009)  # cosines
_TURN_1_7 = (3.5610, 0.1208, -0.0642, 0.0158, 0.0252, -0.0066, -0.0047)  # sines
_TURN_8_13 = (-0.0046, 0.0028, 0.0052, 0.0040, 0.0019, -0.0044)


@frozen(eq=False)
class Sky:
    """Where Earth and Sun stand to the Moon over a stretch of time, from a table at every half hour."""

    base: Instant
    first_s: float
    earth_km: Array  # (m, 3) Moon to Earth, ICRF
    earth_km_s: Array
    sun_km: Array  # (m, 3) Moon to Sun
    sun_km_s: Array

    @classmethod
    def over(cls, base: Instant, first_s: float, last_s: float) -> Sky:
        """The sky from `first_s` to `last_s` after `base`.

        Raises OutOfRangeError for longer than two months, and outside of the years 1951 to 2098.
        """
        import erfa

        asked_s = base.tai_ns / 1e9
        if not (last_s - first_s <= LONGEST_D * DAY_S):
            raise OutOfRangeError(
                f"{(last_s - first_s) / DAY_S:.0f} d are more than the {LONGEST_D:.0f} d judged at once"
            )
        if not (asked_s + first_s > _FIRST_S and asked_s + last_s < _LAST_S):
            raise OutOfRangeError("Sun and Earth are known from 1951 to 2098 only", asked=base)
        nodes_s = np.arange(first_s - NODE_S, last_s + 2 * NODE_S, NODE_S)
        whole, fraction = base.julian_date_tt()
        days = fraction + nodes_s / DAY_S
        moon = erfa.moon98(whole, days)
        earth_of_sun, _ = erfa.epv00(whole, days)  # TT for TDB: 2 ms
        earth_km, earth_km_s = -moon["p"] * AU_KM, -moon["v"] * AU_KM / DAY_S
        sun_km = earth_km - earth_of_sun["p"] * AU_KM
        sun_km_s = earth_km_s - earth_of_sun["v"] * AU_KM / DAY_S
        return cls(base, float(nodes_s[0]), earth_km, earth_km_s, sun_km, sun_km_s)

    def earth(self, seconds: Array) -> Array:
        """Moon to Earth, (n, 3) km."""
        return hermite(seconds - self.first_s, NODE_S, self.earth_km, self.earth_km_s)

    def earth_speed(self, seconds: Array) -> Array:
        """Its rate of change, (n, 3) km/s."""
        before, after = self.earth(seconds - 30.0), self.earth(seconds + 30.0)
        return np.asarray((after - before) / 60.0)

    def sun(self, seconds: Array) -> Array:
        """Moon to Sun, geometric, (n, 3) km."""
        return hermite(seconds - self.first_s, NODE_S, self.sun_km, self.sun_km_s)


def hermite(seconds: Array, step_s: float, places: Array, speeds: Array) -> Array:
    """The cubic through evenly spaced places (m, 3) with their speeds, at seconds (n,) from the first of them.

    Raises OutOfRangeError outside of them.
    """
    share = seconds / step_s
    last = len(places) - 1
    if last < 1 or (len(seconds) and not (share.min() >= -1e-9 and share.max() <= last + 1e-9)):
        raise OutOfRangeError("a moment outside of the rows of a table was asked for")
    row = np.clip(np.floor(share).astype(np.int64), 0, last - 1)
    x = (share - row)[:, None]
    y = 1 - x
    ends = y * y * (1 + 2 * x) * places[row] + x * x * (1 + 2 * y) * places[row + 1]
    return np.asarray(ends + step_s * x * y * (y * speeds[row] - x * speeds[row + 1]), dtype=np.float64)


# The Moon's turning


def moon_axes(base: Instant, seconds: Array) -> Array:
    """ICRF to mean-Earth axes of the Moon, (n, 3, 3): `axes @ r_icrf` is body-fixed (Archinal et al. 2018)."""
    whole, fraction = base.julian_date_tt()
    days = (whole - physics.J2000_JD) + (fraction + seconds / DAY_S)
    centuries = days / 36_525.0
    table = np.array(_ANGLES)
    angles = np.radians((table[:, :1] + table[:, 1:] * days[None, :]) % 360.0)
    sines, cosines = np.sin(angles), np.cos(angles)
    ascension = np.radians(269.9949 + 0.0031 * centuries + np.einsum("k,kn->n", np.array(_ASCENSION), sines))
    declination = np.radians(66.5392 + 0.0130 * centuries + np.einsum("k,kn->n", np.array(_DECLINATION), cosines))
    wobble = np.einsum("k,kn->n", np.array([*_TURN_1_7, *_TURN_8_13]), sines)
    turn = np.radians((38.3213 + (13.17635815 - 1.4e-12 * days) * days + wobble) % 360.0)
    sa, ca, sd, cd, sw, cw = (part(x) for x in (ascension, declination, turn) for part in (np.sin, np.cos))
    node = np.stack([-sa, ca, np.zeros_like(sa)], axis=1)  # 90 deg east of the pole, on the ICRF's equator
    ahead = np.stack([-sd * ca, -sd * sa, cd], axis=1)
    pole = np.stack([cd * ca, cd * sa, sd], axis=1)
    x = cw[:, None] * node + sw[:, None] * ahead
    y = -sw[:, None] * node + cw[:, None] * ahead
    return np.stack([x, y, pole], axis=1)


def moon_place_km(latitude_deg: float, longitude_deg: float) -> Array:
    """A place on the Moon's sphere, mean-Earth axes, (3,) km."""
    north, east = radians(latitude_deg), radians(longitude_deg)
    return MOON_KM * np.array([cos(north) * cos(east), cos(north) * sin(east), sin(north)])


# The Earth's turning


def earth_axes(base: Instant, seconds: Array) -> Array:
    """ICRF to Earth-fixed, (n, 3, 3), no polar motion: the axis once a quarter day, the turn at each moment.

    The turn is the Earth rotation angle of Capitaine et al. 2000 with UT1 of the IERS, plus what the quarter day's
    apparent sidereal time (IAU 2000B) is ahead of it.
    """
    import erfa

    whole, fraction = base.julian_date_tt()
    lots = np.floor(seconds / _ORIENTATION_S).astype(np.int64)
    answer = np.empty((len(seconds), 3, 3))
    for lot in np.unique(lots):
        inside = lots == lot
        middle_s = (float(lot) + 0.5) * _ORIENTATION_S
        axis = erfa.pnm00b(whole, fraction + middle_s / DAY_S)
        when = base.plus(seconds=middle_s)
        days = _ut1_days(when)
        ahead = erfa.gst00b(physics.J2000_JD, days) - _rotation_rad(days)
        turn = _rotation_rad(days + (seconds[inside] - middle_s) / DAY_S) + ahead
        s, c, zero = np.sin(turn), np.cos(turn), np.zeros_like(turn)
        rows = [[c, s, zero], [-s, c, zero], [zero, zero, zero + 1.0]]
        answer[inside] = np.moveaxis(np.array(rows), 2, 0) @ axis
    return answer


def _ut1_days(when: Instant) -> float:
    whole, fraction = when.julian_date_utc()
    return (whole - physics.J2000_JD) + fraction + physics.ut1_minus_utc_s(when) / DAY_S


def _rotation_rad(ut1_days: Array | float) -> Array:
    """The Earth rotation angle (Capitaine et al. 2000, eq. 14)."""
    turns = 0.7790572732640 + 0.00273781191135448 * np.asarray(ut1_days) + np.asarray(ut1_days) % 1.0
    return np.asarray((turns % 1.0) * 2 * pi)


# Lines of sight and shadows


def behind_sphere(here: Array, there: Array, radius_km: float) -> Truth:
    """Whether a sphere about the origin cuts the straight line between two points (n, 3)."""
    line = there - here
    length2 = np.maximum(np.sum(line * line, axis=1), 1e-12)
    nearest = np.clip(-np.sum(here * line, axis=1) / length2, 0.0, 1.0)
    closest = here + nearest[:, None] * line
    return np.asarray(np.sum(closest * closest, axis=1) < radius_km**2)


def visible_share(craft_km: Array, sun_km: Array, earth_km: Array) -> Array:
    """How much of the Sun's disc is seen from the craft past Moon and Earth, 0 to 1, (n,); all Moon-centred (n, 3).

    The two never cover different parts of it at once but for seconds a century, so what they take adds up.
    """
    sun = sun_km - craft_km
    moon = disc_share(sun, -craft_km, MOON_KM)
    earth = disc_share(sun, earth_km - craft_km, EARTH_KM)
    return np.asarray(np.maximum(0.0, moon + earth - 1.0))


def disc_share(sun_km: Array, body_km: Array, radius_km: float) -> Array:
    """The share of the Sun's disc that a ball leaves, both as seen from the origin, (n,): two circles in the sky.

    The area that two circles share (any handbook of geometry), with the discs' angular radii.
    """
    sun_far, body_far = np.linalg.norm(sun_km, axis=1), np.linalg.norm(body_km, axis=1)
    a = np.arcsin(np.clip(SUN_KM / sun_far, 0, 1))
    b = np.arcsin(np.clip(radius_km / np.maximum(body_far, 1e-9), 0, 1))
    cross = np.linalg.norm(np.cross(sun_km, body_km), axis=1)
    c = np.arctan2(cross, np.sum(sun_km * body_km, axis=1))
    safe = np.where((c < a + b) & (c > np.abs(a - b)), c, a + b)
    x = (safe**2 + a**2 - b**2) / (2 * safe)
    lens = (
        a**2 * np.arccos(np.clip(x / a, -1, 1))
        + b**2 * np.arccos(np.clip((safe - x) / b, -1, 1))
        - safe * np.sqrt(np.maximum(a**2 - x**2, 0.0))
    )
    covered = np.where(c >= a + b, 0.0, np.where(c <= np.abs(a - b), np.minimum(a, b) ** 2 * pi, lens))
    return np.asarray(1.0 - np.clip(covered / (pi * a**2), 0, 1))


def angle_deg(one: Array, other: Array) -> Array:
    """The angles between vectors (n, 3), deg."""
    cross = np.linalg.norm(np.cross(one, other), axis=1)
    return np.asarray(np.degrees(np.arctan2(cross, np.sum(one * other, axis=1))), dtype=np.float64)


def unit(vectors: Array) -> Array:
    """Vectors (n, 3) of length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None])
