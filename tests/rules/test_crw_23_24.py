"""CRW-23 and CRW-24: task lists against the time there is, and what may be moved or done ahead while all else stays.

Hatches open at 17:00 of flight day 1 and close at 12:30 of flight day 4; everybody sleeps 8 h.
"""

from __future__ import annotations

from datetime import time

from attrs import evolve

from aboard import ABOARD, FLIGHT, GUEST, UP, Use, activity, at, label, need, planned, programme, sleep
from hamsafar.domain.aboard import ListItem, Resource
from hamsafar.domain.calendars import Calendar, Hours
from hamsafar.domain.people import HeldCertificate
from hamsafar.domain.plan import Ahead, ListRoom, Plan, Provenance
from hamsafar.domain.programme import PlannedBoost, Programme
from hamsafar.planning.spare import gaps_of, said_of_lists, spare_of
from hamsafar.timeline import Span
from hamsafar.verify import CHECKERS
from hamsafar.verify.case import Case
from hamsafar.verify.registry import Breach

NIGHTS = sleep(480, GUEST, UP, ABOARD, starts_between=None)


def plan_of(asked: Programme) -> Plan:
    """What planning makes of it, with what it leaves free."""
    placements = tuple(sorted(planned(asked).values(), key=lambda one: (one.start, one.id)))
    bare = Plan(
        programme=asked,
        provenance=Provenance(hamsafar="0", versions={}, tables={}, seed=0, workers=1, effort=0),
        trajectory=None,  # type: ignore[arg-type]  # nobody asks for the path
        flight=FLIGHT,
        windows=(),
        placements=placements,
        dropped=(),
        rules=(),
        stages=(),
        objective=(),
        warnings=(),
    )
    return evolve(bare, spare=spare_of(bare))


def said(plan: Plan, rule: str) -> list[str]:
    """What the verifier has against it."""
    params = {one.rule: one.params for one in plan.programme.limits}
    return [one.sentence for one in CHECKERS[rule](Case(plan, params)) if isinstance(one, Breach)]


def item(id_: str, minutes: int, *people: str, due: int | None = None, certificate: str | None = None) -> ListItem:
    who = need(*people, count=1, certificate=certificate)
    return ListItem(id=id_, title=id_, kind="station-work", duration_min=minutes, who=who, due_day=due)


def test_gaps_are_what_is_left_between() -> None:
    assert list(gaps_of([(10, 20), (15, 30), (40, 60)], 0, 50)) == [(0, 10), (30, 40)]
    assert list(gaps_of([], 5, 5)) == []


def test_a_list_is_held_against_the_time_there_is() -> None:
    """The guest is aboard from 17:00 of day 1; sleep from 21:30 leaves 4.5 h: 270 min, and 300 are listed."""
    asked = evolve(programme(NIGHTS), task_list=(item("letters", 300, GUEST, due=1),))
    plan = plan_of(asked)
    assert plan.spare is not None
    assert plan.spare.room == (ListRoom(person=GUEST, until_day=1, listed_min=300, free_min=270),)
    assert list(said_of_lists(plan)) == [
        f"Task list: {GUEST} has 300 min on the list by flight day 1, and 270 min with nothing planned by then."
    ]
    assert said(plan, "CRW-23") == []  # honestly said, so it holds


def test_it_goes_to_whoever_has_the_most_room() -> None:
    """The host aboard has all of day 1, who comes up only its evening."""
    asked = evolve(programme(NIGHTS), task_list=(item("tools", 30, UP, ABOARD, due=1), item("lamps", 30, UP, ABOARD)))
    plan = plan_of(asked)
    assert plan.spare is not None
    assert next((one.item, one.person) for one in plan.spare.listed) == ("tools", ABOARD)
    assert plan.spare.unlisted == ()
    assert said(plan, "CRW-23") == []


def test_nobody_gets_what_they_may_not_do() -> None:
    """The certificate of one lapses on flight day 2, and the item is due on day 3; the other has none."""
    asked = evolve(programme(NIGHTS), task_list=(item("pump", 30, UP, ABOARD, due=3, certificate="pump"),))
    first = at(1, "00:00").datetime().date()

    def holding(until_day: int) -> Programme:
        until = at(until_day, "12:00").datetime().date()
        own = HeldCertificate(certificate="pump", valid_from=first, valid_until=until)
        people = tuple(evolve(one, certificates=(own,)) if one.id == UP else one for one in asked.people)
        return evolve(asked, people=people)

    short, enough = plan_of(holding(2)), plan_of(holding(3))
    assert short.spare is not None
    assert enough.spare is not None
    assert (short.spare.listed, short.spare.unlisted) == ((), ("pump",))
    assert [one.person for one in enough.spare.listed] == [UP]
    assert said(short, "CRW-23") == said(enough, "CRW-23") == []
    assert said(evolve(short, spare=enough.spare), "CRW-23") != []


