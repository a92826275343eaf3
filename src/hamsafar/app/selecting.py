"""The commands of `select` in Python: `from hamsafar import select`, then `select.rank("marks.csv", top=6)`.

A name for each command; each loads what it needs when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_DOORS = {
    "new": ("starting", "new_campaign"),
    "rehearse": ("rehearsing", "rehearse"),
    "rehearse_marks": ("rehearsing", "rehearse_marks"),
    "open_campaign": ("opening", "open_campaign"),
    "import_applications": ("importing", "import_applications"),
    "withdraw": ("importing", "withdraw"),
    "screen": ("screening", "screen"),
    "status": ("status", "status"),
    "notify": ("notifying", "notify"),
    "assign": ("assigning", "assign_stage"),
    "import_marks": ("marking", "import_marks"),
    "marks": ("marking", "marks_seen"),
    "rank": ("ranking", "rank"),
    "rank_stage": ("board", "rank_stage"),
    "report": ("board", "report"),
    "impact": ("impact", "impact"),
    "medical": ("medical", "record_verdict"),
    "medical_verdicts": ("medical", "record_verdicts"),
    "decide": ("deciding", "decide"),
    "hand_over": ("handing_over", "hand_over"),
    "cohort": ("cohorts", "cohort"),
    "trainees": ("trainees", "trainees"),
    "record": ("recording", "whole_record"),
    "expire": ("expiring", "expire"),
    "audit": ("auditing", "audit"),
}

__all__ = list(_DOORS)


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'hamsafar.select' has no attribute {name!r}")
    module, door = _DOORS[name]
    return getattr(import_module(f"hamsafar.app.selection.{module}"), door)
