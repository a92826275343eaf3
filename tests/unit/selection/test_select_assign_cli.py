"""`select assign`, `marks`, `cohort` from the command line: one JSON document, exit codes, words on a screen."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from choosing import OFFICE, STAGE, WHY, campaign, declarations_csv, opened
from hamsafar.cli import main


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["hamsafar", "select", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr()
    return int(end.value.code or 0), told.out, told.err


def test_assign_tells_loads_and_mixing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = campaign()
    opened(tmp_path / "c", told)
    csv = declarations_csv(tmp_path, told, without="assessor-05")
    asked = ("assign", tmp_path / "c", "--stage", STAGE, "--by", OFFICE, "--reason", WHY)
    code, out, _ = run(monkeypatch, capsys, *asked, "--declarations", csv, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["status"] == "assigned"
    assert answer["left_out"] == [{"assessor": "assessor-05", "why": "no declaration"}]
    assert set(answer["loads"].values()) == {7, 8}  # 6 x 5 = 30 over four
    assert len(answer["assigned"]) == 30
    code, out, _ = run(monkeypatch, capsys, *asked)
    assert code == 0
    assert "30 pairs as before" in out
    assert "assessor-05 is assigned to nobody: has not declared" in out


def test_no_assignment_exits_with_3_and_names_the_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = campaign(assessors=3)
    opened(tmp_path / "c", told)
    csv = declarations_csv(tmp_path, told, more=("assessor-02,C003",))
    asked = ("assign", tmp_path / "c", "--stage", STAGE, "--by", OFFICE, "--reason", WHY, "--declarations", csv)
    code, out, _ = run(monkeypatch, capsys, *asked, "--json")
    assert code == 3
    (short,) = json.loads(out)["conflict"]
    assert short["sentence"] == ("C003 in interview needs 3 assessors and 2 are free (conflict: assessor-02)")
    code, out, _ = run(monkeypatch, capsys, *asked)
    assert code == 3
    assert "nothing was assigned" in out


def test_marks_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = campaign()
    opened(tmp_path / "c", told)
    csv, sheets = declarations_csv(tmp_path, told), tmp_path / "sheets"
    asked = ("assign", tmp_path / "c", "--stage", STAGE, "--by", OFFICE, "--reason", WHY)
    run(monkeypatch, capsys, *asked, "--declarations", csv, "--sheets", sheets)
    blank = sheets / "assessor-01.xlsx"
    back = ("marks", tmp_path / "c", "--by", "assessor-01")
    code, out, _ = run(monkeypatch, capsys, *back, "--import", blank, "--reason", WHY, "--json")
    answer = json.loads(out)
    assert (code, answer["new"]) == (0, 0)
    assert answer["blank"] == answer["waiting"]["assessor-01"] > 0
    code, out, _ = run(monkeypatch, capsys, *back, "--stage", STAGE, "--json")
    assert (code, json.loads(out)["marks"]) == (0, [])
    code, _, _ = run(monkeypatch, capsys, *back)
    assert code == 2
    code, _, _ = run(monkeypatch, capsys, *back, "--import", blank)
    assert code == 2
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    code, out, _ = run(monkeypatch, capsys, *back, "--import", broken, "--reason", WHY, "--json")
    assert code == 1
    assert "broken.xlsx" in json.loads(out)["error"]["errors"][0]["where"]


def test_a_cohort_before_anybody_is_marked_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path / "c", campaign())
    code, out, _ = run(monkeypatch, capsys, "cohort", tmp_path / "c", "--json")
    assert code == 1
    assert "nobody has been marked" in json.loads(out)["error"]["errors"][0]["what"]
    code, _, err = run(monkeypatch, capsys, "cohort", tmp_path / "nowhere")
    assert code == 1
    assert "has no record yet" in err
