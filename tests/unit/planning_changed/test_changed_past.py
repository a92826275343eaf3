"""What has happened by now: as planned unless somebody says otherwise, and nothing that can't have been."""

from __future__ import annotations

import pytest
from attrs import evolve

from changing import after, replaced, small_plan, told
from hamsafar.domain.changes import Happened, Record, last_records
from hamsafar.domain.programme import Programme
from hamsafar.timeline import Instant


def records(programme: Programme) -> dict[str, list[tuple[str, str]]]:
    """placement → (outcome, when it began) of each of its records."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in programme.happened:
        found.setdefault(one.placement, []).append((one.outcome, one.start.iso()[5:16]))
    return found


def test_all_that_began_before_now_was_done_as_planned() -> None:
    programme = after("now: 2027-03-01T01:30Z")
    assert records(programme) == {
        "ship/theory": [("done", "01-04T00:00")],
        "ship/practice": [("done", "01-06T00:00")],
        "ship/reading": [("done", "01-07T00:00")],
        "station/exam@trainee-prime": [("done", "03-01T01:00")],  # still going on
    }
    theory = small_plan().placements[0]
    assert programme.happened[0] == Happened(
        placement="ship/theory", start=theory.start, end=theory.end, people=theory.person_ids
    )


def test_what_begins_at_now_is_still_to_come() -> None:
    assert "station/exam@trainee-prime" not in records(after("now: 2027-03-01T01:00Z"))


def test_what_happened_is_as_the_change_says() -> None:
    programme = after("""
now: 2027-03-02
happened:
  - {placement: ship/theory, from: 2027-01-04T00:30Z, to: 2027-01-04T02:00Z, people: [trainee-prime, teacher],
     why: late}
  - {placement: ship/practice, attended: false}
  - {placement: station/exam@trainee-prime, passed: false}
""")
    last = last_records(programme.happened)
    assert last["ship/theory"] == Happened(
        placement="ship/theory",
        start=Instant.utc(2027, 1, 4, 0, 30),
        end=Instant.utc(2027, 1, 4, 2),
        people=("trainee-prime", "teacher"),
        note="late",
    )
    assert (last["ship/practice"].outcome, last["station/exam@trainee-prime"].outcome) == ("missed", "failed")
    assert last["ship/practice"].people == small_plan().placements[1].person_ids


def test_something_planned_for_later_may_have_been_done_before_now() -> None:
    text = """now: 2027-02-01
happened: [{placement: station/tour@trainee-prime, from: 2027-01-29T01:00Z, to: 2027-01-29T04:00Z}]"""
    assert records(after(text))["station/tour@trainee-prime"] == [("done", "01-29T01:00")]


def test_what_was_missed_and_done_later_has_a_record_of_each() -> None:
    plan = replaced(small_plan(), "now: 2027-02-01\nhappened: [{placement: ship/reading, attended: false}]")
    again = Instant.utc(2027, 2, 3)
    moved = tuple(
        evolve(one, start=again, end=again.plus(minutes=90)) if one.id == "ship/reading" else one
        for one in plan.placements
    )
    programme = after("now: 2027-02-10", evolve(plan, placements=moved))
    assert records(programme)["ship/reading"] == [("missed", "01-07T00:00"), ("done", "02-03T00:00")]
    assert last_records(programme.happened)["ship/reading"].outcome == "done"
    assert records(programme)["ship/theory"] == [("done", "01-04T00:00")]  # once, not again


def test_what_was_missed_twice_has_two_records() -> None:
    plan = replaced(small_plan(), "now: 2027-02-01\nhappened: [{placement: ship/reading, attended: false}]")
    again = Instant.utc(2027, 2, 3)
    moved = tuple(
        evolve(one, start=again, end=again.plus(minutes=90)) if one.id == "ship/reading" else one
        for one in plan.placements
    )
    text = "now: 2027-02-10\nhappened: [{placement: ship/reading, attended: false}]"
    programme = after(text, evolve(plan, placements=moved))
    assert records(programme)["ship/reading"] == [("missed", "01-07T00:00"), ("missed", "02-03T00:00")]


def test_a_record_is_corrected_when_more_is_known() -> None:
    plan = replaced(small_plan(), "now: 2027-03-02")
    programme = after("happened: [{placement: station/exam@trainee-prime, passed: false}]", plan)
    assert records(programme)["station/exam@trainee-prime"] == [("failed", "03-01T01:00")]


def test_records_stand_in_the_order_of_time() -> None:
    happened = after("now: 2027-06-14").happened
    assert list(happened) == sorted(happened, key=lambda one: (one.start, one.placement))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("happened: [{placement: ship/theory, attended: false}]", "2:11 happened", "together with `now`"),
        ("now: 2027-01-05\nhappened: [{placement: ship/practice, attended: false}]", "3:24", "not happened yet"),
        ("now: 2027-01-05\nhappened: [{placement: station/exam@trainee-prime, passed: false}]",
         "3:24", "not happened yet"),
        ("now: 2027-01-05\nhappened: [{placement: ship/theory, from: 2027-01-06T00:00Z, to: 2027-01-06T01:00Z}]",
         "3:43", "not happened yet"),
        ("now: 2027-01-05T00:00Z\nhappened: [{placement: ship/theory, from: 2027-01-04T23:00Z, to: 2027-01-05T01:00Z}]",
         "3:66", "lies after now"),
        ("now: 2027-01-05\nhappened: [{placement: ship/theory, passed: false}]", "3:45", "only an exam"),
    ],
)  # fmt: skip
def test_what_cannot_have_happened(text: str, place: str, words: str) -> None:
    ((where, what),) = told(text)
    assert where.startswith(f"change.yaml:{place}")
    assert words in what


def test_nobody_is_in_two_things_at_once() -> None:
    text = "now: 2027-06-12\nhappened: [{placement: setup#1, from: 2027-06-11T01:30Z, to: 2027-06-11T02:30Z}%s]"
    ((where, what),) = told(text % "")
    assert where == "change.yaml:3:12 happened[0]"
    assert "trainee-prime was in run#1 at the same time" in what
    assert told(text % ", {placement: run#1, attended: false}") == []
    moved = ", {placement: run#1, from: 2027-06-11T02:30Z, to: 2027-06-11T04:00Z}"  # they touch
    assert told(text % moved) == []
    overlapping = ", {placement: run#1, from: 2027-06-11T02:29Z, to: 2027-06-11T04:00Z}"
    ((where, what),) = told(text % overlapping)
    assert where.endswith("happened[1]")  # told once, at the later one


def test_no_facility_held_more_than_it_holds() -> None:
    """Others were there, so nobody was in two places; but the classroom holds one session."""
    plan = small_plan()
    room = tuple(evolve(one, facilities=("classroom",)) if one.id == "ship/reading" else one for one in plan.placements)
    plan = evolve(plan, placements=room)
    text = """now: 2027-02-01
