"""Every stretch of a trajectory above the horizons of many sites at once, none lost.

1. The path is tabled in ITRS (`orbit.fixed_path`), sixteen nodes a turn.
2. A cone about the middle of each cell of the table tells which sites can see anything of it at all. It is wide
   enough for any of them: half the cell's arc, plus what a site sees at the highest point, plus a margin.
3. In the cells left, the signs of the elevation's sine and of its rate at the nodes bracket every extremum (two are
   never closer than `extrema_gap_s`, three cells), then every crossing between the extrema.
4. Extrema are refined on the table, crossings also settled on the trajectory itself. An extremum that may matter is
   judged by the trajectory's own value there, so a grazing pass of a millisecond is found and a near miss is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from attrs import asdict, evolve, frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.errors import ConvergenceError
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.fixed_path import FixedPath, Indices, fixed_path
from hamsafar.orbit.frames import itrs_from_teme, site_axes, site_itrs_km
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span

_STEP_SHARE = 0.3  # of the promised gap: a sixteenth of a turn at perigee
_CONE_MARGIN_RAD = 0.012  # geodetic against geocentric vertical (0.0034), and the Earth's turning within a cell
_NEAR = 2e-3  # sine, 0.1 deg: extrema farther below the mask by the table, which is off by 1e-6, are left out
_JUST = 1e-5  # of a cell: cells meet to less, and so what lies on a node may be found just outside of both
_CLOSE_S = 0.1  # from here one of Newton's steps is good to a millisecond, the next to a nanosecond
_TURNED_S = 0.03  # the same for an extremum, which is flat
_SHORT_S = 30.0  # a step of this length tells truly how far an extremum is off
_FASTEST_KM_S = 12.0
_SETTLED_S = 1e-6
_LEVEL = 0.1  # sine: where it changes less than this in a cell and lies this near the mask, a cell is looked into
_MOST_STEPS = 60  # bisection alone comes from a cell to a nanosecond in 40
_SITES_AT_ONCE = 128  # bounds the memory: a month of a low orbit takes 10 MB

Truths: TypeAlias = NDArray[np.bool_]


@frozen(eq=False)
class Ground:
    """Sites as arrays: (3, m) km and unit vectors in ITRS, and the sine of each one's lowest elevation (m,)."""

    r_km: Floats
    east: Floats
    north: Floats
    up: Floats
    least_sine: Floats

    @classmethod
    def of(cls, sites: Sequence[Site], min_elevation_deg: Floats) -> Ground:
        """The sites, and the lowest elevation at each in degrees, (m,)."""
        axes = np.array([site_axes(site) for site in sites]).reshape(-1, 3, 3)
        r_km = np.array([site_itrs_km(site) for site in sites]).reshape(-1, 3)
        east, north, up = (np.ascontiguousarray(axes[:, n].T) for n in range(3))
        return cls(np.ascontiguousarray(r_km.T), east, north, up, np.sin(np.radians(min_elevation_deg)))

    def some(self, which: Indices) -> Ground:
        """Some of the sites."""
        return Ground(
            self.r_km[:, which], self.east[:, which], self.north[:, which], self.up[:, which], self.least_sine[which]
        )


@frozen(eq=False)
class Seen:
    """Stretches above the mask, by site, then time; seconds from the span's start, each (n,).

    Ends are those of the trajectory's own model to two microseconds, on the open side.
    """

    site: Indices
    opens_s: Floats
    closes_s: Floats
    open_before: Truths  # open already where the search begins
    open_after: Truths  # open still where it ends
    peak_s: Floats
    peak_sine: Floats  # of the elevation

    @classmethod
    def none(cls) -> Seen:
        """Nothing seen."""
        no, never = np.zeros(0), np.zeros(0, dtype=np.bool_)
        return cls(np.zeros(0, dtype=np.intp), no, no, never, never, no, no)

    def some(self, which: Truths | Indices) -> Seen:
        """Some of the stretches."""
        return Seen(**{name: column[which] for name, column in asdict(self).items()})

    def of_sites(self, sites: Indices) -> Seen:
        """The same with every site n called sites[n]."""
        return evolve(self, site=sites[self.site])

    @classmethod
    def together(cls, several: Sequence[Seen]) -> Seen:
        """All of them, by site, then time."""
        rows = [asdict(one) for one in several]
        every = cls(**{name: np.concatenate([row[name] for row in rows]) for name in rows[0]})
        return every.some(np.lexsort((every.opens_s, every.site)))


