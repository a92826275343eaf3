"""Attendance tables against a plan: what they say comes out as a change, what they can't say is told with its place."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from functools import cache
from typing import Any

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.changes import Change, Happened, Record
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import read_tables
from hamsafar.planning.changed import changed
from hamsafar.programme import read_change_text, write_change
from hamsafar.programme.attendance_columns import HEADINGS
from hamsafar.programme.attendance_values import WORDS
from hamsafar.programme.change_attendance import Attended, Unlisted, change_of_attendance
from hamsafar.timeline import Instant, zone
from handmade import far_plan

PRIME, BACKUP, TEACHER, INTERPRETER = "trainee-prime", "trainee-backup", "instructor-systems", "interpreter-one"
THEORY, PRACTICE, READING = "ship/theory", "ship/practice", "ship/reading"
HEAD = "change: {title: A change, asked_by: guest}\n"


@cache
def plan() -> Plan:
    return far_plan()


def placed(id_: str) -> Placement:
    return next(one for one in plan().placements if one.id == id_)


def joint_exam() -> Plan:
    """The plan, were the second session an exam of both."""
    return evolve(
        plan(), placements=tuple(evolve(one, kind="exam") if one.id == PRACTICE else one for one in plan().placements)
    )


def said(
    *rows: str, of: Plan | None = None, change: str | None = None, unlisted: Unlisted | None = None, head: str = ""
) -> Attended:
    """What the rows of a file say; `head` if it isn't Session,Person,Outcome."""
    of = of or plan()
    text = "\n".join([head or "Session,Person,Outcome", *rows])
    asked = None if change is None else read_change_text(HEAD + change, of)
    return change_of_attendance(read_tables(text.encode(), where="w.csv"), of, change=asked, unlisted=unlisted)


def errors(*rows: str, of: Plan | None = None, change: str | None = None, head: str = "") -> list[str]:
    with pytest.raises(InputError) as told:
        said(*rows, of=of, change=change, head=head)
    return [str(one) for one in (told.value.errors if isinstance(told.value, InputErrors) else [told.value])]


def only(attended: Attended) -> Record:
    (record,) = attended.change.happened
    return record


# What is said


def test_both_came_so_it_was_done_as_planned() -> None:
    found = said(f"{THEORY},{PRIME},attended", f"{THEORY},{BACKUP},x")
    assert only(found) == Record(placement=THEORY)
    assert found.change.now == placed(THEORY).end
    assert (found.change.asked_by, found.change.why) == ("host", "from w.csv")
    assert found.change.title == "Attendance up to 2026-12-07 11:00 +08:00"
    assert found.notes == ()
    assert read_change_text(write_change(found.change), plan()) == found.change
    changed(plan(), found.change)  # it fits the plan


def test_one_row_a_session_speaks_of_all_and_one_cell_may_name_several() -> None:
    assert only(said(f"{THEORY},,yes")) == Record(placement=THEORY)
    assert only(said(f'{THEORY},"{PRIME}; {BACKUP}",yes')) == Record(placement=THEORY)
    assert only(said(f"{THEORY},,no")) == Record(placement=THEORY, outcome="missed")


def test_one_of_two_came_and_that_is_told() -> None:
    found = said(f"{THEORY},{PRIME},yes", f"{THEORY},{BACKUP},excused")
    assert only(found).people == (PRIME, TEACHER, INTERPRETER)
    assert found.notes == (
        f"{THEORY} was held without {BACKUP}: it is not placed again for them; a change file can add a session",
    )


def test_an_instructor_who_did_not_come_is_left_out() -> None:
    rows = f"{THEORY},{PRIME},yes", f"{THEORY},{BACKUP},yes", f"{THEORY},{INTERPRETER},absent"
    assert only(said(*rows)).people == (PRIME, BACKUP, TEACHER)


