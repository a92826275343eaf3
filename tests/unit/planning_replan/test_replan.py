"""The plan nearest to an old one: what must move, moves; the rest stays; and the verifier holds of it."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve

from hamsafar.domain.changes import Version
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.differences import counts_of, counts_of_own
from hamsafar.planning.make import Options
from hamsafar.planning.replan import Replanned, replan
from hamsafar.programme import read_change_text
from hamsafar.schedule.nearest import MOVED, NEARNESS, PROMISED, SHIFT
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from handmade import far_plan
from refreshable import eve, guest

_HEAD = "change: {title: Something, asked_by: host}\n"
_ONE = Options(workers=1, effort=2.0)


@cache
def small() -> Plan:
    """Twelve sessions and five days aboard, made by hand, as its file gives it back."""
    return read_plan(write_plan(far_plan()))


def answer_to(plan: Plan, text: str, options: Options = _ONE) -> Replanned | NoPlan:
    answer = replan(plan, read_change_text(_HEAD + text, plan), options)
    assert isinstance(answer, (Replanned, NoPlan)), answer
    return answer


def after(plan: Plan, text: str, options: Options = _ONE) -> Replanned:
    """The plan after a change; it holds, whatever the change."""
    answer = answer_to(plan, text, options)
    assert isinstance(answer, Replanned), answer
    judgement = verify(read_plan(write_plan(answer.plan)))
    assert judgement.verdict == "holds", [one for one in judgement.findings if one.status != "holds"]
    told = sum(term.value for term in answer.plan.objective if term.name == MOVED)
    assert told == len(answer.causes)  # each that the solver counts has its cause
    past = {one.placement for one in answer.plan.programme.happened}
    elsewhere = {one.placement.id for one in answer.differences.of_kind("moved")}
    assert elsewhere - past <= set(answer.causes)
    return answer


def moved(answer: Replanned) -> dict[str, int | None]:
    """Placement → by how many minutes it lies elsewhere; None for what came or went."""
    return {one.placement.id: one.relative_shift_min for one in answer.differences.each}


def value(answer: Replanned, stage: str, name: str) -> float:
    return next(term.value for term in answer.plan.objective if (term.stage, term.name) == (stage, name))


def whys(answer: Replanned) -> dict[str, str]:
    return {move.placement: move.why for move in answer.plan.moved}


@cache
def stormy() -> Replanned:
    """Many things at once, each with its own known answer."""
    return after(small(), _STORM)


_STORM = """shut: [{what: centrifuge, from: 2026-12-09, to: 2026-12-10, why: repair}]
away: [{person: instructor-systems, from: 2026-12-14, to: 2026-12-14, why: flu}]
windows_closed: [{kind: relay, from: 2027-06-02T06:00Z, to: 2027-06-02T07:00Z}]
drop: [camera-run]
durations: [{of: upkeep, minutes: 45}]
add:
  activities:
    - {id: chess, title: Chess, kind: free, duration: 20 min, who: [{function: player, from: [trainee-prime]}]}
