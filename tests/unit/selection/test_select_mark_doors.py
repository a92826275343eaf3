"""Assignment and mark sheets through the doors: out, filled in, back, and every way in which they come back wrong."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from openpyxl import load_workbook

from choosing import OFFICE, STAGE, WHY, all_free, campaign, declarations_csv, opened
from hamsafar.app.selection.assigning import assign_stage
from hamsafar.app.selection.marking import import_marks, marks_seen
from hamsafar.errors import InputError
from hamsafar.selection.assignment import Assignment, NoAssignment
from hamsafar.selection.timetable import Days
from hamsafar.store import Record

MARK, NOTE = 7, 8  # columns of the sheet, from 1


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose stage is assigned, with its sheets beside it; nothing marked."""
    folder = tmp_path_factory.mktemp("made") / "campaign"
    told = campaign()
    opened(folder, told)
    assign_stage(
        folder,
        stage=STAGE,
        by=OFFICE,
        reason=WHY,
        declarations=declarations_csv(folder, told),
        sheets=folder / "sheets",
    )
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(made, tmp_path / "campaign"))


def filled(folder: Path, who: str, change: Callable[[Any], None] = lambda _: None, *, marks: bool = True) -> Path:
    """An assessor's sheet with a mark in every row, then changed."""
    path = folder / "sheets" / f"{who}.xlsx"
    book = load_workbook(path)
    page = book["Marks"]
    for row in rows_of(page) if marks else ():
        page.cell(row, MARK).value = 7
    change(page)
    back = folder / f"{who}-back.xlsx"
    book.save(back)
    return back


def rows_of(page: Any) -> list[int]:
    return [row for row in range(11, page.max_row + 1) if page.cell(row, 1).value]


def refused(folder: Path, *files: Path, by: str = OFFICE) -> str:
    before = len(Record.open(folder).events())
    with pytest.raises(InputError) as error:
        import_marks(folder, files, by=by, reason=WHY)
    assert len(Record.open(folder).events()) == before, "nothing is written"
    return str(error.value)


# ---- assignment


def test_an_assignment_is_recorded_with_its_sheets(folder: Path) -> None:
    record = Record.open(folder)
    rows = record.assignments(STAGE)
    assert len(rows) == 6 * 3 + 6 * 2
    assert sorted(path.name for path in (folder / "sheets").iterdir()) == [f"assessor-{n:02}.xlsx" for n in range(1, 6)]
    assert record.events()[-1].command == "assign"


def test_sheets_hold_codes_and_lock_what_is_not_to_be_filled_in(folder: Path) -> None:
    page = load_workbook(folder / "sheets" / "assessor-01.xlsx")["Marks"]
    assert page.protection.sheet
    first = rows_of(page)[0]
    locked = [page.cell(first, column).protection.locked for column in range(1, 9)]
    assert locked == [True] * 6 + [False] * 2
    assert page["B4"].value == "assessor-01"
    assert page.sheet_state == "visible"
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)
    assert all(not dimension.hidden for dimension in page.row_dimensions.values())


def test_candidates_come_in_another_order_for_each(folder: Path) -> None:
    orders = []
    for path in sorted((folder / "sheets").iterdir()):
        page = load_workbook(path)["Marks"]
        orders.append(list(dict.fromkeys(page.cell(row, 1).value for row in rows_of(page))))
    assert any(order != sorted(order) for order in orders)


def test_a_missing_declaration_is_told_and_nothing_assigned(tmp_path: Path) -> None:
    told = campaign(assessors=3)
    opened(tmp_path / "c", told)
    csv = declarations_csv(tmp_path, told, without="assessor-02")
    answer = assign_stage(tmp_path / "c", stage=STAGE, by=OFFICE, reason=WHY, declarations=csv)
    assert isinstance(answer.result, NoAssignment)
    assert answer.result.shortages[0].reasons == {"no declaration": ("assessor-02",)}
    record = Record.open(tmp_path / "c")
    assert not record.assignments(STAGE)
    assert len(record.declarations(STAGE)) == 2, "what was declared stays declared"


