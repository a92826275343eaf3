"""`verify`: the second opinion on a written plan, alone."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.files import read_text
from hamsafar.domain.plan import Judgement
from hamsafar.formats.plan_json import read_plan
from hamsafar.verify import verify


def verify_plan(path: Path) -> Judgement:
    """Judges a plan file (or the `plan.json` in a folder). Raises InputError when it isn't one."""
    file = path / "plan.json" if path.is_dir() else path
    return verify(read_plan(read_text(file), where=str(file)))
