"""Missions that tests of lunar lives fly."""

from __future__ import annotations

from typing import Any

from hamsafar.domain.lunar import LunarMission, Spread
from hamsafar.domain.orbits import SolarPressure
from hamsafar.orbit.states import from_keplerian
from hamsafar.timeline import Instant

RELEASE = Instant.utc(2024, 5, 8, 8, 14)


def mission(**changed: Any) -> LunarMission:
    """A 12-hour orbit of 200 x 8,600 km at degree 4, with a spread; elements and fields may be given otherwise."""
    elements = {
        "semi_major_axis_km": 6_137.4,
        "eccentricity": 0.684313,
        "inclination_deg": 75.0,
        "node_deg": 60.0,
        "periapsis_deg": 150.0,
        "true_anomaly_deg": 178.0,
    }
    elements |= {name: changed.pop(name) for name in tuple(changed) if name in elements}
    state = from_keplerian(epoch=changed.pop("epoch", RELEASE), centre="moon", frame="MOON_EQUATOR", **elements)
    usual = {
        "id": "test",
        "title": "Test",
        "state": state,
        "mass_kg": 7.0,
        "solar": SolarPressure(area_m2=0.06, cr=1.4),
        "spread": Spread(position_km=(1.0, 1.0, 1.0), velocity_m_s=(1.0, 1.0, 1.0), solar_share=0.2),
        "degree": 4,
        "source": "mission.yaml",
    }
    return LunarMission(**{**usual, **changed})


def falling(**changed: Any) -> LunarMission:
    """One whose first perilune lies just above the ground, so that draws end in both ways within days."""
    return mission(semi_major_axis_km=6_000.0, eccentricity=0.7102, **changed)
