"""The verifier's own sky: station, Earth, Sun and relays, by a route other than the planner's.

SGP4 is shared, because it defines the elements; the constants of everything after it are this module's own.
Frames: TEME for orbits; Earth-fixed (the pseudo-Earth-fixed frame of GMST, polar motion of about 10 m left out)
for sites. Arrays have shape (n, 3), km. Times are elapsed seconds, shape (n,), counted from a base Instant.

Accuracy, measured in `tests/unit/verify`: Sun 0.004 deg, Earth orientation 20 m, so a window's end to about a
second at station height.
"""

from __future__ import annotations

from functools import cache
from math import atan2, cos, degrees, exp, log, pi, radians, sin, sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.places import Horizon, Relay, Site
from hamsafar.errors import OutOfRangeError
from hamsafar.resources import earth_orientation_text
from hamsafar.timeline import Instant

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

MU_KM3_S2 = 398_600.4415  # Tapley, Watkins et al. 1996 (JGM-3)
RADIUS_KM = 6_378.137  # GRS 80, Moritz 2000
FLATTENING = 1 / 298.257222101  # GRS 80, Moritz 2000
J2 = 1.0826263e-3  # GRS 80, Moritz 2000 (dynamical form factor)
GEO_RADIUS_KM = 42_164.17  # radius of a circular orbit of one sidereal day
AIR_KM = 100.0  # a relay's ray passes this far above the equatorial radius
SUN_RADIUS_KM = 695_700.0  # IAU 2015 resolution B3
AU_KM = 149_597_870.7  # IAU 2012 resolution B2
J2000_JD = 2_451_545.0

_MOST_STEPS = 50  # of Newton, for the point straight below; six do at a station's height
_SMALL_STEP_KM2 = 1e-5  # moves the point by 2 micrometres


# Orbits


class Path(Protocol):
    """Where the station is."""

    def states(self, base: Instant, seconds: Array) -> tuple[Array, Array]:
        """Position (km) and velocity (km/s) in TEME at `base + seconds`; raises OutOfRangeError."""
        ...


class Sgp4Path:
    """SGP4 (WGS-72), from the element lines where the elements carry them, else from their numbers."""

    def __init__(self, elements: Elements) -> None:
        self.epoch = elements.epoch
        self._satellite = _from_lines(elements) or _from_numbers(elements)

    def states(self, base: Instant, seconds: Array) -> tuple[Array, Array]:
        """See `Path`. Counted in elapsed time from the epoch, so a leap second in between does no harm."""
        days = (base.seconds_since(self.epoch) + seconds) / 86_400
        whole = np.full_like(days, self._satellite.jdsatepoch)
        error, r_teme_km, v_teme_km_s = self._satellite.sgp4_array(whole, self._satellite.jdsatepochF + days)
        if np.any(error) or not (np.all(np.isfinite(r_teme_km)) and np.all(np.isfinite(v_teme_km_s))):
            raise OutOfRangeError(f"SGP4 gives no position at {base}: the elements don't reach so far")
        return r_teme_km, v_teme_km_s


class HeldPath:
    """A circular orbit whose node and argument of latitude turn at the rates that J2 gives it.

    Rates: Vallado 2013, eq. 9-41 and 9-45, at zero eccentricity, with the draconic mean motion.
    """

    def __init__(self, held: HeldOrbit) -> None:
        if not RADIUS_KM < held.semi_major_axis_km < 10 * RADIUS_KM:
            raise OutOfRangeError(f"a radius of {held.semi_major_axis_km:g} km is not a station's orbit")
        self.held = held
        self.raan_dot_rad_s, self.u_dot_rad_s = held_rates(held.semi_major_axis_km, radians(held.inclination_deg))

    def states(self, base: Instant, seconds: Array) -> tuple[Array, Array]:
        """See `Path`."""
        elapsed_s = base.seconds_since(self.held.epoch) + seconds
        node = radians(self.held.raan_deg) + self.raan_dot_rad_s * elapsed_s
        u = radians(self.held.argument_of_latitude_deg) + self.u_dot_rad_s * elapsed_s
        tilt = radians(self.held.inclination_deg)
        radius_km = self.held.semi_major_axis_km
        r_teme_km = radius_km * _on_orbit(node, u, tilt)
        v_teme_km_s = sqrt(MU_KM3_S2 / radius_km) * _on_orbit(node, u + pi / 2, tilt)
        return r_teme_km, v_teme_km_s


