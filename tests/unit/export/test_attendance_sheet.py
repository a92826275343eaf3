"""The attendance sheet: what it holds, what may be changed in it, and that it reads back, untouched and filled in."""

from __future__ import annotations

import io
from datetime import datetime, time
from functools import cache
from typing import Any

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.changes import Record
from hamsafar.domain.plan import Placement, Plan
from hamsafar.errors import InputError
from hamsafar.export.attendance import HEADER, attendance_xlsx
from hamsafar.formats.tables import read_tables
from hamsafar.programme.change_attendance import Attended, change_of_attendance
from handmade import far_plan

HEADS = 3  # the row of the headings


@cache
def plan() -> Plan:
    return far_plan()


def term() -> list[Placement]:
    return [one for one in plan().placements if one.stage == "training"]


@cache
def blank() -> bytes:
    return attendance_xlsx(plan(), term(), title="=Week")


def rows(sheet: Any) -> list[int]:
    return [number for number in range(HEADS + 1, sheet.max_row + 1) if sheet.cell(number, 1).value is not None]


def filled(outcomes: dict[tuple[str, str], str], **more: Any) -> Attended:
    """The sheet with an outcome for each placement and person, as openpyxl writes it, read back."""
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    sheet = book.active
    for number in rows(sheet):
        sheet.cell(number, 8).value = outcomes.get((sheet.cell(number, 1).value, sheet.cell(number, 3).value))
    out = io.BytesIO()
    book.save(out)
    return change_of_attendance(read_tables(out.getvalue(), where="w.xlsx"), plan(), **more)


def test_a_row_for_each_session_and_trainee_with_its_planned_times() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(blank())).active
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=Week", "s")
    assert tuple(cell.value for cell in sheet[HEADS]) == HEADER
    found = [tuple(sheet.cell(number, column).value for column in (1, 3)) for number in rows(sheet)]
    trainees = {"trainee-prime", "trainee-backup"}
    assert found == [(one.id, who) for one in term() for who in one.person_ids if who in trainees]
    assert [sheet.cell(HEADS + 1, column).value for column in (5, 6, 7, 8)] == [
        datetime(2026, 12, 7),  # noqa: DTZ001  # a spreadsheet's dates have no zone
        time(9),
        time(11),
        None,
    ]


def test_ids_are_locked_outcomes_are_chosen_and_rows_can_be_added() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(blank())).active
    assert sheet.protection.sheet
    first, last = rows(sheet)[0], rows(sheet)[-1]
    assert [sheet.cell(first, column).protection.locked for column in range(1, 8)] == [True] * 4 + [False] * 3
    assert not any(sheet.cell(last + 1, column).protection.locked for column in range(1, 5))
    assert not sheet.column_dimensions["H"].protection.locked
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    kinds = {number: sheet.cell(number, 1).value for number in rows(sheet)}
    chosen = {id_: lists[area] for area, id_ in ((f"H{number}", id_) for number, id_ in kinds.items()) if area in lists}
    assert chosen["ship/exam@trainee-prime"] == '"passed,failed,absent,excused"'
    assert '"attended,absent,excused"' in lists.values()


def test_untouched_it_says_nothing_and_nothing_is_wrong_with_it() -> None:
    with pytest.raises(InputError, match="says nothing of any session yet") as told:
        change_of_attendance(read_tables(blank(), where="w.xlsx"), plan())
    assert told.value.where == "w.xlsx:Attendance"


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_is_filled_in_comes_back(data: st.DataObject) -> None:
    missed = data.draw(st.sets(st.sampled_from([one.id for one in term()])))
    failed = data.draw(st.sets(st.sampled_from([one.id for one in term() if one.kind == "exam"])))
    outcomes = {
        (one.id, who): "absent" if one.id in missed else "failed" if one.id in failed
        else "passed" if one.kind == "exam" else "attended"
        for one in term() for who in one.person_ids
    }  # fmt: skip
    found = filled(outcomes)
    expected = [
        Record(placement=one.id, outcome="missed" if one.id in missed else "failed" if one.id in failed else "done")
        for one in term()
    ]
    assert list(found.change.happened) == expected
    assert found.notes == ()
    assert found.change.now == max(one.end for one in term())


def test_a_formula_merged_cells_and_an_error_are_told_at_their_cells() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    sheet = book.active
    sheet["H4"], sheet["H5"], sheet["E6"], sheet["H6"] = "=IF(1,2)", "#REF!", "=TODAY()", "attended"
    sheet.merge_cells("J8:J9")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputError) as told:
        change_of_attendance(read_tables(out.getvalue(), where="w.xlsx"), plan())
    said = str(told.value).split("\n")
    assert said == [
        "w.xlsx:Attendance!J8:J9: are merged cells; take them apart, so that every row says its own session and person",
        "w.xlsx:Attendance!H4 Outcome: is a formula (=IF(1,2)); what it came to is not trusted: paste it as a value",
        "w.xlsx:Attendance!H5 Outcome: holds the error #REF!; write what it should be",
        "w.xlsx:Attendance!E6 Date: is a formula (=TODAY()); what it came to is not trusted: paste it as a value",
    ]


def test_a_title_that_a_spreadsheet_would_run_is_a_text() -> None:
    one = evolve(term()[0], title="=cmd|' /C calc'!A0")
    sheet = openpyxl.load_workbook(io.BytesIO(attendance_xlsx(plan(), [one], title="x"))).active
    assert (sheet["B4"].value, sheet["B4"].data_type) == (one.title, "s")