def sweep(trajectory: Trajectory, ground: Ground, span: Span) -> Seen:
    """Every stretch of a span, which the trajectory must cover, in which it is at or above a site's mask.

    Raises ConvergenceError where a crossing does not converge: a lost one looks exactly like a quiet sky.
    """
    step_s = _STEP_SHARE * extrema_gap_s(trajectory, span)
    return _swept(trajectory, ground, span, step_s, finest_s=step_s / 100)


def _swept(trajectory: Trajectory, ground: Ground, span: Span, step_s: float, *, finest_s: float) -> Seen:
    """The stretches by a table of this step; sites over which a cell hides two turns of the sine, by a finer one."""
    path = fixed_path(trajectory, span, most_step_s=step_s)
    site, cell = _cells_in_view(path, ground)
    search = _Search(trajectory, path, ground, site, cell)
    hiding = search.hiding()
    if not hiding.size or step_s < finest_s:
        return search.seen()
    seen = [_swept(trajectory, ground.some(hiding), span, step_s / 4, finest_s=finest_s).of_sites(hiding)]
    plain = np.setdiff1d(np.arange(ground.least_sine.size), hiding)
    if plain.size:
        seen.append(_swept(trajectory, ground.some(plain), span, step_s, finest_s=finest_s).of_sites(plain))
    return Seen.together(seen)


def _cells_in_view(path: FixedPath, ground: Ground) -> tuple[Indices, Indices]:
    """(site, cell) of every cell from which anything may be above the site's mask, ascending."""
    radius_km = np.linalg.norm(path.r_km, axis=0)
    direction = path.r_km / radius_km
    middle = direction[:, 1:] + direction[:, :-1]
    length = np.linalg.norm(middle, axis=0)
    middle /= length
    half_arc = np.arccos(np.minimum(1.0, length / 2))
    # A path bulges over the chord between two nodes by no more than a quarter step at the change of speed.
    bulge_km = np.linalg.norm(np.diff(path.v_km_s, axis=1), axis=0) * path.step_s / 4
    highest_km = np.maximum(radius_km[1:], radius_km[:-1]) + bulge_km
    place_km = np.linalg.norm(ground.r_km, axis=0)
    toward = (ground.r_km / place_km).T
    site: list[Indices] = []
    cell: list[Indices] = []
    for first in range(0, len(toward), _SITES_AT_ONCE):
        few = slice(first, first + _SITES_AT_ONCE)
        least_rad = np.arcsin(ground.least_sine[few].min())
        beyond = np.arcsin(np.clip(place_km[few].min() * np.cos(least_rad) / highest_km, 0.0, 1.0))
        reach = np.pi / 2 - least_rad - beyond + half_arc + _CONE_MARGIN_RAD
        # Not by `@`: threads for so thin a product cost more than they gain, most of all on a busy machine.
        cosine = np.multiply.outer(toward[few, 0], middle[0])
        cosine += np.multiply.outer(toward[few, 1], middle[1])
        cosine += np.multiply.outer(toward[few, 2], middle[2])
        near = cosine >= np.where(reach < np.pi, np.cos(reach), -2.0)
        sites, cells = np.divmod(np.flatnonzero(near), path.cells)
        site.append(sites + first)
        cell.append(cells)
    return np.concatenate(site), np.concatenate(cell)


@frozen(eq=False)
class _Rates:
    """What a site sees: the elevation's sine less the mask's, its rate per s, range (km), its rate (km/s); (n,)."""

    value: Floats
    rate: Floats
    range_km: Floats
    range_rate: Floats

    def some(self, which: Indices | slice) -> _Rates:
        """Some of them."""
        return _Rates(self.value[which], self.rate[which], self.range_km[which], self.range_rate[which])