def held_rates(radius_km: float, inclination_rad: float) -> tuple[float, float]:
    """Rates of the node and of the argument of latitude of a circular orbit under J2, rad/s."""
    n = sqrt(MU_KM3_S2 / radius_km**3)
    pull = n * J2 * (RADIUS_KM / radius_km) ** 2
    sin2 = sin(inclination_rad) ** 2
    return -1.5 * pull * cos(inclination_rad), n + 0.75 * pull * ((2 - 3 * sin2) + (4 - 5 * sin2))


def _on_orbit(node: Array, u: Array, tilt: float) -> Array:
    across = np.sin(u) * cos(tilt)
    x = np.cos(node) * np.cos(u) - np.sin(node) * across
    y = np.sin(node) * np.cos(u) + np.cos(node) * across
    return np.stack([x, y, np.sin(u) * sin(tilt)], axis=1)


def element_lines(elements: Elements) -> tuple[str, str] | None:
    """The two element lines, where the text is a TLE."""
    lines = [line.strip() for line in elements.text]
    first = [line for line in lines if line.startswith("1 ") and len(line) == 69]
    second = [line for line in lines if line.startswith("2 ") and len(line) == 69]
    return (first[0], second[0]) if first and second else None


def _from_lines(elements: Elements) -> Any:
    from sgp4.api import WGS72, Satrec

    lines = element_lines(elements)
    if lines is None:
        return None
    try:
        return Satrec.twoline2rv(*lines, WGS72)
    except ValueError as problem:
        raise OutOfRangeError(f"the element lines cannot be read: {problem}") from problem


def _from_numbers(elements: Elements) -> Any:
    from sgp4.api import WGS72, Satrec

    whole, fraction = elements.epoch.julian_date_utc()
    made = Satrec()
    try:
        made.sgp4init(
            WGS72,
            "i",
            0,
            (whole - 2_433_281.5) + fraction,
            elements.bstar_per_er,
            0.0,  # SGP4 itself uses neither derivative of the mean motion
            0.0,
            elements.eccentricity,
            radians(elements.argument_of_perigee_deg),
            radians(elements.inclination_deg),
            radians(elements.mean_anomaly_deg),
            elements.mean_motion_rev_d * 2 * pi / 1_440,
            radians(elements.raan_deg),
        )
    except (ValueError, ArithmeticError) as problem:
        raise OutOfRangeError(f"SGP4 refuses the elements: {problem}") from problem
    return made


def lines_against_numbers(elements: Elements) -> list[str]:
    """Where the text of the elements (TLE, or OMM in KVN) and their numbers disagree by more than its last digit."""
    read = _from_lines(elements)
    if read is None:
        return _message_against_numbers(elements) if elements.text else []
    whole, fraction = elements.epoch.julian_date_utc()
    epoch_s = ((read.jdsatepoch - whole) + (read.jdsatepochF - fraction)) * 86_400
    bstar = abs(elements.bstar_per_er) * 1e-4 + 1e-9
    compared = (
        ("epoch", epoch_s, 0.0, 0.002, "s"),
        ("mean motion", read.no_kozai * 720 / pi, elements.mean_motion_rev_d, 2e-8, "rev/d"),
        ("eccentricity", read.ecco, elements.eccentricity, 2e-7, ""),
        ("inclination", degrees(read.inclo), elements.inclination_deg, 2e-4, "deg"),
        ("node", degrees(read.nodeo), elements.raan_deg, 2e-4, "deg"),
        ("argument of perigee", degrees(read.argpo), elements.argument_of_perigee_deg, 2e-4, "deg"),
        ("mean anomaly", degrees(read.mo), elements.mean_anomaly_deg, 2e-4, "deg"),
        ("B*", read.bstar, elements.bstar_per_er, bstar, "1/Earth radius"),
    )
    return [
        f"{name} off by {abs(ours - theirs):.3g} {unit}".rstrip()
        for name, ours, theirs, allowed, unit in compared
        if not abs(ours - theirs) <= allowed
    ]