def test_exams_are_passed_or_failed_and_missed() -> None:
    rows = [f"{THEORY},,x", f"{PRACTICE},,x", f"{READING},,x", f"ship/spin,{PRIME},x", f"ship/spin,{BACKUP},x"]
    found = said(*rows, f"ship/exam,{PRIME},passed", f"ship/exam@{BACKUP},{BACKUP},Failed.").change
    assert {one.placement: one.outcome for one in found.happened[-2:]} == {
        f"ship/exam@{PRIME}": "done",
        f"ship/exam@{BACKUP}": "failed",
    }
    assert len(found.happened) == 7
    assert found.now == placed(f"ship/exam@{BACKUP}").end
    happened = changed(plan(), found).happened
    assert [one.outcome for one in happened if one.placement == f"ship/exam@{BACKUP}"] == ["failed"]


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        ("2026-12-10,,", "2026-12-10T01:00Z", "2026-12-10T03:00Z"),  # another day at the planned clock
        ("10.12.2026,10:15,", "2026-12-10T02:15Z", "2026-12-10T04:15Z"),
        ("10 Dec 2026,9:00,10:30", "2026-12-10T01:00Z", "2026-12-10T02:30Z"),
        (",9:00,11:20", "2026-12-07T01:00Z", "2026-12-07T03:20Z"),
        (",2026-12-08T06:00+05:00,", "2026-12-08T01:00Z", "2026-12-08T03:00Z"),
        ("2026-12-07 10:00,,", "2026-12-07T02:00Z", "2026-12-07T04:00Z"),
        ("2026/12/07,09:00:10,11:00", None, None),  # as planned, to the minute
    ],
)
def test_when_it_was(cells: str, start: str | None, end: str | None) -> None:
    record = only(said(f"{THEORY},x,{cells}", head="Session,Outcome,Date,Start,End", unlisted="done"))
    assert record.start == (None if start is None else Instant.parse(start))
    assert record.end == (None if end is None else Instant.parse(end))


def test_another_zone_where_a_row_says_so() -> None:
    found = only(said(f"{THEORY},x,06:30,Asia/Karachi", head="Session,Outcome,Start,Time zone"))
    assert found.start == Instant.parse("2026-12-07T01:30Z")


def test_headings_below_a_title_in_any_order_and_case_and_columns_passed_over() -> None:
    head = "Week 50;;;;\n;;;;\nRESULT;Weather;  trainee ;Attended;ID\n"
    text = f"{head};fog;Prime trainee;x;ship/theory\nx;;;yes;ship/theory\n"
    people = tuple(evolve(one, title="Prime trainee") if one.id == PRIME else one for one in plan().programme.people)
    of = evolve(plan(), programme=evolve(plan().programme, people=people))
    found = change_of_attendance(read_tables(text.encode(), where="w.csv"), of)
    assert only(found) == Record(placement=THEORY)
    assert found.notes == ("w.csv: columns passed over: Weather",)


def test_sheets_of_other_things_are_passed_over() -> None:
    book = openpyxl.Workbook()
    rows = {"Plan": ["Date", "Kind"], "Empty": [], "Week 50": ["Session", "Outcome"], "Week 51": ["Session", "Outcome"]}
    for title, heads in rows.items():
        book.create_sheet(title).append(heads)
    book["Week 50"].append([THEORY, 1])
    book["Week 51"].append([PRACTICE, "no"])
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    found = change_of_attendance(read_tables(out.getvalue(), where="w.xlsx"), plan(), unlisted="done")
    assert {one.placement: one.outcome for one in found.change.happened} == {THEORY: "done", PRACTICE: "missed"}
    assert found.notes == ("w.xlsx:Plan has no columns of attendance and is passed over",)
    assert found.change.where["happened[1]"] == "w.xlsx:'Week 51'!A2"


def test_a_time_that_the_clocks_skip_is_told() -> None:
    (told, *_) = errors(f"{THEORY},x,2027-03-14,02:30,America/New_York", head="Session,Outcome,Date,Start,Zone")
    assert told == ("w.csv:2:26 Start: 2027-03-14 02:30 does not exist in America/New_York: the clocks skip it")
    (told, *_) = errors(f"{THEORY},x,,,Nowhere/Land", head="Session,Outcome,Date,Start,Zone")
    assert told.startswith("w.csv:2:17 Zone: unknown time zone 'Nowhere/Land'")


def test_marks_and_notes_are_kept() -> None:
    found = said(
        f'{THEORY},{PRIME},x,85,"late\nbus"', f"{THEORY},{BACKUP},x,,", head="Session,Person,Outcome,Mark,Note"
    )
    assert only(found).note == "mark 85; late bus"


