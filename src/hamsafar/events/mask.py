"""Passes over a horizon that is not level: trees, hills, a tower in the way.

A horizon is straight in azimuth between its points, so the height above it is smooth only between them. Passes above
the horizon's lowest point are cut into cells in which azimuth and elevation each go one way; most of these lie wholly
above the horizon or wholly below it. The others are halved, and at last cut where the station's azimuth passes a
point, until in each the horizon is one straight line: there the height above it is smooth, and its extremum and its
crossings are found as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

import numpy as np
from attrs import evolve, fields, frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.events.finder import Course, Crossing, Stretch, follow_over, roots_of, stretches_of
from hamsafar.events.pace import extrema_gap_s
from hamsafar.events.passes import Pass, find_passes, look_angles
from hamsafar.orbit.frames import itrs_states_from_teme, site_axes, site_itrs_km
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows

_CELLS_A_GAP = 16  # in so short a time azimuth and elevation turn at most once each
_FEWEST_CELLS = 8
_SLACK_DEG = 2e-3  # 1 ms through the zenith, at 8 km/s and 250 km: more than a turning point's own error
_HALVINGS = 6  # cells of a minute come down to a second, in which few sweep over two points
_CUT_S = 1e-6  # how closely a turn or the passing of a point is met: well under the precision of a crossing
_SAME_DEG = 1e-9
_NO_TURN_DEG = 350.0  # a cell holds no such turn; what looks like one is a standstill and a rounding error


def masked_passes(trajectory: Trajectory, site: Site, span: Span, horizon: Horizon) -> tuple[Pass, ...]:
    """Every stretch that touches the span in which the station is at or above a horizon, ascending; grazing ones too.

    What stands in the way cuts a pass into several, each a Pass of its own. Its culmination is its own highest
    elevation, not the greatest height above the horizon: where the station culminates behind an obstacle that is
    the end of the stretch. Ends lie inside, to 1 ms; at a wall they are its edge.
    """
    profile = _profile_of(horizon)
    found = [one for part in trajectory.known(span) for one in _masked_in(trajectory, site, part, profile)]
    return tuple(_made_whole(found))


def _made_whole(found: list[Pass]) -> Iterator[Pass]:
    """Ascending passes, those that a seam of the trajectory cuts in two joined."""
    whole: Pass | None = None
    for one in found:
        if whole is not None and whole.cut_at_end and one.cut_at_start and whole.set == one.rise:
            high = max(whole, one, key=lambda part: part.max_elevation_deg)
            whole = evolve(
                high,
                rise=whole.rise,
                rise_azimuth_deg=whole.rise_azimuth_deg,
                cut_at_start=whole.cut_at_start,
                set=one.set,
                set_azimuth_deg=one.set_azimuth_deg,
                cut_at_end=one.cut_at_end,
            )
            continue
        if whole is not None:
            yield whole
        whole = one
    if whole is not None:
        yield whole


def _masked_in(trajectory: Trajectory, site: Site, span: Span, profile: _Profile) -> tuple[Pass, ...]:
    """The passes above a profile in a part of known states."""
    found = find_passes(trajectory, site, span, min_elevation_deg=profile.lowest_deg)
    if not found or profile.level:
        return found
    gap_s = extrema_gap_s(trajectory, Span(found[0].rise, found[-1].set))
    return _masked_of(_Sky(trajectory, site, span.start), found, profile, gap_s)


def lowest_deg(horizon: Horizon) -> float:
    """The elevation of a horizon's lowest point."""
    return min(point.elevation_deg for point in horizon.points)


def masked_of(
    trajectory: Trajectory, site: Site, start: Instant, horizon: Horizon, found: tuple[Pass, ...], *, gap_s: float
) -> tuple[Pass, ...]:
    """Of passes found above a horizon's lowest point, the stretches above the horizon, as `masked_passes`.

    `gap_s` promises that no two extrema of azimuth or elevation are closer. Of the passes only the ends are read. Times
    are reckoned from `start`.
    """
    profile = _profile_of(horizon)
    return _masked_of(_Sky(trajectory, site, start), found, profile, gap_s) if found else ()


