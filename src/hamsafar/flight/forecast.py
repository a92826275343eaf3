"""The station's path as far as it can be known: near by SGP4, far by its plane alone; each answer with its sigma.

The plane is always the drifting one (`hamsafar.orbit.plane_drift`) over the altitude that the history shows and the
operator's habit makes likely; it is good for months. The phase is SGP4's from the nearest set, and dies within weeks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import acos, degrees, exp, hypot, log, pi, radians, sqrt

import numpy as np
from attrs import evolve, field, frozen

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.history import Boost, History
from hamsafar.domain.plan import Basis
from hamsafar.domain.vehicles import ForecastError, Station
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.flight.altitude import Altitude, altitude_of
from hamsafar.flight.history import history_of
from hamsafar.orbit.plane_drift import DriftingPlane, KnownPlane, node_rate_rad_s
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory, Trajectory
from hamsafar.timeline import Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

UNKNOWN_PHASE_SIGMA_DEG = 360.0 / sqrt(12.0)  # a phase of which nothing is known is anywhere on the orbit
NEAR_PHASE_SIGMA_DEG = 5.0  # up to here a phase forecast counts as near (rule FOR-01 says the same)
FOLLOWED_PHASE_SIGMA_DEG = 60.0  # up to here a phase is worth telling, with its sigma
_PINNED_D = 45.0  # in a longer gap boosts are likely and nothing tells when: between its sets sigma is not shrunk
_LIKELY_BETWEEN = 0.15  # ours: two of nine boosts as likely as a fifth did come between (docs, flight by flight)
_PLANES_KEPT = 512  # a window among a year's sets asks for one a day
_FOLLOWED_GAP_D = 3.0  # a history with a set so often misses no boost
LONGEST_D = 3 * 365.25  # ours: farther from every element set not even the plane is worth a word

_MOST_BY_TILT = 9.0  # at Jiuquan, 0.7 deg south of the northernmost point of the station's track
_EARTH_TURN_S_RAD = 86_164.0905 / (2 * np.pi)  # what a turn of the Earth by one radian takes


@frozen(kw_only=True, slots=False)
class StationForecast:
    """A station's element sets and what they are worth before, between and after their epochs."""

    station: Station
    history: History
    _planes: dict[tuple[Instant, Span], DriftingPlane] = field(init=False, factory=dict, repr=False, eq=False)

    @property
    def sets(self) -> tuple[Elements, ...]:
        """The trusted element sets, ascending in epoch."""
        return self.history.sets

    @cached_property
    def altitude(self) -> Altitude:
        """The mean altitude over time."""
        return altitude_of(self.history, self.station)

    def nearest(self, moment: Instant) -> Elements:
        """The element set whose epoch is nearest, before or after; the earlier of two as near."""
        after = bisect_left(self.sets, moment, key=lambda one: one.epoch)
        return min(self.sets[max(after - 1, 0) : after + 1], key=lambda one: abs(moment.tai_ns - one.epoch.tai_ns))

    def phase_sigma_deg(self, elements: Elements, moment: Instant) -> float:
        """One sigma of the station's place along its orbit by a set, in degrees; at most that of no knowledge.

        Past forecasts' errors at that age; and, where the history shows a boost that lies between the set and the
        moment with a chance of one in seven or more, what it would do: it changes the motion by -3/2 n da/a, for as
        long as it lies behind. (A rarer one hardly moves what 68 % of errors don't exceed.)
        """
        sigma_deg = phase_sigma_deg(self.station, age_d(elements, moment))
        boosts_deg = [self._phase_by_boost_deg(boost, elements.epoch, moment) for boost in self.history.boosts]
        doubts_deg = [_phases_apart_deg(elements, one, moment) for one in self._doubtful_after(elements)]
        return min(hypot(sigma_deg, *boosts_deg, *doubts_deg), UNKNOWN_PHASE_SIGMA_DEG)

    def boost_chance(self, moment: Instant) -> float:
        """The chance that a boost, however small, comes between the newest trusted set and a moment; 0 up to that set.

        1 - exp(-rate t): boosts that the history dates over the days that it follows closely, with two in twice the
        operator's shortest mean wait as known before. A phase forecast is worth nothing after a boost.
        """
        return 1.0 - exp(-self._boosts_per_day * max(0.0, age_d(self.sets[-1], moment)))

    @cached_property
    def _boosts_per_day(self) -> float:
        gaps_d = np.diff(self.altitude.epochs_ns) / DAY_NS
        followed_d = float(gaps_d[gaps_d <= _FOLLOWED_GAP_D].sum())
        dated = sum(not boost.net for boost in self.history.boosts)
        return (dated + 2) / (followed_d + 2 * self.station.keeping.shortest_quiet_d)

    def _doubtful_after(self, elements: Elements) -> tuple[Elements, ...]:
        """The sets later than a set, it being the last trusted one, of which only later ones will tell: a boost may
        have come, so a forecast from before them is worth no more than the two agree."""
        if elements != self.sets[-1]:
            return ()
        later = (one.elements for one in self.history.rejected if one.doubtful)
        return tuple(one for one in later if one.epoch > elements.epoch)

    def _phase_by_boost_deg(self, boost: Boost, epoch: Instant, moment: Instant) -> float:
        """The root of the mean square of the phase by a boost that is as likely everywhere in its gap."""
        first, last = sorted((epoch, moment))
        between_d = (min(boost.latest, last).tai_ns - max(boost.earliest, first).tai_ns) / DAY_NS
        gap_d = (boost.latest.tai_ns - boost.earliest.tai_ns) / DAY_NS
        if gap_d <= 0 or between_d / gap_d < _LIKELY_BETWEEN:
            return 0.0
        a_km = EARTH_EQUATORIAL_RADIUS_KM + self.station.mean_altitude_km
        turned_deg_d = 1.5 * abs(boost.delta_altitude_km) / a_km * degrees(sqrt(EARTH_MU_KM3_S2 / a_km**3)) * 86_400.0
        return turned_deg_d * between_d * sqrt(between_d / gap_d / 3.0)

    def plane_sigma_s(self, elements: Elements, moment: Instant) -> float:
        """One sigma of a plane crossing at a moment, in seconds; see `plane_sigmas_s`."""
        return float(self.plane_sigmas_s(elements, np.array([moment.tai_ns], dtype=np.int64))[0])

    def plane_sigmas_s(self, elements: Elements, tai_ns: TaiNs) -> Floats:
        """One sigma (n,) of a plane crossing by a set, in seconds: what a quiet history shows, and boosts may do."""
        ages_d = (np.asarray(tai_ns, dtype=np.int64) - elements.epoch.tai_ns) / DAY_NS
        quiet_s = np.array([quiet_plane_sigma_s(self.station, age) for age in ages_d])
        index = self.sets.index(elements)
        boosts_km_d = self.altitude.integral_sigma_km_d(float(self.altitude.known_km[index]), ages_d)
        sigma_s: Floats = np.hypot(quiet_s, boosts_km_d * self.node_s_per_km_d(elements))
        for other in self._neighbours(elements):  # between two close sets an error has no room to grow
            gap_d = age_d(elements, other.epoch)
            share = ages_d / gap_d
            pinned = (share > 0) & (share < 1) & (abs(gap_d) <= _PINNED_D)
            sigma_s = np.where(pinned, sigma_s * (1 - share), sigma_s)
        for other in self._doubtful_after(elements):
            sigma_s = np.hypot(sigma_s, self._planes_apart_s(elements, other))
        return np.maximum(sigma_s, quiet_plane_sigma_s(self.station, 0.0))

    def node_s_per_km_d(self, elements: Elements) -> float:
        """How many seconds a crossing moves for a kilometre of altitude during a day: the node turns as a^-7/2."""
        a_km = EARTH_EQUATORIAL_RADIUS_KM + self.station.mean_altitude_km
        return 3.5 * abs(self._node_rate_rad_d(elements)) / a_km * _EARTH_TURN_S_RAD

    def _node_rate_rad_d(self, elements: Elements) -> float:
        """How fast the node turns at the station's mean altitude, rad a day."""
        a_km = EARTH_EQUATORIAL_RADIUS_KM + self.station.mean_altitude_km
        return 86_400.0 * float(node_rate_rad_s(np.array([a_km]), np.radians([elements.inclination_deg]))[0])

    def _planes_apart_s(self, one: Elements, other: Elements) -> float:
        """How far apart two sets put a crossing, seconds, at most: where the track turns a tilt moves it ninefold."""
        turned = radians(other.raan_deg - one.raan_deg) - self._node_rate_rad_d(one) * age_d(one, other.epoch)
        turned = abs((turned + pi) % (2 * pi) - pi)
        tilted = radians(abs(other.inclination_deg - one.inclination_deg))
        return (turned + _MOST_BY_TILT * tilted) * _EARTH_TURN_S_RAD

    def basis(self, elements: Elements, moment: Instant, near_phase_sigma_deg: float = NEAR_PHASE_SIGMA_DEG) -> Basis:
        """Near where the phase is known well enough."""
        return "near" if self.phase_sigma_deg(elements, moment) <= near_phase_sigma_deg else "far"

    def plane(self, elements: Elements, span: Span) -> DriftingPlane:
        """The mean plane over a span as one set starts it; kept, because the next question is about the same.

        Between two sets the plane runs through both: within years a node is off by degrees, so no turn is lost.
        """
        key = (elements.epoch, span)
        if key not in self._planes:
            if len(self._planes) >= _PLANES_KEPT:
                self._planes.clear()
            neighbours = [_known_plane(one) for one in self._neighbours(elements)]
            self._planes[key] = DriftingPlane(_known_plane(elements), self.semi_major_axis_km, span, neighbours)
        return self._planes[key]

    def _neighbours(self, elements: Elements) -> tuple[Elements, ...]:
        index = self.sets.index(elements)
        return (*self.sets[max(index - 1, 0) : index], *self.sets[index + 1 : index + 2])

    def semi_major_axis_km(self, tai_ns: TaiNs) -> Floats:
        """Brouwer's mean semi-major axis (n,), known or expected."""
        return EARTH_EQUATORIAL_RADIUS_KM + self.altitude.km(tai_ns)

    def path(self, elements: Elements, moment: Instant) -> Trajectory:
        """A path to look for events on about a moment: SGP4 while the phase is worth following, else the held orbit."""
        if self.phase_sigma_deg(elements, moment) <= FOLLOWED_PHASE_SIGMA_DEG:
            return _sgp4(elements)
        return HeldTrajectory(self.held_orbit(elements, moment))

    def held_orbit(self, elements: Elements, epoch: Instant) -> HeldOrbit:
        """The circular orbit at a moment: the drifting plane's node and inclination, the altitude expected.

        The argument of latitude is the elements' own, carried at the rate of that altitude: worth nothing after about
        two weeks, and whoever needs one sets it.
        """
        node, inclination = self.plane(elements, Span(epoch, epoch.plus(seconds=1))).at(np.array([epoch.tai_ns]))
        held = HeldOrbit(
            epoch=epoch,
            semi_major_axis_km=float(self.semi_major_axis_km(np.array([epoch.tai_ns]))[0]),
            inclination_deg=float(np.degrees(inclination[0])),
            raan_deg=float(np.degrees(node[0])) % 360.0,
            argument_of_latitude_deg=0.0,
        )
        at_elements_deg = elements.argument_of_perigee_deg + elements.mean_anomaly_deg
        turned_deg = np.degrees(HeldTrajectory(held).u_dot_rad_s) * epoch.seconds_since(elements.epoch)
        return evolve(held, argument_of_latitude_deg=float(at_elements_deg + turned_deg) % 360.0)


