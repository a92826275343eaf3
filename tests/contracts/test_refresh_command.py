"""`refresh` at the door: the contract's keys, exit codes, bad input, and what is left in the folder."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
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
from refreshable import EXAMPLES, FAR_AGO, HISTORY, NEWER, eve, fresh, guest, middle_deg, pressed


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs `refresh`, or another command, in this process, with the eve's plan there; gives code, stdout, stderr."""
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "plan.json").write_text(write_plan(eve()), encoding="utf-8")

    def through(*arguments: str, command: str = "refresh") -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["hamsafar", command, *arguments])
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


def test_what_breaks_is_told_by_rule_five_at_most_and_what_to_do_next(run: Any) -> None:
    code, out, _ = run("eve", "--elements", str(HISTORY), "--as-of", FAR_AGO)
    document = json.loads(run("eve", "--elements", str(HISTORY), "--as-of", FAR_AGO, "--json")[1])
    assert code == 5
    named = Counter(rule for row in document["broken"] for rule in {finding["rule"] for finding in row["findings"]})
    ids = {row["placement"] for row in document["broken"]}
    told = re.findall(r"^  broken: (\S+) (\S+) .*\.$", out, re.MULTILINE)
    shown = Counter(rule for rule, id_ in told if id_ in ids)
    assert shown == {rule: min(5, number) for rule, number in named.items()}
    assert list(shown) == sorted(shown)
    assert named["WIN-01"] > 5
    assert f"  ... and {named['WIN-01'] - 5} more of WIN-01; --json names all" in out
    assert out.endswith(f"plan again with: hamsafar plan PROGRAMME --as-of {FAR_AGO}\n")
    shifts_s = sorted(abs(row["shift_s"]) for row in document["changed"] if row["change"] == "moved")
    assert f"Windows: {len(shifts_s)} moved, median {shifts_s[len(shifts_s) // 2] / 60:.0f} min, largest " in out
    assert re.search(r"\d\.\d{4,}Z", out) is None  # a millisecond is what two runs agree to
    assert "by 0 s" not in out


def test_elements_of_after_the_lift_off_are_told_as_that(run: Any) -> None:
    _, out, _ = run("eve", "--elements", str(HISTORY), "--as-of", "2026-05-24T23:00Z")
    assert ": 0.3 d after lift-off, not 0.8 d old at lift-off\n" in out
    assert "Next: keep the refreshed plan with --out DIR" in out


@pytest.mark.slow
def test_another_profile_is_told_with_the_one_before(run: Any, tmp_path: Path) -> None:
    (tmp_path / "guest.json").write_text(write_plan(guest()), encoding="utf-8")
    other = fresh(guest(), days_before=1.5, phase_deg=middle_deg(guest(), "standard-6h30"))
    (tmp_path / "fresh.tle").write_text(write_tles([other]))
    assert "; profile fast-3h30 -> standard-6h30\n" in run("guest.json", "--elements", "fresh.tle")[1]


@pytest.mark.parametrize("command", ["refresh", "verify"])
@pytest.mark.parametrize("given", [".", "programme.yaml"])
def test_a_programme_in_place_of_a_plan_is_told_to_be_planned_first(command: str, given: str, run: Any) -> None:
    folder = EXAMPLES / "tiangong-eve"
    more = ("--elements", str(HISTORY)) if command == "refresh" else ()
    code, out, err = run(str(folder / given), *more, command=command)
    assert (code, out) == (1, "")
    assert f"this is a programme; plan it first: hamsafar plan {folder}" in err


@pytest.mark.parametrize("given", ["eve", "eve/plan.json"])
def test_a_plan_in_place_of_a_programme_is_told_to_be_one(given: str, run: Any, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(given, command="plan")
    assert (code, out) == (1, "")
    assert "this is a plan, not a programme" in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
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
