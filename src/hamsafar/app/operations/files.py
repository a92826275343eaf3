"""Which files are of a CubeSat's week: a mission, or an operations plan.

Doors ask this before they show anything, so nothing heavy is imported for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamsafar.domain.operations import OperationsPlan

MISSION = "mission.yaml"
_NAME = "plan.json"


def is_mission(path: Path | str) -> bool:
    """Whether a folder holds a lunar mission in place of a programme, or a file is one."""
    given = Path(path)
    return (given / MISSION).is_file() if given.is_dir() else given.name == MISSION and given.is_file()


def is_week(path: object) -> bool:
    """Whether a plan, its file or folder is of a CubeSat's week."""
    if not isinstance(path, (str, Path)):
        from hamsafar.domain.operations import OperationsPlan

        return isinstance(path, OperationsPlan)
    file = _file(Path(path))
    if not file.is_file():
        return False
    from hamsafar.formats.operations_json import is_operations

    with file.open("rb") as stream:
        return is_operations(stream.read(200).decode("utf-8", errors="replace"))


def week_at(path: Path | str) -> OperationsPlan:
    """The operations plan in a file, or in the `plan.json` of a folder. Raises InputError when it isn't one."""
    from hamsafar.app.files import read_text
    from hamsafar.formats.operations_json import read_operations

    file = _file(Path(path))
    return read_operations(read_text(file), where=str(file))


def week_given(plan: Path | str | OperationsPlan) -> OperationsPlan:
    """A plan as its file gives it."""
    if isinstance(plan, (str, Path)):
        return week_at(plan)
    from hamsafar.formats.operations_json import read_operations, write_operations

    return read_operations(write_operations(plan))


def _file(path: Path) -> Path:
    return path / _NAME if path.is_dir() else path