@lru_cache(maxsize=1024)
def _phases_apart_deg(one: Elements, other: Elements, moment: Instant) -> float:
    """How far apart two sets put the station at a moment, degrees; 0 where one says that it has decayed by then."""
    at = np.array([moment.tai_ns], dtype=np.int64)
    try:
        here, there = (_sgp4(each).states_teme(at)[0][0] for each in (one, other))
    except OutOfRangeError:
        return 0.0
    cosine = float(here @ there / (np.linalg.norm(here) * np.linalg.norm(there)))
    return degrees(acos(max(-1.0, min(1.0, cosine))))


def _known_plane(elements: Elements) -> KnownPlane:
    return elements.epoch.tai_ns, radians(elements.raan_deg), radians(elements.inclination_deg)


_sgp4 = lru_cache(maxsize=4)(Sgp4Trajectory)


def station_forecast(sets: Sequence[Elements], station: Station) -> StationForecast:
    """What element sets of a station, in any order, let one say of its path.

    Raises InputError without any, for sets of another object, and where none of them can be trusted.
    """
    if not sets:
        raise InputError("no elements of the station are given, so its plane is not known")
    strangers = sorted({one.norad for one in sets} - {station.norad})
    if strangers:
        listed = ", ".join(map(str, strangers[:5]))
        raise InputError(f"the elements are those of {listed}, but {station.name} is {station.norad}")
    return _forecast(tuple(sets), station)


