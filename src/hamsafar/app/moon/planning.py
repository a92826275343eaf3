"""`hamsafar moon plan`, and `lunar.plan` in Python: the same as `plan` of the mission's folder."""

from __future__ import annotations

from hamsafar.app.operations.planning import plan_week, week_costs

__all__ = ["plan_week", "week_costs"]
