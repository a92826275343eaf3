"""Landings by one element set of a station: near it by the station's place, far from it by the plane alone.

Where nothing is known of the station's place along its orbit, the plane still tells between which moments a site is
near enough to it (its *reach*), and that the station comes by once an orbit. So one landing is told about the middle
of each reach, with the sigma of a place anywhere on that orbit; where the reach is shorter than an orbit, the station
may come by outside of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import radians

import numpy as np
from attrs import evolve

from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LandingOpportunity
from hamsafar.domain.vehicles import ReturnProfile, Station
from hamsafar.events.halving import rising_roots_ns
from hamsafar.events.plane import off_plane_rad, place_teme
from hamsafar.flight.forecast import FOLLOWED_PHASE_SIGMA_DEG, LONGEST_D, StationForecast, phase_sigma_deg
from hamsafar.flight.landings import landing_sigma_s, opportunity, passages, period_s
from hamsafar.orbit.frames import site_itrs_km
from hamsafar.orbit.plane_drift import short_period_tilt
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import NS_PER_S, Instant, Span

_STEP_NS = 60 * NS_PER_S
_COARSE_NS, _FINE_NS = 30 * _STEP_NS, 5 * _STEP_NS
_TURN_RAD_NS = np.radians(0.256) / _STEP_NS  # the Earth's turning, 0.2507 deg a minute, against a plane's own
_HALVINGS = 40  # from years to milliseconds
_AROUND_S = 1.5 * 86_400.0  # a site nears the plane once or twice a day: so far from any moment there is a reach


class SitePlane:
    """How far a site is from the plane in which a ship comes down on it, by one element set; for a span."""

    def __init__(
        self, forecast: StationForecast, elements: Elements, profile: ReturnProfile, site: Site, span: Span
    ) -> None:
        self._forecast, self._profile, self._site = forecast, profile, site
        self._plane = forecast.plane(elements, span.widened(2 * 86_400.0))

    def off_rad(self, tai_ns: TaiNs) -> Floats:
        """Angles (n,) from the plane to the site, rad, positive on the side of the angular momentum.

        The plane is the one that the station has where it stands at a landing, its ripple in: within 1e-3 deg of
        SGP4's near the elements (tests/unit/flight).
        """
        place, (node, inclination) = place_teme(self._site, tai_ns), self._plane.at(tai_ns)
        from_node = np.arctan2(place[:, 1], place[:, 0]) - node
        on_equator = np.hypot(place[:, 0], place[:, 1])
        across = on_equator * np.sin(from_node) * np.cos(inclination) + place[:, 2] * np.sin(inclination)
        station_at = np.arctan2(across, on_equator * np.cos(from_node)) + radians(self._profile.station_lead_deg)
        more_node, more_inclination = short_period_tilt(
            self._forecast.semi_major_axis_km(tai_ns), inclination, station_at
        )
        node, inclination = node + more_node, inclination + more_inclination
        sin_i = np.sin(inclination)
        normal = np.stack([np.sin(node) * sin_i, -np.cos(node) * sin_i, np.cos(inclination)], axis=-1)
        return off_plane_rad(place, normal)

    def crossrange_km(self, tai_ns: TaiNs) -> Floats:
        """How far the site is from the plane, (n,) km on the ground."""
        return np.abs(self.off_rad(tai_ns)) * float(np.linalg.norm(site_itrs_km(self._site)))

    def reaches(self, span: Span) -> tuple[Span, ...]:
        """When the site is near enough to land on, ascending: each whole, those whose middle lies in the span.

        One that lasts less than five minutes may be left out.
        """
        limit_rad = radians(self._profile.max_crossrange_deg)

        def inside(tai_ns: TaiNs) -> Floats:
            return limit_rad - np.abs(self.off_rad(tai_ns))

        x_km, y_km, z_km = site_itrs_km(self._site)
        fastest_rad_ns = _TURN_RAD_NS * float(np.hypot(x_km, y_km) / np.sqrt(x_km**2 + y_km**2 + z_km**2))
        wide = span.widened(_AROUND_S)
        first = wide.start.tai_ns // _COARSE_NS * _COARSE_NS
        starts = np.arange(first, wide.end.tai_ns, _COARSE_NS, dtype=np.int64)
        for step_ns in (_COARSE_NS, _FINE_NS):
            edges = np.unique(np.concatenate([starts, starts + step_ns]))  # each looked at once
            at_edges = inside(edges)
            at_start, at_end = (at_edges[np.searchsorted(edges, at)] for at in (starts, starts + step_ns))
            # The angle changes no faster than the site moves, so in between the site is this near at best.
            hopeful = (at_start + at_end) / 2 + fastest_rad_ns * step_ns / 2 > 0
            starts, at_start, at_end = starts[hopeful], at_start[hopeful], at_end[hopeful]
            if step_ns > _FINE_NS:
                parts = np.arange(0, step_ns, _FINE_NS, dtype=np.int64)
                starts = (starts[:, None] + parts).ravel()
        opens, closes = (at_start < 0) & (at_end >= 0), (at_start > 0) & (at_end <= 0)
        opening = rising_roots_ns(inside, starts[opens], starts[opens] + _FINE_NS).tolist()
        closing = rising_roots_ns(lambda ns: -inside(ns), starts[closes], starts[closes] + _FINE_NS).tolist()
        after = [bisect_right(closing, opens) for opens in opening]
        whole = [
            Span(Instant(opens), Instant(closing[n]))
            for opens, n in zip(opening, after, strict=True)
            if n < len(closing)
        ]
        return tuple(one for one in whole if span.contains(one.middle))

    def closest(self, span: Span) -> tuple[Instant, float]:
        """When in a span the site is nearest to the plane, to a minute, and how many km off it is then."""
        tai_ns = np.append(np.arange(span.start.tai_ns, span.end.tai_ns, _STEP_NS, dtype=np.int64), span.end.tai_ns - 1)
        off_km = self.crossrange_km(tai_ns)
        nearest = int(np.argmin(off_km))
        return Instant(int(tai_ns[nearest])), float(off_km[nearest])


def landing_passages(
    forecast: StationForecast, elements: Elements, profile: ReturnProfile, site: Site, span: Span
) -> tuple[LandingOpportunity, ...]:
    """Every time in the half-open span that a landing at the site could be due, by one element set; by time.

    Where the phase is followed (`FOLLOWED_PHASE_SIGMA_DEG`), by SGP4, one an orbit, however far the site is from the
    plane; beyond, by the plane alone, one about the middle of each reach (for each whole orbit that it lasts), as
    `far` and with the sigma of a place anywhere on the orbit.
    """

    def is_known(moment: Instant) -> bool:
        return forecast.phase_sigma_deg(elements, moment) <= FOLLOWED_PHASE_SIGMA_DEG

    wide = span.widened(_AROUND_S)
    if is_known(wide.start) and is_known(wide.end):  # a phase is known the worse, the farther from its elements
        return _by_phase(forecast, elements, profile, site, span)
    plane = SitePlane(forecast, elements, profile, site, span.widened(2 * _AROUND_S))
    reaches = plane.reaches(wide)
    at_most = Span(elements.epoch, elements.epoch.plus(seconds=1)).widened(_followed_s(forecast.station) + _AROUND_S)
    perhaps = at_most.intersect(span)
    by_phase = () if perhaps is None else _by_phase(forecast, elements, profile, site, perhaps)
    middles_ns = [one.middle.tai_ns for one in reaches]

    def is_followed(moment: Instant) -> bool:
        """Whether the reach next to a moment is followed: what a reach holds is told in one way."""
        after = bisect_right(middles_ns, moment.tai_ns)
        next_to = middles_ns[max(after - 1, 0) : after + 1]
        return is_known(Instant(min(next_to, key=lambda ns: abs(ns - moment.tai_ns), default=moment.tai_ns)))

    unfollowed = [reach for reach in reaches if not is_known(reach.middle)]
    by_plane = _of_reaches(forecast, elements, profile, site, plane, unfollowed)
    found = [one for one in by_phase if is_followed(one.landing)]
    found += [one for one in by_plane if span.contains(one.landing)]
    return tuple(sorted(found, key=lambda one: one.landing))


@lru_cache
def _followed_s(station: Station) -> float:
    """How far from its epoch an element set's phase is worth following at most, seconds: where no boost is known."""
    low_d, high_d = 0.0, LONGEST_D
    for _ in range(_HALVINGS):
        middle_d = (low_d + high_d) / 2
        if phase_sigma_deg(station, middle_d) <= FOLLOWED_PHASE_SIGMA_DEG:
            low_d = middle_d
        else:
            high_d = middle_d
    return low_d * 86_400.0


