"""Why a placement is where it is, and why something was left out: small stays with known answers."""

from __future__ import annotations

import pytest
from attrs import evolve

import aboard
from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import Happened, Pin
from hamsafar.domain.plan import Dropped, Placement, Plan, WindowList
from hamsafar.planning.crew import crew_placements, crew_problem, dropped, left_undone
from hamsafar.planning.make import Options
from hamsafar.planning.rebuilt import stage_again
from hamsafar.planning.why import Leaving, Placing, known_ids, why
from hamsafar.schedule.problem import Solved
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Span
from refreshable import eve

OPTIONS = Options(effort=1.0, workers=1)
SLEEP = aboard.sleep(480)


def plan_of(*activities: Activity, windows: tuple[WindowList, ...] = (), **more: object) -> Plan:
    """A plan of a small stay in which everybody sleeps, as it would be written."""
    programme = aboard.programme(SLEEP, *activities, **more)  # type: ignore[arg-type]
    problem = crew_problem(programme, aboard.FLIGHT, windows, ())
    answer = solve(problem, effort=2.0)
    assert isinstance(answer, Solved), answer
    placements = crew_placements(programme, aboard.FLIGHT, problem, answer)
    undone = left_undone(programme, aboard.FLIGHT, windows, [one.id for one in placements])
    return evolve(
        eve(),
        programme=programme,
        flight=aboard.FLIGHT,
        windows=windows,
        placements=placements,
        dropped=(*dropped(programme, problem, answer), *undone),
    )


def placing(plan: Plan, about: str) -> Placing:
    (one,) = why(plan, about, OPTIONS).placed
    return one


def leaving(plan: Plan, about: str) -> Leaving:
    (one,) = why(plan, about, OPTIONS).left_out
    return one


def noon(day: int, minutes: int, *, id_: str = "work", **more: object) -> Activity:
    """Something of the guest's from 12:00 to 14:00 of a flight day, best at 12:30."""
    facts: dict[str, object] = {"hours": ("12:00", "14:00"), "flight_days": (day,), "prefer": "12:30"}
    return aboard.activity(id_, minutes, **(facts | more))  # type: ignore[arg-type]


def test_a_lone_placement_moves_in_its_hours_and_is_where_it_is_liked() -> None:
    one = placing(plan_of(noon(2, 60)), "work")
    assert one.freedom is not None
    assert one.preferred is not None
    assert aboard.label(one.placement.start) == "2 12:30"
    assert [aboard.label(at) for at in (one.freedom.first, one.freedom.last)] == ["2 12:00", "2 14:00"]
    assert (one.freedom.earliest, one.freedom.latest) == (one.freedom.first, one.freedom.last)
    assert one.freedom.before == ("CRW-12: work#1 falls on its days and starts in its hours",)
    assert one.preferred.away_min == 0
    assert not one.is_forced
    assert one.elsewhere is None
    assert {"hours", "people"} <= {reason.kind for reason in one.reasons}


def test_a_neighbour_is_named_with_its_times() -> None:
    plan = plan_of(noon(2, 60), noon(2, 60, id_="other", hours=("13:00", "13:01"), prefer="13:00"))
    (other,) = [one for one in plan.placements if one.of == "other"]
    one = placing(plan, "work#1")
    assert one.freedom is not None
    assert one.freedom.last == other.start.plus(minutes=-60)
    (stopped,) = one.freedom.after
    start, end = (aboard.label(moment)[2:] for moment in (other.start, other.end))
    assert stopped == f"PPL-01: guest does one thing at a time; other#1, 2027-03-02 {start} to {end} (Asia/Shanghai)"
    assert one.preferred is not None
    assert one.preferred.away_min == one.preferred.start.seconds_since(one.placement.start) / 60 > 0
    assert one.preferred.stopped_by == (stopped,)


def test_a_forced_start_names_the_rules_that_force_it() -> None:
    narrow = aboard.windows((aboard.at(2, "12:00"), aboard.at(2, "13:00")))
    call = aboard.activity("call", 60, window=aboard.WindowNeed(kind="relay"))
    one = placing(plan_of(call, windows=(narrow,)), "call#1")
    assert one.is_forced
    assert one.elsewhere is not None
    assert "WIN-01" in {clash.rule for clash in one.elsewhere.clashes}
    assert "window" in {reason.kind for reason in one.reasons}


def test_what_others_hold_could_lie_elsewhere_with_them_moved() -> None:
    hours = {"hours": ("12:00", "13:00"), "prefer": "12:00"}
    one = placing(plan_of(noon(2, 60, **hours), noon(2, 60, id_="other", **hours)), "work#1")
    assert one.elsewhere is not None
    assert one.elsewhere.possible
    assert one.elsewhere.moved == ("other#1",)


def test_what_fits_nowhere_is_barred_with_what_would_make_it_fit() -> None:
    link = aboard.activity("call", 20, window=aboard.WindowNeed(kind="relay"), flight_days=(2,), optional=True, value=9)
    short = aboard.windows((aboard.at(2, "14:00"), aboard.at(2, "14:10")))
    one = leaving(plan_of(link, windows=(short,)), "call#1")
    assert one.possible is False
    assert {clash.rule for clash in one.clashes} == {"WIN-01", "CMP-01"}
    assert one.minimal
    (window, shorter) = sorted(one.relaxations, key=lambda way: way.rule, reverse=True)
    assert window.proved
    assert window.sentence.startswith("WIN-01: one more window relay of 20 min on flight day 2")
    assert shorter.sentence == "CMP-01: make call 10 min shorter (10 min instead of 20)"


