"""Mutants of the rules of what is used up, kept and carried."""

from attrs import evolve
from herd import asking, minutes, moved, mutant, on_the_limit, placed, with_flight, with_one, with_programme, without

from hamsafar.domain.aboard import Cargo, Resource, Sample, Use
from hamsafar.domain.plan import Plan

# The engineer's set-up on day 2 takes the sample, the camera run later that day stows it, the transfer packs it.
TAKES, STOWS, PACKS = "run-setup", "camera-run", "liner"
SEEDS = Sample(sample="seeds", mass_g=400, stowed_min=10_000, returns=True)


def kept(plan: Plan, **changes: object) -> Plan:
    """The plan in which a sample is taken, stowed and packed, each by what is there anyway."""
    taken = with_one(plan, "activities", TAKES, yields=(evolve(SEEDS, **changes),))
    stowed = with_one(taken, "activities", STOWS, stows=("seeds",))
    packed = with_one(stowed, "activities", PACKS, packs=("seeds",), kind="descent")
    return moved(packed, f"{PACKS}#1", placed(plan, f"{STOWS}#1").end.plus(hours=30))


def cold(plan: Plan) -> Plan:
    return kept(plan, life_min=10_000)


def stocked(plan: Plan, stock: int) -> Plan:
    vials = Resource(id="vials", title="Vials", capacity=stock, stock=stock)
    changed = with_programme(plan, resources=(*plan.programme.resources, vials))
    return with_one(changed, "activities", "run", consumes=(Use(resource="vials", amount=3),))


@on_the_limit("STO-01")
def a_vial_short(plan: Plan, step: int) -> Plan:
    return stocked(plan, 9 - step)


@mutant("STO-01")
def a_second_user_of_the_last_vials(plan: Plan) -> Plan:
    return with_one(stocked(plan, 9), "activities", "upkeep", consumes=(Use(resource="vials"),))


@on_the_limit("SMP-01")
def stowed_a_minute_late(plan: Plan, step: int) -> Plan:
    gap = minutes(placed(plan, f"{TAKES}#1").end, placed(plan, f"{STOWS}#1").start)
    return kept(plan, stowed_min=gap - step)


@on_the_limit("SMP-01")
def stowed_a_minute_before_it_was_there(plan: Plan, step: int) -> Plan:
    return moved(kept(plan), f"{STOWS}#1", placed(plan, f"{TAKES}#1").end.plus(minutes=-step))


@mutant("SMP-01")
def never_stowed(plan: Plan) -> Plan:
    return without(kept(plan), f"{STOWS}#1")


@on_the_limit("SMP-02")
def packed_a_minute_before_it_was_taken(plan: Plan, step: int) -> Plan:
    bare = kept(plan, stowed_min=None)
    return moved(bare, f"{PACKS}#1", placed(plan, f"{TAKES}#1").end.plus(minutes=-step))


@on_the_limit("SMP-02")
def packed_a_minute_before_it_was_stowed(plan: Plan, step: int) -> Plan:
    return moved(kept(plan), f"{PACKS}#1", placed(plan, f"{STOWS}#1").end.plus(minutes=-step))


@on_the_limit("SMP-02")
def packed_a_minute_after_the_hatch(plan: Plan, step: int) -> Plan:
    packing = placed(kept(plan), f"{PACKS}#1")
    return with_flight(kept(plan), hatch_close=packing.end.plus(minutes=-step))


@mutant("SMP-02")
def never_packed(plan: Plan) -> Plan:
    return without(kept(plan), f"{PACKS}#1")


@mutant("SMP-02")
def packed_by_no_descent(plan: Plan) -> Plan:
    return with_one(kept(plan), "activities", PACKS, kind="housekeeping")


@on_the_limit("SMP-03")
def dead_a_minute_before_landing(plan: Plan, step: int) -> Plan:
    lives = plan.flight.landing.landing.seconds_since(placed(plan, f"{TAKES}#1").end) / 60
    return kept(plan, stowed_min=None, life_min=lives - step)


@on_the_limit("SMP-03")
def out_of_the_cold_a_minute_too_long(plan: Plan, step: int) -> Plan:
    packing = placed(cold(plan), f"{PACKS}#1")
    return kept(plan, life_min=plan.flight.landing.landing.seconds_since(packing.start) / 60 - step)


@on_the_limit("CAR-01")
def a_gram_too_much_down(plan: Plan, step: int) -> Plan:
    flag = Cargo(id="flag", title="Flag", mass_g=100 + step, way="down")
    return asking(with_programme(kept(plan), cargo=(flag,)), "CAR-01", "max_down_kg", 0.5)


@on_the_limit("CAR-01")
def a_gram_too_much_up(plan: Plan, step: int) -> Plan:
    return with_programme(plan, cargo=(Cargo(id="gifts", title="Gifts", mass_g=5_000 + step, way="up"),))


@on_the_limit("CAR-01")
def a_sample_a_gram_too_heavy(plan: Plan, step: int) -> Plan:
    return asking(kept(plan, mass_g=450 + step), "CAR-01", "max_down_kg", 0.45)
