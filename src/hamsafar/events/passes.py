"""Passes: when the station is above a site's horizon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.events.sweep import Ground, Seen, sweep
from hamsafar.orbit.fixed_path import Indices
from hamsafar.orbit.frames import itrs_from_teme
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows

_AT_ONCE_D = 366  # of a low orbit 30 MB


@frozen(kw_only=True)
class Pass:
    """The station from its rise over `min_elevation_deg` to its setting under it.

    Azimuths from north over east, geodetic, without refraction; rise and set lie inside the pass, within two
    microseconds of the trajectory's own. Where the span searched cuts the pass, `rise` or `set` is the span's own
    end, and the flag says so.
    """

    rise: Instant
    culmination: Instant
    set: Instant
    rise_azimuth_deg: float
    culmination_azimuth_deg: float
    set_azimuth_deg: float
    max_elevation_deg: float
    range_km: float  # at culmination
    cut_at_start: bool = False
    cut_at_end: bool = False

    @property
    def span(self) -> Span:
        """Rise to set."""
        return Span(self.rise, self.set)


@frozen(eq=False, repr=False)
class PassTable:
    """The passes over many sites in columns (n,), by site, then time: quick to make, and quick to reckon with.

    Iterating gives each as a `Pass`. Times are TAI nanoseconds as `Instant.tai_ns` counts them.
    """

    trajectory: Trajectory
    sites: tuple[Site, ...]
    site: Indices  # which of the sites
    rise_tai_ns: TaiNs
    culmination_tai_ns: TaiNs
    set_tai_ns: TaiNs
    max_elevation_deg: Floats
    cut_at_start: NDArray[np.bool_]
    cut_at_end: NDArray[np.bool_]

    def __repr__(self) -> str:
        return f"PassTable({len(self)} passes over {len(self.sites)} sites)"

    def __len__(self) -> int:
        return self.site.size

    def __iter__(self) -> Iterator[Pass]:
        """Every pass, azimuths and range added."""
        ground = Ground.of(self.sites, np.zeros(len(self.sites)))
        moments = np.concatenate([self.rise_tai_ns, self.culmination_tai_ns, self.set_tai_ns])
        azimuth_deg, _, range_km = _look_angles(self.trajectory, ground, np.tile(self.site, 3), moments)
        columns = (
            *moments.reshape(3, -1).tolist(),
            *azimuth_deg.reshape(3, -1).tolist(),
            self.max_elevation_deg.tolist(),
            range_km.reshape(3, -1)[1].tolist(),
            self.cut_at_start.tolist(),
            self.cut_at_end.tolist(),
        )
        for rise, top, down, rise_deg, top_deg, down_deg, high_deg, away_km, before, after in zip(
            *columns, strict=True
        ):
            yield Pass(
                rise=Instant(rise),
                culmination=Instant(top),
                set=Instant(down),
                rise_azimuth_deg=rise_deg,
                culmination_azimuth_deg=top_deg,
                set_azimuth_deg=down_deg,
                max_elevation_deg=high_deg,
                range_km=away_km,
                cut_at_start=before,
                cut_at_end=after,
            )


def find_passes(trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float) -> tuple[Pass, ...]:
    """Every pass that touches the span, ascending; grazing ones too."""
    return tuple(find_passes_over(trajectory, (site,), span, min_elevation_deg=min_elevation_deg))


def find_passes_over(
    trajectory: Trajectory, sites: Sequence[Site], span: Span, *, min_elevation_deg: float | Sequence[float]
) -> PassTable:
    """Every pass over each of many sites that touches the span, grazing ones too.

    `min_elevation_deg` is one for all sites or one for each. Where the trajectory has no states nothing is found.
    """
    lowest_deg = np.broadcast_to(np.asarray(min_elevation_deg, dtype=np.float64), (len(sites),))
    ground = Ground.of(sites, lowest_deg)
    parts = [piece for part in trajectory.known(span) for piece in _in_years(part)] if sites else []
    columns = [_columns(sweep(trajectory, ground, part), part) for part in parts] or [_columns(Seen.none(), span)]
    site, rise, top, down, highest_deg, before, after = (
        np.concatenate(several) for several in zip(*columns, strict=True)
    )
    table = PassTable(trajectory, tuple(sites), site, rise, top, down, highest_deg, before, after)
    return table if len(columns) == 1 else _joined(table)


def _in_years(part: Span) -> Iterator[Span]:
    """A part of known states in pieces that touch, so that the table of decades needs no more room than one year's."""
    start = part.start
    while start < part.end:
        end = min(start.plus(days=_AT_ONCE_D), part.end)
        yield Span(start, end)
        start = end


