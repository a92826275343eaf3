"""Mutants of the rules of the days aboard."""

from collections import defaultdict
from datetime import time
from itertools import pairwise

from attrs import evolve
from herd import (
    asking,
    minutes,
    moved,
    mutant,
    of,
    on_the_limit,
    placed,
    with_flight,
    with_one,
    with_placement,
    with_programme,
    without,
)

from hamsafar.domain.aboard import Pace
from hamsafar.domain.hosts_minutes import DayShare, HostShare, HostsMinutes
from hamsafar.domain.plan import Assignment, Plan
from hamsafar.timeline import local_date
from handmade import ENGINEER, EVERYONE, GUEST, HOST, UP


@on_the_limit("CRW-01")
def a_minute_short_of_sleep(plan: Plan, step: int) -> Plan:
    sleep = of(plan, "sleep", GUEST)[1]
    return with_placement(plan, sleep.id, end=sleep.end.plus(minutes=-step))


@mutant("CRW-01")
def a_night_without_sleep(plan: Plan) -> Plan:
    return without(plan, of(plan, "sleep", ENGINEER)[2].id)


@on_the_limit("CRW-01")
def a_minute_past_the_last_evening(plan: Plan, step: int) -> Plan:
    last = of(plan, "sleep", ENGINEER)[-1]  # starts 26 h before the end of the last flight day
    return moved(plan, last.id, last.start.plus(minutes=-step))


@on_the_limit("CRW-02")
def a_minute_awake_too_long(plan: Plan, step: int) -> Plan:
    longest = max(minutes(a.end, b.start) for p in EVERYONE for a, b in pairwise(of(plan, "sleep", p)))
    first = minutes(_six(plan), of(plan, "sleep", HOST)[0].start)
    return asking(plan, "CRW-02", "max_awake_min", max(longest, first) - step)


def _six(plan: Plan) -> object:
    """06:00 station time of flight day 1 (22:00 UTC of the day before)."""
    day = local_date(plan.flight.docking, "Asia/Shanghai")
    return type(plan.flight.docking).utc(day.year, day.month, day.day, 6).plus(hours=-8)


@on_the_limit("CRW-02")
def a_minute_awake_too_long_before_landing(plan: Plan, step: int) -> Plan:
    stay_up = plan.programme.limit("CRW-02", "wake_before_launch_min")
    first = of(plan, "sleep", GUEST)[0].start.seconds_since(plan.flight.launch.launch) / 60 + stay_up
    last = plan.flight.landing.landing.seconds_since(of(plan, "sleep", GUEST)[-1].end) / 60
    stays = minutes(of(plan, "sleep", ENGINEER)[-1].end, _six(plan).plus(days=5, hours=18))
    return asking(plan, "CRW-02", "max_awake_event_min", max(first, last, stays) - step)


@on_the_limit("CRW-03")
def a_minute_of_shift_too_much(plan: Plan, step: int) -> Plan:
    return asking(plan, "CRW-03", "max_shift_min", 30 - step)


@on_the_limit("CRW-04")
def meals_a_minute_too_close(plan: Plan, step: int) -> Plan:
    gap = min(minutes(a.start, b.start) for p in EVERYONE for a, b in pairwise(of(plan, "meal", p)))
    return asking(plan, "CRW-04", "min_gap_min", gap + step)


@on_the_limit("CRW-05")
def exercise_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    meal = placed(plan, f"meal-early@3@{ENGINEER}#1")
    return moved(plan, f"exercise@3@{ENGINEER}#1", meal.end.plus(minutes=60 - step))


@on_the_limit("CRW-06")
def link_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    link = placed(plan, "link#1")
    return moved(plan, f"exercise@2@{HOST}#1", link.start.plus(minutes=-90 + step))  # the one with the camera


def _sums(plan: Plan, flag: str, people: tuple[str, ...]) -> dict[tuple[str, object], int]:
    chosen = {a.id for a in plan.programme.activities if getattr(a, flag)}
    sums: dict[tuple[str, object], int] = defaultdict(int)
    for p in plan.placements:
        for person in p.person_ids if p.of in chosen else ():
            if person in people:
                sums[person, local_date(p.start, "Asia/Shanghai")] += minutes(p.start, p.end)
    return sums