@lru_cache(maxsize=4)
def _forecast(sets: tuple[Elements, ...], station: Station) -> StationForecast:
    history = history_of(sets)
    if not history.sets:
        why = "; ".join(f"{one.elements.epoch}: {one.why}" for one in history.rejected[:3])
        raise InputError(f"none of the element sets of {station.name} can be trusted ({why})")
    return StationForecast(station=station, history=history)


def age_d(elements: Elements, moment: Instant) -> float:
    """Days from the epoch to a moment; negative before it."""
    return (moment.tai_ns - elements.epoch.tai_ns) / DAY_NS


def quiet_plane_sigma_s(station: Station, age_d: float) -> float:
    """One sigma of a plane crossing, in seconds, for elements that old where no boost came between.

    Log-log between the ages of the station's table; below the first age that one's error holds; beyond the last the
    error grows in proportion to the age, as a wrong node rate makes it.
    """
    table = _table(station)
    if abs(age_d) > table[-1].age_d:
        return table[-1].plane_s * abs(age_d) / table[-1].age_d
    return _interpolated([(row.age_d, row.plane_s) for row in table], abs(age_d))


def phase_sigma_deg(station: Station, age_d: float) -> float:
    """One sigma of the station's place along its orbit, in degrees; at most 104, where nothing is known.

    Log-log between the ages of the table; beyond the last it grows with the square of the age, as an unmodelled
    change of drag makes it.
    """
    table = _table(station)
    if abs(age_d) > table[-1].age_d:
        return min(table[-1].phase_deg * (abs(age_d) / table[-1].age_d) ** 2, UNKNOWN_PHASE_SIGMA_DEG)
    return min(_interpolated([(row.age_d, row.phase_deg) for row in table], abs(age_d)), UNKNOWN_PHASE_SIGMA_DEG)


def window_sigma_s(phase_sigma_deg: float, period_s: float) -> float:
    """How far an error along the track moves whatever waits for the station to come by, in seconds."""
    return phase_sigma_deg / 360.0 * period_s


def _table(station: Station) -> tuple[ForecastError, ...]:
    if not station.forecast_errors:
        raise InputError(f"station {station.id!r} has no forecast errors, so no sigma can be given")
    return station.forecast_errors


def _interpolated(points: list[tuple[float, float]], age_d: float) -> float:
    """Log-log through ascending (age, error) points, age not beyond the last.

    Before the first age the error of the first holds: fresh elements are not perfect either.
    """
    ages = [age for age, _ in points]
    index = bisect_left(ages, age_d)
    if index == 0:
        return points[0][1]
    (age_0, error_0), (age_1, error_1) = points[index - 1], points[index]
    share = log(age_d / age_0) / log(age_1 / age_0)
    return exp(log(error_0) + share * log(error_1 / error_0))
