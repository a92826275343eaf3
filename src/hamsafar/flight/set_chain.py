"""Which sets of a history are to be trusted: the cheapest chain through them, bad sets left out, steps where needed.

Each way from one set to the next costs what the pair's disagreement is worth in squared sigmas; a step of the
altitude between them costs a fixed price instead, and so does each set left out. One bad set is cheaper to leave out
than to reach by a step and leave by another; a boost is cheaper as one step than as many sets left out. The cheapest
chain is found by dynamic programming (Viterbi 1967), in time proportional to the number of sets.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.flight.mean_track import Indices, MeanTrack
from hamsafar.orbit.times import Floats

MOST_SKIPPED = 4  # sets left out one after another; more of them agreeing are not an accident
LEFT_OUT_COST = 20.0  # of one set: it must be off by more than 3 sigmas from both neighbours
_LEFT_OUT_AT_ENDS_COST = 25.0
_STEP_COST, _STEP_COST_OVER_WEEKS = 16.0, 10.0  # a step in a long gap surprises nobody
_HALF_DAY_D, _WEEKS_D = 0.5, 20.0
# A component other than the altitude can't outweigh all else: two ways of this cost leave one set out, but a phase
# that never fits again does not put a whole history in doubt.
_MOST_OF_ONE = 11.0
_MOST_OF_LAG = 25.0  # in gaps of over a day, where a phase tells boosts from changes of the decay
_EARLY_D = 0.25  # a set may be older than its epoch says: tracked before a burn, dated after it
_RATE_SHARE, _RATE_SHARE_OVER_WEEKS = 0.15, 0.6  # how far decay in a gap departs from what it is around it
_SINKING_SHARE = 0.6  # it may well grow faster, in a magnetic storm, but not so fade
_LEAST_RATE_KM_D = 0.005
_SUN_FORGETS_D, _YEAR_D = 30.0, 365.0
_TOLD_SIGMAS = 2.5
_TILT_DEG_D, _NODE_DEG_D = 0.0003, 0.01  # what theory and decay leave open


@frozen(kw_only=True, eq=False)
class Ways:
    """Ways from sets `before` to sets `after` (n,): what each shows, and what it costs quiet and with a step."""

    climbed_km: Floats  # the altitude beyond what decay makes of it
    climbed_sigma_km: Floats
    lag_sigma_deg: Floats  # how far the phase may lie from the mean of both rates where nothing was done
    quiet_cost: Floats
    step_cost: Floats
    is_misfit: NDArray[np.bool_]  # the plane, or a phase that no burn between them makes, is off beyond doubt


@frozen(kw_only=True, eq=False)
class Chain:
    """The sets that fit, ascending; and for each but the first whether a step leads to it."""

    kept: Indices
    stepped: NDArray[np.bool_]


def gap_rates(track: MeanTrack, before: Indices, after: Indices) -> tuple[Floats, Floats]:
    """The rate of the altitude expected in gaps, and its sigma, km/d.

    It is the mean of both sides'; in gaps of more than a month more and more the usual one of the year around them,
    as the Sun forgets what it did within a rotation or so.
    """
    gap_d = track.time_d[after] - track.time_d[before]
    climb_km_d = (track.climb_km_d[before] + track.climb_km_d[after]) / 2
    for index in np.flatnonzero(gap_d > _SUN_FORGETS_D):
        begins, ends = np.searchsorted(
            track.time_d, [track.time_d[before[index]] - _YEAR_D, track.time_d[after[index]] + _YEAR_D]
        )
        usual_km_d = float(np.median(track.climb_km_d[begins:ends]))
        climb_km_d[index] = usual_km_d + _SUN_FORGETS_D / gap_d[index] * (climb_km_d[index] - usual_km_d)
    share = _RATE_SHARE + (_RATE_SHARE_OVER_WEEKS - _RATE_SHARE) * np.minimum(gap_d / _WEEKS_D, 1.0)
    apart_km_d = np.abs(track.climb_km_d[before] - track.climb_km_d[after]) / 2
    return climb_km_d, np.maximum(share * np.abs(climb_km_d), apart_km_d / 2) + _LEAST_RATE_KM_D


def ways(track: MeanTrack, before: Indices, after: Indices) -> Ways:
    """What the pairs show and cost."""
    gap_d = track.time_d[after] - track.time_d[before]
    climb_km_d, rate_sigma_km_d = gap_rates(track, before, after)
    risen_km = track.altitude_km[after] - track.altitude_km[before]
    climbed_km = risen_km - climb_km_d * gap_d
    pair_km = np.sqrt(2.0) * track.altitude_sigma_km
    rate_sigma_km_d = np.where(
        climbed_km < 0, np.maximum(rate_sigma_km_d, _SINKING_SHARE * -climb_km_d), rate_sigma_km_d
    )
    climbed_sigma_km = np.hypot(pair_km, rate_sigma_km_d * gap_d)
    # Drag only lowers: what rose by more than the noise and was expected to sink did not do so by itself.
    by_itself = np.where(climb_km_d < 0, risen_km / pair_km, 0.0)
    altitude = np.square(np.maximum(np.abs(climbed_km) / climbed_sigma_km, by_itself))
    per_km = np.abs(track.rate_per_km[before] + track.rate_per_km[after]) / 2
    lag_sigma_deg = _lag_sigma_deg(track, before, after, rate_sigma_km_d)
    lag_deg = track.lag_deg(before, after)
    reach_deg = per_km * np.abs(climbed_km) * (gap_d / 2 + _EARLY_D)
    outside_deg = np.maximum(np.abs(lag_deg) - reach_deg, 0.0)
    tilt_sigma_deg = np.hypot(np.sqrt(2.0) * track.inclination_sigma_deg, _TILT_DEG_D * gap_d)
    node_sigma_deg = np.hypot(np.sqrt(2.0) * track.node_sigma_deg, _NODE_DEG_D * gap_d)
    tilt = _worth((track.inclination_deg[after] - track.inclination_deg[before]) / tilt_sigma_deg)
    node = _worth(track.node_off_deg(before, after) / node_sigma_deg)
    outside = _worth(outside_deg / lag_sigma_deg)
    length = np.clip(np.log(np.maximum(gap_d / _HALF_DAY_D, 1.0)) / np.log(_WEEKS_D / _HALF_DAY_D), 0.0, 1.0)
    price = _STEP_COST + (_STEP_COST_OVER_WEEKS - _STEP_COST) * length
    most_of_lag = _MOST_OF_ONE + (_MOST_OF_LAG - _MOST_OF_ONE) * np.clip(gap_d / _HALF_DAY_D - 1.0, 0.0, 1.0)
    return Ways(
        climbed_km=climbed_km,
        climbed_sigma_km=climbed_sigma_km,
        lag_sigma_deg=lag_sigma_deg,
        quiet_cost=altitude + np.minimum(np.square(lag_deg / lag_sigma_deg), most_of_lag) + tilt + node,
        step_cost=price + outside + tilt + node,
        is_misfit=np.maximum(np.maximum(tilt, node), outside) >= _MOST_OF_ONE,
    )


def _lag_sigma_deg(track: MeanTrack, before: Indices, after: Indices, rate_sigma_km_d: Floats) -> Floats:
    """How far the phase of pairs may lie from the mean of both rates where nothing was done, deg."""
    gap_d = track.time_d[after] - track.time_d[before]
    per_km = np.abs(track.rate_per_km[before] + track.rate_per_km[after]) / 2
    noise_deg = np.hypot(np.sqrt(2.0) * track.phase_sigma_deg, per_km * track.altitude_sigma_km * gap_d / np.sqrt(2.0))
    sigma_deg: Floats = np.hypot(noise_deg, per_km * rate_sigma_km_d * np.square(gap_d) / 6)  # decay grows or fades
    return sigma_deg


def _worth(sigmas: Floats) -> Floats:
    return np.minimum(np.square(sigmas), _MOST_OF_ONE)


def best_chain(track: MeanTrack) -> Chain:
    """The cheapest chain through the sets of a track."""
    number = track.time_d.size
    cost = _LEFT_OUT_AT_ENDS_COST * np.arange(number)  # of a chain that begins here
    came_from = np.full(number, -1, dtype=np.int64)
    tables = [_table(track, lag) for lag in range(1, MOST_SKIPPED + 2)]
    for index in range(1, number):
        for lag, table in enumerate(tables[:index], start=1):
            through = cost[index - lag] + table[index - lag]
            if through < cost[index]:
                cost[index], came_from[index] = through, index - lag
    ends = cost + _LEFT_OUT_AT_ENDS_COST * np.arange(number - 1, -1, -1)
    kept = [int(np.argmin(ends))]
    while came_from[kept[-1]] >= 0:
        kept.append(int(came_from[kept[-1]]))
    chosen = np.array(kept[::-1], dtype=np.int64)
    found = ways(track, chosen[:-1], chosen[1:])
    return Chain(kept=chosen, stepped=found.step_cost < found.quiet_cost)


def _table(track: MeanTrack, lag: int) -> list[float]:
    """The cost of the way from each set to the one `lag` further on, those between left out."""
    before = np.arange(max(track.time_d.size - lag, 0), dtype=np.int64)
    found = ways(track, before, before + lag)
    cost = np.minimum(found.quiet_cost, found.step_cost) + LEFT_OUT_COST * (lag - 1)
    return [float(each) for each in cost]


def why_left_out(track: MeanTrack, kept: Indices, index: int) -> str:
    """What is wrong with a set that is not of the chain, against the kept sets next to it, in words."""
    place = int(np.searchsorted(kept, index))
    neighbours = kept[max(place - 1, 0) : place + 1]
    itself = np.full(neighbours.size, index)
    before, after = np.minimum(neighbours, itself), np.maximum(neighbours, itself)
    found = ways(track, before, after)
    sign = np.where(neighbours < index, 1.0, -1.0)
    gap_d = track.time_d[after] - track.time_d[before]
    offs = (  # (what, unit, decimals, differences, their sigma)
        ("mean altitude", "km", 2, found.climbed_km * sign, found.climbed_sigma_km),
        (
            "inclination",
            "deg",
            4,
            track.inclination_deg[index] - track.inclination_deg[neighbours],
            np.hypot(np.sqrt(2.0) * track.inclination_sigma_deg, _TILT_DEG_D * gap_d),
        ),
        (
            "node",
            "deg",
            4,
            track.node_off_deg(before, after) * sign,
            np.hypot(np.sqrt(2.0) * track.node_sigma_deg, _NODE_DEG_D * gap_d),
        ),
        ("place along the orbit", "deg", 3, track.lag_deg(before, after) * sign, found.lag_sigma_deg),
    )
    told = [
        f"{what} off by {' and '.join(f'{each:+.{decimals}f}' for each in off)} {unit}"
        for what, unit, decimals, off, sigma in offs
        if np.all(np.abs(off) > _TOLD_SIGMAS * sigma)
    ]
    by = {1: "the next set kept" if place == 0 else "the last set kept", 2: "the sets kept before and after it"}
    what = ", ".join(told) or "several of its elements together are off"
    return f"{what} (by {by[neighbours.size]})"
