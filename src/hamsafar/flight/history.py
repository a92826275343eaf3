"""Boosts and decay from a history of element sets.

Two quantities of a set carry it all: the mean altitude, good to 10 or 20 m, and the mean argument of latitude, good
to some thousandths of a degree. A kilometre moves a station by 1.24 deg a day along its orbit, so the second dates a
boost far better than the epochs of the sets around it do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot, sqrt

import numpy as np

from hamsafar.domain.elements import Elements
from hamsafar.domain.history import Boost, DecaySpan, History, RejectedSet
from hamsafar.errors import InputError
from hamsafar.flight.boost_times import NET_FROM_D, Step, end_of_level, measured
from hamsafar.flight.mean_track import Indices, MeanTrack, mean_track
from hamsafar.flight.set_chain import best_chain, ways, why_left_out
from hamsafar.orbit.times import tai_ns_after
from hamsafar.orbit.trajectory import satrec
from hamsafar.timeline import Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

LEAST_STEP_KM = 0.1  # below, the catalogue's own wandering looks the same
_LEAST_SIGMAS = 3.0
_FEW_SETS, _QUIET_COST = 3, 9.0  # so many bad sets may agree by having been made of the same observations
_ALONE_D = 3.0  # nobody raises and lowers an orbit in so short a time
_ONE_MANOEUVRE_D = 1.0  # burns closer than this are one boost
_END_MARGIN = 0.05  # of a gap: so far from its own epoch lies a step that one set alone shows
_END_TILT_DEG = 0.003


def history_of(sets: Sequence[Elements]) -> History:
    """What a history of element sets of one object, in any order, shows of its boosts and its decay.

    Of sets of one epoch the one with the later element set number counts. A boost is a step of the mean altitude that
    more than one set shows (or one set whose phase and inclination fit it as well), of at least 0.1 km and 3 sigmas;
    see `best_chain` and `measured`. Its price is that of a small step of a circular orbit, dv = n da / 2 (Gauss's
    equations, Vallado 2013, section 9.3.1). Meant for low orbits, where decay only lowers. In 4,000 made
    histories (bench/accuracy/boosts.py: gaps up to 2.6 d, bad sets, storms) of 4,000 raises from 0.5 km four are missed
    and none is invented; times are off by 15 min (p95, at most 17 h), sizes by 2 % (p95).
    Raises InputError for no sets, and for sets of several objects.
    """
    ordered, unusable = _in_order(sets)
    if not ordered:
        return History(sets=(), altitude_km=(), rejected=unusable, boosts=(), decays=())
    track = mean_track(ordered)
    chain = best_chain(track)
    levels = np.split(chain.kept, np.flatnonzero(chain.stepped) + 1)
    levels, unsure = _without_lone_ends(track, _without_excursions(track, levels))
    steps = [measured(track, one, other) for one, other in pairwise(levels)]
    levels, steps = _real(track, levels, steps)
    kept = np.concatenate(levels)
    manoeuvres = _joined(steps)
    inside = {one.after for each in manoeuvres for one in each[:-1]}  # levels between burns of one manoeuvre
    return History(
        sets=tuple(ordered[index] for index in kept),
        altitude_km=tuple(float(track.altitude_km[index]) for index in kept),
        rejected=tuple(
            sorted((*unusable, *_left_out(track, ordered, kept, unsure)), key=lambda one: one.elements.epoch)
        ),
        boosts=tuple(_boost(track, ordered, each) for each in manoeuvres),
        decays=tuple(_decay(track, ordered, each) for each in levels if each.size > 1 and int(each[0]) not in inside),
    )


def _left_out(
    track: MeanTrack, ordered: Sequence[Elements], kept: Indices, unsure: Sequence[int]
) -> Iterator[RejectedSet]:
    for index in np.setdiff1d(np.arange(len(ordered)), kept).tolist():
        yield RejectedSet(
            elements=ordered[index],
            why=why_left_out(track, kept, index),
            doubtful=index in unsure or not kept[0] < index < kept[-1],
        )


def _in_order(sets: Sequence[Elements]) -> tuple[tuple[Elements, ...], tuple[RejectedSet, ...]]:
    """The sets that SGP4 takes, ascending, one an epoch; and the others."""
    if not sets:
        raise InputError("there are no element sets, so there is no history")
    numbers = sorted({one.norad for one in sets})
    if len(numbers) > 1:
        raise InputError(f"a history is of one object (got {', '.join(map(str, numbers[:5]))})")
    by_epoch = {one.epoch: one for one in sorted(sets, key=lambda one: (one.epoch, one.element_set, one.text))}
    usable = {epoch: satrec(one).error == 0 for epoch, one in by_epoch.items()}
    rejected = tuple(
        RejectedSet(elements=one, why="SGP4 does not take its elements", doubtful=False)
        for epoch, one in by_epoch.items()
        if not usable[epoch]
    )
    return tuple(one for epoch, one in by_epoch.items() if usable[epoch]), rejected


def _without_excursions(track: MeanTrack, levels: list[Indices]) -> list[Indices]:
    """The levels less those of a few sets that nothing before or after bears out: bad sets that agree.

    A single set above both its neighbours, or below both, is one. So are up to three, where the way past them shows
    neither a step nor the phase that time at another altitude would have left. Over long gaps nothing can be told.
    """
    found = [levels[0]]
    for index, level in enumerate(levels[1:-1], start=1):
        before, after = found[-1][-1:], levels[index + 1][:1]
        lasted_d = float(track.time_d[after[0]] - track.time_d[before[0]])
        ups = ways(track, np.append(before, level[-1:]), np.append(level[:1], after)).climbed_km > 0
        is_alone = level.size == 1 and ups[0] != ups[1] and lasted_d < _ALONE_D
        is_unseen = level.size <= _FEW_SETS and lasted_d < NET_FROM_D and _is_quiet(track, before, after)
        if not (is_alone or is_unseen):
            found.append(level)
    found += levels[-1:] if len(levels) > 1 else []
    joined = [found[0]]
    for one, other in pairwise(found):
        if other[0] - one[-1] > 1 and _is_quiet(track, one[-1:], other[:1]):
            joined[-1] = np.concatenate([joined[-1], other])
        else:
            joined.append(other)
    return joined


def _is_quiet(track: MeanTrack, before: Indices, after: Indices) -> bool:
    """Whether a way needs no step."""
    return bool(ways(track, before, after).quiet_cost[0] < _QUIET_COST)


def _without_lone_ends(track: MeanTrack, levels: list[Indices]) -> tuple[list[Indices], tuple[int, ...]]:
    """The levels less a first or last set that doesn't fit its one neighbour, or whose step it alone would bear out."""
    unsure: list[int] = []
    if len(levels) > 1 and levels[-1].size == 1 and not _borne_out(track, levels[-2], levels[-1]):
        unsure.append(int(levels.pop()[0]))
    if len(levels) > 1 and levels[0].size == 1 and not _borne_out(track, levels[0], levels[1]):
        unsure.append(int(levels.pop(0)[0]))
    kept = np.concatenate(levels)
    if kept.size > _FEW_SETS:
        ends = ways(track, kept[[0, -2]], kept[[1, -1]]).is_misfit & (np.diff(track.time_d[kept])[[0, -1]] < NET_FROM_D)
        unsure += [int(end) for end, is_misfit in zip(kept[[0, -1]], ends, strict=True) if is_misfit]
    levels = [level[~np.isin(level, unsure)] for level in levels]
    return [level for level in levels if level.size], tuple(unsure)