def _by_phase(
    forecast: StationForecast, elements: Elements, profile: ReturnProfile, site: Site, span: Span
) -> tuple[LandingOpportunity, ...]:
    found = passages(
        forecast.path(elements, elements.epoch),
        elements=elements,
        basis="near",
        station=forecast.station,
        profile=profile,
        site=site,
        window=span,
        phase_sigma_deg_at=lambda moment: forecast.phase_sigma_deg(elements, moment),
    )
    return tuple(evolve(one, basis=forecast.basis(elements, one.landing)) for one in found)


def _of_reaches(
    forecast: StationForecast,
    elements: Elements,
    profile: ReturnProfile,
    site: Site,
    plane: SitePlane,
    reaches: Sequence[Span],
) -> Iterator[LandingOpportunity]:
    """One landing for each whole orbit that a reach lasts, at least one: about its middle, an orbit apart."""
    orbit_s = period_s(forecast.station)
    pieces = [np.empty(0, dtype=np.int64)]
    for reach in reaches:
        number = max(1, int(reach.seconds // orbit_s))
        after_s: Floats = (np.arange(number, dtype=np.float64) - (number - 1) / 2) * orbit_s
        pieces.append(tai_ns_after(reach.middle, after_s))
    tai_ns = np.concatenate(pieces)
    anywhere_s = landing_sigma_s(forecast.station, profile, None)
    columns = zip(
        tai_ns.tolist(),
        np.hypot(anywhere_s, forecast.plane_sigmas_s(elements, tai_ns)).tolist(),
        plane.crossrange_km(tai_ns).tolist(),
        sun_elevation_deg(site, tai_ns).tolist(),
        strict=True,
    )
    for ns, sigma_s, crossrange_km, sun_up_deg in columns:
        yield opportunity(
            Instant(ns),
            profile,
            "far",
            elements,
            sigma_s=sigma_s,
            crossrange_km=crossrange_km,
            station_lead_deg=profile.station_lead_deg,
            sun_elevation_deg=sun_up_deg,
        )
