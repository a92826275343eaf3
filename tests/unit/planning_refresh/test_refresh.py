"""A plan on other elements: the same flight where it can be, windows as new, placements left alone."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.app.passing import passes
from hamsafar.domain.history import thinned
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.flight.forecast import phase_sigma_deg, window_sigma_s
from hamsafar.formats.plan_json import write_plan
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.choice import Chosen, choose_flight
from hamsafar.planning.refresh import Refreshed, refresh
from hamsafar.timeline import Instant, Span
from refreshable import FAR_AGO, NEWER, eve, fresh, guest, history, middle_deg, pressed, up_to

FAST, STANDARD = "fast-3h30", "standard-6h30"  # the profiles accepted, best first


def refreshed(plan: Plan, *sets: object, **more: object) -> Refreshed:
    found = refresh(plan, sets, **more)  # type: ignore[arg-type]  # sets of elements
    assert isinstance(found, Refreshed), found
    return found


@pytest.mark.parametrize("plan", [eve, guest], ids=["near", "far"])
def test_its_own_elements_give_the_same_plan(plan) -> None:
    found = refreshed(plan(), *plan().programme.elements)
    assert found.changed == found.touching == ()
    assert found.is_as_before
    assert write_plan(found.plan) == write_plan(plan())
    assert all(event.shift_s == 0 for event in found.events)


@settings(max_examples=4, deadline=None)
@given(st.sets(st.integers(250, len(history()) - 1), min_size=1, max_size=3))
def test_refreshing_twice_is_refreshing_once(which: set[int]) -> None:
    sets = tuple(history()[n] for n in which)
    once = refresh(eve(), sets)
    if isinstance(once, NoPlan):
        return
    assert once.plan.placements == eve().placements
    again = refreshed(once.plan, *sets)
    assert again.is_as_before
    assert write_plan(again.plan) == write_plan(once.plan)
    own = refreshed(once.plan, *once.plan.programme.elements)
    assert write_plan(own.plan) == write_plan(once.plan)


def test_newer_elements_move_windows_by_seconds_to_where_passes_finds_them() -> None:
    found = refreshed(eve(), *up_to(NEWER))
    plan, elements = found.plan, found.plan.trajectory.elements
    assert elements == up_to(NEWER)[-1]
    assert plan.programme.elements == thinned(up_to(NEWER))
    (listed,) = [one for one in plan.windows if (one.kind, one.of) == ("pass", "islamabad")]
    stay = plan.flight.aboard
    alone = passes(elements, plan.programme.site("islamabad"), stay.start, stay.end, min_elevation_deg=10.0)
    assert len(listed.spans) == len(alone.passes)
    for window, one in zip(listed.spans, alone, strict=True):
        assert abs(window.start.seconds_since(one.rise)) <= 0.005  # each search meets a moment to 1 ms
        assert abs(window.end.seconds_since(one.set)) <= 0.005
    shifts_s = [change.shift_s for change in found.changed if change.name == "pass islamabad"]
    assert all(shift_s is not None and 0 < abs(shift_s) < 30 for shift_s in shifts_s)


def test_sigmas_are_those_of_the_new_age() -> None:
    found = refreshed(eve(), *up_to(NEWER))
    elements, station = found.plan.trajectory.elements, found.plan.programme.station
    period_s = 86_400 / elements.mean_motion_rev_d
    spans = [span for listed in found.plan.windows if listed.basis == "near" for span in listed.spans]
    for span in spans:
        age_d = span.span.middle.seconds_since(elements.epoch) / 86_400
        wanted_s = window_sigma_s(phase_sigma_deg(station, age_d), period_s)
        assert span.sigma_s == pytest.approx(wanted_s, abs=0.05)  # s; stated to a tenth


def test_the_lift_off_is_the_one_of_its_day() -> None:
    found = refreshed(eve(), *up_to(FAR_AGO))
    alone = choose_flight(evolve(pressed(eve()).programme, elements=found.plan.programme.elements))
    assert isinstance(alone, Chosen)
    lift_off = found.events[0]
    assert lift_off.before == eve().flight.launch.launch
    assert lift_off.after == alone.flight.launch.launch
    assert lift_off.sigma_after_s == alone.flight.launch.sigma_s
    assert found.days_moved == 0


def test_elements_too_old_make_a_near_plan_provisional() -> None:
    found = refreshed(eve(), *up_to(FAR_AGO))
    plan = found.plan
    assert (eve().trajectory.basis, plan.trajectory.basis) == ("near", "far")
    assert plan.trajectory.held is not None
    assert any("rovisional" in warning for warning in plan.warnings)
    assert all(span.sigma_s is None for one in plan.windows if one.basis == "far" for span in one.spans)
    lift_off = found.events[0]
    assert lift_off.sigma_before_s is not None
    assert lift_off.sigma_after_s is not None
    assert lift_off.sigma_after_s > 1.5 * lift_off.sigma_before_s


@pytest.mark.parametrize("profile", [FAST, STANDARD])
def test_fresh_elements_make_a_far_plan_real(profile: str) -> None:
    """On the same day; where only another accepted profile fits the phase, it docks by that one."""
    assert guest().flight.profile == FAST
    took_min = {one.name: one.duration_min for one in guest().programme.flight.ship_up.profiles}
    made = fresh(guest(), days_before=1.5, phase_deg=middle_deg(guest(), profile))
    found = refreshed(guest(), made)
    plan = found.plan
    assert (guest().trajectory.basis, plan.trajectory.basis) == ("far", "near")
    assert plan.trajectory.held is None
    assert plan.flight.profile == profile
    assert not any(warning.startswith("Provisional") for warning in plan.warnings)
    assert all(span.sigma_s is not None for one in plan.windows if one.basis == "near" for span in one.spans)
    lift_off, docking, *_, landing = found.events
    assert abs(lift_off.shift_s) < 3 * (lift_off.sigma_before_s or 0)
    later_s = 60 * (took_min[profile] - took_min[FAST])
    assert docking.shift_s == pytest.approx(lift_off.shift_s + later_s, abs=1)  # whole seconds
    # An orbit's landings are 92 min apart, and the nearest one is taken.
    assert abs(landing.shift_s) <= 47 * 60


def test_a_phase_that_no_profile_takes_moves_the_lift_off_to_the_nearest_day_that_has_one() -> None:
    opposite = fresh(guest(), days_before=1.5, phase_deg=180.0)
    found = refreshed(guest(), opposite)
    assert found.days_moved != 0
    assert found.plan.placements == guest().placements
    refused = refresh(pressed(guest()), (opposite,))
    assert isinstance(refused, NoPlan)
    assert refused.stage == "flight choice"
    assert "FLT-03" in {clash.rule for clash in refused.clashes}
    assert any("180" in fact or "179" in fact for fact in refused.facts)


def test_a_flight_that_is_not_the_first_stays_on_its_day() -> None:
    programme = guest().programme
    first = choose_flight(programme)
    assert isinstance(first, Chosen)
    fifth = evolve(
        programme.flight, launch_window=Span(first.flight.backups[3].plus(hours=-1), programme.flight.launch_window.end)
    )
    later = choose_flight(evolve(programme, flight=fifth))
    assert isinstance(later, Chosen)
    again = choose_flight(programme, like=later.flight)
    assert isinstance(again, Chosen)
    assert again.flight.launch == later.flight.launch
    assert again.flight.landing == later.flight.landing
    assert again.flight.launch.launch > first.flight.launch.launch.plus(days=3)


def test_what_was_proved_of_the_old_plan_is_not_claimed_of_the_new() -> None:
    assert eve().objective
    assert {stage.status for stage in eve().stages} == {"optimal"}
    found = refreshed(eve(), *up_to(NEWER))
    assert found.plan.objective == ()
    assert {stage.status for stage in found.plan.stages} == {"feasible"}
    assert found.plan.provenance == eve().provenance
    assert any(warning.startswith("Refreshed: ") for warning in found.plan.warnings)


def test_as_of_is_what_the_plan_says_of_itself() -> None:
    asked = Instant.parse(NEWER)
    assert refreshed(eve(), *up_to(NEWER), as_of=asked).plan.programme.as_of == asked
    assert refreshed(eve(), *up_to(FAR_AGO)).plan.programme.as_of == eve().programme.as_of
    assert refreshed(eve(), *up_to(NEWER)).plan.programme.as_of is None  # these are later than the plan's own


@pytest.mark.slow
def test_a_plan_that_carried_a_history_carries_the_new_one() -> None:
    with_history = evolve(eve(), programme=evolve(eve().programme, elements=history()[-60:-40]))
    found = refreshed(with_history, *history())
    carried, newest = found.plan.programme.elements, found.plan.trajectory.elements
    assert carried == thinned(one for one in history() if one.epoch <= newest.epoch)
    again = refreshed(found.plan, *history())
    assert write_plan(again.plan) == write_plan(found.plan)
    own = refreshed(found.plan, *carried)
    assert write_plan(own.plan) == write_plan(found.plan)


def test_only_sets_of_the_plans_station_are_taken() -> None:
    other = evolve(history()[-1], norad=25544, name="ISS (ZARYA)")
    with pytest.raises(InputError, match=r"25544 \(ISS \(ZARYA\)\).*48274"):
        refresh(eve(), (other,))
    with pytest.raises(InputError, match="no element sets"):
        refresh(eve(), ())


def at_another_time(plan: Plan, seconds: float, hatch_min: int) -> Plan:
    """The plan with a lift-off that is off by some seconds, and hatches by whole minutes."""
    flight = plan.flight
    return evolve(
        plan,
        flight=evolve(
            flight,
            launch=evolve(flight.launch, launch=flight.launch.launch.plus(seconds=seconds)),
            docking=flight.docking.plus(seconds=seconds),
            hatch_open=flight.hatch_open.plus(minutes=hatch_min),
        ),
    )


def test_a_hatch_that_moves_names_what_it_touches_and_nothing_else() -> None:
    at_hatch = [one.id for one in eve().placements if one.start == eve().flight.hatch_open]
    assert "safety-brief#1" in at_hatch
    found = refreshed(at_another_time(eve(), 40.0, 1), *eve().programme.elements)
    assert [(event.name, event.shift_s) for event in found.events if event.shift_s] == [
        ("lift-off", -40.0),
        ("docking", -40.0),
        ("hatch opening", -60.0),
    ]
    touched = [touch.placement.id for touch in found.touching]
    assert {touch.event for touch in found.touching} == {"hatch opening"}
    assert "safety-brief#1" in touched
    assert len(touched) < 6
    assert found.changed == ()
