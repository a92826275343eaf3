"""What a week says is the best there is, is; and that there is none, only where there is none."""

from __future__ import annotations

from time import monotonic

import pytest
from attrs import evolve

from hamsafar.domain.lunar import Camera, Image, Step
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.domain.operations_changes import WeekChange
from hamsafar.planning.operations.answer import no_week
from hamsafar.planning.operations.costs import costs_of
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.make import MadeWeek, make_week
from hamsafar.planning.operations.replan import changed_mission, known_failures, moves, names_of, staying
from hamsafar.planning.operations.rules import by_minute
from hamsafar.planning.operations.solve import _LEAST_S, Best, Effort, Impossible, NotFound, best_week
from hamsafar.planning.operations.windows import Prepared
from operating import at, mission, power, powered, station, window, wish

QUICK = Effort(workers=1)


def values(facts: WeekFacts, effort: Effort = QUICK) -> tuple[int, ...]:
    found = best_week(facts, effort)
    assert isinstance(found, Best)
    assert found.optimal
    assert [term.bound for term in found.terms] == [term.value for term in found.terms]
    return tuple(term.value for term in found.terms)


def test_bits_that_no_minute_of_the_exposure_divides() -> None:
    slow = Camera(
        id="cam",
        title="camera",
        boresight=(1.0, 0.0, 0.0),
        field_deg=30.0,
        width_px=60,
        height_px=1000,
        bits_per_px=1,
        exposure_min=7,
    )  # 60,000 bits in 7 min: one minute of link
    asked = mission(40, images=[wish("a", value=5)], camera=slow, slew_min=1, settle_min=0, shortest_transmission_min=1)
    windows = (window("contact", "isb", (20, 21)), window("target", "a", (2, 12)))
    assert values(WeekFacts(mission=asked, windows=windows)) == (0, 1)


def test_parts_of_bits_tell_whole_bits() -> None:
    scale, parts = by_minute({"a": (60_000, 7), "b": (11, 3), "c": (8, 4)})
    assert parts["c"] * 4 == 8 * scale
    done = 7 * parts["a"] + 3 * parts["b"] + 4 * parts["c"]
    assert done <= scale * 60_019 < done + scale  # no more than the whole bits, and more than one bit less


@pytest.mark.parametrize("workers", [1, 2])
def test_minutes_on_the_air_are_proved_for_the_value_that_is_reached(workers: int) -> None:
    each = Camera(
        id="cam", title="c", boresight=(1.0, 0.0, 0.0), field_deg=30.0, width_px=60, height_px=1000, bits_per_px=2
    )  # two minutes of link
    small = evolve(each, id="small", bits_per_px=1)
    images = [wish("a", value=5), Image(id="b", target="t-b", camera="small", value=5)]
    asked = mission(
        30,
        images=images,
        slew_min=1,
        settle_min=0,
        shortest_transmission_min=1,
        transmitter_rest_min=1,
        transmitter_min_a_day=2,
    )
    facts = WeekFacts(
        mission=evolve(asked, cameras=(each, small)),
        windows=(window("contact", "isb", (20, 24)), window("target", "a", (2, 5)), window("target", "b", (8, 9))),
    )
    assert values(facts, Effort(workers=workers)) == (5, 1)


@pytest.mark.parametrize(("contact", "fits"), [((30, 33), True), ((28, 31), True), ((27, 30), True), ((31, 34), False)])
def test_a_silence_lasts_from_the_end_of_one_to_the_start_of_the_next(contact: tuple[int, int], fits: bool) -> None:
    asked = mission(60, contact_every_min=30)
    found = best_week(WeekFacts(mission=asked, windows=(window("contact", "isb", contact),)), QUICK)
    assert isinstance(found, Best) is fits