def _borne_out(track: MeanTrack, one: Indices, other: Indices) -> bool:
    """Whether a step that a single set shows is real, as far as that set can tell.

    A set with a wrong altitude and a right phase looks as if the step had been at its own epoch; so the phase must
    put it well away from there, and the plane must be the old one. Over long gaps no phase can tell, and a step is
    no surprise.
    """
    before, after = one[-1:], other[:1]
    gap_d = float(track.time_d[after[0]] - track.time_d[before[0]])
    if gap_d > NET_FROM_D:
        return True
    step = measured(track, one, other)
    into_d = step.time_d - float(track.time_d[step.before])
    margin_d = max(_END_MARGIN * gap_d, 3 * step.time_sigma_d) if step.by_phase else gap_d
    away_d = gap_d - into_d if other.size == 1 else into_d
    tilt_deg = abs(float(track.inclination_deg[after[0]] - track.inclination_deg[before[0]]))
    return away_d > margin_d and tilt_deg <= _END_TILT_DEG


def _real(track: MeanTrack, levels: list[Indices], steps: list[Step]) -> tuple[list[Indices], list[Step]]:
    """Levels and steps without those too small to be told from noise; what is left is measured again."""
    while True:
        weak = [_is_weak(track, one) for one in steps]
        if not any(weak):
            return levels, steps
        joined = [levels[0]]
        for level, is_weak in zip(levels[1:], weak, strict=True):
            if is_weak:
                joined[-1] = np.concatenate([joined[-1], level])
            else:
                joined.append(level)
        levels = joined
        steps = [measured(track, one, other) for one, other in pairwise(levels)]


