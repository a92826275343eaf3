"""What people ask a lunar mission with: moments from its release on, a degree, what was assumed."""

from __future__ import annotations

from hamsafar.app.asking import instant_of
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.units import parse_quantity

_LAST = Instant.utc(2060, 1, 1)  # of the bundled DE440; its tables reach some days further, as paths need
MOST_DEGREE = 360  # of the bundled field


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
        raise InputError(what, where="--degree" if asked is not None else f"{mission.source}: mission.degree")
    return degree


def seconds_of(asked: float | None, where: str) -> float | None:
    """A wall-clock limit; InputError unless it is above 0."""
    if asked is not None and not asked > 0.0:
        raise InputError(f"should be a number of seconds above 0 (got {asked:g})", where=where)
    return asked


def assumed(mission: LunarMission) -> tuple[str, ...]:
    """What the mission's file assumes, one sentence each, and what it leaves open that an orbit minds."""
    said = tuple(f"{one.of}: {one.why}" for one in mission.assumptions)
    if mission.solar is None:
        return (*said, "no area in sunlight is given: solar pressure is left out")
    return said


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