def test_blank_rows_say_nothing() -> None:
    assert only(said(f"{THEORY},,x", ",,", f"{PRACTICE},{PRIME},")).placement == THEORY


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_was_written_down_is_what_happened(data: st.DataObject) -> None:
    """However a file is laid out. The expectation is reckoned from what was drawn, person by person."""
    sessions = data.draw(st.lists(st.sampled_from((THEORY, PRACTICE, READING)), min_size=1, unique=True))
    came = {(one, who): data.draw(st.booleans()) for one in sessions for who in (PRIME, BACKUP)}
    later = {one: data.draw(st.integers(0, 3)) for one in sessions}
    columns = data.draw(st.permutations(("session", "person", "outcome", "date")))
    heads = {says: data.draw(st.sampled_from(HEADINGS[says])).upper() for says in columns}
    lines: list[dict[Any, str]] = []
    for (one, who), there in data.draw(st.permutations(list(came.items()))):
        day = placed(one).start.datetime(zone("Asia/Shanghai")).date() + timedelta(days=later[one])
        word = data.draw(st.sampled_from(WORDS["attended" if there else "missed"]))
        cells = {"session": one, "person": who, "outcome": word, "date": f"{day:{data.draw(_FORMS)}}"}
        lines.append(cells)
    between = data.draw(_BETWEEN)
    text = "\r\n".join(between.join(line[says] for says in columns) for line in [heads, *lines])
    tables = read_tables(data.draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + text.encode(), where="w.csv")
    found = {one.placement: one for one in change_of_attendance(tables, plan(), unlisted="done").change.happened}
    assert set(found) == set(sessions)
    for one in sessions:
        there = {who for who in (PRIME, BACKUP) if came[one, who]}
        record, planned = found[one], placed(one)
        assert record.outcome == ("done" if there else "missed")
        if there:
            assert {*(record.people or planned.person_ids)} & {PRIME, BACKUP} == there
            assert (record.start or planned.start) == planned.start.plus(days=later[one])
            assert (record.end or planned.end) == planned.end.plus(days=later[one])


_FORMS = st.sampled_from(("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%Y/%m/%d", "%d-%B-%Y"))
_BETWEEN = st.sampled_from((",", ";", "\t"))


# What no row speaks of


def test_sessions_without_a_row_are_an_error_unless_it_is_said_what_became_of_them() -> None:
    rows = f"{READING},{PRIME},x", f"{READING},{BACKUP},x"
    (told,) = errors(*rows)
    assert told == (
        f"w.csv: 2 sessions before now (2026-12-08 15:00 +08:00) without a row: {THEORY}, {PRACTICE}; add their rows, "
        "or say --unlisted done (they were held as planned) or --unlisted missed"
    )
    done, missed = said(*rows, unlisted="done"), said(*rows, unlisted="missed")
    assert only(done).placement == READING
    assert done.notes == (
        f"without a row before now (2026-12-08 15:00 +08:00), taken as done as planned (2): {THEORY}, {PRACTICE}",
    )
    assert {one.placement: one.outcome for one in missed.change.happened} == {
        READING: "done",
        THEORY: "missed",
        PRACTICE: "missed",
    }
    change = f"happened: [{{placement: {THEORY}}}, {{placement: {PRACTICE}}}]\nnow: 2026-12-08T07:00Z"
    assert len(said(*rows, change=change).change.happened) == 3


def test_a_trainee_without_a_row_is_told_like_a_session_without_one() -> None:
    assert (
        f"1 session before now (2026-12-07 11:00 +08:00) without a row: {THEORY} ({BACKUP})"
        in errors(f"{THEORY},{PRIME},x")[0]
    )
    assert only(said(f"{THEORY},{PRIME},x", unlisted="done")).people is None
    assert only(said(f"{THEORY},{PRIME},x", unlisted="missed")).people == (PRIME, TEACHER, INTERPRETER)


def test_only_the_first_five_are_named() -> None:
    (told,) = errors("refresh/review,,x")
    assert "11 sessions before now" in told
    assert "ship/spin@trainee-backup, ...;" in told


