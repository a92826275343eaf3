"""The mean orbit of an object, set by set, in arrays; and how well its sets agree among themselves."""

from __future__ import annotations

from collections.abc import Sequence
from math import degrees, sqrt
from typing import TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements
from hamsafar.orbit.times import DAY_NS, Floats
from hamsafar.orbit.trajectory import satrec
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM

Indices: TypeAlias = NDArray[np.int64]

_MIN_PER_DAY = 1_440.0
_LOOK_MIN = 90.0  # about an orbit: long enough to see SGP4's drag, too short for it to give up
_CLOSE_D = 1.5  # pairs of sets this close show the noise of the catalogue rather than the weather
_RATE_SETS, _RATE_REACH_D = 3, 5.0  # the local rate is a median over so many sets on either side, and so many days
_LEAST_SLOPE_D, _FEWEST_SHARES = 0.3, 12  # slopes over less are mostly noise; B* is judged by no fewer
_LEAST_SHARE, _AS_SAID = 0.1, 0.25  # B* off by more than tenfold says nothing; within a quarter it is believed
_FEWEST_RATES, _SPARSE_REACH_D = 4, 30.0  # or, with fewer than this, over so many days
# Noise no catalogue of ours goes below, and what holds where there are too few pairs to tell.
_LEAST_ALTITUDE_KM, _USUAL_ALTITUDE_KM = 0.015, 0.02
_LEAST_PHASE_DEG, _USUAL_PHASE_DEG = 0.005, 0.01
_LEAST_TILT_DEG, _USUAL_TILT_DEG = 0.0006, 0.0006
_LEAST_NODE_DEG, _USUAL_NODE_DEG = 0.0015, 0.003
_FEWEST_PAIRS = 8
_TAILS = 2.0  # the noise has heavier tails than a normal one: its width is widened by this


@frozen(kw_only=True, eq=False)
class MeanTrack:
    """Mean elements of n sets, ascending in time: arrays (n,). TEME of date; days count from the first epoch (TAI).

    The altitude is SGP4's Brouwer mean semi-major axis (un-Kozai'd, WGS-72) less 6378.137 km; the argument of
    latitude is argument of perigee + mean anomaly, and its rate SGP4's secular one without drag.
    """

    time_d: Floats
    altitude_km: Floats
    latitude_argument_deg: Floats
    rate_deg_d: Floats
    inclination_deg: Floats
    node_deg: Floats
    node_rate_deg_d: Floats
    climb_km_d: Floats  # the local rate of the altitude, boosts taken out; below 0 when sinking
    altitude_sigma_km: float
    phase_sigma_deg: float
    inclination_sigma_deg: float
    node_sigma_deg: float

    @property
    def rate_per_km(self) -> Floats:
        """How the rate of the argument of latitude changes with the altitude, deg/d/km: -3/2 n/a."""
        return -1.5 * self.rate_deg_d / (self.altitude_km + EARTH_EQUATORIAL_RADIUS_KM)

    def lag_deg(self, before: Indices, after: Indices) -> Floats:
        """By how much the phase is behind (below 0) or ahead of going at the mean of both rates: within half a turn."""
        gap_d = self.time_d[after] - self.time_d[before]
        rate_deg_d = (self.rate_deg_d[before] + self.rate_deg_d[after]) / 2
        turned = self.latitude_argument_deg[after] - self.latitude_argument_deg[before] - rate_deg_d * gap_d
        return wrapped(turned)

    def node_off_deg(self, before: Indices, after: Indices) -> Floats:
        """How far the later node lies from where the earlier set, at the mean rate of both, would have it."""
        gap_d = self.time_d[after] - self.time_d[before]
        rate_deg_d = (self.node_rate_deg_d[before] + self.node_rate_deg_d[after]) / 2
        return wrapped(self.node_deg[after] - self.node_deg[before] - rate_deg_d * gap_d)


def wrapped(angle_deg: Floats) -> Floats:
    """Angles (n,) in [-180, 180) degrees."""
    folded: Floats = np.mod(angle_deg + 180.0, 360.0) - 180.0
    return folded


def mean_track(sets: Sequence[Elements]) -> MeanTrack:
    """The track of sets of one object, ascending in epoch, none equal, all such as SGP4 takes."""
    rows = np.array([_row(one) for one in sets], dtype=np.float64).reshape(-1, 7)
    epoch_ns = np.array([one.epoch.tai_ns for one in sets], dtype=np.int64)
    time_d = (epoch_ns - epoch_ns[0]) / DAY_NS
    altitude_km, drag_km_d = rows[:, 0], rows[:, 6]
    bare = MeanTrack(
        time_d=time_d,
        altitude_km=altitude_km,
        latitude_argument_deg=rows[:, 1],
        rate_deg_d=rows[:, 2],
        inclination_deg=rows[:, 3],
        node_deg=rows[:, 4],
        node_rate_deg_d=rows[:, 5],
        climb_km_d=_local_rates(time_d, altitude_km, drag_km_d),
        altitude_sigma_km=_USUAL_ALTITUDE_KM,
        phase_sigma_deg=_USUAL_PHASE_DEG,
        inclination_sigma_deg=_USUAL_TILT_DEG,
        node_sigma_deg=_USUAL_NODE_DEG,
    )
    return _with_noise(bare)


