"""A mission's file → LunarMission, or every error in it at once."""

from __future__ import annotations

from pathlib import Path

from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.programme.lunar.mission_draft import FILE, read_draft
from hamsafar.programme.lunar.mission_resolve import resolved
from hamsafar.programme.lunar.mission_sense import tell_sense


def read_mission(path: Path) -> LunarMission:
    """The mission of a folder's `mission.yaml` (docs/reference/mission-files.md), or of such a file.

    Raises InputErrors with every error found in it, in reading order, each `file:line:column path`. Nothing is
    executed, and no other file is opened.
    """
    file = Path(path)
    if file.is_dir():
        file = file / FILE
    if not file.exists():
        what = f"there is no {FILE}; `hamsafar new DIR --from lunar-cubesat` writes a mission to start from"
        raise InputError(what, where=str(file.parent if file.name == FILE else file))
    draft = read_draft(file)
    tell_sense(draft)
    draft.problems.raise_if_any()
    return resolved(draft, file)