"""


def test_a_change_that_moves_nothing_keeps_everything() -> None:
    answer = after(small(), "now: 2026-11-20T00:00Z\npin: [ship/theory, link#1]\npromise: [ship/exam, link]")
    assert answer.differences.each == ()
    assert answer.plan.placements == small().placements
    assert answer.plan.flight is small().flight
    assert answer.plan.windows is small().windows
    assert answer.plan.moved == ()
    assert all(term.value == term.bound == 0 for term in answer.plan.objective if term.name in NEARNESS)
    assert {stage.status for stage in answer.plan.stages} == {"optimal"}


def test_what_must_move_moves_and_nothing_else() -> None:
    spins = {"ship/spin@trainee-prime", "ship/spin@trainee-backup"}
    taught = {"fluids/run", "fluids/with-crew"}
    assert spins | taught <= set(stormy().causes)
    assert value(stormy(), "training", MOVED) <= 6  # these, and the exams of the second course, which come after it
    assert {one.placement.id for one in stormy().differences.of_kind("moved")} == set(stormy().causes)
    assert {id_ for id_ in stormy().causes if "/" not in id_} >= {"link#1"}
    for stage in ("training", "flight"):
        moves = [one for one in stormy().differences.of_kind("moved") if one.placement.stage == stage]
        assert value(stormy(), stage, SHIFT) == sum(abs(one.relative_shift_min or 0) for one in moves)


def test_each_has_its_reason() -> None:
    said = whys(stormy())
    assert said["ship/spin@trainee-prime"].startswith("its place is not allowed any more: RES-02: ")
    assert "shut 2026-12-09 to 2026-12-10, repair" in said["ship/spin@trainee-backup"]
    assert "instructor-systems" in said["fluids/run"]
    assert "WIN-01: its window is not open there; relay, closed to us" in said["link#1"]
    assert said["camera-run#1"] == "no longer asked for"
    assert said["chess#1"] == "asked for by the change"
    assert all(said.values())
    longer = [one.placement.id for one in stormy().differences.of_kind("altered")]
    assert {said[id_] for id_ in longer if id_.startswith("upkeep")} == {"takes 45 min now"}


def test_who_is_away_is_not_there() -> None:
    day = Instant.parse("2026-12-13T16:00Z"), Instant.parse("2026-12-14T16:00Z")
    for one in stormy().plan.placements:
        if "instructor-systems" in one.person_ids:
            assert not (one.start < day[1] and day[0] < one.end)


@pytest.mark.slow
def test_what_is_promised_stays_where_something_else_can_give_way() -> None:
    """Two things of an hour want the only hour that is left: the one that is promised keeps it."""
    text = "durations: [{of: camera-run, minutes: 60}]\n"
    plain, kept = after(small(), text), after(small(), text + "promise: [camera-run]")
    assert "camera-run#1" in moved(plain) or "liner#1" in moved(plain)
    assert moved(kept).get("camera-run#1") in (0, None)
    assert value(kept, "flight", PROMISED) == 0


def test_what_is_pinned_stays_or_the_conflict_says_so() -> None:
    closed = "windows_closed: [{kind: relay, from: 2027-06-02T06:00Z, to: 2027-06-02T07:00Z}]\n"
    answer = answer_to(small(), closed + "pin: [link#1]")
    assert isinstance(answer, NoPlan)
    assert {clash.rule for clash in answer.clashes} >= {"PIN-01", "WIN-01"}
    assert any("link#1 stays where it is" in sentence for sentence in answer.conflict)


def test_what_was_failed_is_placed_again_and_what_was_done_stays_as_it_happened() -> None:
    again, now = "ship/exam@trainee-backup", Instant.parse("2026-12-11T06:00Z")
    text = f"""now: {now.iso()}
limits: {{TRN-15: {{min_gap: 1 d}}}}
happened:
  - {{placement: {again}, passed: false}}
  - placement: ship/theory
    from: 2026-12-07T01:10Z
    to: 2026-12-07T02:40Z
    people: [trainee-prime, trainee-backup, commander-up]
"""
    answer = after(small(), text)
    assert whys(answer) == {again: "failed on 2026-12-11, and placed again", "ship/theory": "as it happened"}
    placed = {one.id: one for one in answer.plan.placements}
    assert placed[again].start >= now
    flown = placed["ship/theory"]
    assert (flown.start, flown.end) == (Instant.parse("2026-12-07T01:10Z"), Instant.parse("2026-12-07T02:40Z"))
    assert [(one.person, one.function) for one in flown.people] == [
        ("trainee-prime", "attendee"),
        ("trainee-backup", "attendee"),
        ("commander-up", "instructor"),  # stood in for whoever taught
    ]
    past = [one for one in small().placements if one.start < now and one.id not in (again, "ship/theory")]
    assert [placed[one.id] for one in past] == past


def test_what_is_daily_and_was_missed_is_made_up_for_or_listed_and_may_turn_out_to_have_been_done() -> None:
    over, again = "exercise@2@trainee-prime#1", "exercise@3@trainee-prime#1"
    text = f"""now: 2027-06-03T04:00Z