@on_the_limit("CRW-07")
def a_minute_of_work_too_much(plan: Plan, step: int) -> Plan:
    changed = asking(plan, "CRW-08", "later_share", 1.0)
    most = max(_sums(plan, "work", EVERYONE).values())
    return asking(asking(changed, "CRW-08", "first_share", 1.0), "CRW-07", "max_work_min", most - step)


@on_the_limit("CRW-08")
def a_minute_over_the_share(plan: Plan, step: int) -> Plan:
    most = max(_sums(plan, "work", (GUEST,)).values())
    return asking(plan, "CRW-08", "first_share", (most - step) / 570 + 1e-9)


@on_the_limit("CRW-08")
def a_minute_over_the_later_share(plan: Plan, step: int) -> Plan:
    most = max(_sums(plan, "work", (GUEST,)).values())
    changed = asking(plan, "CRW-08", "first_days", 0)
    return asking(changed, "CRW-08", "later_share", (most - step) / 570 + 1e-9)


@on_the_limit("CRW-09")
def a_minute_of_help_too_much(plan: Plan, step: int) -> Plan:
    most = max(_sums(plan, "guest_programme", (UP, HOST, ENGINEER)).values())
    return asking(plan, "CRW-09", "max_host_min", most - step)


def _agreed(plan: Plan, **budget: object) -> Plan:
    """The plan with minutes that the agencies agreed."""
    return with_programme(plan, hosts_minutes=HostsMinutes(agreed="protocol 7", **budget))


def _helped(plan: Plan, *people: str) -> int:
    return sum(_sums(plan, "guest_programme", people).values())


@on_the_limit("CRW-09")
def a_minute_more_than_one_hosts_own_day(plan: Plan, step: int) -> Plan:
    most = max(_sums(plan, "guest_programme", (UP,)).values())
    return _agreed(plan, people=(HostShare(person=UP, a_day_min=most - step),))


@on_the_limit("CRW-21")
def a_minute_more_than_the_total(plan: Plan, step: int) -> Plan:
    return _agreed(plan, total_min=_helped(plan, UP, HOST, ENGINEER) - step)


@on_the_limit("CRW-21")
def a_placement_a_minute_longer_than_the_total(plan: Plan, step: int) -> Plan:
    last = max((p for p in plan.placements if p.of == "run" and UP in p.person_ids), key=lambda p: p.start)
    longer = with_placement(plan, last.id, end=last.end.plus(minutes=step))
    return _agreed(longer, total_min=_helped(plan, UP, HOST, ENGINEER))


@on_the_limit("CRW-21")
def a_minute_more_than_one_hosts_total(plan: Plan, step: int) -> Plan:
    return _agreed(plan, people=(HostShare(person=UP, total_min=_helped(plan, UP) - step),))


@on_the_limit("CRW-21")
def a_minute_more_than_a_flight_days_total(plan: Plan, step: int) -> Plan:
    by_day: dict[object, int] = defaultdict(int)
    for (_, day), sum_min in _sums(plan, "guest_programme", (UP, HOST, ENGINEER)).items():
        by_day[day] += sum_min
    docked = local_date(plan.flight.docking, "Asia/Shanghai")
    day, most = max(by_day.items(), key=lambda one: one[1])
    return _agreed(plan, days=(DayShare(flight_day=(day - docked).days + 1, total_min=most - step),))


@mutant("CRW-21")
def help_that_was_not_agreed_at_all(plan: Plan) -> Plan:
    return _agreed(plan, total_min=0)


@on_the_limit("CRW-22")
def a_minute_of_help_not_accounted_for(plan: Plan, step: int) -> Plan:
    first, *rest = plan.hosts_minutes
    return evolve(plan, hosts_minutes=(evolve(first, used_min=first.used_min - step), *rest))


@on_the_limit("CRW-22")
def a_helper_works_a_minute_longer_than_accounted(plan: Plan, step: int) -> Plan:
    last = max((p for p in plan.placements if p.of == "run" and UP in p.person_ids), key=lambda p: p.start)
    return with_placement(plan, last.id, end=last.end.plus(minutes=step))


@mutant("CRW-22")
def a_day_of_help_left_out(plan: Plan) -> Plan:
    return evolve(plan, hosts_minutes=plan.hosts_minutes[1:])


@mutant("CRW-22")
def a_day_of_help_told_twice(plan: Plan) -> Plan:
    return evolve(plan, hosts_minutes=(*plan.hosts_minutes, plan.hosts_minutes[0]))