def _is_weak(track: MeanTrack, step: Step) -> bool:
    """Whether a step may be noise or decay. One that rose is neither, however little is known of the decay in it."""
    noise_km = _LEAST_SIGMAS * sqrt(2.0) * track.altitude_sigma_km
    sinks = track.climb_km_d[step.before] < 0 and track.climb_km_d[step.after] < 0
    if sinks and step.size_km > 0 and step.risen_km > max(LEAST_STEP_KM, noise_km):
        return False
    return abs(step.size_km) < max(LEAST_STEP_KM, _LEAST_SIGMAS * step.size_sigma_km)


def _joined(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps in manoeuvres: those one way, each within a day of the one before."""
    found: list[list[Step]] = []
    for step in steps:
        last = found[-1][-1] if found else None
        if last and step.time_d - last.time_d <= _ONE_MANOEUVRE_D and step.size_km * last.size_km > 0:
            found[-1].append(step)
        else:
            found.append([step])
    return found


def _boost(track: MeanTrack, ordered: Sequence[Elements], steps: Sequence[Step]) -> Boost:
    """One manoeuvre of one or more steps: their sum, at their middle by size."""
    sizes_km = np.array([one.size_km for one in steps])
    shares = sizes_km / sizes_km.sum()
    before, after = steps[0].before, steps[-1].after
    time_d = float(shares @ [one.time_d for one in steps])
    moment = tai_ns_after(ordered[0].epoch, np.array([time_d * 86_400.0]))
    axis_km = EARTH_EQUATORIAL_RADIUS_KM + float(track.altitude_km[before] + track.altitude_km[after]) / 2
    motion_rad_s = sqrt(EARTH_MU_KM3_S2 / axis_km**3)
    return Boost(
        time=min(max(Instant(int(moment[0])), ordered[before].epoch), ordered[after].epoch),
        time_sigma_s=86_400.0 * sqrt(float(np.sum((shares * [one.time_sigma_d for one in steps]) ** 2))),
        earliest=ordered[before].epoch,
        latest=ordered[after].epoch,
        delta_altitude_km=float(sizes_km.sum()),
        delta_altitude_sigma_km=float(np.hypot.reduce([one.size_sigma_km for one in steps])),
        delta_v_m_s=1_000.0 * motion_rad_s * float(sizes_km.sum()) / 2,
        net=any(float(track.time_d[one.after] - track.time_d[one.before]) > NET_FROM_D for one in steps),
    )


def _decay(track: MeanTrack, ordered: Sequence[Elements], level: Indices) -> DecaySpan:
    """The mean rate of a level: from its first altitude to its last, each smoothed with its neighbours."""
    first, last = int(level[0]), int(level[-1])
    lasted_d = float(track.time_d[last] - track.time_d[first])
    start, end = end_of_level(track, level, first), end_of_level(track, level, last)
    return DecaySpan(
        span=Span(ordered[first].epoch, ordered[last].epoch),
        rate_km_per_day=(start.altitude_km - end.altitude_km) / lasted_d,
        sigma_km_per_day=hypot(start.sigma_km, end.sigma_km) / lasted_d,
        largest_gap_d=float(np.diff(track.time_d[level]).max()),
    )