def _masked_of(sky: _Sky, found: tuple[Pass, ...], profile: _Profile, gap_s: float) -> tuple[Pass, ...]:
    """The stretches above a profile of passes above its lowest point."""
    ends = np.array([(one.rise.seconds_since(sky.start), one.set.seconds_since(sky.start)) for one in found])
    cells = _divided(sky, profile, _monotone_cells(sky, ends, gap_s / _CELLS_A_GAP))
    height = _Height(sky, profile, cells)
    crossing = Crossing(quantity=height.at, min_extrema_gap_s=gap_s)
    grid_s, may_turn = height.grid(ends, crossing.precision_s)
    open_ = stretches_of(crossing, follow_over(crossing, grid_s, may_turn=may_turn))
    return _passes_of(sky, open_, cells, found, ends)


def masked_windows(trajectory: Trajectory, site: Site, span: Span, horizon: Horizon) -> Windows:
    """The passes over a horizon as Windows, known where the trajectory has states."""
    return Windows([one.span for one in masked_passes(trajectory, site, span, horizon)], trajectory.known(span))


def raised(horizon: Horizon, least_deg: float) -> Horizon:
    """The horizon, and where it is lower than `least_deg`, that: a pass is above both."""
    profile = _profile_of(horizon)
    corners = [(point.azimuth_deg, max(point.elevation_deg, least_deg)) for point in horizon.points]
    edges = pairwise(zip(profile.azimuth_deg.tolist(), profile.point_deg.tolist(), strict=True))
    for (left, low), (right, high) in edges:
        if left < right and (low - least_deg) * (high - least_deg) < 0:
            corners.append(((left + (least_deg - low) / (high - low) * (right - left)) % 360.0, least_deg))
    corners.sort(key=lambda corner: corner[0])  # stable: the two points of a wall stay in order
    return Horizon(points=tuple(HorizonPoint(azimuth_deg=at, elevation_deg=high) for at, high in corners))


def horizon_deg(horizon: Horizon, azimuth_deg: Floats) -> Floats:
    """Elevation of a horizon at azimuths (n,) in degrees; on a wall, what lies beyond it clockwise."""
    return _profile_of(horizon).elevation_deg(np.asarray(azimuth_deg, dtype=np.float64) % 360.0)


@frozen(eq=False)
class _Profile:
    """A horizon's points from north to north, the last before and the first after them: ascending azimuths (m,)."""

    azimuth_deg: Floats
    point_deg: Floats

    @property
    def lowest_deg(self) -> float:
        return float(self.point_deg.min())

    @property
    def level(self) -> bool:
        return bool(np.ptp(self.point_deg) == 0)

    def elevation_deg(self, azimuth_deg: Floats) -> Floats:
        """At azimuths (n,) from 0 to under 360."""
        start, slope = self.line(azimuth_deg)
        line: Floats = self.point_deg[start] + slope * (azimuth_deg - self.azimuth_deg[start])
        return line

    def line(self, azimuth_deg: Floats) -> tuple[NDArray[np.intp], Floats]:
        """For azimuths (n,) the point their straight line begins at, and its slope, deg of elevation per degree."""
        start = np.clip(np.searchsorted(self.azimuth_deg, azimuth_deg, side="right") - 1, 0, self.azimuth_deg.size - 2)
        width = self.azimuth_deg[start + 1] - self.azimuth_deg[start]
        return start, (self.point_deg[start + 1] - self.point_deg[start]) / np.where(width > 0, width, 1.0)

    def turned(self) -> tuple[Floats, Floats]:
        """The points three times over, azimuths (3 m,) from -360 to 1080."""
        inner = slice(1, -1)
        three = [self.azimuth_deg[inner] + turn for turn in (-360.0, 0.0, 360.0)]
        return np.concatenate(three), np.tile(self.point_deg[inner], 3)


def _profile_of(horizon: Horizon) -> _Profile:
    azimuth = np.array([point.azimuth_deg for point in horizon.points])
    elevation = np.array([point.elevation_deg for point in horizon.points])
    return _Profile(
        np.concatenate([[azimuth[-1] - 360.0], azimuth, [azimuth[0] + 360.0]]),
        np.concatenate([elevation[-1:], elevation, elevation[:1]]),
    )


@frozen(eq=False)
class _Sky:
    """Where the station stands and moves as seen from a site, by seconds from a moment (n,)."""

    trajectory: Trajectory
    site: Site
    start: Instant

    def angles_deg(self, at_s: Floats) -> tuple[Floats, Floats]:
        """Azimuth (0-360) and elevation."""
        return look_angles(self.trajectory, self.site, tai_ns_after(self.start, at_s))[:2]

    def motions(self, at_s: Floats) -> tuple[Floats, Floats]:
        """Two numbers with the signs of the rates of azimuth and of elevation."""
        tai_ns = tai_ns_after(self.start, at_s)
        r_km, v_km_s = itrs_states_from_teme(*self.trajectory.states_teme(tai_ns), tai_ns)
        axes = site_axes(self.site)
        east, north, up = ((r_km - site_itrs_km(self.site)) @ axes.T).T
        to_east, to_north, to_up = (v_km_s @ axes.T).T
        clockwise = to_east * north - east * to_north
        upward = to_up * (east**2 + north**2) - up * (east * to_east + north * to_north)
        return clockwise, upward


