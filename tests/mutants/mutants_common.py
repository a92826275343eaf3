"""Mutants of the rules that hold on the ground and aboard alike."""

from datetime import timedelta

from attrs import evolve
from herd import (
    minutes,
    moved,
    mutant,
    on_the_limit,
    placed,
    with_one,
    with_placement,
    with_programme,
    with_session,
    without,
)

from hamsafar.domain.plan import Dropped, Plan
from hamsafar.domain.training import After
from hamsafar.timeline import local_date
from handmade import BACKUP, ENGINEER, GUEST


@on_the_limit("PPL-01")
def a_minute_in_two_places(plan: Plan, step: int) -> Plan:
    first = placed(plan, "ship/spin@trainee-prime")
    return moved(plan, "ship/spin@trainee-backup", first.end.plus(minutes=-step))  # the instructor is in both


@mutant("PPL-01")
def twice_in_one(plan: Plan) -> Plan:
    liner = placed(plan, "liner#1")
    return with_placement(plan, "liner#1", people=tuple(evolve(a, person=GUEST) for a in liner.people))


@on_the_limit("RES-01")
def a_watt_short(plan: Plan, step: int) -> Plan:
    return with_one(plan, "resources", "power", capacity=600 - step)


@mutant("RES-01")
def two_in_the_centrifuge(plan: Plan) -> Plan:
    first = placed(plan, "ship/spin@trainee-prime")
    return moved(plan, "ship/spin@trainee-backup", first.end.plus(minutes=-1))


def with_after(plan: Plan, after: After) -> Plan:
    return with_session(plan, "ship/practice", after=(after,))


@on_the_limit("ORD-01")
def a_minute_too_soon(plan: Plan, step: int) -> Plan:
    gap = minutes(placed(plan, "ship/theory").end, placed(plan, "ship/practice").start)
    return with_after(plan, After(of="ship/theory", min_gap_min=gap + step))


@on_the_limit("ORD-01")
def a_minute_too_late(plan: Plan, step: int) -> Plan:
    gap = minutes(placed(plan, "ship/theory").end, placed(plan, "ship/practice").start)
    return with_after(plan, After(of="ship/theory", max_gap_min=gap - step))


@on_the_limit("ORD-01")
def activity_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    gap = minutes(placed(plan, "run-setup#1").end, placed(plan, "run#1").start)
    return with_one(plan, "activities", "run", after=(After(of="run-setup", min_gap_min=gap + step),))


@mutant("ORD-01")
def after_what_is_left_out(plan: Plan) -> Plan:
    changed = without(with_one(plan, "activities", "run-setup", optional=True), "run-setup#1")
    told = Dropped(id="run-setup#1", of="run-setup", title="Set up", value=0, why="")
    return evolve(changed, dropped=(*changed.dropped, told))


@mutant("CMP-01")
def a_meal_missing(plan: Plan) -> Plan:
    return without(plan, "meal-late@3@trainee-prime#1")


@mutant("CMP-01")
def a_session_missing(plan: Plan) -> Plan:
    return without(plan, "ship/exam@trainee-backup")


@mutant("CMP-01")
def a_minute_short(plan: Plan) -> Plan:
    return with_placement(plan, "liner#1", end=placed(plan, "liner#1").end.plus(minutes=-1))


@mutant("CMP-01")
def a_minute_long(plan: Plan) -> Plan:
    return with_placement(plan, "ship/theory", end=placed(plan, "ship/theory").end.plus(minutes=1))


@mutant("CMP-01")
def mandatory_left_out(plan: Plan) -> Plan:
    told = Dropped(id="liner#1", of="liner", title="Liner", value=0, why="")
    return evolve(without(plan, "liner#1"), dropped=(*plan.dropped, told))


@mutant("CMP-01")
def optional_gone_unlisted(plan: Plan) -> Plan:
    return without(plan, "photograph#1")


@mutant("CMP-01")
def one_too_many(plan: Plan) -> Plan:
    return evolve(plan, placements=(*plan.placements, evolve(placed(plan, "liner#1"), id="liner#2", occurrence=2)))


@mutant("CMP-01")
def the_same_twice(plan: Plan) -> Plan:
    return evolve(plan, placements=(*plan.placements, placed(plan, "liner#1")))


@mutant("CMP-01")
def half_a_minute(plan: Plan) -> Plan:
    return moved(plan, "liner#1", placed(plan, "liner#1").start.plus(seconds=30))


@mutant("CMP-01")
def no_length(plan: Plan) -> Plan:
    return with_placement(plan, "liner#1", end=placed(plan, "liner#1").start)


@on_the_limit("CER-01", base="near")
def certificate_a_day_short(plan: Plan, step: int) -> Plan:
    guest = plan.programme.person(GUEST)
    last = max(p.start for p in plan.placements if p.of == "run")
    until = local_date(last, "Asia/Shanghai") - timedelta(days=step)
    held = evolve(guest.certificates[0], valid_until=until)
    return with_one(plan, "people", GUEST, certificates=(held,))


@on_the_limit("CER-01")
def course_too_long_ago(plan: Plan, step: int) -> Plan:
    passed = local_date(placed(plan, "fluids/exam@trainee-prime").end, "Asia/Shanghai")
    last = local_date(max(p.start for p in plan.placements if p.of == "run"), "Asia/Shanghai")
    return with_one(plan, "certificates", "fluids", valid_d=(last - passed).days + 1 - step)


@on_the_limit("CER-01")
def needed_a_minute_before_it_is_given(plan: Plan, step: int) -> Plan:
    needed = with_session(plan, "fluids/run", needs=("ship-user",))
    start = placed(plan, "fluids/run").start
    return moved(needed, "ship/exam@trainee-backup", start.plus(minutes=step - 45))


@mutant("CER-01")
def certificate_never_given(plan: Plan) -> Plan:
    return with_one(plan, "people", ENGINEER, certificates=()) if _engineer_assists(plan) else _nobody_passed(plan)


def _engineer_assists(plan: Plan) -> bool:
    return any(p.of == "run" and ENGINEER in p.person_ids for p in plan.placements)


def _nobody_passed(plan: Plan) -> Plan:
    subjects = tuple(evolve(s, certificate=None) for s in plan.programme.term.subjects)
    return with_programme(plan, term=evolve(plan.programme.term, subjects=subjects))


@mutant("CER-01")
def backup_missed_the_exam(plan: Plan) -> Plan:
    return without(plan, f"ship/exam@{BACKUP}")


@mutant("CMP-01")
def flight_activities_called_training(plan: Plan) -> Plan:
    """A false stage frees nothing of its rules: once 258 placements of nonsense held this way."""
    return evolve(
        plan,
        placements=tuple(
            evolve(p, stage="training", people=(), kind="nonsense", zone="UTC") if p.stage == "flight" else p
            for p in plan.placements
        ),
    )


@mutant("CMP-01")
def one_activity_called_training(plan: Plan) -> Plan:
    return with_placement(plan, "run#1", stage="training")


@mutant("CMP-01")
def one_session_called_flight(plan: Plan) -> Plan:
    first = next(p for p in plan.placements if p.stage == "training")
    return with_placement(plan, first.id, stage="flight")


@mutant("CMP-01")
def a_resource_twice_the_looser_first(plan: Plan) -> Plan:
    resources = plan.programme.resources
    return with_programme(plan, resources=(evolve(resources[0], capacity=99), *resources))


@mutant("CMP-01")
def figures_of_a_rule_twice(plan: Plan) -> Plan:
    limits = plan.programme.limits
    return with_programme(plan, limits=(*limits, limits[0]))