@frozen(eq=False)
class _Views:
    """Candidates, each a cell of the path seen from a site, with all that it takes to look: (..., n)."""

    pieces: Floats  # (8, 3, n)
    r_km: Floats  # (3, n) the site
    up: Floats
    least_sine: Floats
    start_s: Floats  # of the cell

    def some(self, which: Indices) -> _Views:
        """Some of them; all of them uncopied."""
        if which.size == self.start_s.size:
            return self
        return _Views(
            self.pieces[:, :, which],
            self.r_km[:, which],
            self.up[:, which],
            self.least_sine[which],
            self.start_s[which],
        )

    def rates(self, r_km: Floats, v_km_s: Floats) -> _Rates:
        """What is seen of positions and velocities (3, n) in ITRS."""
        return _seen(r_km - self.r_km, v_km_s, self.up, self.least_sine)


def _seen(rho_km: Floats, v_km_s: Floats, up: Floats, least_sine: Floats) -> _Rates:
    (x, y, z), (vx, vy, vz), (ux, uy, uz) = rho_km, v_km_s, up
    range_km = np.sqrt(x * x + y * y + z * z)
    range_rate = (x * vx + y * vy + z * vz) / range_km
    sine = (x * ux + y * uy + z * uz) / range_km
    return _Rates(sine - least_sine, (vx * ux + vy * uy + vz * uz - sine * range_rate) / range_km, range_km, range_rate)


@frozen(eq=False)
class _Extrema:
    """Extrema that matter: the candidate each lies in, its time, and the sine there less the mask's; (n,)."""

    which: Indices
    at_s: Floats
    value: Floats


@frozen(eq=False)
class _Brackets:
    """One crossing each: the candidate, and the shares of its cell that are below and not below the mask; (n,)."""

    which: Indices
    low: Floats
    high: Floats
    square: Floats  # of the range at the high end, km^2
    slope: Floats  # of that going down, km^2 a cell
    further: Floats  # the square at the low end


