"""A step of the altitude measured: how large it is, and when it was, by the phase before and after it."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np
from attrs import evolve, frozen

from hamsafar.flight.mean_track import Indices, MeanTrack
from hamsafar.flight.set_chain import gap_rates

NET_FROM_D = 7.0  # a gap this long may hide several manoeuvres, which a station makes every week or two
_BLIND_FROM_D = 14.0  # decay over so long a gap is too uncertain for a phase to date anything
_FIT_SETS, _FIT_REACH_D = 4, 1.0  # the altitude on either side is that of a line through so many sets, so near
_DATING_SETS = 3  # so many sets on either side date a step, each with each
_MOST_LAG_DEG = 150.0  # half a turn less room for noise: beyond, the count of orbits is not certain
_RATE_CHANGES_D = 4.0  # decay stays itself for some days
_OUTSIDE_SIGMAS, _LITTLE_OUTSIDE_D = 3.0, 0.05
_LEAST_TIME_SIGMA_D = 0.02  # half an hour: burns last, and are seldom alone


@frozen(kw_only=True)
class Step:
    """A step between two sets of a track, by their indices; times in days of the track."""

    before: int
    after: int
    time_d: float
    time_sigma_d: float
    size_km: float
    size_sigma_km: float
    risen_km: float  # the altitude of the one set above the other's: what can't have been decay
    by_phase: bool  # whether the phase dates it; else it was somewhere in the gap


@frozen
class LevelEnd:
    """An altitude (km) at a set's time, and how it goes on from there (km/d), with their sigmas."""

    altitude_km: float
    climb_km_d: float
    sigma_km: float
    climb_sigma_km_d: float


def measured(track: MeanTrack, level_before: Indices, level_after: Indices) -> Step:
    """The step between the last set of one level and the first of the next, both ascending indices of a track.

    Size: the two levels' altitudes at the step, each carried there at its own rate. Time: where going at the old rate
    and then at the new gives the argument of latitude that the sets after it show. It lies between the two sets.
    """
    before, after = int(level_before[-1]), int(level_after[0])
    gap_d = float(track.time_d[after] - track.time_d[before])
    rates = gap_rates(track, level_before[-1:], level_after[:1])
    gap_km_d, gap_sigma_km_d = float(rates[0][0]), float(rates[1][0])
    left, right = end_of_level(track, level_before, before), end_of_level(track, level_after, after)
    if gap_d > NET_FROM_D:  # what a day or two showed says little of weeks
        left, right = evolve(left, climb_km_d=gap_km_d), evolve(right, climb_km_d=gap_km_d)
    into_d, into_sigma_d, by_phase = _dated(track, level_before, level_after, (left, right), gap_sigma_km_d)
    size_km = _size_km(left, right, into_d, gap_d)
    carried_km = hypot(
        left.climb_sigma_km_d * into_d,
        right.climb_sigma_km_d * (gap_d - into_d),
        gap_sigma_km_d * gap_d * gap_d / (gap_d + _RATE_CHANGES_D),
    )
    return Step(
        before=before,
        after=after,
        time_d=float(track.time_d[before]) + into_d,
        time_sigma_d=into_sigma_d,
        size_km=size_km,
        size_sigma_km=hypot(left.sigma_km, right.sigma_km, carried_km),
        risen_km=right.altitude_km - left.altitude_km,
        by_phase=by_phase,
    )


def _size_km(left: LevelEnd, right: LevelEnd, into_d: float, gap_d: float) -> float:
    at_step_before_km = left.altitude_km + left.climb_km_d * into_d
    return right.altitude_km - right.climb_km_d * (gap_d - into_d) - at_step_before_km


def end_of_level(track: MeanTrack, level: Indices, at: int) -> LevelEnd:
    """The altitude and its rate at one end of a level: a line through the sets near, or the local rate by itself."""
    near = level[np.abs(track.time_d[level] - track.time_d[at]) <= _FIT_REACH_D]
    near = near[np.argsort(np.abs(near - at), kind="stable")][:_FIT_SETS]
    x_d = track.time_d[near] - track.time_d[at]
    altitude_km = track.altitude_km[near]
    climb_km_d = float(track.climb_km_d[at])
    spread = float(np.square(x_d - x_d.mean()).sum())
    prior_sigma = 0.3 * abs(climb_km_d) + 0.01
    if spread > 0:  # the local rate counts as one more observation of the slope
        slope_sigma = track.altitude_sigma_km / sqrt(spread)
        slope = float(np.sum((x_d - x_d.mean()) * altitude_km)) / spread
        share = prior_sigma**2 / (prior_sigma**2 + slope_sigma**2)
        climb_km_d, prior_sigma = climb_km_d + share * (slope - climb_km_d), prior_sigma * sqrt(1 - share)
    centre_km = float(np.mean(altitude_km - climb_km_d * x_d))
    sigma_km = hypot(track.altitude_sigma_km / sqrt(near.size), prior_sigma * float(abs(x_d.mean())))
    return LevelEnd(centre_km, climb_km_d, sigma_km, prior_sigma)