def test_what_competes_costs_what_is_left_out_for_it() -> None:
    facts = {"optional": True, "hours": ("12:00", "12:30"), "prefer": "12:00"}
    plan = plan_of(noon(2, 60, value=50, **facts), noon(2, 60, id_="other", value=20, **facts))
    one = leaving(plan, "other")
    assert (one.possible, one.beside_all) == (True, False)
    assert {clash.rule for clash in one.clashes} >= {"CMP-01", "PPL-01"}
    assert one.cost is not None
    assert one.cost.proved
    assert one.cost.left_out == ("work#1",)
    assert one.cost.moved == ()
    lost = next(term for term in one.cost.terms if term.unit == "points")
    assert (lost.before, lost.after, lost.bound) == (20, 50, 50)


def test_what_was_forgotten_can_be_put_in_for_nothing() -> None:
    plan = plan_of(noon(2, 60, optional=True, value=50))
    (one,) = [placed for placed in plan.placements if placed.of == "work"]
    left = Dropped(id=one.id, of=one.of, title=one.title, value=50, why="")
    without = evolve(plan, placements=tuple(p for p in plan.placements if p.id != one.id), dropped=(left,))
    found = leaving(without, "work")
    assert (found.possible, found.beside_all) == (True, True)
    assert found.cost is not None
    assert found.cost.moved == ()
    assert next(term.after for term in found.cost.terms if term.unit == "points") == 0


def test_what_is_pinned_says_so_and_cannot_move() -> None:
    plan = plan_of(noon(2, 60))
    (work,) = [one for one in plan.placements if one.of == "work"]
    pinned = evolve(plan, programme=evolve(plan.programme, pins=(Pin(placement=work.id, start=work.start),)))
    one = placing(pinned, "work#1")
    assert "pinned" in {reason.kind for reason in one.reasons}
    assert one.is_forced
    assert one.elsewhere is not None
    assert "PIN-01" in {clash.rule for clash in one.elsewhere.clashes}


def test_what_has_happened_is_only_told() -> None:
    plan = plan_of(noon(2, 60))
    now = aboard.at(3, "04:00")
    done = tuple(_done(one) for one in plan.placements if one.start < now)
    one = placing(evolve(plan, programme=evolve(plan.programme, past_until=now, happened=done)), "work#1")
    assert one.reasons[0].kind == "past"
    assert one.freedom is None


def test_what_was_missed_says_so_where_it_is_placed_again_and_where_it_cannot_be_any_more() -> None:
    daily = aboard.activity("run", 60, repeat="each-day", flight_days=(2, 3), hours=("12:00", "14:00"))
    missed = Happened(
        placement="run@2#1",
        start=aboard.at(2, "12:00"),
        end=aboard.at(2, "13:00"),
        people=(aboard.GUEST,),
        outcome="missed",
    )
    nights = [_done(one) for one in plan_of(daily).placements if one.kind == "sleep" and one.start < missed.start]
    later = plan_of(daily, past_until=aboard.at(2, "12:30"), happened=(*nights, missed))
    one = placing(later, "run@2#1")
    assert one.reasons[0].sentence == "it was missed on 2027-03-02, and is placed again"
    assert one.freedom is not None
    assert one.freedom.first >= aboard.at(2, "12:30")
    over = plan_of(daily, past_until=aboard.at(2, "14:01"), happened=(*nights, missed))
    gone = leaving(over, "run@2#1")
    assert (gone.dropped.why, gone.possible) == ("was missed on 2027-03-02; its day is over", False)
    assert [clash.sentence for clash in gone.clashes] == [
        "CRW-12: run@2#1 falls on its days and starts in its hours; its day is over",
        "PST-01: nothing begins before now; 2027-03-02T06:01Z",
    ]
    assert why(over, "run@2#1", OPTIONS).is_decided


def _done(one: Placement) -> Happened:
    return Happened(placement=one.id, start=one.start, end=one.end, people=one.person_ids)


def test_a_broken_plan_is_told_and_nothing_is_claimed() -> None:
    plan = plan_of(noon(2, 60))
    early = aboard.at(2, "10:00")
    moved = tuple(
        evolve(one, start=early, end=early.plus(minutes=60)) if one.of == "work" else one for one in plan.placements
    )
    one = placing(evolve(plan, placements=moved), "work#1")
    assert one.freedom is None
    assert one.broken == ("CRW-12: work#1 falls on its days and starts in its hours",)


def test_all_occurrences_of_an_activity_are_told_and_unknown_ids_are_not() -> None:
    plan = plan_of(noon(2, 60))
    sleeps = why(plan, "sleep", OPTIONS).placed
    assert len(sleeps) == sum(one.of == "sleep" for one in plan.placements) > 3
    assert {"sleep", "work", "work#1"} <= set(known_ids(plan))
    with pytest.raises(KeyError):
        why(plan, "nothing", OPTIONS)


def test_a_real_plan_gives_its_own_problem_back() -> None:
    again = stage_again(eve(), "flight")
    assert again.broken == ()
    assert set(again.placed) == {one.id for one in eve().placements if one.stage == "flight"}
    assert Span(eve().flight.docking, eve().flight.landing.undocking) == eve().flight.aboard
