"""`refresh` in Python: what still holds and what doesn't is what the verifier says, and what it said before."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve

from hamsafar.app.refreshing import NoPlan, Refresh, refresh
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from refreshable import FAR_AGO, HISTORY, NEWER, eve, fresh, guest, middle_deg, pressed, up_to


def answered(plan: Plan, *sets: Elements) -> Refresh:
    found = refresh(plan, sets)
    assert isinstance(found, Refresh), found
    return found


@cache
def long_ago() -> Refresh:
    """The eve's plan on elements of before three boosts: it stays on its day and much of it breaks."""
    return answered(eve(), *up_to(FAR_AGO))


@pytest.mark.slow
def test_every_placement_holds_or_is_named() -> None:
    found = long_ago()
    assert found.judgement == verify(read_plan(write_plan(found.plan)))
    assert found.plan.verdict == found.judgement.verdict == "broken"
    assert found.plan.placements == eve().placements
    named = {one.placement.id for one in found.unsettled}
    assert named.isdisjoint(one.id for one in found.holding)
    assert len(named) + len(found.holding) == len(found.plan.placements)
    assert 0 < len(named) < len(found.holding)
    for one in found.unsettled:
        assert one.status == "broken"
        assert all(one.placement.id in finding.where for finding in one.findings)
    in_windows = {one.id for one in eve().programme.activities if one.window is not None}
    out_of_window = {one.placement.of for one in found.unsettled if any(each.rule == "WIN-01" for each in one.findings)}
    assert out_of_window <= in_windows


@pytest.mark.slow
def test_the_plan_itself_names_what_cannot_stay_and_keeps_the_mark() -> None:
    (mark,) = [one for one in long_ago().plan.warnings if "can't stay" in one]
    assert all(one.placement.id in mark for one in long_ago().unsettled)
    again = answered(long_ago().plan, *up_to(FAR_AGO))
    assert write_plan(again.plan) == write_plan(long_ago().plan)


def test_a_plan_that_broke_is_whole_again_with_its_old_elements() -> None:
    back = answered(long_ago().plan, *eve().programme.elements)
    assert back.plan.flight == eve().flight
    assert back.plan.windows == eve().windows
    assert back.judgement.verdict == "holds"
    assert back.before.verdict == "broken"
    assert back.unsettled == back.against == ()
    assert not any("can't stay" in one for one in back.plan.warnings)


def test_older_and_useless_elements_are_said_to_be_so() -> None:
    told = " | ".join(long_ago().warnings)
    assert "older than those the plan rests on" in told
    assert "too old to know the station's place" in told


def test_what_was_broken_before_is_not_blamed_on_the_elements() -> None:
    late = next(one for one in eve().placements if one.of == "school-radio")
    moved = evolve(late, start=late.start.plus(minutes=20), end=late.end.plus(minutes=20))
    broken = evolve(eve(), placements=tuple(moved if one.id == late.id else one for one in eve().placements))
    same = answered(broken, *eve().programme.elements)
    assert same.refreshed.is_as_before
    assert same.judgement.verdict == "broken"
    assert late.id in {one.placement.id for one in same.unsettled}
    assert same.against
    assert all(same.was_there(finding) for finding in same.against)
    assert any("broken before" in warning for warning in same.warnings)
    worse = answered(broken, *up_to(FAR_AGO))
    new = [finding for finding in worse.against if not worse.was_there(finding)]
    assert new
    assert any(worse.was_there(finding) for finding in worse.against)


def test_a_hatch_a_minute_later_breaks_what_stands_at_it_and_no_more() -> None:
    """The plan was made for a hatch a minute earlier; its own elements put it back."""
    flight, early = eve().flight, -60.0
    shifted = tuple(
        evolve(one, start=one.start.plus(seconds=early), end=one.end.plus(seconds=early))
        if one.id == "safety-brief#1"
        else one
        for one in eve().placements
    )
    before = evolve(eve(), placements=shifted, flight=evolve(flight, hatch_open=flight.hatch_open.plus(seconds=early)))
    found = answered(before, *eve().programme.elements)
    assert [one.placement.id for one in found.unsettled] == ["safety-brief#1"]
    (finding,) = {each.rule: each for each in found.unsettled[0].findings}.values()
    assert (finding.rule, finding.by, finding.unit) == ("CRW-14", 1.0, "min")
    assert len(found.holding) == len(eve().placements) - 1
    assert "safety-brief#1" in {touch.placement.id for touch in found.refreshed.touching}


@pytest.mark.slow
def test_provisional_becomes_real_and_the_day_moves_only_where_it_must() -> None:
    real = answered(guest(), fresh(guest(), days_before=1.5, phase_deg=middle_deg(guest(), guest().flight.profile)))
    assert real.plan.trajectory.basis == "near"
    assert not any(finding.rule in ("FOR-01", "FLT-02", "FLT-03") for finding in real.against)
    moved = answered(guest(), fresh(guest(), days_before=1.5, phase_deg=180.0))
    assert any("no flight fits on the planned day" in warning for warning in moved.warnings)
    assert moved.judgement.verdict == "broken"
    assert len(moved.unsettled) == len(guest().placements)


def test_an_object_and_a_moment_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="no elements up to 2020-01-01"):
        refresh(eve(), HISTORY, as_of="2020-01-01")
    other = evolve(eve().programme.elements[0], norad=25544)
    with pytest.raises(InputError, match=r"25544.*48274"):
        refresh(eve(), other)
    opposite = fresh(guest(), days_before=1.5, phase_deg=180.0)
    assert isinstance(refresh(pressed(guest()), opposite), NoPlan)


def test_a_plan_that_contradicts_itself_is_refused_in_words() -> None:
    fewer = tuple(one for one in eve().programme.sites if one.id != "islamabad")
    torn = evolve(eve(), programme=evolve(eve().programme, sites=fewer))
    with pytest.raises(InputError, match=r"contradicts itself.*islamabad.*hamsafar verify"):
        refresh(torn, eve().programme.elements)


@pytest.mark.slow
def test_of_many_epochs_the_nearest_to_lift_off_counts() -> None:
    found = refresh(eve(), HISTORY)
    assert isinstance(found, Refresh)
    lift_off = eve().flight.launch.launch
    used = found.plan.trajectory.elements
    assert used == min(up_to("2030-01-01T00:00Z"), key=lambda one: abs(one.epoch.seconds_since(lift_off)))
    assert used.epoch > lift_off
    assert any("later than the lift-off" in warning for warning in found.warnings)
    assert Instant.parse(NEWER) < used.epoch
