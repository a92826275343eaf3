"""What is assumed, varied: the same mission with another inclination, node or mass, and how long each of them lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
from attrs import evolve, frozen

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.orbits import OrbitState
from hamsafar.errors import InputError
from hamsafar.moon.lives import USUAL, Lives, PartAsked, Running, run_lives
from hamsafar.moon.start import forces_of, solar_m2_kg, start_of, until_of, vector_of
from hamsafar.orbit.states import Keplerian, from_keplerian, keplerian
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

MOST_VARIANTS = 100_000
# What an assumption may be of, by the last word of its place in the file, and the element it stands for.
_ELEMENTS = {
    "semi_major_axis_km": "semi_major_axis_km",
    "semi_major_axis": "semi_major_axis_km",
    "eccentricity": "eccentricity",
    "inclination_deg": "inclination_deg",
    "inclination": "inclination_deg",
    "node_deg": "node_deg",
    "node": "node_deg",
    "raan_deg": "node_deg",
    "raan": "node_deg",
    "periapsis_deg": "periapsis_deg",
    "argument_of_periapsis_deg": "periapsis_deg",
    "argument_of_periapsis": "periapsis_deg",
    "true_anomaly_deg": "true_anomaly_deg",
    "true_anomaly": "true_anomaly_deg",
}
_LIMITS: dict[str, tuple[Callable[[float], bool], str]] = {  # what a value must be, and in words
    "semi_major_axis_km": (lambda x: x > 0.0, "above 0 km"),
    "eccentricity": (lambda x: 0.0 <= x < 1.0, "0 or more, and below 1"),
    "inclination_deg": (lambda x: 0.0 <= x <= 180.0, "0 to 180 deg"),
    "node_deg": (lambda x: abs(x) <= 360.0, "-360 to 360 deg"),
    "periapsis_deg": (lambda x: abs(x) <= 360.0, "-360 to 360 deg"),
    "true_anomaly_deg": (lambda x: abs(x) <= 360.0, "-360 to 360 deg"),
    "mass": (lambda x: x > 0.0, "above 0 kg"),
    "area": (lambda x: x >= 0.0, "0 m2 or more"),
    "cr": (lambda x: x >= 0.0, "0 or more"),
}
_BODY = ("mass_kg", "mass", "area_m2", "area", "cr")


@frozen(kw_only=True, eq=False)
class Sweep:
    """Lives of variants, in the order of the product of all values: the last assumption varies first.

    `names` (k,) what is varied, `values` (n of k) of each variant.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    lives: Lives

    @property
    def whole(self) -> bool:
        """Whether all variants were followed."""
        return len(self.lives) == len(self.values)


def swept_by(mission: LunarMission) -> dict[str, tuple[float, ...]]:
    """The assumptions of a mission that name values to sweep and that a life depends on."""
    return {one.of: one.sweep for one in mission.assumptions if one.sweep and last_word(one.of) in (*_ELEMENTS, *_BODY)}


def varied(mission: LunarMission, values: Mapping[str, float]) -> LunarMission:
    """The mission with other values; elements are those of its state in the frame that the state is told in.

    Names are places in the mission's file (`release.inclination`); the last word counts. Raises InputError for one that
    a life does not depend on, and for values that are no orbit.
    """
    found = mission
    elements = {_ELEMENTS[last_word(name)]: value for name, value in values.items() if last_word(name) in _ELEMENTS}
    if elements:
        found = evolve(found, state=_with(keplerian(mission.state), elements))
    for name, value in values.items():
        if last_word(name) not in _ELEMENTS:
            found = _with_body(found, name, value)
    return found


def _with(before: Keplerian, elements: Mapping[str, float]) -> OrbitState:
    told = {
        "semi_major_axis_km": before.semi_major_axis_km,
        "eccentricity": before.eccentricity,
        "inclination_deg": before.inclination_deg,
        "node_deg": before.node_deg,
        "periapsis_deg": before.periapsis_deg,
        "true_anomaly_deg": before.true_anomaly_deg,
        **elements,
    }
    return from_keplerian(epoch=before.epoch, centre=before.centre, frame=before.frame, **told)


