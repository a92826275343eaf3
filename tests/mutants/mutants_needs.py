"""Mutants of the rules of what activities need: things in hours and windows, cold stowage, people, apart, quiet."""

from datetime import date, time

from attrs import evolve
from herd import moved, mutant, on_the_limit, placed, with_flight, with_one, with_placement, with_programme
from mutants_samples import PACKS, SEEDS, STOWS, TAKES, kept

from hamsafar.domain.aboard import Resource, Use, WindowNeed
from hamsafar.domain.calendars import Calendar, DateRange, Hours
from hamsafar.domain.plan import OpenSpan, Plan, WindowList
from hamsafar.domain.programme import PlannedBoost
from hamsafar.timeline import Instant, Span
from handmade import HOST

# The cell runs three mornings in the rack, the first time from 00:00 to 01:30 UTC.


def manned(plan: Plan, opens: time, closes: time, **more: object) -> Plan:
    """The plan in which the rack is there in a team's hours alone."""
    hours = (Hours(opens=opens, closes=closes),)
    console = Calendar(id="console", zone="UTC", weekdays=tuple(range(1, 8)), hours=hours, **more)
    known = with_programme(plan, calendars=(*plan.programme.calendars, console))
    return with_one(known, "resources", "rack", calendar="console")


@on_the_limit("RES-03")
def a_minute_after_the_team_has_left(plan: Plan, step: int) -> Plan:
    return manned(plan, time(0), time(1, 30 - step))


@on_the_limit("RES-03")
def a_minute_before_the_team_is_there(plan: Plan, step: int) -> Plan:
    return manned(plan, time(0, step), time(23))


@mutant("RES-03")
def on_the_teams_day_off(plan: Plan) -> Plan:
    day = date(2027, 6, 3)
    return manned(plan, time(0), time(23), closed=(DateRange(first=day, last=day),))


@mutant("RES-03")
def while_no_window_is_stated(plan: Plan) -> Plan:
    return with_one(plan, "resources", "power", window=WindowNeed(kind="visible-pass", of="islamabad"))


@on_the_limit("RES-03")
def a_minute_after_the_window(plan: Plan, step: int) -> Plan:
    """The windows stated are just the three runs, the second a minute less."""
    runs = [placed(plan, f"run#{n}") for n in (1, 2, 3)]
    ends = [one.end.plus(minutes=-step if one.id == "run#2" else 0) for one in runs]
    spans = tuple(OpenSpan(start=one.start, end=end, sigma_s=None) for one, end in zip(runs, ends, strict=True))
    known = (Span(runs[0].start, runs[-1].end),)
    lit = WindowList(kind="sunlight", of=None, title="Lit", basis="far", known=known, spans=spans)
    return with_one(evolve(plan, windows=(*plan.windows, lit)), "resources", "rack", window=WindowNeed(kind="sunlight"))


def chilled(plan: Plan, room: int, **changes: object) -> Plan:
    """The plan with a freezer for the seeds, and for the film of the photograph, which the first link stows."""
    freezer = Resource(id="freezer", title="Freezer", capacity=room, unit="g")
    known = with_programme(kept(plan), resources=(*plan.programme.resources, freezer))
    seeds = evolve(SEEDS, kept_in=Use(resource="freezer", amount=400))
    film = evolve(SEEDS, sample="film", returns=False, kept_in=Use(resource="freezer", amount=100))
    taken = with_one(known, "activities", TAKES, yields=(evolve(seeds, **changes),))
    return with_one(with_one(taken, "activities", "photograph", yields=(film,)), "activities", "link", stows=("film",))


@on_the_limit("RES-04")
def a_gram_more_than_there_is_room_for(plan: Plan, step: int) -> Plan:
    return chilled(plan, 500 - step)


@on_the_limit("RES-04")
def stowed_a_minute_before_the_other_is_out(plan: Plan, step: int) -> Plan:
    packing, film = placed(plan, f"{PACKS}#1"), placed(plan, "link#1").start
    length_s = packing.end.seconds_since(packing.start)
    return moved(chilled(plan, 400), f"{PACKS}#1", film.plus(minutes=step, seconds=-length_s))