class _Search:
    """One sweep over its candidates."""

    def __init__(self, trajectory: Trajectory, path: FixedPath, ground: Ground, site: Indices, cell: Indices) -> None:
        self._trajectory, self._path, self._ground = trajectory, path, ground
        self._site, self._cell = site, cell
        self._radius_km, self._place_km = (np.linalg.norm(one.r_km, axis=0) for one in (path, ground))
        # Candidates in a row share the node between them.
        ends = np.flatnonzero((np.diff(site, append=-1) != 0) | (np.diff(cell, append=-1) != 1))
        left = np.arange(site.size)
        left[1:] += np.cumsum(np.bincount(ends, minlength=site.size))[:-1]
        nodes, sites = np.empty((2, site.size + ends.size), dtype=np.intp)
        nodes[left + 1], sites[left + 1] = cell + 1, site
        nodes[left], sites[left] = cell, site
        rho_km, v_km_s = path.r_km[:, nodes] - ground.r_km[:, sites], path.v_km_s[:, nodes]
        at_nodes = _seen(rho_km, v_km_s, ground.up[:, sites], ground.least_sine[sites])
        self._left, self._right = at_nodes.some(left), at_nodes.some(left + 1)

    def seen(self) -> Seen:
        """All stretches, each with where it is highest."""
        tops, dips = self._extrema(highest=True), self._extrema(highest=False)
        rises = self._crossings(self._brackets(tops, dips, rising=True), inward=1.0)
        falls = self._crossings(self._brackets(tops, dips, rising=False), inward=-1.0)
        return self._paired(rises, falls, tops)

    # What is above the mask

    def _views(self, which: Indices) -> _Views:
        site, cell, ground = self._site[which], self._cell[which], self._ground
        start_s = np.asarray(cell * self._path.step_s, dtype=np.float64)
        return _Views(
            self._path.pieces(cell), ground.r_km[:, site], ground.up[:, site], ground.least_sine[site], start_s
        )

    def _by_table(self, views: _Views, share: Floats) -> tuple[Floats, Floats]:
        """(sine less the mask's, its rate a cell) by the table."""
        seen = views.rates(*self._path.motion(views.pieces, share))
        return seen.value, seen.rate * self._path.step_s

    def _with_bend(self, views: _Views, share: Floats) -> tuple[Floats, Floats, Floats]:
        """(sine less the mask's, its rate a cell, its second rate a cell squared) by the table."""
        r_km, v_km_s, a_km_s2 = self._path.place(views.pieces, share)
        seen = views.rates(r_km, v_km_s)
        spread = (v_km_s * v_km_s + (r_km - views.r_km) * a_km_s2).sum(axis=0) - seen.range_rate**2
        pull, sine = (a_km_s2 * views.up).sum(axis=0), seen.value + views.least_sine
        bend = (pull - 2 * seen.rate * seen.range_rate - sine * spread / seen.range_km) / seen.range_km
        step_s = self._path.step_s
        return seen.value, seen.rate * step_s, bend * step_s**2

    def _truly(self, views: _Views, share: Floats) -> Floats:
        """Sine less the mask's, by the trajectory itself."""
        tai_ns = tai_ns_after(self._path.span.start, views.start_s + share * self._path.step_s)
        r_teme_km, v_teme_km_s = self._trajectory.states_teme(tai_ns)
        return views.rates(itrs_from_teme(r_teme_km, tai_ns).T, v_teme_km_s.T).value

    # Extrema

    def _extrema(self, *, highest: bool) -> _Extrema:
        """Every maximum at or above the mask (or minimum under it, between nodes above it)."""
        sign = 1.0 if highest else -1.0
        bracketed = (sign * self._left.rate > 0) & (sign * self._right.rate <= 0)
        if not highest:
            bracketed &= (self._left.value >= 0) & (self._right.value >= 0)
        which, share = self._turned(np.flatnonzero(bracketed), sign)
        value = self._truly(self._views(which), share)
        reached = np.flatnonzero((value >= 0) == highest)
        at_s = (self._cell[which] + share) * self._path.step_s
        return _Extrema(which[reached], at_s[reached], value[reached])

    def _turned(self, which: Indices, sign: float) -> tuple[Indices, Floats]:
        """(candidate, share of its cell) where the sine turns near or beyond the mask, by the table.

        Newton's steps inside the brackets; an extremum that can't come near the mask is left early.
        """
        views, low, high = self._views(which), np.zeros(which.size), np.ones(which.size)
        # The range turns nearly where the elevation does, and its square is nearly a parabola.
        left, right = (ends.range_km[which] * ends.range_rate[which] for ends in (self._left, self._right))
        share = _inside(_quotient(left, left - right), low, high)
        moving, kept = np.arange(which.size), np.ones(which.size, dtype=np.bool_)
        for _ in range(_MOST_STEPS):
            if not moving.size:
                return which[kept], share[kept]
            here = share[moving]
            value, rate, bend = self._with_bend(views.some(moving), here)
            before = sign * rate > 0
            low[moving[before]], high[moving[~before]] = here[before], here[~before]
            step = -_quotient(rate, bend)
            share[moving] = moved = _inside(here + step, low[moving], high[moving])
            change_s = np.abs(moved - here) * self._path.step_s
            # A step gains half of rate x step; four times that is left for what the table and a long step hide.
            far = (sign * value + 2 * np.abs(rate * step) < -_NEAR) & (change_s < _SHORT_S)
            kept[moving[far]] = False
            moving = moving[~far & (change_s > _TURNED_S)]
        raise ConvergenceError("passes: an extremum did not converge")

    def hiding(self) -> Indices:
        """The sites with a cell in which the sine turns twice near the mask, so that its nodes show no turn."""
        left, right = self._left, self._right
        level = np.abs(np.stack([left.rate, right.rate])).max(axis=0) * self._path.step_s < _LEVEL
        near = np.minimum(np.abs(left.value), np.abs(right.value)) < _LEVEL
        which = np.flatnonzero(level & near & ((left.rate > 0) == (right.rate > 0)))
        if not which.size:
            return which
        shares = np.linspace(0, 1, 17)[1:-1]
        views, share = self._views(np.repeat(which, shares.size)), np.tile(shares, which.size)
        rises = (self._by_table(views, share)[1] > 0).reshape(-1, shares.size)
        turns = (rises != (left.rate[which] > 0)[:, None]).any(axis=1)
        return np.unique(self._site[which[turns]])

    # Crossings

    def _brackets(self, tops: _Extrema, dips: _Extrema, *, rising: bool) -> _Brackets:
        """From an end of a cell below the mask to its other end or its extremum above it: one crossing in each."""
        outer, inner = (self._left, self._right) if rising else (self._right, self._left)
        outside, inside = (0.0, 1.0) if rising else (1.0, 0.0)  # the share at which a cell is left going outward
        below = outer.value < 0
        plain = below & (inner.value >= 0)
        plain[tops.which] = False
        whole, topped = np.flatnonzero(plain), np.flatnonzero(below[tops.which])
        which = np.concatenate([whole, tops.which[topped], dips.which])
        low, high = np.full(which.size, outside), np.full(which.size, inside)
        high[whole.size : whole.size + topped.size] = self._share(tops)[topped]
        low[whole.size + topped.size :] = self._share(dips)
        # The range's square going down from the high end: its value there, its slope, its value at the low end.
        top = slice(whole.size, whole.size + topped.size)
        square, slope = inner.range_km[which] ** 2, 2 * inner.range_km[which] * np.abs(inner.range_rate[which])
        square[top], slope[top] = self._range_km(which[top], tops.value[topped]) ** 2, 0.0
        further = outer.range_km[which] ** 2
        return _Brackets(which, low, high, square, slope * self._path.step_s, further)

    def _range_km(self, which: Indices, over_mask: Floats) -> Floats:
        """How far off the path is at a sine less the mask's, at the height it has at the candidate's left node."""
        sine = over_mask + self._ground.least_sine[self._site[which]]
        place_km = self._place_km[self._site[which]]
        radius_km = self._radius_km[self._cell[which]]
        away: Floats = np.sqrt(np.maximum(radius_km**2 - place_km**2 * (1 - sine**2), 0.0)) - place_km * sine
        return away

    def _share(self, extrema: _Extrema) -> Floats:
        return extrema.at_s / self._path.step_s - self._cell[extrema.which]

    def _crossings(self, brackets: _Brackets, *, inward: float) -> tuple[Indices, Floats]:
        """(site, time) of every crossing, by site, then time, a microsecond inside the stretch."""
        views, site = self._views(brackets.which), self._site[brackets.which]
        share = self._settled(brackets, views, *self._crossed(brackets, views))
        at_s = views.start_s + share * self._path.step_s + inward * _SETTLED_S
        order = np.lexsort((at_s, site))
        return site[order], at_s[order]

    def _crossed(self, brackets: _Brackets, views: _Views) -> tuple[Floats, Floats, Floats]:
        """(share, rate a cell, last step) of the crossings, by the table: Newton's steps inside the brackets."""
        low, high = brackets.low.copy(), brackets.high.copy()
        share, (rate, change) = self._guessed(brackets), np.zeros((2, brackets.which.size))
        moving = np.arange(share.size)
        for _ in range(_MOST_STEPS):
            if not moving.size:
                return share, rate, change
            here = share[moving]
            value, rate[moving] = self._by_table(views.some(moving), here)
            above = value >= 0
            high[moving[above]], low[moving[~above]] = here[above], here[~above]
            share[moving] = moved = _inside(here - _quotient(value, rate[moving]), low[moving], high[moving])
            change[moving] = np.abs(moved - here)
            moving = moving[change[moving] * self._path.step_s > _CLOSE_S]
        raise ConvergenceError("passes: a crossing did not converge")

    def _guessed(self, brackets: _Brackets) -> Floats:
        """Where the range's square, a parabola down the bracket, is that of the mask: seconds from the crossing."""
        wanted = self._range_km(brackets.which, np.zeros(brackets.which.size)) ** 2 - brackets.square
        bend = brackets.further - brackets.square - brackets.slope
        root = np.sqrt(np.maximum(brackets.slope**2 + 4 * bend * wanted, 0.0))
        down = np.clip(_quotient(2 * wanted, brackets.slope + root), 0.02, 0.98)
        return brackets.high + (brackets.low - brackets.high) * down

    def _settled(self, brackets: _Brackets, views: _Views, share: Floats, rate: Floats, change: Floats) -> Floats:
        """The crossings by the trajectory: one of Newton's steps, and where that is not surely enough, more."""
        step_s = self._path.step_s
        moved = -_quotient(self._truly(views, share), rate)
        # The rate is that of a step ago; the sine bends by no more than about (speed / range)^2.
        bend = (_FASTEST_KM_S * step_s) ** 2 / self._range_km(brackets.which, np.zeros(share.size)) ** 2
        missed_s = _quotient(np.abs(moved) * (np.abs(moved) + change) * bend, np.abs(rate)) * step_s
        settled = share + moved
        hard = np.flatnonzero((missed_s > _SETTLED_S / 4) | (np.abs(moved) * step_s > _CLOSE_S) | (rate == 0))
        if hard.size:
            settled[hard] = self._hard(brackets.low[hard], brackets.high[hard], views.some(hard), share[hard])
        return settled

    def _hard(self, low: Floats, high: Floats, views: _Views, share: Floats) -> Floats:
        """Crossings by the trajectory inside their brackets, whatever the table says: Newton's steps and bisection."""
        low, high, done = low.copy(), high.copy(), np.zeros(share.size, dtype=np.bool_)
        for step in range(_MOST_STEPS * 2):
            value = self._truly(views, share)
            high, low = np.where(value >= 0, share, high), np.where(value >= 0, low, share)
            rate = self._by_table(views, share)[1]
            newton = share - _quotient(value, rate) if step % 4 < 3 else (low + high) / 2
            moved = np.where(done, share, _inside(newton, low, high))
            done |= (np.abs(moved - share) * self._path.step_s < _SETTLED_S / 4) | (value == 0)
            if done.all():
                return moved
            share = moved
        raise ConvergenceError("passes: a crossing did not converge")

    # Stretches

    def _paired(self, rises: tuple[Indices, Floats], falls: tuple[Indices, Floats], tops: _Extrema) -> Seen:
        """Each rise with the fall after it; what is open at an end of the span is cut there."""
        end_s, last = self._path.span.seconds, self._path.cells - 1
        first = np.flatnonzero((self._cell == 0) & (self._left.value >= 0))
        final = np.flatnonzero((self._cell == last) & (self._right.value >= 0))
        opens = _merged(rises, (self._site[first], np.zeros(first.size)))
        closes = _merged(falls, (self._site[final], np.full(final.size, end_s)))
        if opens[0].size != closes[0].size or np.any(opens[0] != closes[0]):
            raise ConvergenceError("passes: rises and settings do not match")
        site, opens_s, closes_s = opens[0], opens[1], closes[1]
        peaks = _Extrema(
            np.concatenate([tops.which, first, final]),
            np.concatenate([tops.at_s, np.zeros(first.size), np.full(final.size, end_s)]),
            np.concatenate([tops.value, self._left.value[first], self._right.value[final]]),
        )
        peak_s, peak = self._highest(site, opens_s, peaks)
        kept = opens_s < closes_s
        found = Seen(
            site=site,
            opens_s=opens_s,
            closes_s=closes_s,
            open_before=opens_s == 0.0,
            open_after=closes_s == end_s,
            peak_s=np.clip(peak_s, opens_s, np.maximum(opens_s, closes_s)),
            peak_sine=peak + self._ground.least_sine[site],
        )
        return found if kept.all() else found.some(kept)

    def _highest(self, site: Indices, opens_s: Floats, peaks: _Extrema) -> tuple[Floats, Floats]:
        """(time, value) of the highest peak of each stretch."""
        # Among openings and peaks in order of time, a peak belongs to the opening that came last.
        sites = np.concatenate([site, self._site[peaks.which]])
        times = np.concatenate([opens_s, peaks.at_s + 2 * _SETTLED_S])
        order = np.lexsort((times, sites))
        stretch = np.empty(order.size, dtype=np.intp)
        stretch[order] = np.cumsum(order < site.size) - 1
        of_peak = stretch[site.size :]
        by_height = np.lexsort((peaks.value, of_peak))
        peak_s, peak = opens_s.copy(), np.zeros(site.size)
        peak_s[of_peak[by_height]], peak[of_peak[by_height]] = peaks.at_s[by_height], peaks.value[by_height]
        return peak_s, peak


def _merged(one: tuple[Indices, Floats], other: tuple[Indices, Floats]) -> tuple[Indices, Floats]:
    """(site, time) of both, by site, then time."""
    site, at_s = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.lexsort((at_s, site))
    return site[order], at_s[order]


def _quotient(above: Floats, below: Floats) -> Floats:
    """above / below, 0 where that has no meaning."""
    return np.divide(above, below, out=np.zeros_like(above), where=below != 0)


def _inside(share: Floats, one: Floats, other: Floats) -> Floats:
    """The share where it lies between two others; the end it just misses; else their middle."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    ended = np.clip(share, low, high)
    return np.where(np.abs(share - ended) <= _JUST, ended, (one + other) / 2)
