"""More mutants of the days aboard: placements moved to both sides of a limit, by others of the crew."""

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
    with_request,
    without,
)

from hamsafar.domain.aboard import Use
from hamsafar.domain.plan import Assignment, Plan
from hamsafar.domain.programme import Seat
from handmade import BACKUP, ENGINEER, GUEST, HOST, UP


def beginning(plan: Plan, id_: str, other: str, gap_min: int) -> Plan:
    """The plan in which one placement begins so long after another ends."""
    return moved(plan, id_, placed(plan, other).end.plus(minutes=gap_min))


def ending(plan: Plan, id_: str, other: str, gap_min: int) -> Plan:
    """The plan in which one placement ends so long before another begins."""
    lasts = minutes(placed(plan, id_).start, placed(plan, id_).end)
    return moved(plan, id_, placed(plan, other).start.plus(minutes=-gap_min - lasts))


@mutant("CRW-01")
def no_last_night(plan: Plan) -> Plan:
    return without(plan, of(plan, "sleep", UP)[-1].id)


@on_the_limit("CRW-02")
def to_bed_a_minute_after_a_long_day(plan: Plan, step: int) -> Plan:
    """Awake from 06:00, so up to midnight; the night after it is made longer, which is no matter here."""
    woke, night = of(plan, "sleep", ENGINEER)[1:3]
    return with_placement(plan, night.id, start=woke.end.plus(hours=18, minutes=step))


@mutant("CRW-02")
def never_to_bed(plan: Plan) -> Plan:
    for night in of(plan, "sleep", ENGINEER):
        plan = without(plan, night.id)
    return plan


@on_the_limit("CRW-03")
def a_night_a_minute_too_late(plan: Plan, step: int) -> Plan:
    night = of(plan, "sleep", ENGINEER)[2]
    return moved(plan, night.id, night.start.plus(minutes=120 + step))


@on_the_limit("CRW-03")
def a_night_a_minute_too_early(plan: Plan, step: int) -> Plan:
    night = of(plan, "sleep", ENGINEER)[-1]
    return moved(plan, night.id, night.start.plus(minutes=-120 - step))


@on_the_limit("CRW-04")
def lunch_a_minute_after_breakfast(plan: Plan, step: int) -> Plan:
    first = placed(plan, f"meal-early@4@{GUEST}#1")
    return moved(plan, f"meal-late@4@{GUEST}#1", first.start.plus(minutes=180 - step))


@on_the_limit("CRW-04")
def dinner_a_minute_before_breakfast(plan: Plan, step: int) -> Plan:
    next_day = placed(plan, f"meal-early@5@{HOST}#1")
    return moved(plan, f"meal-late@4@{HOST}#1", next_day.start.plus(minutes=-180 + step))


@on_the_limit("CRW-05")
def the_guest_on_the_bicycle_a_minute_after_dinner(plan: Plan, step: int) -> Plan:
    return beginning(plan, f"exercise@4@{GUEST}#1", f"meal-late@4@{GUEST}#1", 60 - step)


@mutant("CRW-05")
def exercise_in_the_middle_of_a_meal(plan: Plan) -> Plan:
    return beginning(plan, f"exercise@4@{HOST}#1", f"meal-late@4@{HOST}#1", -15)


@on_the_limit("CRW-06")
def the_speaker_out_of_breath_a_minute(plan: Plan, step: int) -> Plan:
    return ending(plan, f"exercise@3@{GUEST}#1", "link#2", 30 - step)


@on_the_limit("CRW-06")
def an_interview_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    return ending(with_one(plan, "activities", "link", kind="outreach"), f"exercise@3@{GUEST}#1", "link#2", 30 - step)


@on_the_limit("CRW-07")
def one_placement_a_minute_too_long(plan: Plan, step: int) -> Plan:
    """The engineer's second day: setting up, 30 min, and the camera as long as the rest of 570."""
    camera = placed(plan, "camera-run#1")
    return with_placement(plan, camera.id, end=camera.start.plus(minutes=540 + step))


@mutant("CRW-08")
def the_guests_meals_are_work(plan: Plan) -> Plan:
    day = with_one(with_one(plan, "activities", "meal-early", work=True), "activities", "exercise", work=True)
    return with_placement(day, "liner#1", end=placed(plan, "liner#1").start.plus(hours=4))


@on_the_limit("CRW-09")
def an_assistant_a_minute_too_long(plan: Plan, step: int) -> Plan:
    run = placed(plan, "run#3")
    return with_placement(plan, run.id, end=run.start.plus(minutes=90 + step))


@on_the_limit("CRW-10")
def a_factor_a_minute_above(plan: Plan, step: int) -> Plan:
    return asking(plan, "CRW-10", "first_factor", 1.5 + 0.001 * step)  # 60 min: 90, or 90.06 rounded up


@mutant("CRW-10")
def first_time_as_on_the_ground(plan: Plan) -> Plan:
    run = placed(plan, "run#1")
    return with_placement(plan, run.id, end=run.start.plus(minutes=60))


