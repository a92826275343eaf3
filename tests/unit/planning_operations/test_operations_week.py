"""Weeks by hand: levels, reasons, repairs, costs, and the file."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import evolve

from hamsafar.domain.lunar import Booking, Step
from hamsafar.domain.operations import OperationsPlan, StateRow
from hamsafar.errors import InputError
from hamsafar.formats.operations_json import read_operations, write_operations
from hamsafar.planning.operations.answer import no_week
from hamsafar.planning.operations.costs import costs_of
from hamsafar.planning.operations.facts import WeekFacts, meeting, merged, without
from hamsafar.planning.operations.make import MadeWeek, make_week
from hamsafar.planning.operations.problem import most_on_air
from hamsafar.planning.operations.solve import Best, Effort, Impossible, best_week
from hamsafar.planning.operations.windows import Prepared
from operating import CAMERA, at, mission, power, powered, span, station, window, wish

QUICK = Effort(workers=1)


def facts_of(
    *, contact: tuple[tuple[float, float], ...], views: Mapping[str, tuple[float, float]], **asked: object
) -> WeekFacts:
    images = [wish(name, value=2) for name in views]
    minutes = int(asked.pop("minutes", 120))  # type: ignore[call-overload]
    known = mission(minutes, images=images, **asked)  # type: ignore[arg-type]
    windows = (
        window("contact", "isb", *contact),
        *(window("target", name, stretch) for name, stretch in views.items()),
    )
    return WeekFacts(mission=known, windows=windows)


def made(facts: WeekFacts) -> OperationsPlan:
    rows = tuple(StateRow(at=at(k), position_km=(2_000.0, 0.0, 0.0), velocity_km_s=(0.0, 1.0, 0.0)) for k in range(3))
    answer = make_week(Prepared(facts=facts, orbit=rows), QUICK)
    assert isinstance(answer, MadeWeek)
    return answer.plan


def test_windows_are_rounded_inward_and_shortened_by_two_sigmas() -> None:
    known = mission(120, images=[wish("a")])
    facts = WeekFacts(
        mission=known,
        windows=(window("contact", "isb", (10.5, 40.0), sigma_s=60.0), window("target", "a", (20.2, 30.9))),
    )
    assert facts.contacts["isb"] == ((13, 38),)  # 12.5 min up to 13, 38 sharp
    assert facts.views["a"] == ((21, 30),)


def test_a_station_is_used_only_while_it_is_had() -> None:
    closed = Booking(span=span(20.5, 30.2))
    own = station("isb", booked=(Booking(span=span(5, 60)),), closed=(closed,))
    facts = WeekFacts(mission=mission(120, stations=[own]), windows=(window("contact", "isb", (0, 100)),))
    assert facts.talking["isb"] == ((5, 20), (31, 60))


def test_sets_of_minutes() -> None:
    assert merged([(5, 7), (1, 3), (3, 4), (9, 9)]) == ((1, 4), (5, 7))
    assert meeting([(0, 5), (8, 12)], [(3, 9)]) == ((3, 5), (8, 9))
    assert without([(0, 10)], [(2, 3), (5, 20)]) == ((0, 2), (3, 5))
    assert without([], [(2, 3)]) == ()


def test_what_is_sent_was_taken_before_and_comes_home_whole() -> None:
    plan = made(facts_of(contact=((0, 120),), views={"a": (10, 20), "b": (50, 60)}))
    assert set(plan.home) == {"a#1", "b#1"}
    assert plan.status == "optimal"
    ends = {task.id: task.end for task in plan.tasks}
    for task in plan.tasks:
        for part in task.sends:
            if part.of != "telemetry":
                assert ends[part.of] <= task.start
    assert sum(part.kbit for task in plan.tasks for part in task.sends) == pytest.approx(1_200.0, abs=1e-6)
    assert plan.objective[1].value == 20  # minutes: 1,200 kbit at 1 kbit/s


def test_a_picture_after_the_last_contact_is_left_out_with_its_reason() -> None:
    plan = made(facts_of(contact=((0, 30),), views={"late": (60, 80)}))
    assert plan.home == ()
    (undone,) = plan.undone
    assert "costs 10 min of link" in undone.reason
    assert "0 min at most" in undone.reason


def test_a_wish_that_is_never_in_view_says_so() -> None:
    known = mission(120, images=[wish("dark", value=5)])
    facts = WeekFacts(mission=known, windows=(window("contact", "isb", (0, 60)), window("target", "dark")))
    plan = made(facts)
    assert plan.undone[0].reason.startswith("its target is never in view")
    assert (plan.objective[0].value, plan.objective[0].bound) == (5.0, 5.0)


def test_the_store_holds_two_pictures_and_a_third_waits_for_room() -> None:
    views = {"a": (10, 12), "b": (16, 18), "c": (22, 24)}
    full = facts_of(contact=((30, 120),), views=views, store_kbit=1_300.0)
    assert len(made(full).home) == 2
    room = facts_of(contact=((30, 120),), views=views, store_kbit=1_900.0)
    assert len(made(room).home) == 3


def test_the_battery_limits_what_is_sent_and_the_gauge_never_passes_it() -> None:
    views = {"a": (10, 20), "b": (30, 40)}
    base = facts_of(contact=((0, 120),), views=views, power=power(discharge_efficiency=1.0))
    dark = {mode: [0.0] * 120 for mode in ("sun", "aim", "talk")}
    # never below 360 W min; idle 3 W x 120 min = 360: a picture takes 2 W min, and its 10 min on the air 9 W each
    for spare, home in ((180.0, 1), (195.0, 2), (89.0, 0)):
        facts = powered(base, dark, start_wmin=360.0 + 360.0 + spare)
        assert len(made(facts).home) == home, spare


def test_even_the_idle_craft_runs_empty() -> None:
    base = facts_of(contact=((0, 120),), views={"a": (10, 20)}, power=power())
    facts = powered(base, {mode: [0.0] * 120 for mode in ("sun", "aim", "talk")}, start_wmin=400.0)
    answer = best_week(facts, QUICK)
    assert isinstance(answer, Impossible)
    said = no_week(facts, answer, QUICK)
    assert [clash.rule for clash in said.clashes] == ["OPS-10"]
    assert "even in mode 'sun' with nothing planned" in said.facts[0]


def test_silence_longer_than_asked_is_a_conflict_with_its_figures() -> None:
    facts = facts_of(contact=((0, 20), (100, 120)), views={}, contact_every_min=60)
    answer = best_week(facts, QUICK)
    assert isinstance(answer, Impossible)
    said = no_week(facts, answer, QUICK)
    assert {clash.rule for clash in said.clashes} == {"OPS-05", "OPS-11"}
    assert any("longest stretch without one is 1 h 20 min" in fact for fact in said.facts)


def test_commissioning_comes_before_any_picture() -> None:
    steps = (Step(id="check", title="Check", duration_min=30, mode="sun"),)
    plan = made(facts_of(contact=((0, 120),), views={"a": (10, 60)}, commissioning=steps))
    check = next(task for task in plan.tasks if task.id == "check#1")
    picture = next(task for task in plan.tasks if task.id == "a#1")
    assert picture.start >= check.end
    late = made(facts_of(contact=((0, 120),), views={"a": (10, 25)}, commissioning=steps))
    assert late.home == ()


def test_a_date_is_kept() -> None:
    known = mission(120, images=[wish("a", by=at(40))])
    windows = (window("contact", "isb", (32, 120)), window("target", "a", (0, 10)))
    assert made(WeekFacts(mission=known, windows=windows)).home == ()
    longer = (window("contact", "isb", (30, 120)), window("target", "a", (0, 10)))
    assert made(WeekFacts(mission=known, windows=longer)).home == ("a#1",)


def test_what_the_transmitter_can_be_on_for() -> None:
    facts = facts_of(contact=((0, 24),), views={})  # 10 on, 4 off, 10 on
    assert most_on_air(facts, 0, 120) == 20
    assert most_on_air(evolve(facts, mission=mission(120, transmitter_min_a_day=15)), 0, 120) == 15


def test_costs_are_told_before_anything_is_asked() -> None:
    costs = costs_of(facts_of(contact=((0, 24),), views={"a": (0, 10)}))
    (one,) = costs.wishes
    assert (one.kbit, one.link_min, one.passes, one.openings) == (CAMERA.image_kbit, 10, 1, 1)
    assert one.share_of_week == pytest.approx(0.5)


def test_the_file_is_whole_and_the_same_twice() -> None:
    plan = made(facts_of(contact=((0, 120),), views={"a": (10, 20)}))
    text = write_operations(plan)
    again = read_operations(text)
    assert again == plan
    assert write_operations(read_operations(write_operations(again))) == write_operations(again)
    with pytest.raises(InputError, match="nonsense"):
        read_operations(text.replace('"home"', '"nonsense"', 1), where="x.json")
    with pytest.raises(InputError, match=r"x\.json:1:"):
        read_operations("{", where="x.json")
    with pytest.raises(InputError, match="format"):
        read_operations('{"format": "hamsafar-plan/1"}')


def test_the_same_week_twice_is_the_same() -> None:
    facts = facts_of(contact=((0, 50), (60, 120)), views={"a": (10, 20), "b": (15, 40), "c": (5, 45)})
    one, other = best_week(facts, QUICK), best_week(facts, QUICK)
    assert isinstance(one, Best)
    assert isinstance(other, Best)
    assert one.lies == other.lies
