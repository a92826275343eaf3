"""Launch opportunities: the pad in the station's orbit plane, the ship's offset added, and what that lift-off gives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from math import hypot

import numpy as np
from attrs import frozen

from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Basis, LaunchOpportunity
from hamsafar.domain.vehicles import LaunchOffset, RendezvousProfile, Ship
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.events.plane import azimuth_deg, geodetic_north_teme, off_plane_rad, phase_rad, place_teme, unit
from hamsafar.flight.forecast import (
    FOLLOWED_PHASE_SIGMA_DEG,
    LONGEST_D,
    NEAR_PHASE_SIGMA_DEG,
    StationForecast,
    age_d,
)
from hamsafar.flight.pad_crossings import PadPlane
from hamsafar.flight.profiles import answer, profile_of
from hamsafar.orbit.sun import sun_elevation_deg, sun_teme_km
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span


@frozen(kw_only=True)
class _Asked:
    """What does not change from one lift-off to the next."""

    forecast: StationForecast
    pad: Site
    offset: LaunchOffset
    profiles: tuple[RendezvousProfile, ...]
    near_phase_sigma_deg: float


def launch_opportunities(
    forecast: StationForecast,
    ship: Ship,
    pad: Site,
    window: Span,
    *,
    profiles: tuple[str, ...],
    near_phase_sigma_deg: float = NEAR_PHASE_SIGMA_DEG,
) -> tuple[LaunchOpportunity, ...]:
    """Every lift-off in the half-open window, by time: crossing of the plane plus the ship's offset at that pad.

    Each rests on the trusted element set nearest to it in time. Near: phase sigma at lift-off at most
    `near_phase_sigma_deg`. The phase is told, with its sigma, while that is up to 60 deg; judged where near. Held
    against every lift-off that happened (docs/explanation/launch-and-landing.md).
    Raises InputError for a ship of another station, for a profile or a pad that the ship doesn't have, for a pad that
    the station's plane never passes, and for a window farther than three years from every element set.
    """
    if ship.station != forecast.station.id:
        raise InputError(f"ship {ship.id!r} flies to {ship.station!r}, not to {forecast.station.id!r}")
    _ensure_in_reach(forecast, window)
    wanted = tuple(profile_of(ship, name) for name in profiles)
    found: list[LaunchOpportunity] = []
    for offset in offsets_at(ship, pad):
        asked = _Asked(
            forecast=forecast, pad=pad, offset=offset, profiles=wanted, near_phase_sigma_deg=near_phase_sigma_deg
        )
        found.extend(_on_branch(asked, window))
    return tuple(sorted(found, key=lambda opportunity: opportunity.launch))


def offsets_at(ship: Ship, pad: Site) -> tuple[LaunchOffset, ...]:
    """The ship's offsets at a pad, one a branch; InputError naming the pads it has if there are none."""
    found = tuple(offset for offset in ship.launches if offset.pad == pad.id)
    if not found:
        pads = ", ".join(sorted({offset.pad for offset in ship.launches})) or "none"
        raise InputError(f"ship {ship.id!r} has no launch offset for pad {pad.id!r}; it has them for: {pads}")
    return found


def _ensure_in_reach(forecast: StationForecast, window: Span) -> None:
    for moment in (window.start, window.end):
        elements = forecast.nearest(moment)
        if abs(age_d(elements, moment)) > LONGEST_D:
            raise InputError(
                f"{moment} is {abs(age_d(elements, moment)):.0f} d from the nearest element set, of {elements.epoch}; "
                f"beyond {LONGEST_D:.0f} d not even the orbit's plane is known"
            )


def _on_branch(asked: _Asked, window: Span) -> Iterator[LaunchOpportunity]:
    offset_ns = round(asked.offset.offset_s * 1e9)
    crossing_span = Span(Instant(window.start.tai_ns - offset_ns), Instant(window.end.tai_ns - offset_ns))
    passed = False
    for elements, turn in _turns(asked.forecast, window):
        shifted = Span(Instant(turn.start.tai_ns - offset_ns), Instant(turn.end.tai_ns - offset_ns))
        plane = PadPlane(
            asked.forecast, asked.forecast.plane(elements, turn.widened(2 * 86_400.0)), asked.pad, asked.offset.branch
        )
        crossings = plane.crossings(shifted)
        passed = passed or bool(crossings.exists.any())
        launches = crossings.tai_ns[crossings.exists] + offset_ns
        yield from _opportunities(elements, plane, asked, launches)
    if not passed and not _passes_some_day(asked, window):
        raise InputError(_never_passed(plane, asked.pad, np.array([crossing_span.start.tai_ns], dtype=np.int64)))


def _passes_some_day(asked: _Asked, window: Span) -> bool:
    """Whether the pad passes through the plane about the middle of a window, which may be too short for a crossing."""
    about = Span(window.middle.plus(days=-1.5), window.middle.plus(days=1.5))
    plane = asked.forecast.plane(asked.forecast.nearest(window.middle), about.widened(2 * 86_400.0))
    return bool(PadPlane(asked.forecast, plane, asked.pad, asked.offset.branch).crossings(about).exists.any())


