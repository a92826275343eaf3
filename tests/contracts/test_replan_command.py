"""`replan` at the door: the contract's keys, exit codes, bad input, where it writes, and what it leaves."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import hamsafar
from hamsafar.app.versions import digest_of
from hamsafar.formats.plan_json import read_plan, write_plan
from handmade import far_plan

HEAD = "change: {title: The centrifuge is shut, asked_by: host, asked_on: 2026-11-20, why: its bearing}\n"
SHUT = HEAD + "shut: [{what: centrifuge, from: 2026-12-09, to: 2026-12-10}]\n"
PINNED = HEAD + "pin: [link#1]\nwindows_closed: [{kind: relay, from: 2027-06-02T06:00Z, to: 2027-06-02T07:00Z}]\n"
SPINS = {"ship/spin@trainee-prime", "ship/spin@trainee-backup"}


@cache
def text() -> str:
    return write_plan(evolve(read_plan(write_plan(far_plan())), verdict="holds"))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with a plan and some changes of it."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text(text(), encoding="utf-8")
    (tmp_path / "shut.yaml").write_text(SHUT, encoding="utf-8")
    (tmp_path / "pinned.yaml").write_text(PINNED, encoding="utf-8")
    (tmp_path / "camera.yaml").write_text(HEAD + "drop: [camera-run]\n", encoding="utf-8")
    return tmp_path


def test_the_nearest_plan_is_written_beside_the_old_one_and_told(run: Any, there: Path) -> None:
    before = (there / "plan" / "plan.json").read_bytes()
    found = run("replan", "plan", "--change", "shut.yaml", "--workers", "1", "--json")
    assert found.code == 0, found.err
    document = found.document
    assert document["status"] == "optimal"
    assert document["verdict"] == "holds"
    assert (document["version"], document["title"]) == (2, "The centrifuge is shut")
    assert document["parent"] == digest_of(read_plan(before.decode()))
    assert {row["activity"] for row in document["moved"]} == SPINS
    for row in document["moved"]:
        assert {"activity", "from", "to", "shift_min", "relative_shift_min", "promised", "why"} <= set(row)
        assert "RES-02" in row["why"]
    assert document["added"] == document["dropped"] == document["altered"] == document["flight"] == []
    assert document["unchanged"] == len(far_plan().placements) - 2
    assert document["stay_moved_d"] == 0
    assert {"stage", "name", "value", "bound", "unit"} <= set(document["objective"][0])
    written = {str(path.relative_to(there)) for path in (there / "plan.v2").rglob("*") if path.is_file()}
    assert sorted(document["files"]) == sorted(written)
    assert {"plan.v2/plan.json", "plan.v2/report.html", "plan.v2/station.oem"} <= written
    assert (there / "plan" / "plan.json").read_bytes() == before
    plan = read_plan((there / "plan.v2" / "plan.json").read_text(encoding="utf-8"))
    own = plan.versions[-1]
    assert (own.number, own.asked_by, str(own.asked_on), own.why) == (2, "host", "2026-11-20", "its bearing")
    assert "centrifuge" in own.change
    assert {move.placement for move in plan.moved} == SPINS
    assert "What changed" in (there / "plan.v2" / "report.html").read_text(encoding="utf-8")
    assert run("verify", "plan.v2").code == 0


def test_people_read_the_verdict_first_then_what_moved_under_its_reason(run: Any, there: Path) -> None:
    found = run("replan", "plan", "--change", "shut.yaml", "--workers", "1", "--out", "new")
    number = len(far_plan().placements)
    lines = found.out.splitlines()
    assert found.code == 0
    assert lines[1] == "Version 2: The centrifuge is shut (asked by host, 2026-11-20)"
    assert lines[2] == f"Verdict: holds; {number - 2} of {number} placements stayed where they were; 2 moved."
    assert lines[3].startswith("Moved (2), its place is not allowed any more: RES-02: ")
    assert {line.split()[0] for line in lines[4:6]} == SPINS
    assert any(line.startswith("Training term: proved nearest; ") for line in lines)
    assert any(line.startswith("Days aboard: proved nearest; ") for line in lines)
    assert "Plan: new/plan.json" in found.out
    assert found.err.startswith("Reading the plan and the change\n")


@pytest.mark.slow
def test_a_chain_of_changes(run: Any, there: Path) -> None:
    options = hamsafar.Options(workers=1)
    (there / "plan.v2").mkdir()  # taken: the next number is
    second = hamsafar.replan(there / "plan", there / "camera.yaml", options=options)
    assert isinstance(second, hamsafar.Replan)
    assert second.files[0].parent == there / "plan.v3"
    assert [one.placement.id for one in second.diff.placements.of_kind("dropped")] == ["camera-run#1"]
    assert second.diff.follows
    assert run("replan", "plan.v3", "--change", "shut.yaml", "--workers", "1").code == 0
    rows = run("versions", "plan.v4", "--json").document["versions"]
    assert [row["version"] for row in rows] == [1, 2, 3]
    assert [Path(row["file"]).parent.name for row in rows] == ["plan", "plan.v3", "plan.v4"]
    assert [row["verdict"] for row in rows] == ["holds"] * 3
    document = run("diff", "plan", "plan.v4", "--json").document
    assert {row["activity"] for row in document["moved"]} == SPINS
    assert [row["activity"] for row in document["dropped"]] == ["camera-run#1"]
    assert document["follows"] is False
    assert run("diff", "plan.v3", "plan.v4", "--json").document["follows"] is True


def test_where_no_plan_exists_the_conflict_is_told_and_nothing_written(run: Any, there: Path) -> None:
    before = sorted(there.rglob("*"))
    found = run("replan", "plan", "--change", "pinned.yaml", "--workers", "1", "--effort", "0.2", "--json")
    assert found.code == 3
    assert found.document["status"] == "infeasible"
    assert {"PIN-01", "WIN-01"} <= {row["rule"] for row in found.document["conflict"]}
    assert sorted(there.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere", "--change", "shut.yaml"), "there is no such file"),
        (("plan", "--change", "nowhere.yaml"), "nowhere.yaml"),
        (("plan", "--change", "plan/plan.json"), "plan/plan.json"),
        (("plan", "--change", "other.yaml"), "no-such-thing"),
        (("plan", "--change", "empty.yaml"), "asks for nothing"),
        (("plan", "--change", "old.yaml"), "elements.tle"),
        (("plan", "--change", "shut.yaml", "--out", "plan"), "it stays"),
        (("plan", "--change", "shut.yaml", "--out", "shut.yaml"), "is not a folder"),
        (("half.json", "--change", "shut.yaml"), "is not JSON"),
    ],
)
def test_bad_input_is_one_error_document_and_nothing_written(
    arguments: tuple[str, ...], told: str, run: Any, there: Path
) -> None:
    (there / "other.yaml").write_text(HEAD + "drop: [no-such-thing]\n")
    (there / "empty.yaml").write_text(HEAD)
    (there / "old.yaml").write_text(HEAD + "elements: elements.tle\n")
    (there / "half.json").write_text((there / "plan" / "plan.json").read_text()[:1_000])
    before = {path: path.read_bytes() for path in there.rglob("*") if path.is_file()}
    found = run("replan", *arguments, "--json")
    assert found.code == 1
    assert found.document["error"]["kind"] == "input"
    assert any(told in f"{row['where']}: {row['what']}" for row in found.document["error"]["errors"]), found.document
    assert "Traceback" not in found.err
    assert {path: path.read_bytes() for path in there.rglob("*") if path.is_file()} == before


def test_a_plan_that_contradicts_itself_is_bad_input(run: Any, there: Path) -> None:
    body = json.loads((there / "plan" / "plan.json").read_text())
    body["programme"]["calendars"] = []
    (there / "plan" / "plan.json").write_text(json.dumps(body))
    found = run("replan", "plan", "--change", "shut.yaml", "--json")
    assert found.code == 1
    assert "contradicts itself" in found.document["error"]["errors"][0]["what"]


def test_the_change_must_be_said(run: Any) -> None:
    assert run("replan", "plan").code == 2


def test_an_interrupt_leaves_nothing(run: Any, there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hamsafar.app import replanning

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(replanning, "replanned_by", stopped)
    before = sorted(there.rglob("*"))
    found = run("replan", "plan", "--change", "shut.yaml", "--json")
    assert found.code == 130
    assert found.document["error"]["kind"] == "interrupted"
    assert sorted(there.rglob("*")) == before
