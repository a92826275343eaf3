"""What is past is a fact: no rule but PST-01 is broken by what has been alone, and each by what is still to come."""

from __future__ import annotations

from datetime import time

import mutants_changes
import mutants_common  # noqa: F401  # they register their mutants
import mutants_crew  # noqa: F401
import mutants_needs  # noqa: F401
import mutants_samples  # noqa: F401
import mutants_training  # noqa: F401
import pytest
from attrs import evolve
from herd import (
    HERD,
    Mutant,
    as_planned,
    asking,
    moved,
    placed,
    so_far,
    with_one,
    with_placement,
    with_programme,
    without,
)

from hamsafar.domain.aboard import Resource, Use
from hamsafar.domain.calendars import Calendar, Hours
from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Dropped, Finding, Plan
from hamsafar.timeline import Instant, Span
from hamsafar.verify import CHECKERS, verify
from hamsafar.verify.case import Case
from hamsafar.verify.registry import Breach, Gap
from handmade import GUEST, UP, far_plan

OF_PLACEMENTS = ("PPL", "RES", "ORD", "CER", "TRN", "CRW")
OF_ACCOUNTS = ("CRW-22", "CRW-23", "CRW-24")  # what is told has to be right, of the past too


def said(plan: Plan, rule: str) -> list[Breach | Gap]:
    """What one rule's checker says and the verifier tells."""
    case = Case(plan, {limits.rule: limits.params for limits in plan.programme.limits})
    return [each for each in CHECKERS[rule](case) if not case.are_facts(each.where)]


def flown(plan: Plan) -> Plan:
    """The plan when all of it has been."""
    return so_far(plan, max(p.end for p in plan.placements).plus(days=30))


OF_PLACED = [m for m in HERD if m.rule.startswith(OF_PLACEMENTS) and m.rule not in OF_ACCOUNTS]


@pytest.mark.parametrize("mutant", OF_PLACED, ids=lambda m: m.name)
def test_when_all_has_been_nothing_is_broken(mutant: Mutant) -> None:
    plan = mutant.plan()
    if plan.programme.past_until is None:
        assert said(plan, mutant.rule)
        assert said(flown(plan), mutant.rule) == []


@pytest.mark.parametrize("after_min", [0, 3_000])
def test_a_plan_that_keeps_its_past_holds(after_min: int) -> None:
    plan = far_plan()
    now = placed(plan, "run-setup#1").start.plus(minutes=after_min)
    judgement = verify(so_far(plan, now))
    assert [f.sentence for f in judgement.findings if f.status != "holds"] == []


def test_while_nothing_has_been_nothing_changes() -> None:
    for mutant in HERD:
        if mutant.rule == "TRN-07":
            plan = mutant.plan()
            first = min(p.start for p in plan.placements)
            assert said(so_far(plan, first), "TRN-07") == said(plan, "TRN-07") != []


def test_as_flown_times_may_be_anything() -> None:
    """Shorter than asked, on half a minute, on another day, after its phase and while somebody was away."""
    plan = far_plan()
    odd = as_planned(placed(plan, "ship/theory"), start=Instant.parse("2026-12-05T19:00:30Z"))
    odd = evolve(odd, end=odd.start.plus(minutes=5))
    changed = with_placement(plan, "ship/theory", start=odd.start, end=odd.end)
    away = mutants_changes.away(changed, GUEST, odd.start.plus(days=-1), odd.start.plus(hours=1))
    past = so_far(away, placed(plan, "ship/practice").start, odd)
    wrong = [(f.rule, f.where) for f in broken(past)]
    # What follows it is still to come, and 48 hours are the most that may lie between.
    assert wrong == [("ORD-01", ("ship/theory", "ship/practice"))]


def broken(plan: Plan) -> list[Finding]:
    return [f for f in verify(plan).findings if f.status != "holds"]