def test_a_late_conflict_moves_that_pair_and_leaves_other_sheets_good(folder: Path) -> None:
    pair = Record.open(folder).assignments(STAGE)[0]
    before = {f"assessor-{n:02}": _rows(folder, f"assessor-{n:02}") for n in range(1, 6)}
    told = campaign()
    csv = declarations_csv(folder, told, more=(f"{pair.assessor},{pair.candidate}",))
    answer = assign_stage(folder, stage=STAGE, by=OFFICE, reason=WHY, declarations=csv)
    assert isinstance(answer.result, Assignment)
    assert pair in answer.result.withdrawn
    assert len(answer.result.withdrawn) <= 2, "in each of the two tests at most"
    changed = {one.assessor for one in answer.result.withdrawn}
    now = {(one.assessor, one.candidate) for one in Record.open(folder).assignments(STAGE)}
    assert (pair.assessor, pair.candidate) not in now
    assert "version 1" in refused(folder, filled(folder, pair.assessor))
    fresh = {one.assessor for one in Record.open(folder).assignments(STAGE)} - changed
    same = next(who for who in sorted(fresh) if _rows(folder, who) == before[who])
    assert import_marks(folder, [filled(folder, same)], by=OFFICE, reason=WHY).blank == 0, "its sheet stays good"


def _rows(folder: Path, who: str) -> set[tuple[str, str]]:
    return {(one.test, one.candidate) for one in Record.open(folder).assignments(STAGE) if one.assessor == who}


def test_declarations_are_refused_with_their_cells(tmp_path: Path) -> None:
    told = campaign()
    opened(tmp_path / "c", told)
    csv = tmp_path / "d.csv"
    csv.write_text(
        "assessor,candidate,conflict\nassessor-99,,no\nassessor-01,C999,yes\nassessor-02,,perhaps\n"
        "assessor-03,C001,yes\nassessor-03,C001,no\nassessor-04\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        assign_stage(tmp_path / "c", stage=STAGE, by=OFFICE, reason=WHY, declarations=csv)
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0].rpartition("/")[2] for line in lines] == [
        "d.csv:2:1",
        "d.csv:3:13",
        "d.csv:4:14",
        "d.csv:6:1",
        "d.csv:7:1",
    ]


def test_only_the_office_assigns(folder: Path) -> None:
    with pytest.raises(InputError, match="only the office"):
        assign_stage(folder, stage=STAGE, by="assessor-01", reason=WHY)


def test_test_days_come_with_the_assignment(tmp_path: Path) -> None:
    told = campaign()
    (stage,) = told.stages
    tests = (evolve(stage.tests[0], duration_min=60, room="office"), evolve(stage.tests[1], duration_min=30))
    told = evolve(told, stages=(evolve(stage, tests=tests),))
    all_free(opened(tmp_path / "c", told, candidates=3))
    answer = assign_stage(tmp_path / "c", stage=STAGE, by=OFFICE, reason=WHY, sheets=tmp_path / "out")
    assert isinstance(answer.days, Days)
    assert answer.days.candidate_days == 3
    assert (tmp_path / "out" / "days.xlsx").exists()
    calendar = (tmp_path / "out" / "calendars" / "C000.ics").read_text(encoding="utf-8")
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "TZID=Asia/Shanghai" in calendar
    rows = Record.open(tmp_path / "c").assignments(STAGE)
    assert all(row.begins is not None for row in rows)
    assert {row.room for row in rows if row.test == "interview"} <= {"room-1", "room-2"}


# ---- marks come back


def test_marks_come_back_as_they_were_given(folder: Path) -> None:
    def fill(page: Any) -> None:
        for number, row in enumerate(rows_of(page)):
            page.cell(row, MARK).value = (number % 11) if number else "6,5"

    answer = import_marks(folder, [filled(folder, "assessor-01", fill)], by="assessor-01", reason=WHY)
    seen = marks_seen(folder, stage=STAGE, by="assessor-01")
    assert answer.new == seen.own == len(seen.marks)
    assert answer.waiting == {}
    assert sorted(one.mark for one in seen.marks if one.mark is not None)[0] == 1
    assert 6.5 in {one.mark for one in seen.marks}


