"""What a command of `moon` is asked about: a mission's file, or a CCSDS message of a craft about the Moon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hamsafar.app.files import read_text
from hamsafar.domain.lunar import Assumption, LunarMission
from hamsafar.domain.orbits import OrbitState
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.programme.lunar import read_mission

if TYPE_CHECKING:
    from hamsafar.app.orbit_messages import Given


def mission_of(path: Path | str) -> LunarMission:
    """The mission of a folder, of its file, or of a CCSDS OPM (state, mass, sunlight, burns) or OEM (its first state).

    A state about the Earth (CENTER_NAME = EARTH) that is bound to the Moon is moved to the Moon's centre, which the
    mission's assumptions say. Raises InputErrors with every place, and InputError for a message about something else.
    """
    file = Path(path)
    if file.is_dir() or file.suffix.lower() in (".yaml", ".yml"):
        return read_mission(file)
    return _of_message(file)


def _of_message(file: Path) -> LunarMission:
    from hamsafar.app.orbit_messages import given_of_text

    where = str(file)
    given = given_of_text(read_text(file, or_latin=True), where=where)
    said = [*given.assumed, *given.warnings]
    state = given.state
    if state.centre != "moon":
        state = _moved(given)
        said.append("the state is given about the Earth (CENTER_NAME = EARTH); it is moved to the Moon's centre")
    else:
        _ensure_flyable(given)
    if given.followed is not None:
        said.append(f"of the ephemeris only its first state is taken, that of {state.epoch}")
    return LunarMission(
        id=file.stem.lower(),
        title=given.name or file.name,
        state=state,
        mass_kg=given.craft.mass_kg,
        solar=given.craft.solar,
        burns=given.craft.burns,
        assumptions=tuple(Assumption(of="release.state", why=one) for one in said if "SOLAR_RAD_AREA" not in one),
        source=file.name,
    )


def _ensure_flyable(given: Given) -> None:
    """Raises InputError with the line of what is no orbit about the Moon."""
    from hamsafar.orbit.states import frame_of, refuse_unflyable

    try:
        frame_of(given.state.frame, "moon")
    except InputError as problem:
        raise InputError(problem.what, where=given.place("REF_FRAME")) from problem
    try:
        refuse_unflyable(given.state, where=given.place("X"), velocity_where=given.place("X_DOT"))
    except OutOfRangeError as problem:
        raise InputError(f"{problem} (got {given.state.epoch})", where=given.place("EPOCH")) from problem


def _moved(given: Given) -> OrbitState:
    """The state about the Moon of one given about the Earth. Raises InputError unless it is bound to the Moon."""
    from hamsafar.orbit.states import about, is_bound_to_moon

    place = given.place("CENTER_NAME")
    try:
        bound, moved = is_bound_to_moon(given.state), about(given.state, "moon")
    except OutOfRangeError as problem:
        raise InputError(f"{problem} (got {given.state.epoch})", where=given.place("EPOCH")) from problem
    if not bound:
        apart_km = sum(part * part for part in moved.position_km) ** 0.5
        what = f"a lunar mission orbits the Moon, and this one is {apart_km:,.0f} km from it, not bound to it"
        raise InputError(f"{what}; `hamsafar propagate --center moon` follows any state", where=place)
    if any(burn.axes != "ICRF" for burn in given.craft.burns):
        what = "maneuvers told along the orbit about the Earth (RTN, TNW) can't be moved to the Moon; tell them in ICRF"
        raise InputError(what, where=given.place("MAN_REF_FRAME"))
    return moved
