"""What the host's plan and its answers do to a programme: fixed, pinned, left out, numbered, open again."""

from __future__ import annotations

import pytest
from attrs import evolve

from changing import HEAD, after, small_plan, told
from hamsafar.domain.changes import Pin
from hamsafar.domain.plan import Plan
from hamsafar.planning.changed import changed
from hamsafar.planning.requested import answer_due, numbered, requests_of, said_of_requests
from hamsafar.programme import read_change_text
from hamsafar.timeline import Instant

RUN = {one.id: one for one in small_plan().placements if one.of == "run"}
ARM = "{id: host-arm, title: Arm, from: 2027-06-14T02:00Z, to: 2027-06-14T03:00Z, people: [commander-up]}"
NO = "answers: [{request: 2, answer: refused, why: the rack is taken, by: host, on: 2027-05-01}]"


def again(text: str, plan: Plan) -> Plan:
    """The plan with a change in its programme, its placements where they were; what is refused is gone."""
    programme = changed(plan, read_change_text(HEAD + text, plan))
    gone = {one.placement for one in programme.requests if one.state == "refused"}
    placements = tuple(one for one in plan.placements if one.id not in gone)
    return evolve(plan, programme=evolve(programme, requests=numbered(programme, placements)), placements=placements)


def states(plan: Plan) -> dict[int, tuple[str, str]]:
    return {one.number: (one.placement, one.state) for one in requests_of(plan)}


def test_what_needs_the_host_is_numbered_in_order_of_time_and_nothing_else_is() -> None:
    assert states(small_plan()) == {1: ("run#1", "open"), 2: ("run#2", "open"), 3: ("run#3", "open")}
    assert [one.start for one in requests_of(small_plan())] == [one.start for one in RUN.values()]


def test_granted_is_pinned_where_it_lies_with_its_people_and_moved_where_the_host_says() -> None:
    text = "answers: [{request: 1, answer: granted, by: host}, {request: 3, answer: moved, start: 2027-06-15T05:00Z}]"
    programme = after(text)
    assert programme.pins == (
        Pin(placement="run#1", start=RUN["run#1"].start, reason="request 1, granted by host"),
        Pin(placement="run#3", start=Instant.utc(2027, 6, 15, 5), reason="request 3, moved"),
    )
    granted, open_, moved = programme.requests
    assert (granted.state, granted.start, granted.people) == ("granted", RUN["run#1"].start, RUN["run#1"].person_ids)
    assert (open_.state, moved.state, moved.people) == ("open", "moved", RUN["run#3"].person_ids)


def test_refused_loses_its_pin_and_numbers_stay_when_what_is_gone_comes_back() -> None:
    pinned = again('pin: ["run#2"]', small_plan())
    refused = again(NO, pinned)
    assert refused.programme.pins == ()
    assert states(refused) == {1: ("run#1", "open"), 2: ("run#2", "refused"), 3: ("run#3", "open")}
    one = refused.programme.requests[1]
    assert (one.reason, one.by, str(one.on), one.start) == ("the rack is taken", "host", "2027-05-01", None)
    fewer = evolve(refused, placements=tuple(one for one in refused.placements if one.id != "run#1"))
    assert states(fewer)[1] == ("run#1", "withdrawn")
    assert states(evolve(fewer, placements=refused.placements))[1] == ("run#1", "open")
    new = evolve(RUN["run#3"], id="run#4", start=RUN["run#1"].start.plus(minutes=-90))
    assert states(evolve(fewer, placements=(*fewer.placements, new)))[4] == ("run#4", "open")


