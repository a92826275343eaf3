"""The landing that would follow a launch, and its light: one of those that `landings` tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

from hamsafar.domain.elements import Elements
from hamsafar.domain.launch_calendar import CalendarLanding, Light
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LandingOpportunity
from hamsafar.domain.vehicles import ReturnProfile
from hamsafar.events.sun_events import HORIZON_DEG
from hamsafar.flight.far_landings import landing_passages
from hamsafar.flight.forecast import StationForecast
from hamsafar.flight.landings import longest_crossrange_km, period_s
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import TaiNs
from hamsafar.timeline import NS_PER_S, Instant, Span

CIVIL_TWILIGHT_DEG = -6.0
_SHARES = np.linspace(-1.0, 1.0, 9)  # an hour at most of a Sun that moves 15 deg in each
_WITHIN_S = 86_400.0  # a landing farther from the stay that was asked for is that of another stay
_SAME_OF_PERIOD = 0.4  # two sets put one landing less than that share of an orbit apart


def light_of(sun_elevation_deg: float) -> Light:
    """Day while the Sun's upper limb is up (-0.8333 deg), civil twilight down to -6 deg, night below."""
    if sun_elevation_deg >= HORIZON_DEG:
        return "day"
    return "twilight" if sun_elevation_deg >= CIVIL_TWILIGHT_DEG else "night"


def landings_after(
    forecast: StationForecast, profile: ReturnProfile, site: Site, wanted: Sequence[Instant]
) -> tuple[CalendarLanding | None, ...]:
    """For each wanted moment of landing (n) the landing nearest to it, at most a day away; None where there is none.

    The landings are those of `landing_passages` within the profile's crossrange, by the set nearest to each, with
    their sigma: what `landings` tells of those days.
    """
    found: list[LandingOpportunity | None] = [None] * len(wanted)
    for elements, numbers in _by_elements(forecast, wanted):
        moments = [wanted[n] for n in numbers]
        about = Span(min(moments), Instant(max(moments).tai_ns + 1)).widened(_WITHIN_S)
        good = _good(forecast, elements, profile, site, about)
        times = [one.landing for one in good]
        for n in numbers:
            nearest = _nearest(times, wanted[n])
            if nearest is not None:
                found[n] = _by_its_own_set(forecast, elements, profile, site, good[nearest])
    told = iter(_told(site, [one for one in found if one is not None]))
    return tuple(None if one is None else next(told) for one in found)


def _by_elements(forecast: StationForecast, moments: Sequence[Instant]) -> Iterator[tuple[Elements, list[int]]]:
    """The element sets nearest to moments, each with the numbers of its moments."""
    numbers: dict[Instant, list[int]] = {}
    sets: dict[Instant, Elements] = {}
    for n, moment in enumerate(moments):
        nearest = forecast.nearest(moment)
        sets[nearest.epoch] = nearest
        numbers.setdefault(nearest.epoch, []).append(n)
    for epoch, found in numbers.items():
        yield sets[epoch], found


def _good(
    forecast: StationForecast, elements: Elements, profile: ReturnProfile, site: Site, span: Span
) -> list[LandingOpportunity]:
    """The landings of a span by one set, by time, that are near enough to the plane."""
    limit_km = longest_crossrange_km(profile, site)
    return [one for one in landing_passages(forecast, elements, profile, site, span) if one.crossrange_km <= limit_km]


def _nearest(times: Sequence[Instant], wanted: Instant) -> int | None:
    """Which of ascending times is nearest to a moment, and within a day of it."""
    after = bisect_left(times, wanted)
    near = [n for n in (after - 1, after) if 0 <= n < len(times) and _apart_s(times[n], wanted) <= _WITHIN_S]
    return min(near, key=lambda n: _apart_s(times[n], wanted), default=None)


def _apart_s(one: Instant, other: Instant) -> float:
    return abs(one.seconds_since(other))


def _by_its_own_set(
    forecast: StationForecast, elements: Elements, profile: ReturnProfile, site: Site, one: LandingOpportunity
) -> LandingOpportunity | None:
    """A landing as the set sees it that is nearest to it; None where that one sees no such landing."""
    own = forecast.nearest(one.landing)
    if own == elements:
        return one
    reach_s = _SAME_OF_PERIOD * period_s(forecast.station)
    around = Span(one.landing, Instant(one.landing.tai_ns + 1)).widened(reach_s)
    seen = _good(forecast, own, profile, site, around)
    return min(seen, key=lambda other: _apart_s(other.landing, one.landing), default=None)


def _told(site: Site, landings: Sequence[LandingOpportunity]) -> Iterator[CalendarLanding]:
    """Landings with the light within one sigma of each."""
    spreads_ns = np.round(np.outer([one.sigma_s for one in landings], _SHARES) * NS_PER_S).astype(np.int64)
    tai_ns: TaiNs = np.array([one.landing.tai_ns for one in landings], dtype=np.int64)[:, None] + spreads_ns
    sun_deg = sun_elevation_deg(site, tai_ns.ravel()).reshape(tai_ns.shape)
    for one, elevations in zip(landings, sun_deg, strict=True):
        yield CalendarLanding(
            about=one.landing,
            spread_s=one.sigma_s,
            sun_low_deg=float(elevations.min()),
            sun_high_deg=float(elevations.max()),
            light=tuple(dict.fromkeys(light_of(float(elevation)) for elevation in elevations)),
            basis=one.basis,
        )