def _message_against_numbers(elements: Elements) -> list[str]:
    """The same for an OMM, whose decimals are the numbers themselves."""
    stated = dict(line.split("=", 1) for line in elements.text if "=" in line)
    said = {key.strip(): value.split("[")[0].strip() for key, value in stated.items()}
    wanted = {
        "MEAN_MOTION": elements.mean_motion_rev_d,
        "ECCENTRICITY": elements.eccentricity,
        "INCLINATION": elements.inclination_deg,
        "RA_OF_ASC_NODE": elements.raan_deg,
        "ARG_OF_PERICENTER": elements.argument_of_perigee_deg,
        "MEAN_ANOMALY": elements.mean_anomaly_deg,
        "BSTAR": elements.bstar_per_er,
        "NORAD_CAT_ID": float(elements.norad),
    }
    missing = [key for key in ("EPOCH", *wanted) if key not in said]
    if missing:
        return [f"their text is neither element lines nor an OMM (it has no {missing[0]})"]
    try:
        wrong = [key for key, value in wanted.items() if not abs(float(said[key]) - value) <= 1e-12 * abs(value)]
        if abs(Instant.parse(said["EPOCH"].removesuffix("Z") + "Z").seconds_since(elements.epoch)) > 1e-6:
            wrong.append("EPOCH")
    except ValueError as problem:
        return [f"their text can't be read: {problem}"]
    return [f"{key} is {said[key]} in the text" for key in wrong]


# Earth


@cache
def _ut1_table() -> tuple[Array, Array]:
    """(MJD, UT1-UTC in s) of the bundled IERS table, observed and predicted."""
    rows = [line for line in earth_orientation_text().splitlines() if line[58:68].strip()]
    return np.array([float(row[7:15]) for row in rows]), np.array([float(row[58:68]) for row in rows])


def ut1_minus_utc_s(moment: Instant) -> float:
    """UT1-UTC, from the last day of the table on held; a leap second between two rows is not interpolated over."""
    days, values = _ut1_table()
    whole, fraction = moment.julian_date_utc()
    mjd = whole - 2_400_000.5 + fraction
    after = int(np.searchsorted(days, mjd, side="right"))
    if after == 0 or after == len(days):
        return float(values[0 if after == 0 else -1])
    low, high = float(values[after - 1]), float(values[after])
    if abs(high - low) > 0.5:
        return low
    return low + (high - low) * (mjd - float(days[after - 1])) / float(days[after] - days[after - 1])


def sidereal_rad(base: Instant, seconds: Array) -> Array:
    """Greenwich mean sidereal time of 1982 (Aoki et al. 1982, eq. 14), in which TEME meets the Earth."""
    whole, fraction = base.julian_date_utc()
    days = (whole - J2000_JD) + (fraction + (ut1_minus_utc_s(base) + seconds) / 86_400)
    t = days / 36_525
    of_day_s = 67_310.54841 + (8_640_184.812866 + (0.093104 - 6.2e-6 * t) * t) * t
    turns = (days % 1.0) + of_day_s / 86_400  # the 876,600 h of the formula are one turn a day
    return np.asarray((turns % 1.0) * 2 * pi, dtype=np.float64)


def turned(vectors: Array, angle_rad: Array) -> Array:
    """Vectors (n, 3) or (3,) turned about the z axis by angles (n,), towards the east."""
    x, y, z = np.moveaxis(np.broadcast_to(vectors, (len(angle_rad), 3)), 1, 0)
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.stack([c * x - s * y, s * x + c * y, z], axis=1)


def earth_fixed(base: Instant, seconds: Array, teme: Array) -> Array:
    """TEME vectors (n, 3) in the Earth-fixed frame."""
    return turned(teme, -sidereal_rad(base, seconds))


def site_km(site: Site) -> Array:
    """A site's Earth-fixed position, shape (3,), from its geodetic coordinates."""
    latitude, longitude = radians(site.latitude_deg), radians(site.longitude_deg)
    squash = (1 - FLATTENING) ** 2
    curvature_km = RADIUS_KM / sqrt(cos(latitude) ** 2 + squash * sin(latitude) ** 2)
    flat_km = (curvature_km + site.height_km) * cos(latitude)
    up_km = (squash * curvature_km + site.height_km) * sin(latitude)
    return np.array([flat_km * cos(longitude), flat_km * sin(longitude), up_km])