@mutant("CRW-22")
def help_that_nobody_gives(plan: Plan) -> Plan:
    return evolve(plan, hosts_minutes=(*plan.hosts_minutes, evolve(plan.hosts_minutes[0], person=GUEST)))


@on_the_limit("CRW-22")
def a_minute_more_agreed_than_was(plan: Plan, step: int) -> Plan:
    first, *rest = plan.hosts_minutes
    return evolve(plan, hosts_minutes=(evolve(first, agreed_min=90.0 + step), *rest))


@on_the_limit("CRW-10")
def first_time_a_minute_short(plan: Plan, step: int) -> Plan:
    run = placed(plan, "run#1")
    return with_placement(plan, run.id, end=run.end.plus(minutes=-step))


def _first_thing(plan: Plan, within: int) -> Plan:
    """The plan in which the engineer's setting up should be done on waking, breakfast or not."""
    return with_one(plan, "activities", "run-setup", on_waking_min=within)


def _after_waking(plan: Plan) -> int:
    setup = placed(plan, "run-setup#1")
    return min(minutes(sleep.end, setup.start) for sleep in of(plan, "sleep", ENGINEER) if sleep.end <= setup.start)


@on_the_limit("CRW-17")
def a_minute_too_long_after_waking(plan: Plan, step: int) -> Plan:
    fed_later = with_one(plan, "activities", "meal-early", kind="hygiene")
    return _first_thing(fed_later, _after_waking(plan) - step)


@on_the_limit("CRW-17")
def breakfast_a_minute_before_what_is_first(plan: Plan, step: int) -> Plan:
    meal = placed(plan, f"meal-early@2@{ENGINEER}#1")
    return moved(_first_thing(plan, 480), "run-setup#1", meal.start.plus(minutes=step))


@mutant("CRW-17")
def first_thing_without_a_sleep(plan: Plan) -> Plan:
    return without(_first_thing(plan, 480), of(plan, "sleep", ENGINEER)[0].id)


@on_the_limit("CRW-18")
def a_minute_short_of_fasting(plan: Plan, step: int) -> Plan:
    fasted = minutes(placed(plan, f"meal-early@2@{ENGINEER}#1").end, placed(plan, "run-setup#1").start)
    return with_one(plan, "activities", "run-setup", fasting_min=fasted + step)


@on_the_limit("CRW-19")
def a_meal_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    gap = min(
        minutes(run.end, meal.start)
        for p in EVERYONE
        for run in of(plan, "exercise", p)
        for meal in of(plan, "meal", p)
        if meal.start > run.start
    )
    return asking(plan, "CRW-19", "min_gap_min", gap + step)


@on_the_limit("CRW-20")
def second_time_a_minute_short(plan: Plan, step: int) -> Plan:
    run = placed(plan, "run#2")
    return with_placement(plan, run.id, end=run.end.plus(minutes=-step))


@on_the_limit("CRW-20")
def third_time_a_minute_short(plan: Plan, step: int) -> Plan:
    run = placed(plan, "run#3")
    return with_placement(plan, run.id, end=run.end.plus(minutes=-step))


@mutant("CRW-20")
def first_time_not_sure_enough(plan: Plan) -> Plan:
    return asking(plan, "CRW-20", "confidence", 0.56)


@mutant("CRW-20")
def second_time_not_sure_enough(plan: Plan) -> Plan:
    return asking(asking(plan, "CRW-20", "first_mean", 1.6), "CRW-10", "first_factor", 1.0)


@mutant("CRW-20")
def learned_one_time_later(plan: Plan) -> Plan:
    return asking(plan, "CRW-20", "learned_at", 4)


@mutant("CRW-20")
def a_pace_of_its_own(plan: Plan) -> Plan:
    return with_one(plan, "activities", "run", pace=Pace(first_mean=1.6))


@mutant("CMP-01")
def second_time_a_minute_too_long(plan: Plan) -> Plan:
    run = placed(plan, "run#2")
    return with_placement(plan, run.id, end=run.end.plus(minutes=1))


@mutant("CMP-01")
def a_length_said_to_be_fixed(plan: Plan) -> Plan:
    return with_one(plan, "activities", "run", pace=Pace(fixed=True))


