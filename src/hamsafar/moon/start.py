"""Where a life begins: a mission's state in the axes that orbits are calculated in, and what acts on it."""

from __future__ import annotations

import numpy as np

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.numerical.model import MOON_BODIES, Body, ForceModel
from hamsafar.orbit.states import refuse_unflyable, to_icrf
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant


def craft_of(mission: LunarMission) -> Craft:
    """What flies, as far as its orbit minds."""
    return Craft(mass_kg=mission.mass_kg, solar=mission.solar, burns=mission.burns)


def forces_of(mission: LunarMission, degree: int | None = None) -> ForceModel:
    """The forces that a mission's file asks for; `degree` instead of its own."""
    return ForceModel(
        centre="moon", degree=mission.degree if degree is None else degree, bodies=bodies_of(mission.bodies)
    )


def bodies_of(names: tuple[str, ...]) -> tuple[Body, ...]:
    """Bodies by their names. Raises InputError for one that isn't known."""
    known: dict[str, Body] = {"sun": "sun", "earth": "earth", "venus": "venus", "mars": "mars"}
    known |= {"jupiter": "jupiter", "saturn": "saturn"}
    for name in names:
        if name not in known:
            raise InputError(f"should be some of {', '.join(known)} (got {name!r})", where="bodies")
    return tuple(known[name] for name in names) or MOON_BODIES[:0]


def start_of(mission: LunarMission, state: OrbitState | None = None) -> OrbitState:
    """The release (or another state of the mission) about the Moon, in ICRF axes.

    Raises InputError, with its place, for a state about another body, in an unknown frame, inside the Moon or leaving
    it, and for an epoch outside the bundled ephemeris.
    """
    given = mission.state if state is None else state
    where = f"{mission.source}: state" if mission.source else "state"
    if given.centre != "moon":
        raise InputError(f"should be about the Moon (got one about the {given.centre.capitalize()})", where=where)
    try:
        refuse_unflyable(given, where=where)
        return to_icrf(given)
    except OutOfRangeError as problem:
        raise InputError(f"{problem} (got {given.epoch})", where=where) from problem
    except InputError as problem:
        raise InputError(problem.what, where=problem.where or where) from problem


def solar_m2_kg(mission: LunarMission) -> float:
    """Reflection times area over mass, m2/kg; 0 where a mission says nothing of its area."""
    return 0.0 if mission.solar is None else mission.solar.cr * mission.solar.area_m2 / mission.mass_kg


def vector_of(state: OrbitState) -> Floats:
    """Position and velocity of a state as one array (6,), km and km/s."""
    return np.array((*state.position_km, *state.velocity_km_s), dtype=np.float64)


def until_of(mission: LunarMission, until: Instant | None, longest_d: float = 365.25) -> Instant:
    """Where a life is followed to: what was asked, or a year from the release."""
    return mission.state.epoch.plus(days=longest_d) if until is None else until
