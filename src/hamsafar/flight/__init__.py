"""Launch opportunities, rendezvous, undocking, landing; forecasts with sigma. Parameters in, nouns out."""

from hamsafar.flight.forecast import StationForecast, phase_sigma_deg, station_forecast, window_sigma_s
from hamsafar.flight.landings import landing_opportunities
from hamsafar.flight.launches import launch_opportunities
from hamsafar.flight.profiles import phase_error_deg, profile_of, return_of, trim_m_s
from hamsafar.flight.reference import reference_orbit

__all__ = [
    "StationForecast",
    "landing_opportunities",
    "launch_opportunities",
    "phase_error_deg",
    "phase_sigma_deg",
    "profile_of",
    "reference_orbit",
    "return_of",
    "station_forecast",
    "trim_m_s",
    "window_sigma_s",
]