def _row(of: Elements) -> tuple[float, ...]:
    """Altitude, argument of latitude, its rate, inclination, node, its rate, and the drag's rate by SGP4 itself."""
    record = satrec(of)
    altitude_km = record.a * record.radiusearthkm - EARTH_EQUATORIAL_RADIUS_KM
    record.sgp4_tsince(_LOOK_MIN)
    later_km = record.am * record.radiusearthkm - EARTH_EQUATORIAL_RADIUS_KM
    drag_km_d = np.nan if record.error else (later_km - altitude_km) * _MIN_PER_DAY / _LOOK_MIN
    return (
        altitude_km,
        of.argument_of_perigee_deg + of.mean_anomaly_deg,
        degrees(record.mdot + record.argpdot) * _MIN_PER_DAY,
        of.inclination_deg,
        of.raan_deg,
        degrees(record.nodedot) * _MIN_PER_DAY,
        drag_km_d,
    )


def _local_rates(time_d: Floats, altitude_km: Floats, drag_km_d: Floats) -> Floats:
    """The rate of the altitude (n,) km/d about each set: the median of SGP4's drag and of the slopes nearby.

    A boost or a bad set spoils two slopes and a drag term or two, which a median of up to thirteen bears. Where sets
    are few, those of a month count, but no slope that rises: a boost would hide in it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.diff(altitude_km) / np.diff(time_d)
    drag_km_d = drag_km_d * _share_of_drag(time_d, slopes, drag_km_d)
    near = _about(time_d, drag_km_d, slopes, _RATE_REACH_D)
    far = _about(time_d, drag_km_d, np.where(slopes < 0, slopes, np.nan), _SPARSE_REACH_D)
    table = np.where(np.isfinite(near).sum(axis=0) >= _FEWEST_RATES, near, far)
    table[:, np.isnan(table).all(axis=0)] = 0.0  # nothing known: neither sinking nor climbing
    rates: Floats = np.nanmedian(table, axis=0)
    return rates


def _share_of_drag(time_d: Floats, slopes: Floats, drag_km_d: Floats) -> float:
    """How much of SGP4's drag the altitudes show: the median over neighbours a day or so apart.

    Some catalogues carry a B* of another model, or none: it must not decide what a boost is. 1 where neighbours are
    few, NaN (no drag is used at all) where the two have nothing to do with each other.
    """
    between_km_d = (drag_km_d[:-1] + drag_km_d[1:]) / 2
    gaps_d = np.diff(time_d)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (slopes / between_km_d)[(gaps_d >= _LEAST_SLOPE_D) & (gaps_d <= _RATE_REACH_D)]
    if shares.size < _FEWEST_SHARES:
        return 1.0
    share = float(np.median(shares))
    if not _LEAST_SHARE <= share <= 1 / _LEAST_SHARE:  # a NaN is neither
        return np.nan
    return 1.0 if abs(share - 1) < _AS_SAID else share


def _about(time_d: Floats, drag_km_d: Floats, slopes: Floats, reach_d: float) -> Floats:
    """Rates about each set (13, n): of sets and of pairs of neighbours within reach, NaN where there is none."""
    found = np.full((4 * _RATE_SETS + 1, time_d.size), np.nan)
    for row, shift in enumerate(range(-_RATE_SETS, _RATE_SETS + 1)):
        here = np.arange(max(0, -shift), time_d.size - max(0, shift))
        near = np.abs(time_d[here + shift] - time_d[here]) <= reach_d
        found[row, here[near]] = drag_km_d[here[near] + shift]
    for row, shift in enumerate(range(-_RATE_SETS, _RATE_SETS), start=2 * _RATE_SETS + 1):
        here = np.arange(max(0, -shift), time_d.size - max(0, shift + 1))
        begins, ends = time_d[here + shift], time_d[here + shift + 1]
        near = np.maximum(np.abs(begins - time_d[here]), np.abs(ends - time_d[here])) <= reach_d
        found[row, here[near]] = slopes[here[near] + shift]
    return found


def _with_noise(track: MeanTrack) -> MeanTrack:
    """The track with the noise that its close pairs show."""
    before = np.flatnonzero(np.diff(track.time_d) < _CLOSE_D)
    after = before + 1
    if before.size < _FEWEST_PAIRS:
        return track
    gap_d = track.time_d[after] - track.time_d[before]
    climb_km_d = (track.climb_km_d[before] + track.climb_km_d[after]) / 2
    climbed_km = track.altitude_km[after] - track.altitude_km[before] - climb_km_d * gap_d
    tilted_deg = track.inclination_deg[after] - track.inclination_deg[before]
    return evolve(
        track,
        altitude_sigma_km=max(_width(climbed_km), _LEAST_ALTITUDE_KM),
        phase_sigma_deg=max(_width(track.lag_deg(before, after)), _LEAST_PHASE_DEG),
        inclination_sigma_deg=max(_width(tilted_deg), _LEAST_TILT_DEG),
        node_sigma_deg=max(_width(track.node_off_deg(before, after)), _LEAST_NODE_DEG),
    )


def _width(differences: Floats) -> float:
    """One sigma of a single value from differences of two, by their median; heavy tails allowed for."""
    return _TAILS * 1.4826 * float(np.median(np.abs(differences))) / sqrt(2.0)
