"""An example's folder with fewer activities aboard: for what has to go through files and doors, whatever its size."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

from refreshable import EXAMPLES, KEPT

_ACTIVITY = re.compile(r"  - \{id: ([\w-]+), .*duration: ")


def small_example(name: str, folder: Path, kept_ids: Collection[str] = KEPT) -> Path:
    """Copies an example with few of its activities, those that `refreshable` keeps if not said; returns the folder."""
    shutil.copytree(EXAMPLES / name, folder)
    aboard = folder / "aboard.yaml"
    lines = aboard.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if (one := _ACTIVITY.match(line)) is None or one[1] in kept_ids]
    assert len(kept) < len(lines) - 20, "one activity a line, and many of them"
    aboard.write_text("".join(kept), encoding="utf-8")
    return folder