def test_what_is_flexible_moves_as_far_as_nothing_breaks() -> None:
    """Hours from 09:00 to 12:00, an hour long, and half an hour of its person from 11:30 in the way."""
    own = activity(
        "letters", 60, need(GUEST), hours=("09:00", "12:00"), prefer="10:00", flight_days=(2,), flexible=True
    )
    other = activity("talk", 30, need(GUEST, UP), hours=("11:30", "11:31"), prefer="11:30", flight_days=(2,))
    plan = plan_of(programme(NIGHTS, own, other))
    assert plan.spare is not None
    (movable,) = [one for one in plan.spare.movable if one.placement == "letters#1"]
    assert (label(movable.first), label(movable.last)) == ("2 09:00", "2 10:30")
    assert said(plan, "CRW-24") == []
    longer = evolve(movable, last=movable.last.plus(minutes=1))
    assert "would meet talk#1" in said(evolve(plan, spare=evolve(plan.spare, movable=(longer,))), "CRW-24")[0]
    sooner = evolve(movable, first=movable.first.plus(minutes=-1))
    assert "CRW-12" in said(evolve(plan, spare=evolve(plan.spare, movable=(sooner,))), "CRW-24")[0]


def test_what_may_be_done_ahead_is_told_day_by_day() -> None:
    """On day 3 by wish; on day 2 from 09:00 to 09:30, before the talk, half an hour long."""
    own = activity(
        "look", 30, need(GUEST), hours=("09:00", "10:00"), flight_days=(2, 3), get_ahead=True, flexible=False
    )
    other = activity("talk", 120, need(GUEST, UP), hours=("10:00", "10:01"), prefer="10:00", flight_days=(2,))
    plan = plan_of(programme(NIGHTS, own, other))
    look = next(one for one in plan.placements if one.id == "look#1")
    moved = evolve(look, start=at(3, "09:30"), end=at(3, "10:00"))
    others = tuple(one for one in plan.placements if one.of != "look")
    late = evolve(plan, placements=tuple(sorted((*others, moved), key=lambda one: (one.start, one.id))))
    spare = spare_of(late)
    assert spare is not None
    told = [(one.day, label(one.first), label(one.last)) for one in spare.ahead]
    assert told == [(2, "2 09:00", "2 09:30")]
    assert said(evolve(late, spare=spare), "CRW-24") == []
    wrong: Ahead = evolve(spare.ahead[0], last=spare.ahead[0].last.plus(minutes=1))
    assert said(evolve(late, spare=evolve(spare, ahead=(wrong,))), "CRW-24") != []


# ---- every rule of the days aboard is judged where something might lie, not those alone that are oldest


def stated(asked: Programme, id_: str, first: str, last: str) -> list[str]:
    """What the verifier has against these starts, with what the plan itself says it has nothing against."""
    plan = plan_of(asked)
    assert plan.spare is not None
    (movable,) = [one for one in plan.spare.movable if one.placement == id_]
    assert said(plan, "CRW-24") == []
    day = label(movable.first)[0]
    assert (label(movable.first), label(movable.last)) == (f"{day} {first}", f"{day} {last}")
    longer = evolve(plan.spare, movable=(evolve(movable, last=movable.last.plus(minutes=1)),))
    return said(evolve(plan, spare=longer), "CRW-24")


def test_what_is_kept_apart_is_met_though_others_do_it() -> None:
    look = activity("look", 60, hours=("08:00", "13:00"), prefer="09:00", flight_days=(2,), flexible=True)
    pump = activity("pump", 30, need(UP), hours=("11:00", "11:01"), flight_days=(2,), apart_from=("look",))
    (sentence,) = stated(programme(NIGHTS, look, pump), "look#1", "08:00", "10:00")
    assert "CRW-26" in sentence


def test_the_hours_of_what_it_uses_are_minded() -> None:
    hours = (Hours(opens=time(9), closes=time(12)),)
    console = Calendar(id="console", zone="Asia/Shanghai", weekdays=tuple(range(1, 8)), hours=hours)
    team = Resource(id="team", title="Team", capacity=1, calendar="console")
    uses = (Use(resource="team"),)
    look = activity("look", 60, hours=("08:00", "14:00"), prefer="10:00", flight_days=(2,), flexible=True, uses=uses)
    asked = programme(NIGHTS, look)
    asked = evolve(asked, resources=(team,), calendars=(*asked.calendars, console))
    (sentence,) = stated(asked, "look#1", "09:00", "11:00")
    assert "RES-03" in sentence


def test_what_is_quiet_keeps_clear_of_a_boost_wherever_it_lies() -> None:
    look = activity("look", 60, hours=("08:00", "16:00"), prefer="09:00", flight_days=(2,), flexible=True, quiet=True)
    boost = PlannedBoost(span=Span(at(2, "12:00"), at(2, "12:20")))
    asked = evolve(programme(NIGHTS, look), boosts=(boost,))
    before = next(one.params["before_min"] for one in plan_of(asked).programme.limits if one.rule == "CRW-27")
    minutes = 11 * 60 - int(before)
    (sentence,) = stated(asked, "look#1", "08:00", f"{minutes // 60:02}:{minutes % 60:02}")
    assert "CRW-27" in sentence
