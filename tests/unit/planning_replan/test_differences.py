"""Two plans side by side: what is told, and that nothing is told twice or missed."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.changes import Absence, Happened, Outage, Pin, Shut
from hamsafar.domain.hosts_minutes import DayShare, HostShare, HostsMinutes
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.planning.differences import carried, differences, promised_ids
from hamsafar.planning.programme_changes import programme_changes
from hamsafar.timeline import Instant, Span
from handmade import far_plan


def with_placement(plan: Plan, id_: str, **changes: object) -> Plan:
    """The plan with one placement changed."""
    return evolve(plan, placements=tuple(evolve(one, **changes) if one.id == id_ else one for one in plan.placements))


def later(plan: Plan, days: int) -> Plan:
    """The plan with the whole flight, and what is aboard, whole days later."""
    flight = plan.flight
    moved = evolve(
        flight,
        launch=evolve(flight.launch, launch=flight.launch.launch.plus(days=days)),
        docking=flight.docking.plus(days=days),
        hatch_open=flight.hatch_open.plus(days=days),
        hatch_close=flight.hatch_close.plus(days=days),
        landing=evolve(
            flight.landing,
            undocking=flight.landing.undocking.plus(days=days),
            landing=flight.landing.landing.plus(days=days),
        ),
    )
    aboard = tuple(
        evolve(one, start=one.start.plus(days=days), end=one.end.plus(days=days)) if one.stage == "flight" else one
        for one in plan.placements
    )
    return evolve(plan, flight=moved, placements=aboard)


def first_of(plan: Plan, stage: str) -> Placement:
    return next(one for one in plan.placements if one.stage == stage)


def test_a_plan_differs_in_nothing_from_itself() -> None:
    found = differences(far_plan(), far_plan())
    assert found.each == ()
    assert found.unchanged == len(far_plan().placements)
    assert found.stay_moved_d == 0
    assert programme_changes(far_plan().programme, far_plan().programme) == ()


@pytest.mark.parametrize("stage", ["training", "flight"])
def test_what_is_elsewhere_is_told_with_its_minutes(stage: str) -> None:
    one = first_of(far_plan(), stage)
    after = with_placement(far_plan(), one.id, start=one.start.plus(minutes=-25), end=one.end.plus(minutes=-25))
    (found,) = differences(far_plan(), after).each
    assert (found.kind, found.shift_min, found.relative_shift_min) == ("moved", -25, -25)
    assert found.placement.id == one.id


def test_other_people_and_another_length_are_told_as_that() -> None:
    one = first_of(far_plan(), "training")
    others = (*one.people[:-1], Assignment(person="somebody-else", function=one.people[-1].function))
    (found,) = differences(far_plan(), with_placement(far_plan(), one.id, people=others)).each
    assert (found.kind, found.shift_min) == ("altered", 0)
    (found,) = differences(far_plan(), with_placement(far_plan(), one.id, end=one.end.plus(minutes=5))).each
    assert found.kind == "altered"
    swapped = tuple(reversed(one.people))
    assert differences(far_plan(), with_placement(far_plan(), one.id, people=swapped)).each == ()


def test_what_came_and_what_went() -> None:
    one = far_plan().placements[3]
    without = evolve(far_plan(), placements=tuple(found for found in far_plan().placements if found != one))
    (gone,) = differences(far_plan(), without).each
    (new,) = differences(without, far_plan()).each
    assert (gone.kind, gone.shift_min, gone.after) == ("dropped", None, None)
    assert (new.kind, new.shift_min, new.before) == ("added", None, None)
    assert differences(far_plan(), without).unchanged == len(without.placements)


@pytest.mark.parametrize("days", [-3, 1, 10, 45])
def test_what_moves_with_the_stay_is_where_it_was(days: int) -> None:
    """The stay as a whole is told once; the term, which keeps its dates, doesn't move with it."""
    after = later(far_plan(), days)
    found = differences(far_plan(), after)
    assert found.stay_moved_d == days
    assert found.each == ()
    one = first_of(after, "flight")
    apart = with_placement(after, one.id, start=one.start.plus(minutes=15), end=one.end.plus(minutes=15))
    (elsewhere,) = differences(far_plan(), apart).each
    assert (elsewhere.shift_min, elsewhere.relative_shift_min) == (days * 1_440 + 15, 15)  # no summer time there
    session = first_of(after, "training")
    dragged = with_placement(after, session.id, start=session.start.plus(days=days), end=session.end.plus(days=days))
    (moved,) = differences(far_plan(), dragged).each
    assert moved.relative_shift_min == days * 1_440