def test_what_is_unpinned_is_open_again() -> None:
    granted = again("answers: [{request: 1, answer: granted}]", small_plan())
    assert states(granted)[1] == ("run#1", "granted")
    assert states(again('unpin: ["run#1"]', granted))[1] == ("run#1", "open")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("answers: [{request: 4, answer: granted}]", "4 is no request of this plan; there are 3, up to 3"),
        ('answers: [{request: 1, answer: granted}]\npin: ["run#1"]', "is pinned or unpinned by the same change"),
        ("answers: [{request: 1, answer: granted}]\ndrop: [run]", "is dropped by the same change"),
        ("answers: [{request: 1, answer: refused}]\nnow: 2027-06-12", "has happened already"),
        ("answers: [{request: 3, answer: moved, start: 2027-06-11T00:00Z}]\nnow: 2027-06-12", "lies before now"),
    ],
)
def test_answers_that_cannot_be_are_told(text: str, what: str) -> None:
    assert any(what in one for _, one in told(text))


def test_an_answer_that_comes_twice_is_told_by_the_reader() -> None:
    assert any(
        "is listed twice" in one
        for _, one in told("answers: [{request: 1, answer: granted}, {request: 1, answer: refused}]")
    )


def test_a_refused_one_cannot_be_granted_without_a_time_and_can_be_moved() -> None:
    refused = again(NO, small_plan())
    with pytest.raises(ValueError, match="say when: moved"):
        again("answers: [{request: 2, answer: granted}]", refused)
    back = changed(
        refused, read_change_text(f"{HEAD}answers: [{{request: 2, answer: moved, start: 2027-06-13T03:00Z}}]", refused)
    )
    assert [pin.placement for pin in back.pins] == ["run#2"]


def test_the_host_plan_comes_in_takes_the_old_ones_place_and_leaves_the_past() -> None:
    one = again(f"host_plan: [{ARM}]", small_plan())
    assert [each.activity for each in one.programme.fixed] == ["host-arm"]
    assert one.programme.activities[-1].id == "host-arm"
    other = again(f"host_plan: [{ARM.replace('host-arm', 'host-b')}]", one)
    assert [each.activity for each in other.programme.fixed] == ["host-b"]
    assert "host-arm" not in [each.id for each in other.programme.activities]
    late = again(f"host_plan: [{ARM}]\nnow: 2027-06-14T02:01Z", small_plan())
    assert late.programme.fixed == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"host_plan: [{ARM.replace('host-arm', 'run')}]", "is the name of an activity already"),
        (f"host_plan: [{ARM.replace('commander-up', 'teacher')}]", "is not the name of somebody aboard"),
        (f"host_plan: [{ARM.replace('03:00Z', '02:00Z')}]", "ends before it starts"),
        (f"host_plan: [{ARM.replace('title', 'kind: sleep, title')}]", "is placed by the plan itself"),
    ],
)
def test_a_host_plan_that_cannot_be_is_told(text: str, what: str) -> None:
    assert any(what in one for _, one in told(text))


def test_what_is_fixed_only_the_host_may_change() -> None:
    fixed = again(f"host_plan: [{ARM}]", small_plan())
    for text in ("drop: [host-arm]", "durations: [{of: host-arm, minutes: 10}]"):
        with pytest.raises(ValueError, match="is fixed by the host"):
            again(text, fixed)


def test_the_latest_answer_is_before_lift_off_and_then_before_the_activity() -> None:
    plan = small_plan()
    first = requests_of(plan)[0]
    early = evolve(plan, programme=evolve(plan.programme, past_until=Instant.utc(2027, 5, 1)))
    assert answer_due(early, first) == plan.flight.launch.launch.plus(days=-30)
    late = evolve(plan, programme=evolve(plan.programme, past_until=plan.flight.launch.launch.plus(days=-29)))
    assert answer_due(late, first) == RUN["run#1"].start.plus(hours=-72)
    assert said_of_requests(early) == "3 requests to the host: 3 open, next answer due 2027-05-11T04:00Z"
    overdue = evolve(plan, programme=evolve(plan.programme, past_until=RUN["run#1"].start.plus(hours=-71)))
    assert said_of_requests(overdue).startswith("3 requests to the host: 3 open, 1 of these overdue, next answer due")
