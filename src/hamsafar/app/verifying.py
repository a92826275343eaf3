"""`verify`: the second opinion on a written plan, alone."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.plan_files import plan_at
from hamsafar.domain.plan import Judgement
from hamsafar.verify import verify


def verify_plan(path: Path) -> Judgement:
    """Judges a plan file (or the `plan.json` in a folder). Raises InputError when it isn't one."""
    return verify(plan_at(path))