@given(st.integers(-40_000, 40_000), st.integers(-60, 60), st.sampled_from(["Asia/Shanghai", "America/New_York"]))
def test_carrying_keeps_the_clock(minutes: int, days: int, zone_name: str) -> None:
    """There and back is where it was, and the wall clock is the same, except where the clocks skip it."""
    from hamsafar.timeline import zone

    moment = Instant.utc(2027, 3, 14, 0, 0).plus(minutes=minutes)
    there = carried(moment, days, zone_name)
    before, after = moment.datetime(zone(zone_name)), there.datetime(zone(zone_name))
    if zone_name == "Asia/Shanghai":
        assert there == moment.plus(days=days)
        assert carried(there, -days, zone_name) == moment
    else:
        assert (after.date() - before.date()).days == days
        assert before.time() == after.time() or abs((after - before).total_seconds() - days * 86_400) <= 3_600


def test_promises_are_those_of_activities_and_sessions() -> None:
    programme = far_plan().programme
    assert programme.term is not None
    plain = evolve(
        programme,
        activities=tuple(evolve(one, promised=one.kind == "link") for one in programme.activities),
        term=None,
    )
    links = {one.id for one in programme.activities if one.kind == "link"}
    assert promised_ids(plain) == links
    assert links


def test_programmes_are_told_apart_in_words() -> None:
    old = far_plan().programme
    assert old.term is not None
    activity, person = old.activities[0], old.people[0]
    moment = Instant.utc(2027, 1, 11, 0, 0)
    span = Span(moment, moment.plus(days=2))
    rule = next(one for one in old.limits if one.params)
    name, value = next(iter(rule.params.items()))
    new = evolve(
        old,
        activities=(evolve(activity, duration_min=activity.duration_min + 30), *old.activities[2:]),
        limits=tuple(
            Limits(rule=one.rule, params={**one.params, name: value + 1}) if one == rule else one for one in old.limits
        ),
        absences=(Absence(person=person.id, start=moment, reason="flu"),),
        shut=(Shut(of="centrifuge", span=span),),
        outages=(Outage(kind="relay", of=None, span=span, reason="upgrade"),),
        pins=(Pin(placement="x#1", start=moment),),
        happened=(
            Happened(placement="a", start=moment, end=span.end, people=()),
            Happened(placement="b", start=moment, end=span.end, people=(), outcome="missed"),
        ),
        now=date(2027, 1, 10),
        term=evolve(old.term, subjects=old.term.subjects[1:]),
    )
    told = programme_changes(old, new)
    assert activity.duration_min == 480
    assert f"activity {activity.id}: duration 8 h -> 510 min" in told
    assert f"activity {old.activities[1].id}: gone" in told
    assert (rule.rule, name) == ("FLT-02", "tolerance_s")
    assert f"FLT-02: tolerance {value:g} s -> {value + 1:g} s" in told
    assert f"{person.id} is away from {moment.iso()} (flu)" in told
    assert f"centrifuge is shut from {span.start.iso()} to {span.end.iso()}" in told
    assert f"windows of relay don't count from {span.start.iso()} to {span.end.iso()} (upgrade)" in told
    assert f"pinned: x#1 at {moment.iso()}" in told
    assert "done since: 1 placement" in told
    assert "missed: b" in told
    assert f"programme: today {old.now} -> 2027-01-10" in told
    assert f"subject {old.term.subjects[0].id}: gone" in told
    assert all(f"session {one.id}: gone" in told for one in old.term.subjects[0].sessions)
    back = programme_changes(new, old)
    assert "no longer: " + next(line for line in told if "is away" in line) in back
    assert "no longer pinned: x#1" in back
    assert len(back) == len(told) - 2  # what has happened is not taken back in words
    assert "term: gone" in programme_changes(old, evolve(old, term=None))


def test_other_minutes_of_the_hosts_are_told() -> None:
    old = far_plan().programme
    share = HostShare(person="commander-up", total_min=120, a_day_min=45)
    some = evolve(old, hosts_minutes=HostsMinutes(agreed="Protocol 7", total_min=300, people=(share,)))
    days = (DayShare(flight_day=2, total_min=30),)
    more = evolve(old, hosts_minutes=HostsMinutes(agreed="Protocol 8", total_min=310, people=(share,), days=days))
    assert programme_changes(some, more) == (
        "hosts' minutes: agreed by Protocol 7 -> Protocol 8, of all hosts 5 h -> 310 min, "
        "on flight day 2 none -> 30 min",
    )
    assert programme_changes(old, some) == (
        "hosts' minutes: agreed by none -> Protocol 7, of all hosts none -> 5 h, of commander-up none -> 2 h, "
        "a day of commander-up none -> 45 min",
    )
