"""`requests`, `replan --host-plan` and `--answers` at the door: out to the host, back, and the plan follows."""

from __future__ import annotations

import csv
import io
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve

from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.timeline import zone
from handmade import ENGINEER, far_plan


@cache
def text() -> str:
    plan = far_plan()
    return write_plan(evolve(plan, verdict="holds", programme=evolve(plan.programme, title="=1+1 @guest")))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with a plan."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text(text(), encoding="utf-8")
    return tmp_path


def filled_in(file: Path, answers: dict[int, dict[str, Any]]) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book["Requests"]
    column = {str(cell.value).partition(" (")[0]: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        for heading, value in answers.get(int(row[0].value), {}).items():
            sheet.cell(row[0].row, column[heading], value)
    book.save(file)


def test_the_list_goes_out_comes_back_answered_and_stays_numbered(run: Any, there: Path) -> None:
    out = run("requests", "plan", "--out", "list.xlsx", "--json")
    assert out.code == 0, out.err
    rows = {one["placement"]: one for one in out.document["requests"]}
    assert [one["request"] for one in out.document["requests"]] == list(range(1, len(rows) + 1))
    first, second = (rows[id_] for id_ in ("run#1", "run#2"))
    assert first["state"] == "open"
    assert first["may_move"]["from"] <= first["start"] <= first["may_move"]["to"]
    assert any(span["from"] <= first["start"] <= span["to"] for span in first["could_start"])
    refused = {"Answer": "refused", "Reason": "=the rack", "By": "host"}
    filled_in(there / "list.xlsx", {first["request"]: {"Answer": "granted"}, second["request"]: refused})
    found = run(
        "replan", "plan", "--answers", "list.xlsx", "--workers", "1", "--effort", "0.3", "--out", "new", "--json"
    )
    (error,) = found.document["error"]["errors"]
    assert (found.code, "is a formula" in error["what"]) == (1, True)
    filled_in(there / "list.xlsx", {second["request"]: {"Reason": "the rack"}})
    found = run(
        "replan", "plan", "--answers", "list.xlsx", "--workers", "1", "--effort", "0.3", "--out", "new", "--json"
    )
    assert found.code == 0, found.err
    assert (found.document["title"], found.document["asked_by"]) == ("The host's answers", "host")
    counts = {"open": len(rows) - 2, "granted": 1, "moved": 0, "refused": 1, "withdrawn": 0, "overdue": 0}
    assert {state: found.document["requests"][state] for state in counts} == counts
    plan = read_plan((there / "new" / "plan.json").read_text(encoding="utf-8"))
    lies = {one.id: one for one in plan.placements}
    assert str(lies["run#1"].start) == first["start"]
    assert "run#2" not in lies
    assert next(one.why for one in plan.dropped if one.id == "run#2").endswith("was refused: the rack (host)")
    again = run("requests", "new", "--json").document["requests"]
    assert {one["placement"]: one["request"] for one in again} == {id_: one["request"] for id_, one in rows.items()}
    report = (there / "new" / "report.html").read_text(encoding="utf-8")
    assert "Requests to the host" in report
    assert f"1 granted, 1 refused, {len(rows) - 2} open, next answer due" in report


def test_each_open_request_says_why_it_lies_there_and_what_else_would_have_to_move(run: Any, there: Path) -> None:
    found = run("requests", "plan", "--out", "list.csv")
    assert found.code == 0, found.err
    lines = found.out.splitlines()
    at = next(n for n, line in enumerate(lines) if "  link#1: " in line)
    assert lines[at + 1].strip().startswith("it needs a window (relay), and lies in the one from 2027-06-02 ")
    assert "with all else in place it could start" in lines[at + 2]
    assert "not before: " in lines[at + 3]
    row = next(one for one in run("requests", "plan", "--json").document["requests"] if one["placement"] == "run#2")
    assert row["held_by"][0] == "it starts on one of the flight days 2, 3, 4 between 08:00 and 13:00"
    (first,) = row["stopped_before_by"]
    assert first.startswith("CRW-12: ")  # hours begin at 08:00, where it lies
    assert row["may_move"]["from"] == row["start"]
    assert "exercise@3@trainee-prime#1" in " ".join(row["stopped_after_by"])  # which the list does not name
    asked = next(line for line in lines if "hamsafar why plan " in line).partition("hamsafar ")[2]
    assert run(*shlex.split(asked)).code == 0
    listed = list(csv.DictReader(io.StringIO((there / "list.csv").read_text(encoding="utf-8-sig"))))
    held = {one["Activity"]: one["Held by"] for one in listed}
    assert held["run#2"] == "; ".join(row["held_by"])
    assert not any("exercise@" in cell for one in listed for cell in one.values())


@pytest.mark.slow
def test_what_the_host_has_fixed_is_gone_round_and_late_answers_are_told(run: Any, there: Path) -> None:
    plan = read_plan(text())
    work = next(one for one in plan.placements if one.of == "run" and one.id == "run#1")
    start = work.start.datetime(zone("UTC"))
    csv_text = f"Activity,Start,End,Crew\nPort test,{start:%Y-%m-%d %H:%M},{start:%H}:59,everyone\n"
    (there / "h.csv").write_text(csv_text, encoding="utf-8")
    bare = run("replan", "plan", "--host-plan", "h.csv", "--json")
    (error,) = bare.document["error"]["errors"]
    assert (bare.code, error["where"]) == (1, "h.csv:2:11 Start")
    assert "says no zone" in error["what"]
    run("requests", "plan", "--out", "list.xlsx")
    found = run(
        "replan",
        "plan",
        "--host-plan",
        "h.csv",
        "--host-zone",
        "UTC",
        "--workers",
        "1",
        "--effort",
        "0.3",
        "--out",
        "new",
        "--json",
    )
    assert found.code == 0, found.err
    new = read_plan((there / "new" / "plan.json").read_text(encoding="utf-8"))
    fixed = next(one for one in new.placements if one.id == "host-port-test#1")
    assert fixed.start.floor_utc_minute() == work.start.floor_utc_minute()
    moved = next((one for one in new.placements if one.id == "run#1"), None)
    assert moved is None or moved.start >= fixed.end or moved.end <= fixed.start
    filled_in(there / "list.xlsx", {1: {"Answer": "granted"}})
    number = next(one.number for one in new.programme.requests if one.placement == "run#1")
    filled_in(there / "list.xlsx", {1: {"Answer": None}, number: {"Answer": "granted"}})
    late = run("replan", "new", "--answers", "list.xlsx", "--json")
    (error,) = late.document["error"]["errors"]
    assert late.code == 1
    assert error["where"].startswith("list.xlsx:Requests!")
    assert "older version" in error["what"] or "is not in this plan" in error["what"]
    assert ENGINEER in fixed.person_ids


def test_no_cell_of_either_form_is_a_live_formula(run: Any, there: Path) -> None:
    plan = read_plan(text())
    acts = tuple(evolve(one, title="=cmd()") if one.id == "run" else one for one in plan.programme.activities)
    told = evolve(plan, programme=evolve(plan.programme, activities=acts))
    (there / "plan" / "plan.json").write_text(write_plan(told), encoding="utf-8")
    for name in ("l.csv", "l.xlsx"):
        assert run("requests", "plan", "--out", name).code == 0
    rows = list(csv.reader(io.StringIO((there / "l.csv").read_bytes().decode("utf-8-sig"))))
    assert "'=cmd()" in [row[2] for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    sheet = openpyxl.load_workbook(there / "l.xlsx")["Requests"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_bad_calls_are_told(run: Any, there: Path) -> None:
    assert "should end in .xlsx or .csv" in run("requests", "plan", "--out", "l.pdf").err
    assert "--answers" in run("replan", "plan").err
    (there / "h.csv").write_text("x\n", encoding="utf-8")
    found = run("replan", "plan", "--host-plan", "h.csv", "--host-zone", "CST")
    assert (found.code, "is no zone that is known" in found.err) == (1, True)
    (there / "a.csv").write_text("Request,Answer\n99,granted\n", encoding="utf-8")
    found = run("replan", "plan", "--host-plan", "h.csv", "--answers", "a.csv", "--json")
    assert [one["where"].partition(" ")[0] for one in found.document["error"]["errors"]] == ["h.csv", "a.csv:2:1"]
    assert not (there / "plan.v2").exists()