def test_what_was_held_out_of_turn_is_a_fact_and_its_repetition_is_none() -> None:
    """An exam failed and repeated after the session that it should have come before."""
    plan = far_plan()
    exam, run = placed(plan, "ship/exam@trainee-prime"), placed(plan, "fluids/run")
    now = run.end
    again = moved(plan, exam.id, Instant.parse("2026-12-16T01:00Z"))
    past = so_far(again, now, as_planned(exam, outcome="failed"))
    assert said(past, "PST-01") == said(past, "CER-01") == said(past, "ORD-01") == []
    needed = so_far(again, run.start, as_planned(exam, outcome="failed"))
    (told,) = said(needed, "CER-01")  # the session is still to come, and the certificate comes after it
    assert told.where == ("fluids/run", GUEST)


def test_what_should_have_come_before_may_be_made_up_for_afterwards() -> None:
    plan = far_plan()
    theory, practice = placed(plan, "ship/theory"), placed(plan, "ship/practice")
    again = moved(plan, theory.id, practice.start.plus(days=9))
    missed = as_planned(theory, outcome="missed")
    assert said(so_far(again, practice.end, missed), "ORD-01") == []
    assert [each.where for each in said(so_far(again, practice.start, missed), "ORD-01")] == [(theory.id, practice.id)]


def test_a_failed_exam_that_was_passed_since_counts() -> None:
    plan = far_plan()
    exam = placed(plan, "fluids/exam@trainee-prime")
    failed = as_planned(exam, start=exam.start.plus(days=-1), end=exam.end.plus(days=-1), outcome="failed")
    flown_ = so_far(plan, exam.end)
    both = with_programme(flown_, happened=(failed, *flown_.programme.happened))
    assert said(both, "CER-01") == said(both, "PST-01") == []


def in_a_row(plan: Plan, now: Instant, most: int) -> list[Breach | Gap]:
    return said(asking(so_far(plan, now), "TRN-13", "max_days_in_row", most), "TRN-13")


def test_days_in_a_row_count_where_a_day_still_to_come_is_among_them() -> None:
    # Training days: 7, 8, 9 and 11 December, 14 and 15 December.
    plan = far_plan()
    assert len(in_a_row(plan, Instant.parse("2026-12-07T00:00Z"), 2)) == 2  # of each of the two
    assert len(in_a_row(plan, placed(plan, "ship/spin@trainee-prime").start, 2)) == 2  # the third day is to come
    # Once something has been on the third day, what comes on it makes the row no longer.
    one = placed(plan, "ship/spin@trainee-prime")
    assert {told.where[0] for told in in_a_row(plan, one.end, 2)} == {"trainee-backup"}
    assert in_a_row(plan, one.end.plus(days=1), 2) == []


def test_a_stretch_without_sleep_is_a_fact_once_it_is_over() -> None:
    plan = far_plan()
    first, second, third, *_ = sorted(
        (p for p in plan.placements if p.kind == "sleep" and GUEST in p.person_ids), key=lambda p: p.start
    )
    missed = as_planned(second, outcome="missed")
    awake = without(plan, second.id)
    running, over = so_far(awake, second.end, missed), so_far(awake, third.end, missed)
    for rule in ("CRW-01", "CRW-02", "CRW-03"):
        assert said(running, rule), rule
        assert said(over, rule) == [], rule
    assert [each.where[0] for each in said(over, "CMP-01")] == [second.id]
    assert said(listed(over, second.id), "CMP-01") == []
    assert first.end < second.start


def listed(plan: Plan, id_: str) -> Plan:
    """The plan with something listed as left out."""
    of = id_.partition("#")[0].partition("@")[0]
    return evolve(plan, dropped=(*plan.dropped, Dropped(id=id_, of=of, title="It", value=0, why="missed")))


