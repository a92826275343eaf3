"""`refresh` at the door: the contract's keys, exit codes, bad input, and what is left in the folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from hamsafar.app.verifying import verify_plan
from hamsafar.cli import app, door
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.formats.tle_writer import write_tles
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant
from refreshable import FAR_AGO, HISTORY, NEWER, eve, fresh, guest, middle_deg, pressed


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs `refresh` in this process, in a folder with the eve's plan; gives code, stdout, stderr."""
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "plan.json").write_text(write_plan(eve()), encoding="utf-8")

    def through(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["hamsafar", "refresh", *arguments])
        with pytest.raises(SystemExit) as ended:
            door.through(app)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return through


def test_a_plan_that_holds_answers_as_the_contract_says_and_is_written_whole(run: Any, tmp_path: Path) -> None:
    asked = ("eve", "--elements", str(HISTORY), "--as-of", NEWER, "--out", "new", "--json")
    code, out, _ = run(*asked)
    document = json.loads(out)
    assert code == 0
    assert document["verdict"] == document["verdict_before"] == "holds"
    assert document["elements"]["from"] == eve().trajectory.elements.epoch.exact_iso()
    assert Instant.parse(document["elements"]["from"]) < Instant.parse(document["elements"]["to"])
    assert document["basis"] == {"from": "near", "to": "near"}
    assert document["profile"] == {"from": eve().flight.profile, "to": eve().flight.profile}
    events = [row["event"] for row in document["flight"]]
    assert events == ["lift-off", "docking", "hatch opening", "hatch closing", "undocking", "landing"]
    assert document["changed"]
    for row in document["changed"]:
        assert {"window", "from", "to"} <= set(row)
        if row["change"] == "moved":
            starts = [Instant.parse(row[key]["start"]) for key in ("from", "to")]
            assert starts[1].seconds_since(starts[0]) == pytest.approx(row["shift_s"], abs=0.0011)  # printed to 1 ms
    assert document["holds"]["count"] == document["holds"]["of"] == len(eve().placements)
    assert set(document["holds"]["rules"]) == set(BOOK)
    assert document["broken"] == document["not_checked"] == []
    written = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert {"plan.json", "report.html", "activities.xlsx", "activities.csv", "station.oem"} <= written
    assert sorted(document["files"]) == sorted(str(Path("new") / name) for name in written)
    plan = read_plan((tmp_path / "new" / "plan.json").read_text(encoding="utf-8"))
    assert plan.verdict == verify_plan(tmp_path / "new").verdict == "holds"
    assert plan.placements == eve().placements


def test_a_plan_that_breaks_leaves_only_itself_marked_so(run: Any, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "report.html").write_text("of an earlier run")
    code, out, err = run("eve", "--elements", str(HISTORY), "--as-of", FAR_AGO, "--out", "new", "--json")
    document = json.loads(out)
    assert code == 5
    assert (document["verdict"], document["verdict_before"]) == ("broken", "holds")
    assert document["basis"] == {"from": "near", "to": "far"}
    assert document["broken"]
    for row in document["broken"]:
        assert row["findings"]
        for finding in row["findings"]:
            assert row["placement"] in finding["where"]
            assert finding["sentence"]
            assert finding["before"] is False
    assert document["holds"]["count"] + len(document["broken"]) == document["holds"]["of"]
    assert any("older than those the plan rests on" in warning for warning in document["warnings"])
    assert "too old to know the station's place" in err
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["plan.json"]
    marked = read_plan((tmp_path / "new" / "plan.json").read_text(encoding="utf-8"))
    assert marked.verdict == "broken"
    assert any("can't stay" in warning for warning in marked.warnings)


def test_the_same_elements_change_nothing_to_the_byte(run: Any, tmp_path: Path) -> None:
    (tmp_path / "own.tle").write_text("\n".join(eve().trajectory.elements.text) + "\n", encoding="utf-8")
    code, out, _ = run("eve/plan.json", "--elements", "own.tle", "--out", "new")
    assert code == 0
    assert "Windows: every one as it was." in out
    number = len(eve().placements)
    assert f"Verdict: holds ({number} of {number} placements hold where they are, {len(BOOK)} rules hold" in out
    assert (tmp_path / "new" / "plan.json").read_bytes() == (tmp_path / "eve" / "plan.json").read_bytes()


def test_where_no_flight_fits_the_conflict_is_told_and_nothing_written(run: Any, tmp_path: Path) -> None:
    (tmp_path / "day.json").write_text(write_plan(pressed(guest())), encoding="utf-8")
    (tmp_path / "fresh.tle").write_text(write_tles([fresh(guest(), days_before=1.5, phase_deg=180.0)]))
    code, out, _ = run("day.json", "--elements", "fresh.tle", "--out", "new", "--json")
    document = json.loads(out)
    assert code == 3
    assert document["status"] == "infeasible"
    assert "FLT-03" in {row["rule"] for row in document["conflict"]}
    assert any("phase" in fact for fact in document["facts"])
    assert not (tmp_path / "new").exists()


def test_a_provisional_plan_becomes_real_and_people_are_told_in_words(run: Any, tmp_path: Path) -> None:
    (tmp_path / "guest.json").write_text(write_plan(guest()), encoding="utf-8")
    (tmp_path / "fresh.tle").write_text(
        write_tles([fresh(guest(), days_before=1.5, phase_deg=middle_deg(guest(), guest().flight.profile))])
    )
    before = sorted(tmp_path.rglob("*"))
    code, out, _ = run("guest.json", "--elements", "fresh.tle")
    assert code == 5  # what needs windows was placed on the reference trajectory
    assert sorted(tmp_path.rglob("*")) == before  # without --out
    assert "Basis near, real; before: far, provisional" in out
    assert "Lift-off" in out
    assert "Pass over Islamabad" in out
    assert "Verdict: broken; before: holds (" in out
    assert "broken: WIN-01 " in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere", "--elements", str(HISTORY)), "there is no such file"),
        (("eve", "--elements", "nowhere.tle"), "there is no such file"),
        (("eve", "--elements", "other.tle"), "25544"),
        (("eve", "--elements", "other.tle"), "48274"),
        (("eve", "--elements", str(HISTORY), "--as-of", "2020-01-01"), "no elements up to"),
        (("eve", "--elements", str(HISTORY), "--as-of", "yesterday"), "--as-of"),
        (("eve", "--elements", "eve/plan.json"), "eve/plan.json"),
        (("half.json", "--elements", str(HISTORY)), "is not JSON"),
        (("eve", "--elements", str(HISTORY), "--out", "other.tle"), "is not a folder"),
    ],
)
def test_bad_input_is_one_error_document_and_nothing_written(
    arguments: tuple[str, ...], told: str, run: Any, tmp_path: Path
) -> None:
    other = evolve(eve().programme.elements[0], norad=25544, name="ISS (ZARYA)")
    (tmp_path / "other.tle").write_text(write_tles([other]))
    (tmp_path / "half.json").write_text(write_plan(eve())[:1_000])
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(*arguments, "--json")
    assert code == 1
    document = json.loads(out)
    assert document["error"]["kind"] == "input"
    assert any(told in f"{row['where']}: {row['what']}" for row in document["error"]["errors"]), document
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


def test_elements_must_be_said(run: Any) -> None:
    assert run("eve")[0] == 2