def test_a_step_that_charges_saves_a_week_that_idling_loses() -> None:
    steps = (Step(id="charge", title="Charge", duration_min=60, mode="sun", value=1),)
    asked = mission(120, upkeep=steps, power=power(battery_wh=20.0, idle_mode="talk"), slew_min=0, settle_min=0)
    facts = powered(
        WeekFacts(mission=asked, windows=(window("contact", "isb", (0, 120)),)),
        {"sun": [15.0] * 120, "aim": [0.0] * 120, "talk": [0.0] * 120},
        start_wmin=20 * 60 * 0.3 + 300,
    )
    assert values(facts) == (0, 0)


def test_a_store_that_never_fills_keeps_nothing_free() -> None:
    asked = mission(60, store_kbit=100.0, telemetry_kbit_per_h=60.0, longest_transmission_min=45)
    assert values(WeekFacts(mission=asked, windows=(window("contact", "isb", (0, 60)),))) == (0, 0)
    short = mission(60, store_kbit=59.0, telemetry_kbit_per_h=60.0, longest_transmission_min=45)
    found = best_week(WeekFacts(mission=short, windows=(window("contact", "isb", (40, 52)),)), QUICK)
    assert isinstance(found, NotFound)  # 40 kbit are in it before the contact: only the reserve says that this is much
    assert "kept free" in found.stopped_by


def test_more_transmissions_than_are_tried_is_no_proof_that_there_is_no_week() -> None:
    asked = mission(
        10_080,
        slew_min=0,
        longest_transmission_min=2,
        shortest_transmission_min=1,
        transmitter_rest_min=1,
        transmitter_min_a_day=1_440,
        contact_every_min=20,
    )
    found = best_week(WeekFacts(mission=asked, windows=(window("contact", "isb", (0, 10_080)),)), QUICK)
    assert isinstance(found, NotFound)
    assert "transmissions at least" in found.stopped_by


# ---- after a change


def planned(facts: WeekFacts, before: OperationsPlan | None = None) -> OperationsPlan:
    prepared = Prepared(facts=facts, orbit=())
    if before is None:
        found = make_week(prepared, QUICK)
    else:
        found = make_week(prepared, QUICK, adjust=staying(before, facts), names=names_of(before), before=before)
    assert isinstance(found, MadeWeek)
    return found.plan


def since(facts: WeekFacts, plan: OperationsPlan, minute: int) -> WeekFacts:
    past: tuple[OperationsTask, ...] = tuple(task for task in plan.tasks if task.start < at(minute))
    return evolve(facts, past=past, free_from=minute)


def test_a_change_of_nothing_changes_nothing() -> None:
    images = [wish("a", value=5, count=3), *(wish(name, value=3) for name in "bcde")]
    asked = mission(400, images=images, slew_min=0, settle_min=0, longest_transmission_min=45, transmitter_rest_min=1)
    views = [window("target", name, (200 + 10 * k, 205 + 10 * k)) for k, name in enumerate("bcde")]
    windows = (window("contact", "isb", (20, 70), (300, 345)), window("target", "a", (2, 10)), *views)
    facts = WeekFacts(mission=asked, windows=windows)
    before = planned(facts)
    after = planned(since(facts, before, 100), before)
    assert after.tasks == before.tasks
    assert after.home == before.home
    assert [term.value for term in after.objective] == [0, 0, 70]
    assert after.status == "optimal"


def test_what_the_past_has_sent_of_a_failed_picture_brings_no_other_home() -> None:
    images = [wish("a", value=5), wish("b", value=3)]
    asked = mission(200, images=images, slew_min=0, settle_min=0, longest_transmission_min=20, transmitter_rest_min=1)
    windows = (
        window("contact", "isb", (20, 32), (100, 112)),
        window("target", "a", (2, 4)),
        window("target", "b", (40, 44)),
    )
    facts = WeekFacts(mission=asked, windows=windows)
    before = planned(facts)
    assert set(before.home) == {"a#1", "b#1"}
    after = planned(evolve(since(facts, before, 60), failed=frozenset({"a#1"})), before)
    assert set(after.home) == {"b#1"}
    assert after.failed == ("a#1",)