# Now, and the change beside


def test_now_is_that_of_the_change_and_rows_after_it_are_passed_over() -> None:
    found = said(f"{THEORY},,x", f"{PRACTICE},,x", change="now: 2026-12-08T00:00Z")
    assert only(found).placement == THEORY
    assert found.change.now == Instant.parse("2026-12-08T00:00Z")
    told = f"rows of sessions after now (2026-12-08 08:00 +08:00) are passed over (1): {PRACTICE}"
    assert found.notes == (told,)


def test_what_the_change_asks_stays_and_its_records_come_first() -> None:
    change = f"happened: [{{placement: {PRACTICE}, attended: false}}]\nnow: 2026-12-08T06:00Z\npin: [link#1]"
    found = said(f"{THEORY},,no", f"{PRACTICE},,no", change=change).change
    assert [one.placement for one in found.happened] == [PRACTICE, THEORY]
    assert (found.title, found.asked_by, found.pin) == ("A change", "guest", ("link#1",))
    assert found.where["happened[1]"] == "w.csv:2:1"
    (told,) = errors(f"{THEORY},,no", f"{PRACTICE},,yes", change=change)
    assert told == f"w.csv:3:1: {PRACTICE} is done by this row, and missed by the change file; leave one of them"


def test_what_does_not_fit_the_plan_is_told_at_its_row() -> None:
    asked = said(
        f"{THEORY},x,", f"{PRACTICE},x,2026-12-07", head="Session,Outcome,Date", change="now: 2026-12-09T00:00Z",
        unlisted="done",
    ).change  # fmt: skip
    with pytest.raises(InputErrors, match=re.escape("w.csv:3:1: ")) as told:
        changed(plan(), asked)
    assert "was in ship/theory at the same time" in str(told.value)


# What is known already


def after(*records: Happened, moved_to: str | None = None) -> Plan:
    """The plan with records, and the theory placed anew where it was missed."""
    placements = plan().placements
    if moved_to is not None:
        old, start = placed(THEORY), Instant.parse(moved_to)
        new = evolve(old, start=start, end=start.plus(hours=2))
        placements = tuple(new if one.id == THEORY else one for one in placements)
    last = max(one.end for one in records)
    return evolve(plan(), placements=placements, programme=evolve(plan().programme, happened=records, past_until=last))


def theory(outcome: str = "done", day: int = 7) -> Happened:
    start = Instant.utc(2026, 12, day, 1)
    people = placed(THEORY).person_ids
    return Happened(placement=THEORY, start=start, end=start.plus(hours=2), people=people, outcome=outcome)  # type: ignore[arg-type]  # one of them


def test_a_file_that_goes_on_from_week_to_week_says_old_things_once() -> None:
    missed = after(theory("missed"), moved_to="2026-12-08T08:00Z")
    rows = f"{THEORY},no,2026-12-07", f"{PRACTICE},x,", f"{READING},x,", f"{THEORY},x,2026-12-08"
    found = said(*rows, of=missed, head="Session,Outcome,Date")
    assert [(one.placement, one.outcome) for one in found.change.happened] == [
        (THEORY, "done"), (PRACTICE, "done"), (READING, "done"),
    ]  # fmt: skip
    assert found.notes == ()
    again = said(f"{THEORY},x,2026-12-07", f"{PRACTICE},x,", of=after(theory()), head="Session,Outcome,Date")
    assert [one.placement for one in again.change.happened] == [PRACTICE]


def test_a_record_is_corrected_by_another_outcome_or_time() -> None:
    assert only(said(f"{THEORY},,no", of=after(theory()))).outcome == "missed"
    found = only(said(f"{THEORY},x,11:30", of=after(theory()), head="Session,Outcome,End"))
    assert found.end == Instant.parse("2026-12-07T03:30Z")