@frozen(eq=False)
class _Cells:
    """Stretches of time in which azimuth and elevation each go one way: arrays (n,), by time."""

    left_s: Floats
    right_s: Floats
    left_azimuth_deg: Floats
    right_azimuth_deg: Floats
    left_elevation_deg: Floats
    right_elevation_deg: Floats
    way: Floats  # 1 clockwise, -1 not
    standing: Floats  # 1 above the horizon, -1 below it, 0 neither

    @property
    def swept_deg(self) -> Floats:
        """How far the azimuth turns, the way it goes."""
        swept = (self.way * (self.right_azimuth_deg - self.left_azimuth_deg)) % 360.0
        return np.where(swept > _NO_TURN_DEG, 0.0, swept)

    @property
    def first_azimuth_deg(self) -> Floats:
        """Where the azimuths swept begin, clockwise: 0-360."""
        return np.where(self.way > 0, self.left_azimuth_deg, (self.left_azimuth_deg - self.swept_deg) % 360.0)

    def of(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> _Cells:
        """Some of them."""
        return _Cells(*(getattr(self, one.name)[which] for one in fields(_Cells)))

    def cut(self, at_s: Floats, azimuth_deg: Floats, elevation_deg: Floats) -> _Cells:
        """Each in two, at a moment (n,) inside it; in no order of time."""
        before = evolve(self, right_s=at_s, right_azimuth_deg=azimuth_deg, right_elevation_deg=elevation_deg)
        after = evolve(self, left_s=at_s, left_azimuth_deg=azimuth_deg, left_elevation_deg=elevation_deg)
        return _joined([before, after])


def _joined(several: list[_Cells]) -> _Cells:
    return _Cells(*(np.concatenate([getattr(cells, one.name) for cells in several]) for one in fields(_Cells)))


def _monotone_cells(sky: _Sky, ends: Floats, cell_s: float) -> _Cells:
    """The cells of passes whose (rise, set) are the rows of `ends` (n, 2), cut where azimuth or elevation turns."""
    grid_s = np.concatenate(
        [np.linspace(rise_s, set_s, max(_FEWEST_CELLS, ceil((set_s - rise_s) / cell_s)) + 1) for rise_s, set_s in ends]
    )
    motions = sky.motions(grid_s)
    every_s = np.unique(np.concatenate([grid_s, *(_turns_s(sky, number, grid_s, motions) for number in (0, 1))]))
    of_pass = np.searchsorted(ends[:, 0], every_s, side="right") - 1
    within = every_s <= ends[of_pass, 1]  # a turn between two passes is none of ours
    every_s, of_pass = every_s[within], of_pass[within]
    azimuth, elevation = sky.angles_deg(every_s)
    clockwise, _ = sky.motions(every_s)
    left = np.flatnonzero(of_pass[:-1] == of_pass[1:])
    right = left + 1
    return _Cells(
        left_s=every_s[left],
        right_s=every_s[right],
        left_azimuth_deg=azimuth[left],
        right_azimuth_deg=azimuth[right],
        left_elevation_deg=elevation[left],
        right_elevation_deg=elevation[right],
        way=np.where(clockwise[left] + clockwise[right] >= 0, 1.0, -1.0),  # at a turn the rate is none
        standing=np.zeros(left.size),
    )


def _turns_s(sky: _Sky, number: int, grid_s: Floats, motions: tuple[Floats, Floats]) -> Floats:
    """When one of the motions changes its sign, once in each cell that shows it."""

    def motion(at_s: Floats) -> Floats:
        return sky.motions(at_s)[number]

    crossing = Crossing(quantity=motion, min_extrema_gap_s=1.0, precision_s=_CUT_S)
    return np.concatenate(roots_of(crossing, Course(grid_s, motions[number])))


def _divided(sky: _Sky, profile: _Profile, cells: _Cells) -> _Cells:
    """The cells cut until each is above the horizon, below it, or sweeps over no point of it; by time."""
    settled: list[_Cells] = []
    for halving in range(_HALVINGS + 1):
        cells = evolve(cells, standing=_standing(profile, cells))
        crowded = (cells.standing == 0) & (_points_swept(profile, cells)[2] > 0)
        settled.append(cells.of(~crowded))
        cells = cells.of(crowded)
        if halving < _HALVINGS and cells.left_s.size:
            middle_s = (cells.left_s + cells.right_s) / 2
            cells = cells.cut(middle_s, *sky.angles_deg(middle_s))
    while cells.left_s.size:
        cells = _cut_at_first_point(sky, profile, cells)
        crowded = _points_swept(profile, cells)[2] > 0
        settled.append(cells.of(~crowded))
        cells = cells.of(crowded)
    whole = _joined(settled)
    return whole.of(np.argsort(whole.left_s, kind="stable"))


def _standing(profile: _Profile, cells: _Cells) -> Floats:
    """Whether each cell is above the horizon (1), below it (-1) or neither (0): (n,)."""
    first, last = cells.first_azimuth_deg - _SLACK_DEG, cells.first_azimuth_deg + cells.swept_deg + _SLACK_DEG
    edges = np.stack([profile.elevation_deg(first % 360.0), profile.elevation_deg(last % 360.0)])
    azimuth, point = profile.turned()
    begin, end = np.searchsorted(azimuth, first, side="left"), np.searchsorted(azimuth, last, side="right")
    some = np.flatnonzero(end > begin)
    between = np.stack([begin[some], end[some]], axis=-1).reshape(-1)
    padded = np.append(point, 0.0)  # so that an end may be that of the list
    lowest, highest = edges.min(axis=0), edges.max(axis=0)
    if some.size:
        lowest[some] = np.minimum(lowest[some], np.minimum.reduceat(padded, between)[::2])
        highest[some] = np.maximum(highest[some], np.maximum.reduceat(padded, between)[::2])
    low_deg = np.minimum(cells.left_elevation_deg, cells.right_elevation_deg) - _SLACK_DEG
    high_deg = np.maximum(cells.left_elevation_deg, cells.right_elevation_deg) + _SLACK_DEG
    return np.where(low_deg >= highest, 1.0, np.where(high_deg < lowest, -1.0, 0.0))


def _points_swept(profile: _Profile, cells: _Cells) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """The directions of the horizon's points, and for each cell the first it sweeps over, clockwise, and how many."""
    azimuth = np.unique(profile.turned()[0])
    first = cells.first_azimuth_deg
    begin = np.searchsorted(azimuth, first + _SAME_DEG, side="right")
    end = np.searchsorted(azimuth, first + cells.swept_deg - _SAME_DEG, side="left")
    return azimuth, begin, np.maximum(end - begin, 0)


def _cut_at_first_point(sky: _Sky, profile: _Profile, cells: _Cells) -> _Cells:
    """Each cell in two, where its azimuth passes the first point that it sweeps over."""
    azimuth, begin, count = _points_swept(profile, cells)
    point_deg = azimuth[np.where(cells.way > 0, begin, begin + count - 1)]
    at_s = _passing_s(sky, cells, point_deg)
    return cells.cut(at_s, point_deg % 360.0, sky.angles_deg(at_s)[1])


def _passing_s(sky: _Sky, cells: _Cells, point_deg: Floats) -> Floats:
    """When the azimuth of each cell passes a direction, (n,) s, by halving."""
    swept, wanted = cells.swept_deg, (cells.way * (point_deg - cells.left_azimuth_deg)) % 360.0
    margin = (360.0 - swept) / 2
    low_s, high_s = cells.left_s, cells.right_s
    while float((high_s - low_s).max()) > _CUT_S:
        middle_s = (low_s + high_s) / 2
        turned = cells.way * (sky.angles_deg(middle_s)[0] - cells.left_azimuth_deg)
        passed = (turned + margin) % 360.0 - margin >= wanted
        low_s, high_s = np.where(passed, low_s, middle_s), np.where(passed, middle_s, high_s)
    return high_s


@frozen(eq=False)
class _Height:
    """The station's height above the horizon, cell by cell along its straight line; in brief, +1 or -1, elsewhere."""

    sky: _Sky
    profile: _Profile
    cells: _Cells

    def at(self, at_s: Floats) -> Floats:
        """Degrees, (n,), where the horizon is one line and may be reached; -1 outside passes."""
        cells = self.cells
        cell = np.searchsorted(cells.left_s, at_s, side="right") - 1
        inside = (cell >= 0) & (at_s <= cells.right_s[cell])
        height = np.where(inside, cells.standing[cell], -1.0)
        near = np.flatnonzero(inside & (cells.standing[cell] == 0))
        azimuth, elevation = self.sky.angles_deg(at_s[near])
        height[near] = elevation - self._line_deg(cells.of(cell[near]), azimuth)
        return height

    def _line_deg(self, cells: _Cells, azimuth_deg: Floats) -> Floats:
        """The horizon at azimuths (n,), each along the line before its cell."""
        middle = (cells.first_azimuth_deg + cells.swept_deg / 2) % 360.0
        _, slope = self.profile.line(middle)
        line: Floats = self.profile.elevation_deg(middle) + slope * ((azimuth_deg - middle + 180.0) % 360.0 - 180.0)
        return line

    def grid(self, ends: Floats, precision_s: float) -> tuple[Floats, NDArray[np.bool_]]:
        """Moments (n,) at which to begin the search, and between which of them the height may turn.

        Inside cells that may be crossed five parts and a point close to each end; one point inside the others; and
        the ends of passes with a point outside each. Where two cells meet, there may be a wall: so they end short.
        """
        cells = self.cells
        lined = cells.of(cells.standing == 0)
        width = lined.right_s - lined.left_s
        right_s = lined.right_s - np.minimum(_CUT_S, width / 2)
        close = np.minimum(precision_s / (right_s - lined.left_s), 0.02)
        share = np.stack([0 * close, close, *(0 * close + n / 5 for n in (1, 2, 3, 4)), 1 - close, 0 * close + 1])
        inner = lined.left_s + share * (right_s - lined.left_s)
        solid = cells.of(cells.standing != 0)
        others = [(solid.left_s + solid.right_s) / 2, ends[:, 0], ends[:, 1], ends[:, 0] - _CUT_S, ends[:, 1] + _CUT_S]
        every_s = np.concatenate([inner[1:-1].reshape(-1), inner[0], inner[-1], *others])
        may_turn = np.arange(every_s.size) < inner[1:-1].size
        grid_s, first = np.unique(every_s, return_index=True)
        return grid_s, may_turn[first]


def _passes_of(
    sky: _Sky, open_: tuple[Stretch, ...], cells: _Cells, found: tuple[Pass, ...], ends: Floats
) -> tuple[Pass, ...]:
    """Stretches as passes; each touches the end of the span that the pass it is part of touches."""
    if not open_:
        return ()
    opens_s, closes_s = np.array([one.opens_s for one in open_]), np.array([one.closes_s for one in open_])
    highest_s = _highest_s(sky, opens_s, closes_s, cells)
    moments_s = np.stack([opens_s, highest_s, closes_s], axis=-1).reshape(-1)
    azimuth, elevation, range_km = look_angles(sky.trajectory, sky.site, tai_ns_after(sky.start, moments_s))
    instants = [sky.start.plus(seconds=float(at_s)) for at_s in moments_s]
    of_pass = np.searchsorted(ends[:, 0], moments_s[::3], side="right") - 1
    return tuple(
        Pass(
            rise=instants[n],
            culmination=instants[n + 1],
            set=instants[n + 2],
            rise_azimuth_deg=float(azimuth[n]),
            culmination_azimuth_deg=float(azimuth[n + 1]),
            set_azimuth_deg=float(azimuth[n + 2]),
            max_elevation_deg=float(elevation[n + 1]),
            range_km=float(range_km[n + 1]),
            cut_at_start=found[number].cut_at_start and instants[n] == found[number].rise,
            cut_at_end=found[number].cut_at_end and instants[n + 2] == found[number].set,
        )
        for n, number in zip(range(0, moments_s.size, 3), of_pass, strict=True)
        if instants[n] < instants[n + 2]
    )


def _highest_s(sky: _Sky, opens_s: Floats, closes_s: Floats, cells: _Cells) -> Floats:
    """When the station is highest in each stretch: at an end of it, or where a cell begins because elevation turns."""
    (_, at_opening), (_, at_closing) = sky.angles_deg(opens_s), sky.angles_deg(closes_s)
    highest_s = np.where(at_opening >= at_closing, opens_s, closes_s)
    top = np.maximum(at_opening, at_closing)
    begin, end = np.searchsorted(cells.left_s, opens_s, side="right"), np.searchsorted(cells.left_s, closes_s)
    for n in np.flatnonzero(end > begin):
        best = begin[n] + np.argmax(cells.left_elevation_deg[begin[n] : end[n]])
        if cells.left_elevation_deg[best] > top[n]:
            highest_s[n] = cells.left_s[best]
    return highest_s
