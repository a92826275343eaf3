"""What a command of `moon` is asked about: a mission's file, or an OPM of a craft about the Moon."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.files import read_text
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.programme.lunar import read_mission


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
    message = read_opm(read_text(file), where=where)
    given = given_of_opm(message, where=where)
    if given.state.centre != "moon":
        said = f"has CENTER_NAME = {message.metadata.center_name}; a lunar mission has MOON"
        raise InputError(said, where=f"{where} CENTER_NAME")
    return LunarMission(
        id=file.stem.lower(),
        title=message.metadata.object_name or file.name,
        state=given.state,
        mass_kg=given.craft.mass_kg,
        solar=given.craft.solar,
        burns=given.craft.burns,
        source=file.name,
    )
