"""The reasons in words: partners that matter, days that came and went, and how they are told together."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.app.diffing import between
from hamsafar.cli.differences import print_by_cause, stayed
from hamsafar.domain.plan import Dropped, Placement, Plan
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


def test_who_came_to_lie_there_is_named_before_bystanders() -> None:
    """Of those whom it would clash with, one moved into its place; the others lie nearer to its edges."""
    first, near, *others = (one for one in aboard(far_plan()) if one.kind != "sleep")
    newcomer = others[-1]
    into = round(first.start.seconds_since(newcomer.start) / 60)
    after = moved(moved(far_plan(), first.id, 7 * 1_440), newcomer.id, into)
    causes = {first.id: Cause(kind="clash", tags=_BUSY, tasks=(near.id, newcomer.id))}
    assert why(after, causes)[first.id].endswith(f"; beside {newcomer.id}")


def test_of_several_that_could_give_way_the_one_that_needed_the_place_is_named() -> None:
    """The solver names who could have moved instead; who lies there, and needs the same person, says more."""
    plan = far_plan()
    first, instead, newcomer, *_ = (
        one for one in aboard(plan) if "trainee-prime" in one.person_ids and one.kind != "sleep"
    )
    into = round(first.start.seconds_since(newcomer.start) / 60)
    after = moved(moved(plan, first.id, 7 * 1_440), newcomer.id, into)
    causes = {first.id: Cause(kind="one of", tags=_BUSY, tasks=(instead.id,))}
    assert why(after, causes)[first.id].endswith(f"; beside {newcomer.id}")
    gone = moved(moved(plan, first.id, 7 * 1_440), newcomer.id, 20 * 1_440)
    assert why(gone, causes)[first.id].endswith(f"; beside {instead.id}")


def test_where_nobody_lies_there_who_changed_is_named_before_who_is_nearest() -> None:
    """A day's account is full because something else of the day takes longer now."""
    first, *rest = (one for one in aboard(far_plan()) if one.kind != "sleep")
    near, other, *_ = (one for one in rest if one.start >= first.end)
    longer = evolve(other, end=other.end.plus(minutes=1))
    after = moved(far_plan(), first.id, 7 * 1_440)
    after = evolve(after, placements=tuple(longer if it.id == other.id else it for it in after.placements))
    causes = {first.id: Cause(kind="clash", tags=_BUSY, tasks=(near.id, other.id))}
    assert why(after, causes)[first.id].endswith(f"; beside {other.id}")


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
    assert reasons(short, plan, {}, differences(short, plan))[one.id] == "because the stay has 5 days more"
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


def test_one_reason_is_told_in_one_place_and_groups_in_the_order_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third, fourth, *_ = aboard(far_plan())
    longer = evolve(third, end=third.end.plus(minutes=1))
    after = far_plan()
    for one in (first, second, fourth):
        after = moved(after, one.id, 7 * 1_440)
    after = evolve(after, placements=tuple(longer if it.id == third.id else it for it in after.placements))
    said = {first.id: "as it happened", third.id: "as it happened", second.id: "later", fourth.id: "later"}
    print_by_cause(between(far_plan(), after), lambda id_: said[id_])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Moved or with other people or another length (2), as it happened:"
    assert [line.split()[0] for line in lines[1:3]] == [first.id, third.id]
    assert lines[3] == "Moved (2), later:"
    assert [line.split()[0] for line in lines[4:]] == [second.id, fourth.id]


def test_what_is_told_of_the_old_placements_adds_up() -> None:
    plan = far_plan()
    first, second, third, fourth, *_ = aboard(plan)
    listed = Dropped(id=first.id, of=first.of, title=first.title, value=0, why="no room")
    kept = [one for one in moved(plan, third.id, 30).placements if one.id not in (first.id, second.id)]
    added = evolve(fourth, id="new#1", of="new")
    after = evolve(plan, placements=(*kept, added), dropped=(listed,))
    counts = between(plan, after).counts
    number = len(plan.placements)
    assert stayed(counts) == (
        f"{number - 3} of {number} placements stayed where they were; "
        "1 moved, 1 left out, 1 not asked for any more; 1 added"
    )
    assert counts.before == number