def site_up(site: Site) -> Array:
    """The unit normal of the ellipsoid at a site, Earth-fixed, shape (3,)."""
    latitude, longitude = radians(site.latitude_deg), radians(site.longitude_deg)
    return np.array([cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)])


def elevation_deg(site: Site, fixed_km: Array) -> Array:
    """Geometric elevation of Earth-fixed positions (n, 3) above a site's horizon, no refraction."""
    towards = fixed_km - site_km(site)
    up = towards @ site_up(site)
    sine = np.clip(up / np.linalg.norm(towards, axis=1), -1, 1)
    return np.asarray(np.degrees(np.arcsin(sine)), dtype=np.float64)


def azimuth_deg(site: Site, fixed_km: Array) -> Array:
    """The azimuth of Earth-fixed positions (n, 3) from a site, from north over east, 0 to 360."""
    towards, longitude = fixed_km - site_km(site), radians(site.longitude_deg)
    east = np.array([-sin(longitude), cos(longitude), 0.0])
    north = np.cross(site_up(site), east)
    return np.asarray(np.degrees(np.arctan2(towards @ east, towards @ north)) % 360, dtype=np.float64)


def horizon_deg(horizon: Horizon, azimuths_deg: Array) -> Array:
    """How high a horizon stands in directions (n,): straight between its points, over north too; a wall's full height.

    The points are laid out five times round, so that every direction, 0 and 360 too, has some before and after it.
    """
    turns = np.repeat(np.arange(-720.0, 721.0, 360.0), len(horizon.points))
    where = turns + np.tile([point.azimuth_deg for point in horizon.points], 5)
    height = np.tile([point.elevation_deg for point in horizon.points], 5)

    def straight(after: NDArray[np.int_]) -> Array:
        share = (azimuths_deg - where[after - 1]) / (where[after] - where[after - 1])
        return np.asarray(height[after - 1] + share * (height[after] - height[after - 1]), dtype=np.float64)

    # The two sides differ at a wall, and there the higher stands in the way.
    one = straight(np.searchsorted(where, azimuths_deg, side="left"))
    return np.maximum(one, straight(np.searchsorted(where, azimuths_deg, side="right")))


def above_horizon(site: Site, horizon: Horizon | None, fixed_km: Array) -> Truth:
    """Whether Earth-fixed positions stand at or above what surrounds a site; a site without a horizon hides nothing."""
    if horizon is None:
        return np.ones(len(fixed_km), dtype=np.bool_)
    return np.asarray(elevation_deg(site, fixed_km) >= horizon_deg(horizon, azimuth_deg(site, fixed_km)))


def straight_below(fixed_km: Array) -> tuple[Array, Array]:
    """The nearest points of the ellipsoid (n, 3), km, and its unit normals there (n, 3), of positions above it.

    The foot q of a position r has q (1 + s/a^2) = r along each axis of length a; s is where q lies on the ellipsoid.
    Newton from s = 0, below which no root of a position outside lies, climbs to it and never overshoots.
    Raises OutOfRangeError where there is none.
    """
    equator2, pole2 = RADIUS_KM**2, (RADIUS_KM * (1 - FLATTENING)) ** 2
    x, y, z = np.ascontiguousarray(fixed_km.T)
    flat2, up2 = (x * x + y * y) / equator2, z * z / pole2
    s = np.zeros(len(x))
    for _ in range(_MOST_STEPS):
        wide, tall = 1 + s / equator2, 1 + s / pole2
        flat, up = flat2 / wide**2, up2 / tall**2
        step = (flat + up - 1) / (2 * (flat / (wide * equator2) + up / (tall * pole2)))
        s = s + step
        if np.all(np.abs(step) <= _SMALL_STEP_KM2):
            foot = fixed_km / (1 + s[:, None] / np.array([equator2, equator2, pole2]))
            return foot, _unit(foot * np.array([pole2, pole2, equator2]))
    raise OutOfRangeError("no point of the ellipsoid lies straight below the station: its orbit runs into the Earth")


def sun_over_deg(places_km: Array, normals: Array, sun_km: Array) -> Array:
    """The geometric elevation of the Sun's centre at Earth-fixed places (n, 3) with their normals, no refraction."""
    towards = _unit(sun_km - places_km)
    return np.asarray(np.degrees(np.arcsin(np.clip(np.sum(towards * normals, axis=1), -1, 1))), dtype=np.float64)


