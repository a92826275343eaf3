"""Mutants of what guest and host agreed: fixed, granted, moved, refused."""

from attrs import evolve
from herd import moved, mutant, on_the_limit, placed, with_placement, with_programme, without

from hamsafar.domain.host import Fixed, HostRequest
from hamsafar.domain.plan import Plan


def fixed(plan: Plan, id_: str = "run#2", **changes: object) -> Plan:
    """The plan in which the host has fixed something just where it lies; but for the changes."""
    one = placed(plan, id_)
    facts = {"activity": one.of, "title": one.title, "kind": "station-work", "start": one.start, "end": one.end}
    own = Fixed(**(facts | {"people": one.person_ids} | changes))
    return with_programme(plan, fixed=(own,))


def agreed(plan: Plan, id_: str = "run#2", **changes: object) -> Plan:
    """The plan in which the host has granted something where it lies; but for the changes."""
    one = placed(plan, id_)
    facts = {"number": 1, "placement": id_, "state": "granted", "start": one.start, "people": one.person_ids}
    return with_programme(plan, requests=(HostRequest(**(facts | changes)),))


def _once(plan: Plan) -> str:
    """Something that is done once in the stay."""
    once = {one.id for one in plan.programme.activities if (one.repeat, one.times) == ("once", 1)}
    return next(one.id for one in plan.placements if one.of in once)


@on_the_limit("HST-01")
def a_minute_off_the_hosts_time(plan: Plan, step: int) -> Plan:
    id_ = _once(plan)
    return moved(fixed(plan, id_), id_, placed(plan, id_).start.plus(minutes=step))


@on_the_limit("HST-01", base="near")
def a_minute_shorter_than_the_host_has_it(plan: Plan, step: int) -> Plan:
    id_ = _once(plan)
    return with_placement(fixed(plan, id_), id_, end=placed(plan, id_).end.plus(minutes=-step))


@mutant("HST-01")
def what_the_host_has_fixed_is_not_there(plan: Plan) -> Plan:
    return without(fixed(plan, _once(plan)), _once(plan))


@mutant("HST-01")
def one_of_the_hosts_people_stays_away(plan: Plan) -> Plan:
    id_ = _once(plan)
    return with_placement(fixed(plan, id_), id_, people=placed(plan, id_).people[1:])


@on_the_limit("HST-01")
def touched_for_a_minute(plan: Plan, step: int) -> Plan:
    """Somebody is drawn into the next thing a minute before the host lets them go."""
    told = fixed(plan, _once(plan))
    (one,) = told.programme.fixed
    who = one.people[0]
    others = (each for each in plan.placements if who in each.person_ids and each.start >= one.end)
    later = min(others, key=lambda each: each.start)
    return moved(told, later.id, one.end.plus(minutes=-step))


@on_the_limit("HST-02")
def a_minute_off_what_was_granted(plan: Plan, step: int) -> Plan:
    return agreed(plan, start=placed(plan, "run#2").start.plus(minutes=step))


@on_the_limit("HST-02", base="near")
def a_second_off_what_was_moved(plan: Plan, step: int) -> Plan:
    return agreed(plan, "run#1", state="moved", start=placed(plan, "run#1").start.plus(seconds=-step))


@mutant("HST-02")
def refused_and_flown(plan: Plan) -> Plan:
    return agreed(plan, state="refused", start=None, people=())


@mutant("HST-02")
def granted_and_gone(plan: Plan) -> Plan:
    return without(agreed(plan), "run#2")


@mutant("HST-02")
def granted_with_somebody_else(plan: Plan) -> Plan:
    return agreed(plan, people=(*placed(plan, "run#2").person_ids[:1], "somebody-else"))


@mutant("HST-02")
def one_number_for_two(plan: Plan) -> Plan:
    (one,) = agreed(plan).programme.requests
    other = evolve(one, placement="run#1", start=placed(plan, "run#1").start, people=())
    return with_programme(plan, requests=(one, other))
