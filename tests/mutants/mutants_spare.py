"""Mutants of what a plan leaves to the people aboard: task lists, what may be moved, what may be done ahead."""

from attrs import evolve
from herd import mutant, on_the_limit, with_one, with_programme
from test_spare_of_handmade import left_free

from hamsafar.domain.plan import Listed, Plan, Spare
from handmade import GUEST, HOST


def told(plan: Plan, **changes: object) -> Plan:
    """The plan with task lists and stretches as they truly are, but for the changes."""
    free = left_free(plan)
    assert free.spare is not None
    return evolve(free, spare=evolve(free.spare, **changes))


def spare(plan: Plan) -> Spare:
    """What the plan truly leaves free."""
    found = left_free(plan).spare
    assert found is not None
    return found


def _first(things: tuple, **changes: object) -> tuple:
    return (evolve(things[0], **changes), *things[1:])


# Task lists


@on_the_limit("CRW-23")
def a_minute_more_free_than_there_is(plan: Plan, step: int) -> Plan:
    room = spare(plan).room
    return told(plan, room=_first(room, free_min=room[0].free_min + step))


@on_the_limit("CRW-23", base="near")
def a_minute_less_on_the_list(plan: Plan, step: int) -> Plan:
    room = spare(plan).room
    return told(plan, room=_first(room, listed_min=room[0].listed_min - step))


@on_the_limit("CRW-23")
def the_certificate_lapses_a_day_too_soon(plan: Plan, step: int) -> Plan:
    return left_free(plan, lapses_d=step)


@on_the_limit("CRW-23")
def a_gap_a_minute_shorter_than_counts(plan: Plan, step: int) -> Plan:
    """Told with the figures of gaps that needn't be as long: the first room's own shortest gap would not count."""
    return left_free(plan, shortest_min=15 if step == 0 else 200)


@mutant("CRW-23")
def on_the_list_of_somebody_else(plan: Plan) -> Plan:
    listed = tuple(evolve(one, person=HOST) if one.person == GUEST else one for one in spare(plan).listed)
    return told(plan, listed=listed)


@mutant("CRW-23")
def on_nobodys_list(plan: Plan) -> Plan:
    return told(plan, listed=spare(plan).listed[1:])


@mutant("CRW-23")
def on_a_list_twice(plan: Plan) -> Plan:
    return told(plan, listed=(spare(plan).listed[0], *spare(plan).listed))


@mutant("CRW-23")
def on_a_list_and_asked_for_by_nobody(plan: Plan) -> Plan:
    return told(plan, listed=(*spare(plan).listed, Listed(item="nothing-known", person=HOST)))


@mutant("CRW-23")
def said_to_be_for_too_few(plan: Plan) -> Plan:
    return told(plan, unlisted=(spare(plan).listed[0].item,))


@mutant("CRW-23")
def an_overfull_list_is_hushed_up(plan: Plan) -> Plan:
    return told(plan, room=spare(plan).room[1:])


@mutant("CRW-23")
def nothing_is_said_of_the_lists(plan: Plan) -> Plan:
    return evolve(left_free(plan), spare=None)


# What may be moved


@on_the_limit("CRW-24")
def movable_a_minute_too_late(plan: Plan, step: int) -> Plan:
    movable = spare(plan).movable
    return told(plan, movable=_first(movable, last=movable[0].last.plus(minutes=step)))


@on_the_limit("CRW-24", base="near")
def movable_a_minute_too_early(plan: Plan, step: int) -> Plan:
    movable = spare(plan).movable
    return told(plan, movable=_first(movable, first=movable[0].first.plus(minutes=-step)))


@on_the_limit("CRW-24")
def upkeep_movable_a_minute_too_late(plan: Plan, step: int) -> Plan:
    movable = spare(plan).movable[::-1]
    return told(plan, movable=_first(movable, last=movable[0].last.plus(minutes=step)))


@mutant("CRW-24")
def movable_through_the_night(plan: Plan) -> Plan:
    movable = spare(plan).movable
    return told(plan, movable=_first(movable, last=movable[0].last.plus(minutes=1_440)))


@mutant("CRW-24")
def movable_and_not_flexible(plan: Plan) -> Plan:
    told_so = told(plan)
    of = spare(plan).movable[0].placement.partition("#")[0]
    return with_one(told_so, "activities", of, flexible=False)


@mutant("CRW-24")
def movable_to_where_it_is_not(plan: Plan) -> Plan:
    movable = spare(plan).movable
    return told(plan, movable=_first(movable, first=movable[0].last))


@mutant("CRW-24")
def movable_by_half_a_minute(plan: Plan) -> Plan:
    movable = spare(plan).movable
    return told(plan, movable=_first(movable, last=movable[0].last.plus(seconds=-30)))


# What may be done ahead


@on_the_limit("CRW-24")
def ahead_a_minute_too_late(plan: Plan, step: int) -> Plan:
    ahead = spare(plan).ahead
    return told(plan, ahead=_first(ahead, last=ahead[0].last.plus(minutes=step)))


@on_the_limit("CRW-24", base="near")
def ahead_a_minute_too_early(plan: Plan, step: int) -> Plan:
    ahead = spare(plan).ahead
    return told(plan, ahead=_first(ahead, first=ahead[0].first.plus(minutes=-step)))


@mutant("CRW-24")
def ahead_on_another_day(plan: Plan) -> Plan:
    ahead = spare(plan).ahead
    return told(plan, ahead=_first(ahead, day=ahead[0].day + 1))


@mutant("CRW-24")
def ahead_by_somebody_else(plan: Plan) -> Plan:
    ahead = spare(plan).ahead
    people = tuple(evolve(one, person="somebody-else") for one in ahead[0].people)
    return told(plan, ahead=_first(ahead, people=people))


@mutant("CRW-24")
def ahead_and_shorter(plan: Plan) -> Plan:
    ahead = spare(plan).ahead
    return told(plan, ahead=_first(ahead, duration_min=ahead[0].duration_min - 1))


@on_the_limit("CRW-24")
def what_was_left_out_ahead_and_a_minute_shorter(plan: Plan, step: int) -> Plan:
    ahead = tuple(one for one in spare(plan).ahead if one.id == "look-again#1")
    return told(plan, ahead=_first(ahead, duration_min=ahead[0].duration_min - step))


@mutant("CRW-24")
def ahead_and_nobody_said_it_may_be(plan: Plan) -> Plan:
    found = told(plan)
    activities = tuple(evolve(one, get_ahead=False) for one in found.programme.activities)
    return with_programme(found, activities=activities)


@mutant("CRW-24")
def ahead_of_what_it_comes_after(plan: Plan) -> Plan:
    """What it waits for lies later now."""
    found = told(plan)
    return with_one(found, "activities", spare(plan).ahead[0].id.partition("#")[0], flight_days=(5,))
