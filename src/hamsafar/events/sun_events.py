"""The Sun over a site: dawn, sunrise, noon, sunset, dusk, and when it is up."""

from __future__ import annotations

from typing import Literal

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Site
from hamsafar.events.finder import Crossing, Quantity, openings, roots, windows_of
from hamsafar.orbit.sun import sun_elevation_deg, sun_hour_angle_rad
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import Instant, Span, Windows

SunKind = Literal["dawn", "sunrise", "noon", "sunset", "dusk"]

HORIZON_DEG = -0.8333  # upper limb (16') and refraction (34') together, as almanacs print sunrise
# Highest and lowest of a day are about 12 h apart. Near a pole, where a day's rise is as small as the season's, they
# come together: up to 0.2 deg from it the search is so fine that two that hide between its points differ by less than
# 1e-5 deg (the cubic through a fold: 0.2 deg (2 pi / 96)^3 / 12 and some).
_MIN_EXTREMA_GAP_S = 14_400.0
_NEAR_POLE_DEG = 89.8
_MIN_EXTREMA_GAP_NEAR_POLE_S = 900.0


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
    return windows_of(openings(_above(site, span, min_sun_deg), span.seconds), span)


def dark_windows(site: Site, span: Span, *, max_sun_deg: float) -> Windows:
    """When the Sun's centre is at or below an elevation over a site."""
    return windows_of(openings(_above(site, span, max_sun_deg, sign=-1.0), span.seconds), span)


def _above(site: Site, span: Span, limit_deg: float, *, sign: float = 1.0) -> Crossing:
    def above_deg(at_s: Floats) -> Floats:
        return sign * (sun_elevation_deg(site, tai_ns_after(span.start, at_s)) - limit_deg)

    near_pole = abs(site.latitude_deg) > _NEAR_POLE_DEG
    return _crossing(above_deg, _MIN_EXTREMA_GAP_NEAR_POLE_S if near_pole else _MIN_EXTREMA_GAP_S)


def _past_meridian(site: Site, span: Span) -> Crossing:
    def sine(at_s: Floats) -> Floats:
        return np.sin(sun_hour_angle_rad(site, tai_ns_after(span.start, at_s)))

    return _crossing(sine, _MIN_EXTREMA_GAP_S)


def _crossing(quantity: Quantity, min_extrema_gap_s: float) -> Crossing:
    return Crossing(quantity=quantity, min_extrema_gap_s=min_extrema_gap_s)
