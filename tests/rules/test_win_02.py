"""WIN-02: what is closed to us is cut out of the windows, and nothing that needs one is planned in it."""

from __future__ import annotations

import pytest
from attrs import evolve

from aboard import WindowNeed, activity, at, planned_and_dropped, programme, windows
from hamsafar.domain.changes import Outage
from hamsafar.domain.plan import Plan
from hamsafar.planning.windows import open_to_us, open_windows
from hamsafar.timeline import Span
from hamsafar.verify import CHECKERS
from hamsafar.verify.case import Case
from handmade import near_plan


def closed(kind, of: str | None, start, end) -> Outage:
    return Outage(kind=kind, of=of, span=Span(start, end), reason="given to others")


def test_an_outage_leaves_what_lies_on_its_two_sides() -> None:
    hour = Span(at(2, "10:00"), at(2, "11:00"))
    before, after = Span(at(2, "10:00"), at(2, "10:20")), Span(at(2, "10:40"), at(2, "11:00"))
    cut = closed("pass", "city", before.end, after.start)
    assert open_to_us([hour], [cut], "pass", "city") == (before, after)
    assert open_to_us([hour], [evolve(cut, of=None)], "pass", "city") == (before, after)
    assert open_to_us([hour], [cut], "pass", "village") == (hour,)
    assert open_to_us([hour], [cut], "visible-pass", "city") == (hour,)
    assert open_to_us([hour], [closed("pass", None, hour.start, hour.end)], "pass", "city") == ()
    assert open_to_us([hour], [closed("pass", None, at(2, "09:00"), hour.start)], "pass", "city") == (hour,)


@pytest.fixture(scope="module")
def relays_and_passes() -> Plan:
    """The near plan with only links and passes asked for, and their windows as planning opens them."""
    plan = near_plan()
    asked = tuple(one for one in plan.programme.activities if one.id == "link")
    over = activity("call", kind="family", window=WindowNeed(kind="pass", of="islamabad"))
    return opened(evolve(plan, placements=(), programme=evolve(plan.programme, activities=(*asked, over))))


def opened(plan: Plan, *outages: Outage) -> Plan:
    """The plan with these outages, and the links, passes and afternoons that planning leaves."""
    changed = evolve(plan.programme, outages=outages)
    lists = open_windows(changed, plan.flight, plan.trajectory)
    kept = tuple(one for one in lists if one.kind in ("relay", "pass") or one.of == "dhuhr-asr")
    return evolve(plan, programme=changed, windows=kept)


def broken(plan: Plan, rule: str) -> list[str]:
    params = {limits.rule: limits.params for limits in plan.programme.limits}
    return [said.sentence for said in CHECKERS[rule](Case(plan, params))]


def test_planning_cuts_just_what_the_verifier_refuses(relays_and_passes: Plan) -> None:
    before = {one.kind: one for one in relays_and_passes.windows}
    link, overhead = before["relay"].spans[2], before["pass"].spans[1]
    afternoon = before["prayer"].spans[1]
    outages = (
        closed("prayer", None, afternoon.start, afternoon.end.plus(seconds=-1_000)),
        closed("relay", None, link.start.plus(seconds=100), link.start.plus(seconds=400)),
        closed("pass", "islamabad", overhead.start.plus(seconds=-9), overhead.end.plus(seconds=-60)),
    )
    cut = opened(relays_and_passes, *outages)
    after = {one.kind: [span.span for span in one.spans] for one in cut.windows}
    assert Span(link.start, link.start.plus(seconds=100)) in after["relay"]
    assert Span(link.start.plus(seconds=400), link.end) in after["relay"]
    assert Span(overhead.end.plus(seconds=-60), overhead.end) in after["pass"]
    assert Span(afternoon.end.plus(seconds=-1_000), afternoon.end) in after["prayer"]
    assert sum(len(spans) for spans in after.values()) == sum(len(one.spans) for one in before.values()) + 1
    assert broken(cut, "WIN-01") == broken(cut, "WIN-02") == []
    uncut = evolve(cut, windows=relays_and_passes.windows)
    assert broken(uncut, "WIN-01") == []  # open, as far as the sky goes
    told = broken(uncut, "WIN-02")
    assert len(told) == 3
    assert told[1].endswith(" is closed to us for 300 s of it.")


def test_a_relay_that_is_down_leaves_the_link_through_the_other(relays_and_passes: Plan) -> None:
    aboard = relays_and_passes.flight.aboard
    down = closed("relay", "relay-west", aboard.start, aboard.end)
    cut = opened(relays_and_passes, down)
    links = next(one for one in cut.windows if one.kind == "relay")
    assert {span.note for span in links.spans} == {"through relay-east"}
    assert broken(cut, "WIN-01") == broken(cut, "WIN-02") == []
    uncut = evolve(cut, windows=relays_and_passes.windows)
    assert broken(uncut, "WIN-01")  # this verifier's own geometry knows which relay works


def test_the_reason_names_the_outage() -> None:
    call = activity("call", 30, kind="family", window=WindowNeed(kind="relay"), optional=True)
    gone = closed("relay", None, at(1, "00:00"), at(5, "00:00"))
    out = planned_and_dropped(programme(call, outages=(gone,)), open_=(windows(kind="relay"),))[1]
    assert out["call#1"] == (
        "no open window (relay, closed to us 2027-03-01 to 2027-03-04, given to others) is 30 min long"
    )
