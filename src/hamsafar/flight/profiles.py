"""Rendezvous profiles: does the station's phase at lift-off lie in the band that real flights have shown?"""

from __future__ import annotations

from difflib import get_close_matches
from math import degrees, hypot
from typing import TypeVar

from hamsafar.domain.plan import Feasible, ProfileAnswer, Trim
from hamsafar.domain.vehicles import RendezvousProfile, ReturnProfile, Ship
from hamsafar.errors import InputError
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_MU_KM3_S2

_TRIM_DAYS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0)  # days ahead at which a trim is told
_Profile = TypeVar("_Profile", RendezvousProfile, ReturnProfile)


def profile_of(ship: Ship, name: str) -> RendezvousProfile:
    """The ship's rendezvous profile of that name; InputError naming the nearest one if there is none."""
    return _named({profile.name: profile for profile in ship.profiles}, name, f"rendezvous profile of {ship.id!r}")


def return_of(ship: Ship, name: str) -> ReturnProfile:
    """The ship's return profile of that name; InputError naming the nearest one if there is none."""
    return _named({profile.name: profile for profile in ship.returns}, name, f"return profile of {ship.id!r}")


def _named(by_name: dict[str, _Profile], name: str, kind: str) -> _Profile:
    if name in by_name:
        return by_name[name]
    near = get_close_matches(name, by_name, n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(by_name)) or 'none'}"
    raise InputError(f"unknown {kind}: {name!r}; {meant}")


def band_deg(profile: RendezvousProfile) -> tuple[float, float] | None:
    """Where the band of phases begins, in [0, 360), and how wide it is; None where no flight has shown a phase."""
    if profile.phase_low_deg is None or profile.phase_high_deg is None:
        return None
    return profile.phase_low_deg % 360.0, (profile.phase_high_deg - profile.phase_low_deg) % 360.0


def middle_of_band_deg(profile: RendezvousProfile) -> float:
    """The phase in the middle of the band, in [0, 360); InputError where no flight has shown one."""
    band = band_deg(profile)
    if band is None:
        raise InputError(f"no flight has shown the phase of {profile.name!r}, so none can be set")
    return (band[0] + band[1] / 2) % 360.0


def phase_error_deg(profile: RendezvousProfile, phase_deg: float) -> float | None:
    """How far the phase lies outside the band: 0 inside, negative before its low end, positive after its high end.

    None where no flight has shown a band.
    """
    band = band_deg(profile)
    if band is None:
        return None
    beyond_low = (phase_deg - band[0]) % 360.0
    if beyond_low <= band[1]:
        return 0.0
    after, before = beyond_low - band[1], 360.0 - beyond_low
    return after if after <= before else -before


def _inside_by_deg(profile: RendezvousProfile, phase_deg: float) -> float:
    """How far a phase inside the band is from the nearer of its ends."""
    band = band_deg(profile)
    assert band is not None, "a phase lies inside no band that nobody knows"
    beyond_low = (phase_deg - band[0]) % 360.0
    return min(beyond_low, band[1] - beyond_low)


def answer(
    profile: RendezvousProfile,
    *,
    launch: Instant,
    launch_sigma_s: float,
    phase_deg: float | None,
    phase_sigma_deg: float | None,
    near: bool,
    semi_major_axis_km: float,
) -> ProfileAnswer:
    """Whether the profile is possible at this lift-off, when it docks, which trim would make it so, and why.

    Only a near phase is judged: a far one is given its trim, because by then the operator will have moved it.
    """
    error_deg = None if phase_deg is None else phase_error_deg(profile, phase_deg)
    feasible, why = _judged(profile, phase_deg, phase_sigma_deg, near)
    return ProfileAnswer(
        name=profile.name,
        feasible=feasible,
        docking=launch.plus(minutes=profile.duration_min),
        docking_sigma_s=hypot(profile.duration_sigma_min * 60.0, launch_sigma_s),
        phase_error_deg=None if error_deg is None else abs(error_deg),
        trim=() if band_deg(profile) is None else _trims(error_deg, semi_major_axis_km),
        why=why,
    )


def _judged(
    profile: RendezvousProfile, phase_deg: float | None, phase_sigma_deg: float | None, near: bool
) -> tuple[Feasible, str]:
    if band_deg(profile) is None:
        return "unknown", "It was flown, but no element set shows at which phase."
    band = f"{profile.phase_low_deg:g} to {profile.phase_high_deg:g} deg"
    if phase_deg is None:
        return "unknown", f"The elements are too old to know the phase; the operator would set it to {band}."
    error_deg = phase_error_deg(profile, phase_deg) or 0.0
    phase = f"The phase of {phase_deg:.1f} deg" + (
        "" if phase_sigma_deg is None else f" (sigma {phase_sigma_deg:.2g} deg)"
    )
    if not near:
        return "unknown", f"{phase} is too uncertain to judge; the operator would set it to {band}."
    if error_deg == 0:
        if _inside_by_deg(profile, phase_deg) < (phase_sigma_deg or 0.0):
            return "unknown", f"{phase} lies in the band of {band}, but within its sigma it may lie outside."
        return "yes", f"{phase} lies in the band of {band}."
    side = "above" if error_deg > 0 else "below"
    outside = f"{phase} lies {abs(error_deg):.1f} deg {side} the band of {band}"
    # A phase that may, within its sigma, still be inside the margin is not ruled out.
    if abs(error_deg) <= profile.phase_margin_deg + (phase_sigma_deg or 0.0):
        return "unknown", f"{outside}, near enough that it may work: no flight has shown it."
    return "no", f"{outside}, further than any flight has shown."


def _trims(error_deg: float | None, semi_major_axis_km: float) -> tuple[Trim, ...]:
    """The burns that bring the phase to the band, by days ahead; for an unknown phase the largest, half a turn."""
    shift_deg = -180.0 if error_deg is None else -error_deg
    if shift_deg == 0:
        return ()
    a_day_ahead_m_s = trim_m_s(shift_deg, 1.0, semi_major_axis_km)
    return tuple(Trim(days_ahead=days, delta_v_m_s=a_day_ahead_m_s / days) for days in _TRIM_DAYS)


def trim_m_s(shift_deg: float, days_ahead: float, semi_major_axis_km: float) -> float:
    """The along-track burn that moves the station by `shift_deg` along its orbit within `days_ahead` days, in m/s.

    Negative is against the motion: it lowers the orbit and brings the station forward. First order in the burn,
    circular orbit: d(angle)/dt = -3 n dv / v (Vallado 2013, sec. 6.8).
    """
    if days_ahead <= 0:
        raise InputError("a trim needs some days to act")
    mean_motion_rad_s = (EARTH_MU_KM3_S2 / semi_major_axis_km**3) ** 0.5
    speed_m_s = 1_000.0 * (EARTH_MU_KM3_S2 / semi_major_axis_km) ** 0.5
    turned_deg_s = degrees(3.0 * mean_motion_rad_s / speed_m_s)  # for 1 m/s
    return -shift_deg / (turned_deg_s * days_ahead * 86_400.0)