def test_what_is_daily_is_made_up_for_while_its_day_lasts_and_listed_afterwards() -> None:
    plan = far_plan()
    meal = placed(plan, "meal-early@3@trainee-prime#1")  # it may start until 09:00, that is 01:00 UTC
    missed, without_it = as_planned(meal, outcome="missed"), without(plan, meal.id)
    at_nine = Instant.parse("2027-06-03T01:00Z")
    over = at_nine.plus(seconds=1)
    not_in = f"{meal.id} is not in the plan."
    not_listed = f"{meal.id} was not done when it could have been, and is not listed as left out."
    mandatory = f"{meal.id} is left out and is not optional."
    unasked = f"{meal.id} is in the plan and nobody asked for it."

    def told(changed: Plan, now: Instant, *others: Happened) -> list[str]:
        return [each.sentence for each in said(so_far(changed, now, *others), "CMP-01")]

    for others in ((missed,), ()):  # that nobody says that it was missed makes no difference
        assert told(without_it, at_nine, *others) == [not_in]
        assert told(listed(without_it, meal.id), at_nine, *others) == [mandatory]
        assert told(without_it, over, *others) == [not_listed]
        assert told(listed(without_it, meal.id), over, *others) == []
    later = moved(plan, meal.id, at_nine)
    assert told(later, at_nine, missed) == []
    assert told(later, over, missed) == [unasked]


def test_the_day_of_what_needs_a_window_ends_with_the_last_one() -> None:
    plan = far_plan()
    link = next(one for one in plan.programme.activities if one.window is not None and one.window.kind == "relay")
    daily = evolve(link, id="each", repeat="each-day", times=1, flight_days=(3,), starts_between=None, after=())
    (relay,) = [one for one in plan.windows if one.kind == "relay"]
    zone_day = Span(Instant.parse("2027-06-02T16:00Z"), Instant.parse("2027-06-03T16:00Z"))
    last = max((one for one in relay.spans if zone_day.covers(one.span)), key=lambda one: one.start)
    end = last.end.plus(seconds=-asked_margin(plan) * (last.sigma_s or 0.0))
    latest = Instant.from_utc_minute(end.floor_utc_minute() - daily.duration_min)
    asks = with_programme(plan, activities=(*plan.programme.activities, daily))
    asks = evolve(asks, windows=tuple(evolve(one, spans=(last,)) if one is relay else one for one in asks.windows))
    left = [each.sentence for each in said(so_far(asks, latest), "CMP-01") if "each@3#1" in each.where]
    gone = [each.sentence for each in said(so_far(asks, latest.plus(minutes=1)), "CMP-01") if "each@3#1" in each.where]
    assert left == ["each@3#1 is not in the plan."]
    assert gone == ["each@3#1 was not done when it could have been, and is not listed as left out."]


def test_the_day_of_ones_own_ends_with_their_presence() -> None:
    """The guest goes down: what is their own on that day has to end before the hatch closes."""
    plan = far_plan()
    meal = next(one for one in plan.programme.activities if one.id == "meal-early")
    own = evolve(meal, id="own", starts_between=None, who=(evolve(meal.who[0], candidates=(GUEST,)),))
    asks = with_programme(plan, activities=(*plan.programme.activities, own))
    closes = Instant.from_utc_minute(plan.flight.hatch_close.floor_utc_minute())
    latest = closes.plus(minutes=-own.duration_min)

    def told(now: Instant) -> list[str]:
        found = [each for each in said(so_far(asks, now), "CMP-01") if each.where[0].startswith("own@")]
        return [each.sentence.partition(" ")[2] for each in found if each.where[0] == max(e.where[0] for e in found)]

    assert told(latest) == ["is not in the plan."]
    assert told(latest.plus(minutes=1)) == ["was not done when it could have been, and is not listed as left out."]


def asked_margin(plan: Plan) -> float:
    """How many sigmas of a window's ends are kept clear."""
    return plan.programme.limit("WIN-01", "margin_sigmas")


def test_numbers_are_asked_of_what_is_still_to_come() -> None:
    plan = far_plan()
    first, second, third = (placed(plan, f"run#{n}") for n in (1, 2, 3))
    missed = as_planned(first, outcome="missed")
    after = third.start.plus(hours=2)  # not the guest's first run any more: an hour will do
    again = with_placement(plan, first.id, start=after, end=after.plus(hours=1))
    early = said(so_far(again, first.start.plus(minutes=1), missed), "CMP-01")  # 2 and 3 can still come after it
    assert ("run#3", "run#1") in [each.where for each in early]
    assert said(so_far(again, third.end, missed), "CMP-01") == []
    assert second.start < third.start


