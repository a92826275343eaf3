"""A stay disturbed in its middle: the ship damaged, cut short, an experiment that ran long. The past is frozen."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from hamsafar.domain.plan import Placement, Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.make import Options
from hamsafar.planning.replan import Replanned, replan
from hamsafar.programme import read_change_text
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from handmade import ENGINEER, GUEST, HOST, UP, far_plan

HEAD = "change: {title: Something, asked_by: host}\n"
OPTIONS = Options(workers=1, effort=2.0)


@cache
def small() -> Plan:
    return read_plan(write_plan(far_plan()))


def aboard(plan: Plan) -> list[Placement]:
    return [one for one in plan.placements if one.stage == "flight"]


def later_than(of: str) -> Instant:
    """A minute after the last of something has ended."""
    return max(one.end for one in aboard(small()) if one.of == of).plus(minutes=1)


def after(text: str) -> Replanned:
    """The plan after a change; it holds, and everything that began before now is where it was."""
    change = read_change_text(HEAD + text, small())
    answer = replan(small(), change, OPTIONS)
    assert isinstance(answer, Replanned), answer
    judgement = verify(read_plan(write_plan(answer.plan)))
    assert judgement.verdict == "holds", [one for one in judgement.findings if one.status != "holds"]
    now, said = change.now, {record.placement for record in change.happened}
    assert now is not None

    def past(plan: Plan) -> list[Placement]:
        return [one for one in plan.placements if one.start < now and one.id not in said]

    assert past(answer.plan) == past(small())
    assert past(answer.plan)
    return answer


DAMAGED = f"""ships:
  down: ship-up
  unfit: [{{ship: ship-down, why: a crack}}]
  without_seat:
    - {{people: [{GUEST}, {UP}, {HOST}, {ENGINEER}], to: 2027-07-30, accepted_by: host}}
add:
  activities:
    - id: out
      title: Out
      kind: transfer
      duration: 30 min
      who: [{{function: crew, from: [{UP}]}}]
      moves_liners: [{UP}]
    - id: over
      title: Over
      kind: transfer
      duration: 30 min
      who: [{{function: crew, from: [{GUEST}, {HOST}], count: 2}}]
      moves_liners: [{GUEST}, {HOST}]
      checks_fit: [{GUEST}, {HOST}]
      after: [{{of: out}}]
"""


def test_the_ship_is_damaged_and_another_one_goes_home() -> None:
    now = later_than("liner")
    answer = after(f"now: {now.iso()}\n{DAMAGED}")
    found = {one.of: one for one in aboard(answer.plan)}
    assert now <= found["out"].start < found["out"].end <= found["over"].start
    request = answer.plan.programme.flight
    assert (request.ship_down.id, request.seats_since) == ("ship-up", now)
    seats = {seat.person: seat.ship for seat in request.seats}
    assert seats[GUEST] == "ship-down"  # the liner had been carried there
    said = [text for text in answer.plan.warnings if "no seat in a ship that can leave" in text]
    assert len(said) == 1
    assert "Accepted by host" in said[0]


def test_what_nobody_has_accepted_is_a_conflict() -> None:
    text = f"now: {later_than('liner').iso()}\n{DAMAGED}".replace(f", {ENGINEER}]", "]", 1)
    answer = replan(small(), read_change_text(HEAD + text, small()), OPTIONS)
    assert isinstance(answer, NoPlan)
    assert {clash.rule for clash in answer.clashes} == {"SEA-06"}
    assert ENGINEER in answer.clashes[0].sentence


def test_an_experiment_that_ran_long_and_what_was_missed_for_it() -> None:
    own = [one for one in aboard(small()) if GUEST in one.person_ids and one.kind not in ("sleep", "meal")]
    first = next(one for one, other in pairwise(own) if other.start >= one.end)
    now = first.end.plus(minutes=11)
    missed = [
        one.id for one in aboard(small()) if first.start < one.start < now and {*one.person_ids} & {*first.person_ids}
    ]
    lines = [f"  - {{placement: '{one}', attended: false}}" for one in missed]
    longer = f"  - {{placement: '{first.id}', from: {first.start.iso()}, to: {first.end.plus(minutes=10).iso()}}}"
    answer = after("\n".join([f"now: {now.iso()}", "happened:", longer, *lines]))
    there = next(one for one in aboard(answer.plan) if one.id == first.id)
    assert (there.start, there.end) == (first.start, first.end.plus(minutes=10))


@pytest.mark.parametrize("window", ["relay"])
def test_a_link_lost_from_now_on(window: str) -> None:
    link = next(one for one in aboard(small()) if one.of == "link")
    now = link.start.plus(minutes=-5)
    closed = f"{{kind: {window}, from: {now.iso()}, to: {link.end.plus(minutes=5).iso()}}}"
    answer = after(f"now: {now.iso()}\nwindows_closed: [{closed}]")
    moved = next(one for one in aboard(answer.plan) if one.id == link.id)
    assert moved.start >= link.end.plus(minutes=5)