def _dated(
    track: MeanTrack,
    level_before: Indices,
    level_after: Indices,
    lines: tuple[LevelEnd, LevelEnd],
    gap_sigma_km_d: float,
) -> tuple[float, float, bool]:
    """Days from the last set before to the step, their sigma, and whether the phase gave them."""
    before, after = int(level_before[-1]), int(level_after[0])
    gap_d = float(track.time_d[after] - track.time_d[before])
    anywhere = gap_d / 2, max(gap_d / sqrt(12.0), _LEAST_TIME_SIGMA_D), False
    per_km = float(abs(track.rate_per_km[before] + track.rate_per_km[after]) / 2)
    left, right = lines
    step_km = abs(_size_km(left, right, gap_d / 2, gap_d))
    if gap_d > _BLIND_FROM_D or step_km == 0 or per_km * step_km * gap_d / 2 > _MOST_LAG_DEG:
        return anywhere
    noise_deg = hypot(
        sqrt(2.0) * track.phase_sigma_deg,
        per_km * hypot(left.sigma_km, right.sigma_km) * gap_d / 2,
        per_km * gap_sigma_km_d * gap_d**2 / 6,
    )
    formal_d = noise_deg / (per_km * step_km)
    found = [
        _crossing_d(track, one, other, before, after, lines)
        for one in level_before[-_DATING_SETS:]
        for other in level_after[:_DATING_SETS]
        if track.time_d[other] - track.time_d[one] - gap_d <= _FIT_REACH_D
    ]
    into_d = float(np.median(found))
    scatter_d = 1.4826 * float(np.median(np.abs(np.array(found) - into_d)))
    sigma_d = hypot(formal_d, scatter_d, _LEAST_TIME_SIGMA_D)
    inside_d = min(max(into_d, 0.0), gap_d)
    outside_d = abs(into_d - inside_d)
    if outside_d > max(_OUTSIDE_SIGMAS * sigma_d, _LITTLE_OUTSIDE_D):
        # No one burn in the gap makes this phase. Either the set next to it is older than its epoch says, tracked
        # before a burn and dated after it; or the altitude went beyond and came back. So: half-way between that end
        # of the gap and its middle.
        return (inside_d + gap_d / 2) / 2, max(gap_d / 4, outside_d), False
    if sigma_d >= anywhere[1] and gap_d > 1.0:
        return anywhere
    return inside_d, anywhere[1] if gap_d > NET_FROM_D else hypot(sigma_d, outside_d), True


def _crossing_d(
    track: MeanTrack, one: np.int64, other: np.int64, before: int, after: int, lines: tuple[LevelEnd, LevelEnd]
) -> float:
    """Days from set `before` to the step, by the phases of one set before it and another after it.

    Between them the phase goes by rate(left line) up to the step and rate(right line) from there: a quadratic in the
    moment, solved by Newton from the middle of the gap.
    """
    left, right = lines
    start_d, end_d = float(track.time_d[one]), float(track.time_d[other])
    origin_d, last_d = float(track.time_d[before]), float(track.time_d[after])
    slope = float(track.rate_per_km[before] + track.rate_per_km[after]) / 2
    middle_km = (left.altitude_km + right.altitude_km) / 2
    middle_deg_d = (
        float(
            track.rate_deg_d[before]
            + track.rate_deg_d[after]
            + slope * (2 * middle_km - track.altitude_km[before] - track.altitude_km[after])
        )
        / 2
    )

    def excess_deg(at_d: float) -> float:
        """The phase gained over going at the middle rate all the way, with the step at a moment."""
        first = _area(left.altitude_km - middle_km, left.climb_km_d, start_d - origin_d, at_d - origin_d)
        second = _area(right.altitude_km - middle_km, right.climb_km_d, at_d - last_d, end_d - last_d)
        return slope * (first + second)

    turned_deg = float(track.latitude_argument_deg[other] - track.latitude_argument_deg[one])
    guess_d = (origin_d + last_d) / 2
    raw_deg = turned_deg - middle_deg_d * (end_d - start_d) - excess_deg(guess_d)
    seen_deg = (raw_deg + 180.0) % 360.0 - 180.0 + excess_deg(guess_d)
    at_d = guess_d
    for _ in range(4):
        jump_km = left.altitude_km + left.climb_km_d * (at_d - origin_d)
        jump_km -= right.altitude_km + right.climb_km_d * (at_d - last_d)
        if jump_km == 0:
            break
        at_d -= (excess_deg(at_d) - seen_deg) / (slope * jump_km)
        at_d = min(max(at_d, origin_d - (last_d - origin_d) - 1.0), last_d + (last_d - origin_d) + 1.0)
    return at_d - origin_d


def _area(height_km: float, climb_km_d: float, from_d: float, to_d: float) -> float:
    """The integral of a line, km d."""
    return height_km * (to_d - from_d) + climb_km_d * (to_d**2 - from_d**2) / 2