# Sun


def sun_teme_km(base: Instant, seconds: Array) -> Array:
    """The apparent Sun in TEME, shape (n, 3), km.

    Meeus 1998, ch. 25 (low accuracy) with the five largest perturbations of the longitude of Meeus 1988, ch. 18;
    the equation of the equinoxes is taken off, because TEME counts from the mean equinox.
    """
    whole, fraction = base.julian_date_tt()
    t = ((whole - J2000_JD) + (fraction + seconds / 86_400)) / 36_525
    mean_longitude = 280.46646 + (36_000.76983 + 0.0003032 * t) * t
    anomaly = np.radians((357.52911 + (35_999.05029 - 0.0001537 * t) * t) % 360)
    eccentricity = 0.016708634 - 0.000042037 * t
    centre = (
        (1.914602 - (0.004817 + 0.000014 * t) * t) * np.sin(anomaly)
        + (0.019993 - 0.000101 * t) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    distance_au = 1.000001018 * (1 - eccentricity**2) / (1 + eccentricity * np.cos(anomaly + np.radians(centre)))
    moon_node = np.radians((125.04 - 1_934.136 * t) % 360)
    nutation = -0.00478 * np.sin(moon_node)
    longitude = np.radians((mean_longitude + centre + _perturbations_deg(t) - 0.00569 + nutation) % 360)
    tilt = np.radians(23.4392911 - 0.0130042 * t + 0.00256 * np.cos(moon_node))
    x = np.cos(longitude)
    y, z = np.sin(longitude) * np.cos(tilt), np.sin(longitude) * np.sin(tilt)
    true_equator = (distance_au * AU_KM)[:, None] * np.stack([x, y, z], axis=1)
    return turned(true_equator, -np.radians(nutation) * np.cos(tilt))


def _perturbations_deg(t: Array) -> Array:
    """Venus, Jupiter, the Moon and the long term, on the Sun's longitude (Meeus 1988, ch. 18; T from 1900)."""
    t1900 = t + 1.0  # 1900 January 0.5 is exactly 36,525 days before J2000
    a, b = np.radians(153.23 + 22_518.7541 * t1900), np.radians(216.57 + 45_037.5082 * t1900)
    c, d = np.radians(312.69 + 32_964.3577 * t1900), np.radians(350.74 + 445_267.1142 * t1900)
    e = np.radians(231.19 + 20.20 * t1900)
    venus_jupiter = 0.00134 * np.cos(a) + 0.00154 * np.cos(b) + 0.00200 * np.cos(c)
    return np.asarray(venus_jupiter + 0.00179 * np.sin(d) + 0.00178 * np.sin(e), dtype=np.float64)


def sun_fixed_km(base: Instant, seconds: Array) -> Array:
    """The Sun in the Earth-fixed frame, shape (n, 3), km."""
    return earth_fixed(base, seconds, sun_teme_km(base, seconds))


def sun_elevation_deg(site: Site, base: Instant, seconds: Array) -> Array:
    """The geometric elevation of the Sun's centre at a site."""
    return elevation_deg(site, sun_fixed_km(base, seconds))


def is_morning(site: Site, sun_km: Array) -> Truth:
    """Whether the Sun (Earth-fixed) stands east of the site's meridian: between lower and upper transit."""
    longitude = radians(site.longitude_deg)
    return np.asarray(sun_km @ np.array([-sin(longitude), cos(longitude), 0.0]) > 0)


def in_umbra(r_teme_km: Array, sun_km: Array) -> Truth:
    """Whether all of the Sun's disc is behind the Earth. The polar axis is stretched until the Earth is a ball."""
    stretch = np.array([1.0, 1.0, 1 / (1 - FLATTENING)])
    here, sun = r_teme_km * stretch, sun_km * stretch
    towards = sun - here
    radius, distance = np.linalg.norm(here, axis=1), np.linalg.norm(towards, axis=1)
    apart = np.arccos(np.clip(-np.sum(here * towards, axis=1) / (radius * distance), -1, 1))
    earth = np.arcsin(np.clip(RADIUS_KM / radius, -1, 1))
    return np.asarray(apart <= earth - np.arcsin(SUN_RADIUS_KM / distance))


def sees_relay(r_fixed_km: Array, relay: Relay, cone_deg: float) -> Truth:
    """Whether the station has a clear line to a geostationary relay, inside its antenna's cone about the zenith.

    The zenith is the direction away from the Earth's centre, to which the station's attitude is held. Where the
    relay's own antenna has a limit, the station is within it about the relay's nadir.
    """
    longitude = radians(relay.longitude_deg)
    there = GEO_RADIUS_KM * np.array([cos(longitude), sin(longitude), 0.0])
    towards = there - r_fixed_km
    length = np.linalg.norm(towards, axis=1)
    along = -np.sum(r_fixed_km * towards, axis=1) / length  # from the station to the point nearest the centre
    radius = np.linalg.norm(r_fixed_km, axis=1)
    nearest = np.sqrt(np.maximum(radius**2 - along**2, 0))
    clear = (along <= 0) | (nearest > RADIUS_KM + AIR_KM)
    off_zenith = np.degrees(np.arccos(np.clip(-along / radius, -1, 1)))
    seen = clear & (off_zenith <= cone_deg)
    if relay.max_nadir_angle_deg is not None:
        off_nadir = np.degrees(np.arccos(np.clip(towards @ there / (length * GEO_RADIUS_KM), -1, 1)))
        seen &= off_nadir <= relay.max_nadir_angle_deg
    return np.asarray(seen)


# The orbit plane and a site


class Standing:
    """How a site stands to the station's orbit at a row of moments: all arrays have shape (n,)."""

    def __init__(self, path: Path, site: Site, base: Instant, seconds: Array) -> None:
        r_teme_km, v_teme_km_s = path.states(base, seconds)
        normal = _unit(np.cross(r_teme_km, v_teme_km_s))
        here = _unit(turned(site_km(site), sidereal_rad(base, seconds)))
        out = np.sum(normal * here, axis=1)
        below = _unit(here - out[:, None] * normal)
        station = _unit(r_teme_km)
        ahead = np.arctan2(np.sum(normal * np.cross(below, station), axis=1), np.sum(below * station, axis=1))
        self.off_plane_deg = np.degrees(np.arcsin(np.clip(out, -1, 1)))  # signed
        self.lead_deg = np.degrees(ahead) % 360  # from the site to the station, in the direction of motion
        self.ascending = np.cross(normal, below)[:, 2] > 0  # the orbit runs north over the site


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None], dtype=np.float64)