def test_an_arrival_after_a_sleep_that_has_been_is_a_fact() -> None:
    late = next(m for m in HERD if m.rule == "CRW-16").plan()
    (told, *_) = said(late, "CRW-16")
    _, arrival, sleep = told.where
    assert said(so_far(late, placed(late, sleep).start), "CRW-16")
    missed = as_planned(placed(late, arrival), outcome="missed", start=late.flight.hatch_open)
    after = so_far(late, placed(late, sleep).end, evolve(missed, end=missed.start.plus(minutes=9)))
    again = moved(after, arrival, placed(late, sleep).end)
    assert said(again, "CRW-16") == []


def test_what_only_claims_to_have_been_is_judged() -> None:
    """Times or people other than the record's, or the same thing twice: no fact, and every rule sees it."""
    plan = far_plan()
    reading = placed(plan, "ship/reading")
    now = placed(plan, "ship/spin@trainee-prime").start
    short = with_placement(plan, reading.id, end=reading.end.plus(minutes=-5))
    assert said(so_far(short, now), "CMP-01") == []
    told = so_far(plan, now)
    assert said(with_placement(told, reading.id, end=reading.end.plus(minutes=-5)), "CMP-01")
    others = tuple(evolve(a, person=UP) if a.person == GUEST else a for a in reading.people)
    assert said(with_placement(told, reading.id, people=others), "TRN-12")


def test_records_without_a_now_and_after_now_are_not_judged() -> None:
    plan = far_plan()
    theory = placed(plan, "ship/theory")
    unclear = with_programme(plan, happened=(as_planned(theory),))
    assert [type(each) for each in said(unclear, "PST-01")] == [Gap]
    early = with_programme(so_far(plan, theory.start), happened=(as_planned(theory),))
    assert [type(each) for each in said(early, "PST-01")] == [Gap]
    assert verify(early).verdict == "incomplete"


def test_the_day_of_what_uses_a_team_ends_with_its_hours() -> None:
    """The team on the ground is there from 02:00 to 03:00 UTC, that is to 11:00 aboard."""
    plan = far_plan()
    upkeep = next(one for one in plan.programme.activities if one.id == "upkeep")
    daily = evolve(upkeep, id="each", flight_days=(3,), starts_between=None, uses=(Use(resource="team"),))
    console = Calendar(
        id="console", zone="UTC", weekdays=tuple(range(1, 8)), hours=(Hours(opens=time(2), closes=time(3)),)
    )
    known = plan.programme
    asks = with_programme(
        plan,
        activities=(*known.activities, daily),
        calendars=(*known.calendars, console),
        resources=(*known.resources, Resource(id="team", title="Team", capacity=1, calendar="console")),
    )
    latest = Instant.parse("2027-06-03T03:00Z").plus(minutes=-daily.duration_min)

    def told(now: Instant) -> list[str]:
        return [each.sentence for each in said(so_far(asks, now), "CMP-01") if "each@3#1" in each.where]

    assert told(latest) == ["each@3#1 is not in the plan."]
    assert told(latest.plus(minutes=1)) == [
        "each@3#1 was not done when it could have been, and is not listed as left out."
    ]


def test_a_campaign_keeps_the_days_it_had_when_undocking_moves() -> None:
    """Upkeep on the last three days but one: day 3 was among them while the ship was to leave on day 5."""
    plan = far_plan()
    campaign = with_one(plan, "activities", "upkeep", flight_days=(), days_before_end=(1, 2))  # days 4 and 5 by now
    day_3 = placed(plan, "upkeep@3#1")
    before = without(campaign, "upkeep@2#1")
    unasked = "upkeep@3#1 is in the plan and nobody asked for it."

    def told(changed: Plan) -> list[str]:
        return [each.sentence for each in said(changed, "CMP-01") if each.where and "upkeep" in each.where[0]]

    assert told(before) == [unasked]
    assert told(so_far(before, day_3.end)) == []
