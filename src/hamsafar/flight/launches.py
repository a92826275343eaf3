"""Launch opportunities: the pad in the station's orbit plane, the ship's offset added, and what that lift-off gives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from math import hypot

import numpy as np
from attrs import frozen

from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Basis, LaunchOpportunity
from hamsafar.domain.vehicles import LaunchOffset, RendezvousProfile, Ship, Station
from hamsafar.errors import InputError
from hamsafar.events.plane import azimuth_deg, geodetic_north_teme, geometry, off_plane_rad, phase_rad
from hamsafar.events.plane_crossings import crossings_ns, middles_ns
from hamsafar.flight.forecast import NEAR_PHASE_SIGMA_DEG, phase_sigma_deg, plane_sigma_s
from hamsafar.flight.profiles import answer, profile_of
from hamsafar.flight.reference import held_orbit
from hamsafar.orbit.sun import sun_elevation_deg, sun_teme_km
from hamsafar.orbit.times import TaiNs
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory, Trajectory
from hamsafar.timeline import Instant, Span

_DAY_S = 86_400.0


@frozen
class _Footing:
    """What a lift-off rests on."""

    elements: Elements
    basis: Basis


@frozen(kw_only=True)
class _Asked:
    """What does not change from one lift-off to the next."""

    station: Station
    pad: Site
    offset: LaunchOffset
    profiles: tuple[RendezvousProfile, ...]
    near_phase_sigma_deg: float


def launch_opportunities(
    elements: tuple[Elements, ...],
    station: Station,
    ship: Ship,
    pad: Site,
    window: Span,
    *,
    profiles: tuple[str, ...],
    near_phase_sigma_deg: float = NEAR_PHASE_SIGMA_DEG,
) -> tuple[LaunchOpportunity, ...]:
    """Every lift-off in the half-open window, by time: crossing of the plane plus the ship's offset at that pad.

    Each rests on the element set nearest to it in time. Near (phase sigma at lift-off at most `near_phase_sigma_deg`):
    SGP4. Far: the held orbit, with the phase unknown. The azimuth is inertial, from geodetic north, clockwise.
    Checked against lift-offs that happened: within 15 s from elements a day old (tests/unit/flight).
    Raises InputError without elements, for a profile or a pad that the ship doesn't have, and for a pad that the
    station's plane never passes.
    """
    if not elements:
        raise InputError("no elements of the station are given, so its plane is not known")
    by_epoch = tuple(sorted(elements, key=lambda one: one.epoch))
    wanted = tuple(profile_of(ship, name) for name in profiles)
    found: list[LaunchOpportunity] = []
    for offset in offsets_at(ship, pad):
        asked = _Asked(
            station=station, pad=pad, offset=offset, profiles=wanted, near_phase_sigma_deg=near_phase_sigma_deg
        )
        found.extend(_on_branch(by_epoch, asked, window))
    return tuple(sorted(found, key=lambda opportunity: opportunity.launch))


def offsets_at(ship: Ship, pad: Site) -> tuple[LaunchOffset, ...]:
    """The ship's offsets at a pad, one a branch; InputError naming the pads it has if there are none."""
    found = tuple(offset for offset in ship.launches if offset.pad == pad.id)
    if not found:
        pads = ", ".join(sorted({offset.pad for offset in ship.launches})) or "none"
        raise InputError(f"ship {ship.id!r} has no launch offset for pad {pad.id!r}; it has them for: {pads}")
    return found


def nearest(by_epoch: tuple[Elements, ...], moment: Instant) -> Elements:
    """The element set whose epoch is nearest, before or after; the earlier of two as near."""
    after = bisect_left(by_epoch, moment, key=lambda one: one.epoch)
    return min(by_epoch[max(after - 1, 0) : after + 1], key=lambda one: abs(moment.tai_ns - one.epoch.tai_ns))


def age_d(elements: Elements, moment: Instant) -> float:
    """Days from the epoch to a moment; negative before it."""
    return moment.seconds_since(elements.epoch) / _DAY_S


def trajectory_on(elements: Elements, station: Station, basis: Basis) -> Trajectory:
    """SGP4 where near, the held orbit where far."""
    if basis == "near":
        return Sgp4Trajectory(elements)
    return HeldTrajectory(held_orbit(elements, station, epoch=elements.epoch))


