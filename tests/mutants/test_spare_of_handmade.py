"""Handmade plans with task lists, flexible things and things to do ahead: what planning says of them, judged."""

from __future__ import annotations

from datetime import time, timedelta
from functools import cache

from attrs import evolve
from herd import asking, with_one, with_programme

from hamsafar.domain.aboard import Activity, ListItem
from hamsafar.domain.people import HeldCertificate
from hamsafar.domain.plan import Assignment, Dropped, Placement, Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.spare import spare_of
from hamsafar.timeline import local_date, local_instant
from hamsafar.verify import verify
from handmade import ENGINEER, GUEST, HOST, far_plan, near_plan, need

TOOLS = ListItem(
    id="tools", title="Tools counted", kind="station-work", duration_min=40, who=need("worker", HOST, ENGINEER)
)
PHOTO = ListItem(
    id="mess", title="The mess table", kind="photography", duration_min=600, who=need("operator", GUEST), due_day=2
)


def with_looks(plan: Plan) -> Plan:
    """The plan in which the engineer looks at something on flight day 4 at 15:00; another look was left out."""
    who = (need("operator", ENGINEER),)
    facts = {"kind": "experiment", "duration_min": 30, "who": who, "get_ahead": True, "flexible": False}
    facts |= {"flight_days": (2, 3, 4), "starts_between": (time(9), time(20))}
    look = Activity(id="look", title="A look at the cell", **facts)
    other = Activity(id="look-again", title="Another look", optional=True, **facts)
    zone = plan.programme.station.zone
    start = local_instant(local_date(plan.flight.docking, zone) + timedelta(days=3), time(15), zone)
    placed = Placement(
        id="look#1",
        of="look",
        stage="flight",
        title=look.title,
        kind=look.kind,
        start=start,
        end=start.plus(minutes=30),
        zone=zone,
        people=(Assignment(person=ENGINEER, function="operator"),),
    )
    left_out = Dropped(id="look-again#1", of=other.id, title=other.title, value=0, why="no room")
    more = with_programme(plan, activities=(*plan.programme.activities, look, other))
    placements = tuple(sorted((*plan.placements, placed), key=lambda one: (one.start, one.id)))
    return evolve(more, placements=placements, dropped=(*plan.dropped, left_out))


@cache
def _free(plan_of: str, lapses_d: int | None, shortest_min: int) -> Plan:
    plan = {"far": far_plan, "near": near_plan}[plan_of]()
    early = with_one(with_looks(plan), "activities", "run-setup", flexible=True)
    items = (PHOTO, TOOLS)
    if lapses_d is not None:
        docked = local_date(plan.flight.docking, plan.programme.station.zone)
        items = (evolve(PHOTO, who=evolve(PHOTO.who, certificate="table-user")), TOOLS)
        guest = next(one for one in plan.programme.people if one.id == GUEST)
        until = docked.replace(day=docked.day + 1 - lapses_d)
        held = HeldCertificate(certificate="table-user", valid_from=docked, valid_until=until)
        early = with_one(early, "people", GUEST, certificates=(*guest.certificates, held))
    early = with_programme(early, task_list=items)
    true = evolve(early, spare=spare_of(early))
    return asking(true, "CRW-23", "min_gap_min", shortest_min)


def left_free(plan: Plan, *, lapses_d: int | None = None, shortest_min: int = 15) -> Plan:
    """The handmade plan with what it leaves to the people aboard.

    `lapses_d`: so many days before the item is due a certificate that it needs lapses, and the plan has not noticed.
    """
    of = "near" if plan == near_plan() else "far"
    found = _free(of, None if lapses_d is None else 0, shortest_min)
    if lapses_d:
        late = _free(of, lapses_d, shortest_min)
        return evolve(late, spare=found.spare)
    return found


def test_what_planning_says_of_it_holds() -> None:
    for base in (far_plan(), near_plan()):
        plan = left_free(base)
        spare = plan.spare
        assert spare is not None
        assert [(one.item, one.person) for one in spare.listed] == [("mess", GUEST), ("tools", spare.listed[1].person)]
        assert {one.placement.partition("#")[0] for one in spare.movable} >= {"run-setup"}
        assert spare.ahead
        judgement = verify(read_plan(write_plan(plan)))
        assert [f.sentence for f in judgement.findings if f.status != "holds"] == []


def test_an_overfull_list_is_said_to_be_so() -> None:
    spare = left_free(far_plan()).spare
    assert spare is not None
    (room,) = [one for one in spare.room if one.person == GUEST]
    assert (room.until_day, room.listed_min) == (2, 600)
    assert room.short_min == max(600 - room.free_min, 0)
