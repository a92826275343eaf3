"""What once could be switched off in the verifier without a test noticing."""

from __future__ import annotations

from attrs import evolve

from hamsafar.domain.plan import Plan
from hamsafar.verify import verify
from handmade import far_plan


def sentences(plan: Plan, rule: str) -> list[str]:
    return [f.sentence for f in verify(plan).findings if f.rule == rule and f.status == "broken"]


def test_occurrences_numbered_against_time_are_seen() -> None:
    plan = far_plan()
    names = {"link#1": "link#2", "link#2": "link#1"}
    swapped = tuple(
        evolve(p, id=names[p.id], occurrence=3 - p.occurrence) if p.id in names else p for p in plan.placements
    )
    found = sentences(evolve(plan, placements=swapped), "CMP-01")
    assert any("comes after" in sentence for sentence in found)


def test_a_reference_trajectory_in_another_plane_is_seen() -> None:
    plan = far_plan()
    held = plan.trajectory.held
    assert held is not None
    turned = evolve(plan, trajectory=evolve(plan.trajectory, held=evolve(held, inclination_deg=60.0)))
    assert any("plane is" in sentence for sentence in sentences(turned, "FOR-01"))
    raised = evolve(held, semi_major_axis_km=held.semi_major_axis_km + 40)
    assert any(
        "mean altitude" in s for s in sentences(evolve(plan, trajectory=evolve(plan.trajectory, held=raised)), "FOR-01")
    )