def _on_branch(by_epoch: tuple[Elements, ...], asked: _Asked, window: Span) -> Iterator[LaunchOpportunity]:
    offset_ns = round(asked.offset.offset_s * 1e9)
    crossing_span = Span(Instant(window.start.tai_ns - offset_ns), Instant(window.end.tai_ns - offset_ns))
    # A first guess of all crossings in one smooth plane, to choose what each rests on; then each on its own footing.
    guide = trajectory_on(nearest(by_epoch, window.middle), asked.station, "far")
    middles = middles_ns(guide, asked.pad, crossing_span, asked.offset.branch)
    guessed, _ = crossings_ns(guide, asked.pad, middles, asked.offset.branch)
    footings = [_footing(by_epoch, asked, Instant(int(ns) + offset_ns)) for ns in guessed]
    passed = False
    for footing in dict.fromkeys(footings):
        mine = np.array([one == footing for one in footings])
        trajectory = trajectory_on(footing.elements, asked.station, footing.basis)
        crossings, exists = crossings_ns(trajectory, asked.pad, middles[mine], asked.offset.branch)
        passed = passed or bool(exists.any())
        launches = crossings[exists] + offset_ns
        inside = launches[(launches >= window.start.tai_ns) & (launches < window.end.tai_ns)]
        yield from _opportunities(footing, trajectory, asked, inside)
    if not passed:
        raise InputError(_never_passed(guide, asked.pad, middles[:1]))


def _footing(by_epoch: tuple[Elements, ...], asked: _Asked, liftoff: Instant) -> _Footing:
    elements = nearest(by_epoch, liftoff)
    sigma_deg = phase_sigma_deg(asked.station, age_d(elements, liftoff))
    return _Footing(elements, "near" if sigma_deg <= asked.near_phase_sigma_deg else "far")


def _never_passed(guide: Trajectory, pad: Site, middle_ns: TaiNs) -> str:
    place, _, normal = geometry(guide, pad, middle_ns)
    latitude_deg = float(np.degrees(np.arcsin(place[0, 2])))
    reach_deg = float(np.degrees(np.arccos(abs(normal[0, 2]))))
    return (
        f"pad {pad.id!r} lies at a geocentric latitude of {latitude_deg:.2f} deg, outside the orbit's, which reaches "
        f"{reach_deg:.2f} deg: it never passes through the station's plane"
    )


def _opportunities(
    footing: _Footing, trajectory: Trajectory, asked: _Asked, launch_ns: TaiNs
) -> Iterator[LaunchOpportunity]:
    if not launch_ns.size:
        return
    place, r_teme_km, normal = geometry(trajectory, asked.pad, launch_ns)
    sun = sun_teme_km(launch_ns)
    columns = zip(
        launch_ns,
        np.degrees(phase_rad(place, r_teme_km, normal)),
        azimuth_deg(place, geodetic_north_teme(asked.pad, launch_ns), normal),
        np.degrees(off_plane_rad(sun / np.linalg.norm(sun, axis=1, keepdims=True), normal)),
        sun_elevation_deg(asked.pad, launch_ns),
        strict=True,
    )
    for ns, phase_deg, azimuth, beta, sun_up in columns:
        seen = {"azimuth_deg": float(azimuth), "beta_deg": float(beta), "pad_sun_elevation_deg": float(sun_up)}
        yield _opportunity(footing, asked, Instant(int(ns)), float(phase_deg), seen)


def _opportunity(
    footing: _Footing, asked: _Asked, launch: Instant, phase_deg: float, seen: dict[str, float]
) -> LaunchOpportunity:
    elements_age_d = age_d(footing.elements, launch)
    sigma_s = hypot(asked.offset.offset_sigma_s, plane_sigma_s(asked.station, elements_age_d))
    near = footing.basis == "near"
    phase = phase_deg if near else None
    phase_sigma = phase_sigma_deg(asked.station, elements_age_d) if near else None
    return LaunchOpportunity(
        launch=launch,
        sigma_s=sigma_s,
        branch=asked.offset.branch,
        phase_deg=phase,
        phase_sigma_deg=phase_sigma,
        elements_epoch=footing.elements.epoch,
        elements_age_d=elements_age_d,
        basis=footing.basis,
        profiles=tuple(
            answer(profile, launch=launch, launch_sigma_s=sigma_s, phase_deg=phase, phase_sigma_deg=phase_sigma)
            for profile in asked.profiles
        ),
        **seen,
    )