@on_the_limit("CRW-11")
def a_minute_of_noise_at_the_end(plan: Plan, step: int) -> Plan:
    return beginning(plan, f"exercise@4@{HOST}#1", "run#3", -step)


@mutant("CRW-11")
def noise_all_through(plan: Plan) -> Plan:
    run = placed(plan, "run#1")
    return with_placement(plan, f"exercise@2@{ENGINEER}#1", start=run.start, end=run.end)


@on_the_limit("CRW-13")
def a_run_a_minute_too_soon_after_the_one_before(plan: Plan, step: int) -> Plan:
    return moved(plan, "run#2", placed(plan, "run#1").start.plus(minutes=1_200 - step))


@on_the_limit("CRW-13")
def links_a_minute_too_close(plan: Plan, step: int) -> Plan:
    return moved(plan, "link#1", placed(plan, "link#2").start.plus(minutes=-1_200 + step))


@mutant("CRW-15")
def the_same_twice_in_one_function(plan: Plan) -> Plan:
    run = placed(plan, "run#2")
    return with_placement(plan, run.id, people=(run.people[0], run.people[1], run.people[1]))


@mutant("CRW-15")
def operator_and_assistant_exchanged(plan: Plan) -> Plan:
    first, second = placed(plan, "run#2").people
    people = (evolve(first, function=second.function), evolve(second, function=first.function))
    return with_placement(plan, "run#2", people=people)


@mutant("CRW-16")
def moves_in_the_day_after(plan: Plan) -> Plan:
    """What the guest and the commander do on their second morning is what arriving asks."""
    return with_one(plan, "activities", "liner", kind="arrival")


@on_the_limit("CRW-18")
def breakfast_a_minute_too_late_for_fasting(plan: Plan, step: int) -> Plan:
    fasting = with_one(plan, "activities", "run-setup", fasting_min=25)
    return ending(fasting, f"meal-early@2@{ENGINEER}#1", "run-setup#1", 25 - step)


@mutant("CRW-18")
def eats_during_what_is_done_fasting(plan: Plan) -> Plan:
    fasting = with_one(plan, "activities", "run-setup", fasting_min=1)
    return moved(fasting, f"meal-early@2@{ENGINEER}#1", placed(plan, "run-setup#1").start.plus(minutes=-1))


@on_the_limit("CRW-19")
def dinner_a_minute_after_the_treadmill(plan: Plan, step: int) -> Plan:
    return ending(plan, f"exercise@3@{HOST}#1", f"meal-late@3@{HOST}#1", 15 - step)


@mutant("CRW-19")
def dinner_on_the_treadmill(plan: Plan) -> Plan:
    return ending(plan, f"exercise@3@{UP}#1", f"meal-late@3@{UP}#1", -10)


@on_the_limit("CRW-14")
def a_stay_at_home_a_minute_past_the_last_day(plan: Plan, step: int) -> Plan:
    """Who stays is aboard up to the end of the last flight day, midnight of the station."""
    last = of(plan, "meal", ENGINEER)[-1]
    midnight = last.end.plus(hours=6, minutes=30)
    return moved(plan, last.id, midnight.plus(minutes=-30 + step))


@on_the_limit("RES-01")
def the_rack_shared_for_a_minute(plan: Plan, step: int) -> Plan:
    """The camera needs the rack too, and 200 W less than there are."""
    racked = with_one(plan, "activities", "camera-run", uses=(Use(resource="rack"),))
    both = with_placement(racked, "camera-run#1", facilities=("rack",))
    return beginning(both, "camera-run#1", "run#1", -step)


@on_the_limit("PPL-01")
def from_one_to_the_next_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    return beginning(plan, "liner#1", "run#1", -step)


@mutant("SEA-03")
def a_fifth_asleep(plan: Plan) -> Plan:
    night = of(plan, "sleep", UP)[1]
    return with_placement(plan, night.id, people=(Assignment(person=BACKUP, function="sleeper"),))


@on_the_limit("FLT-04")
def stay_a_minute_long(plan: Plan, step: int) -> Plan:
    whole = int(plan.flight.aboard.seconds // 60)  # and some seconds, so 11 min are just enough for 10
    return with_request(plan, stay_min=whole - 10 - step, stay_tolerance_min=11)


@mutant("FLT-06")
def lands_at_night(plan: Plan) -> Plan:
    landing = plan.flight.landing
    return with_flight(plan, landing=evolve(landing, landing=landing.landing.plus(hours=12)))


@on_the_limit("SEA-05")
def carried_a_minute_past_the_hatch(plan: Plan, step: int) -> Plan:
    """The engineer, who stays, has a seat in the ship that leaves; the transfer carries that liner out."""
    sits = with_request(plan, seats=(Seat(person=ENGINEER, ship="ship-down"),))
    carried = with_one(sits, "activities", "liner", moves_liners=(GUEST, ENGINEER), checks_fit=(GUEST,))
    return moved(carried, "liner#1", plan.flight.hatch_close.plus(minutes=step - 45))
