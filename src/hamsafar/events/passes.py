"""Passes: when the station is above a site's horizon."""

from __future__ import annotations

from collections.abc import Iterable
from math import radians, sin

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.events.finder import Crossing, Stretch, stretches, windows_of
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.frames import itrs_from_teme, site_axes, site_itrs_km
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows


@frozen(kw_only=True)
class Pass:
    """The station from its rise over `min_elevation_deg` to its setting under it.

    Azimuths from north over east, geodetic, without refraction; rise and set lie inside the pass, to 1 ms. Where
    the span searched cuts the pass, `rise` or `set` is the span's own end, and the flag says so.
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


def look_angles(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
    """Azimuth (0-360) and elevation in degrees and range in km of the station from a site, each (n,)."""
    local_km = _from_site_km(trajectory, site, tai_ns)
    range_km = np.linalg.norm(local_km, axis=-1)
    azimuth_deg = np.degrees(np.arctan2(local_km[:, 0], local_km[:, 1])) % 360.0
    return azimuth_deg, np.degrees(np.arcsin(local_km[:, 2] / range_km)), range_km


def _from_site_km(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> Floats:
    """East, north and up from a site to the station, (n, 3) km."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    r_teme_km, _ = trajectory.states_teme(moments)
    local_km: Floats = (itrs_from_teme(r_teme_km, moments) - site_itrs_km(site)) @ site_axes(site).T
    return local_km


def elevation_deg(trajectory: Trajectory, site: Site, tai_ns: TaiNs) -> Floats:
    """Elevation of the station above a site's geodetic horizon, (n,) degrees, without refraction."""
    return look_angles(trajectory, site, tai_ns)[1]


def find_passes(trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float) -> tuple[Pass, ...]:
    """Every pass that touches the span, ascending; grazing ones too."""
    found = pass_stretches(trajectory, site, span, min_elevation_deg=min_elevation_deg)
    moments_s = np.array([(one.opens_s, one.peak_s, one.closes_s) for one in found]).reshape(-1)
    azimuth, elevation, range_km = look_angles(trajectory, site, tai_ns_after(span.start, moments_s))
    instants = [span.start.plus(seconds=float(at_s)) for at_s in moments_s]
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
            cut_at_start=one.open_before,
            cut_at_end=one.open_after,
        )
        for n, one in zip(range(0, 3 * len(found), 3), found, strict=True)
        if instants[n] < instants[n + 2]
    )


def pass_stretches(trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float) -> tuple[Stretch, ...]:
    """When the station is at or above an elevation, in seconds from the span's start."""

    least_sine = sin(radians(min_elevation_deg))

    def above(at_s: Floats) -> Floats:  # in sines, which stay smooth through the zenith
        local_km = _from_site_km(trajectory, site, tai_ns_after(span.start, at_s))
        sine: Floats = local_km[:, 2] / np.linalg.norm(local_km, axis=-1)
        return sine - least_sine

    crossing = Crossing(quantity=above, min_extrema_gap_s=extrema_gap_s(trajectory, span))
    return stretches(crossing, span.seconds)


def pass_windows(trajectory: Trajectory, site: Site, span: Span, *, min_elevation_deg: float) -> Windows:
    """The passes as Windows known over the span."""
    return windows_of(pass_stretches(trajectory, site, span, min_elevation_deg=min_elevation_deg), span)


def windows_of_passes(passes: Iterable[Pass], span: Span) -> Windows:
    """Passes already found, as Windows known over the span searched."""
    return Windows.within(span, [one.span for one in passes])
