"""The reasons in words: partners that matter, days that came and went, and how they are told together."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.app.diffing import between
from hamsafar.cli.differences import print_by_cause
from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning.differences import differences
from hamsafar.planning.reasons import reasons
from hamsafar.schedule.causes import Cause, Kind
from hamsafar.schedule.tasks import Tag
from handmade import far_plan

_BUSY = (Tag("PPL-01", "trainee-prime"),)


def moved(plan: Plan, id_: str, minutes: int) -> Plan:
    """The plan with one placement later."""
    return evolve(plan, placements=tuple(_later(one, minutes) if one.id == id_ else one for one in plan.placements))


def _later(one: Placement, minutes: int) -> Placement:
    return evolve(one, start=one.start.plus(minutes=minutes), end=one.end.plus(minutes=minutes))


def why(after: Plan, causes: dict[str, Cause]) -> dict[str, str]:
    return reasons(far_plan(), after, causes, differences(far_plan(), after))


def aboard(plan: Plan) -> list[Placement]:
    return sorted((one for one in plan.placements if one.stage == "flight"), key=lambda one: one.start)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("clash", "no room there: PPL-01: "), ("one of", "it or another had to give way: PPL-01: ")],
)
def test_at_most_two_partners_are_named_and_those_nearest_to_the_old_place(kind: Kind, words: str) -> None:
    first, second, third, *others = aboard(far_plan())
    after = moved(far_plan(), first.id, 7 * 1_440)
    every = tuple(one.id for one in (*reversed(others), third, second))
    said = why(after, {first.id: Cause(kind=kind, tags=_BUSY, tasks=every)})[first.id]
    assert said.startswith(words)
    partners = said.rpartition("; beside ")[2].split(" and ")
    gaps = {
        one.id: max(one.start.seconds_since(first.end), first.start.seconds_since(one.end)) for one in aboard(after)
    }
    assert 1 <= len(partners) <= 2
    assert max(gaps[id_] for id_ in partners) <= sorted(gaps[id_] for id_ in every)[1]
    assert "more" not in said


def test_what_has_been_is_no_partner() -> None:
    first, second, *_ = aboard(far_plan())
    after = moved(far_plan(), first.id, 7 * 1_440)
    later = evolve(after, programme=evolve(after.programme, past_until=second.start.plus(minutes=1)))
    causes = {first.id: Cause(kind="clash", tags=_BUSY, tasks=(second.id,))}
    assert "; beside " in why(after, causes)[first.id]
    assert "; beside " not in why(later, causes)[first.id]


def test_what_is_not_known_is_not_shown_to_be_necessary() -> None:
    one = next(one for one in aboard(far_plan()) if len(one.people) > 0)
    served = evolve(one, people=(evolve(one.people[0], person="somebody-else"), *one.people[1:]))
    after = evolve(far_plan(), placements=tuple(served if it.id == one.id else it for it in far_plan().placements))
    assert why(after, {})[one.id].startswith("not shown to be necessary")
    assert why(moved(far_plan(), one.id, 5), {})[one.id].startswith("not shown to be necessary")
    gone = evolve(far_plan(), placements=tuple(it for it in far_plan().placements if it.stage != "training"))
    assert set(why(gone, {}).values()) == {"left out; not shown to be necessary"}


def daily(plan: Plan) -> Placement:
    """The last placement of something that comes each day."""
    each = {one.id for one in plan.programme.activities if one.repeat in ("each-day", "each-person-day")}
    return [one for one in aboard(plan) if one.of in each][-1]


def test_days_that_came_and_went_are_told_apart_from_those_that_are_too_short() -> None:
    plan, one = far_plan(), daily(far_plan())
    gone = evolve(plan, placements=tuple(it for it in plan.placements if it.id != one.id))
    landing = evolve(plan.flight.landing, undocking=plan.flight.docking.plus(minutes=10))
    short = evolve(gone, flight=evolve(plan.flight, landing=landing))
    assert why(gone, {})[one.id].endswith("is too short for it now")
    assert why(short, {})[one.id] == "its day is not in the stay any more"
    assert reasons(short, plan, {}, differences(short, plan))[one.id] == "because the stay has a day more"
    assert reasons(gone, plan, {}, differences(gone, plan))[one.id].endswith("has room for it now")


def test_reasons_that_begin_alike_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third, fourth, *_ = aboard(far_plan())
    after = far_plan()
    for one in (first, second, third, fourth):
        after = moved(after, one.id, 20_000)
    said = {
        first.id: "no room there: PPL-01: A rule; trainee-prime; beside a",
        second.id: "no room there: PPL-01: A rule; trainee-prime; beside b",
        third.id: "no room there: PPL-01: A rule; commander; beside c",
        fourth.id: "quite another; and long",
    }
    print_by_cause(between(far_plan(), after), lambda id_: said[id_])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Moved (3), no room there: PPL-01: A rule:"
    assert sorted(line.rpartition(": ")[2] for line in lines[1:4]) == [
        "commander; beside c",
        "trainee-prime; beside a",
        "trainee-prime; beside b",
    ]
    assert lines[4] == "Moved, quite another; and long:"
    assert len(lines) == 6


def test_many_changes_take_no_more_than_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    plan = far_plan()
    after = evolve(plan, placements=tuple(_later(one, 5) for one in plan.placements))
    kinds = {one.id: f"cause {k % 8}" for k, one in enumerate(plan.placements)}
    print_by_cause(between(plan, after), lambda id_: kinds[id_])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 20
    assert lines[-1].startswith("... and ")
    assert sum(line.startswith("Moved (") for line in lines) == 8