def test_held_again_in_one_file_the_last_counts() -> None:
    found = said(
        f"{THEORY},no,2026-12-07",
        f"{THEORY},x,2026-12-08",
        head="Session,Outcome,Date",
        change="now: 2026-12-08T00:30Z",
    )
    assert only(found).outcome == "missed"  # the second begins after now
    rows = f"{THEORY},no,2026-12-07", f"{THEORY},x,2026-12-08"
    found = said(*rows, head="Session,Outcome,Date", unlisted="done")
    assert (only(found).outcome, only(found).start) == ("done", Instant.parse("2026-12-08T01:00Z"))
    assert found.notes[0] == f"{THEORY} was held more than once (missed on 2026-12-07); the last counts"
    (told, *_) = errors(f"{THEORY},x,2026-12-07", f"{THEORY},x,2026-12-08", head="Session,Outcome,Date")
    assert told == f"w.csv:2:1: {THEORY} was done by this row, and held again by w.csv:3:1; leave one of them"


# What can't be said


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("ship/theroy,,x", "w.csv:2:1 Session: is not a session placed in this plan; did you mean 'ship/theory'? (got"),
        (f"{THEORY},comander-up,x", "w.csv:2:13 Person: is not a person of this programme; did you mean 'comm"),
        (
            f"ship/exam@{PRIME},{BACKUP},passed",
            f"w.csv:2:25 Person: {BACKUP} isn't in ship/exam@{PRIME}, which is of {PRIME}, {TEACHER}: is this another "
            "person's file?",
        ),
        (f"ship/spin,{BACKUP},maybe", "w.csv:2:26 Outcome: should be one of attended, absent, excused, passed or"),
        ("ship/spin,,x", "w.csv:2:1 Session: 'ship/spin' is held for each apart; name one of ship/spin@trainee-prime"),
        (f"{THEORY},,failed", "w.csv:2:14 Outcome: only an exam can be failed; ship/theory is of kind theory"),
        (f"ship/exam,{PRIME},x", f"w.csv:2:25 Outcome: ship/exam@{PRIME} is an exam: say passed or failed"),
        (f"ship/exam@{PRIME},{TEACHER},failed", f"{TEACHER} is no trainee, who could fail"),
        (",,x", "w.csv:2:1 Session: names no session"),
        ("link#1,,x", "w.csv:2:1 Session: 'link#1' is not of the term; what happened aboard is said in a change file"),
        ("=A1,,x", "w.csv:2:1 Session: is a formula (=A1); write its value in its place"),
        (f"{THEORY},,=B1", "w.csv:2:14 Outcome: is a formula (=B1)"),
        (f"{THEORY},@cmd,x", "w.csv:2:13 Person: is not a person of this programme"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_place(row: str, told: str) -> None:
    (first,) = errors(row)
    assert first.startswith(told) or told in first


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("2026-12-06,,", "w.csv:2:15 Date: 2026-12-06 lies outside the term, 2026-12-07 to 2027-06-01"),
        ("2027-12-08,,", "w.csv:2:15 Date: 2027-12-08 lies outside the term"),
        ("9999-12-31,23:59,", "w.csv:2:15 Date: 9999-12-31 lies outside the term"),
        ("07/12/2026,,", "w.csv:2:15 Date: should be a date such as 2027-02-22 (with day and month in numbers alone"),
        ("2026-13-07,,", "w.csv:2:15 Date: should be a date"),
        ("7 J 2026,,", "w.csv:2:15 Date: should be a date"),
        (",25:00,", "w.csv:2:16 Start: should be a time such as 09:30"),
        (",nine,", "w.csv:2:16 Start: should be a time such as 09:30, or an instant"),
        (",11:00,10:00", "w.csv:2:22 End: ends (2026-12-07 10:00) before it starts (11:00)"),
        ("2026-12-07,2026-12-08 09:00,", "w.csv:2:26 Start: begins on 2026-12-08, not on the row's date 2026-12-07"),
    ],
)
def test_a_wrong_time_is_told_with_its_place(cells: str, told: str) -> None:
    (first,) = errors(f"{THEORY},x,{cells}", head="Session,Outcome,Date,Start,End")
    assert first.startswith(told)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            (f"{THEORY},{PRIME},x,", f"{THEORY},{PRIME},no,"),
            f"w.csv:3:1: {THEORY}: {PRIME} was absent by this row, and attended by w.csv:2:1; leave one of them",
        ),
        ((f"{THEORY},,x,", f"{THEORY},{BACKUP},no,"), f"w.csv:3:1: {THEORY}: {BACKUP} was absent by this row"),
        (
            (f"{THEORY},{PRIME},x,9:30", f"{THEORY},{BACKUP},x,9:45"),
            f"w.csv:3:1: {THEORY} was held from 2026-12-07T01:45:00Z to 2026-12-07T03:45:00Z by this row, and from",
        ),
    ],
)
def test_rows_that_contradict_each_other(rows: tuple[str, ...], told: str) -> None:
    assert any(one.startswith(told) for one in errors(*rows, head="Session,Person,Outcome,Start"))


