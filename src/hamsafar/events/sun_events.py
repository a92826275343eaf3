"""The Sun over a site: dawn, sunrise, noon, sunset, dusk, and when it is up."""

from __future__ import annotations

from typing import Literal

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.events.finder import Crossing, Quantity, roots, stretches, windows_of
from hamsafar.orbit.sun import sun_elevation_deg, sun_hour_angle_rad
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import Instant, Span, Windows

SunKind = Literal["dawn", "sunrise", "noon", "sunset", "dusk"]

HORIZON_DEG = -0.8333  # upper limb (16') and refraction (34') together, as almanacs print sunrise
# Highest and lowest of a day are about 12 h apart. Only within 0.1 deg of a pole, where a day's rise is no more than
# the season's, can they be closer than this, and then they differ by less than 0.02 deg.
_MIN_EXTREMA_GAP_S = 14_400.0


@frozen(kw_only=True, order=True)
class SunEvent:
    """The Sun does something over a site."""

    time: Instant
    kind: SunKind


def sun_events(site: Site, span: Span, twilight_deg: float) -> tuple[SunEvent, ...]:
    """Every event of the span, by time. What does not happen (midnight sun, polar night) is not listed.

    dawn, dusk: the centre rises, sinks through -twilight_deg. sunrise, sunset: through -0.8333 deg. noon: the
    upper transit, whether the Sun is above the horizon or not. Good to 0.1 s in latitudes under 60 deg.
    """
    dawns, dusks = roots(_above(site, span, -twilight_deg), span.seconds)
    rises, sets = roots(_above(site, span, HORIZON_DEG), span.seconds)
    noons, _ = roots(_past_meridian(site, span), span.seconds)
    listed: tuple[tuple[SunKind, Floats], ...] = (
        ("dawn", dawns),
        ("sunrise", rises),
        ("noon", noons),
        ("sunset", sets),
        ("dusk", dusks),
    )
    found = [SunEvent(kind=kind, time=span.start.plus(seconds=float(t))) for kind, times in listed for t in times]
    return tuple(sorted(found))


def sun_up_windows(site: Site, span: Span, *, min_sun_deg: float) -> Windows:
    """When the Sun's centre is at or above an elevation over a site."""
    return windows_of(stretches(_above(site, span, min_sun_deg), span.seconds), span)


def _above(site: Site, span: Span, limit_deg: float) -> Crossing:
    def above_deg(at_s: Floats) -> Floats:
        return sun_elevation_deg(site, tai_ns_after(span.start, at_s)) - limit_deg

    return _crossing(above_deg)


def _past_meridian(site: Site, span: Span) -> Crossing:
    def sine(at_s: Floats) -> Floats:
        return np.sin(sun_hour_angle_rad(site, tai_ns_after(span.start, at_s)))

    return _crossing(sine)


def _crossing(quantity: Quantity) -> Crossing:
    return Crossing(quantity=quantity, min_extrema_gap_s=_MIN_EXTREMA_GAP_S)
