"""What may be left out: the optional, and what comes after it."""

from attrs import evolve

from hamsafar.domain.plan import Dropped, Plan
from hamsafar.verify import verify
from handmade import accounted, far_plan


def without_runs(*, optional: bool) -> Plan:
    """The setting up and the three runs after it left out and listed."""
    plan = far_plan()
    activities = tuple(evolve(a, optional=optional) if a.id == "run-setup" else a for a in plan.programme.activities)
    gone = [p for p in plan.placements if p.of in ("run", "run-setup")]
    told = tuple(Dropped(id=p.id, of=p.of, title=p.title, value=0, why="no room") for p in gone)
    left = evolve(
        plan,
        programme=evolve(plan.programme, activities=activities),
        placements=tuple(p for p in plan.placements if p not in gone),
        dropped=(*plan.dropped, *told),
    )
    return evolve(left, hosts_minutes=accounted(left))


def broken(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.rule, f.where[:1]) for f in verify(plan).findings if f.status == "broken"]


def test_what_comes_after_something_optional_may_be_left_out_with_it() -> None:
    assert broken(without_runs(optional=True)) == []


def test_what_comes_after_something_mandatory_may_not() -> None:
    expected = ("run-setup#1", "run#1", "run#2", "run#3")
    assert broken(without_runs(optional=False)) == [("CMP-01", (id_,)) for id_ in expected]
