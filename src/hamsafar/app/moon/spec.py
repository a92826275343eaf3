"""What a command of `moon` is asked about: a mission's file, or an OPM of a craft about the Moon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hamsafar.app.files import read_text
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.programme.lunar import read_mission

if TYPE_CHECKING:
    from hamsafar.app.orbit_messages import Given


def mission_of(path: Path | str) -> LunarMission:
    """The mission of a folder, of its file, or of a CCSDS OPM with CENTER_NAME = MOON (state, mass, sunlight, burns).

    Raises InputErrors with every place, and InputError for an OPM about something else.
    """
    file = Path(path)
    if file.is_dir() or file.suffix.lower() in (".yaml", ".yml"):
        return read_mission(file)
    return _of_opm(file)


def _of_opm(file: Path) -> LunarMission:
    from hamsafar.app.orbit_messages import given_of_opm
    from hamsafar.formats.ccsds import read_opm

    where = str(file)
    text = read_text(file)
    message = read_opm(text, where=where)
    given = given_of_opm(message, where=where, text=text)
    if given.state.centre != "moon":
        said = f"has CENTER_NAME = {message.metadata.center_name}; a lunar mission has MOON"
        raise InputError(said, where=given.place("CENTER_NAME"))
    _ensure_flyable(given)
    return LunarMission(
        id=file.stem.lower(),
        title=message.metadata.object_name or file.name,
        state=given.state,
        mass_kg=given.craft.mass_kg,
        solar=given.craft.solar,
        burns=given.craft.burns,
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