@on_the_limit("CRW-11")
def a_minute_of_noise(plan: Plan, step: int) -> Plan:
    run = placed(plan, "run#2")
    return moved(plan, f"exercise@3@{ENGINEER}#1", run.start.plus(minutes=-60 + step))


@on_the_limit("CRW-12")
def a_minute_before_its_hours(plan: Plan, step: int) -> Plan:
    first = time(7)
    start = placed(plan, "run-setup#1").start
    day = local_date(start, "Asia/Shanghai")
    opens = type(start).utc(day.year, day.month, day.day, first.hour).plus(hours=-8)
    return moved(plan, "run-setup#1", opens.plus(minutes=-step))


@on_the_limit("CRW-12")
def a_minute_after_its_hours(plan: Plan, step: int) -> Plan:
    start = placed(plan, "run-setup#1").start
    day = local_date(start, "Asia/Shanghai")
    return moved(plan, "run-setup#1", type(start).utc(day.year, day.month, day.day, 1).plus(minutes=step))


@mutant("CRW-12")
def on_another_day(plan: Plan) -> Plan:
    return moved(plan, "run-setup#1", placed(plan, "run-setup#1").start.plus(days=1))


@mutant("CRW-12")
def a_meal_on_the_wrong_day(plan: Plan) -> Plan:
    id_ = f"meal-early@3@{ENGINEER}#1"
    return moved(plan, id_, placed(plan, id_).start.plus(days=1))


@on_the_limit("CRW-13")
def a_minute_too_close(plan: Plan, step: int) -> Plan:
    runs = [placed(plan, f"run#{n}") for n in (1, 2, 3)]
    gap = min(minutes(a.start, b.start) for a, b in pairwise(runs))
    return with_one(plan, "activities", "run", spacing_min=gap + step)


@on_the_limit("CRW-14")
def a_minute_before_the_hatch_opens(plan: Plan, step: int) -> Plan:
    first = min(p.start for p in plan.placements if p.stage == "flight" and GUEST in p.person_ids)
    return with_flight(plan, hatch_open=first.plus(minutes=step))


@on_the_limit("CRW-14")
def a_minute_after_the_hatch_closes(plan: Plan, step: int) -> Plan:
    last = max(p.end for p in plan.placements if p.stage == "flight" and GUEST in p.person_ids)
    return with_flight(plan, hatch_close=last.plus(minutes=-step))


@mutant("CRW-14")
def somebody_not_aboard(plan: Plan) -> Plan:
    people = (Assignment(person="trainee-backup", function="keeper"),)
    return with_placement(plan, "upkeep@2#1", people=people)


@mutant("CRW-15")
def one_person_short(plan: Plan) -> Plan:
    run = placed(plan, "run#2")
    return with_placement(plan, run.id, people=run.people[:1])


@mutant("CRW-15")
def one_person_too_many(plan: Plan) -> Plan:
    run = placed(plan, "run#2")
    return with_placement(plan, run.id, people=(*run.people, Assignment(person=ENGINEER, function="onlooker")))


@mutant("CRW-15")
def no_candidate(plan: Plan) -> Plan:
    people = tuple(evolve(a, person=UP) for a in placed(plan, "upkeep@2#1").people)
    return with_placement(plan, "upkeep@2#1", people=people)


@mutant("CRW-15")
def a_meal_eaten_by_somebody_else(plan: Plan) -> Plan:
    id_ = f"meal-early@3@{ENGINEER}#1"
    people = tuple(evolve(a, person=HOST) for a in placed(plan, id_).people)
    return with_placement(plan, id_, people=people)


@on_the_limit("CRW-16")
def a_minute_of_arrival_after_bedtime(plan: Plan, step: int) -> Plan:
    bed = min(p.start for p in plan.placements if p.kind == "sleep" and GUEST in p.person_ids)
    activity = evolve(
        next(a for a in plan.programme.activities if a.id == "run-setup"), id="arrive", kind="arrival", flight_days=()
    )
    suit_off = evolve(
        placed(plan, "run-setup#1"),
        id="arrive#1",
        of="arrive",
        kind="arrival",
        start=bed.plus(minutes=step - activity.duration_min),
        end=bed.plus(minutes=step),
        people=(Assignment(person=GUEST, function="operator"),),
    )
    changed = with_programme(plan, activities=(*plan.programme.activities, activity))
    return evolve(changed, placements=(*changed.placements, suit_off))