def _with_body(mission: LunarMission, name: str, value: float) -> LunarMission:
    word = last_word(name)
    if word in ("mass_kg", "mass"):
        return evolve(mission, mass_kg=value)
    if word not in _BODY:
        known = ", ".join(sorted({*_ELEMENTS.values(), "mass_kg", "area_m2", "cr"}))
        raise InputError(f"a life does not depend on it; known are {known}", where=name)
    if mission.solar is None:
        raise InputError("the mission says nothing of its area in sunlight", where=name)
    return evolve(mission, solar=evolve(mission.solar, **{"cr" if word == "cr" else "area_m2": value}))


def same_thing(one: str, other: str) -> bool:
    """Whether two names stand for the same value of a mission."""
    return _meant(one) == _meant(other)


def _meant(name: str) -> str:
    word = last_word(name)
    return _ELEMENTS.get(word, word.removesuffix("_kg").removesuffix("_m2"))


def refuse_odd(values: Mapping[str, Sequence[float]], where: str) -> None:
    """Raises InputError for the first value that its element, mass or area can't have."""
    for name, several in values.items():
        if _meant(name) not in _LIMITS:
            known = ", ".join(sorted({*_ELEMENTS.values(), "mass_kg", "area_m2", "cr"}))
            raise InputError(f"a life does not depend on {name!r}; known are {known}", where=where)
        allows, words = _LIMITS[_meant(name)]
        for value in several:
            if not allows(value):
                raise InputError(f"{name} should be {words} (got {value:g})", where=where)


def last_word(name: str) -> str:
    """`inclination` of `release.elements.inclination`: what an assumption is about."""
    return name.rsplit(".", 1)[-1].strip().lower().replace(" ", "_").replace("-", "_")


def unit_of(name: str) -> str:
    """The unit of an assumption's numbers, as people read it; empty for a bare number."""
    word = last_word(name)
    element = _ELEMENTS.get(word, word)
    if element.endswith("_deg"):
        return "°"
    return {"semi_major_axis_km": "km", "mass_kg": "kg", "mass": "kg", "area_m2": "m²", "area": "m²"}.get(element, "")


def sweep(
    mission: LunarMission,
    values: Mapping[str, Sequence[float]],
    *,
    until: Instant | None = None,
    degree: int | None = None,
    surface_km: float = MOON_RADIUS_KM,
    running: Running = USUAL,
    where: str = "assumptions",
) -> Sweep:
    """How long each variant lives, until impact or `until` (a year if None). Burns are left out.

    Raises InputError at `where` for nothing to sweep, for too much, for values that can't be or make no orbit of the
    Moon, and as `run_lives` does.
    """
    if not values or not all(values.values()):
        raise InputError("nothing to sweep: give values for at least one assumption", where=where)
    refuse_odd(values, where)
    number = int(np.prod([len(each) for each in values.values()], dtype=np.float64))
    if number > MOST_VARIANTS:
        raise InputError(f"makes {number:,} variants; {MOST_VARIANTS:,} is the most", where=where)
    names = tuple(values)
    combinations = tuple(product(*(tuple(map(float, each)) for each in values.values())))
    made = [_variant(mission, dict(zip(names, combination, strict=True)), where) for combination in combinations]
    variants, starts = [variant for variant, _ in made], [start for _, start in made]
    asked = PartAsked(
        epoch=mission.state.epoch,
        states_icrf=np.array([vector_of(state) for state in starts]),
        solar_m2_kg=np.array([solar_m2_kg(variant) for variant in variants]),
        until=until_of(mission, until),
        forces=forces_of(mission, degree),
        surface_km=surface_km,
    )
    return Sweep(names=names, values=combinations, lives=run_lives(asked, running))


def _variant(mission: LunarMission, values: dict[str, float], where: str) -> tuple[LunarMission, OrbitState]:
    """One variant and where it starts. Raises InputError that names its values."""
    try:
        found = varied(mission, values)
        return found, start_of(found)
    except InputError as problem:
        told = ", ".join(f"{last_word(name)}={value:g}" for name, value in values.items())
        raise InputError(f"{told}: {problem.what}", where=where) from problem
