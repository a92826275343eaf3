"""Station and ships: what the catalogue knows of them, with provenance and spread."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt

Branch = Literal["ascending", "descending"]


@frozen(kw_only=True)
class ForecastError:
    """How far forecasts of a station were off at one age of the elements, from its history: one sigma, that is 68 %."""

    age_d: float = field(validator=gt(0))
    plane_s: float = field(validator=gt(0))  # error of a plane crossing where no boost came between
    phase_deg: float = field(validator=gt(0))  # error along the track, boosts of the operator included


@frozen(kw_only=True)
class AltitudeKeeping:
    """How a station's operator keeps its altitude: it sinks, and before it comes to a floor it is boosted.

    All altitudes are Brouwer's mean semi-major axis (as SGP4 recovers it) less 6378.137 km. The mean wait for a boost
    is the time to the floor at the day's rate of sinking, held between `shortest_quiet_d` and `longest_quiet_d`;
    afterwards the altitude settles to its mean within `settling_d`.
    """

    floor_km: float = field(validator=gt(0))
    shortest_quiet_d: float = field(validator=gt(0))
    longest_quiet_d: float = field(validator=gt(0))
    settling_d: float = field(validator=gt(0))
    memory_d: float = field(validator=gt(0))  # after so long an altitude says nothing of a later one
    sinking_km_per_day: float = field(validator=gt(0))  # typical, between boosts
    sinking_sigma_km_per_day: float = field(validator=gt(0))  # how far a rate of sinking is from the next weeks'
    source: str = ""


@frozen(kw_only=True)
class Station:
    """A space station: its clock, its room, its antenna, and how well it can be forecast."""

    id: str
    name: str
    norad: int
    zone: str
    sleep_places: int = field(validator=gt(0))
    relays: tuple[str, ...]
    relay_cone_deg: float = field(validator=gt(0))  # half-angle of the relay antenna about the zenith
    mean_altitude_km: float = field(validator=gt(0))  # Brouwer's mean a - 6378.137 km, over the known history
    mean_altitude_sigma_km: float = field(validator=gt(0))  # spread about it
    keeping: AltitudeKeeping
    forecast_errors: tuple[ForecastError, ...]  # ascending in age
    source: str = ""


@frozen(kw_only=True)
class LaunchOffset:
    """When a ship leaves a pad, counted from the moment the pad passes through the station's orbit plane."""

    pad: str
    branch: Branch
    offset_s: float
    offset_sigma_s: float = field(validator=gt(0))
    flights: tuple[str, ...]
    source: str = ""


@frozen(kw_only=True)
class RendezvousProfile:
    """A way from lift-off to docking, with the phase angles at lift-off that real flights have shown.

    Phase: in the orbit plane, in the direction of motion, from the pad to the station. Between
    `phase_low_deg` and `phase_high_deg` (which may run through 0) it is known to work; within
    `phase_margin_deg` beyond it is unknown; further out it is taken not to work. Both None: no flight has shown it.
    """

    name: str
    duration_min: float = field(validator=gt(0))
    duration_sigma_min: float = field(validator=ge(0))
    phase_low_deg: float | None
    phase_high_deg: float | None
    phase_margin_deg: float = field(validator=ge(0))
    flights: tuple[str, ...]
    source: str = ""


@frozen(kw_only=True)
class ReturnProfile:
    """A way from undocking to a landing site, as real flights have shown it."""

    name: str
    site: str
    undocking_to_landing_min: float = field(validator=gt(0))
    undocking_to_landing_sigma_min: float = field(validator=ge(0))
    deorbit_to_landing_min: float = field(validator=gt(0))
    station_lead_deg: float  # how far the station is beyond the site's closest point at landing
    station_lead_sigma_deg: float = field(validator=ge(0))
    max_crossrange_deg: float = field(validator=gt(0))  # site to orbit plane at landing
    longest_wait_h: float = field(default=0.0, validator=ge(0))  # how much later than meant it may still land
    flights: tuple[str, ...]
    source: str = ""


@frozen(kw_only=True)
class Ship:
    """A ship: seats (none in a cargo ship), ways up, ways down."""

    id: str
    name: str
    station: str
    seats: int = field(validator=ge(0))
    docking_to_hatch_min: int = field(validator=ge(0))
    hatch_to_undocking_min: int = field(validator=ge(0))
    launches: tuple[LaunchOffset, ...]
    profiles: tuple[RendezvousProfile, ...]
    returns: tuple[ReturnProfile, ...]
    source: str = ""
