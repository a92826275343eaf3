"""Test days against a checker written from the rules; the best against what can be counted by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from choosing import campaign
from hamsafar.domain.campaign import Campaign, Role
from hamsafar.domain.selection import Assigned
from hamsafar.errors import InputError
from hamsafar.selection.timetable import Days, NoDays, timetable
from hamsafar.timeline import zone

ZONE = "Asia/Shanghai"
TUESDAY = date(2027, 3, 2)


def day_campaign(**stage: object) -> Campaign:
    told = campaign()
    (final,) = told.stages
    tests = (evolve(final.tests[0], duration_min=60, room="office"), evolve(final.tests[1], duration_min=30))
    return evolve(told, stages=(evolve(final, tests=tests, **stage),))  # type: ignore[arg-type]


def rows(*pairs: tuple[str, str, str]) -> tuple[Assigned, ...]:
    """`("interview", "C000", "01 02")`."""
    return tuple(
        Assigned(stage="final", test=test, candidate=code, assessor=f"assessor-{who}")
        for test, code, panel in pairs
        for who in panel.split()
    )


def found(told: Campaign, given_rows: tuple[Assigned, ...], roles: tuple[Role, ...] | None = None) -> object:
    return timetable(told.stages[0], given_rows, roles or told.roles, told.rooms, zone_name=ZONE)


def local(row: Assigned) -> tuple[datetime, datetime]:
    assert row.begins is not None
    begins = row.begins.datetime(zone(ZONE)).replace(tzinfo=None)
    return begins, begins + timedelta(minutes=row.minutes or 0)


def broken(told: Campaign, placed: tuple[Assigned, ...], roles: tuple[Role, ...]) -> list[str]:
    """What is wrong with a timetable, every pair and every minute looked at."""
    (stage,), by_id, wrong = told.stages, {role.id: role for role in roles}, []
    capacity = {room.id: room.capacity for room in told.rooms}
    for row in placed:
        begins, ends = local(row)
        minutes = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
        if begins.date() != ends.date() or minutes[0] < stage.day_begins_min or minutes[1] > stage.day_ends_min:
            wrong.append(f"out of hours {row}")
        if not stage.begins <= begins.date() <= stage.ends or begins.weekday() > 4:
            wrong.append(f"on another day {row}")
        if any(minutes[0] < end and first < minutes[1] for first, end in stage.breaks_min):
            wrong.append(f"in a break {row}")
        if any(first <= begins.date() <= last for first, last in by_id[row.assessor].away):
            wrong.append(f"away {row}")
    for one, other in combinations(placed, 2):
        overlap = local(one)[0] < local(other)[1] and local(other)[0] < local(one)[1]
        same = (one.test, one.candidate) == (other.test, other.candidate)
        if overlap and not same and (one.candidate == other.candidate or one.assessor == other.assessor):
            wrong.append(f"twice at once {one} {other}")
        if same and (one.begins, one.room) != (other.begins, other.room):
            wrong.append(f"a panel apart {one} {other}")
    meetings = {(row.test, row.candidate): row for row in placed}.values()
    for row in meetings:
        beside = [one for one in meetings if one.room == row.room and local(one)[0] <= local(row)[0] < local(one)[1]]
        if row.room is not None and len(beside) > capacity[row.room]:
            wrong.append(f"too many in {row.room}")
    return wrong


def test_three_candidates_fit_a_day_and_come_once() -> None:
    told = day_campaign()
    asked = rows(
        *(("interview", f"C{n}", "01 02 03") for n in range(3)), *(("mandarin", f"C{n}", "04 05") for n in range(3))
    )
    answer = found(told, asked)
    assert isinstance(answer, Days)
    assert not broken(told, answer.rows, told.roles)
    assert (answer.candidate_days, answer.candidate_days_bound, answer.proved) == (3, 3, True)
    assert answer.first == answer.last == told.stages[0].begins
    assert max(local(row)[1].hour for row in answer.rows) == 12  # three interviews of one panel from nine


def test_a_day_away_moves_those_whom_the_assessor_sees() -> None:
    told = day_campaign()
    gone = ((told.stages[0].begins, TUESDAY),)
    roles = tuple(evolve(role, away=gone) if role.id == "assessor-01" else role for role in told.roles)
    answer = found(told, rows(("interview", "C0", "01 02"), ("interview", "C1", "03 04")), roles)
    assert isinstance(answer, Days)
    assert not broken(told, answer.rows, roles)
    assert {row.candidate: local(row)[0].date() for row in answer.rows} == {
        "C0": date(2027, 3, 3),
        "C1": date(2027, 3, 1),
    }


def test_eight_hours_of_one_panel_do_not_fit_seven() -> None:
    told = day_campaign(ends=date(2027, 3, 1))
    seven = rows(*(("interview", f"C{n}", "01") for n in range(7)))
    answer = found(told, seven)
    assert isinstance(answer, Days)  # nine to five without the hour at noon
    assert not broken(told, answer.rows, told.roles)
    eight = rows(*(("interview", f"C{n}", "01") for n in range(8)))
    answer = found(told, eight)
    assert isinstance(answer, NoDays)
    assert "assessor-01 can't be in two places at once" in answer.conflict
    assert any("8 candidates are to be seen in interview" in one for one in answer.conflict)


def test_a_room_of_a_kind_that_the_stage_lacks() -> None:
    told = day_campaign(rooms=())
    with pytest.raises(InputError, match="room of kind office"):
        found(told, rows(("interview", "C0", "01")))


def test_two_places_are_not_on_one_day() -> None:
    told = day_campaign()
    (stage,) = told.stages
    far = evolve(told.rooms[0], id="lab-1", kind="lab", place="xian")
    tests = (stage.tests[0], evolve(stage.tests[1], room="lab"))
    told = evolve(told, rooms=(*told.rooms, far), stages=(evolve(stage, tests=tests, rooms=("room-1", "lab-1")),))
    answer = found(told, rows(("interview", "C0", "01"), ("mandarin", "C0", "02")))
    assert isinstance(answer, Days)
    assert len({local(row)[0].date() for row in answer.rows}) == 2
    assert (answer.candidate_days, answer.candidate_days_bound) == (2, 2)


def test_who_was_told_a_time_keeps_it_where_the_panel_can() -> None:
    told = day_campaign()
    asked = rows(*(("interview", f"C{n}", "01 02") for n in range(4)))
    before = found(told, asked)
    assert isinstance(before, Days)
    late = tuple(evolve(row, begins=row.begins.plus(days=1)) if row.begins is not None else row for row in before.rows)
    changed = tuple(
        evolve(row, assessor="assessor-03", begins=None) if (row.candidate, row.assessor[-2:]) == ("C0", "01") else row
        for row in late
    )
    after = found(told, changed)
    assert isinstance(after, Days)
    assert not broken(told, after.rows, told.roles)
    assert {row.candidate: row.begins for row in after.rows} == {row.candidate: row.begins for row in late}


def test_without_lengths_nothing_is_placed() -> None:
    told = campaign()
    answer = found(told, rows(("interview", "C0", "01")))
    assert isinstance(answer, Days)
    assert answer.rows[0].begins is None


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["interview", "mandarin"]), st.integers(0, 3), st.integers(1, 5)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[:2],
    ),
    st.sets(st.integers(1, 5), max_size=2),
)
def test_no_timetable_breaks_a_rule(asked: list[tuple[str, int, int]], away: set[int]) -> None:
    told = day_campaign(ends=TUESDAY)
    gone = ((told.stages[0].begins, told.stages[0].begins),)
    roles = tuple(
        evolve(role, away=gone) if role.id in {f"assessor-{n:02}" for n in away} else role for role in told.roles
    )
    given_rows = rows(*((test, f"C{code}", f"{who:02} {who % 5 + 1:02}") for test, code, who in asked))
    answer = found(told, given_rows, roles)
    assert isinstance(answer, Days), "two days hold six appointments of any panels, one of them with everybody there"
    assert not broken(told, answer.rows, roles)