def test_a_transmission_that_is_lost_counts_as_a_change() -> None:
    asked = mission(120, images=[wish("a", value=5)], stations=[station("isb"), station("bj")])
    view = window("target", "a", (2, 10))
    facts = WeekFacts(mission=asked, windows=(window("contact", "isb", (20, 40)), view))
    before = planned(facts)
    after = planned(evolve(facts, windows=(window("contact", "bj", (60, 80)), view)), before)
    assert after.home == ("a#1",)
    assert {term.name: (term.value, term.bound) for term in after.objective}["tasks changed"] == (
        3,
        2,
    )  # two of isb gone, one of bj
    assert after.status == "feasible"


def test_an_added_wish_adds_no_more_transmissions_than_it_needs() -> None:
    images = [wish("a", value=5, count=3), wish("b", value=3)]
    asked = mission(400, images=images, slew_min=0, settle_min=0, transmitter_rest_min=1)
    seen = [window("target", "a", (2, 10)), window("target", "b", (200, 210)), window("target", "c", (220, 230))]
    facts = WeekFacts(mission=asked, windows=(window("contact", "isb", (20, 70), (300, 312)), *seen[:2]))
    before = planned(facts)
    more = mission(400, images=[*images, wish("c", value=4)], slew_min=0, settle_min=0, transmitter_rest_min=1)
    wider = evolve(facts, mission=more, windows=(window("contact", "isb", (20, 70), (300, 330)), *seen))
    after = planned(since(wider, before, 100), before)
    assert set(after.home) == {"a#1", "a#2", "a#3", "b#1", "c#1"}
    assert len(after.tasks) == len(before.tasks) + 2  # the picture, and one transmission for its ten minutes
    assert after.objective[1].value == len(moves(before, after))


def test_a_week_without_a_link_has_no_share_of_it() -> None:
    costs = costs_of(WeekFacts(mission=mission(60, images=[wish("a")]), windows=(window("target", "a", (2, 10)),)))
    assert (costs.wishes[0].share_of_week, costs.wishes[0].passes) == (None, None)


def test_nothing_is_to_be_longer_where_there_is_nothing() -> None:
    steps = (Step(id="first", title="First", duration_min=20, mode="sun", in_contact=True),)
    facts = WeekFacts(mission=mission(60, commissioning=steps), windows=())
    answer = best_week(facts, QUICK)
    assert isinstance(answer, Impossible)
    gives = no_week(facts, answer, QUICK).gives
    assert [(one.rule, "left out" in one.sentence) for one in gives] == [("OPS-13", True)]


def test_a_time_limit_is_kept_but_for_one_search() -> None:
    asked = mission(3_000, contact_every_min=20, transmitter_rest_min=1, transmitter_min_a_day=1_440)
    facts = WeekFacts(mission=asked, windows=(window("contact", "isb", (0, 3_000)),))
    began_s = monotonic()
    best_week(facts, Effort(workers=1, time_limit_s=0.5))
    assert monotonic() - began_s < 0.5 + _LEAST_S + 4  # s: and a little to build the problem


def test_what_failed_before_stays_failed() -> None:
    images = [wish("a", value=5), wish("b", value=3)]
    asked = mission(200, images=images, slew_min=0, settle_min=0)
    windows = (window("contact", "isb", (100, 160)), window("target", "a", (2, 4)), window("target", "b", (40, 44)))
    facts = WeekFacts(mission=asked, windows=windows)
    before = planned(facts)
    once = planned(evolve(since(facts, before, 60), failed=frozenset({"a#1"})), before)
    change = WeekChange(now=at(70))
    again = known_failures(once, change)
    assert again == {"a#1"}
    assert "a#1" not in planned(evolve(since(facts, once, 70), failed=again), once).home
    asked_again = changed_mission(once, WeekChange(now=at(70), failed=("a#1",)))
    assert asked_again.operations == once.mission.operations  # not one more picture for what failed before