happened: [{{placement: {over}, attended: false}}, {{placement: {again}, attended: false}}]"""
    short = Options(workers=1, effort=0.4)
    answer = after(small(), text, short)
    placed = {one.id: one for one in answer.plan.placements}
    assert placed[again].start >= Instant.parse("2027-06-03T04:00Z")
    assert {one.id: one.why for one in answer.plan.dropped} == {over: "was missed on 2027-06-02; its day is over"}
    assert whys(answer)[over] == "was missed on 2027-06-02; its day is over"
    assert whys(answer)[again] == "missed on 2027-06-03, and placed again"
    counts = counts_of(answer.differences, answer.plan)
    assert (counts.left_out, counts.gone, counts.before) == (1, 0, len(small().placements))
    given = read_plan(write_plan(evolve(answer.plan, versions=(*small().versions, Version(number=2)))))
    assert counts_of_own(given) == counts
    then = after(given, f"happened: [{{placement: {over}, from: 2027-06-02T11:00Z, to: 2027-06-02T11:30Z}}]", short)
    (flown,) = [one for one in then.plan.placements if one.id == over]
    assert (flown.start, flown.people) == (Instant.parse("2027-06-02T11:00Z"), _placed(over).people)
    assert whys(then) == {over: "as it happened, though it was not planned"}
    assert then.plan.dropped == ()


def _placed(id_: str) -> Placement:
    return next(one for one in small().placements if one.id == id_)


def test_a_second_change_stands_on_the_first() -> None:
    given = read_plan(write_plan(stormy().plan))
    second = after(given, "now: 2026-12-10T00:00Z\ndrop: [chess]")
    assert moved(second) == {"chess#1": None}
    assert second.plan.programme.shut == given.programme.shut
    assert len(second.plan.programme.happened) == sum(
        one.start < Instant.parse("2026-12-10T00:00Z") for one in given.placements
    )


@pytest.mark.slow
def test_the_same_change_gives_the_same_plan() -> None:
    assert write_plan(after(small(), _STORM).plan) == write_plan(stormy().plan)


@pytest.mark.slow
def test_a_conflict_is_told_and_nothing_is_planned() -> None:
    answer = answer_to(small(), "away: [{person: instructor-systems, from: 2026-12-01}]")
    assert isinstance(answer, NoPlan)
    assert answer.stage == "training"
    assert "PPL-02" in {clash.rule for clash in answer.clashes}


@pytest.mark.slow
def test_a_launch_that_no_phase_allows_is_the_flights_conflict() -> None:
    answer = answer_to(eve(), "launch: {by_days: 1}")
    assert isinstance(answer, NoPlan)
    assert answer.stage == "flight choice"
    assert "FLT-03" in {clash.rule for clash in answer.clashes}


@pytest.mark.slow
def test_a_slip_carries_the_stay_along() -> None:
    answer = after(guest(), "launch: {by_days: 3}")
    found = answer.differences
    assert found.stay_moved_d == 3
    why = whys(answer)
    by_sky = {
        id_
        for id_, said in why.items()
        if said.startswith(("its place is not allowed any more: ", "flight day 8 is too short"))
    }
    carried = {id_: said for id_, said in why.items() if id_ not in by_sky}  # the hatch's packing, after the farewell
    assert len(carried) <= 2
    for said in carried.values():  # each makes room for one that the sky moved
        assert said.startswith("no room there: ")
        assert said.partition("; beside ")[2].split(" and ")[0] in by_sky
    assert found.unchanged == len(guest().placements) - len(why)
    old, new = guest().flight, answer.plan.flight
    assert round(new.launch.launch.seconds_since(old.launch.launch) / 86_400) == 3
    assert answer.plan.windows != guest().windows


@pytest.mark.slow
def test_a_day_that_no_flight_fits_is_told_with_its_rules() -> None:
    answer = after(guest(), "launch: {by_days: 10}")
    (said,) = [text for text in answer.plan.warnings if text.startswith("No flight fits on ")]
    assert "the day asked for, so lift-off is " in said
    assert " d instead of +10 d): " in said
    assert answer.of_the_flight == (said,)
    assert "FLT-06" in said or "FLT-04" in said


def test_nothing_is_planned_for_a_change_of_another_plan() -> None:
    with pytest.raises(InputError):
        read_change_text(_HEAD + "drop: [no-such-thing]", small())


@pytest.mark.slow
def test_other_minutes_of_the_hosts_may_be_agreed() -> None:
    """What is used is enough; a minute less leaves out something, or is refused where all of it must be."""
    used = sum(one.used_min for one in small().hosts_minutes)
    enough = after(small(), f"hosts_minutes: {{agreed: Protocol 8, total: {used} min}}")
    assert moved(enough) == {}
    assert enough.plan.hosts_minutes == small().hosts_minutes
    refused = answer_to(small(), f"hosts_minutes: {{agreed: Protocol 8, total: {used - 1} min}}")
    assert isinstance(refused, NoPlan)
    assert "Protocol 8" in {clash.source for clash in refused.clashes}