def test_the_same_sheet_again_changes_nothing_and_a_changed_one_is_a_new_version(folder: Path) -> None:
    first = filled(folder, "assessor-01")
    import_marks(folder, [first], by=OFFICE, reason=WHY)
    again = import_marks(folder, [first], by=OFFICE, reason=WHY)
    assert (again.new, again.changed) == (0, 0)

    def other(page: Any) -> None:
        page.cell(rows_of(page)[0], MARK).value = 3

    changed = import_marks(folder, [filled(folder, "assessor-01", other)], by=OFFICE, reason="misread")
    assert (changed.new, changed.changed) == (0, 1)
    assert Record.open(folder).events()[-1].reason == "misread"


def test_rows_in_another_order_are_read(folder: Path) -> None:
    def turned(page: Any) -> None:
        rows = rows_of(page)
        cells = [[page.cell(row, column).value for column in range(1, 9)] for row in rows]
        cells[0][MARK - 1] = 2
        for row, values in zip(rows, reversed(cells), strict=True):
            for column, value in enumerate(values, 1):
                page.cell(row, column).value = value

    answer = import_marks(folder, [filled(folder, "assessor-02", turned)], by=OFFICE, reason=WHY)
    assert answer.blank == 0


def test_blank_is_not_yet_and_a_dash_is_none_given(folder: Path) -> None:
    def some(page: Any) -> None:
        first, second, *_ = rows_of(page)
        page.cell(first, MARK).value, page.cell(first, NOTE).value = "-", "left the room"
        page.cell(second, MARK).value, page.cell(second, NOTE).value = "not seen", "late"

    answer = import_marks(folder, [filled(folder, "assessor-01", some, marks=False)], by=OFFICE, reason=WHY)
    assert answer.new == 2
    assert answer.blank == answer.waiting["assessor-01"]
    seen = marks_seen(folder, stage=STAGE, by="assessor-01")
    assert [(one.mark, one.note) for one in seen.marks if one.note == "late"] == [(None, "late")]


def test_others_marks_are_hidden_until_ones_own_are_in(folder: Path) -> None:
    import_marks(folder, [filled(folder, "assessor-01")], by=OFFICE, reason=WHY)
    hidden = marks_seen(folder, stage=STAGE, by="assessor-02")
    assert hidden.marks == ()

    def all_but_one(page: Any) -> None:
        page.cell(rows_of(page)[0], MARK).value = None

    page = load_workbook(folder / "sheets" / "assessor-02.xlsx")["Marks"]
    missing = page.cell(rows_of(page)[0], 1).value
    import_marks(folder, [filled(folder, "assessor-02", all_but_one)], by="assessor-02", reason=WHY)
    others = [one for one in marks_seen(folder, stage=STAGE, by="assessor-02").marks if one.assessor == "assessor-01"]
    assert others
    assert missing not in {one.candidate for one in others}


def test_csv_comes_back_too(folder: Path) -> None:
    row = next(one for one in Record.open(folder).assignments(STAGE) if one.test == "mandarin")
    path = folder / "marks.csv"
    path.write_text(
        f"Assessor;Candidate;Test;Item;Mark;Note\n{row.assessor};{row.candidate};mandarin;speaking;7,5;\n",
        encoding="utf-8",
    )
    answer = import_marks(folder, [path], by=OFFICE, reason=WHY, stage=STAGE)
    assert answer.new == 1
    assert marks_seen(folder, stage=STAGE, by=row.assessor).marks[0].mark == 7.5
    with pytest.raises(InputError, match="--stage"):
        import_marks(folder, [path], by=OFFICE, reason=WHY)


def test_a_paper_that_nobody_marks_comes_in_under_its_own_name(tmp_path: Path) -> None:
    told = campaign()
    (stage,) = told.stages
    told = evolve(told, stages=(evolve(stage, tests=(evolve(stage.tests[1], assessors=0),)),))
    opened(tmp_path / "c", told, candidates=2)
    path = tmp_path / "paper.csv"
    path.write_text(
        "Assessor,Candidate,Test,Item,Mark\nmandarin,C000,mandarin,speaking,7\nmandarin,C001,mandarin,speaking,\n",
        encoding="utf-8",
    )
    answer = import_marks(tmp_path / "c", [path], by=OFFICE, reason=WHY, stage=STAGE)
    assert (answer.new, answer.blank, dict(answer.waiting)) == (1, 1, {"mandarin": 1})


