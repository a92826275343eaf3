"""What people ask a lunar mission with: moments from its release on, a degree, what was assumed."""

from __future__ import annotations

from collections.abc import Sequence

from hamsafar.app.asking import instant_of
from hamsafar.domain.lunar import Assumption, LunarMission
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.units import parse_quantity

_LAST = Instant.utc(2060, 1, 1)  # of the bundled DE440; its tables reach some days further, as paths need
MOST_DEGREE = 360  # of the bundled field
_OF_AN_ORBIT = ("mission", "release", "craft", "burns")  # sections of a mission's file


def moment_of(asked: Instant | str | None, start: Instant, default: Instant, where: str) -> Instant:
    """An instant, a date, or a length such as `30 d` from `start` on; `default` where nothing is asked.

    A default beyond the bundled ephemeris is its last moment instead (`cut_short` says so). Raises InputError naming
    the option (`where`), and OutOfRangeError that names it for a moment beyond the ephemeris.
    """
    if asked is None:
        return min(default, _LAST) if start < _LAST else default
    found = _moment_asked(asked, start, where)
    if found > _LAST:
        what = f"{where}: orbits about the Moon can be followed to {_LAST}, where the bundled ephemeris (DE440) ends"
        raise OutOfRangeError(f"{what} (got {found})", asked=found, last=_LAST)
    return found


def cut_short(default: Instant) -> tuple[str, ...]:
    """A sentence where a length that wasn't asked for ends with the ephemeris; else none."""
    return (f"followed to {_LAST} only: there the bundled ephemeris (DE440) ends",) if default > _LAST else ()


def _moment_asked(asked: Instant | str, start: Instant, where: str) -> Instant:
    if isinstance(asked, str):
        try:
            return start.plus(seconds=float(parse_quantity(asked, "duration")))
        except InputError:
            pass
        except OverflowError as problem:
            raise InputError(f"is too far ahead (got {asked!r})", where=where) from problem
    try:
        return instant_of(asked, where)
    except InputError as problem:
        raise InputError(f"{problem.what}; or a length from the release on, such as '30 d'", where=where) from problem


def degree_of(asked: int | None, mission: LunarMission) -> int:
    """The degree of the Moon's field: asked for, or the mission's. Raises InputError for one that isn't bundled."""
    degree = mission.degree if asked is None else asked
    if not 0 <= degree <= MOST_DEGREE:
        what = f"should be 0 to {MOST_DEGREE}, as far as the bundled field goes (got {degree})"
        what += "; `hamsafar propagate --field FILE` reads a larger one"
        raise InputError(what, where="--degree" if asked is not None else f"{mission.source}: mission.degree")
    return degree


def seconds_of(asked: float | None, where: str) -> float | None:
    """A wall-clock limit; InputError unless it is above 0."""
    if asked is not None and not asked > 0.0:
        raise InputError(f"should be a number of seconds above 0 (got {asked:g})", where=where)
    return asked


def lacking(mission: LunarMission, section: str, what: str) -> InputError:
    """That a mission lacks a section that an answer needs, and where it would be told."""
    if mission.source and not mission.source.lower().endswith((".yaml", ".yml")):
        said = f"is an orbit message, which holds no {what}: this needs a mission.yaml with a section {section!r}"
        return InputError(said, where=mission.source)
    return InputError(f"there is no section {section!r}: add one with {what}", where=mission.source or mission.id)


def assumed(mission: LunarMission, *sections: str) -> tuple[str, ...]:
    """What the mission's file assumes that an answer rests on, one sentence each: of its orbit, and of `sections`.

    And what the file leaves open that an orbit minds.
    """
    minded = (*_OF_AN_ORBIT, *sections)
    said = tuple(_sentence(one) for one in mission.assumptions if one.of.partition(".")[0] in minded)
    if mission.solar is None:
        return (*said, "no area in sunlight is given: solar pressure is left out")
    return said


def assumed_besides(mission: LunarMission, said: Sequence[str]) -> int:
    """How many assumptions of the file an answer that says these does not rest on."""
    return sum(_sentence(one) not in said for one in mission.assumptions)


def _sentence(one: Assumption) -> str:
    return f"{one.of}: {one.why}"


def model_row(mission: LunarMission, degree: int) -> dict[str, object]:
    """What an orbit was calculated from, as JSON carries it."""
    solar = mission.solar
    return {
        "gravity": "GRGM1200A",
        "degree": degree,
        "bodies": list(mission.bodies),
        "ephemeris": "DE440",
        "mass_kg": mission.mass_kg,
        "solar_area_m2": None if solar is None else solar.area_m2,
        "solar_cr": None if solar is None else solar.cr,
        "burns": len(mission.burns),
    }
