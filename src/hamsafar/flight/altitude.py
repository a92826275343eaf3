"""A station's mean altitude: what its history shows, and a forecast that knows that the operator boosts.

After the last element set the orbit sinks at the rate it had until it comes near the floor (`AltitudeKeeping`), and
settles to the altitude that the operator keeps these days: that is the forecast, the likeliest course. Its sigma
counts what may come instead: boosts at any time, the sooner the lower the orbit, to altitudes that spread as they did.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.domain.history import History
from hamsafar.domain.vehicles import Station
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

_RATE_FROM_D = 6.0  # the rate of sinking is that of the last days
_LEAST_SPAN_D, _LEAST_SETS = 1.5, 4  # what a rate of one's own takes; else the typical one
_FASTEST_KM_D = 1.0  # a station that sinks faster is boosted the same day
_YEAR_D = 365.25
_PRIOR_D = 120.0  # the catalogue's mean altitude counts as much as so many days of the history at hand
_LONG_GAP_D = 60.0  # what lies in a longer gap is not counted as known
_BOOSTS = 48  # possible days of the next boost, at equal chances
_STEP_D = 0.5


@frozen(kw_only=True, eq=False)
class Altitude:
    """The mean altitude over time, km: linear between trusted sets, and the forecast after the last one."""

    station: Station
    epochs_ns: TaiNs  # (n,) ascending, at least one
    known_km: Floats  # (n,) Brouwer's mean semi-major axis less 6378.137 km
    sinking_km_per_day: float
    mean_km: float  # what the operator keeps these days

    def km(self, tai_ns: TaiNs) -> Floats:
        """The mean altitude (n,) at moments (n,)."""
        moments = np.asarray(tai_ns, dtype=np.int64)
        since, before = moments - self.epochs_ns[0], self.epochs_ns - self.epochs_ns[0]
        known: Floats = np.interp(since, before, self.known_km)
        later = moments > self.epochs_ns[-1]
        earlier = moments < self.epochs_ns[0]
        known[later] = self.expected_km((moments[later] - self.epochs_ns[-1]) / DAY_NS)
        back_d = (self.epochs_ns[0] - moments[earlier]) / DAY_NS
        known[earlier] = self._settled(float(self.known_km[0]), -self.sinking_km_per_day, back_d)
        return known

    def quiet_d(self, from_km: float) -> float:
        """T, the mean wait for the next boost from an altitude: the days to the floor, within the operator's limits."""
        keeping = self.station.keeping
        to_floor_d = (from_km - keeping.floor_km) / self.sinking_km_per_day
        return float(np.clip(to_floor_d, keeping.shortest_quiet_d, keeping.longest_quiet_d))

    def expected_km(self, days: Floats) -> Floats:
        """The altitude (n,) to be expected so many days (n,) after the last set."""
        return self._settled(float(self.known_km[-1]), self.sinking_km_per_day, days)

    def _settled(self, from_km: float, sinking_km_per_day: float, days: Floats) -> Floats:
        sinking = np.exp(-((days / self.quiet_d(from_km)) ** 4))
        kept = self.mean_km + (from_km - self.mean_km) * np.exp(-days / self.station.keeping.settling_d)
        settled: Floats = sinking * (from_km - sinking_km_per_day * days) + (1 - sinking) * kept
        return settled

    def integral_sigma_km_d(self, from_km: float, days: Floats) -> Floats:
        """One sigma (n,) of the altitude expected, summed over so many days (n,) from a set of that altitude, km d.

        The mean square over what may come: on each possible day of the next boost, and none at all, what the sum then
        is on average off the forecast's; the spread of altitudes after it, remembered for `memory_d`; and the error
        of the rate of sinking. A node is off by 3.5 node rates over the radius times this.
        """
        asked: Floats = np.abs(np.atleast_1d(np.asarray(days, dtype=float)))
        steps = int(np.ceil(float(asked.max(initial=0.0)) / _STEP_D)) + 2
        at_d = np.linspace(0.0, (steps - 1) * _STEP_D, steps)
        interpolated: Floats = np.interp(asked, at_d, self._sigmas(from_km, at_d))
        return interpolated

    def _sigmas(self, from_km: float, at_d: Floats) -> Floats:
        keeping, station = self.station.keeping, self.station
        forecast = _summed(self._settled(from_km, self.sinking_km_per_day, at_d))
        sinking = _summed(from_km - self.sinking_km_per_day * at_d)
        chances = (np.arange(_BOOSTS) + 0.5) / _BOOSTS
        boost_d = -self.quiet_d(from_km) * np.log1p(-chances)[:, None]
        until = np.minimum(at_d, boost_d)
        since = at_d - until  # 0 where the boost has not come yet
        off = np.interp(until, at_d, sinking) + self.mean_km * since - forecast
        ratio = since / keeping.memory_d
        spread = station.mean_altitude_sigma_km**2 * 2 * keeping.memory_d**2 * (ratio - 1 + np.exp(-ratio))
        rate = (keeping.sinking_sigma_km_per_day * until**2 / 2) ** 2
        sigma: Floats = np.sqrt(np.mean(off**2 + spread + rate, axis=0))
        return sigma


