"""The landing that would follow a launch, and its light: of the orbit itself near, of that day's orbits far.

Without searching a year of minutes: the landing site is within the return profile's crossrange of the station's plane
while its hour angle from the node lies between two values, once a day and branch (once in all where the site is so
far north or south that both stretches run together). Far from the elements any orbit in that stretch may land.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements
from hamsafar.domain.launch_calendar import CalendarLanding, Light
from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import ReturnProfile, Ship
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.events.sun_events import HORIZON_DEG
from hamsafar.flight.forecast import NEAR_PHASE_SIGMA_DEG, StationForecast
from hamsafar.flight.landings import landing_opportunities, landing_sigma_s
from hamsafar.flight.pad_crossings import TURN_NS, PadPlane
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs, tai_ns_of
from hamsafar.timeline import NS_PER_S, Instant, Span

CIVIL_TWILIGHT_DEG = -6.0
_ROUNDS = 3  # the rate is known to 1 %: from half a day away that leaves a second
_SHARES = np.linspace(0.0, 1.0, 9)  # a stretch is two hours at most of a Sun that moves 15 deg in each
_DAY_S = 86_400.0
_EDGE_NS = 60 * NS_PER_S  # what a stretch is good to; the orbits' own crossrange decides
_SECANTS = 5
_ELSEWHERE_D = 3.0  # a short stretch may fall between two orbits; on some day about it one comes


@frozen(kw_only=True, eq=False)
class Stretches:
    """For each moment the nearest stretch (n,), TAI ns, in which a site is within reach of the plane; if it ever is."""

    start_ns: TaiNs
    end_ns: TaiNs
    exists: NDArray[np.bool_]


def light_of(sun_elevation_deg: float) -> Light:
    """Day while the Sun's upper limb is up (-0.8333 deg), civil twilight down to -6 deg, night below."""
    if sun_elevation_deg >= HORIZON_DEG:
        return "day"
    return "twilight" if sun_elevation_deg >= CIVIL_TWILIGHT_DEG else "night"


def landings_after(
    forecast: StationForecast,
    ship: Ship,
    profile: ReturnProfile,
    site: Site,
    wanted: Sequence[Instant],
    *,
    near_phase_sigma_deg: float = NEAR_PHASE_SIGMA_DEG,
) -> tuple[CalendarLanding | None, ...]:
    """For each moment the landing nearest to it; None where the site is never within the crossrange.

    Near (phase sigma at most `near_phase_sigma_deg`) it is the landing of one orbit; far, the stretch of that day in
    which the site is within the crossrange, any orbit of which may be the one. The stretch is good to a minute.
    """
    found: list[CalendarLanding | None] = [None] * len(wanted)
    for elements, numbers in _by_elements(forecast, wanted):
        near_ns = tai_ns_of(tuple(wanted[n] for n in numbers))
        stretches = reach_near(forecast, elements, site, profile.max_crossrange_deg, near_ns)
        landings = _landings(forecast, elements, ship, profile, site, near_ns, stretches, near_phase_sigma_deg)
        for n, landing in zip(numbers, landings, strict=True):
            found[n] = landing
    return tuple(found)


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


def reach_near(
    forecast: StationForecast, elements: Elements, site: Site, max_crossrange_deg: float, near_ns: TaiNs
) -> Stretches:
    """The stretches (n,) nearest to moments (n,) in which a site is at most so far from the station's plane.

    With H the hour angle from the ascending node, the sine of the angle from plane to site is
    sin(lat) cos(i) - cos(lat) sin(i) sin(H), so a crossrange bounds sin(H) on both sides.
    """
    span = Span(Instant(int(near_ns.min())), Instant(int(near_ns.max()) + 1)).widened(3 * _DAY_S)
    plane = PadPlane(forecast, forecast.plane(elements, span), site, "descending")
    _, inclination, place = plane.at(near_ns)
    sin_lat, cos_lat = place[:, 2], np.hypot(place[:, 0], place[:, 1])
    level, scale = sin_lat * np.cos(inclination), cos_lat * np.sin(inclination)
    reach = np.sin(np.radians(max_crossrange_deg))
    least, most = (level - reach) / scale, (level + reach) / scale
    rising, falling = np.arcsin(np.clip(least, -1, 1)), np.arcsin(np.clip(most, -1, 1))
    middle, half = (rising + falling) / 2, (falling - rising) / 2
    over_top, over_bottom = most >= 1, least <= -1
    half = np.where(over_top, np.pi / 2 - rising, np.where(over_bottom, np.pi / 2 + falling, half))
    half = np.where(over_top & over_bottom, np.pi, half)
    middle = np.where(over_top, np.pi / 2, np.where(over_bottom, -np.pi / 2, middle))
    either = [_nearest_at(plane, near_ns, wanted) for wanted in (middle, np.pi - middle)]
    closer = np.abs(either[0] - near_ns) <= np.abs(either[1] - near_ns)
    centre_ns = np.where(closer, either[0], either[1])
    half_ns = np.round(half / (2 * np.pi) * TURN_NS).astype(np.int64)
    return Stretches(start_ns=centre_ns - half_ns, end_ns=centre_ns + half_ns, exists=(least <= 1) & (most >= -1))


def _nearest_at(plane: PadPlane, near_ns: TaiNs, hour_angle_rad: Floats) -> TaiNs:
    """The moments (n,) nearest to given ones at which the site's hour angle from the node has a value."""
    moments = near_ns
    for _ in range(_ROUNDS):
        node, _, place = plane.at(moments)
        missing = np.mod(hour_angle_rad + node - np.arctan2(place[:, 1], place[:, 0]) + np.pi, 2 * np.pi) - np.pi
        moments = moments + np.round(missing / (2 * np.pi) * TURN_NS).astype(np.int64)
    return moments


