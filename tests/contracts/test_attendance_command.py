"""`attendance` and `replan --attendance` at the door: the sheet goes out, comes back, and the term follows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve

from hamsafar.formats.plan_json import read_plan, write_plan
from handmade import far_plan

PRIME = "ship/exam@trainee-prime"
OUTCOMES = {PRIME: "failed", "ship/exam@trainee-backup": "passed"}


@cache
def text() -> str:
    return write_plan(evolve(read_plan(write_plan(far_plan())), verdict="holds"))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with a plan."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text(text(), encoding="utf-8")
    return tmp_path


def fill_in(file: Path) -> None:
    """Everybody came; one failed the exam."""
    book = openpyxl.load_workbook(file)
    sheet = book.active
    for row in sheet.iter_rows(min_row=4):
        if row[0].value is not None:
            row[7].value = OUTCOMES.get(row[0].value, "attended")
    book.save(file)


def test_a_week_goes_out_comes_back_and_the_failed_exam_is_sat_again(run: Any, there: Path) -> None:
    out = run("attendance", "plan", "--week", "2026-W50", "--out", "w50.xlsx", "--json")
    assert (out.code, out.document) == (0, {"file": "w50.xlsx", "week": "2026-W50", "sessions": 7})
    fill_in(there / "w50.xlsx")
    found = run("replan", "plan", "--attendance", "w50.xlsx", "--workers", "1", "--out", "new", "--json")
    assert found.code == 0, found.err
    assert found.document["title"] == "Attendance up to 2026-12-11 10:45 +08:00"
    assert found.document["asked_by"] == "host"
    assert found.document["attendance"] == []
    plan = read_plan((there / "new" / "plan.json").read_text(encoding="utf-8"))
    again = next(one for one in plan.placements if one.id == PRIME)
    sat = next(one for one in plan.programme.happened if one.placement == PRIME)
    assert sat.outcome == "failed"
    assert plan.programme.past_until is not None
    assert again.start >= plan.programme.past_until == max(one.end for one in plan.programme.happened)
    assert sum(one.outcome == "done" for one in plan.programme.happened) == 6


def test_what_is_wrong_in_a_file_is_told_with_its_place_and_nothing_is_written(run: Any, there: Path) -> None:
    (there / "w.csv").write_text("Session;Trainee;Attended\nship/theory;commander-up;yes\n", encoding="utf-8")
    (there / "c.yaml").write_text("change: {title: A, asked_by: host}\nnow: 2026-12-09\n", encoding="utf-8")
    (there / "b.csv").write_text("Session,Outcome\nship/practice,x\n", encoding="utf-8")
    found = run("replan", "plan", "--attendance", "w.csv", "--change", "c.yaml", "--json")
    (error,) = found.document["error"]["errors"]
    assert (found.code, error["where"]) == (1, "w.csv:2:13 Trainee")
    assert "commander-up isn't in ship/theory" in error["what"]
    found = run("replan", "plan", "--attendance", "b.csv", "--change", "c.yaml")
    assert found.code == 1
    assert (
        "b.csv: 2 sessions before now (2026-12-09 00:00 +08:00) without a row: ship/theory, ship/reading" in found.err
    )
    assert not (there / "plan.v2").exists()


def test_two_files_are_read_together_and_notes_are_told(run: Any, there: Path) -> None:
    (there / "a.csv").write_text("Session,Outcome,Weather\nship/theory,x,fog\n", encoding="utf-8")
    (there / "b.csv").write_text("Session,Outcome\nship/theory,no\n", encoding="utf-8")
    found = run("replan", "plan", "--attendance", "a.csv", "--attendance", "b.csv")
    assert found.code == 1
    assert "b.csv:2:1: ship/theory: trainee-prime was absent by this row, and attended by a.csv:2:1" in found.err
    found = run("replan", "plan", "--attendance", "a.csv", "--attendance", "nowhere.csv", "--attendance", "plan")
    assert "nowhere.csv: there is no such file" in found.err
    assert "plan: can't be read" in found.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["replan", "plan"], 2, "say what changed"),
        (["replan", "plan", "--attendance", "x.csv", "--unlisted", "perhaps"], 2, "should be done or missed"),
        (["attendance", "plan", "--out", "w.csv"], 1, "should end in .xlsx"),
        (["attendance", "plan", "--out", "nowhere/w.xlsx"], 1, "there is no such folder"),
        (["attendance", "plan", "--week", "2026-W60", "--out", "w.xlsx"], 1, "should be a week such as 2027-W08"),
        (["attendance", "plan", "--week", "2027-W08", "--out", "w.xlsx"], 1, "sessions lie from 2026-W50 to 2027-W21"),
    ],
)
def test_bad_usage_and_bad_input(run: Any, there: Path, arguments: list[str], code: int, told: str) -> None:
    found = run(*arguments)
    assert found.code == code
    assert told in found.err
    assert sorted(path.name for path in there.iterdir()) == ["plan"]