happened: [{placement: ship/reading, from: 2027-01-04T01:59Z, to: 2027-01-04T03:00Z, people: [commander-up]}]"""
    ((where, what),) = told(text, plan)
    assert where == "change.yaml:3:12 happened[0]"
    assert "classroom was taken by ship/theory" in what
    assert told(text.replace("01:59", "02:00"), plan) == []


def test_records_that_no_file_said() -> None:
    """Made in Python, where no reader has looked at them."""
    from hamsafar.domain.changes import Change
    from hamsafar.errors import InputErrors
    from hamsafar.planning.changed import changed

    now = Instant.utc(2027, 2, 1)
    wrong = (
        Record(placement="ship/nothing"),
        Record(placement="ship/theory", people=()),
        Record(placement="ship/theory"),
        Record(placement="ship/practice", outcome="missed", people=("teacher",)),
        Record(placement="ship/reading", end=Instant.utc(2027, 1, 6), people=("nobody",)),
    )
    with pytest.raises(InputErrors) as raised:
        changed(small_plan(), Change(title="Made", asked_by="host", now=now, happened=wrong))
    assert [error.where for error in raised.value.errors] == [
        "happened[0].placement",
        "happened[1].people",
        "happened[2].placement",
        "happened[3].attended",
        "happened[4]",
        "happened[4].people[0]",
    ]


# What was not in the plan

_FLOWN = "now: 2027-06-14T12:00Z\nhappened: [{placement: %s}]"


def test_what_was_not_planned_may_have_been_done() -> None:
    at = "from: 2027-06-12T21:00Z, to: 2027-06-12T21:10Z"
    programme = after(_FLOWN % f"fajr@4#1, {at}")
    assert last_records(programme.happened)["fajr@4#1"] == Happened(
        placement="fajr@4#1",
        start=Instant.utc(2027, 6, 12, 21),
        end=Instant.utc(2027, 6, 12, 21, 10),
        people=("trainee-prime",),  # the only one whom it takes
    )


@pytest.mark.parametrize(
    ("record", "place", "words"),
    [
        ("fajr@4#1", "3:12 happened[0]", "say when it was done, `from` and `to`"),
        ("fajr@4#1, attended: false", "3:44 happened[0].attended", "nobody can have missed it"),
        ("run#4, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "neither placed in this plan nor asked for"),
        ("fajr@4#2, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "did you mean 'fajr@3#1'"),
        ("fajr@9#1, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "neither placed in this plan"),
        ("fajr#1, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "neither placed in this plan"),
        ("fajr@4@nobody#1, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "neither placed in this plan"),
        ("sleep@2@nobody#1, from: 2027-06-11T14:00Z, to: 2027-06-11T22:00Z", "3:24", "neither placed in this plan"),
        ("nothing#1, from: 2027-06-13T01:00Z, to: 2027-06-13T02:00Z", "3:24", "neither placed in this plan"),
    ],
)
def test_what_nobody_can_have_done(record: str, place: str, words: str) -> None:
    ((where, what),) = told(_FLOWN % record)
    assert where.startswith(f"change.yaml:{place}")
    assert words in what


def test_who_took_part_in_what_was_not_planned_is_said_where_it_had_a_choice() -> None:
    plan = small_plan()
    without = evolve(plan, placements=tuple(one for one in plan.placements if one.id != "run#2"))
    at = "run#2, from: 2027-06-13T02:00Z, to: 2027-06-13T03:30Z"
    ((where, what),) = told(_FLOWN % at, without)
    assert where.endswith("happened[0]")
    assert "say who took part" in what
    people = "trainee-prime, commander-up"
    done = last_records(after(_FLOWN % f"{at}, people: [{people}]", without).happened)["run#2"]
    assert done.people == ("trainee-prime", "commander-up")


def test_what_was_missed_for_good_and_turns_out_to_have_been_done_is_corrected() -> None:
    missed = replaced(small_plan(), "now: 2027-06-12T00:00Z\nhappened: [{placement: fajr@2#1, attended: false}]")
    left = evolve(missed, placements=tuple(one for one in missed.placements if one.id != "fajr@2#1"))
    assert records(after("happened: [{placement: fajr@2#1}]", left))["fajr@2#1"] == [("done", "06-11T20:00")]
    sooner = "happened: [{placement: fajr@2#1, from: 2027-06-11T19:40Z, to: 2027-06-11T19:50Z}]"
    assert records(after(sooner, left))["fajr@2#1"] == [("done", "06-11T19:40")]