def _turns(forecast: StationForecast, window: Span) -> Iterator[tuple[Elements, Span]]:
    """The parts of a window that each element set is nearest to, ascending."""
    epochs = [one.epoch.tai_ns for one in forecast.sets]
    borders = [(early + late) // 2 + 1 for early, late in pairwise(epochs)]
    inner = [ns for ns in borders if window.start.tai_ns < ns < window.end.tai_ns]
    edges = [window.start.tai_ns, *inner, window.end.tai_ns]
    for start, end in pairwise(edges):
        yield forecast.sets[bisect_left(borders, start + 1)], Span(Instant(start), Instant(end))


def _never_passed(plane: PadPlane, pad: Site, moment: TaiNs) -> str:
    _, inclination, place = plane.at(moment)
    latitude_deg = float(np.degrees(np.arcsin(place[0, 2])))
    return (
        f"pad {pad.id!r} lies at a geocentric latitude of {latitude_deg:.2f} deg, outside the orbit's, which reaches "
        f"{float(np.degrees(inclination[0])):.2f} deg: it never passes through the station's plane"
    )


def _opportunities(elements: Elements, plane: PadPlane, asked: _Asked, launch_ns: TaiNs) -> Iterator[LaunchOpportunity]:
    if not launch_ns.size:
        return
    place, normal = place_teme(asked.pad, launch_ns), plane.normals(launch_ns)
    phase_sigmas_deg = [asked.forecast.phase_sigma_deg(elements, Instant(int(ns))) for ns in launch_ns]
    columns = zip(
        launch_ns,
        asked.forecast.plane_sigmas_s(elements, launch_ns),
        _phases_deg(elements, asked, place, normal, launch_ns, np.array(phase_sigmas_deg)),
        phase_sigmas_deg,
        asked.forecast.semi_major_axis_km(launch_ns),
        azimuth_deg(place, geodetic_north_teme(asked.pad, launch_ns), normal),
        np.degrees(off_plane_rad(place, normal)),
        np.degrees(off_plane_rad(unit(sun_teme_km(launch_ns)), normal)),
        sun_elevation_deg(asked.pad, launch_ns),
        strict=True,
    )
    for ns, sigma_s, phase_deg, phase_sigma_deg, axis_km, azimuth, offset_deg, beta, sun_up in columns:
        seen = {
            "azimuth_deg": float(azimuth),
            "plane_offset_deg": float(offset_deg),
            "beta_deg": float(beta),
            "pad_sun_elevation_deg": float(sun_up),
        }
        phase = None if np.isnan(phase_deg) else (float(phase_deg), phase_sigma_deg)
        basis: Basis = "near" if phase_sigma_deg <= asked.near_phase_sigma_deg else "far"
        yield _opportunity(elements, asked, Instant(int(ns)), float(sigma_s), phase, basis, float(axis_km), seen)


def _phases_deg(
    elements: Elements, asked: _Asked, place: Floats, normal: Floats, launch_ns: TaiNs, sigmas_deg: Floats
) -> Floats:
    """The phase (n,) at each lift-off, from the pad to the station along the plane; NaN where it isn't known."""
    phases_deg = np.full(launch_ns.size, np.nan)
    known = sigmas_deg <= FOLLOWED_PHASE_SIGMA_DEG
    if known.any():
        path = asked.forecast.path(elements, Instant(int(launch_ns[known][0])))
        try:
            r_teme_km, _ = path.states_teme(launch_ns[known])
        except OutOfRangeError:  # by these elements the orbit decays before: nothing is known then
            return phases_deg
        phases_deg[known] = np.degrees(phase_rad(place[known], r_teme_km, normal[known]))
    return phases_deg


def _opportunity(
    elements: Elements,
    asked: _Asked,
    launch: Instant,
    plane_sigma_s: float,
    phase: tuple[float, float] | None,  # with its sigma, deg
    basis: Basis,
    semi_major_axis_km: float,
    seen: dict[str, float],
) -> LaunchOpportunity:
    sigma_s = hypot(asked.offset.offset_sigma_s, plane_sigma_s)
    phase_deg, phase_sigma_deg = phase or (None, None)
    return LaunchOpportunity(
        launch=launch,
        sigma_s=sigma_s,
        crossing=Instant(launch.tai_ns - round(asked.offset.offset_s * 1e9)),
        branch=asked.offset.branch,
        phase_deg=phase_deg,
        phase_sigma_deg=phase_sigma_deg,
        elements_epoch=elements.epoch,
        elements_age_d=age_d(elements, launch),
        basis=basis,
        profiles=tuple(
            answer(
                profile,
                launch=launch,
                launch_sigma_s=sigma_s,
                phase_deg=phase_deg,
                phase_sigma_deg=phase_sigma_deg,
                near=basis == "near",
                semi_major_axis_km=semi_major_axis_km,
            )
            for profile in asked.profiles
        ),
        **seen,
    )
