"""A docking told after lift-off: what moves, what is past, and what makes no sense."""

from __future__ import annotations

from attrs import evolve

from changing import DOCKING, LAUNCH, after, small_plan, told
from hamsafar.domain.plan import Plan
from hamsafar.timeline import Instant

NOW = LAUNCH.plus(hours=1)
HEAD = f"now: {NOW.iso()}\n"


def with_a_night_before() -> Plan:
    """A resident's night before flight day 1 has begun before lift-off."""
    plan = small_plan()
    night = next(one for one in plan.placements if one.of == "sleep")
    begins = LAUNCH.plus(hours=-6)
    early = evolve(night, id="sleep@0@commander-aboard#1", start=begins, end=begins.plus(hours=8))
    return evolve(plan, placements=(early, *plan.placements))


def test_the_docking_told_is_asked_for() -> None:
    request = after(f"{HEAD}docking: {DOCKING.plus(days=1).iso()}").flight
    assert request.docking == DOCKING.plus(days=1)
    assert request.stay_min == small_plan().programme.flight.stay_min


def test_nights_before_the_stay_are_told_no_more() -> None:
    def nights(text: str) -> list[str]:
        return [one.placement for one in after(HEAD + text, with_a_night_before()).happened if "sleep" in one.placement]

    assert nights("drop: [picture]") == ["sleep@0@commander-aboard#1"]
    assert nights(f"docking: {DOCKING.plus(hours=1).iso()}") == ["sleep@0@commander-aboard#1"]  # the same day
    assert nights(f"docking: {DOCKING.plus(days=1).iso()}") == []


def test_training_that_is_past_stays() -> None:
    late = after(f"{HEAD}docking: {DOCKING.plus(days=1).iso()}").happened
    assert late == after(f"{HEAD}drop: [picture]").happened


def test_a_docking_that_can_not_be_told_is_an_error() -> None:
    def what(now: Instant | None, docking: Instant) -> str:
        text = f"docking: {docking.iso()}\n" + ("" if now is None else f"now: {now.iso()}\n")
        ((where, said),) = told(text)
        assert where.endswith(" docking")
        return said

    assert what(None, DOCKING).startswith("is told once the ship has lifted off")
    assert what(LAUNCH, DOCKING).startswith("is told once the ship has lifted off")
    assert what(DOCKING.plus(minutes=1), DOCKING.plus(days=1)).startswith("cannot move: the ship docked at")
    assert what(NOW, NOW.plus(minutes=-1)).startswith("asks for a docking at")