# Forecasts


def forecast_sigma(ages_d: tuple[float, ...], errors: tuple[float, ...], age_d: float) -> float:
    """One sigma of a forecast at an age: a straight line in log-log through the station's history.

    Younger than the first entry the first error stands; older than the last the last slope goes on.
    """
    age = abs(age_d)
    if age <= ages_d[0] or len(ages_d) == 1:
        return errors[0]
    at = next((i for i in range(1, len(ages_d)) if age <= ages_d[i]), len(ages_d) - 1)
    span = log(ages_d[at] / ages_d[at - 1])
    slope = log(errors[at] / errors[at - 1]) / span if span > 0 else 0.0
    return exp(min(log(errors[at - 1]) + slope * log(age / ages_d[at - 1]), 700.0))


def plane_angle_deg(inclination_a: float, node_a: float, inclination_b: float, node_b: float) -> float:
    """The angle between two orbit planes, from their inclinations and nodes, deg."""
    ia, ib, dn = radians(inclination_a), radians(inclination_b), radians(node_b - node_a)
    a = (0.0, -sin(ia), cos(ia))
    b = (sin(ib) * sin(dn), -sin(ib) * cos(dn), cos(ib))
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return degrees(atan2(sqrt(sum(part * part for part in cross)), sum(x * y for x, y in zip(a, b, strict=True))))


def within_band(angle_deg: float, low_deg: float, high_deg: float, tolerance_deg: float) -> float:
    """How far an angle lies outside the band from low to high (which may run through 0), widened; 0 inside."""
    width = (high_deg - low_deg) % 360
    past_low = (angle_deg - low_deg) % 360
    if past_low <= width:
        return 0.0
    outside = min(past_low - width, 360 - past_low)
    return 0.0 if outside <= tolerance_deg else outside
