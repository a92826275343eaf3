"""Launch opportunities, rendezvous, undocking, landing; forecasts with sigma. Parameters in, nouns out."""

from hamsafar.flight.forecast import phase_sigma_deg, plane_sigma_s, window_sigma_s
from hamsafar.flight.landings import landing_opportunities
from hamsafar.flight.launches import launch_opportunities, nearest, trajectory_on
from hamsafar.flight.profiles import phase_error_deg, profile_of, return_of, trim_m_s
from hamsafar.flight.reference import held_orbit, reference_orbit

__all__ = [
    "held_orbit",
    "landing_opportunities",
    "launch_opportunities",
    "nearest",
    "phase_error_deg",
    "phase_sigma_deg",
    "plane_sigma_s",
    "profile_of",
    "reference_orbit",
    "return_of",
    "trajectory_on",
    "trim_m_s",
    "window_sigma_s",
]