def test_a_joint_exam_that_one_failed_cannot_be_said() -> None:
    rows = f"{THEORY},,x", f"{PRACTICE},{PRIME},failed", f"{PRACTICE},{BACKUP},passed"
    (told,) = errors(*rows, of=joint_exam())
    assert told.startswith(f"w.csv:3:1: {PRIME} failed {PRACTICE} and {BACKUP} passed it, in one sitting")
    both = said(rows[0], rows[1], f"{PRACTICE},{BACKUP},failed", of=joint_exam())
    assert both.change.happened[-1] == Record(placement=PRACTICE, outcome="failed")


def test_a_mark_without_an_outcome_and_two_outcomes_that_clash() -> None:
    assert errors(f"{THEORY},,85", head="Session,Outcome,Mark") == [
        "w.csv:2:14 Mark: has a mark and no outcome; say passed or failed"
    ]
    assert errors(f"{THEORY},no,passed", head="Session,Attended,Result") == [
        "w.csv:2:13 Attended: says missed and passed in one row; leave one of them"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "w.csv: is empty; it should have the columns Session and Outcome"),
        ("Date,To\n1,2", "w.csv:1:1: has no columns that are known; it should have Session and Outcome"),
        (
            "Sesion,Outcome\n1,2",
            "w.csv:1:1: no column is headed Session (or id, session id, placement, lesson); did you",
        ),
        ("Session,Date\n1,2", "w.csv:1:1: no column is headed Outcome (or attended"),
        ("Session,Date,Outcome,Day\n", "w.csv:1:22: the column 'Day' says the same as the column 'Date' (w.csv:1:9)"),
        ("Session,Outcome\nship/theory,", "w.csv: says nothing of any session yet; fill in the column Outcome"),
    ],
)
def test_what_is_no_attendance(text: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        change_of_attendance(read_tables(text.encode(), where="w.csv"), plan())


def test_every_wrong_row_is_told_at_once_in_reading_order() -> None:
    found = errors(f"{THEORY},,maybe", "nothing,,x", f"{THEORY},,x")
    assert [one.split(" ")[0] for one in found] == ["w.csv:2:14", "w.csv:3:1"]


def test_a_plan_without_a_term_has_no_attendance() -> None:
    of = evolve(plan(), programme=evolve(plan().programme, term=None))
    with pytest.raises(InputError, match="has no training term"):
        change_of_attendance(read_tables(b"Session,Outcome\na,x", where="w.csv"), of)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from((THEORY, "ship/spin", f"ship/exam@{PRIME}", "", "nowhere", "=1")),
            st.sampled_from((PRIME, BACKUP, TEACHER, "", "nobody", "-1")),
            st.sampled_from(("x", "no", "passed", "failed", "", "perhaps", "@")),
            st.one_of(st.sampled_from(("", "2026-12-08", "1.1.0001", "9999-12-31T23:59+14:00")), st.text(max_size=8)),
            st.one_of(st.sampled_from(("", "9:00", "23:59", "0001-01-01T00:00-14:00")), st.text(max_size=8)),
        ),
        max_size=6,
    )
)
def test_whatever_rows_say_comes_a_change_or_an_input_error(rows: list[tuple[str, ...]]) -> None:
    cells = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in rows]
    try:
        found = said(*cells, head="Session,Person,Outcome,Date,Start", unlisted="done").change
    except InputError as problem:
        each = problem.errors if isinstance(problem, InputErrors) else (problem,)
        found = Change(title="none", asked_by="host") if all(one.where.startswith("w.csv") for one in each) else None
    assert found is not None
    if found.happened:
        assert read_change_text(write_change(found), plan()) == found