def _joined(parts: PassTable) -> PassTable:
    """By site, then time, and passes that a seam of the trajectory cuts in two made whole."""
    order = np.lexsort((parts.rise_tai_ns, parts.site))
    site, rise, down = parts.site[order], parts.rise_tai_ns[order], parts.set_tai_ns[order]
    before, after = parts.cut_at_start[order], parts.cut_at_end[order]
    goes_on = np.zeros(order.size, dtype=np.bool_)
    goes_on[1:] = (site[1:] == site[:-1]) & after[:-1] & before[1:] & (down[:-1] == rise[1:])
    first = np.flatnonzero(~goes_on)
    last = np.append(first[1:], order.size) - 1
    highest_deg = parts.max_elevation_deg[order]
    by_height = np.lexsort((highest_deg, np.cumsum(~goes_on)))[last]  # the highest of each comes last of it
    return PassTable(
        parts.trajectory,
        parts.sites,
        site[first],
        rise[first],
        parts.culmination_tai_ns[order][by_height],
        down[last],
        highest_deg[by_height],
        before[first],
        after[last],
    )


def _columns(seen: Seen, part: Span) -> tuple[NDArray[np.generic], ...]:
    """(site, rise, culmination, set, highest elevation in degrees, cut at start, cut at end) of what was seen."""
    rise, top, down = (tai_ns_after(part.start, at_s) for at_s in (seen.opens_s, seen.peak_s, seen.closes_s))
    down[seen.open_after] = part.end.tai_ns  # exactly, so that what a seam cuts can be joined
    return (
        seen.site,
        rise,
        top,
        down,
        np.degrees(np.arcsin(np.minimum(seen.peak_sine, 1.0))),
        seen.open_before,
        seen.open_after,
    )


def pass_windows(trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float) -> Windows:
    """The passes as Windows, known where the trajectory has states."""
    found = find_passes_over(trajectory, (site,), span, min_elevation_deg=min_elevation_deg)
    ends = zip(found.rise_tai_ns.tolist(), found.set_tai_ns.tolist(), strict=True)
    return Windows([Span(Instant(rise), Instant(set_)) for rise, set_ in ends], trajectory.known(span))


def windows_of_passes(passes: Iterable[Pass], span: Span) -> Windows:
    """Passes already found, as Windows known over the span searched."""
    return Windows.within(span, [one.span for one in passes])


def look_angles(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
    """Azimuth (0-360) and elevation in degrees and range in km of the station from a site, each (n,)."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    return _look_angles(trajectory, Ground.of((site,), np.zeros(1)), np.zeros(moments.size, dtype=np.intp), moments)


def elevation_deg(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> Floats:
    """Elevation of the station above a site's geodetic horizon, (n,) degrees, without refraction."""
    return look_angles(trajectory, site, tai_ns)[1]


def _look_angles(trajectory: Trajectory, ground: Ground, site: Indices, tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
    r_teme_km, _ = trajectory.states_teme(tai_ns)
    away_km = itrs_from_teme(r_teme_km, tai_ns).T - ground.r_km[:, site]
    east, north, up = ((away_km * axis[:, site]).sum(axis=0) for axis in (ground.east, ground.north, ground.up))
    range_km = np.linalg.norm(away_km, axis=0)
    return (
        np.degrees(np.arctan2(east, north)) % 360.0,
        np.degrees(np.arcsin(np.clip(up / range_km, -1.0, 1.0))),
        range_km,
    )