def altitude_of(history: History, station: Station) -> Altitude:
    """The altitude that a history of at least one trusted set shows, and its forecast."""
    epochs_ns = np.array([one.epoch.tai_ns for one in history.sets], dtype=np.int64)
    known_km = np.array(history.altitude_km)
    sinking = _sinking(history, epochs_ns, known_km)
    if sinking is None:
        sinking = _sinking_by_drag(history, station)
    return Altitude(
        station=station,
        epochs_ns=epochs_ns,
        known_km=known_km,
        sinking_km_per_day=float(np.clip(sinking, station.keeping.sinking_km_per_day / 10, _FASTEST_KM_D)),
        mean_km=_kept_km(epochs_ns, known_km, station),
    )


def _kept_km(epochs_ns: TaiNs, known_km: Floats, station: Station) -> float:
    """The altitude that is kept these days: the history's mean over time, a year back counting e times less, and
    the catalogue's mean as if it had been seen for `_PRIOR_D` days."""
    ago_d = (epochs_ns[-1] - epochs_ns) / DAY_NS
    weights = _YEAR_D * (np.exp(-ago_d[1:] / _YEAR_D) - np.exp(-ago_d[:-1] / _YEAR_D))
    weights[np.diff(epochs_ns) > _LONG_GAP_D * DAY_NS] = 0.0
    between_km = (known_km[1:] + known_km[:-1]) / 2
    total = float(weights @ between_km) + _PRIOR_D * station.mean_altitude_km
    return total / (float(weights.sum()) + _PRIOR_D)


def _sinking(history: History, epochs_ns: TaiNs, known_km: Floats) -> float | None:
    """The rate of the last days since the last boost, km/d: the middle of the slopes of all pairs half a day apart.

    Theil 1950, Sen 1968. None where the sets are too few.
    """
    last_boost = max((one.latest for one in history.boosts), default=Instant(int(epochs_ns[0])))
    recent = (epochs_ns >= last_boost.tai_ns) & (epochs_ns >= epochs_ns[-1] - _RATE_FROM_D * DAY_NS)
    at_d, km = (epochs_ns[recent] - epochs_ns[-1]) / DAY_NS, known_km[recent]
    if at_d.size < _LEAST_SETS or at_d[-1] - at_d[0] < _LEAST_SPAN_D:
        return None
    first, second = np.triu_indices(at_d.size, 1)
    apart_d = at_d[second] - at_d[first]
    far = apart_d > _STEP_D
    return -float(np.median((km[second] - km[first])[far] / apart_d[far]))


def _sinking_by_drag(history: History, station: Station) -> float:
    """What the last set's own mean motion says: da/dt = -(2/3) (a/n) dn/dt; the typical rate where that is absurd."""
    last, typical = history.sets[-1], station.keeping.sinking_km_per_day
    a_km = EARTH_EQUATORIAL_RADIUS_KM + history.altitude_km[-1]
    motion_rev_d = 86_400.0 * float(np.sqrt(EARTH_MU_KM3_S2 / a_km**3)) / (2 * np.pi)
    said = 2.0 / 3.0 * a_km / motion_rev_d * 2.0 * last.mean_motion_dot
    return said if typical / 5 <= said <= typical * 5 else typical


def _summed(values: Floats) -> Floats:
    """The integral (n,) from the first of evenly spaced values, by trapezia of `_STEP_D`."""
    inner = np.cumsum((values[:-1] + values[1:]) / 2) * _STEP_D
    return np.concatenate([[0.0], inner])