def _landings(
    forecast: StationForecast,
    elements: Elements,
    ship: Ship,
    profile: ReturnProfile,
    site: Site,
    near_ns: TaiNs,
    stretches: Stretches,
    near_phase_sigma_deg: float,
) -> Iterator[CalendarLanding | None]:
    start_ns, end_ns = stretches.start_ns.copy(), stretches.end_ns.copy()
    known = [
        exists and forecast.basis(elements, Instant(ns), near_phase_sigma_deg) == "near"
        for ns, exists in zip(near_ns.tolist(), stretches.exists.tolist(), strict=True)
    ]
    near = np.flatnonzero(known)
    judged = np.zeros(near_ns.size, dtype=bool)
    orbits = _orbits(forecast, elements, profile, site, stretches, near)
    for n, found_ns in zip(near.tolist(), orbits, strict=True):
        wanted = Instant(int(near_ns[n]))
        closest_ns = min(found_ns, key=lambda ns: abs(ns - wanted.tai_ns), default=None)
        landing = (
            _elsewhere(forecast, elements, ship, profile, site, wanted) if closest_ns is None else Instant(closest_ns)
        )
        if landing is not None:
            sigma_s = landing_sigma_s(forecast.station, profile, forecast.phase_sigma_deg(elements, landing))
            sigma_ns, judged[n] = round(sigma_s * NS_PER_S), True
            start_ns[n], end_ns[n] = landing.tai_ns - sigma_ns, landing.tai_ns + sigma_ns
    sampled_ns = start_ns[:, None] + np.round((end_ns - start_ns)[:, None] * _SHARES).astype(np.int64)
    sun_deg = sun_elevation_deg(site, sampled_ns.ravel()).reshape(sampled_ns.shape)
    for start, end, sun, is_near, exists in zip(start_ns, end_ns, sun_deg, judged, stretches.exists, strict=True):
        if not exists:
            yield None
            continue
        yield CalendarLanding(
            about=Instant(int(start + end) // 2),
            spread_s=float(end - start) / 2 / NS_PER_S,
            sun_low_deg=float(sun.min()),
            sun_high_deg=float(sun.max()),
            light=tuple(dict.fromkeys(map(light_of, sun.tolist()))),
            basis="near" if is_near else "far",
        )


def _orbits(
    forecast: StationForecast,
    elements: Elements,
    profile: ReturnProfile,
    site: Site,
    stretches: Stretches,
    near: NDArray[np.int64],
) -> list[list[int]]:
    """For each of some stretches the landings, TAI ns, of the orbits that come by in it.

    What `landing_opportunities` finds there minute by minute, for many stretches at once: the station's lead over
    the site grows all but evenly, so it is followed from the start of the stretch by the secant.
    """
    if not near.size:
        return []
    start_ns, end_ns = stretches.start_ns[near], stretches.end_ns[near]
    path, lead_rad = forecast.path(elements, Instant(int(start_ns[0]))), np.radians(profile.station_lead_deg)

    def to_go(tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """The lead still to gain, (n,) rad, and the angle from plane to site."""
        place, r_teme_km, normal = geometry(path, site, tai_ns)
        return lead_rad - phase_rad(place, r_teme_km, normal), np.abs(off_plane_rad(place, normal))

    pace = elements.mean_motion_rev_d * 2 * np.pi / DAY_NS  # rad/ns; the site's own turning slows it by some percent
    most = int(np.ceil((end_ns - start_ns).max() / DAY_NS * elements.mean_motion_rev_d)) + 1
    first = np.mod(to_go(start_ns)[0], 2 * np.pi)[:, None] + 2 * np.pi * np.arange(most)
    moments = (start_ns[:, None] + np.round(first / pace).astype(np.int64)).ravel()
    missing, paces = _wrapped(to_go(moments)[0]), np.full(moments.size, pace)
    for _ in range(_SECANTS):
        steps = np.round(missing / paces).astype(np.int64)
        left = _wrapped(to_go(moments + steps)[0])
        moving = np.abs(steps) > NS_PER_S  # closer than this the secant is all rounding
        paces = np.where(moving, (missing - left) / np.where(moving, steps, 1), paces)
        moments, missing = moments + steps, left
    within = to_go(moments)[1] <= np.radians(profile.max_crossrange_deg)
    table, good = moments.reshape(first.shape), within.reshape(first.shape)
    good &= (table >= start_ns[:, None] - _EDGE_NS) & (table <= end_ns[:, None] + _EDGE_NS)
    return [row[fits].tolist() for row, fits in zip(table, good, strict=True)]


def _wrapped(angle_rad: Floats) -> Floats:
    folded: Floats = np.mod(angle_rad + np.pi, 2 * np.pi) - np.pi
    return folded


def _elsewhere(
    forecast: StationForecast, elements: Elements, ship: Ship, profile: ReturnProfile, site: Site, wanted: Instant
) -> Instant | None:
    """The landing nearest to a moment, of any orbit some days about it."""
    found = landing_opportunities(
        forecast.path(elements, wanted),
        elements=elements,
        basis="near",
        station=forecast.station,
        ship=ship,
        profile=profile,
        site=site,
        window=Span(wanted, wanted.plus(seconds=1)).widened(_ELSEWHERE_D * _DAY_S),
        phase_sigma_deg_at=None,
    )
    return min((one.landing for one in found), key=lambda at: abs(at.tai_ns - wanted.tai_ns), default=None)