# ---- and every way in which they come back wrong


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (101, "off the scale"),
        (-1, "off the scale"),
        ("good", "is no mark"),
        (True, "is no mark"),
        ("=1+1", "is a formula"),
        ("-", "say why in Note"),
        ("1e5", "is no mark"),
        ("nan", "is no mark"),
    ],
)
def test_a_wrong_mark_is_refused_with_its_cell(folder: Path, value: object, told: str) -> None:
    def wrong(page: Any) -> None:
        row = next(row for row in rows_of(page) if page.cell(row, 2).value == "interview")
        page.cell(row, MARK).value = value

    error = refused(folder, filled(folder, "assessor-01", wrong))
    assert told in error
    assert "Marks!G11" in error


def test_every_error_is_told_at_once(folder: Path) -> None:
    def wrong(page: Any) -> None:
        first, second, third, *_ = rows_of(page)
        page.cell(first, 1).value = "C999"
        page.cell(second, MARK).value = "?"
        page.cell(third, MARK).value, page.cell(third, NOTE).value = None, "forgot"

    error = refused(folder, filled(folder, "assessor-01", wrong))
    assert len(error.splitlines()) == 3
    assert "C999' in 'interview' is not assigned to assessor-01" in error
    assert "has a note but no mark" in error


def test_a_row_twice_is_refused(folder: Path) -> None:
    def twice(page: Any) -> None:
        first, second, *_ = rows_of(page)
        for column in range(1, 5):
            page.cell(second, column).value = page.cell(first, column).value

    assert "stands twice, first at" in refused(folder, filled(folder, "assessor-01", twice))


def test_another_persons_sheet_is_refused(folder: Path) -> None:
    error = refused(folder, filled(folder, "assessor-01"), by="assessor-02")
    assert "assessor-02 can't bring in" in error

    def claims(page: Any) -> None:
        page["B4"].value = "assessor-02"

    assert "digest" in refused(folder, filled(folder, "assessor-01", claims))


def test_two_sheets_that_differ_are_refused(folder: Path) -> None:
    one = filled(folder, "assessor-01")
    other = folder / "copy.xlsx"
    other.write_bytes(one.read_bytes())

    def change(page: Any) -> None:
        page.cell(rows_of(page)[0], MARK).value = 1

    error = refused(folder, other, filled(folder, "assessor-01", change))
    assert "differently in two files" in error


def test_any_damage_ends_in_an_input_error_or_marks(folder: Path) -> None:
    """Bytes flipped, cut and repeated at places of a fixed sequence."""
    import random

    content = filled(folder, "assessor-01").read_bytes()
    order = random.Random(8)
    from hamsafar.programme.selection.mark_sheets import read_mark_sheet

    for _ in range(60):
        broken = bytearray(content)
        for _ in range(order.randint(1, 6)):
            broken[order.randrange(len(broken))] = order.randrange(256)
        cut = bytes(broken[: order.randrange(1, len(broken))] if order.random() < 0.3 else broken)
        with contextlib.suppress(InputError):
            read_mark_sheet(cut, where="broken.xlsx")


def test_sheets_are_the_same_bytes_each_time(folder: Path) -> None:
    told = Record.open(folder)
    from hamsafar.app.selection.sheets import sheets_of
    from hamsafar.export.mark_sheets import mark_sheet_xlsx

    stage = told.campaign.stages[0]
    sheets = sheets_of(told.campaign, stage, told.assignments(STAGE), version=1)
    first = mark_sheet_xlsx(sheets["assessor-01"])
    assert first == mark_sheet_xlsx(sheets["assessor-01"]) == (folder / "sheets" / "assessor-01.xlsx").read_bytes()
    assert load_workbook(io.BytesIO(first)).sheetnames == ["Marks"]
