"""`verify`: the second opinion on a written week, alone."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.operations.files import week_at
from hamsafar.domain.plan import Judgement


def verify_week(path: Path | str) -> Judgement:
    """Judges an operations plan's file (or the `plan.json` in a folder). Raises InputError when it isn't one."""
    from hamsafar.verify.operations import verify_operations

    return verify_operations(week_at(path))
