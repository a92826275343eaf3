"""A window said to be wider than it is shields no task: what lies in it is judged by geometry."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.verify.operations import verify_operations
from operated_day import moved, plan, spans_of, with_window

CASES = [("OPS-04", "target", "home", 0, "home#1"), ("OPS-05", "contact", "west", 0, "tx#1")]


@pytest.mark.parametrize(("rule", "kind", "of", "index", "task"), CASES)
@pytest.mark.parametrize("beyond_s", [-1, 60])
def test_in_a_widened_window_a_task_is_judged_by_geometry(
    rule: str, kind: str, of: str, index: int, task: str, beyond_s: int
) -> None:
    true_end = spans_of(kind, of)[index].end
    placed = next(one for one in plan().tasks if one.id == task)
    late_min = (true_end.seconds_since(placed.end) + beyond_s) / 60
    wide = with_window(plan(), kind, of, index, end=true_end.plus(minutes=10))
    others = tuple(one for one in wide.tasks if one.id == task)
    alone = moved(evolve(wide, tasks=others), task, late_min)
    findings = [one for one in verify_operations(alone).findings if one.rule == rule and one.status == "broken"]
    assert any("closed" in one.sentence for one in findings)  # the window itself
    own = [one for one in findings if task in one.where and "own geometry" in one.sentence]
    assert bool(own) == (beyond_s > 5)  # s, what an edge may be elsewhere