@mutant("RES-04")
def packed_before_it_lay_there(plan: Plan) -> Plan:
    """The film has no room, and the seeds are not there any more when they are stowed."""
    return moved(chilled(plan, 99), f"{PACKS}#1", placed(plan, "link#1").start.plus(hours=-40))


@mutant("RES-04")
def what_stays_aboard_taken_for_what_is_packed(plan: Plan) -> Plan:
    return moved(chilled(plan, 400, returns=False), f"{PACKS}#1", placed(plan, f"{STOWS}#1").end)


@mutant("RES-04")
def kept_in_what_nobody_knows(plan: Plan) -> Plan:
    warm = chilled(plan, 500, kept_in=Use(resource="fridge"))
    return with_one(warm, "resources", "freezer", capacity=99)


@mutant("CRW-25")
def another_assistant_the_second_time(plan: Plan) -> Plan:
    alike = with_one(plan, "activities", "run", same_people_as=("run",))
    second = placed(plan, "run#2")
    people = tuple(evolve(one, person=HOST) if one.function == "assistant" else one for one in second.people)
    return with_placement(alike, "run#2", people=people)


@mutant("CRW-25")
def set_up_by_others(plan: Plan) -> Plan:
    """The engineer sets it up and may keep the camera, which the commander does."""
    alike = with_one(plan, "activities", "link", same_people_as=("run-setup",))
    return with_placement(alike, "link#2", people=placed(plan, "link#1").people)


@mutant("CRW-25")
def the_guest_in_both(plan: Plan) -> Plan:
    return with_one(plan, "activities", "link", other_people_than=("run",))


@mutant("CRW-25")
def the_same_every_time(plan: Plan) -> Plan:
    return with_one(plan, "activities", "upkeep", other_people_than=("upkeep",))


@on_the_limit("CRW-26")
def a_minute_together(plan: Plan, step: int) -> Plan:
    apart = with_one(plan, "activities", "camera-run", apart_from=("run",))
    return moved(apart, "camera-run#1", placed(plan, "run#1").end.plus(minutes=-step))


@mutant("CRW-26")
def its_own_times_together(plan: Plan) -> Plan:
    apart = with_one(plan, "activities", "run", apart_from=("run",))
    return moved(apart, "run#2", placed(plan, "run#1").start)


def shaken(plan: Plan, start: Instant, end: Instant) -> Plan:
    return with_programme(plan, boosts=(PlannedBoost(span=Span(start, end)),))


@on_the_limit("CRW-27")
def quiet_a_minute_too_soon_after_a_boost(plan: Plan, step: int) -> Plan:
    end = placed(plan, "run#2").start.plus(minutes=step - 30)
    return shaken(plan, end.plus(minutes=-10), end)


@on_the_limit("CRW-27")
def quiet_a_minute_too_long_before_a_boost(plan: Plan, step: int) -> Plan:
    start = placed(plan, "run#2").end.plus(minutes=30 - step)
    return shaken(plan, start, start.plus(minutes=10))


@mutant("CRW-27")
def boosted_meanwhile(plan: Plan) -> Plan:
    run = placed(plan, "run#3")
    return shaken(plan, run.start.plus(minutes=20), run.start.plus(minutes=21))


@on_the_limit("CRW-27")
def docking_a_minute_before(plan: Plan, step: int) -> Plan:
    return with_flight(plan, docking=placed(plan, "run#1").start.plus(minutes=step - 30))


@on_the_limit("CRW-27")
def undocking_a_minute_after(plan: Plan, step: int) -> Plan:
    undocking = placed(plan, "run#3").end.plus(minutes=30 - step)
    return with_flight(plan, landing=evolve(plan.flight.landing, undocking=undocking))


@on_the_limit("CRW-13")
def a_minute_too_far_apart(plan: Plan, step: int) -> Plan:
    return with_one(plan, "activities", "run", spacing_max_min=1_440 - step)


@on_the_limit("CRW-12")
def a_day_too_far_from_the_end(plan: Plan, step: int) -> Plan:
    """The runs are on flight days 2 to 4, undocking is on 6."""
    return with_one(plan, "activities", "run", flight_days=(), days_before_end=(4 - step, 3, 2))
